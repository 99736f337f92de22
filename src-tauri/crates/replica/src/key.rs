//! The 32-byte key a replica is encrypted with. Where it is kept is the vault's business.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::StoreError;

/// A replica's encryption key: raw, so that opening the file derives nothing and is quick. Printing it
/// shows nothing of it; dropping it overwrites its memory.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A key of these bytes; the caller drew them at random.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key as somebody kept it. Refuses anything but 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, StoreError> {
        <[u8; 32]>::try_from(bytes)
            .map(Self::from_bytes)
            .map_err(|_| StoreError::BadKey)
    }

    /// Its bytes, for the place that keeps them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The statement that unlocks a connection.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        self.statement("key")
    }

    /// The statement that encrypts an unlocked file anew, under this key.
    pub(crate) fn rekeying(&self) -> Zeroizing<String> {
        self.statement("rekey")
    }

    fn statement(&self, pragma: &str) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.expose()));
        Zeroizing::new(format!("PRAGMA {pragma} = \"x'{}'\"", digits.as_str()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([hidden])")
    }
}
