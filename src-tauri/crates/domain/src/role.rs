//! Roles, and who may do what: the table of `docs/domain.md` as data.
//!
//! A permission says which *kind* of act a role may do; whether a particular course or payment is
//! one's own is asked where the document is known.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Code, Refusal},
    ids::{DeviceId, UserId},
};

/// What a person is in the institution. `finance` is ours; the other three are the seed schema's.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Role {
    /// Learns and pays.
    #[default]
    Student,
    /// Writes courses and grades.
    Instructor,
    /// Reviews and books payments.
    Finance,
    /// Runs the institution.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Student, Self::Instructor, Self::Finance, Self::Admin];

    /// The word stored in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Instructor => "instructor",
            Self::Finance => "finance",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|r| r.as_str() == text.trim().to_lowercase())
            .ok_or_else(|| {
                Refusal::field(
                    Code::Invalid,
                    "role",
                    "The role is one of student, instructor, finance and admin.",
                )
            })
    }
}

/// Kinds of acts, as granular as the role table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See published, public courses.
    SeeCatalog,
    /// One's own profile, password, preferences and devices.
    OwnProfile,
    /// Enroll oneself; own progress, notes, review, receipts and certificate.
    Learn,
    /// Create and edit courses (instructors: their own) and submit them for review.
    WriteCourses,
    /// Publish, archive, assign an instructor, change the price of a published course.
    PublishCourses,
    /// See enrollments (instructors: of their courses; finance: names, course and status).
    SeeEnrollments,
    /// Grade and issue or revoke certificates (instructors: in their courses).
    Grade,
    /// Enroll others, cancel, re-open.
    EnrollOthers,
    /// See payments, receipts and the ledger; reconcile; export money.
    SeePayments,
    /// Record cash and provider payments, fail and cancel them.
    RecordPayments,
    /// Ask for and approve refunds (never one's own request).
    Refund,
    /// Revenue reports.
    RevenueReports,
    /// Enrollment and completion reports (instructors: own courses).
    EnrollmentReports,
    /// Create, edit, suspend, unlock and import people; change roles.
    ManagePeople,
    /// Workspace settings, verification, audit.
    RunWorkspace,
}

impl Role {
    /// Whether the role holds the permission at all.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::SeeCatalog | P::OwnProfile => true,
            P::Learn => matches!(self, Self::Student),
            P::WriteCourses | P::Grade => matches!(self, Self::Instructor | Self::Admin),
            P::SeeEnrollments => matches!(self, Self::Instructor | Self::Finance | Self::Admin),
            P::EnrollmentReports => matches!(self, Self::Instructor | Self::Admin),
            P::SeePayments | P::RecordPayments | P::Refund | P::RevenueReports => {
                matches!(self, Self::Finance | Self::Admin)
            }
            P::PublishCourses | P::EnrollOthers | P::ManagePeople | P::RunWorkspace => {
                matches!(self, Self::Admin)
            }
        }
    }
}

/// Who acts: a signed-in person at a device, or the product itself (migration, import, repair).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The person, or none when the product itself acts (command line, clean-up).
    pub user: Option<UserId>,
    /// Their name at that moment, so that history reads well after a rename.
    pub name: String,
    /// Their role at that moment; the product itself acts as administrator.
    pub role: Role,
    /// The desktop it happened on.
    pub device: DeviceId,
}

impl Actor {
    /// Refuses with [`Code::Forbidden`] unless the role holds the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        if self.role.may(permission) {
            Ok(())
        } else {
            Err(Refusal::new(
                Code::Forbidden,
                "Your role does not allow this.",
            ))
        }
    }

    /// Whether this is that person.
    pub fn is(&self, user: UserId) -> bool {
        self.user == Some(user)
    }
}
