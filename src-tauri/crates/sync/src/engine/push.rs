//! Pushing: one waiting change set at a time, in an order the replica knows to be right.
//!
//! What the server answers decides: applied (now or before) leaves the queue; a missed guard is rebased
//! on what the server has and sent again, five times; what can never be applied needs a person; no answer
//! is tried again for ever.

use std::time::Duration;

use bson::Bson;
use domain::{
    ChangeSet, Code, OpId, Refusal, Timestamp,
    ledger::{EntryKind, SeriesTail},
};
use remote::port::{Outcome, RemoteError, Source, Standing};
use replica::{Batch, CommitError, Lease, NewConflict, OutboxRow};

use super::{Engine, Pushing, lock};
use crate::{
    SyncError, attach,
    backoff::{Backoff, later},
    rebase::{self, Verdict},
    status::Pushed,
};

/// How long one program sends for all that have the workspace open, before another may.
const LEASE: Duration = Duration::from_secs(10);
const LEASE_NAME: &str = "push";
/// How often a change set is put upon what the server has before a person is asked.
const REBASES: u32 = 5;
/// How often the server may fail at a change set, in ways that are no answer, before a person is asked.
const FAILURES: u32 = 12;
/// Acknowledged documents remembered for fetches that are still under way.
const REMEMBERED: u64 = 5_000;

impl Engine {
    /// One step of pushing: one change set sent, if one may be.
    pub fn push_once(&self) -> Result<Pushed, SyncError> {
        if self.is_paused() || attach::is_under_way(&self.replica)? {
            return Ok(Pushed::Paused);
        }
        let mut pushing = lock(&self.pushing);
        if !self.may_send(&mut pushing)? {
            return Ok(Pushed::Elsewhere);
        }
        self.copy_dead_letters(&mut pushing)?;
        let due = self
            .replica
            .read(|reader| reader.outbox_due(self.now(), 1))?;
        let Some(row) = due.into_iter().next() else {
            self.tell()?;
            return Ok(Pushed::Nothing);
        };
        let pushed = self.send(&row);
        self.tell()?;
        pushed
    }

    /// Pushes until nothing can be sent. Answers how many change sets were acknowledged.
    pub fn drain(&self) -> Result<usize, SyncError> {
        let mut acknowledged = 0;
        loop {
            match self.push_once()? {
                Pushed::Acknowledged => acknowledged += 1,
                Pushed::Rebased | Pushed::Dead | Pushed::Later => {}
                Pushed::Nothing | Pushed::Paused | Pushed::Elsewhere => return Ok(acknowledged),
            }
        }
    }

    /// Whether this program is the one that sends. A program that takes over finds what was under way
    /// when the one before it died.
    pub(super) fn may_send(&self, pushing: &mut Pushing) -> Result<bool, SyncError> {
        let now = self.now();
        if pushing
            .renewed
            .is_some_and(|renewed| renewed <= now && now < later(renewed, LEASE / 4))
        {
            return Ok(true);
        }
        let lease = self.replica.lease(LEASE_NAME, &self.holder, now, LEASE)?;
        pushing.renewed = (lease != Lease::Elsewhere).then_some(now);
        if lease == Lease::Taken {
            let found = self.replica.recover_outbox()?;
            if found > 0 {
                tracing::info!(found, "change sets that were under way are sent again");
            }
        }
        Ok(lease != Lease::Elsewhere)
    }

    /// Lets another program send: for who sends once and ends. [`super::Running`] does it by itself.
    pub fn give_up_lease(&self) {
        lock(&self.pushing).renewed = None;
        if let Err(error) = self.replica.release_lease(LEASE_NAME, &self.holder) {
            tracing::warn!(%error, "the lease for sending runs out by itself");
        }
    }

    /// Sends one row.
    pub(super) fn send(&self, row: &OutboxRow) -> Result<Pushed, SyncError> {
        let change_set = &row.change_set;
        let op = change_set.op;
        if !self.replica.mark_inflight(op)? {
            return Ok(Pushed::Later);
        }
        let answer = self.call_about(|| self.port.commit(change_set));
        match answer {
            Ok(Outcome::Applied(standings) | Outcome::AlreadyApplied(standings)) => {
                self.acknowledge(op, &standings)?;
                Ok(Pushed::Acknowledged)
            }
            Ok(Outcome::Missed {
                refusal,
                current,
                tail,
            }) => self.rebase(row, &refusal, &current, tail.as_ref()),
            Ok(Outcome::Refused(refusal)) => self.bury(op, &refusal),
            Err(RemoteError::Forbidden(reason)) => {
                self.bury(op, &Refusal::new(Code::Forbidden, reason))
            }
            Err(RemoteError::Unsupported(reason)) => {
                self.bury(op, &Refusal::new(Code::OnlineOnly, reason))
            }
            Err(RemoteError::Failed(reason)) if row.failures + 1 >= FAILURES => {
                self.bury(op, &Refusal::new(Code::Invalid, reason))
            }
            Err(error @ (RemoteError::Failed(_) | RemoteError::HistoryLost)) => {
                // The server answers, but not to this: what else waits goes on meanwhile.
                let wait = self.dice.below(
                    u64::try_from(Backoff::ceiling(row.failures + 1).as_millis()).unwrap_or(1),
                );
                let next = later(self.now(), Duration::from_millis(wait));
                self.replica.failed_at(op, next, &error.to_string())?;
                Ok(Pushed::Later)
            }
            Err(
                error @ (RemoteError::Transient(_)
                | RemoteError::Address(_)
                | RemoteError::Unauthorized(_)
                | RemoteError::Unprepared(_)),
            ) => {
                self.replica.retry_at(op, self.now(), &error.to_string())?;
                Err(error.into())
            }
        }
    }

    /// A commit: what concerns this change set alone says nothing against the server.
    pub(super) fn call_about<T>(
        &self,
        call: impl FnOnce() -> Result<T, RemoteError>,
    ) -> Result<T, RemoteError> {
        let mut own = None;
        let answer = self.call(|| match call() {
            Err(
                error @ (RemoteError::Forbidden(_)
                | RemoteError::Unsupported(_)
                | RemoteError::Failed(_)
                | RemoteError::HistoryLost),
            ) => {
                own = Some(error);
                Ok(None)
            }
            answer => answer.map(Some),
        });
        match (own, answer) {
            (Some(error), _) => Err(error),
            (None, Ok(Some(answer))) => Ok(answer),
            (None, Err(SyncError::Remote(error))) => Err(error),
            (None, Ok(None)) => Err(RemoteError::Transient("no answer".to_owned())),
            (None, Err(error)) => Err(RemoteError::Transient(error.to_string())),
        }
    }

    /// The server has it: the row leaves the queue, and what the server has now is held.
    fn acknowledge(&self, op: OpId, standings: &[Standing]) -> Result<(), SyncError> {
        let mut landing = lock(&self.landing);
        let received = self.replica.acknowledge(op, standings)?;
        self.note(&mut landing, standings);
        landing.dirty.extend(received.dirty);
        Ok(())
    }

    /// Remembers which documents are newer now than any fetch under way.
    pub(super) fn note(&self, landing: &mut super::Landing, standings: &[Standing]) {
        landing.acknowledgements += 1;
        let now = landing.acknowledgements;
        for standing in standings {
            landing
                .by_document
                .insert((standing.collection, standing.id), now);
        }
        if now.is_multiple_of(REMEMBERED) {
            landing
                .by_document
                .retain(|_, at| now.saturating_sub(*at) < REMEMBERED);
        }
    }

    /// Puts the change set upon what the server has now.
    fn rebase(
        &self,
        row: &OutboxRow,
        refusal: &Refusal,
        current: &[Standing],
        tail: Option<&SeriesTail>,
    ) -> Result<Pushed, SyncError> {
        let op = row.change_set.op;
        self.take_current(current)?;
        if row.rebases >= REBASES {
            return self.bury(op, refusal);
        }
        if let Some(tail) = tail
            && self.follow_series(tail, &row.change_set)?
        {
            // Its number and chain changed with the series: what is sent next is another row.
            self.replica.retry_at(op, self.now(), &refusal.message)?;
            return Ok(Pushed::Rebased);
        }
        if row
            .change_set
            .ledger_entry()
            .is_some_and(|entry| entry.kind == EntryKind::Void)
        {
            return match self.taken_back_anew(&row.change_set) {
                Ok(anew) if anew == row.change_set => self.bury(op, refusal),
                Ok(anew) => self.replace(&anew, &[]),
                Err(SyncError::Refused(refusal)) => self.bury(op, &refusal),
                Err(error) => Err(error),
            };
        }
        let mut current = current.to_vec();
        for (collection, id) in rebase::also_wanted(&row.change_set, &current) {
            let document = self
                .replica
                .read(|reader| reader.server_version(collection, id))?;
            current.push(Standing {
                collection,
                id,
                document,
            });
        }
        let rebased = rebase::rebase(&row.change_set, &current);
        match rebased.verdict {
            // Nothing in it can give way.
            Verdict::Push if rebased.cards.is_empty() && rebased.change_set == row.change_set => {
                self.bury(op, refusal)
            }
            Verdict::Push => {
                let at = self.now();
                let cards = rebased
                    .cards
                    .into_iter()
                    .map(|card| NewConflict {
                        op,
                        collection: card.collection,
                        id: card.id,
                        path: card.path,
                        kind: card.kind.as_str().to_owned(),
                        base: card.base,
                        mine: card.mine,
                        theirs: card.theirs,
                        at,
                    })
                    .collect::<Vec<_>>();
                self.replace(&rebased.change_set, &cards)
            }
            Verdict::Dead(refusal) => self.bury(op, &refusal),
            Verdict::OfferRestore(_) => self.bury(op, &rebase::deleted_course()),
            Verdict::Exception(why) => match self.as_exception(&row.change_set) {
                Ok(change_set) => {
                    tracing::warn!(%op, why = why.as_str(), "money is booked as an exception");
                    self.replace(&change_set, &[])
                }
                Err(SyncError::Refused(refusal)) => self.bury(op, &refusal),
                Err(error) => Err(error),
            },
        }
    }

    /// The change set takes the place of the one that waits under its number.
    fn replace(&self, change_set: &ChangeSet, cards: &[NewConflict]) -> Result<Pushed, SyncError> {
        let mut landing = lock(&self.landing);
        match self.replica.replace(change_set, cards) {
            Ok(received) => {
                landing.dirty.extend(received.dirty);
                Ok(Pushed::Rebased)
            }
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(CommitError::GuardMissed(refusal) | CommitError::Refused(refusal)) => {
                drop(landing);
                self.bury(change_set.op, &refusal)
            }
        }
    }

    /// Holds what the server said it has. A pull may have stored something newer meanwhile, which looks no
    /// different: the documents are fetched once more.
    pub(super) fn take_current(&self, current: &[Standing]) -> Result<(), SyncError> {
        let mut batch = Batch::default();
        for standing in current {
            let source = Source::Documents(standing.collection);
            match &standing.document {
                Some(document) => batch.documents.push((source, document.clone())),
                None => batch.gone.push((source, Bson::ObjectId(standing.id))),
            }
            batch.again.push((source, Bson::ObjectId(standing.id)));
        }
        self.land(batch)?;
        Ok(())
    }

    /// Where the server's series of this desktop goes on otherwise than this workspace knows (it was
    /// restored from an older copy), its rows are fetched, and what waits is numbered after them.
    /// Whether anything changed.
    pub(super) fn follow_series(
        &self,
        tail: &SeriesTail,
        change_set: &ChangeSet,
    ) -> Result<bool, SyncError> {
        let Some(entry) = change_set.ledger_entry() else {
            return Ok(false);
        };
        if tail.device != entry.device
            || (entry.number == tail.last.saturating_add(1) && entry.prev == tail.hash)
        {
            return Ok(false);
        }
        self.fetch_series(&tail.device)?;
        let mut landing = lock(&self.landing);
        let (changed, received) = self.replica.rechain(tail)?;
        landing.dirty.extend(received.dirty);
        Ok(changed > 0)
    }

    /// Sets a row aside for a person.
    pub(super) fn bury(&self, op: OpId, refusal: &Refusal) -> Result<Pushed, SyncError> {
        tracing::warn!(%op, code = ?refusal.code, "a change set needs a person");
        self.replica.bury(op, refusal)?;
        Ok(Pushed::Dead)
    }

    /// When the next row's time comes, if one waits for its time.
    pub(super) fn next_row(&self) -> Result<Option<Timestamp>, SyncError> {
        Ok(self.replica.read(|reader| reader.queue_counts())?.next_at)
    }
}
