//! Who is forgotten when the server tells of an erasure, and who is not.

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Collection, DeviceId, Offline, OpId, Role, Source, UserId,
    audit::{AuditEvent, Deed, ERASED},
    chain::SeriesTail,
    change::Patch,
    user::User,
};
use replica::{Batch, RELEASES, Replica};

use crate::fixtures::*;

const NAME: &str = "Zebulon Quackenbush";

struct Shared {
    world: LocalWorld,
    user: User,
    /// The end of the other desktop's chain.
    tail: SeriesTail,
}

impl Shared {
    /// A desktop that shares a server, which told it of somebody and of a row about them.
    fn new() -> Self {
        let world = LocalWorld::new();
        world.replica.attach().unwrap();
        let user = person(NAME, "zebulon@example.org", Role::Student);
        let mut shared = Self {
            world,
            user,
            tail: SeriesTail::fresh(DeviceId::new("OTHER").unwrap()),
        };
        shared.take(
            Source::Documents(Collection::Users),
            to_document(&shared.user),
        );
        let deed =
            Deed::new("person.updated", Collection::Users, shared.user.id).with("name", NAME);
        shared.told(Role::Admin, deed);
        assert!(shared.names());
        shared
    }

    fn replica(&self) -> &Replica {
        &self.world.replica
    }

    fn take(&self, source: Source, document: Document) {
        self.replica()
            .receive(Batch {
                documents: vec![(source, document)],
                ..Batch::default()
            })
            .unwrap();
    }

    /// A row of the trail comes, sealed by the server.
    fn told(&mut self, role: Role, deed: Deed) {
        let actor = Actor {
            user: Some(UserId(ObjectId::from_bytes([9; 12]))),
            name: "Ada Byron".to_owned(),
            role,
            device: self.tail.device.clone(),
        };
        let op = OpId(uuid::Uuid::now_v7());
        let set = ChangeSet::new(op, actor, at(0), deed, Offline::Queue);
        let sealed = set.audit().sealed(&self.tail, "salt".repeat(8));
        self.tail = sealed.tail().unwrap();
        self.take(Source::Audit, bson::serialize_to_document(&sealed).unwrap());
    }

    /// Whether any row of the trail still tells the name.
    fn names(&self) -> bool {
        let mut found = false;
        self.replica()
            .read(|reader| {
                reader.trail_rows(
                    |row| {
                        let event: &AuditEvent = &row.row.event;
                        found |= format!("{:?}", event.deed).contains("Zebulon");
                        Ok(())
                    },
                    |error| panic!("{error}"),
                )
            })
            .unwrap();
        found
    }

    fn erased(&self) -> Document {
        let id = self.user.id.0;
        let mut document = to_document(&self.user);
        document.insert("name", "Erased person");
        document.insert("email", format!("erased-{}@erased.invalid", id.to_hex()));
        document.insert("status", "inactive");
        document
    }
}

#[test]
fn a_row_that_says_so_erases_nobody_the_account_does() {
    let mut shared = Shared::new();
    let erasing = Deed::new(ERASED, Collection::Users, shared.user.id).with("reason", "because");
    for role in [Role::Student, Role::Finance, Role::Admin] {
        shared.told(role, erasing.clone());
        assert!(shared.names(), "{role} said so, and nobody did");
    }
    shared.take(Source::Documents(Collection::Users), shared.erased());
    assert!(!shared.names());
    // What comes after it, about somebody who is erased now, is the server's to leave out; the row that
    // tells of it takes the rest.
    let late = Deed::new("person.updated", Collection::Users, shared.user.id).with("name", NAME);
    shared.told(Role::Admin, late);
    shared.told(Role::Finance, erasing.clone());
    assert!(shared.names(), "not by who may not erase");
    shared.told(Role::Admin, erasing);
    assert!(!shared.names());
}

#[test]
fn what_waits_about_them_leaves_the_queue_and_others_wait_on() {
    let shared = Shared::new();
    let replica = shared.replica();
    let id = shared.user.id;
    let edit = change_set("person.updated", Collection::Users, id).patch(
        Collection::Users,
        id,
        Patch::new().set("profile.phone", Bson::Null, "+1 5550199"),
    );
    replica.commit(&edit).unwrap();
    let other = person("Bo", "bo@example.org", Role::Student);
    let new = change_set("person.created", Collection::Users, other.id)
        .insert(Collection::Users, to_document(&other));
    replica.commit(&new).unwrap();
    let looked = change_set("person.viewed", Collection::Users, other.id);
    replica.commit(&looked).unwrap();
    let counts = replica.read(|reader| reader.queue_counts()).unwrap();
    assert_eq!((counts.waiting, counts.lines), (2, 1), "a look is a line");

    shared.take(Source::Documents(Collection::Users), shared.erased());
    let queue = replica.read(|reader| reader.queue(10)).unwrap();
    let left: Vec<OpId> = queue.iter().map(|row| row.change_set.op).collect();
    assert_eq!(left, [new.op, looked.op]);
    let held = replica
        .read(|reader| reader.document(Collection::Users, id))
        .unwrap()
        .unwrap();
    assert!(!held.to_string().contains("5550199"), "{held}");
    assert_eq!(
        replica.meta(RELEASES).unwrap().as_deref(),
        Some(edit.op.to_string().as_str()),
        "its copy on the server goes too"
    );
    assert!(!shared.names());
    // Heard again, nothing more happens.
    shared.take(Source::Documents(Collection::Users), shared.erased());
    let counts = replica.read(|reader| reader.queue_counts()).unwrap();
    assert_eq!((counts.waiting, counts.lines), (1, 1));
}
