//! A review saved beside others': the course's rating is taken anew from what it is now.

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Change, Collection, Guard,
    change::{Patch, get_at},
    course::Course,
    rules::learning::writing::rated,
};

use super::Now;
use crate::merge::or_null;

const AVERAGE: &str = "rating.average";
const COUNT: &str = "rating.count";

/// Fits the patch of the course, and the guards on its rating, to the review as it will be. Where the
/// rating does not change by it any more, both go.
pub(super) fn fit(changes: &mut Vec<Change>, guards: &mut Vec<Guard>, now: &Now<'_>) {
    let Some((id, current)) = changes.iter().find_map(|change| match change {
        Change::Patch {
            collection: Collection::Courses,
            id,
            patch,
        } if patch.set.contains_key(AVERAGE) || patch.inc.contains_key(COUNT) => {
            Some((*id, now.get(Collection::Courses, *id)??))
        }
        _ => None,
    }) else {
        return;
    };
    let Ok(course) = bson::deserialize_from_document::<Course>(current.clone()) else {
        return;
    };
    let (before, after) = stars(changes, now);
    let on_rating = |guard: &Guard| {
        matches!(guard, Guard::Field { collection: Collection::Courses, id: of, path, .. }
            if *of == id && (path == AVERAGE || path == COUNT))
    };
    guards.retain(|guard| !on_rating(guard));
    let patch = match after {
        Some(after) if before != Some(after) => {
            let (average, more) = rated(&course.rating, before, after);
            for path in [AVERAGE, COUNT] {
                guards.push(Guard::Field {
                    collection: Collection::Courses,
                    id,
                    path: path.to_owned(),
                    equals: or_null(get_at(current, path)),
                });
            }
            let patch = Patch::new().set(AVERAGE, or_null(get_at(current, AVERAGE)), average);
            if more > 0 {
                patch.inc(COUNT, more)
            } else {
                patch
            }
        }
        _ => Patch::new(),
    };
    replace(changes, id, &patch);
}

/// The stars the student's review has on the server, and will have.
fn stars(changes: &[Change], now: &Now<'_>) -> (Option<f64>, Option<f64>) {
    let rating = |document: &Document| get_at(document, "review.rating").and_then(number);
    changes
        .iter()
        .find_map(|change| match change {
            Change::Patch {
                collection: Collection::Enrollments,
                id,
                patch,
            } => {
                let current = now.get(Collection::Enrollments, *id)??;
                let mut after = current.clone();
                patch.apply(&mut after);
                Some((rating(current), rating(&after)))
            }
            _ => None,
        })
        .unwrap_or_default()
}

fn number(value: &Bson) -> Option<f64> {
    match value {
        Bson::Double(d) => Some(*d),
        Bson::Int32(n) => Some(f64::from(*n)),
        Bson::Int64(n) => i32::try_from(*n).ok().map(f64::from),
        _ => None,
    }
}

fn replace(changes: &mut Vec<Change>, course: ObjectId, fresh: &Patch) {
    for change in changes.iter_mut() {
        if let Change::Patch {
            collection: Collection::Courses,
            id,
            patch,
        } = change
            && *id == course
        {
            patch.clone_from(fresh);
        }
    }
    changes.retain(|change| !matches!(change, Change::Patch { patch, .. } if patch.is_empty()));
}
