//! Reporting: the dashboard and the reports, on the screen and in files.

mod dashboard;
pub(crate) mod days;
pub mod dto;
mod paper;
mod report;
mod save;
pub(crate) mod sheet;

pub use dashboard::dashboard;
pub use report::report;
pub use save::report_save;
pub use sheet::{defused, heading, report_csv};
