//! One attempt at a change set: operation number, guards, documents in their order, ledger, trail.
//!
//! In a transaction nothing of it is seen before the end. Without one (a server that has none) the
//! document carries the operation number, and number and trail follow it; sending it again completes
//! them. Two commits that only read what the other writes would both pass, so those that must not
//! (administrators, a payment's ledger) write a row of `sync_locks`. A reference inserted while its
//! target is being deleted is not guarded against: only undone imports delete documents.

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{
    Change, ChangeSet, Code, Collection, DeviceId, Guard, Refusal, UserId,
    change::{Patch, SyncStamp, get_at},
    ledger::{
        LedgerEntry, SeriesTail,
        booking::{self, Unbooked, unbookable},
    },
    missed::{self, Kept},
    patching,
};
use mongodb::{ClientSession, Collection as Handle, error::Error, options::ReturnDocument};

use super::{
    Manner, Stop,
    documents::Documents,
    guards::{read_payment, revision, still},
    only_counters, places,
    update::update,
};
use crate::{
    failure,
    port::{RemoteError, Source, Standing},
    queries::{self, LOCKS, NAMED_BY, OPS, TOMBSTONES},
    server::Server,
};

/// The row that serialises everything about who is an administrator.
const ADMINISTRATORS: &str = "administrators";

pub(super) struct Attempt<'a> {
    pub(super) server: &'a Server,
    pub(super) session: &'a mut ClientSession,
    pub(super) documents: Documents,
    pub(super) change_set: &'a ChangeSet,
    /// Where the series stands that was asked for.
    pub(super) series: Option<SeriesTail>,
    manner: Manner,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        server: &'a Server,
        session: &'a mut ClientSession,
        change_set: &'a ChangeSet,
        manner: Manner,
    ) -> Self {
        Self {
            server,
            session,
            documents: Documents::default(),
            change_set,
            series: None,
            manner,
        }
    }

    /// What was written, as it is now.
    pub(super) fn standings(&self) -> Vec<Standing> {
        self.documents.standings()
    }

    /// Writes it all, or says why not.
    pub(super) async fn run(&mut self) -> Result<(), Stop> {
        if self.manner.transaction {
            self.number().await?;
        } else if self.one(queries::op(self.change_set.op)).await?.is_some() {
            return Err(Stop::Already);
        }
        self.documents =
            Documents::read(self.server, self.session, places(self.change_set)).await?;
        if !self.manner.transaction && self.carried() {
            self.trail().await?;
            return Err(Stop::Already);
        }
        self.welcome().await?;
        self.people().await?;
        self.lock().await?;
        for guard in &self.change_set.guards {
            self.check(guard).await?;
        }
        let mut entry = None;
        for change in &self.change_set.changes {
            match change {
                Change::Insert {
                    collection,
                    document,
                } => self.insert(*collection, document).await?,
                Change::Patch { .. } if self.manner.skip_counters && only_counters(change) => {}
                Change::Patch {
                    collection,
                    id,
                    patch,
                } => self.edit(*collection, *id, patch).await?,
                Change::Delete { collection, id } => self.delete(*collection, *id).await?,
                Change::Ledger { entry: row } => {
                    if entry.replace(&**row).is_some() {
                        return Err(Stop::Refused(unbookable(
                            "A change books one row of the ledger at most.",
                        )));
                    }
                }
            }
        }
        // Last, so that it may book upon a payment of the same change set.
        if let Some(entry) = entry {
            self.book(entry).await?;
        }
        self.trail().await
    }

    /// Takes the operation number; somebody who has it already has applied the change set.
    async fn number(&mut self) -> Result<(), Stop> {
        let row = doc! {
            "_id": self.change_set.op.to_string(),
            "at": self.server.now(),
            "device": self.change_set.actor.device.as_str(),
        };
        match self
            .collection(OPS)
            .insert_one(row)
            .session(&mut *self.session)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if is_duplicate(&error) => Err(Stop::Already),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a document already carries this operation number.
    fn carried(&self) -> bool {
        let op = self.change_set.op.to_string();
        places(self.change_set).into_iter().any(|(collection, id)| {
            self.documents
                .find(collection, id)
                .and_then(|document| get_at(document, "sync.op"))
                .and_then(Bson::as_str)
                .is_some_and(|last| last == op)
        })
    }

    async fn lock(&mut self) -> Result<(), Stop> {
        if !self.manner.transaction {
            return Ok(());
        }
        let mut rows = Vec::new();
        let deletes_person = |change: &Change| {
            matches!(
                change,
                Change::Delete {
                    collection: Collection::Users,
                    ..
                }
            )
        };
        let counts_admins = |guard: &Guard| matches!(guard, Guard::OtherAdmin { .. });
        if self.change_set.guards.iter().any(counts_admins)
            || self.change_set.changes.iter().any(deletes_person)
        {
            rows.push(ADMINISTRATORS.to_owned());
        }
        if let Some(entry) = self.change_set.ledger_entry() {
            rows.push(format!("ledger {}", entry.payment.to_hex()));
        }
        for row in rows {
            let taken = self
                .collection(LOCKS)
                .update_one(
                    doc! { "_id": row },
                    doc! { "$set": { "op": self.change_set.op.to_string() } },
                )
                .upsert(true)
                .session(&mut *self.session)
                .await;
            match taken {
                Ok(_) => {}
                // Somebody else is making the row at this moment.
                Err(error) if is_duplicate(&error) => return Err(Stop::Again),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn insert(&mut self, collection: Collection, document: &Document) -> Result<(), Stop> {
        let Ok(id) = document.get_object_id("_id") else {
            return Err(Stop::Refused(Refusal::field(
                Code::Invalid,
                "_id",
                "A new record needs an identifier.",
            )));
        };
        if collection == Collection::Settings && self.one(queries::any(collection)).await?.is_some()
        {
            return Err(Stop::Missed(missed::taken(collection, "_id")));
        }
        let mut document = document.clone();
        if has_timestamps(collection) && !document.contains_key("createdAt") {
            document.insert("createdAt", self.change_set.at);
        }
        // Not when it was decided, which may be long ago: whoever polls goes by this.
        document.insert("updatedAt", self.server.now());
        document.insert("sync", self.stamp(1)?);
        let inserted = self
            .collection(collection.name())
            .insert_one(&document)
            .session(&mut *self.session)
            .await;
        match inserted {
            Ok(_) => {
                self.documents.wrote(collection, id, Some(document));
                Ok(())
            }
            Err(error) => Err(taken(collection, error)),
        }
    }

    async fn edit(
        &mut self,
        collection: Collection,
        id: ObjectId,
        patch: &Patch,
    ) -> Result<(), Stop> {
        let document = self.documents.get(collection, id)?;
        patching::check(document, patch).map_err(Stop::Refused)?;
        for (path, base) in &patch.base {
            still(collection, document, path, base)?;
        }
        let rev = revision(document).saturating_add(1);
        let unchanged = |path: &str| get_at(document, path).cloned().unwrap_or(Bson::Null);
        let filter = doc! {
            "_id": id,
            "sync.rev": unchanged("sync.rev"),
            "updatedAt": unchanged("updatedAt"),
        };
        let update = update(document, patch, self.stamp(rev)?);
        let updated = self
            .collection(collection.name())
            .find_one_and_update(filter, update)
            .return_document(ReturnDocument::After)
            .session(&mut *self.session)
            .await;
        match updated {
            Ok(Some(document)) => {
                self.documents.wrote(collection, id, Some(document));
                Ok(())
            }
            Ok(None) => Err(Stop::Again),
            Err(error) => Err(taken(collection, error)),
        }
    }

    async fn delete(&mut self, collection: Collection, id: ObjectId) -> Result<(), Stop> {
        self.documents.get(collection, id)?;
        let kept = |why: Kept| Err(Stop::Refused(missed::kept(why)));
        match collection {
            Collection::Payments => return kept(Kept::Payment),
            Collection::Settings => return kept(Kept::Settings),
            _ => {}
        }
        for (from, naming, field) in NAMED_BY {
            if from == collection
                && self
                    .one(queries::naming(naming, field, id))
                    .await?
                    .is_some()
            {
                return kept(match (from, naming) {
                    (Collection::Users, Collection::Courses) => Kept::Teacher,
                    (Collection::Users, _) => Kept::PersonOnRecord,
                    (Collection::Courses, _) => Kept::CourseOnRecord,
                    _ => Kept::EnrollmentOnRecord,
                });
            }
        }
        if collection == Collection::Users {
            let person = self.documents.get(collection, id)?;
            let admin = person.get_str("role").is_ok_and(|role| role == "admin")
                && person.get_str("status").unwrap_or("active") == "active";
            if admin && self.one(queries::other_admin(UserId(id))).await?.is_none() {
                return Err(Stop::Missed(missed::last_admin()));
            }
        }
        self.collection(collection.name())
            .delete_one(doc! { "_id": id })
            .session(&mut *self.session)
            .await?;
        let place = doc! { "collection": collection.name(), "id": id };
        let row = doc! {
            "_id": place.clone(),
            "at": self.server.now(),
            "op": self.change_set.op.to_string(),
        };
        self.collection(TOMBSTONES)
            .replace_one(doc! { "_id": place }, row)
            .upsert(true)
            .session(&mut *self.session)
            .await?;
        self.documents.wrote(collection, id, None);
        Ok(())
    }

    /// Books a ledger row, if the domain lets it.
    async fn book(&mut self, entry: &LedgerEntry) -> Result<(), Stop> {
        let tail = self.tail(&entry.device).await?;
        let sum = self.ledger_sum(entry.payment).await?;
        let payment = match self.documents.find(Collection::Payments, entry.payment.0) {
            Some(document) => Some(read_payment(document)?),
            None => None,
        };
        let facts = booking::Facts {
            tail: &tail,
            payment: payment.as_ref(),
            sum,
        };
        booking::check(entry, self.change_set.op, &facts).map_err(|why| match why {
            Unbooked::Missed(refusal) => Stop::Missed(refusal),
            Unbooked::Refused(refusal) => Stop::Refused(refusal),
        })?;
        let row = bson::serialize_to_document(entry).map_err(|error| unwritable(&error))?;
        let booked = self
            .collection(Source::Ledger.name())
            .insert_one(row)
            .session(&mut *self.session)
            .await;
        match booked {
            Ok(_) => Ok(()),
            // Two bookings took the same number of the series.
            Err(error) if is_duplicate(&error) => Err(Stop::Missed(missed::series_moved())),
            Err(error) => Err(error.into()),
        }
    }

    /// The audit row, sealed at the end of its device's chain; without a transaction also the operation
    /// number, both perhaps there already.
    async fn trail(&mut self) -> Result<(), Stop> {
        let device = self.change_set.actor.device.clone();
        loop {
            let tail = self.chain_tail(&device).await?;
            let salt = bson::Uuid::new().to_string();
            let sealed = self.change_set.audit().sealed(&tail, salt);
            let event = bson::serialize_to_document(&sealed).map_err(|error| unwritable(&error))?;
            let told = self
                .collection(Source::Audit.name())
                .insert_one(event)
                .session(&mut *self.session)
                .await;
            match told {
                Ok(_) => {
                    self.server.chain_stands(&device, tail.last);
                    break;
                }
                Err(error) if is_duplicate(&error) => {
                    let same_row = failure::duplicate_key(&error)
                        .is_none_or(|key| key.iter().any(|field| field == "_id"));
                    match (same_row, self.manner.transaction) {
                        (true, true) => return Err(Stop::Already),
                        (true, false) => break,
                        // Another commit from this device took the place.
                        (false, true) => return Err(Stop::Again),
                        (false, false) => {}
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(person) = self.change_set.deed.erases() {
            self.forget(person).await?;
        }
        if self.manner.transaction {
            return Ok(());
        }
        match self.number().await {
            Ok(()) | Err(Stop::Already) => Ok(()),
            Err(stop) => Err(stop),
        }
    }

    /// Where the device's chain of the audit trail ends.
    async fn chain_tail(&mut self, device: &DeviceId) -> Result<SeriesTail, Stop> {
        let seen = self.server.chain_seen(device);
        let mut row = self.one(queries::audit_tail(device, seen)).await?;
        if row.is_none() && seen > 1 {
            row = self.one(queries::audit_tail(device, 1)).await?;
        }
        let Some(row) = row else {
            return Ok(SeriesTail::fresh(device.clone()));
        };
        let number = match get_at(&row, "chain.number") {
            Some(Bson::Int64(n)) => u64::try_from(*n).ok(),
            Some(Bson::Int32(n)) => u64::try_from(*n).ok(),
            _ => None,
        };
        let hash = get_at(&row, "chain.hash").and_then(Bson::as_str);
        match (number, hash) {
            (Some(last), Some(hash)) => Ok(SeriesTail {
                device: device.clone(),
                last,
                hash: hash.to_owned(),
            }),
            _ => Err(Stop::Failed(RemoteError::Failed(format!(
                "the last audit row of {device} has no readable place in the chain"
            )))),
        }
    }

    fn stamp(&self, rev: i64) -> Result<Document, Stop> {
        let stamp = SyncStamp {
            rev,
            op: self.change_set.op,
            device: self.change_set.actor.device.clone(),
            by: self.change_set.actor.user,
        };
        bson::serialize_to_document(&stamp).map_err(|error| unwritable(&error))
    }

    pub(super) fn collection(&self, name: &str) -> Handle<Document> {
        self.server.database().collection(name)
    }
}

pub(super) fn unwritable(error: &bson::error::Error) -> Stop {
    Stop::Failed(RemoteError::Failed(error.to_string()))
}

/// The collections of the seed schema, whose models all have Mongoose's `timestamps`.
const fn has_timestamps(collection: Collection) -> bool {
    matches!(
        collection,
        Collection::Users | Collection::Courses | Collection::Enrollments | Collection::Payments
    )
}

fn is_duplicate(error: &Error) -> bool {
    failure::code(error) == Some(failure::DUPLICATE)
}

/// Names the field whose unique index refused the value; any other failure stays what it is.
fn taken(collection: Collection, error: Error) -> Stop {
    if !is_duplicate(&error) {
        return Stop::Driver(error);
    }
    let key = failure::duplicate_key(&error).unwrap_or_default();
    let fields: Vec<&str> = key.iter().map(String::as_str).collect();
    let field = match fields.as_slice() {
        // One enrollment a person and course: the course is what can be chosen otherwise.
        ["user", "course"] => "course",
        [one] => one,
        _ => "_id",
    };
    Stop::Missed(missed::taken(collection, field))
}
