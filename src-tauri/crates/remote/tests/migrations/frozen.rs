//! Migrations are frozen once released, and what they wrote out agrees with the domain of today.

use std::collections::BTreeSet;

use bson::{Bson, Document};
use domain::{
    Currency, Role,
    course::{Category, CourseStatus, Level},
    enrollment::EnrollmentStatus,
    ledger::Method,
    payment::PaymentStatus,
    user::UserStatus,
};
use testkit::mongod::server;

use crate::bare::{Bare, up};

/// When this test fails, a released migration was changed: write a new one instead.
#[test]
fn checksums_are_those_of_the_released_migrations() {
    let Some(database) = server() else { return };
    up(&database.connect()).unwrap();
    let bare = Bare::of(&database);
    let sums: Vec<String> = (1..=5)
        .map(|n| bare.record(n).get_str("checksum").unwrap()[..16].to_owned())
        .collect();
    assert_eq!(
        sums,
        [
            "0dc93daeda403951",
            "727713c91c5ada60",
            "7778e4499f0483b1",
            "d892542ec99d14c9",
            "caa2f96bf91820f5"
        ]
    );
}

fn field<'a>(catalogue: &'a Document, collection: &str, path: &[&str]) -> &'a Document {
    let mut schema = catalogue
        .get_document(collection)
        .and_then(|c| c.get_document("options"))
        .and_then(|o| o.get_document("validator"))
        .and_then(|v| v.get_document("$jsonSchema"))
        .unwrap();
    for field in path {
        schema = schema
            .get_document("properties")
            .unwrap()
            .get_document(field)
            .unwrap();
    }
    schema
}

fn words(catalogue: &Document, collection: &str, path: &[&str]) -> BTreeSet<String> {
    field(catalogue, collection, path)
        .get_array("enum")
        .unwrap()
        .iter()
        .filter_map(Bson::as_str)
        .map(str::to_owned)
        .collect()
}

fn all<T: Copy>(of: &[T], word: fn(T) -> &'static str) -> BTreeSet<String> {
    of.iter().map(|one| word(*one).to_owned()).collect()
}

/// When this test fails, the domain has a word the validators refuse: write a migration that sets them.
#[test]
fn validators_know_every_word_of_the_domain() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let has = connection.catalogue().unwrap();
    assert_eq!(
        words(&has, "users", &["role"]),
        all(&Role::ALL, Role::as_str)
    );
    assert_eq!(
        words(&has, "users", &["status"]),
        all(&UserStatus::ALL, UserStatus::as_str)
    );
    assert_eq!(
        words(&has, "courses", &["status"]),
        all(&CourseStatus::ALL, CourseStatus::as_str)
    );
    assert_eq!(
        words(&has, "courses", &["category"]),
        all(&Category::ALL, Category::as_str)
    );
    assert_eq!(
        words(&has, "courses", &["level"]),
        all(&Level::ALL, Level::as_str)
    );
    assert_eq!(
        words(&has, "courses", &["currency"]),
        all(&Currency::ALL, Currency::code)
    );
    assert_eq!(
        words(&has, "enrollments", &["status"]),
        all(&EnrollmentStatus::ALL, EnrollmentStatus::as_str)
    );
    assert_eq!(
        words(&has, "payments", &["status"]),
        all(&PaymentStatus::ALL, PaymentStatus::as_str)
    );
    assert_eq!(
        words(&has, "payments", &["method"]),
        all(&Method::ALL, Method::as_str)
    );
    assert_eq!(
        words(&has, "payment_ledger", &["currency"]),
        all(&Currency::ALL, Currency::code)
    );
    assert_eq!(
        words(&has, "audit_events", &["actor", "role"]),
        all(&Role::ALL, Role::as_str)
    );
}

/// When this test fails, the domain lets through texts the validators refuse.
#[test]
fn validators_allow_texts_as_long_as_the_domain_does() {
    use domain::rules::{accounts::INSTITUTION_MAX, people};
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let has = connection.catalogue().unwrap();
    let longest =
        |collection: &str, path: &[&str]| match field(&has, collection, path).get("maxLength") {
            Some(Bson::Int64(n)) => usize::try_from(*n).unwrap(),
            Some(Bson::Int32(n)) => usize::try_from(*n).unwrap(),
            other => panic!("{other:?}"),
        };
    for (path, most) in [
        (vec!["name"], people::NAME_MAX),
        (vec!["email"], people::EMAIL_MAX),
        (vec!["profile", "bio"], people::BIO_MAX),
        (vec!["profile", "phone"], people::PHONE_MAX),
        (vec!["profile", "website"], people::URL_MAX),
        (vec!["profile", "address", "street"], people::ADDRESS_MAX),
    ] {
        assert_eq!(longest("users", &path), most, "{path:?}");
    }
    assert_eq!(longest("settings", &["institution"]), INSTITUTION_MAX);
    // The seed schema's, which the rules of publishing have too.
    assert_eq!(longest("courses", &["title"]), 200);
    assert_eq!(longest("courses", &["description"]), 500);
    assert_eq!(longest("courses", &["fullDescription"]), 5_000);
}
