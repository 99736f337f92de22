//! Courses: the catalog, the course page, the outline, the way to publication. Each command unpacks, calls the workflow of its name and converts; the rules are below.

#[allow(clippy::wildcard_imports)]
use workflows::{catalog::dto::*, dto::*};

use super::commands;

commands! { catalog:
    courses_list(ListCourses) -> PageOf<CourseRowDto>;
    course(ById) -> CourseDetail;
    course_create(CreateCourse) -> CourseDetail;
    course_update(UpdateCourse) -> CourseDetail;
    curriculum_save(SaveCurriculum) -> CourseDetail;
    course_submit(ByIdRev) -> CourseDetail;
    course_request_changes(ByIdRevReason) -> CourseDetail;
    course_publish(ByIdRev) -> CourseDetail;
    course_unpublish(ByIdRev) -> CourseDetail;
    course_archive(ByIdRev) -> CourseDetail;
    course_restore(ByIdRev) -> CourseDetail;
}
