//! Committing a change set: guards, documents, ledger, audit trail and outbox in one transaction.
//!
//! An operation number that was applied before changes nothing. Whatever is turned down leaves no
//! trace. What a deletion may never take away is decided here, for every caller.

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Change, ChangeSet, Code, Collection, Offline, Refusal,
    change::Patch,
    ledger::{
        LedgerEntry,
        booking::{self, Unbooked, unbookable},
    },
    missed::{self, Kept},
    patching,
};
use rusqlite::{Connection, ErrorCode, ffi};

use crate::{
    audit::{self, AUDIT},
    chain,
    columns::{self, Named, Write},
    documents::encode,
    error::{CommitError, StoreError},
    forget, guards,
    ledger::{self, LEDGER},
    replica::{Reader, Replica},
    reports::zone,
    stamped::By,
    sync::{forgetting, outbox, shadows, writing::Work},
};

/// What became of a change set that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is on the disk.
    Applied,
    /// The same operation was applied before; nothing changed now.
    AlreadyApplied,
}

/// What decides whether a change set happens. There are two: the replica in a workspace without a
/// server, the institution's MongoDB otherwise.
pub trait Authority: Send + Sync {
    /// Applies the change set whole or not at all.
    fn commit(&self, change_set: &ChangeSet) -> Result<Committed, CommitError>;

    /// Applies many, each whole or not at all; the failure of one is no failure of the others.
    fn commit_all(
        &self,
        change_sets: &[ChangeSet],
    ) -> Result<Vec<Result<Committed, CommitError>>, StoreError>;
}

/// What a decision came to: the change set, and what the caller wants to know of it.
#[derive(Debug)]
pub struct Decision<T> {
    /// To be committed.
    pub change_set: ChangeSet,
    /// Handed back when it is.
    pub value: T,
}

impl Replica {
    /// Applies a change set whole or not at all. When it returns, the change is on the disk.
    pub fn commit(&self, change_set: &ChangeSet) -> Result<Committed, CommitError> {
        let mut connection = self.writer();
        let transaction = Self::begin(&mut connection)?;
        let committed = apply(&transaction, change_set)?;
        transaction.commit()?;
        self.note(committed);
        Ok(committed)
    }

    /// Applies many in one transaction of the file: those turned down are undone alone. A failure of
    /// the machinery undoes all.
    pub fn commit_all(
        &self,
        change_sets: &[ChangeSet],
    ) -> Result<Vec<Result<Committed, CommitError>>, StoreError> {
        let mut connection = self.writer();
        let mut transaction = Self::begin(&mut connection)?;
        let mut outcomes = Vec::with_capacity(change_sets.len());
        for change_set in change_sets {
            let savepoint = transaction.savepoint()?;
            let outcome = apply(&savepoint, change_set);
            match outcome {
                Ok(_) => savepoint.commit()?,
                Err(CommitError::Store(error)) if error.is_fatal() => return Err(error),
                Err(_) => savepoint.finish()?,
            }
            outcomes.push(outcome);
        }
        transaction.commit()?;
        if outcomes
            .iter()
            .any(|outcome| matches!(outcome, Ok(Committed::Applied)))
        {
            self.raise_version();
        }
        Ok(outcomes)
    }

    /// Reads, decides and commits with nothing else written in between, so that the decision is
    /// never out of date. The function must not use this replica but through the reader it is given:
    /// it holds the one writer.
    pub fn decide<T, E>(
        &self,
        f: impl FnOnce(&Reader<'_>) -> Result<Decision<T>, E>,
    ) -> Result<(Committed, T), E>
    where
        E: From<StoreError> + From<CommitError>,
    {
        let mut connection = self.writer();
        let transaction = Self::begin(&mut connection)?;
        let decision = f(&Reader::new(&transaction))?;
        let committed = apply(&transaction, &decision.change_set)?;
        transaction.commit().map_err(StoreError::from)?;
        self.note(committed);
        Ok((committed, decision.value))
    }

    fn note(&self, committed: Committed) {
        if committed == Committed::Applied {
            self.raise_version();
        }
    }
}

impl Authority for Replica {
    fn commit(&self, change_set: &ChangeSet) -> Result<Committed, CommitError> {
        Self::commit(self, change_set)
    }

    fn commit_all(
        &self,
        change_sets: &[ChangeSet],
    ) -> Result<Vec<Result<Committed, CommitError>>, StoreError> {
        Self::commit_all(self, change_sets)
    }
}

/// Applies the change set within an open transaction. On an error the caller rolls back.
pub(crate) fn apply(
    connection: &Connection,
    change_set: &ChangeSet,
) -> Result<Committed, CommitError> {
    let reader = Reader::new(connection);
    // Its audit row may also have come from the server.
    if reader.is_applied(change_set.op)? {
        return Ok(Committed::AlreadyApplied);
    }
    connection
        .prepare_cached("INSERT INTO applied_ops (op, at) VALUES (?1, ?2)")?
        .execute(rusqlite::params![
            change_set.op.0.as_bytes(),
            change_set.at.timestamp_millis()
        ])?;
    let queued = reader.has_server()?;
    if queued {
        if change_set.offline == Offline::OnlineOnly {
            return Err(CommitError::Refused(Refusal::new(
                Code::OnlineOnly,
                "This can only be done while the institution's server can be reached.",
            )));
        }
        shadows::keep(connection, change_set)?;
    }
    for guard in &change_set.guards {
        guards::check(&reader, guard)?;
    }
    let mut entry = None;
    for change in &change_set.changes {
        match change {
            Change::Insert {
                collection,
                document,
            } => {
                insert(&reader, change_set, *collection, document)?;
            }
            Change::Patch {
                collection,
                id,
                patch,
            } => {
                edit(&reader, change_set, *collection, *id, patch)?;
            }
            Change::Delete { collection, id } => delete(&reader, *collection, *id)?,
            Change::Ledger { entry: row } => {
                if entry.replace(&**row).is_some() {
                    return Err(CommitError::Refused(unbookable(
                        "A change books one row of the ledger at most.",
                    )));
                }
            }
        }
    }
    // Last, so that it may book upon a payment of the same change set.
    if let Some(entry) = entry {
        book(&reader, change_set, entry)?;
    }
    if change_set.changes.iter().any(concerns_settings) {
        zone::follow(connection)?;
    }
    tell(connection, change_set, queued)?;
    if queued {
        outbox::enqueue(connection, change_set)?;
    }
    Ok(Committed::Applied)
}

/// Whether reports may have to cut their days by another time zone.
const fn concerns_settings(change: &Change) -> bool {
    matches!(
        change,
        Change::Insert {
            collection: Collection::Settings,
            ..
        } | Change::Patch {
            collection: Collection::Settings,
            ..
        }
    )
}

fn insert(
    reader: &Reader<'_>,
    change_set: &ChangeSet,
    collection: Collection,
    document: &Document,
) -> Result<(), CommitError> {
    let Some(Bson::ObjectId(id)) = document.get("_id") else {
        return Err(CommitError::refused(
            Code::Invalid,
            "_id",
            "A new record needs an identifier.",
        ));
    };
    if collection == Collection::Settings && reader.exists("SELECT 1 FROM settings", [])? {
        return Err(guards::taken(collection, "_id"));
    }
    let document = By::from(change_set).inserted(collection, document)?;
    columns::write(
        reader.connection,
        Write::Insert,
        collection,
        *id,
        1,
        &document,
        Named::Required,
    )
    .map_err(|error| name_the_field(collection, error))
}

fn edit(
    reader: &Reader<'_>,
    change_set: &ChangeSet,
    collection: Collection,
    id: ObjectId,
    patch: &Patch,
) -> Result<(), CommitError> {
    let document = reader
        .document(collection, id)?
        .ok_or_else(|| guards::gone(collection))?;
    let rev = reader
        .revision(collection, id)?
        .unwrap_or_default()
        .saturating_add(1);
    patching::check(&document, patch).map_err(CommitError::Refused)?;
    // Whom a record names may be out of this desktop's scope; whom it is made to name may not.
    let renames = ["user", "course", "enrollment", "instructor"]
        .iter()
        .any(|field| patch.set.contains_key(*field));
    let named = if renames {
        Named::Required
    } else {
        Named::Optional
    };
    let document = By::from(change_set).patched(collection, document, rev, patch)?;
    columns::write(
        reader.connection,
        Write::Update,
        collection,
        id,
        rev,
        &document,
        named,
    )
    .map_err(|error| name_the_field(collection, error))
}

fn delete(reader: &Reader<'_>, collection: Collection, id: ObjectId) -> Result<(), CommitError> {
    let key = [id.bytes()];
    let kept = |why: Kept| CommitError::Refused(missed::kept(why));
    if reader.revision(collection, id)?.is_none() {
        return Err(guards::gone(collection));
    }
    match collection {
        Collection::Users => {
            if reader.exists("SELECT 1 FROM enrollments WHERE user = ?1 LIMIT 1", key)?
                || reader.exists("SELECT 1 FROM payments WHERE user = ?1 LIMIT 1", key)?
            {
                return Err(kept(Kept::PersonOnRecord));
            }
            if reader.exists("SELECT 1 FROM courses WHERE instructor = ?1 LIMIT 1", key)? {
                return Err(kept(Kept::Teacher));
            }
            let active_admin = "role = 'admin' AND status = 'active'";
            if reader.exists(
                &format!("SELECT 1 FROM users WHERE id = ?1 AND {active_admin}"),
                key,
            )? && !reader.exists(
                &format!("SELECT 1 FROM users WHERE id <> ?1 AND {active_admin}"),
                key,
            )? {
                return Err(guards::last_admin());
            }
        }
        Collection::Courses => {
            if reader.exists("SELECT 1 FROM enrollments WHERE course = ?1 LIMIT 1", key)?
                || reader.exists("SELECT 1 FROM payments WHERE course = ?1 LIMIT 1", key)?
            {
                return Err(kept(Kept::CourseOnRecord));
            }
        }
        Collection::Enrollments => {
            if reader.exists("SELECT 1 FROM payments WHERE enrollment = ?1 LIMIT 1", key)? {
                return Err(kept(Kept::EnrollmentOnRecord));
            }
        }
        Collection::Payments => {
            return Err(kept(Kept::Payment));
        }
        Collection::Settings => return Err(kept(Kept::Settings)),
        Collection::Devices
        | Collection::Imports
        | Collection::Sessions
        | Collection::AuthTokens => {}
    }
    reader
        .connection
        .prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", collection.name()))?
        .execute(key)?;
    Ok(())
}

/// Books a ledger row, if the domain lets it.
fn book(
    reader: &Reader<'_>,
    change_set: &ChangeSet,
    entry: &LedgerEntry,
) -> Result<(), CommitError> {
    let payment = reader.payment(entry.payment)?;
    let facts = booking::Facts {
        tail: &reader.series_tail(&entry.device)?,
        payment: payment.as_ref(),
        sum: reader.ledger_sum(entry.payment)?,
    };
    booking::check(entry, change_set.op, &facts).map_err(|why| match why {
        Unbooked::Missed(refusal) => CommitError::GuardMissed(refusal),
        Unbooked::Refused(refusal) => CommitError::Refused(refusal),
    })?;
    let document = bson::serialize_to_document(entry).map_err(|error| StoreError::Unwritable {
        collection: LEDGER,
        reason: error.to_string(),
    })?;
    ledger::store(reader.connection, None, entry, &encode(&document))?;
    Ok(())
}

/// Writes the audit row, and whose timelines it is on. A row that waits is sealed by the server.
fn tell(connection: &Connection, change_set: &ChangeSet, queued: bool) -> Result<(), CommitError> {
    let mut event = change_set.audit();
    if !queued {
        event = chain::seal(connection, event)?;
    }
    let document = bson::serialize_to_document(&event).map_err(|error| StoreError::Unwritable {
        collection: AUDIT,
        reason: error.to_string(),
    })?;
    audit::store(connection, &event, &encode(&document))?;
    if let Some(person) = event.deed.erases()
        && forgetting::was_erased(connection, person)?
    {
        let mut work = Work::default();
        forget::forget(connection, person, &mut work)?;
        work.finish(connection)?;
    }
    Ok(())
}

/// Says which field a unique index refused; any other constraint is a record that does not fit.
fn name_the_field(collection: Collection, error: CommitError) -> CommitError {
    let CommitError::Store(StoreError::Sqlite(rusqlite::Error::SqliteFailure(code, Some(message)))) =
        &error
    else {
        return error;
    };
    if code.code != ErrorCode::ConstraintViolation {
        return error;
    }
    if !matches!(
        code.extended_code,
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
    ) {
        return CommitError::Refused(Refusal::new(
            Code::Invalid,
            format!("The record does not fit its place: {message}"),
        ));
    }
    guards::taken(
        collection,
        guards::field_of_column(collection, &columns_named(message)),
    )
}

/// The columns a message of SQLite names, as in "UNIQUE constraint failed: enrollments.user,
/// enrollments.course".
pub(crate) fn columns_named(message: &str) -> Vec<&str> {
    message
        .rsplit(": ")
        .next()
        .unwrap_or_default()
        .split(", ")
        .filter_map(|column| column.split_once('.').map(|(_, name)| name))
        .collect()
}
