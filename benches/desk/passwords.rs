//! What hashing a password costs. It runs on blocking threads (`state.rs`), never on the async ones.

use workflows::accounts::{HashCost, passwords};

use crate::figures::{Outcome, Row, Table, measure};

const GROUP: &str = "Passwords";
const ROUNDS: usize = 15;

/// Measures a hash of the standard cost.
pub(crate) fn measure_passwords(table: &mut Table) -> Outcome {
    let samples = measure(ROUNDS, |_| {
        Ok(passwords::hash(
            "Correct horse 1 battery",
            &[7; 32],
            HashCost::Standard,
        )?)
    })?;
    let what = format!(
        "argon2id, {} MiB, {} passes",
        passwords::MEMORY_KIB / 1024,
        passwords::PASSES
    );
    let row = Row::times(GROUP, what, &samples);
    table.push(row.asked("250 ms ± 100 ms", |row| (150.0..=350.0).contains(&row.p50)));
    Ok(())
}
