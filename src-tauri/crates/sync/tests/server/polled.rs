//! A server that neither tells of changes nor has transactions, and one that forgets its history.

use bson::doc;
use domain::{ChangeSet, Collection, change::Patch};
use sync::Mode;
use testkit::Mongod;

use crate::{
    acts,
    apart::decide,
    desktop::Desktop,
    ground::{all_equal, equals_the_server, fetch, ground, meet, queue_is_empty},
    institution::{STUDENTS, id},
};

fn rename(desktop: &Desktop, person: u32, text: &str) -> ChangeSet {
    desktop
        .set("user.edited", Collection::Users, id(person))
        .patch(
            Collection::Users,
            id(person),
            Patch::new().put("name", text),
        )
}

#[test]
fn two_desktops_that_poll_become_equal() {
    let Some(database) = testkit::standalone() else {
        return;
    };
    let ground = ground(database);
    let (a, b) = (ground.desktop(0), ground.desktop(1));
    fetch(&a);
    fetch(&b);
    assert_eq!(a.engine().status().unwrap().mode, Some(Mode::Poll));
    for n in 0..8 {
        let desktop = if n % 2 == 0 { &a } else { &b };
        assert!(desktop.commit(&rename(desktop, STUDENTS[n % 4], &format!("Name {n}"))));
    }
    meet(&[&a, &b]);
    for desktop in [&a, &b] {
        queue_is_empty(desktop);
        equals_the_server(desktop, &ground.server());
    }
    ground
        .bare()
        .run(doc! { "delete": "users", "deletes": [{ "q": { "_id": id(STUDENTS[3]) }, "limit": 1 }] })
        .unwrap();
    for desktop in [&a, &b] {
        desktop.engine().sweep().unwrap();
        equals_the_server(desktop, &ground.server());
    }
}

#[test]
fn a_history_the_server_no_longer_has_is_made_good() {
    // Less than sixty change sets leave in it, more than the ten of the other desktop.
    let Some(mongod) = Mongod::start(&["--oplog-max-entries", "120"]) else {
        return;
    };
    let name = testkit::mongod::fresh_name();
    let ground = ground(testkit::TestDatabase::at(mongod.uri(&name), &name));
    let (a, b) = (ground.desktop(0), ground.desktop(1));
    fetch(&a);
    fetch(&b);
    for _ in 0..3 {
        for _ in 0..10 {
            acts::act(&b, b.draw.upto(9));
        }
        let before = b.replica().read(|reader| reader.queue_counts()).unwrap();
        for _ in 0..60 {
            acts::act(&a, a.draw.upto(acts::KINDS));
        }
        meet(&[&a]);
        decide(&a);
        b.pull();
        let after = b.replica().read(|reader| reader.queue_counts()).unwrap();
        assert_eq!(before.waiting, after.waiting, "a pull touched the queue");
        meet(&[&a, &b]);
        decide(&b);
        meet(&[&a, &b]);
        all_equal(&[&a, &b], &ground.server());
    }
}
