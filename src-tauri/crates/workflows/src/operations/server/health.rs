//! How the server is.

use domain::{Actor, role::Permission};

use super::{dto::ServerHealth, no_server};
use crate::{accounts::Workspace, desk::Desk, dto::Nothing, error::WorkflowError};

/// State, round trips, pool, history and warnings.
pub fn server_health(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<ServerHealth, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}
