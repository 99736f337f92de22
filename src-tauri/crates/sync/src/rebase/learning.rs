//! Progress of one student made at two desktops: lessons are a set, time only grows, and the rest
//! follows by the rules of learning.

use std::collections::BTreeMap;

use bson::{Bson, Document};
use domain::{
    Code, Refusal,
    change::{Patch, get_at},
    course::Course,
    enrollment::{Enrollment, EnrollmentStatus},
    rules::learning::{progress, results},
};

use super::{lists::Lists, patch::Fitting};
use crate::merge::ConflictKind;

const LESSONS: &str = "progress.completedLessons";
const PERCENTAGE: &str = "progress.percentage";
const CURRENT: &str = "progress.currentLesson";
const ACCESSED: &str = "progress.lastAccessedAt";
const STATUS: &str = "status";
const SCORE: &str = "finalScore";
const CERTIFICATE: &str = "certificateId";
/// What completing a course writes, beside its state.
const COMPLETION: [&str; 5] = [
    "completionDate",
    "certificateIssued",
    CERTIFICATE,
    "certificateIssuedAt",
    SCORE,
];

/// Fits the patch of an enrollment made by learning or grading. Without the course, percentages are
/// only taken as far as the two desktops say.
pub(super) fn fit(fitting: &mut Fitting<'_>, course: Option<&Course>) -> Result<(), Refusal> {
    let current: Enrollment =
        bson::deserialize_from_document(fitting.current.clone()).map_err(|error| {
            Refusal::new(
                Code::Invalid,
                format!("The server\u{2019}s enrollment cannot be read: {error}"),
            )
        })?;
    if matches!(
        current.status,
        EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded
    ) {
        return Err(Refusal::new(
            Code::WrongState,
            "The enrollment ended in the meantime, so this was not added to it.",
        ));
    }
    let graded = !fitting.unchanged("assessments");
    fitting.path("assessments")?;
    lessons(fitting)?;
    place(fitting, &current);
    let completes = completion(fitting, &current)?;
    let after = after(fitting);
    if !completes {
        percentage(fitting, &current, course, after.as_ref());
    } else if fitting.patch.set.contains_key(PERCENTAGE) {
        fitting.mine(PERCENTAGE);
    }
    if graded && fitting.patch.set.contains_key(SCORE) {
        match after
            .zip(course)
            .and_then(|(after, course)| results::final_score(&after, course))
        {
            Some(score) => {
                fitting.patch.set.insert(SCORE.to_owned(), score.into());
            }
            None => fitting.theirs(SCORE),
        }
    }
    Ok(())
}

/// The union of the completed lessons: time at a lesson adds up, and it was done when it was first done.
fn lessons(fitting: &mut Fitting<'_>) -> Result<(), Refusal> {
    if fitting.unchanged(LESSONS) {
        return Ok(());
    }
    let base = fitting.patch.base.get(LESSONS).cloned();
    let mine = fitting.patch.set.get(LESSONS).cloned();
    let theirs = get_at(fitting.current, LESSONS);
    let Some(lists) = Lists::of(base.as_ref(), mine.as_ref(), theirs) else {
        fitting.contested(LESSONS);
        return Ok(());
    };
    let by_lesson = |list: &[Bson]| -> BTreeMap<String, Document> {
        list.iter()
            .filter_map(Bson::as_document)
            .filter_map(|row| Some((row.get_str("lessonId").ok()?.to_owned(), row.clone())))
            .collect()
    };
    let (was, done) = (by_lesson(lists.base), by_lesson(lists.mine));
    let theirs = by_lesson(lists.theirs);
    // Lessons done never leave the set but by beginning anew.
    if was.keys().any(|lesson| !theirs.contains_key(lesson)) {
        return Err(Refusal::new(
            Code::Stale,
            "The course was begun anew in the meantime, so this was not added to it.",
        ));
    }
    let mut merged: Vec<Bson> = lists.theirs.to_vec();
    for row in merged.iter_mut().filter_map(Bson::as_document_mut) {
        let Some(mine) = row
            .get_str("lessonId")
            .ok()
            .and_then(|lesson| done.get(lesson))
        else {
            continue;
        };
        let lesson = mine.get_str("lessonId").unwrap_or_default();
        let before = was.get(lesson).map_or(0, seconds);
        let spent = seconds(mine).saturating_sub(before).max(0);
        if spent > 0 {
            row.insert("timeSpent", seconds(row).saturating_add(spent));
        }
        if let Ok(at) = mine.get_datetime("completedAt")
            && row
                .get_datetime("completedAt")
                .is_ok_and(|theirs| at < theirs)
        {
            row.insert("completedAt", *at);
        }
    }
    for row in lists.mine.iter().filter_map(Bson::as_document) {
        let lesson = row.get_str("lessonId").unwrap_or_default();
        if !theirs.contains_key(lesson) {
            merged.push(row.clone().into());
        }
    }
    fitting.merged(LESSONS, Some(Bson::Array(merged)));
    Ok(())
}

/// Where to go on is where the student was last, at whichever desktop.
fn place(fitting: &mut Fitting<'_>, current: &Enrollment) {
    let at = fitting
        .patch
        .set
        .get(ACCESSED)
        .and_then(|at| at.as_datetime().copied());
    let later = match (at, current.progress.last_accessed_at) {
        (Some(mine), Some(theirs)) => theirs > mine,
        _ => false,
    };
    if later {
        fitting.theirs(CURRENT);
        fitting.theirs(ACCESSED);
    }
}

/// Whether this still completes the course. Where another desktop has, its date and certificate stand.
fn completion(fitting: &mut Fitting<'_>, current: &Enrollment) -> Result<bool, Refusal> {
    if !fitting.patch.set.contains_key(STATUS) {
        return Ok(false);
    }
    let certificate = fitting
        .patch
        .set
        .get(CERTIFICATE)
        .and_then(Bson::as_str)
        .map(str::to_owned);
    let other = match (&certificate, &current.certificate_id) {
        (Some(mine), Some(theirs)) if mine != theirs => Some((mine.clone(), theirs.clone())),
        _ => None,
    };
    if let Some((mine, theirs)) = other {
        fitting.card(
            CERTIFICATE,
            ConflictKind::Field,
            Bson::Null,
            mine.into(),
            theirs.into(),
        );
        fitting.theirs(CERTIFICATE);
    }
    match current.status {
        EnrollmentStatus::Active => {
            fitting.mine(STATUS);
            Ok(true)
        }
        EnrollmentStatus::Completed => {
            fitting.theirs(STATUS);
            for path in COMPLETION {
                fitting.theirs(path);
            }
            Ok(false)
        }
        _ => Err(Refusal::new(
            Code::WrongState,
            "The enrollment waits for its payment again, so the course was not completed.",
        )),
    }
}

/// The percentage over what both did. Who has completed the course stays at what it says.
fn percentage(
    fitting: &mut Fitting<'_>,
    current: &Enrollment,
    course: Option<&Course>,
    after: Option<&Enrollment>,
) {
    if current.status != EnrollmentStatus::Active {
        fitting.theirs(PERCENTAGE);
        return;
    }
    let percent = match (course, after) {
        (Some(course), Some(after)) => progress(after, course),
        _ => fitting
            .patch
            .set
            .get(PERCENTAGE)
            .and_then(Bson::as_f64)
            .unwrap_or_default()
            .max(current.progress.percentage),
    };
    fitting.merged(PERCENTAGE, Some(percent.into()));
}

/// The enrollment as it will be.
fn after(fitting: &Fitting<'_>) -> Option<Enrollment> {
    let mut document = fitting.current.clone();
    let patch: &Patch = &fitting.patch;
    patch.apply(&mut document);
    bson::deserialize_from_document(document).ok()
}

fn seconds(row: &Document) -> i64 {
    match row.get("timeSpent") {
        Some(Bson::Int32(n)) => i64::from(*n),
        Some(Bson::Int64(n)) => *n,
        // A program of another language may have stored it so; whole seconds below 2^53 are exact.
        Some(Bson::Double(d)) if d.is_finite() => *d as i64,
        _ => 0,
    }
}
