//! The project's own commands. `cargo xtask run` and `cargo xtask test` are all that a fresh clone
//! needs; the others are their parts.
//!
//! Deliberately absent: anything of the product. What a command does to a workspace is done by the
//! program or by `matriculactl`, started from here.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for the terminal"
)]

mod bench;
mod codegen;
mod command;
mod display;
mod driver;
mod interface;
mod licences;
mod mongod;
mod place;
mod run;
mod setup;
mod smtp;
mod soak;
mod tally;
mod test;
mod tidy;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Matricula's own commands")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what building and testing need (system packages, the interface's packages)
    Setup,
    /// Build everything and start the program
    Run(run::Options),
    /// Check, lint and test everything, the real window included
    Test(test::Options),
    /// Generate the interface's types from the Rust ones
    Codegen {
        /// Change nothing; fail when the committed types differ
        #[arg(long)]
        check: bool,
    },
    /// Prove the rules of ARCHITECTURE.md
    Tidy,
    /// Measure, and write target/bench/report.json
    Bench(bench::Options),
    /// The long proofs of synchronisation, and target/soak/report.json
    Soak(soak::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Setup => setup::all(),
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::test(&options),
        Task::Codegen { check: false } => codegen::write(),
        Task::Codegen { check: true } => codegen::check(),
        Task::Tidy => tidy::tidy(),
        Task::Bench(options) => bench::bench(&options),
        Task::Soak(options) => soak::soak(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
