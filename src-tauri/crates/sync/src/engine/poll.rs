//! Pulling from a server that does not tell of changes: asking what was written since the last time and a
//! little before, and which deletions were recorded. What that cannot find, the comparisons do.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use bson::{Bson, Document};
use domain::Timestamp;
use remote::port::{Filter, Slice, Source, Watermark};
use replica::{Batch, Checkpoint};

use super::{
    Engine, Pulling,
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
        for source in Source::ALL {
            let Some(checkpoint) = self.replica.read(|reader| reader.checkpoint(source))? else {
                continue;
            };
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
                changed += self.land(Batch {
                    documents,
                    ..Batch::default()
                })?;
                match next {
                    Some(next) if !whole => cursor = Some(next),
                    _ => break,
                }
            }
            wider.extend(of_this);
        }
        // A stamp of tomorrow moves the mark no further than today: what is written meanwhile would
        // be overlooked.
        self.replica.set_checkpoint(&Checkpoint {
            mode: replica::Mode::Poll,
            watermark: Some(before_all(started)),
            as_of: Some(self.now()),
            ..checkpoint
        })?;
        Ok(changed)
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
