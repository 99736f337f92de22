//! Putting whole documents on the server as they are: what attaching a filled workspace does, source by
//! source, and may do again from the beginning after it was cut off.
//!
//! Deliberately absent: deciding what may be uploaded, and the change sets' way of writing.

use bson::{Bson, Document, doc};
use domain::missed;
use mongodb::{error::ErrorKind, options::WriteConcern};

use crate::{
    failure,
    port::{Filter, RemoteError, Slice, Source, View},
    server::Server,
};

/// Documents one command carries at most.
const CHUNK: usize = 500;
/// Bytes of documents one command carries, unless it is one document: a command is a document itself, and a
/// server takes none of more than 16 MB.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

impl Server {
    /// Puts whole documents there as they are, in their order: inserted, or put in the place of the one
    /// with this `_id`. Rows of the trails are only inserted: one that is there already must be the same.
    /// What was put before a failure stays.
    pub fn put_all(&self, source: Source, documents: &[Document]) -> Result<(), RemoteError> {
        let mut left = documents;
        while !left.is_empty() {
            let (chunk, rest) = left.split_at(fitting(left)?);
            left = rest;
            if source.insert_only() {
                self.put_rows(source, chunk)?;
            } else {
                self.put_documents(source, chunk)?;
            }
        }
        Ok(())
    }

    fn put_documents(&self, source: Source, documents: &[Document]) -> Result<(), RemoteError> {
        let updates: Vec<Bson> = documents
            .iter()
            .map(|document| {
                let id = document.get("_id").cloned().unwrap_or(Bson::Null);
                doc! { "q": { "_id": id }, "u": document.clone(), "upsert": true }.into()
            })
            .collect();
        let answer = self.command(doc! {
            "update": source.name(),
            "updates": updates,
            "ordered": true,
            "writeConcern": { "w": "majority" },
        })?;
        match answer
            .get_array("writeErrors")
            .ok()
            .and_then(|errors| errors.first())
            .and_then(Bson::as_document)
        {
            Some(error) => Err(self.not_taken(source, error)),
            None => Ok(()),
        }
    }

    fn put_rows(&self, source: Source, rows: &[Document]) -> Result<(), RemoteError> {
        let collection = self.database().collection::<Document>(source.name());
        let put = self.call(async {
            let put = collection
                .insert_many(rows)
                .ordered(false)
                .write_concern(WriteConcern::majority())
                .await;
            match put {
                Ok(_) => Ok(Vec::new()),
                Err(error) => match error.kind.as_ref() {
                    // Unordered: all others were inserted.
                    ErrorKind::InsertMany(failed)
                        if failed.write_errors.as_ref().is_some_and(|errors| {
                            errors.iter().all(|one| one.code == failure::DUPLICATE)
                        }) =>
                    {
                        Ok(failed
                            .write_errors
                            .iter()
                            .flatten()
                            .map(|one| one.index)
                            .collect::<Vec<usize>>())
                    }
                    _ => Err(error),
                },
            }
        })?;
        let refused: Vec<&Document> = put.iter().filter_map(|at| rows.get(*at)).collect();
        if refused.is_empty() {
            return Ok(());
        }
        let ids: Vec<Bson> = refused
            .iter()
            .filter_map(|row| row.get("_id").cloned())
            .collect();
        let slice = Slice {
            source,
            filter: Filter::All,
            view: View::Whole,
        };
        let there = self.read_documents(&slice, &ids)?;
        for row in refused {
            if !there.contains(row) {
                return Err(RemoteError::Failed(format!(
                    "row {} of {} is there already and is another one",
                    row.get("_id").map(Bson::to_string).unwrap_or_default(),
                    source.name()
                )));
            }
        }
        Ok(())
    }

    /// Says why a document could not be put there.
    fn not_taken(&self, source: Source, error: &Document) -> RemoteError {
        let code = error.get_i32("code").unwrap_or_default();
        let said = error.get_str("errmsg").unwrap_or_default();
        let key = failure::key_of(error).unwrap_or_default();
        match (code, source, key.as_slice()) {
            (failure::DUPLICATE, Source::Documents(collection), [.., field]) => {
                RemoteError::Failed(missed::taken(collection, field).message)
            }
            (failure::INVALID_DOCUMENT, ..) => RemoteError::Failed(format!(
                "a record of {} does not have the form it must have",
                source.name()
            )),
            _ => RemoteError::Failed(said.to_owned()),
        }
    }
}

/// How many of these documents one command carries; at least one.
fn fitting(documents: &[Document]) -> Result<usize, RemoteError> {
    let mut bytes = 0_usize;
    for (n, document) in documents.iter().take(CHUNK).enumerate() {
        bytes = bytes.saturating_add(
            document
                .to_vec()
                .map_err(|error| RemoteError::Failed(error.to_string()))?
                .len(),
        );
        if bytes > CHUNK_BYTES {
            return Ok(n.max(1));
        }
    }
    Ok(documents.len().min(CHUNK))
}
