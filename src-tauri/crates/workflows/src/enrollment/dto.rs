//! Enrollments on the wire: rows, the enrollment page, enrolling one or many.

use domain::{
    enrollment::{EmbeddedPaymentStatus, EnrollmentStatus},
    ledger::Method,
    payment::PaymentStatus,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dto::{CourseRef, MoneyDto, PersonRef, RefusedOne, WhyDto, WindowDto};

/// What the list of enrollments sorts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum EnrollmentSort {
    /// When enrolled.
    #[default]
    Enrolled,
    /// Student's name.
    Student,
    /// Course title.
    Course,
    /// Status, then when enrolled.
    Status,
    /// Progress.
    Progress,
}

/// Filters of the list of enrollments. Empty lists and none do not filter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct EnrollmentFilter {
    /// Words of the student's name or e-mail, or of the course's title.
    pub text: String,
    /// Any of these.
    pub statuses: Vec<EnrollmentStatus>,
    /// Any of these.
    pub payment_statuses: Vec<EmbeddedPaymentStatus>,
    /// Of this student.
    pub user: Option<String>,
    /// In this course.
    pub course: Option<String>,
    /// Enrolled on or after this day (`YYYY-MM-DD`, the institution's zone).
    pub from: Option<String>,
    /// Enrolled on or before this day.
    pub to: Option<String>,
    /// Order.
    pub sort: EnrollmentSort,
    /// Largest first.
    pub descending: bool,
}

/// A stretch of the list of enrollments.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ListEnrollments {
    /// Which enrollments.
    pub filter: EnrollmentFilter,
    /// Which rows of them.
    pub window: WindowDto,
}

/// An enrollment in a list. Finance sees no progress.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EnrollmentRowDto {
    /// Which.
    pub id: String,
    /// Who.
    pub student: PersonRef,
    /// What.
    pub course: CourseRef,
    /// Status.
    pub status: EnrollmentStatus,
    /// When.
    pub enrolled_at: String,
    /// 0 to 100.
    pub progress: Option<f64>,
    /// Percent.
    pub final_score: Option<f64>,
    /// Where its payment stands; none: nothing to pay.
    pub payment_status: Option<EmbeddedPaymentStatus>,
    /// The price.
    pub amount: MoneyDto,
    /// Which run.
    pub attempt: i64,
    /// Done at.
    pub completed_at: Option<String>,
}

/// What the one who looks may do with the enrollment now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct EnrollmentVerbs {
    pub cancel: bool,
    pub reopen: bool,
    pub record_payment: bool,
    pub retry_payment: bool,
    pub refund: bool,
    pub grade: bool,
    pub revoke_certificate: bool,
}

/// A payment of the enrollment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct EnrollmentPaymentDto {
    pub id: String,
    pub status: PaymentStatus,
    pub method: Method,
    pub amount: MoneyDto,
    pub refunded: MoneyDto,
    pub receipt_number: Option<String>,
    pub created_at: String,
    pub paid_at: Option<String>,
}

/// A lesson with what the student did about it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct LessonProgressDto {
    pub id: String,
    pub title: String,
    pub completed_at: Option<String>,
    /// Seconds.
    pub time_spent: i64,
}

/// An assessment with the student's result.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct ResultDto {
    pub assessment_id: String,
    pub title: String,
    pub weight: f64,
    pub max_score: f64,
    pub pass_score: f64,
    pub required: bool,
    pub score: Option<f64>,
    pub attempts: i64,
    pub passed: bool,
    pub completed_at: Option<String>,
}

/// An earlier run of the enrollment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct EarlierRunDto {
    pub attempt: i64,
    pub status: EnrollmentStatus,
    pub enrolled_at: String,
    pub ended_at: Option<String>,
    pub reason: Option<String>,
    /// 0 to 100; none where the one who looks may not see it.
    pub progress: Option<f64>,
}

/// The enrollment page.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EnrollmentDetail {
    /// Which.
    pub id: String,
    /// Revision, to hand back with a change.
    pub rev: i64,
    /// Who.
    pub student: PersonRef,
    /// Their e-mail.
    pub student_email: String,
    /// What.
    pub course: CourseRef,
    /// Who teaches it.
    pub instructor: PersonRef,
    /// Status.
    pub status: EnrollmentStatus,
    /// Why it is in that status.
    pub why: WhyDto,
    /// Enrolled, started, completed, ended.
    pub enrolled_at: String,
    /// Access since.
    pub started_at: Option<String>,
    /// Done at.
    pub completed_at: Option<String>,
    /// Cancelled or refunded at.
    pub ended_at: Option<String>,
    /// Why it ended, in words.
    pub end_reason: Option<String>,
    /// The price at the moment of enrolling.
    pub price: MoneyDto,
    /// 0 to 100; none where the one who looks may not see it.
    pub progress: Option<f64>,
    /// Seconds.
    pub time_spent: Option<i64>,
    /// Last time a lesson was opened.
    pub last_access_at: Option<String>,
    /// Lessons in order.
    pub lessons: Vec<LessonProgressDto>,
    /// Assessments with results.
    pub results: Vec<ResultDto>,
    /// Percent.
    pub final_score: Option<f64>,
    /// The certificate, if issued.
    pub certificate_id: Option<String>,
    /// When.
    pub certificate_issued_at: Option<String>,
    /// When and if it was revoked.
    pub certificate_revoked_at: Option<String>,
    /// Payments, newest first; empty where the one who looks may not see them.
    pub payments: Vec<EnrollmentPaymentDto>,
    /// Which run.
    pub attempt: i64,
    /// Earlier runs, newest first.
    pub history: Vec<EarlierRunDto>,
    /// What may be done now.
    pub verbs: EnrollmentVerbs,
}

/// Enroll people in a course.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EnrollPeople {
    /// Whom, at most 1,000.
    pub users: Vec<String>,
    /// In what.
    pub course: String,
    /// How they will pay; free courses ignore it.
    pub method: Method,
}

/// What enrolling would do, or did.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EnrollOutcome {
    /// The course.
    pub course: CourseRef,
    /// Its price now.
    pub price: MoneyDto,
    /// Who can be (or was) enrolled.
    pub enrolled: Vec<EnrolledOne>,
    /// Who cannot, and why.
    pub refused: Vec<RefusedOne>,
}

/// One who can be (or was) enrolled.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct EnrolledOne {
    pub student: PersonRef,
    /// None in a dry run.
    pub enrollment: Option<String>,
    /// None in a dry run or for a free course.
    pub payment: Option<String>,
    /// `pending` or, for a free course, `active`.
    pub status: EnrollmentStatus,
    /// The student comes back: an ended enrollment is reopened.
    pub reopens: bool,
}

/// Enroll oneself.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EnrollMyself {
    /// In what.
    pub course: String,
    /// How one will pay.
    pub method: Method,
}
