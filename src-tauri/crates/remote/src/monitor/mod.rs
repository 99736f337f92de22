//! What an administrator asks about the server: its health, its indexes and how our queries are
//! answered, slow queries, sizes, and the maintenance that keeps figures true.
//!
//! Deliberately absent: when any of it runs, and remembering that it did.

mod cleanup;
mod counters;
mod health;
mod indexes;
mod plans;
mod registry;
mod shapes;
mod slow;
mod statistics;

pub use self::{
    cleanup::Cleaned,
    counters::{Repair, Repairs},
    health::{Health, HealthWarning},
    indexes::{Finding, IndexUse, Origin},
    plans::Plan,
    registry::is_explained,
    slow::{ProfilerLevel, SLOW_MS, SlowQueries, SlowShape},
    statistics::CollectionSize,
};
