//! Running the workspace: imports, exports, search, timelines, settings, sample and load data, and the
//! proof that everything stored agrees with everything else.

mod booked;
mod cleanup;
pub mod csv_import;
pub mod dto;
mod export;
mod figures;
mod generate;
pub mod oulad;
pub(crate) mod reads;
pub(crate) mod repair;
mod search;
pub mod seeding;
pub mod server;
mod settings;
pub(crate) mod timeline;
pub(crate) mod trail;
mod verify;

pub use cleanup::{CleanupOutcome, cleanup, cleanup_preview};
pub use csv_import::{import_inspect, import_run, import_undo, imports_list};
pub use export::list_save;
pub use generate::{GenerateOutcome, LoadWanted, generate};
pub use oulad::{OuladOutcome, import_oulad};
pub use repair::{Repaired, repair};
pub use search::search;
pub use seeding::{SeedOutcome, SeedSet, seed};
pub use settings::{settings, settings_update};
pub use timeline::{audit_list, timeline};
pub use verify::{verify, verify_while};
