//! The audit trail's chains: sealing a row at the end of its device's chain, what is remembered of each
//! chain's end, and everything verification needs to know of a row.
//!
//! In a workspace with a server the server seals; here its rows are then only remembered. What is wrong
//! with a chain is decided elsewhere (`domain::chain`).

use std::collections::HashMap;

use bson::Bson;
use domain::{
    DeviceId,
    audit::{AuditEvent, Subject},
    chain::SeriesTail,
};
use rusqlite::{Connection, OptionalExtension};

use crate::{
    audit::{self, AUDIT, AuditRow, audit_row},
    documents::{decode, encode, parse},
    error::StoreError,
    examine::readable,
    ledger, meta,
    replica::Reader,
    sync::trails::correcting,
};

/// The migration that brought the chains.
pub(crate) const MIGRATION: &str = "audit_chain";
/// Rows adopted at once.
const PAGE: i64 = 1_000;

/// A row of the trail with what the file keeps beside it.
#[derive(Clone, Debug)]
pub struct TrailRow {
    /// The row.
    pub row: AuditRow,
    /// The columns and the places it is told at are those of its document.
    pub agrees: bool,
    /// It waits for the server.
    pub waits: bool,
}

/// The row at the end of its device's chain.
pub(crate) fn seal(connection: &Connection, event: AuditEvent) -> Result<AuditEvent, StoreError> {
    let tail = head(connection, &event.actor.device)?;
    let salt: String = connection
        .prepare_cached("SELECT lower(hex(randomblob(16)))")?
        .query_row([], |row| row.get(0))?;
    let sealed = event.sealed(&tail, salt);
    remember(connection, &sealed)?;
    Ok(sealed)
}

/// How far the device's chain was ever seen.
fn head(connection: &Connection, device: &DeviceId) -> Result<SeriesTail, StoreError> {
    let found: Option<(i64, String)> = connection
        .prepare_cached("SELECT number, hash FROM audit_heads WHERE device = ?1")?
        .query_row([device.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((number, hash)) => ledger::tail(device, number, hash),
        None => Ok(SeriesTail::fresh(device.clone())),
    }
}

/// Remembers how far the chain goes, if this row is its furthest.
pub(crate) fn remember(connection: &Connection, event: &AuditEvent) -> Result<(), StoreError> {
    if let Some(tail) = event.tail() {
        connection
            .prepare_cached(
                "INSERT INTO audit_heads (device, number, hash) VALUES (?1, ?2, ?3)
                 ON CONFLICT (device) DO UPDATE SET number = excluded.number, hash = excluded.hash
                 WHERE excluded.number > number",
            )?
            .execute(rusqlite::params![
                tail.device.as_str(),
                i64::try_from(tail.last).unwrap_or(i64::MAX),
                tail.hash
            ])?;
    }
    Ok(())
}

/// After the migration: rows of before become the beginning of their devices' chains. With a server they
/// come sealed from there.
pub(crate) fn migrated(connection: &Connection) -> Result<(), StoreError> {
    if meta::get(connection, meta::SERVER)?.as_deref() == Some("1") {
        return Ok(());
    }
    adopt(connection)
}

/// Seals every row that has no place in a chain, in the order they were written here. One that cannot be read
/// stays as it is, outside of every chain: it keeps nobody from the workspace, and verification names it.
pub(crate) fn adopt(connection: &Connection) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let rows: Vec<(i64, String)> = connection
            .prepare_cached(
                "SELECT n, doc FROM audit_events WHERE number IS NULL AND n > ?1 ORDER BY n LIMIT ?2",
            )?
            .query_map([after, PAGE], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        after = *last;
        correcting(connection, || {
            for (n, text) in &rows {
                let read = parse(AUDIT, n, text)
                    .and_then(|document| Ok((decode(AUDIT, n, document.clone())?, document)));
                let (event, mut document): (AuditEvent, _) = match readable(read)? {
                    Ok(read) => read,
                    Err(error) => {
                        tracing::warn!(%error, "a row of the audit trail is left out of its chain");
                        continue;
                    }
                };
                let sealed = seal(connection, event)?;
                let fields = bson::serialize_to_document(&sealed).map_err(|error| {
                    StoreError::Unwritable {
                        collection: AUDIT,
                        reason: error.to_string(),
                    }
                })?;
                if let Some(op) = document.remove("op") {
                    document.insert("_id", op);
                }
                for name in ["chain", "sync"] {
                    document.insert(name, fields.get(name).cloned().unwrap_or(Bson::Null));
                }
                connection
                    .prepare_cached("UPDATE audit_events SET number = ?2, doc = ?3 WHERE n = ?1")?
                    .execute(rusqlite::params![
                        n,
                        audit::number(&sealed),
                        encode(&document)
                    ])?;
            }
            Ok(())
        })?;
    }
}

impl Reader<'_> {
    /// Every row of the trail, by device and number; those without a place in a chain come first. `unread`
    /// hears of those that cannot be read.
    pub fn trail_rows(
        &self,
        mut visit: impl FnMut(TrailRow) -> Result<(), StoreError>,
        mut unread: impl FnMut(&StoreError),
    ) -> Result<(), StoreError> {
        // Read once: the table is kept by what is told of, and finding one row's would read all of it.
        let mut told = self
            .connection
            .prepare(
                "SELECT event, group_concat(collection || lower(hex(id)), ' ' ORDER BY collection, id)
                 FROM audit_subjects GROUP BY event",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<HashMap<i64, String>, _>>()?;
        let mut statement = self.connection.prepare(
            "SELECT n, doc, op, at, actor, actor_name, actor_role, device, verb, number,
                    EXISTS (SELECT 1 FROM outbox o WHERE o.op = e.op)
             FROM audit_events e ORDER BY device, number, n",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let found = match readable(audit_row(row))? {
                Ok(found) => found,
                Err(error) => {
                    unread(&error);
                    continue;
                }
            };
            let text: String = row.get(1)?;
            let columns = audit::columns(&found.event, &text);
            let mut agrees = true;
            for (at, column) in [2, 3, 4, 5, 6, 7, 8, 9].into_iter().zip(
                columns
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| *place != audit::TEXT)
                    .map(|(_, value)| value),
            ) {
                let held: rusqlite::types::Value = row.get(at)?;
                agrees &= held == *column;
            }
            let subjects = told.remove(&found.n).unwrap_or_default();
            agrees &= subjects == told_at(&found.event.deed.subjects);
            visit(TrailRow {
                row: found,
                agrees,
                waits: row.get(10)?,
            })?;
        }
        Ok(())
    }

    /// How far each device's chain was ever seen.
    pub fn trail_heads(&self) -> Result<Vec<SeriesTail>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT device, number, hash FROM audit_heads ORDER BY device")?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let device = DeviceId::new(&name).map_err(|refusal| StoreError::Unreadable {
                collection: AUDIT,
                id: name,
                reason: refusal.message,
            })?;
            found.push(ledger::tail(&device, row.get(1)?, row.get(2)?)?);
        }
        Ok(found)
    }
}

fn told_at(subjects: &[Subject]) -> String {
    let mut places: Vec<String> = subjects
        .iter()
        .map(|subject| format!("{}{}", subject.collection.name(), subject.id.to_hex()))
        .collect();
    places.sort();
    places.dedup();
    places.join(" ")
}
