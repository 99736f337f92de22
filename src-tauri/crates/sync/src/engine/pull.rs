//! Pulling: the first fetch page by page, then what changes.
//!
//! The place in the server's history is taken before the first page, so that what happens meanwhile is
//! replayed after the last. A page and its checkpoint are one transaction of the workspace file, and so
//! is a stretch of history and its token: after a crash the next step begins where the last one ended.
//! An event says only that a document is dirty; what is stored is the newest there is.

use std::{collections::BTreeMap, sync::atomic::Ordering, thread, time::Duration};

use bson::{Bson, Document, oid::ObjectId};
use domain::{Collection, Timestamp};
use remote::port::{Filter, RemoteError, ResumeToken, Slice, Source, Watermark};
use replica::{Batch, Checkpoint};

use super::{Engine, Pulling, lock, sweep::Doubt};
use crate::{
    SyncError, attach, plan,
    status::{Mode, Progress, Pulled},
};

/// Documents a page.
pub(super) const PAGE: u32 = 500;
/// Documents of the first fetch stored in one transaction: pages until there are so many. Courses are large.
const STRETCH: usize = 5_000;

/// How far the clocks of those who write are thought to differ.
const CLOCKS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// What the server has of a slice after a place, as far as is stored at once.
pub(super) struct Stretch {
    slice: Slice,
    after: Option<Bson>,
    /// Change sets acknowledged when it began to be fetched.
    seen: u64,
    documents: Vec<Document>,
    /// The last of its documents.
    end: Option<Bson>,
    /// Nothing comes behind it.
    whole: bool,
}

impl Engine {
    /// One step of pulling: a page of the first fetch, or what changed since the last step, waiting up
    /// to `wait` for something to happen where the server tells of changes.
    pub fn pull_once(&self, wait: Duration) -> Result<Pulled, SyncError> {
        let pulled = self.pull_step(wait);
        let settled = match &pulled {
            Ok(Pulled::UpTo(_) | Pulled::Ready) => lock(&self.pulling).sweep.is_none(),
            _ => false,
        };
        if self.settled.swap(settled, Ordering::AcqRel) != settled || pulled.is_ok() {
            self.tell()?;
        }
        pulled
    }

    fn pull_step(&self, wait: Duration) -> Result<Pulled, SyncError> {
        if self.is_paused() || attach::is_under_way(&self.replica)? {
            return Ok(Pulled::Paused);
        }
        let mut pulling = lock(&self.pulling);
        let mode = self.mode()?;
        self.fetch_again()?;
        let slices = self.slices()?;
        if mode == Mode::Stream && self.replica.read(|reader| reader.resume_token())?.is_none() {
            self.begin_history(&mut pulling)?;
        }
        if let Some((source, checkpoint)) = self.unfinished(&slices, mode)? {
            self.fetch_page(&mut pulling, source, &slices[&source], checkpoint, mode)?;
            return Ok(Pulled::Page);
        }
        if std::mem::take(&mut pulling.fetching) {
            self.replica.first_fetch_over()?;
        }
        let named = self.fetch_named(&mut pulling, &slices)?;
        self.begin_sweep(&mut pulling, &slices, mode)?;
        let waits = pulling.sweep.is_none() && named == 0 && self.ready.load(Ordering::Acquire);
        let pulled = match mode {
            Mode::Stream => self.follow(&mut pulling, if waits { wait } else { Duration::ZERO })?,
            Mode::Poll => self.poll(&mut pulling, &slices)?,
        };
        let swept = self.sweep_step(&mut pulling, &slices)?;
        let pulled = match pulled {
            Pulled::UpTo(_) if swept => Pulled::Sweeping,
            Pulled::UpTo(0) if named > 0 => Pulled::More(named),
            Pulled::UpTo(_) if !self.ready.swap(true, Ordering::AcqRel) => Pulled::Ready,
            pulled => pulled,
        };
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
            progress(self.progress()?);
            match pulled {
                Pulled::Ready | Pulled::UpTo(_) => return Ok(true),
                Pulled::Paused => return Ok(false),
                Pulled::Page | Pulled::More(_) | Pulled::Sweeping => {}
            }
        }
    }

    /// How far the first fetch is, without counting what is here.
    fn progress(&self) -> Result<Progress, SyncError> {
        let checkpoints = self.replica.read(|reader| reader.checkpoints())?;
        let of = |source| checkpoints.iter().find(|c| c.source == source);
        let source = Source::ALL
            .into_iter()
            .find(|source| of(*source).is_none_or(|c| c.mode == replica::Mode::Snapshot))
            .unwrap_or(Source::Audit);
        Ok(Progress {
            source,
            done: checkpoints.iter().map(|c| c.done).sum(),
            total: checkpoints.iter().map(|c| c.total.max(c.done)).sum(),
        })
    }

    /// Takes this moment of the server's history. Whatever was complete has to be compared, because what
    /// happened before this moment will not be told; a comparison under way begins anew, for it looked
    /// at some of it before this moment. What two wrote in the same millisecond has the same head, so a
    /// comparison cannot tell it apart: what this desktop wrote is fetched again whatever it says, and so is
    /// what anybody wrote since shortly before everything was last known to agree (the watermark).
    fn begin_history(&self, pulling: &mut Pulling) -> Result<(), SyncError> {
        let token = self.call(|| self.port.token())?;
        let checkpoints = self.replica.read(|reader| reader.checkpoints())?;
        let checkpoints = checkpoints
            .into_iter()
            .filter(|checkpoint| checkpoint.mode != replica::Mode::Snapshot)
            .map(|checkpoint| Checkpoint {
                sweep_at: None,
                mode: replica::Mode::Stream,
                watermark: checkpoint.as_of.map(|at| before_all(back(at, CLOCKS))),
                ..checkpoint
            })
            .collect();
        self.replica.receive(Batch {
            checkpoints,
            token: Some(token.0),
            ..Batch::default()
        })?;
        pulling.sweep = None;
        let mut landing = lock(&self.landing);
        let written: Vec<(Source, Bson)> = landing
            .by_document
            .keys()
            .map(|(collection, id)| (Source::Documents(*collection), Bson::ObjectId(*id)))
            .collect();
        landing.dirty.extend(written);
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
                    // What is here already was sent before the place in the history was taken, so nobody
                    // will tell of its deletion: such a source is compared when it is complete.
                    let mixed = self.replica.read(|reader| reader.held_count(source))? > 0;
                    let scope_hash = if mixed {
                        String::new()
                    } else {
                        plan::fingerprint(of_it)
                    };
                    let watermark = (mode == Mode::Poll).then(|| before_all(self.server_now()));
                    return Ok(Some((
                        source,
                        Checkpoint {
                            source,
                            mode: replica::Mode::Snapshot,
                            after: None,
                            done: 0,
                            total,
                            scope_hash,
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
        pulling: &mut Pulling,
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
            [slice] => self.store_stretch(pulling, source, slice, checkpoint, complete)?,
            several => {
                let several: Vec<Slice> = several.iter().map(|slice| (*slice).clone()).collect();
                let (fetched, after) = self.compare_stretch(
                    source,
                    &several,
                    checkpoint.after.as_ref(),
                    &Doubt::None,
                )?;
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

    /// Stores a stretch of the first fetch while the next one is fetched.
    fn store_stretch(
        &self,
        pulling: &mut Pulling,
        source: Source,
        slice: &Slice,
        checkpoint: Checkpoint,
        complete: impl FnOnce(Checkpoint) -> Checkpoint,
    ) -> Result<(), SyncError> {
        let stretch = match pulling.ahead.take() {
            Some(ahead) if ahead.slice == *slice && ahead.after == checkpoint.after => ahead,
            _ => self.stretch(slice, checkpoint.after.clone())?,
        };
        let mut next = Checkpoint {
            done: checkpoint.done + u64_of(stretch.documents.len()),
            ..checkpoint
        };
        next.total = next.total.max(next.done);
        let next = if stretch.whole {
            complete(next)
        } else {
            Checkpoint {
                after: stretch.end.clone(),
                ..next
            }
        };
        let batch = Batch {
            documents: stretch
                .documents
                .into_iter()
                .map(|document| (source, document))
                .collect(),
            checkpoints: vec![next],
            first_fetch: true,
            ..Batch::default()
        };
        let (end, seen) = (stretch.end, stretch.seen);
        pulling.fetching = true;
        let (landed, ahead) = thread::scope(|scope| {
            let ahead = (!stretch.whole).then(|| scope.spawn(|| self.stretch(slice, end)));
            let landed = self.land_since(batch, seen);
            // What could not be fetched ahead is fetched by the next step, which says why not.
            (landed, ahead.map(thread::ScopedJoinHandle::join))
        });
        landed?;
        pulling.ahead = ahead.and_then(Result::ok).and_then(Result::ok);
        Ok(())
    }

    /// Fetches pages after a place until they are worth storing. What was fetched before a failure counts.
    fn stretch(&self, slice: &Slice, after: Option<Bson>) -> Result<Stretch, SyncError> {
        let most = if slice.source == Source::Documents(Collection::Courses) {
            usize_of(PAGE)
        } else {
            STRETCH
        };
        let mut stretch = Stretch {
            slice: slice.clone(),
            end: after.clone(),
            after,
            seen: lock(&self.landing).acknowledgements,
            documents: Vec::new(),
            whole: false,
        };
        while !stretch.whole && stretch.documents.len() < most {
            let page = match self.call(|| self.port.page(slice, stretch.end.as_ref(), PAGE)) {
                Ok(page) => page,
                Err(_) if !stretch.documents.is_empty() => break,
                Err(error) => return Err(error),
            };
            stretch.whole = page.len() < usize_of(PAGE);
            if let Some(last) = page.last().and_then(|document| document.get("_id")) {
                stretch.end = Some(last.clone());
            }
            stretch.documents.extend(page);
        }
        Ok(stretch)
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
    fn follow(&self, pulling: &mut Pulling, wait: Duration) -> Result<Pulled, SyncError> {
        let token = self.replica.read(|reader| reader.resume_token())?;
        let Some(token) = token.map(ResumeToken) else {
            return Ok(Pulled::More(0));
        };
        let changes = match self.listen_for(|| self.port.changes(&token, wait)) {
            Err(SyncError::Remote(RemoteError::HistoryLost)) => {
                tracing::warn!("the server no longer knows what changed; everything is compared");
                self.begin_history(pulling)?;
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
