//! Measures what a first fetch costs the replica: people, courses, enrollments, payments, ledger and audit
//! rows taken over in batches with their checkpoints, the same again, and heads read for a comparison.
//! `cargo run --release -p replica --example initial_sync -- 20000 5000`; with `slow` behind it as every other
//! transaction, on the disk before the next.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use bson::{Document, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Collection, CourseId, Currency, DeviceId, EnrollmentId, Money, Offline, OpId,
    PaymentId, Role, Source, Timestamp, UserId,
    audit::Deed,
    course::Course,
    enrollment::Enrollment,
    ledger::{EntryKind, GENESIS, LedgerEntry, Method},
    payment::Payment,
    user::User,
};
use replica::{Batch, Checkpoint, Key, Mode, Replica};
use uuid::Uuid;

fn at() -> Timestamp {
    Timestamp::from_millis(1_750_000_000_000)
}

fn to_document(value: &impl serde::Serialize) -> Document {
    bson::serialize_to_document(value).unwrap()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: usize| {
        arguments
            .next()
            .map_or(otherwise, |text| text.parse().unwrap())
    };
    let (count, batch) = (number(20_000), number(5_000));
    let first_fetch = arguments.next().as_deref() != Some("slow");
    let folder = tempfile::tempdir().unwrap();
    let replica =
        Replica::create(&folder.path().join("bench.db"), &Key::from_bytes([1; 32])).unwrap();
    replica.attach().unwrap();
    let documents = institution(count);
    let mut all = 0;
    let start = Instant::now();
    for (source, found) in &documents {
        let begin = Instant::now();
        take(&replica, *source, found, batch, first_fetch);
        report(source.name(), found.len(), begin);
        all += found.len();
    }
    if first_fetch {
        replica.first_fetch_over().unwrap();
    }
    report("all", all, start);
    let start = Instant::now();
    for (source, found) in &documents {
        take(&replica, *source, found, batch, false);
    }
    report("the same again", all, start);
    let start = Instant::now();
    let mut heads = 0;
    for (source, _) in &documents {
        let mut after = None;
        loop {
            let page = replica
                .read(|reader| reader.heads(*source, after.as_ref(), 1_000))
                .unwrap();
            heads += page.len();
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
        }
    }
    assert_eq!(heads, all);
    report("heads", heads, start);
    assert_eq!(
        replica
            .read(|reader| reader.differences())
            .unwrap()
            .iter()
            .filter(|difference| difference.check.starts_with("rollup"))
            .count(),
        0
    );
}

fn take(replica: &Replica, source: Source, found: &[Document], batch: usize, first_fetch: bool) {
    for part in found.chunks(batch) {
        let received = replica
            .receive(Batch {
                documents: part
                    .iter()
                    .map(|document| (source, document.clone()))
                    .collect(),
                checkpoints: vec![Checkpoint {
                    source,
                    mode: Mode::Snapshot,
                    after: part
                        .last()
                        .and_then(|document| document.get("_id").cloned()),
                    done: 0,
                    total: 0,
                    scope_hash: "all".to_owned(),
                    watermark: None,
                    sweep_at: None,
                    as_of: None,
                }],
                first_fetch,
                ..Batch::default()
            })
            .unwrap();
        assert!(received.unreadable.is_empty() && received.dirty.is_empty());
    }
}

fn institution(count: usize) -> Vec<(Source, Vec<Document>)> {
    let device = DeviceId::new("BENCH").unwrap();
    let people: Vec<User> = (0..count)
        .map(|n| {
            let role = if n < 20 {
                Role::Instructor
            } else {
                Role::Student
            };
            let id = UserId(ObjectId::new());
            User::new(
                id,
                format!("Person Number {n}"),
                format!("p{n}@example.org"),
                role,
                at(),
            )
        })
        .collect();
    let courses: Vec<Course> = (0..count / 100 + 1)
        .map(|n| {
            let id = CourseId(ObjectId::new());
            let mut course = Course::new(
                id,
                format!("Course {n}"),
                people[n % 20].id,
                Currency::Gbp,
                at(),
            );
            course.slug = Some(format!("course-{n}"));
            course.price = Some(100.0);
            course
        })
        .collect();
    let (mut enrollments, mut payments, mut ledger, mut audit) = (vec![], vec![], vec![], vec![]);
    let mut prev = GENESIS.to_owned();
    for (n, person) in people.iter().enumerate() {
        let course = &courses[n % courses.len()];
        let mut enrollment =
            Enrollment::new(EnrollmentId(ObjectId::new()), person.id, course.id, at());
        enrollment.payment.amount = Some(100.0);
        enrollment.payment.currency = Some("GBP".to_owned());
        let payment = Payment::new(
            PaymentId(ObjectId::new()),
            enrollment.id,
            person.id,
            course.id,
            Money::new(10_000, Currency::Gbp),
            Method::Cash,
            at(),
        );
        let op = OpId(Uuid::now_v7());
        let row = LedgerEntry {
            op,
            payment: payment.id,
            enrollment: enrollment.id,
            user: person.id,
            course: course.id,
            kind: EntryKind::Charge,
            amount_minor: 10_000,
            currency: Currency::Gbp,
            method: Method::Cash,
            provider_ref: None,
            occurred_at: at(),
            recorded_at: at(),
            recorded_by: None,
            device: device.clone(),
            note: None,
            erased: false,
            number: u64::try_from(n).unwrap() + 1,
            prev: prev.clone(),
            hash: String::new(),
        }
        .sealed();
        prev.clone_from(&row.hash);
        let actor = Actor {
            user: None,
            name: "Desk".to_owned(),
            role: Role::Admin,
            device: device.clone(),
        };
        let deed = Deed::new("enrollment.created", Collection::Enrollments, enrollment.id)
            .about(Collection::Users, person.id)
            .about(Collection::Courses, course.id);
        let event = ChangeSet::new(op, actor, at(), deed, Offline::Queue).audit();
        enrollments.push(to_document(&enrollment));
        payments.push(to_document(&payment));
        ledger.push(to_document(&row));
        audit.push(to_document(&event));
    }
    vec![
        (
            Source::Documents(Collection::Users),
            people.iter().map(to_document).collect(),
        ),
        (
            Source::Documents(Collection::Courses),
            courses.iter().map(to_document).collect(),
        ),
        (Source::Documents(Collection::Enrollments), enrollments),
        (Source::Documents(Collection::Payments), payments),
        (Source::Ledger, ledger),
        (Source::Audit, audit),
    ]
}

fn report(what: &str, count: usize, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {count} in {seconds:.2} s, {:.0}/s",
        count as f64 / seconds
    );
}
