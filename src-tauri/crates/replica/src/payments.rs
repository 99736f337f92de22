//! Reading payments.

use domain::{Collection, EnrollmentId, PaymentId, UserId, payment::Payment};

use crate::{error::StoreError, replica::Reader};

/// The references a payment can be found by; each belongs to one payment at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// `R-<device>-000123`.
    Receipt,
    /// `provider.paymentIntentId`.
    PaymentIntent,
    /// `provider.chargeId`.
    Charge,
    /// `provider.sessionId`.
    Session,
    /// `provider.transactionId`.
    Transaction,
    /// `provider.merchantTransactionId`.
    MerchantTransaction,
}

impl ReferenceKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Receipt,
        Self::PaymentIntent,
        Self::Charge,
        Self::Session,
        Self::Transaction,
        Self::MerchantTransaction,
    ];

    /// The field of the document it is in.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Receipt => "receiptNumber",
            Self::PaymentIntent => "provider.paymentIntentId",
            Self::Charge => "provider.chargeId",
            Self::Session => "provider.sessionId",
            Self::Transaction => "provider.transactionId",
            Self::MerchantTransaction => "provider.merchantTransactionId",
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::Receipt => "SELECT id, doc FROM payments WHERE receipt_number = ?1",
            Self::PaymentIntent => "SELECT id, doc FROM payments WHERE payment_intent_id = ?1",
            Self::Charge => "SELECT id, doc FROM payments WHERE charge_id = ?1",
            Self::Session => "SELECT id, doc FROM payments WHERE session_id = ?1",
            Self::Transaction => "SELECT id, doc FROM payments WHERE transaction_id = ?1",
            Self::MerchantTransaction => {
                "SELECT id, doc FROM payments WHERE merchant_transaction_id = ?1"
            }
        }
    }
}

impl Reader<'_> {
    /// A payment.
    pub fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.one(
            Collection::Payments,
            "SELECT id, doc FROM payments WHERE id = ?1",
            [id.0.bytes()],
        )
    }

    /// An enrollment's payments, the oldest first.
    pub fn payments_of_enrollment(&self, id: EnrollmentId) -> Result<Vec<Payment>, StoreError> {
        self.all(
            Collection::Payments,
            "SELECT id, doc FROM payments WHERE enrollment = ?1 ORDER BY created_at, n",
            [id.0.bytes()],
        )
    }

    /// A person's payments, the newest first.
    pub fn payments_of_user(&self, user: UserId) -> Result<Vec<Payment>, StoreError> {
        self.all(
            Collection::Payments,
            "SELECT id, doc FROM payments WHERE user = ?1 ORDER BY created_at DESC, n DESC",
            [user.0.bytes()],
        )
    }

    /// The payment with this reference.
    pub fn payment_by_reference(
        &self,
        kind: ReferenceKind,
        reference: &str,
    ) -> Result<Option<Payment>, StoreError> {
        self.one(Collection::Payments, kind.sql(), [reference])
    }

    /// Every payment, in the order they were added, one at a time.
    pub fn every_payment(
        &self,
        visit: impl FnMut(Payment) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(
            Collection::Payments,
            "SELECT id, doc FROM payments ORDER BY n",
            [],
            visit,
        )
    }
}
