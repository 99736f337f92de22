//! The audit trail as a list.

use bson::oid::ObjectId;
use domain::{Collection, DeviceId, Timestamp, UserId};
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
    /// Done on this desktop.
    pub device: Option<DeviceId>,
    /// Somewhere in the row: the name of who acted, the verb, the words and figures of the detail.
    pub text: Option<String>,
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
        let within = self.audit_within(query)?;
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

    /// The rows about a record, of a desktop and with a text in them; none where nothing of it is asked.
    fn audit_within(&self, query: &AuditQuery) -> Result<Option<RowSet>, StoreError> {
        let (mut parts, mut values) = (Vec::new(), Vec::new());
        if let Some((collection, id)) = query.subject {
            parts.push("SELECT event FROM audit_subjects WHERE collection = ? AND id = ?");
            values.push(Value::from(collection.name().to_owned()));
            values.push(cells::blob(id));
        }
        if let Some(device) = &query.device {
            parts.push("SELECT n FROM audit_events WHERE device = ?");
            values.push(Value::from(device.as_str().to_owned()));
        }
        if let Some(text) = &query.text {
            // What people type is looked for as it is: `%` and `_` are letters here.
            let mut pattern = String::from("%");
            for letter in text.chars() {
                if matches!(letter, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(letter);
            }
            pattern.push('%');
            parts.push(
                "SELECT n FROM audit_events WHERE verb LIKE ? ESCAPE '\\' OR actor_name LIKE ? ESCAPE '\\'
                   OR doc -> '$.deed.detail' LIKE ? ESCAPE '\\'",
            );
            values.extend([&pattern; 3].map(|pattern| Value::from(pattern.clone())));
        }
        if parts.is_empty() {
            return Ok(None);
        }
        let sql = parts.join(" INTERSECT ");
        let rows = self.figure(&Sql {
            text: format!("SELECT count(*) FROM ({sql} LIMIT {})", COUNTED + 1),
            values: values.clone(),
        })?;
        Ok(Some(RowSet { sql, values, rows }))
    }

    /// Whether this person left a row about this record, whatever it tells, at that moment or later.
    pub fn told_since(
        &self,
        actor: UserId,
        collection: Collection,
        id: impl Into<ObjectId>,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        self.exists(
            "SELECT 1 FROM audit_subjects s JOIN audit_events e ON e.n = s.event
             WHERE s.collection = ?1 AND s.id = ?2 AND e.actor = ?3 AND e.at >= ?4
             ORDER BY s.event DESC LIMIT 1",
            rusqlite::params![
                collection.name(),
                id.into().bytes(),
                actor.0.bytes(),
                since.timestamp_millis()
            ],
        )
    }
}
