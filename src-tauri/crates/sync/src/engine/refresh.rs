//! Storing what came: the newest of documents that may have changed, in one transaction with the place
//! reached, and never an older document on a newer one.

use std::collections::{BTreeMap, VecDeque};

use bson::{Bson, Document};
use domain::{Code, Refusal};
use remote::port::{Filter, Slice, Source, View};
use replica::{Batch, QueueState};

use super::{Engine, lock, pull::key};
use crate::{SyncError, plan};

/// Identifiers asked for at once.
const CHUNK: usize = 500;
/// How often a document that is displaced or out of date is fetched again at once; after that it
/// displaces nobody any more.
const ROUNDS: usize = 6;

impl Engine {
    /// Fetches the newest of these documents and stores it; those that are not there, or not this
    /// desktop's business any more, are taken away. The token lands with the last of them. Answers how
    /// many were looked at.
    pub(super) fn refresh(
        &self,
        dirty: Vec<(Source, Bson)>,
        token: Option<String>,
    ) -> Result<usize, SyncError> {
        let looked_at = dirty.len();
        let slices = self.slices()?;
        let mut chunks: Vec<(Source, Vec<Bson>)> = by_source(dirty);
        if chunks.is_empty() && token.is_some() {
            self.replica.receive(Batch {
                token,
                ..Batch::default()
            })?;
            return Ok(0);
        }
        let mut batch = Batch::default();
        let last = chunks.len().saturating_sub(1);
        for (at, (source, ids)) in chunks.drain(..).enumerate() {
            let seen = lock(&self.landing).acknowledgements;
            let (documents, gone) = self.fetch_newest(source, ids, &slices[&source])?;
            batch
                .documents
                .extend(documents.into_iter().map(|d| (source, d)));
            batch.gone.extend(gone.into_iter().map(|id| (source, id)));
            let full = batch.documents.len() + batch.gone.len() >= CHUNK;
            if at == last {
                batch.token.clone_from(&token);
            }
            if full || at == last {
                self.land_since(std::mem::take(&mut batch), seen)?;
            }
        }
        self.fetch_what_is_due_again(&slices)?;
        Ok(looked_at)
    }

    /// Fetches what has to be fetched again until there is nothing of that. What a failure leaves
    /// unfetched is due again with the next step.
    fn fetch_what_is_due_again(
        &self,
        slices: &BTreeMap<Source, Vec<Slice>>,
    ) -> Result<(), SyncError> {
        let mut rounds = 0;
        loop {
            let again = std::mem::take(&mut lock(&self.landing).dirty);
            if again.is_empty() {
                return Ok(());
            }
            rounds += 1;
            if rounds > 2 * ROUNDS {
                // Somebody sends as fast as this fetches: the next step goes on.
                lock(&self.landing).dirty.extend(again);
                return Ok(());
            }
            let mut chunks = VecDeque::from(by_source(again));
            while let Some((source, ids)) = chunks.front() {
                if let Err(error) = self.fetch_once_more(*source, ids, slices, rounds > ROUNDS) {
                    let left = chunks
                        .into_iter()
                        .flat_map(|(source, ids)| ids.into_iter().map(move |id| (source, id)));
                    lock(&self.landing).dirty.extend(left);
                    return Err(error);
                }
                chunks.pop_front();
            }
        }
    }

    fn fetch_once_more(
        &self,
        source: Source,
        ids: &[Bson],
        slices: &BTreeMap<Source, Vec<Slice>>,
        gives_way: bool,
    ) -> Result<(), SyncError> {
        if gives_way && source.insert_only() {
            return self.sweep_is_due(Some(source));
        }
        let seen = lock(&self.landing).acknowledgements;
        let (documents, gone) = self.fetch_newest(source, ids.to_vec(), &slices[&source])?;
        self.land_since(
            Batch {
                documents: documents.into_iter().map(|d| (source, d)).collect(),
                gone: gone.into_iter().map(|id| (source, id)).collect(),
                gives_way,
                ..Batch::default()
            },
            seen,
        )?;
        let landing = lock(&self.landing);
        let fetched: Vec<(Source, Bson)> = ids
            .iter()
            .map(|id| (source, id.clone()))
            .filter(|one| !landing.dirty.contains(one))
            .collect();
        self.replica.fetched_again(&fetched)?;
        Ok(())
    }

    /// The newest of these documents, as wide as this desktop holds them; and those it does not hold.
    fn fetch_newest(
        &self,
        source: Source,
        ids: Vec<Bson>,
        slices: &[Slice],
    ) -> Result<(Vec<Document>, Vec<Bson>), SyncError> {
        let mut left = ids;
        let mut found = Vec::new();
        for slice in slices
            .iter()
            .filter(|slice| slice.filter != Filter::Nothing)
        {
            if left.is_empty() {
                break;
            }
            let documents = self.call(|| self.port.fetch(slice, &left))?;
            let here: std::collections::HashSet<Vec<u8>> = documents
                .iter()
                .filter_map(|document| document.get("_id").map(key))
                .collect();
            left.retain(|id| !here.contains(&key(id)));
            found.extend(documents);
        }
        if source.insert_only() {
            // A row of a trail that the server lost stays here: nothing is deleted from a trail. It
            // goes only when the trail is not this desktop's business.
            let leaving = self.is_leaving(source, slices)?;
            if !leaving {
                left.clear();
            }
        } else {
            self.set_aside_what_waits(source, &left)?;
        }
        Ok((found, left))
    }

    /// Whether the trail's rows may be leaving this desktop: never where it holds all of them.
    fn is_leaving(&self, source: Source, slices: &[Slice]) -> Result<bool, SyncError> {
        if slices.iter().any(|slice| slice.filter == Filter::All) {
            return Ok(false);
        }
        let held = self.replica.read(|reader| reader.checkpoint(source))?;
        Ok(held.is_some_and(|held| held.scope_hash != plan::fingerprint(slices)))
    }

    /// Documents that are there, but not this desktop's business any more, are about to be taken away:
    /// what waits about them needs a person first.
    fn set_aside_what_waits(&self, source: Source, leaving: &[Bson]) -> Result<(), SyncError> {
        let Source::Documents(collection) = source else {
            return Ok(());
        };
        for id in leaving {
            let Bson::ObjectId(id) = id else { continue };
            let waiting = self
                .replica
                .read(|reader| reader.pending_for(collection, *id))?;
            if waiting.iter().all(|row| row.state == QueueState::Dead) {
                continue;
            }
            let anywhere = Slice {
                source,
                filter: Filter::All,
                view: View::Whole,
            };
            let there = self.call(|| self.port.fetch(&anywhere, &[Bson::ObjectId(*id)]))?;
            if there.is_empty() {
                // Deleted by somebody: the push finds out and decides.
                continue;
            }
            for row in waiting {
                if row.state == QueueState::Dead {
                    continue;
                }
                self.replica.bury(
                    row.change_set.op,
                    &Refusal::new(
                        Code::Forbidden,
                        "This desktop no longer keeps the record this change is about.",
                    ),
                )?;
            }
        }
        Ok(())
    }

    /// Stores a batch. What was displaced, or turned out older than what is held, is fetched again by
    /// whoever called, or by the next pull.
    pub(super) fn land(&self, batch: Batch) -> Result<usize, SyncError> {
        let seen = lock(&self.landing).acknowledgements;
        self.land_since(batch, seen)
    }

    /// Stores a batch that was fetched when so many change sets had been acknowledged: documents that
    /// were acknowledged since are fetched again instead.
    pub(super) fn land_since(&self, mut batch: Batch, seen: u64) -> Result<usize, SyncError> {
        let mut landing = lock(&self.landing);
        let mut again = Vec::new();
        if landing.acknowledgements > seen {
            let newer = |source: Source, id: &Bson| match (source, id) {
                (Source::Documents(collection), Bson::ObjectId(id)) => landing
                    .by_document
                    .get(&(collection, *id))
                    .is_some_and(|at| *at > seen),
                _ => false,
            };
            batch.documents.retain(|(source, document)| {
                let Some(id) = document.get("_id") else {
                    return true;
                };
                let newer = newer(*source, id);
                if newer {
                    again.push((*source, id.clone()));
                }
                !newer
            });
            batch.gone.retain(|(source, id)| {
                let newer = newer(*source, id);
                if newer {
                    again.push((*source, id.clone()));
                }
                !newer
            });
        }
        let received = self.replica.receive(batch)?;
        for (source, id) in &received.unreadable {
            tracing::warn!(source = source.name(), %id, "a document cannot be read and was kept aside");
        }
        landing.dirty.extend(again);
        landing.dirty.extend(received.dirty);
        Ok(usize::try_from(received.changed).unwrap_or(usize::MAX))
    }
}

/// In the order of [`Source::ALL`], each document once, in chunks.
fn by_source(dirty: Vec<(Source, Bson)>) -> Vec<(Source, Vec<Bson>)> {
    let mut by_source: BTreeMap<Source, BTreeMap<Vec<u8>, Bson>> = BTreeMap::new();
    for (source, id) in dirty {
        by_source.entry(source).or_default().insert(key(&id), id);
    }
    let mut chunks = Vec::new();
    for source in Source::ALL {
        let Some(ids) = by_source.remove(&source) else {
            continue;
        };
        let ids: Vec<Bson> = ids.into_values().collect();
        chunks.extend(ids.chunks(CHUNK).map(|chunk| (source, chunk.to_vec())));
    }
    chunks
}
