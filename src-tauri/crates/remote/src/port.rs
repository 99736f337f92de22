//! What the sync engine needs of a server, and the shapes that cross: the one seam between moving
//! changes and MongoDB. Two implementations exist: [`crate::Server`], and the model server of the tests.
//!
//! Every call blocks until it is answered or has failed; none may be made from an async thread.
//! Deliberately absent: migrations, monitoring and everything else only a person asks for.

use std::time::Duration;

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    ChangeSet, Collection, DeviceId, OpId, Refusal, Timestamp, ledger::SeriesTail,
    rules::people::erasing::unsaid,
};
use serde::{Deserialize, Serialize};

pub use domain::source::{Head, Source, Standing, Watermark};

/// Which documents of a source a desktop holds. Built by `sync::plan` from the desktop's scope, never
/// from text.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All.
    All,
    /// None: the source is not of this desktop's business.
    Nothing,
    /// Those with these `_id`s.
    Ids(Vec<Bson>),
    /// Those whose field (one an index leads with) has one of these values.
    Field {
        /// Dotted path, a constant of the program.
        path: &'static str,
        /// The values.
        any: Vec<Bson>,
    },
    /// Published and public courses, and these besides.
    CatalogAnd(Vec<ObjectId>),
}

/// How much of a document is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All of it.
    Whole,
    /// A person's name, e-mail, role and status only (`_id name email role status createdAt updatedAt
    /// __v sync`).
    Names,
}

/// What a desktop holds of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Of which source.
    pub source: Source,
    /// Which documents.
    pub filter: Filter,
    /// How much of each.
    pub view: View,
}

/// Where in the server's history of changes a reader stands. Opaque; kept as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResumeToken(pub String);

/// A document that may have changed: fetch the newest.
#[derive(Clone, Debug, PartialEq)]
pub struct Dirty {
    /// Where.
    pub source: Source,
    /// Which.
    pub id: Bson,
    /// Known to be gone.
    pub deleted: bool,
}

/// A stretch of the server's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// What it touched, each document once.
    pub dirty: Vec<Dirty>,
    /// Where the next stretch begins (moves on even when nothing happened).
    pub token: ResumeToken,
    /// No more is known to be waiting.
    pub caught_up: bool,
}

/// A deletion as `sync_tombstones` keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tombstone {
    /// Where the document was.
    pub collection: Collection,
    /// Which it was.
    pub id: ObjectId,
    /// When it was deleted, by the server's clock.
    pub at: Timestamp,
}

/// What the server said to a change set.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Applied now, majority-committed. The documents it wrote, as they are now.
    Applied(Vec<Standing>),
    /// Its operation number was applied before; nothing changed now. The documents it names, as they
    /// are now.
    AlreadyApplied(Vec<Standing>),
    /// Something it relied on is no longer so; nothing was written.
    Missed {
        /// What, in words, as the replica would say it.
        refusal: Refusal,
        /// The documents it names (guards and changes), as they are now.
        current: Vec<Standing>,
        /// Where the device's ledger series stands, when the change set books money.
        tail: Option<SeriesTail>,
    },
    /// It can never be applied as it is (validator, unique index, missing right, a rule of the ledger).
    Refused(Refusal),
}

/// A change set set aside for a person, as copied to `sync_quarantine`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantined {
    /// The change set's operation number.
    #[serde(rename = "_id")]
    pub op: OpId,
    /// The desktop it waits on.
    pub device: DeviceId,
    /// When it was set aside.
    pub at: Timestamp,
    /// Why: code, field and sentence.
    pub reason: Refusal,
    /// The change set.
    pub change_set: Document,
}

impl Quarantined {
    /// The row without the words about people who were erased: `about` tells of a record whether it is
    /// theirs. None where nothing is left; the same where it is not about them.
    pub fn unsaid(&self, about: &dyn Fn(Collection, ObjectId) -> bool) -> Option<Self> {
        let set: ChangeSet = bson::deserialize_from_document(self.change_set.clone()).ok()?;
        let left = unsaid(&set, about);
        if left == set {
            return Some(self.clone());
        }
        if left.changes.is_empty() {
            return None;
        }
        Some(Self {
            change_set: bson::serialize_to_document(&left).ok()?,
            // What was wrong may have been told with a name or an address.
            reason: Refusal::new(
                self.reason.code,
                "The words of this change were erased with the person it was about.",
            ),
            ..self.clone()
        })
    }
}

/// What a server can do, read once a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Abilities {
    /// Its version, as it says.
    pub version: String,
    /// Name of the replica set, if it is one.
    pub replica_set: Option<String>,
    /// Several documents in one transaction.
    pub transactions: bool,
    /// Change streams (else the desktop polls).
    pub change_streams: bool,
    /// Text indexes.
    pub text_index: bool,
    /// Per-collection roles can be made and read (`rolesInfo`).
    pub roles: bool,
    /// How far this computer's clock is behind the server's, in milliseconds (negative: ahead).
    pub clock_offset_ms: i64,
}

/// Why a call was not answered. Nothing is known to have been written, except by a commit that may
/// have been: it is sent again with the same operation number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// The server could not be reached or was busy; trying again later may help.
    #[error("The server could not be reached: {0}")]
    Transient(String),
    /// The login is wrong, or was taken away.
    #[error("The server does not accept this desktop's login: {0}")]
    Unauthorized(String),
    /// The login may not do this.
    #[error("The server does not allow this: {0}")]
    Forbidden(String),
    /// The resume token is too old or its collection was dropped: take a new token and compare.
    #[error("The server no longer knows the changes since this desktop last asked.")]
    HistoryLost,
    /// This server cannot do it at all.
    #[error("This server cannot do that: {0}")]
    Unsupported(String),
    /// The database has not been prepared, or by a newer program.
    #[error("{0}")]
    Unprepared(String),
    /// The address or an option of it cannot be used.
    #[error("{0}")]
    Address(Refusal),
    /// Anything else.
    #[error("The server failed: {0}")]
    Failed(String),
}

impl RemoteError {
    /// Whether the same call may succeed later without anybody doing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_))
    }
}

/// The narrow port.
pub trait Port: Send + Sync {
    /// What the server can do. Never told of a server that does not answer now.
    fn abilities(&self) -> Result<Abilities, RemoteError>;

    /// Commits a change set in one majority transaction: its operation number, guards, documents,
    /// ledger row and audit row, or nothing. Base values of patches are guards too.
    fn commit(&self, change_set: &ChangeSet) -> Result<Outcome, RemoteError>;

    /// This moment in the history of changes.
    fn token(&self) -> Result<ResumeToken, RemoteError>;

    /// What changed since the token, waiting up to `wait` for something to happen.
    fn changes(&self, after: &ResumeToken, wait: Duration) -> Result<Changes, RemoteError>;

    /// Documents in the order of `_id`, after one, at most `limit`.
    fn page(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError>;

    /// Those of these documents that are there and in the slice.
    fn fetch(&self, slice: &Slice, ids: &[Bson]) -> Result<Vec<Document>, RemoteError>;

    /// About how many documents the slice has.
    fn count(&self, slice: &Slice) -> Result<u64, RemoteError>;

    /// Documents in the order of `(updatedAt, _id)` from a moment on (the trails: by `recordedAt` and
    /// `at`), at most `limit`, for servers without change streams.
    fn changed_since(
        &self,
        slice: &Slice,
        from: Option<&Watermark>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError>;

    /// Operation numbers in the order in which they were applied from a place on, at most `limit`, for
    /// servers without change streams: what was booked and told offline may have been long before it was
    /// applied.
    fn applied_since(&self, from: &Watermark, limit: u32) -> Result<Vec<Watermark>, RemoteError>;

    /// Deletions recorded from a moment on, the oldest first, at most 10,000; for servers without
    /// change streams. Deletions by other programs leave none: only a sweep finds those.
    fn tombstones(&self, from: Timestamp) -> Result<Vec<Tombstone>, RemoteError>;

    /// Heads in the order of `_id`, after one, at most `limit`: the sweep that finds what else differs.
    fn heads(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Head>, RemoteError>;

    /// Rows of a device's ledger series behind a number, in their order, at most `limit`.
    fn series(
        &self,
        device: &DeviceId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError>;

    /// Where a device's ledger series stands.
    fn tail(&self, device: &DeviceId) -> Result<SeriesTail, RemoteError>;

    /// Copies a change set that needs a person to `sync_quarantine`, or takes the copy away.
    fn quarantine(&self, row: &Quarantined) -> Result<(), RemoteError>;

    /// Takes the copy away again.
    fn release(&self, op: OpId) -> Result<(), RemoteError>;
}
