//! Where things are: the source tree, the build directory, and what survives between runs.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command;

/// The root of the source tree.
pub(crate) fn root() -> PathBuf {
    // Asked at run time first: a build directory that clones share may hold another clone's xtask.
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}

/// The interface's source.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Matricula's directory among the person's caches.
pub(crate) fn cache() -> Result<PathBuf> {
    let caches = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::var_os("LOCALAPPDATA").map(PathBuf::from))
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .context("there is no home directory to keep the build in; set XDG_CACHE_HOME")?;
    Ok(caches.join("matricula"))
}

/// The build directory given to every child: `CARGO_TARGET_DIR`, or one among the caches, so that
/// clones share what is slow to build.
pub(crate) fn build() -> Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
        Some(named) => Ok(root().join(named)),
        None => Ok(cache()?.join("target")),
    }
}

/// Cargo tells the sources of two clones apart by their age only, so what another clone compiled may pass for
/// ours. When the build directory was last used by another, the workspace's own crates leave it; their
/// dependencies, which are what takes long, stay.
pub(crate) fn claim_build() -> Result<()> {
    let build = build()?;
    let owner = build.join(".matricula-clone");
    let us = root().to_string_lossy().into_owned();
    match fs::read_to_string(&owner) {
        Ok(last) if last == us => return Ok(()),
        Ok(_) => {
            let members = members()?;
            for profile in ["dev", "release"] {
                let mut clean = command::cargo(["clean", "--quiet", "--profile", profile])?;
                for member in &members {
                    clean.args(["--package", member]);
                }
                command::run(&mut clean)?;
            }
        }
        Err(_) => fs::create_dir_all(&build)
            .with_context(|| format!("{} cannot be made", build.display()))?,
    }
    fs::write(&owner, us).with_context(|| format!("{} cannot be written", owner.display()))
}

/// The workspace's crates, but for the one that is running.
fn members() -> Result<Vec<String>> {
    let metadata = command::read(&mut command::cargo([
        "metadata",
        "--format-version=1",
        "--no-deps",
    ])?)?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("cargo's metadata cannot be read")?;
    let names = metadata["packages"].as_array().into_iter().flatten();
    Ok(names
        .filter_map(|package| package["name"].as_str())
        .filter(|name| *name != env!("CARGO_PKG_NAME"))
        .map(str::to_owned)
        .collect())
}

/// Where pictures, logs and reports of the latest run are left, inside the source tree and ignored by git.
pub(crate) fn results() -> PathBuf {
    root().join("target").join("test-results")
}
