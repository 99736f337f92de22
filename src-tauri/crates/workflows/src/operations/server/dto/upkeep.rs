//! The server itself as an administrator keeps it: health, migrations, indexes and slow queries, maintenance.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AbilityDto, Environment};

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
