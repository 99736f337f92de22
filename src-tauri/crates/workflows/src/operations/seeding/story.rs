//! What happens to the students of the sample institution: they enroll, pay or do not, learn, are
//! graded, complete, review, leave, get money back, return. Each event is one step through the rules,
//! and says what follows it and when.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use domain::{
    CourseId, EnrollmentId, Money, PaymentId, Role, Timestamp, UserId,
    enrollment::EnrollmentStatus,
    ledger::Method,
    payment::{Payment, ReferenceKind, RefundStatus},
    rules::{
        enrolling::{self, Wish},
        learning::{self, results, writing},
        paying::{self, Case, Cash, ProviderReport, Recorded, Retried},
        refunding::{self, Verdict, Wanted},
    },
};

use super::{
    content::Texts,
    dice::Dice,
    world::{DAY, HOUR, MINUTE, World},
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
                    tracing::debug!(?event, %refusal, "did not happen")
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

    /// How a payment goes: most are paid soon, some fail and are tried again, some never are.
    fn plan_payment(&mut self, at: i64, enrollment: EnrollmentId, payment: PaymentId) {
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

    fn process(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
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

    fn pay(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
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

    fn fail(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
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

    fn retry(&mut self, at: i64, enrollment: EnrollmentId) -> Result<(), WorkflowError> {
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

    fn withdraw(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
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

    /// How far a student will get, and when they begin.
    fn begin_learning(&mut self, at: i64, enrollment: EnrollmentId) {
        let will = match self.dice.between(0, 99) {
            0..=54 => 100,
            55..=86 => usize::try_from(self.dice.between(10, 90)).unwrap_or(50),
            _ => return,
        };
        let first = at + self.dice.between(1, 90) * HOUR;
        self.plan(first, Event::Study(enrollment, will));
        if will < 100 && self.dice.percent(18) {
            let later = at + self.dice.between(20, 80) * DAY;
            self.plan(later, Event::Cancel(enrollment));
        }
    }

    fn study(&mut self, at: i64, id: EnrollmentId, will: usize) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&id) else {
            return Ok(());
        };
        let Some(course) = self.world.courses.get(&enrollment.course).cloned() else {
            return Ok(());
        };
        if enrollment.status != EnrollmentStatus::Active {
            return Ok(());
        }
        let stamp = self.world.stamp(self.world.actor(enrollment.user), at);
        let done: Vec<String> = enrollment
            .progress
            .completed_lessons
            .iter()
            .map(|lesson| lesson.lesson_id.clone())
            .collect();
        let open: Vec<(String, i64)> = course
            .lessons()
            .filter_map(|(_, lesson)| {
                Some((
                    lesson.id?.to_hex(),
                    seconds(lesson.duration.as_deref().unwrap_or("10:00")),
                ))
            })
            .filter(|(lesson, _)| !done.contains(lesson))
            .collect();
        let wanted = (course.lesson_count() * will / 100).saturating_sub(done.len());
        let now = usize::try_from(self.dice.between(4, 9))
            .unwrap_or(5)
            .min(wanted);
        let mut steps = Vec::new();
        for (lesson, length) in open.iter().take(now) {
            let Some(enrollment) = self.world.enrollments.get(&id) else {
                break;
            };
            let spent = length * self.dice.between(90, 160) / 100;
            let (ids, key) = (&self.world.ids, &self.key);
            let mut certificate = || key.mint(ids.random());
            let set = learning::complete_lesson(
                &stamp,
                enrollment,
                &course,
                lesson,
                spent,
                &mut certificate,
            )?;
            if let Some(set) = set {
                self.world.preview(&set)?;
                steps.push(set);
            }
        }
        self.world.keep_merged(steps)?;
        if self.dice.percent(9)
            && let (Some(enrollment), Some((lesson, _))) =
                (self.world.enrollments.get(&id).cloned(), open.first())
        {
            let content = self.text(|texts| &texts.notes);
            let note = self.world.ids.object_id();
            let stamp = self.world.stamp(self.world.actor(enrollment.user), at);
            let set = writing::add_note(
                &stamp,
                &enrollment,
                &course,
                note,
                Some(lesson),
                &content,
                None,
            )?;
            self.world.keep(set)?;
        }
        if wanted > now {
            let later = at + self.dice.between(18, 150) * HOUR;
            self.plan(later, Event::Study(id, will));
        }
        let half = course.lesson_count() / 2;
        if done.len() < half && done.len() + now >= half && !course.assessments.is_empty() {
            let later = at + self.dice.between(20, 100) * HOUR;
            self.plan(later, Event::Grade(id));
        }
        self.after_completion(at, id);
        Ok(())
    }

    /// The instructor grades the first assessment that is not passed; now and then somebody has to
    /// repeat one.
    fn grade(&mut self, at: i64, id: EnrollmentId) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&id) else {
            return Ok(());
        };
        let Some(course) = self.world.courses.get(&enrollment.course).cloned() else {
            return Ok(());
        };
        if enrollment.status != EnrollmentStatus::Active {
            return Ok(());
        }
        let open = course.assessments.iter().find(|assessment| {
            !results::result_in(enrollment, assessment).is_some_and(|result| result.passed)
        });
        let Some(assessment) = open else {
            return Ok(());
        };
        let percent = |part: i64, whole: f64| {
            (whole * f64::from(i32::try_from(part).unwrap_or(0)) / 100.0).round()
        };
        let score = if self.dice.percent(90) {
            let above = assessment.max_score - assessment.pass_score;
            assessment.pass_score + percent(self.dice.between(0, 100), above)
        } else {
            percent(self.dice.between(40, 90), assessment.pass_score)
        };
        let stamp = self.world.stamp(self.world.actor(course.instructor), at);
        let (ids, key) = (&self.world.ids, &self.key);
        let mut certificate = || key.mint(ids.random());
        let id_of = assessment.assessment_id.clone();
        let set = results::record(
            &stamp,
            enrollment,
            &course,
            enrollment.rev(),
            &id_of,
            score,
            &mut certificate,
        )?;
        self.world.keep(set)?;
        let later = at + self.dice.between(30, 160) * HOUR;
        self.plan(later, Event::Grade(id));
        self.after_completion(at, id);
        Ok(())
    }

    fn after_completion(&mut self, at: i64, id: EnrollmentId) {
        let completed = self.world.enrollments.get(&id).is_some_and(|enrollment| {
            enrollment.status == EnrollmentStatus::Completed && enrollment.review.is_none()
        });
        if completed && self.dice.percent(58) {
            let later = at + self.dice.between(1, 120) * HOUR;
            self.plan(later, Event::Review(id));
        }
    }

    fn review(&mut self, at: i64, id: EnrollmentId) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&id).cloned() else {
            return Ok(());
        };
        let Some(course) = self.world.courses.get(&enrollment.course).cloned() else {
            return Ok(());
        };
        if enrollment.review.is_some() {
            return Ok(());
        }
        let rating = match self.dice.between(0, 99) {
            0..=46 => 5,
            47..=80 => 4,
            81..=93 => 3,
            _ => 2,
        };
        let said = self
            .texts
            .reviews
            .get(&rating.to_string())
            .cloned()
            .unwrap_or_default();
        let comment = self.dice.pick(&said).cloned();
        let stamp = self.world.stamp(self.world.actor(enrollment.user), at);
        let set = writing::review(&stamp, &enrollment, &course, rating, comment.as_deref())?;
        self.world.keep(set)
    }

    fn ask_refund(
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

    fn decide_refund(&mut self, at: i64, payment: PaymentId) -> Result<(), WorkflowError> {
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

/// Seconds of a lesson's `mm:ss` or `h:mm:ss`.
fn seconds(duration: &str) -> i64 {
    duration.split(':').fold(0, |sum, part| {
        sum * 60 + part.trim().parse::<i64>().unwrap_or(0)
    })
}
