//! A database nobody has written to: up, validators, the way back, a dry run, two desktops, other
//! versions of the program.

use std::{sync::Barrier, thread};

use bson::{doc, oid::ObjectId};
use domain::DeviceId;
use remote::migrations::{Direction, MigrationError, Order, Report, State};
use testkit::mongod::server;

use crate::bare::{Bare, back, code, order, up};

fn states(report: &Report) -> Vec<State> {
    report.now.rows.iter().map(|row| row.state).collect()
}

/// What a server may lack is skipped with its reason; anything else must have been done.
fn only_what_the_server_lacks(report: &Report) {
    for skipped in &report.skipped {
        assert_eq!(
            skipped.step, "index courses.courses_text",
            "{}",
            skipped.why
        );
        assert_eq!(skipped.code, Some(67));
        assert!(!skipped.why.is_empty());
    }
}

#[test]
fn up_makes_everything_and_a_second_time_nothing() {
    let Some(database) = server() else { return };
    let server = database.connect();
    let before = server.migrations_status().unwrap();
    assert_eq!(before.pending(), before.rows.len());
    let mut told = Vec::new();
    let report = server
        .migrate(&order(Direction::Up, None), &mut |p| {
            told.push((p.done, p.total));
        })
        .unwrap();
    only_what_the_server_lacks(&report);
    assert!(
        states(&report)
            .iter()
            .all(|s| matches!(s, State::Applied | State::Partly))
    );
    assert_eq!(told.first().unwrap().0, 0);
    assert!(
        told.iter()
            .enumerate()
            .all(|(n, (done, total))| n == *done && done < total)
    );
    assert_eq!(told.len(), told[0].1);
    let bare = Bare::of(&database);
    assert_eq!(bare.record(1).get_str("device").unwrap(), "DESK1");
    assert_eq!(bare.find("migration_lock", doc! {}).unwrap(), []);
    for collection in [
        "users",
        "courses",
        "enrollments",
        "payments",
        "payment_ledger",
        "audit_events",
    ] {
        assert!(bare.index_names(collection).len() > 3, "{collection}");
    }
    // No account is made.
    assert_eq!(bare.find("users", doc! {}).unwrap(), []);

    let again = up(&server).unwrap();
    assert_eq!(again.commands, Vec::<String>::new());
    assert_eq!(states(&again), states(&report));
    assert_eq!(server.migrations_pending().unwrap(), 0);
}

#[test]
fn validators_refuse_what_the_program_could_not_read() {
    let Some(database) = server() else { return };
    up(&database.connect()).unwrap();
    let bare = Bare::of(&database);
    let person =
        doc! { "_id": ObjectId::new(), "name": "Ada", "email": "ada@example.org", "shoeSize": 38 };
    bare.insert("users", person.clone()).unwrap();
    let mut clerk = person.clone();
    clerk.extend(doc! { "_id": ObjectId::new(), "email": "b@example.org", "role": "clerk" });
    assert_eq!(code(bare.insert("users", clerk)), 121);
    let mut nameless = person.clone();
    nameless.extend(doc! { "_id": ObjectId::new(), "email": "c@example.org", "name": "" });
    assert_eq!(code(bare.insert("users", nameless)), 121);
    // Unique, whoever writes.
    let mut twin = person;
    twin.insert("_id", ObjectId::new());
    assert_eq!(code(bare.insert("users", twin)), 11_000);
    let course = doc! { "title": "Chess", "instructor": ObjectId::new(), "price": -1 };
    assert_eq!(code(bare.insert("courses", course)), 121);
    // Two courses without a short name do not collide.
    for title in ["Chess", "Go"] {
        let course = doc! { "title": title, "instructor": ObjectId::new(), "price": 9.5 };
        bare.insert("courses", course).unwrap();
    }
}

#[test]
fn up_down_up_leaves_the_same_catalogue() {
    let Some(database) = server() else { return };
    let server = database.connect();
    up(&server).unwrap();
    let first = server.catalogue().unwrap();
    assert!(first.len() > 10);
    let report = back(&server, 0).unwrap();
    assert!(states(&report).iter().all(|s| *s == State::Pending));
    let bare = server.catalogue().unwrap();
    assert_eq!(bare.keys().collect::<Vec<_>>(), ["roles"]);
    assert!(bare.get_document("roles").unwrap().is_empty());
    up(&server).unwrap();
    assert_eq!(server.catalogue().unwrap(), first);
}

#[test]
fn a_rollback_takes_the_last_one_off_and_keeps_documents() {
    let Some(database) = server() else { return };
    let server = database.connect();
    up(&server).unwrap();
    let bare = Bare::of(&database);
    let person = doc! { "_id": ObjectId::new(), "name": "Ada", "email": "ada@example.org" };
    bare.insert("users", person.clone()).unwrap();
    let report = server
        .migrate(&order(Direction::Back, None), &mut |_| {})
        .unwrap();
    assert_eq!(states(&report)[4], State::Pending);
    assert_ne!(states(&report)[3], State::Pending);
    let report = back(&server, 0).unwrap();
    assert!(
        report
            .warnings
            .iter()
            .any(|w| w.message.contains("users has documents and stays"))
    );
    assert_eq!(bare.find("users", doc! {}).unwrap(), [person]);
    // Nothing of ours refuses it any more.
    bare.insert("users", doc! { "role": "clerk" }).unwrap();
}

#[test]
fn a_dry_run_lists_the_commands_and_changes_nothing() {
    let Some(database) = server() else { return };
    let server = database.connect();
    let order = Order {
        dry_run: true,
        ..order(Direction::Up, None)
    };
    let planned = server.migrate(&order, &mut |_| {}).unwrap();
    assert!(planned.dry_run);
    assert!(
        server
            .catalogue()
            .unwrap()
            .get_document("roles")
            .unwrap()
            .is_empty()
    );
    assert_eq!(server.catalogue().unwrap().len(), 1);
    assert_eq!(planned.now.pending(), planned.now.rows.len());
    // The same commands a run sends, but for what the server then refuses.
    let done = up(&server).unwrap();
    let missing: Vec<&String> = planned
        .commands
        .iter()
        .filter(|command| !done.commands.contains(command))
        .collect();
    assert_eq!(missing.len(), done.skipped.len());
    assert!(
        planned.commands[0].starts_with("{\"create\":\"settings\""),
        "{}",
        planned.commands[0]
    );
}

#[test]
fn up_to_a_number_and_no_further() {
    let Some(database) = server() else { return };
    let server = database.connect();
    let report = server
        .migrate(&order(Direction::Up, Some(1)), &mut |_| {})
        .unwrap();
    assert_eq!(
        states(&report),
        [
            State::Applied,
            State::Pending,
            State::Pending,
            State::Pending,
            State::Pending
        ]
    );
    let nowhere = server.migrate(&order(Direction::Up, Some(77)), &mut |_| {});
    assert_eq!(nowhere.unwrap_err(), MigrationError::NoSuch(77));
}

#[test]
fn two_desktops_never_migrate_at_once() {
    let Some(database) = server() else { return };
    let servers = [database.connect(), database.connect()];
    let start = Barrier::new(2);
    let ends: Vec<Result<Report, MigrationError>> = thread::scope(|scope| {
        let runs: Vec<_> = servers
            .iter()
            .zip(["DESK1", "DESK2"])
            .map(|(server, device)| {
                let order = Order {
                    device: DeviceId::new(device).unwrap(),
                    ..order(Direction::Up, None)
                };
                let start = &start;
                scope.spawn(move || {
                    server.ping().unwrap();
                    start.wait();
                    server.migrate(&order, &mut |_| {})
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let worked: Vec<&Report> = ends
        .iter()
        .filter_map(|end| end.as_ref().ok())
        .filter(|report| !report.commands.is_empty())
        .collect();
    assert_eq!(worked.len(), 1, "{ends:?}");
    for end in &ends {
        match end {
            Ok(report) => only_what_the_server_lacks(report),
            Err(MigrationError::Locked { device, until }) => {
                assert!(device.starts_with("DESK"));
                assert!(until.timestamp_millis() > 0);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_lock_that_ran_out_is_taken_over_and_one_that_holds_is_not() {
    let Some(database) = server() else { return };
    let server = database.connect();
    let bare = Bare::of(&database);
    let now = bare
        .run(doc! { "hello": 1 })
        .unwrap()
        .get_datetime("localTime")
        .unwrap()
        .timestamp_millis();
    let until = |ms: i64| bson::DateTime::from_millis(now + ms);
    let held = doc! { "_id": "migrations", "token": ObjectId::new(), "device": "OTHER", "until": until(60_000) };
    bare.insert("migration_lock", held).unwrap();
    assert_eq!(
        up(&server).unwrap_err(),
        MigrationError::Locked {
            device: "OTHER".to_owned(),
            until: until(60_000)
        }
    );
    assert_eq!(
        server.migrations_status().unwrap().held.unwrap().device,
        "OTHER"
    );
    let rows = bare.db.collection::<bson::Document>("migration_lock");
    let past = doc! { "$set": { "until": until(-1) } };
    bare.wait(async { rows.update_one(doc! {}, past).await })
        .unwrap();
    assert!(server.migrations_status().unwrap().held.is_none());
    up(&server).unwrap();
}

#[test]
fn a_changed_migration_and_a_newer_database_are_refused() {
    let Some(database) = server() else { return };
    let server = database.connect();
    up(&server).unwrap();
    let bare = Bare::of(&database);
    let rows = bare.db.collection::<bson::Document>("migrations");
    let set = |sum: &str| doc! { "$set": { "checksum": sum } };
    let sum = bare.record(2).get_str("checksum").unwrap().to_owned();
    bare.wait(async { rows.update_one(doc! { "_id": 2 }, set("other")).await })
        .unwrap();
    assert!(matches!(
        up(&server),
        Err(MigrationError::Changed { number: 2, .. })
    ));
    assert!(matches!(
        back(&server, 0),
        Err(MigrationError::Changed { number: 2, .. })
    ));
    assert_eq!(
        server.migrations_status().unwrap().rows[1].state,
        State::Changed
    );
    bare.wait(async { rows.update_one(doc! { "_id": 2 }, set(&sum)).await })
        .unwrap();
    let mut newer = bare.record(3);
    newer.extend(doc! { "_id": 99, "name": "of tomorrow" });
    bare.insert("migrations", newer).unwrap();
    assert!(matches!(
        up(&server),
        Err(MigrationError::Newer { number: 99, .. })
    ));
    assert!(matches!(
        server.migrations_pending(),
        Err(MigrationError::Newer { .. })
    ));
    assert_eq!(
        server
            .migrations_status()
            .unwrap()
            .rows
            .last()
            .unwrap()
            .state,
        State::Unknown
    );
}

#[test]
fn a_run_that_was_cut_off_is_completed_by_the_next() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let whole = connection.catalogue().unwrap();
    // As it stands when the program ends between two steps of the second migration.
    let bare = Bare::of(&database);
    for number in [2, 3, 4] {
        let rows = bare.db.collection::<bson::Document>("migrations");
        bare.wait(async { rows.delete_one(doc! { "_id": number }).await })
            .unwrap();
    }
    for role in ["admin", "finance", "instructor", "student"] {
        bare.run(doc! { "dropRole": format!("matricula_{role}") })
            .unwrap();
    }
    bare.run(doc! { "dropIndexes": "payment_ledger", "index": "ledger_by_series" })
        .unwrap();
    let report = up(&connection).unwrap();
    only_what_the_server_lacks(&report);
    assert_eq!(connection.catalogue().unwrap(), whole);
    assert_eq!(
        report
            .commands
            .iter()
            .filter(|c| c.contains("createIndexes"))
            .count(),
        1
    );
}
