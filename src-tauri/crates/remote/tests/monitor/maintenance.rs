//! Clean-up, counters, sizes.

use std::thread;

use bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use testkit::mongod::{server, standalone};

use crate::bare::{Bare, up};

fn past() -> DateTime {
    DateTime::from_millis(1_000_000_000_000)
}

fn future() -> DateTime {
    DateTime::from_millis(4_000_000_000_000)
}

#[test]
fn expired_tokens_go_and_people_stay() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    connection.ping().unwrap();
    let bare = Bare::of(&database);
    let person = |name: &str, verify: DateTime, reset: DateTime| {
        let document = doc! {
            "name": name, "email": format!("{name}@example.org"), "updatedAt": past(),
            "emailVerificationToken": "v", "emailVerificationExpires": verify,
            "passwordResetToken": "r", "passwordResetExpires": reset,
        };
        bare.insert("users", document).unwrap();
    };
    person("both", past(), past());
    person("one", past(), future());
    person("none", future(), future());
    let token = |hash: char, expires: DateTime| {
        let document = doc! {
            "user": ObjectId::new(), "kind": "reset", "tokenHash": hash.to_string().repeat(64), "expiresAt": expires,
        };
        bare.insert("auth_tokens", document).unwrap();
    };
    token('a', past());
    token('b', future());

    let planned = connection.clean_tokens(true).unwrap();
    assert_eq!(
        (
            planned.verifications,
            planned.resets,
            planned.tokens,
            planned.count()
        ),
        (2, 1, 1, 4)
    );
    assert_eq!(
        bare.find("users", doc! { "emailVerificationToken": "v" })
            .unwrap()
            .len(),
        3
    );

    let done = connection.clean_tokens(false).unwrap();
    assert_eq!(
        (done.verifications, done.resets, done.dry_run),
        (2, 1, false)
    );
    let people = bare.find("users", doc! {}).unwrap();
    assert_eq!(people.len(), 3);
    for person in people {
        let cleared = !person.contains_key("emailVerificationToken");
        assert_eq!(cleared, person.get_str("name").unwrap() != "none");
        assert_eq!(cleared, !person.contains_key("emailVerificationExpires"));
        // Desktops that poll see it.
        assert_eq!(cleared, *person.get_datetime("updatedAt").unwrap() > past());
    }
    let left = bare.find("auth_tokens", doc! {}).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(connection.clean_tokens(false).unwrap().count(), 0);
}

/// Two courses: one whose counters say nonsense, one that is right.
fn courses(bare: &Bare) -> (ObjectId, ObjectId) {
    let (wrong, right) = (ObjectId::new(), ObjectId::new());
    let curriculum = vec![doc! { "module": "1", "lessons": [{ "title": "a" }, { "title": "b" }] }];
    let course = |id: ObjectId, places: i32, rating: Bson, lessons: i32| {
        let document = doc! {
            "_id": id, "title": "Chess", "instructor": ObjectId::new(), "curriculum": curriculum.clone(),
            "enrollmentCount": places, "rating": rating, "totalLessons": lessons, "updatedAt": past(),
        };
        bare.insert("courses", document).unwrap();
    };
    course(wrong, 7, doc! { "average": 1.0, "count": 9 }.into(), 5);
    course(right, 0, doc! { "average": 0, "count": 0 }.into(), 2);
    for (status, stars) in [
        ("active", Some(4)),
        ("completed", Some(5)),
        ("pending", None),
        ("refunded", None),
    ] {
        let mut document = doc! { "user": ObjectId::new(), "course": wrong, "status": status };
        if let Some(stars) = stars {
            document.insert("review", doc! { "rating": stars });
        }
        bare.insert("enrollments", document).unwrap();
    }
    (wrong, right)
}

fn course(bare: &Bare, id: ObjectId) -> Document {
    bare.find("courses", doc! { "_id": id }).unwrap().remove(0)
}

fn places(bare: &Bare, id: ObjectId) -> i64 {
    match course(bare, id).get("enrollmentCount") {
        Some(Bson::Int32(n)) => i64::from(*n),
        Some(Bson::Int64(n)) => *n,
        other => panic!("{other:?}"),
    }
}

#[test]
fn counters_are_compared_and_mended() {
    for database in [server(), standalone()].into_iter().flatten() {
        let connection = database.connect();
        up(&connection).unwrap();
        let bare = Bare::of(&database);
        let (wrong, right) = courses(&bare);
        let before = course(&bare, wrong);

        let planned = connection.repair_counters(true).unwrap();
        assert_eq!(
            (planned.repairs.len(), planned.looked_at, planned.dry_run),
            (4, 2, true)
        );
        assert!(
            planned
                .repairs
                .iter()
                .all(|r| r.course == wrong.to_hex() && r.title == "Chess")
        );
        assert_eq!(course(&bare, wrong), before);

        let done = connection.repair_counters(false).unwrap();
        assert_eq!(done.repairs.len(), 4);
        let after = course(&bare, wrong);
        assert_eq!(places(&bare, wrong), 3);
        let rating = after.get_document("rating").unwrap();
        assert_eq!(rating.get_f64("average").unwrap(), 4.5);
        assert!(*after.get_datetime("updatedAt").unwrap() > past());
        assert_eq!(
            *course(&bare, right).get_datetime("updatedAt").unwrap(),
            past()
        );
        assert_eq!(connection.repair_counters(false).unwrap().repairs, []);
    }
}

#[test]
fn enrollments_made_during_the_repair_are_counted_once() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let bare = Bare::of(&database);
    let (wrong, _) = courses(&bare);
    thread::scope(|scope| {
        scope.spawn(|| {
            let other = Bare::of(&database);
            let enrollments = other.db.collection::<Document>("enrollments");
            let courses = other.db.collection::<Document>("courses");
            for _ in 0..60 {
                // As a commit does: both or neither, again when somebody was in the way.
                loop {
                    let done: mongodb::error::Result<()> = other.wait(async {
                        let mut session = other.db.client().start_session().await?;
                        session.start_transaction().await?;
                        let enrollment =
                            doc! { "user": ObjectId::new(), "course": wrong, "status": "active" };
                        enrollments
                            .insert_one(enrollment)
                            .session(&mut session)
                            .await?;
                        let more = doc! { "$inc": { "enrollmentCount": 1 } };
                        courses
                            .update_one(doc! { "_id": wrong }, more)
                            .session(&mut session)
                            .await?;
                        session.commit_transaction().await
                    });
                    match done {
                        Ok(()) => break,
                        Err(error) => {
                            assert!(error.contains_label("TransientTransactionError"), "{error}");
                        }
                    }
                }
            }
        });
        for _ in 0..30 {
            connection.repair_counters(false).unwrap();
        }
    });
    connection.repair_counters(false).unwrap();
    assert_eq!(places(&bare, wrong), 63);
}

#[test]
fn sizes_of_collections_are_told() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let bare = Bare::of(&database);
    courses(&bare);
    let sizes = connection.statistics().unwrap();
    let enrollments = sizes
        .iter()
        .find(|size| size.collection == "enrollments")
        .unwrap();
    assert_eq!(enrollments.count, 4);
    assert!(enrollments.bytes > 4 * 50 && enrollments.mean_bytes > 50.0);
    assert!(enrollments.indexes > 5);
    assert!(
        sizes
            .iter()
            .all(|size| !size.collection.starts_with("system."))
    );
}
