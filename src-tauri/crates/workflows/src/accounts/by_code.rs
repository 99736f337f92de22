//! One-time codes: giving them out, and setting a new password with one. For somebody who forgot theirs
//! an administrator reads a code out, or mail brings it.
//!
//! Codes are kept at the desktops of an office only, and at the server where only an administrator's
//! login reads them. Nothing said here to somebody who is not signed in depends on whether an address
//! belongs to anybody.

use std::sync::PoisonError;

use bson::oid::ObjectId;
use domain::{
    Actor, Code, Refusal, Scope, UserId,
    role::Permission,
    rules::accounts::{by_code as rules, may_be_used},
    token::{AuthToken, TokenKind},
    user::User,
};
use replica::Reader;
use vault::Sensitive;

use super::{
    attempts,
    by_mail::tell,
    codes,
    dto::{FinishReset, OneTimeCode},
    own::open_sessions,
    passwords,
    session::{SessionKeeper, actor_for, stamp},
    sign_in::{kept, needed},
    strength,
};
use crate::{
    desk::Desk,
    dto::{ById, Nothing, moment},
    error::WorkflowError,
    mail::letter::Matter,
    people::not_ones_own,
};

/// A code as it is told once, and the person as they are.
pub(super) struct Given {
    pub(super) code: Sensitive<String>,
    pub(super) token: AuthToken,
}

/// Gives a code out to a person `who` may have one, in place of those of its kind given before.
pub(super) fn give(
    desk: &Desk<'_>,
    actor: &Actor,
    person: UserId,
    kind: TokenKind,
    who: impl Fn(&User) -> Result<(), Refusal>,
) -> Result<Given, WorkflowError> {
    let code = Sensitive::new(codes::one_time(desk.ids));
    let hash = codes::one_time_hash(code.expose())
        .ok_or_else(|| WorkflowError::Defect("a fresh code has no form".to_owned()))?;
    let id = desk.ids.object_id();
    desk.decide(|reader| {
        let user = reader
            .user(person)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        who(&user)?;
        let token = AuthToken::new(id, user.id, kind, hash.clone(), &user.email, desk.now());
        let former = unused(reader, &user, &[kind], None)?;
        let set = rules::given(&stamp(desk, actor.clone()), &user, &token, &former)?;
        Ok((set, token))
    })
    .map(|token| Given { code, token })
}

/// A person's codes of these kinds that were not used yet.
fn unused(
    reader: &Reader<'_>,
    user: &User,
    kinds: &[TokenKind],
    except: Option<ObjectId>,
) -> Result<Vec<ObjectId>, WorkflowError> {
    Ok(reader
        .tokens_of(user.id)?
        .into_iter()
        .filter(|token| {
            token.used_at.is_none() && kinds.contains(&token.kind) && Some(token.id) != except
        })
        .map(|token| token.id)
        .collect())
}

/// A code for somebody who stands in front of an administrator or is on the telephone.
pub fn person_code(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ById,
) -> Result<OneTimeCode, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    at_an_office(desk)?;
    let person = args
        .id
        .parse::<UserId>()
        .map_err(|_| Refusal::not_found("The person"))?;
    not_ones_own(actor, person)?;
    let given = give(desk, actor, person, TokenKind::Code, |user| {
        may_be_used(user).map_err(|_| {
            Refusal::new(
                Code::WrongState,
                format!(
                    "The account of {} is closed. Activate it before you give a code out.",
                    user.name
                ),
            )
        })
    })?;
    Ok(OneTimeCode {
        code: given.code.expose().clone(),
        until: moment(given.token.expires_at),
    })
}

/// Refuses where codes are not kept.
pub(super) fn at_an_office(desk: &Desk<'_>) -> Result<(), WorkflowError> {
    if desk.read(kept)? == Scope::Office {
        return Ok(());
    }
    Err(Refusal::new(
        Code::Forbidden,
        "One-time codes are given out and taken at the desktops of the office. From here, ask an administrator to set a new password.",
    )
    .into())
}

/// Sets a new password with a code. Nobody is signed in by it; every session of the person ends.
pub fn reset_finish(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: &FinishReset,
) -> Result<Nothing, WorkflowError> {
    at_an_office(desk)?;
    let email = address(&args.email)?;
    typed(&args.code)?;
    strength::acceptable("password", &args.password, &[&email])?;
    let token = shown(desk, keeper, &email, &args.code)?;
    let hash = passwords::hash(&args.password, &desk.ids.random(), keeper.cost)?;
    desk.decide(|reader| {
        let (user, token) = again(reader, &token)?;
        let sessions = open_sessions(reader, user.id)?;
        let others = unused(
            reader,
            &user,
            &[TokenKind::Reset, TokenKind::Code],
            Some(token.id),
        )?;
        let stamp = stamp(desk, actor_for(&user, desk));
        let set = rules::password_reset(&stamp, &user, &token, hash.clone(), &sessions, &others)?;
        Ok((set, ()))
    })?;
    attempts::forget(desk, &tried(&email))?;
    tell(desk, token.user, Matter::PasswordChanged);
    tracing::info!(user = %token.user, "a password was set with a code");
    Ok(Nothing {})
}

pub(super) fn address(typed: &str) -> Result<String, Refusal> {
    let email = typed.trim().to_lowercase();
    if email.is_empty() {
        return Err(needed("email", "Enter your e-mail address."));
    }
    Ok(email)
}

/// Refuses what cannot be a code, before anything is counted: a slip is no attempt.
pub(super) fn typed(code: &str) -> Result<(), Refusal> {
    if code.trim().is_empty() {
        return Err(needed("code", "Enter the code."));
    }
    if codes::one_time_hash(code).is_none() {
        return Err(Refusal::field(
            Code::Invalid,
            "code",
            "A code has 20 letters and digits. Some are missing, or one is none of a code's.",
        ));
    }
    Ok(())
}

fn tried(email: &str) -> String {
    format!("code for {email}")
}

/// The code somebody shows, if it is good for the person of this address. Otherwise it counts as an
/// attempt there, whether there is such a person or not; the fifth locks for a quarter of an hour.
pub(super) fn shown(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    email: &str,
    code: &str,
) -> Result<AuthToken, WorkflowError> {
    let _one_at_a_time = keeper
        .counting
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let now = desk.now();
    let failures = attempts::noted_today(desk, &tried(email))?;
    failures.refuse_locked(now)?;
    let found = desk.read(|reader| {
        let user = reader.user_by_email(email)?;
        let token = match codes::one_time_hash(code) {
            Some(hash) => reader.token_by_hash(&hash)?,
            None => None,
        };
        Ok(user
            .zip(token)
            .filter(|(user, token)| token.user == user.id && token.is_good(&user.email, now)))
    })?;
    match found {
        Some((_, token)) => Ok(token),
        None => {
            let next = failures.one_more(now);
            attempts::note(desk, &tried(email), next)?;
            let locked = next.refuse_locked(now);
            Err(locked.err().unwrap_or_else(rules::bad_code).into())
        }
    }
}

/// The code and its person, read anew.
pub(super) fn again(
    reader: &Reader<'_>,
    token: &AuthToken,
) -> Result<(User, AuthToken), WorkflowError> {
    let token = reader
        .token_by_hash(&token.token_hash)?
        .ok_or_else(rules::bad_code)?;
    let user = reader.user(token.user)?.ok_or_else(rules::bad_code)?;
    Ok((user, token))
}
