//! Reading: what was written comes back, whole and typed, with its columns and its timeline.

use bson::{Binary, Bson, DateTime, Document, doc, oid::ObjectId, spec::BinarySubtype};
use domain::{Collection, Role, change::Patch};
use replica::{ReferenceKind, StoreError};

use crate::fixtures::*;

/// One of every type a Mongoose program may have stored beside the fields of the seed schema.
fn every_type() -> Document {
    doc! {
        "double": 1.0, "third": 1.0 / 3.0, "nan": f64::NAN, "infinity": f64::NEG_INFINITY, "int": 1_i32,
        "long": i64::MAX, "date": DateTime::from_millis(-1), "id": ObjectId::new(), "null": Bson::Null,
        "text": "\u{0}\"ß\u{1F980}", "list": [1_i32, [true], {}], "inner": { "": "empty name", "a b": 2_i64 },
        "decimal": "1.10".parse::<bson::Decimal128>().unwrap(),
        "binary": Binary { subtype: BinarySubtype::Generic, bytes: vec![0, 255] },
        "regex": bson::Regex { pattern: "^a".try_into().unwrap(), options: "i".try_into().unwrap() },
        "timestamp": bson::Timestamp { time: 1, increment: 2 }, "min": Bson::MinKey,
    }
}

#[test]
fn every_type_of_every_program_survives() {
    let world = LocalWorld::new();
    let mut document = to_document(&person("Ada", "ada@example.org", Role::Student));
    let id = document.get_object_id("_id").unwrap();
    document.extend(every_type());
    document.insert("profile", doc! { "phone": "1", "shoeSize": 38.5 });
    let set = change_set("user.created", Collection::Users, id)
        .insert(Collection::Users, document.clone());
    world.replica.commit(&set).unwrap();
    let patch = Patch::new().put("name", "Ada King");
    let set = change_set("user.renamed", Collection::Users, id).patch(Collection::Users, id, patch);
    world.replica.commit(&set).unwrap();

    let mut found = world.document(Collection::Users, id).unwrap();
    assert!(found.get_f64("nan").unwrap().is_nan());
    found.remove("nan");
    document.remove("nan");
    for (name, value) in &document {
        if !matches!(name.as_str(), "name" | "updatedAt") {
            assert_eq!(found.get(name), Some(value), "{name}");
        }
    }
    let user = world
        .replica
        .read(|reader| reader.user(domain::UserId(id)))
        .unwrap()
        .unwrap();
    assert_eq!(user.extra.get("long"), Some(&Bson::Int64(i64::MAX)));
    assert_eq!(
        user.profile.extra.get("shoeSize"),
        Some(&Bson::Double(38.5))
    );
}

#[test]
fn reading_by_every_key() {
    let world = LocalWorld::new();
    let school = school(&world);
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let enrollment = payment.enrollment.unwrap();
    world
        .replica
        .read(|reader| {
            assert_eq!(reader.user(school.student)?.unwrap().name, "Ada Lovelace");
            assert_eq!(
                reader.user_by_email("ada@example.org")?.unwrap().id,
                school.student
            );
            assert_eq!(
                reader.user_by_email("ADA@example.org")?,
                None,
                "addresses are kept in lower case"
            );
            let both = reader.users(&[
                school.student,
                domain::UserId(ObjectId::new()),
                school.instructor,
            ])?;
            assert_eq!(
                both.iter().map(|user| user.id).collect::<Vec<_>>(),
                [school.student, school.instructor]
            );
            assert!(reader.any_user()?);
            assert_eq!(reader.active_admins()?, 0);
            assert_eq!(
                reader.course_by_slug("compilers")?.unwrap().id,
                school.course
            );
            assert!(reader.slug_taken("compilers")? && !reader.slug_taken("other")?);
            assert_eq!(
                reader.course_by_title("COMPÍLERS")?.unwrap().id,
                school.course
            );
            assert_eq!(reader.courses_of_instructor(school.instructor)?.len(), 1);
            assert_eq!(
                reader
                    .enrollment_of(school.student, school.course)?
                    .unwrap()
                    .id,
                enrollment
            );
            assert_eq!(reader.enrollments_of_user(school.student)?.len(), 1);
            assert_eq!(reader.active_enrollments_in(school.course)?, 1);
            let mut seen = 0;
            reader.enrollments_in(school.course, |found| {
                assert_eq!(found.id, enrollment);
                seen += 1;
                Ok(())
            })?;
            assert_eq!(seen, 1);
            assert_eq!(reader.payments_of_enrollment(enrollment)?[0].id, payment.id);
            assert_eq!(reader.payments_of_user(school.student)?.len(), 1);
            let by_receipt =
                reader.payment_by_reference(ReferenceKind::Receipt, "R-DESK1-000001")?;
            assert_eq!(by_receipt.unwrap().id, payment.id);
            assert_eq!(reader.ledger_sum(payment.id)?, 10_000);
            let timeline = reader.timeline(Collection::Users, school.student, None, 10)?;
            let verbs: Vec<_> = timeline
                .iter()
                .map(|row| row.event.deed.verb.as_str())
                .collect();
            assert_eq!(
                verbs,
                ["enrollment.created", "user.created"],
                "the newest first"
            );
            let older =
                reader.timeline(Collection::Users, school.student, Some(timeline[0].n), 10)?;
            assert_eq!(older, timeline[1..]);
            let written = domain::audit::AuditEvent {
                chain: None,
                sync: None,
                ..timeline[0].event.clone()
            };
            assert_eq!(written, set.audit(), "the event comes back as it was");
            let place = timeline[0].event.link().expect("it has a place");
            assert!(place.intact && place.number > 1, "{place:?}");
            assert_eq!(reader.recent_activity(2)?.len(), 2);
            assert_eq!(reader.settings()?, None);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_reading_sees_one_state() {
    let world = LocalWorld::new();
    let school = school(&world);
    let seen = world.replica.version();
    world
        .replica
        .read(|reader| {
            assert_eq!(reader.enrollments_of_user(school.student)?.len(), 0);
            world.apply(&enrolling(&enrollment(school.student, school.course)));
            assert_eq!(
                reader.enrollments_of_user(school.student)?.len(),
                0,
                "the state from before"
            );
            Ok(())
        })
        .unwrap();
    let after = world
        .replica
        .read(|reader| reader.enrollments_of_user(school.student))
        .unwrap();
    assert_eq!(after.len(), 1);
    assert!(world.replica.version() > seen, "who watches is told");
}

#[test]
fn sessions_and_imports() {
    let world = LocalWorld::new();
    let school = school(&world);
    let session = replica::Session {
        id: ObjectId::new(),
        user: school.student,
        token_hash: "ab".repeat(32),
        created_at: at(0),
        last_used_at: at(0),
        expires_at: at(3600),
        device: device(),
        revoked_at: None,
        sync: None,
        extra: Document::new(),
    };
    let import = replica::Import {
        id: ObjectId::new(),
        kind: replica::ImportKind::People,
        file: "people.csv".to_owned(),
        at: at(5),
        by: None,
        rows: 1,
        created: vec![domain::audit::Subject {
            collection: Collection::Users,
            id: school.student.0,
        }],
        undone_at: None,
        sync: None,
        extra: Document::new(),
    };
    world.apply(
        &change_set("session.opened", Collection::Sessions, session.id)
            .insert(Collection::Sessions, to_document(&session))
            .insert(Collection::Imports, to_document(&import)),
    );
    world
        .replica
        .read(|reader| {
            let found = reader.session_by_hash(&session.token_hash)?.unwrap();
            assert_eq!(
                (found.id, found.expires_at),
                (session.id, session.expires_at)
            );
            assert_eq!(reader.sessions_of(school.student)?.len(), 1);
            assert_eq!(reader.sessions_expired_before(at(3600))?.len(), 0);
            assert_eq!(reader.sessions_expired_before(at(3601))?.len(), 1);
            assert_eq!(reader.imports()?[0].created, import.created);
            assert_eq!(reader.import(import.id)?.unwrap().file, "people.csv");
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_server_workspace_queues_what_a_local_one_does_not() {
    let world = LocalWorld::new();
    let school = school(&world);
    let outbox = || {
        world
            .replica
            .read(|reader| reader.outbox_due(at(0), 10))
            .unwrap()
    };
    assert!(outbox().is_empty(), "a local workspace is its own server");
    world.replica.set_meta("server", "1").unwrap();
    let (set, _) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let waiting = outbox();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        waiting[0].change_set, set,
        "every type of every value comes back"
    );
    assert!(world.replica.commit(&set).is_ok());
    assert_eq!(outbox().len(), 1, "the same operation waits once");
}

#[test]
fn decisions_are_made_on_what_is_true() {
    let world = LocalWorld::new();
    let school = school(&world);
    let barrier = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                barrier.wait();
                for _ in 0..5 {
                    let student = person(
                        "S",
                        &format!("{}@example.org", ObjectId::new()),
                        Role::Student,
                    );
                    add_person(&world, &student);
                    let (_, receipt) = world
                        .replica
                        .decide::<_, replica::CommitError>(|reader| {
                            let tail = reader.series_tail(&device())?;
                            let (change_set, payment) =
                                enrolled_and_paid(student.id, school.course, &tail);
                            Ok(replica::Decision {
                                change_set,
                                value: payment.receipt_number,
                            })
                        })
                        .expect("nobody else can book in between");
                    assert!(receipt.is_some());
                }
            });
        }
    });
    assert_eq!(world.tail(&device()).last, 40, "gapless");
}

#[test]
fn an_unreadable_document_is_named_and_not_a_panic() {
    let world = LocalWorld::new();
    let school = school(&world);
    // As a damaged or foreign row would be: written behind the replica's back.
    let connection = crate::file::raw(&world.path);
    connection
        .execute(
            "UPDATE users SET doc = '{\"_id\": 1' WHERE id = ?1",
            [school.student.0.bytes()],
        )
        .unwrap();
    let error = world
        .replica
        .read(|reader| reader.user(school.student))
        .unwrap_err();
    assert!(
        matches!(&error, StoreError::Unreadable { collection: "users", id, .. } if *id == school.student.to_hex()),
        "{error:?}"
    );
    connection
        .execute(
            "UPDATE courses SET doc = '{\"title\": 7}' WHERE id = ?1",
            [school.course.0.bytes()],
        )
        .unwrap();
    let error = world
        .replica
        .read(|reader| reader.course(school.course))
        .unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Unreadable {
                collection: "courses",
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn a_decision_that_panics_leaves_the_store_usable() {
    let world = LocalWorld::new();
    let school = school(&world);
    let panicked = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                world
                    .replica
                    .decide::<(), replica::CommitError>(|_| panic!("a mistake in a rule"))
                    .is_ok()
            })
            .join()
    });
    assert!(panicked.is_err());
    world.apply(&enrolling(&enrollment(school.student, school.course)));
    assert_eq!(world.replica.integrity().unwrap(), Vec::<String>::new());
}
