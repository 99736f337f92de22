//! The institution's server as an authority: the stories told to the replica, told to it unchanged,
//! and what only a server must withstand.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../../replica/tests/replica/fixtures.rs"]
#[allow(dead_code)] // the replica's own tests need more of it
mod fixtures;
#[path = "../../../replica/tests/replica/stories.rs"]
mod stories;
mod world;

mod faults;
mod history;
mod writers;

/// The stories are told to a server; without one, that is said loudly.
fn told(story: fn(&dyn fixtures::World)) {
    if let Some(world) = world::ServerWorld::new() {
        story(&world);
    }
}
