//! The institution's server, as people see it: connecting, the state of synchronisation, the queue,
//! health, migrations, indexes and maintenance.
//!
//! Every function takes the workspace beside the desk: the workspace holds the link to its server.

mod adopting;
mod attach;
mod centre;
pub(crate) mod connect;
pub mod dto;
mod health;
mod indexes;
mod join;
pub(crate) mod line;
pub(crate) mod link;
mod maintenance;
mod migrations;
mod queue;
pub(crate) mod reached;
mod seeding;
mod verify;
mod words;

pub use attach::{attach_preview, finish_upload, server_attach, server_change, server_detach};
pub use centre::{record_pending, sync_centre, sync_now, sync_pause, sync_status};
pub use connect::connect_probe;
pub use health::server_health;
pub use indexes::{index_report, profiler_set, slow_queries};
pub use join::{Joined, join};
pub use link::Link;
pub use maintenance::{
    ADOPT_PAYMENTS, COUNTERS, EXPIRED_TOKENS, daily, maintenance, maintenance_run,
};
pub use migrations::{migrations, migrations_run};
pub use queue::{conflict_settle, queue_discard, queue_export, queue_retry, queue_void};
pub use seeding::{empty_database, may_empty, stored_address};
pub use sync::{Progress, Running};
pub use verify::verify_server;
pub use words::told;

use domain::{Code, Refusal};

use crate::accounts::Workspace;

/// Lays a line to a server.
pub(crate) fn lay(options: remote::ServerOptions) -> Result<line::Line, Refusal> {
    line::Line::new(options)
}

/// What asking for a server's business in a local workspace is answered.
fn no_server() -> Refusal {
    Refusal::new(Code::WrongState, "This workspace has no server.")
}

/// The workspace's link to its server.
pub(crate) fn link(workspace: &Workspace) -> Result<&Link, domain::Refusal> {
    match workspace.link() {
        Some(link) => Ok(link),
        None if workspace.has_server() => Err(Refusal::new(
            Code::OnlineOnly,
            "This desktop no longer has the connection string of its server. Give it again under System, Server.",
        )),
        None => Err(no_server()),
    }
}
