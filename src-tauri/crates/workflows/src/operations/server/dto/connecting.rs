//! What is said and heard when a server is connected, attached or detached.
//!
//! A connection string goes in and never comes out: what is shown of it has no credential.

use domain::Currency;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::OffendingDocument;
use crate::dto::RecordRef;

/// Which database of the seed schema's four a desktop works in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Environment {
    /// `students_enrollment_dev`.
    Development,
    /// `students_enrollment_test`.
    Testing,
    /// `students_enrollment_staging`.
    Staging,
    /// `students_enrollment_prod`; marked on the window's frame.
    Production,
}

/// Whose records this desktop keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum DeskScope {
    /// Everything: an office.
    Office,
    /// Payments and what they name.
    Finance,
    /// An instructor's courses and their enrollments.
    Instructor,
    /// A student's own.
    Student,
}

/// How to reach the server: a connection string, or its parts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct ServerAddress {
    /// `mongodb://…` or `mongodb+srv://…`; when given, the parts are not looked at.
    pub uri: Option<String>,
    /// Hosts with ports, comma-separated.
    pub hosts: Option<String>,
    /// Login.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// Where the login is defined; `admin` unless given.
    pub auth_source: Option<String>,
    /// Name of the replica set.
    pub replica_set: Option<String>,
    /// Encrypted connection; required outside this computer unless `insecure`.
    pub tls: bool,
    /// The person insists on an unencrypted connection to another computer.
    pub insecure: bool,
    /// Database; by the environment unless given here or in the URI.
    pub database: Option<String>,
    /// Which environment; production unless given.
    pub environment: Option<Environment>,
}

/// What a server answered when it was tried.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerProbe {
    /// The address without its credential.
    pub address: String,
    /// Database that would be used.
    pub database: String,
    /// Environment, if the database is one of the four.
    pub environment: Option<Environment>,
    /// Encrypted.
    pub tls: bool,
    /// One answer's round trip, milliseconds.
    pub ping_ms: f64,
    /// What it can do and what follows where it cannot.
    pub abilities: Vec<AbilityDto>,
    /// What is in the database.
    pub holds: DatabaseHolds,
    /// The institution found there.
    pub institution: Option<String>,
    /// Active administrators who could sign in.
    pub admins: u64,
    /// Documents by collection.
    pub counts: Vec<CollectionCount>,
    /// Migrations that would have to run first.
    pub pending_migrations: u64,
    /// The widest scope the login allows.
    pub scope: DeskScope,
    /// Documents that break what the pending migrations would make: listed before anything changes.
    pub offending: Vec<OffendingDocument>,
    /// There are more than are listed.
    pub offending_total: u64,
}

/// What a database holds, as connecting sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum DatabaseHolds {
    /// Nothing of ours: an institution can be made in it.
    Nothing,
    /// An institution of Matricula's.
    Institution,
    /// Documents of a Mongoose program, not yet prepared.
    Foreign,
    /// Prepared by a newer version of the program.
    Newer,
}

/// An ability of the server.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AbilityDto {
    /// Stable word: `transactions`, `change-streams`, `text-index`, `roles`.
    pub ability: String,
    /// There.
    pub present: bool,
    /// In words, what it means when it is not.
    pub consequence: Option<String>,
}

/// Documents of one collection.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CollectionCount {
    /// Collection.
    pub collection: String,
    /// How many (about).
    pub count: u64,
}

/// First run: joins an institution's server. Progress comes as task `connect`, stages
/// `preparing`, then each collection's name.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConnectInstitution {
    /// The server.
    pub address: ServerAddress,
    /// Whose records to keep; at most what the login allows.
    pub scope: DeskScope,
    /// For an instructor's or student's desktop: their e-mail address.
    pub person: Option<String>,
    /// Where there is no keyring.
    pub passphrase: Option<String>,
    /// Run the migrations that are pending (needed where the database is new or foreign).
    pub migrate: bool,
    /// Leave documents that break a validator as they are and go on.
    #[serde(default)]
    #[ts(optional)]
    pub accept_offending: Option<bool>,
    /// Where the database has no institution or no administrator: who.
    pub create: Option<CreateOnServer>,
}

/// The institution and first administrator to be made on a server.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CreateOnServer {
    /// 1 to 120 characters.
    pub institution: String,
    /// IANA name.
    pub timezone: String,
    /// Proposed for new courses.
    pub currency: Currency,
    /// The first administrator.
    pub admin_name: String,
    /// Their e-mail.
    pub admin_email: String,
    /// Their password.
    pub password: String,
}

/// A filled local workspace is given a server: the same address twice, first for the preview.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttachServer {
    /// The server.
    pub address: ServerAddress,
    /// Name of the task for progress and cancel; stage is the collection's name.
    pub task: String,
}

/// What attaching would do. Nothing was written.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttachPreview {
    /// The server as it answered.
    pub probe: ServerProbe,
    /// Documents that would be uploaded, by collection.
    pub uploads: Vec<CollectionCount>,
    /// Documents the server has already, the same.
    pub already: u64,
    /// What stands in the way; while there is any, attaching is refused.
    pub obstacles: Vec<AttachObstacle>,
}

/// A reason why a workspace cannot be uploaded as it is.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttachObstacle {
    /// Stable word: `other-institution`, `email`, `slug`, `provider-id`, `receipt`, `device`, `invalid`,
    /// `no-transactions`.
    pub kind: String,
    /// The record here.
    pub record: Option<RecordRef>,
    /// In words.
    pub message: String,
}

/// Leaves the server.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DetachServer {
    /// Wipe this desktop's copy; otherwise it goes on as a local workspace.
    pub wipe: bool,
    /// The institution's name, typed, when wiping or when change sets still wait.
    pub confirm: String,
}
