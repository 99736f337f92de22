//! What mail is for: a code for a new password, a code that proves an address, a notice when something
//! happened to an account. Registering is in `registering`.
//!
//! Nobody who asks learns whether an address belongs to anybody: the answer, and what is counted, are the
//! same. Asking often makes wait, at one address and at this desktop.

use std::sync::PoisonError;

use domain::{
    Actor, Code, Refusal, Scope, Timestamp, UserId,
    role::Permission,
    rules::accounts::{Failures, by_code as rules, may_be_used},
    token::TokenKind,
    user::{User, UserStatus},
};

use super::{
    attempts,
    by_code::{address, again, at_an_office, give, shown, typed},
    dto::{AskForCode, CodePurpose, SignInHelp, VerifyAddress},
    own::own_id,
    session::{SessionKeeper, actor_for, product, stamp},
    sign_in::kept,
};
use crate::{
    desk::Desk,
    dto::{ById, Nothing},
    error::WorkflowError,
    mail::{self, letter::Matter},
};

/// So many codes are sent to one address before it has to wait.
const OF_ONE: i64 = 5;
/// So many are asked for at one desktop before it has to wait.
const OF_ALL: i64 = 40;

/// What the sign-in page can offer at this desktop.
pub fn sign_in_help(desk: &Desk<'_>, _args: &Nothing) -> Result<SignInHelp, WorkflowError> {
    desk.read(|reader| {
        let office = kept(reader)? == Scope::Office;
        let registration = reader
            .settings()?
            .is_some_and(|settings| settings.registration);
        Ok(SignInHelp {
            codes: office,
            mail: office && mail::can_send(reader)?,
            register: office && registration,
        })
    })
}

/// Sends a code to whoever has this address, if anybody has.
pub fn code_request(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: &AskForCode,
) -> Result<Nothing, WorkflowError> {
    at_an_office(desk)?;
    must_send(desk)?;
    let email = address(&args.email)?;
    domain::rules::people::email(&email)?;
    asked(desk, keeper, &email)?;
    let Some(user) = desk.read(|reader| Ok(reader.user_by_email(&email)?))? else {
        return Ok(Nothing {});
    };
    let kind = match args.purpose {
        CodePurpose::Reset => TokenKind::Reset,
        CodePurpose::Verify => TokenKind::Verify,
    };
    match send_code(desk, &product(desk), user.id, kind) {
        // Not for this account; nobody is told so here.
        Ok(()) | Err(WorkflowError::Refused(_)) => Ok(Nothing {}),
        Err(error) => Err(error),
    }
}

/// Refuses where nothing can be sent from.
pub(super) fn must_send(desk: &Desk<'_>) -> Result<(), WorkflowError> {
    if desk.read(mail::can_send)? {
        return Ok(());
    }
    Err(Refusal::new(
        Code::NotReady,
        "This desktop sends no mail. Ask an administrator for a one-time code.",
    )
    .into())
}

/// Counts that something is asked for at an address; refuses when that was too often. What is said does
/// not depend on whether anybody has the address.
pub(super) fn asked(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    email: &str,
) -> Result<(), WorkflowError> {
    let _one_at_a_time = keeper
        .counting
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let now = desk.now();
    let of_one = format!("asked for {email}");
    for (what, most) in [(of_one.as_str(), OF_ONE), ("asked for", OF_ALL)] {
        let before = attempts::noted_today(desk, what)?;
        wait(&before, now)?;
        attempts::note(desk, what, before.one_more_of(most, now))?;
    }
    Ok(())
}

fn wait(before: &Failures, now: Timestamp) -> Result<(), Refusal> {
    match before.until {
        Some(until) if until > now => {
            let left = until
                .timestamp_millis()
                .saturating_sub(now.timestamp_millis());
            let minutes = left.saturating_add(59_999) / 60_000;
            Err(Refusal::new(
                Code::LockedOut,
                format!(
                    "This was asked for too often. Try again in {minutes} minutes, or ask an administrator."
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// Gives a code out by mail.
pub(super) fn send_code(
    desk: &Desk<'_>,
    actor: &Actor,
    person: UserId,
    kind: TokenKind,
) -> Result<(), WorkflowError> {
    let given = give(desk, actor, person, kind, |user| match kind {
        TokenKind::Verify => may_verify(user),
        TokenKind::Reset | TokenKind::Code => may_be_used(user),
    })?;
    let code = given.code.expose().clone();
    let until = given.token.expires_at.timestamp_millis();
    let matter = match kind {
        TokenKind::Verify => Matter::Verify { code, until },
        TokenKind::Reset | TokenKind::Code => Matter::Reset { code, until },
    };
    let user = desk
        .read(|reader| Ok(reader.user(person)?))?
        .ok_or_else(|| Refusal::not_found("The person"))?;
    mail::write_to(desk, &user, matter)?;
    Ok(())
}

/// Whether an address is still to be proved, by somebody who may come in.
fn may_verify(user: &User) -> Result<(), Refusal> {
    if user.email_verified {
        return Err(Refusal::new(
            Code::WrongState,
            "This address is confirmed already.",
        ));
    }
    let waits = user.status == UserStatus::Inactive && user.pending_since.is_some();
    if waits { Ok(()) } else { may_be_used(user) }
}

/// Proves an address with the code that was sent to it.
pub fn verify_finish(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: &VerifyAddress,
) -> Result<Nothing, WorkflowError> {
    at_an_office(desk)?;
    let email = address(&args.email)?;
    typed(&args.code)?;
    let token = shown(desk, keeper, &email, &args.code)?;
    desk.decide(|reader| {
        let (user, token) = again(reader, &token)?;
        let stamp = stamp(desk, actor_for(&user, desk));
        Ok((rules::address_verified(&stamp, &user, &token)?, ()))
    })?;
    Ok(Nothing {})
}

/// Sends oneself the code that proves one's address.
pub fn my_verification_send(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
) -> Result<Nothing, WorkflowError> {
    let id = own_id(actor)?;
    at_an_office(desk)?;
    must_send(desk)?;
    let email = desk.read(|reader| Ok(super::own::own(reader, id)?.email))?;
    asked(desk, keeper, &email)?;
    send_code(desk, actor, id, TokenKind::Verify)?;
    Ok(Nothing {})
}

/// Sends a person the code that proves their address.
pub fn person_verification_send(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ById,
) -> Result<Nothing, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    at_an_office(desk)?;
    must_send(desk)?;
    let person = args
        .id
        .parse::<UserId>()
        .map_err(|_| Refusal::not_found("The person"))?;
    send_code(desk, actor, person, TokenKind::Verify)?;
    Ok(Nothing {})
}

/// Tells a person by mail, where mail goes out, that something happened to their account. That it cannot
/// be told changes nothing of what happened.
pub(crate) fn tell(desk: &Desk<'_>, person: UserId, matter: Matter) {
    let told = desk
        .read(|reader| Ok(reader.user(person)?))
        .and_then(|user| match user {
            Some(user) => mail::write_to(desk, &user, matter),
            None => Ok(false),
        });
    if let Err(error) = told {
        tracing::warn!(%error, "a notice could not be written");
    }
}
