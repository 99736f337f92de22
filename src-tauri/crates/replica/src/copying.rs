//! A copy of the workspace file under a key of its own, to be carried to another computer.
//!
//! Deliberately absent: sealing it, and what a copy is on the other computer.

use std::{fs, io::ErrorKind, path::Path};

use rusqlite::Connection;

use crate::{connection, error::StoreError, key::Key, replica::Replica};

impl Replica {
    /// Writes one consistent state of the workspace into a new file that only `key` opens; this file's
    /// own key stays here. Commits wait meanwhile. When it fails, nothing remains.
    pub fn copy_to(&self, path: &Path, key: &Key) -> Result<(), StoreError> {
        connection::create_file(path)?;
        let copied = self.copy(path, key);
        if copied.is_err()
            && let Err(source) = fs::remove_file(path)
            && source.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%source, "an unfinished copy could not be removed");
        }
        copied
    }

    fn copy(&self, path: &Path, key: &Key) -> Result<(), StoreError> {
        let target = path.to_str().ok_or_else(|| StoreError::Io {
            path: path.to_owned(),
            source: ErrorKind::InvalidFilename.into(),
        })?;
        self.writer().execute("VACUUM INTO ?1", [target])?;
        let copy = Connection::open(path)?;
        copy.execute_batch("PRAGMA cipher_log_level = NONE")?;
        copy.execute_batch(&self.key().pragma())?;
        copy.execute_batch(&key.rekeying())?;
        copy.close().map_err(|(_, error)| error)?;
        Ok(())
    }
}
