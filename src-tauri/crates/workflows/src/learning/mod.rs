//! Learning: a student's courses, lessons, notes and reviews; grades; completion and its certificate.

pub mod certificates;
mod doing;
pub mod dto;
mod grading;
mod paper;
mod view;

pub(crate) use certificates::{CERTIFICATE_KEY, share_certificate_key};
pub use certificates::{certificate, certificate_check};
pub use doing::{lesson_complete, lesson_open, note_add, note_remove, review_save};
pub use grading::{certificate_revoke, result_record};
pub use paper::certificate_save;
pub use view::{learning, my_courses};

use domain::{EnrollmentId, Refusal, course::Course, enrollment::Enrollment};
use replica::Reader;

use crate::error::WorkflowError;

fn parse(id: &str) -> Result<EnrollmentId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found("The enrollment"))
}

/// An enrollment with its course.
fn find(reader: &Reader<'_>, id: EnrollmentId) -> Result<(Enrollment, Course), WorkflowError> {
    let enrollment = reader
        .enrollment(id)?
        .ok_or_else(|| Refusal::not_found("The enrollment"))?;
    let course = reader
        .course(enrollment.course)?
        .ok_or_else(|| Refusal::not_found("The course"))?;
    Ok((enrollment, course))
}
