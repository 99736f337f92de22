//! Documents as the file keeps them: canonical extended JSON, which loses no BSON type and no field,
//! and their way back into the types of `domain`.

use std::fmt::Display;

use bson::{Bson, Document, oid::ObjectId};
use domain::Collection;
use rusqlite::{OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;

use crate::{error::StoreError, replica::Reader};

/// The document as text.
pub(crate) fn encode(document: Document) -> String {
    Bson::Document(document)
        .into_canonical_extjson()
        .to_string()
}

/// The text as a document again.
pub(crate) fn parse(
    collection: &'static str,
    id: impl Display,
    text: &str,
) -> Result<Document, StoreError> {
    let unreadable = |reason: String| StoreError::Unreadable {
        collection,
        id: id.to_string(),
        reason,
    };
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    match Bson::try_from(value) {
        Ok(Bson::Document(document)) => Ok(document),
        Ok(_) => Err(unreadable("it is not a document".to_owned())),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

/// The document as the type its collection holds.
pub(crate) fn decode<T: DeserializeOwned>(
    collection: &'static str,
    id: impl Display,
    document: Document,
) -> Result<T, StoreError> {
    bson::deserialize_from_document(document).map_err(|error| StoreError::Unreadable {
        collection,
        id: id.to_string(),
        reason: error.to_string(),
    })
}

/// The ObjectId in a column of 12 bytes.
pub(crate) fn object_id(row: &Row<'_>, index: usize) -> rusqlite::Result<ObjectId> {
    row.get::<_, [u8; 12]>(index).map(ObjectId::from_bytes)
}

/// A count in a column.
pub(crate) fn count(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(index)
        .map(|count| u64::try_from(count).unwrap_or_default())
}

impl Reader<'_> {
    /// A document as it is stored, with the fields of other programs.
    pub fn document(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> Result<Option<Document>, StoreError> {
        let id = id.into();
        let sql = match collection {
            Collection::Users => "SELECT doc FROM users WHERE id = ?1",
            Collection::Courses => "SELECT doc FROM courses WHERE id = ?1",
            Collection::Enrollments => "SELECT doc FROM enrollments WHERE id = ?1",
            Collection::Payments => "SELECT doc FROM payments WHERE id = ?1",
            Collection::Devices => "SELECT doc FROM devices WHERE id = ?1",
            Collection::Settings => "SELECT doc FROM settings WHERE id = ?1",
            Collection::Imports => "SELECT doc FROM imports WHERE id = ?1",
            Collection::Sessions => "SELECT doc FROM sessions WHERE id = ?1",
        };
        let text: Option<String> = self
            .connection
            .prepare_cached(sql)?
            .query_row([id.bytes()], |row| row.get(0))
            .optional()?;
        text.map(|text| parse(collection.name(), id, &text))
            .transpose()
    }

    /// How many change sets have written the document (`sync.rev`; 0 for another program's).
    pub fn revision(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> Result<Option<i64>, StoreError> {
        let sql = format!("SELECT rev FROM {} WHERE id = ?1", collection.name());
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([id.into().bytes()], |row| row.get(0))
            .optional()?)
    }

    /// The first row of a query for `id, doc`, decoded.
    pub(crate) fn one<T: DeserializeOwned>(
        &self,
        collection: Collection,
        sql: &str,
        params: impl Params,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        match rows.next()? {
            Some(row) => decode_row(collection, row).map(Some),
            None => Ok(None),
        }
    }

    /// Every row of a query for `id, doc`, decoded.
    pub(crate) fn all<T: DeserializeOwned>(
        &self,
        collection: Collection,
        sql: &str,
        params: impl Params,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(collection, sql, params, |value| {
            found.push(value);
            Ok(())
        })?;
        Ok(found)
    }

    /// Every row of a query for `id, doc`, decoded and handed on one at a time.
    pub(crate) fn each<T: DeserializeOwned>(
        &self,
        collection: Collection,
        sql: &str,
        params: impl Params,
        mut visit: impl FnMut(T) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            visit(decode_row(collection, row)?)?;
        }
        Ok(())
    }

    /// Whether a query has a row.
    pub(crate) fn exists(&self, sql: &str, params: impl Params) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.exists(params)?)
    }

    /// The one number a query gives.
    pub(crate) fn number(&self, sql: &str, params: impl Params) -> Result<i64, StoreError> {
        Ok(self
            .connection
            .prepare_cached(sql)?
            .query_row(params, |row| row.get(0))?)
    }
}

fn decode_row<T: DeserializeOwned>(collection: Collection, row: &Row<'_>) -> Result<T, StoreError> {
    let id = object_id(row, 0)?;
    let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    decode(collection.name(), id, parse(collection.name(), id, text)?)
}
