//! The real window, driven over WebDriver on a virtual screen with a real keyring:
//! `cargo xtask test --only window`.
//!
//! Each story has its own process and its own data directory. What a rule says is tested where the rule
//! is; these stories show that a person can do it.
#![allow(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr
)]

mod axe;
mod desk;
mod find;
mod start;
