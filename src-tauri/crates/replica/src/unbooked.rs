//! Payments the ledger does not tell of as they tell of themselves: another program took or gave back the
//! money.
//!
//! Deliberately absent: booking them, which is `domain::rules::adopting`'s.

use domain::PaymentId;

use crate::{
    documents::{count, object_id},
    error::StoreError,
    replica::Reader,
};

/// What a payment says is left of what was captured; a payment that is refunded and has no rows of refunds
/// was refunded whole.
const DIFFER: &str = "payments p LEFT JOIN (
      SELECT payment, sum(amount_minor) AS booked FROM payment_ledger GROUP BY payment) l ON l.payment = p.id
    WHERE p.status IN ('completed', 'partially_refunded', 'refunded') AND p.amount_minor > 0
      AND (l.payment IS NULL OR l.booked <> CASE WHEN p.status = 'refunded' AND p.refunded_minor = 0
             THEN 0 ELSE p.amount_minor - p.refunded_minor END)";

impl Reader<'_> {
    /// How many there are.
    pub fn unbooked_count(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {DIFFER}");
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([], |row| count(row, 0))?)
    }

    /// All of them, in the order they came here.
    pub fn unbooked(&self) -> Result<Vec<PaymentId>, StoreError> {
        let sql = format!("SELECT p.id FROM {DIFFER} ORDER BY p.n");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement
            .query_map([], |row| object_id(row, 0).map(PaymentId))?
            .collect::<Result<_, _>>()?;
        Ok(found)
    }
}
