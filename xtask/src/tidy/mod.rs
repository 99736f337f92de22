//! The rules of ARCHITECTURE.md that no compiler knows, each proved or named with the place that breaks it.

mod commands;
mod floors;
mod source;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::{command, place};

/// Everything found, as `place: what is wrong`.
#[derive(Default)]
pub(crate) struct Findings(Vec<String>);

impl Findings {
    fn add(&mut self, place: impl std::fmt::Display, what: impl std::fmt::Display) {
        self.0.push(format!("{place}: {what}"));
    }
}

/// A text file of the repository.
pub(crate) struct File {
    /// Its path from the root, with forward slashes.
    path: String,
    text: String,
}

/// Runs every check and fails with all findings.
pub(crate) fn tidy() -> Result<()> {
    let files = sources()?;
    let mut findings = Findings::default();
    floors::check(&mut findings)?;
    source::check(&files, &mut findings);
    commands::check(&files, &mut findings);
    if findings.0.is_empty() {
        println!("{} files, all in order.", files.len());
        return Ok(());
    }
    findings.0.sort();
    for finding in &findings.0 {
        println!("  {finding}");
    }
    bail!("{} places are not in order", findings.0.len());
}

/// The repository's text files, those not yet added to git included.
fn sources() -> Result<Vec<File>> {
    let listing = command::read(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(place::root()),
    )?;
    let mut paths: Vec<&str> = listing
        .split('\0')
        .filter(|path| !path.is_empty())
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let mut files = Vec::new();
    for path in paths {
        let full: PathBuf = place::root().join(path);
        // Pictures and fonts are not text; a file removed but still known to git is not there.
        if let Ok(text) = std::fs::read_to_string(&full) {
            files.push(File {
                path: path.replace('\\', "/"),
                text,
            });
        }
    }
    Ok(files)
}

impl File {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    fn is_rust(&self) -> bool {
        has_extension(&self.path, &["rs"])
    }

    fn is_typescript(&self) -> bool {
        has_extension(&self.path, &["ts", "tsx"])
    }

    fn is_generated(&self) -> bool {
        self.path.starts_with("ui/src/bindings/")
    }

    /// A file that holds tests and nothing else.
    fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains(".test.")
            || self.path.starts_with("src-tauri/crates/testkit/")
    }

    /// The file up to its inline tests.
    fn product(&self) -> &str {
        self.text
            .find("#[cfg(test)]\nmod ")
            .map_or(&self.text, |at| &self.text[..at])
    }

    /// The tests in the file: all of it, or its inline tests.
    fn tests(&self) -> &str {
        if self.is_test() {
            &self.text
        } else {
            &self.text[self.product().len()..]
        }
    }
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
}
