//! The effective payment: which of an enrollment's payments its embedded `payment` tells of, and what
//! it tells. Every rule that changes a payment writes the embedded one in the same change set.

use bson::Bson;

use crate::{
    change::Patch,
    enrollment::{EmbeddedPaymentStatus, Enrollment},
    error::Refusal,
    payment::{Payment, PaymentStatus},
};

/// Whether the payment is for the run the enrollment is in. Payments of other programs do not say;
/// they are of this run when they were made in it, or when there was no other.
pub fn of_this_run(enrollment: &Enrollment, payment: &Payment) -> bool {
    payment.enrollment == Some(enrollment.id)
        && payment.attempt.map_or(
            enrollment.attempt <= 1 || payment.created_at >= enrollment.enrollment_date,
            |attempt| attempt == enrollment.attempt,
        )
}

/// Whether money of it stands: captured and not all given back.
pub const fn covers(payment: &Payment) -> bool {
    matches!(
        payment.status,
        PaymentStatus::Completed | PaymentStatus::PartiallyRefunded
    )
}

/// The payment that counts for this run: one that is paid, else one that is open, else the last. Of
/// several alike, the newest.
pub fn effective<'a>(
    enrollment: &Enrollment,
    payments: impl IntoIterator<Item = &'a Payment>,
) -> Option<&'a Payment> {
    let rank = |p: &Payment| {
        if covers(p) {
            2
        } else if p.is_open() {
            1
        } else {
            0
        }
    };
    payments
        .into_iter()
        .filter(|p| of_this_run(enrollment, p))
        .max_by_key(|p| (rank(p), p.created_at, p.id))
}

/// The word the embedded payment has for that state.
pub const fn embedded_status(status: PaymentStatus) -> EmbeddedPaymentStatus {
    match status {
        PaymentStatus::Pending | PaymentStatus::Processing => EmbeddedPaymentStatus::Pending,
        PaymentStatus::Completed | PaymentStatus::PartiallyRefunded => {
            EmbeddedPaymentStatus::Completed
        }
        PaymentStatus::Failed | PaymentStatus::Cancelled => EmbeddedPaymentStatus::Failed,
        PaymentStatus::Refunded => EmbeddedPaymentStatus::Refunded,
    }
}

/// Writes what the embedded payment tells of the effective one. Fields of other programs stay.
pub(crate) fn embed(patch: Patch, payment: &Payment) -> Result<Patch, Refusal> {
    let refunded = payment.refunded()?;
    let refunded_at = payment.refunds.iter().filter_map(|r| r.refunded_at).max();
    let patch = patch
        .put("payment.amount", payment.amount)
        .put("payment.currency", payment.currency.code())
        .put("payment.method", payment.method.as_str())
        .put("payment.status", embedded_status(payment.status).as_str());
    let patch = put_or_unset(
        patch,
        "payment.transactionId",
        payment.provider.transaction_id.as_deref(),
    );
    let patch = put_or_unset(
        patch,
        "payment.paymentIntentId",
        payment.provider.payment_intent_id.as_deref(),
    );
    let patch = put_or_unset(patch, "payment.paidAt", payment.paid_at);
    let patch = put_or_unset(patch, "payment.refundedAt", refunded_at);
    Ok(put_or_unset(
        patch,
        "payment.refundAmount",
        (!refunded.is_zero()).then(|| refunded.to_double()),
    ))
}

/// Brings the enrollment's embedded payment up to date, as its payments will be with `changed` among
/// them: in the place of the one it replaces, or new.
pub(crate) fn embed_after(
    patch: Patch,
    enrollment: &Enrollment,
    payments: &[Payment],
    changed: &Payment,
) -> Result<Patch, Refusal> {
    let others = payments.iter().filter(|p| p.id != changed.id);
    match effective(enrollment, others.chain(std::iter::once(changed))) {
        Some(payment) => embed(patch, payment),
        None => Ok(patch),
    }
}

fn put_or_unset(patch: Patch, path: &str, value: Option<impl Into<Bson>>) -> Patch {
    match value {
        Some(value) => patch.put(path, value),
        None => patch.unset(path),
    }
}
