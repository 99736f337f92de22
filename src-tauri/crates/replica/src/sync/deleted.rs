//! Courses that somebody deleted on the server while changes of them waited here: the server's last version
//! is kept, so that they can be restored with those changes.
//!
//! Deliberately absent: restoring one, which a person asks the sync engine for.

use bson::{Document, oid::ObjectId};
use rusqlite::Connection;

use crate::{
    documents::{encode, parse},
    error::StoreError,
    meta,
    replica::Reader,
};

/// What the facts begin with that hold such a version.
pub(super) const PREFIX: &str = "deleted-course ";

fn fact(id: ObjectId) -> String {
    format!("{PREFIX}{}", id.to_hex())
}

/// Keeps the version.
pub(super) fn keep(
    connection: &Connection,
    id: ObjectId,
    version: &Document,
) -> Result<(), StoreError> {
    meta::set(connection, &fact(id), &encode(version))
}

impl Reader<'_> {
    /// The server's last version of a course that was deleted while changes of it waited here.
    pub fn deleted_course(&self, id: ObjectId) -> Result<Option<Document>, StoreError> {
        self.meta(&fact(id))?
            .map(|text| parse("meta", id, &text))
            .transpose()
    }
}
