//! The course page: the course with why it is in its state, what is missing, and what may be done.

use domain::{
    Actor, Collection, Role,
    course::{Course, CourseStatus},
    enrollment::Enrollment,
    role::Permission,
    rules::publishing::{self as rules, Step},
};
use replica::Reader;
use serde_json::json;

use super::{
    convert,
    dto::{CourseDetail, CourseVerbs, ReviewDto},
    find, parse,
};
use crate::{
    desk::Desk,
    dto::{ById, FieldIssue, PersonRef, RecordRef, WhyDto, moment},
    error::WorkflowError,
};

/// Reviews the page shows.
const REVIEWS: u32 = 20;

/// The course page. What the person may not see is not there.
pub fn course(desk: &Desk<'_>, actor: &Actor, args: ById) -> Result<CourseDetail, WorkflowError> {
    actor.require(Permission::SeeCatalog)?;
    let id = parse(&args.id)?;
    desk.read(|reader| detail(reader, actor, &find(reader, id)?))
}

pub(super) fn detail(
    reader: &Reader<'_>,
    actor: &Actor,
    course: &Course,
) -> Result<CourseDetail, WorkflowError> {
    let mine = match (actor.role, actor.user) {
        (Role::Student, Some(me)) => reader.enrollment_of(me, course.id)?,
        _ => None,
    };
    if !rules::may_see(
        actor,
        course,
        mine.as_ref().is_some_and(|e| e.status.holds_place()),
    ) {
        return Err(domain::Refusal::not_found("The course").into());
    }
    let writes = rules::may_write(actor, course).is_ok();
    let learning = match course.status {
        CourseStatus::Published => reader.active_enrollments_in(course.id)?,
        _ => 0,
    };
    let teacher = reader.user(course.instructor)?;
    let missing = if writes {
        rules::missing(course)
    } else {
        Vec::new()
    };
    Ok(CourseDetail {
        id: course.id.to_hex(),
        rev: rules::revision(course),
        status: course.status,
        why: why(course, writes),
        review_note: course.review_note.clone().filter(|_| writes),
        fields: convert::fields(course)?,
        curriculum: course.curriculum.iter().map(convert::module).collect(),
        instructor: PersonRef {
            id: course.instructor.to_hex(),
            name: teacher
                .as_ref()
                .map(|user| user.name.clone())
                .unwrap_or_default(),
        },
        instructor_bio: teacher.and_then(|user| user.profile.bio),
        total_lessons: course.total_lessons,
        enrollments: course.enrollment_count,
        views: course.view_count,
        rating_average: course.rating.average,
        rating_count: course.rating.count,
        published_at: course.published_at.map(moment),
        created_at: moment(course.created_at),
        updated_at: moment(course.updated_at),
        missing: missing
            .into_iter()
            .map(|no| FieldIssue {
                field: no.field.unwrap_or_default(),
                message: no.message,
            })
            .collect(),
        verbs: verbs(actor, course, mine.as_ref(), writes, learning),
        my_enrollment: mine.map(|enrollment| enrollment.id.to_hex()),
        reviews: reviews(reader, course)?,
    })
}

fn verbs(
    actor: &Actor,
    course: &Course,
    mine: Option<&Enrollment>,
    writes: bool,
    learning: i64,
) -> CourseVerbs {
    let admin = actor.role == Role::Admin;
    let step = |step| rules::may_take(actor, course, step, learning);
    let published = course.status == CourseStatus::Published;
    CourseVerbs {
        edit: writes,
        edit_price: writes && (admin || !published),
        assign_instructor: writes && admin,
        submit: step(Step::Submit) && rules::missing(course).is_empty(),
        request_changes: step(Step::RequestChanges),
        publish: step(Step::Publish) && rules::missing(course).is_empty(),
        unpublish: step(Step::Unpublish),
        archive: step(Step::Archive),
        restore: step(Step::Restore),
        enroll: published && actor.role.may(Permission::EnrollOthers),
        enroll_myself: published
            && course.is_public
            && actor.role.may(Permission::Learn)
            && !mine.is_some_and(|enrollment| enrollment.status.holds_place()),
        see_students: match actor.role {
            Role::Admin | Role::Finance => true,
            Role::Instructor => actor.is(course.instructor),
            Role::Student => false,
        },
    }
}

/// The last step of the state machine, in a word. Who wrote the course with another program left no
/// step; then only the status speaks.
fn why(course: &Course, writes: bool) -> Option<WhyDto> {
    let step = course.status_change.as_ref();
    let verb = step.map(|change| change.verb.as_str());
    let code = match course.status {
        CourseStatus::Draft => match verb {
            Some("course.changes-requested") => "changes-requested",
            Some("course.unpublished") => "withdrawn",
            Some("course.restored") => "restored",
            _ => "being-written",
        },
        CourseStatus::UnderReview => "submitted",
        CourseStatus::Published => "published",
        CourseStatus::Archived => "archived",
    };
    let expected = Step::ALL
        .iter()
        .find(|s| Some(s.verb()) == verb)
        .map(|s| s.transition().1);
    let step = step.filter(|_| expected == Some(course.status));
    let since = match (step, course.status) {
        (Some(step), _) => Some(step.at),
        (None, CourseStatus::Published) => course.published_at,
        (None, CourseStatus::Draft) => Some(course.created_at),
        (None, _) => None,
    };
    let note = course
        .review_note
        .as_deref()
        .filter(|_| writes && code == "changes-requested");
    let by = step.and_then(|s| {
        Some(PersonRef {
            id: s.by?.to_hex(),
            name: s.name.clone(),
        })
    });
    Some(WhyDto {
        code: code.to_owned(),
        params: note.map_or_else(|| json!({}), |note| json!({ "note": note })),
        since: since.map(moment),
        link: by.as_ref().map(|person| RecordRef {
            collection: Collection::Users,
            id: person.id.clone(),
            label: Some(person.name.clone()),
        }),
        by,
    })
}

fn reviews(reader: &Reader<'_>, course: &Course) -> Result<Vec<ReviewDto>, WorkflowError> {
    if course.rating.count == 0 {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for enrollment in reader.reviews_of(course.id, REVIEWS)? {
        let Some(review) = enrollment.review else {
            continue;
        };
        let Some(rating) = review.rating else {
            continue;
        };
        out.push(ReviewDto {
            name: reader
                .user(enrollment.user)?
                .map(|user| user.name)
                .unwrap_or_default(),
            rating,
            comment: review.comment,
            at: review.reviewed_at.map(moment),
        });
    }
    Ok(out)
}
