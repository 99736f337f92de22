//! The lock that keeps two desktops from migrating at once: one document with an expiry by the
//! server's clock, renewed while work goes on.

use std::time::Duration;

use bson::{Document, doc, oid::ObjectId};
use domain::{DeviceId, Timestamp};
use mongodb::{Collection, Database};

use super::error::MigrationError;
use crate::{
    failure::{DUPLICATE, code},
    port::RemoteError,
};

/// The collection of the one lock.
pub(crate) const LOCK: &str = "migration_lock";
const ID: &str = "migrations";
/// How long it holds without being renewed.
const HOLDS: Duration = Duration::from_secs(60);
/// How often it is renewed; the others wait for three renewals to fail.
const RENEWED: Duration = Duration::from_secs(15);

/// Who holds the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which desktop.
    pub device: String,
    /// Until then, unless it renews.
    pub until: Timestamp,
}

/// The lock, held.
#[derive(Debug)]
pub(crate) struct Lock {
    rows: Collection<Document>,
    token: ObjectId,
    device: DeviceId,
}

impl Lock {
    /// Takes it, or says who has it.
    pub(crate) async fn take(db: &Database, device: &DeviceId) -> Result<Self, MigrationError> {
        let lock = Self {
            rows: db.collection(LOCK),
            // Two programs of one desktop are two holders.
            token: ObjectId::new(),
            device: device.clone(),
        };
        let now = server_clock(db).await?;
        let free = doc! { "_id": ID, "until": { "$lt": now } };
        let taken = lock.rows.update_one(free, lock.held_from(now)).await?;
        if taken.matched_count == 1 {
            return Ok(lock);
        }
        // Nobody's yet, or somebody's: making it tells which.
        let made = lock
            .rows
            .update_one(doc! { "_id": ID, "token": lock.token }, lock.held_from(now))
            .upsert(true)
            .await;
        match made {
            Ok(_) => Ok(lock),
            Err(error) if code(&error) == Some(DUPLICATE) => {
                let held = holder(db).await?;
                Err(
                    held.map_or(MigrationError::LockLost, |held| MigrationError::Locked {
                        device: held.device,
                        until: held.until,
                    }),
                )
            }
            Err(error) => Err(error.into()),
        }
    }

    fn held_from(&self, now: Timestamp) -> Document {
        let ms = i64::try_from(HOLDS.as_millis()).unwrap_or(i64::MAX);
        let until = Timestamp::from_millis(now.timestamp_millis().saturating_add(ms));
        doc! { "$set": { "token": self.token, "device": self.device.as_str(), "until": until } }
    }

    /// Holds it for another while; fails when somebody else has it by now.
    pub(crate) async fn renew(&self, db: &Database) -> Result<(), MigrationError> {
        let mine = doc! { "_id": ID, "token": self.token };
        let now = server_clock(db).await?;
        let renewed = self.rows.update_one(mine, self.held_from(now)).await?;
        if renewed.matched_count == 1 {
            Ok(())
        } else {
            Err(MigrationError::LockLost)
        }
    }

    /// Waits for the work, renewing meanwhile.
    pub(crate) async fn while_held<T>(
        &self,
        db: &Database,
        work: impl Future<Output = Result<T, MigrationError>>,
    ) -> Result<T, MigrationError> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(RENEWED) => self.renew(db).await?,
            }
        }
    }

    /// Gives it back. One that was lost is somebody else's and stays.
    pub(crate) async fn give_back(self) -> Result<(), MigrationError> {
        self.rows
            .delete_one(doc! { "_id": ID, "token": self.token })
            .await?;
        Ok(())
    }
}

/// Who holds the lock by the server's clock, if anybody does.
pub(crate) async fn holder(db: &Database) -> Result<Option<Held>, MigrationError> {
    let now = server_clock(db).await?;
    let held = db
        .collection::<Document>(LOCK)
        .find_one(doc! { "_id": ID, "until": { "$gte": now } })
        .await?;
    Ok(held.map(|row| Held {
        device: row.get_str("device").unwrap_or_default().to_owned(),
        until: row
            .get_datetime("until")
            .copied()
            .unwrap_or(Timestamp::from_millis(0)),
    }))
}

/// The server's clock: the desktops' may differ by days.
async fn server_clock(db: &Database) -> Result<Timestamp, MigrationError> {
    let hello = db.run_command(doc! { "hello": 1 }).await?;
    hello.get_datetime("localTime").copied().map_err(|_| {
        MigrationError::Remote(RemoteError::Unsupported(
            "it does not tell the time".to_owned(),
        ))
    })
}
