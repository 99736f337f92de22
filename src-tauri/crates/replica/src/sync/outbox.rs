//! Change sets the institution's server has not acknowledged yet. A workspace without a server has none.

use domain::{ChangeSet, OpId};
use rusqlite::Connection;
use uuid::Uuid;

use crate::{
    documents::{decode, encode, parse},
    error::StoreError,
    meta,
    replica::Reader,
};

const OUTBOX: &str = "outbox";

/// A change set that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Its place in the queue.
    pub seq: i64,
    /// What waits.
    pub change_set: ChangeSet,
    /// How often it was sent in vain.
    pub attempts: i64,
}

/// Queues the change set, if the workspace has a server.
pub(crate) fn enqueue(connection: &Connection, change_set: &ChangeSet) -> Result<(), StoreError> {
    if meta::get(connection, meta::SERVER)?.as_deref() != Some("1") {
        return Ok(());
    }
    let document =
        bson::serialize_to_document(change_set).map_err(|error| StoreError::Unwritable {
            collection: OUTBOX,
            reason: error.to_string(),
        })?;
    connection
        .prepare_cached("INSERT INTO outbox (op, change_set, state) VALUES (?1, ?2, 'pending')")?
        .execute(rusqlite::params![
            change_set.op.0.as_bytes(),
            encode(document)
        ])?;
    Ok(())
}

impl Reader<'_> {
    /// The change sets that wait, the oldest first.
    pub fn outbox(&self, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, op, change_set, attempts FROM outbox WHERE state = 'pending' ORDER BY seq LIMIT ?1",
        )?;
        let mut rows = statement.query([limit])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let op = OpId(Uuid::from_bytes(row.get(1)?));
            let text: String = row.get(2)?;
            found.push(OutboxRow {
                seq: row.get(0)?,
                change_set: decode(OUTBOX, op, parse(OUTBOX, op, &text)?)?,
                attempts: row.get(3)?,
            });
        }
        Ok(found)
    }
}
