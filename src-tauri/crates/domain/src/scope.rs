//! Whose records a desktop keeps of an institution's server: everything, or what one role has to do
//! with. What that means collection by collection is decided where synchronisation is planned.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Code, Refusal},
    ids::UserId,
};

/// How wide a desktop's copy is, without naming the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Everything: an office.
    Office,
    /// Payments and what they name.
    Finance,
    /// An instructor's courses and their enrollments.
    Instructor,
    /// A student's own.
    Student,
}

impl Reach {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Finance => "finance",
            Self::Instructor => "instructor",
            Self::Student => "student",
        }
    }

    /// Whether somebody who may have this much may have that much: an office may have anything, the
    /// others only their own kind.
    pub const fn allows(self, wanted: Self) -> bool {
        matches!(
            (self, wanted),
            (Self::Office, _)
                | (Self::Finance, Self::Finance)
                | (Self::Instructor, Self::Instructor)
                | (Self::Student, Self::Student)
        )
    }
}

/// Whose records a desktop keeps. As text: `office`, `finance`, `instructor:<id>`, `student:<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// Everything.
    Office,
    /// Payments, the ledger, courses, enrollments, and everyone's name.
    Finance,
    /// This instructor's courses and the enrollments in them.
    Instructor(UserId),
    /// This student's enrollments and payments.
    Student(UserId),
}

impl Scope {
    /// How wide it is.
    pub const fn reach(self) -> Reach {
        match self {
            Self::Office => Reach::Office,
            Self::Finance => Reach::Finance,
            Self::Instructor(_) => Reach::Instructor,
            Self::Student(_) => Reach::Student,
        }
    }

    /// The person it is about, if it is about one.
    pub const fn person(self) -> Option<UserId> {
        match self {
            Self::Office | Self::Finance => None,
            Self::Instructor(person) | Self::Student(person) => Some(person),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reach().as_str())?;
        match self.person() {
            Some(person) => write!(f, ":{person}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Scope {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text.split_once(':') {
            None if text == "office" => Ok(Self::Office),
            None if text == "finance" => Ok(Self::Finance),
            Some(("instructor", person)) => Ok(Self::Instructor(person.parse()?)),
            Some(("student", person)) => Ok(Self::Student(person.parse()?)),
            _ => Err(Refusal::field(
                Code::Invalid,
                "scope",
                "A desktop keeps the records of an office, of finance, of one instructor or of one student.",
            )),
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}
