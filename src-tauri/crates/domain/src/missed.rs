//! What both authorities say when something a change set relied on is no longer so, or when a record
//! must stay: the same words whichever decides.

use crate::{
    change::Collection,
    error::{Code, Refusal},
    money::{Currency, Money},
};

/// A record the change set names is not there.
pub fn gone(collection: Collection) -> Refusal {
    Refusal::not_found(match collection {
        Collection::Users => "The person",
        Collection::Courses => "The course",
        Collection::Enrollments => "The enrollment",
        Collection::Payments => "The payment",
        Collection::Devices => "The device",
        Collection::Settings => "The institution's settings",
        Collection::Imports => "The import",
        Collection::Sessions => "The session",
        Collection::AuthTokens => "The code",
    })
}

/// Nobody else could let people in again.
pub fn last_admin() -> Refusal {
    Refusal::new(
        Code::LastAdmin,
        "The last active administrator must stay one. Make somebody else administrator first.",
    )
}

/// The record has moved on.
pub fn stale() -> Refusal {
    Refusal::new(
        Code::Stale,
        "Somebody else changed this in the meantime. Look at it again before you change it.",
    )
}

/// This field of the record has moved on.
pub fn stale_at(path: &str) -> Refusal {
    Refusal {
        field: Some(path.to_owned()),
        ..stale()
    }
}

/// The device's ledger series has moved on.
pub fn series_moved() -> Refusal {
    Refusal::new(
        Code::Stale,
        "Another booking was made on this device in the meantime. Try again.",
    )
}

/// A value which may occur only once is there already.
pub fn taken(collection: Collection, field: &str) -> Refusal {
    let sentence = match (collection, field) {
        (Collection::Users, "email") => "Another person already has this e-mail address.",
        (Collection::Courses, "slug") => "Another course already has this short name.",
        (Collection::Enrollments, "course") => "This person is already enrolled in this course.",
        (Collection::Enrollments, "certificateId") => {
            "Another certificate already has this number."
        }
        (Collection::Payments, "receiptNumber") => "This receipt number was already given out.",
        (Collection::Payments, path) if path.starts_with("provider.") => {
            "Another payment already has this reference of the provider."
        }
        (_, "_id") => "A record with this identifier is already there.",
        _ => "Something else already has this value.",
    };
    Refusal::field(Code::Taken, field, sentence)
}

/// More would be given back than came in; `left` in minor units.
pub fn too_much(left: i64, currency: Currency) -> Refusal {
    Refusal::field(
        Code::Amount,
        "amount",
        if left > 0 {
            format!(
                "Only {} of this payment can still be refunded.",
                Money::new(left, currency)
            )
        } else {
            "Nothing of this payment is left to refund.".to_owned()
        },
    )
}

/// Why a record may never be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A person with enrollments or payments.
    PersonOnRecord,
    /// A person who teaches.
    Teacher,
    /// A course with enrollments or payments.
    CourseOnRecord,
    /// An enrollment with payments.
    EnrollmentOnRecord,
    /// Any payment.
    Payment,
    /// The institution's settings.
    Settings,
}

/// The record must stay.
pub fn kept(why: Kept) -> Refusal {
    Refusal::new(
        Code::WrongState,
        match why {
            Kept::PersonOnRecord => {
                "This person has enrollments or payments and must stay on record."
            }
            Kept::Teacher => {
                "This person teaches a course. Give the course to somebody else first."
            }
            Kept::CourseOnRecord => {
                "This course has enrollments and must stay on record. Archive it instead."
            }
            Kept::EnrollmentOnRecord => {
                "This enrollment has payments and must stay on record. Cancel it instead."
            }
            Kept::Payment => "A payment is never deleted. Cancel or refund it instead.",
            Kept::Settings => "The institution's settings cannot be deleted.",
        },
    )
}
