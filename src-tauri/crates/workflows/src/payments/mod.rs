//! Payments: the review queue, the page with its ledger, recording what was paid, refunds with a second
//! person's approval, receipts to read and print. How money is decided about is in `domain::rules`.

pub mod dto;
mod lists;
mod page;
mod paper;
mod receipts;
mod recording;
mod refunds;
mod why;

pub use lists::{payments_list, payments_queue};
pub use page::payment;
pub use receipts::{receipt, receipt_save};
pub use recording::{
    payment_cancel, payment_fail, payment_record_cash, payment_record_provider, payment_retry,
};
pub use refunds::{refund_ask, refund_decide, refund_withdraw};

use domain::{
    Actor, PaymentId, Refusal, Role,
    enrollment::Enrollment,
    payment::{Payment, ReferenceKind},
    role::Permission,
    rules::paying::Case,
};
use replica::Reader;

use crate::error::WorkflowError;

fn parse(id: &str) -> Result<PaymentId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found("The payment"))
}

/// The payment, if it is this person's to see: finance and administrators all, students their own.
fn seen_by(reader: &Reader<'_>, actor: &Actor, id: PaymentId) -> Result<Payment, WorkflowError> {
    if actor.role != Role::Student {
        actor.require(Permission::SeePayments)?;
    }
    let missing = || Refusal::not_found("The payment");
    let payment = reader.payment(id)?.ok_or_else(missing)?;
    if actor.role == Role::Student && !actor.is(payment.user) {
        return Err(missing().into());
    }
    Ok(payment)
}

/// A payment with its enrollment and that enrollment's other payments.
struct Surroundings {
    payment: Payment,
    enrollment: Option<Enrollment>,
    payments: Vec<Payment>,
}

impl Surroundings {
    fn read(reader: &Reader<'_>, payment: Payment) -> Result<Self, WorkflowError> {
        let (enrollment, payments) = match payment.enrollment {
            Some(id) => (reader.enrollment(id)?, reader.payments_of_enrollment(id)?),
            None => (None, vec![payment.clone()]),
        };
        Ok(Self {
            payment,
            enrollment,
            payments,
        })
    }

    fn find(reader: &Reader<'_>, id: PaymentId) -> Result<Self, WorkflowError> {
        let payment = reader
            .payment(id)?
            .ok_or_else(|| Refusal::not_found("The payment"))?;
        Self::read(reader, payment)
    }

    fn case(&self) -> Case<'_> {
        Case {
            payment: &self.payment,
            enrollment: self.enrollment.as_ref(),
            payments: &self.payments,
        }
    }
}

impl From<dto::ReferenceKind> for ReferenceKind {
    fn from(kind: dto::ReferenceKind) -> Self {
        match kind {
            dto::ReferenceKind::PaymentIntentId => Self::PaymentIntentId,
            dto::ReferenceKind::ChargeId => Self::ChargeId,
            dto::ReferenceKind::SessionId => Self::SessionId,
            dto::ReferenceKind::TransactionId => Self::TransactionId,
            dto::ReferenceKind::MerchantTransactionId => Self::MerchantTransactionId,
        }
    }
}

impl From<ReferenceKind> for dto::ReferenceKind {
    fn from(kind: ReferenceKind) -> Self {
        match kind {
            ReferenceKind::PaymentIntentId => Self::PaymentIntentId,
            ReferenceKind::ChargeId => Self::ChargeId,
            ReferenceKind::SessionId => Self::SessionId,
            ReferenceKind::TransactionId => Self::TransactionId,
            ReferenceKind::MerchantTransactionId => Self::MerchantTransactionId,
        }
    }
}
