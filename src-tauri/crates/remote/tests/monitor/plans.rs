//! Every query this program sends is answered by an index, at ten thousand documents a collection.

use std::collections::BTreeSet;

use bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use testkit::mongod::server;

use crate::bare::{Bare, up};

const MANY: usize = 10_000;
const COURSES: usize = 200;
/// The place polls stand at has so many changes behind it.
const CHANGED: u64 = 101;
const DAY: i64 = 86_400_000;

fn id(kind: u8, n: usize) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[0] = kind;
    bytes[8..].copy_from_slice(&u32::try_from(n).unwrap().to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// Changed in another order than made, an hour apart.
fn moment(n: usize) -> DateTime {
    DateTime::from_millis(20_000 * DAY + i64::try_from(n * 7_919 % MANY).unwrap() * 3_600_000)
}

fn fill(bare: &Bare) {
    let many = |name: &str, count: usize, make: &dyn Fn(usize) -> Document| {
        let rows: Vec<Document> = (0..count).map(make).collect();
        let into = bare.db.collection::<Document>(name);
        for chunk in rows.chunks(2_000) {
            bare.wait(async { into.insert_many(chunk).ordered(false).await })
                .unwrap();
        }
    };
    let digest = |n: usize| format!("{n:064x}");
    many("users", MANY, &|n| {
        doc! {
            "_id": id(1, n), "name": format!("Person {n}"), "email": format!("p{n}@example.org"),
            "role": match n { 0..5 => "admin", 5..50 => "instructor", _ => "student" }, "status": "active",
            "createdAt": moment(n), "updatedAt": moment(n),
        }
    });
    many("courses", MANY, &|n| {
        doc! {
            "_id": id(2, n), "title": format!("Course {n}"), "slug": format!("course-{n}"),
            "instructor": id(1, 5 + n % 45), "price": 10, "updatedAt": moment(n),
            "status": if n < COURSES { "published" } else { "draft" }, "isPublic": n % 2 == 0,
        }
    });
    many("enrollments", MANY, &|n| {
        doc! {
            "_id": id(3, n), "user": id(1, n / 2), "course": id(2, n % COURSES), "status": "active",
            "certificateId": if n % 3 == 0 { Bson::from(format!("C-{n}")) } else { Bson::Null },
            "updatedAt": moment(n),
        }
    });
    many("payments", MANY, &|n| {
        doc! {
            "_id": id(4, n), "user": id(1, n / 2), "course": id(2, n % COURSES), "enrollment": id(3, n),
            "amount": 10, "currency": "USD", "method": "cash", "receiptNumber": format!("R-DESK1-{n:06}"),
            "provider": { "paymentIntentId": format!("pi_{n}") }, "updatedAt": moment(n),
        }
    });
    many("payment_ledger", MANY, &|n| {
        doc! {
            "_id": uuid(n), "payment": id(4, n), "enrollment": id(3, n), "user": id(1, n / 2),
            "course": id(2, n % COURSES), "kind": "charge", "amountMinor": 1_000_i64, "currency": "USD",
            "method": "cash", "occurredAt": moment(n), "recordedAt": moment(n), "device": "DESK1",
            "number": i64::try_from(n + 1).unwrap(), "prev": digest(n), "hash": digest(n + 1),
        }
    });
    many("audit_events", MANY, &|n| {
        doc! {
            "_id": uuid(n), "at": moment(n),
            "actor": { "user": id(1, n % 100), "name": "X", "role": "admin", "device": "DESK1" },
            "deed": { "verb": "x", "subjects": [{ "collection": "users", "id": id(1, n) }] },
        }
    });
    many("sessions", MANY, &|n| {
        doc! {
            "_id": id(5, n), "user": id(1, n), "tokenHash": digest(n), "lastUsedAt": moment(n),
            "expiresAt": moment(n), "device": "DESK1", "updatedAt": moment(n),
        }
    });
    many(
        "sync_ops",
        MANY,
        &|n| doc! { "_id": uuid(n), "at": moment(n), "device": "DESK1" },
    );
    many(
        "devices",
        100,
        &|n| doc! { "_id": id(6, n), "name": format!("D{n}"), "updatedAt": moment(n) },
    );
    many(
        "settings",
        1,
        &|n| doc! { "_id": id(7, n), "institution": "School", "updatedAt": moment(n) },
    );
    many("imports", 100, &|n| {
        doc! {
            "_id": id(8, n), "kind": "people", "file": "x.csv", "at": moment(n), "updatedAt": moment(n),
        }
    });
}

fn uuid(n: usize) -> String {
    format!("01900000-0000-7000-8000-{n:012x}")
}

#[test]
fn every_query_is_answered_by_an_index() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    fill(&Bare::of(&database));
    let plans = connection.plans().unwrap();
    let collections: BTreeSet<&str> = plans.iter().map(|plan| plan.collection.as_str()).collect();
    assert!(collections.len() >= 11, "{collections:?}");
    assert!(plans.len() > 90, "{}", plans.len());
    let mut wrong = Vec::new();
    for plan in &plans {
        // A poll of a slice walks what has changed in the collection since its place, or sorts the few
        // documents of the slice; anything else looks at what it answers and little more.
        let poll = plan.query == "what changed since";
        let few = plan.examined <= 2 * plan.returned + 10 || (poll && plan.examined <= CHANGED);
        if plan.index.is_none() || !few || (plan.sorts && !poll) {
            wrong.push(format!(
                "{} {} {}: {:?}, looked at {} (keys {}) for {}{}",
                plan.collection,
                plan.query,
                plan.asked,
                plan.index,
                plan.examined,
                plan.keys,
                plan.returned,
                if plan.sorts { ", sorted in memory" } else { "" },
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        plans.len(),
        wrong.join("\n")
    );
    let answered: u64 = plans.iter().map(|plan| plan.returned).sum();
    assert!(
        answered > 3_000,
        "the queries ask about what is there: {answered}"
    );
}

#[test]
fn without_indexes_the_same_queries_are_told_to_read_everything() {
    let Some(database) = server() else { return };
    let bare = Bare::of(&database);
    bare.insert("payments", doc! { "_id": id(4, 1), "user": id(1, 1) })
        .unwrap();
    let plans = database.connect().plans().unwrap();
    let by_user = plans
        .iter()
        .find(|plan| plan.query == "what names a document" && plan.asked.contains("\"user\""))
        .unwrap();
    assert_eq!((by_user.index.as_ref(), by_user.examined), (None, 1));
}
