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

/// Writes what the embedded payment tells of the effective one, remembering what it told before.
/// Fields of other programs stay.
pub(crate) fn embed(
    patch: Patch,
    enrollment: &Enrollment,
    payment: &Payment,
) -> Result<Patch, Refusal> {
    let refunded = payment.refunded()?;
    let refunded_at = payment.refunds.iter().filter_map(|r| r.refunded_at).max();
    let old = &enrollment.payment;
    let word = |word: &str| Some(Bson::from(word));
    let text = |text: &Option<String>| text.as_deref().map(Bson::from);
    let tells: [(&str, Option<Bson>, Option<Bson>); 9] = [
        (
            "amount",
            old.amount.map(Bson::Double),
            Some(payment.amount.into()),
        ),
        (
            "currency",
            text(&old.currency),
            word(payment.currency.code()),
        ),
        ("method", text(&old.method), word(payment.method.as_str())),
        (
            "status",
            word(old.status.as_str()),
            word(embedded_status(payment.status).as_str()),
        ),
        (
            "transactionId",
            text(&old.transaction_id),
            text(&payment.provider.transaction_id),
        ),
        (
            "paymentIntentId",
            text(&old.payment_intent_id),
            text(&payment.provider.payment_intent_id),
        ),
        (
            "paidAt",
            old.paid_at.map(Bson::from),
            payment.paid_at.map(Bson::from),
        ),
        (
            "refundedAt",
            old.refunded_at.map(Bson::from),
            refunded_at.map(Bson::from),
        ),
        (
            "refundAmount",
            old.refund_amount.map(Bson::Double),
            (!refunded.is_zero()).then(|| refunded.to_double().into()),
        ),
    ];
    Ok(tells
        .into_iter()
        .fold(patch, |mut patch, (field, before, now)| {
            let path = format!("payment.{field}");
            let before = before.unwrap_or(Bson::Null);
            match now {
                Some(now) => patch.set(&path, before, now),
                None => {
                    patch.base.insert(path.clone(), before);
                    patch.unset(&path)
                }
            }
        }))
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
        Some(payment) => embed(patch, enrollment, payment),
        None => Ok(patch),
    }
}
