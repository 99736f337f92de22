//! The numbers of a device's ledger rows that wait: when the server's series has moved on, or one of the
//! rows was made anew, those that follow take the next numbers and are sealed again.

use bson::{Bson, Document};
use domain::{
    Change, ChangeSet, DeviceId, Guard, OpId,
    ledger::{LedgerEntry, SeriesTail, receipt_number},
};
use rusqlite::{Connection, OptionalExtension};

use super::{
    outbox,
    receive::Received,
    touches,
    trails::correcting,
    writing::{self, Work},
};
use crate::{
    audit,
    documents::encode,
    error::StoreError,
    ledger,
    replica::{Reader, Replica},
};

/// Whether rows of the series wait.
pub(super) fn waits(connection: &Connection, device: &DeviceId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM outbox WHERE series = ?1 LIMIT 1")?
        .exists([device.as_str()])?)
}

/// Takes the series' waiting rows out of the ledger; [`follow`] books them again.
pub(super) fn lift(connection: &Connection, device: &DeviceId) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM payment_ledger WHERE op IN (SELECT op FROM outbox WHERE series = ?1)",
        )?
        .execute([device.as_str()])?;
    Ok(())
}

/// Where the series stands without the rows that wait.
fn settled(connection: &Connection, device: &DeviceId) -> Result<SeriesTail, StoreError> {
    let last: Option<(i64, String)> = connection
        .prepare_cached(
            "SELECT * FROM (SELECT number, hash FROM payment_ledger WHERE device = ?1
                              AND op NOT IN (SELECT op FROM outbox WHERE series = ?1)
                            ORDER BY number DESC LIMIT 1)
             UNION ALL SELECT number, hash FROM series_tails WHERE device = ?1
             ORDER BY number DESC LIMIT 1",
        )?
        .query_row([device.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match last {
        Some((number, hash)) => ledger::tail(device, number, hash),
        None => Ok(SeriesTail::fresh(device.clone())),
    }
}

/// Lets the waiting rows of a series follow where it stands, and books those that are not in the ledger.
/// Answers how many were changed.
pub(super) fn follow(
    connection: &Connection,
    device: &DeviceId,
    work: &mut Work,
) -> Result<u64, StoreError> {
    let mut tail = settled(connection, device)?;
    let mut changed = Vec::new();
    for (seq, op) in waiting(connection, device)? {
        let Some((_, _, change_set)) = outbox::find(connection, op)? else {
            continue;
        };
        let Some(entry) = change_set.ledger_entry() else {
            continue;
        };
        let follows = domain::ledger::booking::follows(&tail, entry.number, &entry.prev);
        let next = if follows {
            change_set.clone()
        } else {
            renumbered(&change_set, &tail)
        };
        if let Some(entry) = next.ledger_entry() {
            tail.last = entry.number;
            tail.hash.clone_from(&entry.hash);
        }
        if !follows || !is_booked(connection, op)? {
            changed.push((seq, change_set, next));
        }
    }
    // All make room before any is booked again.
    let mut places = Vec::with_capacity(changed.len());
    for (_, before, _) in &changed {
        places.push(unbook(connection, before.op)?);
    }
    // Those with a place of old first: one that takes the next free place must not take theirs.
    let (placed, fresh): (Vec<_>, Vec<_>) = changed
        .iter()
        .zip(places)
        .partition(|(_, place)| place.is_some());
    for ((_, _, next), place) in placed.iter().chain(&fresh) {
        book(connection, next, *place)?;
    }
    for (seq, before, next) in &changed {
        if next != before {
            connection
                .prepare_cached("UPDATE outbox SET change_set = ?2 WHERE seq = ?1")?
                .execute(rusqlite::params![seq, outbox::text(next)?])?;
            touches::record(connection, *seq, next)?;
            tell_anew(connection, next)?;
            if receipt(before) != receipt(next) {
                for (collection, id) in touches::written(next) {
                    writing::remove(connection, collection, id, work)?;
                    work.again.insert((collection, id));
                }
            }
        }
        work.changed += 1;
    }
    Ok(u64::try_from(changed.len()).unwrap_or(u64::MAX))
}

fn waiting(connection: &Connection, device: &DeviceId) -> Result<Vec<(i64, OpId)>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT seq, op FROM outbox WHERE series = ?1 ORDER BY seq")?;
    let found = statement
        .query_map([device.as_str()], |row| {
            Ok((row.get(0)?, outbox::op(row, 1)?))
        })?
        .collect::<Result<_, _>>()?;
    Ok(found)
}

fn is_booked(connection: &Connection, op: OpId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM payment_ledger WHERE op = ?1")?
        .exists([op.0.as_bytes()])?)
}

/// Takes the row of an operation out of the ledger; answers its place.
pub(super) fn unbook(connection: &Connection, op: OpId) -> Result<Option<i64>, StoreError> {
    let place = connection
        .prepare_cached("SELECT n FROM payment_ledger WHERE op = ?1")?
        .query_row([op.0.as_bytes()], |row| row.get(0))
        .optional()?;
    connection
        .prepare_cached("DELETE FROM payment_ledger WHERE op = ?1")?
        .execute([op.0.as_bytes()])?;
    Ok(place)
}

fn book(
    connection: &Connection,
    change_set: &ChangeSet,
    place: Option<i64>,
) -> Result<(), StoreError> {
    if let Some(entry) = change_set.ledger_entry() {
        ledger::store(connection, place, entry, &row_text(entry)?)?;
    }
    Ok(())
}

/// A ledger row as its document's text.
pub(super) fn row_text(entry: &LedgerEntry) -> Result<String, StoreError> {
    let document = bson::serialize_to_document(entry).map_err(|error| StoreError::Unwritable {
        collection: ledger::LEDGER,
        reason: error.to_string(),
    })?;
    Ok(encode(&document))
}

/// Writes the audit row of a waiting change set again.
pub(super) fn tell_anew(connection: &Connection, change_set: &ChangeSet) -> Result<(), StoreError> {
    let event = change_set.audit();
    let document = bson::serialize_to_document(&event).map_err(|error| StoreError::Unwritable {
        collection: audit::AUDIT,
        reason: error.to_string(),
    })?;
    if let Some(before) = audit::row_of(connection, change_set.op)? {
        correcting(connection, || {
            Ok(audit::rewrite(
                connection,
                before.n,
                &before.event,
                &event,
                &encode(&document),
            )?)
        })?;
    }
    Ok(())
}

fn receipt(change_set: &ChangeSet) -> Option<String> {
    change_set.ledger_entry().map(LedgerEntry::receipt_number)
}

/// The change set with its ledger row numbered and sealed to follow the tail, its guard on the series,
/// and its receipt number wherever it stands.
fn renumbered(change_set: &ChangeSet, tail: &SeriesTail) -> ChangeSet {
    let mut next = change_set.clone();
    let number = tail.last.saturating_add(1);
    let (mut old, mut new) = (String::new(), String::new());
    for change in &mut next.changes {
        if let Change::Ledger { entry } = change {
            old = entry.receipt_number();
            new = receipt_number(&entry.device, number);
            let mut row = (**entry).clone();
            row.number = number;
            row.prev.clone_from(&tail.hash);
            **entry = row.sealed();
        }
    }
    for guard in &mut next.guards {
        if let Guard::Series { device, next, prev } = guard
            && *device == tail.device
        {
            *next = number;
            prev.clone_from(&tail.hash);
        }
    }
    if old != new {
        for change in &mut next.changes {
            match change {
                Change::Insert { document, .. } => exchange_all(document, &old, &new),
                Change::Patch { patch, .. } => {
                    for value in patch.set.values_mut() {
                        exchange(value, &old, &new);
                    }
                    for value in patch.push.values_mut().flatten() {
                        exchange(value, &old, &new);
                    }
                }
                Change::Delete { .. } | Change::Ledger { .. } => {}
            }
        }
        exchange_all(&mut next.deed.detail, &old, &new);
    }
    next
}

fn exchange_all(document: &mut Document, old: &str, new: &str) {
    for (_, value) in document.iter_mut() {
        exchange(value, old, new);
    }
}

fn exchange(value: &mut Bson, old: &str, new: &str) {
    match value {
        Bson::String(text) if text == old => new.clone_into(text),
        Bson::Document(inner) => exchange_all(inner, old, new),
        Bson::Array(values) => {
            for value in values {
                exchange(value, old, new);
            }
        }
        _ => {}
    }
}

impl Replica {
    /// The server says where a device's series stands: every row that waits takes the numbers after it.
    /// Answers how many were changed, and what came of it.
    pub fn rechain(&self, tail: &SeriesTail) -> Result<(u64, Received), StoreError> {
        let mut changed = 0;
        let received = self.take_over(false, |connection, work| {
            let number =
                i64::try_from(tail.last).map_err(|error| StoreError::Unwritable {
                    collection: ledger::LEDGER,
                    reason: error.to_string(),
                })?;
            connection
                .prepare_cached(
                    "INSERT INTO series_tails (device, number, hash) VALUES (?1, ?2, ?3)
                     ON CONFLICT (device) DO UPDATE SET number = excluded.number, hash = excluded.hash",
                )?
                .execute(rusqlite::params![tail.device.as_str(), number, tail.hash])?;
            changed = follow(connection, &tail.device, work)?;
            Ok(())
        })?;
        Ok((changed, received))
    }
}

impl Reader<'_> {
    /// The last number of a device's series here that the server is known to have; 0: none.
    pub fn series_held(&self, device: &DeviceId) -> Result<u64, StoreError> {
        let last: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT number FROM payment_ledger
                 WHERE device = ?1 AND op NOT IN (SELECT op FROM outbox WHERE series = ?1)
                 ORDER BY number DESC LIMIT 1",
            )?
            .query_row([device.as_str()], |row| row.get(0))
            .optional()?;
        Ok(last.and_then(|last| u64::try_from(last).ok()).unwrap_or(0))
    }
}
