//! Emptying a server's database before sample data are put into it: never in production, and only when
//! it is named.

use domain::{Actor, Code, Refusal, role::Permission};
use remote::{Environment, Target};

use super::{connect::dial, dto::ServerAddress, link, link::SERVER_URI, reached::refused, words};
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

/// Whether the database of the workspace's server may be emptied. Refused in production, and where `confirm`
/// is not its name.
pub fn may_empty(workspace: &Workspace, actor: &Actor, confirm: &str) -> Result<(), WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    may_be_emptied(link(workspace)?.target(), confirm)
}

/// Drops the database at an address, under the same conditions.
pub fn empty_database(address: &ServerAddress, confirm: &str) -> Result<(), WorkflowError> {
    let server = dial(&words::options(address))?;
    may_be_emptied(server.target(), confirm)?;
    let database = server.target().database.clone();
    server.drop_database(&database).map_err(refused)
}

fn may_be_emptied(target: &Target, confirm: &str) -> Result<(), WorkflowError> {
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
    Ok(())
}
