//! What came from the server goes into the file, together with how far it was fetched.

use bson::{Bson, Document, oid::ObjectId};
use domain::{Collection, Source};
use rusqlite::Connection;

use super::{
    checkpoints::{self, Checkpoint},
    forgetting::arrive,
    series, shadows,
    touches::key,
    trails,
    writing::{self, Put, Work},
};
use crate::{
    connection,
    documents::{encode, parse},
    error::StoreError,
    meta,
    replica::{Reader, Replica},
};

/// Why a document was kept aside that can be read well.
const OCCURS_ELSEWHERE: &str = "a value in it occurs elsewhere";
/// How many of those are looked at with each stretch.
const TRIED_AGAIN: u32 = 200;

/// A stretch of what the server has. All of it is taken over, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Documents, as new as the server has them.
    pub documents: Vec<(Source, Document)>,
    /// Identifiers that are no more, or no more this desktop's business; rows of the trails too.
    pub gone: Vec<(Source, Bson)>,
    /// To be fetched again in any case: what came may be older than what was held.
    pub again: Vec<(Source, Bson)>,
    /// What collides with a unique value here does not displace its holder any more, but is kept aside:
    /// two documents of the server that displace each other would come and go for ever.
    pub gives_way: bool,
    /// A stretch of the first fetch: what is lost of it with the power is fetched again, so it does not
    /// wait for the disk. [`Replica::first_fetch_over`] ends what is made easier for it.
    pub first_fetch: bool,
    /// How far each source is fetched with this.
    pub checkpoints: Vec<Checkpoint>,
    /// Where the history of changes goes on after this.
    pub token: Option<String>,
    /// Facts to be remembered with it.
    pub facts: Vec<(String, String)>,
}

/// What taking over came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Received {
    /// Rows that are not as they were. 0: everything was known.
    pub changed: u64,
    /// To be fetched again: displaced by a value that may occur once only, or newer here than what came.
    pub dirty: Vec<(Source, Bson)>,
    /// Cannot be read here; kept apart as they are.
    pub unreadable: Vec<(Source, Bson)>,
}

/// How a transaction of taking over is made.
#[derive(Clone, Copy)]
struct Manner {
    /// Rows of the audit trail are dropped.
    purges: bool,
    /// It is a stretch of the first fetch.
    first_fetch: bool,
}

/// A document of another program that cannot be read as what its collection holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    /// Where it is.
    pub source: Source,
    /// Its `_id`.
    pub id: Bson,
    /// Why.
    pub reason: String,
    /// What it is.
    pub document: Document,
}

impl Replica {
    /// Takes over what came from the server, in one transaction with its checkpoints. What waits to be
    /// sent stays, and stays on the screen. The same again changes nothing. What comes is taken as the
    /// newest: an older one must be followed by the newest, or nothing else says it is old.
    pub fn receive(&self, batch: Batch) -> Result<Received, StoreError> {
        let purges = batch.gone.iter().any(|(source, _)| source.insert_only());
        let manner = Manner {
            purges,
            first_fetch: batch.first_fetch,
        };
        self.take_over_so(manner, |connection, work| {
            work.gives_way = batch.gives_way;
            let mut devices = Vec::new();
            let any_shadow = shadows::any(connection)?;
            let any_unreadable = connection
                .prepare_cached("SELECT 1 FROM unreadable LIMIT 1")?
                .exists([])?;
            for (source, id) in batch.gone {
                if any_unreadable {
                    readable(connection, source, &id)?;
                }
                match (source, &id) {
                    (Source::Documents(collection), Bson::ObjectId(id)) => {
                        if any_shadow && shadows::is_kept(connection, collection, *id)? {
                            shadows::set(connection, collection, *id, None, work)?;
                        } else {
                            writing::remove(connection, collection, *id, work)?;
                        }
                    }
                    (Source::Ledger | Source::Audit, id) => {
                        trails::drop_row(connection, source, id, work)?;
                    }
                    _ => {}
                }
            }
            for (source, document) in batch.documents {
                if any_unreadable && let Some(id) = document.get("_id") {
                    readable(connection, source, id)?;
                }
                match source {
                    Source::Ledger => trails::ledger(connection, &document, &mut devices, work)?,
                    Source::Audit => trails::audit(connection, &document, work)?,
                    Source::Documents(collection) => match document.get("_id") {
                        Some(Bson::ObjectId(id)) => {
                            let id = *id;
                            if any_shadow || collection == Collection::Users {
                                arrive(connection, collection, id, Some(document), work)?;
                            } else {
                                place(connection, collection, id, Some(document), work)?;
                            }
                        }
                        _ => unreadable(
                            connection,
                            source,
                            &document,
                            "its _id is no ObjectId",
                            work,
                        )?,
                    },
                }
            }
            for device in devices {
                series::follow(connection, &device, work)?;
            }
            if any_unreadable {
                room_again(connection, work)?;
            }
            for (source, id) in batch.again {
                work.dirty(source, id);
            }
            for checkpoint in &batch.checkpoints {
                checkpoints::write(connection, checkpoint)?;
            }
            if let Some(token) = &batch.token {
                meta::set(connection, checkpoints::TOKEN, token)?;
            }
            for (name, value) in &batch.facts {
                meta::set(connection, name, value)?;
            }
            Ok(())
        })
    }

    /// Drops documents that are no more this desktop's business.
    pub fn purge(&self, source: Source, ids: &[Bson]) -> Result<Received, StoreError> {
        self.receive(Batch {
            gone: ids.iter().map(|id| (source, id.clone())).collect(),
            ..Batch::default()
        })
    }

    /// The first fetch is complete: what it left in the write-ahead log goes into the file and onto the disk,
    /// and the connection is as it was before.
    pub fn first_fetch_over(&self) -> Result<(), StoreError> {
        connection::as_usual(&self.writer())?;
        match self.checkpoint() {
            Ok(()) | Err(StoreError::Busy) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// One transaction of taking over.
    pub(super) fn take_over(
        &self,
        purges: bool,
        f: impl FnOnce(&Connection, &mut Work) -> Result<(), StoreError>,
    ) -> Result<Received, StoreError> {
        let manner = Manner {
            purges,
            first_fetch: false,
        };
        self.take_over_so(manner, f)
    }

    /// The same, so. Rows of the audit trail are only dropped with foreign keys unguarded: what tells of a
    /// row goes with it, and looking for more would read the whole table.
    fn take_over_so(
        &self,
        manner: Manner,
        f: impl FnOnce(&Connection, &mut Work) -> Result<(), StoreError>,
    ) -> Result<Received, StoreError> {
        let Manner {
            purges,
            first_fetch,
        } = manner;
        let mut connection = self.writer();
        if purges {
            connection.execute_batch("PRAGMA foreign_keys = OFF")?;
        }
        let take = |connection: &mut Connection| {
            let transaction = Self::begin(connection)?;
            let mut work = Work::default();
            f(&transaction, &mut work)?;
            let received = work.finish(&transaction)?;
            transaction.commit()?;
            Ok(received)
        };
        let outcome = if first_fetch {
            connection::with_much_room(&connection)
                .and_then(|()| connection::unhurried(&mut connection, take))
        } else {
            take(&mut connection)
        };
        if purges {
            connection.execute_batch("PRAGMA foreign_keys = ON")?;
        }
        if outcome
            .as_ref()
            .is_ok_and(|received: &Received| received.changed > 0)
        {
            self.raise_version();
        }
        outcome
    }
}

/// Puts the server's version of a document where nothing waits: in its table, or aside if it cannot be
/// read.
pub(super) fn place(
    connection: &Connection,
    collection: Collection,
    id: ObjectId,
    document: Option<Document>,
    work: &mut Work,
) -> Result<(), StoreError> {
    let Some(document) = document else {
        return writing::remove(connection, collection, id, work);
    };
    match writing::put_server(connection, collection, id, &document, work)? {
        Put::Written => Ok(()),
        Put::Collides => {
            let source = Source::Documents(collection);
            writing::remove(connection, collection, id, work)?;
            unreadable(connection, source, &document, OCCURS_ELSEWHERE, work)
        }
        Put::Unreadable(reason) => {
            writing::remove(connection, collection, id, work)?;
            unreadable(
                connection,
                Source::Documents(collection),
                &document,
                &reason,
                work,
            )
        }
    }
}

/// What was kept aside because somebody else had a value of it comes back where nobody has it any more.
fn room_again(connection: &Connection, work: &mut Work) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT source, id, doc FROM unreadable WHERE reason = ?1 ORDER BY source, id LIMIT ?2",
    )?;
    let aside: Vec<(String, String, String)> = statement
        .query_map(rusqlite::params![OCCURS_ELSEWHERE, TRIED_AGAIN], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    for (name, place, text) in aside {
        let document = parse("unreadable", &place, &text)?;
        let (Some(Source::Documents(collection)), Some(Bson::ObjectId(id))) =
            (Source::named(&name), document.get("_id"))
        else {
            continue;
        };
        let id = *id;
        if shadows::is_kept(connection, collection, id)? {
            continue;
        }
        if let Put::Written = writing::put_view(connection, collection, id, &document, work)? {
            readable(
                connection,
                Source::Documents(collection),
                &Bson::ObjectId(id),
            )?;
        }
    }
    Ok(())
}

/// Keeps a document aside.
pub(super) fn unreadable(
    connection: &Connection,
    source: Source,
    document: &Document,
    reason: &str,
    work: &mut Work,
) -> Result<(), StoreError> {
    let id = document.get("_id").cloned().unwrap_or(Bson::Null);
    connection
        .prepare_cached(
            "INSERT INTO unreadable (source, id, reason, doc) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (source, id) DO UPDATE SET reason = excluded.reason, doc = excluded.doc",
        )?
        .execute([source.name(), &key(&id), reason, &encode(document)])?;
    work.unreadable(source, id);
    Ok(())
}

/// Forgets that a document could not be read.
fn readable(connection: &Connection, source: Source, id: &Bson) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM unreadable WHERE source = ?1 AND id = ?2")?
        .execute([source.name(), &key(id)])?;
    Ok(())
}

impl Reader<'_> {
    /// Documents that cannot be read here.
    pub fn unreadable(&self, limit: u32) -> Result<Vec<Unreadable>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT source, id, reason, doc FROM unreadable ORDER BY source, id LIMIT ?1",
        )?;
        let mut rows = statement.query([limit])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (name, id): (String, String) = (row.get(0)?, row.get(1)?);
            let text: String = row.get(3)?;
            let document = parse("unreadable", &id, &text)?;
            if let Some(source) = Source::named(&name) {
                found.push(Unreadable {
                    source,
                    id: document.get("_id").cloned().unwrap_or(Bson::Null),
                    reason: row.get(2)?,
                    document,
                });
            }
        }
        Ok(found)
    }
}
