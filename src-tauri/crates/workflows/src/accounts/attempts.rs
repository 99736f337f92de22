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
/// So many are remembered. Whoever is locked is among them as long as they are: an address is not forgotten
/// by trying others.
const KEPT: usize = 20_000;
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
    let now = noted.last;
    notes.insert(key(what), noted);
    make_room(&mut notes, KEPT, now);
    write(desk, &notes)
}

/// Forgets what is of no use any more, and then the oldest that locks nobody, until so many are left.
fn make_room(notes: &mut BTreeMap<String, Noted>, kept: usize, now: i64) {
    if notes.len() <= kept {
        return;
    }
    notes.retain(|_, noted| now < noted.until.unwrap_or(noted.last).saturating_add(A_DAY));
    while notes.len() > kept {
        let locked = |noted: &Noted| noted.until.is_some_and(|until| until > now);
        let oldest = notes
            .iter()
            .min_by_key(|(_, noted)| {
                (
                    locked(noted),
                    noted.until.filter(|_| locked(noted)),
                    noted.last,
                )
            })
            .map(|(key, _)| key.clone());
        let Some(oldest) = oldest else { break };
        notes.remove(&oldest);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(last: i64, until: Option<i64>) -> Noted {
        Noted {
            attempts: 1,
            locks: 0,
            until,
            last,
        }
    }

    #[test]
    fn who_is_locked_is_not_forgotten_by_trying_others() {
        let now = 10 * A_DAY;
        let mut notes = BTreeMap::from([
            (
                "locked long ago".to_owned(),
                noted(now - A_DAY, Some(now + 1)),
            ),
            ("of the day before".to_owned(), noted(now - 2 * A_DAY, None)),
        ]);
        for n in 0..10 {
            notes.insert(format!("other {n}"), noted(now - 100 + n, None));
        }
        make_room(&mut notes, 4, now);
        let left: Vec<&str> = notes.keys().map(String::as_str).collect();
        assert_eq!(left, ["locked long ago", "other 7", "other 8", "other 9"]);
        // Where all are locked, the one whose lock ends first goes.
        let mut locked: BTreeMap<String, Noted> = (0..3)
            .map(|n| (format!("{n}"), noted(now, Some(now + 10 - n))))
            .collect();
        make_room(&mut locked, 2, now);
        assert!(!locked.contains_key("2"));
    }
}
