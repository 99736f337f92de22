//! The history of changes as a change stream of the whole database tells it, one stretch at a time.
//!
//! The stream is asked for directly and not through the driver's own type, which would resume by
//! itself where the sync engine must know, and would hide where a stretch without events ends
//! (`postBatchResumeToken`). Deliberately absent: fetching what changed.

use std::{collections::BTreeMap, sync::PoisonError, time::Duration};

use bson::{Bson, Document, doc};
use mongodb::ClientSession;

use crate::{
    port::{Changes, Dirty, RemoteError, ResumeToken, Source},
    server::Server,
};

/// Events a stretch has at most.
const STRETCH: i32 = 1000;
/// Longest wait for an event in one request; well within what a call may take.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// A change stream that stands where a token says.
pub(crate) struct Open {
    session: ClientSession,
    cursor: i64,
    /// The first of the database's collections, as the server names the cursor's place.
    collection: String,
    token: ResumeToken,
}

/// What the server gave.
struct Batch {
    cursor: i64,
    collection: String,
    events: Vec<Bson>,
    token: ResumeToken,
}

impl Server {
    /// This moment in the history of changes.
    pub(crate) fn watch_from_now(&self) -> Result<ResumeToken, RemoteError> {
        let (open, _) = self.open(None)?;
        let token = open.token.clone();
        self.keep(open);
        Ok(token)
    }

    /// What changed since the token, waiting up to `wait` for something to happen.
    pub(crate) fn watch_after(
        &self,
        after: &ResumeToken,
        wait: Duration,
    ) -> Result<Changes, RemoteError> {
        let held = self
            .open_watch()
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let (mut open, first) = match held {
            Some(open) if open.token == *after => (open, Vec::new()),
            Some(other) => {
                self.close(other);
                self.open(Some(after))?
            }
            None => self.open(Some(after))?,
        };
        let mut events = first;
        if events.is_empty() {
            events = self.more(&mut open, wait)?;
        }
        let caught_up = events.len() < usize::try_from(STRETCH).unwrap_or(usize::MAX);
        let dirty = touched(&events)?;
        let changes = Changes {
            dirty,
            token: open.token.clone(),
            caught_up,
        };
        if open.cursor != 0 {
            self.keep(open);
        }
        Ok(changes)
    }

    fn keep(&self, open: Open) {
        let before = self
            .open_watch()
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(open);
        if let Some(before) = before {
            self.close(before);
        }
    }

    fn open(&self, after: Option<&ResumeToken>) -> Result<(Open, Vec<Bson>), RemoteError> {
        let mut stage = Document::new();
        if let Some(after) = after {
            stage.insert("resumeAfter", token_document(after)?);
        }
        let command = doc! {
            "aggregate": 1,
            "pipeline": [
                { "$changeStream": stage },
                { "$match": ours() },
                { "$project": { "operationType": 1, "ns": 1, "documentKey": 1 } },
            ],
            "cursor": { "batchSize": STRETCH },
        };
        let (session, reply) = self.call(async {
            let mut session = self.client().start_session().await?;
            let reply = self
                .database()
                .run_command(command)
                .session(&mut session)
                .await?;
            Ok((session, reply))
        })?;
        let batch = read(&reply, "firstBatch")?;
        let open = Open {
            session,
            cursor: batch.cursor,
            collection: batch.collection,
            token: batch.token,
        };
        Ok((open, batch.events))
    }

    fn more(&self, open: &mut Open, wait: Duration) -> Result<Vec<Bson>, RemoteError> {
        if open.cursor == 0 {
            return Err(RemoteError::HistoryLost);
        }
        let wait = wait.clamp(Duration::from_millis(1), LONGEST_WAIT);
        let command = doc! {
            "getMore": open.cursor,
            "collection": open.collection.as_str(),
            "batchSize": STRETCH,
            "maxTimeMS": i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
        };
        let reply = self.call(async {
            self.database()
                .run_command(command)
                .session(&mut open.session)
                .await
        })?;
        let batch = read(&reply, "nextBatch")?;
        open.cursor = batch.cursor;
        open.token = batch.token;
        Ok(batch.events)
    }

    /// Lets the server forget the stream. That it cannot be told is no loss: it forgets by itself.
    fn close(&self, mut open: Open) {
        if open.cursor == 0 {
            return;
        }
        let command = doc! {
            "killCursors": open.collection.as_str(),
            "cursors": [open.cursor],
        };
        let told = self.block_on(async {
            tokio::time::timeout(
                Duration::from_secs(1),
                self.database()
                    .run_command(command)
                    .session(&mut open.session),
            )
            .await
        });
        if !matches!(told, Ok(Ok(_))) {
            tracing::debug!("a change stream was left to expire");
        }
    }
}

/// Events that matter: documents of ours, and the end of a collection of ours.
fn ours() -> Document {
    let names: Vec<&str> = Source::ALL.iter().map(|source| source.name()).collect();
    doc! { "$or": [
        { "ns.coll": { "$in": names }, "operationType": {
            "$in": ["insert", "update", "replace", "delete", "drop", "rename"] } },
        { "operationType": { "$in": ["dropDatabase", "invalidate"] } },
    ] }
}

fn read(reply: &Document, batch: &str) -> Result<Batch, RemoteError> {
    let strange = || RemoteError::Failed("its change stream is not readable".to_owned());
    let cursor = reply.get_document("cursor").map_err(|_| strange())?;
    let events = cursor.get_array(batch).map_err(|_| strange())?.clone();
    let token = match cursor.get("postBatchResumeToken") {
        Some(Bson::Document(token)) => token.clone(),
        // Before 4.0.7 only events carry one.
        _ => events
            .last()
            .and_then(Bson::as_document)
            .and_then(|event| event.get_document("_id").ok())
            .cloned()
            .ok_or_else(strange)?,
    };
    let collection = cursor
        .get_str("ns")
        .ok()
        .and_then(|namespace| namespace.split_once('.'))
        .map_or("$cmd.aggregate", |(_, collection)| collection)
        .to_owned();
    Ok(Batch {
        cursor: cursor.get_i64("id").map_err(|_| strange())?,
        collection,
        events,
        token: token_text(&token),
    })
}

/// What the events touched, each document once, as it is after the last of them.
fn touched(events: &[Bson]) -> Result<Vec<Dirty>, RemoteError> {
    let strange =
        || RemoteError::Failed("an event of its change stream is not readable".to_owned());
    let mut places: BTreeMap<(Source, String), usize> = BTreeMap::new();
    let mut dirty: Vec<Dirty> = Vec::new();
    for event in events {
        let event = event.as_document().ok_or_else(strange)?;
        let kind = event.get_str("operationType").map_err(|_| strange())?;
        if !matches!(kind, "insert" | "update" | "replace" | "delete") {
            // The end of a collection or of the stream: its documents cannot be told one by one.
            return Err(RemoteError::HistoryLost);
        }
        let name = event
            .get_document("ns")
            .and_then(|namespace| namespace.get_str("coll"))
            .map_err(|_| strange())?;
        let Some(source) = Source::named(name) else {
            continue;
        };
        let id = event
            .get_document("documentKey")
            .ok()
            .and_then(|key| key.get("_id"))
            .ok_or_else(strange)?;
        let deleted = kind == "delete";
        match places.get(&(source, id.to_string())) {
            Some(&place) => {
                if let Some(known) = dirty.get_mut(place) {
                    known.deleted = deleted;
                }
            }
            None => {
                places.insert((source, id.to_string()), dirty.len());
                dirty.push(Dirty {
                    source,
                    id: id.clone(),
                    deleted,
                });
            }
        }
    }
    Ok(dirty)
}

fn token_text(token: &Document) -> ResumeToken {
    ResumeToken(
        Bson::Document(token.clone())
            .into_canonical_extjson()
            .to_string(),
    )
}

/// A token that is none is as good as one that is too old.
fn token_document(token: &ResumeToken) -> Result<Document, RemoteError> {
    let value: serde_json::Value =
        serde_json::from_str(&token.0).map_err(|_| RemoteError::HistoryLost)?;
    match Bson::try_from(value) {
        Ok(Bson::Document(document)) if document.get_str("_data").is_ok() => Ok(document),
        _ => Err(RemoteError::HistoryLost),
    }
}
