//! What happens to the students of the sample institution: they enroll, pay or do not, learn, are
//! graded, complete, review, leave, get money back, return. Each event is one step through the rules,
//! and says what follows it and when.

mod money;
mod study;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use domain::{
    CourseId, EnrollmentId, PaymentId, Role, UserId,
    enrollment::EnrollmentStatus,
    ledger::Method,
    payment::Payment,
    rules::enrolling::{self, Wish},
};

use super::{
    content::Texts,
    dice::Dice,
    world::{DAY, World},
};
use crate::{desk::Ids, error::WorkflowError, learning::certificates::CertificateKey};

/// A step still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A student takes a course.
    Enroll(UserId, CourseId),
    /// The payment is sent to its provider.
    Process(PaymentId),
    /// The money comes in.
    Pay(PaymentId),
    /// The provider says no.
    Fail(PaymentId),
    /// The student tries again.
    Retry(EnrollmentId),
    /// Finance takes an open payment back.
    Withdraw(PaymentId),
    /// Nobody paid, or the student leaves.
    Cancel(EnrollmentId),
    /// The student sits down for a few lessons; will do so many percent of the course in all.
    Study(EnrollmentId, usize),
    /// The instructor grades the next assessment.
    Grade(EnrollmentId),
    /// The student says what they think.
    Review(EnrollmentId),
    /// Somebody asks to give so many percent back.
    AskRefund(PaymentId, i64),
    /// A second person decides.
    DecideRefund(PaymentId),
}

/// The run of events, in the order of time.
pub(super) struct Story<'w, 'a> {
    pub world: &'w mut World<'a>,
    pub dice: Dice,
    pub texts: Texts,
    pub finance: Vec<UserId>,
    pub admins: Vec<UserId>,
    pub threshold_minor: i64,
    key: CertificateKey,
    queue: BinaryHeap<Reverse<(i64, usize, Event)>>,
    told: usize,
}

impl<'w, 'a> Story<'w, 'a> {
    /// A story that has not begun.
    pub(super) fn new(
        world: &'w mut World<'a>,
        dice: Dice,
        texts: Texts,
        staff: &BTreeMap<Role, Vec<UserId>>,
        threshold_minor: i64,
        key: CertificateKey,
    ) -> Self {
        let of = |role| staff.get(&role).cloned().unwrap_or_default();
        let (finance, admins) = (of(Role::Finance), of(Role::Admin));
        Self {
            world,
            dice,
            texts,
            finance,
            admins,
            threshold_minor,
            key,
            queue: BinaryHeap::new(),
            told: 0,
        }
    }

    /// Plans an event; one that lies in the future has not happened yet.
    pub(super) fn plan(&mut self, at: i64, event: Event) {
        if at < self.world.now {
            self.told += 1;
            self.queue.push(Reverse((at, self.told, event)));
        }
    }

    /// Lets everything happen up to that moment.
    pub(super) fn run_until(&mut self, end: i64) -> Result<(), WorkflowError> {
        while let Some(Reverse((at, _, _))) = self.queue.peek() {
            if *at > end {
                break;
            }
            let Some(Reverse((at, _, event))) = self.queue.pop() else {
                break;
            };
            match self.happen(at, event) {
                Ok(()) => {}
                // Plans are made before it is known what comes between; a rule that says no then is
                // part of the story, and nothing happens.
                Err(WorkflowError::Refused(refusal)) => {
                    tracing::debug!(?event, %refusal, "did not happen");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn happen(&mut self, at: i64, event: Event) -> Result<(), WorkflowError> {
        match event {
            Event::Enroll(student, course) => self.enroll(at, student, course),
            Event::Process(payment) => self.process(at, payment),
            Event::Pay(payment) => self.pay(at, payment),
            Event::Fail(payment) => self.fail(at, payment),
            Event::Retry(enrollment) => self.retry(at, enrollment),
            Event::Withdraw(payment) => self.withdraw(at, payment),
            Event::Cancel(enrollment) => self.cancel(at, enrollment),
            Event::Study(enrollment, percent) => self.study(at, enrollment, percent),
            Event::Grade(enrollment) => self.grade(at, enrollment),
            Event::Review(enrollment) => self.review(at, enrollment),
            Event::AskRefund(payment, percent) => self.ask_refund(at, payment, percent),
            Event::DecideRefund(payment) => self.decide_refund(at, payment),
        }
    }

    fn one_of(&mut self, people: &[UserId]) -> UserId {
        self.dice
            .pick(people)
            .copied()
            .unwrap_or(UserId(bson::oid::ObjectId::from_bytes([0; 12])))
    }

    fn someone(&mut self, role: Role) -> domain::Actor {
        let people = if role == Role::Finance {
            self.finance.clone()
        } else {
            self.admins.clone()
        };
        let user = self.one_of(&people);
        self.world.actor(user)
    }

    fn text(&mut self, from: fn(&Texts) -> &Vec<String>) -> String {
        self.dice
            .pick(from(&self.texts))
            .cloned()
            .unwrap_or_default()
    }

    fn enroll(&mut self, at: i64, student: UserId, course: CourseId) -> Result<(), WorkflowError> {
        let existing = self
            .world
            .of_pair
            .get(&(student, course))
            .and_then(|id| self.world.enrollments.get(id))
            .cloned();
        if existing
            .as_ref()
            .is_some_and(|existing| existing.status.holds_place())
        {
            return Ok(());
        }
        let actor = if self.dice.percent(65) {
            self.world.actor(student)
        } else {
            self.someone(Role::Admin)
        };
        let stamp = self.world.stamp(actor, at);
        let (Some(person), Some(taken)) = (
            self.world.users.get(&student),
            self.world.courses.get(&course),
        ) else {
            return Ok(());
        };
        let bangladeshi = taken.currency == domain::Currency::Bdt;
        let method = match self.dice.between(0, 99) {
            0..=17 => Method::Cash,
            _ if bangladeshi => Method::Sslcommerz,
            _ => Method::Stripe,
        };
        let wish = Wish {
            student: person,
            course: taken,
            existing: existing.as_ref(),
            method,
            enrollment: EnrollmentId(self.world.ids.object_id()),
            payment: PaymentId(self.world.ids.object_id()),
        };
        let enrolled = enrolling::enroll(&stamp, &wish)?;
        self.world.keep(enrolled.change_set)?;
        match enrolled.payment {
            None => self.begin_learning(at, enrolled.enrollment),
            Some(payment) => self.plan_payment(at, enrolled.enrollment, payment),
        }
        Ok(())
    }

    /// A payment in its surroundings; none when it is not there.
    fn case(
        &self,
        payment: PaymentId,
    ) -> Option<(Payment, domain::enrollment::Enrollment, Vec<Payment>)> {
        let payment = self.world.payments.get(&payment)?.clone();
        let enrollment = self.world.enrollments.get(&payment.enrollment?)?.clone();
        let all = self.world.payments_of(enrollment.id);
        Some((payment, enrollment, all))
    }

    fn cancel(&mut self, at: i64, enrollment: EnrollmentId) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&enrollment).cloned() else {
            return Ok(());
        };
        let unpaid = enrollment.status == EnrollmentStatus::Pending;
        let reason = if unpaid {
            "Payment not received within seven days".to_owned()
        } else {
            self.text(|texts| &texts.cancel_reasons)
        };
        let actor = self.someone(Role::Admin);
        let stamp = self.world.stamp(actor, at);
        let set = enrolling::cancel(
            &stamp,
            &enrollment,
            &self.world.payments_of(enrollment.id),
            &reason,
        )?;
        self.world.keep(set)?;
        if self.dice.percent(22) {
            let later = at + self.dice.between(15, 60) * DAY;
            self.plan(later, Event::Enroll(enrollment.user, enrollment.course));
        }
        Ok(())
    }
}
