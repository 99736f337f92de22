//! Reports on the wire: the dashboard, and every other report as one typed table.

use domain::{Currency, payment::PaymentStatus};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dto::{FileFormat, MoneyDto, TimelineEntry};

/// Where figures come from.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Provenance {
    /// `replica` or `server`.
    pub source: String,
    /// As of.
    pub as_of: String,
    /// Days and months are cut in this zone.
    pub timezone: String,
}

/// A month of one currency.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct MonthRevenue {
    /// `YYYY-MM`.
    pub month: String,
    pub currency: Currency,
    pub charges_minor: i64,
    pub refunds_minor: i64,
    pub net_minor: i64,
}

/// Payments of one status and currency.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct PaymentFigure {
    pub status: PaymentStatus,
    pub count: u64,
    pub amount: MoneyDto,
}

/// What the dashboard shows; parts the role may not see are none or empty.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct DashboardDto {
    pub active_enrollments: Option<u64>,
    pub pending_enrollments: Option<u64>,
    pub completed_enrollments: Option<u64>,
    /// Enrolled in the last 30 days, and in the 30 before.
    pub new_enrollments: Option<[u64; 2]>,
    pub students: Option<u64>,
    pub published_courses: Option<u64>,
    /// Courses that wait for review.
    pub under_review: Option<u64>,
    /// Completed ÷ (active + completed + cancelled + refunded), 0 to 1; none: nobody yet.
    pub completion_rate: Option<f64>,
    /// Net revenue of this month, by currency.
    pub revenue_this_month: Vec<MoneyDto>,
    /// Of the month before, by currency.
    pub revenue_last_month: Vec<MoneyDto>,
    /// Twelve months, oldest first.
    pub revenue_by_month: Vec<MonthRevenue>,
    /// Enrollments by month, twelve, oldest first.
    pub enrollments_by_month: Vec<MonthCount>,
    pub payments_waiting: Vec<PaymentFigure>,
    pub refund_requests: Option<u64>,
    pub recent: Vec<TimelineEntry>,
    pub provenance: Provenance,
}

/// A month with a count.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct MonthCount {
    /// `YYYY-MM`.
    pub month: String,
    pub count: u64,
}

/// The reports there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
#[allow(missing_docs)]
pub enum ReportName {
    EnrollmentsByStatus,
    EnrollmentsOverTime,
    RevenueByCourse,
    RevenueByMethod,
    RevenueByMonth,
    CompletionByCourse,
    OutstandingPayments,
}

/// Which report.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ReportArgs {
    /// Which.
    pub name: ReportName,
    /// From this day on (`YYYY-MM-DD`, the institution's zone).
    pub from: Option<String>,
    /// Up to this day.
    pub to: Option<String>,
    /// Only this course.
    pub course: Option<String>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
#[allow(missing_docs)]
pub enum ColumnKind {
    Text,
    /// A status word.
    Status,
    Count,
    /// 0 to 1.
    Rate,
    /// 0 to 100.
    Percent,
    Money,
    /// `YYYY-MM`.
    Month,
    /// RFC 3339.
    Moment,
    Days,
}

/// A column.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ColumnDto {
    /// Stable name; the window's heading is looked up by it.
    pub key: String,
    pub kind: ColumnKind,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
#[ts(export)]
#[allow(missing_docs)]
pub enum Cell {
    Money(MoneyDto),
    Number(f64),
    Text(String),
    Empty(()),
}

/// A report: one table, with totals by currency where it is about money.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ReportDto {
    pub name: ReportName,
    pub from: Option<String>,
    pub to: Option<String>,
    pub columns: Vec<ColumnDto>,
    pub rows: Vec<Vec<Cell>>,
    /// Summary rows, same columns (one per currency for money, one otherwise).
    pub totals: Vec<Vec<Cell>>,
    pub provenance: Provenance,
}

/// A report to a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportReport {
    /// Which.
    pub report: ReportArgs,
    /// As what.
    pub format: FileFormat,
}
