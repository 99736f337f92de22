//! Figures: the dashboard and the reports, as plain rows, out of the sums the store keeps
//! (`migrations/replica/0003_rollups.sql`) and never out of every document.
//!
//! Days and months are those of the institution's time zone ([`zone`]). Money is whole minor units,
//! and amounts of different currencies stand in different rows. Deliberately absent: words, files and
//! charts (the reporting workflow makes them), and who may see what (it sets the [`Scope`]).

mod figures;

pub use figures::{
    CompletionRow, CourseCounts, CurrencyFigure, Dashboard, EnrollmentsByStatus, MonthRevenue, MonthStatus,
    Month, Outstanding, OutstandingRow, Period, RevenueBy, RevenueKey, RevenueRow, Scope, StatusCounts,
};
