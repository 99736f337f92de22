//! Sign-in sessions: only the hash of a refresh token is ever stored.

use bson::{Document, oid::ObjectId};
use domain::{Collection, DeviceId, Timestamp, UserId, change::SyncStamp};
use serde::{Deserialize, Serialize};

use crate::{error::StoreError, replica::Reader};

/// A session, as stored in `sessions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// Whose it is.
    pub user: UserId,
    /// SHA-256 of the refresh token, in hexadecimal; unique.
    pub token_hash: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When the token was last exchanged.
    pub last_used_at: Timestamp,
    /// From then on it is refused.
    pub expires_at: Timestamp,
    /// Where the person signed in.
    pub device: DeviceId,
    /// When and if it was ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// Who wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

impl Reader<'_> {
    /// The session with this token hash.
    pub fn session_by_hash(&self, token_hash: &str) -> Result<Option<Session>, StoreError> {
        self.one(
            Collection::Sessions,
            "SELECT id, doc FROM sessions WHERE token_hash = ?1",
            [token_hash],
        )
    }

    /// A session.
    pub fn session(&self, id: ObjectId) -> Result<Option<Session>, StoreError> {
        self.one(
            Collection::Sessions,
            "SELECT id, doc FROM sessions WHERE id = ?1",
            [id.bytes()],
        )
    }

    /// A person's sessions, the newest first.
    pub fn sessions_of(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        self.all(
            Collection::Sessions,
            "SELECT id, doc FROM sessions WHERE user = ?1 ORDER BY n DESC",
            [user.0.bytes()],
        )
    }

    /// Every session that can still be used by its own account, the newest first.
    pub fn sessions_open_at(&self, moment: Timestamp) -> Result<Vec<Session>, StoreError> {
        let sessions: Vec<Session> = self.all(
            Collection::Sessions,
            "SELECT id, doc FROM sessions WHERE expires_at > ?1 ORDER BY n DESC",
            [moment.timestamp_millis()],
        )?;
        Ok(sessions
            .into_iter()
            .filter(|session| session.revoked_at.is_none())
            .collect())
    }

    /// The sessions that ended before this moment, for the clean-up.
    pub fn sessions_expired_before(&self, moment: Timestamp) -> Result<Vec<Session>, StoreError> {
        self.all(
            Collection::Sessions,
            "SELECT id, doc FROM sessions WHERE expires_at < ?1 ORDER BY n",
            [moment.timestamp_millis()],
        )
    }
}
