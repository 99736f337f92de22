//! The payment page: the payment, its refunds, and its rows of the ledger with their seals.

use domain::{
    Actor, Money, UserId,
    enrollment::EnrollmentStatus,
    payment::{Payment, PaymentStatus, ReferenceKind, Refund, RefundStatus},
    role::Permission,
    rules::{effective, refunding},
};
use replica::Reader;

use super::{
    Surroundings,
    dto::{LedgerRowDto, PaymentDetail, PaymentVerbs, ReferenceDto, RefundDto},
    parse, seen_by, why,
};
use crate::{
    desk::Desk,
    dto::{ById, MoneyDto, PersonRef, moment},
    enrollment::{course_ref, person},
    error::WorkflowError,
};

/// How many digits of a row's hash are shown.
const SEAL: usize = 12;

/// One payment.
pub fn payment(desk: &Desk<'_>, actor: &Actor, args: ById) -> Result<PaymentDetail, WorkflowError> {
    let id = parse(&args.id)?;
    desk.read(|reader| {
        let payment = seen_by(reader, actor, id)?;
        detail(reader, actor, &Surroundings::read(reader, payment)?)
    })
}

fn detail(
    reader: &Reader<'_>,
    actor: &Actor,
    around: &Surroundings,
) -> Result<PaymentDetail, WorkflowError> {
    let payment = &around.payment;
    let amount = payment.amount()?;
    let student = reader.user(payment.user)?;
    let course = reader.course(payment.course)?;
    let captured = if payment.status.is_captured() {
        amount
    } else {
        Money::zero(amount.currency)
    };
    let part = |major: Option<f64>| -> Result<Option<MoneyDto>, WorkflowError> {
        Ok(major
            .map(|major| Money::from_double(major, payment.currency))
            .transpose()?
            .map(MoneyDto::from))
    };
    Ok(PaymentDetail {
        id: payment.id.to_hex(),
        rev: payment.rev(),
        student: PersonRef {
            id: payment.user.to_hex(),
            name: student
                .as_ref()
                .map_or_else(String::new, |s| s.name.clone()),
        },
        student_email: student.map_or_else(String::new, |s| s.email),
        course: course_ref(payment.course, course.as_ref()),
        enrollment: payment.enrollment.map(domain::EnrollmentId::to_hex),
        enrollment_status: around.enrollment.as_ref().map(|e| e.status),
        status: payment.status,
        why: why::why(reader, payment)?,
        method: payment.method,
        amount: amount.into(),
        original_amount: part(payment.original_amount)?,
        discount: part(payment.discount_amount)?,
        discount_code: payment.discount_code.clone(),
        tax: part(payment.tax_amount)?,
        captured: captured.into(),
        refunded: payment.refunded()?.into(),
        refundable: refunding::available(payment)?.into(),
        ledger_balance: Money::new(reader.ledger_sum(payment.id)?, payment.currency).into(),
        refund_threshold_minor: refunding::at_once(payment, threshold(reader)?)?,
        receipt_number: payment.receipt_number.clone(),
        references: references(payment),
        customer_name: payment.customer.name.clone(),
        customer_email: payment.customer.email.clone(),
        description: payment.description.clone(),
        source: payment.metadata.source.clone(),
        error_code: payment.error_details.as_ref().and_then(|e| e.code.clone()),
        error_message: payment
            .error_details
            .as_ref()
            .and_then(|e| e.message.clone()),
        created_at: moment(payment.created_at),
        paid_at: payment.paid_at.map(moment),
        failed_at: payment.failed_at.map(moment),
        cancelled_at: payment.cancelled_at.map(moment),
        refunds: refunds(reader, actor, payment)?,
        ledger: ledger(reader, payment)?,
        verbs: verbs(actor, around)?,
    })
}

/// Refunds of a payment of more minor units than this, together, need a second person.
pub(super) fn threshold(reader: &Reader<'_>) -> Result<i64, WorkflowError> {
    Ok(reader
        .settings()?
        .map_or(0, |settings| settings.refund_threshold_minor))
}

fn references(payment: &Payment) -> Vec<ReferenceDto> {
    ReferenceKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let value = payment.provider.reference(kind)?.to_owned();
            Some(ReferenceDto {
                kind: kind.into(),
                value,
            })
        })
        .collect()
}

fn named(reader: &Reader<'_>, user: Option<UserId>) -> Result<Option<PersonRef>, WorkflowError> {
    user.map(|user| person(reader, user)).transpose()
}

fn refunds(
    reader: &Reader<'_>,
    actor: &Actor,
    payment: &Payment,
) -> Result<Vec<RefundDto>, WorkflowError> {
    payment
        .refunds
        .iter()
        .map(|refund| one_refund(reader, actor, payment, refund))
        .collect()
}

fn one_refund(
    reader: &Reader<'_>,
    actor: &Actor,
    payment: &Payment,
    refund: &Refund,
) -> Result<RefundDto, WorkflowError> {
    let waits = refund.status == RefundStatus::Pending
        && refund.id.is_some()
        && actor.role.may(Permission::Refund);
    let own = refund.requested_by.is_some_and(|user| actor.is(user));
    Ok(RefundDto {
        id: refund.id.map_or_else(String::new, |id| id.to_hex()),
        amount: Money::from_double(refund.amount, payment.currency)?.into(),
        reason: refund.reason.clone(),
        status: refund.status,
        requested_by: named(reader, refund.requested_by)?,
        requested_at: refund.requested_at.map(moment),
        decided_by: named(reader, refund.decided_by)?,
        decided_at: refund.decided_at.map(moment),
        refunded_at: refund.refunded_at.map(moment),
        receipt_number: refund.receipt_number.clone(),
        withdrawn_at: refund.withdrawn_at.map(moment),
        may_decide: waits && refund.requested_by != actor.user,
        may_withdraw: waits && own,
    })
}

fn ledger(reader: &Reader<'_>, payment: &Payment) -> Result<Vec<LedgerRowDto>, WorkflowError> {
    let mut balance = Money::zero(payment.currency);
    reader
        .ledger_of_payment(payment.id)?
        .into_iter()
        .map(|row| {
            balance = balance.plus(row.amount())?;
            let intact = row.computed_hash() == row.hash;
            Ok(LedgerRowDto {
                op: row.op.to_string(),
                receipt_number: row.receipt_number(),
                kind: row.kind,
                amount: row.amount().into(),
                balance: balance.into(),
                method: row.method,
                provider_ref: row.provider_ref,
                occurred_at: moment(row.occurred_at),
                recorded_at: moment(row.recorded_at),
                recorded_by: named(reader, row.recorded_by)?,
                device: row.device.to_string(),
                note: row.note,
                seal: row.hash.chars().take(SEAL).collect(),
                intact,
            })
        })
        .collect()
}

fn verbs(actor: &Actor, around: &Surroundings) -> Result<PaymentVerbs, WorkflowError> {
    let payment = &around.payment;
    let records = actor.role.may(Permission::RecordPayments);
    let waits = around
        .enrollment
        .as_ref()
        .is_some_and(|e| e.status == EnrollmentStatus::Pending);
    let this_run = around
        .enrollment
        .as_ref()
        .is_some_and(|e| effective::of_this_run(e, payment));
    let ended = around.enrollment.as_ref().is_none_or(|e| {
        matches!(
            e.status,
            EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded
        )
    });
    let payable =
        records && payment.is_open() && this_run && !ended && !payment.amount()?.is_zero();
    let settled = around.enrollment.as_ref().is_some_and(|e| {
        around
            .payments
            .iter()
            .filter(|p| effective::of_this_run(e, p))
            .all(|p| p.status.is_final())
    });
    Ok(PaymentVerbs {
        record_cash: payable && payment.status == PaymentStatus::Pending,
        record_provider: payable,
        fail: records && payment.is_open(),
        cancel: records && payment.status == PaymentStatus::Pending,
        refund: actor.role.may(Permission::Refund)
            && effective::covers(payment)
            && around.enrollment.is_some()
            && !refunding::available(payment)?.is_zero(),
        retry: (records || actor.is(payment.user)) && waits && this_run && settled,
        receipt: payment.receipt_number.is_some(),
    })
}
