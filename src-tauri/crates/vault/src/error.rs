//! Why a secret could not be read or kept, in words for the person at the desk. Never with content.

use std::{io, path::PathBuf};

/// A vault's failure.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no keyring on this system; a passphrase can be used instead.
    #[error(
        "No keyring that can keep secrets answers on this system. Start it and try again; a new workspace can use a passphrase for this device instead."
    )]
    NoDefaultStore,
    /// The keyring is locked and was not unlocked.
    #[error(
        "The system's keyring is locked, and was not unlocked. Try again and enter its password when your system asks for it."
    )]
    Locked,
    /// The keyring was there and does not answer any more.
    #[error(
        "The system's keyring does not answer ({0}). Start it, or sign in to your computer anew, and try again. Nothing is lost."
    )]
    Gone(String),
    /// The keyring, or the person asked by it, said no.
    #[error(
        "The system's keyring refused access ({0}). Allow Matricula to use it in your system's settings, and try again."
    )]
    Denied(String),
    /// The vault works, but nobody put this secret into it.
    #[error(
        "The key of this workspace is not kept on this system ({0}): it was made on another computer or by another account."
    )]
    Missing(&'static str),
    /// The passphrase does not open the file.
    #[error("The passphrase is not the one this device's secrets were sealed with.")]
    WrongPassphrase,
    /// The file is not a vault, or was altered.
    #[error("The file {} is damaged: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The secret, or its name, is more than the vault takes.
    #[error("The system's keyring does not take this entry: {0}")]
    Unfit(String),
    /// The disk.
    #[error("The file {} could not be read or written: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system gives no random numbers, or the cipher refused its parameters.
    #[error("The secret could not be sealed: {0}")]
    Sealing(String),
}
