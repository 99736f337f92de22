//! A waiting change set is replaced by one that does the same in a changed world: rebased on what others
//! wrote, or booked on another payment.

use domain::{ChangeSet, Code, Refusal};

use super::{
    conflicts::{self, NewConflict},
    outbox,
    receive::Received,
    series, shadows, touches,
};
use crate::{error::CommitError, replica::Replica};

impl Replica {
    /// Puts a change set in the place of the one that waits under the same operation number: queue,
    /// documents, ledger row and audit row, and the cards of what it left to the server's version. Rows of
    /// its series that wait behind it are sealed again; a number that does not follow the series is
    /// given anew. It waits again, dead or not. Refused where nothing waits, and where money would be lost.
    pub fn replace(
        &self,
        change_set: &ChangeSet,
        cards: &[NewConflict],
    ) -> Result<Received, CommitError> {
        let mut refused = None;
        let received = self.take_over(false, |connection, work| {
            let Some((seq, _, before)) = outbox::find(connection, change_set.op)? else {
                refused = Some(Refusal::not_found("The change"));
                return Ok(());
            };
            let (was, is) = (before.ledger_entry(), change_set.ledger_entry());
            let same_money = match (was, is) {
                (Some(was), Some(is)) => {
                    was.device == is.device
                        && was.amount_minor == is.amount_minor
                        && was.currency == is.currency
                }
                (None, None) => true,
                _ => false,
            };
            if !same_money {
                refused = Some(Refusal::new(
                    Code::WrongState,
                    "Money that was booked stays booked: the change must book the same amount.",
                ));
                return Ok(());
            }
            shadows::keep(connection, change_set)?;
            if *change_set != before {
                work.changed += 1;
            }
            connection
                .prepare_cached(
                    "UPDATE outbox SET change_set = ?2, series = ?3, state = 'pending', next_at = NULL,
                       error = NULL, reason = NULL, rebases = rebases + 1 WHERE seq = ?1",
                )?
                .execute(rusqlite::params![
                    seq,
                    outbox::text(change_set)?,
                    outbox::series(change_set)
                ])?;
            touches::record(connection, seq, change_set)?;
            series::tell_anew(connection, change_set)?;
            if let Some(entry) = change_set.ledger_entry() {
                series::unbook(connection, change_set.op)?;
                series::follow(connection, &entry.device, work)?;
            }
            work.again.extend(touches::written(&before));
            work.again.extend(touches::written(change_set));
            conflicts::add(connection, cards)
        });
        match refused {
            Some(refusal) => Err(CommitError::Refused(refusal)),
            None => Ok(received?),
        }
    }
}
