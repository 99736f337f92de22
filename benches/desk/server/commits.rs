//! Change sets committed on the server: cash recorded (payment, enrollment, ledger row, audit row),
//! beside the bare driver doing the same commands and beside Mongoose with a transaction.

use std::sync::Mutex;

use domain::{ChangeSet, payment::PaymentStatus};
use remote::{
    Server,
    port::{Outcome as Said, Port},
};
use replica::{Authority, CommitError, Committed, PaymentQuery, Replica, StoreError, Window};
use workflows::{
    Desk, SystemClock, SystemIds,
    payments::{self, dto::RecordCash},
};

use super::{bare::Bare, express::Express};
use crate::{
    figures::{Outcome, Row, Samples, Table, since},
    institution::Institution,
};
use std::time::Instant;

/// Change sets each of the three commits.
const ROUNDS: usize = 150;

/// Commits in the workspace, and keeps what was committed to send it again.
struct Recorder<'a> {
    replica: &'a Replica,
    kept: Mutex<Vec<ChangeSet>>,
}

impl Authority for Recorder<'_> {
    fn commit(&self, change_set: &ChangeSet) -> Result<Committed, CommitError> {
        let committed = self.replica.commit(change_set)?;
        self.kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(change_set.clone());
        Ok(committed)
    }

    fn commit_all(
        &self,
        change_sets: &[ChangeSet],
    ) -> Result<Vec<Result<Committed, CommitError>>, StoreError> {
        Ok(change_sets.iter().map(|one| self.commit(one)).collect())
    }
}

/// Measures them in turns.
pub(super) fn measure_commits(
    at: &Institution,
    server: &Server,
    bare: &Bare,
    express: &mut Express,
    table: &mut Table,
) -> Outcome {
    let mut waiting = waiting(at)?;
    if waiting.len() < 3 * ROUNDS {
        return Err("too few payments wait in the institution".into());
    }
    let for_mongoose = waiting.split_off(2 * ROUNDS);
    // One series of one device: sent in the order they were numbered in, every other one by the driver.
    let mut change_sets = recorded(at, &waiting)?.into_iter();
    let (mut ours, mut theirs, mut mongoose) = (vec![], vec![], vec![]);
    for payment in for_mongoose.iter().take(ROUNDS) {
        let (Some(one), Some(other)) = (change_sets.next(), change_sets.next()) else {
            break;
        };
        let start = Instant::now();
        let said = server.commit(&one)?;
        ours.push(since(start));
        if !matches!(said, Said::Applied(_)) {
            return Err(format!("the server did not apply a change set: {said:?}").into());
        }
        let start = Instant::now();
        bare.commit(&other)?;
        theirs.push(since(start));
        let start = Instant::now();
        express.post(&format!("/payments/{}/cash", payment.0))?;
        mongoose.push(since(start));
    }
    let ours = Samples::of(ours);
    let row = |what: &str| Row::times(super::GROUP, what, &ours).at(at.enrollments);
    table.push(
        row("cash recorded, in one majority transaction")
            .beside("the bare driver, same commands", &Samples::of(theirs))
            .asked("≤ 1.3 × the driver", |row| row.ratio() <= 1.3),
    );
    table.push(
        row("the same")
            .beside(
                "Express + Mongoose, with a transaction",
                &Samples::of(mongoose),
            )
            .asked("≥ 2 × faster", |row| row.ratio() <= 0.5),
    );
    Ok(())
}

/// Payments that wait for cash: identifier, revision, amount.
fn waiting(at: &Institution) -> Outcome<Vec<(String, i64, i64)>> {
    let query = PaymentQuery {
        statuses: vec![PaymentStatus::Pending],
        ..PaymentQuery::default()
    };
    let mut found = Vec::new();
    for page in 0..4 {
        let rows = at
            .workspace
            .replica()
            .read(|reader| reader.payments(&query, Window::new(page * 500, 500)))?
            .rows;
        for row in rows {
            let payment = at
                .workspace
                .replica()
                .read(|reader| reader.payment(row.id))?
                .ok_or("a listed payment is not there")?;
            found.push((row.id.to_hex(), payment.rev(), row.amount.minor));
        }
    }
    Ok(found)
}

/// Records cash for each in the workspace, and gives the change sets.
fn recorded(at: &Institution, payments: &[(String, i64, i64)]) -> Outcome<Vec<ChangeSet>> {
    let recorder = Recorder {
        replica: at.workspace.replica(),
        kept: Mutex::default(),
    };
    let desk = Desk {
        replica: at.workspace.replica(),
        authority: &recorder,
        device: at.workspace.device(),
        clock: &SystemClock,
        ids: &SystemIds,
    };
    for (id, rev, amount) in payments {
        let cash = RecordCash {
            id: id.clone(),
            rev: *rev,
            amount_minor: *amount,
            received_on: None,
            note: None,
        };
        payments::payment_record_cash(&desk, &at.admin, cash)?;
    }
    Ok(recorder
        .kept
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner))
}
