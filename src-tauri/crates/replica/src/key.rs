//! The 32-byte key a replica is encrypted with. Where it is kept is the vault's business.

use vault::{Secret, Sensitive};

use crate::error::StoreError;

/// A replica's encryption key: raw, so that opening the file derives nothing and is quick.
#[derive(Clone, Debug)]
pub struct Key(Sensitive<[u8; 32]>);

impl Key {
    /// A key of these bytes; the caller drew them at random.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Sensitive::new(bytes))
    }

    /// The key as a vault gave it back. Refuses anything but 32 bytes.
    pub fn from_secret(secret: &Secret) -> Result<Self, StoreError> {
        <[u8; 32]>::try_from(secret.expose().as_slice())
            .map(Self::from_bytes)
            .map_err(|_| StoreError::BadKey)
    }

    /// The key as a vault keeps it.
    pub fn to_secret(&self) -> Secret {
        Secret::new(self.0.expose().to_vec())
    }

    /// The statement that unlocks a connection.
    pub(crate) fn pragma(&self) -> Sensitive<String> {
        let digits = Sensitive::new(hex::encode(self.0.expose()));
        Sensitive::new(format!("PRAGMA key = \"x'{}'\"", digits.expose()))
    }
}
