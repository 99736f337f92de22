//! `cargo xtask run`: from a fresh clone to the program's window, or to a picture of it where there is
//! no screen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::display::{self, Screen};
use crate::driver::Window;
use crate::{command, interface, place, setup};

/// Set for the part of a run that happens inside its own message bus and keyring.
const INSIDE: &str = "MATRICULA_XTASK_INSIDE";

/// How long the first screen may take to answer.
const FIRST_SCREEN: Duration = Duration::from_secs(60);

/// True once something is on the page for a person to read.
const READY: &str = "
    const shown = document.querySelector('main, [role=main], h1, h2, [role=heading]');
    return document.readyState === 'complete' && shown !== null && shown.textContent.trim() !== '';";

/// Answers when the fonts are there and a frame with them has been drawn, and keeps the page drawing:
/// WebKitGTK takes a picture with the next frame, and a page at rest draws none.
const DRAWN: &str = "
    const done = arguments[arguments.length - 1];
    let odd = false;
    const stir = () => {
        odd = !odd;
        document.documentElement.style.outline = odd ? '1px solid transparent' : '';
        requestAnimationFrame(stir);
    };
    document.fonts.ready.then(() => requestAnimationFrame(() => { stir(); done(true); }));";

#[derive(Args)]
pub(crate) struct Options {
    /// Open a workspace filled with the sample institution, signed in as its administrator
    #[arg(long)]
    demo: bool,
    /// Build with optimisations
    #[arg(long)]
    release: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    if std::env::var_os(INSIDE).is_some() {
        return show_once(options);
    }
    setup::all()?;
    interface::build()?;
    build(options)?;
    if display::is_there() {
        open(options)
    } else {
        without_display(options)
    }
}

fn build(options: &Options) -> Result<()> {
    let mut build = command::cargo([
        "build",
        "--package",
        "matricula_app",
        "--package",
        "cli",
        "--bins",
    ])?;
    if options.release {
        build.arg("--release");
    }
    command::run(&mut build)
}

fn program(name: &str, options: &Options) -> Result<PathBuf> {
    let profile = if options.release { "release" } else { "debug" };
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(place::build()?.join(profile).join(name))
}

/// Starts the program for a person and waits until it is closed.
fn open(options: &Options) -> Result<()> {
    let mut matricula = Command::new(program("matricula", options)?);
    if options.demo {
        let workspace = place::cache()?.join("demo");
        fill(&workspace, options)?;
        matricula.arg("--workspace").arg(&workspace).arg("--demo");
    }
    command::run(&mut matricula)
}

/// Fills a workspace with `seeds/full`, once.
fn fill(workspace: &Path, options: &Options) -> Result<()> {
    let filled = workspace.with_extension("filled");
    if filled.exists() && workspace.exists() {
        return Ok(());
    }
    if workspace.exists() {
        // Left by a run that was interrupted; it holds sample data only.
        fs::remove_dir_all(workspace)
            .with_context(|| format!("{} cannot be removed", workspace.display()))?;
    }
    println!("Filling the sample institution …");
    fs::create_dir_all(workspace)
        .with_context(|| format!("{} cannot be made", workspace.display()))?;
    let mut seed = Command::new(program("matriculactl", options)?);
    seed.arg("--workspace")
        .arg(workspace)
        .args(["seed", "full"]);
    command::run(seed.current_dir(place::root()))?;
    fs::write(&filled, "").with_context(|| format!("{} cannot be written", filled.display()))
}

/// Starts a screen, a message bus and a keyring, and this program again inside them.
fn without_display(options: &Options) -> Result<()> {
    println!("There is no display: opening the window on a virtual one.");
    let screen = Screen::start()?;
    let mut again = Command::new(std::env::current_exe()?);
    again
        .arg("run")
        .env(INSIDE, "1")
        .env("CARGO_TARGET_DIR", place::build()?);
    if options.demo {
        again.arg("--demo");
    }
    if options.release {
        again.arg("--release");
    }
    screen.lend(&mut again);
    let mut session =
        display::with_keyring(&again, &place::cache()?.join("virtual").join("keyring"))?;
    let status = session
        .stdin(Stdio::null())
        .status()
        .context("the virtual session could not be started")?;
    if !status.success() {
        bail!("the window could not be shown ({status})");
    }
    Ok(())
}

/// Opens the window, waits until its first screen answers, and leaves a picture of it.
///
/// The workspace is not the person's own: its key is in the virtual session's keyring.
fn show_once(options: &Options) -> Result<()> {
    let home = place::cache()?.join("virtual");
    let workspace = home.join(if options.demo { "demo" } else { "first-run" });
    let mut matricula = Command::new(program("matricula", options)?);
    if options.demo {
        fill(&workspace, options)?;
        matricula.arg("--demo");
    }
    fs::create_dir_all(&workspace)
        .with_context(|| format!("{} cannot be made", workspace.display()))?;
    matricula.env("MATRICULA_HOME", &workspace);

    let results = place::results();
    fs::create_dir_all(&results)
        .with_context(|| format!("{} cannot be made", results.display()))?;
    let log = results.join("run.log");
    let started = Instant::now();
    let picture = picture_of(&matricula, &log).with_context(|| {
        let said = fs::read_to_string(&log).unwrap_or_default();
        format!(
            "the first screen did not answer. The program said:\n{}",
            said.trim()
        )
    })?;
    let file = results.join(if options.demo {
        "demo.png"
    } else {
        "first-screen.png"
    });
    fs::write(&file, picture).with_context(|| format!("{} cannot be written", file.display()))?;
    println!(
        "The first screen answered after {:.1} s.",
        started.elapsed().as_secs_f32()
    );
    println!("{}", file.display());
    Ok(())
}

fn picture_of(matricula: &Command, log: &Path) -> Result<Vec<u8>> {
    let window = Window::open(matricula, log)?;
    let deadline = Instant::now() + FIRST_SCREEN;
    while window.evaluate(READY)? != true {
        if Instant::now() > deadline {
            bail!("nothing to read on it after {} s", FIRST_SCREEN.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    window.settle(DRAWN)?;
    window.picture()
}
