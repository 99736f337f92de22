//! The steps of a course through its state machine, what each of them wants, and who may take it.

use bson::Bson;

use super::{Stamp, fields, may_write, still};
use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Offline, Patch},
    course::{Course, CourseStatus, StatusChange},
    error::{Code, Refusal},
    role::{Actor, Permission},
};

/// A step of the course through its state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// `draft → under-review`, by its instructor or an administrator.
    Submit,
    /// `under-review → draft`, with a note.
    RequestChanges,
    /// `under-review → published`.
    Publish,
    /// `published → draft`, while nobody learns in it.
    Unpublish,
    /// `published → archived`.
    Archive,
    /// `archived → draft`.
    Restore,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Submit,
        Self::RequestChanges,
        Self::Publish,
        Self::Unpublish,
        Self::Archive,
        Self::Restore,
    ];

    /// From where to where.
    pub const fn transition(self) -> (CourseStatus, CourseStatus) {
        use CourseStatus as S;
        match self {
            Self::Submit => (S::Draft, S::UnderReview),
            Self::RequestChanges => (S::UnderReview, S::Draft),
            Self::Publish => (S::UnderReview, S::Published),
            Self::Unpublish => (S::Published, S::Draft),
            Self::Archive => (S::Published, S::Archived),
            Self::Restore => (S::Archived, S::Draft),
        }
    }

    /// The verb of its deed.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Submit => "course.submitted",
            Self::RequestChanges => "course.changes-requested",
            Self::Publish => "course.published",
            Self::Unpublish => "course.unpublished",
            Self::Archive => "course.archived",
            Self::Restore => "course.restored",
        }
    }

    /// What its doer must be allowed to.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Submit => Permission::WriteCourses,
            _ => Permission::PublishCourses,
        }
    }
}

/// What stands in the way of publishing, at the fields of the form.
pub fn missing(course: &Course) -> Vec<Refusal> {
    let wants = [
        (
            course.description.trim().is_empty(),
            "description",
            "A description is missing.",
        ),
        (
            course.category.is_none(),
            "category",
            "A category is missing.",
        ),
        (course.level.is_none(), "level", "A level is missing."),
        (
            course.price.is_none(),
            "priceMinor",
            "A price is missing; 0 makes the course free.",
        ),
        (
            course.lesson_count() == 0,
            "curriculum",
            "At least one lesson is missing.",
        ),
    ];
    wants
        .into_iter()
        .filter(|(wanting, ..)| *wanting)
        .map(|(_, field, message)| Refusal::field(Code::NotReady, field, message))
        .collect()
}

/// [`missing`] as one refusal, at the first field.
pub(super) fn ready(course: &Course) -> Result<(), Refusal> {
    let missing = missing(course);
    match missing.first() {
        None => Ok(()),
        Some(first) => {
            let all: Vec<&str> = missing.iter().map(|m| m.message.as_str()).collect();
            Err(Refusal {
                message: all.join(" "),
                ..first.clone()
            })
        }
    }
}

/// Takes a step of the state machine. `note` is the reviewer's, for [`Step::RequestChanges`];
/// `learning` is how many are active in the course.
pub fn take(
    stamp: &Stamp,
    course: &Course,
    read: i64,
    step: Step,
    note: &str,
    learning: i64,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(step.permission())?;
    may_write(&stamp.actor, course)?;
    still(course, read)?;
    let (from, to) = step.transition();
    if course.status != from || !course.status.may_become(to) {
        return Err(Refusal::new(
            Code::WrongState,
            wrong_state(step, course.status),
        ));
    }
    let note = note.trim();
    let mut patch = Patch::new()
        .set("status", course.status.as_str(), to.as_str())
        .put("updatedAt", stamp.at);
    let mut deed =
        Deed::new(step.verb(), Collection::Courses, course.id).with("title", course.title.as_str());
    match step {
        Step::Submit => {
            ready(course)?;
            if course.review_note.is_some() {
                patch = patch.unset("reviewNote");
            }
        }
        Step::RequestChanges => {
            if note.is_empty() {
                return Err(Refusal::field(
                    Code::Required,
                    "reason",
                    "Say what should be changed.",
                ));
            }
            if fields::length(note) > 2_000 {
                return Err(Refusal::field(
                    Code::TooLong,
                    "reason",
                    "The note may have 2,000 characters at most.",
                ));
            }
            patch = patch.put("reviewNote", note);
            deed = deed.with("note", note);
        }
        Step::Publish => {
            ready(course)?;
            if course.published_at.is_none() {
                patch = patch.put("publishedAt", stamp.at);
            }
        }
        Step::Unpublish if learning > 0 => {
            let who = if learning == 1 {
                "1 person is".to_owned()
            } else {
                format!("{learning} people are")
            };
            return Err(Refusal::new(
                Code::WrongState,
                format!(
                    "{who} learning in this course. Archive it instead: who is in it stays, and nobody new gets in."
                ),
            ));
        }
        Step::Unpublish | Step::Archive | Step::Restore => {}
    }
    let change = StatusChange {
        verb: step.verb().to_owned(),
        at: stamp.at,
        by: stamp.actor.user,
        name: stamp.actor.name.clone(),
    };
    let change = bson::serialize_to_bson(&change).unwrap_or(Bson::Null);
    let offline = match step.permission() {
        Permission::PublishCourses => Offline::OnlineOnly,
        _ => Offline::Queue,
    };
    Ok(stamp
        .change_set(deed, offline)
        .patch(
            Collection::Courses,
            course.id,
            patch.put("statusChange", change),
        )
        .at_revision(Collection::Courses, course.id, course.rev()))
}

/// Whether that step is open to the person now, for the window's buttons.
pub fn may_take(actor: &Actor, course: &Course, step: Step, learning: i64) -> bool {
    actor.require(step.permission()).is_ok()
        && may_write(actor, course).is_ok()
        && course.status == step.transition().0
        && (step != Step::Unpublish || learning == 0)
}

fn wrong_state(step: Step, status: CourseStatus) -> String {
    let is = match status {
        CourseStatus::Draft => "is a draft",
        CourseStatus::UnderReview => "is under review",
        CourseStatus::Published => "is published",
        CourseStatus::Archived => "is archived",
    };
    let may = match step {
        Step::Submit => "only a draft is submitted for review",
        Step::RequestChanges => "changes are requested of a course under review",
        Step::Publish => "it is published from review",
        Step::Unpublish => "only a published course is withdrawn",
        Step::Archive => "only a published course is archived",
        Step::Restore => "only an archived course is restored",
    };
    format!("The course {is}; {may}.")
}
