//! A file of before the trail was chained: its rows become the beginning of their devices' chains, and what
//! cannot be read keeps nobody from it.

use std::path::Path;

use bson::oid::ObjectId;
use domain::{Collection, DeviceId, audit::AuditEvent, chain::Walk};
use replica::{MIGRATIONS, Replica};
use rusqlite::Connection;

use crate::{file::raw, fixtures::*};

/// The format before the one that brought the chains.
const BEFORE: usize = 9;

fn of_before(path: &Path) -> Connection {
    let connection = raw(path);
    connection
        .execute_batch(
            "CREATE TABLE schema_migrations (
               version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
               applied_at INTEGER NOT NULL)",
        )
        .unwrap();
    for migration in &MIGRATIONS[..BEFORE] {
        connection.execute_batch(migration.sql).unwrap();
        connection
            .execute(
                "INSERT INTO schema_migrations VALUES (?1, ?2, ?3, 0)",
                rusqlite::params![migration.version, migration.name, migration.checksum()],
            )
            .unwrap();
    }
    assert_eq!(MIGRATIONS[BEFORE].name, "audit_chain");
    connection
}

/// A row as it was written then: the operation's number under `op`, and no place in a chain.
fn written(connection: &Connection, device: &str, verb: &str) -> AuditEvent {
    let about = ObjectId::new();
    let mut set = change_set(verb, Collection::Users, about);
    set.actor.device = DeviceId::new(device).unwrap();
    set.deed = set
        .deed
        .with("name", "Ada Lovelace")
        .with("attempts", 3_i64);
    let event = set.audit();
    let mut document = bson::serialize_to_document(&event).unwrap();
    let op = document.remove("_id").unwrap();
    document.insert("op", op);
    let text = bson::Bson::Document(document)
        .into_canonical_extjson()
        .to_string();
    put(connection, &event, &text);
    event
}

fn put(connection: &Connection, event: &AuditEvent, text: &str) {
    connection
        .execute(
            "INSERT INTO audit_events (op, at, actor, actor_name, actor_role, device, verb, doc)
             VALUES (?1, ?2, NULL, ?3, ?4, ?5, ?6, ?7)",
            rusqlite::params![
                event.op.0.as_bytes(),
                event.at.timestamp_millis(),
                event.actor.name,
                event.actor.role.as_str(),
                event.actor.device.as_str(),
                event.deed.verb,
                text
            ],
        )
        .unwrap();
    let n = connection.last_insert_rowid();
    for subject in &event.deed.subjects {
        connection
            .execute(
                "INSERT INTO audit_subjects VALUES (?1, ?2, ?3)",
                rusqlite::params![subject.collection.name(), subject.id.bytes(), n],
            )
            .unwrap();
    }
}

/// What is off in the chains, how many rows are in one, and how many cannot be read.
fn walked(replica: &Replica) -> (Vec<String>, usize, usize) {
    let (mut off, mut rows, mut unread) = (Vec::new(), 0, 0);
    let mut walks: Vec<(DeviceId, Walk)> = Vec::new();
    let heads = replica
        .read(|reader| {
            reader.trail_rows(
                |found| {
                    let event = &found.row.event;
                    let device = event.actor.device.clone();
                    if !walks.iter().any(|(of, _)| *of == device) {
                        walks.push((device.clone(), Walk::default()));
                    }
                    let (_, walk) = walks.iter_mut().find(|(of, _)| *of == device).unwrap();
                    match event.link() {
                        Some(link) => {
                            off.extend(walk.next(link).iter().map(|one| format!("{one:?}")));
                        }
                        None => off.push("a row without a place".to_owned()),
                    }
                    if !found.agrees {
                        off.push(format!("{} does not agree", event.deed.verb));
                    }
                    rows += 1;
                    Ok(())
                },
                |_| unread += 1,
            )?;
            reader.trail_heads()
        })
        .unwrap();
    for head in heads {
        let walk = walks.iter().find(|(of, _)| *of == head.device);
        let end = walk.map(|(_, walk)| walk.clone()).unwrap_or_default();
        off.extend(end.cut(&head).map(|one| format!("{one:?}")));
    }
    (off, rows, unread)
}

#[test]
fn rows_of_before_become_the_beginning_of_their_devices_chains() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workspace.db");
    let connection = of_before(&path);
    for n in 0..3 {
        written(&connection, "DESK1", &format!("person.seen{n}"));
        written(&connection, "DESK2", &format!("person.heard{n}"));
    }
    drop(connection);
    let replica = Replica::open(&path, &key()).unwrap();
    assert_eq!(walked(&replica), (Vec::new(), 6, 0));
    // What is written now goes on where they end.
    let user = person("Grace", "grace@example.org", domain::Role::Student);
    let set = change_set("user.created", Collection::Users, user.id)
        .insert(Collection::Users, to_document(&user));
    replica.commit(&set).unwrap();
    assert_eq!(walked(&replica), (Vec::new(), 7, 0));
    let last = replica
        .read(|reader| reader.recent_activity(1))
        .unwrap()
        .remove(0);
    assert_eq!(last.event.chain.unwrap().number, 4);
    drop(replica);
    // And what is changed behind the program's back is found.
    raw(&path)
        .execute_batch(
            "DROP TRIGGER audit_no_update;
             UPDATE audit_events SET doc = replace(doc, 'Ada Lovelace', 'Ada Byron') WHERE verb = 'person.seen1'",
        )
        .unwrap();
    let replica = Replica::open(&path, &key()).unwrap();
    let (off, _, _) = walked(&replica);
    assert_eq!(off.len(), 1, "{off:?}");
    assert!(off[0].starts_with("Altered"), "{off:?}");
}

#[test]
fn a_row_nobody_can_read_keeps_nobody_from_the_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workspace.db");
    let connection = of_before(&path);
    let first = written(&connection, "DESK1", "person.seen");
    for (verb, text) in [("person.torn", "{\"op\":"), ("person.odd", "{\"op\":7}")] {
        let mut event = first.clone();
        event.op = domain::OpId(uuid::Uuid::now_v7());
        event.deed.verb = verb.to_owned();
        put(&connection, &event, text);
    }
    written(&connection, "DESK1", "person.heard");
    drop(connection);
    let replica = Replica::open(&path, &key()).unwrap();
    assert_eq!(walked(&replica), (Vec::new(), 2, 2), "the rest is chained");
    drop(replica);
    // They are as they were, for whoever looks into it.
    let kept: i64 = raw(&path)
        .query_row(
            "SELECT count(*) FROM audit_events WHERE number IS NULL AND doc LIKE '{\"op\":%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, 2);
    Replica::open(&path, &key()).unwrap();
}
