//! Recording what became of a payment: cash counted, a provider's report, a failure, a cancellation,
//! and another try. Days are those of the institution's time zone.

use domain::{
    Actor, Code, EnrollmentId, Money, PaymentId, Refusal, Role, Timestamp,
    role::Permission,
    rules::paying::{self, Cash, ProviderReport, Recorded, Retried},
};
use replica::{Reader, ReferenceKind as Stored};

use super::{
    Surroundings,
    dto::{FailPayment, PaymentDetail, RecordCash, RecordProvider, ReferenceKind, RetryPayment},
    page::payment,
    parse,
};
use crate::{
    accounts::stamp,
    desk::Desk,
    dto::{ById, ByIdRevReason},
    enrollment::unchanged,
    error::WorkflowError,
    reporting::days,
};

/// Cash was received for a pending payment: books it, opens the enrollment, gives the receipt number.
pub fn payment_record_cash(
    desk: &Desk<'_>,
    actor: &Actor,
    args: RecordCash,
) -> Result<PaymentDetail, WorkflowError> {
    actor.require(Permission::RecordPayments)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        let around = Surroundings::find(reader, id)?;
        unchanged(around.payment.rev(), args.rev)?;
        let stamp = stamp(desk, actor.clone());
        let cash = Cash {
            counted: Money::new(args.amount_minor, around.payment.currency),
            received_at: on_day(reader, "receivedOn", args.received_on.as_deref(), stamp.at)?,
            note: args.note.as_deref(),
        };
        let tail = reader.series_tail(&stamp.actor.device)?;
        Ok((
            paying::record_cash(&stamp, &around.case(), &cash, &tail)?,
            (),
        ))
    })?;
    payment(desk, actor, ById { id: args.id })
}

/// A provider reports a payment as made. The same report again is answered alike and changes nothing.
pub fn payment_record_provider(
    desk: &Desk<'_>,
    actor: &Actor,
    args: RecordProvider,
) -> Result<PaymentDetail, WorkflowError> {
    actor.require(Permission::RecordPayments)?;
    let id = parse(&args.id)?;
    desk.decide_if(|reader| {
        let around = Surroundings::find(reader, id)?;
        let stamp = stamp(desk, actor.clone());
        let reference = args.reference.value.trim();
        let holder = reader.payment_by_reference(stored(args.reference.kind), reference)?;
        let report = ProviderReport {
            method: args.method,
            kind: args.reference.kind.into(),
            reference,
            holder: holder.map(|payment| payment.id),
            paid_at: on_day(reader, "paidOn", args.paid_on.as_deref(), stamp.at)?,
            note: args.note.as_deref(),
        };
        let tail = reader.series_tail(&stamp.actor.device)?;
        match paying::record_provider(&stamp, &around.case(), &report, &tail)? {
            // Whoever reports twice has read the payment before the first report.
            Recorded::Before => Ok((None, ())),
            Recorded::Now(set) => {
                unchanged(around.payment.rev(), args.rev)?;
                Ok((Some(*set), ()))
            }
        }
    })?;
    payment(desk, actor, ById { id: args.id })
}

/// The provider refused the payment.
pub fn payment_fail(
    desk: &Desk<'_>,
    actor: &Actor,
    args: FailPayment,
) -> Result<PaymentDetail, WorkflowError> {
    actor.require(Permission::RecordPayments)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        let around = Surroundings::find(reader, id)?;
        let set = paying::fail(
            &stamp(desk, actor.clone()),
            &around.case(),
            args.code.as_deref(),
            &args.message,
        )?;
        unchanged(around.payment.rev(), args.rev)?;
        Ok((set, ()))
    })?;
    payment(desk, actor, ById { id: args.id })
}

/// Takes a pending payment back; the enrollment keeps waiting.
pub fn payment_cancel(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRevReason,
) -> Result<PaymentDetail, WorkflowError> {
    actor.require(Permission::RecordPayments)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        let around = Surroundings::find(reader, id)?;
        let set = paying::cancel(&stamp(desk, actor.clone()), &around.case(), &args.reason)?;
        unchanged(around.payment.rev(), args.rev)?;
        Ok((set, ()))
    })?;
    payment(desk, actor, ById { id: args.id })
}

/// Asks again for the money of an enrollment whose payments came to nothing. Answers with the payment
/// to be made: a new one, or the one that is still open.
pub fn payment_retry(
    desk: &Desk<'_>,
    actor: &Actor,
    args: RetryPayment,
) -> Result<PaymentDetail, WorkflowError> {
    if actor.role != Role::Student {
        actor.require(Permission::RecordPayments)?;
    }
    let missing = || Refusal::not_found("The enrollment");
    let id: EnrollmentId = args.enrollment.parse().map_err(|_| missing())?;
    let open = desk.decide_if(|reader| {
        let enrollment = reader.enrollment(id)?.ok_or_else(missing)?;
        if actor.role == Role::Student && !actor.is(enrollment.user) {
            return Err(missing().into());
        }
        let payments = reader.payments_of_enrollment(id)?;
        let student = reader
            .user(enrollment.user)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let title = reader
            .course(enrollment.course)?
            .map_or_else(String::new, |course| course.title);
        let retried = paying::retry(
            &stamp(desk, actor.clone()),
            &enrollment,
            &payments,
            &student,
            &title,
            args.method,
            PaymentId(desk.ids.object_id()),
        )?;
        Ok(match retried {
            Retried::Changed(payment, set) => (Some(*set), payment),
            Retried::Open(payment) => (None, payment),
        })
    })?;
    payment(desk, actor, ById { id: open.to_hex() })
}

const fn stored(kind: ReferenceKind) -> Stored {
    match kind {
        ReferenceKind::PaymentIntentId => Stored::PaymentIntent,
        ReferenceKind::ChargeId => Stored::Charge,
        ReferenceKind::SessionId => Stored::Session,
        ReferenceKind::TransactionId => Stored::Transaction,
        ReferenceKind::MerchantTransactionId => Stored::MerchantTransaction,
    }
}

/// A moment of that day: now for today, noon for a day past. A day to come is refused; none is now.
fn on_day(
    reader: &Reader<'_>,
    field: &str,
    day: Option<&str>,
    now: Timestamp,
) -> Result<Timestamp, WorkflowError> {
    let Some(day) = day.filter(|day| !day.trim().is_empty()) else {
        return Ok(now);
    };
    let day = days::day(field, day)?;
    let (_, zone) = days::clock(reader)?;
    let outside = |_| Refusal::field(Code::Invalid, field, "This day is outside the calendar.");
    let today = jiff::Timestamp::from_millisecond(now.timestamp_millis())
        .map_err(outside)?
        .to_zoned(zone.clone())
        .date();
    if day > today {
        return Err(Refusal::field(Code::Invalid, field, "This day is in the future.").into());
    }
    if day == today {
        return Ok(now);
    }
    let noon = day.at(12, 0, 0, 0).to_zoned(zone).map_err(outside)?;
    Ok(Timestamp::from_millis(noon.timestamp().as_millisecond()))
}
