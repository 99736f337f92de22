//! What may be written about a course, and its way into the catalog.
//!
//! `fields` checks what is typed, `outline` keeps the curriculum; here is who may do what, the change
//! sets, and the steps of the state machine. Left out: who sees which course in a list.

mod checks;
pub mod fields;
pub mod outline;
mod steps;

pub use steps::{Step, may_take, missing, take};

use bson::{Bson, oid::ObjectId};
use sha2::{Digest, Sha256};

use self::{
    fields::{CourseInput, differences, fill},
    outline::{ModuleInput, OutlineChange, outline},
    steps::ready,
};
use super::Stamp;
use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    course::{Course, CourseStatus, curriculum_bson},
    error::{Code, Refusal},
    ids::UserId,
    role::{Actor, Permission, Role},
    user::{User, UserStatus},
};

/// A number that changes whenever something a person edits changes, and not when a counter does: a
/// student who enrolls must not make the author's edit stale. 53 bits, exact in JSON.
pub fn revision(course: &Course) -> i64 {
    let mut still = course.clone();
    still.enrollment_count = 0;
    still.view_count = 0;
    still.rating = crate::course::Rating::default();
    still.updated_at = still.created_at;
    still.sync = None;
    still.extra.remove("__v");
    let bytes = bson::serialize_to_vec(&still).unwrap_or_default();
    let hash = Sha256::digest(&bytes);
    let mut head = [0; 8];
    head.copy_from_slice(&hash[..8]);
    i64::try_from(u64::from_be_bytes(head) >> 11).unwrap_or(0)
}

/// Refuses with [`Code::Stale`] when the course is not the one that was read. The document's own
/// revision is taken too.
pub fn still(course: &Course, read: i64) -> Result<(), Refusal> {
    if read == revision(course) || read == course.rev() {
        Ok(())
    } else {
        Err(Refusal::new(
            Code::Stale,
            "Somebody changed this course in the meantime. Look at it again before you change it.",
        ))
    }
}

/// Whether the person may see the course: administrators all, instructors their own and whatever is
/// published, everybody else what is published; students only what is public or what they are in.
pub fn may_see(actor: &Actor, course: &Course, enrolled: bool) -> bool {
    let published = course.status == CourseStatus::Published;
    match actor.role {
        Role::Admin => true,
        Role::Instructor => published || actor.is(course.instructor),
        Role::Finance => published,
        Role::Student => (published && course.is_public) || enrolled,
    }
}

/// Whether the person may edit the course: administrators any, instructors their own. What they may
/// not see is not there.
pub fn may_write(actor: &Actor, course: &Course) -> Result<(), Refusal> {
    let own = actor.role == Role::Admin || actor.is(course.instructor);
    match actor.require(Permission::WriteCourses) {
        Ok(()) if own => Ok(()),
        Ok(()) if may_see(actor, course, false) => Err(Refusal::new(
            Code::Forbidden,
            "This course is another instructor's.",
        )),
        Ok(()) => Err(Refusal::not_found("The course")),
        Err(no) => Err(no),
    }
}

/// Whether the person may teach: an instructor or administrator whose account is active.
pub fn may_teach(person: Option<&User>) -> Result<(), Refusal> {
    let no = |why: &str| Err(Refusal::field(Code::Invalid, "instructor", why));
    match person {
        None => Err(Refusal::field(
            Code::NotFound,
            "instructor",
            "This person was not found.",
        )),
        Some(user) if !matches!(user.role, Role::Instructor | Role::Admin) => {
            no("A course is taught by an instructor or an administrator.")
        }
        Some(user) if user.status != UserStatus::Active => {
            no("This person's account is not active.")
        }
        Some(_) => Ok(()),
    }
}

/// A course that is on show or before the reviewer stays ready.
fn stays_ready(course: &Course) -> Result<(), Refusal> {
    match course.status {
        CourseStatus::Published | CourseStatus::UnderReview => ready(course),
        CourseStatus::Draft | CourseStatus::Archived => Ok(()),
    }
}

/// A new course, complete with its slug; a draft unless an import says otherwise.
pub fn create(stamp: &Stamp, course: &Course) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::WriteCourses)?;
    if stamp.actor.role != Role::Admin && !stamp.actor.is(course.instructor) {
        return Err(Refusal::field(
            Code::Forbidden,
            "instructor",
            "Only an administrator creates courses for somebody else.",
        ));
    }
    if stamp.actor.role != Role::Admin && course.status != CourseStatus::Draft {
        return Err(Refusal::new(Code::Forbidden, "A new course is a draft."));
    }
    stays_ready(course)?;
    let document = bson::serialize_to_document(course).map_err(|error| {
        Refusal::new(
            Code::Invalid,
            format!("The course cannot be stored: {error}"),
        )
    })?;
    let deed = Deed::new("course.created", Collection::Courses, course.id)
        .about(Collection::Users, course.instructor)
        .with("title", course.title.as_str());
    let set = stamp
        .change_set(deed, Offline::Queue)
        .insert(Collection::Courses, document);
    Ok(match &course.slug {
        Some(slug) => set.guard(slug_free(slug)),
        None => set,
    })
}

/// The edit of a course's fields; none when nothing differs. `teacher` is the person `instructor`
/// names, where it differs from who teaches now.
pub fn update(
    stamp: &Stamp,
    course: &Course,
    read: i64,
    input: &CourseInput,
    teacher: Option<&User>,
    fresh: &mut dyn FnMut() -> ObjectId,
) -> Result<Option<ChangeSet>, Refusal> {
    may_write(&stamp.actor, course)?;
    still(course, read)?;
    let after = fill(course, input, fresh).map_err(first)?;
    let admin = stamp.actor.role == Role::Admin;
    if after.instructor != course.instructor {
        if !admin {
            return Err(Refusal::field(
                Code::Forbidden,
                "instructor",
                "Only an administrator assigns another instructor.",
            ));
        }
        may_teach(teacher.filter(|user| user.id == after.instructor))?;
    }
    let repriced = (after.price, after.original_price, after.currency)
        != (course.price, course.original_price, course.currency);
    if repriced && !admin && course.status == CourseStatus::Published {
        return Err(Refusal::field(
            Code::Forbidden,
            "priceMinor",
            "Only an administrator changes the price of a published course.",
        ));
    }
    stays_ready(&after)?;
    let patch = differences(course, &after);
    if patch.is_empty() {
        return Ok(None);
    }
    let fields: Vec<Bson> = patch
        .set
        .keys()
        .chain(&patch.unset)
        .map(|path| Bson::from(path.as_str()))
        .collect();
    let mut deed = Deed::new("course.updated", Collection::Courses, course.id)
        .with("title", after.title.as_str())
        .with("fields", fields);
    if repriced {
        if let Ok(Some(old)) = course.price() {
            deed = deed
                .with("fromMinor", old.minor)
                .with("fromCurrency", old.currency.code());
        }
        if let Ok(Some(new)) = after.price() {
            deed = deed
                .with("amountMinor", new.minor)
                .with("currency", new.currency.code());
        }
    }
    let slug = after
        .slug
        .as_deref()
        .filter(|_| after.slug != course.slug)
        .map(slug_free);
    let offline = if repriced && course.status == CourseStatus::Published {
        Offline::OnlineOnly
    } else {
        Offline::Queue
    };
    let set = stamp
        .change_set(deed, offline)
        .patch(
            Collection::Courses,
            course.id,
            patch.put("updatedAt", stamp.at),
        )
        .at_revision(Collection::Courses, course.id, course.rev());
    Ok(Some(match slug {
        Some(guard) => set.guard(guard),
        None => set,
    }))
}

/// The edit of the outline; none when nothing differs. The flag says that the set of lessons differs
/// and progress has to be computed anew.
pub fn save_curriculum(
    stamp: &Stamp,
    course: &Course,
    read: i64,
    typed: &[ModuleInput],
    fresh: &mut dyn FnMut() -> ObjectId,
) -> Result<Option<(ChangeSet, OutlineChange)>, Refusal> {
    may_write(&stamp.actor, course)?;
    still(course, read)?;
    let mut after = course.clone();
    after.curriculum = outline(&course.curriculum, typed, fresh)?;
    stays_ready(&after)?;
    let lessons = i64::try_from(after.lesson_count()).unwrap_or(i64::MAX);
    if after.curriculum == course.curriculum && course.total_lessons == lessons {
        return Ok(None);
    }
    let change = outline::change(&course.curriculum, &after.curriculum);
    let deed = Deed::new("course.curriculum-saved", Collection::Courses, course.id)
        .with("title", course.title.as_str())
        .with("added", change.added)
        .with("removed", change.removed)
        .with("renamed", change.renamed)
        .with("moved", change.moved)
        .with("lessons", lessons);
    let patch = Patch::new()
        .set(
            "curriculum",
            curriculum_bson(&course.curriculum),
            curriculum_bson(&after.curriculum),
        )
        .put("totalLessons", Bson::from(lessons))
        .put("updatedAt", stamp.at);
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Courses, course.id, patch)
        .at_revision(Collection::Courses, course.id, course.rev());
    Ok(Some((set, change)))
}

fn slug_free(slug: &str) -> Guard {
    Guard::Unique {
        collection: Collection::Courses,
        values: [("slug".to_owned(), Bson::from(slug))].into(),
        field: "slug".to_owned(),
    }
}

fn first(found: Vec<Refusal>) -> Refusal {
    found
        .into_iter()
        .next()
        .unwrap_or_else(|| Refusal::new(Code::Invalid, "The course is not valid."))
}

/// The person who teaches, where an edit names another one.
pub fn new_teacher(course: &Course, input: &CourseInput) -> Option<UserId> {
    input.instructor.filter(|user| *user != course.instructor)
}
