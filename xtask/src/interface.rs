//! The interface's packages and its build, each redone only when what it depends on has changed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{command, place};

/// Installs the packages of `ui/package-lock.json` unless exactly they are there.
pub(crate) fn install() -> Result<()> {
    let lock = place::ui().join("package-lock.json");
    let wanted = digest(&[lock])?;
    let stamp = place::ui()
        .join("node_modules")
        .join(".matricula-installed");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    command::run(&mut command::npm(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).with_context(|| format!("{} cannot be written", stamp.display()))
}

/// Builds `ui/dist`, which the program embeds, unless the present one is of the same sources.
pub(crate) fn build() -> Result<()> {
    let ui = place::ui();
    let mut sources = Vec::new();
    for entry in fs::read_dir(&ui).context("ui cannot be read")? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if matches!(name.as_str(), "node_modules" | "dist") || name.starts_with('.') {
            continue;
        }
        files(&path, &mut sources)?;
    }
    sources.sort();
    let wanted = digest(&sources)?;
    let page = ui.join("dist").join("index.html");
    // Beside the packages: whatever is in dist is embedded.
    let stamp = ui.join("node_modules").join(".matricula-built");
    if page.exists() && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("The interface is as it was built.");
        return Ok(());
    }
    command::run(&mut command::npm(["run", "--silent", "build"]))?;
    if !page.exists() {
        bail!("the interface's build left no {}", page.display());
    }
    fs::write(&stamp, wanted).with_context(|| format!("{} cannot be written", stamp.display()))
}

/// Every file under a path.
pub(crate) fn files(path: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in
            fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))?
        {
            files(&entry?.path(), into)?;
        }
    } else {
        into.push(path.to_path_buf());
    }
    Ok(())
}

/// A digest of the names and contents of some files: against forgetting, not against forging.
fn digest(paths: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        path.strip_prefix(place::root())
            .unwrap_or(path)
            .hash(&mut hasher);
        fs::read(path)
            .with_context(|| format!("{} cannot be read", path.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
