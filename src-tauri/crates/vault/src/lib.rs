//! Where secrets live: the operating system's keyring, or, where there is none, a file sealed with a
//! passphrase. One trait, so that whoever needs a secret does not know which.
//!
//! Also the sealed file (`envelope`), in which a workspace or an invitation leaves this computer.
//!
//! Deliberately absent: what the secrets mean, and any way to list them.

mod envelope;
mod error;
mod keyring_store;
mod memory;
mod passphrase;
mod sensitive;

pub use envelope::{Content, EnvelopeError, Sealer, Unsealer};
pub use error::VaultError;
pub use keyring_store::KeyringVault;
pub use memory::MemoryVault;
pub use passphrase::PassphraseVault;
pub use sensitive::{Secret, Sensitive};

/// A keeper of named secrets of one workspace. Names are constants of the program
/// (`replica-key`, `session-key`, `refresh-token`).
pub trait Vault: Send + Sync {
    /// The secret of that name, or none if nobody stored one.
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError>;

    /// Stores the secret, replacing an earlier one. When it returns, the secret is kept for good.
    fn set(&self, name: &str, secret: &Secret) -> Result<(), VaultError>;

    /// Forgets the secret; one that is not there is already forgotten.
    fn delete(&self, name: &str) -> Result<(), VaultError>;
}
