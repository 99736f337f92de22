//! Indexes, how our queries are answered, and slow queries.

use domain::{Actor, role::Permission};

use super::{
    dto::{IndexReport, SetProfiler, SlowQueries},
    no_server,
};
use crate::{accounts::Workspace, desk::Desk, dto::Nothing, error::WorkflowError};

/// Every index, its use, and how our own queries are answered.
pub fn index_report(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<IndexReport, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// The slowest shapes of queries.
pub fn slow_queries(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<SlowQueries, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}

/// Sets the profiler's level.
pub fn profiler_set(
    _workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &SetProfiler,
) -> Result<SlowQueries, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    Err(no_server().into())
}
