//! What the reports answer with. Rates are of 1, money is in minor units, progress is of 100.

use domain::{
    CourseId, Currency, EnrollmentId, PaymentId, Timestamp, UserId, ledger::Method,
    payment::PaymentStatus,
};
use jiff::civil::Date;

use crate::AuditRow;

/// Days a report is about, both ends included, in the institution's time zone. `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

/// Which courses a report is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All.
    #[default]
    Institution,
    /// Those of an instructor.
    Instructor(UserId),
    /// One.
    Course(CourseId),
}

/// A month of the institution's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A count and a sum of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyFigure {
    /// Of this currency.
    pub currency: Currency,
    /// How many.
    pub count: u64,
    /// How much, in minor units.
    pub amount_minor: i64,
}

/// Enrollments by where they stand now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// Waiting for payment.
    pub pending: u64,
    /// Learning.
    pub active: u64,
    /// Done.
    pub completed: u64,
    /// Ended without completing.
    pub cancelled: u64,
    /// Ended with the money given back.
    pub refunded: u64,
}

impl StatusCounts {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.pending + self.active + self.completed + self.cancelled + self.refunded
    }

    /// Completed, of all that were ever begun: active, completed, cancelled and refunded. Those that
    /// wait for their payment have not begun. `None` while nothing was begun.
    pub fn completion_rate(&self) -> Option<f64> {
        let begun = self.active + self.completed + self.cancelled + self.refunded;
        (begun > 0).then(|| self.completed as f64 / begun as f64)
    }
}

/// Money booked in one currency in one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthRevenue {
    /// The month.
    pub month: Month,
    /// Of this currency.
    pub currency: Currency,
    /// Came in: charges.
    pub charged_minor: i64,
    /// Went back: refunds and voids, as a positive amount.
    pub refunded_minor: i64,
    /// Corrections, of either sign.
    pub adjusted_minor: i64,
    /// Charged minus refunded, corrected.
    pub net_minor: i64,
}

/// What the dashboard shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// Today, in the institution's time zone.
    pub today: Date,
    /// Enrollments by where they stand now.
    pub enrollments: StatusCounts,
    /// Completed of all begun ([`StatusCounts::completion_rate`]).
    pub completion_rate: Option<f64>,
    /// Money booked this month, a row a currency.
    pub revenue_this_month: Vec<MonthRevenue>,
    /// Money booked in each of the last twelve months, this one included, oldest first; months in
    /// which nothing was booked have a row of nothing for every currency that occurs.
    pub revenue_by_month: Vec<MonthRevenue>,
    /// Payments that wait (pending or processing), a row a currency.
    pub pending_payments: Vec<CurrencyFigure>,
    /// Payments that failed, a row a currency.
    pub failed_payments: Vec<CurrencyFigure>,
    /// Refunds that wait for a second person, a row a currency; the amounts are what is asked for.
    pub refund_requests: Vec<CurrencyFigure>,
    /// People whose account was made this month; `None` in the scope of an instructor or a course.
    pub new_people: Option<u64>,
    /// What happened last, newest first. Empty in the scope of an instructor or a course.
    pub activity: Vec<AuditRow>,
}

/// Enrollments of a month by where they stand now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthStatus {
    /// The month of the enrollment date.
    pub month: Month,
    /// Where they stand now.
    pub counts: StatusCounts,
}

/// Enrollments by status, over time and in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrollmentsByStatus {
    /// Those enrolled in the period.
    pub totals: StatusCounts,
    /// By the month of the enrollment, oldest first, without gaps.
    pub months: Vec<MonthStatus>,
}

/// What revenue is told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevenueBy {
    /// A row a course.
    Course,
    /// A row a method.
    Method,
    /// A row a month.
    Month,
}

/// What a row of revenue is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevenueKey {
    /// A course, with its title; none when the course is not there any more.
    Course(CourseId, Option<String>),
    /// A method.
    Method(Method),
    /// A month.
    Month(Month),
}

/// Money booked in the period, of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevenueRow {
    /// For what.
    pub key: RevenueKey,
    /// Of this currency.
    pub currency: Currency,
    /// Entries that brought money in.
    pub charges: u64,
    /// Came in, in minor units.
    pub charged_minor: i64,
    /// Entries that gave money back (refunds and voids).
    pub refunds: u64,
    /// Went back, as a positive amount.
    pub refunded_minor: i64,
    /// Corrections, of either sign.
    pub adjusted_minor: i64,
    /// Charged minus refunded, corrected.
    pub net_minor: i64,
}

/// How a course's enrollments stand.
pub type CourseCounts = StatusCounts;

/// Completion of one course.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletionRow {
    /// The course.
    pub course: CourseId,
    /// Its title.
    pub title: String,
    /// Who teaches it.
    pub instructor_name: String,
    /// Where its enrollments stand.
    pub counts: CourseCounts,
    /// Completed of all begun ([`StatusCounts::completion_rate`]).
    pub completion_rate: Option<f64>,
    /// Mean progress of those active or completed; `None` where there is none. Always as of now, and
    /// over all of the course's enrollments, whatever the period.
    pub average_progress: Option<f64>,
    /// Certificates issued, over all of the course's enrollments, whatever the period.
    pub certificates: u64,
}

/// A payment that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutstandingRow {
    /// The payment.
    pub id: PaymentId,
    /// For which enrollment.
    pub enrollment: Option<EnrollmentId>,
    /// Who owes it.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// For which course.
    pub course: CourseId,
    /// Its title.
    pub course_title: String,
    /// Pending or processing.
    pub status: PaymentStatus,
    /// How it is to be paid.
    pub method: Method,
    /// In minor units.
    pub amount_minor: i64,
    /// Of this currency.
    pub currency: Currency,
    /// When it was made.
    pub created_at: Timestamp,
    /// Days of the institution's calendar since then: 0 on the day itself.
    pub age_days: i64,
}

/// Payments that wait, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outstanding {
    /// In all, a row a currency.
    pub totals: Vec<CurrencyFigure>,
    /// Up to as many as asked for.
    pub rows: Vec<OutstandingRow>,
}
