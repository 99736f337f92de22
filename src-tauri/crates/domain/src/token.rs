//! One-time codes that were given out, as `auth_tokens` keeps them: hashes only, each good once and for
//! a short time. What a code opens is decided in `rules::accounts::by_code`.

use bson::{Document, oid::ObjectId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Timestamp, change::SyncStamp, ids::UserId};

/// What a code is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Proves the e-mail address it was sent to.
    Verify,
    /// Sets a new password; it was sent to the person's address.
    Reset,
    /// Sets a new password; an administrator read it out.
    Code,
}

impl TokenKind {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Code => "code",
        }
    }

    /// How long it is good, in milliseconds: 24 hours to prove an address, one hour to set a password
    /// (seed schema, `emailVerificationExpires` and `passwordResetExpires`).
    pub const fn life(self) -> i64 {
        const HOUR: i64 = 60 * 60 * 1000;
        match self {
            Self::Verify => 24 * HOUR,
            Self::Reset | Self::Code => HOUR,
        }
    }
}

/// A code given out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthToken {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// To whom.
    pub user: UserId,
    /// For what.
    pub kind: TokenKind,
    /// SHA-256 of the code, in hexadecimal; unique.
    pub token_hash: String,
    /// SHA-256 of the e-mail address the person had, in hexadecimal: with another one the code is void.
    pub address_hash: String,
    /// Given out at.
    pub created_at: Timestamp,
    /// From then on it is refused.
    pub expires_at: Timestamp,
    /// Used at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// Who wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

impl AuthToken {
    /// A fresh one for a person with this address, good from `now` for as long as its kind says.
    pub fn new(
        id: ObjectId,
        user: UserId,
        kind: TokenKind,
        token_hash: String,
        address: &str,
        now: Timestamp,
    ) -> Self {
        let expires = now.timestamp_millis().saturating_add(kind.life());
        Self {
            id,
            user,
            kind,
            token_hash,
            address_hash: address_hash(address),
            created_at: now,
            expires_at: Timestamp::from_millis(expires),
            used_at: None,
            sync: None,
            extra: Document::new(),
        }
    }

    /// Whether it can still be used by whoever has this address.
    pub fn is_good(&self, address: &str, now: Timestamp) -> bool {
        self.used_at.is_none()
            && self.expires_at > now
            && self.address_hash == address_hash(address)
    }
}

/// The hash an address is remembered by.
fn address_hash(address: &str) -> String {
    hex::encode(Sha256::digest(address.trim().to_lowercase().as_bytes()))
}
