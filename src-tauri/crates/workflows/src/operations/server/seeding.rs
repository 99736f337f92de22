//! Emptying a server's database before sample data are put into it: never in production, and only when
//! it is named.

use domain::{Actor, Code, Refusal, role::Permission};
use remote::Environment;

use super::{dto::ServerAddress, link, link::SERVER_URI, reached::refused};
use crate::{accounts::Workspace, error::WorkflowError};

/// The address of the workspace's server as it is kept, credential included: to join it anew in the same
/// process, and for nothing else.
pub fn stored_address(
    workspace: &Workspace,
    actor: &Actor,
) -> Result<ServerAddress, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let secret = workspace
        .vault()
        .get(SERVER_URI)?
        .ok_or_else(super::no_server)?;
    Ok(ServerAddress {
        uri: Some(String::from_utf8_lossy(secret.expose()).into_owned()),
        insecure: true,
        ..ServerAddress::default()
    })
}

/// Drops the database of the workspace's server. Refused in production, and where `confirm` is not its
/// name.
pub fn empty_database(
    workspace: &Workspace,
    actor: &Actor,
    confirm: &str,
) -> Result<(), WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let link = link(workspace)?;
    let target = link.target();
    if target.environment == Some(Environment::Production) {
        return Err(Refusal::new(
            Code::Forbidden,
            format!(
                "{} is the production database. It is not reset from here.",
                target.database
            ),
        )
        .into());
    }
    if confirm.trim() != target.database {
        return Err(Refusal::field(
            Code::Required,
            "confirm",
            format!(
                "Everything in the database {0} would be deleted for good. Name it: --confirm {0}",
                target.database
            ),
        )
        .into());
    }
    link.server()?
        .drop_database(&target.database)
        .map_err(refused)
}
