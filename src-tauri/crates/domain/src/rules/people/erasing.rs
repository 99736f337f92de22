//! Erasing a person: names, contacts, secrets, notes and what they wrote are taken out of their account,
//! enrollments and payments; dates, states, marks and money stay, so that statistics and the ledger do.
//!
//! The account itself stays, nameless and closed, because what was paid and learned refers to it. The
//! trails lose their words when the deed is written or received (`audit::ERASED`); what waited elsewhere
//! meanwhile loses them in `unsaid`.

mod unsaid;

pub use self::unsaid::{people_of, unsaid};

use bson::{Bson, Document, doc, oid::ObjectId};

use crate::{
    audit::{Deed, ERASED},
    change::{ChangeSet, Collection, Guard, Offline, Patch, get_at},
    error::{Code, Refusal},
    ledger::LedgerEntry,
    payment::{Payment, PaymentStatus, RefundStatus},
    rules::{Stamp, people::reason},
    user::User,
};

/// The name of everybody who was erased.
pub const NAMELESS: &str = "Erased person";

/// The address an erased account has: unique, and deliverable nowhere (RFC 2606, `.invalid`).
pub fn address(user: &User) -> String {
    address_of(user.id.0)
}

fn address_of(person: ObjectId) -> String {
    format!("erased-{}@erased.invalid", person.to_hex())
}

/// Whether this is the account of somebody who was erased.
pub fn is_erased(account: &Document) -> bool {
    let Ok(id) = account.get_object_id("_id") else {
        return false;
    };
    account
        .get_str("email")
        .is_ok_and(|email| email == address_of(id))
}

/// The same of an account as the rules read it.
pub fn was_erased(user: &User) -> bool {
    user.email == address(user)
}

/// Refuses what would write about somebody who was erased: that their account is nobody's is what vouches for
/// the words that are gone from the trail.
pub fn not_erased(user: &User) -> Result<(), Refusal> {
    if was_erased(user) {
        return Err(Refusal::new(
            Code::WrongState,
            "This person was erased. The account stays closed and nameless.",
        ));
    }
    Ok(())
}

/// Everything there is of a person.
#[derive(Clone, Debug)]
pub struct Holdings<'a> {
    /// The account.
    pub user: &'a User,
    /// The account as it is stored.
    pub account: &'a Document,
    /// Enrollments as they are stored.
    pub enrollments: &'a [Document],
    /// Payments as they are stored.
    pub payments: &'a [Document],
    /// Sessions.
    pub sessions: &'a [ObjectId],
    /// Rows of the ledger about them.
    pub ledger: &'a [LedgerEntry],
    /// Published courses they teach, by title.
    pub teaches: &'a [String],
    /// Changes about them wait for the server, or for a person to settle them.
    pub waits: bool,
    /// Active administrators beside this person.
    pub other_admins: i64,
}

/// Top-level fields of an account that stay.
const ACCOUNT: [&str; 8] = [
    "_id",
    "role",
    "createdAt",
    "updatedAt",
    "__v",
    "sync",
    "name",
    "email",
];
/// Top-level fields of enrollments and payments that hold nothing but words about the person.
const WORDS: [&str; 10] = [
    "notes",
    "endReason",
    "downloadedMaterials",
    "certificateUrl",
    "cancelReason",
    "customer",
    "receiptUrl",
    "invoiceUrl",
    "discountCode",
    "metadata",
];
/// Fields anywhere below them that do.
const BELOW: [&str; 15] = [
    "notes",
    "note",
    "comment",
    "content",
    "reason",
    "endReason",
    "cancelReason",
    "denial",
    "denialReason",
    "message",
    "feedback",
    "name",
    "email",
    "phone",
    "address",
];

/// Decides the erasure. `typed` is the person's name as the administrator typed it to confirm.
pub fn erase(
    stamp: &Stamp,
    of: &Holdings<'_>,
    typed: &str,
    why: &str,
) -> Result<ChangeSet, Refusal> {
    let user = of.user;
    allowed(stamp, of)?;
    if typed.trim() != user.name {
        return Err(Refusal::field(
            Code::Invalid,
            "name",
            "This is not the person's name. Type it as it stands on their page.",
        ));
    }
    let why = reason(Some(why), true)?.unwrap_or_default();
    let folded = why.to_lowercase();
    if folded.contains(&user.name.to_lowercase()) || folded.contains(&user.email.to_lowercase()) {
        return Err(Refusal::field(
            Code::Invalid,
            "reason",
            "The reason stays when the person is erased: leave their name and address out of it.",
        ));
    }
    let vouchers: Vec<Bson> = of
        .ledger
        .iter()
        .filter(|row| row.note.is_some())
        .map(|row| Bson::from(row.clone().without_words().voucher()))
        .collect();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let deed = Deed::new(ERASED, Collection::Users, user.id)
        .with("reason", why)
        .with("enrollments", count(of.enrollments.len()))
        .with("payments", count(of.payments.len()))
        .with("ledger", vouchers);
    let mut patch = Patch::new()
        .put("name", NAMELESS)
        .put("email", address(user))
        .put("status", "inactive")
        .put("emailVerified", false)
        .put("tokenVersion", user.token_version.saturating_add(1));
    for field in of.account.keys() {
        let stays = ACCOUNT.contains(&field.as_str());
        if !stays && !patch.set.contains_key(field) {
            patch = patch.unset(field);
        }
    }
    let mut set = stamp
        .change_set(deed, Offline::OnlineOnly)
        .guard(Guard::OtherAdmin { except: user.id })
        .patch(Collection::Users, user.id, patch)
        .at_revision(Collection::Users, user.id, user.rev());
    for (collection, documents) in [
        (Collection::Enrollments, of.enrollments),
        (Collection::Payments, of.payments),
    ] {
        for document in documents {
            let Ok(id) = document.get_object_id("_id") else {
                continue;
            };
            let patch = wordless(document);
            if !patch.is_empty() {
                set = set.patch(collection, id, patch).at_revision(
                    collection,
                    id,
                    revision(document),
                );
            }
        }
    }
    for session in of.sessions {
        set = set.delete(Collection::Sessions, *session);
    }
    Ok(set)
}

fn revision(document: &Document) -> i64 {
    match get_at(document, "sync.rev") {
        Some(Bson::Int64(rev)) => *rev,
        Some(Bson::Int32(rev)) => i64::from(*rev),
        _ => 0,
    }
}

/// Refuses while something stands against it, and says the way on.
fn allowed(stamp: &Stamp, of: &Holdings<'_>) -> Result<(), Refusal> {
    let wrong = |message: String| Err(Refusal::new(Code::WrongState, message));
    if stamp.actor.is(of.user.id) {
        return wrong("Nobody erases themself. Ask another administrator to do it.".to_owned());
    }
    if of.other_admins == 0 {
        return Err(crate::missed::last_admin());
    }
    if of.waits {
        return wrong(
            "Changes about this person wait in the sync centre. Send or settle them first."
                .to_owned(),
        );
    }
    if !of.teaches.is_empty() {
        return wrong(format!(
            "This person teaches “{}”. Give their published courses to somebody else first.",
            of.teaches.join("”, “")
        ));
    }
    for document in of.payments {
        let payment: Payment =
            bson::deserialize_from_document(document.clone()).map_err(|error| {
                Refusal::new(Code::Invalid, format!("A payment cannot be read: {error}"))
            })?;
        if matches!(
            payment.status,
            PaymentStatus::Pending | PaymentStatus::Processing
        ) {
            return wrong(
                "A payment of this person is open. Record it or cancel it first.".to_owned(),
            );
        }
        if payment
            .refunds
            .iter()
            .any(|refund| matches!(refund.status, RefundStatus::Pending))
        {
            return wrong(
                "A refund of this person waits for a decision. Decide it first.".to_owned(),
            );
        }
    }
    Ok(())
}

/// What takes the words out of an enrollment or a payment.
fn wordless(document: &Document) -> Patch {
    let mut patch = Patch::new();
    for (field, value) in document {
        if WORDS.contains(&field.as_str()) {
            patch = match value {
                Bson::Array(values) if values.is_empty() => patch,
                Bson::Array(_) => patch.put(field, Bson::Array(Vec::new())),
                Bson::Document(inner) if field == "metadata" => {
                    let source = inner.get("source").cloned();
                    let left =
                        source.map_or_else(Document::new, |source| doc! { "source": source });
                    patch.put(field, left)
                }
                _ => patch.unset(field),
            };
            continue;
        }
        let left = below(value);
        if left != *value {
            patch = patch.put(field, left);
        }
    }
    patch
}

fn below(value: &Bson) -> Bson {
    match value {
        Bson::Document(inner) => Bson::Document(
            inner
                .iter()
                .filter(|(name, _)| !BELOW.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), below(value)))
                .collect(),
        ),
        Bson::Array(values) => Bson::Array(values.iter().map(below).collect()),
        other => other.clone(),
    }
}
