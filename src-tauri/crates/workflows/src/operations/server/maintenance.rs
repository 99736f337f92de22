//! Maintenance of the server and of this desktop.

use domain::{Actor, role::Permission};

use super::{
    dto::{Maintenance, MaintenanceOutcome, RunMaintenance},
    no_server,
};
use crate::{accounts::Workspace, desk::Desk, dto::Nothing, error::WorkflowError};

/// What can be done, and when it last was.
pub fn maintenance(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<Maintenance, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// Runs a task, or says what it would do.
pub fn maintenance_run(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &RunMaintenance,
) -> Result<MaintenanceOutcome, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}
