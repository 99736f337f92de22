//! The audit trail on the server: rows of before get their places, and every commit takes the next one.

use bson::{Document, doc};
use domain::{
    Actor, ChangeSet, Collection, DeviceId, Offline, OpId, Role, Source, Timestamp,
    audit::{AuditEvent, Deed},
    chain::{ChainBreak, Walk},
};
use remote::{
    Server,
    migrations::Direction,
    port::{Filter, Outcome, Port, Slice, View},
};
use testkit::server;

use crate::bare::{Bare, order, up};

fn set(device: &str, at: i64) -> ChangeSet {
    let id = bson::oid::ObjectId::new();
    ChangeSet::new(
        OpId(uuid::Uuid::now_v7()),
        Actor {
            user: None,
            name: "Registrar".to_owned(),
            role: Role::Admin,
            device: DeviceId::new(device).unwrap(),
        },
        Timestamp::from_millis(at),
        Deed::new("import.done", Collection::Imports, id).with("file", "people.csv"),
        Offline::Queue,
    )
    .insert(
        Collection::Imports,
        doc! { "_id": id, "kind": "people", "file": "people.csv", "at": Timestamp::from_millis(at) },
    )
}

/// Every device's rows in the order of their numbers, walked; how many of each.
fn walked(server: &Server) -> Vec<(String, u64, Vec<ChainBreak>)> {
    let slice = Slice {
        source: Source::Audit,
        filter: Filter::All,
        view: View::Whole,
    };
    let mut rows: Vec<AuditEvent> = server
        .page(&slice, None, 500)
        .unwrap()
        .into_iter()
        .map(|row| bson::deserialize_from_document(row).unwrap())
        .collect();
    rows.sort_by_key(|row| {
        (
            row.actor.device.clone(),
            row.chain.as_ref().map(|seal| seal.number),
        )
    });
    let mut found: Vec<(String, u64, Vec<ChainBreak>)> = Vec::new();
    let mut walk = Walk::default();
    for row in &rows {
        let device = row.actor.device.to_string();
        if found.last().is_none_or(|(last, ..)| *last != device) {
            found.push((device, 0, Vec::new()));
            walk = Walk::default();
        }
        let (_, count, breaks) = found.last_mut().unwrap();
        *count += 1;
        breaks.extend(walk.next(row.link().unwrap()));
    }
    found
}

#[test]
fn rows_of_before_begin_the_chains_and_commits_go_on() {
    let Some(database) = server() else { return };
    let server = database.connect();
    server
        .migrate(&order(Direction::Up, Some(3)), &mut |_| {})
        .unwrap();
    let bare = Bare::of(&database);
    for n in 0..7 {
        let device = if n % 3 == 0 { "DESK2" } else { "DESK1" };
        let event = set(device, 1_750_000_000_000 - n).audit();
        bare.insert("audit_events", bson::serialize_to_document(&event).unwrap())
            .unwrap();
    }
    up(&server).unwrap();
    assert_eq!(
        walked(&server),
        [
            ("DESK1".to_owned(), 4, vec![]),
            ("DESK2".to_owned(), 3, vec![])
        ]
    );
    let oldest: Vec<Document> = bare
        .find(
            "audit_events",
            doc! { "actor.device": "DESK1", "chain.number": 1 },
        )
        .unwrap();
    assert_eq!(
        oldest[0].get_datetime("at").unwrap().timestamp_millis(),
        1_750_000_000_000 - 5,
        "in the order it happened"
    );
    for n in 0..5 {
        let change_set = set("DESK1", 1_750_000_001_000 + n);
        assert!(matches!(
            server.commit(&change_set).unwrap(),
            Outcome::Applied(_)
        ));
        assert!(matches!(
            server.commit(&change_set).unwrap(),
            Outcome::AlreadyApplied(_)
        ));
    }
    assert_eq!(walked(&server)[0], ("DESK1".to_owned(), 9, vec![]));
    up(&server).unwrap();
    assert_eq!(walked(&server)[0], ("DESK1".to_owned(), 9, vec![]), "kept");
}

#[test]
fn two_programs_of_one_desktop_never_take_the_same_place() {
    let Some(database) = server() else { return };
    up(&database.connect()).unwrap();
    let servers = [database.connect(), database.connect(), database.connect()];
    std::thread::scope(|scope| {
        for server in &servers {
            scope.spawn(move || {
                for n in 0..8 {
                    let change_set = set("DESK1", 1_750_000_000_000 + n);
                    assert!(matches!(
                        server.commit(&change_set).unwrap(),
                        Outcome::Applied(_)
                    ));
                }
            });
        }
    });
    assert_eq!(walked(&servers[0]), [("DESK1".to_owned(), 24, vec![])]);
}

#[test]
fn an_erasure_takes_the_words_out_and_the_chain_holds() {
    let Some(database) = server() else { return };
    let server = database.connect();
    up(&server).unwrap();
    let bare = Bare::of(&database);
    let person = bson::oid::ObjectId::new();
    let deed = |verb: &str| Deed::new(verb, Collection::Users, person);
    let told = |deed: Deed, at: i64| {
        let mut change_set = set("DESK1", at);
        change_set.deed = deed;
        assert!(matches!(
            server.commit(&change_set).unwrap(),
            Outcome::Applied(_)
        ));
    };
    told(
        deed("person.updated")
            .with("name", "Zebulon")
            .with("amountMinor", 5_i64),
        1,
    );
    told(
        Deed::new(
            "course.created",
            Collection::Courses,
            bson::oid::ObjectId::new(),
        )
        .with("title", "Knots"),
        2,
    );
    told(deed("person.erased").with("reason", "asked"), 3);
    let rows = bare.find("audit_events", doc! {}).unwrap();
    let text = format!("{rows:?}");
    assert!(!text.contains("Zebulon"), "{text}");
    assert!(text.contains("Knots") && text.contains("asked"), "{text}");
    let left = rows
        .iter()
        .find(|row| format!("{row}").contains("person.updated"))
        .unwrap();
    let detail = left
        .get_document("deed")
        .unwrap()
        .get_document("detail")
        .unwrap();
    assert_eq!(detail, &doc! { "amountMinor": 5_i64 });
    assert_eq!(walked(&server), [("DESK1".to_owned(), 3, vec![])]);
}
