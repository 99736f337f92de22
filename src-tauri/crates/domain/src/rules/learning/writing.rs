//! What a student writes: notes for themselves, and a review of the course for everybody.

use bson::{Bson, oid::ObjectId};

use super::{Open, Stamp, open, own};
use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    course::{Course, Rating},
    enrollment::{Enrollment, EnrollmentStatus, Note},
    error::{Code, Refusal},
    rules::publishing::fields::length,
};

/// Notes an enrollment may hold.
const MAX_NOTES: usize = 1_000;

/// Adds a note, at a lesson or at the course as a whole.
pub fn add_note(
    stamp: &Stamp,
    enrollment: &Enrollment,
    course: &Course,
    id: ObjectId,
    lesson: Option<&str>,
    content: &str,
    timestamp: Option<f64>,
) -> Result<ChangeSet, Refusal> {
    own(&stamp.actor, enrollment)?;
    if open(enrollment, stamp.at) == Open::Nothing {
        return Err(Refusal::new(
            Code::WrongState,
            "Your access to this course has ended.",
        ));
    }
    let content = content.trim();
    match length(content) {
        0 => {
            return Err(Refusal::field(
                Code::Required,
                "content",
                "The note is empty.",
            ));
        }
        1..=5_000 => {}
        _ => {
            return Err(Refusal::field(
                Code::TooLong,
                "content",
                "A note may have 5,000 characters at most.",
            ));
        }
    }
    let title = match lesson {
        None => None,
        Some(lesson) => Some(
            course
                .lessons()
                .find(|(_, l)| l.id.is_some_and(|id| id.to_hex() == lesson))
                .map(|(_, l)| l.title.as_str())
                .ok_or_else(|| {
                    Refusal::field(
                        Code::NotFound,
                        "lesson",
                        "The lesson is not in the course any more.",
                    )
                })?,
        ),
    };
    if timestamp.is_some_and(|at| !(0.0..=864_000.0).contains(&at)) {
        return Err(Refusal::field(
            Code::Invalid,
            "timestamp",
            "The place in the video is not a time.",
        ));
    }
    if enrollment.notes.len() >= MAX_NOTES {
        return Err(Refusal::new(
            Code::TooLarge,
            "A course holds 1,000 notes at most.",
        ));
    }
    let note = Note {
        id: Some(id),
        lesson_id: lesson.map(str::to_owned),
        content: content.to_owned(),
        timestamp,
        created_at: stamp.at,
        extra: bson::Document::new(),
    };
    let mut deed = Deed::new("note.added", Collection::Enrollments, enrollment.id);
    if let Some(title) = title {
        deed = deed.with("lesson", title);
    }
    Ok(stamp
        .change_set(deed, Offline::Queue)
        .patch(
            Collection::Enrollments,
            enrollment.id,
            Patch::new()
                .push(
                    "notes",
                    bson::serialize_to_bson(&note).unwrap_or(Bson::Null),
                )
                .put("updatedAt", stamp.at),
        )
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev()))
}

/// Takes a note away.
pub fn remove_note(
    stamp: &Stamp,
    enrollment: &Enrollment,
    note: &str,
) -> Result<ChangeSet, Refusal> {
    own(&stamp.actor, enrollment)?;
    let rest: Vec<&Note> = enrollment
        .notes
        .iter()
        .filter(|n| n.id.is_none_or(|id| id.to_hex() != note))
        .collect();
    if rest.len() == enrollment.notes.len() {
        return Err(Refusal::not_found("The note"));
    }
    let deed = Deed::new("note.removed", Collection::Enrollments, enrollment.id);
    Ok(stamp
        .change_set(deed, Offline::Queue)
        .patch(
            Collection::Enrollments,
            enrollment.id,
            Patch::new()
                .set(
                    "notes",
                    bson::serialize_to_bson(&enrollment.notes).unwrap_or(Bson::Null),
                    bson::serialize_to_bson(&rest).unwrap_or(Bson::Null),
                )
                .put("updatedAt", stamp.at),
        )
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev()))
}

/// Whether the student may judge the course: who has completed it, or learns in it and has begun.
pub fn may_review(enrollment: &Enrollment) -> bool {
    match enrollment.status {
        EnrollmentStatus::Completed => true,
        EnrollmentStatus::Active => {
            enrollment.progress.percentage > 0.0
                || !enrollment.progress.completed_lessons.is_empty()
        }
        _ => false,
    }
}

/// Saves the student's review, and the course's rating with it: the count by an increment, the
/// average computed from it while nobody else changed either.
pub fn review(
    stamp: &Stamp,
    enrollment: &Enrollment,
    course: &Course,
    rating: i64,
    comment: Option<&str>,
) -> Result<ChangeSet, Refusal> {
    own(&stamp.actor, enrollment)?;
    if !may_review(enrollment) {
        return Err(Refusal::new(
            Code::WrongState,
            "A course is reviewed by who has completed it or is learning in it and has done a lesson.",
        ));
    }
    if !(1..=5).contains(&rating) {
        return Err(Refusal::field(
            Code::Invalid,
            "rating",
            "The rating is 1, 2, 3, 4 or 5.",
        ));
    }
    let comment = comment.map(str::trim).filter(|text| !text.is_empty());
    if comment.is_some_and(|text| length(text) > 2_000) {
        return Err(Refusal::field(
            Code::TooLong,
            "comment",
            "A review may have 2,000 characters at most.",
        ));
    }
    let stars = i32::try_from(rating).map_or(0.0, f64::from);
    let former = enrollment.review.as_ref().and_then(|r| r.rating);
    let mut review = enrollment.review.clone().unwrap_or_default();
    review.rating = Some(stars);
    review.comment = comment.map(str::to_owned);
    review.reviewed_at = Some(stamp.at);
    let base = enrollment.review.as_ref().map_or(Bson::Null, |r| {
        bson::serialize_to_bson(r).unwrap_or(Bson::Null)
    });

    let deed = Deed::new("review.saved", Collection::Enrollments, enrollment.id)
        .about(Collection::Courses, course.id)
        .with("course", course.title.as_str())
        .with("rating", rating);
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(
            Collection::Enrollments,
            enrollment.id,
            Patch::new()
                .set(
                    "review",
                    base,
                    bson::serialize_to_bson(&review).unwrap_or(Bson::Null),
                )
                .put("updatedAt", stamp.at),
        )
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev());

    let (average, more) = rated(&course.rating, former, stars);
    let mut patch = Patch::new().set("rating.average", course.rating.average, average);
    if more > 0 {
        patch = patch.inc("rating.count", more);
    }
    let is = |path: &str, equals: Bson| Guard::Field {
        collection: Collection::Courses,
        id: course.id.into(),
        path: path.to_owned(),
        equals,
    };
    Ok(set
        .patch(Collection::Courses, course.id, patch)
        .guard(is("rating.average", course.rating.average.into()))
        .guard(is("rating.count", course.rating.count.into())))
}

/// The average with one rating more, or with one rating changed, and by how much the count grows.
/// The sum is rounded to thousandths, so that it does not drift over many ratings.
pub fn rated(rating: &Rating, former: Option<f64>, stars: f64) -> (f64, i64) {
    let counted = rating.count.max(0);
    let number = |n: i64| i32::try_from(n).map_or(f64::from(i32::MAX), f64::from);
    let sum = (rating.average * number(counted) * 1_000.0).round() / 1_000.0;
    let (sum, count, more) = match former {
        Some(former) if counted > 0 => (sum - former + stars, counted, 0),
        _ => (sum + stars, counted.saturating_add(1), 1),
    };
    ((sum / number(count)).clamp(0.0, 5.0), more)
}
