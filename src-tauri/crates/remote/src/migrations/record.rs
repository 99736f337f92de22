//! What `migrations` remembers of each migration that was applied.

use bson::{Document, doc};
use domain::{DeviceId, Timestamp};
use futures_util::TryStreamExt;
use mongodb::Database;
use serde::{Deserialize, Serialize};

use super::{Migration, error::MigrationError};
use crate::{port::RemoteError, pull::whole};

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
    /// It was begun and not completed: what it replaced is known, and the next run goes on.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unfinished: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
const fn is_false(value: &bool) -> bool {
    !*value
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
    /// A record of a migration that begins, or goes on from where a run before left it.
    pub(crate) fn begun(
        migration: &Migration,
        device: &DeviceId,
        at: Timestamp,
        before: Option<&Self>,
    ) -> Self {
        Self {
            number: migration.number,
            name: migration.name.to_owned(),
            checksum: migration.checksum(),
            at,
            device: device.clone(),
            took_ms: 0,
            skipped: Vec::new(),
            kept: before.map_or_else(Vec::new, |before| before.kept.clone()),
            made: before.map_or_else(Vec::new, |before| before.made.clone()),
            replaced: before.map_or_else(Vec::new, |before| before.replaced.clone()),
            unfinished: before.is_none_or(|before| before.unfinished),
        }
    }

    /// Takes down what a step is about to come to. A run that goes on after one that was cut off comes by
    /// some of it twice; what was there first counts. Whether there is more to remember than before.
    pub(crate) fn note(
        &mut self,
        kept: Option<Kept>,
        makes: Option<String>,
        replaces: Option<Replaced>,
    ) -> bool {
        let before = self.made.len() + self.replaced.len();
        if let Some(kept) = kept
            && !self.kept.contains(&kept)
        {
            self.kept.push(kept);
        }
        if let Some(makes) = makes
            && !self.made.contains(&makes)
        {
            self.made.push(makes);
        }
        if let Some(replaces) = replaces
            && !self
                .replaced
                .iter()
                .any(|known| known.collection == replaces.collection)
        {
            self.replaced.push(replaces);
        }
        self.made.len() + self.replaced.len() > before
    }
}

/// All records, by number. Another program may keep its own migrations under this name; those are not ours.
pub(crate) async fn all(db: &Database) -> Result<Vec<Record>, MigrationError> {
    let mut cursor = db
        .collection::<Document>(RECORDS)
        .find(doc! {})
        .sort(doc! { "_id": 1 })
        .await?;
    let mut records = Vec::new();
    while let Some(document) = cursor.try_next().await? {
        if is_ours(&document) {
            let record = bson::deserialize_from_document(document)
                .map_err(|error| RemoteError::Failed(error.to_string()))?;
            records.push(record);
        }
    }
    Ok(records)
}

/// How many documents of another program are among the records.
pub(crate) async fn of_others(db: &Database) -> Result<usize, MigrationError> {
    let mut cursor = db
        .collection::<Document>(RECORDS)
        .find(doc! {})
        .projection(doc! { "_id": 1, "name": 1, "checksum": 1 })
        .await?;
    let mut found = 0;
    while let Some(document) = cursor.try_next().await? {
        found += usize::from(!is_ours(&document));
    }
    Ok(found)
}

/// A record has a whole number, a name and a checksum.
fn is_ours(document: &Document) -> bool {
    whole(document.get("_id")).is_some()
        && document.get_str("name").is_ok()
        && document.get_str("checksum").is_ok()
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
