//! Every command as the window calls it: over the IPC, through the capabilities and the gate, into a
//! real workspace in a temporary directory. Who may call what, whose records one sees, what malformed
//! arguments do, and the whole main job.
//!
//! The window itself is not here; `tests/window` opens it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    unreachable_pub
)]

mod accounts;
mod busy;
mod desktops;
mod fixture;
mod flow;
mod malformed;
mod matrix;
mod ownership;
mod policy;
mod program;
mod secrets;
mod server;
