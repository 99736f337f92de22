//! The audit trail as a list.

use bson::oid::ObjectId;
use domain::{Collection, Timestamp, UserId};
use rusqlite::types::Value;

use super::{
    cells,
    plan::{Ask, COUNTED, Condition, Facet, Path, RowSet, Sql},
};
use crate::{
    audit::{AuditRow, audit_row},
    error::StoreError,
    page::{Page, Window},
    replica::Reader,
};

/// Which events, newest first. `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditQuery {
    /// Done by this person.
    pub actor: Option<UserId>,
    /// About this record.
    pub subject: Option<(Collection, ObjectId)>,
    /// Of this area: the part of the verb before the dot (`payment`), or a whole verb
    /// (`payment.captured`).
    pub verb: Option<String>,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub before: Option<Timestamp>,
    /// Oldest first instead.
    pub ascending: bool,
}

const PATHS: &[Path] = &[
    Path {
        index: "audit_narrow",
        lead: &[],
        keys: &[],
        covers: &["verb", "at", "actor"],
    },
    Path {
        index: "audit_by_verb",
        lead: &["verb"],
        keys: &[],
        covers: &["at"],
    },
    Path {
        index: "audit_by_time",
        lead: &[],
        keys: &["at"],
        covers: &[],
    },
];

impl Reader<'_> {
    /// Audit events in the order they were written, a window of them.
    pub fn audit(&self, query: &AuditQuery, window: Window) -> Result<Page<AuditRow>, StoreError> {
        let answer = self.answer(&self.audit_ask(query)?, window)?;
        let rows = self.fetch(
            &answer.rows,
            "SELECT n, doc FROM audit_events WHERE n = ?1",
            audit_row,
        )?;
        Ok(Page {
            rows,
            total: answer.total,
        })
    }

    pub(super) fn audit_ask(&self, query: &AuditQuery) -> Result<Ask, StoreError> {
        let cube = self.cube(
            &["verb"],
            "SELECT verb, n FROM audit_counts WHERE n > 0",
            &[],
        )?;
        let mut facets = Vec::new();
        facets.extend(query.actor.map(|actor| Facet {
            column: "actor",
            values: vec![cells::blob(actor)],
        }));
        if let Some(wanted) = &query.verb {
            let of_area = |verb: &str| {
                verb.strip_prefix(wanted.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            let values = cube
                .cells
                .iter()
                .filter_map(|(values, _)| values.first())
                .filter(
                    |value| matches!(value, Value::Text(verb) if verb == wanted || of_area(verb)),
                )
                .cloned()
                .collect();
            facets.push(Facet {
                column: "verb",
                values,
            });
        }
        let mut conditions: Vec<Condition> = Vec::new();
        conditions.extend(Condition::between(
            &["at"],
            query.from.map(Timestamp::timestamp_millis),
            query.before.map(Timestamp::timestamp_millis),
        ));
        let mut within = None;
        if let Some((collection, id)) = query.subject {
            let sql = "SELECT event FROM audit_subjects WHERE collection = ? AND id = ?".to_owned();
            let values = vec![Value::from(collection.name().to_owned()), cells::blob(id)];
            let text = format!("SELECT count(*) FROM ({sql} LIMIT {})", COUNTED + 1);
            let rows = self.figure(&Sql {
                text,
                values: values.clone(),
            })?;
            within = Some(RowSet { sql, values, rows });
        }
        Ok(Ask {
            table: "audit_events",
            keys: &[],
            descending: !query.ascending,
            facets,
            conditions,
            within,
            cube,
            paths: PATHS.to_vec(),
            uncounted: false,
            few: query.actor.map(|_| "audit_by_actor"),
        })
    }
}
