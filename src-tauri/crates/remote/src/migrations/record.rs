//! What `migrations` remembers of each migration that was applied.

use bson::{Document, doc};
use domain::{DeviceId, Timestamp};
use futures_util::TryStreamExt;
use mongodb::Database;
use serde::{Deserialize, Serialize};

use super::{Migration, error::MigrationError};

/// The collection of them.
pub(crate) const RECORDS: &str = "migrations";

/// A migration that was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its number.
    #[serde(rename = "_id")]
    pub number: i32,
    /// Its name.
    pub name: String,
    /// SHA-256 over its steps, as they were applied.
    pub checksum: String,
    /// When.
    pub at: Timestamp,
    /// From which desktop.
    pub device: DeviceId,
    /// How long it took, milliseconds.
    pub took_ms: i64,
    /// Steps the server could not take.
    #[serde(default)]
    pub skipped: Vec<Skipped>,
    /// Indexes of another program that do the same, taken as ours.
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// Collections it made; the others were there.
    #[serde(default)]
    pub made: Vec<String>,
    /// Validators of another program that it replaced, for the way back.
    #[serde(default)]
    pub replaced: Vec<Replaced>,
}

/// A step the server could not take; the next run tries it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The step, e.g. `index courses.courses_text`.
    pub step: String,
    /// The server's error code; none where it was not asked.
    pub code: Option<i32>,
    /// Why, in words.
    pub why: String,
}

impl Skipped {
    /// In one sentence.
    pub fn told(&self) -> String {
        format!("{}: {}", self.step, self.why)
    }
}

/// An index of another program that does the same as ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The step, e.g. `index users.users_by_email`.
    pub step: String,
    /// The index's name on the server.
    pub name: String,
}

/// A validator of another program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replaced {
    /// Of this collection.
    pub collection: String,
    /// Its `validator`, `validationLevel` and `validationAction`.
    pub options: Document,
}

impl Record {
    /// A record of a migration nothing of which has been done.
    pub(crate) fn begun(migration: &Migration, device: &DeviceId, at: Timestamp) -> Self {
        Self {
            number: migration.number,
            name: migration.name.to_owned(),
            checksum: migration.checksum(),
            at,
            device: device.clone(),
            took_ms: 0,
            skipped: Vec::new(),
            kept: Vec::new(),
            made: Vec::new(),
            replaced: Vec::new(),
        }
    }
}

/// All records, by number.
pub(crate) async fn all(db: &Database) -> Result<Vec<Record>, MigrationError> {
    let cursor = db
        .collection::<Record>(RECORDS)
        .find(doc! {})
        .sort(doc! { "_id": 1 })
        .await?;
    Ok(cursor.try_collect().await?)
}

/// Keeps a record, in the place of one of the same number.
pub(crate) async fn keep(db: &Database, record: &Record) -> Result<(), MigrationError> {
    db.collection::<Record>(RECORDS)
        .replace_one(doc! { "_id": record.number }, record)
        .upsert(true)
        .await?;
    Ok(())
}

/// Forgets a migration that was taken back.
pub(crate) async fn forget(db: &Database, number: i32) -> Result<(), MigrationError> {
    db.collection::<Record>(RECORDS)
        .delete_one(doc! { "_id": number })
        .await?;
    Ok(())
}
