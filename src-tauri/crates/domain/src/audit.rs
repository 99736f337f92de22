//! What the audit trail keeps of every change set: who, when, where, and a sentence.
//!
//! The sentence's parts are stored, not the sentence: the window tells it in the reader's language. Rows
//! are chained per device by the authority that applies the change set, so that one that was given up
//! leaves no gap.

use std::collections::BTreeMap;

use bson::{Bson, Document, oid::ObjectId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Timestamp,
    chain::{self, Link, SeriesTail},
    change::Collection,
    ids::{OpId, UserId},
    role::Actor,
};

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

/// The verb of an erasure. Whoever keeps a trail takes the words about the person out of it when it writes
/// this row or receives it.
pub const ERASED: &str = "person.erased";

impl Deed {
    /// Whom it erases.
    pub fn erases(&self) -> Option<UserId> {
        self.subjects
            .first()
            .filter(|subject| self.verb == ERASED && subject.collection == Collection::Users)
            .map(|subject| UserId(subject.id))
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
    /// Its place in the device's chain; none while it waits for the server, which gives the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Seal>,
    /// How often the row was written, for whoever compares copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<Written>,
}

/// How often a row of the audit trail was written: once when it was sealed, once more when the words in it
/// were erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// 1 or 2.
    #[serde(deserialize_with = "crate::text::whole")]
    pub rev: i64,
}

/// A row's place in the chain of its device.
///
/// The hash is taken over everything but the name and the words, for which it has their digest: with the
/// salt gone nobody can tell from the digest what the words were, and the chain still holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seal {
    /// Place in the device's chain, from 1.
    pub number: u64,
    /// Hash of the row before it, or [`GENESIS`](chain::GENESIS).
    pub prev: String,
    /// SHA-256 over the salt, the name of who acted, and the words of the detail.
    pub words: String,
    /// Random; gone when the words were erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// SHA-256 over the row.
    pub hash: String,
}

/// Texts of a detail that say nothing of a person: kept when the words are erased, as every number, date
/// and identifier is.
const FIGURES: [&str; 16] = [
    "currency",
    "fromCurrency",
    "method",
    "status",
    "source",
    "code",
    "exception",
    "receipt",
    "ofReceipt",
    "certificate",
    "role",
    "list",
    "fields",
    "format",
    "check",
    "ledger",
];

fn is_figure(name: &str, value: &Bson) -> bool {
    match value {
        Bson::String(_) | Bson::Array(_) => FIGURES.contains(&name),
        Bson::Document(_) => false,
        _ => true,
    }
}

impl AuditEvent {
    /// The row at the end of its device's chain. The salt is 16 random bytes or more as text.
    #[must_use]
    pub fn sealed(mut self, tail: &SeriesTail, salt: String) -> Self {
        let mut seal = Seal {
            number: tail.last.saturating_add(1),
            prev: tail.hash.clone(),
            words: self.words_digest(&salt),
            salt: Some(salt),
            hash: String::new(),
        };
        seal.hash = self.hash_with(&seal);
        self.chain = Some(seal);
        self.sync = Some(Written { rev: 1 });
        self
    }

    /// The row without its words: the name of who acted, and the texts of the detail that are not figures.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        self.actor.name = String::new();
        self.deed.detail = self.part(true);
        if let Some(seal) = &mut self.chain {
            seal.salt = None;
            self.sync = Some(Written { rev: 2 });
        }
        self
    }

    /// Whether its words were erased.
    pub fn is_erased(&self) -> bool {
        self.chain.as_ref().is_some_and(|seal| seal.salt.is_none())
    }

    /// The row as the walk sees it; none where it has no place in a chain.
    pub fn link(&self) -> Option<Link<'_>> {
        let seal = self.chain.as_ref()?;
        let spoken = match &seal.salt {
            Some(salt) => self.words_digest(salt) == seal.words,
            None => self.actor.name.is_empty() && self.part(false).is_empty(),
        };
        Some(Link {
            op: self.op,
            number: seal.number,
            prev: &seal.prev,
            hash: &seal.hash,
            intact: spoken && self.hash_with(seal) == seal.hash,
        })
    }

    /// The end of a chain that ends with this row.
    pub fn tail(&self) -> Option<SeriesTail> {
        self.chain.as_ref().map(|seal| SeriesTail {
            device: self.actor.device.clone(),
            last: seal.number,
            hash: seal.hash.clone(),
        })
    }

    /// The figures of the detail, or the words.
    fn part(&self, figures: bool) -> Document {
        self.deed
            .detail
            .iter()
            .filter(|(name, value)| is_figure(name, value) == figures)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn words_digest(&self, salt: &str) -> String {
        chain::digest(BTreeMap::from([
            ("salt", json!(salt)),
            ("name", json!(self.actor.name)),
            ("words", canonical(&Bson::Document(self.part(false)))),
        ]))
    }

    fn hash_with(&self, seal: &Seal) -> String {
        let subjects: Vec<Value> = self
            .deed
            .subjects
            .iter()
            .map(|subject| json!([subject.collection.name(), subject.id.to_hex()]))
            .collect();
        let mut row = BTreeMap::from([
            ("_id", json!(self.op.to_string())),
            ("at", json!(self.at.timestamp_millis())),
            ("role", json!(self.actor.role.as_str())),
            ("device", json!(self.actor.device.as_str())),
            ("verb", json!(self.deed.verb)),
            ("subjects", Value::Array(subjects)),
            ("figures", canonical(&Bson::Document(self.part(true)))),
            ("words", json!(seal.words)),
            ("number", json!(seal.number)),
            ("prev", json!(seal.prev)),
        ]);
        if let Some(user) = self.actor.user {
            row.insert("user", json!(user.to_hex()));
        }
        chain::digest(row)
    }
}

/// A value as JSON that is the same whichever store it came from: names sorted, whole numbers alike.
fn canonical(value: &Bson) -> Value {
    match value {
        Bson::Document(document) => Value::Object(
            document
                .iter()
                .map(|(name, value)| (name.clone(), canonical(value)))
                .collect::<BTreeMap<_, _>>()
                .into_iter()
                .collect(),
        ),
        Bson::Array(values) => Value::Array(values.iter().map(canonical).collect()),
        Bson::String(text) => json!(text),
        Bson::Boolean(yes) => json!(yes),
        Bson::Int32(n) => json!(n),
        Bson::Int64(n) => json!(n),
        Bson::ObjectId(id) => json!({ "id": id.to_hex() }),
        Bson::DateTime(at) => json!({ "at": at.timestamp_millis() }),
        Bson::Null => Value::Null,
        other => json!({ "other": other.clone().into_canonical_extjson() }),
    }
}
