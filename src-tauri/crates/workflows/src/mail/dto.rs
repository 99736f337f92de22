//! Mail on the wire: the server's settings, and the queue of this desktop. Never what a letter says.

use domain::settings::MailSecurity;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// By which server mail goes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MailServerDto {
    /// Its name or address.
    pub host: String,
    /// 1 to 65535; usually 465 (TLS) or 587 (STARTTLS).
    pub port: i64,
    /// How the line is protected.
    pub security: MailSecurity,
    /// The address mail comes from.
    pub from: String,
    /// Who signs in there; none: nobody has to.
    pub login: Option<String>,
    /// A certificate trusted besides the public ones, as PEM.
    pub certificate: Option<String>,
}

/// What is set about mail.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MailSettings {
    /// Revision of the settings, to hand back with a change.
    pub rev: i64,
    /// None: no mail goes out.
    pub server: Option<MailServerDto>,
    /// This desktop knows the login's password.
    pub has_password: bool,
    /// This desktop can send.
    pub ready: bool,
}

/// Changes what is set about mail.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UpdateMailSettings {
    /// Revision read.
    pub rev: i64,
    /// None: no mail goes out any more.
    pub server: Option<MailServerDto>,
    /// The login's password, for this desktop's keyring; none: as it is.
    pub password: Option<String>,
}

/// Sends a letter at once, past the queue, to see whether the settings are right.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TestMail {
    /// To whom.
    pub to: String,
}

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum MailStateDto {
    /// To be sent, now or later.
    Waiting,
    /// The mail server has it.
    Sent,
    /// It will not be sent by itself.
    Failed,
}

/// A letter of this desktop's queue.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MailRow {
    /// Which.
    pub id: String,
    /// The address it goes to.
    pub to: String,
    /// What it is about: `reset`, `verify`, `exists`, `locked-out`, `password-changed`, `role-changed`,
    /// `second-factor-removed`.
    pub kind: String,
    /// Where it stands.
    pub state: MailStateDto,
    /// How often it was tried.
    pub attempts: i64,
    /// Written at.
    pub queued_at: String,
    /// Tried next at, while it waits.
    pub next_at: Option<String>,
    /// Left or was given up at.
    pub ended_at: Option<String>,
    /// What the last attempt met with.
    pub reason: Option<String>,
    /// It can be tried once more.
    pub can_retry: bool,
}
