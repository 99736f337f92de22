//! Whether the file agrees with itself: every kept sum, count and column taken again from what it was
//! taken from, the ledger against the payments, and references against what they name.
//!
//! Everything is read, so it takes a while; the ledger's hash chain is walked elsewhere (`domain::ledger`).

mod rollups;
mod views;

use std::fmt::Display;

use bson::{Document, oid::ObjectId};
use domain::{Collection, course::Course, enrollment::Enrollment, payment::Payment};
use rusqlite::types::{Value, ValueRef};
use serde::de::DeserializeOwned;

use crate::{
    columns::{self, Named},
    documents::{object_id, parse},
    error::StoreError,
    meta,
    replica::Reader,
};

/// Something that does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What was checked, dotted and stable: `rollup.revenue_daily`, `column.users.email`, `ledger.sum`,
    /// `counter.courses.enrollmentCount`, `enrollment.payment`, `reference.payments.enrollment`,
    /// `search.people`, `view.users`, `queue.shadow`.
    pub check: String,
    /// Which record or row.
    pub record: String,
    /// What is kept there.
    pub stored: String,
    /// What it should be.
    pub actual: String,
}

impl Difference {
    fn new(check: &str, record: &dyn Display, stored: &dyn Display, actual: &dyn Display) -> Self {
        Self {
            check: check.to_owned(),
            record: record.to_string(),
            stored: stored.to_string(),
            actual: actual.to_string(),
        }
    }
}

/// A column that names a record of another table.
const REFERENCES: &[(&str, &str, &str)] = &[
    ("courses", "instructor", "users"),
    ("enrollments", "user", "users"),
    ("enrollments", "course", "courses"),
    ("payments", "user", "users"),
    ("payments", "course", "courses"),
    ("payments", "enrollment", "enrollments"),
    ("payment_ledger", "payment", "payments"),
    ("payment_ledger", "enrollment", "enrollments"),
    ("payment_ledger", "user", "users"),
    ("payment_ledger", "course", "courses"),
    ("sessions", "user", "users"),
    ("auth_tokens", "user", "users"),
];

impl Reader<'_> {
    /// Everything that does not agree; empty when all is well.
    pub fn differences(&self) -> Result<Vec<Difference>, StoreError> {
        self.differences_while(|| Ok(()))
    }

    /// The same; `step` is called before each person, course, enrollment and payment and before each comparison of
    /// sums, and ends it by an error, [`StoreError::Stopped`] for instance.
    pub fn differences_while(
        &self,
        mut step: impl FnMut() -> Result<(), StoreError>,
    ) -> Result<Vec<Difference>, StoreError> {
        let mut found = Vec::new();
        self.compare_rollups(&mut found)?;
        for collection in [
            Collection::Users,
            Collection::Courses,
            Collection::Enrollments,
            Collection::Payments,
        ] {
            self.compare_columns(collection, &mut found, &mut step)?;
        }
        step()?;
        self.compare_ledger(&mut found)?;
        step()?;
        self.compare_effective_payments(&mut found)?;
        if self.holds_everything()? {
            step()?;
            self.compare_places(&mut found)?;
            step()?;
            self.find_dangling(&mut found)?;
        }
        step()?;
        self.compare_search(&mut found)?;
        step()?;
        self.compare_views(&mut found)?;
        Ok(found)
    }

    /// Whether every document of the institution is here, so that what is missing is missed: not on a
    /// desktop that holds a part, not while the first fetch lasts, and not while the server has still to
    /// decide about something.
    fn holds_everything(&self) -> Result<bool, StoreError> {
        if !self.has_server()? {
            return Ok(true);
        }
        let office = self
            .meta(meta::SCOPE)?
            .is_none_or(|scope| scope == meta::OFFICE);
        Ok(office
            && !self.exists("SELECT 1 FROM checkpoints WHERE mode = 'snapshot'", [])?
            && !self.exists("SELECT 1 FROM shadows WHERE skipped = 1", [])?
            && !self.exists("SELECT 1 FROM unreadable LIMIT 1", [])?)
    }

    /// Every column beside a document against what the document gives now; `enrollments` of a course
    /// and the names copied from elsewhere included.
    fn compare_columns(
        &self,
        collection: Collection,
        found: &mut Vec<Difference>,
        step: &mut impl FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let names = columns::names(collection);
        let table = collection.name();
        let sql = format!("SELECT id, doc, {} FROM {table}", names.join(", "));
        self.each_row(&sql, |row| {
            step()?;
            let id = object_id(row, 0)?;
            let document = match document(table, id, row) {
                Ok(document) => document,
                Err(error @ StoreError::Unreadable { .. }) => {
                    found.push(Difference::new(
                        &format!("document.{table}"),
                        &id,
                        &"not readable",
                        &error,
                    ));
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            match columns::columns(self.connection, collection, &document, Named::Optional) {
                Ok(values) => {
                    for (at, (name, value)) in names.iter().zip(&values).enumerate() {
                        let stored = row.get_ref(at + 2)?;
                        if !same(stored, value) {
                            let check = format!("column.{table}.{name}");
                            found.push(Difference::new(
                                &check,
                                &id,
                                &shown(stored),
                                &shown(ValueRef::from(value)),
                            ));
                        }
                    }
                }
                Err(error) => {
                    found.push(Difference::new(
                        &format!("document.{table}"),
                        &id,
                        &"not readable",
                        &error,
                    ));
                }
            }
            Ok(())
        })
    }

    /// Σ of a payment's ledger rows against what the payment says: captured minus given back. Where the
    /// payment waits for the server's word, the two may be ahead of each other.
    fn compare_ledger(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        let sql = "SELECT hex(p.id),
                          ifnull((SELECT sum(l.amount_minor) FROM payment_ledger l WHERE l.payment = p.id), 0) AS booked,
                          CASE WHEN p.status IN ('completed', 'refunded', 'partially_refunded')
                               THEN p.amount_minor - p.refunded_minor ELSE 0 END AS said
                   FROM payments p WHERE booked <> said
                     AND NOT EXISTS (SELECT 1 FROM shadows s WHERE s.collection = 'payments' AND s.id = p.id)";
        self.each_row(sql, |row| {
            let (booked, said): (i64, i64) = (row.get(1)?, row.get(2)?);
            found.push(Difference::new("ledger.sum", &id_of(row)?, &said, &booked));
            Ok(())
        })?;
        let sql = "SELECT hex(l.op), l.currency, p.currency FROM payment_ledger l JOIN payments p ON p.id = l.payment
                   WHERE l.currency <> p.currency";
        self.each_row(sql, |row| {
            let (booked, said): (String, String) = (row.get(1)?, row.get(2)?);
            found.push(Difference::new(
                "ledger.currency",
                &id_of(row)?,
                &booked,
                &said,
            ));
            Ok(())
        })
    }

    /// `enrollmentCount` of a course against the enrollments that hold a place.
    fn compare_places(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        let sql = "SELECT id, doc, (SELECT count(*) FROM enrollments e
                                    WHERE e.course = c.id AND e.status IN ('pending', 'active', 'completed'))
                   FROM courses c";
        self.each_row(sql, |row| {
            let id = object_id(row, 0)?;
            let places: i64 = row.get(2)?;
            if let Some(course) = decoded::<Course>("courses", id, row)?
                && course.enrollment_count != places
            {
                let check = "counter.courses.enrollmentCount";
                found.push(Difference::new(
                    check,
                    &id,
                    &course.enrollment_count,
                    &places,
                ));
            }
            Ok(())
        })
    }

    /// An enrollment's embedded payment against its payments: paid means that one of them is captured
    /// and not wholly given back, given back means that one is refunded; and where there are payments,
    /// an active or completed enrollment has a captured one.
    fn compare_effective_payments(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        let sql = "SELECT id, doc FROM enrollments e WHERE EXISTS (SELECT 1 FROM payments p WHERE p.enrollment = e.id)";
        self.each_row(sql, |row| {
            let id = object_id(row, 0)?;
            let Some(enrollment) = decoded::<Enrollment>("enrollments", id, row)? else {
                return Ok(());
            };
            let mut statuses = Vec::new();
            let mut statement = self
                .connection
                .prepare_cached("SELECT id, doc FROM payments WHERE enrollment = ?1")?;
            let mut payments = statement.query([id.bytes()])?;
            while let Some(row) = payments.next()? {
                let payment = object_id(row, 0)?;
                statuses.extend(decoded::<Payment>("payments", payment, row)?.map(|p| p.status));
            }
            if let Some(right) = effective(enrollment.payment.status, &statuses) {
                found.push(Difference::new(
                    "enrollment.payment",
                    &id,
                    &enrollment.payment.status.as_str(),
                    &right,
                ));
            }
            Ok(())
        })
    }

    fn find_dangling(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        for (table, column, target) in REFERENCES {
            let id = if *table == "payment_ledger" {
                "op"
            } else {
                "id"
            };
            let sql = format!(
                "SELECT hex({id}), hex({column}) FROM {table} t
                 WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target} o WHERE o.id = t.{column})"
            );
            self.each_row(&sql, |row| {
                let named: String = row.get(1)?;
                let check = format!("reference.{table}.{column}");
                found.push(Difference::new(
                    &check,
                    &id_of(row)?,
                    &named.to_lowercase(),
                    &"nothing",
                ));
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The search indexes hold every person and course, and no other.
    fn compare_search(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        for (check, index, table) in [
            ("search.people", "people_fts_docsize", "users"),
            ("search.courses", "courses_fts_docsize", "courses"),
        ] {
            let exists: bool = self
                .connection
                .prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1")?
                .exists([index])?;
            if !exists {
                continue;
            }
            let sql = format!(
                "SELECT n, 'found', 'missing' FROM {table} WHERE n NOT IN (SELECT id FROM {index})
                 UNION ALL SELECT id, 'gone', 'found' FROM {index} WHERE id NOT IN (SELECT n FROM {table})"
            );
            self.each_row(&sql, |row| {
                let (actual, stored): (String, String) = (row.get(1)?, row.get(2)?);
                found.push(Difference::new(
                    check,
                    &row.get::<_, i64>(0)?,
                    &stored,
                    &actual,
                ));
                Ok(())
            })?;
        }
        Ok(())
    }

    fn each_row(
        &self,
        sql: &str,
        mut visit: impl FnMut(&rusqlite::Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(row)?;
        }
        Ok(())
    }
}

/// What the embedded status should be, if it contradicts the payments.
fn effective(
    embedded: domain::enrollment::EmbeddedPaymentStatus,
    payments: &[domain::payment::PaymentStatus],
) -> Option<&'static str> {
    use domain::{enrollment::EmbeddedPaymentStatus as E, payment::PaymentStatus as P};
    let any = |of: &[P]| payments.iter().any(|status| of.contains(status));
    let holds = match embedded {
        E::Completed => any(&[P::Completed, P::PartiallyRefunded]),
        E::Refunded => any(&[P::Refunded]),
        E::Failed => any(&[P::Failed, P::Cancelled]),
        // Who came back owes again, whatever the earlier attempt paid.
        E::Pending => {
            any(&[P::Pending, P::Processing]) || !any(&[P::Completed, P::PartiallyRefunded])
        }
    };
    if holds {
        None
    } else if any(&[P::Completed, P::PartiallyRefunded]) {
        Some("completed")
    } else if any(&[P::Refunded]) {
        Some("refunded")
    } else if any(&[P::Pending, P::Processing]) {
        Some("pending")
    } else {
        Some("failed")
    }
}

/// The document in the second column, if it is one; `compare_columns` tells of those that are none.
fn decoded<T: DeserializeOwned>(
    table: &'static str,
    id: ObjectId,
    row: &rusqlite::Row<'_>,
) -> Result<Option<T>, StoreError> {
    match document(table, id, row) {
        Ok(document) => Ok(bson::deserialize_from_document(document).ok()),
        Err(StoreError::Unreadable { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The document in the second column.
fn document(
    table: &'static str,
    id: ObjectId,
    row: &rusqlite::Row<'_>,
) -> Result<Document, StoreError> {
    let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    parse(table, id, text)
}

/// The identifier whose digits are in the first column.
fn id_of(row: &rusqlite::Row<'_>) -> Result<String, StoreError> {
    Ok(row.get::<_, String>(0)?.to_lowercase())
}

fn same(stored: ValueRef<'_>, value: &Value) -> bool {
    match (stored, value) {
        (ValueRef::Real(stored), Value::Real(value)) => stored.to_bits() == value.to_bits(),
        (stored, value) => stored == ValueRef::from(value),
    }
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "nothing".to_owned(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(n) => n.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => hex::encode(bytes),
    }
}
