//! The workspace's settings: one document, in `settings`.

use bson::{Bson, Document, oid::ObjectId};
use serde::{Deserialize, Serialize};

use crate::{
    audit::Deed,
    change::SyncStamp,
    money::Currency,
    text::{flag, optional_whole},
};

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum MailSecurity {
    /// Not at all: on this computer only.
    None,
    /// The line begins open and must become TLS before anything is said (RFC 3207).
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
}

/// The server by which mail goes out. Its password is in each desktop's vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Usually 465 (TLS) or 587 (STARTTLS).
    pub port: u16,
    /// How the line is protected.
    pub security: MailSecurity,
    /// The address mail comes from.
    pub from: String,
    /// Who signs in there; none: nobody has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// A certificate trusted besides the public ones, as PEM: for a server that has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// What an institution decides once for all its desktops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The document's id; also the workspace's (`wid` of sessions).
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// The institution's name, as on receipts and certificates.
    pub institution: String,
    /// Its time zone (IANA name): reports cut days and months by it.
    #[serde(default = "utc", deserialize_with = "timezone")]
    pub timezone: String,
    /// The currency proposed for new courses.
    #[serde(default)]
    pub currency: Currency,
    /// A refund above this many minor units (of any currency) needs a second person.
    #[serde(default = "refund_threshold", deserialize_with = "threshold")]
    pub refund_threshold_minor: i64,
    /// Minutes without input after which the window locks; 0 never.
    #[serde(default = "idle_minutes", deserialize_with = "minutes")]
    pub idle_minutes: i64,
    /// Leave bcrypt hashes as they are, for a Mongoose program that shares the database.
    #[serde(default, deserialize_with = "flag")]
    pub keep_bcrypt: bool,
    /// Administrators and finance staff give a second factor at sign-in.
    #[serde(default, deserialize_with = "flag")]
    pub require_second_factor: bool,
    /// Students may register at the window.
    #[serde(default, deserialize_with = "flag")]
    pub registration: bool,
    /// BCP 47 tag of the language new people are written to in.
    #[serde(default = "english", deserialize_with = "language")]
    pub language: String,
    /// By which server mail goes out; none: no mail does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailServer>,
    /// Whether the institution is the sample one.
    #[serde(default, deserialize_with = "flag")]
    pub sample: bool,
    /// Who wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

impl Settings {
    /// An institution with every default.
    pub fn new(id: ObjectId, institution: String, timezone: String, currency: Currency) -> Self {
        Self {
            id,
            institution,
            timezone,
            currency,
            refund_threshold_minor: refund_threshold(),
            idle_minutes: idle_minutes(),
            keep_bcrypt: false,
            require_second_factor: false,
            registration: false,
            language: english(),
            mail: None,
            sample: false,
            sync: None,
            extra: Document::new(),
        }
    }
}

/// What guards the institution.
const TOLD: [&str; 4] = [
    "requireSecondFactor",
    "registration",
    "idleMinutes",
    "refundThresholdMinor",
];

/// The deed keeps what a setting was and what it became, where it guards the institution.
pub fn tell(deed: &mut Deed, path: &str, was: Bson, is: Bson) {
    if TOLD.contains(&path) {
        deed.detail.insert(format!("{path}From"), was);
        deed.detail.insert(format!("{path}To"), is);
    }
}

fn english() -> String {
    "en".to_owned()
}

fn language<'de, D: serde::Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_else(english))
}

fn utc() -> String {
    "UTC".to_owned()
}

/// 200.00 in a currency of two decimals.
fn refund_threshold() -> i64 {
    20_000
}

fn idle_minutes() -> i64 {
    10
}

fn timezone<'de, D: serde::Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_else(utc))
}

fn threshold<'de, D: serde::Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    Ok(optional_whole(input)?.unwrap_or_else(refund_threshold))
}

fn minutes<'de, D: serde::Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    Ok(optional_whole(input)?.unwrap_or_else(idle_minutes))
}
