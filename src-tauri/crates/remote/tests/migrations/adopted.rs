//! A database a Mongoose program of the seed schema made: its indexes under its names, documents that
//! break the validators, a time to live on people. Everything of it stays.

use bson::{Document, doc, oid::ObjectId};
use remote::{
    Server,
    migrations::{Direction, MigrationError, Order},
};
use testkit::mongod::{TestDatabase, server};

use crate::bare::{Bare, back, order, up};

/// The seed schema's indexes as Mongoose makes them: default names, in the background, `unique` of a
/// field's definition included. The text index is left out where the server has none.
fn mongoose_indexes(bare: &Bare) -> bool {
    let plain = |keys: Document| {
        let name: Vec<String> = keys
            .iter()
            .map(|(k, way)| format!("{k}_{}", way.as_i32().unwrap()))
            .collect();
        doc! { "key": keys, "name": name.join("_"), "background": true }
    };
    let unique = |keys: Document| {
        let mut index = plain(keys);
        index.insert("unique", true);
        index
    };
    let expiring = |field: &str, seconds: i32| {
        let mut keys = Document::new();
        keys.insert(field, 1);
        let mut index = plain(keys);
        index.insert("expireAfterSeconds", seconds);
        index
    };
    let make = |collection: &str, indexes: Vec<Document>| {
        bare.run(doc! { "createIndexes": collection, "indexes": indexes })
            .unwrap();
    };
    make(
        "users",
        vec![
            unique(doc! { "email": 1 }),
            plain(doc! { "role": 1 }),
            plain(doc! { "status": 1 }),
            plain(doc! { "emailVerified": 1 }),
            plain(doc! { "createdAt": -1 }),
            expiring("emailVerificationExpires", 86_400),
            expiring("passwordResetExpires", 3_600),
        ],
    );
    make(
        "courses",
        vec![
            unique(doc! { "slug": 1 }),
            plain(doc! { "category": 1, "level": 1 }),
            plain(doc! { "status": 1, "isPublic": 1 }),
            plain(doc! { "instructor": 1 }),
            plain(doc! { "price": 1 }),
            plain(doc! { "createdAt": -1 }),
            plain(doc! { "enrollmentCount": -1 }),
            plain(doc! { "rating.average": -1 }),
        ],
    );
    make(
        "enrollments",
        vec![
            unique(doc! { "user": 1, "course": 1 }),
            plain(doc! { "user": 1 }),
            plain(doc! { "course": 1 }),
            plain(doc! { "status": 1 }),
            plain(doc! { "enrollmentDate": -1 }),
            plain(doc! { "payment.status": 1 }),
        ],
    );
    make(
        "payments",
        vec![
            plain(doc! { "user": 1 }),
            plain(doc! { "course": 1 }),
            plain(doc! { "status": 1 }),
            plain(doc! { "method": 1 }),
            plain(doc! { "createdAt": -1 }),
            plain(doc! { "provider.paymentIntentId": 1 }),
            plain(doc! { "provider.transactionId": 1 }),
        ],
    );
    let text = doc! {
        "key": { "title": "text", "description": "text", "tags": "text" },
        "name": "title_text_description_text_tags_text",
    };
    let made = bare.run(doc! { "createIndexes": "courses", "indexes": [text] });
    if made.is_err() {
        testkit::mongod::skip("this server has no text index to adopt");
    }
    made.is_ok()
}

struct Foreign {
    good: ObjectId,
    clerk: ObjectId,
    course: ObjectId,
    payment: ObjectId,
}

/// Documents as Mongoose saves them, some of them by an older version of that program.
fn mongoose_documents(bare: &Bare) -> Foreign {
    let found = Foreign {
        good: ObjectId::new(),
        clerk: ObjectId::new(),
        course: ObjectId::new(),
        payment: ObjectId::new(),
    };
    let now = bson::DateTime::from_millis(1_700_000_000_000);
    let stamps = doc! { "createdAt": now, "updatedAt": now, "__v": 0 };
    let insert = |collection: &str, mut document: Document| {
        document.extend(stamps.clone());
        bare.insert(collection, document).unwrap();
    };
    insert(
        "users",
        doc! {
            "_id": found.good, "name": "John Doe", "email": "john@example.com", "password": "$2b$12$x",
            "role": "student", "status": "active", "emailVerified": true, "loginAttempts": 0,
            "profile": { "address": {}, "socialLinks": {} },
            "preferences": { "emailNotifications": true, "language": "en", "timezone": "UTC" },
            "nickname": "Johnny",
        },
    );
    insert(
        "users",
        doc! {
            "_id": found.clerk, "name": "Clara Clerk", "email": "Clara@Example.com", "role": "clerk",
            "profile": { "phone": "call me" },
        },
    );
    insert(
        "courses",
        doc! {
            "_id": found.course, "title": "JavaScript Fundamentals", "slug": "javascript-fundamentals",
            "description": "All of it.", "category": "Programming", "level": "Expert", "price": 99.99,
            "currency": "USD", "instructor": found.good, "tags": ["js"], "curriculum": [],
            "rating": { "average": 0, "count": 0 }, "status": "published", "isPublic": true,
        },
    );
    for (id, method) in [(found.payment, "paypal"), (ObjectId::new(), "stripe")] {
        insert(
            "payments",
            doc! {
                "_id": id, "user": found.good, "course": found.course, "amount": 99.99, "currency": "USD",
                "method": method, "provider": { "paymentIntentId": "pi_1" }, "status": "completed", "refunds": [],
            },
        );
    }
    found
}

fn adopted() -> Option<(TestDatabase, Server, Bare, Foreign, bool)> {
    let database = server()?;
    let connection = database.connect();
    let bare = Bare::of(&database);
    let documents = mongoose_documents(&bare);
    let text = mongoose_indexes(&bare);
    Some((database, connection, bare, documents, text))
}

#[test]
fn offending_documents_are_listed_before_anything_changes() {
    let Some((_database, server, bare, documents, _)) = adopted() else {
        return;
    };
    let before = server.catalogue().unwrap();
    let status = server.migrations_status().unwrap();
    let found: Vec<(String, String, String)> = status
        .survey
        .offending
        .iter()
        .map(|o| (o.collection.clone(), o.id.clone(), o.field.clone()))
        .collect();
    let clerk = documents.clerk.to_hex();
    for field in ["email", "role", "profile.phone"] {
        assert!(
            found.contains(&("users".into(), clerk.clone(), field.into())),
            "{field}: {found:?}"
        );
    }
    assert!(found.contains(&("courses".into(), documents.course.to_hex(), "level".into())));
    assert!(found.contains(&(
        "payments".into(),
        documents.payment.to_hex(),
        "method".into()
    )));
    // One intent, booked by two payments.
    assert!(
        found
            .iter()
            .any(|(c, _, field)| c == "payments" && field == "provider.paymentIntentId")
    );
    assert_eq!(
        found
            .iter()
            .filter(|(_, id, _)| *id == documents.good.to_hex())
            .count(),
        0
    );
    assert_eq!(status.survey.total, 4);
    let role = status
        .survey
        .offending
        .iter()
        .find(|o| o.field == "role")
        .unwrap();
    assert!(role.problem.contains("clerk"), "{}", role.problem);

    assert_eq!(
        up(&server).unwrap_err(),
        MigrationError::Offending { total: 4 }
    );
    assert_eq!(server.catalogue().unwrap(), before);
    assert_eq!(bare.find("migrations", doc! {}).unwrap(), []);
    assert_eq!(bare.find("migration_lock", doc! {}).unwrap(), []);
}

#[test]
fn people_with_a_time_to_live_are_warned_about_and_the_index_stays() {
    let Some((_database, server, bare, _, _)) = adopted() else {
        return;
    };
    let ttl = |warnings: &[remote::migrations::Warning]| {
        warnings.iter().filter(|w| w.code == "ttl-on-users").count()
    };
    assert_eq!(ttl(&server.migrations_status().unwrap().survey.warnings), 2);
    let report = go_on(&server);
    assert_eq!(ttl(&report.warnings), 2);
    let names = bare.index_names("users");
    assert!(
        names.contains(&"emailVerificationExpires_1".to_owned()),
        "{names:?}"
    );
    let health = server.health();
    assert_eq!(
        health
            .warnings
            .iter()
            .filter(|w| w.code == "ttl-on-users")
            .count(),
        2
    );
}

fn go_on(server: &Server) -> remote::migrations::Report {
    let order = Order {
        go_on: true,
        ..order(Direction::Up, None)
    };
    server.migrate(&order, &mut |_| {}).unwrap()
}

#[test]
fn going_on_keeps_every_document_and_every_index() {
    let Some((_database, server, bare, documents, text)) = adopted() else {
        return;
    };
    let before: Vec<String> = bare.index_names("enrollments");
    let people = bare.find("users", doc! {}).unwrap();
    let report = go_on(&server);

    // Equal indexes are kept under their names and recorded as ours; no twin of them is made.
    let after = bare.index_names("enrollments");
    assert!(before.iter().all(|name| after.contains(name)));
    assert!(
        !after.contains(&"enrollments_by_user_and_course".to_owned()),
        "{after:?}"
    );
    let kept = bare.record(2);
    let kept: Vec<&str> = kept
        .get_array("kept")
        .unwrap()
        .iter()
        .map(|k| k.as_document().unwrap().get_str("name").unwrap())
        .collect();
    for name in ["email_1", "user_1_course_1", "rating.average_-1"] {
        assert!(kept.contains(&name), "{kept:?}");
    }
    assert_eq!(
        kept.contains(&"title_text_description_text_tags_text"),
        text
    );

    // Indexes with other options are named and stay beside ours.
    assert!(
        report
            .warnings
            .iter()
            .any(|w| w.code == "index" && w.message.contains("slug_1"))
    );
    assert!(bare.index_names("courses").contains(&"slug_1".to_owned()));
    assert!(
        bare.index_names("courses")
            .contains(&"courses_by_slug".to_owned())
    );

    // What cannot be done while values occur twice is skipped with its reason, and done later.
    let intent = "index payments.payments_by_intent";
    assert!(
        report
            .skipped
            .iter()
            .any(|s| s.step == intent && s.code == Some(11_000)),
        "{:?}",
        report.skipped
    );
    let payments = bare.db.collection::<Document>("payments");
    let mended =
        doc! { "$set": { "method": "stripe" }, "$unset": { "provider.paymentIntentId": "" } };
    bare.wait(async {
        payments
            .update_one(doc! { "_id": documents.payment }, mended)
            .await
    })
    .unwrap();
    let again = up(&server).unwrap();
    assert!(!again.skipped.iter().any(|s| s.step == intent));
    assert!(
        bare.index_names("payments")
            .contains(&"payments_by_intent".to_owned())
    );

    // Who offended stays as they are and may still be written; new offenders are refused.
    assert_eq!(bare.find("users", doc! {}).unwrap(), people);
    let users = bare.db.collection::<Document>("users");
    let seen = doc! { "$set": { "loginAttempts": 1 } };
    bare.wait(async {
        users
            .update_one(doc! { "_id": documents.clerk }, seen)
            .await
    })
    .unwrap();
    let clerk = doc! { "name": "X", "email": "x@example.org", "role": "clerk" };
    assert_eq!(crate::bare::code(bare.insert("users", clerk)), 121);

    // The way back takes away what we made and nothing else.
    back(&server, 0).unwrap();
    assert_eq!(bare.index_names("enrollments"), before);
    assert_eq!(bare.find("users", doc! {}).unwrap().len(), people.len());
}

#[test]
fn a_validator_of_another_program_is_named_replaced_and_put_back() {
    let Some(database) = server() else { return };
    let server = database.connect();
    let bare = Bare::of(&database);
    let theirs = doc! { "$jsonSchema": { "required": ["name"] } };
    bare.run(doc! { "create": "users", "validator": theirs, "validationAction": "warn" })
        .unwrap();
    let before = server.catalogue().unwrap();
    let report = up(&server).unwrap();
    assert!(
        report
            .warnings
            .iter()
            .any(|w| w.code == "validator" && w.message.contains("users"))
    );
    back(&server, 0).unwrap();
    assert_eq!(
        server
            .catalogue()
            .unwrap()
            .get_document("users")
            .unwrap()
            .get_document("options")
            .unwrap()
            .get("validator"),
        before
            .get_document("users")
            .unwrap()
            .get_document("options")
            .unwrap()
            .get("validator")
    );
}
