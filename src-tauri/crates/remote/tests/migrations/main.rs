//! Migrations on a real server: fresh databases, databases another program made, two desktops at once,
//! roles, and the way back.
#![allow(clippy::unwrap_used)]

mod adopted;
#[path = "../common/bare.rs"]
mod bare;
mod chained;
mod desks;
mod fresh;
mod frozen;
mod roles;
mod shared;
