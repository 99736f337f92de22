//! A refund taken back by who asked for it, while it waits for a second person.
//!
//! Nothing was booked yet, so nothing is booked back, and it no longer counts towards the threshold. The seed
//! schema knows three states of a refund: a withdrawn one is `failed` like a denied one, and `withdrawnAt`
//! tells them apart. Denying what somebody else asked for is [`super::decide`].

use bson::oid::ObjectId;

use super::{rows_patch, settled};
use crate::{
    change::{ChangeSet, Collection, Offline},
    error::{Code, Refusal},
    money::Money,
    payment::{Payment, RefundStatus},
    role::Permission,
    rules::{Stamp, paying},
};

/// Takes a refund back that nobody has decided about. Only who asked for it may.
pub fn withdraw(stamp: &Stamp, payment: &Payment, refund: ObjectId) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::Refund)?;
    let mut after = payment.clone();
    let row = after
        .refunds
        .iter_mut()
        .find(|row| row.id == Some(refund))
        .ok_or_else(|| Refusal::not_found("The refund"))?;
    if row.status != RefundStatus::Pending {
        return Err(settled(row));
    }
    if !row.requested_by.is_some_and(|user| stamp.actor.is(user)) {
        return Err(Refusal::new(
            Code::Forbidden,
            "Somebody else asked for this refund. Approve it or deny it.",
        ));
    }
    let amount = Money::from_double(row.amount, payment.currency)?;
    let deed = paying::told("refund.withdrawn", payment)?
        .with("amountMinor", amount.minor)
        .with("reason", row.reason.clone().unwrap_or_default());
    row.status = RefundStatus::Failed;
    row.withdrawn_at = Some(stamp.at);
    Ok(stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(
            Collection::Payments,
            payment.id,
            rows_patch(payment, &after)?,
        )
        .at_revision(Collection::Payments, payment.id, payment.rev()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use bson::{Bson, Document};

    use super::*;
    use crate::{
        Timestamp,
        change::Change,
        ids::{CourseId, DeviceId, EnrollmentId, OpId, PaymentId, UserId},
        ledger::Method,
        money::Currency,
        payment::{PaymentStatus, Refund},
        role::{Actor, Role},
        rules::refunding::at_once,
    };

    const ASKED: u8 = 7;

    fn id(n: u8) -> ObjectId {
        ObjectId::from_bytes([n; 12])
    }

    fn stamp(user: Option<u8>, role: Role) -> Stamp {
        Stamp {
            op: OpId(uuid::Uuid::from_u128(7)),
            at: Timestamp::from_millis(5_000),
            actor: Actor {
                user: user.map(|n| UserId(id(n))),
                name: "Fay".to_owned(),
                role,
                device: DeviceId::new("DESK").unwrap(),
            },
        }
    }

    fn row(status: RefundStatus) -> Refund {
        Refund {
            id: Some(id(9)),
            amount: 60.0,
            reason: Some("Moved away".to_owned()),
            refund_id: None,
            refunded_at: None,
            status,
            requested_by: Some(UserId(id(ASKED))),
            requested_at: Some(Timestamp::from_millis(1_000)),
            decided_by: None,
            decided_at: None,
            withdrawn_at: None,
            receipt_number: None,
            extra: Document::new(),
        }
    }

    /// 100.00 pounds, captured, with that refund.
    fn payment(refund: Refund) -> Payment {
        let mut payment = Payment::new(
            PaymentId(id(1)),
            EnrollmentId(id(2)),
            UserId(id(3)),
            CourseId(id(4)),
            Money::new(10_000, Currency::Gbp),
            Method::Cash,
            Timestamp::from_millis(1),
        );
        payment.status = PaymentStatus::Completed;
        payment.refunds.push(refund);
        payment
    }

    /// The refund as the change set leaves it.
    fn left_by(set: &ChangeSet) -> Document {
        let [Change::Patch { patch, .. }] = set.changes.as_slice() else {
            panic!("one patch: {set:?}");
        };
        let Some(Bson::Array(rows)) = patch.set.get("refunds") else {
            panic!("of the refunds: {patch:?}");
        };
        rows[0].as_document().unwrap().clone()
    }

    #[test]
    fn who_asked_takes_back_what_waits_and_nothing_is_booked() {
        for role in [Role::Finance, Role::Admin] {
            let payment = payment(row(RefundStatus::Pending));
            let set = withdraw(&stamp(Some(ASKED), role), &payment, id(9)).unwrap();
            assert_eq!(set.deed.verb, "refund.withdrawn");
            assert!(set.ledger_entry().is_none());
            let left = left_by(&set);
            assert_eq!(left.get_str("status").unwrap(), "failed");
            assert!(left.get_datetime("withdrawnAt").is_ok(), "{left}");
            assert!(!left.contains_key("decidedBy") && !left.contains_key("refundedAt"));
            assert_eq!(
                left.get_str("reason").unwrap(),
                "Moved away",
                "what was asked for stays on record"
            );
            let taken: Refund = bson::deserialize_from_document(left).unwrap();
            let mut after = payment.clone();
            after.refunds = vec![taken];
            assert_eq!(after.derived_status().unwrap(), PaymentStatus::Completed);
            assert!(after.refund_requested().unwrap().is_zero());
            assert_eq!(
                [&payment, &after].map(|payment| at_once(payment, 8_000).unwrap()),
                [2_000, 8_000],
                "it no longer counts towards the threshold"
            );
        }
    }

    #[test]
    fn nobody_else_does_and_nothing_that_was_decided_is_withdrawn() {
        use RefundStatus::{Failed, Pending, Succeeded};
        let other = |refund: Refund| Refund {
            requested_by: None,
            ..refund
        };
        let withdrawn = Refund {
            withdrawn_at: Some(Timestamp::from_millis(2_000)),
            ..row(Failed)
        };
        for (what, refund, user, role, code) in [
            (
                "another",
                row(Pending),
                Some(8),
                Role::Finance,
                Code::Forbidden,
            ),
            (
                "an administrator",
                row(Pending),
                Some(8),
                Role::Admin,
                Code::Forbidden,
            ),
            (
                "a student",
                row(Pending),
                Some(ASKED),
                Role::Student,
                Code::Forbidden,
            ),
            (
                "an instructor",
                row(Pending),
                Some(ASKED),
                Role::Instructor,
                Code::Forbidden,
            ),
            (
                "the product",
                row(Pending),
                None,
                Role::Admin,
                Code::Forbidden,
            ),
            (
                "the product, of another program's",
                other(row(Pending)),
                None,
                Role::Admin,
                Code::Forbidden,
            ),
            (
                "booked",
                row(Succeeded),
                Some(ASKED),
                Role::Finance,
                Code::WrongState,
            ),
            (
                "denied",
                row(Failed),
                Some(ASKED),
                Role::Finance,
                Code::WrongState,
            ),
            (
                "withdrawn",
                withdrawn,
                Some(ASKED),
                Role::Finance,
                Code::WrongState,
            ),
            (
                "without an id",
                Refund {
                    id: None,
                    ..row(Pending)
                },
                Some(ASKED),
                Role::Finance,
                Code::NotFound,
            ),
        ] {
            let no = withdraw(&stamp(user, role), &payment(refund), id(9)).unwrap_err();
            assert_eq!(no.code, code, "{what}: {no:?}");
        }
    }
}
