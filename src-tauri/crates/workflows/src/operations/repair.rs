//! Counters and progress of a workspace without a server put right again: what a program that was killed
//! between two steps, or another program, left behind. With a server its own are repaired there.
//!
//! Each course is one change set: counters by increments, so that what happens meanwhile is not lost.

use std::collections::HashMap;

use bson::oid::ObjectId;
use domain::{
    Actor, Code, Collection, CourseId, EnrollmentId, Refusal,
    audit::Deed,
    change::{Offline, Patch},
    course::Course,
    enrollment::Enrollment,
    role::Permission,
    rules::learning::recompute,
};
use replica::Reader;
use serde::Serialize;

use super::figures::CourseFigures;
use crate::{accounts::stamp, desk::Desk, error::WorkflowError};

/// Enrollments written in one change set.
const BATCH: usize = 500;

/// A figure that was wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repaired {
    /// The title of the course it is of.
    pub course: String,
    /// Which: `enrollmentCount`, `rating.count`, `rating.average`, `totalLessons`, or `progress`, of so many
    /// students.
    pub field: String,
    /// What it said; of progress, nothing.
    pub was: f64,
    /// What is right; of progress, how many students.
    pub is: f64,
}

/// What is off, by course.
#[derive(Default)]
struct Found {
    courses: HashMap<CourseId, CourseFigures>,
    /// Those whose progress is not what their lessons say.
    behind: HashMap<CourseId, Vec<EnrollmentId>>,
}

/// Compares every counter and every progress with what it is counted from, and puts right what differs,
/// unless it is only to be looked for. Running it twice does no harm.
pub fn repair(
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
) -> Result<Vec<Repaired>, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let found = desk.read(Found::read)?;
    let mut repaired = Vec::new();
    let mut courses: Vec<_> = found.courses.into_iter().collect();
    courses.sort_by(|(_, a), (_, b)| a.title.cmp(&b.title));
    for (id, figures) in courses {
        let before = repaired.len();
        let patch = counters(&figures, &mut repaired);
        if repaired.len() > before && !dry_run {
            let deed = Deed::new("course.counters-repaired", Collection::Courses, id)
                .with("title", figures.title.as_str());
            let set = stamp(desk, actor.clone())
                .change_set(deed, Offline::OnlineOnly)
                .patch(Collection::Courses, id, patch);
            desk.authority.commit(&set)?;
        }
        let Some(behind) = found.behind.get(&id) else {
            continue;
        };
        repaired.push(Repaired {
            course: figures.title.clone(),
            field: "progress".to_owned(),
            was: 0.0,
            is: number(i64::try_from(behind.len()).unwrap_or(i64::MAX)),
        });
        if !dry_run {
            progress_anew(desk, actor, id, behind)?;
        }
    }
    Ok(repaired)
}

impl Found {
    fn read(reader: &Reader<'_>) -> Result<Self, WorkflowError> {
        let mut found = Self::default();
        let mut unreadable: Option<ObjectId> = None;
        reader.examine::<Course>(Collection::Courses, |_, course| {
            if let Ok(course) = course {
                found.courses.insert(course.id, CourseFigures::of(&course));
            }
            Ok(())
        })?;
        reader.examine::<Enrollment>(Collection::Enrollments, |id, enrollment| {
            let Ok(enrollment) = enrollment else {
                unreadable.get_or_insert(id);
                return Ok(());
            };
            if let Some(figures) = found.courses.get_mut(&enrollment.course) {
                figures.count(&enrollment);
                if figures.progress(&enrollment).is_some() {
                    let behind = found.behind.entry(enrollment.course).or_default();
                    behind.push(enrollment.id);
                }
            }
            Ok(())
        })?;
        match unreadable {
            None => Ok(found),
            // Counted without it, its course would be put wrong.
            Some(id) => Err(Refusal::new(
                Code::WrongState,
                format!("The enrollment {id} cannot be read, so nothing was counted."),
            )
            .into()),
        }
    }
}

/// The patch that puts a course's counters right; what it does is noted.
fn counters(figures: &CourseFigures, repaired: &mut Vec<Repaired>) -> Patch {
    let says = figures.says;
    let mut patch = Patch::new();
    let mut told = |field: &str, was: f64, is: f64| {
        repaired.push(Repaired {
            course: figures.title.clone(),
            field: field.to_owned(),
            was,
            is,
        });
    };
    if let Some(enrolled) = figures.enrolled() {
        patch = patch.inc("enrollmentCount", enrolled.saturating_sub(says.enrolled));
        told("enrollmentCount", number(says.enrolled), number(enrolled));
    }
    if let Some(ratings) = figures.ratings() {
        patch = patch.inc("rating.count", ratings.saturating_sub(says.ratings));
        told("rating.count", number(says.ratings), number(ratings));
    }
    if let Some(average) = figures.average() {
        patch = patch.set("rating.average", says.average, average);
        told("rating.average", says.average, average);
    }
    if let Some(lessons) = figures.lessons() {
        patch = patch.set("totalLessons", says.lessons, lessons);
        told("totalLessons", number(says.lessons), number(lessons));
    }
    patch
}

fn number(n: i64) -> f64 {
    i32::try_from(n).map_or(f64::MAX, f64::from)
}

/// The percentages of these enrollments of a course over its outline as it is now. A student who goes on
/// meanwhile has theirs right anyway; their batch is taken again.
pub(crate) fn progress_anew(
    desk: &Desk<'_>,
    actor: &Actor,
    id: CourseId,
    learning: &[EnrollmentId],
) -> Result<(), WorkflowError> {
    for batch in learning.chunks(BATCH) {
        desk.decide_if(|reader| {
            let Some(course) = reader.course(id)? else {
                return Ok((None, ()));
            };
            let mut enrollments = Vec::with_capacity(batch.len());
            for enrollment in batch {
                enrollments.extend(reader.enrollment(*enrollment)?);
            }
            Ok((
                recompute(&stamp(desk, actor.clone()), &course, &enrollments),
                (),
            ))
        })?;
    }
    Ok(())
}
