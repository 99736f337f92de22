//! How the server is, as the seed schema's health endpoint says it, and more.

use domain::{Actor, role::Permission};
use remote::monitor::{self, Health};

use super::{
    dto::{ConnectionEvent, HealthWarning, PoolDto, ServerHealth},
    link, words,
};
use crate::{
    accounts::Workspace,
    desk::Desk,
    dto::{Nothing, moment},
    error::WorkflowError,
};

/// State, round trips, pool, history and warnings. A server that does not answer is told as unhealthy.
pub fn server_health(
    workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<ServerHealth, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let link = link(workspace)?;
    let unbooked = workspace.replica().read(|reader| reader.unbooked_count())?;
    let mut health = match link.line().server() {
        Ok(server) => server.health(),
        // Its address could not even be looked up.
        Err(error) => Health::unreached(link.target(), error.to_string()),
    };
    if unbooked > 0 {
        health.warnings.push(monitor::HealthWarning {
            code: "unbooked-payments",
            message: format!(
                "{unbooked} payments of another program are not in the ledger as they stand: reports leave them out, and they cannot be refunded. Maintenance takes them over."
            ),
        });
    }
    let known = health.abilities.as_ref();
    Ok(ServerHealth {
        status: if health.healthy {
            "healthy"
        } else {
            "unhealthy"
        }
        .to_owned(),
        state: health.state.to_owned(),
        error: health.error,
        address: health.address,
        database: health.database,
        environment: health.environment.map(Into::into),
        login: health.login,
        roles: health.roles,
        tls: health.tls,
        version: known.map(|known| known.version.clone()),
        replica_set: known.and_then(|known| known.replica_set.clone()),
        abilities: known.map(words::abilities).unwrap_or_default(),
        pings: health.pings,
        pool: PoolDto {
            open: health.pool.open,
            in_use: health.pool.in_use,
            max: health.pool.max,
            timeouts: health.pool.timeouts,
        },
        oplog_hours: health.oplog_hours,
        clock_offset_ms: health.clock_offset_ms,
        warnings: health
            .warnings
            .into_iter()
            .map(|warning| HealthWarning {
                code: warning.code.to_owned(),
                message: warning.message,
            })
            .collect(),
        events: health
            .events
            .into_iter()
            .map(|event| ConnectionEvent {
                at: moment(event.at),
                kind: event.kind.as_str().to_owned(),
                message: event.message,
            })
            .collect(),
    })
}
