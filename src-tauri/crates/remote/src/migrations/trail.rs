//! Rows of the audit trail from before it was chained get their places in their devices' chains, in the
//! order in which they happened. Rows that have a place keep it, so a run that was cut off goes on.
//!
//! Deliberately absent: chaining what is committed from now on; each commit does.

use std::collections::HashMap;

use bson::{Document, doc};
use domain::{DeviceId, audit::AuditEvent, chain::SeriesTail};
use futures_util::TryStreamExt;
use mongodb::Database;

use super::{error::MigrationError, lock::Lock};
use crate::port::{RemoteError, Source};

/// Rows sealed at once.
const PAGE: i64 = 500;

/// Gives every row its place.
pub(super) async fn adopt(db: &Database, lock: &Lock) -> Result<(), MigrationError> {
    let rows = db.collection::<Document>(Source::Audit.name());
    let mut tails: HashMap<DeviceId, SeriesTail> = HashMap::new();
    let unchained = doc! { "chain.number": null };
    loop {
        lock.renew(db).await?;
        let page: Vec<Document> = rows
            .find(unchained.clone())
            .sort(doc! { "at": 1, "_id": 1 })
            .limit(PAGE)
            .await?
            .try_collect()
            .await?;
        if page.is_empty() {
            return Ok(());
        }
        for document in page {
            let event: AuditEvent = bson::deserialize_from_document(document)
                .map_err(|error| failed(&format!("an audit row cannot be read: {error}")))?;
            let device = event.actor.device.clone();
            let tail = match tails.remove(&device) {
                Some(tail) => tail,
                None => last(db, &device).await?,
            };
            let op = event.op.to_string();
            let sealed = event.sealed(&tail, bson::Uuid::new().to_string());
            let fields =
                bson::serialize_to_document(&sealed).map_err(|error| failed(&error.to_string()))?;
            let mut set = Document::new();
            for name in ["chain", "sync"] {
                if let Some(value) = fields.get(name) {
                    set.insert(name, value.clone());
                }
            }
            let sent = async {
                Ok(rows
                    .update_one(
                        doc! { "_id": op, "chain.number": null },
                        doc! { "$set": set },
                    )
                    .await)
            };
            lock.while_held(db, sent).await??;
            if let Some(tail) = sealed.tail() {
                tails.insert(device, tail);
            }
        }
    }
}

/// Where a device's chain ends.
async fn last(db: &Database, device: &DeviceId) -> Result<SeriesTail, MigrationError> {
    let row = db
        .collection::<AuditEvent>(Source::Audit.name())
        .find_one(doc! { "actor.device": device.as_str(), "chain.number": { "$gt": 0 } })
        .sort(doc! { "chain.number": -1 })
        .await?;
    Ok(row
        .and_then(|row| row.tail())
        .unwrap_or_else(|| SeriesTail::fresh(device.clone())))
}

fn failed(reason: &str) -> MigrationError {
    MigrationError::Remote(RemoteError::Failed(reason.to_owned()))
}
