//! The second factor of one's own account: looking, setting up, renewing recovery codes, taking away;
//! and taking it away for somebody who lost theirs. The check at sign-in is in `sign_in`.
//!
//! A new secret waits in memory until a code proves that the authenticator has it: a person who stops
//! half-way is not locked out.

use std::sync::PoisonError;

use domain::{
    Actor, Code, Refusal, UserId,
    role::Permission,
    rules::accounts::second_factor::{self as rules, Proof, RECOVERY_CODES},
    settings::Settings,
    user::{SecondFactor, User},
};

use super::{
    by_mail::tell,
    codes::{self, FactorSecret},
    dto::{ConfirmSecondFactor, ProveSelf, RecoveryCodes, SecondFactorOffer, SecondFactorState},
    own::{own, own_id},
    session::{SessionKeeper, stamp},
    sign_in::password_again,
    workspace::no_settings,
};
use crate::{
    desk::Desk,
    dto::{ById, Nothing, moment},
    error::WorkflowError,
    mail::letter::Matter,
    people::{self, dto::PersonDetail},
};

/// What there is, and whether the institution wants it.
pub fn second_factor(
    desk: &Desk<'_>,
    actor: &Actor,
    _: &Nothing,
) -> Result<SecondFactorState, WorkflowError> {
    let id = own_id(actor)?;
    desk.read(|reader| {
        let user = own(reader, id)?;
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        Ok(state(&settings, &user))
    })
}

fn state(settings: &Settings, user: &User) -> SecondFactorState {
    let factor = user.second_factor.as_ref();
    SecondFactorState {
        since: factor.map(|factor| moment(factor.since)),
        recovery_left: factor.map_or(0, |factor| factor.recovery.len()),
        authenticator: factor.is_some_and(|factor| factor.sealed.is_some()),
        required: rules::required(settings, user.role),
    }
}

/// Offers a fresh secret for the authenticator. Nothing changes until a code confirms it.
pub fn second_factor_begin(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
) -> Result<SecondFactorOffer, WorkflowError> {
    let id = own_id(actor)?;
    let (user, settings) = desk.read(|reader| {
        Ok((
            own(reader, id)?,
            reader.settings()?.ok_or_else(no_settings)?,
        ))
    })?;
    let secret = FactorSecret::fresh(desk.ids);
    let address = secret.address(&settings.institution, &user.email)?;
    let offer = SecondFactorOffer {
        secret: secret.typed()?,
        qr: codes::qr(&address)?,
        address,
    };
    *keeper
        .offered
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = Some((id, secret));
    Ok(offer)
}

/// Sets it up: the password seals the secret, a code proves that the authenticator has it. Answers the
/// recovery codes, which are shown once.
pub fn second_factor_confirm(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
    args: &ConfirmSecondFactor,
) -> Result<RecoveryCodes, WorkflowError> {
    let id = own_id(actor)?;
    let offered = keeper
        .offered
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let Some((_, secret)) = offered.filter(|(user, _)| *user == id) else {
        return Err(Refusal::new(
            Code::WrongState,
            "Begin anew: the offer for your authenticator is no longer there.",
        )
        .into());
    };
    let known = desk.read(|reader| own(reader, id))?;
    own_password(desk, &known, &args.password)?;
    let Some(step) = secret.check(&args.code, desk.now())? else {
        return Err(Refusal::field(
            Code::Invalid,
            "code",
            "This is not the code your authenticator shows now. Check the clock of the device it is on.",
        )
        .into());
    };
    let sealed = secret.seal(id, &args.password, desk.ids, keeper.cost)?;
    let codes = fresh_codes(desk);
    desk.decide(|reader| {
        let user = own(reader, id)?;
        same_password(&user, &known)?;
        let factor = SecondFactor {
            sealed: Some(sealed.clone()),
            since: desk.now(),
            last_step: step,
            recovery: hashes(&codes),
        };
        Ok((
            rules::set_up(&stamp(desk, actor.clone()), &user, &factor),
            (),
        ))
    })?;
    *keeper
        .offered
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = None;
    Ok(RecoveryCodes { codes })
}

/// New recovery codes; those from before are worth nothing.
pub fn recovery_renew(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ProveSelf,
) -> Result<RecoveryCodes, WorkflowError> {
    let id = own_id(actor)?;
    let known = desk.read(|reader| own(reader, id))?;
    own_password(desk, &known, &args.password)?;
    let codes = fresh_codes(desk);
    desk.decide(|reader| {
        let user = own(reader, id)?;
        same_password(&user, &known)?;
        let Some(mut factor) = user.second_factor.clone() else {
            return Err(Refusal::new(Code::WrongState, "You have no second factor.").into());
        };
        factor.recovery = hashes(&codes);
        Ok((
            rules::recovery_renewed(&stamp(desk, actor.clone()), &user, &factor),
            (),
        ))
    })?;
    Ok(RecoveryCodes { codes })
}

/// Takes one's own second factor away; the password is asked for.
pub fn second_factor_remove(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ProveSelf,
) -> Result<SecondFactorState, WorkflowError> {
    let id = own_id(actor)?;
    let known = desk.read(|reader| own(reader, id))?;
    own_password(desk, &known, &args.password)?;
    desk.decide(|reader| {
        let user = own(reader, id)?;
        same_password(&user, &known)?;
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        Ok((
            rules::removed(&stamp(desk, actor.clone()), &settings, &user)?,
            (),
        ))
    })?;
    tell(desk, id, Matter::SecondFactorRemoved);
    second_factor(desk, actor, &Nothing {})
}

/// Takes away the second factor of somebody who lost theirs.
pub fn person_second_factor_remove(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ById,
) -> Result<PersonDetail, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id: UserId = args
        .id
        .parse()
        .map_err(|_| Refusal::not_found("The person"))?;
    if actor.user == Some(id) {
        return Err(Refusal::new(
            Code::Forbidden,
            "Take your own second factor away in your profile, with your password.",
        )
        .into());
    }
    desk.decide(|reader| {
        let user = reader
            .user(id)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        Ok((
            rules::removed(&stamp(desk, actor.clone()), &settings, &user)?,
            (),
        ))
    })?;
    tell(desk, id, Matter::SecondFactorRemoved);
    people::person(desk, actor, args)
}

/// Whether the second factor is proved by the code, at a sign-in with a right password; none where the
/// person has no second factor.
pub(super) fn prove(
    desk: &Desk<'_>,
    user: &User,
    password: &str,
    code: Option<&str>,
) -> Result<Option<Proof>, WorkflowError> {
    let Some(factor) = &user.second_factor else {
        return Ok(None);
    };
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Err(rules::needed(false).into());
    };
    if let Some(hash) = codes::code_hash(code) {
        return if factor.recovery.contains(&hash) {
            Ok(Some(Proof::Recovery(hash)))
        } else {
            Err(rules::needed(true).into())
        };
    }
    let secret = match &factor.sealed {
        Some(sealed) => FactorSecret::open(sealed, user.id, password)?,
        None => None,
    };
    let Some(secret) = secret else {
        return Err(Refusal::field(
            Code::SecondFactor,
            "code",
            "Your password was set by somebody else since: enter one of your recovery codes, or ask an administrator.",
        )
        .into());
    };
    match secret.check(code, desk.now())? {
        Some(step) if step > factor.last_step => Ok(Some(Proof::Step(step))),
        _ => Err(rules::needed(true).into()),
    }
}

/// The secret sealed under a new password, where there is one and the old password opens it.
pub(super) fn reseal(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
    user: &User,
    old: &str,
    new: &str,
) -> Result<Option<String>, WorkflowError> {
    let Some(sealed) = user
        .second_factor
        .as_ref()
        .and_then(|factor| factor.sealed.as_ref())
    else {
        return Ok(None);
    };
    FactorSecret::open(sealed, user.id, old)?
        .map(|secret| secret.seal(user.id, new, desk.ids, keeper.cost))
        .transpose()
}

fn fresh_codes(desk: &Desk<'_>) -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|_| codes::fresh_code(desk.ids))
        .collect()
}

fn hashes(codes: &[String]) -> Vec<String> {
    codes
        .iter()
        .filter_map(|code| codes::code_hash(code))
        .collect()
}

/// Asks for the password again; a failure counts like a failed sign-in.
fn own_password(desk: &Desk<'_>, user: &User, password: &str) -> Result<(), WorkflowError> {
    if password.is_empty() {
        return Err(Refusal::field(Code::Required, "password", "Enter your password.").into());
    }
    password_again(desk, user, password)
}

fn same_password(user: &User, known: &User) -> Result<(), Refusal> {
    if user.password == known.password {
        Ok(())
    } else {
        Err(Refusal::new(
            Code::Stale,
            "Your password was changed in the meantime. Sign in with the new one.",
        ))
    }
}
