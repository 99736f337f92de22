//! Imports done: what came in from which file, so that it can be taken back.

use bson::{Document, oid::ObjectId};
use domain::{Collection, Timestamp, UserId, audit::Subject, change::SyncStamp};
use serde::{Deserialize, Serialize};

use crate::{error::StoreError, replica::Reader};

/// What was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportKind {
    /// A table of people.
    People,
    /// A table of courses.
    Courses,
    /// The Open University Learning Analytics Dataset.
    Oulad,
}

/// An import, as stored in `imports`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// What was imported.
    pub kind: ImportKind,
    /// The name of the file or folder.
    pub file: String,
    /// When it began.
    pub at: Timestamp,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Rows read.
    pub rows: i64,
    /// Documents it made, in the order they were made.
    #[serde(default)]
    pub created: Vec<Subject>,
    /// When and if it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Timestamp>,
    /// Who wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

impl Reader<'_> {
    /// An import.
    pub fn import(&self, id: ObjectId) -> Result<Option<Import>, StoreError> {
        self.one(
            Collection::Imports,
            "SELECT id, doc FROM imports WHERE id = ?1",
            [id.bytes()],
        )
    }

    /// All imports, the newest first.
    pub fn imports(&self) -> Result<Vec<Import>, StoreError> {
        self.all(
            Collection::Imports,
            "SELECT id, doc FROM imports ORDER BY created_at DESC, n DESC",
            [],
        )
    }
}
