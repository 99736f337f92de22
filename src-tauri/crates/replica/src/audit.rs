//! The audit trail: the timelines of records, what happened lately, and how a row is written.

use bson::oid::ObjectId;
use domain::{Collection, OpId, UserId, audit::AuditEvent};
use rusqlite::{Connection, Params, Row, params_from_iter, types::Value};

use crate::{
    columns,
    documents::{decode, parse},
    error::StoreError,
    replica::Reader,
};

/// The name errors give the audit trail.
pub(crate) const AUDIT: &str = "audit_events";

/// One row of the audit trail.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Its place in this file's trail: later rows have higher numbers. Asks for what came before it.
    pub n: i64,
    /// What happened.
    pub event: AuditEvent,
}

const BEFORE_ALL: i64 = i64::MAX;

/// Of which areas a timeline tells; a verb's area is its part before the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Areas<'a> {
    /// Of all.
    All,
    /// Of these only.
    Only(&'a [&'a str]),
    /// Of all but these.
    Without(&'a [&'a str]),
}

/// Writes a row, and whose timelines it is on.
pub(crate) fn store(
    connection: &Connection,
    event: &AuditEvent,
    text: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO audit_events (op, at, actor, actor_name, actor_role, device, verb, doc, number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params_from_iter(columns(event, text)))?;
    tell_subjects(connection, event, connection.last_insert_rowid())
}

/// Writes another text in the place of a row.
pub(crate) fn rewrite(
    connection: &Connection,
    n: i64,
    before: &AuditEvent,
    event: &AuditEvent,
    text: &str,
) -> rusqlite::Result<()> {
    forget_subjects(connection, before, n)?;
    connection
        .prepare_cached(
            "UPDATE audit_events SET at = ?2, actor = ?3, actor_name = ?4, actor_role = ?5, device = ?6,
               verb = ?7, doc = ?8, number = ?9 WHERE op = ?1",
        )?
        .execute(params_from_iter(columns(event, text)))?;
    tell_subjects(connection, event, n)
}

/// Takes a row away, with the places it is told at.
pub(crate) fn remove(connection: &Connection, n: i64, event: &AuditEvent) -> rusqlite::Result<()> {
    forget_subjects(connection, event, n)?;
    connection
        .prepare_cached("DELETE FROM audit_events WHERE n = ?1")?
        .execute([n])?;
    Ok(())
}

/// The row of an operation: its place, and what it says.
pub(crate) fn row_of(connection: &Connection, op: OpId) -> Result<Option<AuditRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT n, doc FROM audit_events WHERE op = ?1")?;
    let mut rows = statement.query([op.0.as_bytes()])?;
    rows.next()?.map(audit_row).transpose()
}

/// Where the text stands among the columns.
pub(crate) const TEXT: usize = 7;

/// The row's number in its device's chain.
pub(crate) fn number(event: &AuditEvent) -> Option<i64> {
    event
        .chain
        .as_ref()
        .map(|seal| i64::try_from(seal.number).unwrap_or(i64::MAX))
}

/// What is kept of a row: operation, moment, person, name, role, device, verb, text, number.
pub(crate) fn columns(event: &AuditEvent, text: &str) -> [Value; 9] {
    let actor = &event.actor;
    [
        Value::Blob(event.op.0.as_bytes().to_vec()),
        Value::Integer(columns::millis(event.at)),
        actor
            .user
            .map_or(Value::Null, |user| Value::Blob(user.0.bytes().to_vec())),
        Value::Text(actor.name.clone()),
        Value::Text(actor.role.as_str().to_owned()),
        Value::Text(actor.device.as_str().to_owned()),
        Value::Text(event.deed.verb.clone()),
        Value::Text(text.to_owned()),
        number(event).map_or(Value::Null, Value::Integer),
    ]
}

fn tell_subjects(connection: &Connection, event: &AuditEvent, n: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO audit_subjects (collection, id, event) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for subject in &event.deed.subjects {
        statement.execute(rusqlite::params![
            subject.collection.name(),
            subject.id.bytes(),
            n
        ])?;
    }
    Ok(())
}

fn forget_subjects(connection: &Connection, event: &AuditEvent, n: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM audit_subjects WHERE collection = ?1 AND id = ?2 AND event = ?3",
    )?;
    for subject in &event.deed.subjects {
        statement.execute(rusqlite::params![
            subject.collection.name(),
            subject.id.bytes(),
            n
        ])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// What happened to a record, the newest first, without who looked at it; `before` continues an earlier answer.
    pub fn timeline(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.timeline_of(collection, id, Areas::All, before, limit)
    }

    /// The same of some areas only. What is left out takes no place of what is asked for.
    pub fn timeline_of(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
        areas: Areas<'_>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let mut values = vec![
            Value::from(collection.name().to_owned()),
            Value::from(id.into().bytes().to_vec()),
            Value::from(before.unwrap_or(BEFORE_ALL)),
            Value::from(i64::from(limit)),
        ];
        let (negation, named) = match areas {
            Areas::All => ("", None),
            Areas::Only(areas) => ("", Some(areas)),
            Areas::Without(areas) => ("NOT ", Some(areas)),
        };
        let mut narrowed = String::new();
        if let Some(areas) = named {
            let places: Vec<String> = (0..areas.len())
                .map(|at| format!("?{}", values.len() + at + 1))
                .collect();
            narrowed = format!(
                "AND substr(e.verb, 1, instr(e.verb, '.') - 1) {negation}IN ({})",
                places.join(", ")
            );
            values.extend(areas.iter().map(|area| Value::from((*area).to_owned())));
        }
        self.audit_rows(
            &format!(
                "SELECT e.n, e.doc FROM audit_subjects s JOIN audit_events e ON e.n = s.event
                 WHERE s.collection = ?1 AND s.id = ?2 AND s.event < ?3 AND e.verb NOT LIKE '%.viewed' {narrowed}
                 ORDER BY s.event DESC LIMIT ?4"
            ),
            params_from_iter(values),
        )
    }

    /// What happened in the workspace, the newest first.
    pub fn recent_activity(&self, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.activity(None, limit)
    }

    /// The same, continued before a row.
    pub fn activity(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.audit_rows(
            "SELECT n, doc FROM audit_events
             WHERE n < ?1 AND verb NOT LIKE 'account.%' AND verb NOT LIKE 'session.%'
               AND verb <> 'learning.lesson-opened' AND verb NOT LIKE '%.viewed'
             ORDER BY n DESC LIMIT ?2",
            rusqlite::params![before.unwrap_or(BEFORE_ALL), limit],
        )
    }

    /// What a person did, the newest first.
    pub fn activity_of(
        &self,
        actor: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.audit_rows(
            "SELECT n, doc FROM audit_events WHERE actor = ?1 AND n < ?2 ORDER BY n DESC LIMIT ?3",
            rusqlite::params![actor.0.bytes(), before.unwrap_or(BEFORE_ALL), limit],
        )
    }

    /// Every row about a record, who looked at it included, the newest first.
    pub fn told_about(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.audit_rows(
            "SELECT e.n, e.doc FROM audit_subjects s JOIN audit_events e ON e.n = s.event
             WHERE s.collection = ?1 AND s.id = ?2 ORDER BY s.event DESC LIMIT ?3",
            rusqlite::params![collection.name(), id.into().bytes(), limit],
        )
    }

    /// What people call a record: a person's name, a course's title, a payment's receipt number.
    pub fn called(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> Result<Option<String>, StoreError> {
        let sql = match collection {
            Collection::Users => "SELECT name FROM users WHERE id = ?1",
            Collection::Courses => "SELECT title FROM courses WHERE id = ?1",
            Collection::Payments => "SELECT receipt_number FROM payments WHERE id = ?1",
            Collection::Enrollments
            | Collection::Devices
            | Collection::Settings
            | Collection::Imports
            | Collection::Sessions
            | Collection::AuthTokens => return Ok(None),
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([id.into().bytes()])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?.flatten())
    }

    fn audit_rows(&self, sql: &str, params: impl Params) -> Result<Vec<AuditRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(audit_row(row)?);
        }
        Ok(found)
    }
}

pub(crate) fn audit_row(row: &Row<'_>) -> Result<AuditRow, StoreError> {
    let n: i64 = row.get(0)?;
    let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(AuditRow {
        n,
        event: decode(AUDIT, n, parse(AUDIT, n, text)?)?,
    })
}
