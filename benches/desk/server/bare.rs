//! The bare driver: a database filled out of a workspace, and change sets committed with the commands
//! `remote` sends and without its judgement, so that what is left is what the driver and the server cost.

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{Change, ChangeSet, Guard, change::Patch};
use mongodb::{
    Client, ClientSession, Database,
    options::{ReadConcern, ReturnDocument, WriteConcern},
};
use tokio::runtime::Runtime;

use crate::{figures::Outcome, institution::Institution, raw::Raw};

/// Collections that desktops share, by the name they have in a workspace file as well.
const SHARED: [&str; 7] = [
    "settings",
    "users",
    "courses",
    "enrollments",
    "payments",
    "payment_ledger",
    "audit_events",
];
/// Documents sent at once.
const MANY: usize = 5_000;

/// A driver on a database, with a runtime of its own.
pub(crate) struct Bare {
    runtime: Runtime,
    client: Client,
    database: Database,
}

impl Bare {
    /// Connects.
    pub(crate) fn connect(uri: &str, database: &str) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let client = runtime.block_on(Client::with_uri_str(uri))?;
        let database = client.database(database);
        Ok(Self {
            runtime,
            client,
            database,
        })
    }

    /// Copies every shared document of a workspace file as it is stored. Answers how many.
    pub(crate) fn upload(&self, from: &Institution) -> Outcome<u64> {
        let file = Raw::open(from)?;
        let mut sent = 0;
        for name in SHARED {
            let rows = file.rows(&format!("SELECT doc FROM {name} ORDER BY n"), &[])?;
            let documents = rows
                .iter()
                .filter_map(|row| row.first())
                .map(|cell| match cell {
                    rusqlite::types::Value::Text(text) => document(text),
                    _ => Err("a document is not text".into()),
                })
                .collect::<Outcome<Vec<_>>>()?;
            for many in documents.chunks(MANY) {
                let collection = self.database.collection::<Document>(name);
                self.runtime
                    .block_on(async { collection.insert_many(many).ordered(false).await })?;
                sent += u64::try_from(many.len())?;
            }
        }
        Ok(sent)
    }

    /// Commits a change set.
    pub(crate) fn commit(&self, change_set: &ChangeSet) -> Outcome {
        self.runtime.block_on(async {
            let mut session = self.client.start_session().await?;
            session
                .start_transaction()
                .read_concern(ReadConcern::snapshot())
                .write_concern(WriteConcern::majority())
                .await?;
            self.write(change_set, &mut session).await?;
            session.commit_transaction().await?;
            Ok(())
        })
    }

    async fn write(&self, change_set: &ChangeSet, session: &mut ClientSession) -> Outcome {
        let collection = |name: &str| self.database.collection::<Document>(name);
        let op = change_set.op.to_string();
        collection("sync_ops")
            .insert_one(doc! { "_id": &op, "at": change_set.at, "device": change_set.actor.device.as_str() })
            .session(&mut *session)
            .await?;
        for (name, ids) in read_first(change_set) {
            let mut found = collection(name)
                .find(doc! { "_id": { "$in": ids } })
                .session(&mut *session)
                .await?;
            while found.advance(&mut *session).await? {
                std::hint::black_box(found.deserialize_current()?);
            }
        }
        if let Some(entry) = change_set.ledger_entry() {
            collection("sync_locks")
                .update_one(
                    doc! { "_id": format!("ledger {}", entry.payment.to_hex()) },
                    doc! { "$set": { "op": &op } },
                )
                .upsert(true)
                .session(&mut *session)
                .await?;
        }
        for guard in &change_set.guards {
            if let Guard::Unique {
                collection: place,
                values,
                ..
            } = guard
            {
                let held: Document = values.clone().into_iter().collect();
                collection(place.name())
                    .find_one(held)
                    .projection(doc! { "_id": 1 })
                    .session(&mut *session)
                    .await?;
            }
        }
        for change in &change_set.changes {
            match change {
                Change::Insert {
                    collection: place,
                    document,
                } => {
                    collection(place.name())
                        .insert_one(document)
                        .session(&mut *session)
                        .await?;
                }
                Change::Patch {
                    collection: place,
                    id,
                    patch,
                } => {
                    collection(place.name())
                        .find_one_and_update(doc! { "_id": *id }, update(patch, &op))
                        .return_document(ReturnDocument::After)
                        .session(&mut *session)
                        .await?;
                }
                Change::Delete {
                    collection: place,
                    id,
                } => {
                    collection(place.name())
                        .delete_one(doc! { "_id": *id })
                        .session(&mut *session)
                        .await?;
                }
                Change::Ledger { entry } => {
                    let rows = collection("payment_ledger");
                    let before = i64::try_from(entry.number.saturating_sub(1))?;
                    rows.find_one(
                        doc! { "device": entry.device.as_str(), "number": { "$gte": before } },
                    )
                    .sort(doc! { "number": -1 })
                    .session(&mut *session)
                    .await?;
                    let mut earlier = rows
                        .find(doc! { "payment": entry.payment.0 })
                        .session(&mut *session)
                        .await?;
                    while earlier.advance(&mut *session).await? {
                        std::hint::black_box(earlier.deserialize_current()?);
                    }
                    rows.insert_one(bson::serialize_to_document(&**entry)?)
                        .session(&mut *session)
                        .await?;
                }
            }
        }
        collection("audit_events")
            .insert_one(bson::serialize_to_document(&change_set.audit())?)
            .session(&mut *session)
            .await?;
        Ok(())
    }

    /// Sets fields of a document, as a program does that knows nothing of change sets.
    pub(crate) fn set(&self, collection: &str, id: ObjectId, fields: Document) -> Outcome {
        self.runtime.block_on(async {
            self.database
                .collection::<Document>(collection)
                .update_one(doc! { "_id": id }, doc! { "$set": fields })
                .await
        })?;
        Ok(())
    }

    /// The rows an aggregation gives.
    pub(crate) fn aggregate(&self, collection: &str, pipeline: Vec<Document>) -> Outcome<usize> {
        self.runtime.block_on(async {
            let mut rows = self
                .database
                .collection::<Document>(collection)
                .aggregate(pipeline)
                .await?;
            let mut count = 0;
            while rows.advance().await? {
                std::hint::black_box(rows.deserialize_current()?);
                count += 1;
            }
            Ok(count)
        })
    }
}

/// The documents a change set names, by collection: those it changes and those it relies on.
fn read_first(change_set: &ChangeSet) -> Vec<(&'static str, Vec<Bson>)> {
    let changed = change_set.changes.iter().filter_map(|change| match change {
        Change::Insert { .. } | Change::Ledger { .. } => None,
        Change::Patch { collection, id, .. } | Change::Delete { collection, id } => {
            Some((collection.name(), *id))
        }
    });
    let relied_on = change_set.guards.iter().filter_map(|guard| match guard {
        Guard::Revision { collection, id, .. } | Guard::Field { collection, id, .. } => {
            Some((collection.name(), *id))
        }
        _ => None,
    });
    let mut places: Vec<(&'static str, ObjectId)> = changed.chain(relied_on).collect();
    places.sort_unstable();
    places.dedup();
    places
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|of_one| {
            let ids = of_one.iter().map(|(_, id)| Bson::ObjectId(*id)).collect();
            Some((of_one.first()?.0, ids))
        })
        .collect()
}

fn update(patch: &Patch, op: &str) -> Document {
    let mut set: Document = patch
        .set
        .iter()
        .filter(|(path, _)| *path != "updatedAt")
        .map(|(path, value)| (path.clone(), value.clone()))
        .collect();
    set.insert("sync.op", op);
    let mut update = doc! { "$set": set, "$currentDate": { "updatedAt": true } };
    let mut more: Document = patch
        .inc
        .iter()
        .map(|(path, by)| (path.clone(), Bson::Int64(*by)))
        .collect();
    more.insert("sync.rev", 1_i64);
    update.insert("$inc", more);
    update
}

fn document(text: &str) -> Outcome<Document> {
    let value: serde_json::Value = serde_json::from_str(text)?;
    match Bson::try_from(value)? {
        Bson::Document(document) => Ok(document),
        _ => Err("a row is not a document".into()),
    }
}
