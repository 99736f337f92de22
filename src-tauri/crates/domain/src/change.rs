//! The change set: one value for every write of the product, and what must hold for it to be applied.
//!
//! An authority applies a change set whole or not at all: the guards are checked, the documents are
//! inserted and patched, the ledger entry and the audit event are written, and the same `op` applied
//! twice changes nothing the second time. How that is done is the authority's business.

use std::{collections::BTreeMap, fmt};

use bson::{Bson, Document, oid::ObjectId};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    audit::{AuditEvent, Deed},
    ids::{DeviceId, OpId, PaymentId, UserId},
    ledger::LedgerEntry,
    role::Actor,
};

/// The collections a change set may write documents of. Ledger and audit are written through their
/// own parts of the change set and can be neither patched nor deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Collection {
    /// People.
    Users,
    /// The catalog.
    Courses,
    /// Who learns what.
    Enrollments,
    /// What was paid, or tried.
    Payments,
    /// Desktops that joined the workspace.
    Devices,
    /// The workspace's settings: one document.
    Settings,
    /// Imports done, with what they created, so that they can be undone.
    Imports,
    /// Sign-in sessions (refresh tokens as hashes only).
    Sessions,
    /// One-time codes given out (as hashes only).
    AuthTokens,
}

impl Collection {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Users,
        Self::Courses,
        Self::Enrollments,
        Self::Payments,
        Self::Devices,
        Self::Settings,
        Self::Imports,
        Self::Sessions,
        Self::AuthTokens,
    ];

    /// The name in MongoDB and of the table in the replica.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Courses => "courses",
            Self::Enrollments => "enrollments",
            Self::Payments => "payments",
            Self::Devices => "devices",
            Self::Settings => "settings",
            Self::Imports => "imports",
            Self::Sessions => "sessions",
            Self::AuthTokens => "auth_tokens",
        }
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A dotted path of field names (`progress.percentage`). Built from constants of the program only;
/// text from outside never becomes a path.
pub type FieldPath = String;

/// Field-level edits of one document. Paths never overlap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Patch {
    /// New values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<FieldPath, Bson>,
    /// Fields taken away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unset: Vec<FieldPath>,
    /// Counters, by how much.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inc: BTreeMap<FieldPath, i64>,
    /// Values appended to an array.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub push: BTreeMap<FieldPath, Vec<Bson>>,
    /// The values `set` and `unset` were computed from, for the merge when somebody else was faster.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub base: BTreeMap<FieldPath, Bson>,
}

impl Patch {
    /// An empty patch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field, remembering the value it was computed from.
    #[must_use]
    pub fn set(mut self, path: &str, base: impl Into<Bson>, value: impl Into<Bson>) -> Self {
        self.base.insert(path.to_owned(), base.into());
        self.set.insert(path.to_owned(), value.into());
        self
    }

    /// Sets a field whose former value does not matter (stamps, derived fields).
    #[must_use]
    pub fn put(mut self, path: &str, value: impl Into<Bson>) -> Self {
        self.set.insert(path.to_owned(), value.into());
        self
    }

    /// Takes a field away.
    #[must_use]
    pub fn unset(mut self, path: &str) -> Self {
        self.unset.push(path.to_owned());
        self
    }

    /// Adds to a counter.
    #[must_use]
    pub fn inc(mut self, path: &str, by: i64) -> Self {
        self.inc.insert(path.to_owned(), by);
        self
    }

    /// Appends to an array.
    #[must_use]
    pub fn push(mut self, path: &str, value: impl Into<Bson>) -> Self {
        self.push
            .entry(path.to_owned())
            .or_default()
            .push(value.into());
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.unset.is_empty() && self.inc.is_empty() && self.push.is_empty()
    }

    /// The document with this patch applied. Missing parents are created; a parent that is not a
    /// document, or a counter or array of another type, is replaced, as MongoDB would refuse to: the
    /// authorities check types before they get here.
    pub fn apply(&self, document: &mut Document) {
        for (path, value) in &self.set {
            put_at(document, path, value.clone());
        }
        for path in &self.unset {
            remove_at(document, path);
        }
        for (path, by) in &self.inc {
            let value = match get_at(document, path) {
                Some(Bson::Double(d)) => Bson::Double(d + *by as f64),
                Some(Bson::Int64(n)) => Bson::Int64(n.saturating_add(*by)),
                Some(Bson::Int32(n)) => {
                    let sum = i64::from(*n).saturating_add(*by);
                    i32::try_from(sum).map_or(Bson::Int64(sum), Bson::Int32)
                }
                _ => i32::try_from(*by).map_or(Bson::Int64(*by), Bson::Int32),
            };
            put_at(document, path, value);
        }
        for (path, values) in &self.push {
            let mut array = match get_at(document, path) {
                Some(Bson::Array(array)) => array.clone(),
                _ => Vec::new(),
            };
            array.extend(values.iter().cloned());
            put_at(document, path, Bson::Array(array));
        }
    }
}

/// The value at a dotted path, if every parent is a document.
pub fn get_at<'a>(document: &'a Document, path: &str) -> Option<&'a Bson> {
    match path.split_once('.') {
        None => document.get(path),
        Some((head, rest)) => match document.get(head) {
            Some(Bson::Document(inner)) => get_at(inner, rest),
            _ => None,
        },
    }
}

fn put_at(document: &mut Document, path: &str, value: Bson) {
    match path.split_once('.') {
        None => {
            document.insert(path, value);
        }
        Some((head, rest)) => {
            if !matches!(document.get(head), Some(Bson::Document(_))) {
                document.insert(head, Document::new());
            }
            if let Some(Bson::Document(inner)) = document.get_mut(head) {
                put_at(inner, rest, value);
            }
        }
    }
}

fn remove_at(document: &mut Document, path: &str) {
    match path.split_once('.') {
        None => {
            document.remove(path);
        }
        Some((head, rest)) => {
            if let Some(Bson::Document(inner)) = document.get_mut(head) {
                remove_at(inner, rest);
            }
        }
    }
}

/// One write of a change set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// A new document; its `_id` is in it.
    Insert {
        /// Where.
        collection: Collection,
        /// The whole document, without `sync`, which the authority stamps.
        document: Document,
    },
    /// Field-level edits of an existing document.
    Patch {
        /// Where.
        collection: Collection,
        /// Which.
        id: ObjectId,
        /// What.
        patch: Patch,
    },
    /// Takes a document away. Refused by every authority for people with enrollments, courses with
    /// enrollments, enrollments with payments, and for payments always; used to undo an import and
    /// to drop sessions.
    Delete {
        /// Where.
        collection: Collection,
        /// Which.
        id: ObjectId,
    },
    /// A row of the payment ledger. At most one a change set: its `_id` is the `op`.
    Ledger {
        /// The row, complete with number, previous hash and hash.
        entry: Box<LedgerEntry>,
    },
}

/// What must still be true when the change set is applied; otherwise nothing is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "guard")]
pub enum Guard {
    /// The document exists and nobody has changed it since this revision.
    Revision {
        /// Where.
        collection: Collection,
        /// Which.
        id: ObjectId,
        /// `sync.rev` as read; 0 where the document has none.
        rev: i64,
    },
    /// The field still has this value (`Null`: is missing or null).
    Field {
        /// Where.
        collection: Collection,
        /// Which.
        id: ObjectId,
        /// Which field.
        path: FieldPath,
        /// Its value.
        equals: Bson,
    },
    /// No document of the collection has all these values.
    Unique {
        /// Where.
        collection: Collection,
        /// Field paths and values that may not occur together.
        values: BTreeMap<FieldPath, Bson>,
        /// The field to name when they do.
        field: String,
    },
    /// By the ledger, at least this much of the payment is captured and not refunded.
    Refundable {
        /// Which payment.
        payment: PaymentId,
        /// Minor units.
        amount_minor: i64,
    },
    /// An active administrator other than this person exists.
    OtherAdmin {
        /// The one who does not count.
        except: UserId,
    },
    /// The device's series stands where the ledger entry was numbered from.
    Series {
        /// The device.
        device: DeviceId,
        /// The number the new entry takes: one more than the last.
        next: u64,
        /// The hash of the last entry, or 64 zeros.
        prev: String,
    },
}

/// Whether a change set may wait for the server, or must reach it at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offline {
    /// May be queued in the outbox.
    Queue,
    /// Only with the server at hand; a local workspace is its own server.
    OnlineOnly,
}

/// One write of the product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSet {
    /// Idempotency key, kept across retries.
    pub op: OpId,
    /// Who.
    pub actor: Actor,
    /// When it was decided.
    pub at: Timestamp,
    /// What it means, for audit and timelines.
    pub deed: Deed,
    /// The writes, in order.
    pub changes: Vec<Change>,
    /// What must still hold.
    pub guards: Vec<Guard>,
    /// Whether it may be queued.
    pub offline: Offline,
}

impl ChangeSet {
    /// A change set that does nothing yet.
    pub fn new(op: OpId, actor: Actor, at: Timestamp, deed: Deed, offline: Offline) -> Self {
        Self {
            op,
            actor,
            at,
            deed,
            changes: Vec::new(),
            guards: Vec::new(),
            offline,
        }
    }

    /// With a new document.
    #[must_use]
    pub fn insert(mut self, collection: Collection, document: Document) -> Self {
        self.changes.push(Change::Insert {
            collection,
            document,
        });
        self
    }

    /// With edits of a document; an empty patch adds nothing.
    #[must_use]
    pub fn patch(mut self, collection: Collection, id: impl Into<ObjectId>, patch: Patch) -> Self {
        if !patch.is_empty() {
            self.changes.push(Change::Patch {
                collection,
                id: id.into(),
                patch,
            });
        }
        self
    }

    /// With a document taken away.
    #[must_use]
    pub fn delete(mut self, collection: Collection, id: impl Into<ObjectId>) -> Self {
        self.changes.push(Change::Delete {
            collection,
            id: id.into(),
        });
        self
    }

    /// With the ledger entry, and the guard on the series it was numbered from.
    #[must_use]
    pub fn ledger(mut self, entry: LedgerEntry) -> Self {
        self.guards.push(Guard::Series {
            device: entry.device.clone(),
            next: entry.number,
            prev: entry.prev.clone(),
        });
        self.changes.push(Change::Ledger {
            entry: Box::new(entry),
        });
        self
    }

    /// With a guard.
    #[must_use]
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guards.push(guard);
        self
    }

    /// With the guard that the document is still at this revision.
    #[must_use]
    pub fn at_revision(self, collection: Collection, id: impl Into<ObjectId>, rev: i64) -> Self {
        self.guard(Guard::Revision {
            collection,
            id: id.into(),
            rev,
        })
    }

    /// The audit row it leaves, which whoever applies it seals.
    pub fn audit(&self) -> AuditEvent {
        AuditEvent {
            op: self.op,
            at: self.at,
            actor: self.actor.clone(),
            deed: self.deed.clone(),
            chain: None,
            sync: None,
        }
    }

    /// The ledger entry in it, if any.
    pub fn ledger_entry(&self) -> Option<&LedgerEntry> {
        self.changes.iter().find_map(|change| match change {
            Change::Ledger { entry } => Some(&**entry),
            _ => None,
        })
    }
}

/// What every document of ours carries beside the seed schema's fields: who wrote it last, by which
/// change set, and how often it was written. Absent or unchanged means a foreign program wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncStamp {
    /// How many change sets have written the document.
    #[serde(deserialize_with = "crate::text::whole")]
    pub rev: i64,
    /// The last of them.
    pub op: OpId,
    /// The device it came from.
    pub device: DeviceId,
    /// The person behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
}
