//! What a person does about a card or a deleted course: a change set of its own.

use bson::{Bson, Document};
use domain::{
    ChangeSet, Code, Collection, CourseId, Offline, Refusal,
    audit::Deed,
    change::{Patch, get_at},
    course::{Course, CourseStatus, Rating},
    role::Permission,
    rules::{Stamp, learning, publishing},
    settings::{self, Settings},
};

use super::{Card, revision};
use crate::merge::{Conflict, ConflictKind, or_null, take_mine};

/// Mine in the place of the server's, as an edit of the document as it is now. None where the card
/// only tells of something, or its place is no longer there. Refuses who may not edit the record.
pub fn settle(
    card: &Card,
    current: &Document,
    stamp: &Stamp,
) -> Result<Option<ChangeSet>, Refusal> {
    may(card, current, stamp)?;
    let Some((path, value)) = edit(card, current) else {
        return Ok(None);
    };
    let (verb, named) = match card.collection {
        Collection::Courses if path == "curriculum" => ("course.curriculum-saved", Some("title")),
        Collection::Courses => ("course.updated", Some("title")),
        Collection::Users => ("person.updated", Some("name")),
        Collection::Settings => ("settings.updated", None),
        _ => ("conflict.settled", None),
    };
    let mut deed =
        Deed::new(verb, card.collection, card.id).with("fields", vec![Bson::from(path.as_str())]);
    if let Some(named) = named {
        deed = deed.with(named, or_null(current.get(named)));
    }
    let base = or_null(get_at(current, &path));
    let mut patch = match value {
        Bson::Null => {
            let mut patch = Patch::new().unset(&path);
            patch.base.insert(path.clone(), base);
            patch
        }
        value => Patch::new().set(&path, base, value),
    };
    if path == "curriculum" {
        let lessons = curriculum_size(&patch);
        deed = deed.with("lessons", lessons);
        for count in ["added", "removed", "renamed", "moved"] {
            deed = deed.with(count, 0_i64);
        }
        patch = patch.put("totalLessons", lessons);
    }
    if card.collection == Collection::Settings {
        let mut after = current.clone();
        patch.apply(&mut after);
        let (was, is) = (setting(current, &path), setting(&after, &path));
        settings::tell(&mut deed, &path, was, is);
    }
    let offline = match card.collection {
        Collection::Settings => Offline::OnlineOnly,
        Collection::Users if !may_wait(&path) => Offline::OnlineOnly,
        _ => Offline::Queue,
    };
    Ok(Some(
        stamp
            .change_set(deed, offline)
            .patch(card.collection, card.id, patch)
            .at_revision(card.collection, card.id, revision(current)),
    ))
}

/// What a person is, whether they may sign in and with what is decided on the server only.
fn may_wait(path: &str) -> bool {
    let field = path.split('.').next().unwrap_or(path);
    !matches!(
        field,
        "role" | "status" | "password" | "secondFactor" | "tokenVersion"
    )
}

/// A setting as it counts: its default where another program left it out.
fn setting(document: &Document, path: &str) -> Bson {
    let read = bson::deserialize_from_document::<Settings>(document.clone())
        .and_then(|settings| bson::serialize_to_document(&settings));
    or_null(get_at(read.as_ref().unwrap_or(document), path))
}

fn curriculum_size(patch: &Patch) -> i64 {
    let lessons: usize = patch
        .set
        .get("curriculum")
        .and_then(Bson::as_array)
        .into_iter()
        .flatten()
        .filter_map(|module| module.as_document()?.get_array("lessons").ok())
        .map(Vec::len)
        .sum();
    i64::try_from(lessons).unwrap_or(i64::MAX)
}

fn may(card: &Card, current: &Document, stamp: &Stamp) -> Result<(), Refusal> {
    let actor = &stamp.actor;
    let unreadable = |error: bson::error::Error| {
        Refusal::new(
            Code::Invalid,
            format!("The server\u{2019}s record cannot be read: {error}"),
        )
    };
    match card.collection {
        Collection::Courses => {
            let course = bson::deserialize_from_document(current.clone()).map_err(unreadable)?;
            publishing::may_write(actor, &course)
        }
        Collection::Settings => actor.require(Permission::RunWorkspace),
        Collection::Users if actor.user.is_some_and(|user| user.0 == card.id) => Ok(()),
        Collection::Users => actor.require(Permission::ManagePeople),
        Collection::Enrollments => {
            let enrollment =
                bson::deserialize_from_document(current.clone()).map_err(unreadable)?;
            learning::own(actor, &enrollment).or_else(|_| actor.require(Permission::EnrollOthers))
        }
        _ => actor.require(Permission::RunWorkspace),
    }
}

/// The field to write and its value; null to take it away.
fn edit(card: &Card, current: &Document) -> Option<(String, Bson)> {
    if card.path.starts_with("curriculum") {
        let modules = current.get_array("curriculum").ok()?;
        let conflict = Conflict {
            kind: card.kind,
            path: card.path.clone(),
            base: card.base.clone(),
            mine: card.mine.clone(),
            theirs: card.theirs.clone(),
        };
        let modules = take_mine(modules, &conflict)?;
        return Some(("curriculum".to_owned(), Bson::Array(modules)));
    }
    // A certificate that was issued stays the one.
    if !matches!(
        card.kind,
        ConflictKind::Field | ConflictKind::Text | ConflictKind::Deleted
    ) || card.path == "certificateId"
    {
        return None;
    }
    for (list, key) in [
        ("materials", "_id"),
        ("assessments", "assessmentId"),
        ("notes", "_id"),
    ] {
        let Some(rest) = card
            .path
            .strip_prefix(list)
            .and_then(|rest| rest.strip_prefix('.'))
        else {
            continue;
        };
        let (id, field) = rest.split_once('.').unwrap_or((rest, ""));
        let mut parts = current.get_array(list).ok()?.clone();
        let at = parts.iter().position(|part| {
            match part.as_document().and_then(|part| part.get(key)) {
                Some(Bson::ObjectId(found)) => found.to_hex() == id,
                Some(Bson::String(found)) => found == id,
                _ => false,
            }
        })?;
        match (field, &card.mine) {
            ("", Bson::Null) => {
                parts.remove(at);
            }
            ("", mine) => *parts.get_mut(at)? = mine.clone(),
            (field, mine) => {
                let patch = match mine {
                    Bson::Null => Patch::new().unset(field),
                    mine => Patch::new().put(field, mine.clone()),
                };
                patch.apply(parts.get_mut(at)?.as_document_mut()?);
            }
        }
        return Some((list.to_owned(), Bson::Array(parts)));
    }
    Some((card.path.clone(), card.mine.clone()))
}

/// A deleted course again, as a draft with my changes in it (`document` is this desktop's view of it),
/// under an identifier of its own: the old one stays deleted.
pub fn restored(stamp: &Stamp, document: &Document, id: CourseId) -> Result<ChangeSet, Refusal> {
    let mut course: Course =
        bson::deserialize_from_document(document.clone()).map_err(|error| {
            Refusal::new(Code::Invalid, format!("The course cannot be read: {error}"))
        })?;
    publishing::may_write(&stamp.actor, &course)?;
    course.id = id;
    course.status = CourseStatus::Draft;
    course.status_change = None;
    course.published_at = None;
    course.enrollment_count = 0;
    course.view_count = 0;
    course.rating = Rating::default();
    course.sync = None;
    course.created_at = stamp.at;
    course.updated_at = stamp.at;
    publishing::create(stamp, &course)
}
