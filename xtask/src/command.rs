//! Starting other programs: what is started is shown, what it says is shown as it says it, and a
//! failure names the command.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::place;
use crate::tally::Tally;
use crate::watch::{self, Voice};

/// A cargo command on this workspace, building into the shared build directory.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(arguments)
        .current_dir(place::root())
        .env("CARGO_TARGET_DIR", place::build()?);
    // `cargo xtask` sets these for itself; a child that inherits them rebuilds for nothing.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

/// An npm command in the interface's directory.
pub(crate) fn npm<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(place::ui());
    command
}

/// The command as a person would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let mut words = vec![
        PathBuf::from(command.get_program())
            .file_name()
            .unwrap_or(command.get_program())
            .to_string_lossy()
            .into_owned(),
    ];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// Runs a command to its end, its output going straight to ours.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = spelled(command);
    println!("$ {name}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{name}` could not be started"))?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// Runs a command and returns what it wrote to standard output.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let name = spelled(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("`{name}` could not be started"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{name}` failed ({}): {}", output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, showing each line as it comes and counting the tests it reports. One that says nothing
/// for twenty minutes has what hangs in it ended.
pub(crate) fn run_counting(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let name = spelled(command);
    run_counting_as(&name, command, tally)
}

/// As [`run_counting`], for a command that is better known by another name.
pub(crate) fn run_counting_as(name: &str, command: &mut Command, tally: &mut Tally) -> Result<()> {
    println!("$ {name}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{name}` could not be started"))?;
    let counted = Mutex::new(Tally::default());
    let voice = Voice::new();
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let root = child.id();
    thread::scope(|scope| {
        let (over, until) = mpsc::channel();
        let (counted, voice) = (&counted, &voice);
        scope.spawn(move || watch::over(root, voice, &until));
        let said = err.map(|err| scope.spawn(|| relay(err, std::io::stderr(), counted, voice)));
        if let Some(out) = out {
            relay(out, std::io::stdout(), counted, voice);
        }
        if let Some(said) = said {
            // A thread that died of a panic is told of by the scope.
            let _ = said.join();
        }
        drop(over);
    });
    let status = child.wait().with_context(|| format!("`{name}` was lost"))?;
    let counted = counted
        .into_inner()
        .unwrap_or_else(|broken| broken.into_inner());
    tally.add(&counted);
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

fn relay(from: impl Read, mut to: impl Write, tally: &Mutex<Tally>, voice: &Voice) {
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        // A closed standard output must not stop the tests.
        let _ = writeln!(to, "{line}");
        voice.heard(&line);
        tally
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .read(&line);
    }
}
