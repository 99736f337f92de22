//! Committing on the model: guards, patches, bookings and deletions by the rules both authorities share.

use std::collections::BTreeMap;

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Change, ChangeSet, Collection, DeviceId, Guard, PaymentId, Refusal, Source, Timestamp,
    audit::AuditEvent,
    change::{SyncStamp, get_at},
    compare,
    ledger::{
        LedgerEntry, SeriesTail,
        booking::{self, Facts, Unbooked},
    },
    missed::{self, Kept},
    patching,
    payment::Payment,
    rules::{desktops, mandate, people::erasing::unsaid},
};
use remote::port::{Outcome, Standing, Tombstone};

use super::{Data, Id, revision};

/// The fields that may occur only once: collection, fields, and the one to name.
const UNIQUE: [(Collection, &[&str], &str); 11] = [
    (Collection::Users, &["email"], "email"),
    (Collection::Courses, &["slug"], "slug"),
    (Collection::Enrollments, &["user", "course"], "course"),
    (Collection::Enrollments, &["certificateId"], "certificateId"),
    (Collection::Payments, &["receiptNumber"], "receiptNumber"),
    (
        Collection::Payments,
        &["provider.paymentIntentId"],
        "provider.paymentIntentId",
    ),
    (
        Collection::Payments,
        &["provider.chargeId"],
        "provider.chargeId",
    ),
    (
        Collection::Payments,
        &["provider.sessionId"],
        "provider.sessionId",
    ),
    (
        Collection::Payments,
        &["provider.transactionId"],
        "provider.transactionId",
    ),
    (Collection::Sessions, &["tokenHash"], "tokenHash"),
    (Collection::AuthTokens, &["tokenHash"], "tokenHash"),
];

/// Why nothing was written.
enum No {
    Missed(Refusal),
    Refused(Refusal),
}

/// What the change set has written so far; none: taken away.
type Written = BTreeMap<(Collection, ObjectId), Option<Document>>;

impl Data {
    /// Whole or not at all, and once.
    pub(super) fn commit(&mut self, change_set: &ChangeSet) -> Outcome {
        if self.ops.contains_key(&change_set.op) {
            return Outcome::AlreadyApplied(self.standings(&named(change_set)));
        }
        // Nothing is said any more of people who were erased in the meantime.
        let change_set = &unsaid(change_set, &|collection, id| self.is_erased(collection, id));
        match self.judge(change_set) {
            Ok((written, entry)) => {
                let ids: Vec<(Collection, ObjectId)> = written.keys().copied().collect();
                self.write(change_set, written, entry);
                Outcome::Applied(self.standings(&ids))
            }
            Err(No::Missed(refusal)) => Outcome::Missed {
                refusal,
                current: self.standings(&named(change_set)),
                tail: change_set
                    .ledger_entry()
                    .map(|entry| self.tail(&entry.device)),
            },
            Err(No::Refused(refusal)) => Outcome::Refused(refusal),
        }
    }

    fn judge<'a>(
        &self,
        change_set: &'a ChangeSet,
    ) -> Result<(Written, Option<&'a LedgerEntry>), No> {
        let shut_out = |(_, device): (&Id, &Document)| {
            device
                .get_str("name")
                .is_ok_and(|name| name == change_set.actor.device.as_str())
                && device.get_datetime("revokedAt").is_ok()
        };
        if !desktops::is_farewell(change_set)
            && self
                .of(Source::Documents(Collection::Devices))
                .any(shut_out)
        {
            return Err(No::Refused(desktops::shut_out()));
        }
        if let Some(maker) = mandate::asked_of(change_set) {
            let person = self.get(
                Source::Documents(Collection::Users),
                &Bson::ObjectId(maker.0),
            );
            mandate::judge(change_set, person).map_err(No::Refused)?;
        }
        for guard in &change_set.guards {
            self.check(guard)?;
        }
        let mut written = Written::new();
        let mut entry = None;
        for change in &change_set.changes {
            match change {
                Change::Insert {
                    collection,
                    document,
                } => {
                    let Ok(id) = document.get_object_id("_id") else {
                        return Err(No::Refused(Refusal::field(
                            domain::Code::Invalid,
                            "_id",
                            "A new record needs an identifier.",
                        )));
                    };
                    let alone = *collection == Collection::Settings
                        && self
                            .of(Source::Documents(Collection::Settings))
                            .next()
                            .is_some();
                    if alone || self.now_of(&written, *collection, id).is_some() {
                        return Err(No::Missed(missed::taken(*collection, "_id")));
                    }
                    let mut document = document.clone();
                    stamp(*collection, &mut document, change_set, 1);
                    self.unique(&written, *collection, id, &document)?;
                    written.insert((*collection, id), Some(document));
                }
                Change::Patch {
                    collection,
                    id,
                    patch,
                } => {
                    let mut document = self
                        .now_of(&written, *collection, *id)
                        .cloned()
                        .ok_or_else(|| No::Missed(missed::gone(*collection)))?;
                    for (path, base) in &patch.base {
                        if !is(*collection, &document, path, base) {
                            return Err(No::Missed(missed::stale_at(path)));
                        }
                    }
                    patching::check(&document, patch).map_err(No::Refused)?;
                    let rev = revision(&document);
                    patching::apply(&mut document, patch);
                    if has_timestamps(*collection) {
                        document.insert("updatedAt", Timestamp::from_millis(self.now));
                    }
                    stamp(*collection, &mut document, change_set, rev + 1);
                    self.unique(&written, *collection, *id, &document)?;
                    written.insert((*collection, *id), Some(document));
                }
                Change::Delete { collection, id } => {
                    if self.now_of(&written, *collection, *id).is_none() {
                        return Err(No::Missed(missed::gone(*collection)));
                    }
                    self.may_go(*collection, *id)?;
                    written.insert((*collection, *id), None);
                }
                Change::Ledger { entry: row } => {
                    if entry.replace(&**row).is_some() {
                        return Err(No::Refused(booking::unbookable(
                            "A change books one row of the ledger at most.",
                        )));
                    }
                }
            }
        }
        if let Some(entry) = entry {
            self.book(&written, change_set, entry)?;
        }
        Ok((written, entry))
    }

    fn book(
        &self,
        written: &Written,
        change_set: &ChangeSet,
        entry: &LedgerEntry,
    ) -> Result<(), No> {
        let payment: Option<Payment> = self
            .now_of(written, Collection::Payments, entry.payment.0)
            .and_then(|document| bson::deserialize_from_document(document.clone()).ok());
        let tail = self.tail(&entry.device);
        let facts = Facts {
            tail: &tail,
            payment: payment.as_ref(),
            sum: self.sum(entry.payment),
        };
        booking::check(entry, change_set.op, &facts).map_err(|no| match no {
            Unbooked::Missed(refusal) => No::Missed(refusal),
            Unbooked::Refused(refusal) => No::Refused(refusal),
        })
    }

    fn write(&mut self, change_set: &ChangeSet, written: Written, entry: Option<&LedgerEntry>) {
        for ((collection, id), document) in written {
            let source = Source::Documents(collection);
            match document {
                Some(document) => self.put(source, document),
                None => {
                    self.remove(source, &Bson::ObjectId(id));
                    self.tombstones.push(Tombstone {
                        collection,
                        id,
                        at: Timestamp::from_millis(self.now),
                    });
                }
            }
        }
        if let Some(entry) = entry {
            self.put(
                Source::Ledger,
                bson::serialize_to_document(entry).expect("a ledger row is a document"),
            );
        }
        let device = &change_set.actor.device;
        let tail = match self.chains.get(device) {
            Some(tail) => tail.clone(),
            None => self.chain(device),
        };
        // No secret here: the model's rows are the same every time.
        let sealed = change_set
            .audit()
            .sealed(&tail, format!("salt of {}", change_set.op));
        self.chains
            .extend(sealed.tail().map(|tail| (device.clone(), tail)));
        let event = bson::serialize_to_document(&sealed).expect("an event is a document");
        self.put(Source::Audit, event);
        if let Some(person) = change_set.deed.erases() {
            self.forget(person);
        }
        self.ops.insert(change_set.op, self.now);
        self.commits += 1;
    }

    fn now_of<'a>(
        &'a self,
        written: &'a Written,
        collection: Collection,
        id: ObjectId,
    ) -> Option<&'a Document> {
        match written.get(&(collection, id)) {
            Some(document) => document.as_ref(),
            None => self.get(Source::Documents(collection), &Bson::ObjectId(id)),
        }
    }

    fn check(&self, guard: &Guard) -> Result<(), No> {
        let found = |collection: &Collection, id: &ObjectId| {
            self.get(Source::Documents(*collection), &Bson::ObjectId(*id))
                .ok_or_else(|| No::Missed(missed::gone(*collection)))
        };
        match guard {
            Guard::Revision {
                collection,
                id,
                rev,
            } => {
                if revision(found(collection, id)?) == *rev {
                    Ok(())
                } else {
                    Err(No::Missed(missed::stale()))
                }
            }
            Guard::Field {
                collection,
                id,
                path,
                equals,
            } => {
                if is(*collection, found(collection, id)?, path, equals) {
                    Ok(())
                } else {
                    Err(No::Missed(missed::stale_at(path)))
                }
            }
            Guard::Unique {
                collection,
                values,
                field,
            } => {
                let nothing = values.values().any(|value| *value == Bson::Null);
                let taken = !nothing
                    && self
                        .of(Source::Documents(*collection))
                        .any(|(_, document)| {
                            values
                                .iter()
                                .all(|(path, value)| get_at(document, path) == Some(value))
                        });
                if taken {
                    Err(No::Missed(missed::taken(*collection, field)))
                } else {
                    Ok(())
                }
            }
            Guard::Refundable {
                payment,
                amount_minor,
            } => {
                let document = found(&Collection::Payments, &payment.0)?;
                let left = self.sum(*payment);
                if *amount_minor <= left {
                    return Ok(());
                }
                let currency = bson::deserialize_from_document::<Payment>(document.clone())
                    .map_or(domain::Currency::Gbp, |payment| payment.currency);
                Err(No::Missed(missed::too_much(left, currency)))
            }
            Guard::OtherAdmin { except } => {
                let other = self
                    .of(Source::Documents(Collection::Users))
                    .any(|(id, user)| {
                        id.0 != Bson::ObjectId(except.0)
                            && user.get_str("role").is_ok_and(|role| role == "admin")
                            && user.get_str("status").unwrap_or("active") == "active"
                    });
                if other {
                    Ok(())
                } else {
                    Err(No::Missed(missed::last_admin()))
                }
            }
            Guard::Series { device, next, prev } => {
                if booking::follows(&self.tail(device), *next, prev) {
                    Ok(())
                } else {
                    Err(No::Missed(missed::series_moved()))
                }
            }
        }
    }

    fn unique(
        &self,
        written: &Written,
        collection: Collection,
        id: ObjectId,
        document: &Document,
    ) -> Result<(), No> {
        for (of, paths, field) in UNIQUE {
            if of != collection {
                continue;
            }
            let values: Vec<&Bson> = paths
                .iter()
                .filter_map(|path| get_at(document, path))
                .filter(|value| **value != Bson::Null)
                .collect();
            if values.len() < paths.len() {
                continue;
            }
            let clashes = |other: &Document| {
                paths
                    .iter()
                    .zip(&values)
                    .all(|(path, value)| get_at(other, path) == Some(*value))
            };
            let here = self
                .of(Source::Documents(collection))
                .filter(|(other, _)| {
                    let Bson::ObjectId(other) = other.0 else {
                        return true;
                    };
                    other != id && !written.contains_key(&(collection, other))
                })
                .any(|(_, other)| clashes(other));
            let there = written
                .iter()
                .filter(|((of, other), _)| *of == collection && *other != id)
                .filter_map(|(_, other)| other.as_ref())
                .any(clashes);
            if here || there {
                return Err(No::Missed(missed::taken(collection, field)));
            }
        }
        Ok(())
    }

    fn may_go(&self, collection: Collection, id: ObjectId) -> Result<(), No> {
        let names = |of: Collection, path: &str| {
            self.of(Source::Documents(of))
                .any(|(_, document)| get_at(document, path) == Some(&Bson::ObjectId(id)))
        };
        let kept = match collection {
            Collection::Users
                if names(Collection::Enrollments, "user")
                    || names(Collection::Payments, "user") =>
            {
                Some(Kept::PersonOnRecord)
            }
            Collection::Users if names(Collection::Courses, "instructor") => Some(Kept::Teacher),
            Collection::Courses
                if names(Collection::Enrollments, "course")
                    || names(Collection::Payments, "course") =>
            {
                Some(Kept::CourseOnRecord)
            }
            Collection::Enrollments if names(Collection::Payments, "enrollment") => {
                Some(Kept::EnrollmentOnRecord)
            }
            Collection::Payments => Some(Kept::Payment),
            Collection::Settings => Some(Kept::Settings),
            _ => None,
        };
        match kept {
            Some(why) => Err(No::Refused(missed::kept(why))),
            None => Ok(()),
        }
    }

    /// Captured minus given back by the ledger, minor units.
    pub(super) fn sum(&self, payment: PaymentId) -> i64 {
        self.of(Source::Ledger)
            .filter(|(_, row)| row.get("payment") == Some(&Bson::ObjectId(payment.0)))
            .map(|(_, row)| super::whole(row.get("amountMinor")))
            .sum()
    }

    /// Where a device's series stands.
    pub(super) fn tail(&self, device: &DeviceId) -> SeriesTail {
        self.of(Source::Ledger)
            .filter(|(_, row)| row.get_str("device").is_ok_and(|of| of == device.as_str()))
            .filter_map(|(_, row)| bson::deserialize_from_document::<LedgerEntry>(row.clone()).ok())
            .max_by_key(|row| row.number)
            .map_or_else(
                || SeriesTail::fresh(device.clone()),
                |row| SeriesTail {
                    device: device.clone(),
                    last: row.number,
                    hash: row.hash,
                },
            )
    }

    /// Where a device's chain of the audit trail ends.
    fn chain(&self, device: &DeviceId) -> SeriesTail {
        self.of(Source::Audit)
            .filter_map(|(_, row)| bson::deserialize_from_document::<AuditEvent>(row.clone()).ok())
            .filter(|row| row.actor.device == *device)
            .filter_map(|row| row.tail())
            .max_by_key(|tail| tail.last)
            .unwrap_or_else(|| SeriesTail::fresh(device.clone()))
    }

    fn standings(&self, ids: &[(Collection, ObjectId)]) -> Vec<Standing> {
        ids.iter()
            .map(|(collection, id)| Standing {
                collection: *collection,
                id: *id,
                document: self
                    .documents
                    .get(&Source::Documents(*collection))
                    .and_then(|documents| documents.get(&Id(Bson::ObjectId(*id))))
                    .cloned(),
            })
            .collect()
    }
}

fn is(collection: Collection, document: &Document, path: &str, equals: &Bson) -> bool {
    compare::field_is(collection, document, path, equals)
        .unwrap_or_else(|_| compare::same(get_at(document, path), equals))
}

const fn has_timestamps(collection: Collection) -> bool {
    matches!(
        collection,
        Collection::Users | Collection::Courses | Collection::Enrollments | Collection::Payments
    )
}

fn stamp(collection: Collection, document: &mut Document, change_set: &ChangeSet, rev: i64) {
    if has_timestamps(collection) {
        for field in ["createdAt", "updatedAt"] {
            if !document.contains_key(field) {
                document.insert(field, change_set.at);
            }
        }
    }
    let stamp = SyncStamp {
        rev,
        op: change_set.op,
        device: change_set.actor.device.clone(),
        by: change_set.actor.user,
    };
    document.insert(
        "sync",
        bson::serialize_to_bson(&stamp).expect("a stamp is a value"),
    );
}

/// The documents a change set names in guards and changes.
fn named(change_set: &ChangeSet) -> Vec<(Collection, ObjectId)> {
    let mut ids: Vec<(Collection, ObjectId)> = Vec::new();
    let mut add = |collection: Collection, id: ObjectId| {
        if !ids.contains(&(collection, id)) {
            ids.push((collection, id));
        }
    };
    for change in &change_set.changes {
        match change {
            Change::Insert {
                collection,
                document,
            } => {
                if let Ok(id) = document.get_object_id("_id") {
                    add(*collection, id);
                }
            }
            Change::Patch { collection, id, .. } | Change::Delete { collection, id } => {
                add(*collection, *id);
            }
            Change::Ledger { entry } => add(Collection::Payments, entry.payment.0),
        }
    }
    for guard in &change_set.guards {
        match guard {
            Guard::Revision { collection, id, .. } | Guard::Field { collection, id, .. } => {
                add(*collection, *id);
            }
            Guard::Refundable { payment, .. } => add(Collection::Payments, payment.0),
            Guard::OtherAdmin { .. } | Guard::Unique { .. } | Guard::Series { .. } => {}
        }
    }
    ids
}
