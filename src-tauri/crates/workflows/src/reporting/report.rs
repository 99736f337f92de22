//! The reports: each a question to the replica's sums, answered as one typed table with totals and the
//! line that says where the figures come from.

use std::collections::BTreeMap;

use domain::{Actor, CourseId, Currency, Money, Refusal, Role, role::Permission};
use replica::{
    Reader,
    reports::{Period, RevenueBy, RevenueKey, Scope, StatusCounts},
};

use super::{
    days,
    dto::{Cell, ColumnDto, ColumnKind, Provenance, ReportArgs, ReportDto, ReportName},
};
use crate::{desk::Desk, dto::moment, error::WorkflowError};

/// Most rows of payments that wait.
const MOST_OUTSTANDING: u32 = 10_000;

impl ReportName {
    /// All of them, with the word scripts name them by.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::EnrollmentsByStatus, "enrollments-by-status"),
        (Self::EnrollmentsOverTime, "enrollments-over-time"),
        (Self::RevenueByCourse, "revenue-by-course"),
        (Self::RevenueByMethod, "revenue-by-method"),
        (Self::RevenueByMonth, "revenue-by-month"),
        (Self::CompletionByCourse, "completion-by-course"),
        (Self::OutstandingPayments, "outstanding-payments"),
    ];

    /// The word scripts name it by.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(name, _)| *name == self)
            .map_or("", |(_, word)| word)
    }

    /// The permission it needs.
    pub const fn permission(self) -> Permission {
        match self {
            Self::EnrollmentsByStatus | Self::EnrollmentsOverTime | Self::CompletionByCourse => {
                Permission::EnrollmentReports
            }
            Self::RevenueByCourse
            | Self::RevenueByMethod
            | Self::RevenueByMonth
            | Self::OutstandingPayments => Permission::RevenueReports,
        }
    }
}

/// A report. Instructors see their own courses in it.
pub fn report(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ReportArgs,
) -> Result<ReportDto, WorkflowError> {
    actor.require(args.name.permission())?;
    let period = days::period(args.from.as_deref(), args.to.as_deref())?;
    desk.read(|reader| {
        let scope = scope(reader, actor, args.course.as_deref())?;
        let table = match args.name {
            ReportName::EnrollmentsByStatus => by_status(reader, period, scope)?,
            ReportName::EnrollmentsOverTime => over_time(reader, period, scope)?,
            ReportName::RevenueByCourse => revenue(reader, RevenueBy::Course, period, scope)?,
            ReportName::RevenueByMethod => revenue(reader, RevenueBy::Method, period, scope)?,
            ReportName::RevenueByMonth => revenue(reader, RevenueBy::Month, period, scope)?,
            ReportName::CompletionByCourse => completion(reader, period, scope)?,
            ReportName::OutstandingPayments => outstanding(desk, reader, period, scope)?,
        };
        Ok(ReportDto {
            name: args.name,
            from: period.from.map(|day| day.to_string()),
            to: period.to.map(|day| day.to_string()),
            columns: table.columns,
            rows: table.rows,
            totals: table.totals,
            provenance: provenance(desk, reader)?,
        })
    })
}

/// Where the figures come from.
pub(super) fn provenance(
    desk: &Desk<'_>,
    reader: &Reader<'_>,
) -> Result<Provenance, WorkflowError> {
    Ok(Provenance {
        source: "replica".to_owned(),
        as_of: moment(desk.now()),
        timezone: days::clock(reader)?.0,
    })
}

fn scope(reader: &Reader<'_>, actor: &Actor, course: Option<&str>) -> Result<Scope, WorkflowError> {
    let own = match (actor.role, actor.user) {
        (Role::Instructor, Some(user)) => Some(user),
        _ => None,
    };
    let Some(course) = course.filter(|text| !text.is_empty()) else {
        return Ok(own.map_or(Scope::Institution, Scope::Instructor));
    };
    let id: CourseId = course.parse()?;
    let course = reader
        .course(id)?
        .filter(|course| own.is_none_or(|user| course.instructor == user));
    match course {
        Some(course) => Ok(Scope::Course(course.id)),
        None => Err(Refusal::not_found("The course").into()),
    }
}

struct Table {
    columns: Vec<ColumnDto>,
    rows: Vec<Vec<Cell>>,
    totals: Vec<Vec<Cell>>,
}

fn columns(columns: &[(&str, ColumnKind)]) -> Vec<ColumnDto> {
    columns
        .iter()
        .map(|(key, kind)| ColumnDto {
            key: (*key).to_owned(),
            kind: *kind,
        })
        .collect()
}

fn count(n: u64) -> Cell {
    // Counts of a workspace are far below 2^53.
    Cell::Number(u32::try_from(n).map_or(f64::MAX, f64::from))
}

fn text(word: &str) -> Cell {
    Cell::Text(word.to_owned())
}

fn number(value: Option<f64>) -> Cell {
    value.map_or(Cell::Empty(()), Cell::Number)
}

fn money(minor: i64, currency: Currency) -> Cell {
    Cell::Money(Money::new(minor, currency).into())
}

fn statuses(counts: &StatusCounts) -> [(&'static str, u64); 5] {
    [
        ("pending", counts.pending),
        ("active", counts.active),
        ("completed", counts.completed),
        ("cancelled", counts.cancelled),
        ("refunded", counts.refunded),
    ]
}

fn share(part: u64, whole: u64) -> Cell {
    match (u32::try_from(part), u32::try_from(whole)) {
        (Ok(part), Ok(whole)) if whole > 0 => Cell::Number(f64::from(part) / f64::from(whole)),
        _ => Cell::Empty(()),
    }
}

fn by_status(reader: &Reader<'_>, period: Period, scope: Scope) -> Result<Table, WorkflowError> {
    let counts = reader.enrollments_by_status(period, scope)?.totals;
    let total = counts.total();
    let rows = statuses(&counts).map(|(status, n)| vec![text(status), count(n), share(n, total)]);
    Ok(Table {
        columns: columns(&[
            ("status", ColumnKind::Status),
            ("enrollments", ColumnKind::Count),
            ("share", ColumnKind::Rate),
        ]),
        rows: rows.to_vec(),
        totals: vec![vec![Cell::Empty(()), count(total), share(total, total)]],
    })
}

fn over_time(reader: &Reader<'_>, period: Period, scope: Scope) -> Result<Table, WorkflowError> {
    let answer = reader.enrollments_by_status(period, scope)?;
    let line = |first: Cell, counts: &StatusCounts| {
        let each = statuses(counts).map(|(_, n)| count(n));
        [first]
            .into_iter()
            .chain(each)
            .chain([count(counts.total())])
            .collect::<Vec<Cell>>()
    };
    Ok(Table {
        columns: columns(&[
            ("month", ColumnKind::Month),
            ("pending", ColumnKind::Count),
            ("active", ColumnKind::Count),
            ("completed", ColumnKind::Count),
            ("cancelled", ColumnKind::Count),
            ("refunded", ColumnKind::Count),
            ("enrollments", ColumnKind::Count),
        ]),
        rows: answer
            .months
            .iter()
            .map(|month| line(text(&month.month.to_string()), &month.counts))
            .collect(),
        totals: vec![line(Cell::Empty(()), &answer.totals)],
    })
}

fn revenue(
    reader: &Reader<'_>,
    by: RevenueBy,
    period: Period,
    scope: Scope,
) -> Result<Table, WorkflowError> {
    let (key, kind) = match by {
        RevenueBy::Course => ("course", ColumnKind::Text),
        RevenueBy::Method => ("method", ColumnKind::Text),
        RevenueBy::Month => ("month", ColumnKind::Month),
    };
    let mut sums: BTreeMap<Currency, [i64; 6]> = BTreeMap::new();
    let mut rows = Vec::new();
    let line = |first: Cell, figures: [i64; 6], currency: Currency| {
        let [charges, charged, refunds, refunded, adjusted, net] = figures;
        vec![
            first,
            count(u64::try_from(charges).unwrap_or(0)),
            money(charged, currency),
            count(u64::try_from(refunds).unwrap_or(0)),
            money(refunded, currency),
            money(adjusted, currency),
            money(net, currency),
        ]
    };
    for row in reader.revenue(by, period, scope)? {
        let figures = [
            i64::try_from(row.charges).unwrap_or(i64::MAX),
            row.charged_minor,
            i64::try_from(row.refunds).unwrap_or(i64::MAX),
            row.refunded_minor,
            row.adjusted_minor,
            row.net_minor,
        ];
        for (sum, figure) in sums
            .entry(row.currency)
            .or_default()
            .iter_mut()
            .zip(figures)
        {
            *sum = sum.saturating_add(figure);
        }
        let first = match &row.key {
            RevenueKey::Course(id, title) => {
                Cell::Text(title.clone().unwrap_or_else(|| id.to_hex()))
            }
            RevenueKey::Method(method) => text(method.as_str()),
            RevenueKey::Month(month) => Cell::Text(month.to_string()),
        };
        rows.push(line(first, figures, row.currency));
    }
    Ok(Table {
        columns: columns(&[
            (key, kind),
            ("charges", ColumnKind::Count),
            ("charged", ColumnKind::Money),
            ("refunds", ColumnKind::Count),
            ("refunded", ColumnKind::Money),
            ("adjusted", ColumnKind::Money),
            ("net", ColumnKind::Money),
        ]),
        rows,
        totals: sums
            .into_iter()
            .map(|(currency, figures)| line(Cell::Empty(()), figures, currency))
            .collect(),
    })
}

fn completion(reader: &Reader<'_>, period: Period, scope: Scope) -> Result<Table, WorkflowError> {
    let mut all = StatusCounts::default();
    let mut certificates = 0;
    let mut rows = Vec::new();
    for row in reader.completion_by_course(period, scope)? {
        let counts = row.counts;
        all.pending += counts.pending;
        all.active += counts.active;
        all.completed += counts.completed;
        all.cancelled += counts.cancelled;
        all.refunded += counts.refunded;
        certificates += row.certificates;
        rows.push(vec![
            Cell::Text(row.title),
            Cell::Text(row.instructor_name),
            count(counts.total()),
            count(counts.active),
            count(counts.completed),
            count(counts.cancelled + counts.refunded),
            number(row.completion_rate),
            number(row.average_progress),
            count(row.certificates),
        ]);
    }
    let total = vec![
        Cell::Empty(()),
        Cell::Empty(()),
        count(all.total()),
        count(all.active),
        count(all.completed),
        count(all.cancelled + all.refunded),
        number(all.completion_rate()),
        Cell::Empty(()),
        count(certificates),
    ];
    Ok(Table {
        columns: columns(&[
            ("course", ColumnKind::Text),
            ("instructor", ColumnKind::Text),
            ("enrollments", ColumnKind::Count),
            ("active", ColumnKind::Count),
            ("completed", ColumnKind::Count),
            ("ended", ColumnKind::Count),
            ("completionRate", ColumnKind::Rate),
            ("averageProgress", ColumnKind::Percent),
            ("certificates", ColumnKind::Count),
        ]),
        totals: if rows.is_empty() {
            Vec::new()
        } else {
            vec![total]
        },
        rows,
    })
}

fn outstanding(
    desk: &Desk<'_>,
    reader: &Reader<'_>,
    period: Period,
    scope: Scope,
) -> Result<Table, WorkflowError> {
    let answer = reader.outstanding_payments(desk.now(), period, scope, MOST_OUTSTANDING)?;
    let rows = answer.rows.into_iter().map(|row| {
        vec![
            Cell::Text(row.user_name),
            Cell::Text(row.course_title),
            text(row.status.as_str()),
            text(row.method.as_str()),
            money(row.amount_minor, row.currency),
            Cell::Text(moment(row.created_at)),
            Cell::Number(i32::try_from(row.age_days).map_or(f64::MAX, f64::from)),
        ]
    });
    let totals = answer.totals.iter().map(|figure| {
        vec![
            count(figure.count),
            Cell::Empty(()),
            Cell::Empty(()),
            Cell::Empty(()),
            money(figure.amount_minor, figure.currency),
            Cell::Empty(()),
            Cell::Empty(()),
        ]
    });
    Ok(Table {
        columns: columns(&[
            ("student", ColumnKind::Text),
            ("course", ColumnKind::Text),
            ("status", ColumnKind::Status),
            ("method", ColumnKind::Text),
            ("amount", ColumnKind::Money),
            ("createdAt", ColumnKind::Moment),
            ("age", ColumnKind::Days),
        ]),
        totals: totals.collect(),
        rows: rows.collect(),
    })
}
