//! Payments another program took, taken into the ledger: what it captured as a charge, what it gave back
//! as refunds, each row once. Nothing about the payment is decided anew; a receipt number is given where
//! there is none.
//!
//! One change set a row, asked for one after the other, so that a take-over that was cut off goes on where
//! it stopped. Deliberately absent: finding the payments, and mending what does not add up.

use bson::{Bson, Document, oid::ObjectId};

use super::{Stamp, paying, refunding};
use crate::{
    Timestamp,
    change::{ChangeSet, Collection, Offline, Patch},
    enrollment::Enrollment,
    error::{Code, Refusal},
    ledger::{EntryKind, LedgerEntry, SeriesTail},
    money::Money,
    payment::{Payment, PaymentStatus, Refund, RefundStatus},
    role::Permission,
};

/// What the ledger says of a payment already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    /// There is a charge.
    pub charged: bool,
    /// Given back, minor units, as a positive number.
    pub back_minor: i64,
}

impl Booked {
    /// What these rows of one payment say.
    pub fn of(rows: &[LedgerEntry]) -> Self {
        Self {
            charged: rows.iter().any(|row| row.kind == EntryKind::Charge),
            back_minor: rows
                .iter()
                .filter(|row| row.amount_minor < 0)
                .fold(0_i64, |sum, row| sum.saturating_sub(row.amount_minor)),
        }
    }
}

/// A row the ledger lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// A charge or a refund.
    pub kind: EntryKind,
    /// How much, as a positive amount.
    pub amount: Money,
    /// When it happened.
    pub at: Timestamp,
    /// Which of the payment's refund rows; none: the charge, or a refund the payment has no row for.
    pub refund: Option<usize>,
}

/// The rows the ledger lacks of a payment, the oldest first. Refused where what the payment says of itself
/// does not add up: somebody has to look at it in the program that wrote it.
pub fn missing(payment: &Payment, booked: &Booked) -> Result<Vec<Missing>, Refusal> {
    if !payment.status.is_captured() {
        return Ok(Vec::new());
    }
    let amount = payment.amount()?;
    if amount.minor <= 0 {
        return Ok(Vec::new());
    }
    let paid = payment.paid_at.unwrap_or(payment.created_at);
    let mut back = Vec::new();
    for (n, refund) in payment.refunds.iter().enumerate() {
        let given = Money::from_double(refund.amount, payment.currency)?;
        if refund.status == RefundStatus::Succeeded && !given.is_zero() {
            back.push(Missing {
                kind: EntryKind::Refund,
                amount: given,
                at: refund.refunded_at.unwrap_or(paid),
                refund: Some(n),
            });
        }
    }
    if payment.status == PaymentStatus::Refunded && back.is_empty() {
        back.push(Missing {
            kind: EntryKind::Refund,
            amount,
            at: payment.updated_at.max(paid),
            refund: None,
        });
    }
    let total = back
        .iter()
        .try_fold(Money::zero(payment.currency), |sum, row| {
            sum.plus(row.amount)
        })?;
    if total.minor > amount.minor {
        return Err(Refusal::field(
            Code::Amount,
            "refunds",
            format!(
                "{total} were given back of {amount}. Mend the payment in the program that wrote it."
            ),
        ));
    }
    let mut rows = Vec::new();
    if !booked.charged {
        rows.push(Missing {
            kind: EntryKind::Charge,
            amount,
            at: paid,
            refund: None,
        });
    }
    let mut seen = 0_i64;
    for row in back {
        if seen < booked.back_minor {
            seen = seen.saturating_add(row.amount.minor);
        } else {
            rows.push(row);
        }
    }
    if seen != booked.back_minor {
        return Err(Refusal::field(
            Code::Amount,
            "refunds",
            "The ledger has other refunds of this payment than the payment itself. Somebody has to compare them.",
        ));
    }
    Ok(rows)
}

/// The change set that books the next row the ledger lacks; none: it lacks nothing. `row` identifies a
/// refund row the payment does not have yet.
pub fn next(
    stamp: &Stamp,
    payment: &Payment,
    enrollment: &Enrollment,
    booked: &Booked,
    row: ObjectId,
    tail: &SeriesTail,
) -> Result<Option<ChangeSet>, Refusal> {
    stamp.actor.require(Permission::RunWorkspace)?;
    if enrollment.user != payment.user || enrollment.course != payment.course {
        return Err(Refusal::new(
            Code::WrongState,
            "The enrollment this payment names is another person's, or of another course.",
        ));
    }
    let Some(first) = missing(payment, booked)?.into_iter().next() else {
        return Ok(None);
    };
    let reference = payment
        .provider
        .charge_id
        .as_deref()
        .or(payment.provider.transaction_id.as_deref())
        .or(payment.provider.payment_intent_id.as_deref());
    let amount = match first.kind {
        EntryKind::Charge => first.amount,
        _ => first.amount.negated()?,
    };
    let entry = paying::entry(
        stamp,
        payment,
        enrollment,
        first.kind,
        amount,
        reference.filter(|_| first.kind == EntryKind::Charge),
        first.at,
        Some("taken over".to_owned()),
        tail,
    );
    let receipt = entry.receipt_number();
    let (verb, patch) = match first.kind {
        EntryKind::Charge => (
            "payment.taken-over",
            with_receipt(payment, enrollment, &receipt),
        ),
        _ => (
            "refund.taken-over",
            with_refund(payment, &first, row, &receipt)?,
        ),
    };
    let deed = paying::told(verb, payment)?
        .with("amountMinor", first.amount.minor)
        .with("receipt", receipt);
    Ok(Some(
        stamp
            .change_set(deed, Offline::OnlineOnly)
            .patch(Collection::Payments, payment.id, patch)
            .at_revision(Collection::Payments, payment.id, payment.rev())
            .ledger(entry),
    ))
}

/// The receipt number and the enrollment, where the payment has none.
fn with_receipt(payment: &Payment, enrollment: &Enrollment, receipt: &str) -> Patch {
    let mut patch = Patch::new();
    if payment
        .receipt_number
        .as_deref()
        .unwrap_or_default()
        .is_empty()
    {
        let before = payment
            .receipt_number
            .as_ref()
            .map_or(Bson::Null, |had| Bson::from(had.as_str()));
        patch = patch.set("receiptNumber", before, receipt);
    }
    if payment.enrollment.is_none() {
        patch = patch.set("enrollment", Bson::Null, enrollment.id.0);
    }
    patch
}

fn with_refund(
    payment: &Payment,
    missing: &Missing,
    row: ObjectId,
    receipt: &str,
) -> Result<Patch, Refusal> {
    let mut after = payment.clone();
    match missing.refund.and_then(|n| after.refunds.get_mut(n)) {
        Some(refund) => refund.receipt_number = Some(receipt.to_owned()),
        None => after.refunds.push(Refund {
            id: Some(row),
            amount: missing.amount.to_double(),
            reason: Some("taken over".to_owned()),
            refund_id: None,
            refunded_at: Some(missing.at),
            status: RefundStatus::Succeeded,
            requested_by: None,
            requested_at: None,
            decided_by: None,
            decided_at: None,
            withdrawn_at: None,
            receipt_number: Some(receipt.to_owned()),
            extra: Document::new(),
        }),
    }
    refunding::rows_patch(payment, &after)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{
        ids::{CourseId, EnrollmentId, PaymentId, UserId},
        ledger::Method,
        money::Currency,
    };

    fn id(n: u8) -> ObjectId {
        ObjectId::from_bytes([n; 12])
    }

    fn payment(status: PaymentStatus, refunds: &[f64]) -> Payment {
        let mut payment = Payment::new(
            PaymentId(id(1)),
            EnrollmentId(id(2)),
            UserId(id(3)),
            CourseId(id(4)),
            Money::new(10_000, Currency::Gbp),
            Method::Stripe,
            Timestamp::from_millis(1),
        );
        payment.status = status;
        for amount in refunds {
            payment.refunds.push(Refund {
                id: None,
                amount: *amount,
                reason: None,
                refund_id: None,
                refunded_at: None,
                status: RefundStatus::Succeeded,
                requested_by: None,
                requested_at: None,
                decided_by: None,
                decided_at: None,
                withdrawn_at: None,
                receipt_number: None,
                extra: Document::new(),
            });
        }
        payment
    }

    fn rows(payment: &Payment, charged: bool, back_minor: i64) -> Vec<(EntryKind, i64)> {
        let booked = Booked {
            charged,
            back_minor,
        };
        missing(payment, &booked)
            .unwrap()
            .iter()
            .map(|row| (row.kind, row.amount.minor))
            .collect()
    }

    #[test]
    fn what_was_captured_and_given_back_is_missing_until_it_is_booked() {
        use EntryKind::{Charge, Refund};
        let part = payment(PaymentStatus::PartiallyRefunded, &[10.0, 20.0]);
        assert_eq!(
            rows(&part, false, 0),
            [(Charge, 10_000), (Refund, 1_000), (Refund, 2_000)]
        );
        assert_eq!(rows(&part, true, 1_000), [(Refund, 2_000)]);
        assert_eq!(rows(&part, true, 3_000), []);
        let whole = payment(PaymentStatus::Refunded, &[]);
        assert_eq!(rows(&whole, false, 0), [(Charge, 10_000), (Refund, 10_000)]);
        assert_eq!(rows(&payment(PaymentStatus::Pending, &[]), false, 0), []);
    }

    #[test]
    fn what_does_not_add_up_is_left_to_a_person() {
        let over = payment(PaymentStatus::Refunded, &[60.0, 60.0]);
        assert_eq!(
            missing(&over, &Booked::default()).unwrap_err().code,
            Code::Amount
        );
        let other = payment(PaymentStatus::PartiallyRefunded, &[10.0]);
        let booked = Booked {
            charged: true,
            back_minor: 500,
        };
        assert_eq!(missing(&other, &booked).unwrap_err().code, Code::Amount);
    }
}
