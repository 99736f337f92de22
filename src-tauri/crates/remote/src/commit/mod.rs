//! Committing a change set: its operation number, guards, documents, ledger row and audit row in one
//! majority transaction, or nothing.
//!
//! Conflicts with others are tried again here, within bounds; whatever else passes by itself is the
//! sync engine's to try again, with the same operation number. On a server without transactions only
//! what one document can carry is taken. Deliberately absent: rules; both authorities share those of
//! `domain`.

mod attempt;
mod documents;
mod forget;
mod guards;
mod maker;
mod unsettled;
mod update;
mod writing;

use std::{collections::BTreeSet, time::Duration};

use bson::oid::ObjectId;
use domain::{Change, ChangeSet, Code, Collection, Guard, OpId, Refusal, change::Patch};
use mongodb::{
    ClientSession,
    error::{Error, ErrorKind},
    options::{ReadConcern, WriteConcern},
};

use self::{attempt::Attempt, unsettled::UnderWay};
use crate::{
    failure,
    port::{Filter, Outcome, RemoteError, Slice, Source, Standing, View},
    queries::COURSE_COUNTERS,
    server::Server,
};

/// How long others may be in the way before the sync engine is left to come back later.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often a broken connection is tried again at once.
const RECONNECTS: u32 = 2;
/// How often a commit of unknown fate is sent again at once, besides the driver's own.
const RECOMMITS: u32 = 3;

/// Why an attempt ended without writing.
#[derive(Debug)]
enum Stop {
    /// A guard missed.
    Missed(Refusal),
    /// It can never be applied.
    Refused(Refusal),
    /// It was applied before.
    Already,
    /// Somebody was in the way: the whole again.
    Again,
    /// People it is about were erased: this is what is left of it.
    Unsaid(Box<ChangeSet>),
    /// The driver failed.
    Driver(Error),
    /// Anything else failed.
    Failed(RemoteError),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

/// How an attempt is made.
#[derive(Clone, Copy, Debug)]
struct Manner {
    /// In a transaction.
    transaction: bool,
    /// Figures kept on courses are left to the repair of counters.
    skip_counters: bool,
}

impl Server {
    /// See [`crate::port::Port::commit`].
    pub(crate) fn commit_change_set(&self, change_set: &ChangeSet) -> Result<Outcome, RemoteError> {
        let transaction = self.read_abilities()?.transactions;
        if !transaction && let Some(refusal) = needs_transaction(change_set) {
            return Ok(Outcome::Refused(refusal));
        }
        let ended = self.block_on(async {
            tokio::time::timeout(self.call_limit(), self.settle(change_set, transaction)).await
        });
        match ended {
            Ok(Ok(standings)) => Ok(Outcome::Applied(standings)),
            Ok(Err(Stop::Already)) => self.named(change_set).map(Outcome::AlreadyApplied),
            Ok(Err(Stop::Missed(refusal))) => Ok(Outcome::Missed {
                refusal,
                current: self.named(change_set)?,
                tail: match change_set.ledger_entry() {
                    Some(entry) => Some(self.read_tail(&entry.device)?),
                    None => None,
                },
            }),
            Ok(Err(Stop::Refused(refusal))) => Ok(Outcome::Refused(refusal)),
            Ok(Err(Stop::Driver(error))) => match for_ever(&error) {
                Some(refusal) => Ok(Outcome::Refused(refusal)),
                None => Err(self.meaning(&error)),
            },
            Ok(Err(Stop::Again | Stop::Unsaid(_))) => Err(RemoteError::Transient(
                "others kept changing the same records".to_owned(),
            )),
            Ok(Err(Stop::Failed(error))) => Err(error),
            Err(_) => Err(RemoteError::Transient(format!(
                "it did not answer within {} s",
                self.call_limit().as_secs()
            ))),
        }
    }

    /// Attempts until it is decided, or others were in the way for too long.
    async fn settle(
        &self,
        change_set: &ChangeSet,
        transaction: bool,
    ) -> Result<Vec<Standing>, Stop> {
        let begun = tokio::time::Instant::now();
        self.settle_before().await;
        let mut manner = Manner {
            transaction,
            skip_counters: !transaction,
        };
        let (mut conflicts, mut breaks) = (0, 0);
        let mut unsaid = None;
        loop {
            let change_set = unsaid.as_ref().unwrap_or(change_set);
            let stop = match self.attempt(change_set, manner).await {
                Ok(standings) => return Ok(standings),
                Err(Stop::Unsaid(left)) if unsaid.is_none() => {
                    unsaid = Some(*left);
                    continue;
                }
                Err(stop) => stop,
            };
            match &stop {
                Stop::Again => {}
                Stop::Driver(error) if is_break(error) && transaction && breaks < RECONNECTS => {
                    breaks += 1;
                    continue;
                }
                Stop::Driver(error)
                    if failure::code(error).is_some() && failure::transaction_may_pass(error) => {}
                Stop::Driver(error)
                    if failure::code(error) == Some(failure::UNAUTHORIZED)
                        && !manner.skip_counters
                        && change_set.changes.iter().any(only_counters) =>
                {
                    manner.skip_counters = true;
                    continue;
                }
                _ => return Err(stop),
            }
            if begun.elapsed() > PATIENCE {
                return Err(stop);
            }
            conflicts += 1;
            tokio::time::sleep(pause(change_set.op, conflicts)).await;
        }
    }

    async fn attempt(&self, change_set: &ChangeSet, manner: Manner) -> Result<Vec<Standing>, Stop> {
        let mut session = self.client().start_session().await?;
        if manner.transaction {
            session
                .start_transaction()
                .read_concern(ReadConcern::snapshot())
                .write_concern(WriteConcern::majority())
                .await?;
        }
        let under_way = UnderWay::new(self, &session);
        let mut attempt = Attempt::new(self, &mut session, change_set, manner);
        match attempt.run().await {
            Ok(()) => {
                let standings = attempt.standings();
                if manner.transaction {
                    commit(&mut session).await?;
                }
                under_way.settled();
                Ok(standings)
            }
            Err(stop) => {
                // Also after a broken connection: on the server's side the transaction lives on.
                if manner.transaction
                    && let Err(error) = session.abort_transaction().await
                {
                    tracing::debug!(kind = %error.kind, "a transaction was left to expire");
                }
                if !matches!(&stop, Stop::Driver(error) if failure::code(error).is_none()) {
                    under_way.settled();
                }
                Err(stop)
            }
        }
    }

    /// The documents a change set names, as they are now.
    fn named(&self, change_set: &ChangeSet) -> Result<Vec<Standing>, RemoteError> {
        let mut standings = Vec::new();
        let places = places(change_set);
        for collection in Collection::ALL {
            let ids: Vec<ObjectId> = places
                .iter()
                .filter(|(place, _)| *place == collection)
                .map(|(_, id)| *id)
                .collect();
            if ids.is_empty() {
                continue;
            }
            let slice = Slice {
                source: Source::Documents(collection),
                filter: Filter::All,
                view: View::Whole,
            };
            let wanted: Vec<bson::Bson> = ids.iter().map(|id| (*id).into()).collect();
            let found = self.read_documents(&slice, &wanted)?;
            standings.extend(ids.into_iter().map(|id| {
                Standing {
                    collection,
                    id,
                    document: found
                        .iter()
                        .find(|document| document.get_object_id("_id").is_ok_and(|had| had == id))
                        .cloned(),
                }
            }));
        }
        Ok(standings)
    }
}

/// Commits, again while its fate is unknown.
async fn commit(session: &mut ClientSession) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        match session.commit_transaction().await {
            Err(error) if failure::commit_may_pass(&error) && tries < RECOMMITS => tries += 1,
            ended => return ended,
        }
    }
}

/// The connection is gone, so the server did not answer.
fn is_break(error: &Error) -> bool {
    matches!(
        error.kind.as_ref(),
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. }
    )
}

/// Between two attempts: longer each time, and not the same for two change sets.
fn pause(op: OpId, attempt: u32) -> Duration {
    let longest = 4_u64 << attempt.min(5);
    let bytes = op.0.as_bytes();
    let at = usize::try_from(attempt).unwrap_or(0) % bytes.len();
    let share = bytes.get(at).zip(bytes.last()).map_or(128, |(a, b)| a ^ b);
    Duration::from_millis(1 + longest * u64::from(share) / 255)
}

/// What will be said of the same change set every time.
fn for_ever(error: &Error) -> Option<Refusal> {
    let code = failure::code(error)?;
    // Validator; then TypeMismatch, BadValue, FailedToParse, PathNotViable, ConflictingUpdateOperators,
    // NotSingleValueField, DollarPrefixedFieldName, ImmutableField, BSONObjectTooLarge and its kin.
    match code {
        failure::INVALID_DOCUMENT => {
            let field = failure::invalid_field(error);
            let message = match &field {
                Some(field) => {
                    format!("The institution's server does not accept this value of {field}.")
                }
                None => "The institution's server does not accept this record.".to_owned(),
            };
            Some(Refusal {
                code: Code::Invalid,
                message,
                field,
            })
        }
        10334 | 17419 | 17420 => Some(Refusal::new(
            Code::TooLarge,
            "The record would be larger than the institution's server can keep.",
        )),
        2 | 9 | 14 | 28 | 40 | 52 | 54 | 66 => Some(Refusal::new(
            Code::Invalid,
            format!(
                "The institution's server cannot apply this change: {}",
                failure::message(error)
            ),
        )),
        _ => None,
    }
}

/// Why a server without transactions cannot take this change set, if it cannot.
fn needs_transaction(change_set: &ChangeSet) -> Option<Refusal> {
    let written: BTreeSet<(Collection, Option<ObjectId>)> = change_set
        .changes
        .iter()
        .filter(|change| !only_counters(change))
        .filter_map(|change| match change {
            Change::Insert {
                collection,
                document,
            } => Some((*collection, document.get_object_id("_id").ok())),
            Change::Patch { collection, id, .. } | Change::Delete { collection, id } => {
                Some((*collection, Some(*id)))
            }
            Change::Ledger { .. } => None,
        })
        .collect();
    let what = if change_set.ledger_entry().is_some() {
        "book money"
    } else if written.len() > 1 {
        "change several records at once"
    } else {
        return None;
    };
    Some(Refusal::new(
        Code::OnlineOnly,
        format!(
            "The institution's server cannot {what} safely, because it is not a replica set and so has no transactions. Its administrator can make it one."
        ),
    ))
}

/// Whether a change only keeps figures on a course that can be counted again.
fn only_counters(change: &Change) -> bool {
    match change {
        Change::Patch {
            collection: Collection::Courses,
            patch,
            ..
        } => paths(patch).all(|path| {
            COURSE_COUNTERS.iter().any(|counter| {
                path.strip_prefix(counter)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        }),
        _ => false,
    }
}

/// Every path a patch writes.
fn paths(patch: &Patch) -> impl Iterator<Item = &String> {
    patch
        .set
        .keys()
        .chain(&patch.unset)
        .chain(patch.inc.keys())
        .chain(patch.push.keys())
}

/// The documents a change set names, in its guards and its changes.
fn places(change_set: &ChangeSet) -> BTreeSet<(Collection, ObjectId)> {
    let guarded = change_set.guards.iter().filter_map(|guard| match guard {
        Guard::Revision { collection, id, .. } | Guard::Field { collection, id, .. } => {
            Some((*collection, *id))
        }
        Guard::Refundable { payment, .. } => Some((Collection::Payments, payment.0)),
        Guard::Unique { .. } | Guard::OtherAdmin { .. } | Guard::Series { .. } => None,
    });
    let changed = change_set.changes.iter().filter_map(|change| match change {
        Change::Insert {
            collection,
            document,
        } => Some((*collection, document.get_object_id("_id").ok()?)),
        Change::Patch { collection, id, .. } | Change::Delete { collection, id } => {
            Some((*collection, *id))
        }
        Change::Ledger { entry } => Some((Collection::Payments, entry.payment.0)),
    });
    guarded.chain(changed).collect()
}
