//! 0001: every collection, each with a validator of the shape its documents have.
//!
//! The words and lengths are written out, not taken from the domain: a migration never changes once it
//! has been applied somewhere. A test compares them with the domain; when they part, a new migration
//! sets new validators. Limits are the seed schema's where it has them, and the domain's own.

use crate::migrations::{
    Migration,
    shape::{
        Field, Form, Shape, between, form, line, list, may, must, number, parts, positive, text,
        upto,
    },
    step::Step,
};

/// The migration.
pub(crate) fn migration() -> Migration {
    let shapes = shapes();
    Migration {
        number: 1,
        name: "collections",
        about: "Makes every collection, with a validator that refuses documents the program could not read.",
        down: shapes
            .iter()
            .rev()
            .map(|(name, _)| Step::ReleaseCollection { name })
            .collect(),
        up: shapes
            .into_iter()
            .map(|(name, shape)| Step::Collection { name, shape })
            .collect(),
    }
}

/// Each collection with the shape of its documents.
pub(crate) fn shapes() -> Vec<(&'static str, Shape)> {
    vec![
        ("settings", settings()),
        ("devices", stamped([may("name", form(Form::Device, None))])),
        ("users", users()),
        ("courses", courses()),
        ("enrollments", enrollments()),
        ("payments", payments()),
        ("payment_ledger", ledger()),
        ("audit_events", audit()),
        ("imports", imports()),
        ("sessions", sessions()),
        ("auth_tokens", auth_tokens()),
        (
            "sync_ops",
            parts([
                must("_id", text()),
                may("at", Shape::Moment),
                may("device", text()),
            ]),
        ),
        (
            "sync_tombstones",
            parts([must("_id", parts([])), must("at", Shape::Moment)]),
        ),
        (
            "sync_quarantine",
            parts([
                must("_id", text()),
                must("device", text()),
                must("at", Shape::Moment),
            ]),
        ),
        ("sync_locks", parts([])),
    ]
}

const CURRENCIES: &[&str] = &["USD", "EUR", "GBP", "BDT"];
const METHODS: &[&str] = &["stripe", "sslcommerz", "cash"];
const ROLES: &[&str] = &["student", "admin", "instructor", "finance"];

/// Fields of every document: Mongoose's timestamps, and the stamp of whoever of us wrote last.
fn stamped(fields: impl IntoIterator<Item = Field>) -> Shape {
    let stamp = parts([
        must("rev", number()),
        must("op", text()),
        must("device", text()),
        may("by", Shape::Id),
    ]);
    parts(fields.into_iter().chain([
        must("_id", Shape::Id),
        may("createdAt", Shape::Moment),
        may("updatedAt", Shape::Moment),
        may("sync", stamp),
    ]))
}

fn settings() -> Shape {
    stamped([
        must("institution", line(120)),
        may("timezone", line(100)),
        may("currency", Shape::Word(CURRENCIES)),
        may("refundThresholdMinor", positive()),
        may("idleMinutes", positive()),
        may("keepBcrypt", Shape::Flag),
        may("sample", Shape::Flag),
    ])
}

fn users() -> Shape {
    let address = ["street", "city", "state", "country", "zipCode"];
    let links = ["linkedin", "twitter", "github"];
    stamped([
        must("name", line(100)),
        must("email", form(Form::Email, Some(254))),
        may("password", text()),
        may("role", Shape::Word(ROLES)),
        may("status", Shape::Word(&["active", "inactive", "suspended"])),
        may("emailVerified", Shape::Flag),
        may("emailVerificationToken", text()),
        may("emailVerificationExpires", Shape::Moment),
        may("passwordResetToken", text()),
        may("passwordResetExpires", Shape::Moment),
        may(
            "profile",
            parts([
                may("phone", form(Form::Phone, Some(40))),
                may("dateOfBirth", Shape::Moment),
                may(
                    "gender",
                    Shape::Word(&["male", "female", "other", "prefer-not-to-say"]),
                ),
                may("address", parts(address.map(|name| may(name, upto(200))))),
                may("bio", upto(500)),
                may("avatar", upto(2_048)),
                may("website", upto(2_048)),
                may(
                    "socialLinks",
                    parts(links.map(|name| may(name, upto(2_048)))),
                ),
            ]),
        ),
        may("lastLoginAt", Shape::Moment),
        may("loginAttempts", positive()),
        may("lockUntil", Shape::Moment),
        may("lockCount", positive()),
        may("tokenVersion", number()),
        may(
            "preferences",
            parts([
                may("emailNotifications", Shape::Flag),
                may("smsNotifications", Shape::Flag),
                may("marketingEmails", Shape::Flag),
                may("language", upto(35)),
                may("timezone", upto(100)),
            ]),
        ),
    ])
}

fn courses() -> Shape {
    let lesson = parts([
        may("title", text()),
        may("description", text()),
        may("duration", text()),
        may(
            "type",
            Shape::Word(&["video", "text", "quiz", "assignment"]),
        ),
        may("isFree", Shape::Flag),
    ]);
    let module = parts([
        must("module", text()),
        may("description", text()),
        may("duration", text()),
        may("lessons", list(lesson)),
    ]);
    let material = parts([
        must(
            "type",
            Shape::Word(&["video", "document", "code", "quiz", "assignment"]),
        ),
        may("title", text()),
        may("description", text()),
        may("url", text()),
        may("duration", text()),
        may("fileSize", number()),
        may("downloadable", Shape::Flag),
    ]);
    let assessment = parts([
        must("assessmentId", text()),
        must("title", text()),
        may("weight", number()),
        may("maxScore", number()),
        may("passScore", number()),
        may("required", Shape::Flag),
    ]);
    stamped([
        must("title", line(200)),
        may("slug", form(Form::Slug, None)),
        may("description", upto(500)),
        may("fullDescription", upto(5_000)),
        may(
            "category",
            Shape::Word(&[
                "Programming",
                "Design",
                "Business",
                "Marketing",
                "Data Science",
                "Other",
            ]),
        ),
        may("subcategory", text()),
        may(
            "level",
            Shape::Word(&["Beginner", "Intermediate", "Advanced"]),
        ),
        may("tags", list(text())),
        may("price", positive()),
        may("originalPrice", number()),
        may("currency", Shape::Word(CURRENCIES)),
        may(
            "duration",
            parts([
                may("weeks", number()),
                may("hours", number()),
                may("description", text()),
            ]),
        ),
        may("totalLessons", number()),
        may("curriculum", list(module)),
        may("assessments", list(assessment)),
        may("requirements", list(text())),
        may("whatYouWillLearn", list(text())),
        may("targetAudience", list(text())),
        must("instructor", Shape::Id),
        may("thumbnail", text()),
        may("previewVideo", text()),
        may("materials", list(material)),
        may(
            "status",
            Shape::Word(&["draft", "published", "archived", "under-review"]),
        ),
        may("isPublic", Shape::Flag),
        may("publishedAt", Shape::Moment),
        // Counters are changed by increments that may meet in any order: no lower bound.
        may("enrollmentCount", number()),
        may("viewCount", number()),
        may(
            "rating",
            parts([may("average", between(0, 5)), may("count", number())]),
        ),
        may(
            "seo",
            parts([
                may("metaTitle", text()),
                may("metaDescription", text()),
                may("keywords", list(text())),
            ]),
        ),
    ])
}

fn enrollments() -> Shape {
    let lesson = parts([
        must("lessonId", text()),
        may("completedAt", Shape::Moment),
        may("timeSpent", number()),
    ]);
    let result = parts([
        must("assessmentId", text()),
        may("score", number()),
        may("maxScore", number()),
        may("attempts", number()),
        may("completedAt", Shape::Moment),
        may("passed", Shape::Flag),
    ]);
    let note = parts([
        may("lessonId", text()),
        may("content", text()),
        may("timestamp", number()),
        may("createdAt", Shape::Moment),
    ]);
    stamped([
        must("user", Shape::Id),
        must("course", Shape::Id),
        may(
            "status",
            Shape::Word(&["pending", "active", "completed", "cancelled", "refunded"]),
        ),
        may("enrollmentDate", Shape::Moment),
        may("startDate", Shape::Moment),
        may("completionDate", Shape::Moment),
        may("expirationDate", Shape::Moment),
        may(
            "progress",
            parts([
                may("percentage", between(0, 100)),
                may("completedLessons", list(lesson)),
                may("totalTimeSpent", number()),
                may("lastAccessedAt", Shape::Moment),
                may("currentLesson", text()),
            ]),
        ),
        may("assessments", list(result)),
        may("finalScore", number()),
        may("certificateIssued", Shape::Flag),
        may("certificateId", text()),
        may("certificateUrl", text()),
        may(
            "payment",
            parts([
                may("amount", number()),
                may("currency", text()),
                may("method", text()),
                may("transactionId", text()),
                may("paymentIntentId", text()),
                may(
                    "status",
                    Shape::Word(&["pending", "completed", "failed", "refunded"]),
                ),
                may("paidAt", Shape::Moment),
                may("refundedAt", Shape::Moment),
                may("refundAmount", number()),
            ]),
        ),
        may("accessLevel", Shape::Word(&["full", "preview", "limited"])),
        may("downloadedMaterials", list(text())),
        may("notes", list(note)),
        may(
            "review",
            parts([
                may("rating", between(1, 5)),
                may("comment", text()),
                may("reviewedAt", Shape::Moment),
                may("helpful", number()),
            ]),
        ),
        may("attempt", number()),
    ])
}

fn payments() -> Shape {
    let provider = [
        "paymentIntentId",
        "chargeId",
        "sessionId",
        "transactionId",
        "merchantTransactionId",
    ];
    let address = ["line1", "line2", "city", "state", "country", "postalCode"];
    let metadata = [
        "userAgent",
        "ipAddress",
        "source",
        "campaignId",
        "affiliateId",
    ];
    let refund = parts([
        must("amount", number()),
        may("reason", text()),
        may("refundId", text()),
        may("refundedAt", Shape::Moment),
        may("status", Shape::Word(&["pending", "succeeded", "failed"])),
    ]);
    let customer = ["name", "email", "phone"].map(|name| may(name, text()));
    let customer = customer
        .into_iter()
        .chain([may("address", parts(address.map(|name| may(name, text()))))]);
    stamped([
        must("user", Shape::Id),
        must("course", Shape::Id),
        may("enrollment", Shape::Id),
        must("amount", positive()),
        must("currency", Shape::Word(CURRENCIES)),
        may("originalAmount", number()),
        may("discountAmount", number()),
        may("discountCode", text()),
        may("taxAmount", number()),
        must("method", Shape::Word(METHODS)),
        may("provider", parts(provider.map(|name| may(name, text())))),
        may(
            "status",
            Shape::Word(&[
                "pending",
                "processing",
                "completed",
                "failed",
                "cancelled",
                "refunded",
                "partially_refunded",
            ]),
        ),
        may("paidAt", Shape::Moment),
        may("failedAt", Shape::Moment),
        may("cancelledAt", Shape::Moment),
        may("refunds", list(refund)),
        may("customer", parts(customer)),
        may("receiptUrl", text()),
        may("receiptNumber", text()),
        may("invoiceUrl", text()),
        may("description", text()),
        may("metadata", parts(metadata.map(|name| may(name, text())))),
        may("attempt", number()),
    ])
}

fn ledger() -> Shape {
    parts([
        must("_id", text()),
        must("payment", Shape::Id),
        must("enrollment", Shape::Id),
        must("user", Shape::Id),
        must("course", Shape::Id),
        must(
            "kind",
            Shape::Word(&["charge", "refund", "void", "adjustment"]),
        ),
        must("amountMinor", Shape::Whole { min: None }),
        must("currency", Shape::Word(CURRENCIES)),
        must("method", Shape::Word(METHODS)),
        may("providerRef", text()),
        must("occurredAt", Shape::Moment),
        must("recordedAt", Shape::Moment),
        may("recordedBy", Shape::Id),
        must("device", form(Form::Device, None)),
        may("note", text()),
        must("number", Shape::Whole { min: Some(1) }),
        must("prev", form(Form::Digest, None)),
        must("hash", form(Form::Digest, None)),
    ])
}

fn audit() -> Shape {
    let subject = parts([must("collection", text()), must("id", Shape::Id)]);
    parts([
        must("_id", text()),
        must("at", Shape::Moment),
        must(
            "actor",
            parts([
                may("user", Shape::Id),
                must("name", text()),
                must("role", Shape::Word(ROLES)),
                must("device", form(Form::Device, None)),
            ]),
        ),
        must(
            "deed",
            parts([must("verb", text()), must("subjects", list(subject))]),
        ),
    ])
}

fn imports() -> Shape {
    stamped([
        must("kind", text()),
        must("file", text()),
        must("at", Shape::Moment),
        may("by", Shape::Id),
        may("rows", number()),
        may("undoneAt", Shape::Moment),
    ])
}

fn sessions() -> Shape {
    stamped([
        must("user", Shape::Id),
        must("tokenHash", form(Form::Digest, None)),
        must("lastUsedAt", Shape::Moment),
        must("expiresAt", Shape::Moment),
        must("device", form(Form::Device, None)),
        may("revokedAt", Shape::Moment),
    ])
}

fn auth_tokens() -> Shape {
    stamped([
        must("user", Shape::Id),
        must("kind", text()),
        must("tokenHash", form(Form::Digest, None)),
        must("expiresAt", Shape::Moment),
        may("usedAt", Shape::Moment),
    ])
}
