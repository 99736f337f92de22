//! `cargo xtask bench`: what Matricula promises to be quick at, measured on generated institutions and
//! held against its budgets (`docs/performance.md`) and its peers in the same run.
//!
//! Prints one table and writes `report.json` where `MATRICULA_BENCH_REPORT` says. Every call is timed by
//! itself: the budgets speak of the 95th of a hundred, which a mean hides. Deliberately absent: how a
//! server of an institution's own answers; the one measured here shares the machine.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is for a person"
)]

mod driver;
mod figures;
mod institution;
mod ipc;
mod lists;
mod passwords;
mod raw;
mod reports;
mod searching;
mod server;
mod window;
mod writing;

use std::{env, fs, path::PathBuf, process::ExitCode, thread};

use figures::{Outcome, Row, Table, workshop};
use institution::Institution;
use window::Programs;

const SMALL: u64 = 1_000;
const LARGE: u64 = 100_000;
const MILLION: u64 = 1_000_000;
/// What the release binary may weigh.
const MEGABYTES: f64 = 25.0;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the benchmarks stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Parts can be chosen by name: `backend`, `server`, `start`, `scroll`.
fn run() -> Outcome {
    let chosen: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wants = |part: &str| chosen.is_empty() || chosen.iter().any(|word| word == part);
    let mut table = Table::default();
    machine(&mut table, "Start");
    if wants("backend") {
        backend(&mut table)?;
    }
    if wants("server") {
        server::measure_server(&mut table)?;
    }
    if wants("start") || wants("scroll") {
        windows(&mut table, wants("start"), wants("scroll"))?;
    }
    machine(&mut table, "End");
    println!("\n{}", table.text());
    let report = env::var_os("MATRICULA_BENCH_REPORT")
        .map_or_else(|| workshop().join("report.json"), PathBuf::from);
    table.write(&report)
}

/// How large the institutions are.
fn sizes() -> &'static [u64] {
    if env::var_os("MATRICULA_BENCH_SMALL").is_some() {
        &[SMALL]
    } else if env::var_os("MATRICULA_BENCH_MILLION").is_some() {
        &[SMALL, LARGE, MILLION]
    } else {
        &[SMALL, LARGE]
    }
}

/// The size of what is measured in one size only.
fn large() -> u64 {
    sizes()
        .iter()
        .copied()
        .filter(|size| *size <= LARGE)
        .max()
        .unwrap_or(SMALL)
}

fn backend(table: &mut Table) -> Outcome {
    for &enrollments in sizes() {
        let home = institution::generated(enrollments)?;
        {
            let at = Institution::open(&home, enrollments)?;
            lists::measure_lists(&at, table)?;
            searching::measure_search(&at, table)?;
            reports::measure_reports(&at, table)?;
        }
        if enrollments <= LARGE {
            writing::measure_writing(&home, enrollments, table)?;
        }
    }
    writing::measure_import(table)?;
    ipc::measure_ipc(&institution::generated(large())?, large(), table)?;
    passwords::measure_passwords(table)
}

fn windows(table: &mut Table, start: bool, scroll: bool) -> Outcome {
    let (Some(matricula), Some(empty)) = (
        env::var_os("MATRICULA_BENCH_PROGRAM"),
        env::var_os("MATRICULA_BENCH_EMPTY_WINDOW"),
    ) else {
        println!("No window is measured: cargo xtask bench starts it with a screen and a keyring.");
        return Ok(());
    };
    let programs = Programs {
        matricula: matricula.into(),
        empty: empty.into(),
    };
    let length = fs::metadata(&programs.matricula)?.len();
    let megabytes = f64::from(u32::try_from(length)?) / 1e6;
    let row = Row::figure(
        "Release binary",
        "matricula, interface included",
        megabytes,
        "MB",
    );
    table.push(row.asked("≤ 25 MB", |row| row.p50 <= MEGABYTES));
    let home = institution::generated(large())?;
    if start {
        window::measure_start(&programs, &home, large(), table)?;
    }
    if scroll {
        window::measure_scroll(&programs, &home, large(), table)?;
    }
    Ok(())
}

/// What the figures depend on: the processors, and what else keeps them busy.
fn machine(table: &mut Table, when: &str) {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: String = load.split(' ').take(3).collect::<Vec<_>>().join(" ");
    println!("{when}: load of the last 1, 5 and 15 minutes: {load}");
    table.note(&format!("load{when}"), load);
    table.note(
        "processors",
        thread::available_parallelism().map_or(0, usize::from),
    );
    table.note(
        "system",
        format!("{} {}", env::consts::OS, env::consts::ARCH),
    );
    table.note("version", env!("CARGO_PKG_VERSION"));
}
