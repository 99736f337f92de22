//! `cargo xtask bench`: runs the benchmarks in release and leaves their figures in
//! `target/bench/report.json`.
//!
//! What is measured, and what it is held against, is said where it is measured; this only starts it,
//! and refuses a run that left no figures.

use std::fs;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{command, place, setup};

#[derive(Args)]
pub(crate) struct Options {
    /// Measure at a million enrollments too
    #[arg(long)]
    million: bool,
}

pub(crate) fn bench(options: &Options) -> Result<()> {
    setup::all()?;
    let directory = place::root().join("target").join("bench");
    fs::create_dir_all(&directory)
        .with_context(|| format!("{} cannot be made", directory.display()))?;
    let report = directory.join("report.json");
    if report.exists() {
        fs::remove_file(&report)
            .with_context(|| format!("{} cannot be removed", report.display()))?;
    }
    let mut benches = command::cargo(["bench", "--workspace", "--benches"])?;
    benches.env("MATRICULA_BENCH_REPORT", &report);
    if options.million {
        benches.env("MATRICULA_BENCH_MILLION", "1");
    }
    command::run(&mut benches)?;
    if !report.exists() {
        bail!("the benchmarks left no {}", report.display());
    }
    println!("{}", report.display());
    Ok(())
}
