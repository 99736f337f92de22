//! Identifiers, one type each, so that a course can never be passed where a person is meant.
//!
//! Identifiers of documents are MongoDB ObjectIds, as in the seed schema. Generating them needs a
//! clock and randomness and is therefore the caller's business.

use std::{fmt, str::FromStr};

use bson::oid::ObjectId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Code, Refusal};

macro_rules! object_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub ObjectId);

        impl $name {
            /// The 24 hexadecimal digits people and URLs see.
            pub fn to_hex(self) -> String {
                self.0.to_hex()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.to_hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.to_hex())
            }
        }

        impl FromStr for $name {
            type Err = Refusal;

            /// Parses 24 hexadecimal digits; anything else is refused with [`Code::Invalid`].
            fn from_str(text: &str) -> Result<Self, Refusal> {
                ObjectId::parse_str(text)
                    .map(Self)
                    .map_err(|_| Refusal::new(Code::Invalid, "This is not a valid identifier."))
            }
        }

        impl From<ObjectId> for $name {
            fn from(id: ObjectId) -> Self {
                Self(id)
            }
        }

        impl From<$name> for ObjectId {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<$name> for bson::Bson {
            fn from(id: $name) -> Self {
                bson::Bson::ObjectId(id.0)
            }
        }
    )*};
}

object_ids! {
    /// A person: student, instructor, finance officer or administrator.
    UserId,
    /// A course of the catalog.
    CourseId,
    /// A module of a curriculum (a Mongoose subdocument id).
    ModuleId,
    /// A lesson of a curriculum (a Mongoose subdocument id).
    LessonId,
    /// One student's enrollment in one course.
    EnrollmentId,
    /// One payment, tried or made.
    PaymentId,
}

/// The idempotency key of a change set: a UUIDv7, kept across every retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpId(pub Uuid);

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for OpId {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Uuid::parse_str(text)
            .map(Self)
            .map_err(|_| Refusal::new(Code::Invalid, "This is not a valid operation number."))
    }
}

/// The short name of a desktop, unique in its institution: upper-case letters and digits, 1 to 12 of
/// them. It stands in every receipt number (`R-<device>-000123`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceId(String);

impl DeviceId {
    /// Checks the form; refuses anything but 1 to 12 upper-case ASCII letters and digits.
    pub fn new(text: impl Into<String>) -> Result<Self, Refusal> {
        let text = text.into();
        let ok = (1..=12).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if ok {
            Ok(Self(text))
        } else {
            Err(Refusal::field(
                Code::Invalid,
                "device",
                "A device name is 1 to 12 upper-case letters and digits.",
            ))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DeviceId {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::new(text)
    }
}

impl From<DeviceId> for String {
    fn from(id: DeviceId) -> Self {
        id.0
    }
}
