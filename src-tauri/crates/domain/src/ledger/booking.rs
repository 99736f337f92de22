//! Whether a row may be booked: it must be sealed, follow its series, fit its payment, and never give
//! back more than came in, neither by the ledger nor by what the payment tells of itself.
//!
//! Where the facts are read from and the row is written to is the authorities' business.

use super::{EntryKind, LedgerEntry, SeriesTail};
use crate::{
    error::{Code, Refusal},
    ids::OpId,
    missed,
    payment::Payment,
};

/// Why a row may not be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unbooked {
    /// The ledger moved on since the row was made: decide again.
    Missed(Refusal),
    /// The row is wrong and stays wrong.
    Refused(Refusal),
}

/// What the row is judged by, as it is when the row is to be booked.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Where the device's series stands.
    pub tail: &'a SeriesTail,
    /// The payment, with this change set applied; none: it is not there.
    pub payment: Option<&'a Payment>,
    /// Captured minus given back by the ledger, minor units.
    pub sum: i64,
}

/// A row of the ledger that can never be booked, in words.
pub fn unbookable(message: &str) -> Refusal {
    Refusal::new(Code::Invalid, message)
}

/// Passes when the row may be booked by this change set.
pub fn check(entry: &LedgerEntry, op: OpId, facts: &Facts<'_>) -> Result<(), Unbooked> {
    let refused = |message: &str| Err(Unbooked::Refused(unbookable(message)));
    if entry.op != op {
        return refused("The row of the ledger belongs to another change.");
    }
    if entry.computed_hash() != entry.hash {
        return refused("The row of the ledger was altered after it was sealed.");
    }
    let sign_fits = match entry.kind {
        EntryKind::Charge => entry.amount_minor > 0,
        EntryKind::Refund | EntryKind::Void => entry.amount_minor < 0,
        EntryKind::Adjustment => entry.amount_minor != 0,
    };
    if !sign_fits {
        return Err(Unbooked::Refused(Refusal::field(
            Code::Amount,
            "amount",
            "A charge is more than nothing, a refund less than nothing.",
        )));
    }
    if !follows(facts.tail, entry.number, &entry.prev) {
        return Err(Unbooked::Missed(missed::series_moved()));
    }
    let Some(payment) = facts.payment else {
        return Err(Unbooked::Refused(Refusal::field(
            Code::NotFound,
            "payment",
            "The payment was not found.",
        )));
    };
    if payment.currency != entry.currency {
        return Err(Unbooked::Refused(Refusal::field(
            Code::CurrencyMismatch,
            "currency",
            format!(
                "The payment is in {}, the booking in {}.",
                payment.currency, entry.currency
            ),
        )));
    }
    if payment.user != entry.user
        || payment.course != entry.course
        || payment
            .enrollment
            .is_some_and(|enrollment| enrollment != entry.enrollment)
    {
        return refused("The row of the ledger names another person, course or enrollment.");
    }
    if facts
        .sum
        .checked_add(entry.amount_minor)
        .is_none_or(|after| after < 0)
    {
        return Err(Unbooked::Missed(missed::too_much(
            facts.sum,
            entry.currency,
        )));
    }
    if entry.kind == EntryKind::Charge
        && let Ok(amount) = payment.amount()
        && facts.sum.saturating_add(entry.amount_minor) > amount.minor
    {
        // It was booked in the meantime, or another way.
        return Err(Unbooked::Missed(missed::stale()));
    }
    if matches!(entry.kind, EntryKind::Refund | EntryKind::Void) {
        // The payment may tell of refunds the ledger has not: another program gave them.
        let (amount, back) = match (payment.amount(), payment.refunded()) {
            (Ok(amount), Ok(back)) => (amount.minor, back.minor),
            (Err(refusal), _) | (_, Err(refusal)) => return Err(Unbooked::Refused(refusal)),
        };
        if back > amount {
            let before = back.saturating_add(entry.amount_minor);
            return Err(Unbooked::Missed(missed::too_much(
                amount.saturating_sub(before).max(0),
                entry.currency,
            )));
        }
    }
    Ok(())
}

/// Whether a row with this number and previous hash comes next in the series.
pub fn follows(tail: &SeriesTail, number: u64, prev: &str) -> bool {
    tail.last.checked_add(1) == Some(number) && tail.hash == prev
}
