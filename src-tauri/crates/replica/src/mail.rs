//! Mail this desktop sends: a queue of its own, which no other device shares and no change set holds.
//! It outlives restarts, and is part of the encrypted file, so that a code in a letter lies nowhere open;
//! a letter that has left, or will not, is forgotten but for whom it was to and of what kind.
//!
//! Deliberately absent: how letters read and how they travel.

use domain::{Timestamp, UserId};
use rusqlite::Row;

use crate::{
    error::StoreError,
    replica::{Reader, Replica},
};

/// A letter to be sent.
#[derive(Clone, Debug)]
pub struct NewMail<'a> {
    /// The part of the message's identifier before the @.
    pub message_id: &'a str,
    /// The address it goes to.
    pub recipient: &'a str,
    /// Whom it is to: it goes when they are erased, whatever their address is by then.
    pub person: Option<UserId>,
    /// Which kind of letter.
    pub kind: &'a str,
    /// What it says.
    pub letter: &'a str,
    /// When it was written.
    pub at: Timestamp,
    /// From then on nobody has any use for it.
    pub useless_at: Option<Timestamp>,
}

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// To be sent, now or later.
    Waiting,
    /// The mail server has it.
    Sent,
    /// It will not be sent by itself any more.
    Failed,
}

impl MailState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A letter of the queue.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its place.
    pub n: i64,
    /// The part of the message's identifier before the @.
    pub message_id: String,
    /// The address it goes to.
    pub recipient: String,
    /// Which kind of letter.
    pub kind: String,
    /// What it says; none once it has left or was given up.
    pub letter: Option<String>,
    /// Where it stands.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub queued_at: Timestamp,
    /// When it is tried next, while it waits.
    pub next_at: Timestamp,
    /// From then on nobody has any use for it.
    pub useless_at: Option<Timestamp>,
    /// When it left or was given up.
    pub ended_at: Option<Timestamp>,
    /// What the last attempt met with.
    pub reason: Option<String>,
}

const COLUMNS: &str = "n, message_id, recipient, kind, letter, state, attempts, queued_at, next_at, useless_at, ended_at, reason";

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    let moment = |at: Option<i64>| at.map(Timestamp::from_millis);
    let state: String = row.get(5)?;
    Ok(Mail {
        n: row.get(0)?,
        message_id: row.get(1)?,
        recipient: row.get(2)?,
        kind: row.get(3)?,
        letter: row.get(4)?,
        state: match state.as_str() {
            "sent" => MailState::Sent,
            "failed" => MailState::Failed,
            _ => MailState::Waiting,
        },
        attempts: row.get(6)?,
        queued_at: Timestamp::from_millis(row.get(7)?),
        next_at: Timestamp::from_millis(row.get(8)?),
        useless_at: moment(row.get(9)?),
        ended_at: moment(row.get(10)?),
        reason: row.get(11)?,
    })
}

impl Replica {
    /// Puts a letter into the queue.
    pub fn queue_mail(&self, new: &NewMail<'_>) -> Result<(), StoreError> {
        self.writer()
            .prepare_cached(
                "INSERT INTO mail (message_id, recipient, kind, letter, state, queued_at, next_at, useless_at, person)
                 VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?5, ?6, ?7)",
            )?
            .execute(rusqlite::params![
                new.message_id,
                new.recipient,
                new.kind,
                new.letter,
                new.at.timestamp_millis(),
                new.useless_at.map(Timestamp::timestamp_millis),
                new.person.map(|person| person.0.bytes()),
            ])?;
        self.raise_version();
        Ok(())
    }

    /// An attempt did not get through; it is tried again then.
    pub fn mail_again(&self, n: i64, next: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.writer()
            .prepare_cached(
                "UPDATE mail SET attempts = attempts + 1, next_at = ?2, reason = ?3
                 WHERE n = ?1 AND state = 'waiting'",
            )?
            .execute(rusqlite::params![n, next.timestamp_millis(), reason])?;
        self.raise_version();
        Ok(())
    }

    /// The letter has left, or will not: `reason` says why not. What it said is forgotten, except that a
    /// letter that failed and may be of use again can be tried once more.
    pub fn end_mail(
        &self,
        n: i64,
        at: Timestamp,
        reason: Option<&str>,
        keep: bool,
    ) -> Result<(), StoreError> {
        let state = match reason {
            None => MailState::Sent,
            Some(_) => MailState::Failed,
        };
        self.writer()
            .prepare_cached(
                "UPDATE mail SET state = ?2, ended_at = ?3, reason = ?4, attempts = attempts + 1,
                   letter = CASE WHEN ?5 THEN letter END
                 WHERE n = ?1 AND state = 'waiting'",
            )?
            .execute(rusqlite::params![
                n,
                state.as_str(),
                at.timestamp_millis(),
                reason,
                keep
            ])?;
        self.raise_version();
        Ok(())
    }

    /// Lets a letter, or all that wait, be tried at once. One that failed and still says something waits
    /// again. How many that are.
    pub fn hasten_mail(&self, n: Option<i64>, now: Timestamp) -> Result<usize, StoreError> {
        let changed = self
            .writer()
            .prepare_cached(
                "UPDATE mail SET state = 'waiting', next_at = ?2, ended_at = NULL
                 WHERE letter IS NOT NULL AND (n = ?1 OR (?1 IS NULL AND state = 'waiting'))",
            )?
            .execute(rusqlite::params![n, now.timestamp_millis()])?;
        self.raise_version();
        Ok(changed)
    }

    /// Takes a letter out of the queue. False where it has left already, or was never there.
    pub fn discard_mail(&self, n: i64) -> Result<bool, StoreError> {
        let changed = self
            .writer()
            .prepare_cached("DELETE FROM mail WHERE n = ?1 AND state <> 'sent'")?
            .execute([n])?;
        self.raise_version();
        Ok(changed > 0)
    }

    /// Forgets the letters that ended before that moment. How many they were.
    pub fn forget_mail(&self, before: Timestamp) -> Result<usize, StoreError> {
        Ok(self
            .writer()
            .prepare_cached("DELETE FROM mail WHERE state <> 'waiting' AND ended_at < ?1")?
            .execute([before.timestamp_millis()])?)
    }
}

impl Reader<'_> {
    /// The letters to be sent at that moment, the one that waits longest first.
    pub fn mail_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Mail>, StoreError> {
        self.mails(
            &format!(
                "SELECT {COLUMNS} FROM mail WHERE state = 'waiting' AND next_at <= ?1 ORDER BY next_at, n LIMIT ?2"
            ),
            rusqlite::params![now.timestamp_millis(), limit],
        )
    }

    /// The latest letters, whatever their state, the newest first.
    pub fn latest_mail(&self, limit: u32) -> Result<Vec<Mail>, StoreError> {
        self.mails(
            &format!("SELECT {COLUMNS} FROM mail ORDER BY n DESC LIMIT ?1"),
            [limit],
        )
    }

    /// A letter.
    pub fn mail(&self, n: i64) -> Result<Option<Mail>, StoreError> {
        let found = self.mails(&format!("SELECT {COLUMNS} FROM mail WHERE n = ?1"), [n])?;
        Ok(found.into_iter().next())
    }

    fn mails(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Mail>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, mail)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }
}
