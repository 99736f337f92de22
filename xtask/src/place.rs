//! Where things are: the source tree, the build directory, and what survives between runs.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the source tree.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
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

/// Where pictures, logs and reports of the latest run are left, inside the source tree and ignored by git.
pub(crate) fn results() -> PathBuf {
    root().join("target").join("test-results")
}
