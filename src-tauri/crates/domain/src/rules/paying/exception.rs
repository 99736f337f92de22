//! Cash that was booked on a desktop without a connection, for a payment that meanwhile can no longer
//! take it: somebody else booked it, cancelled it, ended the enrollment.
//!
//! Money that was counted is never lost and a receipt that was handed out stands. The same change set,
//! under its operation number and with its receipt, books the money on a payment of its own for the same
//! enrollment, marked as an exception, so that a person gives it back or makes it good. Left out: finding
//! the documents, and giving it back (`refunding::void`).

use super::told;
use crate::{
    change::{Change, ChangeSet, Collection, Offline, Patch, get_at},
    enrollment::{Enrollment, EnrollmentStatus},
    error::{Code, Refusal},
    ids::PaymentId,
    ledger::{EntryKind, LedgerEntry, Method},
    payment::{Payment, PaymentStatus},
    rules::{effective, enrolling},
};

/// What `metadata.source` of such a payment says.
pub const SOURCE: &str = "exception";

/// The server's documents, as they are now.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The payment the money was counted for; none where it never reached the server.
    pub payment: Option<&'a Payment>,
    /// The enrollment it was for, or where that never reached the server, the student's enrollment in
    /// the same course.
    pub enrollment: Option<&'a Enrollment>,
    /// All payments of that enrollment that are known.
    pub payments: &'a [Payment],
}

/// Why a payment can no longer take the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// It is not on the server, or its enrollment is not.
    Gone,
    /// It is booked.
    Booked,
    /// It was booked and given back.
    Refunded,
    /// It was cancelled.
    Cancelled,
    /// It failed.
    Failed,
    /// A provider is processing it.
    Processing,
    /// It asks for another amount.
    OtherAmount,
    /// It belongs to an earlier run of the enrollment.
    EarlierRun,
    /// The enrollment has ended.
    Ended,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Gone,
        Self::Booked,
        Self::Refunded,
        Self::Cancelled,
        Self::Failed,
        Self::Processing,
        Self::OtherAmount,
        Self::EarlierRun,
        Self::Ended,
    ];

    /// The word in the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Booked => "booked",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Processing => "processing",
            Self::OtherAmount => "other-amount",
            Self::EarlierRun => "earlier-run",
            Self::Ended => "ended",
        }
    }

    /// What the payment's description says.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "Cash received offline; the payment it was for is not there.",
            Self::Booked => "Cash received offline; meanwhile the payment was booked elsewhere.",
            Self::Refunded => {
                "Cash received offline; meanwhile the payment was booked and refunded elsewhere."
            }
            Self::Cancelled => "Cash received offline; meanwhile the payment was cancelled.",
            Self::Failed => "Cash received offline; meanwhile the payment failed.",
            Self::Processing => {
                "Cash received offline; meanwhile the payment was sent to a provider."
            }
            Self::OtherAmount => {
                "Cash received offline; meanwhile the payment asks for another amount."
            }
            Self::EarlierRun => "Cash received offline; meanwhile the enrollment was reopened.",
            Self::Ended => "Cash received offline; meanwhile the enrollment ended.",
        }
    }
}

/// Why the change set's payment can no longer take its money; none where it can.
pub fn obstacle(entry: &LedgerEntry, found: &Found<'_>) -> Option<Why> {
    let Some(payment) = found.payment else {
        return Some(Why::Gone);
    };
    match payment.status {
        PaymentStatus::Pending => {}
        PaymentStatus::Processing => return Some(Why::Processing),
        PaymentStatus::Completed | PaymentStatus::PartiallyRefunded => return Some(Why::Booked),
        PaymentStatus::Refunded => return Some(Why::Refunded),
        PaymentStatus::Cancelled => return Some(Why::Cancelled),
        PaymentStatus::Failed => return Some(Why::Failed),
    }
    let Some(enrollment) = found
        .enrollment
        .filter(|e| payment.enrollment == Some(e.id))
    else {
        return Some(Why::Gone);
    };
    if payment.amount().ok() != Some(entry.amount()) {
        return Some(Why::OtherAmount);
    }
    if !effective::of_this_run(enrollment, payment) {
        return Some(Why::EarlierRun);
    }
    matches!(
        enrollment.status,
        EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded
    )
    .then_some(Why::Ended)
}

/// The payment of its own that a change set books on, if it is an exception already.
pub fn payment_of(set: &ChangeSet) -> Option<Payment> {
    let entry = set.ledger_entry()?;
    set.changes.iter().find_map(|change| match change {
        Change::Insert {
            collection: Collection::Payments,
            document,
        } if get_at(document, "_id") == Some(&entry.payment.into())
            && get_at(document, "metadata.source").and_then(|s| s.as_str()) == Some(SOURCE) =>
        {
            bson::deserialize_from_document(document.clone()).ok()
        }
        _ => None,
    })
}

/// The change set again, booking its money on the payment `id` of its own: same operation number, same
/// receipt, the ledger row sealed anew at its place in the series. It opens the enrollment where that
/// still waits for money, and takes back what else was asked for it. A change set that is an exception
/// already keeps its payment and is fitted to the enrollment as it is now.
///
/// Refuses what is not cash received, and money for which there is no enrollment.
pub fn exception(set: &ChangeSet, found: &Found<'_>, id: PaymentId) -> Result<ChangeSet, Refusal> {
    let entry = set
        .ledger_entry()
        .filter(|e| {
            e.kind == EntryKind::Charge && e.method == Method::Cash && set.offline == Offline::Queue
        })
        .ok_or_else(|| {
            Refusal::new(
                Code::WrongState,
                "Only cash that was received can be booked on a payment of its own.",
            )
        })?;
    let enrollment = found
        .enrollment
        .filter(|e| e.user == entry.user && e.course == entry.course)
        .ok_or_else(|| {
            Refusal::new(
                Code::NotFound,
                "The institution has no enrollment of this person in this course. Enroll them, then try again.",
            )
        })?;
    let payment = match payment_of(set) {
        Some(known) => Payment {
            enrollment: Some(enrollment.id),
            ..known
        },
        None => own_payment(set, entry, enrollment, found, id),
    };
    let mut entry = entry.clone();
    entry.payment = payment.id;
    entry.enrollment = enrollment.id;
    let entry = entry.sealed();

    let this_run = effective::of_this_run(enrollment, &payment);
    let activates = this_run && enrollment.status == EnrollmentStatus::Pending;
    let mut deed = told("payment.captured", &payment)?;
    deed.detail.extend(set.deed.detail.clone());
    deed = deed
        .with("receipt", entry.receipt_number())
        .with("activates", activates);
    if !deed.detail.contains_key("exception") {
        let why = obstacle(&entry, found).unwrap_or(Why::Gone);
        deed = deed.with("exception", why.as_str());
    }
    let mut after = ChangeSet::new(set.op, set.actor.clone(), set.at, deed, set.offline)
        .insert(Collection::Payments, enrolling::document(&payment)?);
    if this_run {
        let mut payments: Vec<Payment> = found.payments.to_vec();
        for other in payments.iter_mut().filter(|other| {
            activates
                && other.id != payment.id
                && other.status == PaymentStatus::Pending
                && effective::of_this_run(enrollment, other)
        }) {
            let reason = format!("Paid in cash, receipt {}.", entry.receipt_number());
            let patch = Patch::new()
                .set(
                    "status",
                    PaymentStatus::Pending.as_str(),
                    PaymentStatus::Cancelled.as_str(),
                )
                .put("cancelledAt", set.at)
                .put("cancelReason", reason);
            after = after
                .patch(Collection::Payments, other.id, patch)
                .at_revision(Collection::Payments, other.id, other.rev());
            other.status = PaymentStatus::Cancelled;
        }
        let mut patch = effective::embed_after(Patch::new(), enrollment, &payments, &payment)?;
        if activates {
            patch = patch
                .set(
                    "status",
                    EnrollmentStatus::Pending.as_str(),
                    EnrollmentStatus::Active.as_str(),
                )
                .put("startDate", set.at);
        }
        after = after
            .patch(Collection::Enrollments, enrollment.id, patch)
            .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev());
    }
    Ok(after.ledger(entry))
}

/// The completed payment that the money is booked on.
fn own_payment(
    set: &ChangeSet,
    entry: &LedgerEntry,
    enrollment: &Enrollment,
    found: &Found<'_>,
    id: PaymentId,
) -> Payment {
    let mut payment = Payment::new(
        id,
        enrollment.id,
        entry.user,
        entry.course,
        entry.amount(),
        Method::Cash,
        set.at,
    );
    payment.status = PaymentStatus::Completed;
    payment.paid_at = Some(entry.occurred_at);
    payment.receipt_number = Some(entry.receipt_number());
    // Money for an earlier run does not open the one that came after it.
    payment.attempt = Some(
        match found
            .payment
            .filter(|p| p.enrollment == Some(enrollment.id))
        {
            Some(meant) if !effective::of_this_run(enrollment, meant) => meant
                .attempt
                .unwrap_or_else(|| enrollment.attempt.saturating_sub(1)),
            _ => enrollment.attempt,
        },
    );
    if let Some(meant) = found.payment {
        payment.customer = meant.customer.clone();
        payment.metadata.extra.insert("insteadOf", meant.id);
    }
    let why = obstacle(entry, found).unwrap_or(Why::Gone);
    payment.description = Some(why.sentence().to_owned());
    payment.metadata.source = Some(SOURCE.to_owned());
    payment
}
