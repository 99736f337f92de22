//! Tests of the replica: the stories every authority must pass, and what holds for this file alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod crash;
mod differences;
mod documents;
mod file;
mod fixtures;
mod refusals;
mod stories;
