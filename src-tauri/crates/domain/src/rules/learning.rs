//! Progress and completion: opening lessons, completing them, and what follows when all are done.
//!
//! `results` has grades, final scores and the revoking of certificates, `writing` has notes and
//! reviews. Left out: how a certificate's id is made; the caller hands in a maker of ids.

pub mod results;
pub mod writing;

use std::collections::BTreeSet;

use bson::{Bson, oid::ObjectId};

use super::Stamp;
use crate::{
    Timestamp,
    audit::Deed,
    change::{ChangeSet, Collection, Offline, Patch},
    course::{Course, Lesson},
    enrollment::{AccessLevel, CompletedLesson, Enrollment, EnrollmentStatus},
    error::{Code, Refusal},
    role::{Actor, Permission},
};

/// The most seconds one call may report: a day.
pub const MAX_SECONDS: i64 = 86_400;

/// How often opening the same lesson again is worth a write, in milliseconds.
const AGAIN_AFTER: i64 = 60_000;

/// How far the course is open to its student.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Every lesson.
    All,
    /// Lessons that are free.
    Free,
    /// Nothing.
    Nothing,
}

/// How far the course is open at this moment: everything to who learns or has completed, free lessons
/// to who has still to pay or has a preview, nothing after the end.
pub fn open(enrollment: &Enrollment, now: Timestamp) -> Open {
    let over = enrollment.expiration_date.is_some_and(|end| end <= now);
    match enrollment.status {
        EnrollmentStatus::Active | EnrollmentStatus::Completed if over => Open::Nothing,
        EnrollmentStatus::Active | EnrollmentStatus::Completed => match enrollment.access_level {
            AccessLevel::Preview => Open::Free,
            AccessLevel::Full | AccessLevel::Limited => Open::All,
        },
        EnrollmentStatus::Pending => Open::Free,
        EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded => Open::Nothing,
    }
}

impl Open {
    /// Whether that lesson is.
    pub const fn lets_in(self, lesson: &Lesson) -> bool {
        match self {
            Self::All => true,
            Self::Free => lesson.is_free,
            Self::Nothing => false,
        }
    }
}

/// Refuses unless the enrollment is the person's own. Somebody else's is not there.
pub fn own(actor: &Actor, enrollment: &Enrollment) -> Result<(), Refusal> {
    actor.require(Permission::Learn)?;
    if actor.is(enrollment.user) {
        Ok(())
    } else {
        Err(Refusal::not_found("The enrollment"))
    }
}

/// Lessons of the course that are in the set of completed ones. Completed lessons the course no
/// longer has do not count, and are kept in case they come back.
pub fn done<'a>(course: &Course, completed: impl Iterator<Item = &'a str>) -> usize {
    let completed: BTreeSet<&str> = completed.collect();
    course
        .lessons()
        .filter(|(_, lesson)| {
            lesson
                .id
                .is_some_and(|id| completed.contains(id.to_hex().as_str()))
        })
        .count()
}

/// Whole percent, rounded down, so that 100 means all lessons. A course without lessons is at 0.
pub fn percentage(done: usize, lessons: usize) -> f64 {
    let percent = done
        .min(lessons)
        .saturating_mul(100)
        .checked_div(lessons)
        .unwrap_or(0);
    u32::try_from(percent).map_or(0.0, f64::from)
}

/// The percentage of an enrollment over the course as it is now.
pub fn progress(enrollment: &Enrollment, course: &Course) -> f64 {
    let completed = enrollment
        .progress
        .completed_lessons
        .iter()
        .map(|l| l.lesson_id.as_str());
    percentage(done(course, completed), course.lesson_count())
}

/// Whether everything is done that completing wants: every lesson, and every required assessment
/// passed.
pub fn fulfilled(enrollment: &Enrollment, course: &Course) -> bool {
    course.lesson_count() > 0
        && progress(enrollment, course) >= 100.0
        && results::open_requirements(enrollment, course)
            .next()
            .is_none()
}

/// A lesson is opened: it becomes the current one, and time grows. None when that would say nothing
/// new. Where everything was done already (the last open lesson was taken out of the course), this
/// completes the course.
pub fn open_lesson(
    stamp: &Stamp,
    enrollment: &Enrollment,
    course: &Course,
    lesson: &str,
    seconds: i64,
    certificate: &mut dyn FnMut() -> String,
) -> Result<Option<ChangeSet>, Refusal> {
    own(&stamp.actor, enrollment)?;
    let lesson = entered(enrollment, course, lesson, stamp.at)?;
    let seconds = checked(seconds)?;
    let id = hex(lesson);
    let before = &enrollment.progress;
    let recent = before.last_accessed_at.is_some_and(|last| {
        stamp
            .at
            .timestamp_millis()
            .saturating_sub(last.timestamp_millis())
            < AGAIN_AFTER
    });
    let completes = enrollment.status == EnrollmentStatus::Active && fulfilled(enrollment, course);
    if seconds == 0 && recent && before.current_lesson.as_deref() == Some(id.as_str()) && !completes
    {
        return Ok(None);
    }
    let mut after = enrollment.clone();
    after.progress.current_lesson = Some(id.clone());
    spend(&mut after, &id, seconds);
    let mut deed = Deed::new(
        "learning.lesson-opened",
        Collection::Enrollments,
        enrollment.id,
    )
    .with("lesson", lesson.title.as_str());
    // In the audit trail, but on no timeline: it happens too often to be told.
    deed.subjects.clear();
    Ok(Some(write(
        stamp,
        enrollment,
        after,
        course,
        deed,
        seconds,
        certificate,
    )))
}

/// A lesson is completed: it joins the set, time and percentage grow, the next lesson becomes the
/// current one, and the course is completed when nothing is left. Completing it again changes nothing
/// but the time. None when nothing changes.
pub fn complete_lesson(
    stamp: &Stamp,
    enrollment: &Enrollment,
    course: &Course,
    lesson: &str,
    seconds: i64,
    certificate: &mut dyn FnMut() -> String,
) -> Result<Option<ChangeSet>, Refusal> {
    own(&stamp.actor, enrollment)?;
    let lesson = entered(enrollment, course, lesson, stamp.at)?;
    if enrollment.status == EnrollmentStatus::Pending {
        return Err(Refusal::new(
            Code::WrongState,
            "This lesson may be looked at now; it can be completed once the course is paid.",
        ));
    }
    let seconds = checked(seconds)?;
    let id = hex(lesson);
    let mut after = enrollment.clone();
    let known = after
        .progress
        .completed_lessons
        .iter()
        .any(|l| l.lesson_id == id);
    if known {
        let completes =
            enrollment.status == EnrollmentStatus::Active && fulfilled(enrollment, course);
        if seconds == 0 && !completes {
            return Ok(None);
        }
        spend(&mut after, &id, seconds);
    } else {
        after.progress.completed_lessons.push(CompletedLesson {
            lesson_id: id.clone(),
            completed_at: Some(stamp.at),
            time_spent: seconds,
            extra: bson::Document::new(),
        });
    }
    after.progress.current_lesson = Some(next_lesson(&after, course, &id).unwrap_or(id));
    let percent = progress(&after, course);
    let deed = Deed::new(
        "learning.lesson-completed",
        Collection::Enrollments,
        enrollment.id,
    )
    .with("lesson", lesson.title.as_str())
    .with("percentage", percent);
    Ok(Some(write(
        stamp,
        enrollment,
        after,
        course,
        deed,
        seconds,
        certificate,
    )))
}

/// Where to go on after a lesson: the next one in order that is not completed, from the start again
/// when there is none behind it. None when all are.
pub fn next_lesson(enrollment: &Enrollment, course: &Course, after: &str) -> Option<String> {
    let completed: BTreeSet<&str> = enrollment
        .progress
        .completed_lessons
        .iter()
        .map(|l| l.lesson_id.as_str())
        .collect();
    let ids: Vec<String> = course.lessons().map(|(_, lesson)| hex(lesson)).collect();
    let start = ids.iter().position(|id| id == after).map_or(0, |n| n + 1);
    ids[start..]
        .iter()
        .chain(&ids[..start])
        .find(|id| !id.is_empty() && !completed.contains(id.as_str()))
        .cloned()
}

/// The percentages of active enrollments after the lessons of their course changed, in one change
/// set; none where no percentage differs. Who has completed the course stays so. Nobody completes it
/// by this: taking a lesson out by mistake must not issue certificates; the student's next step does.
pub fn recompute(stamp: &Stamp, course: &Course, enrollments: &[Enrollment]) -> Option<ChangeSet> {
    let deed = Deed::new("course.progress-recomputed", Collection::Courses, course.id)
        .with("title", course.title.as_str());
    let mut set = stamp.change_set(deed, Offline::Queue);
    let mut count = 0_i64;
    for enrollment in enrollments
        .iter()
        .filter(|e| e.status == EnrollmentStatus::Active)
    {
        let percent = progress(enrollment, course);
        if percent.total_cmp(&enrollment.progress.percentage).is_eq() {
            continue;
        }
        count += 1;
        set = set
            .patch(
                Collection::Enrollments,
                enrollment.id,
                Patch::new()
                    .set(
                        "progress.percentage",
                        enrollment.progress.percentage,
                        percent,
                    )
                    .put("updatedAt", stamp.at),
            )
            .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev());
    }
    set.deed = set.deed.with("enrollments", count);
    (count > 0).then_some(set)
}

/// The lesson, if it is of the course and open to the student.
fn entered<'a>(
    enrollment: &Enrollment,
    course: &'a Course,
    lesson: &str,
    now: Timestamp,
) -> Result<&'a Lesson, Refusal> {
    let found = course
        .lessons()
        .map(|(_, l)| l)
        .find(|l| l.id.is_some_and(|id| id.to_hex() == lesson))
        .ok_or_else(|| {
            Refusal::field(
                Code::NotFound,
                "lesson",
                "The lesson is not in the course any more.",
            )
        })?;
    let open = open(enrollment, now);
    if open.lets_in(found) {
        return Ok(found);
    }
    Err(Refusal::new(
        Code::WrongState,
        match (open, enrollment.status) {
            (Open::Free, EnrollmentStatus::Pending) => "This lesson opens once the course is paid.",
            (Open::Free, _) => "Your access is a preview: it opens the free lessons only.",
            (_, EnrollmentStatus::Cancelled) => "This enrollment was cancelled.",
            (_, EnrollmentStatus::Refunded) => "This enrollment was refunded.",
            _ => "Your access to this course has ended.",
        },
    ))
}

fn checked(seconds: i64) -> Result<i64, Refusal> {
    if (0..=MAX_SECONDS).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(Refusal::field(
            Code::Invalid,
            "seconds",
            "Time spent is from 0 seconds to a day.",
        ))
    }
}

fn hex(lesson: &Lesson) -> String {
    lesson.id.map(|id| id.to_hex()).unwrap_or_default()
}

/// Time at a completed lesson; at the others only the sum is kept.
fn spend(enrollment: &mut Enrollment, lesson: &str, seconds: i64) {
    for done in &mut enrollment.progress.completed_lessons {
        if done.lesson_id == lesson {
            done.time_spent = done.time_spent.saturating_add(seconds);
        }
    }
}

/// The change set from one state of learning to the next, completing the course where nothing is left.
fn write(
    stamp: &Stamp,
    before: &Enrollment,
    mut after: Enrollment,
    course: &Course,
    deed: Deed,
    seconds: i64,
    certificate: &mut dyn FnMut() -> String,
) -> ChangeSet {
    let mut patch = Patch::new()
        .put("progress.lastAccessedAt", stamp.at)
        .put("updatedAt", stamp.at);
    if seconds > 0 {
        patch = patch.inc("progress.totalTimeSpent", seconds);
    }
    if after.progress.current_lesson != before.progress.current_lesson
        && let Some(lesson) = &after.progress.current_lesson
    {
        patch = patch.put("progress.currentLesson", lesson.as_str());
    }
    if after.progress.completed_lessons != before.progress.completed_lessons {
        let list = |e: &Enrollment| {
            bson::serialize_to_bson(&e.progress.completed_lessons).unwrap_or(Bson::Null)
        };
        patch = patch.set("progress.completedLessons", list(before), list(&after));
    }
    // A completed course stays at 100 % whatever is added to it later.
    if before.status == EnrollmentStatus::Active {
        after.progress.percentage = progress(&after, course);
        if after
            .progress
            .percentage
            .total_cmp(&before.progress.percentage)
            .is_ne()
        {
            patch = patch.set(
                "progress.percentage",
                before.progress.percentage,
                after.progress.percentage,
            );
        }
    }
    let (patch, deed) = settle(stamp, &after, course, patch, deed, certificate);
    stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Enrollments, before.id, patch)
        .at_revision(Collection::Enrollments, before.id, before.rev())
}

/// Completes an active enrollment that has everything done: the date, the final score, and the
/// certificate, once. The deed becomes the completion, told of the course and the student too.
fn settle(
    stamp: &Stamp,
    after: &Enrollment,
    course: &Course,
    mut patch: Patch,
    deed: Deed,
    certificate: &mut dyn FnMut() -> String,
) -> (Patch, Deed) {
    let completes = after.status == EnrollmentStatus::Active
        && after.may_become(EnrollmentStatus::Completed)
        && fulfilled(after, course);
    if !completes {
        return (patch, deed);
    }
    let mut completed = Deed::new("enrollment.completed", Collection::Enrollments, after.id)
        .about(Collection::Courses, ObjectId::from(after.course))
        .about(Collection::Users, ObjectId::from(after.user))
        .with("course", course.title.as_str())
        .with("by", deed.verb.as_str());
    completed.detail.extend(deed.detail);
    patch = patch
        .set(
            "status",
            EnrollmentStatus::Active.as_str(),
            EnrollmentStatus::Completed.as_str(),
        )
        .put("completionDate", stamp.at);
    if let Some(score) = results::final_score(after, course) {
        patch = patch.put("finalScore", score);
        completed = completed.with("finalScore", score);
    }
    // Who comes back after a revocation and completes again has the same certificate again: one id an
    // enrollment, which always tells how it stands.
    let issued = after.certificate_id.is_some() && after.certificate_revoked_at.is_none();
    let id = after.certificate_id.clone().unwrap_or_else(certificate);
    if !issued {
        patch = patch
            .put("certificateIssued", true)
            .put("certificateId", id.as_str())
            .put("certificateIssuedAt", stamp.at);
        if after.certificate_revoked_at.is_some() {
            patch = patch.unset("certificateRevokedAt");
        }
    }
    (patch, completed.with("certificate", id))
}
