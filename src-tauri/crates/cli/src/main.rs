//! `matriculactl`: the workflows for a terminal and for cron.
//!
//! Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 a rule said
//! no or something was found, 2 the command line is wrong, 3 the surroundings are (keyring, file, disk,
//! a server out of reach).
//! No rule lives here; every command unpacks its arguments, calls one workflow and prints its answer.

mod args;
mod commands;
mod desktop_args;
mod failure;
mod output;
mod place;
mod server_args;
mod signal;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Args, output::Output};

fn main() -> ExitCode {
    let args = Args::parse();
    let output = Output::new(args.json);
    let code = match commands::run(&args, &output) {
        Ok(code) => code,
        Err(failure) => {
            output.failure(&failure);
            failure.exit_code()
        }
    };
    workflows::end();
    code
}
