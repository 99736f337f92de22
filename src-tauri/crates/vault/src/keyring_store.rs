//! The operating system's keyring: Keychain, Credential Manager, Secret Service.
//!
//! The Secret Service is another program, which may be started late, or end and be started anew while this
//! one runs: a call that finds nobody is made once more over a new connection before it fails. The other two
//! are parts of their systems.

use keyring::Entry as System;
use keyring_core::{Entry, Error};

use crate::{Secret, Sensitive, Vault, VaultError};

/// The name under which the keyring's own window shows the entries.
const SERVICE: &str = "Matricula";

/// The secrets of one workspace in the system's keyring.
#[derive(Clone, Debug)]
pub struct KeyringVault {
    workspace: String,
}

impl KeyringVault {
    /// The keyring, for the workspace of that id. Fails with [`VaultError::NoDefaultStore`] where the
    /// system has none: the program then offers a passphrase.
    pub fn open(workspace: impl Into<String>) -> Result<Self, VaultError> {
        if System::store_status().is_err() && keyring_core::get_default_store().is_none() {
            connect().map_err(|_| VaultError::NoDefaultStore)?;
        }
        Ok(Self {
            workspace: workspace.into(),
        })
    }

    /// Asks the keyring; once more over a new connection where the one there was leads nowhere.
    fn ask<T>(
        &self,
        name: &str,
        question: impl Fn(&Entry) -> Result<T, Error>,
    ) -> Result<T, VaultError> {
        let user = format!("{}/{name}", self.workspace);
        let once = || question(&Entry::new(SERVICE, &user)?);
        match once() {
            Err(Error::PlatformFailure(reason)) => {
                tracing::info!(%reason, "asking the keyring anew");
                connect()
                    .and_then(|()| once())
                    .map_err(|error| explain(&error))
            }
            answer => answer.map_err(|error| explain(&error)),
        }
    }
}

/// A new connection to the keyring, for every vault from now on.
#[cfg(target_os = "linux")]
fn connect() -> Result<(), Error> {
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}

/// There is no connection that could be made anew.
#[cfg(not(target_os = "linux"))]
fn connect() -> Result<(), Error> {
    match System::store_status() {
        Ok(()) => Ok(()),
        Err(_) => Err(Error::NoDefaultStore),
    }
}

impl Vault for KeyringVault {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        self.ask(name, |entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Sensitive::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.ask(name, |entry| entry.set_secret(secret.expose()))
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.ask(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }
}

/// The keyring's errors in our words. Those that carry the secret itself are not printed.
fn explain(error: &Error) -> VaultError {
    match error {
        Error::NoDefaultStore => VaultError::NoDefaultStore,
        Error::NoStorageAccess(reason) => {
            let reason = reason.to_string();
            let said = reason.to_lowercase();
            // A prompt for the keyring's password that was closed is a keyring that stays locked.
            if said.contains("lock") || said.contains("prompt") {
                VaultError::Locked
            } else {
                VaultError::Denied(reason)
            }
        }
        Error::PlatformFailure(reason) => {
            let reason = reason.to_string();
            if reason.contains("IsLocked") {
                VaultError::Locked
            } else {
                VaultError::Gone(reason)
            }
        }
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            VaultError::Unfit("what is stored there was not written by Matricula".to_owned())
        }
        Error::Ambiguous(_) => {
            VaultError::Unfit("the keyring holds several entries of this name".to_owned())
        }
        Error::TooLong(name, limit) => {
            VaultError::Unfit(format!("{name} is longer than {limit} characters"))
        }
        Error::Invalid(name, reason) => VaultError::Unfit(format!("{name}: {reason}")),
        other => VaultError::Denied(other.to_string()),
    }
}
