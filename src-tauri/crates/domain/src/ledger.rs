//! The payment ledger: insert-only rows of signed minor units, numbered and hash-chained per device.
//!
//! Each row issues a document to the payer, so the row's number is the receipt's: `R-<device>-000123`,
//! gapless and never reused (after pretix's order lifecycle and Stripe's numbering on finalisation).
//! A mistake is mended by a counter-entry; nothing here can edit or delete.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Value, json};

use crate::{
    Timestamp,
    chain::{self, Link, Walk},
    ids::{CourseId, DeviceId, EnrollmentId, OpId, PaymentId, UserId},
    money::{Currency, Money},
};

pub mod booking;

pub use crate::chain::{ChainBreak, GENESIS, SeriesTail};

/// What a row books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum EntryKind {
    /// Money came in: positive.
    Charge,
    /// Money went back: negative.
    Refund,
    /// A charge booked by mistake is taken back: negative.
    Void,
    /// Any other correction, either sign.
    Adjustment,
}

impl EntryKind {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Refund => "refund",
            Self::Void => "void",
            Self::Adjustment => "adjustment",
        }
    }
}

/// How money moved (seed schema: `payment.method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Method {
    /// Card, through Stripe.
    Stripe,
    /// Bangladeshi gateway SSLCommerz.
    Sslcommerz,
    /// Notes and coins at the desk.
    Cash,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 3] = [Self::Stripe, Self::Sslcommerz, Self::Cash];

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stripe => "stripe",
            Self::Sslcommerz => "sslcommerz",
            Self::Cash => "cash",
        }
    }
}

/// One row, as stored in `payment_ledger`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// The change set that booked it; also the document's `_id`.
    #[serde(rename = "_id")]
    pub op: OpId,
    /// The payment it belongs to.
    pub payment: PaymentId,
    /// The enrollment that was paid for.
    pub enrollment: EnrollmentId,
    /// Who paid.
    pub user: UserId,
    /// For which course.
    pub course: CourseId,
    /// What it books.
    pub kind: EntryKind,
    /// Signed minor units, no further from zero than a double counts exactly; more is not read.
    #[serde(deserialize_with = "exact")]
    pub amount_minor: i64,
    /// Of this currency.
    pub currency: Currency,
    /// How the money moved.
    pub method: Method,
    /// The provider's reference of this movement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_ref: Option<String>,
    /// When the money moved.
    pub occurred_at: Timestamp,
    /// When it was booked.
    pub recorded_at: Timestamp,
    /// Who booked it; none when an import or the product itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<UserId>,
    /// The desktop whose series it is in.
    pub device: DeviceId,
    /// A remark of whoever booked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The remark was erased with the person it was about: the hash still stands for the row as it was,
    /// and the erasure's audit row vouches for what is left of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// Place in the device's series, from 1.
    pub number: u64,
    /// Hash of the row before it in the series, or [`GENESIS`].
    pub prev: String,
    /// SHA-256 over the canonical row, in lower-case hexadecimal.
    pub hash: String,
}

/// Past 2⁵³ a Mongoose program would not tell two neighbouring amounts apart, and a thousand rows could
/// overflow their sum.
fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    const EXACT: u64 = 1 << 53;
    let minor = i64::deserialize(deserializer)?;
    if minor.unsigned_abs() < EXACT {
        Ok(minor)
    } else {
        Err(D::Error::custom(format!(
            "{minor} is more than an amount can be"
        )))
    }
}

impl LedgerEntry {
    /// The signed amount.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// The number on the receipt.
    pub fn receipt_number(&self) -> String {
        receipt_number(&self.device, self.number)
    }

    /// The row with its hash computed.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.hash = self.computed_hash();
        self
    }

    /// SHA-256 over the row's fields (all but `hash`) as JSON with sorted keys, `prev` included.
    pub fn computed_hash(&self) -> String {
        let mut row = self.figures();
        if let Some(note) = &self.note {
            row.insert("note", json!(note));
        }
        chain::digest(row)
    }

    /// What an erasure vouches for: the operation, and a digest of everything but the remark, the row's
    /// own hash included.
    pub fn voucher(&self) -> String {
        let mut row = self.figures();
        row.insert("hash", json!(self.hash));
        format!("{} {}", self.op, chain::digest(row))
    }

    /// The row without its remark.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        if self.note.take().is_some() {
            self.erased = true;
        }
        self
    }

    /// Every field but the remark and the hash.
    fn figures(&self) -> BTreeMap<&str, Value> {
        let mut row: BTreeMap<&str, Value> = BTreeMap::from([
            ("_id", json!(self.op.to_string())),
            ("payment", json!(self.payment.to_hex())),
            ("enrollment", json!(self.enrollment.to_hex())),
            ("user", json!(self.user.to_hex())),
            ("course", json!(self.course.to_hex())),
            ("kind", json!(self.kind.as_str())),
            ("amountMinor", json!(self.amount_minor)),
            ("currency", json!(self.currency.code())),
            ("method", json!(self.method.as_str())),
            ("occurredAt", json!(self.occurred_at.timestamp_millis())),
            ("recordedAt", json!(self.recorded_at.timestamp_millis())),
            ("device", json!(self.device.as_str())),
            ("number", json!(self.number)),
            ("prev", json!(self.prev)),
        ]);
        if let Some(reference) = &self.provider_ref {
            row.insert("providerRef", json!(reference));
        }
        if let Some(by) = self.recorded_by {
            row.insert("recordedBy", json!(by.to_hex()));
        }
        row
    }

    /// The row as the walk sees it; what an erasure left of it is looked at where its voucher is known.
    fn link(&self) -> Link<'_> {
        Link {
            op: self.op,
            number: self.number,
            prev: &self.prev,
            hash: &self.hash,
            intact: self.erased || self.computed_hash() == self.hash,
        }
    }
}

/// The number on a receipt: `R-<device>-` and at least six digits.
pub fn receipt_number(device: &DeviceId, number: u64) -> String {
    format!("R-{device}-{number:06}")
}

/// Walks one device's rows in order of their number and reports every break.
pub fn verify_chain<'a>(rows: impl IntoIterator<Item = &'a LedgerEntry>) -> Vec<ChainBreak> {
    let mut walk = Walk::default();
    rows.into_iter()
        .flat_map(|row| walk.next(row.link()))
        .collect()
}
