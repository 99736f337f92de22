//! Payments that wait to be made.

use domain::{Timestamp, ledger::Method, payment::PaymentStatus};
use rusqlite::params_from_iter;

use super::{
    figures::{CurrencyFigure, Outstanding, OutstandingRow, Period, Scope},
    kept, scoped,
};
use crate::{
    error::StoreError,
    lists::{
        cells::{self, Cells},
        plan::Sql,
    },
    replica::Reader,
};

impl Reader<'_> {
    /// Pending and processing payments made in the period, the oldest first: the first `limit` of
    /// them, and the totals of all.
    pub fn outstanding_payments(
        &self,
        now: Timestamp,
        period: Period,
        scope: Scope,
        limit: u32,
    ) -> Result<Outstanding, StoreError> {
        let zone = self.zone()?;
        let (from, before) = zone.moments(period);
        let today = zone.day(now.timestamp_millis());
        let narrowed = |sql: &mut Sql| {
            if let Some(from) = from {
                sql.text.push_str(" AND created_at >= ?");
                sql.values.push(from.into());
            }
            if let Some(before) = before {
                sql.text.push_str(" AND created_at < ?");
                sql.values.push(before.into());
            }
            scoped(scope, sql);
        };
        let waiting = &[PaymentStatus::Pending, PaymentStatus::Processing];
        let totals = if period == Period::default() {
            self.payment_figures(waiting, scope)?
        } else {
            let mut sql = Sql {
                text:
                    "SELECT currency, count(*) AS n, sum(amount_minor) AS amount_minor FROM payments
                       INDEXED BY payments_by_status WHERE status IN ('pending', 'processing')"
                        .to_owned(),
                values: Vec::new(),
            };
            narrowed(&mut sql);
            sql.text.push_str(" GROUP BY currency");
            self.currency_figures(&sql)?
        };
        let mut sql = Sql {
            text: "SELECT n FROM (".to_owned(),
            values: Vec::new(),
        };
        for (i, status) in waiting.iter().enumerate() {
            if i > 0 {
                sql.text.push_str(" UNION ALL ");
            }
            sql.text.push_str(
                "SELECT n, created_at FROM payments INDEXED BY payments_by_status WHERE status = ?",
            );
            sql.values.push(status.as_str().to_owned().into());
            narrowed(&mut sql);
        }
        sql.text
            .push_str(&format!(" ORDER BY created_at, n LIMIT {limit})"));
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let numbers: Vec<i64> = statement
            .query_map(params_from_iter(&sql.values), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let rows = self.fetch(
            &numbers,
            "SELECT created_at, id, enrollment, user, user_name, course, course_title, status, method, amount_minor,
                    currency
             FROM payments WHERE n = ?1",
            |row| {
                let mut cells = Cells::of(row);
                let created_at = cells.moment()?;
                Ok(OutstandingRow {
                    id: cells.id()?,
                    enrollment: cells.optional_id()?,
                    user: cells.id()?,
                    user_name: cells.value()?,
                    course: cells.id()?,
                    course_title: cells.value()?,
                    status: cells.word(&PaymentStatus::ALL, PaymentStatus::as_str)?,
                    method: cells.word(&Method::ALL, Method::as_str)?,
                    amount_minor: cells.value()?,
                    currency: cells.currency()?,
                    created_at,
                    age_days: (today - zone.day(created_at.timestamp_millis())).max(0),
                })
            },
        )?;
        Ok(Outstanding { totals, rows })
    }

    /// Payments in any of the states, a row a currency.
    pub(super) fn payment_figures(
        &self,
        statuses: &[PaymentStatus],
        scope: Scope,
    ) -> Result<Vec<CurrencyFigure>, StoreError> {
        let marks = vec!["?"; statuses.len()].join(", ");
        let mut sql = Sql {
            text: format!(
                "SELECT currency, sum(n) AS n, sum(amount_minor) AS amount_minor FROM {}
                 WHERE n > 0 AND status IN ({marks})",
                kept(scope, "payment_totals", "payment_counts")
            ),
            values: statuses
                .iter()
                .map(|status| status.as_str().to_owned().into())
                .collect(),
        };
        scoped(scope, &mut sql);
        sql.text.push_str(" GROUP BY currency");
        self.currency_figures(&sql)
    }

    /// Rows of `currency, n, amount_minor`.
    pub(super) fn currency_figures(&self, sql: &Sql) -> Result<Vec<CurrencyFigure>, StoreError> {
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let mut rows = statement.query(params_from_iter(&sql.values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(CurrencyFigure {
                currency: cells::currency(row, "currency")?,
                count: cells::count(row, "n")?,
                amount_minor: row.get("amount_minor")?,
            });
        }
        found.sort_by_key(|figure| figure.currency);
        Ok(found)
    }
}
