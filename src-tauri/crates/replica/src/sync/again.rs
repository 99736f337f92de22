//! What has to be fetched from the server once more: displaced by a value that may occur once only, or
//! held in another form than an answer told of. Noted in the transaction that found it, so that a program
//! that ends in between forgets nothing; struck out when it was fetched.
//!
//! Deliberately absent: fetching. The sync engine does.

use bson::Bson;
use domain::Source;
use rusqlite::Connection;

use super::touches;
use crate::{
    connection,
    documents::{encode, parse},
    error::StoreError,
    meta,
    replica::{Reader, Replica},
};

/// What the facts begin with that name such a document.
pub(super) const PREFIX: &str = "fetch-again ";

fn fact(source: Source, id: &Bson) -> String {
    format!("{PREFIX}{} {}", source.name(), touches::key(id))
}

/// Notes that a document has to be fetched again.
pub(super) fn note(connection: &Connection, source: Source, id: &Bson) -> Result<(), StoreError> {
    let place = encode(&bson::doc! { "source": source.name(), "_id": id.clone() });
    meta::set(connection, &fact(source, id), &place)
}

impl Replica {
    /// These were fetched again. Does not wait for the disk: fetching one twice harms nothing.
    pub fn fetched_again(&self, documents: &[(Source, Bson)]) -> Result<(), StoreError> {
        if documents.is_empty() {
            return Ok(());
        }
        let mut writer = self.writer();
        connection::unhurried(&mut writer, |connection| {
            let transaction = Self::begin(connection)?;
            for (source, id) in documents {
                transaction
                    .prepare_cached("DELETE FROM meta WHERE key = ?1")?
                    .execute([fact(*source, id)])?;
            }
            Ok(transaction.commit()?)
        })
    }
}

impl Reader<'_> {
    /// What has to be fetched again, also from before the program was last started.
    pub fn to_fetch_again(&self) -> Result<Vec<(Source, Bson)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT key, value FROM meta WHERE key >= ?1 AND key < ?2")?;
        let after = format!("{}!", PREFIX.trim_end());
        let mut rows = statement.query([PREFIX, &after])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, value): (String, String) = (row.get(0)?, row.get(1)?);
            let mut place = parse("meta", &key, &value)?;
            let source = place.get_str("source").ok().and_then(Source::named);
            if let (Some(source), Some(id)) = (source, place.remove("_id")) {
                found.push((source, id));
            }
        }
        Ok(found)
    }
}
