//! An enrollment, as the seed schema's `Enrollment`, and its state machine.
//!
//! Ours beyond the seed schema: `attempt` and `history` (a student who comes back reopens the same
//! document, since `{user, course}` is unique), and the certificate's revocation.

use bson::{Bson, Document};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    change::SyncStamp,
    ids::{CourseId, EnrollmentId, UserId},
    text::{epoch, flag, moment, number, optional_number, optional_whole, or_default, whole},
};

/// Where an enrollment stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum EnrollmentStatus {
    /// Waits for its payment.
    #[default]
    Pending,
    /// Learning.
    Active,
    /// Done.
    Completed,
    /// Ended without completing.
    Cancelled,
    /// Ended by giving the money back.
    Refunded,
}

impl EnrollmentStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Active,
        Self::Completed,
        Self::Cancelled,
        Self::Refunded,
    ];

    /// Every transition there is. `completed → refunded` holds only while no certificate is issued or
    /// after it is revoked: [`Enrollment::may_become`] asks that too.
    pub const TRANSITIONS: [(Self, Self); 8] = [
        (Self::Pending, Self::Active),
        (Self::Pending, Self::Cancelled),
        (Self::Active, Self::Completed),
        (Self::Active, Self::Cancelled),
        (Self::Active, Self::Refunded),
        (Self::Completed, Self::Refunded),
        (Self::Cancelled, Self::Pending),
        (Self::Refunded, Self::Pending),
    ];

    /// Whether the machine has that transition.
    pub fn may_become(self, next: Self) -> bool {
        Self::TRANSITIONS.contains(&(self, next))
    }

    /// Pending, active or completed: the student holds a place.
    pub const fn holds_place(self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Completed)
    }

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

/// A lesson done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompletedLesson {
    /// The lesson's `_id` in hexadecimal; empty where another program named none.
    #[serde(
        default,
        skip_serializing_if = "String::is_empty",
        deserialize_with = "or_default"
    )]
    pub lesson_id: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// Seconds.
    #[serde(default, deserialize_with = "whole")]
    pub time_spent: i64,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// How far the student is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// 0 to 100; whole percent, rounded down except that all lessons are 100.
    #[serde(default, deserialize_with = "number")]
    pub percentage: f64,
    /// A set by lesson.
    #[serde(default, deserialize_with = "or_default")]
    pub completed_lessons: Vec<CompletedLesson>,
    /// Seconds; only grows.
    #[serde(default, deserialize_with = "whole")]
    pub total_time_spent: i64,
    /// Last time a lesson was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_accessed_at: Option<Timestamp>,
    /// Where to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_lesson: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// A result in one of the course's assessments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentResult {
    /// Which; empty where another program named none.
    #[serde(
        default,
        skip_serializing_if = "String::is_empty",
        deserialize_with = "or_default"
    )]
    pub assessment_id: String,
    /// Points reached.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub score: Option<f64>,
    /// Points possible.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub max_score: Option<f64>,
    /// How often tried.
    #[serde(default, deserialize_with = "whole")]
    pub attempts: i64,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// Whether it reached the pass score.
    #[serde(default, deserialize_with = "flag")]
    pub passed: bool,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// What the enrollment knows of its effective payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum EmbeddedPaymentStatus {
    /// Waits.
    #[default]
    Pending,
    /// Paid.
    Completed,
    /// Failed or cancelled.
    Failed,
    /// Given back in full.
    Refunded,
}

impl EmbeddedPaymentStatus {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Refunded => "refunded",
        }
    }
}

/// The effective payment, embedded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddedPayment {
    /// Major units: the price at the moment of enrolling.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub amount: Option<f64>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// `stripe`, `sslcommerz`, `cash`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The provider's transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// The provider's intent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent_id: Option<String>,
    /// Where it stands.
    #[serde(default, deserialize_with = "or_default")]
    pub status: EmbeddedPaymentStatus,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// When money went back last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_at: Option<Timestamp>,
    /// Major units given back in all.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub refund_amount: Option<f64>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// How much of the course is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum AccessLevel {
    #[default]
    Full,
    Preview,
    Limited,
}

/// A student's note at a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Note {
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<bson::oid::ObjectId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson_id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub content: String,
    /// Seconds into the video.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub timestamp: Option<f64>,
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub created_at: Timestamp,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// What the student thought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// 1 to 5.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub rating: Option<f64>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<Timestamp>,
    /// How many found it helpful.
    #[serde(default, deserialize_with = "whole")]
    pub helpful: i64,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// An enrollment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Enrollment {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: EnrollmentId,
    /// The student.
    pub user: UserId,
    /// The course.
    pub course: CourseId,
    /// Where it stands.
    #[serde(default, deserialize_with = "or_default")]
    pub status: EnrollmentStatus,
    /// When this attempt was enrolled.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub enrollment_date: Timestamp,
    /// When learning could start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Timestamp>,
    /// When it was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_date: Option<Timestamp>,
    /// When access ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<Timestamp>,
    /// When it was cancelled or refunded (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it ended (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// How far.
    #[serde(default, deserialize_with = "or_default")]
    pub progress: Progress,
    /// Results.
    #[serde(default, deserialize_with = "or_default")]
    pub assessments: Vec<AssessmentResult>,
    /// Weighted percent over the course's assessments.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub final_score: Option<f64>,
    /// A certificate was issued.
    #[serde(default, deserialize_with = "flag")]
    pub certificate_issued: bool,
    /// Its unguessable id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_id: Option<String>,
    /// Where it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_url: Option<String>,
    /// When it was issued (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_issued_at: Option<Timestamp>,
    /// When and if it was revoked (ours); the id stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_revoked_at: Option<Timestamp>,
    /// The effective payment.
    #[serde(default, deserialize_with = "or_default")]
    pub payment: EmbeddedPayment,
    /// How much is open.
    #[serde(default, deserialize_with = "or_default")]
    pub access_level: AccessLevel,
    /// Ids of materials.
    #[serde(default, deserialize_with = "or_default")]
    pub downloaded_materials: Vec<String>,
    /// Notes.
    #[serde(default, deserialize_with = "or_default")]
    pub notes: Vec<Note>,
    /// What the student thought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Which run this is, from 1 (ours).
    #[serde(default = "first", deserialize_with = "attempt")]
    pub attempt: i64,
    /// Earlier runs, oldest first (ours).
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "or_default"
    )]
    pub history: Vec<Bson>,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub created_at: Timestamp,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub updated_at: Timestamp,
    /// Who of us wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs, `__v` among them.
    #[serde(flatten)]
    pub extra: Document,
}

fn first() -> i64 {
    1
}

fn attempt<'de, D: serde::Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    Ok(optional_whole(input)?.unwrap_or_else(first))
}

impl Enrollment {
    /// A pending enrollment with every default of the seed schema.
    pub fn new(id: EnrollmentId, user: UserId, course: CourseId, at: Timestamp) -> Self {
        Self {
            id,
            user,
            course,
            status: EnrollmentStatus::Pending,
            enrollment_date: at,
            start_date: None,
            completion_date: None,
            expiration_date: None,
            ended_at: None,
            end_reason: None,
            progress: Progress::default(),
            assessments: Vec::new(),
            final_score: None,
            certificate_issued: false,
            certificate_id: None,
            certificate_url: None,
            certificate_issued_at: None,
            certificate_revoked_at: None,
            payment: EmbeddedPayment::default(),
            access_level: AccessLevel::Full,
            downloaded_materials: Vec::new(),
            notes: Vec::new(),
            review: None,
            attempt: 1,
            history: Vec::new(),
            created_at: at,
            updated_at: at,
            sync: None,
            extra: Document::new(),
        }
    }

    /// Whether it may take that state now: the machine's table, and no refund of a completed course
    /// whose certificate stands.
    pub fn may_become(&self, next: EnrollmentStatus) -> bool {
        let certified = self.certificate_issued && self.certificate_revoked_at.is_none();
        self.status.may_become(next)
            && !(self.status == EnrollmentStatus::Completed
                && next == EnrollmentStatus::Refunded
                && certified)
    }

    /// `sync.rev`, 0 where absent.
    pub fn rev(&self) -> i64 {
        self.sync.as_ref().map_or(0, |s| s.rev)
    }
}
