//! Enrollments by where they stand now, in all and by the month they were enrolled in.

use std::collections::BTreeMap;

use domain::enrollment::EnrollmentStatus;
use rusqlite::params_from_iter;

use super::{
    figures::{EnrollmentsByStatus, Month, MonthStatus, Period, Scope, StatusCounts},
    kept, scoped, within,
    zone::date,
};
use crate::{
    error::StoreError,
    lists::{cells, plan::Sql},
    replica::Reader,
};

impl StatusCounts {
    pub(super) fn add(&mut self, status: EnrollmentStatus, n: u64) {
        let count = match status {
            EnrollmentStatus::Pending => &mut self.pending,
            EnrollmentStatus::Active => &mut self.active,
            EnrollmentStatus::Completed => &mut self.completed,
            EnrollmentStatus::Cancelled => &mut self.cancelled,
            EnrollmentStatus::Refunded => &mut self.refunded,
        };
        *count += n;
    }
}

impl Reader<'_> {
    /// Enrollments whose present attempt was enrolled in the period, by where they stand now.
    pub fn enrollments_by_status(
        &self,
        period: Period,
        scope: Scope,
    ) -> Result<EnrollmentsByStatus, StoreError> {
        let mut sql = Sql {
            text: format!(
                "SELECT day, status, sum(n) AS n FROM {} WHERE n > 0",
                kept(scope, "enrollments_daily_totals", "enrollments_daily")
            ),
            values: Vec::new(),
        };
        within(period, &mut sql);
        scoped(scope, &mut sql);
        sql.text.push_str(" GROUP BY day, status");
        let mut totals = StatusCounts::default();
        let mut months: BTreeMap<Month, StatusCounts> = BTreeMap::new();
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let mut rows = statement.query(params_from_iter(&sql.values))?;
        while let Some(row) = rows.next()? {
            let status = cells::word(
                row,
                "status",
                &EnrollmentStatus::ALL,
                EnrollmentStatus::as_str,
            )?;
            let n = cells::count(row, "n")?;
            totals.add(status, n);
            months
                .entry(Month::of(date(row.get("day")?)))
                .or_default()
                .add(status, n);
        }
        if let (Some((first, _)), Some((last, _))) =
            (months.first_key_value(), months.last_key_value())
        {
            let (mut month, last) = (*first, *last);
            while month < last {
                months.entry(month).or_default();
                month = month.next();
            }
        }
        let months = months
            .into_iter()
            .map(|(month, counts)| MonthStatus { month, counts })
            .collect();
        Ok(EnrollmentsByStatus { totals, months })
    }
}
