//! What a student does in a course: opening and completing lessons, notes, the review.
//!
//! Nobody hands in a revision here: a student's own steps never contradict each other, so a step that
//! met another one is decided anew on what is there now.

use domain::{
    Actor, ChangeSet, EnrollmentId, Refusal,
    course::Course,
    enrollment::Enrollment,
    role::Permission,
    rules::{
        Stamp,
        learning::{complete_lesson, open_lesson, own, writing},
    },
};

use super::{
    certificates::{self, CertificateKey},
    dto::{AddNote, LearningView, LessonArgs, RemoveNote, SaveReview},
    find, parse,
    view::show,
};
use crate::{accounts::stamp, desk::Desk, error::WorkflowError};

/// Opens a lesson.
pub fn lesson_open(
    desk: &Desk<'_>,
    actor: &Actor,
    args: LessonArgs,
) -> Result<LearningView, WorkflowError> {
    let id = begin(actor, &args.enrollment)?;
    let key = certificates::key(desk)?;
    take(desk, actor, id, |stamp, enrollment, course| {
        let mint = &mut || mint(desk, &key);
        Ok(open_lesson(
            stamp,
            enrollment,
            course,
            &args.lesson,
            args.seconds,
            mint,
        )?)
    })?;
    show(desk, actor, id)
}

/// Completes a lesson, and the course with the last one.
pub fn lesson_complete(
    desk: &Desk<'_>,
    actor: &Actor,
    args: LessonArgs,
) -> Result<LearningView, WorkflowError> {
    let id = begin(actor, &args.enrollment)?;
    let key = certificates::key(desk)?;
    take(desk, actor, id, |stamp, enrollment, course| {
        let mint = &mut || mint(desk, &key);
        Ok(complete_lesson(
            stamp,
            enrollment,
            course,
            &args.lesson,
            args.seconds,
            mint,
        )?)
    })?;
    show(desk, actor, id)
}

/// Adds a note.
pub fn note_add(
    desk: &Desk<'_>,
    actor: &Actor,
    args: AddNote,
) -> Result<LearningView, WorkflowError> {
    let id = begin(actor, &args.enrollment)?;
    let note = desk.ids.object_id();
    take(desk, actor, id, |stamp, enrollment, course| {
        let lesson = args.lesson.as_deref();
        Ok(Some(writing::add_note(
            stamp,
            enrollment,
            course,
            note,
            lesson,
            &args.content,
            args.timestamp,
        )?))
    })?;
    show(desk, actor, id)
}

/// Takes a note away.
pub fn note_remove(
    desk: &Desk<'_>,
    actor: &Actor,
    args: RemoveNote,
) -> Result<LearningView, WorkflowError> {
    let id = begin(actor, &args.enrollment)?;
    take(desk, actor, id, |stamp, enrollment, _| {
        Ok(Some(writing::remove_note(stamp, enrollment, &args.note)?))
    })?;
    show(desk, actor, id)
}

/// Saves the review of the course, and the course's rating with it.
pub fn review_save(
    desk: &Desk<'_>,
    actor: &Actor,
    args: SaveReview,
) -> Result<LearningView, WorkflowError> {
    let id = begin(actor, &args.enrollment)?;
    take(desk, actor, id, |stamp, enrollment, course| {
        let comment = args.comment.as_deref();
        Ok(Some(writing::review(
            stamp,
            enrollment,
            course,
            args.rating,
            comment,
        )?))
    })?;
    show(desk, actor, id)
}

fn begin(actor: &Actor, enrollment: &str) -> Result<EnrollmentId, Refusal> {
    actor.require(Permission::Learn)?;
    parse(enrollment)
}

fn mint(desk: &Desk<'_>, key: &CertificateKey) -> String {
    key.mint(desk.ids.random())
}

/// Takes a step on one's own enrollment; a step that changes nothing writes nothing.
fn take(
    desk: &Desk<'_>,
    actor: &Actor,
    id: EnrollmentId,
    mut decide: impl FnMut(&Stamp, &Enrollment, &Course) -> Result<Option<ChangeSet>, WorkflowError>,
) -> Result<(), WorkflowError> {
    desk.decide_if(|reader| {
        let (enrollment, course) = find(reader, id)?;
        own(actor, &enrollment)?;
        Ok((
            decide(&stamp(desk, actor.clone()), &enrollment, &course)?,
            (),
        ))
    })
}
