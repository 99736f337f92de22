//! Giving money back: asked for by one person, and above the workspace's threshold decided by another, unless
//! who asked withdraws it first.

use bson::oid::ObjectId;
use domain::{
    Actor, Money, Refusal,
    role::Permission,
    rules::refunding::{self, Verdict, Wanted},
};

use super::{
    Surroundings,
    dto::{AskRefund, DecideRefund, PaymentDetail, WithdrawRefund},
    page::{payment, threshold},
    parse,
};
use crate::{accounts::stamp, desk::Desk, dto::ById, enrollment::unchanged, error::WorkflowError};

/// Asks for a refund. Up to the threshold it is booked at once; above, a second person decides.
pub fn refund_ask(
    desk: &Desk<'_>,
    actor: &Actor,
    args: AskRefund,
) -> Result<PaymentDetail, WorkflowError> {
    actor.require(Permission::Refund)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        let around = Surroundings::find(reader, id)?;
        unchanged(around.payment.rev(), args.rev)?;
        let stamp = stamp(desk, actor.clone());
        let wanted = Wanted {
            amount: Money::new(args.amount_minor, around.payment.currency),
            reason: &args.reason,
            id: desk.ids.object_id(),
            threshold_minor: threshold(reader)?,
        };
        let tail = reader.series_tail(&stamp.actor.device)?;
        Ok((refunding::ask(&stamp, &around.case(), &wanted, &tail)?, ()))
    })?;
    payment(desk, actor, ById { id: args.id })
}

/// Approves or denies a refund somebody else asked for.
pub fn refund_decide(
    desk: &Desk<'_>,
    actor: &Actor,
    args: DecideRefund,
) -> Result<PaymentDetail, WorkflowError> {
    actor.require(Permission::Refund)?;
    let id = parse(&args.id)?;
    let refund = row(&args.refund)?;
    desk.decide(|reader| {
        let around = Surroundings::find(reader, id)?;
        unchanged(around.payment.rev(), args.rev)?;
        let stamp = stamp(desk, actor.clone());
        let verdict = Verdict {
            refund,
            approve: args.approve,
            reason: args.reason.as_deref(),
        };
        let tail = reader.series_tail(&stamp.actor.device)?;
        Ok((
            refunding::decide(&stamp, &around.case(), &verdict, &tail)?,
            (),
        ))
    })?;
    payment(desk, actor, ById { id: args.id })
}

/// Takes back a refund one asked for, while it waits for a second person.
pub fn refund_withdraw(
    desk: &Desk<'_>,
    actor: &Actor,
    args: WithdrawRefund,
) -> Result<PaymentDetail, WorkflowError> {
    actor.require(Permission::Refund)?;
    let id = parse(&args.id)?;
    let refund = row(&args.refund)?;
    desk.decide(|reader| {
        let around = Surroundings::find(reader, id)?;
        unchanged(around.payment.rev(), args.rev)?;
        let stamp = stamp(desk, actor.clone());
        Ok((refunding::withdraw(&stamp, &around.payment, refund)?, ()))
    })?;
    payment(desk, actor, ById { id: args.id })
}

fn row(id: &str) -> Result<ObjectId, Refusal> {
    ObjectId::parse_str(id).map_err(|_| Refusal::not_found("The refund"))
}
