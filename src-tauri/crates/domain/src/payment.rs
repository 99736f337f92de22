//! A payment, as the seed schema's `Payment`, and its state machine.
//!
//! Refund states are derived from the refund rows. What was booked is in the ledger; this document is
//! the story around it. Ours beyond the seed schema: who asked for and who approved a refund, which run
//! of the enrollment is paid for, and why a payment was cancelled.

use bson::Document;
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    change::SyncStamp,
    error::{Code, Refusal},
    ids::{CourseId, EnrollmentId, PaymentId, UserId},
    ledger::Method,
    money::{Currency, Money, in_any_case},
    text::{epoch, moment, number, optional_number, optional_whole, or_default},
};

/// Where a payment stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum PaymentStatus {
    #[default]
    Pending,
    Processing,
    Completed,
    Failed,
    Cancelled,
    Refunded,
    PartiallyRefunded,
}

impl PaymentStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Refunded,
        Self::PartiallyRefunded,
    ];

    /// Every transition there is. `pending → completed` is for cash and for a provider's payment
    /// recorded by its reference after the fact.
    pub const TRANSITIONS: [(Self, Self); 10] = [
        (Self::Pending, Self::Processing),
        (Self::Pending, Self::Completed),
        (Self::Pending, Self::Failed),
        (Self::Pending, Self::Cancelled),
        (Self::Processing, Self::Completed),
        (Self::Processing, Self::Failed),
        (Self::Completed, Self::PartiallyRefunded),
        (Self::Completed, Self::Refunded),
        (Self::PartiallyRefunded, Self::PartiallyRefunded),
        (Self::PartiallyRefunded, Self::Refunded),
    ];

    /// Whether the machine has that transition.
    pub fn may_become(self, next: Self) -> bool {
        Self::TRANSITIONS.contains(&(self, next))
    }

    /// Failed, cancelled and refunded payments never change again.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Failed | Self::Cancelled | Self::Refunded)
    }

    /// Whether money of it is (or was) booked.
    pub const fn is_captured(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Refunded | Self::PartiallyRefunded
        )
    }

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::PartiallyRefunded => "partially_refunded",
        }
    }
}

/// Ids the provider gave; each is unique over all payments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Provider {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_transaction_id: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// The provider's ids a payment can be found by; each belongs to one payment at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ReferenceKind {
    PaymentIntentId,
    ChargeId,
    SessionId,
    TransactionId,
    MerchantTransactionId,
}

impl ReferenceKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::PaymentIntentId,
        Self::ChargeId,
        Self::SessionId,
        Self::TransactionId,
        Self::MerchantTransactionId,
    ];

    /// Where it is in the document.
    pub const fn path(self) -> &'static str {
        match self {
            Self::PaymentIntentId => "provider.paymentIntentId",
            Self::ChargeId => "provider.chargeId",
            Self::SessionId => "provider.sessionId",
            Self::TransactionId => "provider.transactionId",
            Self::MerchantTransactionId => "provider.merchantTransactionId",
        }
    }
}

impl Provider {
    /// The id of that kind.
    pub fn reference(&self, kind: ReferenceKind) -> Option<&str> {
        match kind {
            ReferenceKind::PaymentIntentId => self.payment_intent_id.as_deref(),
            ReferenceKind::ChargeId => self.charge_id.as_deref(),
            ReferenceKind::SessionId => self.session_id.as_deref(),
            ReferenceKind::TransactionId => self.transaction_id.as_deref(),
            ReferenceKind::MerchantTransactionId => self.merchant_transaction_id.as_deref(),
        }
    }

    /// Notes down the id of that kind.
    pub fn set_reference(&mut self, kind: ReferenceKind, value: String) {
        let slot = match kind {
            ReferenceKind::PaymentIntentId => &mut self.payment_intent_id,
            ReferenceKind::ChargeId => &mut self.charge_id,
            ReferenceKind::SessionId => &mut self.session_id,
            ReferenceKind::TransactionId => &mut self.transaction_id,
            ReferenceKind::MerchantTransactionId => &mut self.merchant_transaction_id,
        };
        *slot = Some(value);
    }
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum RefundStatus {
    /// Asked for; waits for a second person.
    #[default]
    Pending,
    /// Booked.
    Succeeded,
    /// Denied, withdrawn by who asked for it, or the provider refused.
    Failed,
}

/// A refund, asked for or made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// Identifier of the row (Mongoose subdocument id).
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<bson::oid::ObjectId>,
    /// Major units.
    #[serde(default, deserialize_with = "number")]
    pub amount: f64,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The provider's refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<String>,
    /// When it was booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_at: Option<Timestamp>,
    /// Where it stands.
    #[serde(default, deserialize_with = "or_default")]
    pub status: RefundStatus,
    /// Who asked (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<UserId>,
    /// When (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
    /// Who approved or denied (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// When (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// When who asked took it back, before anybody decided (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
    /// The number of the refund's receipt (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_number: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// Who paid, as they were then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Customer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub address: CustomerAddress,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// The payer's address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct CustomerAddress {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// Where the payment came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Metadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// `web`, `mobile`, `api`; ours: `desktop`, `import`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliate_id: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// Why it failed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ErrorDetails {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: PaymentId,
    /// Who pays.
    pub user: UserId,
    /// For which course.
    pub course: CourseId,
    /// For which enrollment; ours always name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment: Option<EnrollmentId>,
    /// Major units; [`Payment::amount`] is the money.
    #[serde(deserialize_with = "number")]
    pub amount: f64,
    /// Which run of the enrollment it pays for (ours); none in payments of other programs.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_whole"
    )]
    pub attempt: Option<i64>,
    /// Of this currency. The seed schema leaves its letters' case open.
    #[serde(default, deserialize_with = "in_any_case")]
    pub currency: Currency,
    /// Before discounts, major units.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub original_amount: Option<f64>,
    /// Major units.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub discount_amount: Option<f64>,
    /// The code it was granted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_code: Option<String>,
    /// Major units.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub tax_amount: Option<f64>,
    /// How.
    pub method: Method,
    /// The provider's ids.
    #[serde(default, deserialize_with = "or_default")]
    pub provider: Provider,
    /// Where it stands.
    #[serde(default, deserialize_with = "or_default")]
    pub status: PaymentStatus,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub created_at: Timestamp,
    /// When the money moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// When it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
    /// When it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// Why it was cancelled (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// Refunds asked for or made.
    #[serde(default, deserialize_with = "or_default")]
    pub refunds: Vec<Refund>,
    /// Who paid.
    #[serde(default, deserialize_with = "or_default")]
    pub customer: Customer,
    /// Where the receipt is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_url: Option<String>,
    /// `R-<device>-000123`, given when the money is booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_number: Option<String>,
    /// Where the invoice is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_url: Option<String>,
    /// What for, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it came from.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_details: Option<ErrorDetails>,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub updated_at: Timestamp,
    /// Who of us wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs, `__v` among them.
    #[serde(flatten)]
    pub extra: Document,
}

impl Payment {
    /// A pending payment of that amount for an enrollment.
    pub fn new(
        id: PaymentId,
        enrollment: EnrollmentId,
        user: UserId,
        course: CourseId,
        amount: Money,
        method: Method,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            user,
            course,
            enrollment: Some(enrollment),
            amount: amount.to_double(),
            attempt: None,
            currency: amount.currency,
            original_amount: None,
            discount_amount: None,
            discount_code: None,
            tax_amount: None,
            method,
            provider: Provider::default(),
            status: PaymentStatus::Pending,
            created_at: at,
            paid_at: None,
            failed_at: None,
            cancelled_at: None,
            cancel_reason: None,
            refunds: Vec::new(),
            customer: Customer::default(),
            receipt_url: None,
            receipt_number: None,
            invoice_url: None,
            description: None,
            metadata: Metadata::default(),
            error_details: None,
            updated_at: at,
            sync: None,
            extra: Document::new(),
        }
    }

    /// Whether money may still come in for it.
    pub const fn is_open(&self) -> bool {
        matches!(
            self.status,
            PaymentStatus::Pending | PaymentStatus::Processing
        )
    }

    /// The amount asked for, and captured once the payment is completed.
    pub fn amount(&self) -> Result<Money, Refusal> {
        Money::from_double(self.amount, self.currency)
    }

    /// What the refund rows say was given back: the sum of those that succeeded.
    pub fn refunded(&self) -> Result<Money, Refusal> {
        self.sum_refunds(RefundStatus::Succeeded)
    }

    /// What waits for a second person.
    pub fn refund_requested(&self) -> Result<Money, Refusal> {
        self.sum_refunds(RefundStatus::Pending)
    }

    fn sum_refunds(&self, status: RefundStatus) -> Result<Money, Refusal> {
        self.refunds
            .iter()
            .filter(|r| r.status == status)
            .try_fold(Money::zero(self.currency), |sum, refund| {
                sum.plus(Money::from_double(refund.amount, self.currency)?)
            })
    }

    /// Captured minus given back; zero while nothing is captured.
    pub fn refundable(&self) -> Result<Money, Refusal> {
        if self.status.is_captured() {
            self.amount()?.minus(self.refunded()?)
        } else {
            Ok(Money::zero(self.currency))
        }
    }

    /// The state its refund rows put a captured payment in. Refuses rows that exceed the capture.
    pub fn derived_status(&self) -> Result<PaymentStatus, Refusal> {
        if !self.status.is_captured() {
            return Ok(self.status);
        }
        let (amount, back) = (self.amount()?, self.refunded()?);
        if back.minor > amount.minor {
            return Err(Refusal::field(
                Code::Amount,
                "amount",
                "More was refunded than was paid.",
            ));
        }
        Ok(if back.is_zero() {
            PaymentStatus::Completed
        } else if back == amount {
            PaymentStatus::Refunded
        } else {
            PaymentStatus::PartiallyRefunded
        })
    }

    /// `sync.rev`, 0 where absent.
    pub fn rev(&self) -> i64 {
        self.sync.as_ref().map_or(0, |s| s.rev)
    }
}
