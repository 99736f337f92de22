//! Opening SQLCipher connections: the key, the pragmas, the pool of readers.

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, functions::FunctionFlags};

use crate::{error::StoreError, key::Key};

/// How long a connection waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);
/// Statements each connection keeps prepared.
const STATEMENTS: usize = 256;
const READERS: u32 = 4;
/// SQLCipher sets itself up with the process's first key, and refuses a key that comes at the same
/// moment from another thread: keys are given one at a time, and none once the process ends.
static PROCESS: Mutex<Process> = Mutex::new(Process::Running);
const WRITER_CACHE_KIB: i64 = 64 * 1024;
const READER_CACHE_KIB: i64 = 32 * 1024;
/// Pages of the write-ahead log after which a commit moves them into the file, which takes a dozen times as
/// long as the commit. A commit of the product writes about forty: one in a hundred waits, not one in 25.
const CHECKPOINT_PAGES: i64 = 4_000;
/// The same of the first fetch, which nobody waits for commit by commit.
const FIRST_FETCH_CACHE_KIB: i64 = 256 * 1024;
const FIRST_FETCH_CHECKPOINT_PAGES: i64 = 50_000;
/// What the write-ahead log is cut back to after a large import.
const LOG_LIMIT_BYTES: i64 = 64 * 1024 * 1024;

/// Whether workspace files may still be opened and closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Process {
    Running,
    Ending,
}

/// Makes an empty file only this account can read. A file without content is taken over: that is
/// what a creation leaves that was killed before its first page.
pub(crate) fn create_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let io = |source: io::Error| StoreError::Io {
        path: path.to_owned(),
        source,
    };
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let length = path.metadata().map_err(io)?.len();
            if length == 0 {
                Ok(())
            } else {
                Err(StoreError::Exists(path.to_owned()))
            }
        }
        Err(error) => Err(io(error)),
    }
}

/// The writing connection: every commit is on the disk before it is acknowledged.
pub(crate) fn writer(path: &Path, key: &Key) -> Result<Connection, StoreError> {
    let connection = unlock(path, key)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(%mode, "the file system does not allow a write-ahead log");
    }
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -{WRITER_CACHE_KIB};
         PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; PRAGMA journal_size_limit = {LOG_LIMIT_BYTES};"
    ))?;
    Ok(connection)
}

/// Runs a write whose loss with the power would cost nothing but doing it again: its commits do not wait
/// for the disk. A later commit that does takes them along. Nothing may be open on the connection.
pub(crate) fn unhurried<T>(
    connection: &mut Connection,
    f: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let full: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if full < 2 {
        return f(connection);
    }
    connection.execute_batch("PRAGMA synchronous = NORMAL")?;
    let outcome = f(connection);
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    outcome
}

/// Makes room for a first fetch: a cache in which the growing indexes stay, and a long write-ahead log.
pub(crate) fn with_much_room(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(&format!(
        "PRAGMA cache_size = -{FIRST_FETCH_CACHE_KIB}; PRAGMA wal_autocheckpoint = {FIRST_FETCH_CHECKPOINT_PAGES};"
    ))?)
}

/// Takes back what [`with_much_room`] did.
pub(crate) fn as_usual(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(&format!(
        "PRAGMA cache_size = -{WRITER_CACHE_KIB}; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
    ))?)
}

/// A connection that cannot write.
pub(crate) fn reader(path: &Path, key: &Key) -> Result<Connection, StoreError> {
    let connection = unlock(path, key)?;
    connection.execute_batch(&format!(
        "PRAGMA query_only = ON; PRAGMA cache_size = -{READER_CACHE_KIB};"
    ))?;
    Ok(connection)
}

fn unlock(path: &Path, key: &Key) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let process = PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    if *process == Process::Ending {
        return Err(StoreError::Busy);
    }
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&key.pragma())?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;")?;
    crate::search::register(&connection)?;
    connection.create_scalar_function(
        "fold",
        1,
        FunctionFlags::SQLITE_UTF8
            | FunctionFlags::SQLITE_DETERMINISTIC
            | FunctionFlags::SQLITE_INNOCUOUS,
        |context| {
            let text: Option<String> = context.get(0)?;
            Ok(text.map(|text| domain::text::fold(&text)))
        },
    )?;
    Ok(connection)
}

/// The process is about to end: from now on nobody opens or closes a workspace file in it. A pool does
/// both on threads of its own, and the last to let go of it may be such a thread: at it while the
/// cryptographic library cleans up, it would end the process by a signal. This waits for who is at it.
pub fn end() {
    *PROCESS.lock().unwrap_or_else(PoisonError::into_inner) = Process::Ending;
}

/// A connection of the pool. When the process ends it is left to the system, see [`end`].
#[derive(Debug)]
pub(crate) struct Reading(Option<Connection>);

impl Reading {
    /// The connection, which is there until this is dropped.
    pub(crate) fn open(&self) -> Result<&Connection, StoreError> {
        self.0.as_ref().ok_or(StoreError::Busy)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let process = PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = self.0.take();
        if *process == Process::Ending {
            std::mem::forget(connection);
        }
    }
}

/// What the pool of readers makes its connections from.
#[derive(Debug)]
pub(crate) struct ReaderSource {
    path: PathBuf,
    key: Key,
}

impl r2d2::ManageConnection for ReaderSource {
    type Connection = Reading;
    type Error = StoreError;

    fn connect(&self) -> Result<Reading, StoreError> {
        Ok(Reading(Some(reader(&self.path, &self.key)?)))
    }

    fn is_valid(&self, connection: &mut Reading) -> Result<(), StoreError> {
        Ok(connection.open()?.query_row("SELECT 1", [], |_| Ok(()))?)
    }

    /// A connection left inside a transaction would show an old state for ever.
    fn has_broken(&self, connection: &mut Reading) -> bool {
        connection.open().is_ok_and(|open| !open.is_autocommit())
    }
}

/// A few readers, each opened when it is first needed. None is opened ahead: a connection still being
/// opened on the pool's own thread while the process ends meets a cryptographic library that has
/// already cleaned up, and the process dies of it.
pub(crate) fn pool(path: &Path, key: &Key) -> Result<r2d2::Pool<ReaderSource>, StoreError> {
    r2d2::Pool::builder()
        .max_size(READERS)
        .min_idle(Some(0))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_on_check_out(false)
        .connection_timeout(BUSY)
        .build(ReaderSource {
            path: path.to_owned(),
            key: key.clone(),
        })
        .map_err(|_| StoreError::Busy)
}
