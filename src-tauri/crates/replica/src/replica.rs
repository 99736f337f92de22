//! The two handles: [`Replica`] on the file, [`Reader`] on one consistent state of it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    connection::{self, ReaderSource},
    error::StoreError,
    key::Key,
    schema,
};

/// An open workspace file: one writer, a few readers. Share it in an `Arc`. Several processes may have
/// the same file open.
pub struct Replica {
    path: PathBuf,
    key: Key,
    writer: Mutex<Connection>,
    watcher: Mutex<Connection>,
    readers: r2d2::Pool<ReaderSource>,
    version: AtomicU64,
}

impl std::fmt::Debug for Replica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replica")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Replica {
    /// Makes a new workspace file, readable by this account only. Refuses with
    /// [`StoreError::Exists`] where a file with content is.
    pub fn create(path: &Path, key: &Key) -> Result<Self, StoreError> {
        connection::create_file(path)?;
        Self::open(path, key)
    }

    /// Opens a workspace file and brings its format up to date. Refuses a missing file, another key
    /// and a file of a newer program, and then changes nothing.
    pub fn open(path: &Path, key: &Key) -> Result<Self, StoreError> {
        if !fs::exists(path).map_err(|source| StoreError::Io {
            path: path.to_owned(),
            source,
        })? {
            return Err(StoreError::NotFound(path.to_owned()));
        }
        let mut writer = connection::writer(path, key)?;
        schema::migrate(&mut writer)?;
        let watcher = connection::reader(path, key)?;
        let readers = connection::pool(path, key)?;
        Ok(Self {
            path: path.to_owned(),
            key: key.clone(),
            writer: Mutex::new(writer),
            watcher: Mutex::new(watcher),
            readers,
            version: AtomicU64::new(0),
        })
    }

    /// From now on a commit does not wait for the disk: what was committed last may be lost with the
    /// power, never in part. For rehearsals and tests.
    pub fn without_waiting_for_the_disk(self) -> Result<Self, StoreError> {
        self.writer().execute_batch("PRAGMA synchronous = OFF")?;
        Ok(self)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a reading function on one consistent state of the file. Readings run beside each other
    /// and beside a commit. Do not read within a reading: each takes one of a few connections.
    pub fn read<T>(
        &self,
        f: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.readers.get().map_err(|_| StoreError::Busy)?;
        let snapshot = connection.open()?.unchecked_transaction()?;
        let answer = f(&Reader::new(&snapshot));
        snapshot.finish()?;
        answer
    }

    /// Raised by every commit of this process: when it differs from the one seen before, what is on a
    /// screen may be out of date. Costs nothing.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Differs from the one seen before when any process, this one included, has changed the file.
    pub fn file_version(&self) -> Result<i64, StoreError> {
        let watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(watcher.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Moves everything from the write-ahead log into the file itself, so that the file alone is a
    /// complete copy. Commits meanwhile wait; a reader of long standing makes it [`StoreError::Busy`].
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        let writer = self.writer();
        let busy: i64 =
            writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 {
            Ok(())
        } else {
            Err(StoreError::Busy)
        }
    }

    /// Asks SQLite and SQLCipher whether the file is whole. Empty when it is; otherwise what is wrong.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let writer = self.writer();
        let mut found = Vec::new();
        for pragma in [
            "PRAGMA cipher_integrity_check",
            "PRAGMA integrity_check",
            "PRAGMA foreign_key_check",
        ] {
            let mut statement = writer.prepare(pragma)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let line: String = row.get(0)?;
                if line != "ok" {
                    found.push(line);
                }
            }
        }
        Ok(found)
    }

    /// Closes the file with everything in it. Dropping the replica loses nothing either; this says
    /// whether it went well.
    pub fn close(self) -> Result<(), StoreError> {
        match self.checkpoint() {
            Ok(()) | Err(StoreError::Busy) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// The one writing connection. A commit that panicked left its transaction open: it is undone.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(|poisoned| {
            self.writer.clear_poison();
            let connection = poisoned.into_inner();
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "an abandoned transaction could not be rolled back");
            }
            connection
        })
    }

    /// A write transaction that no other process can be in at the same time.
    pub(crate) fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
        Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    pub(crate) fn raise_version(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
    }
}

/// One consistent state of the workspace, for reading. Its methods are grouped by subject, each in the
/// file of that name.
pub struct Reader<'a> {
    pub(crate) connection: &'a Connection,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }
}
