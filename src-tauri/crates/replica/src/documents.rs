//! Documents as the file keeps them: canonical extended JSON, which loses no BSON type and no field,
//! and their way back into the types of `domain`.

use std::fmt::Display;

use bson::{Bson, Document, oid::ObjectId};
use domain::Collection;
use rusqlite::{OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;

use crate::{error::StoreError, replica::Reader};

/// The document as text.
pub(crate) fn encode(document: &Document) -> String {
    let mut text = String::with_capacity(1024);
    put_document(&mut text, document);
    text
}

fn put_document(text: &mut String, document: &Document) {
    text.push('{');
    for (at, (name, value)) in document.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        put_string(text, name);
        text.push(':');
        put_value(text, value);
    }
    text.push('}');
}

/// Canonical extended JSON of what documents are made of, written straight; what is rare is left to the
/// library.
fn put_value(text: &mut String, value: &Bson) {
    match value {
        Bson::Document(document) => put_document(text, document),
        Bson::Array(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                put_value(text, value);
            }
            text.push(']');
        }
        Bson::String(value) => put_string(text, value),
        Bson::Boolean(true) => text.push_str("true"),
        Bson::Boolean(false) => text.push_str("false"),
        Bson::Null => text.push_str("null"),
        Bson::ObjectId(id) => put_typed(text, "$oid", &id.to_hex()),
        Bson::Int32(value) => put_typed(text, "$numberInt", &value.to_string()),
        Bson::Int64(value) => put_typed(text, "$numberLong", &value.to_string()),
        Bson::DateTime(at) => {
            text.push_str("{\"$date\":");
            put_typed(text, "$numberLong", &at.timestamp_millis().to_string());
            text.push('}');
        }
        rare => text.push_str(&rare.clone().into_canonical_extjson().to_string()),
    }
}

fn put_typed(text: &mut String, kind: &str, plain: &str) {
    for part in ["{\"", kind, "\":\"", plain, "\"}"] {
        text.push_str(part);
    }
}

fn put_string(text: &mut String, value: &str) {
    if value
        .bytes()
        .any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
    {
        text.push_str(&serde_json::Value::from(value).to_string());
    } else {
        text.push('"');
        text.push_str(value);
        text.push('"');
    }
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
            Collection::AuthTokens => "SELECT doc FROM auth_tokens WHERE id = ?1",
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

/// The document in the second column of a query for `id, doc`.
pub(crate) fn decode_row<T: DeserializeOwned>(
    collection: Collection,
    row: &Row<'_>,
) -> Result<T, StoreError> {
    let id = object_id(row, 0)?;
    let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    decode(collection.name(), id, parse(collection.name(), id, text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bson::doc;

    #[test]
    fn the_text_is_the_librarys() {
        let document = doc! {
            "plain": "text", "ünï": "c\u{7f}ö\u{2028}", "quoted\"name": "a\"b\\c\n\u{1}\t/",
            "id": ObjectId::from_bytes([7; 12]), "at": bson::DateTime::from_millis(-1),
            "later": bson::DateTime::from_millis(i64::MAX), "int": i32::MIN, "long": i64::MIN,
            "double": 1.0, "half": -0.5, "nan": f64::NAN, "far": f64::INFINITY, "tiny": 1e-300,
            "yes": true, "no": false, "null": Bson::Null, "empty": {}, "none": [],
            "deep": { "list": [1_i32, { "a": [Bson::Null, "x"] }, 2_i64] },
            "bytes": Bson::Binary(bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: vec![1, 2] }),
            "stamp": Bson::Timestamp(bson::Timestamp { time: 1, increment: 2 }),
            "least": Bson::MinKey, "undefined": Bson::Undefined,
        };
        assert_eq!(
            encode(&document),
            Bson::Document(document)
                .into_canonical_extjson()
                .to_string()
        );
    }
}
