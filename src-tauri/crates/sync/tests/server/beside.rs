//! A Mongoose-like program beside two desktops: whole arrays, `__v`, a clock of its own, fields nobody
//! here knows, deletions without a trace.

use bson::{Bson, Document, doc};
use domain::Timestamp;

use crate::{
    acts,
    apart::decide,
    bare::Bare,
    desktop::{Desktop, Draw},
    ground::{all_equal, fetch, ground, meet},
    institution::{COURSES, STUDENTS, id},
};

/// What `document.save()` sends: the changed fields, `__v` for arrays, `updatedAt` by its own clock.
fn save(bare: &Bare, collection: &str, n: u32, set: Document, arrays: bool, ahead_ms: i64) {
    let mut set = set;
    set.insert(
        "updatedAt",
        Timestamp::from_millis(Timestamp::now().timestamp_millis() + ahead_ms),
    );
    let mut update = doc! { "$set": set };
    if arrays {
        update.insert("$inc", doc! { "__v": 1 });
    }
    let reply = bare
        .run(doc! { "update": collection, "updates": [{ "q": { "_id": id(n) }, "u": update }] })
        .unwrap();
    assert!(reply.get_array("writeErrors").is_err(), "{reply}");
}

fn beside(bare: &Bare, draw: &Draw, ahead_ms: i64) {
    let course = *draw.one(&COURSES).unwrap();
    let student = *draw.one(&STUDENTS).unwrap();
    let text = format!("mongoose {}", draw.upto(1000));
    let loaded = bare
        .find("courses", doc! { "_id": id(course) })
        .unwrap()
        .remove(0);
    match draw.upto(5) {
        0 => save(
            bare,
            "users",
            student,
            doc! { "name": text },
            false,
            ahead_ms,
        ),
        1 => save(
            bare,
            "users",
            student,
            doc! { "favouriteColour": text },
            false,
            ahead_ms,
        ),
        2 => {
            let mut tags = loaded.get_array("tags").cloned().unwrap_or_default();
            tags.push(Bson::from(text));
            save(
                bare,
                "courses",
                course,
                doc! { "tags": tags },
                true,
                ahead_ms,
            );
        }
        3 => {
            let mut modules = loaded.get_array("curriculum").cloned().unwrap_or_default();
            if let Some(Bson::Document(module)) = modules.first_mut() {
                module.insert("title", text);
            }
            save(
                bare,
                "courses",
                course,
                doc! { "curriculum": modules },
                true,
                ahead_ms,
            );
        }
        _ => save(
            bare,
            "courses",
            course,
            doc! { "description": text },
            false,
            ahead_ms,
        ),
    }
}

#[test]
fn a_mongoose_program_beside_two_desktops_harms_neither_and_loses_nothing() {
    let Some(database) = testkit::server() else {
        return;
    };
    let ground = ground(database);
    let bare = ground.bare();
    let (a, b) = (ground.desktop(0), ground.desktop(1));
    fetch(&a);
    fetch(&b);
    let draw = Draw::from(4711);
    let two_days = 2 * 24 * 60 * 60 * 1000;
    for round in 0..3 {
        for step in 0..30 {
            beside(
                &bare,
                &draw,
                if step % 2 == 0 { two_days } else { -two_days },
            );
            for desktop in [&a, &b] {
                acts::act(desktop, desktop.draw.upto(acts::KINDS));
            }
            if step % 7 == 0 {
                a.pull();
                b.push();
            }
        }
        meet(&[&a, &b]);
        decide(&a);
        decide(&b);
        meet(&[&a, &b]);
        all_equal(&[&a, &b], &ground.server());
        let colours = bare
            .find("users", doc! { "favouriteColour": { "$exists": true } })
            .unwrap();
        assert!(
            round == 0 || !colours.is_empty(),
            "its own fields were lost"
        );
    }
}

#[test]
fn the_sessions_of_a_web_server_stay_its_own() {
    let Some(database) = testkit::server() else {
        return;
    };
    let ground = ground(database);
    let bare = ground.bare();
    // As in a database that had its sessions first: our validator and unique index are not made there.
    bare.run(doc! { "collMod": "sessions", "validator": {} })
        .unwrap();
    bare.run(doc! { "dropIndexes": "sessions", "index": "sessions_by_token" })
        .unwrap();
    let express =
        |n: u32| doc! { "_id": format!("sid-{n}"), "expires": Timestamp::now(), "session": "{}" };
    for n in 0..3 {
        bare.insert("sessions", express(n)).unwrap();
    }
    bare.insert(
        "sessions",
        doc! { "_id": id(900), "user": id(STUDENTS[0]), "tokenHash": 12 },
    )
    .unwrap();
    let desktop = ground.desktop(0);
    let aside = |desktop: &Desktop| -> Vec<Bson> {
        let rows = desktop.replica().read(|reader| reader.unreadable(10));
        rows.unwrap().into_iter().map(|row| row.id).collect()
    };
    fetch(&desktop);
    assert_eq!(
        aside(&desktop),
        [Bson::from(id(900))],
        "what is ours is told"
    );
    bare.insert("sessions", express(3)).unwrap();
    bare.insert(
        "sessions",
        doc! { "_id": id(901), "user": id(STUDENTS[0]), "sync": { "rev": 1_i64 } },
    )
    .unwrap();
    meet(&[&desktop]);
    let told = [Bson::from(id(900)), Bson::from(id(901))];
    assert_eq!(aside(&desktop), told);
    desktop.engine().sweep().unwrap();
    assert_eq!(aside(&desktop), told);
    assert_eq!(bare.find("sessions", doc! {}).unwrap().len(), 6);
}
