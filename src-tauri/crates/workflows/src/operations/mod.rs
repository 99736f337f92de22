//! Running the workspace: imports, exports, search, timelines, settings, sample and load data, and the
//! proof that everything stored agrees with everything else.

mod booked;
pub mod csv_import;
pub mod dto;
pub mod oulad;
mod search;
mod settings;
pub(crate) mod timeline;

pub use csv_import::{import_inspect, import_run, import_undo, imports_list};
pub use oulad::{OuladOutcome, import_oulad};
pub use search::search;
pub use settings::{settings, settings_update};
pub use timeline::{audit_list, timeline};
