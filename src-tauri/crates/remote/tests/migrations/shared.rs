//! Collections another program uses for things of its own, and a run that was cut off while it replaced
//! that program's validators.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bson::{Document, doc, oid::ObjectId};
use remote::migrations::{Direction, State};
use testkit::mongod::server;

use crate::bare::{Bare, back, code, order, up};

#[test]
fn another_programs_own_migrations_stay_and_are_told() {
    let Some(database) = server() else { return };
    let bare = Bare::of(&database);
    for n in 0..2 {
        bare.insert(
            "migrations",
            doc! { "_id": ObjectId::new(), "name": format!("{n}-init.js"), "dateApplied": bson::DateTime::from_millis(1) },
        )
        .unwrap();
    }
    bare.insert("migrations", doc! { "_id": "20240101", "state": "up" })
        .unwrap();
    bare.insert("migrations", doc! { "_id": 1_000, "name": "numbered" })
        .unwrap();
    let connection = database.connect();
    assert!(connection.migrations_pending().unwrap() >= 5);
    let status = connection.migrations_status().unwrap();
    let warned = status
        .survey
        .warnings
        .iter()
        .find(|warning| warning.code == "migrations")
        .unwrap();
    assert!(warned.message.contains('4'), "{}", warned.message);
    up(&connection).unwrap();
    assert_eq!(connection.migrations_pending().unwrap(), 0);
    back(&connection, 0).unwrap();
    assert_eq!(bare.find("migrations", doc! {}).unwrap().len(), 4);
}

#[test]
fn a_session_store_of_another_program_goes_on_working() {
    let Some(database) = server() else { return };
    let bare = Bare::of(&database);
    let session = |n: u32| {
        doc! { "_id": format!("sid-{n}"), "expires": bson::DateTime::from_millis(1), "session": "{}" }
    };
    bare.insert("sessions", session(1)).unwrap();
    let connection = database.connect();
    let status = connection.migrations_status().unwrap();
    assert_eq!(status.survey.total, 0, "{:?}", status.survey.offending);
    let report = up(&connection).unwrap();
    let skipped: Vec<&str> = report.skipped.iter().map(|one| one.step.as_str()).collect();
    assert!(skipped.contains(&"collection sessions"), "{skipped:?}");
    assert!(
        skipped.contains(&"index sessions.sessions_by_token"),
        "{skipped:?}"
    );
    for n in 2..5 {
        bare.insert("sessions", session(n)).unwrap();
    }
    // Ours are taken too, and every other collection has its validator.
    bare.insert(
        "sessions",
        doc! { "_id": ObjectId::new(), "user": ObjectId::new(), "tokenHash": "a".repeat(64), "lastUsedAt": bson::DateTime::from_millis(1),
            "expiresAt": bson::DateTime::from_millis(1), "device": "DESK1" },
    )
    .unwrap();
    let refused = bare.insert("users", doc! { "_id": ObjectId::new(), "name": 1 });
    assert_eq!(code(refused), 121);
    back(&connection, 0).unwrap();
    assert_eq!(bare.find("sessions", doc! {}).unwrap().len(), 5);
}

#[test]
fn a_run_that_was_cut_off_remembers_whose_validator_it_replaced() {
    let Some(database) = server() else { return };
    let bare = Bare::of(&database);
    let theirs = doc! { "$jsonSchema": { "bsonType": "object", "required": ["theirs"] } };
    bare.run(doc! { "create": "users", "validator": theirs.clone(), "validationAction": "warn" })
        .unwrap();
    let connection = database.connect();
    // Killed at the collection after.
    let killed = catch_unwind(AssertUnwindSafe(|| {
        connection.migrate(&order(Direction::Up, None), &mut |progress| {
            assert_ne!(progress.step, "collection courses", "killed");
        })
    }));
    assert!(killed.is_err());
    let validator = || -> Document {
        let rows = bare
            .run(doc! { "listCollections": 1, "filter": { "name": "users" } })
            .unwrap();
        rows.get_document("cursor")
            .unwrap()
            .get_array("firstBatch")
            .unwrap()[0]
            .as_document()
            .unwrap()
            .get_document("options")
            .unwrap()
            .clone()
    };
    assert_ne!(
        validator().get_document("validator").unwrap(),
        &theirs,
        "ours is there already"
    );
    let status = connection.migrations_status().unwrap();
    assert_eq!(status.rows[0].state, State::Pending, "it was not completed");
    assert!(connection.migrations_pending().unwrap() >= 5);
    // The lock of a program that died runs out by itself; here nobody waits for that.
    bare.run(doc! { "delete": "migration_lock", "deletes": [{ "q": {}, "limit": 0 }] })
        .unwrap();
    up(&connection).unwrap();
    assert_eq!(connection.migrations_pending().unwrap(), 0);
    back(&connection, 0).unwrap();
    let put_back = validator();
    assert_eq!(put_back.get_document("validator").unwrap(), &theirs);
    assert_eq!(put_back.get_str("validationAction").unwrap(), "warn");
}
