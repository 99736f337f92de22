//! `cargo xtask soak`: the long proofs of synchronisation, each in stretches until it has done its number
//! or used up its share of the time, and a report of what was really run in `target/soak/report.json`.
//!
//! What is proved, and how a failing seed is run again, is said by the tests themselves; this only starts
//! them, counts, and never calls a stretch that failed anything but failed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::{command, place};

#[derive(Args)]
pub(crate) struct Options {
    /// How long all of it may take
    #[arg(long, default_value_t = 8.0)]
    hours: f64,
    /// Run this part only; may be given more than once
    #[arg(long, value_name = "PART")]
    only: Vec<String>,
    /// Begin with this seed instead of 1
    #[arg(long, default_value_t = 1)]
    from: u64,
}

/// What a program is asked to run.
#[derive(Clone, Copy)]
enum Proof {
    /// An example, whose arguments are how many and the first seed.
    Example,
    /// One test.
    Test(&'static str),
    /// Every test there is.
    Tests,
}

/// One part of the soak.
struct Part {
    name: &'static str,
    /// What the goal says.
    goal: &'static str,
    /// How many make it whole.
    whole: u64,
    /// How many a stretch runs.
    stretch: u64,
    /// The share of the time it may use.
    share: u32,
    /// The package and what of it is run.
    package: &'static str,
    target: &'static [&'static str],
    /// What of that is the proof.
    proof: Proof,
    /// The variable that tells a test how many.
    variable: &'static str,
}

const PARTS: [Part; 9] = [
    Part {
        name: "merge",
        goal: "1,000,000 random triples keep the laws of the merge",
        whole: 1_000_000,
        stretch: 100_000,
        share: 1,
        package: "sync",
        target: &["--example", "merge_soak"],
        proof: Proof::Example,
        variable: "",
    },
    Part {
        name: "schedules",
        goal: "100,000 seeded schedules, no divergence, no lost operation",
        whole: 100_000,
        stretch: 1_000,
        share: 8,
        package: "sync",
        target: &["--test", "model"],
        proof: Proof::Test("however_desktops_are_interleaved_they_end_equal_and_lose_nothing"),
        variable: "MATRICULA_SCHEDULES",
    },
    Part {
        name: "kills",
        goal: "1,000 kills in the middle of a push, no row missing or twice",
        whole: 1_000,
        stretch: 50,
        share: 3,
        package: "sync",
        target: &["--test", "server"],
        proof: Proof::Test(
            "killed::killed_in_the_middle_of_a_push_no_row_is_missing_or_there_twice",
        ),
        variable: "MATRICULA_KILLS",
    },
    Part {
        name: "partitions",
        goal: "500 partitions healed, converged within 30 s",
        whole: 500,
        stretch: 25,
        share: 4,
        package: "sync",
        target: &["--test", "server"],
        proof: Proof::Test(
            "lines::parted_and_healed_again_and_again_they_converge_within_thirty_seconds",
        ),
        variable: "MATRICULA_PARTITIONS",
    },
    Part {
        name: "money",
        goal: "100,000 random sequences, the ledger says what the payments say",
        whole: 100_000,
        stretch: 20_000,
        share: 1,
        package: "domain",
        target: &["--test", "ledger"],
        proof: Proof::Test("the_ledger_says_what_the_payments_say"),
        variable: "MATRICULA_SEQUENCES",
    },
    Part {
        name: "inputs",
        goal: "1,000,000 damaged inputs for each parser, each read or refused in words",
        whole: 1_000_000,
        stretch: 100_000,
        share: 2,
        package: "workflows",
        target: &["--test", "outside"],
        proof: Proof::Tests,
        variable: "MATRICULA_INPUTS",
    },
    Part {
        name: "histories",
        goal: "1,000 lost histories, outbox intact, replica equal",
        whole: 1_000,
        stretch: 250,
        share: 1,
        package: "sync",
        target: &["--test", "model"],
        proof: Proof::Test("a_history_that_is_lost_costs_nothing"),
        variable: "MATRICULA_HISTORIES",
    },
    Part {
        name: "clocks",
        goal: "10,000 runs with clocks off by two days, nothing missed after one sweep",
        whole: 10_000,
        stretch: 500,
        share: 2,
        package: "sync",
        target: &["--test", "model"],
        proof: Proof::Test("clocks_that_are_off_by_days_hide_nothing_from_a_sweep"),
        variable: "MATRICULA_CLOCKS",
    },
    Part {
        name: "rehearsal",
        goal: "100,000 enrollments on two desktops, cut off, edited, killed, one restored: all equal",
        whole: 100_000,
        stretch: 100_000,
        share: 2,
        package: "cli",
        target: &["--test", "rehearsal"],
        proof: Proof::Test("cut_off_edited_killed_and_restored_they_end_equal"),
        variable: "MATRICULA_REHEARSAL",
    },
];

/// What became of a part.
struct Done {
    part: &'static Part,
    count: u64,
    failed: Vec<String>,
    seconds: f64,
}

pub(crate) fn soak(options: &Options) -> Result<()> {
    let parts: Vec<&'static Part> = PARTS
        .iter()
        .filter(|part| options.only.is_empty() || options.only.iter().any(|o| o == part.name))
        .collect();
    if parts.is_empty() {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("there are these parts: {}", names.join(", "));
    }
    let directory = place::root().join("target").join("soak");
    fs::create_dir_all(&directory)
        .with_context(|| format!("{} cannot be made", directory.display()))?;
    let shares: u32 = parts.iter().map(|part| part.share).sum();
    let whole = Duration::from_secs_f64((options.hours * 3600.0).max(1.0));
    let mut done: Vec<Done> = Vec::new();
    for part in parts {
        let time = whole * part.share / shares;
        done.push(run(part, time, options.from, &directory)?);
        report(&done, options, &directory)?;
    }
    println!();
    for line in table(&done) {
        println!("{line}");
    }
    println!("\n{}", directory.join("report.json").display());
    if done.iter().any(|done| !done.failed.is_empty()) {
        bail!("not everything held; what failed is in the report");
    }
    Ok(())
}

/// Runs stretches of a part until it is whole, its time is over, or one fails.
fn run(part: &'static Part, time: Duration, from: u64, directory: &Path) -> Result<Done> {
    let program = built(part)?;
    let begun = Instant::now();
    let mut done = Done {
        part,
        count: 0,
        failed: Vec::new(),
        seconds: 0.0,
    };
    println!("\n{}: {}", part.name, part.goal);
    while done.count < part.whole && (done.count == 0 || begun.elapsed() < time) {
        let stretch = part.stretch.min(part.whole - done.count);
        let log = directory.join(format!("{}-{}.log", part.name, done.count));
        let output = fs::File::create(&log)
            .with_context(|| format!("{} cannot be written", log.display()))?;
        let mut command = Command::new(&program);
        let first = (from + done.count).to_string();
        match part.proof {
            Proof::Example => command.args([stretch.to_string(), first.clone()]),
            Proof::Test(test) => command.args([test, "--exact"]),
            Proof::Tests => &mut command,
        };
        if !matches!(part.proof, Proof::Example) {
            command
                .arg("--nocapture")
                .env(part.variable, stretch.to_string())
                .env("MATRICULA_SCHEDULE_FROM", first);
        }
        let status = command
            .current_dir(place::root())
            .stdin(Stdio::null())
            .stderr(output.try_clone().context("the log cannot be shared")?)
            .stdout(output)
            .status()
            .with_context(|| format!("{} could not be started", program.display()))?;
        let said = fs::read_to_string(&log).unwrap_or_default();
        if said.contains("!!! SKIPPED") {
            done.failed
                .push("skipped: there is no server to test against".to_owned());
            break;
        }
        let ran = match part.proof {
            Proof::Example => true,
            Proof::Test(_) => said.contains("1 passed"),
            Proof::Tests => said.contains("test result: ok"),
        };
        if !status.success() || !ran {
            done.failed.push(format!(
                "{} ({status}), see {}",
                last_words(&said),
                log.display()
            ));
            break;
        }
        done.count += stretch;
        fs::remove_file(&log).with_context(|| format!("{} cannot be removed", log.display()))?;
        println!(
            "  {} of {} after {:.0} s",
            done.count,
            part.whole,
            begun.elapsed().as_secs_f64()
        );
    }
    done.seconds = begun.elapsed().as_secs_f64();
    Ok(done)
}

/// The line that says why, as far as one can tell.
fn last_words(said: &str) -> String {
    said.lines()
        .rev()
        .find(|line| {
            line.contains("these seeds fail")
                || line.contains("panicked at")
                || line.starts_with("seed ")
        })
        .unwrap_or("it failed")
        .trim()
        .to_owned()
}

/// Builds what a part runs, in release, and says where it is.
fn built(part: &Part) -> Result<PathBuf> {
    let mut selection = match part.proof {
        Proof::Example => vec!["build", "--release", "--package", part.package],
        Proof::Test(_) | Proof::Tests => {
            vec!["test", "--release", "--no-run", "--package", part.package]
        }
    };
    selection.extend(part.target);
    command::run(&mut command::cargo(&selection)?)?;
    let told = command::read(command::cargo(&selection)?.arg("--message-format=json"))?;
    let name = part.target.last().copied().unwrap_or_default();
    told.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|message| message["target"]["name"] == name && message["executable"].is_string())
        .and_then(|message| message["executable"].as_str().map(PathBuf::from))
        .with_context(|| format!("cargo does not say where {name} is"))
}

fn report(done: &[Done], options: &Options, directory: &Path) -> Result<()> {
    let rows: Vec<Value> = done
        .iter()
        .map(|done| {
            json!({
                "part": done.part.name,
                "goal": done.part.goal,
                "wanted": done.part.whole,
                "run": done.count,
                "whole": done.count >= done.part.whole,
                "failed": done.failed,
                "seconds": (done.seconds * 10.0).round() / 10.0,
            })
        })
        .collect();
    let report = json!({
        "hours": options.hours,
        "from": options.from,
        "processors": std::thread::available_parallelism().map_or(0, usize::from),
        "system": std::env::consts::OS,
        "parts": rows,
    });
    let path = directory.join("report.json");
    fs::write(&path, serde_json::to_string_pretty(&report)?)
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn table(done: &[Done]) -> Vec<String> {
    let mut lines = vec![
        "| proof | wanted | run | failed | seconds |".to_owned(),
        "| --- | ---: | ---: | --- | ---: |".to_owned(),
    ];
    lines.extend(done.iter().map(|done| {
        format!(
            "| {} | {} | {} | {} | {:.0} |",
            done.part.goal,
            done.part.whole,
            done.count,
            if done.failed.is_empty() {
                "none".to_owned()
            } else {
                done.failed.join("; ")
            },
            done.seconds
        )
    }));
    lines
}
