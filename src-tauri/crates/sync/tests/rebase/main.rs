//! Queued change sets against documents that others changed in the meantime.
//!
//! Whatever is sent again fits: its guards hold, its values are those of now, and fitting it a second
//! time changes nothing.
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]

mod courses;
mod enrollments;
mod money;
mod others;

use std::collections::BTreeMap;

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{
    Change, ChangeSet, Collection, DeviceId, Guard, OpId, Timestamp, UserId,
    audit::Deed,
    change::get_at,
    compare,
    role::{Actor, Role},
    rules::Stamp,
    source::Standing,
};
use serde::{Serialize, de::DeserializeOwned};
use sync::{Rebased, Verdict, rebase, rebase::also_wanted};

fn id(n: u32) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// 1 January 2026 and so many seconds.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000 + seconds * 1000)
}

fn stamp(n: u32, role: Role, user: u32) -> Stamp {
    Stamp {
        op: OpId(uuid::Uuid::from_u128(u128::from(n))),
        at: at(i64::from(n) * 60),
        actor: Actor {
            user: Some(UserId(id(user))),
            name: format!("{role} {user}"),
            role,
            device: DeviceId::new("A1").unwrap(),
        },
    }
}

fn document(value: &impl Serialize) -> Document {
    bson::serialize_to_document(value).unwrap()
}

/// The server's documents.
#[derive(Clone, Default)]
struct Server(BTreeMap<(Collection, ObjectId), Document>);

impl Server {
    fn put(&mut self, collection: Collection, document: Document) {
        let id = document.get_object_id("_id").unwrap();
        self.0.insert((collection, id), document);
    }

    /// Another program changes a document by hand.
    fn edit(&mut self, collection: Collection, id: ObjectId, edit: impl FnOnce(&mut Document)) {
        let document = self.0.get_mut(&(collection, id)).unwrap();
        edit(document);
        let rev = revision(document);
        document.insert(
            "sync",
            doc! { "rev": rev + 1, "op": uuid::Uuid::nil().to_string(), "device": "B2" },
        );
    }

    fn get<T: DeserializeOwned>(&self, collection: Collection, id: ObjectId) -> T {
        bson::deserialize_from_document(self.0[&(collection, id)].clone()).unwrap()
    }

    /// The documents the change set names, and those it is judged by.
    fn standings(&self, set: &ChangeSet) -> Vec<Standing> {
        let standing = |(collection, id): (Collection, ObjectId)| Standing {
            collection,
            id,
            document: self.0.get(&(collection, id)).cloned(),
        };
        let mut named: Vec<Standing> = named(set).into_iter().map(standing).collect();
        named.extend(also_wanted(set, &named).into_iter().map(standing));
        named
    }

    /// Whether a commit would find everything as the change set says.
    fn misses(&self, set: &ChangeSet) -> Option<String> {
        for guard in &set.guards {
            let held = match guard {
                Guard::Revision {
                    collection,
                    id,
                    rev,
                } => self
                    .0
                    .get(&(*collection, *id))
                    .is_some_and(|document| revision(document) == *rev),
                Guard::Field {
                    collection,
                    id,
                    path,
                    equals,
                } => self.0.get(&(*collection, *id)).is_some_and(|document| {
                    compare::field_is(*collection, document, path, equals).unwrap()
                }),
                _ => true,
            };
            if !held {
                return Some(format!("{guard:?}"));
            }
        }
        for change in &set.changes {
            if let Change::Patch {
                collection,
                id,
                patch,
            } = change
            {
                let document = &self.0[&(*collection, *id)];
                for (path, base) in &patch.base {
                    if !compare::field_is(*collection, document, path, base).unwrap() {
                        return Some(format!(
                            "{path}: {:?}, not {base:?}",
                            get_at(document, path)
                        ));
                    }
                }
            }
        }
        None
    }

    fn commit(&mut self, set: &ChangeSet) {
        assert_eq!(self.misses(set), None, "{set:?}");
        for change in &set.changes {
            match change {
                Change::Insert {
                    collection,
                    document,
                } => self.put(*collection, document.clone()),
                Change::Patch {
                    collection,
                    id,
                    patch,
                } => {
                    self.edit(*collection, *id, |document| patch.apply(document));
                }
                Change::Delete { collection, id } => {
                    self.0.remove(&(*collection, *id));
                }
                Change::Ledger { .. } => {}
            }
        }
    }

    /// Fits the change set, and proves that it then fits.
    fn fitted(&self, set: &ChangeSet) -> Rebased {
        let current = self.standings(set);
        let rebased = rebase(set, &current);
        if rebased.verdict == Verdict::Push {
            assert_eq!(self.misses(&rebased.change_set), None, "{rebased:?}");
            let again = rebase(&rebased.change_set, &self.standings(&rebased.change_set));
            assert_eq!(again.verdict, Verdict::Push);
            assert_eq!(
                again.change_set, rebased.change_set,
                "fitting again changes nothing"
            );
            assert_eq!(again.cards, [], "and finds nothing");
        } else {
            assert_eq!(rebased.change_set, *set, "what is not sent stays as it is");
        }
        assert_eq!(rebased.change_set.op, set.op);
        rebased
    }

    /// Fits and commits.
    fn pushed(&mut self, set: &ChangeSet) -> Rebased {
        let rebased = self.fitted(set);
        assert_eq!(rebased.verdict, Verdict::Push, "{set:?}");
        self.commit(&rebased.change_set);
        rebased
    }
}

fn revision(document: &Document) -> i64 {
    document
        .get_document("sync")
        .ok()
        .and_then(|sync| sync.get_i64("rev").ok())
        .unwrap_or(0)
}

fn named(set: &ChangeSet) -> Vec<(Collection, ObjectId)> {
    let changed = set.changes.iter().filter_map(|change| match change {
        Change::Patch { collection, id, .. } | Change::Delete { collection, id } => {
            Some((*collection, *id))
        }
        Change::Insert {
            collection,
            document,
        } => Some((*collection, document.get_object_id("_id").ok()?)),
        Change::Ledger { .. } => None,
    });
    let guarded = set.guards.iter().filter_map(|guard| match guard {
        Guard::Revision { collection, id, .. } | Guard::Field { collection, id, .. } => {
            Some((*collection, *id))
        }
        _ => None,
    });
    let mut all: Vec<_> = changed.chain(guarded).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn patch_of(set: &ChangeSet, of: Collection) -> Option<&domain::change::Patch> {
    set.changes.iter().find_map(|change| match change {
        Change::Patch {
            collection, patch, ..
        } if *collection == of => Some(patch),
        _ => None,
    })
}

fn deed(verb: &str, collection: Collection, id: ObjectId) -> Deed {
    Deed::new(verb, collection, id)
}

fn strings(words: &[&str]) -> Bson {
    Bson::Array(words.iter().map(|word| Bson::from(*word)).collect())
}
