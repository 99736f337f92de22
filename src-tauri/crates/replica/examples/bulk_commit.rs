//! Measures what an import does: change sets that enroll a student and ask for the payment, many in
//! one transaction; then the same one by one, each on the disk before the next.
//! `cargo run --release -p replica --example bulk_commit -- 30000`
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use bson::oid::ObjectId;
use domain::{
    Actor, ChangeSet, Collection, CourseId, Currency, DeviceId, EnrollmentId, Money, Offline, OpId,
    PaymentId, Role, Timestamp, UserId, audit::Deed, change::Patch, course::Course,
    enrollment::Enrollment, ledger::Method, payment::Payment, user::User,
};
use replica::{Committed, Key, Replica};
use uuid::Uuid;

fn change_set(verb: &str, collection: Collection, id: ObjectId) -> ChangeSet {
    let actor = Actor {
        user: None,
        name: "Import".to_owned(),
        role: Role::Admin,
        device: DeviceId::new("BENCH").unwrap(),
    };
    ChangeSet::new(
        OpId(Uuid::now_v7()),
        actor,
        at(),
        Deed::new(verb, collection, id),
        Offline::Queue,
    )
}

fn at() -> Timestamp {
    Timestamp::from_millis(1_750_000_000_000)
}

fn main() {
    let count: usize = std::env::args()
        .nth(1)
        .map_or(10_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let replica =
        Replica::create(&folder.path().join("bench.db"), &Key::from_bytes([1; 32])).unwrap();
    let person = |n: usize, role| {
        let id = UserId(ObjectId::new());
        User::new(
            id,
            format!("Person Number {n}"),
            format!("p{n}@example.org"),
            role,
            at(),
        )
    };
    let insert_user = |user: &User| {
        change_set("user.created", Collection::Users, user.id.0).insert(
            Collection::Users,
            bson::serialize_to_document(user).unwrap(),
        )
    };
    let teacher = person(usize::MAX, Role::Instructor);
    replica.commit(&insert_user(&teacher)).unwrap();
    let mut course = Course::new(
        CourseId(ObjectId::new()),
        "Course".to_owned(),
        teacher.id,
        Currency::Gbp,
        at(),
    );
    course.price = Some(100.0);
    replica
        .commit(
            &change_set("course.created", Collection::Courses, course.id.0).insert(
                Collection::Courses,
                bson::serialize_to_document(&course).unwrap(),
            ),
        )
        .unwrap();

    let singles = count / 10;
    let people: Vec<User> = (0..count + singles)
        .map(|n| person(n, Role::Student))
        .collect();
    let sets: Vec<ChangeSet> = people.iter().map(insert_user).collect();
    report("people, in one transaction", sets.len(), || {
        bulk(&replica, &sets);
    });

    let enrolling = |user: &User| {
        let mut enrollment =
            Enrollment::new(EnrollmentId(ObjectId::new()), user.id, course.id, at());
        enrollment.payment.amount = Some(100.0);
        enrollment.payment.currency = Some("GBP".to_owned());
        let payment = Payment::new(
            PaymentId(ObjectId::new()),
            enrollment.id,
            user.id,
            course.id,
            Money::new(10_000, Currency::Gbp),
            Method::Cash,
            at(),
        );
        change_set(
            "enrollment.created",
            Collection::Enrollments,
            enrollment.id.0,
        )
        .insert(
            Collection::Enrollments,
            bson::serialize_to_document(&enrollment).unwrap(),
        )
        .insert(
            Collection::Payments,
            bson::serialize_to_document(&payment).unwrap(),
        )
        .patch(
            Collection::Courses,
            course.id,
            Patch::new().inc("enrollmentCount", 1),
        )
    };
    let sets: Vec<ChangeSet> = people[..count].iter().map(enrolling).collect();
    report(
        "enroll and ask for payment, in one transaction",
        count,
        || bulk(&replica, &sets),
    );
    let sets: Vec<ChangeSet> = people[count..].iter().map(enrolling).collect();
    report("the same, one by one", singles, || {
        for set in &sets {
            replica.commit(set).unwrap();
        }
    });
    let mut read = 0;
    report("enrollments decoded", count + singles, || {
        replica
            .read(|reader| {
                reader.every_enrollment(|_| {
                    read += 1;
                    Ok(())
                })
            })
            .unwrap();
    });
    assert_eq!(read, count + singles);
}

fn bulk(replica: &Replica, sets: &[ChangeSet]) {
    let outcomes = replica.commit_all(sets).unwrap();
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Ok(Committed::Applied)))
    );
}

fn report(what: &str, count: usize, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {count} in {seconds:.2} s, {:.0}/s",
        count as f64 / seconds
    );
}
