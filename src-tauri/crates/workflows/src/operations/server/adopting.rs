//! Taking the payments of another program into the ledger: looked at first, then booked one row after the
//! other on the server. Cut off, it goes on with the next run; what does not add up is named and left.
//!
//! Deliberately absent: which rows a payment lacks (`domain::rules::adopting`).

use std::collections::BTreeMap;

use domain::{
    Actor, Code, Collection, Currency, PaymentId, Refusal,
    enrollment::Enrollment,
    ledger::EntryKind,
    payment::Payment,
    rules::adopting::{self, Booked, Missing},
};
use replica::Reader;
use sync::State;

use super::{dto::MaintenanceOutcome, link};
use crate::{
    accounts::{Workspace, stamp},
    desk::Desk,
    error::WorkflowError,
};

/// Payments named that could not be taken over.
const NAMED: usize = 100;
/// Rows one payment can lack before something must be wrong.
const ROWS: usize = 1_000;

/// What was, or would be, booked: by currency, how many rows and minor units.
#[derive(Default)]
struct Told {
    payments: u64,
    charges: BTreeMap<Currency, (u64, i64)>,
    refunds: BTreeMap<Currency, (u64, i64)>,
    left: Vec<String>,
    left_more: u64,
}

impl Told {
    fn row(&mut self, row: &Missing) {
        let of = if row.kind == EntryKind::Charge {
            &mut self.charges
        } else {
            &mut self.refunds
        };
        let (rows, minor) = of.entry(row.amount.currency).or_default();
        *rows += 1;
        *minor = minor.saturating_add(row.amount.minor);
    }

    fn leave(&mut self, payment: PaymentId, why: &Refusal) {
        if self.left.len() < NAMED {
            self.left.push(format!(
                "Left: payment {}: {}",
                payment.to_hex(),
                why.message
            ));
        } else {
            self.left_more += 1;
        }
    }

    fn outcome(self, dry_run: bool) -> MaintenanceOutcome {
        let mut done = Vec::new();
        for (kind, of) in [("charges", &self.charges), ("refunds", &self.refunds)] {
            for (currency, (rows, minor)) in of {
                let sum = domain::Money::new(*minor, *currency);
                done.push(format!("{rows} {kind}, {sum} together."));
            }
        }
        done.extend(self.left);
        if self.left_more > 0 {
            done.push(format!("Left: {} more payments.", self.left_more));
        }
        MaintenanceOutcome {
            done,
            count: self.payments,
            dry_run,
        }
    }
}

/// Takes them over, or says what that would come to.
pub(super) fn adopt_payments(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
) -> Result<MaintenanceOutcome, WorkflowError> {
    let state = link(workspace)?.engine().status()?.state;
    if !matches!(state, State::Online | State::Sending) {
        return Err(Refusal::new(
            Code::OnlineOnly,
            "Payments are taken over when everything the server has is here. Try again when this desktop is connected.",
        )
        .into());
    }
    let mut told = Told::default();
    for payment in desk.read(|reader| Ok(reader.unbooked()?))? {
        let booked = if dry_run {
            look(desk, payment, &mut told)
        } else {
            book(desk, actor, payment, &mut told)
        };
        match booked {
            Ok(0) => {}
            Ok(_) => told.payments += 1,
            Err(WorkflowError::Refused(refusal)) if refusal.code != Code::OnlineOnly => {
                told.leave(payment, &refusal);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(told.outcome(dry_run))
}

/// Counts the rows a payment lacks.
fn look(desk: &Desk<'_>, id: PaymentId, told: &mut Told) -> Result<usize, WorkflowError> {
    desk.read(|reader| {
        let (payment, _, booked) = found(reader, id)?;
        let rows = adopting::missing(&payment, &booked)?;
        rows.iter().for_each(|row| told.row(row));
        Ok(rows.len())
    })
}

/// Books the rows a payment lacks, one after the other.
fn book(
    desk: &Desk<'_>,
    actor: &Actor,
    id: PaymentId,
    told: &mut Told,
) -> Result<usize, WorkflowError> {
    let mut rows = 0;
    while rows < ROWS {
        let row = desk.decide_if(|reader| {
            let (payment, enrollment, booked) = found(reader, id)?;
            let stamp = stamp(desk, actor.clone());
            let tail = reader.series_tail(desk.device)?;
            let refund = desk.ids.object_id();
            let set = adopting::next(&stamp, &payment, &enrollment, &booked, refund, &tail)?;
            let row = adopting::missing(&payment, &booked)?.into_iter().next();
            Ok((set, row))
        })?;
        let Some(row) = row else { break };
        told.row(&row);
        rows += 1;
    }
    Ok(rows)
}

fn found(
    reader: &Reader<'_>,
    id: PaymentId,
) -> Result<(Payment, Enrollment, Booked), WorkflowError> {
    let payment = reader
        .payment(id)?
        .ok_or_else(|| Refusal::not_found("The payment"))?;
    let enrollment = match payment.enrollment {
        Some(enrollment) => reader.enrollment(enrollment)?,
        None => reader.enrollment_of(payment.user, payment.course)?,
    };
    let enrollment = enrollment.ok_or_else(|| {
        Refusal::new(
            Code::WrongState,
            format!(
                "There is no document in {} this payment could be for.",
                Collection::Enrollments.name()
            ),
        )
    })?;
    let booked = Booked::of(&reader.ledger_of_payment(id)?);
    Ok((payment, enrollment, booked))
}
