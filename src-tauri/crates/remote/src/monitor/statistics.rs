//! Sizes of collections, as `$collStats` tells them.

use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use mongodb::Database;

use crate::{Server, failure::code, port::RemoteError};

/// A collection and its sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectionSize {
    /// Which.
    pub collection: String,
    /// Documents.
    pub count: u64,
    /// Bytes of documents.
    pub bytes: u64,
    /// Mean bytes of a document.
    pub mean_bytes: f64,
    /// Bytes on the disk, indexes left out.
    pub storage_bytes: u64,
    /// How many indexes.
    pub indexes: u64,
    /// Bytes of indexes.
    pub index_bytes: u64,
    /// Bytes of each index.
    pub by_index: Vec<(String, u64)>,
}

impl Server {
    /// The sizes of the database's collections, by name; those the login may not look at left out.
    pub fn statistics(&self) -> Result<Vec<CollectionSize>, RemoteError> {
        self.block_on(sizes(self.database()))
            .map_err(|error| self.meaning(&error))
    }
}

pub(super) async fn sizes(db: &Database) -> mongodb::error::Result<Vec<CollectionSize>> {
    let mut names = db.list_collection_names().await?;
    names.sort();
    let mut all = Vec::new();
    for name in names {
        if name.starts_with("system.") {
            continue;
        }
        match size(db, &name).await {
            Ok(found) => all.extend(found),
            // Unauthorized, or a view.
            Err(error) if matches!(code(&error), Some(13 | 166)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

async fn size(db: &Database, name: &str) -> mongodb::error::Result<Option<CollectionSize>> {
    let rows: Vec<Document> = db
        .collection::<Document>(name)
        .aggregate([doc! { "$collStats": { "storageStats": {} } }])
        .await?
        .try_collect()
        .await?;
    // One row a shard.
    let mut sum: Option<CollectionSize> = None;
    for stats in rows
        .iter()
        .filter_map(|row| row.get_document("storageStats").ok())
    {
        let figure = |name: &str| whole(stats.get(name));
        let all = sum.get_or_insert_with(|| CollectionSize {
            collection: name.to_owned(),
            count: 0,
            bytes: 0,
            mean_bytes: 0.0,
            storage_bytes: 0,
            indexes: figure("nindexes"),
            index_bytes: 0,
            by_index: Vec::new(),
        });
        all.count += figure("count");
        all.bytes += figure("size");
        all.storage_bytes += figure("storageSize");
        all.index_bytes += figure("totalIndexSize");
        for (index, bytes) in stats.get_document("indexSizes").into_iter().flatten() {
            match all.by_index.iter_mut().find(|(name, _)| name == index) {
                Some((_, sum)) => *sum += whole(Some(bytes)),
                None => all.by_index.push((index.clone(), whole(Some(bytes)))),
            }
        }
    }
    Ok(sum.map(|mut all| {
        if all.count > 0 {
            all.mean_bytes = ratio(all.bytes, all.count);
        }
        all
    }))
}

/// One number by another.
pub(super) fn ratio(one: u64, other: u64) -> f64 {
    let double = |n: u64| u32::try_from(n).map_or_else(|_| n as f64, f64::from);
    double(one) / double(other)
}

/// A figure of any number type, rounded down; 0 where there is none.
pub(super) fn whole(value: Option<&Bson>) -> u64 {
    match value {
        Some(Bson::Int32(n)) => u64::try_from(*n).unwrap_or_default(),
        Some(Bson::Int64(n)) => u64::try_from(*n).unwrap_or_default(),
        Some(Bson::Double(d)) if *d > 0.0 => *d as u64,
        _ => 0,
    }
}
