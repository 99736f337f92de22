//! The list of enrollments: what it can be narrowed by, sorted by, and shows.

use domain::{
    CourseId, EnrollmentId, Money, Timestamp, UserId,
    enrollment::{EmbeddedPaymentStatus, EnrollmentStatus},
};

/// What a list of enrollments is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EnrollmentSort {
    /// When this attempt was enrolled.
    #[default]
    Enrolled,
    /// The student's name, folded.
    Student,
    /// The course's title, folded.
    Course,
    /// Status, then when enrolled.
    Status,
    /// Progress.
    Progress,
    /// Currency, then amount.
    Amount,
    /// When completed; never comes before the first.
    Completed,
}

impl EnrollmentSort {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Enrolled,
        Self::Student,
        Self::Course,
        Self::Status,
        Self::Progress,
        Self::Amount,
        Self::Completed,
    ];
}

/// Which enrollments, in which order. An empty list or `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnrollmentQuery {
    /// Words of the student's name or e-mail, or of the course's title; the last one perhaps unfinished.
    pub text: Option<String>,
    /// Any of these statuses.
    pub statuses: Vec<EnrollmentStatus>,
    /// Any of these statuses of the effective payment.
    pub payment_statuses: Vec<EmbeddedPaymentStatus>,
    /// Of this student.
    pub user: Option<UserId>,
    /// In this course.
    pub course: Option<CourseId>,
    /// In a course of this instructor.
    pub instructor: Option<UserId>,
    /// Enrolled at this moment or later.
    pub enrolled_from: Option<Timestamp>,
    /// Enrolled before this moment.
    pub enrolled_before: Option<Timestamp>,
    /// Sorted by.
    pub sort: EnrollmentSort,
    /// From the end.
    pub descending: bool,
}

/// A line of the list of enrollments.
#[derive(Clone, Debug, PartialEq)]
pub struct EnrollmentRow {
    /// The enrollment.
    pub id: EnrollmentId,
    /// The student.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// The course.
    pub course: CourseId,
    /// Its title.
    pub course_title: String,
    /// Who teaches it.
    pub instructor: UserId,
    /// Where it stands.
    pub status: EnrollmentStatus,
    /// Which run, from 1.
    pub attempt: i64,
    /// When this attempt was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// When it was cancelled or refunded.
    pub ended_at: Option<Timestamp>,
    /// 0 to 100.
    pub progress: f64,
    /// Weighted percent.
    pub final_score: Option<f64>,
    /// Last time a lesson was opened.
    pub last_access_at: Option<Timestamp>,
    /// Where the effective payment stands.
    pub payment_status: EmbeddedPaymentStatus,
    /// The price at the moment of enrolling.
    pub amount: Money,
    /// The certificate, once issued.
    pub certificate_id: Option<String>,
}
