//! What the window says and hears about the institution's server: connecting, the state of
//! synchronisation, the queue, health, migrations, indexes, maintenance.
//!
//! A connection string goes in and never comes out: what is shown of it has no credential.

use domain::{Collection, Currency, Refusal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dto::RecordRef;

// ---- connecting ---------------------------------------------------------------------------------

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

// ---- synchronisation ----------------------------------------------------------------------------

/// What the pill says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum SyncState {
    /// The workspace has no server.
    Local,
    /// First fetch under way.
    Initial,
    /// Connected, nothing waits.
    Online,
    /// Connected, change sets are being sent.
    Sending,
    /// Connecting, or connected and slow.
    Slow,
    /// No server at hand; trying again by itself.
    Offline,
    /// Paused by a person.
    Paused,
    /// The server refuses this desktop (login, rights, preparation).
    Refused,
}

/// The state of synchronisation. Also sent as event `sync-changed`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SyncStatus {
    /// What the pill says.
    pub state: SyncState,
    /// Change sets that wait to be sent.
    pub waiting: u64,
    /// Change sets that need a person.
    pub attention: u64,
    /// Conflict cards nobody has looked at.
    pub conflicts: u64,
    /// When the server was last heard of.
    pub last_contact: Option<String>,
    /// When it is tried again, while offline.
    pub next_try: Option<String>,
    /// What is wrong, in words.
    pub problem: Option<String>,
    /// How changes come in.
    pub mode: Option<PullMode>,
    /// Environment, for the frame.
    pub environment: Option<Environment>,
}

/// How changes come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum PullMode {
    /// The server tells (change stream).
    Stream,
    /// The desktop asks.
    Poll,
}

/// The sync centre.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SyncCentre {
    /// As the pill.
    pub status: SyncStatus,
    /// The server without its credential.
    pub address: Option<String>,
    /// Database.
    pub database: Option<String>,
    /// Whose records this desktop keeps.
    pub scope: Option<DeskScope>,
    /// Each collection's progress and age.
    pub collections: Vec<SourceProgress>,
    /// Change sets that wait or failed, the oldest first, at most 500.
    pub queue: Vec<QueueRow>,
    /// Conflict cards, the newest first, at most 500.
    pub conflicts: Vec<ConflictCard>,
    /// Documents of other programs that cannot be read here.
    pub unreadable: Vec<UnreadableRow>,
}

/// A collection's progress.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SourceProgress {
    /// Collection's name on the server.
    pub collection: String,
    /// Documents here.
    pub done: u64,
    /// Documents expected.
    pub total: u64,
    /// The first fetch is complete.
    pub complete: bool,
    /// When it was last known to agree with the server.
    pub as_of: Option<String>,
    /// When every document was last compared.
    pub swept_at: Option<String>,
}

/// State of a queued change set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum QueueState {
    /// Waits for its turn or for the server.
    Waiting,
    /// Under way.
    Sending,
    /// Waits for another one that failed.
    Blocked,
    /// Needs a person.
    Failed,
}

/// A queued change set, told like a line of a timeline.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct QueueRow {
    /// Its operation number.
    pub op: String,
    /// State.
    pub state: QueueState,
    /// When it was made.
    pub at: String,
    /// Who made it.
    pub actor: String,
    /// What it means, as on timelines.
    pub verb: String,
    /// The figures of the sentence.
    #[ts(type = "Record<string, unknown>")]
    pub detail: serde_json::Value,
    /// What it is about, the first being the one acted upon.
    pub subjects: Vec<RecordRef>,
    /// How often it was sent in vain.
    pub attempts: u64,
    /// When it is sent again.
    pub next_at: Option<String>,
    /// Why it failed.
    pub reason: Option<Refusal>,
    /// It books money: it can be voided, never discarded.
    pub money: bool,
}

/// Two people wrote the same field: the server's value stands, mine is kept here.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConflictCard {
    /// Which card.
    pub id: String,
    /// The record.
    pub record: RecordRef,
    /// Field path.
    pub path: String,
    /// Stable word: `field`, `text`, `deleted`, `order`, `moved`, `added`, `restored`.
    pub kind: String,
    /// Both started from this.
    #[ts(type = "unknown")]
    pub base: serde_json::Value,
    /// This desktop's.
    #[ts(type = "unknown")]
    pub mine: serde_json::Value,
    /// The server's, which stands.
    #[ts(type = "unknown")]
    pub theirs: serde_json::Value,
    /// When it was found.
    pub at: String,
}

/// A document another program wrote that this one cannot read.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UnreadableRow {
    /// Collection.
    pub collection: String,
    /// Its `_id`.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// A queued change set, by its operation number.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ByOp {
    /// Operation number.
    pub op: String,
}

/// A queued change set is given up or voided, for this reason.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ByOpReason {
    /// Operation number.
    pub op: String,
    /// Why.
    pub reason: String,
}

/// A conflict card is settled.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SettleConflict {
    /// Which card.
    pub id: String,
    /// Put mine in the place of the server's; otherwise the server's stays.
    pub take_mine: bool,
}

/// Pause or go on.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PauseSync {
    /// Pause.
    pub paused: bool,
}

/// Whether something about these records waits for the server.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PendingArgs {
    /// Collection.
    pub collection: Collection,
    /// Its `_id`.
    pub id: String,
}

/// What of a record is provisional on this desktop.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PendingDto {
    /// Change sets about it that the server has not acknowledged.
    pub waiting: Vec<QueueRow>,
    /// Conflict cards about it.
    pub conflicts: u64,
}

// ---- the server ---------------------------------------------------------------------------------

/// Health, as the seed schema's endpoint says it, and more.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerHealth {
    /// `healthy` or `unhealthy`.
    pub status: String,
    /// `disconnected`, `connected`, `connecting` or `disconnecting`.
    pub state: String,
    /// What is wrong.
    pub error: Option<String>,
    /// Address without credential.
    pub address: String,
    /// Database.
    pub database: String,
    /// Environment.
    pub environment: Option<Environment>,
    /// Login's name.
    pub login: Option<String>,
    /// Its roles.
    pub roles: Vec<String>,
    /// Encrypted.
    pub tls: bool,
    /// Server's version.
    pub version: Option<String>,
    /// Replica set.
    pub replica_set: Option<String>,
    /// Round trips of the last pings, milliseconds, the newest last.
    pub pings: Vec<f64>,
    /// The connection pool.
    pub pool: PoolDto,
    /// How far the history of changes reaches back, in hours, where the login may see it.
    pub oplog_hours: Option<f64>,
    /// How far this computer's clock is behind the server's, milliseconds.
    pub clock_offset_ms: i64,
    /// What it can do.
    pub abilities: Vec<AbilityDto>,
    /// What somebody should look at: stable code and sentence.
    pub warnings: Vec<HealthWarning>,
    /// What happened to the connection lately, the newest first.
    pub events: Vec<ConnectionEvent>,
}

/// Connections.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PoolDto {
    /// Open.
    pub open: u64,
    /// In use.
    pub in_use: u64,
    /// At most.
    pub max: u64,
    /// Requests that waited for one in vain.
    pub timeouts: u64,
}

/// A warning.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealthWarning {
    /// Stable word: `ttl-on-users`, `no-transactions`, `poll-only`, `clock`, `unencrypted`, `oplog-short`,
    /// `pending-migrations`, `wide-login`, `no-text-index`.
    pub code: String,
    /// In words.
    pub message: String,
}

/// Something that happened to the connection.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectionEvent {
    /// When.
    pub at: String,
    /// Stable word: `connected`, `disconnected`, `slow`, `authentication-failed`, `pool-cleared`, `topology`.
    pub kind: String,
    /// In words.
    pub message: String,
}

// ---- migrations ---------------------------------------------------------------------------------

/// State of one migration.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MigrationRow {
    /// Number.
    pub number: u32,
    /// Name.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// `pending`, `applied`, `partly` (steps were skipped), `changed` (checksum differs), `unknown` (by
    /// a newer program).
    pub state: String,
    /// When it was applied.
    pub at: Option<String>,
    /// From which device.
    pub device: Option<String>,
    /// How long it took, milliseconds.
    pub took_ms: Option<u64>,
    /// Steps this server could not take, and why.
    pub skipped: Vec<String>,
}

/// All migrations.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Migrations {
    /// In order.
    pub rows: Vec<MigrationRow>,
    /// Who holds the lock: device and until when.
    pub locked_by: Option<String>,
    /// Documents that would break a validator: listed before anything changes.
    pub offending: Vec<OffendingDocument>,
    /// There are more than are listed.
    pub offending_total: u64,
}

/// A document a validator would refuse.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OffendingDocument {
    /// Collection.
    pub collection: String,
    /// Its `_id`.
    pub id: String,
    /// The field, and what is wrong with it.
    pub problem: String,
}

/// Runs migrations up, or back.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunMigrations {
    /// Up to this number (default: all); for a rollback, back to this one (default: the last one off).
    pub to: Option<u32>,
    /// Back instead of up.
    pub rollback: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Name of the task for progress.
    pub task: String,
}

/// What was done or would be.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MigrationRun {
    /// The commands, as extended JSON, in order.
    pub commands: Vec<String>,
    /// Nothing was changed.
    pub dry_run: bool,
    /// Steps skipped, and why.
    pub skipped: Vec<String>,
    /// As it is now.
    pub now: Migrations,
}

// ---- indexes and slow queries -------------------------------------------------------------------

/// Index use and slow queries.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct IndexReport {
    /// Every index of every collection.
    pub indexes: Vec<IndexRow>,
    /// How the queries this program sends are answered.
    pub plans: Vec<PlanRow>,
}

/// An index.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct IndexRow {
    /// Collection.
    pub collection: String,
    /// Name.
    pub name: String,
    /// Keys in words, e.g. `user ↑, course ↑`.
    pub keys: String,
    /// `unique`, `partial`, `sparse`, `ttl`, `text`, `hidden`.
    pub traits: Vec<String>,
    /// Bytes, where the server says.
    pub bytes: Option<u64>,
    /// Uses since `since`.
    pub uses: Option<u64>,
    /// Counted since.
    pub since: Option<String>,
    /// `ours`, `foreign`, `missing`.
    pub origin: String,
    /// `unused`, `redundant` (a longer index starts with the same fields), `ttl-on-users`, `missing`; none: fine.
    pub finding: Option<String>,
    /// In words.
    pub advice: Option<String>,
}

/// How the server answers one of our queries.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanRow {
    /// What it is for.
    pub query: String,
    /// Collection.
    pub collection: String,
    /// The index it uses; none: it reads everything.
    pub index: Option<String>,
    /// Documents looked at.
    pub examined: u64,
    /// Documents answered.
    pub returned: u64,
    /// Milliseconds.
    pub millis: f64,
}

/// Slow queries as the server's profiler kept them.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SlowQueries {
    /// Profiler's level: 0 off, 1 slow ones, 2 all.
    pub level: i32,
    /// Slow is this many milliseconds.
    pub slowms: i64,
    /// By shape, the slowest first.
    pub shapes: Vec<SlowShape>,
    /// Why it cannot be shown, where it cannot.
    pub problem: Option<String>,
}

/// Slow queries of one shape.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SlowShape {
    /// Collection.
    pub collection: String,
    /// Command.
    pub command: String,
    /// The filter's and sort's fields, values left out.
    pub shape: String,
    /// How often.
    pub count: u64,
    /// Mean, milliseconds.
    pub mean_ms: f64,
    /// Worst, milliseconds.
    pub max_ms: f64,
    /// Documents looked at for each one answered, where known.
    pub examined_per_returned: Option<f64>,
    /// When it was last seen.
    pub last: String,
}

/// Sets the profiler.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetProfiler {
    /// 0, 1 or 2. Level 2 keeps everything and costs the server; 1 keeps what takes 100 ms or more.
    pub level: i32,
}

// ---- maintenance --------------------------------------------------------------------------------

/// What maintenance can be done, and when it last was.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Maintenance {
    /// The tasks.
    pub tasks: Vec<MaintenanceTask>,
    /// Collection statistics, where the workspace has a server at hand.
    pub collections: Vec<CollectionStatistics>,
    /// Why there are none.
    pub problem: Option<String>,
}

/// A maintenance task.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MaintenanceTask {
    /// `expired-tokens` (runs daily by itself), `counters`.
    pub task: String,
    /// When it last ran here.
    pub last_run: Option<String>,
    /// What it did then.
    pub last_result: Option<String>,
}

/// Runs a task.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunMaintenance {
    /// Which.
    pub task: String,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What a task did.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MaintenanceOutcome {
    /// Each thing done, in words.
    pub done: Vec<String>,
    /// How many documents it concerned.
    pub count: u64,
    /// Nothing was changed.
    pub dry_run: bool,
}

/// Statistics of a collection (`$collStats`).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CollectionStatistics {
    /// Collection.
    pub collection: String,
    /// Documents.
    pub count: u64,
    /// Bytes of documents.
    pub bytes: u64,
    /// Mean bytes of a document.
    pub mean_bytes: f64,
    /// Bytes on the disk.
    pub storage_bytes: u64,
    /// Indexes.
    pub indexes: u64,
    /// Bytes of indexes.
    pub index_bytes: u64,
}
