//! A replica against a model small enough to be seen through: a server that is a map, and a queue that is
//! a list. Whatever happens in whatever order, the screen shows the server's documents with what waits on
//! top, and when nothing waits, the server's.

use std::collections::BTreeMap;

use bson::{Bson, Document, oid::ObjectId};
use domain::{ChangeSet, Collection, Role, change::Patch, source::Standing};
use proptest::prelude::*;

use crate::{
    fixtures::*,
    sync_stories::{agrees, beside_a_server, documents},
};

/// What may happen. People are told apart by a small number.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Somebody at this desktop renames a person.
    Rename(usize),
    /// Somebody at this desktop gives a person an address.
    Readdress(usize, u8),
    /// Somebody at this desktop counts a sign-in that failed.
    Count(usize),
    /// Somebody elsewhere changes a person on the server.
    Elsewhere(usize, u8),
    /// The server's newest version of a person arrives.
    Arrives(usize),
    /// The first change set that may be sent is sent and acknowledged.
    Sent,
    /// It is sent, and arrives by the stream before its acknowledgement.
    SentAndSeen,
    /// The first change set that may be sent is given up.
    GivenUp,
}

fn event() -> impl Strategy<Value = Event> {
    let person = 0..3_usize;
    prop_oneof![
        person.clone().prop_map(Event::Rename),
        (person.clone(), 0..3_u8).prop_map(|(who, to)| Event::Readdress(who, to)),
        person.clone().prop_map(Event::Count),
        (person.clone(), 0..3_u8).prop_map(|(who, to)| Event::Elsewhere(who, to)),
        person.prop_map(Event::Arrives),
        Just(Event::Sent),
        Just(Event::SentAndSeen),
        Just(Event::GivenUp),
    ]
}

struct Model {
    world: LocalWorld,
    people: Vec<ObjectId>,
    /// What the server has.
    server: BTreeMap<ObjectId, Document>,
    /// What of it has arrived.
    arrived: BTreeMap<ObjectId, Document>,
    waiting: Vec<ChangeSet>,
    clock: i64,
}

impl Model {
    fn new() -> Self {
        let (world, _) = beside_a_server();
        let mut server = BTreeMap::new();
        let mut people = Vec::new();
        for n in 0..3 {
            let user = person(
                &format!("P{n}"),
                &format!("p{n}@example.org"),
                Role::Student,
            );
            people.push(user.id.0);
            server.insert(user.id.0, to_document(&user));
        }
        world
            .replica
            .receive(documents(Collection::Users, server.values().cloned()))
            .unwrap();
        Self {
            world,
            people,
            arrived: server.clone(),
            server,
            waiting: Vec::new(),
            clock: 100,
        }
    }

    fn commit(&mut self, id: ObjectId, patch: Patch) {
        self.clock += 1;
        let mut set =
            change_set("user.changed", Collection::Users, id).patch(Collection::Users, id, patch);
        set.at = at(self.clock);
        // An address that is shown elsewhere is refused, as at the desk.
        if self.world.replica.commit(&set).is_ok() {
            self.waiting.push(set);
        }
    }

    /// The document as the server has it after a change set, by the replica's own hand on a file of its
    /// own: the two authorities are held against each other elsewhere.
    fn apply(document: &mut Document, set: &ChangeSet) {
        let domain::Change::Patch { patch, .. } = &set.changes[0] else {
            unreachable!()
        };
        domain::patching::apply(document, patch);
        let rev = match domain::change::get_at(document, "sync.rev") {
            Some(Bson::Int64(rev)) => *rev,
            _ => 0,
        };
        document.insert("updatedAt", set.at);
        document.insert(
            "sync",
            bson::doc! { "rev": rev + 1, "op": set.op.to_string(), "device": set.actor.device.as_str() },
        );
    }

    fn id(set: &ChangeSet) -> ObjectId {
        let domain::Change::Patch { id, .. } = &set.changes[0] else {
            unreachable!()
        };
        *id
    }

    fn take_first(&mut self) -> Option<ChangeSet> {
        let due = self
            .world
            .replica
            .read(|reader| reader.outbox_due(at(0), 1))
            .unwrap();
        let first = due.first().map(|row| row.change_set.clone());
        assert_eq!(
            first.is_some(),
            !self.waiting.is_empty(),
            "a queue that has something has something to send"
        );
        let first = first?;
        self.waiting.retain(|set| set.op != first.op);
        Some(first)
    }

    fn arrive(&mut self, id: ObjectId) {
        let mut due = vec![id];
        let mut rounds = 0;
        while let Some(id) = due.pop() {
            rounds += 1;
            assert!(rounds < 20, "fetching again comes to an end");
            self.arrived.insert(id, self.server[&id].clone());
            let received = self
                .world
                .replica
                .receive(documents(Collection::Users, [self.server[&id].clone()]))
                .unwrap();
            for (_, id) in received.dirty {
                due.push(id.as_object_id().unwrap());
            }
        }
    }

    fn give_up(&mut self, set: &ChangeSet) {
        let received = self.world.replica.discard(set.op, None).unwrap();
        for (source, id) in received.dirty {
            if source != domain::Source::Audit {
                self.arrive(id.as_object_id().unwrap());
            }
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Rename(who) => {
                let name = format!("Name {}", self.clock);
                self.commit(self.people[who], Patch::new().put("name", name));
            }
            Event::Readdress(who, to) => {
                let address = format!("a{to}@example.org");
                self.commit(self.people[who], Patch::new().put("email", address));
            }
            Event::Count(who) => {
                self.commit(self.people[who], Patch::new().inc("loginAttempts", 1));
            }
            Event::Elsewhere(who, to) => {
                let address = format!("a{to}@example.org");
                let id = self.people[who];
                let taken = self.server.iter().any(|(other, held)| {
                    *other != id && held.get_str("email").is_ok_and(|held| held == address)
                });
                let held = self.server.get_mut(&id).unwrap();
                if !taken {
                    held.insert("email", address);
                }
                held.insert("foreign", self.clock);
            }
            Event::Arrives(who) => self.arrive(self.people[who]),
            Event::Sent | Event::SentAndSeen => {
                let Some(set) = self.take_first() else { return };
                let id = Self::id(&set);
                let mut next = self.server[&id].clone();
                Self::apply(&mut next, &set);
                let taken = self
                    .server
                    .iter()
                    .any(|(other, held)| *other != id && held.get("email") == next.get("email"));
                if taken {
                    self.give_up(&set);
                    return;
                }
                self.server.insert(id, next.clone());
                assert!(self.world.replica.mark_inflight(set.op).unwrap());
                if matches!(event, Event::SentAndSeen) {
                    self.arrive(id);
                }
                let received = self
                    .world
                    .replica
                    .acknowledge(
                        set.op,
                        &[Standing {
                            collection: Collection::Users,
                            id,
                            document: Some(next.clone()),
                        }],
                    )
                    .unwrap();
                self.arrived.insert(id, next);
                for (source, id) in received.dirty {
                    if source != domain::Source::Audit {
                        self.arrive(id.as_object_id().unwrap());
                    }
                }
            }
            Event::GivenUp => {
                if let Some(set) = self.take_first() {
                    self.give_up(&set);
                }
            }
        }
    }

    fn holds(&self) {
        agrees(&self.world.replica);
        let pending = self
            .world
            .replica
            .read(|reader| reader.pending_ids(Collection::Users))
            .unwrap();
        for id in &self.people {
            let held = self
                .world
                .replica
                .read(|reader| reader.server_version(Collection::Users, *id))
                .unwrap();
            assert_eq!(
                held.as_ref(),
                self.arrived.get(id),
                "the server's version is kept"
            );
            let waits = self.waiting.iter().any(|set| Self::id(set) == *id);
            assert_eq!(pending.contains(id), waits);
            let view = self.world.document(Collection::Users, *id);
            if waits {
                // Names and counts never collide, so they are always shown.
                let mut expected = self.arrived[id].clone();
                for set in self.waiting.iter().filter(|set| Self::id(set) == *id) {
                    Self::apply(&mut expected, set);
                }
                let view = view.unwrap();
                let shown_whole = view.get("email") == expected.get("email");
                if shown_whole {
                    assert_eq!(view.get("name"), expected.get("name"));
                    assert_eq!(view.get("loginAttempts"), expected.get("loginAttempts"));
                }
                assert_eq!(view.get("foreign"), expected.get("foreign"));
            } else {
                assert_eq!(view.as_ref(), self.arrived.get(id));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_screen_shows_the_server_with_what_waits_on_top(
        events in proptest::collection::vec(event(), 1..40)
    ) {
        let mut model = Model::new();
        for event in events {
            model.happens(event);
            model.holds();
        }
        while !model.waiting.is_empty() {
            model.happens(Event::Sent);
        }
        for who in 0..3 {
            model.happens(Event::Arrives(who));
        }
        model.holds();
        for id in &model.people {
            assert_eq!(
                model.world.document(Collection::Users, *id).as_ref(),
                model.server.get(id)
            );
        }
    }
}
