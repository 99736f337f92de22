//! What becomes of a queued change set when the server's documents are no longer those it was made
//! from. Pure: documents in, a change set for the documents of now out, with a card for whatever of
//! mine could not stand.
//!
//! | the field | result |
//! | --- | --- |
//! | is as it was | mine |
//! | changed to the same value | leaves the patch |
//! | both changed it | the server's stands, mine is kept on a card |
//! | long text | by its pieces; an overlap becomes a card |
//! | words (`tags`), lines, parts with identifiers (`materials`) | merged as sets, lines, parts |
//! | `curriculum` | [`crate::merge`]; `totalLessons` follows |
//! | counters, appended values | always mine |
//! | lessons done | the union; time adds up; the percentage follows |
//! | a state (`status`, `role` …) | decided on what is no longer so: a person decides anew |
//! | cash received | still fits, or is booked on a payment of its own |
//! | of somebody who was erased | nothing to their account, and no words |
//!
//! Left out: reading the documents, sending, and how often it is tried.

mod learning;
mod lists;
mod money;
mod patch;
mod review;
mod settle;

use std::collections::BTreeMap;

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Change, ChangeSet, Code, Collection, CourseId, Guard, Refusal, Role, compare,
    course::{Course, CourseStatus},
    missed,
    rules::{
        learning::results::may_grade,
        paying::exception::Why,
        people::erasing::{is_erased, unsaid},
        publishing::{may_write, missing},
    },
    source::Standing,
};

use self::patch::Fitting;
pub use self::settle::{restored, settle};
use crate::merge::ConflictKind;

/// Mine, where the server's stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Of which collection.
    pub collection: Collection,
    /// Of which document.
    pub id: ObjectId,
    /// Dotted path; below a list with identifiers they stand in the place of indexes.
    pub path: String,
    /// What it is about.
    pub kind: ConflictKind,
    /// Both started from this.
    pub base: Bson,
    /// This desktop's.
    pub mine: Bson,
    /// The server's.
    pub theirs: Bson,
}

/// What to do with the change set.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Send it again as it is now.
    Push,
    /// It cannot be done any more; a person must look at it.
    Dead(Refusal),
    /// Cash whose payment cannot take it: `domain::rules::paying::exception` books it on its own.
    Exception(Why),
    /// The course it edits was deleted: it can come back as a draft, see [`restored`].
    OfferRestore(CourseId),
}

/// A change set fitted to the documents of now.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebased {
    /// To be sent; unless the verdict is [`Verdict::Push`], as it was.
    pub change_set: ChangeSet,
    /// What could not stand.
    pub cards: Vec<Card>,
    /// What to do.
    pub verdict: Verdict,
}

/// Why a change set is not sent again.
#[derive(Clone, Debug)]
enum Stop {
    Dead(Refusal),
    Exception(Why),
    OfferRestore(CourseId),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Dead(refusal)
    }
}

/// The documents of now.
struct Now<'a>(BTreeMap<(Collection, ObjectId), Option<&'a Document>>);

impl<'a> Now<'a> {
    fn of(current: &'a [Standing]) -> Self {
        let by_key = |standing: &'a Standing| {
            (
                (standing.collection, standing.id),
                standing.document.as_ref(),
            )
        };
        Self(current.iter().map(by_key).collect())
    }

    /// None: not looked up, so taken as unchanged. Some none: it is gone.
    fn get(&self, collection: Collection, id: ObjectId) -> Option<Option<&'a Document>> {
        self.0.get(&(collection, id)).copied()
    }

    /// Whether a record is an erased person's, as far as their account was looked up.
    fn is_erased(&self, collection: Collection, id: ObjectId) -> bool {
        let document = self.get(collection, id).flatten();
        match collection {
            Collection::Users => document.is_some_and(is_erased),
            _ => document
                .and_then(|record| record.get_object_id("user").ok())
                .is_some_and(|person| self.is_erased(Collection::Users, person)),
        }
    }

    fn course(&self, id: ObjectId) -> Option<Course> {
        let document = self.get(Collection::Courses, id)??;
        bson::deserialize_from_document(document.clone()).ok()
    }
}

/// Fits a queued change set to the documents as they are now. `current` holds those it names, and what
/// [`also_wanted`] asks for; one that is not in it is taken as unchanged.
pub fn rebase(change_set: &ChangeSet, current: &[Standing]) -> Rebased {
    let now = Now::of(current);
    let change_set = &unsaid(change_set, &|collection, id| now.is_erased(collection, id));
    let fitted = match change_set.ledger_entry() {
        Some(entry) if money::is_receipt(entry) => money::fit(change_set, entry, &now),
        _ => fit(change_set, &now),
    };
    let (change_set, cards, verdict) = match fitted {
        Ok((fitted, cards)) => (fitted, cards, Verdict::Push),
        Err(stop) => {
            let verdict = match stop {
                Stop::Dead(refusal) => Verdict::Dead(refusal),
                Stop::Exception(why) => Verdict::Exception(why),
                Stop::OfferRestore(course) => Verdict::OfferRestore(course),
            };
            (change_set.clone(), Vec::new(), verdict)
        }
    };
    Rebased {
        change_set,
        cards,
        verdict,
    }
}

/// Documents beside those it names that a change set is judged by, as far as they are not in
/// `current`: the course of what is learned or graded, what a receipt is for.
pub fn also_wanted(change_set: &ChangeSet, current: &[Standing]) -> Vec<(Collection, ObjectId)> {
    let now = Now::of(current);
    let mut wanted = Vec::new();
    if let Some(entry) = change_set
        .ledger_entry()
        .filter(|entry| money::is_receipt(entry))
    {
        wanted.extend(money::names(entry));
        wanted.push((Collection::Users, entry.user.0));
    }
    for change in &change_set.changes {
        if let Change::Patch { collection, id, .. } = change
            && matches!(collection, Collection::Enrollments | Collection::Payments)
            && let Some(Some(record)) = now.get(*collection, *id)
            && let Ok(person) = record.get_object_id("user")
        {
            wanted.push((Collection::Users, person));
        }
    }
    if learns(&change_set.deed.verb) {
        for change in &change_set.changes {
            if let Change::Patch {
                collection: Collection::Enrollments,
                id,
                ..
            } = change
                && let Some(Some(enrollment)) = now.get(Collection::Enrollments, *id)
                && let Ok(course) = enrollment.get_object_id("course")
            {
                wanted.push((Collection::Courses, course));
            }
        }
    }
    wanted.retain(|(collection, id)| now.get(*collection, *id).is_none());
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// What a dead letter says whose course was deleted.
pub fn deleted_course() -> Refusal {
    Refusal::new(
        Code::NotFound,
        "The course was deleted in the meantime. Try again to restore it as a draft with your changes.",
    )
}

/// Deeds of learning and grading, whose patches of enrollments follow the rules of learning.
fn learns(verb: &str) -> bool {
    matches!(
        verb,
        "learning.lesson-opened"
            | "learning.lesson-completed"
            | "enrollment.completed"
            | "result.recorded"
    )
}

/// Deeds that write a course.
fn writes_course(verb: &str) -> bool {
    matches!(verb, "course.updated" | "course.curriculum-saved")
}

fn fit(set: &ChangeSet, now: &Now<'_>) -> Result<(ChangeSet, Vec<Card>), Stop> {
    let mut fitted = set.clone();
    fitted.changes.clear();
    let mut cards = Vec::new();
    for change in &set.changes {
        match change {
            Change::Insert {
                collection,
                document,
            } => {
                let there = document
                    .get_object_id("_id")
                    .is_ok_and(|id| now.get(*collection, id).flatten().is_some());
                if there {
                    return Err(missed::taken(*collection, "_id").into());
                }
                fitted.changes.push(change.clone());
            }
            Change::Delete { collection, id } => {
                if now.get(*collection, *id) != Some(None) {
                    fitted.changes.push(change.clone());
                }
            }
            Change::Ledger { .. } => fitted.changes.push(change.clone()),
            Change::Patch {
                collection,
                id,
                patch,
            } => match now.get(*collection, *id) {
                None => fitted.changes.push(change.clone()),
                Some(None) => gone(set, *collection, *id)?,
                // Nothing is put upon somebody who was erased, and nobody has to look at it.
                Some(Some(_))
                    if *collection == Collection::Users && now.is_erased(*collection, *id) => {}
                Some(Some(current)) => {
                    let mut fitting = Fitting::new(*collection, *id, current, patch);
                    fit_patch(set, &mut fitting, now)?;
                    cards.append(&mut fitting.cards);
                    if !fitting.patch.is_empty() {
                        fitted.changes.push(Change::Patch {
                            collection: *collection,
                            id: *id,
                            patch: fitting.patch,
                        });
                    }
                }
            },
        }
    }
    if set.deed.verb == "review.saved" {
        review::fit(&mut fitted.changes, &mut fitted.guards, now);
    }
    fitted
        .guards
        .retain(|guard| !excused(set, guard, now) && !about_erased(guard, now));
    fitted.guards = renewed(&fitted.guards, now)?;
    Ok((fitted, cards))
}

fn fit_patch(set: &ChangeSet, fitting: &mut Fitting<'_>, now: &Now<'_>) -> Result<(), Stop> {
    let verb = set.deed.verb.as_str();
    match fitting.collection {
        Collection::Enrollments if learns(verb) => {
            let course = fitting
                .current
                .get_object_id("course")
                .ok()
                .and_then(|id| now.course(id));
            if let Some(course) = course.as_ref().filter(|_| verb == "result.recorded") {
                may_grade(&set.actor, course)?;
            }
            learning::fit(fitting, course.as_ref())?;
        }
        // Who paid in the meantime is not cancelled unawares.
        Collection::Enrollments if verb == "enrollment.cancelled" => {
            let paid = fitting
                .patch
                .base
                .keys()
                .find(|path| path.starts_with("payment.") && !fitting.unchanged(path));
            if let Some(path) = paid {
                return Err(missed::stale_at(path).into());
            }
            fitting.all()?;
        }
        Collection::Courses if writes_course(verb) => course(set, fitting)?,
        _ => fitting.all()?,
    }
    Ok(())
}

/// An edit of a course: by somebody who may still write it, leaving it fit for where it stands now.
fn course(set: &ChangeSet, fitting: &mut Fitting<'_>) -> Result<(), Stop> {
    let decoded = |document: Document| bson::deserialize_from_document::<Course>(document).ok();
    let current = decoded(fitting.current.clone());
    if let Some(course) = &current {
        may_write(&set.actor, course)?;
        if course.status == CourseStatus::Published && set.actor.role != Role::Admin {
            for path in ["price", "originalPrice", "currency"] {
                if fitting.patch.base.contains_key(path) {
                    fitting.contested(path);
                }
            }
        }
    }
    fitting.all()?;
    let mut after = fitting.current.clone();
    fitting.patch.apply(&mut after);
    if let (Some(current), Some(after)) = (current, decoded(after))
        && matches!(
            current.status,
            CourseStatus::Published | CourseStatus::UnderReview
        )
        && missing(&current).is_empty()
        && let Some(no) = missing(&after).into_iter().next()
    {
        return Err(no.into());
    }
    Ok(())
}

/// The document of a patch is gone.
fn gone(set: &ChangeSet, collection: Collection, id: ObjectId) -> Result<(), Stop> {
    if dispensable(set, collection) {
        Ok(())
    } else if collection == Collection::Courses && writes_course(&set.deed.verb) {
        Err(Stop::OfferRestore(CourseId(id)))
    } else {
        Err(missed::gone(collection).into())
    }
}

/// Whether the deed stands without the document: an ended session needs no more ending, an expired code
/// no more taking back, a deleted enrollment no percentage.
fn dispensable(set: &ChangeSet, collection: Collection) -> bool {
    match collection {
        Collection::Sessions | Collection::AuthTokens => true,
        Collection::Enrollments => set.deed.verb == "course.progress-recomputed",
        _ => false,
    }
}

/// A guard on a document that is gone and was dispensable, or was to be deleted anyway.
fn excused(set: &ChangeSet, guard: &Guard, now: &Now<'_>) -> bool {
    let (Guard::Revision { collection, id, .. } | Guard::Field { collection, id, .. }) = guard
    else {
        return false;
    };
    let deletes = |change: &Change| matches!(change, Change::Delete { collection: c, id: i } if c == collection && i == id);
    now.get(*collection, *id) == Some(None)
        && (dispensable(set, *collection) || set.changes.iter().any(deletes))
}

/// A guard on the account of somebody who was erased: nothing is written there any more.
fn about_erased(guard: &Guard, now: &Now<'_>) -> bool {
    matches!(
        guard,
        Guard::Revision { collection: Collection::Users, id, .. }
        | Guard::Field { collection: Collection::Users, id, .. }
            if now.is_erased(Collection::Users, *id)
    )
}

/// The guards at the revisions of now. Refuses where a field has another value than was relied on.
fn renewed(guards: &[Guard], now: &Now<'_>) -> Result<Vec<Guard>, Stop> {
    guards
        .iter()
        .map(|guard| match guard {
            Guard::Revision { collection, id, .. } => match now.get(*collection, *id) {
                None => Ok(guard.clone()),
                Some(None) => Err(missed::gone(*collection).into()),
                Some(Some(current)) => Ok(Guard::Revision {
                    collection: *collection,
                    id: *id,
                    rev: revision(current),
                }),
            },
            Guard::Field {
                collection,
                id,
                path,
                equals,
            } => match now.get(*collection, *id) {
                None => Ok(guard.clone()),
                Some(None) => Err(missed::gone(*collection).into()),
                Some(Some(current)) => {
                    if compare::field_is(*collection, current, path, equals).unwrap_or(false) {
                        Ok(guard.clone())
                    } else {
                        Err(missed::stale_at(path).into())
                    }
                }
            },
            Guard::Unique { .. }
            | Guard::Refundable { .. }
            | Guard::OtherAdmin { .. }
            | Guard::Series { .. } => Ok(guard.clone()),
        })
        .collect()
}

/// `sync.rev`, 0 where another program wrote the document.
fn revision(document: &Document) -> i64 {
    match document
        .get_document("sync")
        .ok()
        .and_then(|sync| sync.get("rev"))
    {
        Some(Bson::Int32(n)) => i64::from(*n),
        Some(Bson::Int64(n)) => *n,
        Some(Bson::Double(d)) if d.is_finite() => *d as i64,
        _ => 0,
    }
}
