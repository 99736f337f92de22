//! The sums and counts triggers keep, against the same taken again.

use std::collections::BTreeMap;

use super::{Difference, id_of, shown};
use crate::{error::StoreError, replica::Reader, reports::zone};

/// A kept table, the columns that name a row, the columns that are kept, and the query that takes all
/// of them again.
struct Rollup {
    table: &'static str,
    key: &'static str,
    kept: &'static str,
    /// Rows that count nothing any more are left out.
    counts: &'static str,
    again: &'static str,
}

const ROLLUPS: &[Rollup] = &[
    Rollup {
        table: "people_counts",
        key: "role, status, email_verified",
        kept: "n",
        counts: "n",
        again: "SELECT role, status, email_verified, count(*) FROM users GROUP BY 1, 2, 3",
    },
    Rollup {
        table: "enrollment_counts",
        key: "course, instructor, status, payment_status",
        kept: "n",
        counts: "n",
        again: "SELECT course, instructor, status, payment_status, count(*) FROM enrollments GROUP BY 1, 2, 3, 4",
    },
    Rollup {
        table: "payment_counts",
        key: "course, status, method, currency",
        kept: "n, amount_minor",
        counts: "n",
        again: "SELECT course, status, method, currency, count(*), sum(amount_minor) FROM payments GROUP BY 1, 2, 3, 4",
    },
    Rollup {
        table: "course_stats",
        key: "course",
        kept: "pending, active, completed, cancelled, refunded, certificates, progress_milli",
        counts: "pending + active + completed + cancelled + refunded",
        again: "SELECT course, sum(status = 'pending'), sum(status = 'active'), sum(status = 'completed'),
                       sum(status = 'cancelled'), sum(status = 'refunded'), count(certificate_id),
                       sum(CASE WHEN status IN ('active', 'completed')
                                THEN CAST(round(progress * 1000) AS INTEGER) ELSE 0 END)
                FROM enrollments GROUP BY 1",
    },
    Rollup { table: "enrollments_daily", key: "day, course, status", kept: "n", counts: "n", again: zone::ENROLLMENTS },
    Rollup { table: "completions_daily", key: "day, course", kept: "n", counts: "n", again: zone::COMPLETIONS },
    Rollup {
        table: "revenue_daily",
        key: "day, course, method, currency, kind",
        kept: "n, amount_minor",
        counts: "n",
        again: zone::REVENUE,
    },
    Rollup {
        table: "revenue_totals",
        key: "course, method, currency, kind",
        kept: "n, amount_minor",
        counts: "n",
        again: "SELECT course, method, currency, kind, count(*), sum(amount_minor) FROM payment_ledger
                GROUP BY 1, 2, 3, 4",
    },
    Rollup {
        table: "enrollment_totals",
        key: "status, payment_status",
        kept: "n",
        counts: "n",
        again: "SELECT status, payment_status, count(*) FROM enrollments GROUP BY 1, 2",
    },
    Rollup {
        table: "payment_totals",
        key: "status, method, currency",
        kept: "n, amount_minor",
        counts: "n",
        again: "SELECT status, method, currency, count(*), sum(amount_minor) FROM payments GROUP BY 1, 2, 3",
    },
    Rollup {
        table: "enrollments_daily_totals",
        key: "day, status",
        kept: "n",
        counts: "n",
        again: zone::ENROLLMENTS_OF_ALL,
    },
    Rollup {
        table: "revenue_daily_totals",
        key: "day, currency, kind, method",
        kept: "n, amount_minor",
        counts: "n",
        again: zone::REVENUE_OF_ALL,
    },
    Rollup {
        table: "audit_counts",
        key: "verb",
        kept: "n",
        counts: "n",
        again: "SELECT verb, count(*) FROM audit_events GROUP BY 1",
    },
];

impl Reader<'_> {
    pub(super) fn compare_rollups(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        for rollup in ROLLUPS {
            self.compare_rollup(rollup, found)?;
        }
        self.compare_person_counts(found)
    }

    /// The kept rows by their key, against the same taken again.
    fn compare_rollup(
        &self,
        rollup: &Rollup,
        found: &mut Vec<Difference>,
    ) -> Result<(), StoreError> {
        let Rollup {
            table,
            key,
            kept,
            counts,
            again,
        } = rollup;
        let width = key.split(',').count();
        let kept = self.keyed(
            &format!("SELECT {key}, {kept} FROM {table} WHERE {counts} > 0"),
            width,
        )?;
        let actual = self.keyed(again, width)?;
        let check = format!("rollup.{table}");
        for (key, row) in &kept {
            if actual.get(key) != Some(row) {
                let right = actual.get(key).map_or("nothing", String::as_str);
                found.push(Difference::new(&check, key, row, &right));
            }
        }
        for (key, row) in &actual {
            if !kept.contains_key(key) {
                found.push(Difference::new(&check, key, &"nothing", row));
            }
        }
        Ok(())
    }

    fn keyed(&self, sql: &str, width: usize) -> Result<BTreeMap<String, String>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut found = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let part = |range: std::ops::Range<usize>| -> Result<String, StoreError> {
                let words: Vec<String> = range
                    .map(|at| Ok(shown(row.get_ref(at)?)))
                    .collect::<Result<_, StoreError>>()?;
                Ok(words.join(" "))
            };
            found.insert(part(0..width)?, part(width..columns)?);
        }
        Ok(found)
    }

    fn compare_person_counts(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        let sql = "SELECT hex(u.id), u.enrollments, (SELECT count(*) FROM enrollments e WHERE e.user = u.id) AS counted
                   FROM users u WHERE u.enrollments <> counted";
        self.each_row(sql, |row| {
            let (stored, actual): (i64, i64) = (row.get(1)?, row.get(2)?);
            found.push(Difference::new(
                "rollup.users.enrollments",
                &id_of(row)?,
                &stored,
                &actual,
            ));
            Ok(())
        })
    }
}
