//! A third writer that behaves as a Mongoose program does: it knows nothing of `sync`, saves whole
//! arrays, counts them in `__v`, stamps `updatedAt` by its own clock, and leaves fields of its own.

use std::sync::Arc;

use bson::{Bson, Document, oid::ObjectId};
use domain::{Collection, Source, Timestamp, change::get_at};

use super::ModelServer;

/// A program beside Matricula on the same database.
#[derive(Clone, Debug)]
pub struct Mongoose {
    server: Arc<ModelServer>,
    /// How far its clock is ahead of the server's, milliseconds.
    pub clock_ahead_ms: i64,
}

impl Mongoose {
    /// One whose clock is this far ahead.
    pub fn beside(server: &Arc<ModelServer>, clock_ahead_ms: i64) -> Self {
        Self {
            server: Arc::clone(server),
            clock_ahead_ms,
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.server.now().timestamp_millis() + self.clock_ahead_ms)
    }

    /// `document.set(field, value); document.save()`. False where there is no such document.
    pub fn save(
        &self,
        collection: Collection,
        id: ObjectId,
        field: &str,
        value: impl Into<Bson>,
    ) -> bool {
        let value = value.into();
        self.change(collection, id, |document| {
            if matches!(value, Bson::Array(_)) {
                count_arrays(document);
            }
            put(document, field, value);
        })
    }

    /// `document.array.push(element); document.save()`.
    pub fn push(
        &self,
        collection: Collection,
        id: ObjectId,
        field: &str,
        element: impl Into<Bson>,
    ) -> bool {
        let element = element.into();
        self.change(collection, id, |document| {
            let mut array = match get_at(document, field) {
                Some(Bson::Array(array)) => array.clone(),
                _ => Vec::new(),
            };
            array.push(element);
            count_arrays(document);
            put(document, field, Bson::Array(array));
        })
    }

    /// Rewrites an array as a whole from what the program had loaded before.
    pub fn save_array(
        &self,
        collection: Collection,
        id: ObjectId,
        field: &str,
        edit: impl FnOnce(&mut Vec<Bson>),
    ) -> bool {
        self.change(collection, id, |document| {
            let mut array = match get_at(document, field) {
                Some(Bson::Array(array)) => array.clone(),
                _ => Vec::new(),
            };
            edit(&mut array);
            count_arrays(document);
            put(document, field, Bson::Array(array));
        })
    }

    /// `Model.create(document)`.
    pub fn create(&self, collection: Collection, mut document: Document) {
        let now = self.now();
        document.insert("__v", 0);
        document.insert("createdAt", now);
        document.insert("updatedAt", now);
        let mut data = self.server.data();
        data.put(Source::Documents(collection), document);
        drop(data);
        self.server.wake();
    }

    /// `Model.deleteOne({_id})`: no tombstone, no audit.
    pub fn delete(&self, collection: Collection, id: ObjectId) -> bool {
        let gone = self
            .server
            .data()
            .remove(Source::Documents(collection), &Bson::ObjectId(id));
        self.server.wake();
        gone
    }

    fn change(
        &self,
        collection: Collection,
        id: ObjectId,
        edit: impl FnOnce(&mut Document),
    ) -> bool {
        let now = self.now();
        let mut data = self.server.data();
        let source = Source::Documents(collection);
        let Some(mut document) = data.get(source, &Bson::ObjectId(id)).cloned() else {
            return false;
        };
        edit(&mut document);
        document.insert("updatedAt", now);
        data.put(source, document);
        drop(data);
        self.server.wake();
        true
    }
}

fn count_arrays(document: &mut Document) {
    let next = match document.get("__v") {
        Some(Bson::Int32(v)) => v + 1,
        _ => 1,
    };
    document.insert("__v", next);
}

fn put(document: &mut Document, path: &str, value: Bson) {
    domain::change::Patch::new()
        .put(path, value)
        .apply(document);
}
