//! Figures: the dashboard and the reports, as plain rows, out of the sums the store keeps
//! (`migrations/replica/0003_rollups.sql`, `0007_totals.sql`) and never out of every document.
//!
//! Days and months are those of the institution's time zone ([`zone`]). Money is whole minor units,
//! and amounts of different currencies stand in different rows. Deliberately absent: words, files and
//! charts (the reporting workflow makes them), and who may see what (it sets the [`Scope`]).

mod completion;
mod dashboard;
mod enrollments;
mod figures;
mod outstanding;
mod revenue;
#[cfg(test)]
mod tests;
pub(crate) mod zone;

pub use figures::{
    CompletionRow, CourseCounts, CurrencyFigure, Dashboard, EnrollmentsByStatus, Month,
    MonthRevenue, MonthStatus, Outstanding, OutstandingRow, Period, RevenueBy, RevenueKey,
    RevenueRow, Scope, StatusCounts,
};

use rusqlite::types::Value;

use crate::lists::{cells::blob, plan::Sql};

/// Where a sum is read from: the totals over all courses, or the table that tells courses apart.
const fn kept(scope: Scope, of_all: &'static str, of_each: &'static str) -> &'static str {
    match scope {
        Scope::Institution => of_all,
        Scope::Course(_) | Scope::Instructor(_) => of_each,
    }
}

/// Adds the scope to a query over a table with a `course` column.
fn scoped(scope: Scope, sql: &mut Sql) {
    match scope {
        Scope::Institution => {}
        Scope::Course(course) => {
            sql.text.push_str(" AND course = ?");
            sql.values.push(blob(course));
        }
        Scope::Instructor(instructor) => {
            sql.text
                .push_str(" AND course IN (SELECT id FROM courses WHERE instructor = ?)");
            sql.values.push(blob(instructor));
        }
    }
}

/// Adds the period to a query over a table with a `day` column.
fn within(period: Period, sql: &mut Sql) {
    if let Some(from) = period.from {
        sql.text.push_str(" AND day >= ?");
        sql.values.push(Value::from(zone::number(from)));
    }
    if let Some(to) = period.to {
        sql.text.push_str(" AND day <= ?");
        sql.values.push(Value::from(zone::number(to)));
    }
}
