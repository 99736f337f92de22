//! Payments: made, booked, failed, cancelled, tried again.
//!
//! Money is booked once: the ledger row, the receipt number, the payment, the enrollment it opens and
//! its embedded payment are one change set. A provider's reference belongs to one payment for ever, so
//! the same report twice changes nothing the second time (after Frappe LMS and Vacademy's scars).

use bson::Bson;

use super::{Stamp, effective};
use crate::{
    Timestamp,
    audit::Deed,
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    enrollment::{Enrollment, EnrollmentStatus},
    error::{Code, Refusal},
    ids::PaymentId,
    ledger::{EntryKind, LedgerEntry, Method, SeriesTail},
    money::Money,
    payment::{Payment, PaymentStatus, ReferenceKind},
    role::Permission,
};

mod again;
pub mod exception;
mod unpaid;

pub use again::{Retried, asked, retry};
pub use unpaid::{cancel, fail, process};

const NOTE_MAX: usize = 500;
const REFERENCE_MAX: usize = 255;
/// Milliseconds of a year and a day: a payment said to be older than that before it was asked for is
/// a mistyped date.
const TOO_OLD: i64 = 367 * 24 * 60 * 60 * 1000;

/// A payment in its surroundings, as they were read.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The payment.
    pub payment: &'a Payment,
    /// Its enrollment; payments of other programs may name none.
    pub enrollment: Option<&'a Enrollment>,
    /// All payments of that enrollment, this one among them.
    pub payments: &'a [Payment],
}

/// What recording came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    /// To be committed.
    Now(Box<ChangeSet>),
    /// It was recorded before, exactly so: nothing to do, and no error.
    Before,
}

/// Cash was counted at the desk.
#[derive(Clone, Copy, Debug)]
pub struct Cash<'a> {
    /// What was counted; must be the amount asked for.
    pub counted: Money,
    /// When it was received.
    pub received_at: Timestamp,
    /// A remark.
    pub note: Option<&'a str>,
}

/// A provider says a payment was made.
#[derive(Clone, Copy, Debug)]
pub struct ProviderReport<'a> {
    /// Which provider.
    pub method: Method,
    /// Which of its ids.
    pub kind: ReferenceKind,
    /// The id.
    pub reference: &'a str,
    /// The payment that has this id already, if one has.
    pub holder: Option<PaymentId>,
    /// When the money moved.
    pub paid_at: Timestamp,
    /// A remark.
    pub note: Option<&'a str>,
}

/// Books cash received for a pending payment.
pub fn record_cash(
    stamp: &Stamp,
    case: &Case<'_>,
    cash: &Cash<'_>,
    tail: &SeriesTail,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::RecordPayments)?;
    open_for_money(case)?;
    if case.payment.status == PaymentStatus::Processing {
        return Err(Refusal::new(
            Code::WrongState,
            "The provider is processing this payment. Record its outcome first.",
        ));
    }
    let asked = case.payment.amount()?;
    if cash.counted.currency != asked.currency {
        return Err(Refusal::field(
            Code::CurrencyMismatch,
            "amountMinor",
            format!(
                "The payment is in {}, not in {}.",
                asked.currency, cash.counted.currency
            ),
        ));
    }
    if cash.counted != asked {
        return Err(Refusal::field(
            Code::Amount,
            "amountMinor",
            format!(
                "{asked} are asked for, {} were counted. The amounts must be the same.",
                cash.counted
            ),
        ));
    }
    moved_when(stamp, case.payment, cash.received_at, "receivedOn")?;
    let mut paid = case.payment.clone();
    paid.method = Method::Cash;
    capture(
        stamp,
        case,
        paid,
        cash.received_at,
        None,
        note(cash.note)?,
        tail,
        Offline::Queue,
    )
}

/// Books what a provider reports, by its reference. The same reference for the same payment again is
/// no error and changes nothing; for another payment it is taken.
pub fn record_provider(
    stamp: &Stamp,
    case: &Case<'_>,
    report: &ProviderReport<'_>,
    tail: &SeriesTail,
) -> Result<Recorded, Refusal> {
    stamp.actor.require(Permission::RecordPayments)?;
    let reference = reference(report.reference)?;
    if report.method == Method::Cash {
        return Err(Refusal::field(
            Code::Invalid,
            "method",
            "Cash has no provider. Record it as cash.",
        ));
    }
    if report
        .holder
        .is_some_and(|holder| holder != case.payment.id)
    {
        return Err(Refusal::field(
            Code::Taken,
            "reference",
            format!("Another payment already has the reference {reference}."),
        ));
    }
    let known = case.payment.provider.reference(report.kind);
    if case.payment.status.is_captured() && known == Some(reference) {
        return Ok(Recorded::Before);
    }
    open_for_money(case)?;
    if known.is_some_and(|known| known != reference) {
        return Err(Refusal::field(
            Code::Invalid,
            "reference",
            "This payment already carries another reference of this kind.",
        ));
    }
    moved_when(stamp, case.payment, report.paid_at, "paidOn")?;
    let mut paid = case.payment.clone();
    paid.method = report.method;
    paid.provider
        .set_reference(report.kind, reference.to_owned());
    let set = capture(
        stamp,
        case,
        paid,
        report.paid_at,
        Some((report.kind, reference)),
        note(report.note)?,
        tail,
        Offline::OnlineOnly,
    )?;
    // The payment itself may already carry the reference from when it was sent to the provider.
    let set = if known.is_none() {
        set.guard(Guard::Unique {
            collection: Collection::Payments,
            values: [(report.kind.path().to_owned(), Bson::from(reference))].into(),
            field: "reference".to_owned(),
        })
    } else {
        set
    };
    Ok(Recorded::Now(Box::new(set)))
}

/// Refuses unless money may still come in for the payment, and says what to do instead.
fn open_for_money(case: &Case<'_>) -> Result<(), Refusal> {
    let ended = case.enrollment.is_some_and(|e| {
        matches!(
            e.status,
            EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded
        )
    });
    let message = match case.payment.status {
        PaymentStatus::Pending | PaymentStatus::Processing if ended => {
            "The enrollment has ended. Reopen it first; that asks for a new payment."
        }
        PaymentStatus::Pending | PaymentStatus::Processing => return Ok(()),
        PaymentStatus::Cancelled if ended => {
            "The payment was cancelled with its enrollment. Give the money back, or reopen the enrollment and \
             record it for the new payment."
        }
        PaymentStatus::Cancelled => {
            "The payment was cancelled. Start a new payment for the enrollment."
        }
        PaymentStatus::Failed => "The payment has failed. Start a new payment for the enrollment.",
        PaymentStatus::Completed | PaymentStatus::PartiallyRefunded => {
            "The payment is already booked."
        }
        PaymentStatus::Refunded => "The payment was booked and refunded.",
    };
    Err(Refusal::new(Code::WrongState, message))
}

fn moved_when(stamp: &Stamp, payment: &Payment, at: Timestamp, field: &str) -> Result<(), Refusal> {
    if at > stamp.at {
        return Err(Refusal::field(
            Code::Invalid,
            field,
            "This day is in the future.",
        ));
    }
    let asked = payment.created_at.timestamp_millis();
    if at.timestamp_millis() < asked.saturating_sub(TOO_OLD) {
        return Err(Refusal::field(
            Code::Invalid,
            field,
            "This day is more than a year before the payment was asked for.",
        ));
    }
    Ok(())
}

fn note(text: Option<&str>) -> Result<Option<String>, Refusal> {
    match text.map(str::trim).filter(|t| !t.is_empty()) {
        Some(text) if text.chars().count() > NOTE_MAX => Err(Refusal::field(
            Code::TooLong,
            "note",
            format!("The note has at most {NOTE_MAX} characters."),
        )),
        text => Ok(text.map(str::to_owned)),
    }
}

fn reference(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    let refuse = |code, message: String| Err(Refusal::field(code, "reference", message));
    if text.is_empty() {
        return refuse(
            Code::Required,
            "The provider\u{2019}s reference is needed.".to_owned(),
        );
    }
    if text.chars().count() > REFERENCE_MAX {
        return refuse(
            Code::TooLong,
            format!("The reference has at most {REFERENCE_MAX} characters."),
        );
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refuse(Code::Invalid, "A reference has no spaces in it.".to_owned());
    }
    Ok(text)
}

/// The ledger row of this stamp, numbered and chained from the series, sealed.
#[allow(clippy::too_many_arguments)]
pub(crate) fn entry(
    stamp: &Stamp,
    payment: &Payment,
    enrollment: &Enrollment,
    kind: EntryKind,
    amount: Money,
    provider_ref: Option<&str>,
    occurred_at: Timestamp,
    note: Option<String>,
    tail: &SeriesTail,
) -> LedgerEntry {
    LedgerEntry {
        op: stamp.op,
        payment: payment.id,
        enrollment: enrollment.id,
        user: payment.user,
        course: payment.course,
        kind,
        amount_minor: amount.minor,
        currency: amount.currency,
        method: payment.method,
        provider_ref: provider_ref.map(str::to_owned),
        occurred_at,
        recorded_at: stamp.at,
        recorded_by: stamp.actor.user,
        device: tail.device.clone(),
        note,
        erased: false,
        number: tail.last.saturating_add(1),
        prev: tail.hash.clone(),
        hash: String::new(),
    }
    .sealed()
}

/// Refuses a payment that names no enrollment: the ledger could not say what was paid for.
pub(crate) fn enrollment_of<'a>(case: &Case<'a>) -> Result<&'a Enrollment, Refusal> {
    case.enrollment
        .filter(|e| case.payment.enrollment == Some(e.id))
        .ok_or_else(|| {
            Refusal::new(
                Code::WrongState,
                "This payment names no enrollment, so it cannot be booked here.",
            )
        })
}

#[allow(clippy::too_many_arguments)]
fn capture(
    stamp: &Stamp,
    case: &Case<'_>,
    mut paid: Payment,
    paid_at: Timestamp,
    reference: Option<(ReferenceKind, &str)>,
    note: Option<String>,
    tail: &SeriesTail,
    offline: Offline,
) -> Result<ChangeSet, Refusal> {
    let (payment, enrollment) = (case.payment, enrollment_of(case)?);
    if !effective::of_this_run(enrollment, payment) {
        return Err(Refusal::new(
            Code::WrongState,
            "This payment belongs to an earlier run of the enrollment. Record the money for the new payment.",
        ));
    }
    let amount = payment.amount()?;
    if amount.minor <= 0 {
        return Err(Refusal::field(
            Code::Amount,
            "amountMinor",
            "There is nothing to pay.",
        ));
    }
    let entry = entry(
        stamp,
        &paid,
        enrollment,
        EntryKind::Charge,
        amount,
        reference.map(|(_, value)| value),
        paid_at,
        note.clone(),
        tail,
    );
    let receipt = entry.receipt_number();
    paid.status = PaymentStatus::Completed;
    paid.paid_at = Some(paid_at);
    paid.receipt_number = Some(receipt.clone());
    let mut patch = Patch::new()
        .set(
            "status",
            payment.status.as_str(),
            PaymentStatus::Completed.as_str(),
        )
        .set("method", payment.method.as_str(), paid.method.as_str())
        .put("paidAt", paid_at)
        .put("receiptNumber", receipt.as_str());
    if let Some((kind, value)) = reference {
        patch = patch.put(kind.path(), value);
    }
    let activates = enrollment.status == EnrollmentStatus::Pending;
    let mut on_enrollment = effective::embed_after(Patch::new(), enrollment, case.payments, &paid)?;
    if activates {
        on_enrollment = on_enrollment
            .set(
                "status",
                EnrollmentStatus::Pending.as_str(),
                EnrollmentStatus::Active.as_str(),
            )
            .put("startDate", stamp.at);
    }
    let mut deed = told("payment.captured", &paid)?
        .with("receipt", receipt)
        .with("paidAt", paid_at)
        .with("activates", activates);
    if let Some((_, value)) = reference {
        deed = deed.with("reference", value);
    }
    if let Some(note) = note {
        deed = deed.with("note", note);
    }
    Ok(stamp
        .change_set(deed, offline)
        .patch(Collection::Payments, payment.id, patch)
        .at_revision(Collection::Payments, payment.id, payment.rev())
        .patch(Collection::Enrollments, enrollment.id, on_enrollment)
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev())
        .ledger(entry))
}

/// A deed upon a payment, told on the timelines of everything it concerns, with its figures.
pub(crate) fn told(verb: &str, payment: &Payment) -> Result<Deed, Refusal> {
    let amount = payment.amount()?;
    let deed = Deed::new(verb, Collection::Payments, payment.id);
    let deed = match payment.enrollment {
        Some(enrollment) => deed.about(Collection::Enrollments, enrollment),
        None => deed,
    };
    Ok(deed
        .about(Collection::Users, payment.user)
        .about(Collection::Courses, payment.course)
        .with("amountMinor", amount.minor)
        .with("currency", amount.currency.code())
        .with("method", payment.method.as_str()))
}
