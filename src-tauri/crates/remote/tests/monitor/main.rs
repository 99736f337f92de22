//! What is asked about a real server: how it answers our queries, what it has, what it kept of slow
//! ones, and the maintenance of what is in it.
#![allow(clippy::unwrap_used)]

#[path = "../common/bare.rs"]
#[allow(dead_code)]
mod bare;
mod health;
mod indexes;
mod maintenance;
mod plans;
mod slow;
