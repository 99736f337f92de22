//! Signing in with a password, unlocking with it, and the lock-out that failures bring.
//!
//! Whoever tries learns whether they are in, and never whether an account exists: an unknown address
//! takes as long, is answered with the same words, and is locked out after as many failures.

use std::sync::PoisonError;

use bson::oid::ObjectId;
use domain::{
    Code, Refusal, Scope, UserId,
    rules::accounts::{self as rules, Failures, NewSession, second_factor::Proof},
    user::User,
};
use replica::Reader;

use super::{
    attempts,
    by_mail::tell,
    dto::{SignIn, SignInWithCode, Unlock, WorkspaceStatus},
    lease, passwords,
    second_factor::prove,
    session::{SessionKeeper, fresh_token, product, stamp},
    status::workspace_status,
};
use crate::{desk::Desk, error::WorkflowError, mail::letter::Matter};

/// Signs a person in at this desktop; whoever was signed in before is signed out. Somebody with a second
/// factor is asked for its code with [`Code::SecondFactor`] and comes back with it.
pub fn sign_in(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: &SignIn,
) -> Result<WorkspaceStatus, WorkflowError> {
    enter(desk, keeper, args, None)
}

/// The same with the code of the second factor. A wrong code counts like a wrong password.
pub fn sign_in_with_code(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: SignInWithCode,
) -> Result<WorkspaceStatus, WorkflowError> {
    if args.code.trim().is_empty() {
        return Err(needed("code", "Enter the code.").into());
    }
    let first = SignIn {
        email: args.email,
        password: args.password,
    };
    enter(desk, keeper, &first, Some(&args.code))
}

fn enter(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: &SignIn,
    code: Option<&str>,
) -> Result<WorkspaceStatus, WorkflowError> {
    let email = args.email.trim().to_lowercase();
    if email.is_empty() {
        return Err(needed("email", "Enter your e-mail address.").into());
    }
    if args.password.is_empty() {
        return Err(needed("password", "Enter your password.").into());
    }
    let (user, admins, keep_bcrypt, scope) = desk.read(|reader| {
        let keep = reader
            .settings()?
            .is_some_and(|settings| settings.keep_bcrypt);
        let scope = kept(reader)?;
        // Of whoever has nothing to do at a finance desktop it holds a name and no password: they are as
        // unknown there as anybody.
        let user = reader
            .user_by_email(&email)?
            .filter(|user| scope != Scope::Finance || user.password.is_some());
        Ok((user, reader.active_admins()?, keep, scope))
    })?;
    belongs_here(scope, user.as_ref())?;
    if scope == Scope::Office && admins == 0 {
        return Err(Refusal::new(
            Code::NotReady,
            "This institution has no active administrator and cannot be used before it has one.",
        )
        .into());
    }
    let Some(user) = user else {
        return Err(unknown_address(desk, keeper, &email, &args.password));
    };
    check_password(desk, &user, &args.password)?;
    rules::may_be_used(&user)?;
    desk.read(|reader| lease::check(reader, desk, &user))?;
    let proof = match prove(desk, &user, &args.password, code) {
        Err(WorkflowError::Refused(refusal))
            if refusal.code == Code::SecondFactor && code.is_some() =>
        {
            // Six digits are soon guessed by somebody who has the password: five tries, as with that.
            let counted = count_failure(desk, user.id)?;
            let locked = counted.code == Code::LockedOut;
            return Err(if locked { counted } else { refusal }.into());
        }
        outcome => outcome?,
    };
    keeper.sign_out(desk)?;
    let right = Right {
        password: &args.password,
        keep_bcrypt,
        proof,
    };
    let user = begin(desk, keeper, &user, &right)?;
    tracing::info!(user = %user.id, "signed in");
    workspace_status(desk, keeper)
}

/// Whose records this desktop keeps.
pub(crate) fn kept(reader: &Reader<'_>) -> Result<Scope, WorkflowError> {
    match reader.meta("scope")? {
        Some(text) if reader.has_server()? => Ok(text.parse()?),
        _ => Ok(Scope::Office),
    }
}

/// A desktop that keeps one person's records has nobody else's password. Whether there is such an account is
/// not said: the answer is the same for every other address.
fn belongs_here(scope: Scope, user: Option<&User>) -> Result<(), Refusal> {
    let here = match scope {
        Scope::Office | Scope::Finance => true,
        Scope::Instructor(person) | Scope::Student(person) => {
            user.is_some_and(|user| user.id == person)
        }
    };
    if here {
        return Ok(());
    }
    Err(Refusal::field(
        Code::Forbidden,
        "email",
        "This desktop keeps the records of one person, and only that person signs in here.",
    ))
}

pub(super) fn needed(field: &str, message: &str) -> Refusal {
    Refusal::field(Code::Required, field, message)
}

/// What somebody showed, all of it right.
struct Right<'a> {
    password: &'a str,
    keep_bcrypt: bool,
    proof: Option<Proof>,
}

/// Begins a session for somebody whose password was right.
fn begin(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    known: &User,
    right: &Right<'_>,
) -> Result<User, WorkflowError> {
    let Right {
        password,
        keep_bcrypt,
        proof,
    } = right;
    let rehashed = match &known.password {
        Some(hash) if passwords::is_weak(hash, *keep_bcrypt) => {
            Some(passwords::hash(password, &desk.ids.random(), keeper.cost)?)
        }
        _ => None,
    };
    let session = desk.ids.object_id();
    let (refresh, token_hash) = fresh_token(session, desk.ids);
    let new = NewSession {
        id: session,
        token_hash,
        device: desk.device.clone(),
    };
    let user = desk.decide(|reader| {
        let user = reader.user(known.id)?.ok_or_else(rules::bad_credentials)?;
        if user.password != known.password || user.second_factor != known.second_factor {
            // Changed since it was checked: what was right may not be right any more.
            return Err(rules::bad_credentials().into());
        }
        let now = desk.now();
        let over: Vec<ObjectId> = reader
            .sessions_of(user.id)?
            .iter()
            .filter(|session| session.expires_at <= now)
            .map(|session| session.id)
            .collect();
        let actor = super::session::actor_for(&user, desk);
        let stamp = stamp(desk, actor);
        let set = rules::signed_in(&stamp, &user, &new, rehashed.clone(), proof.as_ref(), &over)?;
        Ok((set, user))
    })?;
    keeper.hold(desk, &user, session, refresh, false)?;
    Ok(user)
}

/// [`check_password`] of somebody who is signed in and types it again: a wrong one is told at its field.
pub(crate) fn password_again(
    desk: &Desk<'_>,
    user: &User,
    password: &str,
) -> Result<(), WorkflowError> {
    check_password(desk, user, password).map_err(|error| match error {
        WorkflowError::Refused(refusal) if refusal.code == Code::BadCredentials => Refusal::field(
            Code::BadCredentials,
            "password",
            "This is not your password.",
        )
        .into(),
        other => other,
    })
}

/// Whether this is the person's password; a failure is counted. Refused while the account is locked,
/// whatever the password.
pub(crate) fn check_password(
    desk: &Desk<'_>,
    user: &User,
    password: &str,
) -> Result<(), WorkflowError> {
    Failures::of(user).refuse_locked(desk.now())?;
    if passwords::verify(password, user.password.as_deref()) {
        return Ok(());
    }
    Err(count_failure(desk, user.id)?.into())
}

/// Counts a failure at an account and says what to answer.
fn count_failure(desk: &Desk<'_>, id: UserId) -> Result<Refusal, WorkflowError> {
    let failures = desk.decide(|reader| {
        let user = reader.user(id)?.ok_or_else(rules::bad_credentials)?;
        // Locked by somebody who tried at the same time: that lock stands.
        Failures::of(&user).refuse_locked(desk.now())?;
        Ok(rules::sign_in_failed(&stamp(desk, product(desk)), &user))
    })?;
    if let Some(until) = failures.until {
        let until = until.timestamp_millis();
        tell(desk, id, Matter::LockedOut { until });
    }
    Ok(failures.refusal(desk.now()))
}

/// Does for an unknown address what is done for an account whose password is wrong.
fn unknown_address(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    email: &str,
    password: &str,
) -> WorkflowError {
    match count_unknown(desk, keeper, email, password) {
        Ok(refusal) => refusal.into(),
        Err(error) => error,
    }
}

fn count_unknown(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    email: &str,
    password: &str,
) -> Result<Refusal, WorkflowError> {
    let _one_at_a_time = keeper
        .counting
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let now = desk.now();
    let failures = attempts::noted(desk, email)?;
    if let Err(refusal) = failures.refuse_locked(now) {
        return Ok(refusal);
    }
    passwords::verify(password, None);
    let next = failures.one_more(now);
    attempts::note(desk, email, next)?;
    Ok(next.refusal(now))
}

/// Unlocks the window with the password of the person whose session it is.
pub fn unlock(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    args: &Unlock,
) -> Result<WorkspaceStatus, WorkflowError> {
    if args.password.is_empty() {
        return Err(needed("password", "Enter your password.").into());
    }
    let present = keeper
        .who(desk)?
        .ok_or_else(|| Refusal::new(Code::SignedOut, "Your session has ended. Please sign in."))?;
    check_password(desk, &present.user, &args.password).map_err(at_password)?;
    keeper.open_lock(desk)?;
    workspace_status(desk, keeper)
}

/// Here the address is not in question, only the password.
fn at_password(error: WorkflowError) -> WorkflowError {
    match error {
        WorkflowError::Refused(refusal) if refusal.code == Code::BadCredentials => {
            Refusal::field(Code::BadCredentials, "password", "The password is wrong.").into()
        }
        other => other,
    }
}

/// Locks the window.
pub fn lock(desk: &Desk<'_>, keeper: &SessionKeeper) -> Result<WorkspaceStatus, WorkflowError> {
    keeper.lock(desk)?;
    workspace_status(desk, keeper)
}

/// Ends the session of this desktop.
pub fn sign_out(desk: &Desk<'_>, keeper: &SessionKeeper) -> Result<WorkspaceStatus, WorkflowError> {
    keeper.sign_out(desk)?;
    workspace_status(desk, keeper)
}
