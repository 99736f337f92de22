//! The workspace's settings: one document, in `settings`.

use bson::{Document, oid::ObjectId};
use serde::{Deserialize, Serialize};

use crate::{
    change::SyncStamp,
    money::Currency,
    text::{flag, optional_whole},
};

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
            sample: false,
            sync: None,
            extra: Document::new(),
        }
    }
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
