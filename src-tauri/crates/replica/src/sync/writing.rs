//! Writing a document that comes from the server, or a view of one, into its table: whatever stands in
//! the way of the server's version makes room; a view that does not fit is not written.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, oid::ObjectId};
use domain::{Collection, Source};
use rusqlite::{Connection, ErrorCode, OptionalExtension, ffi, types::Value};

use super::{again, receive::Received, shadows, touches::key};
use crate::{
    columns::{self, Named, Write},
    commit::columns_named,
    documents::{encode, object_id},
    error::{CommitError, StoreError},
    reports::zone,
    stamped,
};

/// What a transaction that takes over documents has done and still has to do.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(super) changed: u64,
    /// Views to be computed again.
    pub(super) again: BTreeSet<(Collection, ObjectId)>,
    displaced: BTreeSet<(Collection, ObjectId)>,
    dirty: BTreeMap<(Source, String), Bson>,
    unreadable: BTreeMap<(Source, String), Bson>,
    settings: bool,
    /// Nothing is displaced: what collides is not written.
    pub(super) gives_way: bool,
    /// What was displaced. It displaces nobody itself: two stale versions that claim one value would
    /// otherwise displace each other for ever.
    made_way: BTreeSet<(Collection, ObjectId)>,
}

impl Work {
    /// It must be fetched again.
    pub(super) fn dirty(&mut self, source: Source, id: Bson) {
        self.dirty.insert((source, key(&id)), id);
    }

    /// It cannot be read here.
    pub(super) fn unreadable(&mut self, source: Source, id: Bson) {
        self.unreadable.insert((source, key(&id)), id);
    }

    /// Whether a version of the server may displace what is in its way. Not one that made way itself in
    /// this transaction.
    pub(super) fn may_displace(&self, collection: Collection, id: ObjectId) -> bool {
        !self.gives_way && !self.made_way.contains(&(collection, id))
    }

    /// Computes the views that are due, looks at the calendar, and says what came of it all.
    pub(crate) fn finish(mut self, connection: &Connection) -> Result<Received, StoreError> {
        shadows::recompute_due(connection, &mut self)?;
        if self.settings {
            zone::follow(connection)?;
        }
        for (collection, id) in std::mem::take(&mut self.displaced) {
            // Displaced and then written again: all is well.
            if text(connection, collection, id)?.is_none() {
                self.dirty(Source::Documents(collection), Bson::ObjectId(id));
            }
        }
        for ((source, _), id) in &self.dirty {
            again::note(connection, *source, id)?;
        }
        let named = |found: BTreeMap<(Source, String), Bson>| -> Vec<(Source, Bson)> {
            found
                .into_iter()
                .map(|((source, _), id)| (source, id))
                .collect()
        };
        Ok(Received {
            changed: self.changed,
            dirty: named(self.dirty),
            unreadable: named(self.unreadable),
        })
    }

    fn note(&mut self, collection: Collection) {
        self.changed += 1;
        self.settings |= collection == Collection::Settings;
    }
}

/// What became of a document to be written.
pub(super) enum Put {
    /// It is in its table.
    Written,
    /// Another row has a value that may occur once only.
    Collides,
    /// Its collection's type cannot read it.
    Unreadable(String),
}

/// The text of a row.
pub(super) fn text(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
) -> Result<Option<String>, StoreError> {
    let sql = format!("SELECT doc FROM {} WHERE id = ?1", collection.name());
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id.bytes()], |row| row.get(0))
        .optional()?)
}

/// Takes a row away, if it is there.
pub(super) fn remove(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    work: &mut Work,
) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {} WHERE id = ?1", collection.name());
    if connection.prepare_cached(&sql)?.execute([id.bytes()])? > 0 {
        work.note(collection);
    }
    Ok(())
}

/// Writes what the server has. What is in the way is displaced: it is fetched again, or computed again
/// where something waits.
pub(super) fn put_server(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    document: &Document,
    work: &mut Work,
) -> Result<Put, StoreError> {
    loop {
        match attempt(connection, collection, id, document, work)? {
            Attempt::Done(put) => return Ok(put),
            Attempt::InTheWay(rows) => {
                if rows.is_empty() || work.gives_way {
                    return Ok(Put::Collides);
                }
                for other in rows {
                    remove(connection, collection, other, work)?;
                    work.made_way.insert((collection, other));
                    if shadows::is_kept(connection, collection, other)? {
                        work.again.insert((collection, other));
                    } else {
                        work.displaced.insert((collection, other));
                    }
                }
            }
        }
    }
}

/// Writes a view, if it fits.
pub(super) fn put_view(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    document: &Document,
    work: &mut Work,
) -> Result<Put, StoreError> {
    match attempt(connection, collection, id, document, work)? {
        Attempt::Done(put) => Ok(put),
        Attempt::InTheWay(_) => Ok(Put::Collides),
    }
}

enum Attempt {
    Done(Put),
    /// These rows have a value that may occur once only.
    InTheWay(Vec<ObjectId>),
}

fn attempt(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    document: &Document,
    work: &mut Work,
) -> Result<Attempt, StoreError> {
    let encoded = encode(document);
    let held = text(connection, collection, id)?;
    if held.as_deref() == Some(encoded.as_str()) {
        return Ok(Attempt::Done(Put::Written));
    }
    if collection == Collection::Settings {
        let others = others(
            connection,
            "SELECT id FROM settings WHERE id <> ?1",
            [Value::Blob(id.bytes().to_vec())],
        )?;
        if !others.is_empty() {
            return Ok(Attempt::InTheWay(others));
        }
    }
    let values = match columns::columns(connection, collection, document, Named::Optional) {
        Ok(values) => values,
        Err(CommitError::Store(error)) if error.is_fatal() => return Err(error),
        Err(error) => return Ok(Attempt::Done(Put::Unreadable(error.to_string()))),
    };
    let how = if held.is_some() {
        Write::Update
    } else {
        Write::Insert
    };
    let rev = stamped::revision(document);
    let stored = columns::store(
        connection,
        how,
        collection,
        id,
        rev,
        encoded,
        values.clone(),
    );
    match stored {
        Ok(()) => {
            work.note(collection);
            Ok(Attempt::Done(Put::Written))
        }
        Err(rusqlite::Error::SqliteFailure(code, Some(message)))
            if code.code == ErrorCode::ConstraintViolation =>
        {
            if code.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE {
                let rows = in_the_way(
                    connection,
                    collection,
                    id,
                    &columns_named(&message),
                    &values,
                )?;
                Ok(Attempt::InTheWay(rows))
            } else {
                Ok(Attempt::Done(Put::Unreadable(message)))
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// The rows that have these columns' values.
fn in_the_way(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    failed: &[&str],
    values: &[Value],
) -> Result<Vec<ObjectId>, StoreError> {
    let mut parameters = vec![Value::Blob(id.bytes().to_vec())];
    let mut conditions = vec!["id <> ?1".to_owned()];
    for (name, value) in columns::names(collection).iter().zip(values) {
        if failed.contains(name) {
            parameters.push(value.clone());
            conditions.push(format!("{name} = ?{}", parameters.len()));
        }
    }
    if parameters.len() == 1 {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id FROM {} WHERE {}",
        collection.name(),
        conditions.join(" AND ")
    );
    others(connection, &sql, parameters)
}

fn others(
    connection: &Connection,
    sql: &str,
    parameters: impl IntoIterator<Item = Value>,
) -> Result<Vec<ObjectId>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_map(rusqlite::params_from_iter(parameters), |row| {
            object_id(row, 0)
        })?
        .collect::<Result<_, _>>()?;
    Ok(found)
}
