//! The interface's types: each type that crosses the IPC derives `TS` with `#[ts(export)]`, the test that
//! ts-rs makes of it writes one file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{command, interface, place};

/// Replaces `ui/src/bindings` by what the Rust types say.
pub(crate) fn write() -> Result<()> {
    let wanted = generate(&["--package", "workflows"])?;
    let directory = bindings();
    if directory.exists() {
        fs::remove_dir_all(&directory)
            .with_context(|| format!("{} cannot be replaced", directory.display()))?;
    }
    for (name, text) in &wanted {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&directory))?;
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    println!("{} types in {}", wanted.len(), directory.display());
    Ok(())
}

/// Fails, naming each file, when the committed types are not those of the Rust ones.
pub(crate) fn check() -> Result<()> {
    // The exporting tests write into a directory of their own, so the committed one is still as it was.
    // The whole workspace is selected, as in the steps after this one, so that nothing is built twice.
    let wanted = generate(&["--workspace"])?;
    let found = read(&bindings())?;
    let mut differences = Vec::new();
    for (name, text) in &wanted {
        match found.get(name) {
            None => differences.push(format!("  missing  {}", name.display())),
            Some(other) if other != text => {
                differences.push(format!("  changed  {}", name.display()));
            }
            Some(_) => {}
        }
    }
    differences.extend(
        found
            .keys()
            .filter(|name| !wanted.contains_key(*name))
            .map(|name| format!("  stale    {}", name.display())),
    );
    if !differences.is_empty() {
        bail!(
            "the interface's types are not those of the program; run `cargo xtask codegen`:\n{}",
            differences.join("\n")
        );
    }
    println!("{} types, all as committed.", wanted.len());
    Ok(())
}

fn bindings() -> PathBuf {
    place::ui().join("src").join("bindings")
}

fn generate(selection: &[&str]) -> Result<BTreeMap<PathBuf, String>> {
    let directory = tempfile::tempdir().context("no place for the types")?;
    let mut export = command::cargo(["test", "--quiet", "--lib"])?;
    export.args(selection).arg("export_bindings");
    export.env("TS_RS_EXPORT_DIR", directory.path());
    command::read(&mut export)?;
    let files = read(directory.path())?;
    if files.is_empty() {
        bail!("no type was exported: does any carry #[ts(export)]?");
    }
    Ok(files)
}

/// The files under a directory by their path in it, with line ends as in the repository.
fn read(directory: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut paths = Vec::new();
    if directory.exists() {
        interface::files(directory, &mut paths)?;
    }
    let mut files = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let name = path.strip_prefix(directory).unwrap_or(&path).to_path_buf();
        files.insert(name, text.replace("\r\n", "\n"));
    }
    Ok(files)
}
