//! The sample institutions and the load data: they are alive, they obey the rules, and they verify.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use domain::{
    Actor, DeviceId, Role, Timestamp,
    payment::{PaymentStatus, RefundStatus},
};
use replica::{Key, Replica};
use workflows::{
    Clock, Desk, SystemClock, SystemIds,
    accounts::{Keys, create_sample},
    dto::Nothing,
    operations::{LoadWanted, SeedSet, generate, seed, verify},
};

fn nobody() -> bool {
    false
}

fn sample(set: SeedSet) -> (tempfile::TempDir, workflows::accounts::Workspace) {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::Vault(std::sync::Arc::new(vault::MemoryVault::new()));
    let place = dir.path().join("sample");
    let workspace = create_sample(&place, &keys, &SystemClock, &SystemIds, |desk| {
        seed(desk, set, &mut |_, _| {}, &nobody).map(|_| ())
    })
    .unwrap();
    (dir, workspace)
}

fn findings(desk: &Desk<'_>) -> Vec<String> {
    let actor = workflows::accounts::product(desk);
    let report = verify(desk, &actor, Nothing {}).unwrap();
    report
        .findings
        .iter()
        .map(|f| format!("{} {:?}: {}", f.check, f.record, f.message))
        .take(20)
        .collect()
}

#[test]
fn the_large_sample_is_alive_and_verifies() {
    let (_dir, workspace) = sample(SeedSet::Full);
    let desk = workspace.desk(&SystemClock, &SystemIds);
    assert_eq!(findings(&desk), Vec::<String>::new());

    let mut payments: BTreeMap<PaymentStatus, usize> = BTreeMap::new();
    let (
        mut people,
        mut enrollments,
        mut certificates,
        mut reviews,
        mut notes,
        mut again,
        mut waiting,
    ) = (0, 0, 0, 0, 0, 0, 0);
    let mut latest = Timestamp::from_millis(0);
    workspace
        .replica()
        .read(|reader| {
            reader.every_user(|_| {
                people += 1;
                Ok(())
            })?;
            reader.every_payment(|payment| {
                *payments.entry(payment.status).or_default() += 1;
                waiting += payment
                    .refunds
                    .iter()
                    .filter(|r| r.status == RefundStatus::Pending)
                    .count();
                Ok(())
            })?;
            reader.every_enrollment(|enrollment| {
                enrollments += 1;
                certificates += usize::from(enrollment.certificate_issued);
                reviews += usize::from(enrollment.review.is_some());
                notes += enrollment.notes.len();
                again += usize::from(enrollment.attempt > 1);
                latest = latest.max(enrollment.enrollment_date);
                Ok(())
            })
        })
        .unwrap();
    assert!(people >= 300, "{people} people");
    assert!(enrollments >= 2_000, "{enrollments} enrollments");
    assert!(payments.values().sum::<usize>() >= 2_000, "{payments:?}");
    for status in PaymentStatus::ALL {
        assert!(
            payments.contains_key(&status),
            "no payment is {}: {payments:?}",
            status.as_str()
        );
    }
    assert!(
        certificates > 300 && reviews > 100 && notes > 50 && again > 10,
        "{certificates} {reviews} {notes} {again}"
    );
    assert!(waiting > 0, "no refund waits for a second person");
    let age = SystemClock.now().timestamp_millis() - latest.timestamp_millis();
    assert!(
        age < 3 * 24 * 3_600_000,
        "the last enrollment is {age} ms old"
    );

    let second = seed(&desk, SeedSet::Full, &mut |_, _| {}, &nobody).unwrap();
    assert!(second.already_there);
}

#[test]
fn the_small_sample_is_the_seed_schemas_own() {
    let (_dir, workspace) = sample(SeedSet::Simple);
    let desk = workspace.desk(&SystemClock, &SystemIds);
    assert_eq!(findings(&desk), Vec::<String>::new());
    let course = workspace
        .replica()
        .read(|reader| reader.course_by_slug("javascript-fundamentals"))
        .unwrap()
        .unwrap();
    assert_eq!(course.price, Some(99.99));
    assert!(
        seed(&desk, SeedSet::Simple, &mut |_, _| {}, &nobody)
            .unwrap()
            .already_there
    );
}

#[test]
fn a_cancelled_sample_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let replica =
        Replica::create(&dir.path().join("replica.db"), &Key::from_bytes([1; 32])).unwrap();
    let device = DeviceId::new("A").unwrap();
    let desk = Desk {
        replica: &replica,
        authority: &replica,
        device: &device,
        clock: &SystemClock,
        ids: &SystemIds,
    };
    let outcome = seed(&desk, SeedSet::Full, &mut |_, _| {}, &|| true).unwrap();
    assert!(outcome.cancelled);
    assert!(!replica.read(|reader| reader.any_user()).unwrap());
}

#[test]
fn load_data_verifies_and_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let replica =
        Replica::create(&dir.path().join("replica.db"), &Key::from_bytes([1; 32])).unwrap();
    let device = DeviceId::new("A").unwrap();
    let desk = Desk {
        replica: &replica,
        authority: &replica,
        device: &device,
        clock: &SystemClock,
        ids: &SystemIds,
    };
    let actor = Actor {
        user: None,
        name: "test".into(),
        role: Role::Admin,
        device: device.clone(),
    };
    let n = 3_000;
    let load = |enrollments| LoadWanted {
        enrollments,
        seed: 7,
        until: LoadWanted::UNTIL,
    };
    let steps = std::cell::Cell::new(0);
    let stop = || {
        steps.set(steps.get() + 1);
        steps.get() > 2
    };
    let first = generate(&desk, &actor, load(n), &mut |_, _| {}, &stop).unwrap();
    assert!(first.cancelled && first.enrollments > 0, "{first:?}");
    assert_eq!(
        findings(&desk),
        Vec::<String>::new(),
        "after it was stopped"
    );
    let rest = generate(&desk, &actor, load(n), &mut |_, _| {}, &nobody).unwrap();
    assert_eq!(first.enrollments + rest.enrollments, n);
    assert_eq!(rest.skipped, first.enrollments);
    assert_eq!(findings(&desk), Vec::<String>::new());
}

/// Who is in what, since when, in what state, with which payments.
fn told(replica: &Replica) -> Vec<String> {
    let mut lines = Vec::new();
    replica
        .read(|reader| {
            reader.every_enrollment(|e| {
                lines.push(format!(
                    "{} {} {} {:?} {:?} {:?}",
                    e.id, e.user, e.course, e.status, e.enrollment_date, e.progress
                ));
                Ok(())
            })?;
            reader.every_payment(|p| {
                lines.push(format!(
                    "{} {:?} {:?} {:?}",
                    p.id, p.paid_at, p.status, p.refunds
                ));
                Ok(())
            })
        })
        .unwrap();
    lines.sort();
    lines
}

#[test]
fn more_load_data_is_what_is_there_and_more_of_it() {
    let device = DeviceId::new("A").unwrap();
    let actor = Actor {
        user: None,
        name: "test".into(),
        role: Role::Admin,
        device: device.clone(),
    };
    // In one go, and in steps over the places where courses are begun, on another day.
    let made = |steps: &[u64], day: i64| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("replica.db");
        let replica = Replica::create(&path, &Key::from_bytes([1; 32])).unwrap();
        let clock = testkit::TestClock::default();
        clock.advance_days(day);
        let desk = Desk {
            replica: &replica,
            authority: &replica,
            device: &device,
            clock: &clock,
            ids: &SystemIds,
        };
        let mut there = 0;
        for enrollments in steps {
            let wanted = LoadWanted {
                enrollments: *enrollments,
                seed: 3,
                until: LoadWanted::UNTIL,
            };
            let outcome = generate(&desk, &actor, wanted, &mut |_, _| {}, &nobody).unwrap();
            assert_eq!(
                (outcome.enrollments, outcome.skipped),
                (enrollments - there, there)
            );
            there = *enrollments;
        }
        assert_eq!(findings(&desk), Vec::<String>::new());
        told(&replica)
    };
    let whole = made(&[1_700], 0);
    assert_eq!(made(&[1, 100, 749, 751, 1_700], 40), whole);
}
