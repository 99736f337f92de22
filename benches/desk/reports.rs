//! The dashboard and every report, over everything there is; two of them beside the same figures summed
//! by SQL out of the rows, without the sums that triggers keep.

use workflows::{
    dto::Nothing,
    reporting::{
        self,
        dto::{ReportArgs, ReportName},
    },
};

use crate::{
    figures::{Outcome, Row, Samples, Table, beside, measure},
    institution::Institution,
    raw::Raw,
};

const GROUP: &str = "Dashboard and reports, over all years";
const ROUNDS: usize = 60;

const BY_STATUS: &str = "SELECT status, count(*) FROM enrollments GROUP BY status";
const BY_METHOD: &str =
    "SELECT method, currency, kind, sum(amount_minor), count(*) FROM payment_ledger
     GROUP BY method, currency, kind";
const BY_MONTH: &str =
    "SELECT strftime('%Y-%m', occurred_at / 1000, 'unixepoch'), currency, kind, sum(amount_minor)
     FROM payment_ledger GROUP BY 1, 2, 3";

/// Measures them.
pub(crate) fn measure_reports(at: &Institution, table: &mut Table) -> Outcome {
    let raw = Raw::open(at)?;
    let limit: f64 = if at.enrollments >= 1_000_000 {
        1000.0
    } else {
        100.0
    };
    let budget = format!("p95 ≤ {limit:.0} ms");
    let mut push = |what: &str, samples: &Samples, peer: Option<Samples>| {
        let mut row = Row::times(GROUP, what, samples).at(at.enrollments);
        if let Some(peer) = peer {
            row = row.beside("SQL over the rows", &peer);
        }
        table.push(row.asked(&budget, |row| row.worst() <= limit));
    };
    let dashboard = measure(ROUNDS, |_| {
        Ok(reporting::dashboard(&at.desk(), &at.admin, Nothing {})?)
    })?;
    push("dashboard", &dashboard, None);
    for (name, word) in ReportName::ALL {
        let args = ReportArgs {
            name,
            from: None,
            to: None,
            course: None,
        };
        let ours = |_| Ok(reporting::report(&at.desk(), &at.admin, &args)?);
        let by_hand = match name {
            ReportName::EnrollmentsByStatus => Some(BY_STATUS),
            ReportName::RevenueByMethod => Some(BY_METHOD),
            ReportName::RevenueByMonth => Some(BY_MONTH),
            _ => None,
        };
        match by_hand {
            Some(sql) => {
                let (own, other) = beside(ROUNDS, ours, |_| raw.rows(sql, &[]))?;
                push(word, &own, Some(other));
            }
            None => push(word, &measure(ROUNDS, ours)?, None),
        }
    }
    Ok(())
}
