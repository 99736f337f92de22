//! Reading for the sync engine: pages, documents by their ids, counts, heads, what changed since, and
//! where a ledger series stands. Each query is made in [`crate::queries`].
//!
//! Deliberately absent: what a desktop may see. The server's roles and `sync::plan` decide that.

use bson::{Bson, Document, oid::ObjectId};
use domain::{Collection, DeviceId, Timestamp, ledger::SeriesTail};
use futures_util::TryStreamExt;

use crate::{
    port::{Head, RemoteError, Slice, Tombstone, Watermark},
    queries::{self, Query},
    server::Server,
};

/// Deletions told of at once.
const TOMBSTONES: u32 = 10_000;
/// Documents the driver fetches in one request.
const BATCH: u32 = 1000;

impl Server {
    pub(crate) fn read_page(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.found_in_order(queries::page(slice, after, limit), limit)
    }

    pub(crate) fn read_documents(
        &self,
        slice: &Slice,
        ids: &[Bson],
    ) -> Result<Vec<Document>, RemoteError> {
        self.found(queries::fetch(slice, ids))
    }

    pub(crate) fn read_count(&self, slice: &Slice) -> Result<u64, RemoteError> {
        let Some(query) = queries::count(slice) else {
            return Ok(0);
        };
        let collection = self.database().collection::<Document>(query.collection);
        self.call(async {
            if query.filter.is_empty() {
                collection.estimated_document_count().await
            } else {
                collection.count_documents(query.filter).await
            }
        })
    }

    pub(crate) fn read_changed(
        &self,
        slice: &Slice,
        from: Option<&Watermark>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.found(queries::changed_since(slice, from, limit))
    }

    pub(crate) fn read_heads(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Head>, RemoteError> {
        Ok(self
            .found_in_order(queries::heads(slice, after, limit), limit)?
            .iter()
            .map(head)
            .collect())
    }

    pub(crate) fn read_applied(
        &self,
        from: &Watermark,
        limit: u32,
    ) -> Result<Vec<Watermark>, RemoteError> {
        let rows = self.found(Some(queries::applied_since(from, limit)))?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                Some(Watermark {
                    at: *row.get_datetime("at").ok()?,
                    id: row.get("_id")?.clone(),
                })
            })
            .collect())
    }

    pub(crate) fn read_series(
        &self,
        device: &DeviceId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.found(Some(queries::series_after(device, after, limit)))
    }

    pub(crate) fn read_tombstones(&self, from: Timestamp) -> Result<Vec<Tombstone>, RemoteError> {
        let mut query = queries::tombstones(from);
        query.limit = Some(TOMBSTONES);
        Ok(self
            .found(Some(query))?
            .iter()
            .filter_map(tombstone)
            .collect())
    }

    pub(crate) fn read_tail(&self, device: &DeviceId) -> Result<SeriesTail, RemoteError> {
        let rows = self.found(Some(queries::tail(device)))?;
        tail_of(device, rows.first())
    }

    /// What several queries find in the order of `_id`, each document once, at most `limit`.
    fn found_in_order(
        &self,
        queries: Vec<Query>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        let several = queries.len() > 1;
        let mut all = Vec::new();
        for query in queries {
            all.extend(self.found(Some(query))?);
        }
        if several {
            let id = |document: &Document| document.get_object_id("_id").ok();
            all.sort_by_key(id);
            all.dedup_by_key(|document| id(document));
            all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(all)
    }

    /// What a query finds.
    pub(crate) fn found(&self, query: Option<Query>) -> Result<Vec<Document>, RemoteError> {
        let Some(query) = query else {
            return Ok(Vec::new());
        };
        self.call(async {
            let collection = self.database().collection::<Document>(query.collection);
            let mut find = collection.find(query.filter);
            if let Some(sort) = query.sort {
                find = find.sort(sort);
            }
            if let Some(projection) = query.projection {
                find = find.projection(projection);
            }
            find = find.batch_size(query.limit.unwrap_or(BATCH));
            if let Some(limit) = query.limit {
                find = find.limit(i64::from(limit));
            }
            find.await?.try_collect().await
        })
    }
}

/// The end of a series, as the row of the highest number says.
pub(crate) fn tail_of(
    device: &DeviceId,
    row: Option<&Document>,
) -> Result<SeriesTail, RemoteError> {
    let Some(row) = row else {
        return Ok(SeriesTail::fresh(device.clone()));
    };
    let strange =
        || RemoteError::Failed(format!("the last ledger row of {device} is not readable"));
    Ok(SeriesTail {
        device: device.clone(),
        last: whole(row.get("number"))
            .and_then(|number| u64::try_from(number).ok())
            .ok_or_else(strange)?,
        hash: row.get_str("hash").map_err(|_| strange())?.to_owned(),
    })
}

/// A whole number, whatever its type.
pub(crate) fn whole(value: Option<&Bson>) -> Option<i64> {
    match value {
        Some(Bson::Int32(n)) => Some(i64::from(*n)),
        Some(Bson::Int64(n)) => Some(*n),
        // Another program's numbers are doubles; they count no further than 2^53.
        Some(Bson::Double(n)) if n.fract() == 0.0 && n.abs() < 9e15 => n.to_string().parse().ok(),
        _ => None,
    }
}

fn head(document: &Document) -> Head {
    let stamp = document.get_document("sync").ok();
    Head {
        id: document.get("_id").cloned().unwrap_or(Bson::Null),
        updated_at: document.get_datetime("updatedAt").ok().copied(),
        rev: whole(stamp.and_then(|stamp| stamp.get("rev"))).unwrap_or(0),
        op: stamp
            .and_then(|stamp| stamp.get_str("op").ok())
            .map(str::to_owned),
        version: whole(document.get("__v")).unwrap_or(0),
    }
}

/// A row of another program's making that says neither where nor what tells nothing.
fn tombstone(row: &Document) -> Option<Tombstone> {
    let place = row.get_document("_id").ok()?;
    let name = place.get_str("collection").ok()?;
    let id: ObjectId = place.get_object_id("id").ok()?;
    Some(Tombstone {
        collection: Collection::ALL
            .into_iter()
            .find(|collection| collection.name() == name)?,
        id,
        at: *row.get_datetime("at").ok()?,
    })
}
