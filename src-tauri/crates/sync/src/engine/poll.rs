//! Pulling from a server that does not tell of changes: asking what was written since the last time and a
//! little before, and which deletions were recorded. What that cannot find, the comparisons do.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use bson::{Bson, Document};
use domain::Timestamp;
use remote::port::{Filter, RemoteError, Slice, Source, Watermark};
use replica::{Batch, Checkpoint};

use super::{
    Engine, Pulling, lock,
    pull::{PAGE, back, before_all, key, usize_of},
};
use crate::{SyncError, status::Pulled};

/// How far a poll reaches back behind what it has seen: writers' clocks differ, and a transaction
/// becomes visible later than it was stamped.
const OVERLAP: Duration = Duration::from_secs(5 * 60);

impl Engine {
    /// Asks what was written since the last time, and a little before.
    pub(super) fn poll(
        &self,
        pulling: &mut Pulling,
        slices: &BTreeMap<Source, Vec<Slice>>,
    ) -> Result<Pulled, SyncError> {
        let mut changed = 0;
        let started = self.server_now();
        let by_number = self.poll_trails(pulling, slices, started)?;
        for source in Source::ALL {
            let Some(checkpoint) = self.replica.read(|reader| reader.checkpoint(source))? else {
                continue;
            };
            if let (Some(fetched), true) = (by_number, source.insert_only()) {
                changed += fetched;
                self.polled(checkpoint, started)?;
                continue;
            }
            changed += self.poll_source(source, &slices[&source], checkpoint, started)?;
        }
        let from = pulling
            .tombstones_from
            .unwrap_or_else(|| back(started, OVERLAP));
        let deletions = self.call(|| self.port.tombstones(from))?;
        let dirty: Vec<(Source, Bson)> = deletions
            .into_iter()
            .map(|gone| (Source::Documents(gone.collection), Bson::ObjectId(gone.id)))
            .collect();
        let mut held = Vec::new();
        for (source, id) in dirty {
            let missing = self
                .replica
                .read(|reader| reader.missing(source, std::slice::from_ref(&id)))?;
            if missing.is_empty() {
                held.push((source, id));
            }
        }
        changed += held.len();
        self.refresh(held, None)?;
        pulling.tombstones_from = Some(back(started, OVERLAP));
        Ok(Pulled::UpTo(changed))
    }

    fn poll_source(
        &self,
        source: Source,
        slices: &[Slice],
        checkpoint: Checkpoint,
        started: Timestamp,
    ) -> Result<usize, SyncError> {
        let from = checkpoint
            .watermark
            .as_ref()
            .map(|seen| before_all(back(seen.at, OVERLAP)));
        let mut changed = 0;
        // A document in two slices is held as the first says.
        let mut wider = HashSet::new();
        for slice in slices.iter().filter(|s| s.filter != Filter::Nothing) {
            let mut cursor = from.clone();
            let mut of_this = Vec::new();
            loop {
                let seen = lock(&self.landing).acknowledgements;
                let documents =
                    self.call(|| self.port.changed_since(slice, cursor.as_ref(), PAGE))?;
                let whole = documents.len() < usize_of(PAGE);
                let next = documents
                    .last()
                    .and_then(|last| place(source, last))
                    .filter(|next| cursor.as_ref() != Some(next));
                let documents: Vec<(Source, Document)> = documents
                    .into_iter()
                    .filter(|document| {
                        document
                            .get("_id")
                            .is_some_and(|id| !wider.contains(&key(id)))
                    })
                    .map(|document| (source, document))
                    .collect();
                of_this.extend(
                    documents
                        .iter()
                        .filter_map(|(_, document)| document.get("_id").map(key)),
                );
                let batch = Batch {
                    documents,
                    ..Batch::default()
                };
                changed += self.land_since(batch, seen)?;
                match next {
                    Some(next) if !whole => cursor = Some(next),
                    _ => break,
                }
            }
            wider.extend(of_this);
        }
        self.polled(checkpoint, started)?;
        Ok(changed)
    }

    /// A stamp of tomorrow moves the mark no further than today: what is written meanwhile would be
    /// overlooked.
    fn polled(&self, checkpoint: Checkpoint, started: Timestamp) -> Result<(), SyncError> {
        self.replica.set_checkpoint(&Checkpoint {
            mode: replica::Mode::Poll,
            watermark: Some(before_all(started)),
            as_of: Some(self.now()),
            ..checkpoint
        })?;
        Ok(())
    }

    /// Fetches the rows of the trails that were applied since the last time, and a little before: a desktop
    /// that was away books with the day it booked on, so their own moments find them too late. None: this
    /// login may not read what was applied.
    fn poll_trails(
        &self,
        pulling: &mut Pulling,
        slices: &BTreeMap<Source, Vec<Slice>>,
        started: Timestamp,
    ) -> Result<Option<usize>, SyncError> {
        let trails = [Source::Ledger, Source::Audit];
        let mut since = started;
        for source in trails {
            let checkpoint = self.replica.read(|reader| reader.checkpoint(source))?;
            let seen = checkpoint.and_then(|c| c.watermark).map(|seen| seen.at);
            since = since.min(seen.unwrap_or(started));
        }
        let mut from = Watermark {
            at: back(since, OVERLAP),
            id: Bson::String(String::new()),
        };
        let mut applied = Vec::new();
        loop {
            let page = match self.call_about(|| self.port.applied_since(&from, PAGE)) {
                Ok(page) => page,
                Err(RemoteError::Forbidden(_) | RemoteError::Unsupported(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let whole = page.len() < usize_of(PAGE);
            if let Some(last) = page.last() {
                from = last.clone();
            }
            applied.extend(page.into_iter().map(|row| row.id));
            if whole {
                break;
            }
        }
        let looked: HashSet<Vec<u8>> = applied.iter().map(key).collect();
        applied.retain(|op| !pulling.applied.contains(&key(op)));
        let mut fetched = 0;
        for source in trails {
            let missing = self
                .replica
                .read(|reader| reader.missing(source, &applied))?;
            for ids in missing.chunks(usize_of(PAGE)) {
                for slice in slices[&source]
                    .iter()
                    .filter(|slice| slice.filter != Filter::Nothing)
                {
                    let seen = lock(&self.landing).acknowledgements;
                    let rows = self.call(|| self.port.fetch(slice, ids))?;
                    let batch = Batch {
                        documents: rows.into_iter().map(|row| (source, row)).collect(),
                        ..Batch::default()
                    };
                    fetched += self.land_since(batch, seen)?;
                }
            }
        }
        pulling.applied = looked;
        Ok(Some(fetched))
    }
}

/// A document's place in its source's order of writing.
fn place(source: Source, document: &Document) -> Option<Watermark> {
    let field = match source {
        Source::Documents(_) => "updatedAt",
        Source::Ledger => "recordedAt",
        Source::Audit => "at",
    };
    Some(Watermark {
        at: *document.get_datetime(field).ok()?,
        id: document.get("_id")?.clone(),
    })
}
