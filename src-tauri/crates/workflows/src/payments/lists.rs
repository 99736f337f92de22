//! The list of payments and the review queue. A student's list is always their own.

use domain::{Actor, Code, Refusal, Role, payment::PaymentStatus, role::Permission};
use replica::{
    PaymentQuery, PaymentSort as By, Reader, Window,
    reports::{Period, Scope},
};

use super::dto::{ListPayments, PaymentQueue, PaymentRowDto, PaymentSort, StatusCount};
use crate::{
    desk::Desk,
    dto::{CourseRef, MoneyDto, Nothing, PageOf, PersonRef, moment},
    enrollment::filter_id,
    error::WorkflowError,
    reporting::days,
};

/// A stretch of the payments that pass the filter.
pub fn payments_list(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ListPayments,
) -> Result<PageOf<PaymentRowDto>, WorkflowError> {
    if actor.role != Role::Student {
        actor.require(Permission::SeePayments)?;
    }
    let filter = args.filter;
    let period = days::period(filter.from.as_deref(), filter.to.as_deref())?;
    let mut query = PaymentQuery {
        text: Some(filter.text).filter(|text| !text.trim().is_empty()),
        statuses: filter.statuses,
        methods: filter.methods,
        currency: filter.currency,
        user: filter_id("user", filter.user.as_deref())?,
        course: filter_id("course", filter.course.as_deref())?,
        enrollment: filter_id("enrollment", filter.enrollment.as_deref())?,
        refund_requested_only: filter.refund_requested,
        sort: match filter.sort {
            PaymentSort::Created => By::Created,
            PaymentSort::Student => By::Student,
            PaymentSort::Course => By::Course,
            PaymentSort::Amount => By::Amount,
            PaymentSort::Status => By::Status,
            PaymentSort::Method => By::Method,
        },
        descending: filter.descending,
        ..PaymentQuery::default()
    };
    if actor.role == Role::Student {
        let me = actor
            .user
            .ok_or_else(|| Refusal::new(Code::SignedOut, "Sign in first."))?;
        query.user = Some(me);
    }
    desk.read(|reader| {
        (query.created_from, query.created_before) = days::moments(reader, period)?;
        let page = reader.payments(
            &query,
            Window::new(u64::from(args.window.offset), args.window.limit),
        )?;
        let rows = page
            .rows
            .into_iter()
            .map(|row| PaymentRowDto {
                id: row.id.to_hex(),
                student: PersonRef {
                    id: row.user.to_hex(),
                    name: row.user_name,
                },
                course: CourseRef {
                    id: row.course.to_hex(),
                    title: row.course_title,
                },
                enrollment: row.enrollment.map(domain::EnrollmentId::to_hex),
                status: row.status,
                method: row.method,
                amount: row.amount.into(),
                refunded: row.refunded.into(),
                refund_requested: row.refund_requested.into(),
                receipt_number: row.receipt_number,
                created_at: moment(row.created_at),
                paid_at: row.paid_at.map(moment),
            })
            .collect();
        Ok(PageOf {
            rows,
            total: page.total.value,
            exact: page.total.exact,
        })
    })
}

/// How many payments wait for somebody, and how much is outstanding.
pub fn payments_queue(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: Nothing,
) -> Result<PaymentQueue, WorkflowError> {
    actor.require(Permission::SeePayments)?;
    let now = desk.now();
    desk.read(|reader| {
        let mut by_status = Vec::with_capacity(PaymentStatus::ALL.len());
        for status in PaymentStatus::ALL {
            let query = PaymentQuery {
                statuses: vec![status],
                ..PaymentQuery::default()
            };
            by_status.push(StatusCount {
                status,
                count: count(reader, &query)?,
            });
        }
        let waiting = PaymentQuery {
            refund_requested_only: true,
            ..PaymentQuery::default()
        };
        let open = reader.outstanding_payments(now, Period::default(), Scope::Institution, 0)?;
        Ok(PaymentQueue {
            by_status,
            refund_requests: count(reader, &waiting)?,
            outstanding: open
                .totals
                .iter()
                .map(|figure| MoneyDto {
                    minor: figure.amount_minor,
                    currency: figure.currency,
                })
                .collect(),
        })
    })
}

fn count(reader: &Reader<'_>, query: &PaymentQuery) -> Result<u64, WorkflowError> {
    Ok(reader.payments(query, Window::first(1))?.total.value)
}
