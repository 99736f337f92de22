//! Every query sent to the server on behalf of the port, made in one place, so that the index each one
//! needs can be known, explained and tested.
//!
//! Deliberately absent: sending them, and the writes of a commit, which go by `_id`.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{Collection, DeviceId, OpId, PaymentId, Source, Timestamp, UserId};

use crate::port::{Filter, Slice, View, Watermark};

/// Collection of applied operation numbers.
pub(crate) const OPS: &str = "sync_ops";
/// Collection of deletions, for desktops that poll.
pub(crate) const TOMBSTONES: &str = "sync_tombstones";
/// Collection of change sets that need a person.
pub(crate) const QUARANTINE: &str = "sync_quarantine";
/// Collection of rows that serialise commits which only read what they rely on.
pub(crate) const LOCKS: &str = "sync_locks";

/// A find, as it is sent or explained.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    /// What it is for, in words.
    pub(crate) purpose: &'static str,
    /// Where.
    pub(crate) collection: &'static str,
    /// Which documents.
    pub(crate) filter: Document,
    /// In which order.
    pub(crate) sort: Option<Document>,
    /// Which fields.
    pub(crate) projection: Option<Document>,
    /// At most how many.
    pub(crate) limit: Option<u32>,
}

impl Query {
    pub(crate) fn new(purpose: &'static str, collection: &'static str, filter: Document) -> Self {
        Self {
            purpose,
            collection,
            filter,
            sort: None,
            projection: None,
            limit: None,
        }
    }

    fn sorted(mut self, sort: Document) -> Self {
        self.sort = Some(sort);
        self
    }

    fn limited(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    fn showing(mut self, projection: Option<Document>) -> Self {
        self.projection = projection;
        self
    }

    /// The `find` command of it, as `explain` wants it.
    pub(crate) fn command(&self) -> Document {
        let mut command = doc! { "find": self.collection, "filter": self.filter.clone() };
        if let Some(sort) = &self.sort {
            command.insert("sort", sort.clone());
        }
        if let Some(projection) = &self.projection {
            command.insert("projection", projection.clone());
        }
        if let Some(limit) = self.limit {
            command.insert("limit", i64::from(limit));
        }
        command
    }
}

/// Documents of a slice in the order of `_id`, after one: what these queries find, each in that order,
/// together. Published courses and one's own are two, because no single index has both in order. None:
/// the slice holds nothing.
pub(crate) fn page(slice: &Slice, after: Option<&Bson>, limit: u32) -> Vec<Query> {
    in_order(
        "a page of a collection",
        slice,
        after,
        limit,
        projection(slice.view).as_ref(),
    )
}

fn in_order(
    purpose: &'static str,
    slice: &Slice,
    after: Option<&Bson>,
    limit: u32,
    fields: Option<&Document>,
) -> Vec<Query> {
    let filters = match &slice.filter {
        Filter::CatalogAnd(ids) if !ids.is_empty() => {
            vec![catalog(), doc! { "_id": { "$in": ids.clone() } }]
        }
        filter => slice_filter(filter).into_iter().collect(),
    };
    filters
        .into_iter()
        .map(|filter| {
            let filter = ours(slice.source, after_id(filter, after));
            Query::new(purpose, slice.source.name(), filter)
                .sorted(doc! { "_id": 1 })
                .limited(limit)
                .showing(fields.cloned())
        })
        .collect()
}

/// Those of these documents that are in the slice. None: none can be.
pub(crate) fn fetch(slice: &Slice, ids: &[Bson]) -> Option<Query> {
    let wanted: Vec<Bson> = match &slice.filter {
        Filter::Ids(held) => ids.iter().filter(|id| held.contains(id)).cloned().collect(),
        _ => ids.to_vec(),
    };
    if wanted.is_empty() {
        return None;
    }
    let mut filter = match &slice.filter {
        Filter::Ids(_) => Document::new(),
        other => slice_filter(other)?,
    };
    filter.insert("_id", doc! { "$in": wanted });
    Some(
        Query::new(
            "documents by their ids",
            slice.source.name(),
            ours(slice.source, filter),
        )
        .showing(projection(slice.view)),
    )
}

/// What to count for a slice's size, another program's documents under the same name with it; an empty
/// filter may be answered by an estimate. None: nothing.
pub(crate) fn count(slice: &Slice) -> Option<Query> {
    Some(Query::new(
        "the size of a slice",
        slice.source.name(),
        slice_filter(&slice.filter)?,
    ))
}

/// Heads of a slice in the order of `_id`, after one, as [`page`]: `_id updatedAt __v sync.rev sync.op`.
pub(crate) fn heads(slice: &Slice, after: Option<&Bson>, limit: u32) -> Vec<Query> {
    let fields = doc! { "_id": 1, "updatedAt": 1, "__v": 1, "sync.rev": 1, "sync.op": 1 };
    in_order("heads for the sweep", slice, after, limit, Some(&fields))
}

/// Documents of a slice in the order of `(updatedAt, _id)` from a place on; the trails by `recordedAt`
/// and `at`. None: nothing.
pub(crate) fn changed_since(slice: &Slice, from: Option<&Watermark>, limit: u32) -> Option<Query> {
    let moment = moment_field(slice.source);
    let mut parts = vec![ours(slice.source, slice_filter(&slice.filter)?)];
    if let Some(from) = from {
        // The range bounds the index; the rest is decided on the index's keys.
        parts.push(doc! { moment: { "$gte": from.at } });
        parts.push(doc! { "$or": [
            { moment: { "$gt": from.at } },
            { "_id": { "$gt": from.id.clone() } },
        ] });
    }
    parts.retain(|part| !part.is_empty());
    let filter = match parts.len() {
        0 => Document::new(),
        1 => parts.remove(0),
        _ => doc! { "$and": parts },
    };
    Some(
        Query::new("what changed since", slice.source.name(), filter)
            .sorted(doc! { moment: 1, "_id": 1 })
            .limited(limit)
            .showing(projection(slice.view)),
    )
}

/// The field polls go by.
pub(crate) const fn moment_field(source: Source) -> &'static str {
    match source {
        Source::Documents(_) => "updatedAt",
        Source::Ledger => "recordedAt",
        Source::Audit => "at",
    }
}

/// Operation numbers from a place on, in the order in which they were applied.
pub(crate) fn applied_since(from: &Watermark, limit: u32) -> Query {
    let filter = doc! { "$and": [
        { "at": { "$gte": from.at } },
        { "$or": [{ "at": { "$gt": from.at } }, { "_id": { "$gt": from.id.clone() } }] },
    ] };
    Query::new("what was applied since", OPS, filter)
        .sorted(doc! { "at": 1, "_id": 1 })
        .showing(Some(doc! { "_id": 1, "at": 1 }))
        .limited(limit)
}

/// The rows of a device's ledger series behind a number.
pub(crate) fn series_after(device: &DeviceId, number: u64, limit: u32) -> Query {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    Query::new(
        "a device's ledger rows behind a number",
        Source::Ledger.name(),
        doc! { "device": device.as_str(), "number": { "$gt": number } },
    )
    .sorted(doc! { "number": 1 })
    .limited(limit)
}

/// Deletions from a moment on, the oldest first.
pub(crate) fn tombstones(from: Timestamp) -> Query {
    Query::new(
        "deletions since",
        TOMBSTONES,
        doc! { "at": { "$gte": from } },
    )
    .sorted(doc! { "at": 1 })
}

/// The last row of a device's ledger series.
pub(crate) fn tail(device: &DeviceId) -> Query {
    Query::new(
        "a device's last ledger row",
        Source::Ledger.name(),
        doc! { "device": device.as_str() },
    )
    .sorted(doc! { "number": -1 })
    .showing(Some(doc! { "number": 1, "hash": 1 }))
    .limited(1)
}

/// The last row of a device's ledger series, known not to stand before this number: however long the
/// series is, no more than its end is looked at, also by servers that sort before they limit.
pub(crate) fn tail_from(device: &DeviceId, number: u64) -> Query {
    let mut query = tail(device);
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    query.filter.insert("number", doc! { "$gte": number });
    query
}

/// The last row of a device's chain of the audit trail, known not to stand before this number.
pub(crate) fn audit_tail(device: &DeviceId, number: u64) -> Query {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    Query::new(
        "a device's last audit row",
        Source::Audit.name(),
        doc! { "actor.device": device.as_str(), "chain.number": { "$gte": number } },
    )
    .sorted(doc! { "chain.number": -1 })
    .showing(Some(doc! { "chain.number": 1, "chain.hash": 1 }))
    .limited(1)
}

/// What the ledger says of a payment.
pub(crate) fn ledger_of(payment: PaymentId) -> Query {
    Query::new(
        "a payment's ledger rows",
        Source::Ledger.name(),
        doc! { "payment": payment.0 },
    )
}

/// The identifiers of what is a person's.
pub(crate) fn theirs(collection: Collection, person: UserId) -> Query {
    Query::new(
        "what is a person's",
        collection.name(),
        doc! { "user": person.0 },
    )
    .showing(Some(doc! { "_id": 1 }))
}

/// The audit rows of what a person did.
pub(crate) fn done_by(person: UserId) -> Query {
    Query::new(
        "what a person did",
        Source::Audit.name(),
        doc! { "actor.user": person.0 },
    )
}

/// The audit rows about records.
pub(crate) fn told_of(records: &[ObjectId]) -> Query {
    Query::new(
        "what was done to records",
        Source::Audit.name(),
        doc! { "deed.subjects.id": { "$in": records.to_vec() } },
    )
}

/// Whether an operation number was applied.
pub(crate) fn op(op: OpId) -> Query {
    Query::new("an operation number", OPS, doc! { "_id": op.to_string() }).limited(1)
}

/// Whether a desktop was shut out.
pub(crate) fn shut_out(device: &DeviceId) -> Query {
    let filter = doc! { "name": device.as_str(), "revokedAt": { "$type": "date" } };
    Query::new("whether a desktop is shut out", "devices", filter)
        .showing(Some(doc! { "_id": 1 }))
        .limited(1)
}

/// Accounts a change is from and about: what they may do, and whether they were erased.
pub(crate) fn accounts(people: &[ObjectId]) -> Query {
    Query::new(
        "accounts a change is about",
        Collection::Users.name(),
        doc! { "_id": { "$in": people.to_vec() } },
    )
    .showing(Some(doc! { "email": 1, "role": 1, "status": 1 }))
}

/// Change sets that were set aside, after one.
pub(crate) fn set_aside(after: Option<&str>, limit: u32) -> Query {
    let filter = match after {
        Some(after) => doc! { "_id": { "$gt": after } },
        None => Document::new(),
    };
    Query::new("change sets that were set aside", QUARANTINE, filter)
        .sorted(doc! { "_id": 1 })
        .limited(limit)
}

/// One document, whole.
pub(crate) fn document(collection: Collection, id: ObjectId) -> Query {
    Query::new("a document", collection.name(), doc! { "_id": id }).limited(1)
}

/// Any document of a collection that has one at most.
pub(crate) fn any(collection: Collection) -> Query {
    Query::new("whether there is one", collection.name(), Document::new())
        .sorted(doc! { "_id": 1 })
        .showing(Some(doc! { "_id": 1 }))
        .limited(1)
}

/// A document that has all these values.
pub(crate) fn holder(collection: Collection, values: &BTreeMap<String, Bson>) -> Query {
    let filter = values
        .iter()
        .map(|(path, value)| (path.clone(), value.clone()))
        .collect();
    Query::new("who has a value already", collection.name(), filter)
        .showing(Some(doc! { "_id": 1 }))
        .limited(1)
}

/// An active administrator other than this person.
pub(crate) fn other_admin(except: UserId) -> Query {
    let filter = doc! { "role": "admin", "status": "active", "_id": { "$ne": except.0 } };
    Query::new("another administrator", Collection::Users.name(), filter)
        .showing(Some(doc! { "_id": 1 }))
        .limited(1)
}

/// A document of `collection` that names this one in `field`: what keeps it from being deleted.
pub(crate) fn naming(collection: Collection, field: &'static str, id: ObjectId) -> Query {
    let mut filter = Document::new();
    filter.insert(field, id);
    Query::new("what names a document", collection.name(), filter)
        .showing(Some(doc! { "_id": 1 }))
        .limited(1)
}

/// What may not be deleted while something names it: collection deleted from, and where it is named.
pub(crate) const NAMED_BY: [(Collection, Collection, &str); 6] = [
    (Collection::Users, Collection::Enrollments, "user"),
    (Collection::Users, Collection::Payments, "user"),
    (Collection::Users, Collection::Courses, "instructor"),
    (Collection::Courses, Collection::Enrollments, "course"),
    (Collection::Courses, Collection::Payments, "course"),
    (Collection::Enrollments, Collection::Payments, "enrollment"),
];

/// Published courses anybody may see; another program may have left `isPublic` to its default.
pub(crate) fn catalog() -> Document {
    doc! { "status": "published", "isPublic": { "$in": [true, Bson::Null] } }
}

/// The filter of a slice; none where it holds nothing.
fn slice_filter(filter: &Filter) -> Option<Document> {
    match filter {
        Filter::All => Some(Document::new()),
        Filter::Nothing => None,
        Filter::Ids(ids) if ids.is_empty() => None,
        Filter::Ids(ids) => Some(doc! { "_id": { "$in": ids.clone() } }),
        Filter::Field { any, .. } if any.is_empty() => None,
        Filter::Field { path, any } => {
            let mut filter = Document::new();
            match any.as_slice() {
                // One value is an equality: the index behind it then gives the order of `_id`.
                [one] => filter.insert(*path, one.clone()),
                several => filter.insert(*path, doc! { "$in": several.to_vec() }),
            };
            Some(filter)
        }
        Filter::CatalogAnd(ids) if ids.is_empty() => Some(catalog()),
        Filter::CatalogAnd(ids) => {
            Some(doc! { "$or": [catalog(), { "_id": { "$in": ids.clone() } }] })
        }
    }
}

/// Only what is ours, where another program keeps documents of its own under the same name.
fn ours(source: Source, mut filter: Document) -> Document {
    let marked: Vec<Document> = source
        .marks()
        .iter()
        .map(|mark| doc! { *mark: { "$exists": true } })
        .collect();
    if !marked.is_empty() {
        filter.insert("$and", vec![doc! { "$or": marked }]);
    }
    filter
}

fn after_id(mut filter: Document, after: Option<&Bson>) -> Document {
    let Some(after) = after else { return filter };
    match filter.get_document_mut("_id") {
        Ok(conditions) => {
            conditions.insert("$gt", after.clone());
        }
        Err(_) => {
            filter.insert("_id", doc! { "$gt": after.clone() });
        }
    }
    filter
}

fn projection(view: View) -> Option<Document> {
    match view {
        View::Whole => None,
        View::Names => Some(doc! {
            "_id": 1, "name": 1, "email": 1, "role": 1, "status": 1,
            "createdAt": 1, "updatedAt": 1, "__v": 1, "sync": 1,
        }),
    }
}

/// Figures kept on courses that can be recomputed from enrollments: paths, or heads of paths. A login
/// that may not write courses leaves them to the repair of counters.
pub(crate) const COURSE_COUNTERS: [&str; 3] = ["enrollmentCount", "viewCount", "rating"];
