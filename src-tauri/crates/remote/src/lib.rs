//! The institution's MongoDB: connecting, committing change sets, pages and change streams for the sync
//! engine, migrations, roles and monitoring.
//!
//! Every public call blocks; the driver's runtime is owned by [`port::Port`]'s implementation here.
//! Deliberately absent: rules, the replica, retries over time, and anything that shows a credential.

pub mod migrations;
pub mod port;
mod queries;
