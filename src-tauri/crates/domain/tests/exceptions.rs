//! Cash booked without a connection, while others go on: the money is always booked once, whatever
//! became of the payment it was counted for, and the ledger says what the payments say.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod model;

use std::collections::BTreeSet;

use domain::role::Role;
use domain::{
    Change, ChangeSet, Code, Collection, CourseId, Currency, EnrollmentId, Guard, Money, PaymentId,
    Refusal, UserId,
    course::Course,
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::{EntryKind, Method, verify_chain},
    payment::{Payment, PaymentStatus},
    rules::{
        Stamp, effective, enrolling,
        paying::{
            self, Case, Cash, Retried,
            exception::{self, Found, Why},
        },
        refunding::{self, Wanted},
    },
};
use model::{
    Committed, World, actor, at, id,
    institution::{THRESHOLD, people, world},
    stamp_of,
};
use proptest::prelude::*;

const EXCEPTION: u32 = 9_000_001;

/// What others do while this desktop has no connection.
#[derive(Clone, Copy, Debug)]
enum Meanwhile {
    Cash,
    CancelPayment,
    Fail,
    Process,
    CancelEnrollment,
    Reopen,
    AskAgain,
    Refund { share: u8 },
    Reprice { cents: i64 },
}

fn meanwhile() -> impl Strategy<Value = Meanwhile> {
    prop_oneof![
        4 => Just(Meanwhile::Cash),
        3 => Just(Meanwhile::CancelPayment),
        2 => Just(Meanwhile::Fail),
        1 => Just(Meanwhile::Process),
        3 => Just(Meanwhile::CancelEnrollment),
        3 => Just(Meanwhile::Reopen),
        3 => Just(Meanwhile::AskAgain),
        3 => any::<u8>().prop_map(|share| Meanwhile::Refund { share }),
        1 => (1_i64..50_000).prop_map(|cents| Meanwhile::Reprice { cents }),
    ]
}

struct Office {
    world: World,
    n: u64,
}

impl Office {
    /// A student enrolled in the first course, its payment pending.
    fn new() -> (Self, EnrollmentId, PaymentId) {
        let mut office = Self {
            world: world(),
            n: 0,
        };
        let (e, p) = office.enroll().expect("it can be done");
        (office, e, p)
    }

    fn stamp(&mut self, who: usize) -> Stamp {
        self.n += 1;
        stamp_of(self.n, people()[who].clone())
    }

    fn commit(&mut self, set: &ChangeSet) {
        assert_eq!(self.world.commit(set), Committed::Applied, "{set:?}");
    }

    fn enroll(&mut self) -> Result<(EnrollmentId, PaymentId), Refusal> {
        let stamp = self.stamp(0);
        let student = self.world.user(UserId(id(101)));
        let course = self.world.course(CourseId(id(201)));
        let existing = self.world.enrollment_of(student.id, course.id);
        let number = u32::try_from(self.n).expect("few");
        let wish = enrolling::Wish {
            student: &student,
            course: &course,
            existing: existing.as_ref(),
            method: Method::Cash,
            enrollment: EnrollmentId(id(5000 + number)),
            payment: PaymentId(id(6000 + number)),
        };
        let enrolled = enrolling::enroll(&stamp, &wish)?;
        self.commit(&enrolled.change_set);
        Ok((
            enrolled.enrollment,
            enrolled.payment.expect("it costs something"),
        ))
    }

    fn payments(&self, e: EnrollmentId) -> Vec<Payment> {
        self.world.payments_of(e)
    }

    fn cash(&mut self, who: usize, p: PaymentId) -> Result<ChangeSet, Refusal> {
        let stamp = self.stamp(who);
        let payment = self.world.payment(p);
        let enrollment = self
            .world
            .enrollment(payment.enrollment.expect("ours name one"));
        let payments = self.payments(enrollment.id);
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let cash = Cash {
            counted: payment.amount()?,
            received_at: stamp.at,
            note: Some("till 2"),
        };
        paying::record_cash(&stamp, &case, &cash, &self.world.tail(&stamp.actor.device))
    }

    /// Somebody else, at another device, does something about the enrollment.
    fn others(&mut self, e: EnrollmentId, act: Meanwhile) {
        let open = self.payments(e).into_iter().find(Payment::is_open);
        let stamp = self.stamp(0);
        let elsewhere = |mut stamp: Stamp| {
            stamp.actor = actor(3, Role::Admin, "B2");
            stamp
        };
        let stamp = elsewhere(stamp);
        let enrollment = self.world.enrollment(e);
        let payments = self.payments(e);
        let case = |payment| Case {
            payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let decided = match (act, &open) {
            (Meanwhile::Cash, Some(payment)) => self.cash(2, payment.id),
            (Meanwhile::CancelPayment, Some(payment)) => {
                paying::cancel(&stamp, &case(payment), "a mistake")
            }
            (Meanwhile::Fail, Some(payment)) => {
                paying::fail(&stamp, &case(payment), None, "declined")
            }
            (Meanwhile::Process, Some(payment)) => paying::process(&stamp, &case(payment)),
            (Meanwhile::CancelEnrollment, _) => {
                enrolling::cancel(&stamp, &enrollment, &payments, "moved away")
            }
            (Meanwhile::Reopen, _) => {
                let _ = self.enroll();
                return;
            }
            (Meanwhile::AskAgain, None) => {
                let student = self.world.user(enrollment.user);
                let fresh = PaymentId(id(7000 + u32::try_from(self.n).expect("few")));
                paying::retry(
                    &stamp,
                    &enrollment,
                    &payments,
                    &student,
                    "Course",
                    Method::Cash,
                    fresh,
                )
                .and_then(|retried| match retried {
                    Retried::Changed(_, set) => Ok(*set),
                    Retried::Open(_) => Err(Refusal::not_found("Another payment")),
                })
            }
            (Meanwhile::Refund { share }, _) => {
                let Some(payment) = payments.iter().find(|p| effective::covers(p)) else {
                    return;
                };
                let left = refunding::available(payment).expect("an amount");
                let wanted = Wanted {
                    amount: Money::new(left.minor * i64::from(share) / 200, left.currency),
                    reason: "asked for",
                    id: id(8000 + u32::try_from(self.n).expect("few")),
                    threshold_minor: THRESHOLD * 100,
                };
                refunding::ask(
                    &stamp,
                    &case(payment),
                    &wanted,
                    &self.world.tail(&stamp.actor.device),
                )
            }
            (Meanwhile::Reprice { cents }, _) => {
                let price = Money::new(cents, Currency::Gbp).to_double();
                self.world
                    .edit(Collection::Courses, id(201))
                    .insert("price", price);
                return;
            }
            _ => return,
        };
        if let Ok(set) = decided {
            self.commit(&set);
        }
    }

    /// The queued receipt arrives: as it is, fitted, or as an exception.
    fn arrive(&mut self, e: EnrollmentId, p: PaymentId, set: &ChangeSet) -> Option<PaymentId> {
        let (payment, enrollment) = (self.world.payment(p), self.world.enrollment(e));
        let payments = self.payments(e);
        let found = Found {
            payment: Some(&payment),
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let entry = set.ledger_entry().expect("it books");
        match (self.world.commit(set), exception::obstacle(entry, &found)) {
            (Committed::Applied, obstacle) => {
                assert_eq!(obstacle, None, "what was applied could take it");
                None
            }
            (_, None) => {
                self.commit(&fitted(set, &payment, &enrollment));
                None
            }
            (_, Some(why)) => {
                let own = PaymentId(id(EXCEPTION));
                let again = exception::exception(set, &found, own).expect("it can be booked");
                let entry = again.ledger_entry().expect("it books");
                let was = set.ledger_entry().expect("it books");
                assert_eq!(
                    (again.op, again.at, entry.number),
                    (set.op, set.at, was.number)
                );
                assert_eq!(
                    entry.receipt_number(),
                    was.receipt_number(),
                    "the receipt stands"
                );
                assert_eq!(
                    again.deed.detail.get_str("exception").ok(),
                    Some(why.as_str())
                );
                self.commit(&again);
                assert_eq!(self.world.commit(&again), Committed::Already, "booked once");
                assert_eq!(
                    self.world.commit(set),
                    Committed::Already,
                    "under the same number"
                );
                Some(own)
            }
        }
    }
}

/// The change set with its guards at the revisions of now.
fn fitted(set: &ChangeSet, payment: &Payment, enrollment: &Enrollment) -> ChangeSet {
    let mut set = set.clone();
    for guard in &mut set.guards {
        if let Guard::Revision {
            collection, rev, ..
        } = guard
        {
            *rev = match collection {
                Collection::Payments => payment.rev(),
                _ => enrollment.rev(),
            };
        }
    }
    set
}

/// What must hold whatever happened.
fn check(world: &World) {
    let mut receipts = BTreeSet::new();
    for payment in world.all::<Payment>(Collection::Payments) {
        let refunded = payment.refunded().expect("an amount").minor;
        let captured = if payment.status.is_captured() {
            payment.amount().expect("an amount").minor
        } else {
            0
        };
        assert_eq!(
            world.booked(payment.id),
            captured - refunded,
            "the ledger and {payment:?}"
        );
        assert!(refunded <= captured, "more went back than came in");
        assert_eq!(payment.derived_status(), Ok(payment.status));
        assert_eq!(
            payment.receipt_number.is_some(),
            payment.status.is_captured()
        );
        if let Some(receipt) = payment.receipt_number {
            assert!(receipts.insert(receipt), "a receipt number twice");
        }
    }
    for enrollment in world.all::<Enrollment>(Collection::Enrollments) {
        let payments = world.payments_of(enrollment.id);
        let told = effective::effective(&enrollment, &payments).expect("one was asked for");
        assert_eq!(
            enrollment.payment.status,
            effective::embedded_status(told.status),
            "the embedded payment tells of the effective one: {enrollment:?} {payments:?}"
        );
        let covered = payments
            .iter()
            .any(|p| effective::of_this_run(&enrollment, p) && effective::covers(p));
        match enrollment.status {
            EnrollmentStatus::Pending => assert!(!covered, "paid, but not let in"),
            EnrollmentStatus::Active => assert!(covered, "let in without a payment"),
            _ => {}
        }
        let course = world
            .get::<Course>(Collection::Courses, enrollment.course)
            .expect("there");
        assert_eq!(
            course.enrollment_count,
            i64::from(enrollment.status.holds_place())
        );
    }
    for device in ["A1", "B2"] {
        let rows = world
            .ledger
            .iter()
            .filter(|row| row.device.as_str() == device);
        assert!(verify_chain(rows).is_empty(), "the chain of {device}");
    }
}

fn tell(acts: &[Meanwhile], later: &[Meanwhile], void: bool) -> (World, Option<&'static str>) {
    let (mut office, e, p) = Office::new();
    let queued = office.cash(0, p).expect("it is pending here");
    for act in acts {
        office.others(e, *act);
    }
    check(&office.world);
    let before: i64 = office.world.ledger.iter().map(|row| row.amount_minor).sum();
    let own = office.arrive(e, p, &queued);
    check(&office.world);
    let after: i64 = office.world.ledger.iter().map(|row| row.amount_minor).sum();
    assert_eq!(after - before, 25_000, "the money is booked, once");
    for act in later {
        office.others(e, *act);
        check(&office.world);
    }
    let Some(own) = own else {
        return (office.world, None);
    };
    if void {
        let stamp = office.stamp(1);
        let (payment, enrollment) = (office.world.payment(own), office.world.enrollment(e));
        let payments = office.payments(e);
        let case = Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &payments,
        };
        let tail = office.world.tail(&stamp.actor.device);
        match refunding::void(&stamp, &case, "given back", id(77), &tail) {
            Ok(set) => {
                assert_eq!(set.ledger_entry().expect("it books").kind, EntryKind::Void);
                office.commit(&set);
                assert_eq!(office.world.booked(own), 0, "all of it is given back");
                assert_eq!(office.world.payment(own).status, PaymentStatus::Refunded);
                let payment = office.world.payment(own);
                let again = refunding::void(
                    &stamp,
                    &Case {
                        payment: &payment,
                        ..case
                    },
                    "x",
                    id(78),
                    &tail,
                );
                assert_eq!(again.map_err(|no| no.code), Err(Code::WrongState), "once");
            }
            Err(no) => {
                assert_ne!(payment.status, PaymentStatus::Completed, "{no}");
            }
        }
        check(&office.world);
    }
    let why = office.world.payment(own).description.expect("it says why");
    let why = Why::ALL
        .into_iter()
        .find(|w| w.sentence() == why)
        .expect("one of the reasons");
    (office.world, Some(why.as_str()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn money_that_was_counted_is_booked_once(
        acts in prop::collection::vec(meanwhile(), 0..7),
        later in prop::collection::vec(meanwhile(), 0..3),
        void in any::<bool>(),
    ) {
        tell(&acts, &later, void);
    }
}

/// The random stories are worth something only if they reach every corner.
#[test]
fn random_stories_reach_every_reason() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let stories = prop::collection::vec(meanwhile(), 6);
    let mut reasons = BTreeSet::new();
    for _ in 0..1_500 {
        let acts = stories.new_tree(&mut runner).expect("a story").current();
        reasons.extend(tell(&acts, &[], true).1);
    }
    // Here nothing goes missing, prices of what is asked for stay, and what an enrollment asks for
    // ends with it.
    for why in [
        Why::Booked,
        Why::Refunded,
        Why::Cancelled,
        Why::Failed,
        Why::Processing,
    ] {
        assert!(reasons.contains(why.as_str()), "never {why:?}: {reasons:?}");
    }
}

fn with(change: impl FnOnce(&mut Payment, &mut Enrollment)) -> (ChangeSet, Payment, Enrollment) {
    let (mut office, e, p) = Office::new();
    let set = office.cash(0, p).expect("it is pending");
    let (mut payment, mut enrollment) = (office.world.payment(p), office.world.enrollment(e));
    change(&mut payment, &mut enrollment);
    (set, payment, enrollment)
}

#[test]
fn every_obstacle_has_its_reason() {
    type Change = fn(&mut Payment, &mut Enrollment);
    let rows: [(Option<Why>, Change); 10] = [
        (None, |_, _| {}),
        (Some(Why::Booked), |p, _| {
            p.status = PaymentStatus::Completed;
        }),
        (Some(Why::Booked), |p, _| {
            p.status = PaymentStatus::PartiallyRefunded;
        }),
        (Some(Why::Refunded), |p, _| {
            p.status = PaymentStatus::Refunded;
        }),
        (Some(Why::Cancelled), |p, _| {
            p.status = PaymentStatus::Cancelled;
        }),
        (Some(Why::Failed), |p, _| p.status = PaymentStatus::Failed),
        (Some(Why::Processing), |p, _| {
            p.status = PaymentStatus::Processing;
        }),
        (Some(Why::OtherAmount), |p, _| p.amount = 1.0),
        (Some(Why::EarlierRun), |_, e| e.attempt = 2),
        (Some(Why::Ended), |_, e| {
            e.status = EnrollmentStatus::Cancelled;
        }),
    ];
    for (why, change) in rows {
        let (set, payment, enrollment) = with(change);
        let found = Found {
            payment: Some(&payment),
            enrollment: Some(&enrollment),
            payments: std::slice::from_ref(&payment),
        };
        let entry = set.ledger_entry().expect("it books");
        assert_eq!(exception::obstacle(entry, &found), why);
    }
}

#[test]
fn money_for_an_earlier_run_does_not_open_the_next() {
    let (set, payment, enrollment) = with(|p, e| {
        p.status = PaymentStatus::Cancelled;
        e.attempt = 2;
    });
    let found = Found {
        payment: Some(&payment),
        enrollment: Some(&enrollment),
        payments: &[],
    };
    let again = exception::exception(&set, &found, PaymentId(id(EXCEPTION))).expect("booked");
    let own = exception::payment_of(&again).expect("an exception");
    assert_eq!(
        (own.attempt, own.status),
        (Some(1), PaymentStatus::Completed)
    );
    assert!(
        !again
            .changes
            .iter()
            .any(|c| matches!(c, Change::Patch { .. })),
        "nothing else is touched: {again:?}"
    );
}

#[test]
fn an_exception_that_was_overtaken_is_fitted_and_keeps_its_payment() {
    let (mut office, e, p) = Office::new();
    let queued = office.cash(0, p).expect("it is pending here");
    office.others(e, Meanwhile::CancelPayment);
    let found = |office: &Office| {
        (
            office.world.payment(p),
            office.world.enrollment(e),
            office.payments(e),
        )
    };
    let (payment, enrollment, payments) = found(&office);
    let first = exception::exception(
        &queued,
        &Found {
            payment: Some(&payment),
            enrollment: Some(&enrollment),
            payments: &payments,
        },
        PaymentId(id(EXCEPTION)),
    )
    .expect("booked");
    assert!(first.deed.detail.get_bool("activates").expect("told"));
    office.others(e, Meanwhile::AskAgain);
    office.others(e, Meanwhile::Cash);
    assert_eq!(office.world.commit(&first), Committed::Missed("revision"));
    let (payment, enrollment, payments) = found(&office);
    let second = exception::exception(
        &first,
        &Found {
            payment: Some(&payment),
            enrollment: Some(&enrollment),
            payments: &payments,
        },
        PaymentId(id(EXCEPTION + 1)),
    )
    .expect("booked");
    assert!(
        !second.deed.detail.get_bool("activates").expect("told"),
        "somebody else paid"
    );
    assert_eq!(
        second.ledger_entry().expect("it books").payment,
        PaymentId(id(EXCEPTION))
    );
    office.commit(&second);
    check(&office.world);
}

#[test]
fn without_an_enrollment_there_is_nothing_to_book_on() {
    let (set, payment, enrollment) = with(|p, _| p.status = PaymentStatus::Cancelled);
    let nothing = Found {
        payment: Some(&payment),
        enrollment: None,
        payments: &[],
    };
    let refused = exception::exception(&set, &nothing, PaymentId(id(EXCEPTION)));
    assert_eq!(refused.map_err(|no| no.code), Err(Code::NotFound));
    // The student's enrollment in the same course will do, under another identifier.
    let other = Enrollment {
        id: EnrollmentId(id(4321)),
        ..enrollment
    };
    let elsewhere = Found {
        payment: None,
        enrollment: Some(&other),
        payments: &[],
    };
    let again = exception::exception(&set, &elsewhere, PaymentId(id(EXCEPTION))).expect("booked");
    let entry = again.ledger_entry().expect("it books");
    assert_eq!(
        (entry.enrollment, entry.computed_hash()),
        (other.id, entry.hash.clone())
    );
    assert_eq!(again.deed.detail.get_str("exception").ok(), Some("gone"));
}

#[test]
fn only_exceptions_are_voided_and_not_by_everybody() {
    let (mut office, e, p) = Office::new();
    let set = office.cash(0, p).expect("it is pending");
    office.commit(&set);
    let (payment, enrollment) = (office.world.payment(p), office.world.enrollment(e));
    let case = Case {
        payment: &payment,
        enrollment: Some(&enrollment),
        payments: std::slice::from_ref(&payment),
    };
    let stamp = office.stamp(0);
    let tail = office.world.tail(&stamp.actor.device);
    let ordinary = refunding::void(&stamp, &case, "x", id(1), &tail);
    assert_eq!(ordinary.map_err(|no| no.code), Err(Code::WrongState));
    for role in [Role::Student, Role::Instructor] {
        let stamp = Stamp {
            op: model::op(99),
            at: at(99),
            actor: actor(5, role, "A1"),
        };
        let refused = refunding::void(&stamp, &case, "x", id(1), &tail);
        assert_eq!(refused.map_err(|no| no.code), Err(Code::Forbidden));
    }
}
