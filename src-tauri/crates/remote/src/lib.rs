//! The institution's MongoDB: connecting, committing change sets, pages and change streams for the sync
//! engine, migrations, roles and monitoring.
//!
//! Every public call blocks; the driver's runtime is owned by [`Server`], which implements
//! [`port::Port`]. Deliberately absent: rules, the replica, retries over time, and anything that shows a
//! credential.

mod abilities;
pub mod address;
mod aside;
mod commit;
pub mod connection;
mod failure;
mod logins;
pub mod migrations;
pub mod monitor;
pub mod port;
mod pull;
mod queries;
mod server;
mod serving;
mod upload;
mod uri;
mod watch;

pub use address::{Environment, ServerOptions, Target, Timing};
pub use connection::{ConnectionEvent, EventKind, Link, PoolFigures};
pub use logins::Grant;
pub use server::Server;
