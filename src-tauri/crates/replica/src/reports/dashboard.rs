//! The figures a day begins with.

use domain::{Timestamp, enrollment::EnrollmentStatus, payment::PaymentStatus};
use rusqlite::params_from_iter;

use super::{
    figures::{Dashboard, Month, Scope, StatusCounts},
    kept, scoped,
    zone::{date, number},
};
use crate::{
    error::StoreError,
    lists::{cells, plan::Sql},
    replica::Reader,
};

const ACTIVITY: u32 = 20;

impl Reader<'_> {
    /// The figures as of `now`.
    pub fn dashboard(&self, now: Timestamp, scope: Scope) -> Result<Dashboard, StoreError> {
        let zone = self.zone()?;
        let today = date(zone.day(now.timestamp_millis()));
        let month = Month::of(today);
        let enrollments = self.status_counts(scope)?;
        let revenue_by_month = self.revenue_of_months(month.earlier(11), month, scope)?;
        let mut waiting = Sql {
            text: "SELECT currency, count(*) AS n, sum(requested_minor) AS amount_minor
                   FROM payments INDEXED BY payments_requested WHERE requested_minor > 0"
                .to_owned(),
            values: Vec::new(),
        };
        scoped(scope, &mut waiting);
        waiting.text.push_str(" GROUP BY currency");
        let whole = scope == Scope::Institution;
        let new_people = if whole {
            Some(self.figure(&Sql {
                text: "SELECT count(*) FROM users INDEXED BY users_by_created WHERE created_at >= ? AND created_at < ?"
                    .to_owned(),
                values: vec![
                    zone.start(number(month.first_day())).into(),
                    zone.start(number(month.next().first_day())).into(),
                ],
            })?)
        } else {
            None
        };
        Ok(Dashboard {
            today,
            enrollments,
            completion_rate: enrollments.completion_rate(),
            revenue_this_month: revenue_by_month
                .iter()
                .filter(|row| row.month == month)
                .copied()
                .collect(),
            revenue_by_month,
            pending_payments: self
                .payment_figures(&[PaymentStatus::Pending, PaymentStatus::Processing], scope)?,
            failed_payments: self.payment_figures(&[PaymentStatus::Failed], scope)?,
            refund_requests: self.currency_figures(&waiting)?,
            new_people,
            activity: if whole {
                self.recent_activity(ACTIVITY)?
            } else {
                Vec::new()
            },
        })
    }

    fn status_counts(&self, scope: Scope) -> Result<StatusCounts, StoreError> {
        let mut sql = Sql {
            text: format!(
                "SELECT status, sum(n) AS n FROM {} WHERE n > 0",
                kept(scope, "enrollment_totals", "enrollment_counts")
            ),
            values: Vec::new(),
        };
        scoped(scope, &mut sql);
        sql.text.push_str(" GROUP BY status");
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let mut rows = statement.query(params_from_iter(&sql.values))?;
        let mut counts = StatusCounts::default();
        while let Some(row) = rows.next()? {
            let status = cells::word(
                row,
                "status",
                &EnrollmentStatus::ALL,
                EnrollmentStatus::as_str,
            )?;
            counts.add(status, cells::count(row, "n")?);
        }
        Ok(counts)
    }
}
