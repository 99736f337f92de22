//! Reading the audit trail: the timelines of records, and what happened lately.

use bson::oid::ObjectId;
use domain::{Collection, UserId, audit::AuditEvent};
use rusqlite::{Params, Row};

use crate::{
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

impl Reader<'_> {
    /// What happened to a record, the newest first; `before` continues an earlier answer.
    pub fn timeline(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let id = id.into();
        self.audit_rows(
            "SELECT e.n, e.doc FROM audit_subjects s JOIN audit_events e ON e.n = s.event
             WHERE s.collection = ?1 AND s.id = ?2 AND s.event < ?3 ORDER BY s.event DESC LIMIT ?4",
            rusqlite::params![
                collection.name(),
                id.bytes(),
                before.unwrap_or(BEFORE_ALL),
                limit
            ],
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
               AND verb <> 'learning.lesson-opened'
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
            | Collection::Sessions => return Ok(None),
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
