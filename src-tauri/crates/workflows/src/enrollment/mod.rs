//! Enrollments: the list, the page with why it is as it is, enrolling one or many, cancelling,
//! re-opening. What a student does in a course is in `learning`; money is in `payments`.

pub mod dto;
mod ending;
mod enroll;
mod lists;
mod page;
mod why;

pub use ending::{enrollment_cancel, enrollment_reopen};
pub use enroll::{enroll, enroll_myself, enroll_preview};
pub use lists::enrollments_list;
pub(crate) use lists::id as filter_id;
pub use page::enrollment;

use domain::{
    Actor, Code, Collection, CourseId, EnrollmentId, Refusal, Role, UserId, course::Course,
    enrollment::Enrollment, role::Permission,
};
use replica::{AuditRow, Reader};

use crate::{
    dto::{CourseRef, PersonRef},
    error::WorkflowError,
};

/// The person by name; one who is gone has none.
pub(crate) fn person(reader: &Reader<'_>, id: UserId) -> Result<PersonRef, WorkflowError> {
    Ok(PersonRef {
        id: id.to_hex(),
        name: reader.user(id)?.map_or_else(String::new, |user| user.name),
    })
}

/// The course by title; one that is gone has none.
pub(crate) fn course_ref(id: CourseId, course: Option<&Course>) -> CourseRef {
    CourseRef {
        id: id.to_hex(),
        title: course.map_or_else(String::new, |course| course.title.clone()),
    }
}

/// Refuses an act on what somebody changed since the person read it.
pub(crate) fn unchanged(found: i64, read: i64) -> Result<(), Refusal> {
    if found == read {
        Ok(())
    } else {
        Err(Refusal::new(
            Code::Stale,
            "Somebody changed this in the meantime. Look at it again before you change it.",
        ))
    }
}

/// The last thing done to a record that is one of these.
pub(crate) fn last_deed(
    reader: &Reader<'_>,
    collection: Collection,
    id: impl Into<bson::oid::ObjectId>,
    verbs: &[&str],
) -> Result<Option<AuditRow>, WorkflowError> {
    let rows = reader.timeline(collection, id, None, 100)?;
    Ok(rows
        .into_iter()
        .find(|row| verbs.contains(&row.event.deed.verb.as_str())))
}

/// Who did it, if a person.
pub(crate) fn doer(row: &AuditRow) -> Option<PersonRef> {
    let actor = &row.event.actor;
    actor.user.map(|id| PersonRef {
        id: id.to_hex(),
        name: actor.name.clone(),
    })
}

fn parse(id: &str) -> Result<EnrollmentId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found("The enrollment"))
}

/// The enrollment with its course, if it is this person's to see: administrators and finance all,
/// instructors those of their courses, students their own.
fn seen_by(
    reader: &Reader<'_>,
    actor: &Actor,
    id: EnrollmentId,
) -> Result<(Enrollment, Option<Course>), WorkflowError> {
    if actor.role != Role::Student {
        actor.require(Permission::SeeEnrollments)?;
    }
    let missing = || Refusal::not_found("The enrollment");
    let enrollment = reader.enrollment(id)?.ok_or_else(missing)?;
    let course = reader.course(enrollment.course)?;
    let own = match actor.role {
        Role::Admin | Role::Finance => true,
        Role::Instructor => course
            .as_ref()
            .is_some_and(|course| actor.is(course.instructor)),
        Role::Student => actor.is(enrollment.user),
    };
    if own {
        Ok((enrollment, course))
    } else {
        Err(missing().into())
    }
}
