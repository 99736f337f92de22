//! Forgetting an erased person in the queue: what only writes them leaves it, as if it had been given up; what
//! books money, or what money relies on, stays without the words. The trails and cards are `forget`'s.

use std::collections::BTreeSet;

use bson::oid::ObjectId;
use domain::{
    Change, ChangeSet, Collection, DeviceId, OpId, Refusal, UserId,
    rules::people::erasing::{is_erased, unsaid},
};
use rusqlite::Connection;

use super::{outbox, receive, series, shadows, touches, trails::correcting, writing::Work};
use crate::{audit, error::StoreError, forget, meta};

/// The fact of the file that keeps the copies on the server of what is no dead letter any more, by operation
/// number: the engine takes them away when it next reaches the server.
pub const RELEASES: &str = "quarantine-releases";
/// Figures kept on courses, which follow from what else a change set writes.
const COUNTERS: [&str; 3] = ["enrollmentCount", "viewCount", "rating"];

/// Whether the account, as the server has it, is an erased person's.
pub(crate) fn was_erased(connection: &Connection, person: UserId) -> Result<bool, StoreError> {
    Ok(shadows::version(connection, Collection::Users, person.0)?
        .is_some_and(|account| is_erased(&account)))
}

/// Takes over the server's version of a document. Somebody who comes erased is forgotten.
pub(super) fn arrive(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    document: Option<bson::Document>,
    work: &mut Work,
) -> Result<(), StoreError> {
    let erased = collection == Collection::Users
        && document.as_ref().is_some_and(is_erased)
        && !was_erased(connection, UserId(id))?;
    if shadows::is_kept(connection, collection, id)? {
        shadows::set(connection, collection, id, document, work)?;
    } else {
        receive::place(connection, collection, id, document, work)?;
    }
    if erased {
        forget::forget(connection, UserId(id), work)?;
    }
    Ok(())
}

/// Takes the words about a person out of what waits; `about` are the person and what is theirs.
pub(crate) fn waiting(
    connection: &Connection,
    about: &[ObjectId],
    work: &mut Work,
) -> Result<(), StoreError> {
    let queued = queue(connection)?;
    let relied: BTreeSet<ObjectId> = queued
        .iter()
        .filter(|(_, set)| set.ledger_entry().is_some())
        .flat_map(|(_, set)| touches::written(set))
        .map(|(_, id)| id)
        .collect();
    let mut devices: Vec<DeviceId> = Vec::new();
    for (seq, set) in queued {
        let left = unsaid(&set, &|_, id| about.contains(&id));
        if left == set && !theirs_alone(&set, about) {
            continue;
        }
        let money = set.ledger_entry().is_some();
        let relied_on = touches::written(&set)
            .iter()
            .any(|(_, id)| relied.contains(id));
        work.again.extend(touches::written(&set));
        work.changed += 1;
        if !money && (left.changes.is_empty() || !relied_on && theirs_alone(&set, about)) {
            give_up(connection, seq, set.op)?;
            continue;
        }
        connection
            .prepare_cached("UPDATE outbox SET change_set = ?2, error = NULL WHERE seq = ?1")?
            .execute(rusqlite::params![seq, outbox::text(&left)?])?;
        neutral(connection, seq, set.op)?;
        touches::record(connection, seq, &left)?;
        series::tell_anew(connection, &left)?;
        if let Some(entry) = left.ledger_entry()
            && set.ledger_entry() != Some(entry)
        {
            series::unbook(connection, set.op)?;
            if !devices.contains(&entry.device) {
                devices.push(entry.device.clone());
            }
        }
    }
    for device in devices {
        series::follow(connection, &device, work)?;
    }
    Ok(())
}

fn queue(connection: &Connection) -> Result<Vec<(i64, ChangeSet)>, StoreError> {
    let mut statement =
        connection.prepare("SELECT seq, op, change_set FROM outbox ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let op = outbox::op(row, 1)?;
        found.push((row.get(0)?, outbox::change_set(row, 2, op)?));
    }
    Ok(found)
}

/// Whether a change set writes nothing but the person, what is theirs, and figures that follow from it.
fn theirs_alone(set: &ChangeSet, about: &[ObjectId]) -> bool {
    let mut any = false;
    let alone = set.changes.iter().all(|change| match change {
        Change::Insert { document, .. } => {
            let theirs = document
                .get_object_id("user")
                .is_ok_and(|user| about.contains(&user));
            any |= theirs;
            theirs
        }
        Change::Patch {
            collection: Collection::Courses,
            patch,
            ..
        } => patch
            .set
            .keys()
            .chain(patch.inc.keys())
            .chain(patch.push.keys())
            .chain(&patch.unset)
            .all(|path| COUNTERS.contains(&path.split('.').next().unwrap_or(path))),
        Change::Patch { collection, id, .. } | Change::Delete { collection, id } => {
            let theirs = about.contains(id);
            any |= theirs;
            theirs || matches!(collection, Collection::Sessions | Collection::AuthTokens)
        }
        Change::Ledger { .. } => false,
    });
    alone && any
}

/// It leaves the queue, and its audit row goes: the server never heard of it.
fn give_up(connection: &Connection, seq: i64, op: OpId) -> Result<(), StoreError> {
    if let Some(row) = audit::row_of(connection, op)? {
        correcting(connection, || {
            Ok(audit::remove(connection, row.n, &row.event)?)
        })?;
    }
    outbox::remove(connection, seq)?;
    let told = meta::get(connection, RELEASES)?.unwrap_or_default();
    meta::set(connection, RELEASES, format!("{told} {op}").trim())
}

/// Why it needs a person may be told with a name or an address.
fn neutral(connection: &Connection, seq: i64, op: OpId) -> Result<(), StoreError> {
    let reason = connection
        .prepare_cached("SELECT reason FROM outbox WHERE seq = ?1")?
        .query_row([seq], |row| Ok(outbox::reason(row, 0, op)))??;
    let Some(reason) = reason else { return Ok(()) };
    let reason = Refusal::new(
        reason.code,
        "The words of this change were erased with the person it was about.",
    );
    let text = serde_json::to_string(&reason).map_err(|error| StoreError::Unwritable {
        collection: outbox::OUTBOX,
        reason: error.to_string(),
    })?;
    connection
        .prepare_cached("UPDATE outbox SET reason = ?2 WHERE seq = ?1")?
        .execute(rusqlite::params![seq, text])?;
    Ok(())
}
