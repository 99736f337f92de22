//! Committing on the server at once: what may not wait (refunds, publishing, roles, prices).
//!
//! Whatever waits about the same records goes first. What the server answered is held here before the
//! caller hears of it, so that the next look at the replica shows it.

use std::collections::BTreeSet;

use bson::{Bson, oid::ObjectId};
use domain::{Change, ChangeSet, Code, Collection, DeviceId, Guard, OpId, Refusal};
use remote::port::{Outcome, RemoteError, Source};
use replica::{Batch, CommitError, Committed, QueueRow, QueueState};

use super::{Engine, lock, pull::usize_of};
use crate::{SyncError, attach, status::Pushed};

/// Rows of the queue looked at.
const QUEUE: u32 = 100_000;
const PAGE: u32 = 500;
/// How often a commit that was not answered is sent again before the person is told.
const TRIES: usize = 3;

impl Engine {
    /// Commits on the server, and holds the result here.
    pub(crate) fn commit_online(&self, change_set: &ChangeSet) -> Result<Committed, CommitError> {
        if self
            .replica
            .read(|reader| reader.is_applied(change_set.op))?
        {
            return Ok(Committed::AlreadyApplied);
        }
        if self.is_paused() {
            return Err(out_of_reach(
                "Synchronisation is paused, and this can only be done with the server at hand. Go on with it first.",
            ));
        }
        if attach::is_under_way(&self.replica).map_err(store_or_refusal)? {
            return Err(out_of_reach(
                "This workspace is still being uploaded to its server, and this can only be done when that is complete.",
            ));
        }
        let mut pushing = lock(&self.pushing);
        if !self.may_send(&mut pushing).map_err(store_or_refusal)? {
            // Another program sends what waits; this one commits beside it, which the server allows.
            tracing::debug!("another program of this workspace sends");
        }
        self.send_what_it_depends_on(change_set)?;
        let outcome = self.commit_until_answered(change_set)?;
        let committed = match outcome {
            Outcome::Applied(standings) => {
                self.hold(change_set, &standings)?;
                Committed::Applied
            }
            Outcome::AlreadyApplied(standings) => {
                self.hold(change_set, &standings)?;
                Committed::AlreadyApplied
            }
            Outcome::Missed {
                refusal,
                current,
                tail,
            } => {
                self.take_current(&current).map_err(store_or_refusal)?;
                if let Some(tail) = tail {
                    self.follow_series(&tail, change_set)
                        .map_err(store_or_refusal)?;
                }
                return Err(CommitError::GuardMissed(refusal));
            }
            Outcome::Refused(refusal) => return Err(CommitError::Refused(refusal)),
        };
        drop(pushing);
        self.tell().map_err(store_or_refusal)?;
        Ok(committed)
    }

    fn hold(
        &self,
        change_set: &ChangeSet,
        standings: &[remote::port::Standing],
    ) -> Result<(), CommitError> {
        let mut landing = lock(&self.landing);
        let received = self.replica.note_server_commit(change_set, standings)?;
        self.note(&mut landing, standings);
        landing.dirty.extend(received.dirty);
        Ok(())
    }

    /// A commit that was not answered may have happened: it is sent again under the same number.
    fn commit_until_answered(&self, change_set: &ChangeSet) -> Result<Outcome, CommitError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.call_about(|| self.port.commit(change_set)) {
                Ok(outcome) => return Ok(outcome),
                Err(error) => error,
            };
            match error {
                RemoteError::Transient(_) if tries < TRIES => {}
                RemoteError::Transient(reason) => {
                    return Err(out_of_reach(&format!(
                        "The server could not be reached ({reason}). This can only be done with the server at \
                         hand. If it was done after all, it will show here: look again before you try again."
                    )));
                }
                RemoteError::Forbidden(reason) => {
                    return Err(CommitError::Refused(Refusal::new(Code::Forbidden, reason)));
                }
                error => return Err(out_of_reach(&error.to_string())),
            }
        }
    }

    /// Sends what waits about the same records, and what that waits for in turn.
    fn send_what_it_depends_on(&self, change_set: &ChangeSet) -> Result<(), CommitError> {
        let mut sent = 0_usize;
        loop {
            let queue = self.replica.read(|reader| reader.queue(QUEUE))?;
            let before = depends_on(change_set, &queue);
            if before.is_empty() {
                return Ok(());
            }
            if queue
                .iter()
                .any(|row| before.contains(&row.change_set.op) && row.state == QueueState::Dead)
            {
                return Err(CommitError::Refused(Refusal::new(
                    Code::WrongState,
                    "An earlier change of this record could not be saved on the server. Decide about it in the \
                     sync centre first.",
                )));
            }
            let due = self
                .replica
                .read(|reader| reader.outbox_due(self.now(), QUEUE))?;
            let next = due
                .into_iter()
                .find(|row| before.contains(&row.change_set.op));
            let waits = || {
                out_of_reach(
                    "An earlier change of this record has not reached the server yet. Try again in a moment.",
                )
            };
            sent += 1;
            let Some(row) = next.filter(|_| sent <= usize_of(QUEUE)) else {
                return Err(waits());
            };
            match self.send(&row) {
                Ok(Pushed::Later) => return Err(waits()),
                Ok(_) => {}
                Err(SyncError::Remote(error)) => {
                    return Err(out_of_reach(&format!(
                        "{error}. This can only be done with the server at hand."
                    )));
                }
                Err(error) => return Err(store_or_refusal(error)),
            }
        }
    }

    /// Fetches a device's rows of the ledger behind the last that is here.
    pub(super) fn fetch_series(&self, device: &DeviceId) -> Result<(), SyncError> {
        let mut after = self.replica.read(|reader| reader.series_held(device))?;
        loop {
            let rows = self.call(|| self.port.series(device, after, PAGE))?;
            let whole = rows.len() < usize_of(PAGE);
            let last = rows.last().and_then(|row| match row.get("number") {
                Some(Bson::Int64(number)) => u64::try_from(*number).ok(),
                Some(Bson::Int32(number)) => u64::try_from(*number).ok(),
                _ => None,
            });
            self.land(Batch {
                documents: rows.into_iter().map(|row| (Source::Ledger, row)).collect(),
                ..Batch::default()
            })?;
            match last {
                Some(last) if !whole => after = last,
                _ => return Ok(()),
            }
        }
    }
}

fn out_of_reach(message: &str) -> CommitError {
    CommitError::Refused(Refusal::new(Code::OnlineOnly, message))
}

pub(super) fn store_or_refusal(error: SyncError) -> CommitError {
    match error {
        SyncError::Store(error) => CommitError::Store(error),
        SyncError::Remote(error) => out_of_reach(&error.to_string()),
        SyncError::Refused(refusal) => CommitError::Refused(refusal),
    }
}

/// The rows of the queue a change set has to come after: those about the same records, money of the same
/// series, and what those come after.
fn depends_on(change_set: &ChangeSet, queue: &[QueueRow]) -> BTreeSet<OpId> {
    let mut records = concerned(change_set);
    let mut series: BTreeSet<DeviceId> = change_set
        .ledger_entry()
        .map(|entry| entry.device.clone())
        .into_iter()
        .collect();
    let mut before = BTreeSet::new();
    for row in queue.iter().rev() {
        let of_row = concerned(&row.change_set);
        let money = row.change_set.ledger_entry().map(|entry| &entry.device);
        if of_row.is_disjoint(&records) && !money.is_some_and(|device| series.contains(device)) {
            continue;
        }
        before.insert(row.change_set.op);
        records.extend(of_row);
        series.extend(money.cloned());
    }
    before
}

/// The records a change set writes or relies on.
fn concerned(change_set: &ChangeSet) -> BTreeSet<(Collection, ObjectId)> {
    let written = change_set.changes.iter().filter_map(|change| match change {
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
        Change::Ledger { entry } => Some((Collection::Payments, entry.payment.0)),
    });
    let relied_on = change_set.guards.iter().filter_map(|guard| match guard {
        Guard::Revision { collection, id, .. } | Guard::Field { collection, id, .. } => {
            Some((*collection, *id))
        }
        Guard::Refundable { payment, .. } => Some((Collection::Payments, payment.0)),
        Guard::Unique { .. } | Guard::OtherAdmin { .. } | Guard::Series { .. } => None,
    });
    written.chain(relied_on).collect()
}
