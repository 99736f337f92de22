//! `cargo xtask test`: every check there is, each under a heading; all are run, then what failed is named.
//!
//! The real window comes last, and after it one line with the number of tests that passed and failed.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::display::{self, Screen};
use crate::tally::Tally;
use crate::{codegen, command, interface, licences, mongod, place, setup, smtp, tidy};

#[derive(Args)]
pub(crate) struct Options {
    /// Run this step only; may be given more than once
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Run the tests of the window only, on an interface and a program that are up to date
    #[arg(long)]
    window_only: bool,
    /// Of the Rust and window tests, run those whose name contains this
    #[arg(long, value_name = "TEXT")]
    matching: Option<String>,
}

/// The steps in the order they are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// rustfmt
    Format,
    /// the rules of ARCHITECTURE.md
    Tidy,
    /// the interface's linter and formatter
    UiLint,
    /// TypeScript
    UiTypes,
    /// the interface's unit tests
    UiTests,
    /// the interface's build, which the program embeds
    UiBuild,
    /// the interface's types are those of the program
    Codegen,
    /// clippy on everything
    Clippy,
    /// licences, sources and advisories of the crates
    Deny,
    /// advisories of the interface's packages
    Audit,
    /// unit, property and integration tests
    Rust,
    /// the vault with a real keyring, in good times and bad
    Keyring,
    /// the real window, over WebDriver
    Window,
}

/// How a step ended.
enum End {
    Passed,
    Skipped(String),
}

pub(crate) fn test(options: &Options) -> Result<()> {
    setup::all().context("setting up failed")?;
    let chosen = |step: &Step| {
        if options.window_only {
            matches!(step, Step::UiBuild | Step::Window)
        } else {
            options.only.is_empty() || options.only.contains(step)
        }
    };
    let started = Instant::now();
    let mut tally = Tally::default();
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for &step in Step::value_variants().iter().filter(|&step| chosen(step)) {
        let name = name_of(step);
        println!("\n━━ {name} ━━");
        let begun = Instant::now();
        let outcome = take(step, options.matching.as_deref(), &mut tally);
        let took = spoken(begun.elapsed());
        lines.push(match outcome {
            Ok(End::Passed) => format!("  passed   {name:<10} {took}"),
            Ok(End::Skipped(why)) => {
                println!("\n!!! SKIPPED {name}: {why}\n");
                format!("  SKIPPED  {name:<10} {why}")
            }
            Err(error) => {
                eprintln!("\nerror: {error:#}");
                failed.push(name.clone());
                format!("  FAILED   {name:<10} {took}")
            }
        });
    }
    println!(
        "\n━━ summary, after {} ━━\n{}",
        spoken(started.elapsed()),
        lines.join("\n")
    );
    if !failed.is_empty() {
        // A step that failed without a failing test (a lint, a build) must not read as zero failures.
        tally.failed = tally.failed.max(1);
    }
    if tally != Tally::default() {
        println!("\n{} passed, {} failed", tally.passed, tally.failed);
    }
    if failed.is_empty() {
        Ok(())
    } else {
        bail!("failed: {}", failed.join(", "))
    }
}

fn take(step: Step, matching: Option<&str>, tally: &mut Tally) -> Result<End> {
    match step {
        Step::Format => command::run(&mut command::cargo(["fmt", "--all", "--check"])?)?,
        Step::Tidy => tidy::tidy()?,
        Step::UiLint => command::run(&mut command::npm(["run", "--silent", "lint"]))?,
        Step::UiTypes => command::run(&mut command::npm(["run", "--silent", "typecheck"]))?,
        Step::UiTests => {
            command::run_counting(&mut command::npm(["run", "--silent", "test"]), tally)?;
        }
        Step::UiBuild => interface::build()?,
        Step::Codegen => codegen::check()?,
        Step::Clippy => {
            // All targets leave out the window's stories, whatever else is named beside them.
            for targets in [&["--all-targets"][..], &["--test", "window"]] {
                let mut clippy = command::cargo(["clippy", "--workspace"])?;
                clippy.args(targets).args(["--", "-D", "warnings"]);
                command::run(&mut clippy)?;
            }
        }
        Step::Deny => return deny(),
        Step::Audit => return audit(),
        Step::Rust => {
            // No documentation of ours holds code to run, and examples are compiled by clippy.
            let mut tests = command::cargo(["test", "--workspace", "--tests", "--no-fail-fast"])?;
            tests.args(matching);
            if let Some(seed) = draw() {
                println!("{DRAW}={seed}");
                tests.env(DRAW, seed);
            }
            mongod::lend(&mut tests)?;
            smtp::lend(&mut tests)?;
            command::run_counting(&mut tests, tally)?;
        }
        Step::Keyring => return keyring(tally),
        Step::Window => return window(matching, tally),
    }
    Ok(End::Passed)
}

/// The variable that proptest takes its first number from.
const DRAW: &str = "PROPTEST_RNG_SEED";

/// Where random inputs begin: another place for every tree that is committed, the same for one tree wherever
/// it is tested, so that what failed elsewhere fails here too. None: as chance has it, or as the caller said.
fn draw() -> Option<String> {
    if std::env::var_os(DRAW).is_some() {
        return None;
    }
    let tree = command::read(Command::new("git").args(["rev-parse", "HEAD^{tree}"])).ok()?;
    let number = u64::from_str_radix(tree.trim().get(..16)?, 16).ok()?;
    Some(number.to_string())
}

/// The vault's tests of the keyring, where there is a message bus with a keyring of its own.
fn keyring(tally: &mut Tally) -> Result<End> {
    if !cfg!(target_os = "linux") {
        return Ok(End::Skipped(
            "a keyring that may be locked and ended is made on Linux only".to_owned(),
        ));
    }
    let keyring = tempfile::tempdir().context("no place for the keyring")?;
    // Selected like the other tests, so that nothing is built twice for other features; the names are the vault's.
    let mut tests = command::cargo([
        "test",
        "--workspace",
        "--test",
        "story",
        "--test",
        "troubles",
        "--",
        "--test-threads=1",
        "keyring",
    ])?;
    tests.env("MATRICULA_TEST_KEYRING", "1");
    let name = command::spelled(&tests);
    let mut session = display::with_keyring(&tests, keyring.path())?;
    command::run_counting_as(&name, &mut session, tally)?;
    Ok(End::Passed)
}

/// One program and one workspace a test, one test at a time, in a message bus with a real keyring.
fn window(matching: Option<&str>, tally: &mut Tally) -> Result<End> {
    if !cfg!(target_os = "linux") {
        return Ok(End::Skipped(
            "WebKitWebDriver exists on Linux only".to_owned(),
        ));
    }
    // The same selection as the other tests, so that nothing is built twice for other features.
    let selection = ["test", "--workspace", "--test", "window"];
    command::run(command::cargo(selection)?.arg("--no-run"))?;
    let screen = Screen::start()?;
    let keyring = tempfile::tempdir().context("no place for the keyring")?;
    let mut tests = command::cargo(selection)?;
    tests.args(["--", "--test-threads=1"]).args(matching);
    // A failed story names its step and shows the page; where the future was polled helps nobody.
    tests
        .env("RUST_BACKTRACE", "0")
        .env("MATRICULA_TEST_RESULTS", place::results());
    mongod::lend(&mut tests)?;
    smtp::lend(&mut tests)?;
    screen.lend(&mut tests);
    let name = command::spelled(&tests);
    let mut session = display::with_keyring(&tests, keyring.path())?;
    command::run_counting_as(&name, &mut session, tally)?;
    Ok(End::Passed)
}

/// Licences, sources and bans need no network; advisories do, and say so when it is missing.
fn deny() -> Result<End> {
    licences::check()?;
    if !setup::has("cargo-deny") {
        return Ok(End::Skipped(
            "what the crates say of themselves is in order; cargo-deny, which reads more and knows \
             advisories, is not installed (`cargo install --locked cargo-deny`)"
                .to_owned(),
        ));
    }
    command::run(&mut command::cargo([
        "deny", "check", "bans", "licenses", "sources",
    ])?)?;
    if let Err(error) = command::run(&mut command::cargo(["deny", "fetch", "db"])?) {
        return Ok(End::Skipped(format!(
            "bans, licences and sources are in order, but the advisories could not be fetched: {error:#}"
        )));
    }
    command::run(&mut command::cargo(["deny", "check", "advisories"])?)?;
    Ok(End::Passed)
}

fn audit() -> Result<End> {
    let output = command::npm(["audit", "--omit=dev", "--json"])
        .output()
        .context("npm could not be started")?;
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or(serde_json::Value::Null);
    let Some(total) = report["metadata"]["vulnerabilities"]["total"].as_u64() else {
        let said = String::from_utf8_lossy(&output.stderr);
        return Ok(End::Skipped(format!(
            "the advisories could not be reached: {}",
            report["message"]
                .as_str()
                .or_else(|| said.lines().next())
                .unwrap_or("npm audit gave no report")
        )));
    };
    if total > 0 {
        println!("{report:#}");
        bail!("{total} known vulnerabilities in the interface's packages");
    }
    println!("No known vulnerability in the interface's packages.");
    Ok(End::Passed)
}

fn name_of(step: Step) -> String {
    step.to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs_f32();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!(
            "{} min {:02} s",
            duration.as_secs() / 60,
            duration.as_secs() % 60
        )
    }
}
