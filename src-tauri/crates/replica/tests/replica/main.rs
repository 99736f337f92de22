//! Tests of the replica: the stories every authority must pass, and what holds for this file alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod adopting;
mod crash;
mod differences;
mod documents;
mod ending;
mod file;
mod fixtures;
mod refusals;
mod stories;
mod sync_crash;
mod sync_erasing;
mod sync_model;
mod sync_stories;

/// The stories are told to the replica.
fn told(story: fn(&dyn fixtures::World)) {
    story(&fixtures::LocalWorld::new());
}
