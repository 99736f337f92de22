//! Changes of a payment by which no money moves: at the provider, failed, cancelled.

use super::{Case, NOTE_MAX, open_for_money, told};
use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Offline, Patch},
    error::{Code, Refusal},
    payment::{Payment, PaymentStatus},
    role::Permission,
    rules::{Stamp, effective, people},
};

/// The payment is at the provider.
pub fn process(stamp: &Stamp, case: &Case<'_>) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::RecordPayments)?;
    open_for_money(case)?;
    may_become(case.payment, PaymentStatus::Processing)?;
    let mut after = case.payment.clone();
    after.status = PaymentStatus::Processing;
    let patch = Patch::new().set(
        "status",
        case.payment.status.as_str(),
        PaymentStatus::Processing.as_str(),
    );
    unpaid(
        stamp,
        case,
        &after,
        patch,
        told("payment.processing", &after)?,
    )
}

/// The provider refused. A payment that is booked stays booked, however late the bad news comes.
pub fn fail(
    stamp: &Stamp,
    case: &Case<'_>,
    code: Option<&str>,
    message: &str,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::RecordPayments)?;
    if case.payment.status.is_captured() {
        return Err(Refusal::new(
            Code::WrongState,
            "The payment is booked. A late failure does not undo it; refund it if the money did not stay.",
        ));
    }
    may_become(case.payment, PaymentStatus::Failed)?;
    let message = message.trim();
    if message.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            "message",
            "Say why it failed.",
        ));
    }
    if message.chars().count() > NOTE_MAX {
        return Err(Refusal::field(
            Code::TooLong,
            "message",
            format!("The message has at most {NOTE_MAX} characters."),
        ));
    }
    let code = code.map(str::trim).filter(|c| !c.is_empty());
    if code.is_some_and(|c| c.chars().count() > 100) {
        return Err(Refusal::field(
            Code::TooLong,
            "code",
            "The code has at most 100 characters.",
        ));
    }
    let mut after = case.payment.clone();
    after.status = PaymentStatus::Failed;
    after.failed_at = Some(stamp.at);
    let mut patch = Patch::new()
        .set(
            "status",
            case.payment.status.as_str(),
            PaymentStatus::Failed.as_str(),
        )
        .put("failedAt", stamp.at)
        .put("errorDetails.message", message)
        .put("errorDetails.timestamp", stamp.at);
    let mut deed = told("payment.failed", &after)?.with("message", message);
    if let Some(code) = code {
        patch = patch.put("errorDetails.code", code);
        deed = deed.with("code", code);
    }
    unpaid(stamp, case, &after, patch, deed)
}

/// Takes a pending payment back. Its enrollment keeps waiting, for another payment.
pub fn cancel(stamp: &Stamp, case: &Case<'_>, reason: &str) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::RecordPayments)?;
    let reason = people::reason(Some(reason), true)?.unwrap_or_default();
    if case.payment.status.is_captured() {
        return Err(Refusal::new(
            Code::WrongState,
            "The payment is booked. Refund it instead.",
        ));
    }
    may_become(case.payment, PaymentStatus::Cancelled)?;
    let mut after = case.payment.clone();
    after.status = PaymentStatus::Cancelled;
    after.cancelled_at = Some(stamp.at);
    let patch = Patch::new()
        .set(
            "status",
            case.payment.status.as_str(),
            PaymentStatus::Cancelled.as_str(),
        )
        .put("cancelledAt", stamp.at)
        .put("cancelReason", reason.as_str());
    let deed = told("payment.cancelled", &after)?.with("reason", reason);
    unpaid(stamp, case, &after, patch, deed)
}

/// Refuses a transition the machine does not have.
fn may_become(payment: &Payment, next: PaymentStatus) -> Result<(), Refusal> {
    if payment.status.may_become(next) {
        return Ok(());
    }
    let message = match (payment.status, next) {
        (PaymentStatus::Processing, PaymentStatus::Cancelled) => {
            "The provider is processing this payment. Record its outcome first."
        }
        (PaymentStatus::Processing, _) => "The provider is already processing this payment.",
        (PaymentStatus::Failed, _) => "The payment has already failed.",
        (PaymentStatus::Cancelled, _) => "The payment was already cancelled.",
        _ => "The payment is already booked.",
    };
    Err(Refusal::new(Code::WrongState, message))
}

/// A change of a payment by which no money moves.
pub(super) fn unpaid(
    stamp: &Stamp,
    case: &Case<'_>,
    after: &Payment,
    patch: Patch,
    deed: Deed,
) -> Result<ChangeSet, Refusal> {
    let mut set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Payments, after.id, patch)
        .at_revision(Collection::Payments, after.id, case.payment.rev());
    if let Some(enrollment) = case
        .enrollment
        .filter(|e| effective::of_this_run(e, case.payment))
    {
        let patch = effective::embed_after(Patch::new(), enrollment, case.payments, after)?;
        set = set
            .patch(Collection::Enrollments, enrollment.id, patch)
            .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev());
    }
    Ok(set)
}
