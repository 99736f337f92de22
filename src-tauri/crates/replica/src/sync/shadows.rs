//! Shadows: the server's version of every document that a waiting change set writes, and the views
//! computed from them.

use bson::{Bson, Document, oid::ObjectId};
use domain::{ChangeSet, Collection, Source};
use rusqlite::{Connection, OptionalExtension};

use super::{
    deleted, forgetting, receive,
    touches::{self, Step},
    writing::{self, Put, Work},
};
use crate::{documents::parse, error::StoreError, replica::Reader, stamped};

/// Before a change set is applied: keeps what the server has of the documents it writes.
pub(crate) fn keep(connection: &Connection, change_set: &ChangeSet) -> Result<(), StoreError> {
    for (collection, id) in touches::written(change_set) {
        keep_one(connection, collection, id)?;
    }
    Ok(())
}

fn keep_one(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO shadows (collection, id, doc)
         VALUES (?1, ?2, (SELECT doc FROM {} WHERE id = ?2)) ON CONFLICT DO NOTHING",
        collection.name()
    );
    connection
        .prepare_cached(&sql)?
        .execute(rusqlite::params![collection.name(), id.bytes()])?;
    Ok(())
}

/// Whether the server's version is kept apart.
pub(super) fn is_kept(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM shadows WHERE collection = ?1 AND id = ?2")?
        .exists(rusqlite::params![collection.name(), id.bytes()])?)
}

/// Whether any is.
pub(super) fn any(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM shadows LIMIT 1")?
        .exists([])?)
}

/// The server's version, if it is kept apart (none inside: the server has none).
fn kept(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
) -> Result<Option<Option<Document>>, StoreError> {
    let found: Option<Option<String>> = connection
        .prepare_cached("SELECT doc FROM shadows WHERE collection = ?1 AND id = ?2")?
        .query_row(rusqlite::params![collection.name(), id.bytes()], |row| {
            row.get(0)
        })
        .optional()?;
    found
        .map(|text| {
            text.map(|text| parse(collection.name(), id, &text))
                .transpose()
        })
        .transpose()
}

/// The server's version as it is held: kept apart, or the row itself.
pub(super) fn version(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
) -> Result<Option<Document>, StoreError> {
    match kept(connection, collection, id)? {
        Some(version) => Ok(version),
        None => Reader::new(connection).document(collection, id),
    }
}

/// Takes over the server's version of a document, newest or not.
pub(super) fn set(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    document: Option<Document>,
    work: &mut Work,
) -> Result<(), StoreError> {
    if document.is_none()
        && collection == Collection::Courses
        && let Some(Some(last)) = kept(connection, collection, id)?
    {
        deleted::keep(connection, id, &last)?;
    }
    let text = document.map(|document| crate::documents::encode(&document));
    let changed = connection
        .prepare_cached(
            "UPDATE shadows SET doc = ?3 WHERE collection = ?1 AND id = ?2 AND doc IS NOT ?3",
        )?
        .execute(rusqlite::params![collection.name(), id.bytes(), text])?;
    if changed > 0 {
        work.changed += 1;
    }
    work.again.insert((collection, id));
    Ok(())
}

/// The same, unless one is held that is newer, or is another one of the same revision: a program that
/// counts none may have written since, or may have written what is held. Then the document is to be
/// fetched again.
pub(super) fn settle(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    document: Option<Document>,
    work: &mut Work,
) -> Result<(), StoreError> {
    let held = version(connection, collection, id)?;
    let doubtful = match (&held, &document) {
        (Some(held), Some(document)) => {
            stamped::revision(held) >= stamped::revision(document) && held != document
        }
        _ => false,
    };
    if doubtful {
        work.dirty(Source::Documents(collection), Bson::ObjectId(id));
        work.again.insert((collection, id));
        return Ok(());
    }
    forgetting::arrive(connection, collection, id, document, work)
}

/// Computes every view that is due, and those that could not be shown whole before.
pub(super) fn recompute_due(connection: &Connection, work: &mut Work) -> Result<(), StoreError> {
    // What one displaces another may have to show again. What was displaced displaces nobody, so this ends.
    while !work.again.is_empty() {
        for (collection, id) in std::mem::take(&mut work.again) {
            recompute(connection, collection, id, work)?;
        }
    }
    let mut statement =
        connection.prepare_cached("SELECT collection, id FROM shadows WHERE skipped = 1")?;
    let skipped: Vec<(String, [u8; 12])> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (name, id) in skipped {
        if let Some(Source::Documents(collection)) = Source::named(&name) {
            recompute(connection, collection, ObjectId::from_bytes(id), work)?;
        }
    }
    // A version that was shown step by step may have displaced once more.
    while let Some((collection, id)) = work.again.pop_first() {
        recompute(connection, collection, id, work)?;
    }
    Ok(())
}

/// Writes the view of a document: the server's version with what waits on top. Where nothing waits any
/// more, the server's version takes its place and the shadow goes.
fn recompute(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    work: &mut Work,
) -> Result<(), StoreError> {
    let Some(base) = kept(connection, collection, id)? else {
        return Ok(());
    };
    let steps = touches::steps(connection, collection, id)?;
    if steps.is_empty() {
        connection
            .prepare_cached("DELETE FROM shadows WHERE collection = ?1 AND id = ?2")?
            .execute(rusqlite::params![collection.name(), id.bytes()])?;
        return match &base {
            Some(base) if !work.may_displace(collection, id) => {
                put_if_it_fits(connection, collection, id, base, work).map(|_| ())
            }
            _ => receive::place(connection, collection, id, base, work),
        };
    }
    let skipped = match whole(connection, collection, id, base.clone(), &steps, work)? {
        Some(skipped) => skipped,
        None => {
            step_by_step(connection, collection, id, base, &steps, work)?;
            true
        }
    };
    connection
        .prepare_cached(
            "UPDATE shadows SET skipped = ?3 WHERE collection = ?1 AND id = ?2 AND skipped <> ?3",
        )?
        .execute(rusqlite::params![collection.name(), id.bytes(), skipped])?;
    Ok(())
}

/// The version with all that waits; says whether something was left out, nothing when it does not fit.
fn whole(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    base: Option<Document>,
    steps: &[Step],
    work: &mut Work,
) -> Result<Option<bool>, StoreError> {
    let (mut view, mut skipped) = (base, false);
    for step in steps {
        let (next, left_out) = touches::take(step, collection, view)?;
        view = next;
        skipped |= left_out;
    }
    match view {
        None => writing::remove(connection, collection, id, work)?,
        Some(view) => match writing::put_view(connection, collection, id, &view, work)? {
            Put::Written => {}
            Put::Collides | Put::Unreadable(_) => return Ok(None),
        },
    }
    Ok(Some(skipped))
}

/// Writes a version of the server that made way for another: where it still does not fit it is as good as
/// unknown, and to be fetched again. Says whether it fits.
fn put_if_it_fits(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    base: &Document,
    work: &mut Work,
) -> Result<bool, StoreError> {
    if let Put::Written = writing::put_view(connection, collection, id, base, work)? {
        return Ok(true);
    }
    writing::remove(connection, collection, id, work)?;
    if !work.gives_way {
        work.dirty(Source::Documents(collection), Bson::ObjectId(id));
    }
    Ok(false)
}

/// The version, and of what waits only what fits.
fn step_by_step(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    base: Option<Document>,
    steps: &[Step],
    work: &mut Work,
) -> Result<(), StoreError> {
    let mut shown = base;
    match &shown {
        None => writing::remove(connection, collection, id, work)?,
        Some(base) => {
            let fits = if work.may_displace(collection, id) {
                let put = writing::put_server(connection, collection, id, base, work)?;
                if !matches!(put, Put::Written) {
                    writing::remove(connection, collection, id, work)?;
                }
                matches!(put, Put::Written)
            } else {
                put_if_it_fits(connection, collection, id, base, work)?
            };
            if !fits {
                return Ok(());
            }
        }
    }
    for step in steps {
        match touches::take(step, collection, shown.clone())? {
            (Some(next), _) => {
                if matches!(
                    writing::put_view(connection, collection, id, &next, work)?,
                    Put::Written
                ) {
                    shown = Some(next);
                }
            }
            (None, _) => {
                writing::remove(connection, collection, id, work)?;
                shown = None;
            }
        }
    }
    Ok(())
}

impl Reader<'_> {
    /// A document as the server has it, as far as is known here: without what waits.
    pub fn server_version(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> Result<Option<Document>, StoreError> {
        version(self.connection, collection, id.into())
    }
}
