//! The ledger: its chains, its sums against the payments, and the payments against their own refunds.

use std::collections::{HashMap, HashSet};

use domain::{
    Collection, DeviceId, PaymentId,
    ledger::{EntryKind, GENESIS, LedgerEntry},
    payment::{Payment, RefundStatus},
};
use replica::Reader;

use super::{Findings, Known, Pace};
use crate::error::WorkflowError;

/// What the ledger says of each payment.
#[derive(Clone, Debug, Default)]
struct Booked {
    sum: i64,
    charged: i64,
    receipt: Option<String>,
}

/// The ledger, added up.
pub(super) struct Books {
    /// How many rows it has.
    pub(super) rows: u64,
    of: HashMap<PaymentId, Booked>,
    /// Rows whose remark was erased: receipt number, and what has to be vouched for.
    erased: Vec<(String, String)>,
}

impl Books {
    /// What is left of a row whose remark was erased is what the erasure vouched for.
    pub(super) fn vouched(&self, vouchers: &HashSet<String>, findings: &mut Findings) {
        for (receipt, voucher) in &self.erased {
            if !vouchers.contains(voucher) {
                findings.add(
                    "ledger-chain",
                    Some(receipt.clone()),
                    "This row was changed: what is left of it is not what an erasure vouches for.",
                );
            }
        }
    }

    /// Walks every device's chain and adds up every payment's rows.
    pub(super) fn read(
        reader: &Reader<'_>,
        findings: &mut Findings,
        pace: &mut Pace<'_>,
    ) -> Result<Self, WorkflowError> {
        pace.enter("ledger");
        let mut books = Self {
            rows: 0,
            of: HashMap::new(),
            erased: Vec::new(),
        };
        let mut device: Option<DeviceId> = None;
        let (mut number, mut prev) = (0_u64, GENESIS.to_owned());
        reader.examine_ledger(|row| {
            pace.step()?;
            books.rows += 1;
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    findings.add("ledger-chain", None, error.to_string());
                    return Ok(());
                }
            };
            if device.as_ref() != Some(&row.device) {
                device = Some(row.device.clone());
                number = 0;
                GENESIS.clone_into(&mut prev);
            }
            let record = || Some(row.receipt_number());
            if row.erased {
                books.erased.push((row.receipt_number(), row.voucher()));
            } else if row.computed_hash() != row.hash {
                findings.add("ledger-chain", record(), "This row of the ledger was changed after it was booked.");
            }
            if row.number != number + 1 || row.prev != prev {
                findings.add(
                    "ledger-chain",
                    record(),
                    "This row does not follow the one before it: a row is missing, added or out of order.",
                );
            }
            if !sign_fits(&row) {
                findings.add("ledger-sum", record(), "The sign of the amount does not fit what the row books.");
            }
            number = row.number;
            prev.clone_from(&row.hash);
            let booked = books.of.entry(row.payment).or_default();
            booked.sum = booked.sum.saturating_add(row.amount_minor);
            if row.kind == EntryKind::Charge {
                booked.charged = booked.charged.saturating_add(row.amount_minor);
                booked.receipt.get_or_insert_with(|| row.receipt_number());
            }
            Ok(())
        })?;
        Ok(books)
    }
}

fn sign_fits(row: &LedgerEntry) -> bool {
    match row.kind {
        EntryKind::Charge => row.amount_minor > 0,
        EntryKind::Refund | EntryKind::Void => row.amount_minor < 0,
        EntryKind::Adjustment => row.amount_minor != 0,
    }
}

/// Every payment against the ledger and against its own refunds.
pub(super) fn payments(
    reader: &Reader<'_>,
    books: &Books,
    known: &mut Known,
    findings: &mut Findings,
    pace: &mut Pace<'_>,
) -> Result<(), WorkflowError> {
    pace.enter("payments");
    let mut seen: HashSet<PaymentId> = HashSet::new();
    let nothing = Booked::default();
    reader.examine::<Payment>(Collection::Payments, |id, payment| {
        pace.step()?;
        known.payments += 1;
        seen.insert(PaymentId(id));
        let Ok(payment) = payment else {
            known.unreadable.insert(id);
            return Ok(());
        };
        let record = || Some(payment.id.to_hex());
        if let Err(refusal) = against_ledger(
            &payment,
            books.of.get(&payment.id).unwrap_or(&nothing),
            findings,
        ) {
            findings.add("ledger-sum", record(), refusal.message);
        }
        Ok(())
    })?;
    for payment in books.of.keys().filter(|payment| !seen.contains(payment)) {
        findings.add(
            "reference",
            Some(payment.to_hex()),
            "The ledger books a payment that is not on record.",
        );
    }
    Ok(())
}

fn against_ledger(
    payment: &Payment,
    booked: &Booked,
    findings: &mut Findings,
) -> Result<(), domain::Refusal> {
    let record = || Some(payment.id.to_hex());
    let derived = payment.derived_status()?;
    if derived != payment.status {
        findings.add(
            "state",
            record(),
            format!(
                "The payment is {}; its refunds make it {}.",
                payment.status.as_str(),
                derived.as_str()
            ),
        );
    }
    let (amount, left) = (payment.amount()?, payment.refundable()?);
    if booked.sum != left.minor {
        let ledger = domain::Money::new(booked.sum, payment.currency);
        findings.add(
            "ledger-sum",
            record(),
            format!("The payment says {left} are held, the ledger says {ledger}."),
        );
    }
    if payment.status.is_captured() && booked.charged != amount.minor {
        let charged = domain::Money::new(booked.charged, payment.currency);
        findings.add(
            "ledger-sum",
            record(),
            format!("The payment is of {amount}, the ledger charged {charged}."),
        );
    }
    if payment.receipt_number != booked.receipt {
        findings.add(
            "reference",
            record(),
            "The payment's receipt number is not the one its booking has.",
        );
    }
    let asked = payment.refund_requested()?;
    if asked.minor > left.minor {
        findings.add(
            "state",
            record(),
            format!("Refunds of {asked} wait, and only {left} are held."),
        );
    }
    for refund in payment
        .refunds
        .iter()
        .filter(|refund| refund.status == RefundStatus::Succeeded)
    {
        if refund.refunded_at.is_none() {
            findings.add(
                "state",
                record(),
                "A refund is booked and does not say when.",
            );
        }
    }
    Ok(())
}
