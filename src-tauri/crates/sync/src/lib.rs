//! Moves changes between a desktop's replica and the institution's server, and merges what two people
//! wrote apart. Decisions are pure (`plan`, `rebase`, `merge`, `backoff`); the engine only carries them out.
//!
//! Deliberately absent: MongoDB (that is `remote`), SQLite (that is `replica`), and what a change means.

pub mod attach;
pub mod backoff;
pub mod engine;
mod error;
pub mod institution;
pub mod merge;
pub mod plan;
pub mod rebase;
pub mod status;
pub mod text;

pub use backoff::{Backoff, Dice};
pub use domain::{Reach, Scope};
pub use engine::{Clock, Engine, Running};
pub use error::SyncError;
pub use institution::Institution;
pub use merge::{Conflict, ConflictKind, Merged, merge};
pub use rebase::{Rebased, Verdict, rebase};
pub use status::{Mode, Progress, Pulled, Pushed, SourceState, State, Status};
