//! What is held of a source, as the server has it: heads to compare by, documents to upload, and
//! fingerprints by which two replicas are proved equal. What waits is left out.

use bson::{Bson, Document};
use domain::{OpId, Source, Timestamp, change::get_at, source::Head};
use rusqlite::Params;
use sha2::{Digest, Sha256};

use crate::{
    documents::{count as number, parse},
    error::StoreError,
    replica::Reader,
    stamped,
};

/// A source in one figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Which.
    pub source: Source,
    /// Documents in it.
    pub rows: u64,
    /// SHA-256 over identifiers and documents in the order of `_id`, in hexadecimal.
    pub sha256: String,
}

impl Reader<'_> {
    /// Heads of what is held, in the order of `_id`, after one, at most `limit`. Documents that cannot be
    /// read are held too.
    pub fn heads(
        &self,
        source: Source,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Head>, StoreError> {
        let documents = self.documents_after(source, after, limit)?;
        Ok(documents.iter().map(head).collect())
    }

    /// Documents held, whole, in the order of `_id`, after one, at most `limit`.
    pub fn documents_after(
        &self,
        source: Source,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let table = source.name();
        let mut found = Vec::new();
        if source.insert_only() {
            let from = match after {
                Some(Bson::String(op)) => op
                    .parse::<OpId>()
                    .map_or_else(|_| Vec::new(), |op| op.0.as_bytes().to_vec()),
                _ => Vec::new(),
            };
            found.extend(self.held(
                source,
                &format!(
                    "SELECT doc FROM {table} WHERE op > ?1 AND op NOT IN (SELECT op FROM outbox)
                     ORDER BY op LIMIT ?2"
                ),
                rusqlite::params![from, limit],
            )?);
        } else {
            let from = match after {
                Some(Bson::ObjectId(id)) => id.bytes().to_vec(),
                _ => Vec::new(),
            };
            found.extend(self.held(
                source,
                &format!(
                    "SELECT doc FROM {table} t WHERE id > ?1 AND NOT EXISTS (
                       SELECT 1 FROM shadows s WHERE s.collection = ?3 AND s.id = t.id)
                     ORDER BY id LIMIT ?2"
                ),
                rusqlite::params![from, limit, table],
            )?);
            found.extend(self.held(
                source,
                "SELECT doc FROM shadows WHERE collection = ?3 AND id > ?1 AND doc IS NOT NULL
                 ORDER BY id LIMIT ?2",
                rusqlite::params![from, limit, table],
            )?);
        }
        let aside = self.held(
            source,
            "SELECT doc FROM unreadable WHERE source = ?1",
            [table],
        )?;
        found.extend(aside.into_iter().filter(|document| {
            after.is_none_or(|after| place(document.get("_id")) > place(Some(after)))
        }));
        found.sort_by_cached_key(|document| place(document.get("_id")));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// How many documents of a source are held.
    pub fn held_count(&self, source: Source) -> Result<u64, StoreError> {
        let table = source.name();
        let sql = if source.insert_only() {
            format!("SELECT (SELECT count(*) FROM {table}) - (SELECT count(*) FROM outbox o JOIN {table} t ON t.op = o.op)
                       + (SELECT count(*) FROM unreadable WHERE source = ?1)")
        } else {
            format!("SELECT (SELECT count(*) FROM {table})
                       - (SELECT count(*) FROM shadows s JOIN {table} t ON t.id = s.id WHERE s.collection = ?1)
                       + (SELECT count(doc) FROM shadows WHERE collection = ?1)
                       + (SELECT count(*) FROM unreadable WHERE source = ?1)")
        };
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([table], |row| number(row, 0))?)
    }

    /// Every source in one figure. Two replicas that hold the same have the same, whatever order it came
    /// in.
    pub fn fingerprints(&self) -> Result<Vec<Fingerprint>, StoreError> {
        Source::ALL
            .into_iter()
            .map(|source| {
                let key = if source.insert_only() { "op" } else { "id" };
                let sql = format!("SELECT {key}, doc FROM {} ORDER BY {key}", source.name());
                let mut statement = self.connection.prepare(&sql)?;
                let mut rows = statement.query([])?;
                let (mut count, mut hash) = (0, Sha256::new());
                while let Some(row) = rows.next()? {
                    hash.update(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
                    hash.update(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
                    hash.update([0]);
                    count += 1;
                }
                Ok(Fingerprint {
                    source,
                    rows: count,
                    sha256: hex::encode(hash.finalize()),
                })
            })
            .collect()
    }

    fn held(
        &self,
        source: Source,
        sql: &str,
        params: impl Params,
    ) -> Result<Vec<Document>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let mut document = parse(source.name(), "", text)?;
            if source == Source::Audit
                && let Some(op) = document.remove("op")
            {
                // Written before there were servers.
                document.insert("_id", op);
            }
            found.push(document);
        }
        Ok(found)
    }
}

fn head(document: &Document) -> Head {
    let moment = |value: Option<&Bson>| match value {
        Some(Bson::DateTime(at)) => Some(*at),
        _ => None::<Timestamp>,
    };
    Head {
        id: document.get("_id").cloned().unwrap_or(Bson::Null),
        updated_at: moment(document.get("updatedAt")),
        rev: stamped::revision(document),
        op: match get_at(document, "sync.op") {
            Some(Bson::String(op)) => Some(op.clone()),
            _ => None,
        },
        version: match document.get("__v") {
            Some(Bson::Int32(version)) => i64::from(*version),
            Some(Bson::Int64(version)) => *version,
            // A shell writes its numbers as doubles; versions count no further than 2^53.
            Some(Bson::Double(version)) if version.fract() == 0.0 && version.abs() < 9e15 => {
                version.to_string().parse().unwrap_or(0)
            }
            _ => 0,
        },
    }
}

/// Where an identifier stands in MongoDB's order: numbers, texts, everything else, ObjectIds.
fn place(id: Option<&Bson>) -> (u8, Vec<u8>) {
    match id {
        None | Some(Bson::Null) => (0, Vec::new()),
        Some(Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_)) => (1, Vec::new()),
        Some(Bson::String(text)) => (2, text.as_bytes().to_vec()),
        Some(Bson::ObjectId(id)) => (4, id.bytes().to_vec()),
        Some(_) => (3, Vec::new()),
    }
}
