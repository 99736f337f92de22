//! Mail: the institution's server, the letters the product writes, and the queue in which they wait to
//! leave this desktop. The settings are the institution's; the password of the server's login and the
//! queue are each desktop's own.
//!
//! Which letter is written when is decided by whoever has a reason to write one.

pub mod dto;
pub mod letter;
mod queue;
mod settings;
mod smtp;

pub(crate) use queue::{PASSWORD as SMTP_PASSWORD, can_send, write_to};
pub use queue::{Round, send_due};
pub use settings::{mail_settings, mail_settings_update, mail_test};

use domain::{Actor, Code, Refusal, role::Permission};
use replica::{Mail, MailState};

use self::dto::{MailRow, MailStateDto};
use crate::{
    desk::Desk,
    dto::{ById, Nothing, moment},
    error::WorkflowError,
};

/// So many letters are shown.
const SHOWN: u32 = 200;

/// This desktop's letters, the newest first.
pub fn mails(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<Vec<MailRow>, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let found = desk.read(|reader| Ok(reader.latest_mail(SHOWN)?))?;
    Ok(found.into_iter().map(row).collect())
}

fn row(mail: Mail) -> MailRow {
    let waits = mail.state == MailState::Waiting;
    MailRow {
        id: mail.n.to_string(),
        to: mail.recipient,
        kind: mail.kind,
        state: match mail.state {
            MailState::Waiting => MailStateDto::Waiting,
            MailState::Sent => MailStateDto::Sent,
            MailState::Failed => MailStateDto::Failed,
        },
        attempts: mail.attempts,
        queued_at: moment(mail.queued_at),
        next_at: waits.then(|| moment(mail.next_at)),
        ended_at: mail.ended_at.map(moment),
        reason: mail.reason,
        can_retry: mail.letter.is_some() && mail.state != MailState::Sent,
    }
}

fn number(args: &ById) -> Result<i64, Refusal> {
    args.id
        .parse()
        .map_err(|_| Refusal::not_found("The letter"))
}

/// Lets a letter be tried at once.
pub fn mail_retry(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ById,
) -> Result<Vec<MailRow>, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    if desk.replica.hasten_mail(Some(number(args)?), desk.now())? == 0 {
        return Err(Refusal::new(
            Code::WrongState,
            "This letter cannot be sent again: it has left, or what it says has expired.",
        )
        .into());
    }
    mails(desk, actor, &Nothing {})
}

/// Takes a letter that has not left out of the queue.
pub fn mail_discard(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ById,
) -> Result<Vec<MailRow>, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    if !desk.replica.discard_mail(number(args)?)? {
        return Err(Refusal::new(Code::WrongState, "This letter has left already.").into());
    }
    mails(desk, actor, &Nothing {})
}
