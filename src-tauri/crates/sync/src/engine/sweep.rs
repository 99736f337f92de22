//! Comparing: every head of a source on the server against what is held, a stretch of identifiers at a
//! time. Finds what no history told: deletions by other programs, writes with a wrong clock, whatever
//! came into this desktop's business or left it.

use std::{cmp::Ordering, collections::BTreeMap, time::Duration};

use bson::Bson;
use domain::{Collection, Timestamp};
use remote::port::{Filter, Head, Slice, Source};
use replica::Checkpoint;

use super::{
    Engine, Pulling, lock,
    pull::{back, usize_of},
};
use crate::{
    SyncError,
    plan::{self, by_id},
    status::{Mode, Pulled},
};

/// Heads asked for at once.
const HEADS: u32 = 1000;

/// A desktop that polls compares everything this often, for deletions that left no trace.
const SWEEP_POLLING: Duration = Duration::from_secs(15 * 60);
/// What was compared this recently is not compared again at the start.
const JUST: Duration = Duration::from_secs(60);
/// A desktop that is told compares everything this often, in case a program wrote around the history.
const SWEEP_TOLD: Duration = Duration::from_secs(24 * 60 * 60);

/// A comparison under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sweep {
    source: Source,
    after: Option<Bson>,
    /// The slices are others than those the documents here were fetched by: heads that agree prove
    /// nothing about how much of a person is here.
    anew: bool,
}

/// Which heads that agree prove nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// They are believed.
    None,
    /// Those written since: two may have written in one millisecond.
    Since(Timestamp),
    /// All of them.
    All,
}

impl Sweep {
    const fn begin(source: Source, anew: bool) -> Self {
        Self {
            source,
            after: None,
            anew,
        }
    }
}

impl Engine {
    /// Compares everything now.
    pub fn sweep(&self) -> Result<(), SyncError> {
        self.sweep_is_due(None)?;
        lock(&self.pulling).sweep = None;
        loop {
            match self.pull_once(Duration::ZERO)? {
                Pulled::Ready | Pulled::UpTo(_) | Pulled::Paused => return Ok(()),
                Pulled::Page | Pulled::More(_) | Pulled::Sweeping => {}
            }
        }
    }

    /// Begins a comparison of the first source that is due for one.
    pub(super) fn begin_sweep(
        &self,
        pulling: &mut Pulling,
        slices: &BTreeMap<Source, Vec<Slice>>,
        mode: Mode,
    ) -> Result<(), SyncError> {
        if pulling.sweep.is_some() {
            return Ok(());
        }
        let pace = match mode {
            Mode::Stream => SWEEP_TOLD,
            Mode::Poll => SWEEP_POLLING,
        };
        if mode == Mode::Poll && !pulling.swept_at_start {
            pulling.swept_at_start = true;
            self.sweep_at_start()?;
        }
        let now = self.now().timestamp_millis();
        for source in Source::ALL {
            let Some(checkpoint) = self.replica.read(|reader| reader.checkpoint(source))? else {
                continue;
            };
            let other_slices = checkpoint.scope_hash != plan::fingerprint(&slices[&source]);
            let due = checkpoint.sweep_at.is_none_or(|at| {
                let age = now.saturating_sub(at.timestamp_millis());
                age < 0 || u128::from(age.unsigned_abs()) >= pace.as_millis()
            });
            if other_slices || due {
                let anew = other_slices && !checkpoint.scope_hash.is_empty();
                pulling.sweep = Some(Sweep::begin(source, anew));
                return Ok(());
            }
        }
        Ok(())
    }

    /// A desktop that polls begins by comparing, unless it has only just fetched everything.
    fn sweep_at_start(&self) -> Result<(), SyncError> {
        let recently = back(self.now(), JUST);
        let checkpoints = self.replica.read(|reader| reader.checkpoints())?;
        for checkpoint in checkpoints {
            if checkpoint.sweep_at.is_some_and(|at| at < recently) {
                self.sweep_is_due(Some(checkpoint.source))?;
            }
        }
        Ok(())
    }

    /// Marks a source, or every one, as to be compared.
    pub(super) fn sweep_is_due(&self, source: Option<Source>) -> Result<(), SyncError> {
        let checkpoints = self.replica.read(|reader| reader.checkpoints())?;
        for checkpoint in checkpoints {
            if source.is_none_or(|source| source == checkpoint.source) {
                self.replica.set_checkpoint(&Checkpoint {
                    sweep_at: None,
                    ..checkpoint
                })?;
            }
        }
        Ok(())
    }

    /// One stretch of the comparison under way. Whether there was one.
    pub(super) fn sweep_step(
        &self,
        pulling: &mut Pulling,
        slices: &BTreeMap<Source, Vec<Slice>>,
    ) -> Result<bool, SyncError> {
        let Some(sweep) = pulling.sweep.take() else {
            return Ok(false);
        };
        let of_it = &slices[&sweep.source];
        let checkpoint = self
            .replica
            .read(|reader| reader.checkpoint(sweep.source))?;
        let unsure_since = checkpoint
            .as_ref()
            .filter(|held| held.mode == replica::Mode::Stream)
            .and_then(|held| held.watermark.as_ref())
            .map(|from| from.at);
        let doubt = match unsure_since {
            _ if sweep.anew && sweep.source == Source::Documents(Collection::Users) => Doubt::All,
            Some(since) => Doubt::Since(since),
            None => Doubt::None,
        };
        let stretch = self.compare_stretch(sweep.source, of_it, sweep.after.as_ref(), &doubt);
        let (_, after) = match stretch {
            Ok(stretch) => stretch,
            Err(error) => {
                pulling.sweep = Some(sweep);
                return Err(error);
            }
        };
        if after.is_some() {
            pulling.sweep = Some(Sweep { after, ..sweep });
            return Ok(true);
        }
        if let Some(checkpoint) = checkpoint {
            self.replica.set_checkpoint(&Checkpoint {
                sweep_at: Some(self.now()),
                as_of: Some(self.now()),
                scope_hash: plan::fingerprint(of_it),
                watermark: match checkpoint.mode {
                    replica::Mode::Stream => None,
                    _ => checkpoint.watermark,
                },
                ..checkpoint
            })?;
        }
        Ok(true)
    }

    /// Compares the heads after an identifier, as far as one answer of each slice reaches, and fetches
    /// what differs, and what is doubted though it does not. Answers how much that was and where to go on;
    /// none: that was the end.
    pub(super) fn compare_stretch(
        &self,
        source: Source,
        slices: &[Slice],
        after: Option<&Bson>,
        doubt: &Doubt,
    ) -> Result<(usize, Option<Bson>), SyncError> {
        let mut upper: Option<Bson> = None;
        let mut server: Vec<Head> = Vec::new();
        for slice in slices.iter().filter(|s| s.filter != Filter::Nothing) {
            let heads = self.call(|| self.port.heads(slice, after, HEADS))?;
            if heads.len() >= usize_of(HEADS)
                && let Some(last) = heads.last()
                && upper
                    .as_ref()
                    .is_none_or(|upper| by_id(&last.id, upper) == Ordering::Less)
            {
                upper = Some(last.id.clone());
            }
            server.extend(heads);
        }
        let within = |id: &Bson| {
            upper
                .as_ref()
                .is_none_or(|upper| by_id(id, upper) != Ordering::Greater)
        };
        server.retain(|head| within(&head.id));
        server.sort_by(|a, b| by_id(&a.id, &b.id));
        server.dedup_by(|a, b| a.id == b.id);
        let ours = self.our_heads(source, after, &within)?;
        let mut difference = plan::compare(&server, &ours);
        match doubt {
            Doubt::None => {}
            Doubt::Since(since) => {
                let lately = |head: &Head| head.updated_at.is_some_and(|at| at >= *since);
                difference
                    .fetch
                    .extend(server.into_iter().filter(lately).map(|head| head.id));
            }
            Doubt::All => difference.fetch = server.into_iter().map(|head| head.id).collect(),
        }
        let dirty: Vec<(Source, Bson)> = difference
            .fetch
            .into_iter()
            .chain(difference.gone)
            .map(|id| (source, id))
            .collect();
        let fetched = self.refresh(dirty, None)?;
        Ok((fetched, upper))
    }

    fn our_heads(
        &self,
        source: Source,
        after: Option<&Bson>,
        within: &dyn Fn(&Bson) -> bool,
    ) -> Result<Vec<Head>, SyncError> {
        let mut ours = Vec::new();
        let mut after = after.cloned();
        loop {
            let page = self
                .replica
                .read(|reader| reader.heads(source, after.as_ref(), HEADS))?;
            let whole = page.len() < usize_of(HEADS);
            after = page.last().map(|head| head.id.clone());
            for head in page {
                if !within(&head.id) {
                    return Ok(ours);
                }
                ours.push(head);
            }
            if whole {
                return Ok(ours);
            }
        }
    }
}
