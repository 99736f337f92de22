//! A model of the institution's server, in memory: what a MongoDB holds, judged by the same rules as the
//! real one, for schedules of many desktops that run in milliseconds and the same way every time.
//!
//! Each desktop reaches it through a [`Line`] of its own, which can be cut, can lose an answer after the
//! work was done, and can deliver history twice or out of order. [`Mongoose`] writes to it as a
//! Mongoose program would. Deliberately absent: sockets, time that passes by itself, queries beyond the port.

mod commit;
mod forget;
mod line;
mod mongoose;

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bson::{Bson, Document, oid::ObjectId};
use domain::{Collection, DeviceId, OpId, Source, Timestamp, chain::SeriesTail, change::get_at};
use remote::port::{Dirty, Filter, Head, Quarantined, Slice, Tombstone, View};

pub use line::Line;
pub use mongoose::Mongoose;

/// What happens to a document: one entry of the history.
#[derive(Clone, Debug)]
struct Event {
    source: Source,
    id: Bson,
    deleted: bool,
}

/// An identifier in the order a server keeps documents.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Id(pub(crate) Bson);

impl Eq for Id {}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        sync::plan::by_id(&self.0, &other.0)
    }
}

/// Everything the server holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    pub(crate) documents: BTreeMap<Source, BTreeMap<Id, Document>>,
    /// Operation numbers with the moments they were applied at.
    pub(crate) ops: BTreeMap<OpId, i64>,
    pub(crate) tombstones: Vec<Tombstone>,
    pub(crate) quarantine: BTreeMap<OpId, Quarantined>,
    /// Where the audit trail's chains end, as far as somebody asked.
    chains: BTreeMap<DeviceId, SeriesTail>,
    history: Vec<Event>,
    /// The history before this entry is forgotten.
    remembered_from: usize,
    pub(crate) now: i64,
    commits: u64,
    calls: u64,
}

/// The server. Share it in an [`Arc`], and give every desktop a [`Line`].
#[derive(Debug)]
pub struct ModelServer {
    data: Mutex<Data>,
    happened: Condvar,
    /// Whether it tells of changes (else desktops poll).
    pub(crate) change_streams: bool,
}

impl ModelServer {
    /// An empty server whose clock stands at this moment.
    pub fn new(now: Timestamp) -> Arc<Self> {
        Arc::new(Self::with(now, true))
    }

    /// One without change streams.
    pub fn polled(now: Timestamp) -> Arc<Self> {
        Arc::new(Self::with(now, false))
    }

    fn with(now: Timestamp, change_streams: bool) -> Self {
        Self {
            data: Mutex::new(Data {
                now: now.timestamp_millis(),
                ..Data::default()
            }),
            happened: Condvar::new(),
            change_streams,
        }
    }

    pub(crate) fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wake(&self) {
        self.happened.notify_all();
    }

    /// Moves the server's clock on.
    pub fn advance(&self, by: Duration) {
        self.data().now += i64::try_from(by.as_millis()).unwrap_or(0);
    }

    /// The server's clock.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.data().now)
    }

    /// Forgets the history so far: whoever stands in it has lost their place.
    pub fn forget_history(&self) {
        let mut data = self.data();
        data.remembered_from = data.history.len() + 1;
        data.history.push(Event {
            source: Source::Audit,
            id: Bson::Null,
            deleted: true,
        });
    }

    /// A document.
    pub fn document(&self, collection: Collection, id: impl Into<ObjectId>) -> Option<Document> {
        self.data()
            .get(Source::Documents(collection), &Bson::ObjectId(id.into()))
            .cloned()
    }

    /// Every document of a source, in the order of `_id`.
    pub fn documents(&self, source: Source) -> Vec<Document> {
        self.data()
            .documents
            .get(&source)
            .map(|documents| documents.values().cloned().collect())
            .unwrap_or_default()
    }

    /// Puts documents there, as whoever filled the database before anybody watched.
    pub fn fill(&self, source: Source, documents: impl IntoIterator<Item = Document>) {
        let mut data = self.data();
        for document in documents {
            data.put(source, document);
        }
        data.chains.clear();
        drop(data);
        self.wake();
    }

    /// Whether the change set of this number was applied.
    pub fn has_applied(&self, op: OpId) -> bool {
        self.data().ops.contains_key(&op)
    }

    /// The copies of dead letters.
    pub fn quarantine(&self) -> Vec<Quarantined> {
        self.data().quarantine.values().cloned().collect()
    }

    /// Calls answered so far, and change sets committed.
    pub fn load(&self) -> (u64, u64) {
        let data = self.data();
        (data.calls, data.commits)
    }
}

impl Data {
    pub(crate) fn get(&self, source: Source, id: &Bson) -> Option<&Document> {
        self.documents.get(&source)?.get(&Id(id.clone()))
    }

    /// Writes a document and tells of it.
    pub(crate) fn put(&mut self, source: Source, document: Document) {
        let id = document.get("_id").cloned().unwrap_or(Bson::Null);
        self.documents
            .entry(source)
            .or_default()
            .insert(Id(id.clone()), document);
        self.history.push(Event {
            source,
            id,
            deleted: false,
        });
    }

    /// Takes a document away and tells of it.
    pub(crate) fn remove(&mut self, source: Source, id: &Bson) -> bool {
        let there = self
            .documents
            .get_mut(&source)
            .is_some_and(|documents| documents.remove(&Id(id.clone())).is_some());
        if there {
            self.history.push(Event {
                source,
                id: id.clone(),
                deleted: true,
            });
        }
        there
    }

    fn of(&self, source: Source) -> impl Iterator<Item = (&Id, &Document)> {
        self.documents.get(&source).into_iter().flatten()
    }

    fn page(&self, slice: &Slice, after: Option<&Bson>, limit: usize) -> Vec<&Document> {
        let Some(documents) = self.documents.get(&slice.source) else {
            return Vec::new();
        };
        let from = after.map_or(std::ops::Bound::Unbounded, |after| {
            std::ops::Bound::Excluded(Id(after.clone()))
        });
        documents
            .range((from, std::ops::Bound::Unbounded))
            .map(|(_, document)| document)
            .filter(|document| is_in(slice, document))
            .take(limit)
            .collect()
    }

    fn since(&self, from: usize, at_most: usize) -> (Vec<Dirty>, usize) {
        let mut dirty: Vec<Dirty> = Vec::new();
        let mut next = from;
        for event in self.history.iter().skip(from) {
            if dirty.len() >= at_most {
                break;
            }
            next += 1;
            if event.id == Bson::Null {
                continue;
            }
            match dirty
                .iter_mut()
                .find(|d| d.source == event.source && d.id == event.id)
            {
                Some(known) => known.deleted = event.deleted,
                None => dirty.push(Dirty {
                    source: event.source,
                    id: event.id.clone(),
                    deleted: event.deleted,
                }),
            }
        }
        (dirty, next)
    }
}

/// Whether a document is in a slice.
fn is_in(slice: &Slice, document: &Document) -> bool {
    let id = document.get("_id").unwrap_or(&Bson::Null);
    let marks = slice.source.marks();
    if !marks.is_empty() && !marks.iter().any(|mark| document.contains_key(mark)) {
        return false;
    }
    match &slice.filter {
        Filter::All => true,
        Filter::Nothing => false,
        Filter::Ids(ids) => ids.contains(id),
        Filter::Field { path, any } => {
            get_at(document, path).is_some_and(|value| any.contains(value))
        }
        Filter::CatalogAnd(ids) => {
            let public = document.get_bool("isPublic").unwrap_or(true);
            (document.get_str("status").is_ok_and(|s| s == "published") && public)
                || matches!(id, Bson::ObjectId(id) if ids.contains(id))
        }
    }
}

/// As much of a document as a slice shows.
fn seen(slice: &Slice, document: &Document) -> Document {
    const NAMES: [&str; 9] = [
        "_id",
        "name",
        "email",
        "role",
        "status",
        "createdAt",
        "updatedAt",
        "__v",
        "sync",
    ];
    match slice.view {
        View::Whole => document.clone(),
        View::Names => document
            .iter()
            .filter(|(field, _)| NAMES.contains(&field.as_str()))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect(),
    }
}

fn head(document: &Document) -> Head {
    Head {
        id: document.get("_id").cloned().unwrap_or(Bson::Null),
        updated_at: document.get_datetime("updatedAt").ok().copied(),
        rev: revision(document),
        op: document
            .get_document("sync")
            .ok()
            .and_then(|sync| sync.get_str("op").ok())
            .map(str::to_owned),
        version: whole(document.get("__v")),
    }
}

/// `sync.rev`; 0 without.
pub(crate) fn revision(document: &Document) -> i64 {
    whole(get_at(document, "sync.rev"))
}

#[allow(clippy::cast_possible_truncation)]
fn whole(value: Option<&Bson>) -> i64 {
    match value {
        Some(Bson::Int32(n)) => i64::from(*n),
        Some(Bson::Int64(n)) => *n,
        Some(Bson::Double(n)) => *n as i64,
        _ => 0,
    }
}
