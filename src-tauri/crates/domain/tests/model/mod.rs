//! A tiny authority in memory: documents, ledger, applied operations. It applies change sets as the
//! real ones do, guards and all, so that random stories can be told against the rules alone.
#![allow(clippy::expect_used, clippy::unwrap_used)]
#![allow(dead_code)]

pub(crate) mod institution;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Change, ChangeSet, Collection, CourseId, DeviceId, EnrollmentId, Guard, OpId, PaymentId,
    Timestamp, UserId,
    change::get_at,
    course::Course,
    enrollment::Enrollment,
    ledger::{LedgerEntry, SeriesTail},
    payment::Payment,
    role::{Actor, Role},
    rules::Stamp,
    user::User,
};
use serde::de::DeserializeOwned;

/// What became of a change set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Committed {
    Applied,
    Already,
    Missed(&'static str),
}

/// The whole institution, small.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct World {
    pub(crate) documents: BTreeMap<(Collection, ObjectId), Arc<Document>>,
    pub(crate) ledger: Vec<LedgerEntry>,
    pub(crate) applied: BTreeSet<OpId>,
    pub(crate) deeds: Vec<String>,
}

impl World {
    pub(crate) fn put(&mut self, collection: Collection, document: Document) {
        let id = document
            .get_object_id("_id")
            .expect("every document has an id");
        self.documents.insert((collection, id), Arc::new(document));
    }

    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> Option<T> {
        self.documents.get(&(collection, id.into())).map(|d| {
            bson::deserialize_from_document(Document::clone(d))
                .expect("what the rules wrote can be read")
        })
    }

    pub(crate) fn all<T: DeserializeOwned>(&self, collection: Collection) -> Vec<T> {
        self.documents
            .iter()
            .filter(|((c, _), _)| *c == collection)
            .map(|(_, d)| {
                bson::deserialize_from_document(Document::clone(d))
                    .expect("what the rules wrote can be read")
            })
            .collect()
    }

    pub(crate) fn enrollment(&self, id: EnrollmentId) -> Enrollment {
        self.get(Collection::Enrollments, id)
            .expect("the enrollment is there")
    }

    pub(crate) fn payment(&self, id: PaymentId) -> Payment {
        self.get(Collection::Payments, id)
            .expect("the payment is there")
    }

    pub(crate) fn user(&self, id: UserId) -> User {
        self.get(Collection::Users, id)
            .expect("the person is there")
    }

    pub(crate) fn course(&self, id: CourseId) -> Course {
        self.get(Collection::Courses, id)
            .expect("the course is there")
    }

    pub(crate) fn enrollment_of(&self, user: UserId, course: CourseId) -> Option<Enrollment> {
        self.documents
            .iter()
            .find(|((c, _), d)| {
                *c == Collection::Enrollments
                    && d.get("user") == Some(&Bson::from(user))
                    && d.get("course") == Some(&Bson::from(course))
            })
            .and_then(|((c, id), _)| self.get(*c, *id))
    }

    pub(crate) fn payments_of(&self, enrollment: EnrollmentId) -> Vec<Payment> {
        let wanted = Bson::from(enrollment);
        self.documents
            .iter()
            .filter(|((c, _), d)| {
                *c == Collection::Payments && d.get("enrollment") == Some(&wanted)
            })
            .filter_map(|((c, id), _)| self.get(*c, *id))
            .collect()
    }

    pub(crate) fn tail(&self, device: &DeviceId) -> SeriesTail {
        self.ledger
            .iter()
            .rev()
            .find(|row| row.device == *device)
            .map_or_else(
                || SeriesTail::fresh(device.clone()),
                |row| SeriesTail {
                    device: device.clone(),
                    last: row.number,
                    hash: row.hash.clone(),
                },
            )
    }

    pub(crate) fn booked(&self, payment: PaymentId) -> i64 {
        self.ledger
            .iter()
            .filter(|row| row.payment == payment)
            .map(|row| row.amount_minor)
            .sum()
    }

    /// The document, to be changed by hand.
    pub(crate) fn edit(&mut self, collection: Collection, id: ObjectId) -> &mut Document {
        Arc::make_mut(
            self.documents
                .get_mut(&(collection, id))
                .expect("the document is there"),
        )
    }

    fn rev(&self, collection: Collection, id: ObjectId) -> Option<i64> {
        self.documents.get(&(collection, id)).map(|d| {
            d.get_document("sync")
                .ok()
                .and_then(|s| s.get_i64("rev").ok())
                .unwrap_or(0)
        })
    }

    fn holds(&self, guard: &Guard) -> Result<(), &'static str> {
        let ok = match guard {
            Guard::Revision {
                collection,
                id,
                rev,
            } => {
                return if self.rev(*collection, *id) == Some(*rev) {
                    Ok(())
                } else {
                    Err("revision")
                };
            }
            Guard::Field {
                collection,
                id,
                path,
                equals,
            } => self
                .documents
                .get(&(*collection, *id))
                .is_some_and(|d| get_at(d, path).unwrap_or(&Bson::Null) == equals),
            Guard::Unique {
                collection, values, ..
            } => {
                let taken = self.documents.iter().any(|((c, _), d)| {
                    c == collection
                        && values
                            .iter()
                            .all(|(path, value)| get_at(d, path) == Some(value))
                });
                return if taken { Err("unique") } else { Ok(()) };
            }
            Guard::Refundable {
                payment,
                amount_minor,
            } => {
                return if self.booked(*payment) >= *amount_minor {
                    Ok(())
                } else {
                    Err("refundable")
                };
            }
            Guard::OtherAdmin { .. } => true,
            Guard::Series { device, next, prev } => {
                let tail = self.tail(device);
                return if tail.last + 1 == *next && tail.hash == *prev {
                    Ok(())
                } else {
                    Err("series")
                };
            }
        };
        if ok { Ok(()) } else { Err("field") }
    }

    /// Whole or not at all, and once.
    pub(crate) fn commit(&mut self, set: &ChangeSet) -> Committed {
        if self.applied.contains(&set.op) {
            return Committed::Already;
        }
        for guard in &set.guards {
            if let Err(which) = self.holds(guard) {
                return Committed::Missed(which);
            }
        }
        for change in &set.changes {
            match change {
                Change::Insert {
                    collection,
                    document,
                } => {
                    let mut document = document.clone();
                    stamp(&mut document, set, 1);
                    let id = document
                        .get_object_id("_id")
                        .expect("every document has an id");
                    let before = self.documents.insert((*collection, id), Arc::new(document));
                    assert!(before.is_none(), "an insert overwrote a document");
                }
                Change::Patch {
                    collection,
                    id,
                    patch,
                } => {
                    let rev = self
                        .rev(*collection, *id)
                        .expect("what is patched is there");
                    let document = self.edit(*collection, *id);
                    let paths: Vec<&String> = patch
                        .set
                        .keys()
                        .chain(&patch.unset)
                        .chain(patch.inc.keys())
                        .chain(patch.push.keys())
                        .collect();
                    for (i, a) in paths.iter().enumerate() {
                        for b in &paths[i + 1..] {
                            let nested =
                                |x: &str, y: &str| x == y || y.starts_with(&format!("{x}."));
                            assert!(!nested(a, b) && !nested(b, a), "paths {a} and {b} overlap");
                        }
                    }
                    patch.apply(document);
                    stamp(document, set, rev + 1);
                }
                Change::Delete { collection, id } => {
                    self.documents.remove(&(*collection, *id));
                }
                Change::Ledger { entry } => {
                    assert_eq!(
                        entry.op, set.op,
                        "a ledger row carries the operation that booked it"
                    );
                    self.ledger.push((**entry).clone());
                }
            }
        }
        assert!(
            set.changes
                .iter()
                .filter(|c| matches!(c, Change::Ledger { .. }))
                .count()
                <= 1,
            "a change set books one row at most"
        );
        self.applied.insert(set.op);
        self.deeds.push(set.deed.verb.clone());
        Committed::Applied
    }
}

fn stamp(document: &mut Document, set: &ChangeSet, rev: i64) {
    document.insert("updatedAt", set.at);
    document.insert(
        "sync",
        bson::doc! { "rev": rev, "op": set.op.to_string(), "device": set.actor.device.as_str() },
    );
}

/// An identifier from a number.
pub(crate) fn id(n: u32) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// An operation number from a number.
pub(crate) fn op(n: u64) -> OpId {
    OpId(uuid::Uuid::from_u128(u128::from(n)))
}

/// 1 January 2026 and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000 + seconds * 1000)
}

/// Somebody of that role.
pub(crate) fn actor(user: u32, role: Role, device: &str) -> Actor {
    Actor {
        user: Some(UserId(id(user))),
        name: format!("{role} {user}"),
        role,
        device: DeviceId::new(device).expect("a device name"),
    }
}

/// The stamp of the n-th decision, a minute after the one before.
pub(crate) fn stamp_of(n: u64, actor: Actor) -> Stamp {
    Stamp {
        op: op(n),
        at: at(i64::try_from(n).expect("few decisions") * 60),
        actor,
    }
}
