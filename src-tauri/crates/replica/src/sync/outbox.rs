//! The queue's states: change sets the institution's server has not acknowledged. A workspace without a
//! server has none. A row leaves by being acknowledged or given up, in other files; here it is queued,
//! chosen, sent, put off, buried and revived.

use domain::{ChangeSet, OpId, Refusal, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use super::touches;
use crate::{
    connection,
    documents::{decode, encode, parse},
    error::StoreError,
    replica::{Reader, Replica},
};

pub(crate) const OUTBOX: &str = "outbox";

/// A change set that may be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Its place in the queue.
    pub seq: i64,
    /// What waits.
    pub change_set: ChangeSet,
    /// How often the server answered and failed at it. That nobody answered counts for nothing.
    pub failures: u32,
    /// How often it was replaced since it was queued or revived.
    pub rebases: u32,
}

/// A change set as text.
pub(crate) fn text(change_set: &ChangeSet) -> Result<String, StoreError> {
    let document =
        bson::serialize_to_document(change_set).map_err(|error| StoreError::Unwritable {
            collection: OUTBOX,
            reason: error.to_string(),
        })?;
    Ok(encode(&document))
}

/// The change set in a column.
pub(crate) fn change_set(row: &Row<'_>, index: usize, op: OpId) -> Result<ChangeSet, StoreError> {
    let text = row
        .get_ref(index)?
        .as_str()
        .map_err(rusqlite::Error::from)?;
    decode(OUTBOX, op, parse(OUTBOX, op, text)?)
}

/// The operation number in a column.
pub(crate) fn op(row: &Row<'_>, index: usize) -> rusqlite::Result<OpId> {
    row.get(index).map(|bytes| OpId(Uuid::from_bytes(bytes)))
}

/// Queues the change set.
pub(crate) fn enqueue(connection: &Connection, change_set: &ChangeSet) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO outbox (op, change_set, state, series) VALUES (?1, ?2, 'pending', ?3)",
        )?
        .execute(rusqlite::params![
            change_set.op.0.as_bytes(),
            text(change_set)?,
            series(change_set)
        ])?;
    touches::record(connection, connection.last_insert_rowid(), change_set)
}

/// The device in whose series a change set books.
pub(crate) fn series(change_set: &ChangeSet) -> Option<&str> {
    change_set.ledger_entry().map(|entry| entry.device.as_str())
}

/// The place, state and content of a queued change set.
pub(crate) fn find(
    connection: &Connection,
    number: OpId,
) -> Result<Option<(i64, String, ChangeSet)>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT seq, state, change_set FROM outbox WHERE op = ?1")?;
    let mut rows = statement.query([number.0.as_bytes()])?;
    match rows.next()? {
        Some(row) => Ok(Some((
            row.get(0)?,
            row.get(1)?,
            change_set(row, 2, number)?,
        ))),
        None => Ok(None),
    }
}

/// Takes a change set out of the queue.
pub(crate) fn remove(connection: &Connection, seq: i64) -> Result<(), StoreError> {
    touches::forget(connection, seq)?;
    connection
        .prepare_cached("DELETE FROM outbox WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}

impl Reader<'_> {
    /// Change sets that may be sent now, the oldest first: their time has come, and no earlier one that
    /// nobody acknowledged stands in their way. So they may be sent in any order. Answering to one of
    /// them may make others due.
    pub fn outbox_due(&self, now: Timestamp, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, op, change_set, attempts, rebases FROM outbox
             WHERE state = 'pending' AND (next_at IS NULL OR next_at <= ?1) ORDER BY seq",
        )?;
        let mut rows = statement.query([now.timestamp_millis()])?;
        let mut found = Vec::new();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        while found.len() < limit
            && let Some(row) = rows.next()?
        {
            let seq: i64 = row.get(0)?;
            if touches::is_behind(self.connection, seq)? {
                continue;
            }
            found.push(OutboxRow {
                seq,
                change_set: change_set(row, 2, op(row, 1)?)?,
                failures: row.get(3)?,
                rebases: row.get(4)?,
            });
        }
        Ok(found)
    }
}

impl Replica {
    /// What was under way when a program ended waits again. For the one program that sends.
    pub fn recover_outbox(&self) -> Result<u64, StoreError> {
        self.change_outbox(
            "UPDATE outbox SET state = 'pending' WHERE state = 'inflight'",
            [],
        )
    }

    /// The change set is being sent. False: it does not wait (any more). Does not wait for the disk: what
    /// was under way when a program ended is sent again in any case.
    pub fn mark_inflight(&self, op: OpId) -> Result<bool, StoreError> {
        let mut writer = self.writer();
        let changed = connection::unhurried(&mut writer, |connection| {
            Ok(connection
                .prepare_cached(
                    "UPDATE outbox SET state = 'inflight' WHERE op = ?1 AND state = 'pending'",
                )?
                .execute([op.0.as_bytes()])?)
        })?;
        Ok(changed > 0)
    }

    /// The server answered, and failed at it: that is counted, and it waits until then. The error is for a
    /// person.
    pub fn failed_at(&self, op: OpId, next_at: Timestamp, error: &str) -> Result<(), StoreError> {
        self.change_outbox(
            "UPDATE outbox SET state = 'pending', next_at = ?2, error = ?3, attempts = attempts + 1
             WHERE op = ?1 AND state <> 'dead'",
            rusqlite::params![op.0.as_bytes(), next_at.timestamp_millis(), error],
        )?;
        Ok(())
    }

    /// Nobody answered, or it has to be sent anew: it waits until then. The error is for a person.
    pub fn retry_at(&self, op: OpId, next_at: Timestamp, error: &str) -> Result<(), StoreError> {
        self.change_outbox(
            "UPDATE outbox SET state = 'pending', next_at = ?2, error = ?3
             WHERE op = ?1 AND state <> 'dead'",
            rusqlite::params![op.0.as_bytes(), next_at.timestamp_millis(), error],
        )?;
        Ok(())
    }

    /// Nothing waits for its time any more. Answers how many did.
    pub fn retry_now(&self) -> Result<u64, StoreError> {
        self.change_outbox(
            "UPDATE outbox SET next_at = NULL WHERE next_at IS NOT NULL",
            [],
        )
    }

    /// It can never be applied as it is: a person must look. Its changes stay on the screen, and what
    /// relies on it waits.
    pub fn bury(&self, op: OpId, reason: &Refusal) -> Result<(), StoreError> {
        let reason = serde_json::to_string(reason).map_err(|error| StoreError::Unwritable {
            collection: OUTBOX,
            reason: error.to_string(),
        })?;
        self.change_outbox(
            "UPDATE outbox SET state = 'dead', next_at = NULL, reason = ?2 WHERE op = ?1",
            rusqlite::params![op.0.as_bytes(), reason],
        )?;
        Ok(())
    }

    /// It is tried once more from the beginning. False: it was not dead.
    pub fn revive(&self, op: OpId) -> Result<bool, StoreError> {
        let changed = self.change_outbox(
            "UPDATE outbox SET state = 'pending', attempts = 0, rebases = 0, next_at = NULL,
               error = NULL, reason = NULL WHERE op = ?1 AND state = 'dead'",
            [op.0.as_bytes()],
        )?;
        Ok(changed > 0)
    }

    fn change_outbox(&self, sql: &str, params: impl rusqlite::Params) -> Result<u64, StoreError> {
        let changed = self.writer().prepare_cached(sql)?.execute(params)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }
}

/// The reason in a column, if there is one.
pub(crate) fn reason(row: &Row<'_>, index: usize, op: OpId) -> Result<Option<Refusal>, StoreError> {
    let text: Option<String> = row.get(index)?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|error| StoreError::Unreadable {
            collection: OUTBOX,
            id: op.to_string(),
            reason: error.to_string(),
        })
    })
    .transpose()
}

/// The place of a queued change set.
pub(crate) fn place(connection: &Connection, op: OpId) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT seq FROM outbox WHERE op = ?1")?
        .query_row([op.0.as_bytes()], |row| row.get(0))
        .optional()?)
}
