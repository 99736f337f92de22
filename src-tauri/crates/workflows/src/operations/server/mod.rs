//! The institution's server, as people see it: connecting, the state of synchronisation, the queue,
//! health, migrations, indexes and maintenance.
//!
//! Every function takes the workspace beside the desk: the workspace holds the link to its server.

mod attach;
mod centre;
mod connect;
pub mod dto;
mod health;
mod indexes;
mod maintenance;
mod migrations;

pub use attach::{attach_preview, server_attach, server_change, server_detach};
pub use centre::{
    conflict_settle, queue_discard, queue_export, queue_retry, queue_void, record_pending,
    sync_centre, sync_now, sync_pause, sync_status,
};
pub use connect::connect_probe;
pub use health::server_health;
pub use indexes::{index_report, profiler_set, slow_queries};
pub use maintenance::{maintenance, maintenance_run};
pub use migrations::{migrations, migrations_run};

use domain::{Code, Refusal};

/// What asking for a server's business in a local workspace is answered.
fn no_server() -> Refusal {
    Refusal::new(Code::WrongState, "This workspace has no server.")
}
