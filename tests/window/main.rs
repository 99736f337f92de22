//! The real window, driven over WebDriver on a virtual screen with a real keyring:
//! `cargo xtask test --only window`.
//!
//! Each story has its own process and its own data directory. What a rule says is tested where the rule
//! is; these stories show that a person can do it.
#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a story ends where something is not as it should be"
)]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "the desk offers what any story may need"
)]

mod axe;
mod desk;
mod desktops;
mod find;
mod german;
mod mail;
mod main_path;
mod personal_data;
mod roles;
mod sample;
mod screens;
mod second_factor;
mod secrets;
mod server;
mod signing_in;
mod start;
mod trail;
