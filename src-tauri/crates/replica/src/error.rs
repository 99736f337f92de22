//! Failures of the store, and the two ways a change set can be turned down.

use std::{io, path::PathBuf};

use bson::oid::ObjectId;
use domain::{Code, Refusal};
use rusqlite::ErrorCode;

/// The machinery failed: disk, file, key, or a document nobody can read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no workspace file there.
    #[error("There is no workspace at {}.", .0.display())]
    NotFound(PathBuf),
    /// There is one already.
    #[error("There is already a workspace at {}.", .0.display())]
    Exists(PathBuf),
    /// The key does not open the file; a file that is no replica looks the same.
    #[error(
        "The workspace cannot be opened with this key: the key is another one, or the file is damaged."
    )]
    WrongKey,
    /// The key is not 32 bytes.
    #[error("The key of the workspace is damaged: it does not have 32 bytes.")]
    BadKey,
    /// A later version of the program wrote the file.
    #[error(
        "The workspace was written by a newer version of Matricula (format {found}; this version knows {known}). Update Matricula on this device."
    )]
    NewerFile {
        /// The file's format.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// A migration that was applied to the file is not the one this program has under that number.
    #[error(
        "The workspace was prepared by another build of Matricula (migration {version}, {name}, differs)."
    )]
    ChangedMigration {
        /// Its number.
        version: u32,
        /// Its name.
        name: String,
    },
    /// A stored document cannot be read as what its collection holds.
    #[error("The record {id} in {collection} cannot be read: {reason}")]
    Unreadable {
        /// The collection or table.
        collection: &'static str,
        /// The document's `_id` or the row's key.
        id: String,
        /// Why not.
        reason: String,
    },
    /// A value cannot be written down.
    #[error("A record of {collection} cannot be stored: {reason}")]
    Unwritable {
        /// The collection.
        collection: &'static str,
        /// Why not.
        reason: String,
    },
    /// A guard asks about a field no index covers: a mistake in the program.
    #[error("Uniqueness over {path} in {collection} cannot be checked: no index covers it.")]
    Unindexed {
        /// The collection.
        collection: &'static str,
        /// The field.
        path: String,
    },
    /// Whoever asked for a long reading no longer wants it.
    #[error("The reading was stopped.")]
    Stopped,
    /// Another program held the file for too long.
    #[error("The workspace is in use by another program. Try again in a moment.")]
    Busy,
    /// No space.
    #[error("The disk is full. Nothing was changed.")]
    DiskFull,
    /// The file's pages contradict each other.
    #[error("The workspace file is damaged: {0}")]
    Corrupt(String),
    /// The file system.
    #[error("The file {} could not be read or written: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Anything else SQLite says.
    #[error("The store failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

impl StoreError {
    /// A document that does not decode.
    pub(crate) fn unreadable(
        collection: &'static str,
        id: ObjectId,
        reason: &impl ToString,
    ) -> Self {
        Self::Unreadable {
            collection,
            id: id.to_hex(),
            reason: reason.to_string(),
        }
    }

    /// Whether nothing else can be stored either.
    pub(crate) const fn is_fatal(&self) -> bool {
        !matches!(
            self,
            Self::Unreadable { .. }
                | Self::Unwritable { .. }
                | Self::Unindexed { .. }
                | Self::Stopped
        )
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::WrongKey,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt(error.to_string()),
            _ => Self::Sqlite(error),
        }
    }
}

/// Why a change set was not applied. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Something it relied on is no longer so: read again and decide again. The code is `stale`,
    /// `taken`, `amount`, `last-admin` or `not-found`.
    #[error("{0}")]
    GuardMissed(Refusal),
    /// It can never be applied as it is.
    #[error("{0}")]
    Refused(Refusal),
    /// The machinery failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// The refusal, unless the machinery failed.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::GuardMissed(refusal) | Self::Refused(refusal) => Some(refusal),
            Self::Store(_) => None,
        }
    }

    /// Whether reading and deciding again may help.
    pub const fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::GuardMissed(Refusal {
                code: Code::Stale,
                ..
            })
        )
    }

    pub(crate) fn refused(code: Code, field: &str, message: impl Into<String>) -> Self {
        Self::Refused(Refusal::field(code, field, message))
    }
}

impl From<rusqlite::Error> for CommitError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
