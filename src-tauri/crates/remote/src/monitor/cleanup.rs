//! The daily clean-up of expired tokens, as the seed schema has it: the legacy fields on people are
//! taken away and the people stay, and what is left of `auth_tokens` on a server without times to live.

use bson::{Document, doc};
use domain::Timestamp;
use mongodb::Database;

use crate::{Server, port::RemoteError};

/// What was cleared, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// People whose expired verification token was cleared.
    pub verifications: u64,
    /// People whose expired reset token was cleared.
    pub resets: u64,
    /// Rows of `auth_tokens` that had expired.
    pub tokens: u64,
    /// Nothing was changed.
    pub dry_run: bool,
}

impl Cleaned {
    /// How many documents it concerned.
    pub const fn count(&self) -> u64 {
        self.verifications + self.resets + self.tokens
    }
}

impl Server {
    /// Clears expired tokens by the server's clock.
    pub fn clean_tokens(&self, dry_run: bool) -> Result<Cleaned, RemoteError> {
        self.block_on(clean(self.database(), self.now(), dry_run))
            .map_err(|error| self.meaning(&error))
    }
}

/// A legacy token: its text and its expiry.
const LEGACY: [(&str, &str); 2] = [
    ("emailVerificationToken", "emailVerificationExpires"),
    ("passwordResetToken", "passwordResetExpires"),
];

/// People whose token of this kind had expired by then. The lower bound makes it a query the partial
/// index answers.
pub(super) fn expired(field: &str, now: Timestamp) -> Document {
    let mut filter = Document::new();
    filter.insert(field, doc! { "$gt": Timestamp::from_millis(0), "$lt": now });
    filter
}

async fn clean(db: &Database, now: Timestamp, dry_run: bool) -> mongodb::error::Result<Cleaned> {
    let people = db.collection::<Document>("users");
    let mut counts = [0_u64; 2];
    for (count, (token, expires)) in counts.iter_mut().zip(LEGACY) {
        let filter = expired(expires, now);
        *count = if dry_run {
            people.count_documents(filter).await?
        } else {
            let mut gone = Document::new();
            gone.insert(token, "");
            gone.insert(expires, "");
            // The moment tells desktops that poll; who wrote last stays who it was.
            let update = doc! { "$unset": gone, "$currentDate": { "updatedAt": true } };
            people.update_many(filter, update).await?.modified_count
        };
    }
    let tokens = db.collection::<Document>("auth_tokens");
    let over = doc! { "expiresAt": { "$lt": now } };
    let tokens = if dry_run {
        tokens.count_documents(over).await?
    } else {
        tokens.delete_many(over).await?.deleted_count
    };
    Ok(Cleaned {
        verifications: counts[0],
        resets: counts[1],
        tokens,
        dry_run,
    })
}
