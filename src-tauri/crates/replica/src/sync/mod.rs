//! The replica beside an institution's server: what waits to be sent, what the server has, and what came
//! from it.
//!
//! The tables hold, for every document, the server's version with the change sets that wait applied on
//! top; where something waits, the server's own version is kept apart as a *shadow*. So a screen never
//! asks whether there is a server, and what comes in never waits for what goes out.
//!
//! Deliberately absent: the server, the clock, when to try again, and what to do about a conflict. Those
//! are the sync engine's.

mod acknowledge;
mod again;
mod checkpoints;
mod conflicts;
mod deleted;
pub(crate) mod forgetting;
mod heads;
mod leaving;
pub(crate) mod outbox;
mod queue;
mod receive;
mod replace;
mod series;
pub(crate) mod shadows;
pub(crate) mod touches;
pub(crate) mod trails;
pub(crate) mod writing;

pub use checkpoints::{Checkpoint, Mode};
pub use conflicts::{Conflict, NewConflict, Settled};
pub use forgetting::RELEASES;
pub use heads::Fingerprint;
pub use leaving::Detached;
pub use outbox::OutboxRow;
pub use queue::{QueueCounts, QueueRow, QueueState};
pub use receive::{Batch, Received, Unreadable};
