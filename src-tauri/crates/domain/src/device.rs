//! A desktop of the institution: a document in `devices`. Its name numbers its receipts, so it is never
//! given away twice, and its document is kept when the desktop is gone.

use bson::{Document, oid::ObjectId};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    change::SyncStamp,
    ids::{DeviceId, UserId},
    scope::Scope,
};

/// A desktop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// Its short name.
    pub name: DeviceId,
    /// The operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The program's version, when it last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whose records it keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Who signed in last, when it last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<UserId>,
    /// When it last told of itself: once a day while it is at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_contact_at: Option<Timestamp>,
    /// The desktop it was exported on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// It is, or was, only invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invited>,
    /// An administrator shut it out at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// Who did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_by: Option<UserId>,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_why: Option<String>,
    /// It heard of that, and took its data and keys away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wiped_at: Option<Timestamp>,
    /// When its document was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Who wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// An invitation, as the institution keeps it. What opens it (code, login) is not in here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invited {
    /// By whom; none: from the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// Until when somebody can join with it.
    pub expires_at: Timestamp,
    /// The server's login made for it, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// When somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// How it stands with a desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody was invited and has not joined yet.
    Invited,
    /// Nobody joined in time.
    Lapsed,
    /// At work.
    Active,
    /// Shut out, and has not heard of it yet.
    Revoked,
    /// Shut out, and its data and keys are gone.
    Wiped,
}

impl Device {
    /// How it stands with it.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let waiting = self
            .invitation
            .as_ref()
            .filter(|invitation| invitation.used_at.is_none());
        match (self.revoked_at, self.wiped_at, waiting) {
            (Some(_), None, None) => Standing::Revoked,
            // A withdrawn invitation has nothing to wipe.
            (Some(_), _, _) => Standing::Wiped,
            (None, _, Some(invitation)) if invitation.expires_at <= now => Standing::Lapsed,
            (None, _, Some(_)) => Standing::Invited,
            (None, _, None) => Standing::Active,
        }
    }

    /// `sync.rev`, 0 where absent.
    pub fn rev(&self) -> i64 {
        self.sync.as_ref().map_or(0, |sync| sync.rev)
    }
}
