//! Random stories of enrolling, paying and refunding, against the rules alone: at every step the
//! ledger says what the payments say, refunds stay within what came in, and every state was reached
//! by a transition of its table.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod model;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bson::Bson;
use domain::{
    ChangeSet, Collection, CourseId, Currency, EnrollmentId, Money, PaymentId, Refusal, UserId,
    change::get_at,
    course::Course,
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::{ChainBreak, Method, verify_chain},
    payment::{Payment, PaymentStatus, ReferenceKind},
    rules::{
        effective, enrolling,
        paying::{self, Case, Cash, ProviderReport, Recorded, Retried},
        refunding::{self, Verdict, Wanted},
    },
};
use model::{
    Committed, World, at, id,
    institution::{COURSES, THRESHOLD, people, world},
    stamp_of,
};
use proptest::prelude::*;

/// Everything that may be tried. Numbers pick among what is there.
#[derive(Clone, Debug)]
enum Act {
    Enroll {
        who: u8,
        what: u8,
        method: u8,
    },
    CancelEnrollment {
        e: u8,
    },
    Complete {
        e: u8,
        certificate: bool,
    },
    RevokeCertificate {
        e: u8,
    },
    Cash {
        p: u8,
        by: u8,
        off_by: i64,
    },
    Provider {
        p: u8,
        by: u8,
        reference: u8,
    },
    Process {
        p: u8,
    },
    Fail {
        p: u8,
    },
    CancelPayment {
        p: u8,
    },
    Retry {
        e: u8,
        method: u8,
    },
    Ask {
        p: u8,
        by: u8,
        share: u8,
    },
    Decide {
        p: u8,
        r: u8,
        by: u8,
        approve: bool,
    },
    Withdraw {
        p: u8,
        r: u8,
        by: u8,
    },
    Reprice {
        c: u8,
        cents: i64,
    },
    /// Sends an earlier change set again.
    Replay {
        which: u8,
    },
    /// Sends a change set that was decided on but lost its race.
    Late {
        which: u8,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (0_u8..2, 0_u8..4, 0_u8..3).prop_map(|(who, what, method)| Act::Enroll { who, what, method }),
        2 => any::<u8>().prop_map(|e| Act::CancelEnrollment { e }),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(e, certificate)| Act::Complete { e, certificate }),
        1 => any::<u8>().prop_map(|e| Act::RevokeCertificate { e }),
        6 => (any::<u8>(), 0_u8..3, prop_oneof![5 => Just(0_i64), 1 => -2_i64..3])
            .prop_map(|(p, by, off_by)| Act::Cash { p, by, off_by }),
        4 => (any::<u8>(), 0_u8..3, 0_u8..4).prop_map(|(p, by, reference)| Act::Provider { p, by, reference }),
        2 => any::<u8>().prop_map(|p| Act::Process { p }),
        2 => any::<u8>().prop_map(|p| Act::Fail { p }),
        1 => any::<u8>().prop_map(|p| Act::CancelPayment { p }),
        3 => (any::<u8>(), 0_u8..3).prop_map(|(e, method)| Act::Retry { e, method }),
        8 => (any::<u8>(), 0_u8..3, any::<u8>()).prop_map(|(p, by, share)| Act::Ask { p, by, share }),
        5 => (any::<u8>(), any::<u8>(), 0_u8..3, any::<bool>())
            .prop_map(|(p, r, by, approve)| Act::Decide { p, r, by, approve }),
        3 => (any::<u8>(), any::<u8>(), 0_u8..3).prop_map(|(p, r, by)| Act::Withdraw { p, r, by }),
        1 => (0_u8..4, 0_i64..50_000).prop_map(|(c, cents)| Act::Reprice { c, cents }),
        2 => any::<u8>().prop_map(|which| Act::Replay { which }),
        2 => any::<u8>().prop_map(|which| Act::Late { which }),
    ]
}

fn pick<T>(all: &[T], n: u8) -> Option<&T> {
    if all.is_empty() {
        None
    } else {
        all.get(usize::from(n) % all.len())
    }
}

fn ids(world: &World, collection: Collection) -> Vec<bson::oid::ObjectId> {
    world
        .documents
        .keys()
        .filter(|(c, _)| *c == collection)
        .map(|(_, id)| *id)
        .collect()
}

/// What the rules say to the act: a change set, nothing to do, or a refusal.
fn decide(world: &World, n: u64, act: &Act) -> Result<Option<ChangeSet>, Refusal> {
    let [admin, ..] = people();
    let enrollments = ids(world, Collection::Enrollments);
    let payments = ids(world, Collection::Payments);
    let by = |b: u8| people()[usize::from(b)].clone();
    let fresh = |k: u32| id(u32::try_from(n).expect("short stories") * 10 + 1_000_000 + k);
    let with_payment = |p: u8, f: &dyn Fn(&Case<'_>) -> Result<Option<ChangeSet>, Refusal>| {
        let Some(payment) = pick(&payments, p).map(|p| world.payment(PaymentId(*p))) else {
            return Ok(None);
        };
        let enrollment = world.enrollment(payment.enrollment.expect("ours name one"));
        let all = world.payments_of(enrollment.id);
        f(&Case {
            payment: &payment,
            enrollment: Some(&enrollment),
            payments: &all,
        })
    };
    match act {
        Act::Enroll { who, what, method } => {
            let student = world.user(UserId(id(101 + u32::from(*who))));
            let course = world.course(CourseId(id(COURSES[usize::from(*what)].0)));
            let existing = world.enrollment_of(student.id, course.id);
            let wish = enrolling::Wish {
                student: &student,
                course: &course,
                existing: existing.as_ref(),
                method: Method::ALL[usize::from(*method)],
                enrollment: EnrollmentId(fresh(1)),
                payment: PaymentId(fresh(2)),
            };
            enrolling::enroll(&stamp_of(n, admin), &wish).map(|e| Some(e.change_set))
        }
        Act::CancelEnrollment { e } => match pick(&enrollments, *e) {
            Some(e) => {
                let e = world.enrollment(EnrollmentId(*e));
                enrolling::cancel(
                    &stamp_of(n, admin),
                    &e,
                    &world.payments_of(e.id),
                    "moved away",
                )
                .map(Some)
            }
            None => Ok(None),
        },
        Act::Cash { p, by: b, off_by } => with_payment(*p, &|case| {
            let asked = case.payment.amount()?;
            let who = by(*b);
            let stamp = stamp_of(n, who.clone());
            let cash = Cash {
                counted: asked.plus(Money::new(*off_by, asked.currency))?,
                received_at: stamp.at,
                note: None,
            };
            paying::record_cash(&stamp, case, &cash, &world.tail(&who.device)).map(Some)
        }),
        Act::Provider {
            p,
            by: b,
            reference,
        } => with_payment(*p, &|case| {
            let who = by(*b);
            let stamp = stamp_of(n, who.clone());
            let reference = format!("ch_{reference}");
            let holder = payments
                .iter()
                .find(|p| {
                    let document = &world.documents[&(Collection::Payments, **p)];
                    get_at(document, "provider.transactionId")
                        == Some(&Bson::from(reference.as_str()))
                })
                .map(|p| PaymentId(*p));
            let report = ProviderReport {
                method: Method::Stripe,
                kind: ReferenceKind::TransactionId,
                reference: &reference,
                holder,
                paid_at: stamp.at,
                note: None,
            };
            paying::record_provider(&stamp, case, &report, &world.tail(&who.device)).map(
                |r| match r {
                    Recorded::Now(set) => Some(*set),
                    Recorded::Before => None,
                },
            )
        }),
        Act::Process { p } => with_payment(*p, &|case| {
            paying::process(&stamp_of(n, admin.clone()), case).map(Some)
        }),
        Act::Fail { p } => with_payment(*p, &|case| {
            paying::fail(
                &stamp_of(n, admin.clone()),
                case,
                Some("card_declined"),
                "declined",
            )
            .map(Some)
        }),
        Act::CancelPayment { p } => with_payment(*p, &|case| {
            paying::cancel(&stamp_of(n, admin.clone()), case, "mistake").map(Some)
        }),
        Act::Retry { e, method } => match pick(&enrollments, *e) {
            Some(e) => {
                let e = world.enrollment(EnrollmentId(*e));
                let student = world.user(e.user);
                paying::retry(
                    &stamp_of(n, admin),
                    &e,
                    &world.payments_of(e.id),
                    &student,
                    "Course",
                    Method::ALL[usize::from(*method)],
                    PaymentId(fresh(3)),
                )
                .map(|r| match r {
                    Retried::Changed(_, set) => Some(*set),
                    Retried::Open(_) => None,
                })
            }
            None => Ok(None),
        },
        Act::Ask { p, by: b, share } => with_payment(*p, &|case| {
            let who = by(*b);
            let left = refunding::available(case.payment)?;
            let minor = match share {
                0..100 => left.minor,
                100..110 => left.minor + 1,
                110..115 => 0,
                115..120 => -1,
                _ => left.minor * i64::from(*share) / 300,
            };
            let wanted = Wanted {
                amount: Money::new(minor, left.currency),
                reason: "asked for",
                id: fresh(4),
                threshold_minor: THRESHOLD,
            };
            refunding::ask(
                &stamp_of(n, who.clone()),
                case,
                &wanted,
                &world.tail(&who.device),
            )
            .map(Some)
        }),
        Act::Decide {
            p,
            r,
            by: b,
            approve,
        } => with_payment(*p, &|case| {
            let Some(row) = pick(&case.payment.refunds, *r) else {
                return Ok(None);
            };
            let who = by(*b);
            let verdict = Verdict {
                refund: row.id.expect("ours have one"),
                approve: *approve,
                reason: (!approve).then_some("no"),
            };
            let decided = refunding::decide(
                &stamp_of(n, who.clone()),
                case,
                &verdict,
                &world.tail(&who.device),
            );
            if row.requested_by == who.user {
                assert!(decided.is_err(), "nobody decides on their own request");
            }
            decided.map(Some)
        }),
        Act::Withdraw { p, r, by: b } => with_payment(*p, &|case| {
            let Some(row) = pick(&case.payment.refunds, *r) else {
                return Ok(None);
            };
            let who = by(*b);
            let refund = row.id.expect("ours have one");
            let withdrawn = refunding::withdraw(&stamp_of(n, who.clone()), case.payment, refund);
            if row.requested_by != who.user {
                assert!(
                    withdrawn.is_err(),
                    "nobody withdraws what another asked for"
                );
            }
            withdrawn.map(Some)
        }),
        Act::Complete { .. }
        | Act::RevokeCertificate { .. }
        | Act::Reprice { .. }
        | Act::Replay { .. }
        | Act::Late { .. } => Ok(None),
    }
}

/// Acts of other areas, done directly.
fn elsewhere(world: &mut World, n: u64, act: &Act) {
    match act {
        Act::Complete { e, certificate } => {
            let Some(e) = pick(&ids(world, Collection::Enrollments), *e).copied() else {
                return;
            };
            let document = world.edit(Collection::Enrollments, e);
            if document.get_str("status").is_ok_and(|s| s == "active") {
                document.insert("status", "completed");
                document.insert("certificateIssued", *certificate);
                document.insert("certificateRevokedAt", Bson::Null);
                document.insert("sync", bson::doc! { "rev": 1_000_000_i64 + i64::try_from(n).unwrap_or(0), "op": model::op(n).to_string(), "device": "A1" });
            }
        }
        Act::RevokeCertificate { e } => {
            let Some(e) = pick(&ids(world, Collection::Enrollments), *e).copied() else {
                return;
            };
            let document = world.edit(Collection::Enrollments, e);
            if document
                .get_bool("certificateIssued")
                .is_ok_and(|issued| issued)
            {
                document.insert("certificateRevokedAt", at(0));
            }
        }
        Act::Reprice { c, cents } => {
            let course = id(COURSES[usize::from(*c)].0);
            let major = Money::new(*cents, Currency::Usd).to_double();
            world
                .edit(Collection::Courses, course)
                .insert("price", major);
        }
        _ => {}
    }
}

/// What must hold after every step.
fn check(before: &World, after: &World) {
    let changed: BTreeSet<_> = after
        .documents
        .iter()
        .filter(|(key, document)| {
            before
                .documents
                .get(key)
                .is_none_or(|old| !Arc::ptr_eq(old, document) && old != *document)
        })
        .map(|(key, _)| *key)
        .collect();
    assert!(
        before
            .documents
            .keys()
            .all(|key| after.documents.contains_key(key)),
        "nothing is ever deleted"
    );
    assert!(
        after.ledger.starts_with(&before.ledger),
        "the ledger only grows"
    );
    for row in &after.ledger[before.ledger.len()..] {
        assert!(
            changed.contains(&(Collection::Payments, row.payment.0)),
            "booked beside the payment"
        );
    }
    let mut concerned: BTreeSet<EnrollmentId> = changed
        .iter()
        .filter(|(collection, _)| *collection == Collection::Enrollments)
        .map(|(_, id)| EnrollmentId(*id))
        .collect();
    for (_, id) in changed
        .iter()
        .filter(|(collection, _)| *collection == Collection::Payments)
    {
        let payment = after.payment(PaymentId(*id));
        concerned.extend(payment.enrollment);
        let booked = after.booked(payment.id);
        let amount = payment.amount().expect("an amount");
        let refunded = payment.refunded().expect("an amount");
        let captured = if payment.status.is_captured() {
            amount.minor
        } else {
            0
        };
        assert_eq!(
            booked,
            captured - refunded.minor,
            "the ledger and payment {:?} disagree",
            payment
        );
        assert!(refunded.minor <= captured, "more went back than came in");
        assert!(
            refunded.minor + payment.refund_requested().expect("an amount").minor <= captured,
            "more was promised back than came in"
        );
        assert_eq!(
            payment.derived_status(),
            Ok(payment.status),
            "the state follows from the rows"
        );
        assert!(
            after
                .ledger
                .iter()
                .filter(|r| r.payment == payment.id)
                .all(|r| r.currency == payment.currency),
            "another currency was booked"
        );
        assert_eq!(
            payment.receipt_number.is_some(),
            payment.status.is_captured(),
            "a receipt is for booked money"
        );
        if let Some(old) = before.get::<Payment>(Collection::Payments, payment.id) {
            if old.status != payment.status {
                assert!(
                    old.status.may_become(payment.status),
                    "{:?} became {:?}",
                    old.status,
                    payment.status
                );
            }
            assert_eq!(
                old.amount, payment.amount,
                "the price of an asked payment never changes"
            );
            if old.status.is_captured() {
                assert_eq!(
                    old.receipt_number, payment.receipt_number,
                    "a receipt number never changes"
                );
                assert_eq!(
                    old.method, payment.method,
                    "the way money came is the way it goes"
                );
            }
        } else {
            assert_eq!(
                payment.status,
                PaymentStatus::Pending,
                "a payment begins as pending"
            );
        }
    }
    for id in concerned {
        let enrollment = after.enrollment(id);
        let payments = after.payments_of(enrollment.id);
        if let Some(old) = before.get::<Enrollment>(Collection::Enrollments, enrollment.id) {
            let (from, to) = (old.status, enrollment.status);
            let reopened = enrollment.attempt == old.attempt + 1;
            let through_pending = reopened
                && from.may_become(EnrollmentStatus::Pending)
                && to == EnrollmentStatus::Active
                && enrollment.payment.amount == Some(0.0);
            assert!(
                from == to || from.may_become(to) || through_pending,
                "{from:?} became {to:?}"
            );
            if reopened {
                assert_eq!(
                    enrollment.history.len(),
                    old.history.len() + 1,
                    "the earlier run is kept"
                );
                assert!(
                    enrollment.progress.completed_lessons.is_empty(),
                    "a new run begins anew"
                );
            } else {
                assert_eq!(
                    enrollment.history, old.history,
                    "history is never rewritten"
                );
                assert_eq!(
                    enrollment.payment.amount, old.payment.amount,
                    "the price of enrolling stays"
                );
            }
        }
        let of_run: Vec<&Payment> = payments
            .iter()
            .filter(|p| effective::of_this_run(&enrollment, p))
            .collect();
        assert!(
            of_run.iter().filter(|p| p.is_open()).count() <= 1,
            "open payments are never doubled"
        );
        if enrollment.payment.amount != Some(0.0) {
            let covered = of_run.iter().any(|p| effective::covers(p));
            match enrollment.status {
                EnrollmentStatus::Pending => assert!(!covered, "paid, but not let in"),
                EnrollmentStatus::Active | EnrollmentStatus::Completed => {
                    assert!(covered, "let in without a payment");
                }
                EnrollmentStatus::Refunded => assert!(!covered, "refunded, but money stands"),
                EnrollmentStatus::Cancelled => {
                    assert!(
                        !of_run.iter().any(|p| p.is_open()),
                        "cancelled, but still asked to pay"
                    );
                }
            }
            let told = effective::effective(&enrollment, &payments).expect("one was asked for");
            assert_eq!(
                enrollment.payment.status,
                effective::embedded_status(told.status),
                "the embedded payment tells of the effective one"
            );
            let back = told.refunded().expect("an amount");
            assert_eq!(
                enrollment.payment.refund_amount,
                (!back.is_zero()).then(|| back.to_double()),
                "the embedded payment tells what went back"
            );
        } else {
            assert!(of_run.is_empty(), "a free course asks for no payment");
        }
    }
    if changed
        .iter()
        .any(|(collection, _)| *collection == Collection::Enrollments)
    {
        for course in after.all::<Course>(Collection::Courses) {
            let held = after
                .documents
                .iter()
                .filter(|((collection, _), document)| {
                    *collection == Collection::Enrollments
                        && document.get("course") == Some(&Bson::from(course.id))
                        && matches!(
                            document.get_str("status"),
                            Ok("pending" | "active" | "completed")
                        )
                })
                .count();
            assert_eq!(
                course.enrollment_count,
                i64::try_from(held).expect("few"),
                "places of {}",
                course.title
            );
        }
    }
}

fn chains(world: &World) {
    for device in ["A1", "B2"] {
        let rows: Vec<_> = world
            .ledger
            .iter()
            .filter(|r| r.device.as_str() == device)
            .collect();
        assert_eq!(
            verify_chain(rows.iter().copied()),
            Vec::<ChainBreak>::new(),
            "the chain of {device}"
        );
        let numbers: Vec<u64> = rows.iter().map(|r| r.number).collect();
        let gapless: Vec<u64> = (1..=u64::try_from(rows.len()).expect("few")).collect();
        assert_eq!(numbers, gapless, "receipt numbers have no gaps");
    }
}

fn tell(acts: &[Act]) -> World {
    let mut world = world();
    let mut sent: Vec<ChangeSet> = Vec::new();
    let mut waiting: Vec<ChangeSet> = Vec::new();
    for (n, act) in acts.iter().enumerate() {
        let n = u64::try_from(n).expect("short stories") + 1;
        let before = world.clone();
        elsewhere(&mut world, n, act);
        match act {
            Act::Replay { which } => {
                if let Some(set) = pick(&sent, *which) {
                    assert_eq!(
                        world.commit(set),
                        Committed::Already,
                        "an operation is applied once"
                    );
                    assert_eq!(world, before, "a replay changes nothing");
                }
            }
            Act::Late { which } => {
                if let Some(set) = pick(&waiting, *which).cloned() {
                    world.commit(&set);
                }
            }
            _ => {
                // A refusal leaves everything as it is: nothing is committed.
                if let Ok(Some(set)) = decide(&world, n, act) {
                    if n % 5 == 0 {
                        waiting.push(set);
                    } else {
                        let outcome = world.commit(&set);
                        assert_eq!(
                            outcome,
                            Committed::Applied,
                            "{act:?} was decided on what is there: {set:?}"
                        );
                        sent.push(set);
                    }
                }
            }
        }
        check(&before, &world);
    }
    chains(&world);
    world
}

/// 10,000, or as many as `MATRICULA_SEQUENCES` says.
fn sequences() -> u32 {
    std::env::var("MATRICULA_SEQUENCES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(10_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: sequences(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_says_what_the_payments_say(acts in prop::collection::vec(act(), 1..28)) {
        tell(&acts);
    }
}

/// The random stories are worth something only if they reach every corner.
#[test]
fn random_stories_reach_every_corner() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let stories = prop::collection::vec(act(), 28);
    let (mut deeds, mut statuses, mut runs) = (BTreeMap::new(), BTreeSet::new(), 0);
    for _ in 0..600 {
        let world = tell(&stories.new_tree(&mut runner).expect("a story").current());
        for deed in &world.deeds {
            *deeds.entry(deed.clone()).or_insert(0_u32) += 1;
        }
        for p in world.all::<Payment>(Collection::Payments) {
            statuses.insert(p.status.as_str());
        }
        for e in world.all::<Enrollment>(Collection::Enrollments) {
            statuses.insert(e.status.as_str());
            runs += e.history.len();
        }
    }
    for deed in [
        "enrollment.created",
        "enrollment.cancelled",
        "enrollment.reopened",
        "payment.created",
        "payment.captured",
        "payment.failed",
        "payment.cancelled",
        "payment.processing",
        "payment.method-changed",
        "refund.requested",
        "refund.booked",
        "refund.denied",
        "refund.withdrawn",
    ] {
        assert!(
            deeds.get(deed).is_some_and(|n| *n > 5),
            "{deed} hardly ever happens: {deeds:?}"
        );
    }
    for status in PaymentStatus::ALL
        .map(PaymentStatus::as_str)
        .into_iter()
        .chain(EnrollmentStatus::ALL.map(EnrollmentStatus::as_str))
    {
        assert!(statuses.contains(status), "nothing ever is {status}");
    }
    assert!(runs > 20, "hardly anybody comes back");
}
