//! Payments on the wire: rows, the payment page with its ledger, recording, refunds, receipts.

use domain::{
    Currency,
    enrollment::EnrollmentStatus,
    ledger::{EntryKind, Method},
    payment::{PaymentStatus, RefundStatus},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dto::{CourseRef, MoneyDto, PersonRef, WhyDto, WindowDto};

/// What the list of payments sorts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PaymentSort {
    /// When made.
    #[default]
    Created,
    /// Student's name.
    Student,
    /// Course title.
    Course,
    /// Currency, then amount.
    Amount,
    /// Status, then when made.
    Status,
    /// Method, then when made.
    Method,
}

/// Filters of the list of payments. Empty lists and none do not filter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct PaymentFilter {
    /// Words of name, e-mail or course, a receipt number or a provider's reference.
    pub text: String,
    /// Any of these.
    pub statuses: Vec<PaymentStatus>,
    /// Any of these.
    pub methods: Vec<Method>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// Of this person.
    pub user: Option<String>,
    /// For this course.
    pub course: Option<String>,
    /// For this enrollment.
    pub enrollment: Option<String>,
    /// Made on or after this day (`YYYY-MM-DD`, the institution's zone).
    pub from: Option<String>,
    /// Made on or before this day.
    pub to: Option<String>,
    /// Only those with a refund that waits for a second person.
    pub refund_requested: bool,
    /// Order.
    pub sort: PaymentSort,
    /// Largest first.
    pub descending: bool,
}

/// A stretch of the list of payments.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ListPayments {
    /// Which payments.
    pub filter: PaymentFilter,
    /// Which rows of them.
    pub window: WindowDto,
}

/// A payment in a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct PaymentRowDto {
    pub id: String,
    pub student: PersonRef,
    pub course: CourseRef,
    pub enrollment: Option<String>,
    pub status: PaymentStatus,
    pub method: Method,
    pub amount: MoneyDto,
    pub refunded: MoneyDto,
    /// Waits for a second person.
    pub refund_requested: MoneyDto,
    pub receipt_number: Option<String>,
    pub created_at: String,
    pub paid_at: Option<String>,
}

/// The review queue: how many payments wait, and how much.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PaymentQueue {
    /// Every status with its count.
    pub by_status: Vec<StatusCount>,
    /// Payments with a refund that waits for a second person.
    pub refund_requests: u64,
    /// Pending and processing, by currency.
    pub outstanding: Vec<MoneyDto>,
}

/// A status with its count.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct StatusCount {
    pub status: PaymentStatus,
    pub count: u64,
}

/// A refund, asked for or made.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct RefundDto {
    pub id: String,
    pub amount: MoneyDto,
    pub reason: Option<String>,
    pub status: RefundStatus,
    pub requested_by: Option<PersonRef>,
    pub requested_at: Option<String>,
    pub decided_by: Option<PersonRef>,
    pub decided_at: Option<String>,
    pub refunded_at: Option<String>,
    pub receipt_number: Option<String>,
    /// When who asked took it back.
    pub withdrawn_at: Option<String>,
    /// The one who looks may approve or deny it.
    pub may_decide: bool,
    /// The one who looks asked for it, and may take it back.
    pub may_withdraw: bool,
}

/// A row of the payment's ledger.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct LedgerRowDto {
    pub op: String,
    pub receipt_number: String,
    pub kind: EntryKind,
    pub amount: MoneyDto,
    /// The payment's balance after this row.
    pub balance: MoneyDto,
    pub method: Method,
    pub provider_ref: Option<String>,
    pub occurred_at: String,
    pub recorded_at: String,
    pub recorded_by: Option<PersonRef>,
    pub device: String,
    pub note: Option<String>,
    /// First digits of the row's hash.
    pub seal: String,
    /// The row still matches its hash.
    pub intact: bool,
}

/// What the one who looks may do with the payment now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct PaymentVerbs {
    pub record_cash: bool,
    pub record_provider: bool,
    pub fail: bool,
    pub cancel: bool,
    pub refund: bool,
    pub retry: bool,
    pub receipt: bool,
}

/// The payment page.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct PaymentDetail {
    pub id: String,
    pub rev: i64,
    pub student: PersonRef,
    pub student_email: String,
    pub course: CourseRef,
    pub enrollment: Option<String>,
    pub enrollment_status: Option<EnrollmentStatus>,
    pub status: PaymentStatus,
    pub why: WhyDto,
    pub method: Method,
    pub amount: MoneyDto,
    pub original_amount: Option<MoneyDto>,
    pub discount: Option<MoneyDto>,
    pub discount_code: Option<String>,
    pub tax: Option<MoneyDto>,
    pub captured: MoneyDto,
    pub refunded: MoneyDto,
    pub refundable: MoneyDto,
    /// What the ledger says; equals captured − refunded.
    pub ledger_balance: MoneyDto,
    /// A further refund of more than this needs a second person, minor units: the workspace's threshold less
    /// what nobody approved before.
    pub refund_threshold_minor: i64,
    pub receipt_number: Option<String>,
    /// Kind and value of each provider id.
    pub references: Vec<ReferenceDto>,
    pub customer_name: Option<String>,
    pub customer_email: Option<String>,
    pub description: Option<String>,
    pub source: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub created_at: String,
    pub paid_at: Option<String>,
    pub failed_at: Option<String>,
    pub cancelled_at: Option<String>,
    pub refunds: Vec<RefundDto>,
    pub ledger: Vec<LedgerRowDto>,
    pub verbs: PaymentVerbs,
}

/// Which of the provider's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub enum ReferenceKind {
    PaymentIntentId,
    ChargeId,
    SessionId,
    TransactionId,
    MerchantTransactionId,
}

/// One of the provider's ids.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ReferenceDto {
    pub kind: ReferenceKind,
    pub value: String,
}

/// Cash was received for a pending payment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordCash {
    /// Which payment.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// What was counted, minor units; must be the amount asked for.
    pub amount_minor: i64,
    /// Day it was received (`YYYY-MM-DD`, the institution's zone); none: now. Not in the future.
    pub received_on: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A provider reports a pending payment as paid.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordProvider {
    /// Which payment.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// `stripe` or `sslcommerz`.
    pub method: Method,
    /// The provider's transaction; unique over all payments.
    pub reference: ReferenceDto,
    /// Day it was paid (`YYYY-MM-DD`, the institution's zone); none: now.
    pub paid_on: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A provider refused.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FailPayment {
    /// Which payment.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// The provider's code, if known.
    pub code: Option<String>,
    /// Its words.
    pub message: String,
}

/// Try again after a failed or cancelled payment: a new pending payment of the same enrollment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RetryPayment {
    /// Which enrollment.
    pub enrollment: String,
    /// How.
    pub method: Method,
}

/// Give money back. Up to the threshold it is booked at once; above, a second person decides.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AskRefund {
    /// Which payment.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// Minor units, more than 0, at most what is refundable.
    pub amount_minor: i64,
    /// Why; required.
    pub reason: String,
}

/// Approve or deny a refund somebody else asked for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DecideRefund {
    /// Which payment.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// Which refund of it.
    pub refund: String,
    /// Approve, or deny.
    pub approve: bool,
    /// Why; required to deny.
    pub reason: Option<String>,
}

/// Take back a refund one asked for, while it waits for a second person.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WithdrawRefund {
    /// Which payment.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// Which refund of it.
    pub refund: String,
}

/// Which receipt: of a payment, or of one of its refunds.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReceiptArgs {
    /// Which payment.
    pub payment: String,
    /// Which of its numbers.
    pub receipt_number: String,
}

/// A receipt, to read, print or save.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct ReceiptDto {
    pub number: String,
    pub kind: EntryKind,
    pub institution: String,
    pub payer: String,
    pub payer_email: String,
    pub course: String,
    /// Signed.
    pub amount: MoneyDto,
    pub method: Method,
    pub provider_ref: Option<String>,
    pub occurred_at: String,
    pub recorded_at: String,
    pub recorded_by: Option<String>,
    pub note: Option<String>,
    /// The receipt a refund belongs to.
    pub refunds: Option<String>,
    pub hash: String,
    pub sample: bool,
}
