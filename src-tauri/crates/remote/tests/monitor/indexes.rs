//! The report on indexes.

use bson::doc;
use remote::monitor::{Finding, Origin};
use testkit::mongod::server;

use crate::bare::{Bare, up};

#[test]
fn each_index_is_ours_foreign_or_missing_with_its_use_and_size() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let bare = Bare::of(&database);
    bare.insert("users", doc! { "name": "Ada", "email": "ada@example.org" })
        .unwrap();
    let foreign = vec![
        doc! { "key": { "nickname": 1 }, "name": "nickname_1" },
        doc! { "key": { "passwordResetExpires": 1 }, "name": "passwordResetExpires_1", "expireAfterSeconds": 3600 },
    ];
    bare.run(doc! { "createIndexes": "users", "indexes": foreign })
        .unwrap();
    bare.run(doc! { "dropIndexes": "payments", "index": "payments_by_receipt" })
        .unwrap();
    for _ in 0..3 {
        bare.find("users", doc! { "email": "ada@example.org" })
            .unwrap();
    }
    let rows = connection.indexes().unwrap();
    let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();

    let email = row("users_by_email");
    assert_eq!((email.origin, email.finding), (Origin::Ours, None));
    assert_eq!(
        (email.keys.as_str(), email.traits.as_slice()),
        ("email ↑", ["unique"].as_slice())
    );
    assert!(email.uses.unwrap() >= 3 && email.since.is_some() && email.bytes.is_some());

    let nickname = row("nickname_1");
    assert_eq!((nickname.origin, nickname.finding), (Origin::Foreign, None));
    let ttl = row("passwordResetExpires_1");
    assert_eq!(
        (ttl.origin, ttl.finding),
        (Origin::Foreign, Some(Finding::TtlOnUsers))
    );
    assert!(ttl.advice.is_some());
    let receipt = row("payments_by_receipt");
    assert_eq!(
        (receipt.origin, receipt.finding),
        (Origin::Missing, Some(Finding::Missing))
    );
    assert_eq!(row("enrollments_by_user").finding, Some(Finding::Redundant));
    assert_eq!(row("enrollments_by_user_and_course").finding, None);
    // Nobody is told to drop what is there since a moment.
    assert!(rows.iter().all(|row| row.finding != Some(Finding::Unused)));
}
