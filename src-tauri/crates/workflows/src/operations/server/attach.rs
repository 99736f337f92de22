//! Giving a filled local workspace a server, changing the server's address, and leaving it.

use domain::{Actor, role::Permission};

use super::{
    dto::{AttachPreview, AttachServer, DetachServer, SyncStatus},
    no_server,
};
use crate::{accounts::Workspace, desk::Desk, error::WorkflowError};

/// What attaching would do; nothing is written.
pub fn attach_preview(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &AttachServer,
) -> Result<AttachPreview, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// Uploads the workspace to the server and goes on as one of its desktops.
pub fn server_attach(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &AttachServer,
) -> Result<SyncStatus, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// Another address of the same database.
pub fn server_change(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &AttachServer,
) -> Result<SyncStatus, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// Leaves the server; this desktop's copy goes on as a local workspace, or is wiped.
pub fn server_detach(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &DetachServer,
) -> Result<(), WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}
