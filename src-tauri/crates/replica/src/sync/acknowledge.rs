//! The server's word on a change set: it is applied, and this is how its documents stand. And a
//! person's: it is given up.

use bson::Bson;
use domain::{ChangeSet, Code, OpId, Refusal, Source, source::Standing};

use super::{outbox, receive::Received, series, shadows, touches, trails, writing::Work};
use crate::{
    audit, commit,
    error::{CommitError, StoreError},
    replica::Replica,
};
use rusqlite::Connection;

impl Replica {
    /// The server has applied the change set: it leaves the queue, and the documents are as the server
    /// says, with whatever else waits on top. Those the server says nothing of are to be fetched again.
    /// The same again changes nothing.
    pub fn acknowledge(&self, op: OpId, standings: &[Standing]) -> Result<Received, StoreError> {
        self.take_over(false, |connection, work| {
            let row = outbox::find(connection, op)?;
            if let Some((seq, _, change_set)) = row {
                outbox::remove(connection, seq)?;
                work.changed += 1;
                // The server gave its row a place in the chain.
                work.dirty(Source::Audit, Bson::String(op.to_string()));
                for (collection, id) in touches::written(&change_set) {
                    work.again.insert((collection, id));
                    let told = standings
                        .iter()
                        .any(|standing| standing.collection == collection && standing.id == id);
                    if !told {
                        work.dirty(Source::Documents(collection), Bson::ObjectId(id));
                    }
                }
            }
            take_standings(connection, standings, work)
        })
    }

    /// The server has applied a change set that never waited here: its documents, its ledger row and its
    /// audit row are taken over at once. The same again, also from the server, changes nothing.
    pub fn note_server_commit(
        &self,
        change_set: &ChangeSet,
        standings: &[Standing],
    ) -> Result<Received, StoreError> {
        self.take_over(false, |connection, work| {
            take_standings(connection, standings, work)?;
            if let Some(entry) = change_set.ledger_entry() {
                let mut devices = Vec::new();
                let document =
                    bson::serialize_to_document(entry).map_err(|error| StoreError::Unwritable {
                        collection: crate::ledger::LEDGER,
                        reason: error.to_string(),
                    })?;
                trails::ledger(connection, &document, &mut devices, work)?;
                for device in devices {
                    series::follow(connection, &device, work)?;
                }
            }
            let event = bson::serialize_to_document(&change_set.audit()).map_err(|error| {
                StoreError::Unwritable {
                    collection: audit::AUDIT,
                    reason: error.to_string(),
                }
            })?;
            let before = work.changed;
            trails::audit(connection, &event, work)?;
            if work.changed > before {
                // The server gave the row a place in the chain.
                work.dirty(Source::Audit, Bson::String(change_set.op.to_string()));
            }
            Ok(())
        })
    }

    /// A person gives a change set up: it leaves the queue, what it did is undone here, and its audit row
    /// goes, for the server never heard of it. `marker`, a change set that only tells of it, is committed
    /// in the same transaction. Money is never given up, nor what is on its way.
    pub fn discard(&self, op: OpId, marker: Option<&ChangeSet>) -> Result<Received, CommitError> {
        let mut refused = None;
        let outcome = self.take_over(true, |connection, work| {
            let Some((seq, state, change_set)) = outbox::find(connection, op)? else {
                refused = Some(CommitError::Refused(Refusal::not_found("The change")));
                return Ok(());
            };
            if let Some(refusal) = keeps(&change_set, &state) {
                refused = Some(CommitError::Refused(refusal));
                return Ok(());
            }
            if let Some(marker) = marker
                && let Err(error) = commit::apply(connection, marker)
            {
                return match error {
                    CommitError::Store(error) => Err(error),
                    error => {
                        // Nothing else was written yet; what was is undone with the rest.
                        let reason = error.to_string();
                        refused = Some(error);
                        Err(StoreError::Unwritable {
                            collection: outbox::OUTBOX,
                            reason,
                        })
                    }
                };
            }
            if let Some(row) = audit::row_of(connection, op)? {
                audit::remove(connection, row.n, &row.event)?;
            }
            outbox::remove(connection, seq)?;
            work.changed += 1;
            work.again.extend(touches::written(&change_set));
            Ok(())
        });
        match refused {
            Some(refused) => Err(refused),
            None => Ok(outcome?),
        }
    }
}

/// Why a change set may not be given up.
fn keeps(change_set: &ChangeSet, state: &str) -> Option<Refusal> {
    if change_set.ledger_entry().is_some() {
        return Some(Refusal::new(
            Code::WrongState,
            "Money that was booked is never given up. Void the booking instead.",
        ));
    }
    (state == "inflight").then(|| {
        Refusal::new(
            Code::WrongState,
            "This change is being sent at this moment. Try again when it has been answered.",
        )
    })
}

fn take_standings(
    connection: &Connection,
    standings: &[Standing],
    work: &mut Work,
) -> Result<(), StoreError> {
    for standing in standings {
        shadows::settle(
            connection,
            standing.collection,
            standing.id,
            standing.document.clone(),
            work,
        )?;
    }
    Ok(())
}
