//! Refunds: asked for, withdrawn, approved, denied, booked.
//!
//! Up to the workspace's threshold a refund is booked when it is asked for; above, a second person
//! decides, never the one who asked. What was given back of a payment without a second person counts
//! towards the threshold, so that no sum passes in parts that does not pass whole. Money goes back by the way it came. What was given back is the
//! sum of the rows booked, and the payment's state follows from them; nobody sets it. Giving all of it
//! back ends access, unless another payment covers the enrollment (sensei #3204, tutor #2346).

mod void;
mod withdraw;

pub use void::void;
pub use withdraw::withdraw;

use bson::{Bson, oid::ObjectId};

use super::{
    Stamp, effective,
    paying::{self, Case},
    people,
};
use crate::{
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    enrollment::{Enrollment, EnrollmentStatus},
    error::{Code, Refusal},
    ledger::{EntryKind, SeriesTail},
    money::Money,
    payment::{Payment, Refund, RefundStatus},
    role::Permission,
};

/// A refund somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// How much.
    pub amount: Money,
    /// Why; required.
    pub reason: &'a str,
    /// The identifier for its row.
    pub id: ObjectId,
    /// Refunds of more minor units than this, together, need a second person.
    pub threshold_minor: i64,
}

/// What a second person says to a refund.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    /// Which refund of the payment.
    pub refund: ObjectId,
    /// Yes, or no.
    pub approve: bool,
    /// Why; required for a no.
    pub reason: Option<&'a str>,
}

/// What can still be asked for: captured, minus given back, minus what waits for a second person.
pub fn available(payment: &Payment) -> Result<Money, Refusal> {
    payment.refundable()?.minus(payment.refund_requested()?)
}

/// What was given back of a payment, or waits to be, and nobody approved.
fn unapproved(payment: &Payment) -> Result<Money, Refusal> {
    payment
        .refunds
        .iter()
        .filter(|refund| refund.status != RefundStatus::Failed && refund.decided_at.is_none())
        .try_fold(Money::zero(payment.currency), |sum, refund| {
            sum.plus(Money::from_double(refund.amount, payment.currency)?)
        })
}

/// How many minor units of a payment may still be given back without a second person.
pub fn at_once(payment: &Payment, threshold_minor: i64) -> Result<i64, Refusal> {
    Ok(threshold_minor
        .saturating_sub(unapproved(payment)?.minor)
        .max(0))
}

/// Asks for a refund: booked at once up to the threshold, waiting for a second person above it.
pub fn ask(
    stamp: &Stamp,
    case: &Case<'_>,
    wanted: &Wanted<'_>,
    tail: &SeriesTail,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::Refund)?;
    let reason = people::reason(Some(wanted.reason), true)?.unwrap_or_default();
    let payment = case.payment;
    if !effective::covers(payment) {
        return Err(Refusal::new(
            Code::WrongState,
            if payment.status.is_captured() {
                "All of this payment was refunded already."
            } else {
                "Nothing was paid yet, so there is nothing to refund."
            },
        ));
    }
    let enrollment = paying::enrollment_of(case)?;
    let amount = wanted.amount;
    let available = available(payment)?;
    if amount.currency != available.currency {
        return Err(Refusal::field(
            Code::CurrencyMismatch,
            "amountMinor",
            format!(
                "The payment is in {}, not in {}.",
                available.currency, amount.currency
            ),
        ));
    }
    if amount.minor <= 0 {
        return Err(Refusal::field(
            Code::Amount,
            "amountMinor",
            "A refund is more than nothing.",
        ));
    }
    if amount.minor > available.minor {
        let waiting = payment.refund_requested()?;
        return Err(Refusal::field(
            Code::Amount,
            "amountMinor",
            if waiting.is_zero() {
                format!("At most {available} can be refunded.")
            } else {
                format!("At most {available} can be refunded; {waiting} already wait for approval.")
            },
        ));
    }
    let mut row = Refund {
        id: Some(wanted.id),
        amount: amount.to_double(),
        reason: Some(reason.clone()),
        refund_id: None,
        refunded_at: None,
        status: RefundStatus::Pending,
        requested_by: stamp.actor.user,
        requested_at: Some(stamp.at),
        decided_by: None,
        decided_at: None,
        withdrawn_at: None,
        receipt_number: None,
        extra: bson::Document::new(),
    };
    // Asking for what could never be booked would only cost the second person time.
    ends_access(enrollment, case, amount)?;
    if amount.minor > at_once(payment, wanted.threshold_minor)? {
        let mut deed = paying::told("refund.requested", payment)?
            .with("amountMinor", amount.minor)
            .with("reason", reason)
            .with("thresholdMinor", wanted.threshold_minor);
        let earlier = unapproved(payment)?;
        if !earlier.is_zero() {
            deed = deed.with("earlierMinor", earlier.minor);
        }
        return Ok(stamp
            .change_set(deed, Offline::OnlineOnly)
            .patch(
                Collection::Payments,
                payment.id,
                Patch::new().push("refunds", row_bson(&row)?),
            )
            .at_revision(Collection::Payments, payment.id, payment.rev())
            .guard(Guard::Refundable {
                payment: payment.id,
                amount_minor: amount.minor,
            }));
    }
    let entry = refund_entry(stamp, payment, enrollment, amount, &reason, tail)?;
    row.status = RefundStatus::Succeeded;
    row.refunded_at = Some(stamp.at);
    row.receipt_number = Some(entry.receipt_number());
    let patch = Patch::new().push("refunds", row_bson(&row)?);
    let mut after = payment.clone();
    after.refunds.push(row);
    book(stamp, case, enrollment, after, patch, entry, &reason)
}

/// Approves or denies a refund that waits. Never by the one who asked for it.
pub fn decide(
    stamp: &Stamp,
    case: &Case<'_>,
    verdict: &Verdict<'_>,
    tail: &SeriesTail,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::Refund)?;
    let payment = case.payment;
    let mut after = payment.clone();
    let row = after
        .refunds
        .iter_mut()
        .find(|row| row.id == Some(verdict.refund))
        .ok_or_else(|| Refusal::not_found("The refund"))?;
    if row.status != RefundStatus::Pending {
        return Err(settled(row));
    }
    if row.requested_by == stamp.actor.user {
        return Err(Refusal::new(
            Code::NeedsApproval,
            "You asked for this refund yourself. Somebody else must approve or deny it.",
        ));
    }
    let said = people::reason(verdict.reason, !verdict.approve)?;
    let amount = Money::from_double(row.amount, payment.currency)?;
    let reason = row.reason.clone().unwrap_or_default();
    row.decided_by = stamp.actor.user;
    row.decided_at = Some(stamp.at);
    if !verdict.approve {
        row.status = RefundStatus::Failed;
        let mut deed = paying::told("refund.denied", payment)?
            .with("amountMinor", amount.minor)
            .with("reason", reason);
        if let Some(said) = said {
            row.extra.insert("denialReason", said.as_str());
            deed = deed.with("denial", said);
        }
        return Ok(stamp
            .change_set(deed, Offline::OnlineOnly)
            .patch(
                Collection::Payments,
                payment.id,
                rows_patch(payment, &after)?,
            )
            .at_revision(Collection::Payments, payment.id, payment.rev()));
    }
    let enrollment = paying::enrollment_of(case)?;
    let left = payment.refundable()?;
    if amount.minor <= 0 || amount.minor > left.minor {
        return Err(Refusal::field(
            Code::Amount,
            "amountMinor",
            format!(
                "Only {left} are left of this payment. Deny this refund and ask for a smaller one."
            ),
        ));
    }
    let entry = refund_entry(stamp, payment, enrollment, amount, &reason, tail)?;
    row.status = RefundStatus::Succeeded;
    row.refunded_at = Some(stamp.at);
    row.receipt_number = Some(entry.receipt_number());
    let patch = rows_patch(payment, &after)?;
    book(stamp, case, enrollment, after, patch, entry, &reason)
}

/// Why nothing more is decided about a refund that no longer waits.
fn settled(row: &Refund) -> Refusal {
    Refusal::new(
        Code::WrongState,
        match (row.status, row.withdrawn_at) {
            (RefundStatus::Succeeded, _) => "This refund is already booked.",
            (_, Some(_)) => "This refund was withdrawn by who asked for it.",
            _ => "This refund was already denied.",
        },
    )
}

fn refund_entry(
    stamp: &Stamp,
    payment: &Payment,
    enrollment: &Enrollment,
    amount: Money,
    reason: &str,
    tail: &SeriesTail,
) -> Result<crate::ledger::LedgerEntry, Refusal> {
    Ok(paying::entry(
        stamp,
        payment,
        enrollment,
        EntryKind::Refund,
        amount.negated()?,
        None,
        stamp.at,
        Some(reason.to_owned()),
        tail,
    ))
}

fn row_bson(row: &Refund) -> Result<Bson, Refusal> {
    bson::serialize_to_bson(row).map_err(|error| {
        Refusal::new(
            Code::Invalid,
            format!("The refund cannot be written down: {error}"),
        )
    })
}

pub(super) fn rows_patch(before: &Payment, after: &Payment) -> Result<Patch, Refusal> {
    let rows = |refunds: &[Refund]| -> Result<Bson, Refusal> {
        Ok(Bson::Array(
            refunds.iter().map(row_bson).collect::<Result<_, _>>()?,
        ))
    };
    Ok(Patch::new().set("refunds", rows(&before.refunds)?, rows(&after.refunds)?))
}

/// Whether giving this much back ends the student's access. Refuses where it may not.
fn ends_access(enrollment: &Enrollment, case: &Case<'_>, amount: Money) -> Result<bool, Refusal> {
    let full = case.payment.refundable()?.minus(amount)?.is_zero();
    let covered = case.payments.iter().any(|other| {
        other.id != case.payment.id
            && effective::of_this_run(enrollment, other)
            && effective::covers(other)
    });
    let open = matches!(
        enrollment.status,
        EnrollmentStatus::Active | EnrollmentStatus::Completed
    );
    if !full || covered || !open || !effective::of_this_run(enrollment, case.payment) {
        return Ok(false);
    }
    if !enrollment.may_become(EnrollmentStatus::Refunded) {
        return Err(Refusal::new(
            Code::WrongState,
            "A certificate stands for this enrollment. Revoke it before refunding all of the payment.",
        ));
    }
    Ok(true)
}

fn book(
    stamp: &Stamp,
    case: &Case<'_>,
    enrollment: &Enrollment,
    mut after: Payment,
    patch: Patch,
    entry: crate::ledger::LedgerEntry,
    reason: &str,
) -> Result<ChangeSet, Refusal> {
    let payment = case.payment;
    let amount = entry.amount().negated()?;
    let ends = ends_access(enrollment, case, amount)?;
    after.status = after.derived_status()?;
    let patch = patch.set("status", payment.status.as_str(), after.status.as_str());
    let mut deed = paying::told("refund.booked", payment)?
        .with("amountMinor", amount.minor)
        .with("receipt", entry.receipt_number())
        .with("reason", reason)
        .with("full", after.refundable()?.is_zero())
        .with("endsAccess", ends);
    if let Some(of) = &payment.receipt_number {
        deed = deed.with("ofReceipt", of.as_str());
    }
    let mut set = stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Payments, payment.id, patch)
        .at_revision(Collection::Payments, payment.id, payment.rev())
        .guard(Guard::Refundable {
            payment: payment.id,
            amount_minor: amount.minor,
        });
    if effective::of_this_run(enrollment, payment) {
        let mut patch = effective::embed_after(Patch::new(), enrollment, case.payments, &after)?;
        if ends {
            patch = patch
                .set(
                    "status",
                    enrollment.status.as_str(),
                    EnrollmentStatus::Refunded.as_str(),
                )
                .put("endedAt", stamp.at)
                .put("endReason", reason);
            set = set.patch(
                Collection::Courses,
                payment.course,
                Patch::new().inc("enrollmentCount", -1),
            );
        }
        set = set
            .patch(Collection::Enrollments, enrollment.id, patch)
            .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev());
    }
    Ok(set.ledger(entry))
}
