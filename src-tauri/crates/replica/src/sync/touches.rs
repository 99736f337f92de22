//! What a change set touches, and so behind which earlier ones it must wait: two that could be sent in
//! either order with the same result do not wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, oid::ObjectId};
use domain::{Change, ChangeSet, Collection, Guard, change::Patch};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::{
    documents::{decode, encode, parse},
    error::StoreError,
    stamped::By,
};

/// Under which name the numbers of a device's series stand among the collections.
const SERIES: &str = "series";

/// How something is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    /// Made or taken away.
    Exists,
    /// Written.
    Writes,
    /// Only counted up: any order gives the same sum.
    Counts,
    /// Its revision must be the one seen.
    Revision,
    /// One of its fields must be the one seen.
    Field,
    /// It must be there.
    Named,
    /// The next number of the series is taken.
    Series,
}

impl Mode {
    const fn letter(self) -> &'static str {
        match self {
            Self::Exists => "x",
            Self::Writes => "w",
            Self::Counts => "c",
            Self::Revision => "v",
            Self::Field => "r",
            Self::Named => "n",
            Self::Series => "s",
        }
    }

    fn of(letter: &str) -> Option<Self> {
        [
            Self::Exists,
            Self::Writes,
            Self::Counts,
            Self::Revision,
            Self::Field,
            Self::Named,
            Self::Series,
        ]
        .into_iter()
        .find(|mode| mode.letter() == letter)
    }

    /// Which touches of an earlier change set this one must wait for.
    const fn waits_for(self) -> &'static [Self] {
        use Mode::{Counts, Exists, Field, Named, Revision, Series, Writes};
        match self {
            Exists => &[Exists, Writes, Counts, Revision, Field, Named],
            Writes => &[Exists, Writes, Revision, Field],
            Counts => &[Exists, Revision],
            Revision => &[Exists, Writes, Counts],
            Field => &[Exists, Writes],
            Named => &[Exists],
            Series => &[Series],
        }
    }

    /// Whether a change set that touches like this waits for an earlier one that touched like that.
    pub(crate) fn behind(self, earlier: Self) -> bool {
        self.waits_for().contains(&earlier)
    }
}

/// What a change set does to one document, enough to do it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// Whose stamp it leaves.
    pub(crate) by: By,
    /// Its changes of this document, in order.
    pub(crate) changes: Vec<Change>,
}

/// A touched thing: collection (or the series) and identifier.
pub(crate) type Thing = (String, Vec<u8>);

/// The documents a change set writes.
pub(crate) fn written(change_set: &ChangeSet) -> BTreeSet<(Collection, ObjectId)> {
    change_set.changes.iter().filter_map(target).collect()
}

/// The document a change is of.
pub(crate) fn target(change: &Change) -> Option<(Collection, ObjectId)> {
    match change {
        Change::Insert {
            collection,
            document,
        } => document
            .get_object_id("_id")
            .ok()
            .map(|id| (*collection, id)),
        Change::Patch { collection, id, .. } | Change::Delete { collection, id } => {
            Some((*collection, *id))
        }
        Change::Ledger { .. } => None,
    }
}

fn only_counts(patch: &Patch) -> bool {
    patch.set.is_empty() && patch.unset.is_empty() && patch.push.is_empty()
}

/// Everything a change set touches.
fn touched(change_set: &ChangeSet) -> BTreeSet<(Thing, Mode)> {
    let mut found = BTreeSet::new();
    let mut note = |collection: Collection, id: ObjectId, mode: Mode| {
        let thing = (collection.name().to_owned(), id.bytes().to_vec());
        found.insert((thing, mode));
    };
    let mut writes: BTreeMap<(Collection, ObjectId), Mode> = BTreeMap::new();
    for change in &change_set.changes {
        let mode = match change {
            Change::Insert { document, .. } => {
                for (field, named) in [
                    ("user", Collection::Users),
                    ("instructor", Collection::Users),
                    ("course", Collection::Courses),
                    ("enrollment", Collection::Enrollments),
                ] {
                    if let Ok(id) = document.get_object_id(field) {
                        note(named, id, Mode::Named);
                    }
                }
                Mode::Exists
            }
            Change::Delete { .. } => Mode::Exists,
            Change::Patch { patch, .. } if only_counts(patch) => Mode::Counts,
            Change::Patch { .. } => Mode::Writes,
            Change::Ledger { entry } => {
                note(Collection::Payments, entry.payment.0, Mode::Named);
                continue;
            }
        };
        if let Some(target) = target(change) {
            // One step a document: the strongest of what is done to it.
            let strongest = writes.get(&target).map_or(mode, |held| mode.min(*held));
            writes.insert(target, strongest);
        }
    }
    for ((collection, id), mode) in writes {
        note(collection, id, mode);
    }
    for guard in &change_set.guards {
        match guard {
            Guard::Revision { collection, id, .. } => note(*collection, *id, Mode::Revision),
            Guard::Field { collection, id, .. } => note(*collection, *id, Mode::Field),
            Guard::Refundable { payment, .. } => {
                note(Collection::Payments, payment.0, Mode::Named);
            }
            Guard::Unique { .. } | Guard::OtherAdmin { .. } | Guard::Series { .. } => {}
        }
    }
    if let Some(entry) = change_set.ledger_entry() {
        let device = entry.device.as_str().as_bytes().to_vec();
        found.insert(((SERIES.to_owned(), device), Mode::Series));
    }
    found
}

/// Writes down what a queued change set touches, in the place of what was written before.
pub(crate) fn record(
    connection: &Connection,
    seq: i64,
    change_set: &ChangeSet,
) -> Result<(), StoreError> {
    forget(connection, seq)?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO outbox_touches (collection, id, mode, seq, step) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for ((collection, id), mode) in touched(change_set) {
        let step = if matches!(mode, Mode::Exists | Mode::Writes | Mode::Counts) {
            Some(step_text(change_set, &collection, &id)?)
        } else {
            None
        };
        insert.execute(rusqlite::params![collection, id, mode.letter(), seq, step])?;
    }
    Ok(())
}

fn step_text(change_set: &ChangeSet, collection: &str, id: &[u8]) -> Result<String, StoreError> {
    let changes = change_set
        .changes
        .iter()
        .filter(|change| {
            target(change).is_some_and(|(at, of)| at.name() == collection && of.bytes() == id)
        })
        .cloned()
        .collect();
    let step = Step {
        by: By::from(change_set),
        changes,
    };
    let document = bson::serialize_to_document(&step).map_err(|error| StoreError::Unwritable {
        collection: "outbox",
        reason: error.to_string(),
    })?;
    Ok(encode(&document))
}

/// A change set left the queue.
pub(crate) fn forget(connection: &Connection, seq: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM outbox_touches WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}

/// What waiting change sets do to a document, in their order.
pub(crate) fn steps(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
) -> Result<Vec<Step>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT step FROM outbox_touches
         WHERE collection = ?1 AND id = ?2 AND mode IN ('x', 'w', 'c') ORDER BY seq",
    )?;
    let mut rows = statement.query(rusqlite::params![collection.name(), id.bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        found.push(decode("outbox", id, parse("outbox", id, &text)?)?);
    }
    Ok(found)
}

/// What the change set at a place of the queue touches.
pub(crate) fn of(connection: &Connection, seq: i64) -> Result<Vec<(Thing, Mode)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT collection, id, mode FROM outbox_touches WHERE seq = ?1")?;
    let mut rows = statement.query([seq])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let letter: String = row.get(2)?;
        if let Some(mode) = Mode::of(&letter) {
            found.push(((row.get(0)?, row.get(1)?), mode));
        }
    }
    Ok(found)
}

/// Whether an earlier change set that nobody acknowledged stands in the way of one.
pub(crate) fn is_behind(connection: &Connection, seq: i64) -> Result<bool, StoreError> {
    let mut earlier = connection.prepare_cached(
        "SELECT 1 FROM outbox_touches
         WHERE collection = ?1 AND id = ?2 AND mode = ?3 AND seq < ?4 LIMIT 1",
    )?;
    for ((collection, id), mode) in of(connection, seq)? {
        for before in mode.waits_for() {
            let found = earlier
                .query_row(
                    rusqlite::params![collection, id, before.letter(), seq],
                    |_| Ok(()),
                )
                .optional()?;
            if found.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The document after a step, and whether some of the step could not be done.
pub(crate) fn take(
    step: &Step,
    collection: Collection,
    document: Option<Document>,
) -> Result<(Option<Document>, bool), StoreError> {
    // The server applied it already, and only has not said so to us.
    if document
        .as_ref()
        .is_some_and(|document| step.by.wrote(document))
    {
        return Ok((document, false));
    }
    let (mut document, mut skipped) = (document, false);
    for change in &step.changes {
        document = match (change, document) {
            (Change::Insert { document: new, .. }, None) => {
                Some(step.by.inserted(collection, new)?)
            }
            (Change::Patch { patch, .. }, Some(held))
                if domain::patching::check(&held, patch).is_ok() =>
            {
                let rev = crate::stamped::revision(&held).saturating_add(1);
                Some(step.by.patched(collection, held, rev, patch)?)
            }
            (Change::Delete { .. }, Some(_)) => None,
            (_, held) => {
                skipped = true;
                held
            }
        };
    }
    Ok((document, skipped))
}

/// The identifier of a document, as text where it is no ObjectId.
pub(crate) fn key(id: &Bson) -> String {
    id.clone().into_canonical_extjson().to_string()
}
