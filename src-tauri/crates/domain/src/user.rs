//! A person, as the seed schema's `User`: every field, its default and its virtuals.
//!
//! Checks of what a person may type are in `rules::people`; passwords are hashed in the accounts
//! workflow, never here.

use bson::Document;
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    change::SyncStamp,
    ids::UserId,
    role::Role,
    text::{epoch, flag, flag_or_yes, moment, or_default, whole, yes},
};

/// Whether an account may be used.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum UserStatus {
    /// May sign in.
    #[default]
    Active,
    /// Left, or not yet here.
    Inactive,
    /// Shut out by an administrator.
    Suspended,
}

impl UserStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Suspended];

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Suspended => "suspended",
        }
    }
}

/// As the seed schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Other.
    Other,
    /// Asked, and not told.
    PreferNotToSay,
}

impl Gender {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Other => "other",
            Self::PreferNotToSay => "prefer-not-to-say",
        }
    }
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Address {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// Accounts elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct SocialLinks {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linkedin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twitter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub github: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// What a person tells about themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Digits, spaces, hyphens and parentheses, perhaps with a leading +.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Midnight UTC of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<Timestamp>,
    /// As told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Where they live.
    #[serde(default, deserialize_with = "or_default")]
    pub address: Address,
    /// At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
    /// URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Accounts elsewhere.
    #[serde(default, deserialize_with = "or_default")]
    pub social_links: SocialLinks,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// How a person wants to be spoken to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// News of one's own enrollments by mail.
    #[serde(default = "yes", deserialize_with = "flag_or_yes")]
    pub email_notifications: bool,
    /// The same by text message.
    #[serde(default, deserialize_with = "flag")]
    pub sms_notifications: bool,
    /// Offers.
    #[serde(default = "yes", deserialize_with = "flag_or_yes")]
    pub marketing_emails: bool,
    /// BCP 47 tag.
    #[serde(default = "english", deserialize_with = "language")]
    pub language: String,
    /// IANA name.
    #[serde(default = "utc", deserialize_with = "timezone")]
    pub timezone: String,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

fn english() -> String {
    "en".to_owned()
}

fn utc() -> String {
    "UTC".to_owned()
}

fn language<'de, D: serde::Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_else(english))
}

fn timezone<'de, D: serde::Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_else(utc))
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            email_notifications: true,
            sms_notifications: false,
            marketing_emails: true,
            language: english(),
            timezone: utc(),
            extra: Document::new(),
        }
    }
}

/// Codes by an authenticator (TOTP, RFC 6238) that a person gives beside the password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    /// The shared secret, sealed under a key that only the person's password gives; none after somebody
    /// else has set the password: then only a recovery code helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
    /// When it was set up.
    pub since: Timestamp,
    /// Time step of the last code accepted: an earlier or equal one is never accepted again.
    #[serde(default, deserialize_with = "whole")]
    pub last_step: i64,
    /// SHA-256 of the recovery codes not yet used, in hexadecimal.
    #[serde(default)]
    pub recovery: Vec<String>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// 1 to 100 characters, trimmed.
    pub name: String,
    /// Lower case, unique.
    pub email: String,
    /// PHC string (argon2id), or a bcrypt hash of another program; none: cannot sign in yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// What they are.
    #[serde(default, deserialize_with = "or_default")]
    pub role: Role,
    /// Whether they may sign in.
    #[serde(default, deserialize_with = "or_default")]
    pub status: UserStatus,
    /// The address has been proved.
    #[serde(default, deserialize_with = "flag")]
    pub email_verified: bool,
    /// Registered then, and waiting to prove the address or to be admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_since: Option<Timestamp>,
    /// Legacy of the seed schema; never written, cleaned daily.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verification_token: Option<String>,
    /// Legacy of the seed schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verification_expires: Option<Timestamp>,
    /// Legacy of the seed schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_reset_token: Option<String>,
    /// Legacy of the seed schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_reset_expires: Option<Timestamp>,
    /// About them.
    #[serde(default, deserialize_with = "or_default")]
    pub profile: Profile,
    /// Last successful sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_login_at: Option<Timestamp>,
    /// Failed sign-ins since the last success.
    #[serde(default, deserialize_with = "whole")]
    pub login_attempts: i64,
    /// Locked until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_until: Option<Timestamp>,
    /// Lock-outs in a row, for the doubling.
    #[serde(default, deserialize_with = "whole")]
    pub lock_count: i64,
    /// Raised to end every session (password, role or status changed, signed out everywhere).
    #[serde(default, deserialize_with = "whole")]
    pub token_version: i64,
    /// Asked for at sign-in beside the password; none: the password is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
    /// Wishes.
    #[serde(default, deserialize_with = "or_default")]
    pub preferences: Preferences,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub created_at: Timestamp,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub updated_at: Timestamp,
    /// Who of us wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs, `__v` among them.
    #[serde(flatten)]
    pub extra: Document,
}

impl User {
    /// A person with every default of the seed schema.
    pub fn new(id: UserId, name: String, email: String, role: Role, at: Timestamp) -> Self {
        Self {
            id,
            name,
            email,
            password: None,
            role,
            status: UserStatus::Active,
            email_verified: false,
            pending_since: None,
            email_verification_token: None,
            email_verification_expires: None,
            password_reset_token: None,
            password_reset_expires: None,
            profile: Profile::default(),
            last_login_at: None,
            login_attempts: 0,
            lock_until: None,
            lock_count: 0,
            token_version: 0,
            second_factor: None,
            preferences: Preferences::default(),
            created_at: at,
            updated_at: at,
            sync: None,
            extra: Document::new(),
        }
    }

    /// The seed schema's virtual of that name.
    pub fn full_name(&self) -> &str {
        &self.name
    }

    /// The seed schema's virtual: whether sign-in is locked at this moment.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.lock_until.is_some_and(|until| until > now)
    }

    /// `sync.rev`, 0 where absent.
    pub fn rev(&self) -> i64 {
        self.sync.as_ref().map_or(0, |s| s.rev)
    }
}
