//! What an institution does, one module an area: each reads what it needs, asks `domain` to decide,
//! and hands the change set to the workspace's authority.
//!
//! No shell, no window, no SQL here. `wire` is the list of everything the window may ask for.

// A command owns its arguments: they come from the wire and are used up by it.
#![allow(clippy::needless_pass_by_value)]

pub mod accounts;
pub mod catalog;
pub mod desk;
pub mod desktops;
pub mod dto;
pub mod enrollment;
pub mod error;
pub mod learning;
pub mod mail;
pub mod matrix;
pub mod operations;
pub mod payments;
pub mod people;
pub mod print;
pub mod reporting;
pub mod wire;

pub use desk::{Clock, Desk, Ids, SystemClock, SystemIds};
pub use error::WorkflowError;
pub use replica::end;
