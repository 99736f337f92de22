//! The port as the institution's server answers it, and the change sets set aside for a person.
//!
//! Deliberately absent: how each call is done.

use std::time::Duration;

use bson::{Bson, Document, doc};
use domain::{ChangeSet, DeviceId, OpId, Timestamp, ledger::SeriesTail};

use crate::{
    port::{
        Abilities, Changes, Head, Outcome, Port, Quarantined, RemoteError, ResumeToken, Slice,
        Tombstone, Watermark,
    },
    queries::QUARANTINE,
    server::Server,
};

impl Port for Server {
    fn abilities(&self) -> Result<Abilities, RemoteError> {
        self.answering_abilities()
    }

    fn commit(&self, change_set: &ChangeSet) -> Result<Outcome, RemoteError> {
        self.commit_change_set(change_set)
    }

    fn token(&self) -> Result<ResumeToken, RemoteError> {
        self.watch_from_now()
    }

    fn changes(&self, after: &ResumeToken, wait: Duration) -> Result<Changes, RemoteError> {
        self.watch_after(after, wait)
    }

    fn page(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.read_page(slice, after, limit)
    }

    fn fetch(&self, slice: &Slice, ids: &[Bson]) -> Result<Vec<Document>, RemoteError> {
        self.read_documents(slice, ids)
    }

    fn count(&self, slice: &Slice) -> Result<u64, RemoteError> {
        self.read_count(slice)
    }

    fn changed_since(
        &self,
        slice: &Slice,
        from: Option<&Watermark>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.read_changed(slice, from, limit)
    }

    fn applied_since(&self, from: &Watermark, limit: u32) -> Result<Vec<Watermark>, RemoteError> {
        self.read_applied(from, limit)
    }

    fn series(
        &self,
        device: &DeviceId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.read_series(device, after, limit)
    }

    fn tombstones(&self, from: Timestamp) -> Result<Vec<Tombstone>, RemoteError> {
        self.read_tombstones(from)
    }

    fn heads(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Head>, RemoteError> {
        self.read_heads(slice, after, limit)
    }

    fn tail(&self, device: &DeviceId) -> Result<SeriesTail, RemoteError> {
        self.read_tail(device)
    }

    fn quarantine(&self, row: &Quarantined) -> Result<(), RemoteError> {
        let Some(row) = self.spoken(row)? else {
            return Ok(());
        };
        let document = bson::serialize_to_document(&row)
            .map_err(|error| RemoteError::Failed(error.to_string()))?;
        self.call(async {
            self.database()
                .collection::<Document>(QUARANTINE)
                .replace_one(doc! { "_id": row.op.to_string() }, document)
                .upsert(true)
                .await
        })?;
        Ok(())
    }

    fn release(&self, op: OpId) -> Result<(), RemoteError> {
        self.call(async {
            self.database()
                .collection::<Document>(QUARANTINE)
                .delete_one(doc! { "_id": op.to_string() })
                .await
        })?;
        Ok(())
    }
}
