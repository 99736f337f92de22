//! A server without transactions and change streams.

use bson::{doc, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Code, Collection, DeviceId, Offline, OpId, Role, Source, Timestamp,
    audit::Deed, change::Patch,
};
use remote::port::{Filter, Outcome, Port, RemoteError, Slice, View};

fn set(id: ObjectId) -> ChangeSet {
    ChangeSet::new(
        OpId(uuid::Uuid::now_v7()),
        Actor {
            user: None,
            name: "Registrar".to_owned(),
            role: Role::Admin,
            device: DeviceId::new("DESK1").unwrap(),
        },
        Timestamp::from_millis(1_750_000_000_000),
        Deed::new("import.done", Collection::Imports, id),
        Offline::Queue,
    )
}

fn all(source: Source) -> Slice {
    Slice {
        source,
        filter: Filter::All,
        view: View::Whole,
    }
}

/// A server without transactions takes what one document can carry, once, and says why not the rest.
#[test]
fn one_document_is_taken_and_more_are_refused() {
    let Some(database) = testkit::standalone() else {
        return;
    };
    let server = database.connect();
    let abilities = server.abilities().unwrap();
    assert!(
        !abilities.transactions && !abilities.change_streams,
        "{abilities:?}"
    );
    assert!(matches!(
        server.token(),
        Err(RemoteError::Unsupported(_) | RemoteError::Failed(_))
    ));

    let (one, two) = (ObjectId::new(), ObjectId::new());
    let insert = set(one).insert(Collection::Imports, doc! { "_id": one, "name": "a" });
    assert!(matches!(
        server.commit(&insert).unwrap(),
        Outcome::Applied(_)
    ));
    assert!(matches!(
        server.commit(&insert).unwrap(),
        Outcome::AlreadyApplied(_)
    ));
    let rename = set(one).patch(
        Collection::Imports,
        one,
        Patch::new().set("name", "a", "b").inc("rows", 1),
    );
    for _ in 0..2 {
        server.commit(&rename).unwrap();
    }
    let found = server
        .fetch(&all(Source::Documents(Collection::Imports)), &[one.into()])
        .unwrap();
    assert_eq!(found[0].get_i32("rows").unwrap(), 1, "applied once");
    assert_eq!(server.page(&all(Source::Audit), None, 10).unwrap().len(), 2);

    let both = set(one)
        .patch(Collection::Imports, one, Patch::new().put("name", "c"))
        .insert(Collection::Imports, doc! { "_id": two });
    let Outcome::Refused(refusal) = server.commit(&both).unwrap() else {
        panic!("two documents cannot go together here");
    };
    assert_eq!(refusal.code, Code::OnlineOnly);
    assert!(refusal.message.contains("transactions"), "{refusal}");
    assert_eq!(
        server
            .count(&all(Source::Documents(Collection::Imports)))
            .unwrap(),
        1
    );

    let begin = Timestamp::from_millis(0);
    server
        .commit(&set(one).delete(Collection::Imports, one))
        .unwrap();
    let gone = server.tombstones(begin).unwrap();
    assert_eq!(
        (gone.len(), gone[0].id),
        (1, one),
        "whoever polls hears of it"
    );
}
