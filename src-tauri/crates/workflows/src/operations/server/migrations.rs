//! The server's migrations: what was applied, what would be, and doing it.

use domain::{Actor, role::Permission};

use super::{
    dto::{MigrationRun, Migrations, RunMigrations},
    no_server,
};
use crate::{accounts::Workspace, desk::Desk, dto::Nothing, error::WorkflowError};

/// All migrations and what stands in their way.
pub fn migrations(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<Migrations, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// Runs migrations up or back, or says what would be done.
pub fn migrations_run(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &RunMigrations,
    _progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<MigrationRun, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}
