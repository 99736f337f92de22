//! Documents as a Mongoose program writes them: read without loss, written back as they were. Numbers
//! may change their BSON type (JavaScript has one), never their value; a null where a field is
//! optional may become a missing field, which Mongoose treats alike.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use domain::{
    Currency, Money,
    course::Course,
    enrollment::{EmbeddedPaymentStatus, Enrollment, EnrollmentStatus},
    payment::{Payment, PaymentStatus, RefundStatus},
    settings::Settings,
    user::User,
};
use serde::{Serialize, de::DeserializeOwned};

fn id(n: u8) -> ObjectId {
    ObjectId::from_bytes([n; 12])
}

fn day(n: i64) -> DateTime {
    DateTime::from_millis(1_700_000_000_000 + n * 86_400_000)
}

fn read<T: DeserializeOwned>(document: &Document) -> T {
    bson::deserialize_from_document(document.clone())
        .unwrap_or_else(|e| panic!("{document} cannot be read: {e}"))
}

/// Reads and writes; whatever was there must be there again.
fn round_trip<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
    document: &Document,
) -> T {
    let value: T = read(document);
    let written = bson::serialize_to_document(&value).expect("what was read can be written");
    kept(
        "",
        &Bson::Document(document.clone()),
        Some(&Bson::Document(written.clone())),
    );
    assert_eq!(
        read::<T>(&written),
        value,
        "a second reading gives the same"
    );
    value
}

fn kept(path: &str, before: &Bson, after: Option<&Bson>) {
    let number = |b: &Bson| match b {
        Bson::Int32(n) => Some(f64::from(*n)),
        Bson::Int64(n) => Some(*n as f64),
        Bson::Double(d) => Some(*d),
        _ => None,
    };
    match (before, after) {
        (Bson::Null, _) => {}
        (Bson::Document(a), Some(Bson::Document(b))) => {
            for (key, value) in a {
                kept(&format!("{path}.{key}"), value, b.get(key));
            }
        }
        (Bson::Array(a), Some(Bson::Array(b))) => {
            assert_eq!(a.len(), b.len(), "{path} has another length");
            for (i, value) in a.iter().enumerate() {
                kept(&format!("{path}[{i}]"), value, b.get(i));
            }
        }
        (a, Some(b)) if number(a).is_some() => {
            assert_eq!(number(a), number(b), "{path} changed its value");
        }
        (a, b) => assert_eq!(Some(a), b, "{path} was lost or changed"),
    }
}

fn full_user() -> Document {
    doc! {
        "_id": id(1), "name": "Ada Lovelace", "email": "ada@example.org",
        "password": "$2b$12$abcdefghijklmnopqrstuu", "role": "student", "status": "suspended", "emailVerified": true,
        "emailVerificationToken": "t1", "emailVerificationExpires": day(1),
        "passwordResetToken": "t2", "passwordResetExpires": day(2),
        "profile": {
            "phone": "+44 (20) 1234-5678", "dateOfBirth": DateTime::from_millis(-4_863_542_400_000),
            "gender": "prefer-not-to-say", "bio": "Analyst", "avatar": "https://x/a.png", "website": "https://x",
            "address": { "street": "1 St", "city": "London", "state": "", "country": "UK", "zipCode": "N1", "floor": 3 },
            "socialLinks": { "linkedin": "l", "twitter": "t", "github": "g", "mastodon": "@ada" },
            "pronouns": ["she", "her"],
        },
        "lastLoginAt": day(3), "loginAttempts": 3, "lockUntil": day(4),
        "preferences": { "emailNotifications": false, "smsNotifications": true, "marketingEmails": false,
            "language": "de", "timezone": "Europe/Berlin", "theme": { "dark": true } },
        "createdAt": day(0), "updatedAt": day(5), "__v": 7,
        "loyalty": { "tier": "gold", "points": Bson::Int64(12) },
    }
}

fn full_course() -> Document {
    doc! {
        "_id": id(2), "title": "Rust", "slug": "rust", "description": "d", "fullDescription": "f",
        "category": "Data Science", "subcategory": "s", "level": "Beginner", "tags": ["a", "b"],
        "price": 249, "originalPrice": 299.99, "currency": "GBP",
        "duration": { "weeks": 6, "hours": 40.5, "description": "6 weeks", "pace": "slow" },
        "totalLessons": 2.0,
        "curriculum": [
            { "_id": id(20), "module": "One", "description": "m", "duration": "1h", "colour": "red", "lessons": [
                { "_id": id(21), "title": "L1", "description": "x", "duration": "15:30", "type": "quiz", "isFree": true,
                  "cues": [1, 2] },
                { "title": "without an id", "type": "video", "isFree": false },
            ] },
            { "_id": id(22), "module": "Two", "lessons": [] },
        ],
        "requirements": ["r"], "whatYouWillLearn": ["w"], "targetAudience": ["t"], "instructor": id(9),
        "thumbnail": "t", "previewVideo": "p",
        "materials": [{ "_id": id(23), "type": "document", "title": "M", "url": "u", "fileSize": Bson::Int64(1 << 40),
            "downloadable": true, "licence": "CC" }],
        "status": "under-review", "isPublic": false, "publishedAt": day(1),
        "enrollmentCount": 12, "viewCount": Bson::Int64(5_000_000_000), "rating": { "average": 4.5, "count": 10, "stars": [1, 0, 0, 3, 6] },
        "seo": { "metaTitle": "m", "metaDescription": "d", "keywords": ["k"], "robots": "noindex" },
        "createdAt": day(0), "updatedAt": day(1), "__v": 3, "campaign": id(40),
    }
}

fn full_enrollment() -> Document {
    doc! {
        "_id": id(3), "user": id(1), "course": id(2), "status": "completed", "enrollmentDate": day(0),
        "startDate": day(1), "completionDate": day(30), "expirationDate": day(400),
        "progress": { "percentage": 100, "completedLessons": [
                { "_id": id(30), "lessonId": "abc", "completedAt": day(2), "timeSpent": 61.0, "device": "ios" } ],
            "totalTimeSpent": Bson::Int64(61), "lastAccessedAt": day(29), "currentLesson": "abc", "streak": 4 },
        "assessments": [{ "_id": id(31), "assessmentId": "TMA1", "score": 81.5, "maxScore": 100, "attempts": 2,
            "completedAt": day(3), "passed": true, "rubric": { "a": 1 } }],
        "finalScore": 81.5, "certificateIssued": true, "certificateId": "C-1", "certificateUrl": "u",
        "payment": { "amount": 249, "currency": "GBP", "method": "stripe", "transactionId": "ch_1",
            "paymentIntentId": "pi_1", "status": "completed", "paidAt": day(1), "refundedAt": day(9),
            "refundAmount": 10.5, "gateway": "eu" },
        "accessLevel": "limited", "downloadedMaterials": ["m1"],
        "notes": [{ "_id": id(32), "lessonId": "abc", "content": "n", "timestamp": 12.5, "createdAt": day(2), "pinned": true }],
        "review": { "rating": 5, "comment": "c", "reviewedAt": day(31), "helpful": 3, "lang": "en" },
        "createdAt": day(0), "updatedAt": day(31), "__v": 9, "cohort": "2026-A",
    }
}

fn full_payment() -> Document {
    doc! {
        "_id": id(4), "user": id(1), "course": id(2), "enrollment": id(3), "amount": 249, "currency": "GBP",
        "originalAmount": 299, "discountAmount": 50, "discountCode": "SPRING", "taxAmount": 41.5, "method": "stripe",
        "provider": { "paymentIntentId": "pi_1", "chargeId": "ch_1", "sessionId": "s", "transactionId": "t",
            "merchantTransactionId": "m", "terminal": 7 },
        "status": "partially_refunded", "createdAt": day(0), "paidAt": day(1), "failedAt": day(0), "cancelledAt": day(0),
        "refunds": [
            { "_id": id(41), "amount": 10.5, "reason": "r", "refundId": "re_1", "refundedAt": day(2), "status": "succeeded",
              "arn": "74" },
            { "_id": id(42), "amount": 1, "status": "pending" },
        ],
        "customer": { "name": "Ada", "email": "ada@example.org", "phone": "1",
            "address": { "line1": "1", "line2": "2", "city": "c", "state": "s", "country": "GB", "postalCode": "N1", "geo": [1.5, 2] },
            "vat": "GB1" },
        "receiptUrl": "u", "receiptNumber": "2024-17", "invoiceUrl": "i", "description": "d",
        "metadata": { "userAgent": "a", "ipAddress": "::1", "source": "web", "campaignId": "c", "affiliateId": "f", "ab": "B" },
        "errorDetails": { "code": "e", "message": "m", "timestamp": day(0), "retryable": false },
        "updatedAt": day(2), "__v": 2, "fraudScore": 0.1,
    }
}

#[test]
fn nothing_of_a_full_document_is_lost() {
    round_trip::<User>(&full_user());
    round_trip::<Course>(&full_course());
    round_trip::<Enrollment>(&full_enrollment());
    round_trip::<Payment>(&full_payment());
}

#[test]
fn what_a_new_document_lacks_has_its_default() {
    let user: User = round_trip(&doc! { "_id": id(1), "name": "A", "email": "a@x.org" });
    assert_eq!(user.role.as_str(), "student");
    assert!(
        user.preferences.email_notifications
            && user.preferences.marketing_emails
            && !user.preferences.sms_notifications
    );
    assert_eq!(
        (
            user.preferences.language.as_str(),
            user.preferences.timezone.as_str()
        ),
        ("en", "UTC")
    );

    let course: Course = round_trip(&doc! { "_id": id(2), "title": "T", "instructor": id(9) });
    assert_eq!(
        (course.currency, course.price, course.is_public),
        (Currency::Usd, None, true)
    );

    let enrollment: Enrollment = round_trip(&doc! { "_id": id(3), "user": id(1), "course": id(2) });
    assert_eq!(
        (enrollment.status, enrollment.attempt),
        (EnrollmentStatus::Pending, 1)
    );
    assert_eq!(enrollment.payment.status, EmbeddedPaymentStatus::Pending);

    let payment: Payment = round_trip(
        &doc! { "_id": id(4), "user": id(1), "course": id(2), "amount": 10, "method": "cash" },
    );
    assert_eq!(
        (payment.status, payment.currency, payment.enrollment),
        (PaymentStatus::Pending, Currency::Usd, None)
    );

    let settings: Settings = round_trip(&doc! { "_id": id(5), "institution": "I" });
    assert_eq!(
        (settings.timezone.as_str(), settings.refund_threshold_minor),
        ("UTC", 20_000)
    );
}

/// Every field but those a document cannot do without, as null.
fn nulled(document: &Document, needed: &[&str]) -> Document {
    document
        .iter()
        .map(|(key, value)| {
            let value = if needed.contains(&key.as_str()) {
                value.clone()
            } else {
                Bson::Null
            };
            (key.clone(), value)
        })
        .collect()
}

fn nested_nulls(document: &Document, inside: &[&str]) -> Document {
    document
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Bson::Document(inner) if inside.contains(&key.as_str()) => {
                    Bson::Document(inner.keys().map(|k| (k.clone(), Bson::Null)).collect())
                }
                value => value.clone(),
            };
            (key.clone(), value)
        })
        .collect()
}

#[test]
fn nulls_are_read_as_defaults() {
    let user: User = round_trip(&nulled(&full_user(), &["_id", "name", "email"]));
    assert!(user.password.is_none() && user.preferences.email_notifications);
    let course: Course = round_trip(&nulled(&full_course(), &["_id", "title", "instructor"]));
    assert!(course.is_public && course.curriculum.is_empty());
    let enrollment: Enrollment =
        round_trip(&nulled(&full_enrollment(), &["_id", "user", "course"]));
    assert_eq!(enrollment.attempt, 1);
    let payment: Payment = round_trip(&nulled(
        &full_payment(),
        &["_id", "user", "course", "amount", "method"],
    ));
    assert!(payment.refunds.is_empty());

    round_trip::<User>(&nested_nulls(&full_user(), &["profile", "preferences"]));
    round_trip::<Course>(&nested_nulls(
        &full_course(),
        &["duration", "rating", "seo"],
    ));
    round_trip::<Enrollment>(&nested_nulls(
        &full_enrollment(),
        &["progress", "payment", "review"],
    ));
    round_trip::<Payment>(&nested_nulls(
        &full_payment(),
        &["provider", "customer", "metadata", "errorDetails"],
    ));
}

#[test]
fn arrays_of_sparse_subdocuments_are_read() {
    let mut enrollment = full_enrollment();
    enrollment.insert(
        "assessments",
        vec![Bson::Document(
            doc! { "assessmentId": "A", "score": Bson::Null },
        )],
    );
    enrollment.insert(
        "notes",
        vec![Bson::Document(
            doc! { "content": Bson::Null, "createdAt": Bson::Null },
        )],
    );
    enrollment
        .get_document_mut("progress")
        .expect("it is there")
        .insert(
            "completedLessons",
            vec![Bson::Document(
                doc! { "lessonId": "x", "timeSpent": Bson::Null, "completedAt": Bson::Null },
            )],
        );
    round_trip::<Enrollment>(&enrollment);
    let mut payment = full_payment();
    payment.insert(
        "refunds",
        vec![Bson::Document(
            doc! { "amount": 1, "status": Bson::Null, "reason": Bson::Null },
        )],
    );
    let payment: Payment = round_trip(&payment);
    assert_eq!(payment.refunds[0].status, RefundStatus::Pending);
    let mut course = full_course();
    course.insert(
        "curriculum",
        vec![Bson::Document(doc! { "module": "M", "lessons": [{ "title": Bson::Null, "type": Bson::Null, "isFree": Bson::Null }] })],
    );
    round_trip::<Course>(&course);
}

#[test]
fn progress_and_results_that_name_nothing_are_kept() {
    let mut document = full_enrollment();
    let (named, unnamed, empty) = (
        doc! { "lessonId": "x", "timeSpent": 5 },
        doc! { "_id": id(61), "timeSpent": 7, "device": "ios" },
        doc! { "lessonId": Bson::Null },
    );
    document
        .get_document_mut("progress")
        .expect("it is there")
        .insert("completedLessons", vec![named, unnamed, empty]);
    document.insert(
        "assessments",
        vec![
            doc! { "score": 3, "kind": "poll" },
            doc! { "assessmentId": Bson::Null },
        ],
    );
    let enrollment: Enrollment = round_trip(&document);
    let lessons: Vec<&str> = enrollment
        .progress
        .completed_lessons
        .iter()
        .map(|lesson| lesson.lesson_id.as_str())
        .collect();
    assert_eq!(lessons, ["x", "", ""]);
    assert_eq!(enrollment.assessments[0].assessment_id, "");
    let written = bson::serialize_to_document(&enrollment).expect("it can be written");
    let second = &written.get_array("assessments").unwrap()[0];
    assert!(
        !second.as_document().unwrap().contains_key("assessmentId"),
        "nothing is named that was not"
    );
}

#[test]
fn the_currency_of_a_payment_is_read_in_either_case() {
    for (text, currency) in [
        ("usd", Currency::Usd),
        ("Gbp", Currency::Gbp),
        ("EUR", Currency::Eur),
        ("bdt", Currency::Bdt),
    ] {
        let mut document = full_payment();
        document.insert("currency", text);
        let payment: Payment = read(&document);
        assert_eq!(payment.currency, currency, "{text}");
        assert_eq!(payment.amount().unwrap().currency, currency, "{text}");
    }
    for unknown in [Bson::from("CHF"), Bson::from(""), Bson::from(7)] {
        let mut document = full_payment();
        document.insert("currency", unknown.clone());
        let read = bson::deserialize_from_document::<Payment>(document);
        assert!(read.is_err(), "{unknown} stays unreadable");
    }
    let mut document = full_payment();
    document.insert("currency", "chf");
    let told = bson::deserialize_from_document::<Payment>(document).unwrap_err();
    assert!(told.to_string().contains("chf"), "{told}");
}

#[test]
fn prices_of_every_number_type_are_the_same_money() {
    for price in [
        Bson::Int32(249),
        Bson::Int64(249),
        Bson::Double(249.0),
        "249.00"
            .parse::<bson::Decimal128>()
            .map(Bson::Decimal128)
            .expect("a decimal"),
    ] {
        let mut document = full_payment();
        document.insert("amount", price.clone());
        let payment: Payment = read(&document);
        assert_eq!(
            payment.amount(),
            Ok(Money::new(24_900, Currency::Gbp)),
            "{price:?}"
        );
        let mut document = full_course();
        document.insert("price", price.clone());
        let course: Course = read(&document);
        assert_eq!(
            course.price(),
            Ok(Some(Money::new(24_900, Currency::Gbp))),
            "{price:?}"
        );
    }
}

#[test]
fn our_numbers_are_read_whatever_type_a_program_gave_them() {
    for one in [Bson::Int32(2), Bson::Int64(2), Bson::Double(2.0)] {
        let mut document = full_enrollment();
        document.insert("attempt", one.clone());
        document.insert("sync", doc! { "rev": one.clone(), "op": "018f3f6e-7d1c-7000-8000-000000000001", "device": "A1", "by": id(1) });
        let enrollment: Enrollment = read(&document);
        assert_eq!((enrollment.attempt, enrollment.rev()), (2, 2), "{one:?}");
        let mut document = full_payment();
        document.insert("attempt", one.clone());
        assert_eq!(read::<Payment>(&document).attempt, Some(2), "{one:?}");
        let settings: Settings = read(
            &doc! { "_id": id(5), "institution": "I", "refundThresholdMinor": one.clone(), "idleMinutes": one.clone() },
        );
        assert_eq!(
            (settings.refund_threshold_minor, settings.idle_minutes),
            (2, 2),
            "{one:?}"
        );
    }
}

#[test]
fn our_own_documents_have_the_types_of_the_seed_schema() {
    let payment: Payment = read(&full_payment());
    let document = bson::serialize_to_document(&payment).expect("it can be written");
    assert!(
        matches!(document.get("amount"), Some(Bson::Double(_))),
        "Number is a double"
    );
    assert!(
        matches!(document.get("user"), Some(Bson::ObjectId(_))),
        "references are ObjectIds"
    );
    assert!(
        matches!(document.get("paidAt"), Some(Bson::DateTime(_))),
        "Date is a date"
    );
    let enrollment: Enrollment = read(&full_enrollment());
    let document = bson::serialize_to_document(&enrollment).expect("it can be written");
    let progress = document.get_document("progress").expect("it is there");
    assert!(matches!(progress.get("percentage"), Some(Bson::Double(_))));
    assert!(matches!(
        progress.get("lastAccessedAt"),
        Some(Bson::DateTime(_))
    ));
}

#[test]
fn a_document_that_is_none_is_refused() {
    for broken in [
        doc! {},
        doc! { "_id": id(4), "user": id(1), "course": id(2), "amount": "ten", "method": "cash" },
        doc! { "_id": id(4), "user": id(1), "course": id(2), "amount": 10, "method": "barter" },
        doc! { "_id": id(4), "user": "1", "course": id(2), "amount": 10, "method": "cash" },
        doc! { "_id": id(4), "user": id(1), "course": id(2), "amount": 10, "method": "cash", "status": "paid" },
    ] {
        let read: Result<Payment, _> = bson::deserialize_from_document(broken.clone());
        assert!(read.is_err(), "{broken} was taken for a payment");
    }
}
