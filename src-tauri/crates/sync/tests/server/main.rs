//! Real engines against a real server: desktops that edit apart and meet, a Mongoose-like program beside
//! them, lines that break, processes that are killed, servers without change streams.
//!
//! Runs on SecantusDB, or on the server `MATRICULA_TEST_MONGODB_URI` names; says loudly what it skips.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    dead_code
)]

#[path = "../model/acts.rs"]
mod acts;
mod apart;
#[path = "../../../remote/tests/common/bare.rs"]
mod bare;
mod beside;
mod codes;
#[path = "../model/deciding.rs"]
mod deciding;
mod demoted;
#[path = "../model/desktop.rs"]
mod desktop;
mod ground;
#[path = "../model/institution.rs"]
mod institution;
mod killed;
mod lines;
mod polled;
mod schedule;
