//! A receipt taken back: cash that could only be booked as an exception is given back whole, at once.
//!
//! No second person decides: the money was never the institution's to keep. Ordinary payments are
//! refunded, never voided.

use bson::oid::ObjectId;

use super::{book, row_bson};
use crate::{
    change::{ChangeSet, Offline, Patch},
    error::{Code, Refusal},
    ledger::{EntryKind, SeriesTail},
    payment::{PaymentStatus, Refund, RefundStatus},
    role::Permission,
    rules::{
        Stamp,
        paying::{self, Case, exception},
        people,
    },
};

/// Books the counter-entry of an exception's receipt; `id` is the identifier of the refund's row. May
/// wait for the server like the receipt itself.
///
/// Refuses payments that are no exception, or of which something was given back already.
pub fn void(
    stamp: &Stamp,
    case: &Case<'_>,
    reason: &str,
    id: ObjectId,
    tail: &SeriesTail,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::RecordPayments)?;
    let reason = people::reason(Some(reason), true)?.unwrap_or_default();
    let payment = case.payment;
    let exceptional = payment.metadata.source.as_deref() == Some(exception::SOURCE);
    if !exceptional || payment.status != PaymentStatus::Completed || !payment.refunds.is_empty() {
        return Err(Refusal::new(
            Code::WrongState,
            if exceptional {
                "Something of this receipt was given back already. Refund the rest."
            } else {
                "Only a receipt that was booked as an exception is taken back like this. Refund the payment."
            },
        ));
    }
    let enrollment = paying::enrollment_of(case)?;
    let amount = payment.amount()?;
    let entry = paying::entry(
        stamp,
        payment,
        enrollment,
        EntryKind::Void,
        amount.negated()?,
        None,
        stamp.at,
        Some(reason.clone()),
        tail,
    );
    let row = Refund {
        id: Some(id),
        amount: amount.to_double(),
        reason: Some(reason.clone()),
        refund_id: None,
        refunded_at: Some(stamp.at),
        status: RefundStatus::Succeeded,
        requested_by: stamp.actor.user,
        requested_at: Some(stamp.at),
        decided_by: None,
        decided_at: None,
        withdrawn_at: None,
        receipt_number: Some(entry.receipt_number()),
        extra: bson::Document::new(),
    };
    let patch = Patch::new().push("refunds", row_bson(&row)?);
    let mut after = payment.clone();
    after.refunds.push(row);
    let mut set = book(stamp, case, enrollment, after, patch, entry, &reason)?;
    set.deed = set.deed.with("void", true);
    set.offline = Offline::Queue;
    Ok(set)
}
