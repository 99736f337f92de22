//! The queue of letters: writing one into it, and the rounds in which they leave. When a round is taken
//! is the shell's business; that it comes again after a failure is decided here.

use std::sync::{Mutex, PoisonError};

use domain::{
    Timestamp,
    settings::{MailServer, Settings},
    user::User,
};
use replica::{Mail, Reader};
use vault::{Sensitive, Vault};

use super::{
    letter::{Language, Letter, Matter},
    smtp::{Addressed, NotSent, Post},
};
use crate::{accounts::no_settings, desk::Desk, error::WorkflowError};

/// The name of the login's password in the vault, behind whose it is: host, port and login, a line each.
pub(crate) const PASSWORD: &str = "smtp-password";
/// This desktop's note of whose password it knows.
pub(super) const KNOWS: &str = "mail.password";
/// Letters of one round.
const A_ROUND: u32 = 20;
/// The first wait after a failure, in milliseconds: half a minute.
const FIRST_WAIT: i64 = 30 * 1000;
/// The longest, in milliseconds: an hour.
const LONGEST_WAIT: i64 = 60 * 60 * 1000;
/// A letter that could not be sent for so long is given up, in milliseconds: three days.
const GIVEN_UP: i64 = 3 * 24 * 60 * 60 * 1000;

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Letters the server took.
    pub sent: usize,
    /// Letters given up.
    pub failed: usize,
    /// Letters to be tried again.
    pub again: usize,
}

/// Whether this desktop can send: a server is set, and its password known here where it wants one.
pub(crate) fn can_send(reader: &Reader<'_>) -> Result<bool, WorkflowError> {
    let settings = reader.settings()?.ok_or_else(no_settings)?;
    is_ready(reader, &settings)
}

pub(super) fn is_ready(reader: &Reader<'_>, settings: &Settings) -> Result<bool, WorkflowError> {
    Ok(match &settings.mail {
        None => false,
        Some(server) => server.login.is_none() || knows(reader, server)?,
    })
}

/// Whose a password is: it is told to no other server, whoever changes the settings.
pub(super) fn holder(server: &MailServer) -> String {
    let login = server.login.as_deref().unwrap_or_default();
    format!("{}\n{}\n{login}\n", server.host, server.port)
}

/// Whether this desktop knows the password of this login at this server.
pub(super) fn knows(reader: &Reader<'_>, server: &MailServer) -> Result<bool, WorkflowError> {
    Ok(reader.meta(KNOWS)?.as_deref() == Some(holder(server).as_str()))
}

/// Writes a letter to a person into the queue. False where this desktop sends none.
pub(crate) fn write_to(
    desk: &Desk<'_>,
    user: &User,
    matter: Matter,
) -> Result<bool, WorkflowError> {
    let settings = desk.read(|reader| {
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        Ok(is_ready(reader, &settings)?.then_some(settings))
    })?;
    let Some(settings) = settings else {
        return Ok(false);
    };
    let letter = Letter {
        language: Language::of(&[&user.preferences.language, &settings.language]),
        institution: settings.institution,
        // What somebody who is not known yet called themselves is not sent to an address they named.
        name: if user.pending_since.is_some() {
            String::new()
        } else {
            user.name.clone()
        },
        timezone: user.preferences.timezone.clone(),
        matter,
    };
    let text = serde_json::to_string(&letter)
        .map_err(|error| WorkflowError::Defect(format!("a letter: {error}")))?;
    desk.replica.queue_mail(&replica::NewMail {
        message_id: &fresh_id(desk),
        recipient: &user.email,
        person: Some(user.id),
        kind: letter.matter.word(),
        letter: &text,
        at: desk.now(),
        useless_at: letter.matter.useless_at(),
    })?;
    Ok(true)
}

/// The part of a message's identifier before the @.
pub(super) fn fresh_id(desk: &Desk<'_>) -> String {
    hex::encode(&desk.ids.random()[..16])
}

/// Sends what is due. A failure of one letter is noted at it; only this desktop's own machinery fails
/// the round.
pub fn send_due(desk: &Desk<'_>, vault: &dyn Vault) -> Result<Round, WorkflowError> {
    // While a workspace is opened anew two may come at once, and no letter leaves twice.
    static ONE_ROUND: Mutex<()> = Mutex::new(());
    let _one_round = ONE_ROUND.lock().unwrap_or_else(PoisonError::into_inner);
    let now = desk.now();
    let (due, server) = desk.read(|reader| {
        let due = reader.mail_due(now, A_ROUND)?;
        let server = if due.is_empty() {
            None
        } else {
            reader.settings()?.ok_or_else(no_settings)?.mail
        };
        Ok((due, server))
    })?;
    let mut round = Round::default();
    if due.is_empty() {
        return Ok(round);
    }
    let post = match &server {
        None => Err(NotSent::NotNow("No mail server is set.".to_owned())),
        Some(server) => {
            let password = password(vault, server)?;
            if server.login.is_some() && password.is_none() {
                Err(NotSent::NotNow(
                    "This desktop does not know the password of the mail server.".to_owned(),
                ))
            } else {
                Post::to(server, password.as_ref())
            }
        }
    };
    for mail in due {
        let outcome = match &post {
            Ok(post) => deliver(post, &mail, now),
            Err(reason) => Err(reason.clone()),
        };
        conclude(desk, &mail, outcome, &mut round)?;
    }
    Ok(round)
}

/// The password of this login at this server, if this desktop knows it.
pub(super) fn password(
    vault: &dyn Vault,
    server: &MailServer,
) -> Result<Option<Sensitive<String>>, WorkflowError> {
    let whose = holder(server);
    Ok(vault.get(PASSWORD)?.and_then(|secret| {
        let text = std::str::from_utf8(secret.expose()).ok()?;
        Some(Sensitive::new(text.strip_prefix(&whose)?.to_owned()))
    }))
}

fn deliver(post: &Post, mail: &Mail, now: Timestamp) -> Result<(), NotSent> {
    if mail.useless_at.is_some_and(|at| at <= now) {
        return Err(NotSent::Refused(
            "It could not be sent before what it says expired.".to_owned(),
        ));
    }
    let letter: Letter = mail
        .letter
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or_else(|| NotSent::Refused("The letter cannot be read.".to_owned()))?;
    post.send(&Addressed {
        message_id: &mail.message_id,
        institution: &letter.institution,
        name: &letter.name,
        to: &mail.recipient,
        written: &letter.write(),
    })
}

fn conclude(
    desk: &Desk<'_>,
    mail: &Mail,
    outcome: Result<(), NotSent>,
    round: &mut Round,
) -> Result<(), WorkflowError> {
    let now = desk.now();
    let useless = mail.useless_at.is_some_and(|at| at <= now);
    let old = now
        .timestamp_millis()
        .saturating_sub(mail.queued_at.timestamp_millis())
        >= GIVEN_UP;
    match outcome {
        Ok(()) => {
            desk.replica.end_mail(mail.n, now, None, false)?;
            round.sent += 1;
            tracing::info!(kind = %mail.kind, "a letter was sent");
        }
        Err(NotSent::NotNow(reason)) if !useless && !old => {
            let next = next_try(now, mail.attempts, desk.ids.random()[0]);
            desk.replica.mail_again(mail.n, next, &reason)?;
            round.again += 1;
            tracing::info!(kind = %mail.kind, "a letter waits for the mail server");
        }
        Err(no) => {
            desk.replica
                .end_mail(mail.n, now, Some(no.reason()), !useless)?;
            round.failed += 1;
            tracing::warn!(kind = %mail.kind, "a letter could not be sent");
        }
    }
    Ok(())
}

/// When a letter is tried again: the wait doubles from half a minute to an hour; `dice` shortens it by
/// up to a quarter, so that many desktops do not come at once.
fn next_try(now: Timestamp, attempts: i64, dice: u8) -> Timestamp {
    let doublings = u32::try_from(attempts.clamp(0, 10)).unwrap_or(0);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let shorter = wait / 4 * i64::from(dice) / 255;
    Timestamp::from_millis(now.timestamp_millis().saturating_add(wait - shorter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_an_hour_and_never_shrink_by_more_than_a_quarter() {
        let now = Timestamp::from_millis(0);
        let waits: Vec<i64> = (0..10)
            .map(|n| next_try(now, n, 0).timestamp_millis() / 1000)
            .collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(next_try(now, 7, 255).timestamp_millis(), 2_700_000);
    }
}
