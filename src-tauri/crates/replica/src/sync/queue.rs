//! The queue as a person sees it.

use std::collections::{BTreeMap, BTreeSet};

use bson::oid::ObjectId;
use domain::{ChangeSet, Collection, OpId, Refusal, Timestamp};
use rusqlite::{Params, Row};

use super::{
    outbox,
    touches::{self, Mode, Thing},
};
use crate::{
    documents::{count, object_id},
    error::StoreError,
    replica::Reader,
};

/// How it stands with a change set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueState {
    /// Waits for its turn or for the server.
    Waiting,
    /// On its way.
    Sending,
    /// Waits for one that needs a person.
    Blocked {
        /// Which.
        by: OpId,
    },
    /// Needs a person.
    Dead,
}

/// A change set in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// What it is.
    pub change_set: ChangeSet,
    /// How it stands.
    pub state: QueueState,
    /// How often the server answered and failed at it.
    pub failures: u32,
    /// How often it was replaced since it was queued or revived.
    pub rebases: u32,
    /// When it is sent again.
    pub next_at: Option<Timestamp>,
    /// What was wrong the last time, for a person.
    pub error: Option<String>,
    /// Why it needs a person.
    pub reason: Option<Refusal>,
}

/// How much waits, and for whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// Change sets that wait or are on their way and change or rely on something.
    pub waiting: u64,
    /// Lines of the trail that wait or are on their way: that somebody looked at a record, or saved a list.
    pub lines: u64,
    /// Change sets that need a person.
    pub dead: u64,
    /// Conflict cards nobody has settled.
    pub conflicts: u64,
    /// The first moment one of them is sent again, where all of them wait for one.
    pub next_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "o.seq, o.op, o.change_set, o.state, o.attempts, o.rebases, o.next_at, o.error, o.reason";

impl Reader<'_> {
    /// The queue, the oldest first.
    pub fn queue(&self, limit: u32) -> Result<Vec<QueueRow>, StoreError> {
        self.queued_rows(
            &format!("SELECT {COLUMNS} FROM outbox o ORDER BY o.seq LIMIT ?1"),
            [limit],
        )
    }

    /// A change set in the queue.
    pub fn queued(&self, op: OpId) -> Result<Option<QueueRow>, StoreError> {
        let rows = self.queued_rows(
            &format!("SELECT {COLUMNS} FROM outbox o WHERE o.op = ?1"),
            [op.0.as_bytes()],
        )?;
        Ok(rows.into_iter().next())
    }

    /// The change sets in the queue that write a document, the oldest first.
    pub fn pending_for(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> Result<Vec<QueueRow>, StoreError> {
        self.queued_rows(
            &format!(
                "SELECT {COLUMNS} FROM outbox o WHERE o.seq IN (
                   SELECT seq FROM outbox_touches
                   WHERE collection = ?1 AND id = ?2 AND mode IN ('x', 'w', 'c')) ORDER BY o.seq"
            ),
            rusqlite::params![collection.name(), id.into().bytes()],
        )
    }

    /// The documents of a collection that are not yet as the server has them.
    pub fn pending_ids(&self, collection: Collection) -> Result<BTreeSet<ObjectId>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM shadows WHERE collection = ?1")?;
        let found = statement
            .query_map([collection.name()], |row| object_id(row, 0))?
            .collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// How much waits.
    pub fn queue_counts(&self) -> Result<QueueCounts, StoreError> {
        let counts = self
            .connection
            .prepare_cached(
                "SELECT count(*) FILTER (WHERE state <> 'dead' AND touches),
                        count(*) FILTER (WHERE state = 'dead'),
                        (SELECT count(*) FROM conflicts WHERE settled IS NULL),
                        CASE WHEN count(*) FILTER (WHERE state = 'inflight' OR state = 'pending' AND next_at IS NULL) = 0
                             THEN min(next_at) FILTER (WHERE state = 'pending') END,
                        count(*) FILTER (WHERE state <> 'dead' AND NOT touches)
                 FROM (SELECT state, next_at,
                              EXISTS (SELECT 1 FROM outbox_touches t WHERE t.seq = o.seq) AS touches
                       FROM outbox o)",
            )?
            .query_row([], |row| {
                Ok(QueueCounts {
                    waiting: count(row, 0)?,
                    dead: count(row, 1)?,
                    conflicts: count(row, 2)?,
                    next_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_millis),
                    lines: count(row, 4)?,
                })
            })?;
        Ok(counts)
    }

    fn queued_rows(&self, sql: &str, params: impl Params) -> Result<Vec<QueueRow>, StoreError> {
        let blocked = self.blocked()?;
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(queue_row(row, &blocked)?);
        }
        Ok(found)
    }

    /// Which places of the queue wait, directly or not, for one that needs a person, and for which.
    fn blocked(&self) -> Result<BTreeMap<i64, OpId>, StoreError> {
        let mut found = BTreeMap::new();
        if !self.exists("SELECT 1 FROM outbox WHERE state = 'dead' LIMIT 1", [])? {
            return Ok(found);
        }
        let mut stuck: BTreeMap<Thing, BTreeMap<Mode, OpId>> = BTreeMap::new();
        let mut statement = self
            .connection
            .prepare_cached("SELECT seq, op, state = 'dead' FROM outbox ORDER BY seq")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (seq, dead): (i64, bool) = (row.get(0)?, row.get(2)?);
            let touched = touches::of(self.connection, seq)?;
            let by = if dead {
                Some(outbox::op(row, 1)?)
            } else {
                touched.iter().find_map(|(thing, mode)| {
                    let before = stuck.get(thing)?;
                    before
                        .iter()
                        .find(|(earlier, _)| mode.behind(**earlier))
                        .map(|(_, op)| *op)
                })
            };
            let Some(by) = by else { continue };
            if !dead {
                found.insert(seq, by);
            }
            for (thing, mode) in touched {
                stuck.entry(thing).or_default().entry(mode).or_insert(by);
            }
        }
        Ok(found)
    }
}

fn queue_row(row: &Row<'_>, blocked: &BTreeMap<i64, OpId>) -> Result<QueueRow, StoreError> {
    let op = outbox::op(row, 1)?;
    let seq: i64 = row.get(0)?;
    let state: String = row.get(3)?;
    let state = match state.as_str() {
        "dead" => QueueState::Dead,
        "inflight" => QueueState::Sending,
        _ => blocked
            .get(&seq)
            .map_or(QueueState::Waiting, |by| QueueState::Blocked { by: *by }),
    };
    Ok(QueueRow {
        change_set: outbox::change_set(row, 2, op)?,
        state,
        failures: row.get(4)?,
        rebases: row.get(5)?,
        next_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_millis),
        error: row.get(7)?,
        reason: outbox::reason(row, 8, op)?,
    })
}
