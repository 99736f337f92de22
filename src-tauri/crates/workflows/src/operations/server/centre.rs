//! The sync centre: the state of synchronisation, the queue with what failed, conflict cards.

use std::path::Path;

use domain::{Actor, role::Permission};

use super::{
    dto::{
        ByOp, ByOpReason, PauseSync, PendingArgs, PendingDto, SettleConflict, SyncCentre,
        SyncState, SyncStatus,
    },
    no_server,
};
use crate::{
    accounts::Workspace,
    desk::Desk,
    dto::{Nothing, SavedFile},
    error::WorkflowError,
};

/// What the pill says.
pub fn sync_status(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    _actor: &Actor,
    _args: &Nothing,
) -> Result<SyncStatus, WorkflowError> {
    Ok(SyncStatus {
        state: SyncState::Local,
        waiting: 0,
        attention: 0,
        conflicts: 0,
        last_contact: None,
        next_try: None,
        problem: None,
        mode: None,
        environment: None,
    })
}

/// The whole sync centre.
pub fn sync_centre(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &Nothing,
) -> Result<SyncCentre, WorkflowError> {
    Ok(SyncCentre {
        status: sync_status(workspace, desk, actor, args)?,
        address: None,
        database: None,
        scope: None,
        collections: Vec::new(),
        queue: Vec::new(),
        conflicts: Vec::new(),
        unreadable: Vec::new(),
    })
}

/// Whether something about a record waits for the server.
pub fn record_pending(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    _actor: &Actor,
    _args: &PendingArgs,
) -> Result<PendingDto, WorkflowError> {
    Ok(PendingDto {
        waiting: Vec::new(),
        conflicts: 0,
    })
}

/// Tries the server at once.
pub fn sync_now(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    _actor: &Actor,
    _args: &Nothing,
) -> Result<SyncStatus, WorkflowError> {
    Err(no_server().into())
}

/// Pauses synchronisation, or goes on.
pub fn sync_pause(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &PauseSync,
) -> Result<SyncStatus, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// Sends a change set that failed once more.
pub fn queue_retry(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    _actor: &Actor,
    _args: &ByOp,
) -> Result<SyncCentre, WorkflowError> {
    Err(no_server().into())
}

/// Gives a change set up: what it wrote here is undone. Never for money.
pub fn queue_discard(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    _actor: &Actor,
    _args: &ByOpReason,
) -> Result<SyncCentre, WorkflowError> {
    Err(no_server().into())
}

/// Voids money that the server did not take: booked and refunded at once, with the reason.
pub fn queue_void(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &ByOpReason,
) -> Result<SyncCentre, WorkflowError> {
    actor.require(Permission::RecordPayments)?;
    Err(no_server().into())
}

/// Writes a change set to a file, for whoever has to look into it.
pub fn queue_export(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    _actor: &Actor,
    _args: &ByOp,
    _folder: &Path,
) -> Result<SavedFile, WorkflowError> {
    Err(no_server().into())
}

/// Settles a conflict card.
pub fn conflict_settle(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    _actor: &Actor,
    _args: &SettleConflict,
) -> Result<SyncCentre, WorkflowError> {
    Err(no_server().into())
}
