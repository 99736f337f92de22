//! Shapes every area shares on the wire: money, pages, references, timelines, reasons, saved files.
//!
//! Wire types are apart from the documents: identifiers are hexadecimal text, moments are RFC 3339
//! text in UTC, amounts are minor units with their currency.

use domain::{Collection, Currency, Money, Role, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// An amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MoneyDto {
    /// Minor units (cents, pence, poisha).
    pub minor: i64,
    /// Of this currency.
    pub currency: Currency,
}

impl From<Money> for MoneyDto {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency,
        }
    }
}

impl From<MoneyDto> for Money {
    fn from(money: MoneyDto) -> Self {
        Self::new(money.minor, money.currency)
    }
}

/// RFC 3339 text of a moment, in UTC with milliseconds.
pub fn moment(at: Timestamp) -> String {
    at.try_to_rfc3339_string().unwrap_or_default()
}

/// No arguments.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Nothing {}

/// One record.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ById {
    /// Which.
    pub id: String,
}

/// One record as it was read: the act is refused with `stale` when somebody changed it since.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ByIdRev {
    /// Which.
    pub id: String,
    /// Its revision.
    pub rev: i64,
}

/// One record as it was read, with a reason or note.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ByIdRevReason {
    /// Which.
    pub id: String,
    /// Its revision.
    pub rev: i64,
    /// Why, in the person's words.
    pub reason: String,
}

/// A stretch of a list.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WindowDto {
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted, at most 500.
    pub limit: u32,
}

/// Rows of a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PageOf<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: u64,
    /// False when there are more than `total`.
    pub exact: bool,
}

/// A person, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PersonRef {
    /// Which.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// A course, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CourseRef {
    /// Which.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A record, wherever it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecordRef {
    /// Its collection.
    pub collection: Collection,
    /// Its id.
    pub id: String,
    /// Its name, where it has one.
    pub label: Option<String>,
}

/// One line of a timeline. The window makes the sentence from `verb` and `detail`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TimelineEntry {
    /// Place in the audit trail; pass the last one as `before` for the lines before it.
    pub n: u64,
    /// When.
    pub at: String,
    /// Who, by name at that time.
    pub actor: String,
    /// Who, if a person.
    pub actor_id: Option<String>,
    /// As what.
    pub role: Role,
    /// From which device.
    pub device: String,
    /// What: area and past participle, e.g. `payment.captured`.
    pub verb: String,
    /// Figures and names of the sentence: plain JSON; amounts as `amountMinor` with `currency`.
    #[ts(type = "Record<string, unknown>")]
    pub detail: Value,
    /// What it is about.
    pub subjects: Vec<RecordRef>,
    /// Its number in the device's chain; none while it waits for the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub number: Option<u64>,
    /// Its hash, which the next row of the device carries too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hash: Option<String>,
}

/// Which timeline.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TimelineArgs {
    /// Of a record of this collection.
    pub collection: Collection,
    /// Which record.
    pub id: String,
    /// Lines before this one.
    pub before: Option<u64>,
    /// At most 200.
    pub limit: u32,
}

/// Why a record is in its state: the rule, person or payment that put it there.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WhyDto {
    /// Which explanation, e.g. `waits-for-payment`, `paid`, `free-course`, `cancelled-by`.
    pub code: String,
    /// Its figures and names, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub params: Value,
    /// Since when.
    pub since: Option<String>,
    /// Who did it, if a person.
    pub by: Option<PersonRef>,
    /// The record to look at.
    pub link: Option<RecordRef>,
}

/// What is missing or wrong, at a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldIssue {
    /// Dotted path.
    pub field: String,
    /// A sentence.
    pub message: String,
}

/// How a table or document is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum FileFormat {
    /// Comma-separated, UTF-8, with formulas defused.
    Csv,
    /// A workbook.
    Xlsx,
    /// For print.
    Pdf,
}

/// A file written to the person's downloads folder.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SavedFile {
    /// Its full path.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Rows in it, where it is a table.
    pub rows: Option<u64>,
}

/// Progress of long work, sent as the event `progress`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProgressDto {
    /// The name the caller gave the work.
    pub task: String,
    /// Stage of it (`reading`, `checking`, `writing`).
    pub stage: String,
    /// Done so far.
    pub done: u64,
    /// Of how many; 0 while unknown.
    pub total: u64,
}

/// A long work to cancel.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TaskArgs {
    /// The name the caller gave the work.
    pub task: String,
}

/// Which records an act upon many was done to, and which not, with the reason for each.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ManyOutcome {
    /// How many were changed.
    pub done: u64,
    /// The others.
    pub refused: Vec<RefusedOne>,
}

/// One record an act was not done to.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RefusedOne {
    /// Which.
    pub id: String,
    /// Its name.
    pub label: String,
    /// What kind of no.
    pub code: domain::Code,
    /// Why.
    pub message: String,
}
