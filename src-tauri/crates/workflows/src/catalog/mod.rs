//! The catalog: lists of courses, the course page, writing courses, and their way into the catalog.
//!
//! Looking at a course writes nothing: `viewCount` is the counter of the institution's web site and is
//! only shown here. Left out: merging two people's edits, and importing (in `operations`).

pub(crate) mod convert;
mod detail;
pub mod dto;
mod lists;
mod writing;

pub use convert::{clean_html, course_input, modules_input};
pub use detail::course;
pub use lists::courses_list;
pub use writing::{
    course_archive, course_create, course_publish, course_request_changes, course_restore,
    course_submit, course_unpublish, course_update, curriculum_save,
};

use domain::{CourseId, Refusal, course::Course};
use replica::Reader;

use crate::error::WorkflowError;

pub(crate) fn parse(id: &str) -> Result<CourseId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found("The course"))
}

pub(crate) fn find(reader: &Reader<'_>, id: CourseId) -> Result<Course, WorkflowError> {
    Ok(reader
        .course(id)?
        .ok_or_else(|| Refusal::not_found("The course"))?)
}
