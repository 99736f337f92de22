//! Writing courses: new ones, edits of fields and outline, and the steps of the state machine.

use domain::{
    Actor, Code, CourseId, Currency, Refusal, Role, UserId,
    course::Course,
    enrollment::EnrollmentStatus,
    role::Permission,
    rules::publishing::{self as rules, Step, fields},
};
use replica::Reader;

use super::{
    convert::{course_input, modules_input},
    detail::detail,
    dto::{CourseDetail, CreateCourse, SaveCurriculum, UpdateCourse},
    find, parse,
};
use crate::{
    accounts::stamp,
    desk::Desk,
    dto::{ByIdRev, ByIdRevReason},
    error::WorkflowError,
    operations::repair::progress_anew,
};

/// A new draft. An instructor's is always theirs; an administrator names who teaches, or teaches it.
pub fn course_create(
    desk: &Desk<'_>,
    actor: &Actor,
    args: CreateCourse,
) -> Result<CourseDetail, WorkflowError> {
    actor.require(Permission::WriteCourses)?;
    let named = args.instructor.as_deref().map(teacher_id).transpose()?;
    let instructor = match (actor.role, named) {
        (Role::Admin, Some(named)) => named,
        (Role::Admin, None) => actor.user.ok_or_else(|| {
            Refusal::field(Code::Required, "instructor", "Say who teaches the course.")
        })?,
        (_, named) => {
            let me = actor
                .user
                .ok_or_else(|| Refusal::new(Code::SignedOut, "Nobody is signed in."))?;
            if named.is_some_and(|other| other != me) {
                return Err(Refusal::field(
                    Code::Forbidden,
                    "instructor",
                    "Only an administrator creates courses for somebody else.",
                )
                .into());
            }
            me
        }
    };
    let id = CourseId(desk.ids.object_id());
    retry_taken(|| {
        desk.decide(|reader| {
            rules::may_teach(reader.user(instructor)?.as_ref())?;
            let currency = reader
                .settings()?
                .map_or(Currency::default(), |s| s.currency);
            let stamp = stamp(desk, actor.clone());
            let bare = Course::new(id, String::new(), instructor, currency, stamp.at);
            let input = fields::CourseInput {
                title: args.title.clone(),
                slug: Some(free_slug(reader, &args.title)?),
                category: args.category,
                level: args.level,
                currency,
                is_public: true,
                ..fields::CourseInput::default()
            };
            let course = fields::fill(&bare, &input, &mut || desk.ids.object_id())
                .map_err(|found| first(found, "The course is not valid."))?;
            Ok((rules::create(&stamp, &course)?, ()))
        })
    })?;
    desk.read(|reader| detail(reader, actor, &find(reader, id)?))
}

/// Changes the fields that differ, and no others.
pub fn course_update(
    desk: &Desk<'_>,
    actor: &Actor,
    args: UpdateCourse,
) -> Result<CourseDetail, WorkflowError> {
    actor.require(Permission::WriteCourses)?;
    let id = parse(&args.id)?;
    desk.decide_if(|reader| {
        let course = find(reader, id)?;
        // Before anything of the form: who may not write learns nothing about the course.
        rules::may_write(actor, &course)?;
        rules::still(&course, args.rev)?;
        let mut input = course_input(&args.fields, &course)?;
        input.slug = slug(
            reader,
            &course,
            &args.fields.title,
            args.fields.slug.as_deref(),
        )?;
        let teacher = match rules::new_teacher(&course, &input) {
            Some(user) => reader.user(user)?,
            None => None,
        };
        let fresh = &mut || desk.ids.object_id();
        let stamp = stamp(desk, actor.clone());
        Ok((
            rules::update(&stamp, &course, args.rev, &input, teacher.as_ref(), fresh)?,
            (),
        ))
    })?;
    desk.read(|reader| detail(reader, actor, &find(reader, id)?))
}

/// Saves the outline. Where the set of lessons differs, the progress of everybody who is learning in
/// the course is computed anew.
pub fn curriculum_save(
    desk: &Desk<'_>,
    actor: &Actor,
    args: SaveCurriculum,
) -> Result<CourseDetail, WorkflowError> {
    actor.require(Permission::WriteCourses)?;
    let id = parse(&args.id)?;
    let typed = modules_input(&args.modules);
    let lessons_differ = desk.decide_if(|reader| {
        let course = find(reader, id)?;
        let fresh = &mut || desk.ids.object_id();
        let stamp = stamp(desk, actor.clone());
        Ok(
            match rules::save_curriculum(&stamp, &course, args.rev, &typed, fresh)? {
                Some((set, change)) => (Some(set), change.lessons_differ),
                None => (None, false),
            },
        )
    })?;
    if lessons_differ && let Err(error) = progress_of_all(desk, actor, id) {
        // The outline is saved, and saying otherwise would have it saved again. What is left is found by
        // verification and put right by the repair of counters.
        tracing::warn!(%error, course = %id, "progress was not computed anew");
    }
    desk.read(|reader| detail(reader, actor, &find(reader, id)?))
}

/// The percentages of all who are learning in a course over its outline as it is now.
fn progress_of_all(desk: &Desk<'_>, actor: &Actor, id: CourseId) -> Result<(), WorkflowError> {
    let learning = desk.read(|reader| {
        let mut found = Vec::new();
        reader.enrollments_in(id, |enrollment| {
            if enrollment.status == EnrollmentStatus::Active {
                found.push(enrollment.id);
            }
            Ok(())
        })?;
        Ok(found)
    })?;
    progress_anew(desk, actor, id, &learning)
}

/// Submits a draft for review.
pub fn course_submit(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRev,
) -> Result<CourseDetail, WorkflowError> {
    step(desk, actor, Step::Submit, &args.id, args.rev, "")
}

/// Sends a course back to its author with a note.
pub fn course_request_changes(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRevReason,
) -> Result<CourseDetail, WorkflowError> {
    step(
        desk,
        actor,
        Step::RequestChanges,
        &args.id,
        args.rev,
        &args.reason,
    )
}

/// Publishes a course from review.
pub fn course_publish(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRev,
) -> Result<CourseDetail, WorkflowError> {
    step(desk, actor, Step::Publish, &args.id, args.rev, "")
}

/// Takes a course nobody is learning in out of the catalog, back to a draft.
pub fn course_unpublish(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRev,
) -> Result<CourseDetail, WorkflowError> {
    step(desk, actor, Step::Unpublish, &args.id, args.rev, "")
}

/// Takes a course out of the catalog; who is in it stays in it.
pub fn course_archive(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRev,
) -> Result<CourseDetail, WorkflowError> {
    step(desk, actor, Step::Archive, &args.id, args.rev, "")
}

/// Makes an archived course a draft again.
pub fn course_restore(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRev,
) -> Result<CourseDetail, WorkflowError> {
    step(desk, actor, Step::Restore, &args.id, args.rev, "")
}

fn step(
    desk: &Desk<'_>,
    actor: &Actor,
    step: Step,
    id: &str,
    rev: i64,
    note: &str,
) -> Result<CourseDetail, WorkflowError> {
    actor.require(step.permission())?;
    let id = parse(id)?;
    desk.decide(|reader| {
        let course = find(reader, id)?;
        let learning = reader.active_enrollments_in(id)?;
        Ok((
            rules::take(
                &stamp(desk, actor.clone()),
                &course,
                rev,
                step,
                note,
                learning,
            )?,
            (),
        ))
    })?;
    desk.read(|reader| detail(reader, actor, &find(reader, id)?))
}

fn teacher_id(id: &str) -> Result<UserId, Refusal> {
    id.parse()
        .map_err(|_| Refusal::field(Code::NotFound, "instructor", "This person was not found."))
}

fn free_slug(reader: &Reader<'_>, title: &str) -> Result<String, WorkflowError> {
    fields::free_slug(title, |slug| Ok(reader.slug_taken(slug)?))
}

/// The slug an edit asks for; none: it stays. Emptied, it is derived from the title again, unless it
/// already is.
fn slug(
    reader: &Reader<'_>,
    course: &Course,
    title: &str,
    typed: Option<&str>,
) -> Result<Option<String>, WorkflowError> {
    match typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        Some(typed) if course.slug.as_deref() == Some(typed) => Ok(None),
        Some(typed) => {
            if fields::slug_ok(typed) && reader.slug_taken(typed)? {
                return Err(Refusal::field(
                    Code::Taken,
                    "slug",
                    "Another course already has this short name.",
                )
                .into());
            }
            Ok(Some(typed.to_owned()))
        }
        None => {
            let own = course.slug.clone().unwrap_or_default();
            let free = fields::free_slug(title, |slug| {
                Ok::<_, WorkflowError>(slug != own && reader.slug_taken(slug)?)
            })?;
            Ok((free != own).then_some(free))
        }
    }
}

/// A derived slug that somebody took in between is derived anew.
fn retry_taken<T>(mut act: impl FnMut() -> Result<T, WorkflowError>) -> Result<T, WorkflowError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match act() {
            Err(error) if error.code() == Some(Code::Taken) && tries < 5 => {}
            outcome => return outcome,
        }
    }
}

fn first(found: Vec<Refusal>, otherwise: &str) -> Refusal {
    found
        .into_iter()
        .next()
        .unwrap_or_else(|| Refusal::new(Code::Invalid, otherwise))
}
