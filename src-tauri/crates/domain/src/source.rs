//! What is synchronised with an institution's server: the collections of documents and the two
//! insert-only trails, and what is said of their documents without being them. What each desktop
//! holds of them is decided elsewhere.

use bson::{Bson, Document, oid::ObjectId};
use serde::{Deserialize, Serialize};

use crate::{Timestamp, change::Collection};

/// A collection that is synchronised: documents, or one of the two insert-only trails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Documents; their `_id` is an ObjectId.
    Documents(Collection),
    /// `payment_ledger`; `_id` is the operation number as text.
    Ledger,
    /// `audit_events`; `_id` is the operation number as text.
    Audit,
}

impl Source {
    /// All of them, in the order an initial sync fetches them: what others refer to comes first.
    pub const ALL: [Self; 11] = [
        Self::Documents(Collection::Settings),
        Self::Documents(Collection::Devices),
        Self::Documents(Collection::Users),
        Self::Documents(Collection::Courses),
        Self::Documents(Collection::Enrollments),
        Self::Documents(Collection::Payments),
        Self::Ledger,
        Self::Documents(Collection::Imports),
        Self::Documents(Collection::Sessions),
        Self::Documents(Collection::AuthTokens),
        Self::Audit,
    ];

    /// The collection's name on the server, and of the table in the replica.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documents(collection) => collection.name(),
            Self::Ledger => "payment_ledger",
            Self::Audit => "audit_events",
        }
    }

    /// The source of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// Fields of which every document of ours has one at least, however broken it is. A document that has none
    /// of them is another program's, which keeps its own under the same name: session stores of web servers
    /// are the usual ones. Empty where every document is taken for ours.
    pub const fn marks(self) -> &'static [&'static str] {
        match self {
            Self::Documents(Collection::Sessions) => &["tokenHash", "sync"],
            _ => &[],
        }
    }

    /// Whether its documents are never changed or deleted.
    pub const fn insert_only(self) -> bool {
        matches!(self, Self::Ledger | Self::Audit)
    }
}

/// Enough of a document to see whether ours is the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// `_id`.
    pub id: Bson,
    /// `updatedAt`, if it has one.
    pub updated_at: Option<Timestamp>,
    /// `sync.rev`; 0 without.
    pub rev: i64,
    /// `sync.op`, if it has one.
    pub op: Option<String>,
    /// `__v`; 0 without.
    pub version: i64,
}

/// A place in a source ordered by `(updatedAt, _id)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watermark {
    /// `updatedAt` of the last document seen, as the server's writers stamped it.
    pub at: Timestamp,
    /// Its `_id`.
    pub id: Bson,
}

/// A document as the server has it after a commit; none: it is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Where.
    pub collection: Collection,
    /// Which.
    pub id: ObjectId,
    /// As it is now, whole.
    pub document: Option<Document>,
}
