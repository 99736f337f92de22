//! A student's courses, and one course as its student sees it.

use domain::{
    Actor, Currency, EnrollmentId, Money, Timestamp,
    course::{Course, Lesson},
    enrollment::{CompletedLesson, Enrollment, EnrollmentStatus},
    role::Permission,
    rules::learning::{self as rules, Open, results, writing},
};
use replica::Reader;

use super::{
    dto::{LearningCard, LearningLesson, LearningModule, LearningView, NoteDto},
    find, parse,
};
use crate::{
    catalog::convert,
    desk::Desk,
    dto::{ById, CourseRef, MoneyDto, PersonRef, moment},
    enrollment::dto::ResultDto,
    error::WorkflowError,
};

/// One's own courses: those being learned first, the last opened on top; then those to pay, the
/// completed, and the ended.
pub fn my_courses(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: crate::dto::Nothing,
) -> Result<Vec<LearningCard>, WorkflowError> {
    actor.require(Permission::Learn)?;
    let Some(me) = actor.user else {
        return Ok(Vec::new());
    };
    desk.read(|reader| {
        let mut enrollments = reader.enrollments_of_user(me)?;
        enrollments.sort_by_key(|e| {
            let last = e.progress.last_accessed_at.unwrap_or(e.enrollment_date);
            (rank(e.status), std::cmp::Reverse(last))
        });
        enrollments
            .iter()
            .filter_map(|enrollment| match reader.course(enrollment.course) {
                Ok(Some(course)) => Some(card(reader, enrollment, &course)),
                Ok(None) => None,
                Err(error) => Some(Err(error.into())),
            })
            .collect()
    })
}

const fn rank(status: EnrollmentStatus) -> u8 {
    match status {
        EnrollmentStatus::Active => 0,
        EnrollmentStatus::Pending => 1,
        EnrollmentStatus::Completed => 2,
        EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded => 3,
    }
}

fn card(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    course: &Course,
) -> Result<LearningCard, WorkflowError> {
    let next = current(enrollment, course).filter(|_| {
        matches!(
            enrollment.status,
            EnrollmentStatus::Active | EnrollmentStatus::Pending
        )
    });
    Ok(LearningCard {
        enrollment: enrollment.id.to_hex(),
        course: course_ref(course),
        instructor: teacher(reader, course)?,
        status: enrollment.status,
        progress: enrollment.progress.percentage,
        lessons_done: count(done(enrollment, course)),
        lessons_total: count(course.lesson_count()),
        next_lesson: next
            .and_then(|id| lesson_of(course, &id))
            .map(|lesson| lesson.title.clone()),
        last_access_at: enrollment.progress.last_accessed_at.map(moment),
        enrolled_at: moment(enrollment.enrollment_date),
        completed_at: enrollment.completion_date.map(moment),
        due: due(enrollment, course)?,
        certificate_id: enrollment
            .certificate_id
            .clone()
            .filter(|_| enrollment.certificate_issued),
    })
}

/// One course as its student sees it.
pub fn learning(desk: &Desk<'_>, actor: &Actor, args: ById) -> Result<LearningView, WorkflowError> {
    actor.require(Permission::Learn)?;
    show(desk, actor, parse(&args.id)?)
}

pub(super) fn show(
    desk: &Desk<'_>,
    actor: &Actor,
    id: EnrollmentId,
) -> Result<LearningView, WorkflowError> {
    let now = desk.now();
    desk.read(|reader| {
        let (enrollment, course) = find(reader, id)?;
        rules::own(actor, &enrollment)?;
        view(reader, &enrollment, &course, now)
    })
}

fn view(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    course: &Course,
    now: Timestamp,
) -> Result<LearningView, WorkflowError> {
    let open = rules::open(enrollment, now);
    let due = due(enrollment, course)?;
    let review = enrollment.review.as_ref();
    Ok(LearningView {
        enrollment: enrollment.id.to_hex(),
        rev: enrollment.rev(),
        course: course_ref(course),
        instructor: teacher(reader, course)?,
        status: enrollment.status,
        progress: enrollment.progress.percentage,
        time_spent: enrollment.progress.total_time_spent,
        current_lesson: current(enrollment, course),
        modules: course
            .curriculum
            .iter()
            .map(|module| LearningModule {
                title: module.title.clone(),
                description: module.description.clone(),
                lessons: module
                    .lessons
                    .iter()
                    .map(|l| lesson(enrollment, l, open))
                    .collect(),
            })
            .collect(),
        materials: match open {
            Open::All => course.materials.iter().map(convert::material).collect(),
            Open::Free | Open::Nothing => Vec::new(),
        },
        notes: enrollment
            .notes
            .iter()
            .rev()
            .filter_map(|note| {
                Some(NoteDto {
                    id: note.id?.to_hex(),
                    lesson: note.lesson_id.clone(),
                    content: note.content.clone(),
                    timestamp: note.timestamp,
                    created_at: moment(note.created_at),
                })
            })
            .collect(),
        results: results_of(enrollment, course),
        final_score: enrollment.final_score,
        review_rating: review.and_then(|r| r.rating),
        review_comment: review.and_then(|r| r.comment.clone()),
        may_review: writing::may_review(enrollment),
        to_do: to_do(enrollment, course, due),
        certificate_id: enrollment
            .certificate_id
            .clone()
            .filter(|_| enrollment.certificate_issued),
        certificate_revoked: enrollment.certificate_revoked_at.is_some(),
        due,
    })
}

fn lesson(enrollment: &Enrollment, lesson: &Lesson, open: Open) -> LearningLesson {
    let done = completed(enrollment, lesson);
    LearningLesson {
        lesson: convert::lesson(lesson),
        completed_at: done.and_then(|d| d.completed_at).map(moment),
        time_spent: done.map_or(0, |d| d.time_spent),
        open: open.lets_in(lesson),
    }
}

fn completed<'a>(enrollment: &'a Enrollment, lesson: &Lesson) -> Option<&'a CompletedLesson> {
    let id = lesson.id?.to_hex();
    enrollment
        .progress
        .completed_lessons
        .iter()
        .find(|done| done.lesson_id == id)
}

/// The course's assessments with the student's results.
pub(crate) fn results_of(enrollment: &Enrollment, course: &Course) -> Vec<ResultDto> {
    course
        .assessments
        .iter()
        .map(|assessment| {
            let result = results::result_in(enrollment, assessment);
            ResultDto {
                assessment_id: assessment.assessment_id.clone(),
                title: assessment.title.clone(),
                weight: assessment.weight,
                max_score: assessment.max_score,
                pass_score: assessment.pass_score,
                required: assessment.required,
                score: result.and_then(|r| r.score),
                attempts: result.map_or(0, |r| r.attempts),
                passed: result.is_some_and(|r| r.passed),
                completed_at: result.and_then(|r| r.completed_at).map(moment),
            }
        })
        .collect()
}

/// Where to go on: where the student was, while that lesson is in the course; else the first one not
/// completed.
fn current(enrollment: &Enrollment, course: &Course) -> Option<String> {
    let stored = enrollment.progress.current_lesson.as_deref();
    stored
        .filter(|id| lesson_of(course, id).is_some())
        .map(str::to_owned)
        .or_else(|| rules::next_lesson(enrollment, course, ""))
}

fn lesson_of<'a>(course: &'a Course, id: &str) -> Option<&'a Lesson> {
    course
        .lessons()
        .map(|(_, l)| l)
        .find(|l| l.id.is_some_and(|own| own.to_hex() == id))
}

fn done(enrollment: &Enrollment, course: &Course) -> usize {
    rules::done(
        course,
        enrollment
            .progress
            .completed_lessons
            .iter()
            .map(|l| l.lesson_id.as_str()),
    )
}

/// What is still to pay: the price of the moment of enrolling, while the enrollment waits for it.
fn due(enrollment: &Enrollment, course: &Course) -> Result<Option<MoneyDto>, WorkflowError> {
    if enrollment.status != EnrollmentStatus::Pending {
        return Ok(None);
    }
    let currency = match enrollment.payment.currency.as_deref() {
        Some(code) => code.parse::<Currency>()?,
        None => course.currency,
    };
    Ok(match enrollment.payment.amount {
        Some(major) => Some(Money::from_double(major, currency)?.into()),
        None => None,
    })
}

fn to_do(enrollment: &Enrollment, course: &Course, due: Option<MoneyDto>) -> Vec<String> {
    let mut out = Vec::new();
    match enrollment.status {
        EnrollmentStatus::Pending => {
            if let Some(due) = due {
                out.push(format!("Pay {}.", Money::from(due)));
            }
        }
        EnrollmentStatus::Active => {}
        EnrollmentStatus::Completed | EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded => {
            return out;
        }
    }
    match course.lesson_count() - done(enrollment, course) {
        0 => {}
        1 => out.push("Complete the last lesson.".to_owned()),
        left => out.push(format!("Complete {left} lessons.")),
    }
    for assessment in results::open_requirements(enrollment, course) {
        out.push(format!(
            "Pass “{}” with {} of {} or more.",
            assessment.title, assessment.pass_score, assessment.max_score
        ));
    }
    out
}

fn course_ref(course: &Course) -> CourseRef {
    CourseRef {
        id: course.id.to_hex(),
        title: course.title.clone(),
    }
}

fn teacher(reader: &Reader<'_>, course: &Course) -> Result<PersonRef, WorkflowError> {
    Ok(PersonRef {
        id: course.instructor.to_hex(),
        name: reader
            .user(course.instructor)?
            .map(|user| user.name)
            .unwrap_or_default(),
    })
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
