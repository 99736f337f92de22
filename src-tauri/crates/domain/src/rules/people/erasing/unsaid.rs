//! A change set that was made before somebody it is about was erased, and arrives afterwards: it writes
//! nothing to their account, brings no words about them, and books the money it books.
//!
//! Deliberately absent: finding out who was erased, which whoever keeps the documents knows.

use std::collections::BTreeSet;

use bson::{Document, oid::ObjectId};

use super::{BELOW, WORDS, below, wordless};
use crate::{
    audit::ERASED,
    change::{Change, ChangeSet, Collection, Guard, Offline, Patch},
};

/// Accounts a change set may be about, as far as it says so itself: who acts, whom it names, writes, enrolls
/// or takes money from. Those of the enrollments and payments it patches are for whoever has the documents.
pub fn people_of(set: &ChangeSet) -> BTreeSet<ObjectId> {
    let mut people: BTreeSet<ObjectId> = set.actor.user.iter().map(|user| user.0).collect();
    for subject in &set.deed.subjects {
        if subject.collection == Collection::Users {
            people.insert(subject.id);
        }
    }
    for change in &set.changes {
        match change {
            Change::Insert { document, .. } => people.extend(document.get_object_id("user")),
            Change::Patch { collection, id, .. } if *collection == Collection::Users => {
                people.insert(*id);
            }
            Change::Ledger { entry } => {
                people.insert(entry.user.0);
            }
            Change::Patch { .. } | Change::Delete { .. } => {}
        }
    }
    people
}

/// The change set without what may not be said or written any more; the same where nobody of those it is
/// about was erased. `erased` tells of a record whether it is an erased person's: the account, or an
/// enrollment or payment of theirs. Doing it twice changes nothing more.
///
/// What is committed with the server at hand is decided on what the server has, and taken as it is. An account
/// whose revision is guarded is changed: the guard decides.
#[must_use]
pub fn unsaid(set: &ChangeSet, erased: &dyn Fn(Collection, ObjectId) -> bool) -> ChangeSet {
    if set.deed.verb == ERASED || set.offline == Offline::OnlineOnly {
        return set.clone();
    }
    let person = |id: ObjectId| erased(Collection::Users, id);
    let theirs = |document: &Document| document.get_object_id("user").is_ok_and(person);
    let mut concerned = set.actor.user.is_some_and(|user| person(user.0))
        || set
            .deed
            .subjects
            .iter()
            .any(|subject| erased(subject.collection, subject.id));
    let mut left = set.clone();
    left.changes.clear();
    for change in &set.changes {
        match change {
            Change::Patch {
                collection: Collection::Users,
                id,
                ..
            } if person(*id) => {
                concerned = true;
                if is_guarded(set, *id) {
                    left.changes.push(change.clone());
                }
            }
            Change::Patch {
                collection,
                id,
                patch,
            } if erased(*collection, *id) => {
                concerned = true;
                left = left.patch(*collection, *id, without_words(patch));
            }
            Change::Insert {
                collection,
                document,
            } if theirs(document) => {
                concerned = true;
                let mut document = document.clone();
                wordless(&document).apply(&mut document);
                left.changes.push(Change::Insert {
                    collection: *collection,
                    document,
                });
            }
            Change::Ledger { entry } if person(entry.user.0) => {
                concerned = true;
                let mut entry = entry.clone();
                if entry.note.take().is_some() {
                    // Nobody has seen its hash yet: it is sealed for what is left of it.
                    *entry = entry.sealed();
                }
                left.changes.push(Change::Ledger { entry });
            }
            other => left.changes.push(other.clone()),
        }
    }
    if concerned {
        let told = set.audit().without_words();
        left.actor = told.actor;
        left.deed = told.deed;
    }
    left
}

fn is_guarded(set: &ChangeSet, person: ObjectId) -> bool {
    set.guards.iter().any(|guard| {
        matches!(
            guard,
            Guard::Revision { collection: Collection::Users, id, .. } if *id == person
        )
    })
}

/// A patch of an enrollment or payment without the paths that hold words, and the words within others.
fn without_words(patch: &Patch) -> Patch {
    let silent = |path: &str| {
        path.split('.')
            .all(|part| !WORDS.contains(&part) && !BELOW.contains(&part))
    };
    let mut left = patch.clone();
    left.set.retain(|path, _| silent(path));
    left.push.retain(|path, _| silent(path));
    left.base.retain(|path, _| silent(path));
    for value in left.set.values_mut() {
        *value = below(value);
    }
    for value in left.push.values_mut().flatten() {
        *value = below(value);
    }
    // A base keeps what it was computed from: without the words it would be taken for somebody's change.
    let wordy: Vec<String> = left
        .base
        .iter()
        .filter(|(_, value)| below(value) != **value)
        .map(|(path, _)| path.clone())
        .collect();
    for path in wordy {
        left.base.remove(&path);
    }
    // What only says when it was written says nothing alone.
    let alone = left.set.keys().all(|path| path == "updatedAt");
    if alone && left.unset.is_empty() && left.push.is_empty() && left.inc.is_empty() {
        return Patch::new();
    }
    left
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use bson::{Bson, doc};

    use super::*;
    use crate::{
        Timestamp,
        audit::Deed,
        ids::{DeviceId, OpId, UserId},
        role::{Actor, Role},
    };

    fn id(n: u8) -> ObjectId {
        ObjectId::from_bytes([n; 12])
    }

    /// Somebody (2) about whose account (1) and enrollment (11) this is.
    fn set(verb: &str, collection: Collection, about: u8) -> ChangeSet {
        let actor = Actor {
            user: Some(UserId(id(2))),
            name: "Ada Byron".to_owned(),
            role: Role::Admin,
            device: DeviceId::new("DESK").unwrap(),
        };
        let deed = Deed::new(verb, collection, id(about)).with("name", "Zebulon");
        let op = OpId(uuid::Uuid::from_u128(7));
        ChangeSet::new(op, actor, Timestamp::from_millis(0), deed, Offline::Queue)
    }

    fn left(set: &ChangeSet) -> ChangeSet {
        let erased = |collection, of| match collection {
            Collection::Users => of == id(1),
            Collection::Enrollments => of == id(11),
            _ => false,
        };
        let left = unsaid(set, &erased);
        assert_eq!(
            unsaid(&left, &erased),
            left,
            "a second time changes nothing"
        );
        left
    }

    #[test]
    fn nothing_is_written_to_the_account_and_nothing_said() {
        let edit = set("person.updated", Collection::Users, 1).patch(
            Collection::Users,
            id(1),
            Patch::new().set("profile.phone", Bson::Null, "+1 555"),
        );
        let left = left(&edit);
        assert!(left.changes.is_empty());
        assert!(!format!("{left:?}").contains("Zebulon"));
        assert_eq!(left.op, edit.op);
        let knowing = edit.at_revision(Collection::Users, id(1), 7);
        assert_eq!(
            super::tests::left(&knowing).changes.len(),
            1,
            "the guard decides"
        );
    }

    #[test]
    fn an_enrollment_keeps_its_figures_and_gets_no_words() {
        let learned = set("learning.lesson-completed", Collection::Enrollments, 11).patch(
            Collection::Enrollments,
            id(11),
            Patch::new()
                .put("progress.percentage", 50)
                .push("notes", doc! { "content": "says Zebulon" })
                .put("updatedAt", Timestamp::from_millis(5)),
        );
        let done = left(&learned);
        let Change::Patch { patch, .. } = &done.changes[0] else {
            unreachable!()
        };
        assert!(patch.push.is_empty() && patch.set.contains_key("progress.percentage"));
        let note = set("note.added", Collection::Enrollments, 11).patch(
            Collection::Enrollments,
            id(11),
            Patch::new()
                .push("notes", doc! { "content": "says Zebulon" })
                .put("updatedAt", Timestamp::from_millis(5)),
        );
        assert!(left(&note).changes.is_empty(), "nothing but words");
    }

    #[test]
    fn what_is_about_others_is_as_it_was() {
        let other = set("person.updated", Collection::Users, 3).patch(
            Collection::Users,
            id(3),
            Patch::new().set("name", "Bo", "Boris"),
        );
        assert_eq!(left(&other), other);
        let mut knowing = set("refund.booked", Collection::Users, 1);
        knowing.offline = Offline::OnlineOnly;
        assert_eq!(left(&knowing), knowing, "decided on what the server has");
    }
}
