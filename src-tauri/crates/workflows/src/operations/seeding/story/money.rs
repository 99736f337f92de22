//! The money of the story: payments made, failed, tried again, given back.

use domain::{
    EnrollmentId, Money, PaymentId, Role, Timestamp, UserId,
    enrollment::EnrollmentStatus,
    ledger::Method,
    payment::{ReferenceKind, RefundStatus},
    rules::{
        paying::{self, Case, Cash, ProviderReport, Recorded, Retried},
        refunding::{self, Verdict, Wanted},
    },
};

use super::{Event, Story};
use crate::{
    desk::Ids,
    error::WorkflowError,
    operations::seeding::world::{DAY, HOUR, MINUTE},
};

impl Story<'_, '_> {
    /// How a payment goes: most are paid soon, some fail and are tried again, some never are.
    pub(super) fn plan_payment(&mut self, at: i64, enrollment: EnrollmentId, payment: PaymentId) {
        let cash = self
            .world
            .payments
            .get(&payment)
            .is_some_and(|payment| payment.method == Method::Cash);
        let lately = at > self.world.now - 6 * DAY;
        let soon = at + self.dice.between(5, 240) * MINUTE;
        let luck = self.dice.between(0, 99);
        if cash {
            let (hours, days) = (self.dice.between(2, 70), self.dice.between(8, 12));
            match luck {
                0..=87 => self.plan(at + hours * HOUR, Event::Pay(payment)),
                _ => self.plan(at + days * DAY, Event::Cancel(enrollment)),
            }
            return;
        }
        match luck {
            _ if lately && luck < 30 => {
                self.plan(soon, Event::Process(payment));
                self.plan(soon + 4 * DAY, Event::Pay(payment));
            }
            0..=67 => self.plan(soon, Event::Pay(payment)),
            68..=77 => {
                self.plan(soon, Event::Process(payment));
                let later = soon + self.dice.between(1, 30) * HOUR;
                self.plan(later, Event::Pay(payment));
            }
            78..=88 => self.plan(soon, Event::Fail(payment)),
            89..=91 => {
                let later = at + self.dice.between(1, 4) * DAY;
                self.plan(later, Event::Withdraw(payment));
            }
            _ => {
                let later = at + self.dice.between(8, 12) * DAY;
                self.plan(later, Event::Cancel(enrollment));
            }
        }
    }

    pub(super) fn process(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
        let Some((payment, enrollment, payments)) = self.case(payment) else {
            return Ok(());
        };
        let stamp = self.world.stamp(self.world.product(), at);
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let set = paying::process(&stamp, &case)?;
        self.world.keep(set)
    }

    pub(super) fn pay(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
        let Some((payment, enrollment, payments)) = self.case(payment) else {
            return Ok(());
        };
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let set = if payment.method == Method::Cash {
            let actor = self.someone(Role::Finance);
            let stamp = self.world.stamp(actor, at);
            let note = self.text(|texts| &texts.cash_notes);
            let note = self.dice.percent(40).then_some(note);
            let received_at = Timestamp::from_millis(at - self.dice.between(0, 20) * MINUTE);
            let cash = Cash {
                counted: payment.amount()?,
                received_at,
                note: note.as_deref(),
            };
            paying::record_cash(&stamp, &case, &cash, &self.world.tail)?
        } else {
            let stamp = self.world.stamp(self.world.product(), at);
            let token = hex::encode(&self.world.ids.random()[..12]);
            let (kind, reference) = match payment.method {
                Method::Stripe => (ReferenceKind::PaymentIntentId, format!("pi_{token}")),
                _ => (
                    ReferenceKind::TransactionId,
                    format!("SSLC{}", token.to_uppercase()),
                ),
            };
            let report = ProviderReport {
                method: payment.method,
                kind,
                reference: &reference,
                holder: None,
                paid_at: Timestamp::from_millis(at - MINUTE),
                note: None,
            };
            match paying::record_provider(&stamp, &case, &report, &self.world.tail)? {
                Recorded::Now(set) => *set,
                Recorded::Before => return Ok(()),
            }
        };
        self.world.keep(set)?;
        self.begin_learning(at, enrollment.id);
        let lately = at > self.world.now - 14 * DAY;
        if self.dice.percent(if lately { 16 } else { 7 }) {
            let percent = if self.dice.percent(65) {
                100
            } else {
                self.dice.between(2, 6) * 10
            };
            let later = at + self.dice.between(1, if lately { 8 } else { 20 }) * DAY;
            self.plan(later, Event::AskRefund(payment.id, percent));
        }
        Ok(())
    }

    pub(super) fn fail(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
        let Some((payment, enrollment, payments)) = self.case(payment) else {
            return Ok(());
        };
        let stamp = self.world.stamp(self.world.product(), at);
        let stripe = payment.method == Method::Stripe;
        let errors: Vec<_> = self
            .texts
            .provider_errors
            .iter()
            .filter(|e| e.message.starts_with("SSLC") != stripe)
            .cloned()
            .collect();
        let Some(error) = self.dice.pick(&errors).cloned() else {
            return Ok(());
        };
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let set = paying::fail(&stamp, &case, Some(&error.code), &error.message)?;
        self.world.keep(set)?;
        if self.dice.percent(72) {
            let later = at + self.dice.between(10, 1800) * MINUTE;
            self.plan(later, Event::Retry(enrollment.id));
        } else {
            let later = at + self.dice.between(9, 21) * DAY;
            self.plan(later, Event::Cancel(enrollment.id));
        }
        Ok(())
    }

    pub(super) fn retry(&mut self, at: i64, enrollment: EnrollmentId) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&enrollment).cloned() else {
            return Ok(());
        };
        let payments = self.world.payments_of(enrollment.id);
        let stamp = self.world.stamp(self.world.actor(enrollment.user), at);
        let (Some(student), Some(course)) = (
            self.world.users.get(&enrollment.user),
            self.world.courses.get(&enrollment.course),
        ) else {
            return Ok(());
        };
        let method = match payments.last().map(|payment| payment.method) {
            Some(method) if self.dice.percent(80) => method,
            _ => Method::Cash,
        };
        let id = PaymentId(self.world.ids.object_id());
        if let Retried::Changed(payment, set) = paying::retry(
            &stamp,
            &enrollment,
            &payments,
            student,
            &course.title,
            method,
            id,
        )? {
            self.world.keep(*set)?;
            let later = at + self.dice.between(3, 90) * MINUTE;
            self.plan(later, Event::Pay(payment));
        }
        Ok(())
    }

    pub(super) fn withdraw(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
        let Some((payment, enrollment, payments)) = self.case(payment) else {
            return Ok(());
        };
        let actor = self.someone(Role::Finance);
        let stamp = self.world.stamp(actor, at);
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let set = paying::cancel(&stamp, &case, "The student asked to pay in another way")?;
        self.world.keep(set)?;
        if self.dice.percent(70) {
            let later = at + self.dice.between(1, 30) * HOUR;
            self.plan(later, Event::Retry(enrollment.id));
        }
        Ok(())
    }

    pub(super) fn ask_refund(
        &mut self,
        at: i64,
        payment: PaymentId,
        percent: i64,
    ) -> Result<(), WorkflowError> {
        let Some((payment, enrollment, payments)) = self.case(payment) else {
            return Ok(());
        };
        if enrollment.status == EnrollmentStatus::Completed && percent == 100 {
            return Ok(());
        }
        let reason = self.text(|texts| &texts.refund_reasons);
        let whole = payment.amount()?;
        let unit = whole.currency.unit();
        let part = if percent >= 100 {
            whole.minor
        } else {
            whole.minor * percent / 100 / unit * unit
        };
        let actor = self.someone(Role::Finance);
        let stamp = self.world.stamp(actor, at);
        let wanted = Wanted {
            amount: Money::new(part, whole.currency),
            reason: &reason,
            id: self.world.ids.object_id(),
            threshold_minor: self.threshold_minor,
        };
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let set = refunding::ask(&stamp, &case, &wanted, &self.world.tail)?;
        self.world.keep(set)?;
        let later = at + self.dice.between(2, 12) * DAY;
        self.plan(later, Event::DecideRefund(payment.id));
        if percent >= 100 && self.dice.percent(15) {
            let later = at + self.dice.between(25, 70) * DAY;
            self.plan(later, Event::Enroll(payment.user, payment.course));
        }
        Ok(())
    }

    pub(super) fn decide_refund(
        &mut self,
        at: i64,
        payment: PaymentId,
    ) -> Result<(), WorkflowError> {
        let Some((payment, enrollment, payments)) = self.case(payment) else {
            return Ok(());
        };
        let waiting = payment
            .refunds
            .iter()
            .find(|refund| refund.status == RefundStatus::Pending);
        let Some(refund) = waiting.and_then(|refund| refund.id) else {
            return Ok(());
        };
        let asked_by = waiting.and_then(|refund| refund.requested_by);
        let others: Vec<UserId> = self
            .finance
            .iter()
            .chain(&self.admins)
            .copied()
            .filter(|user| Some(*user) != asked_by)
            .collect();
        let decider = self.one_of(&others);
        let stamp = self.world.stamp(self.world.actor(decider), at);
        let approve = self.dice.percent(86);
        let verdict = Verdict {
            refund,
            approve,
            reason: (!approve)
                .then_some("Outside the fourteen-day period, and most lessons were taken."),
        };
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let set = refunding::decide(&stamp, &case, &verdict, &self.world.tail)?;
        self.world.keep(set)
    }
}
