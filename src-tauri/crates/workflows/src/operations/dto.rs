//! Running the workspace, on the wire: imports, exports, search, settings, audit, verification.

use domain::{Collection, Currency};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    catalog::dto::CourseFilter,
    dto::{FileFormat, WindowDto},
    enrollment::dto::EnrollmentFilter,
    payments::dto::PaymentFilter,
    people::dto::PeopleFilter,
};

/// What a CSV file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
#[allow(missing_docs)]
pub enum ImportKind {
    People,
    Courses,
}

/// Look into a file before importing it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectImport {
    /// What it holds.
    pub kind: ImportKind,
    /// Its name, for the record.
    pub file: String,
    /// Its bytes, base64; at most 32 MiB decoded. UTF-8 (with or without BOM), UTF-16 with BOM, or Windows-1252.
    pub content: String,
}

/// A field that can be filled from a column.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ImportField {
    pub field: String,
    pub required: bool,
    /// The column proposed for it.
    pub column: Option<String>,
}

/// What is in the file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ImportInspection {
    pub columns: Vec<String>,
    pub fields: Vec<ImportField>,
    /// The first rows, as text.
    pub sample: Vec<Vec<String>>,
    pub rows: u64,
    /// `,`, `;` or tab.
    pub delimiter: String,
    /// `utf-8`, `utf-16` or `windows-1252`.
    pub encoding: String,
}

/// Which column fills which field. A column written `=value` is a constant for every row.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ImportMapping {
    pub field: String,
    pub column: String,
}

/// Check or import a file. Progress comes as `progress` events of the task named.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct RunImport {
    pub kind: ImportKind,
    pub file: String,
    /// Base64, as for inspecting.
    pub content: String,
    pub mapping: Vec<ImportMapping>,
    /// Check only.
    pub dry_run: bool,
    /// A name for progress and cancelling.
    pub task: String,
}

/// A row that cannot be imported, or of which something is to be known.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ImportError {
    /// Row number as a spreadsheet shows it: the header is 1.
    pub row: u64,
    pub field: Option<String>,
    pub column: Option<String>,
    pub value: Option<String>,
    pub message: String,
}

/// What an import did or would do.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct ImportOutcome {
    pub rows: u64,
    /// New records.
    pub created: u64,
    /// Already there with the same key (e-mail, slug): left as they are.
    pub skipped: u64,
    /// The first 1,000 problems.
    pub errors: Vec<ImportError>,
    /// Problems in all.
    pub error_count: u64,
    /// Rows that have one or more of them.
    pub faulty_rows: u64,
    /// The first 1,000 things to know about rows that are imported all the same.
    pub notes: Vec<ImportError>,
    pub cancelled: bool,
    /// The first records as they would be, for a preview: a line of field names, then a line a record.
    pub preview: Vec<Vec<String>>,
    /// To undo it by; none in a dry run.
    pub import: Option<String>,
}

/// An import done.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct ImportRow {
    pub id: String,
    /// `people`, `courses` or `oulad`.
    pub kind: String,
    pub file: String,
    pub at: String,
    pub by: String,
    pub created: u64,
    pub undone_at: Option<String>,
}

/// What undoing did.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct UndoOutcome {
    pub removed: u64,
    /// Left because they are in use since (enrolled, paid, changed), with the reason.
    pub kept: Vec<crate::dto::RefusedOne>,
}

/// Which list to save to a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase", tag = "list", content = "filter")]
#[ts(export)]
#[allow(missing_docs)]
pub enum ExportWhat {
    People(PeopleFilter),
    Courses(CourseFilter),
    Enrollments(EnrollmentFilter),
    Payments(PaymentFilter),
    Audit(AuditFilter),
}

/// A list to a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ExportList {
    pub what: ExportWhat,
    pub format: FileFormat,
    /// A name for progress and cancelling.
    pub task: String,
}

/// Search for the palette.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct SearchArgs {
    pub text: String,
    pub limit: u32,
}

/// Something found.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct SearchHit {
    pub collection: Collection,
    pub id: String,
    pub title: String,
    pub subtitle: String,
}

fn english() -> String {
    "en".to_owned()
}

/// The institution's settings.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct SettingsDto {
    pub rev: i64,
    pub institution: String,
    pub timezone: String,
    pub currency: Currency,
    pub refund_threshold_minor: i64,
    pub idle_minutes: i64,
    pub keep_bcrypt: bool,
    /// Students may register at the window.
    #[serde(default)]
    pub registration: bool,
    /// BCP 47 tag of the language new people are written to in.
    #[serde(default = "english")]
    pub language: String,
    /// Administrators and finance staff give a second factor at sign-in.
    #[serde(default)]
    pub require_second_factor: bool,
    /// Shown, not changed.
    pub device: String,
    /// Shown, not changed.
    pub replica_path: String,
}

/// Filters of the audit trail.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
#[allow(missing_docs)]
pub struct AuditFilter {
    pub actor: Option<String>,
    /// Area of the verb (`payment`, `course` …), or a whole verb.
    pub area: Option<String>,
    /// A desktop's name.
    pub device: Option<String>,
    /// Somewhere in the row.
    pub text: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// A stretch of the audit trail, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ListAudit {
    pub filter: AuditFilter,
    pub window: WindowDto,
}

/// Look whether everything agrees. Progress comes as `progress` events of the task named.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunVerification {
    /// A name for progress and cancelling.
    pub task: String,
}

/// Something that is off.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct Finding {
    /// `ledger-chain`, `ledger-sum`, `counter`, `reference`, `index`, `state` …
    pub check: String,
    pub record: Option<String>,
    pub message: String,
}

/// What verification found.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct VerifyReport {
    pub people: u64,
    pub courses: u64,
    pub enrollments: u64,
    pub payments: u64,
    pub ledger_rows: u64,
    pub audit_events: u64,
    pub findings: Vec<Finding>,
    /// Milliseconds.
    pub took_ms: u64,
}
