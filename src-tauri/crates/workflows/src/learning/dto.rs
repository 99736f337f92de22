//! Learning on the wire: a student's courses, the lesson view, notes, grades, reviews, certificates.

use domain::enrollment::EnrollmentStatus;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    catalog::dto::{LessonDto, MaterialDto},
    dto::{CourseRef, MoneyDto, PersonRef},
    enrollment::dto::ResultDto,
};

/// One of the student's courses.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct LearningCard {
    pub enrollment: String,
    pub course: CourseRef,
    pub instructor: PersonRef,
    pub status: EnrollmentStatus,
    pub progress: f64,
    pub lessons_done: i64,
    pub lessons_total: i64,
    /// Title of the lesson to go on with.
    pub next_lesson: Option<String>,
    pub last_access_at: Option<String>,
    pub enrolled_at: String,
    pub completed_at: Option<String>,
    /// What is still to pay.
    pub due: Option<MoneyDto>,
    pub certificate_id: Option<String>,
}

/// A lesson with what the student did.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct LearningLesson {
    pub lesson: LessonDto,
    pub completed_at: Option<String>,
    /// Seconds.
    pub time_spent: i64,
    /// May be opened now.
    pub open: bool,
}

/// A module with its lessons.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct LearningModule {
    pub title: String,
    pub description: Option<String>,
    pub lessons: Vec<LearningLesson>,
}

/// A note.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct NoteDto {
    pub id: String,
    pub lesson: Option<String>,
    pub content: String,
    /// Seconds into the video.
    pub timestamp: Option<f64>,
    pub created_at: String,
}

/// A course as its student sees it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct LearningView {
    pub enrollment: String,
    pub rev: i64,
    pub course: CourseRef,
    pub instructor: PersonRef,
    pub status: EnrollmentStatus,
    pub progress: f64,
    /// Seconds.
    pub time_spent: i64,
    /// Where to go on.
    pub current_lesson: Option<String>,
    pub modules: Vec<LearningModule>,
    pub materials: Vec<MaterialDto>,
    pub notes: Vec<NoteDto>,
    pub results: Vec<ResultDto>,
    pub final_score: Option<f64>,
    pub review_rating: Option<f64>,
    pub review_comment: Option<String>,
    pub may_review: bool,
    /// What still stands between here and completion.
    pub to_do: Vec<String>,
    pub certificate_id: Option<String>,
    pub certificate_revoked: bool,
    pub due: Option<MoneyDto>,
}

/// A lesson of an enrollment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LessonArgs {
    /// Whose.
    pub enrollment: String,
    /// Which lesson.
    pub lesson: String,
    /// Seconds spent since the last call, at most a day.
    pub seconds: i64,
}

/// A new note.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AddNote {
    /// Whose.
    pub enrollment: String,
    /// At which lesson.
    pub lesson: Option<String>,
    /// 1 to 5,000 characters.
    pub content: String,
    /// Seconds into the video.
    pub timestamp: Option<f64>,
}

/// A note to take away.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RemoveNote {
    /// Whose.
    pub enrollment: String,
    /// Which.
    pub note: String,
}

/// What the student thinks of the course.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SaveReview {
    /// Whose.
    pub enrollment: String,
    /// 1 to 5, whole.
    pub rating: i64,
    /// At most 2,000 characters.
    pub comment: Option<String>,
}

/// A result in an assessment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordResult {
    /// Whose.
    pub enrollment: String,
    /// Revision read.
    pub rev: i64,
    /// Which assessment.
    pub assessment_id: String,
    /// 0 to its best possible score.
    pub score: f64,
}

/// A certificate, to show, print or save.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct CertificateDto {
    pub id: String,
    pub student: String,
    pub course: String,
    pub institution: String,
    pub instructor: String,
    pub level: Option<String>,
    pub hours: Option<f64>,
    pub final_score: Option<f64>,
    pub completed_at: String,
    pub issued_at: String,
    pub revoked_at: Option<String>,
    pub sample: bool,
}

/// What an id says about a certificate.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CertificateCheck {
    /// The id is genuine: its check part matches this institution's key, and an office has it on record.
    pub genuine: bool,
    /// The certificate, when this desktop holds it.
    pub certificate: Option<CertificateDto>,
}
