//! Reporting: the dashboard and the reports, on the screen and in files.

mod dashboard;
pub(crate) mod days;
pub mod dto;
mod report;

pub use dashboard::dashboard;
pub use report::report;
