//! One-time codes that were given out: only their hashes are ever stored.

use domain::{Collection, Timestamp, UserId, token::AuthToken};

use crate::{error::StoreError, replica::Reader};

impl Reader<'_> {
    /// The code with this hash.
    pub fn token_by_hash(&self, token_hash: &str) -> Result<Option<AuthToken>, StoreError> {
        self.one(
            Collection::AuthTokens,
            "SELECT id, doc FROM auth_tokens WHERE token_hash = ?1",
            [token_hash],
        )
    }

    /// A person's codes, used ones too, the newest first.
    pub fn tokens_of(&self, user: UserId) -> Result<Vec<AuthToken>, StoreError> {
        self.all(
            Collection::AuthTokens,
            "SELECT id, doc FROM auth_tokens WHERE user = ?1 ORDER BY n DESC",
            [user.0.bytes()],
        )
    }

    /// The codes that expired before this moment, for the clean-up.
    pub fn tokens_expired_before(&self, moment: Timestamp) -> Result<Vec<AuthToken>, StoreError> {
        self.all(
            Collection::AuthTokens,
            "SELECT id, doc FROM auth_tokens WHERE expires_at < ?1 ORDER BY n",
            [moment.timestamp_millis()],
        )
    }
}
