//! How a document looks after a change set wrote it: Mongoose's timestamps, and the stamp that says
//! which change set that was. The same whether it is written to a table or only shown on top of what a
//! server has.

use bson::{Bson, Document};
use domain::{
    ChangeSet, Collection, DeviceId, OpId, Timestamp, UserId,
    change::{Patch, SyncStamp, get_at},
    patching,
};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Of a change set, what its documents are stamped with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct By {
    /// Its number.
    pub(crate) op: OpId,
    /// When it was decided.
    at: Timestamp,
    /// Where.
    device: DeviceId,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<UserId>,
}

impl From<&ChangeSet> for By {
    fn from(change_set: &ChangeSet) -> Self {
        Self {
            op: change_set.op,
            at: change_set.at,
            device: change_set.actor.device.clone(),
            by: change_set.actor.user,
        }
    }
}

impl By {
    /// The document as it is after its insertion.
    pub(crate) fn inserted(
        &self,
        collection: Collection,
        document: &Document,
    ) -> Result<Document, StoreError> {
        let mut document = document.clone();
        if has_timestamps(collection) {
            for field in ["createdAt", "updatedAt"] {
                if !document.contains_key(field) {
                    document.insert(field, self.at);
                }
            }
        }
        self.stamp(&mut document, 1)?;
        Ok(document)
    }

    /// The document after a patch that was checked, as the revision given.
    pub(crate) fn patched(
        &self,
        collection: Collection,
        mut document: Document,
        rev: i64,
        patch: &Patch,
    ) -> Result<Document, StoreError> {
        patching::apply(&mut document, patch);
        if has_timestamps(collection) {
            document.insert("updatedAt", self.at);
        }
        self.stamp(&mut document, rev)?;
        Ok(document)
    }

    /// Whether the document was last written by this change set.
    pub(crate) fn wrote(&self, document: &Document) -> bool {
        matches!(get_at(document, "sync.op"), Some(Bson::String(op)) if *op == self.op.to_string())
            || matches!(get_at(document, "sync.op"), Some(Bson::Binary(op)) if op.bytes == self.op.0.as_bytes())
    }

    fn stamp(&self, document: &mut Document, rev: i64) -> Result<(), StoreError> {
        let stamp = SyncStamp {
            rev,
            op: self.op,
            device: self.device.clone(),
            by: self.by,
        };
        let stamp = bson::serialize_to_bson(&stamp).map_err(|error| StoreError::Unwritable {
            collection: "sync",
            reason: error.to_string(),
        })?;
        document.insert("sync", stamp);
        Ok(())
    }
}

/// How many change sets have written the document: `sync.rev`, 0 for another program's.
pub(crate) fn revision(document: &Document) -> i64 {
    match get_at(document, "sync.rev") {
        Some(Bson::Int32(rev)) => i64::from(*rev),
        Some(Bson::Int64(rev)) => *rev,
        // A program that knows doubles only: whole numbers up to 2^53 are exact.
        Some(Bson::Double(rev)) if rev.fract() == 0.0 && rev.abs() < 9_007_199_254_740_992.0 => {
            *rev as i64
        }
        _ => 0,
    }
}

/// The collections of the seed schema, whose models all have Mongoose's `timestamps`.
const fn has_timestamps(collection: Collection) -> bool {
    matches!(
        collection,
        Collection::Users | Collection::Courses | Collection::Enrollments | Collection::Payments
    )
}
