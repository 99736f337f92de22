//! `cargo xtask bench`: builds what is shipped and the benchmarks in release, gives them a screen and a
//! keyring, and leaves their figures in `target/bench/report.json`.
//!
//! What is measured, and what it is held against, is said in `benches/desk`; this only starts it, and
//! refuses a run that left no figures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::display::{self, Screen};
use crate::{command, interface, place, setup};

#[derive(Args)]
pub(crate) struct Options {
    /// Measure at a million enrollments too
    #[arg(long)]
    million: bool,
    /// A quick look: at 1,000 enrollments only
    #[arg(long, conflicts_with = "million")]
    small: bool,
    /// Measure this part only; may be given more than once
    #[arg(long, value_name = "PART", value_parser = ["backend", "server", "start", "scroll"])]
    only: Vec<String>,
}

pub(crate) fn bench(options: &Options) -> Result<()> {
    setup::all()?;
    interface::build()?;
    let directory = place::root().join("target").join("bench");
    fs::create_dir_all(&directory)
        .with_context(|| format!("{} cannot be made", directory.display()))?;
    let report = directory.join("report.json");
    if report.exists() {
        fs::remove_file(&report)
            .with_context(|| format!("{} cannot be removed", report.display()))?;
    }

    let program = shipped(&directory)?;
    let desk = benchmark("desk")?;
    let empty = benchmark("empty_window")?;
    let mut measuring = Command::new(desk);
    measuring
        .args(&options.only)
        .current_dir(place::root())
        .env("MATRICULA_BENCH_REPORT", &report);
    if options.million {
        measuring.env("MATRICULA_BENCH_MILLION", "1");
    }
    if options.small {
        measuring.env("MATRICULA_BENCH_SMALL", "1");
    }
    if cfg!(target_os = "linux") {
        measuring
            .env("MATRICULA_BENCH_PROGRAM", program)
            .env("MATRICULA_BENCH_EMPTY_WINDOW", empty);
        on_a_screen(&mut measuring)?;
    } else {
        command::run(&mut measuring)?;
    }
    if !report.exists() {
        bail!("the benchmarks left no {}", report.display());
    }
    println!("{}", report.display());
    Ok(())
}

/// The program as it is shipped, kept apart: building the benchmarks writes another one in its place,
/// with the tests' features of the window's library.
fn shipped(directory: &Path) -> Result<PathBuf> {
    command::run(&mut command::cargo([
        "build",
        "--release",
        "--package",
        "matricula_app",
        "--bins",
    ])?)?;
    let name = format!("matricula{}", std::env::consts::EXE_SUFFIX);
    let built = place::build()?.join("release").join(&name);
    let kept = directory.join(&name);
    fs::copy(&built, &kept).with_context(|| format!("{} cannot be copied", built.display()))?;
    Ok(kept)
}

/// Builds a benchmark and says where it is.
fn benchmark(name: &str) -> Result<PathBuf> {
    let selection = [
        "bench",
        "--package",
        "matricula_app",
        "--bench",
        name,
        "--no-run",
    ];
    command::run(&mut command::cargo(selection)?)?;
    let told = command::read(command::cargo(selection)?.arg("--message-format=json"))?;
    told.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|message| message["target"]["name"] == name && message["executable"].is_string())
        .and_then(|message| message["executable"].as_str().map(PathBuf::from))
        .with_context(|| format!("cargo does not say where the benchmark {name} is"))
}

/// Runs a command inside a message bus with a keyring of its own, and on a virtual screen where there is
/// no other.
fn on_a_screen(measuring: &mut Command) -> Result<()> {
    let screen = if display::is_there() {
        None
    } else {
        println!("There is no display: the window is drawn by software on a virtual one.");
        Some(Screen::start()?)
    };
    if let Some(screen) = &screen {
        screen.lend(measuring);
    }
    let keyring = tempfile::tempdir().context("no place for the keyring")?;
    let status = display::with_keyring(measuring, keyring.path())?
        .stdin(Stdio::null())
        .status()
        .context("the virtual session could not be started")?;
    if !status.success() {
        bail!("the benchmarks failed ({status})");
    }
    Ok(())
}
