//! The executable `matricula`. Everything it does is in the library, so that tests can do it too.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    matricula_app::run()
}
