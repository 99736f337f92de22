//! Forgetting a person who was erased: the words about them leave the audit trail, the ledger's remarks,
//! what waits to be sent and what waits to be settled, and letters; and then the file's pages, so that nothing of it
//! can be read back out of free space.
//!
//! The documents themselves are changed by the erasure's change set, as any others are.

use bson::oid::ObjectId;
use domain::{
    UserId,
    audit::{AuditEvent, ERASED},
    ledger::LedgerEntry,
};
use rusqlite::Connection;

use crate::{
    audit::{self, AUDIT},
    documents::{decode, encode, object_id, parse},
    error::StoreError,
    ledger::{self, LEDGER},
    meta,
    replica::Replica,
    sync::{forgetting, trails::correcting, writing::Work},
};

/// Set while pages may still hold what was erased.
const SCRUB: &str = "scrub";

/// Takes the words about the person out of everything but their documents. A second time changes nothing.
pub(crate) fn forget(
    connection: &Connection,
    person: UserId,
    work: &mut Work,
) -> Result<(), StoreError> {
    let about = about(connection, person)?;
    let mut rows = audit_rows(
        connection,
        "SELECT n, doc FROM audit_events WHERE actor = ?1",
        [person.0.bytes().to_vec()],
    )?;
    for id in &about {
        rows.extend(audit_rows(
            connection,
            "SELECT e.n, e.doc FROM audit_subjects s JOIN audit_events e ON e.n = s.event WHERE s.id = ?1",
            [id.bytes().to_vec()],
        )?);
    }
    rows.sort_by_key(|(n, _)| *n);
    rows.dedup_by_key(|(n, _)| *n);
    correcting(connection, || {
        for (n, event) in rows {
            if event.deed.verb == ERASED {
                continue;
            }
            let left = event.clone().without_words();
            if left != event {
                let text = document(AUDIT, &left)?;
                audit::rewrite(connection, n, &event, &left, &text)?;
            }
        }
        remarks(connection, person)
    })?;
    forgetting::waiting(connection, &about, work)?;
    for id in &about {
        connection
            .prepare_cached("DELETE FROM conflicts WHERE doc = ?1")?
            .execute([id.bytes()])?;
    }
    for sql in [
        "DELETE FROM auth_tokens WHERE user = ?1",
        "DELETE FROM mail WHERE person = ?1",
    ] {
        connection
            .prepare_cached(sql)?
            .execute([person.0.bytes()])?;
    }
    // What could not be read and names them is kept aside as it was.
    connection
        .prepare_cached(
            "DELETE FROM unreadable
             WHERE source IN ('enrollments', 'payments', 'sessions') AND instr(doc, ?1) > 0",
        )?
        .execute([person.0.to_hex()])?;
    meta::set(connection, SCRUB, "1")
}

/// The person and what is theirs.
fn about(connection: &Connection, person: UserId) -> Result<Vec<ObjectId>, StoreError> {
    let mut found = vec![person.0];
    for table in ["enrollments", "payments"] {
        let mut statement =
            connection.prepare(&format!("SELECT id FROM {table} WHERE user = ?1"))?;
        let ids = statement.query_map([person.0.bytes()], |row| object_id(row, 0))?;
        for id in ids {
            found.push(id?);
        }
    }
    Ok(found)
}

fn audit_rows(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<(i64, AuditEvent)>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let row = audit::audit_row(row)?;
        found.push((row.n, row.event));
    }
    Ok(found)
}

/// The ledger's remarks on the person's rows.
fn remarks(connection: &Connection, person: UserId) -> Result<(), StoreError> {
    let rows: Vec<(i64, String)> = connection
        .prepare("SELECT n, doc FROM payment_ledger WHERE user = ?1")?
        .query_map([person.0.bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (n, text) in rows {
        let entry: LedgerEntry = decode(LEDGER, n, parse(LEDGER, n, &text)?)?;
        let left = entry.clone().without_words();
        if left != entry {
            connection
                .prepare_cached("DELETE FROM payment_ledger WHERE n = ?1")?
                .execute([n])?;
            ledger::store(connection, Some(n), &left, &document(LEDGER, &left)?)?;
        }
    }
    Ok(())
}

fn document<T: serde::Serialize>(
    collection: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    let document = bson::serialize_to_document(value).map_err(|error| StoreError::Unwritable {
        collection,
        reason: error.to_string(),
    })?;
    Ok(encode(&document))
}

impl Replica {
    /// Forgets the letters to an address, sent or not.
    pub fn forget_letters_to(&self, address: &str) -> Result<(), StoreError> {
        self.writer()
            .prepare_cached("DELETE FROM mail WHERE recipient = ?1")?
            .execute([address])?;
        Ok(())
    }

    /// After somebody was forgotten: writes the file anew without what its free pages still held. False:
    /// nothing was to be done. Fails as busy while another program reads; it is then still to be done.
    pub fn scrub(&self) -> Result<bool, StoreError> {
        if self.meta(SCRUB)?.as_deref() != Some("1") {
            return Ok(false);
        }
        {
            let connection = self.writer();
            connection.execute_batch(
                "INSERT INTO people_fts (people_fts) VALUES ('optimize');
                 INSERT INTO courses_fts (courses_fts) VALUES ('optimize');
                 VACUUM",
            )?;
            meta::set(&connection, SCRUB, "0")?;
        }
        self.checkpoint()?;
        Ok(true)
    }
}
