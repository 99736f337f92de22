//! What the audit trail keeps of every change set: who, when, where, and a sentence.
//!
//! The sentence's parts are stored, not the sentence: the window tells it in the reader's language.

use bson::{Document, oid::ObjectId};
use serde::{Deserialize, Serialize};

use crate::{Timestamp, change::Collection, ids::OpId, role::Actor};

/// What was done, in the vocabulary of the timelines. `verb` is dotted and stable
/// (`enrollment.created`, `payment.captured`); `detail` holds the figures of the sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deed {
    /// Area and past participle, e.g. `course.published`.
    pub verb: String,
    /// The records whose timelines tell it, the one acted upon first.
    pub subjects: Vec<Subject>,
    /// Figures and names the sentence needs (`amountMinor`, `currency`, `reason`, `from`, `to` …).
    #[serde(default, skip_serializing_if = "Document::is_empty")]
    pub detail: Document,
}

impl Deed {
    /// A deed upon one record.
    pub fn new(verb: &str, collection: Collection, id: impl Into<ObjectId>) -> Self {
        Self {
            verb: verb.to_owned(),
            subjects: vec![Subject {
                collection,
                id: id.into(),
            }],
            detail: Document::new(),
        }
    }

    /// Also told on another record's timeline.
    #[must_use]
    pub fn about(mut self, collection: Collection, id: impl Into<ObjectId>) -> Self {
        self.subjects.push(Subject {
            collection,
            id: id.into(),
        });
        self
    }

    /// With a figure or name for the sentence.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<bson::Bson>) -> Self {
        self.detail.insert(key, value);
        self
    }
}

/// A record a deed is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its collection.
    pub collection: Collection,
    /// Its `_id`.
    pub id: ObjectId,
}

/// One row of the audit trail, as stored in `audit_events`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The change set, or the id of a sensitive read; also the document's `_id` (rows written before there
    /// were servers say `op`).
    #[serde(rename = "_id", alias = "op")]
    pub op: OpId,
    /// When, by the clock passed in.
    pub at: Timestamp,
    /// Who, and from which device.
    pub actor: Actor,
    /// What.
    pub deed: Deed,
}
