//! Which desktops there are, who is signed in where, and ending sessions of others. Also what a desktop
//! tells of itself, once a day, by which the others know it.

use std::collections::{BTreeMap, btree_map::Entry};

use bson::oid::ObjectId;
use domain::{
    Actor, Code, Refusal, Scope, Timestamp, UserId,
    device::{Device, Standing},
    role::Permission,
    rules::{
        accounts::{self as account_rules, Ending},
        desktops::{self as rules, Tells},
    },
    user::User,
};
use replica::{Reader, Session};
use sync::State;

use super::dto::{DesktopRow, DesktopSession, DesktopState, Desktops};
use crate::{
    accounts::{SessionKeeper, Workspace, open_sessions, product, stamp},
    desk::Desk,
    dto::{ById, Nothing, PersonRef, moment},
    error::WorkflowError,
};

/// Every desktop, with the sessions on it this one knows of.
pub fn desktops(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
    _args: &Nothing,
) -> Result<Desktops, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let current = keeper.session_id();
    let now = desk.now();
    desk.read(|reader| {
        let mut people = People::default();
        let mut sessions: BTreeMap<String, Vec<DesktopSession>> = BTreeMap::new();
        for session in reader.sessions_open_at(now)? {
            let Some(user) = people.user(reader, session.user)? else {
                continue;
            };
            if good(&session, user) {
                sessions
                    .entry(session.device.to_string())
                    .or_default()
                    .push(DesktopSession {
                        id: session.id.to_hex(),
                        person: named(user),
                        role: user.role,
                        created_at: moment(session.created_at),
                        last_used_at: moment(session.last_used_at),
                        current: current == Some(session.id),
                    });
            }
        }
        let mut rows = Vec::new();
        for device in reader.desktops()? {
            let signed_in = sessions.remove(device.name.as_str()).unwrap_or_default();
            rows.push(row(reader, desk, &device, signed_in, &mut people)?);
        }
        Ok(Desktops {
            this: desk.device.to_string(),
            has_server: reader.has_server()?,
            rows,
        })
    })
}

/// Whether the session would still be taken from whoever shows it.
fn good(session: &Session, user: &User) -> bool {
    let version = match session.extra.get("tokenVersion") {
        Some(bson::Bson::Int32(version)) => Some(i64::from(*version)),
        Some(bson::Bson::Int64(version)) => Some(*version),
        _ => None,
    };
    version == Some(user.token_version)
}

#[derive(Default)]
struct People(BTreeMap<UserId, Option<User>>);

impl People {
    fn user(&mut self, reader: &Reader<'_>, id: UserId) -> Result<Option<&User>, WorkflowError> {
        let found = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(reader.user(id)?),
        };
        Ok(found.as_ref())
    }

    fn named(
        &mut self,
        reader: &Reader<'_>,
        id: Option<UserId>,
    ) -> Result<Option<PersonRef>, WorkflowError> {
        let Some(id) = id else { return Ok(None) };
        Ok(self.user(reader, id)?.map(named))
    }
}

fn named(user: &User) -> PersonRef {
    PersonRef {
        id: user.id.to_hex(),
        name: user.name.clone(),
    }
}

fn row(
    reader: &Reader<'_>,
    desk: &Desk<'_>,
    device: &Device,
    sessions: Vec<DesktopSession>,
    people: &mut People,
) -> Result<DesktopRow, WorkflowError> {
    let this = device.name == *desk.device;
    let invitation = device.invitation.as_ref();
    let told = |at: Option<Timestamp>| at.map(moment);
    let seen = sessions
        .iter()
        .map(|session| session.last_used_at.clone())
        .max();
    let person = device
        .person
        .or_else(|| device.scope.and_then(Scope::person));
    Ok(DesktopRow {
        id: device.id.to_hex(),
        name: device.name.to_string(),
        this,
        state: match device.standing(desk.now()) {
            Standing::Invited => DesktopState::Invited,
            Standing::Lapsed => DesktopState::Lapsed,
            Standing::Active => DesktopState::Active,
            Standing::Revoked => DesktopState::Revoked,
            Standing::Wiped => DesktopState::Wiped,
        },
        system: device.system.clone(),
        version: if this {
            Some(env!("CARGO_PKG_VERSION").to_owned())
        } else {
            device.version.clone()
        },
        scope: device.scope.map(|scope| scope.reach().into()),
        person: people.named(reader, person)?,
        last_contact_at: told(device.last_contact_at).max(seen),
        created_at: told(device.created_at),
        moved_from: device.moved_from.clone(),
        invited_by: people.named(reader, invitation.and_then(|invitation| invitation.by))?,
        expires_at: invitation.map(|invitation| moment(invitation.expires_at)),
        login: invitation.and_then(|invitation| invitation.login.clone()),
        revoked_at: told(device.revoked_at),
        revoked_by: people.named(reader, device.revoked_by)?,
        revoked_why: device.revoked_why.clone(),
        wiped_at: told(device.wiped_at),
        sessions,
    })
}

/// Ends one session of anybody, on any desktop but the one in use.
pub fn desktop_session_end(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
    args: &ById,
) -> Result<Desktops, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let none = || Refusal::not_found("The session");
    let id = ObjectId::parse_str(&args.id).map_err(|_| none())?;
    if keeper.session_id() == Some(id) {
        let message = "This is the session you are working in. Sign out to end it.";
        return Err(Refusal::new(Code::WrongState, message).into());
    }
    desk.decide(|reader| {
        let session = reader
            .session(id)?
            .filter(|session| session.revoked_at.is_none())
            .ok_or_else(none)?;
        let user = reader.user(session.user)?.ok_or_else(none)?;
        let stamp = stamp(desk, actor.clone());
        Ok((
            account_rules::session_ended(&stamp, &user, id, Ending::Ended),
            (),
        ))
    })?;
    desktops(desk, actor, keeper, &Nothing {})
}

/// Ends every session of a person, on every desktop, those not known here too.
pub fn person_sign_out(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
    args: &ById,
) -> Result<Desktops, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id: UserId = args.id.parse()?;
    if actor.user == Some(id) {
        let message = "This is your own account. Sign out everywhere in your profile.";
        return Err(Refusal::new(Code::WrongState, message).into());
    }
    desk.decide(|reader| {
        let user = reader
            .user(id)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let sessions = open_sessions(reader, id)?;
        let stamp = stamp(desk, actor.clone());
        Ok((
            account_rules::signed_out_everywhere(&stamp, &user, &sessions),
            (),
        ))
    })?;
    desktops(desk, actor, keeper, &Nothing {})
}

/// Tells the institution of this desktop, while its server answers and there is something to tell.
pub fn check_in(
    workspace: &Workspace,
    desk: &Desk<'_>,
    person: Option<UserId>,
) -> Result<bool, WorkflowError> {
    let Some(link) = workspace.link() else {
        return Ok(false);
    };
    let reached = matches!(
        link.engine().status()?.state,
        State::Initial | State::Online | State::Sending
    );
    if !reached {
        return Ok(false);
    }
    let tells = Tells {
        system: std::env::consts::OS.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scope: link.engine().scope(),
        person,
    };
    desk.decide_if(|reader| {
        let Some(device) = reader.desktop(desk.device)? else {
            return Ok((None, false));
        };
        let set = rules::checked_in(&stamp(desk, product(desk)), &device, &tells);
        let told = set.is_some();
        Ok((set, told))
    })
}
