//! The state of synchronisation and what waits: the queue, conflicts, what could not be read.

use domain::{Collection, Refusal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DeskScope, Environment};
use crate::dto::RecordRef;

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
    /// Change sets that wait to be sent and change something.
    pub waiting: u64,
    /// Lines of the audit trail that wait to be sent: that somebody looked at a record, or saved a list.
    pub lines: u64,
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
    /// Stable word: `field`, `text`, `deleted`, `order`, `moved`, `added`, `restored`, `identity`.
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
