//! Pulling: the first fetch page by page, then what changes.
//!
//! The place in the server's history is taken before the first page, so that what happens meanwhile is
//! replayed after the last. A page and its checkpoint are one transaction of the workspace file, and so
//! is a stretch of history and its token: after a crash the next step begins where the last one ended.
//! An event says only that a document is dirty; what is stored is the newest there is.

use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};

use bson::{Bson, oid::ObjectId};
use domain::Timestamp;
use remote::port::{Filter, RemoteError, ResumeToken, Slice, Source, Watermark};
use replica::{Batch, Checkpoint};

use super::{Engine, Pulling, lock};
use crate::{
    SyncError, plan,
    status::{Mode, Progress, Pulled},
};

/// Documents a page.
pub(super) const PAGE: u32 = 500;
impl Engine {
    /// One step of pulling: a page of the first fetch, or what changed since the last step, waiting up
    /// to `wait` for something to happen where the server tells of changes.
    pub fn pull_once(&self, wait: Duration) -> Result<Pulled, SyncError> {
        if self.is_paused() {
            return Ok(Pulled::Paused);
        }
        let mut pulling = lock(&self.pulling);
        let mode = self.mode()?;
        self.fetch_again()?;
        let slices = self.slices()?;
        if mode == Mode::Stream && self.replica.read(|reader| reader.resume_token())?.is_none() {
            self.begin_history()?;
        }
        if let Some((source, checkpoint)) = self.unfinished(&slices, mode)? {
            self.fetch_page(source, &slices[&source], checkpoint, mode)?;
            self.tell()?;
            return Ok(Pulled::Page);
        }
        let named = self.fetch_named(&mut pulling, &slices)?;
        self.begin_sweep(&mut pulling, &slices, mode)?;
        let waits = pulling.sweep.is_none() && named == 0 && self.ready.load(Ordering::Acquire);
        let pulled = match mode {
            Mode::Stream => self.follow(if waits { wait } else { Duration::ZERO })?,
            Mode::Poll => self.poll(&mut pulling, &slices)?,
        };
        let swept = self.sweep_step(&mut pulling, &slices)?;
        let pulled = match pulled {
            Pulled::UpTo(_) if swept => Pulled::Sweeping,
            Pulled::UpTo(0) if named > 0 => Pulled::More(named),
            Pulled::UpTo(_) if !self.ready.swap(true, Ordering::AcqRel) => Pulled::Ready,
            pulled => pulled,
        };
        self.tell()?;
        Ok(pulled)
    }

    /// Fetches everything for the first time, or what is left of it. True when all is here; false when
    /// it was cancelled, and then the next call goes on where this one stopped.
    pub fn initial(
        &self,
        progress: &mut dyn FnMut(Progress),
        cancelled: &dyn Fn() -> bool,
    ) -> Result<bool, SyncError> {
        loop {
            if cancelled() {
                return Ok(false);
            }
            let pulled = self.pull_once(Duration::ZERO)?;
            let sources = self.sources()?;
            let source = sources
                .iter()
                .find(|state| !state.complete)
                .map_or(Source::Audit, |state| state.source);
            progress(Progress {
                source,
                done: sources.iter().map(|state| state.done).sum(),
                total: sources
                    .iter()
                    .map(|state| state.total.max(state.done))
                    .sum(),
            });
            match pulled {
                Pulled::Ready | Pulled::UpTo(_) => return Ok(true),
                Pulled::Paused => return Ok(false),
                Pulled::Page | Pulled::More(_) | Pulled::Sweeping => {}
            }
        }
    }

    /// Takes this moment of the server's history. Whatever was complete has to be compared, because what
    /// happened before this moment will not be told.
    fn begin_history(&self) -> Result<(), SyncError> {
        let token = self.call(|| self.port.token())?;
        let checkpoints = self.replica.read(|reader| reader.checkpoints())?;
        let checkpoints = checkpoints
            .into_iter()
            .filter(|checkpoint| checkpoint.mode != replica::Mode::Snapshot)
            .map(|checkpoint| Checkpoint {
                sweep_at: None,
                mode: replica::Mode::Stream,
                ..checkpoint
            })
            .collect();
        self.replica.receive(Batch {
            checkpoints,
            token: Some(token.0),
            ..Batch::default()
        })?;
        Ok(())
    }

    /// The first source that is not here completely, and how far it is.
    fn unfinished(
        &self,
        slices: &BTreeMap<Source, Vec<Slice>>,
        mode: Mode,
    ) -> Result<Option<(Source, Checkpoint)>, SyncError> {
        for source in Source::ALL {
            let held = self.replica.read(|reader| reader.checkpoint(source))?;
            match held {
                Some(checkpoint) if checkpoint.mode != replica::Mode::Snapshot => {}
                Some(checkpoint) => return Ok(Some((source, checkpoint))),
                None => {
                    let of_it = &slices[&source];
                    let mut total = 0;
                    for slice in of_it.iter().filter(|slice| slice.filter != Filter::Nothing) {
                        total += self.call(|| self.port.count(slice))?;
                    }
                    let watermark = (mode == Mode::Poll).then(|| before_all(self.server_now()));
                    return Ok(Some((
                        source,
                        Checkpoint {
                            source,
                            mode: replica::Mode::Snapshot,
                            after: None,
                            done: 0,
                            total,
                            scope_hash: plan::fingerprint(of_it),
                            watermark,
                            sweep_at: None,
                            as_of: None,
                        },
                    )));
                }
            }
        }
        Ok(None)
    }

    /// Fetches a page of the first fetch. A source held in several slices is fetched by comparing heads,
    /// because a document may be in two of them.
    fn fetch_page(
        &self,
        source: Source,
        slices: &[Slice],
        checkpoint: Checkpoint,
        mode: Mode,
    ) -> Result<(), SyncError> {
        let complete = |checkpoint: Checkpoint| Checkpoint {
            mode: held_mode(mode),
            after: None,
            sweep_at: Some(self.now()),
            as_of: Some(self.now()),
            ..checkpoint
        };
        let asked: Vec<&Slice> = slices
            .iter()
            .filter(|slice| slice.filter != Filter::Nothing)
            .collect();
        match asked.as_slice() {
            [] => {
                self.replica.set_checkpoint(&complete(checkpoint))?;
            }
            [slice] => {
                let documents =
                    self.call(|| self.port.page(slice, checkpoint.after.as_ref(), PAGE))?;
                let whole = documents.len() < usize_of(PAGE);
                let last = documents.last().and_then(|d| d.get("_id")).cloned();
                let mut next = Checkpoint {
                    done: checkpoint.done + u64_of(documents.len()),
                    ..checkpoint
                };
                next.total = next.total.max(next.done);
                let next = if whole {
                    complete(next)
                } else {
                    Checkpoint {
                        after: last,
                        ..next
                    }
                };
                self.land(Batch {
                    documents: documents.into_iter().map(|d| (source, d)).collect(),
                    checkpoints: vec![next],
                    ..Batch::default()
                })?;
            }
            several => {
                let several: Vec<Slice> = several.iter().map(|slice| (*slice).clone()).collect();
                let (fetched, after) =
                    self.compare_stretch(source, &several, checkpoint.after.as_ref(), false)?;
                let next = Checkpoint {
                    done: checkpoint.done + u64_of(fetched),
                    ..checkpoint
                };
                let next = match after {
                    Some(_) => Checkpoint { after, ..next },
                    None => complete(next),
                };
                self.replica.set_checkpoint(&next)?;
            }
        }
        Ok(())
    }

    /// Fetches what documents here name and is not here.
    fn fetch_named(
        &self,
        pulling: &mut Pulling,
        slices: &BTreeMap<Source, Vec<Slice>>,
    ) -> Result<usize, SyncError> {
        let all: Vec<Slice> = slices.values().flatten().cloned().collect();
        let mut fetched = 0;
        for (source, ids) in plan::named(&all) {
            let missing = self.replica.read(|reader| reader.missing(source, &ids))?;
            let missing: Vec<Bson> = missing
                .into_iter()
                .filter(|id| !pulling.absent.contains(&(source, key(id))))
                .collect();
            if missing.is_empty() {
                continue;
            }
            let dirty: Vec<(Source, Bson)> =
                missing.iter().map(|id| (source, id.clone())).collect();
            fetched += self.refresh(dirty, None)?;
            pulling
                .absent
                .extend(missing.iter().map(|id| (source, key(id))));
        }
        Ok(fetched)
    }

    /// Fetches again what a step before found to be out of date while it stored something else.
    pub(super) fn fetch_again(&self) -> Result<(), SyncError> {
        let dirty = std::mem::take(&mut lock(&self.landing).dirty);
        if dirty.is_empty() {
            return Ok(());
        }
        let outcome = self.refresh(dirty.clone(), None);
        if outcome.is_err() {
            lock(&self.landing).dirty.extend(dirty);
        }
        outcome.map(|_| ())
    }

    /// What the server tells has changed.
    fn follow(&self, wait: Duration) -> Result<Pulled, SyncError> {
        let token = self.replica.read(|reader| reader.resume_token())?;
        let Some(token) = token.map(ResumeToken) else {
            return Ok(Pulled::More(0));
        };
        let changes = match self.listen_for(|| self.port.changes(&token, wait)) {
            Err(SyncError::Remote(RemoteError::HistoryLost)) => {
                tracing::warn!("the server no longer knows what changed; everything is compared");
                self.begin_history()?;
                return Ok(Pulled::More(0));
            }
            answer => answer?,
        };
        if changes.dirty.is_empty() && changes.token == token {
            return Ok(if changes.caught_up {
                Pulled::UpTo(0)
            } else {
                Pulled::More(0)
            });
        }
        let dirty: Vec<(Source, Bson)> = changes
            .dirty
            .into_iter()
            .map(|dirty| (dirty.source, dirty.id))
            .collect();
        let count = dirty.len();
        self.refresh(dirty, Some(changes.token.0))?;
        Ok(if changes.caught_up {
            Pulled::UpTo(count)
        } else {
            Pulled::More(count)
        })
    }
}

/// The mode of a source whose first fetch is complete.
pub(super) const fn held_mode(mode: Mode) -> replica::Mode {
    match mode {
        Mode::Stream => replica::Mode::Stream,
        Mode::Poll => replica::Mode::Poll,
    }
}

/// The first place of a moment.
pub(super) fn before_all(at: Timestamp) -> Watermark {
    Watermark {
        at,
        id: Bson::ObjectId(ObjectId::from_bytes([0; 12])),
    }
}

pub(super) fn back(moment: Timestamp, by: Duration) -> Timestamp {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(moment.timestamp_millis().saturating_sub(millis))
}

/// An identifier as bytes, to look it up.
pub(super) fn key(id: &Bson) -> Vec<u8> {
    match id {
        Bson::ObjectId(id) => id.bytes().to_vec(),
        other => other.to_string().into_bytes(),
    }
}

pub(super) fn u64_of(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

pub(super) fn usize_of(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
