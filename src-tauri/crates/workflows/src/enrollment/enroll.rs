//! Enrolling: one or many by an administrator, with a dry run that names who cannot and why; oneself.

use std::collections::HashSet;

use domain::{
    Actor, ChangeSet, Code, CourseId, EnrollmentId, PaymentId, Refusal, UserId,
    course::Course,
    enrollment::Enrollment,
    role::Permission,
    rules::enrolling::{self, Enrolled, Wish},
    user::User,
};
use replica::{CommitError, Reader};

use super::{
    course_ref,
    dto::{EnrollMyself, EnrollOutcome, EnrollPeople, EnrolledOne},
};
use crate::{
    accounts::stamp,
    desk::Desk,
    dto::{PersonRef, RefusedOne},
    error::WorkflowError,
};

/// The most people one act enrolls.
const MOST: usize = 1000;
/// How often those whose records changed in between are tried again.
const TRIES: usize = 5;

/// What enrolling these people would do: who can, and who cannot and why. Nothing is changed.
pub fn enroll_preview(
    desk: &Desk<'_>,
    actor: &Actor,
    args: EnrollPeople,
) -> Result<EnrollOutcome, WorkflowError> {
    actor.require(Permission::EnrollOthers)?;
    let wanted = wanted(&args)?;
    let Round {
        course,
        ready,
        refused,
        ..
    } = decide(desk, actor, &args, &wanted)?;
    Ok(EnrollOutcome {
        price: enrolling::price(&course)?.into(),
        course: course_ref(course.id, Some(&course)),
        enrolled: ready
            .into_iter()
            .map(|ready| EnrolledOne {
                student: ready.student,
                enrollment: None,
                payment: None,
                status: ready.enrolled.status,
                reopens: ready.enrolled.reopens,
            })
            .collect(),
        refused,
    })
}

/// Enrolls everybody who can be. One who cannot keeps nobody else out.
pub fn enroll(
    desk: &Desk<'_>,
    actor: &Actor,
    args: EnrollPeople,
) -> Result<EnrollOutcome, WorkflowError> {
    actor.require(Permission::EnrollOthers)?;
    let mut left = wanted(&args)?;
    let (mut enrolled, mut refused) = (Vec::new(), Vec::new());
    let mut tries = 0;
    loop {
        tries += 1;
        let round = decide(desk, actor, &args, &left)?;
        refused.extend(round.refused);
        let sets: Vec<ChangeSet> = round
            .ready
            .iter()
            .map(|r| r.enrolled.change_set.clone())
            .collect();
        let outcomes = desk.authority.commit_all(&sets)?;
        left.clear();
        for (ready, outcome) in round.ready.into_iter().zip(outcomes) {
            match outcome {
                Ok(_) => enrolled.push(one(ready.student, &ready.enrolled)),
                Err(CommitError::GuardMissed(no)) if no.code == Code::Stale && tries < TRIES => {
                    left.push(ready.student.id);
                }
                Err(CommitError::GuardMissed(no) | CommitError::Refused(no)) => {
                    refused.push(refusal(ready.student.id, ready.student.name, no));
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        if left.is_empty() {
            return Ok(EnrollOutcome {
                price: enrolling::price(&round.course)?.into(),
                course: course_ref(round.course.id, Some(&round.course)),
                enrolled,
                refused,
            });
        }
    }
}

/// Enrolls the student who asks.
pub fn enroll_myself(
    desk: &Desk<'_>,
    actor: &Actor,
    args: EnrollMyself,
) -> Result<EnrolledOne, WorkflowError> {
    actor.require(Permission::Learn)?;
    let me = actor
        .user
        .ok_or_else(|| Refusal::new(Code::SignedOut, "Sign in first."))?;
    let course = course_id(&args.course)?;
    desk.decide(|reader| {
        let course = reader
            .course(course)?
            .ok_or_else(|| Refusal::not_found("The course"))?;
        let student = reader
            .user(me)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let existing = reader.enrollment_of(me, course.id)?;
        let wish = wish(desk, &student, &course, existing.as_ref(), args.method);
        let enrolled = enrolling::enroll(&stamp(desk, actor.clone()), &wish)?;
        let student = PersonRef {
            id: student.id.to_hex(),
            name: student.name,
        };
        let answer = one(student, &enrolled);
        Ok((enrolled.change_set, answer))
    })
}

/// A wish with fresh identifiers.
pub(super) fn wish<'a>(
    desk: &Desk<'_>,
    student: &'a User,
    course: &'a Course,
    existing: Option<&'a Enrollment>,
    method: domain::ledger::Method,
) -> Wish<'a> {
    Wish {
        student,
        course,
        existing,
        method,
        enrollment: EnrollmentId(desk.ids.object_id()),
        payment: PaymentId(desk.ids.object_id()),
    }
}

struct Ready {
    student: PersonRef,
    enrolled: Enrolled,
}

struct Round {
    course: Course,
    ready: Vec<Ready>,
    refused: Vec<RefusedOne>,
}

/// Whom to enroll, each once, in the order given.
fn wanted(args: &EnrollPeople) -> Result<Vec<String>, Refusal> {
    let mut seen = HashSet::new();
    let wanted: Vec<String> = args
        .users
        .iter()
        .map(|id| id.trim().to_owned())
        .filter(|id| seen.insert(id.clone()))
        .collect();
    if wanted.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            "users",
            "Choose at least one student.",
        ));
    }
    if wanted.len() > MOST {
        return Err(Refusal::field(
            Code::TooLarge,
            "users",
            format!(
                "At most {MOST} people are enrolled at once; these are {}.",
                wanted.len()
            ),
        ));
    }
    Ok(wanted)
}

/// What the rules say to each, on one snapshot.
fn decide(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &EnrollPeople,
    wanted: &[String],
) -> Result<Round, WorkflowError> {
    let course = course_id(&args.course)?;
    desk.read(|reader| {
        let course = reader
            .course(course)?
            .ok_or_else(|| Refusal::not_found("The course"))?;
        enrolling::may_take_students(&stamp(desk, actor.clone()), &course)?;
        enrolling::price(&course)?;
        let (mut ready, mut refused) = (Vec::new(), Vec::new());
        for id in wanted {
            let student = match find(reader, id)? {
                Ok(student) => student,
                Err(no) => {
                    refused.push(refusal(id.clone(), id.clone(), no));
                    continue;
                }
            };
            let existing = reader.enrollment_of(student.id, course.id)?;
            let wish = wish(desk, &student, &course, existing.as_ref(), args.method);
            match enrolling::enroll(&stamp(desk, actor.clone()), &wish) {
                Ok(enrolled) => ready.push(Ready {
                    student: PersonRef {
                        id: student.id.to_hex(),
                        name: student.name,
                    },
                    enrolled,
                }),
                Err(no) => refused.push(refusal(student.id.to_hex(), student.name, no)),
            }
        }
        Ok(Round {
            course,
            ready,
            refused,
        })
    })
}

fn find(reader: &Reader<'_>, id: &str) -> Result<Result<User, Refusal>, WorkflowError> {
    let missing = || Refusal::not_found("The person");
    Ok(match id.parse::<UserId>() {
        Ok(id) => reader.user(id)?.ok_or_else(missing),
        Err(_) => Err(missing()),
    })
}

fn course_id(id: &str) -> Result<CourseId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found("The course"))
}

fn one(student: PersonRef, enrolled: &Enrolled) -> EnrolledOne {
    EnrolledOne {
        student,
        enrollment: Some(enrolled.enrollment.to_hex()),
        payment: enrolled.payment.map(PaymentId::to_hex),
        status: enrolled.status,
        reopens: enrolled.reopens,
    }
}

fn refusal(id: String, label: String, no: Refusal) -> RefusedOne {
    RefusedOne {
        id,
        label,
        code: no.code,
        message: no.message,
    }
}
