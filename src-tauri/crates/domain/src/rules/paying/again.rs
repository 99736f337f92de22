//! Asking again for the money of an enrollment that still waits for it.

use super::{Case, told, unpaid::unpaid};
use crate::{
    change::{ChangeSet, Collection, Offline, Patch},
    enrollment::{Enrollment, EnrollmentStatus},
    error::{Code, Refusal},
    ids::PaymentId,
    ledger::Method,
    money::{Currency, Money},
    payment::{Payment, PaymentStatus},
    role::{Permission, Role},
    rules::{Stamp, effective, enrolling},
    user::User,
};

/// What trying again came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Retried {
    /// A new payment, or another method for the open one: to be committed.
    Changed(PaymentId, Box<ChangeSet>),
    /// This open payment is what there is to pay already.
    Open(PaymentId),
}

/// Asks again for the money of a pending enrollment whose payments came to nothing. An open payment is
/// used again, never doubled (frappe/lms #2517).
pub fn retry(
    stamp: &Stamp,
    enrollment: &Enrollment,
    payments: &[Payment],
    student: &User,
    course_title: &str,
    method: Method,
    id: PaymentId,
) -> Result<Retried, Refusal> {
    if stamp.actor.role == Role::Student {
        stamp.actor.require(Permission::Learn)?;
        if !stamp.actor.is(enrollment.user) {
            return Err(Refusal::not_found("The enrollment"));
        }
    } else {
        stamp.actor.require(Permission::RecordPayments)?;
    }
    if enrollment.status != EnrollmentStatus::Pending {
        return Err(Refusal::new(
            Code::WrongState,
            match enrollment.status {
                EnrollmentStatus::Active | EnrollmentStatus::Completed => {
                    "This enrollment does not wait for a payment."
                }
                _ => "This enrollment has ended. Reopen it; that asks for a new payment.",
            },
        ));
    }
    let of_run = || {
        payments
            .iter()
            .filter(|p| effective::of_this_run(enrollment, p))
    };
    if let Some(paid) = of_run().find(|p| effective::covers(p)) {
        return Err(Refusal::new(
            Code::WrongState,
            format!(
                "{} were already paid for this enrollment.",
                paid.refundable()?
            ),
        ));
    }
    if let Some(open) = of_run()
        .filter(|p| p.is_open())
        .max_by_key(|p| (p.created_at, p.id))
    {
        return other_method(stamp, enrollment, payments, open, method);
    }
    let amount = asked(enrollment, payments)?;
    let mut payment = Payment::new(
        id,
        enrollment.id,
        enrollment.user,
        enrollment.course,
        amount,
        method,
        stamp.at,
    );
    payment.attempt = Some(enrollment.attempt);
    payment.description = Some(course_title.to_owned());
    enrolling::payer(&mut payment, student);
    let patch = effective::embed_after(Patch::new(), enrollment, payments, &payment)?;
    let set = stamp
        .change_set(told("payment.created", &payment)?, Offline::Queue)
        .insert(Collection::Payments, enrolling::document(&payment)?)
        .patch(Collection::Enrollments, enrollment.id, patch)
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev());
    Ok(Retried::Changed(id, Box::new(set)))
}

fn other_method(
    stamp: &Stamp,
    enrollment: &Enrollment,
    payments: &[Payment],
    open: &Payment,
    method: Method,
) -> Result<Retried, Refusal> {
    if open.method == method {
        return Ok(Retried::Open(open.id));
    }
    if open.status == PaymentStatus::Processing {
        return Err(Refusal::new(
            Code::WrongState,
            "The provider is processing a payment of this enrollment. Record its outcome first.",
        ));
    }
    let mut after = open.clone();
    after.method = method;
    let case = Case {
        payment: open,
        enrollment: Some(enrollment),
        payments,
    };
    let patch = Patch::new().set("method", open.method.as_str(), method.as_str());
    let deed = told("payment.method-changed", &after)?.with("from", open.method.as_str());
    Ok(Retried::Changed(
        open.id,
        Box::new(unpaid(stamp, &case, &after, patch, deed)?),
    ))
}

/// What the enrollment costs: the price copied when enrolling; where another program left that out,
/// what its last payment asked for.
pub fn asked(enrollment: &Enrollment, payments: &[Payment]) -> Result<Money, Refusal> {
    let embedded = &enrollment.payment;
    let amount = match (embedded.amount, &embedded.currency) {
        (Some(amount), Some(currency)) => {
            Some(Money::from_double(amount, currency.parse::<Currency>()?)?)
        }
        _ => effective::effective(enrollment, payments)
            .map(Payment::amount)
            .transpose()?,
    };
    amount.filter(|amount| amount.minor > 0).ok_or_else(|| {
        Refusal::new(
            Code::Amount,
            "It is not known what this enrollment costs, so no payment can be asked for.",
        )
    })
}
