//! A lost desktop: shutting it out, taking its login away, and what the desktop itself does when it hears
//! of it: it hands what it had not sent to the institution's quarantine, says that it is gone, and takes its
//! file and its keys away.
//!
//! That is what this program does when it reaches the server. Whoever copied the file before has noise; a
//! login that was copied out of a running program is stopped only by taking it away on the server.

use std::path::Path;

use bson::{Bson, oid::ObjectId};
use domain::{
    Actor, Code, Collection, Refusal, Timestamp,
    device::{Device, Standing},
    role::Permission,
    rules::desktops as rules,
};
use remote::{
    Server,
    port::{Filter, Port, Quarantined, RemoteError, Slice, Source, View},
};

use super::{
    dto::{Desktops, RevokeDesktop},
    listing::desktops,
};
use crate::{
    accounts::{self, SessionKeeper, Workspace, product, stamp},
    desk::Desk,
    dto::{ById, Nothing},
    error::WorkflowError,
    operations::server::{connect::every, link, reached},
};

/// So long after its time an invitation is over for good, in milliseconds: who was just joining has joined.
const A_WHILE: i64 = 60 * 60 * 1000;
/// Rows of the queue that are handed over.
const QUEUE: u32 = 100_000;

/// Shuts a desktop out, or withdraws its invitation.
pub fn desktop_revoke(
    desk: &Desk<'_>,
    actor: &Actor,
    keeper: &SessionKeeper,
    args: &RevokeDesktop,
) -> Result<Desktops, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    desk.decide(|reader| {
        let device = found(reader.desktops()?, &args.id)?;
        let on_it: Vec<ObjectId> = reader
            .sessions_open_at(desk.now())?
            .into_iter()
            .filter(|session| session.device == device.name)
            .map(|session| session.id)
            .collect();
        let set = rules::revoked(&stamp(desk, actor.clone()), &device, &args.reason, &on_it)?;
        Ok((set, ()))
    })?;
    desktops(desk, actor, keeper, &Nothing {})
}

/// Takes the server's login of a desktop away, one that was made with its invitation. A desktop that has not
/// heard yet that it was shut out will not hear of it any more: the server refuses it from now on.
pub fn desktop_login_drop(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ById,
) -> Result<Nothing, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let link = link(workspace)?;
    let device = found(desk.read(|reader| Ok(reader.desktops()?))?, &args.id)?;
    if device.revoked_at.is_none() {
        let over = device.standing(desk.now()) == Standing::Lapsed;
        if !over || !has_lapsed(&link.server()?, desk, &device)? {
            let message = if over {
                "Somebody may just have joined with this invitation. Try again in an hour, or withdraw it first."
            } else {
                "Shut the desktop out first."
            };
            return Err(Refusal::new(Code::WrongState, message).into());
        }
    }
    let login = device
        .invitation
        .as_ref()
        .and_then(|invitation| invitation.login.clone())
        .ok_or_else(|| {
            Refusal::new(
                Code::NotFound,
                "The login of this desktop was not made by Matricula. Take it away on the server.",
            )
        })?;
    link.server()?
        .drop_login(&login)
        .map_err(|error| match error {
            RemoteError::Forbidden(_) => Refusal::new(
                Code::Forbidden,
                format!(
                    "This desktop's own login may not take logins away. Drop {login} on the server."
                ),
            )
            .into(),
            other => reached::refused(other),
        })?;
    desk.decide(|_| {
        Ok((
            rules::login_dropped(&stamp(desk, actor.clone()), &device, &login),
            (),
        ))
    })?;
    Ok(Nothing {})
}

/// Takes the logins away that were made for invitations nobody used in time; how many. One this desktop's own
/// login may not take away stays, and is tried again another day.
pub(crate) fn drop_lapsed_logins(
    server: &Server,
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
) -> Result<u64, WorkflowError> {
    let mut count = 0;
    for device in desk.read(|reader| Ok(reader.desktops()?))? {
        let login = device
            .invitation
            .as_ref()
            .and_then(|invitation| invitation.login.clone());
        let Some(login) = login else { continue };
        if device.standing(desk.now()) != Standing::Lapsed || !has_lapsed(server, desk, &device)? {
            continue;
        }
        if !dry_run {
            match server.drop_login(&login) {
                Ok(()) => {}
                Err(error @ (RemoteError::Forbidden(_) | RemoteError::Failed(_))) => {
                    tracing::warn!(%error, "the login of a lapsed invitation could not be taken away");
                    continue;
                }
                Err(error) => return Err(reached::refused(error)),
            }
            desk.decide(|_| {
                Ok((
                    rules::login_dropped(&stamp(desk, actor.clone()), &device, &login),
                    (),
                ))
            })?;
        }
        count += 1;
    }
    Ok(count)
}

/// Whether the invitation's time is over by the server's clock and for a while, and the server has not heard
/// that somebody joined: this desktop may not have.
fn has_lapsed(server: &Server, desk: &Desk<'_>, device: &Device) -> Result<bool, WorkflowError> {
    let now = desk.now().timestamp_millis();
    let now = Timestamp::from_millis(now + server.clock_offset_ms() - A_WHILE);
    let slice = Slice {
        source: Source::Documents(Collection::Devices),
        filter: Filter::Field {
            path: "name",
            any: vec![Bson::from(device.name.as_str())],
        },
        view: View::Whole,
    };
    let there = every(server, &slice)?
        .into_iter()
        .find_map(|document| bson::deserialize_from_document::<Device>(document).ok());
    Ok(there.is_some_and(|there| there.standing(now) == Standing::Lapsed))
}

fn found(desktops: Vec<Device>, id: &str) -> Result<Device, WorkflowError> {
    desktops
        .into_iter()
        .find(|device| device.id.to_hex() == id)
        .ok_or_else(|| Refusal::not_found("The desktop").into())
}

/// Whether this desktop has heard that it was shut out.
pub fn is_shut_out(workspace: &Workspace) -> Result<bool, WorkflowError> {
    if !workspace.has_server() {
        return Ok(false);
    }
    Ok(workspace
        .replica()
        .read(|reader| reader.desktop(workspace.device()))?
        .is_some_and(|device| device.revoked_at.is_some()))
}

/// Hands over what waits, says goodbye, and takes the file and the keys away. What cannot be handed over is
/// lost with the rest: a lost desktop must not keep its data because somebody cut its line. The engine no
/// longer runs, and the workspace is not used afterwards.
pub fn give_up(workspace: &Workspace, desk: &Desk<'_>) -> Result<(), WorkflowError> {
    let handed = hand_over(workspace, desk);
    match &handed {
        Ok(count) => tracing::info!(count, "what waited was handed over"),
        Err(error) => tracing::warn!(%error, "what waited could not be handed over"),
    }
    if let Err(error) = farewell(workspace, desk, handed.unwrap_or(0)) {
        tracing::warn!(%error, "the institution could not be told");
    }
    take_away(workspace, workspace.dir())
}

fn take_away(workspace: &Workspace, dir: &Path) -> Result<(), WorkflowError> {
    accounts::wipe(dir, workspace.vault().as_ref())
}

fn hand_over(workspace: &Workspace, desk: &Desk<'_>) -> Result<u64, WorkflowError> {
    let Some(link) = workspace.link() else {
        return Ok(0);
    };
    let waiting = desk.read(|reader| Ok(reader.queue(QUEUE)?))?;
    let mut count = 0;
    for row in waiting {
        let copy = Quarantined {
            op: row.change_set.op,
            device: desk.device.clone(),
            at: desk.now(),
            reason: row.reason.unwrap_or_else(rules::shut_out),
            change_set: bson::serialize_to_document(&row.change_set)
                .map_err(|error| WorkflowError::Defect(error.to_string()))?,
        };
        link.line().quarantine(&copy).map_err(reached::refused)?;
        count += 1;
    }
    Ok(count)
}

fn farewell(workspace: &Workspace, desk: &Desk<'_>, handed: u64) -> Result<(), WorkflowError> {
    let Some(link) = workspace.link() else {
        return Ok(());
    };
    let Some(device) = desk.read(|reader| Ok(reader.desktop(desk.device)?))? else {
        return Ok(());
    };
    let set = rules::wiped(&stamp(desk, product(desk)), &device, handed);
    link.line().commit(&set).map_err(reached::refused)?;
    Ok(())
}
