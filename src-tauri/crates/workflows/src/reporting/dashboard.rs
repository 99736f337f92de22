//! The dashboard: what each role has to know first. Administrators see everything, instructors their
//! own courses without money, finance staff the money.

use domain::{Actor, Money, Role, course::CourseStatus, payment::PaymentStatus, role::Permission};
use jiff::ToSpan;
use replica::{
    AuditQuery, CourseQuery, PeopleQuery, Reader, Window,
    reports::{CurrencyFigure, Dashboard, Month, Period, Scope},
};

use super::{
    dto::{DashboardDto, MonthCount, MonthRevenue, PaymentFigure},
    report::provenance,
};
use crate::{desk::Desk, dto::Nothing, error::WorkflowError, operations::timeline::entries};

/// Lines of recent activity.
const RECENT: u32 = 12;

/// The figures of the dashboard, as the role may see them.
pub fn dashboard(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: Nothing,
) -> Result<DashboardDto, WorkflowError> {
    let teaching = actor.role.may(Permission::EnrollmentReports);
    let money = actor.role.may(Permission::RevenueReports);
    if !money {
        actor.require(Permission::EnrollmentReports)?;
    }
    let own = actor.user.filter(|_| actor.role == Role::Instructor);
    let scope = own.map_or(Scope::Institution, Scope::Instructor);
    let now = desk.now();
    desk.read(|reader| {
        let figures = reader.dashboard(now, scope)?;
        let today = figures.today;
        let this_month = Month::of(today);
        let last_month = this_month.earlier(1);
        let mut dto = DashboardDto {
            active_enrollments: None,
            pending_enrollments: None,
            completed_enrollments: None,
            new_enrollments: None,
            students: None,
            published_courses: None,
            under_review: None,
            completion_rate: None,
            revenue_this_month: Vec::new(),
            revenue_last_month: Vec::new(),
            revenue_by_month: Vec::new(),
            enrollments_by_month: Vec::new(),
            payments_waiting: Vec::new(),
            refund_requests: None,
            recent: Vec::new(),
            provenance: provenance(desk, reader)?,
        };
        if teaching {
            let enrolled = |from: i64, to: i64| {
                let day = |back: i64| today.checked_sub(back.days()).ok();
                reader.enrollments_by_status(
                    Period {
                        from: day(from),
                        to: day(to),
                    },
                    scope,
                )
            };
            dto.active_enrollments = Some(figures.enrollments.active);
            dto.pending_enrollments = Some(figures.enrollments.pending);
            dto.completed_enrollments = Some(figures.enrollments.completed);
            dto.completion_rate = figures.completion_rate;
            dto.new_enrollments = Some([
                enrolled(29, 0)?.totals.total(),
                enrolled(59, 30)?.totals.total(),
            ]);
            dto.published_courses = Some(courses(reader, own, CourseStatus::Published)?);
            dto.under_review = Some(courses(reader, own, CourseStatus::UnderReview)?);
            let year = Period {
                from: Some(this_month.earlier(11).first_day()),
                to: Some(today),
            };
            let months = reader.enrollments_by_status(year, scope)?.months;
            let mut month = this_month.earlier(11);
            for _ in 0..12 {
                let counted = months.iter().find(|row| row.month == month);
                dto.enrollments_by_month.push(MonthCount {
                    month: month.to_string(),
                    count: counted.map_or(0, |row| row.counts.total()),
                });
                month = month.next();
            }
        }
        if actor.role == Role::Admin {
            let students = PeopleQuery {
                roles: vec![Role::Student],
                ..PeopleQuery::default()
            };
            dto.students = Some(reader.people(&students, Window::first(1))?.total.value);
        }
        if money {
            let of_month = |month: Month| {
                figures
                    .revenue_by_month
                    .iter()
                    .filter(|row| {
                        row.month == month && row.charged_minor.max(row.refunded_minor) > 0
                    })
                    .map(|row| Money::new(row.net_minor, row.currency).into())
                    .collect()
            };
            dto.revenue_this_month = of_month(this_month);
            dto.revenue_last_month = of_month(last_month);
            dto.revenue_by_month = figures
                .revenue_by_month
                .iter()
                .map(|row| MonthRevenue {
                    month: row.month.to_string(),
                    currency: row.currency,
                    charges_minor: row.charged_minor,
                    refunds_minor: row.refunded_minor,
                    net_minor: row.net_minor,
                })
                .collect();
            dto.payments_waiting = waiting(&figures);
            dto.refund_requests = Some(
                figures
                    .refund_requests
                    .iter()
                    .map(|figure| figure.count)
                    .sum(),
            );
        }
        dto.recent = recent(reader, actor, figures.activity)?;
        Ok(dto)
    })
}

fn courses(
    reader: &Reader<'_>,
    instructor: Option<domain::UserId>,
    status: CourseStatus,
) -> Result<u64, WorkflowError> {
    let query = CourseQuery {
        instructor,
        statuses: vec![status],
        ..CourseQuery::default()
    };
    Ok(reader.courses(&query, Window::first(1))?.total.value)
}

/// Payments that wait (processing ones among the pending) or failed, a figure a status and currency.
fn waiting(figures: &Dashboard) -> Vec<PaymentFigure> {
    let of = |status: PaymentStatus, figures: &[CurrencyFigure]| {
        figures
            .iter()
            .map(|figure| PaymentFigure {
                status,
                count: figure.count,
                amount: Money::new(figure.amount_minor, figure.currency).into(),
            })
            .collect::<Vec<_>>()
    };
    let mut found = of(PaymentStatus::Pending, &figures.pending_payments);
    found.extend(of(PaymentStatus::Failed, &figures.failed_payments));
    found
}

/// What happened last, of what the role may know.
fn recent(
    reader: &Reader<'_>,
    actor: &Actor,
    everything: Vec<replica::AuditRow>,
) -> Result<Vec<crate::dto::TimelineEntry>, WorkflowError> {
    let rows = match actor.role {
        Role::Admin => everything,
        Role::Finance => {
            let mut rows = Vec::new();
            for area in ["payment", "refund"] {
                let money = AuditQuery {
                    verb: Some(area.to_owned()),
                    ..AuditQuery::default()
                };
                rows.extend(reader.audit(&money, Window::first(RECENT))?.rows);
            }
            rows.sort_by_key(|row| std::cmp::Reverse(row.n));
            rows
        }
        _ => Vec::new(),
    };
    let limit = usize::try_from(RECENT).unwrap_or(usize::MAX);
    entries(reader, rows.into_iter().take(limit).collect())
}
