//! Attempts counted where no account can count them: sign-ins at addresses nobody has, codes tried and
//! codes asked for. This desktop's own notes, with the addresses as hashes, because people type
//! passwords into the wrong field. What a count leads to is the rule's.

use std::collections::BTreeMap;

use domain::{Timestamp, rules::accounts::Failures};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{desk::Desk, error::WorkflowError};

/// Where they are noted.
const NOTES: &str = "unknown-sign-ins";
/// So many are remembered, the latest ones.
const KEPT: usize = 200;
/// An attempt of yesterday is none of today's, in milliseconds.
const A_DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Noted {
    attempts: i64,
    locks: i64,
    until: Option<i64>,
    last: i64,
}

fn all(desk: &Desk<'_>) -> Result<BTreeMap<String, Noted>, WorkflowError> {
    Ok(desk
        .replica
        .meta(NOTES)?
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

fn key(what: &str) -> String {
    hex::encode(Sha256::digest(what.as_bytes()))
}

impl Noted {
    fn failures(&self) -> Failures {
        Failures {
            attempts: self.attempts,
            locks: self.locks,
            until: self.until.map(Timestamp::from_millis),
        }
    }
}

/// What is noted under that name. Whoever goes on to [`note`] holds `SessionKeeper::counting`.
pub(super) fn noted(desk: &Desk<'_>, what: &str) -> Result<Failures, WorkflowError> {
    Ok(all(desk)?
        .get(&key(what))
        .map_or_else(Failures::default, Noted::failures))
}

/// The same, forgotten a day after the last.
pub(super) fn noted_today(desk: &Desk<'_>, what: &str) -> Result<Failures, WorkflowError> {
    let now = desk.now().timestamp_millis();
    Ok(all(desk)?
        .get(&key(what))
        .filter(|noted| now < noted.until.unwrap_or(noted.last).saturating_add(A_DAY))
        .map_or_else(Failures::default, Noted::failures))
}

/// Notes it.
pub(super) fn note(desk: &Desk<'_>, what: &str, next: Failures) -> Result<(), WorkflowError> {
    let mut notes = all(desk)?;
    let noted = Noted {
        attempts: next.attempts,
        locks: next.locks,
        until: next.until.map(Timestamp::timestamp_millis),
        last: desk.now().timestamp_millis(),
    };
    notes.insert(key(what), noted);
    while notes.len() > KEPT {
        let oldest = notes
            .iter()
            .min_by_key(|(_, noted)| noted.last)
            .map(|(key, _)| key.clone());
        let Some(oldest) = oldest else { break };
        notes.remove(&oldest);
    }
    write(desk, &notes)
}

/// Forgets what was noted under that name.
pub(super) fn forget(desk: &Desk<'_>, what: &str) -> Result<(), WorkflowError> {
    let mut notes = all(desk)?;
    match notes.remove(&key(what)) {
        Some(_) => write(desk, &notes),
        None => Ok(()),
    }
}

fn write(desk: &Desk<'_>, notes: &BTreeMap<String, Noted>) -> Result<(), WorkflowError> {
    let text = serde_json::to_string(notes)
        .map_err(|error| WorkflowError::Defect(format!("noting an attempt: {error}")))?;
    Ok(desk.replica.set_meta(NOTES, &text)?)
}
