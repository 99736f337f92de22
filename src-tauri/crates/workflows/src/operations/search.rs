//! The palette's search: what a person of this role may find.

use domain::{Actor, Collection, Role, course::CourseStatus, role::Permission};
use replica::{Hit, Reader};

use super::dto::{SearchArgs, SearchHit};
use crate::{desk::Desk, error::WorkflowError};

/// Most hits of an answer.
const MOST: u32 = 50;
/// How many times more is looked for, since a role may not see all of it.
const SPARE: u32 = 4;

/// Finds people, courses, receipts and enrollments. Students find courses, instructors courses and
/// their students, finance staff payments, administrators everything.
pub fn search(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &SearchArgs,
) -> Result<Vec<SearchHit>, WorkflowError> {
    let limit = args.limit.clamp(1, MOST);
    desk.read(|reader| {
        let wide = if actor.role == Role::Admin {
            limit
        } else {
            limit * SPARE
        };
        let mut found = Vec::new();
        for hit in reader.search(&args.text, wide)? {
            if found.len() >= usize::try_from(limit).unwrap_or(0) {
                break;
            }
            if may_find(reader, actor, &hit)? {
                found.push(told(hit));
            }
        }
        Ok(found)
    })
}

fn may_find(reader: &Reader<'_>, actor: &Actor, hit: &Hit) -> Result<bool, WorkflowError> {
    if actor.role == Role::Admin {
        return Ok(true);
    }
    Ok(match hit {
        Hit::Course {
            instructor,
            status,
            is_public,
            ..
        } => {
            let published = *status == CourseStatus::Published;
            match actor.role {
                Role::Student => published && *is_public,
                Role::Instructor => published || actor.is(*instructor),
                _ => published,
            }
        }
        Hit::Person { id, .. } => match (actor.role, actor.user) {
            (Role::Instructor, Some(teacher)) => teaches(reader, teacher, *id)?,
            _ => false,
        },
        Hit::Payment { .. } => actor.role.may(Permission::SeePayments),
        Hit::Enrollment { user, course, .. } => match actor.role {
            Role::Student => actor.is(*user),
            Role::Instructor => reader
                .course(*course)?
                .is_some_and(|course| actor.is(course.instructor)),
            _ => actor.role.may(Permission::SeeEnrollments),
        },
    })
}

/// Whether the person is a student of the instructor.
fn teaches(
    reader: &Reader<'_>,
    teacher: domain::UserId,
    student: domain::UserId,
) -> Result<bool, WorkflowError> {
    for enrollment in reader.enrollments_of_user(student)? {
        if reader
            .course(enrollment.course)?
            .is_some_and(|course| course.instructor == teacher)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn told(hit: Hit) -> SearchHit {
    match hit {
        Hit::Person {
            id,
            name,
            email,
            role,
        } => SearchHit {
            collection: Collection::Users,
            id: id.to_hex(),
            title: name,
            subtitle: format!("{email} · {role}"),
        },
        Hit::Course {
            id, title, status, ..
        } => SearchHit {
            collection: Collection::Courses,
            id: id.to_hex(),
            title,
            subtitle: status.as_str().to_owned(),
        },
        Hit::Payment {
            id,
            user_name,
            course_title,
            reference,
            ..
        } => SearchHit {
            collection: Collection::Payments,
            id: id.to_hex(),
            title: reference,
            subtitle: format!("{user_name} · {course_title}"),
        },
        Hit::Enrollment {
            id,
            user_name,
            course_title,
            ..
        } => SearchHit {
            collection: Collection::Enrollments,
            id: id.to_hex(),
            title: user_name,
            subtitle: course_title,
        },
    }
}
