//! 0002: every index of the seed schema, mended, and those the program's own queries need.
//!
//! Mended: one text index, known by its name; the short name unique only where there is one; each
//! provider id, receipt and certificate number unique; no time to live on people, only on tokens. What
//! the seed schema has and a longer index makes needless is kept: a Mongoose program makes it again.

use bson::{Document, doc};

use crate::migrations::{
    Migration,
    index::{Index, index},
    step::Step,
};

/// The migration.
pub(crate) fn migration() -> Migration {
    let indexes = indexes();
    Migration {
        number: 2,
        name: "indexes",
        about: "Makes the seed schema's indexes, mended, and those the program's own queries are answered by.",
        down: indexes
            .iter()
            .rev()
            .map(|index| Step::DropIndex {
                collection: index.collection,
                name: index.name,
            })
            .collect(),
        up: indexes.into_iter().map(Step::Index).collect(),
    }
}

/// All of them.
pub(crate) fn indexes() -> Vec<Index> {
    let mut all = people();
    all.extend(catalog());
    all.extend(learning());
    all.extend(money());
    all.extend(trails());
    all.extend(desks());
    all
}

fn people() -> Vec<Index> {
    vec![
        index("users", "users_by_email", doc! { "email": 1 })
            .unique()
            .seed(),
        index("users", "users_by_role", doc! { "role": 1 }).seed(),
        index("users", "users_by_status", doc! { "status": 1 }).seed(),
        index(
            "users",
            "users_by_verification",
            doc! { "emailVerified": 1 },
        )
        .seed(),
        index("users", "users_by_creation", doc! { "createdAt": -1 }).seed(),
        index("users", "users_by_change", by_change()),
        // The clean-up of expired tokens looks for nothing else; hardly anybody has one.
        index(
            "users",
            "users_by_verification_expiry",
            doc! { "emailVerificationExpires": 1 },
        )
        .holding("emailVerificationExpires"),
        index(
            "users",
            "users_by_reset_expiry",
            doc! { "passwordResetExpires": 1 },
        )
        .holding("passwordResetExpires"),
    ]
}

fn catalog() -> Vec<Index> {
    let words = doc! { "title": "text", "description": "text", "tags": "text" };
    vec![
        index("courses", "courses_text", words).seed(),
        index("courses", "courses_by_slug", doc! { "slug": 1 }).unique_text("slug"),
        index(
            "courses",
            "courses_by_category",
            doc! { "category": 1, "level": 1 },
        )
        .seed(),
        index(
            "courses",
            "courses_by_status",
            doc! { "status": 1, "isPublic": 1 },
        )
        .seed(),
        index("courses", "courses_by_instructor", doc! { "instructor": 1 }).seed(),
        index("courses", "courses_by_price", doc! { "price": 1 }).seed(),
        index("courses", "courses_by_creation", doc! { "createdAt": -1 }).seed(),
        index(
            "courses",
            "courses_by_enrollments",
            doc! { "enrollmentCount": -1 },
        )
        .seed(),
        index(
            "courses",
            "courses_by_rating",
            doc! { "rating.average": -1 },
        )
        .seed(),
        index("courses", "courses_by_change", by_change()),
        index(
            "courses",
            "courses_shown",
            doc! { "status": 1, "isPublic": 1, "_id": 1 },
        ),
        index(
            "courses",
            "courses_taught",
            doc! { "instructor": 1, "_id": 1 },
        ),
    ]
}

fn learning() -> Vec<Index> {
    let collection = "enrollments";
    vec![
        index(
            collection,
            "enrollments_by_user_and_course",
            doc! { "user": 1, "course": 1 },
        )
        .unique()
        .seed(),
        index(collection, "enrollments_by_user", doc! { "user": 1 }).seed(),
        index(collection, "enrollments_by_course", doc! { "course": 1 }).seed(),
        index(collection, "enrollments_by_status", doc! { "status": 1 }).seed(),
        index(
            collection,
            "enrollments_by_date",
            doc! { "enrollmentDate": -1 },
        )
        .seed(),
        index(
            collection,
            "enrollments_by_payment",
            doc! { "payment.status": 1 },
        )
        .seed(),
        index(collection, "enrollments_by_change", by_change()),
        index(
            collection,
            "enrollments_of_user",
            doc! { "user": 1, "_id": 1 },
        ),
        index(
            collection,
            "enrollments_of_course",
            doc! { "course": 1, "_id": 1 },
        ),
        index(
            collection,
            "enrollments_by_certificate",
            doc! { "certificateId": 1 },
        )
        .unique_text("certificateId"),
    ]
}

fn money() -> Vec<Index> {
    let payments = "payments";
    let ledger = "payment_ledger";
    vec![
        index(payments, "payments_by_user", doc! { "user": 1 }).seed(),
        index(payments, "payments_by_course", doc! { "course": 1 }).seed(),
        index(payments, "payments_by_status", doc! { "status": 1 }).seed(),
        index(payments, "payments_by_method", doc! { "method": 1 }).seed(),
        index(payments, "payments_by_creation", doc! { "createdAt": -1 }).seed(),
        reference("payments_by_intent", "provider.paymentIntentId"),
        reference("payments_by_charge", "provider.chargeId"),
        reference("payments_by_session", "provider.sessionId"),
        reference("payments_by_transaction", "provider.transactionId"),
        reference(
            "payments_by_merchant_transaction",
            "provider.merchantTransactionId",
        ),
        reference("payments_by_receipt", "receiptNumber"),
        index(payments, "payments_by_enrollment", doc! { "enrollment": 1 }),
        index(payments, "payments_by_change", by_change()),
        index(payments, "payments_of_user", doc! { "user": 1, "_id": 1 }),
        index(
            ledger,
            "ledger_by_series",
            doc! { "device": 1, "number": 1 },
        )
        .unique(),
        index(ledger, "ledger_by_payment", doc! { "payment": 1 }),
        index(
            ledger,
            "ledger_by_booking",
            doc! { "recordedAt": 1, "_id": 1 },
        ),
        index(ledger, "ledger_of_user", doc! { "user": 1, "_id": 1 }),
    ]
}

fn trails() -> Vec<Index> {
    let audit = "audit_events";
    vec![
        index(audit, "audit_by_time", doc! { "at": 1, "_id": 1 }),
        index(audit, "audit_by_subject", doc! { "deed.subjects.id": 1 }),
        index(audit, "audit_of_actor", doc! { "actor.user": 1, "_id": 1 }),
        index("sync_tombstones", "tombstones_by_time", doc! { "at": 1 }),
        index(
            "sync_quarantine",
            "quarantine_by_device",
            doc! { "device": 1, "at": 1 },
        ),
    ]
}

fn desks() -> Vec<Index> {
    let sessions = "sessions";
    let tokens = "auth_tokens";
    vec![
        index("devices", "devices_by_name", doc! { "name": 1 }).unique_text("name"),
        index("devices", "devices_by_change", by_change()),
        index("settings", "settings_by_change", by_change()),
        index("imports", "imports_by_change", by_change()),
        index(sessions, "sessions_by_token", doc! { "tokenHash": 1 }).unique(),
        index(sessions, "sessions_of_user", doc! { "user": 1, "_id": 1 }),
        index(sessions, "sessions_by_expiry", doc! { "expiresAt": 1 }),
        index(sessions, "sessions_by_change", by_change()),
        index(tokens, "tokens_by_hash", doc! { "tokenHash": 1 }).unique(),
        index(tokens, "tokens_of_user", doc! { "user": 1, "_id": 1 }),
        index(tokens, "tokens_by_expiry", doc! { "expiresAt": 1 }).expiring(),
        index(tokens, "tokens_by_change", by_change()),
    ]
}

/// What polls go by.
fn by_change() -> Document {
    doc! { "updatedAt": 1, "_id": 1 }
}

/// A number of a payment that no two may share.
fn reference(name: &'static str, path: &str) -> Index {
    let mut keys = Document::new();
    keys.insert(path, 1);
    index("payments", name, keys).unique_text(path)
}
