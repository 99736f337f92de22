//! One attempt at a change set: operation number, guards, documents in their order (`writing`), ledger, trail.
//!
//! In a transaction nothing of it is seen before the end. Without one (a server that has none) the
//! document carries the operation number, and number and trail follow it; sending it again completes
//! them. Two commits that only read what the other writes would both pass, so those that must not
//! (administrators, a payment's ledger) write a row of `sync_locks`.

use bson::{Bson, Document, doc};
use domain::{
    Change, ChangeSet, Collection, DeviceId, Guard,
    change::get_at,
    ledger::{
        LedgerEntry, SeriesTail,
        booking::{self, Unbooked, unbookable},
    },
    missed,
};
use mongodb::{ClientSession, Collection as Handle, error::Error};

use super::{Manner, Stop, documents::Documents, guards::read_payment, only_counters, places};
use crate::{
    failure,
    port::{RemoteError, Source, Standing},
    queries::{self, LOCKS, OPS},
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

    pub(super) fn collection(&self, name: &str) -> Handle<Document> {
        self.server.database().collection(name)
    }
}

pub(super) fn unwritable(error: &bson::error::Error) -> Stop {
    Stop::Failed(RemoteError::Failed(error.to_string()))
}

pub(super) fn is_duplicate(error: &Error) -> bool {
    failure::code(error) == Some(failure::DUPLICATE)
}
