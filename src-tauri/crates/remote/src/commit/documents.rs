//! The documents an attempt has read and written, as they stand within it.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{Collection, missed};
use futures_util::TryStreamExt;
use mongodb::ClientSession;

use super::Stop;
use crate::{port::Standing, server::Server};

/// Documents by where they are; none: known not to be there.
#[derive(Debug, Default)]
pub(super) struct Documents {
    known: BTreeMap<(Collection, ObjectId), Option<Document>>,
    written: Vec<(Collection, ObjectId)>,
}

impl Documents {
    /// Reads all of these, one request a collection.
    pub(super) async fn read(
        server: &Server,
        session: &mut ClientSession,
        places: impl IntoIterator<Item = (Collection, ObjectId)>,
    ) -> Result<Self, Stop> {
        let mut documents = Self::default();
        let mut wanted: BTreeMap<Collection, Vec<Bson>> = BTreeMap::new();
        for (collection, id) in places {
            documents.known.insert((collection, id), None);
            wanted.entry(collection).or_default().push(id.into());
        }
        for (collection, ids) in wanted {
            let mut cursor = server
                .database()
                .collection::<Document>(collection.name())
                .find(doc! { "_id": { "$in": ids } })
                .session(&mut *session)
                .await?;
            let found: Vec<Document> = cursor.stream(session).try_collect().await?;
            for document in found {
                if let Ok(id) = document.get_object_id("_id") {
                    documents.known.insert((collection, id), Some(document));
                }
            }
        }
        Ok(documents)
    }

    /// A document that must be there.
    pub(super) fn get(&self, collection: Collection, id: ObjectId) -> Result<&Document, Stop> {
        self.find(collection, id)
            .ok_or_else(|| Stop::Missed(missed::gone(collection)))
    }

    /// A document, if it is there.
    pub(super) fn find(&self, collection: Collection, id: ObjectId) -> Option<&Document> {
        self.known.get(&(collection, id))?.as_ref()
    }

    /// Notes what was written; none: taken away.
    pub(super) fn wrote(
        &mut self,
        collection: Collection,
        id: ObjectId,
        document: Option<Document>,
    ) {
        self.known.insert((collection, id), document);
        if !self.written.contains(&(collection, id)) {
            self.written.push((collection, id));
        }
    }

    /// What was written, as it is now.
    pub(super) fn standings(&self) -> Vec<Standing> {
        self.written
            .iter()
            .map(|&(collection, id)| Standing {
                collection,
                id,
                document: self.find(collection, id).cloned(),
            })
            .collect()
    }
}
