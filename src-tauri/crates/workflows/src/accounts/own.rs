//! One's own account: profile, password, sessions.

use bson::oid::ObjectId;
use domain::{
    Actor, Code, Refusal, UserId,
    role::Permission,
    rules::{
        accounts::{self as rules, Ending},
        people::Edited,
    },
    user::User,
};
use replica::Reader;

use super::{
    by_mail::tell,
    dto::{ChangePassword, SessionRow, UpdateProfile, WorkspaceStatus},
    passwords,
    second_factor::reseal,
    session::{SessionKeeper, stamp},
    sign_in::check_password,
    status::workspace_status,
    strength,
};
use crate::{
    desk::Desk,
    dto::{ById, Nothing, moment},
    error::WorkflowError,
    mail::letter::Matter,
    people::{convert, dto::PersonDetail},
};

/// The one who asks. The product itself has no account.
pub(super) fn own_id(actor: &Actor) -> Result<UserId, WorkflowError> {
    actor.require(Permission::OwnProfile)?;
    Ok(actor
        .user
        .ok_or_else(|| Refusal::new(Code::Forbidden, "Only a person has an account."))?)
}

pub(super) fn own(reader: &Reader<'_>, id: UserId) -> Result<User, WorkflowError> {
    Ok(reader
        .user(id)?
        .ok_or_else(|| Refusal::not_found("Your account"))?)
}

/// Sessions of a person that can still be used.
pub(crate) fn open_sessions(
    reader: &Reader<'_>,
    user: UserId,
) -> Result<Vec<ObjectId>, WorkflowError> {
    let sessions = reader.sessions_of(user)?;
    Ok(sessions
        .iter()
        .filter(|session| session.revoked_at.is_none())
        .map(|s| s.id)
        .collect())
}

/// One's own record.
pub fn my_profile(
    desk: &Desk<'_>,
    actor: &Actor,
    _: Nothing,
) -> Result<PersonDetail, WorkflowError> {
    let id = own_id(actor)?;
    desk.read(|reader| convert::detail(reader, &own(reader, id)?, actor))
}

/// Changes one's own name, profile and wishes. E-mail, role and status are an administrator's.
pub fn update_profile(
    desk: &Desk<'_>,
    actor: &Actor,
    args: UpdateProfile,
) -> Result<PersonDetail, WorkflowError> {
    let id = own_id(actor)?;
    convert::apply_edit(desk, actor, id, args.rev, |user, now| {
        Ok(Edited {
            name: args.name.clone(),
            email: None,
            email_verified: None,
            profile: convert::profile(&args.profile, &user.profile, now)?,
            preferences: Some(convert::preferences(&args.preferences, &user.preferences)),
        })
    })?;
    my_profile(desk, actor, Nothing {})
}

/// Changes one's own password; the present one is asked for, and failing at it counts like a failed
/// sign-in. This session goes on, every other one of the person ends.
pub fn change_password(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
    args: &ChangePassword,
) -> Result<Nothing, WorkflowError> {
    let id = own_id(actor)?;
    if args.current.is_empty() {
        return Err(
            Refusal::field(Code::Required, "current", "Enter your present password.").into(),
        );
    }
    let known = desk.read(|reader| own(reader, id))?;
    strength::acceptable("next", &args.next, &[&known.name, &known.email])?;
    check_password(desk, &known, &args.current).map_err(|error| match error {
        WorkflowError::Refused(refusal) if refusal.code == Code::BadCredentials => Refusal::field(
            Code::BadCredentials,
            "current",
            "This is not your present password.",
        )
        .into(),
        other => other,
    })?;
    if args.next == args.current {
        return Err(Refusal::field(
            Code::Invalid,
            "next",
            "Choose a password you do not have yet.",
        )
        .into());
    }
    let hash = passwords::hash(&args.next, &desk.ids.random(), keeper.cost)?;
    let resealed = reseal(desk, keeper, &known, &args.current, &args.next)?;
    let kept = keeper.session_id();
    desk.decide(|reader| {
        let user = own(reader, id)?;
        if user.password != known.password {
            let message = "Your password was changed in the meantime. Sign in with the new one.";
            return Err(Refusal::new(Code::Stale, message).into());
        }
        let sessions = open_sessions(reader, id)?;
        let stamp = stamp(desk, actor.clone());
        Ok((
            rules::password_changed(
                &stamp,
                &user,
                hash.clone(),
                resealed.clone(),
                kept,
                &sessions,
            ),
            (),
        ))
    })?;
    let user = desk.read(|reader| own(reader, id))?;
    keeper.reissue(desk, &user)?;
    tell(desk, id, Matter::PasswordChanged);
    Ok(Nothing {})
}

/// One's own sessions that can still be used, the newest first.
pub fn my_sessions(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
) -> Result<Vec<SessionRow>, WorkflowError> {
    let id = own_id(actor)?;
    let current = keeper.session_id();
    let now = desk.now();
    desk.read(|reader| {
        let sessions = reader.sessions_of(id)?;
        Ok(sessions
            .into_iter()
            .filter(|session| session.revoked_at.is_none() && session.expires_at > now)
            .map(|session| SessionRow {
                id: session.id.to_hex(),
                device: session.device.to_string(),
                created_at: moment(session.created_at),
                last_used_at: moment(session.last_used_at),
                expires_at: moment(session.expires_at),
                current: current == Some(session.id),
            })
            .collect())
    })
}

/// Ends one of one's own other sessions.
pub fn end_session(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
    args: &ById,
) -> Result<Vec<SessionRow>, WorkflowError> {
    let id = own_id(actor)?;
    let session = ObjectId::parse_str(&args.id).map_err(|_| Refusal::not_found("The session"))?;
    if keeper.session_id() == Some(session) {
        return Err(Refusal::new(
            Code::WrongState,
            "This is the session you are working in. Sign out to end it.",
        )
        .into());
    }
    desk.decide(|reader| {
        let user = own(reader, id)?;
        reader
            .session(session)?
            .filter(|found| found.user == id && found.revoked_at.is_none())
            .ok_or_else(|| Refusal::not_found("The session"))?;
        let stamp = stamp(desk, actor.clone());
        Ok((
            rules::session_ended(&stamp, &user, session, Ending::Ended),
            (),
        ))
    })?;
    my_sessions(desk, actor, keeper)
}

/// Ends every session of the person, this one too.
pub fn sign_out_everywhere(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
) -> Result<WorkspaceStatus, WorkflowError> {
    let id = own_id(actor)?;
    desk.decide(|reader| {
        let user = own(reader, id)?;
        let sessions = open_sessions(reader, id)?;
        Ok((
            rules::signed_out_everywhere(&stamp(desk, actor.clone()), &user, &sessions),
            (),
        ))
    })?;
    keeper.sign_out(desk)?;
    workspace_status(desk, keeper)
}
