//! The operating system's keyring: Keychain, Credential Manager, Secret Service.

use keyring::{Entry, Error};

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
        match Entry::store_status() {
            Ok(()) => Ok(Self {
                workspace: workspace.into(),
            }),
            Err(_) => Err(VaultError::NoDefaultStore),
        }
    }

    fn entry(&self, name: &str) -> Result<Entry, VaultError> {
        Entry::new(SERVICE, &format!("{}/{name}", self.workspace)).map_err(|error| explain(&error))
    }
}

impl Vault for KeyringVault {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        match self.entry(name)?.get_secret() {
            Ok(bytes) => Ok(Some(Sensitive::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(explain(&error)),
        }
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.entry(name)?
            .set_secret(secret.expose())
            .map_err(|error| explain(&error))
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(explain(&error)),
        }
    }
}

/// The keyring's errors in our words. Those that carry the secret itself are not printed.
fn explain(error: &Error) -> VaultError {
    match error {
        Error::NoDefaultStore => VaultError::NoDefaultStore,
        Error::NoStorageAccess(reason) => {
            let reason = reason.to_string();
            if reason.to_lowercase().contains("lock") {
                VaultError::Locked
            } else {
                VaultError::Denied(reason)
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
