//! The mail server of the tests: aiosmtpd, from the Python package index into the cache. Only ever a
//! program the tests start: never shipped. Starting it is `testkit`'s business.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::{command, place};

/// Tells the tests where its packages are.
const PACKAGES: &str = "MATRICULA_TEST_SMTP";
const WANTED: &str = "aiosmtpd==1.4.6";

/// Installs it where it is not there yet.
pub(crate) fn install() -> Result<()> {
    let packages = packages()?;
    if named() || cfg!(windows) || packages.join("aiosmtpd").is_dir() {
        return Ok(());
    }
    println!("Installing the mail server of the tests:");
    // Finished elsewhere first, so that what is there is whole.
    let fresh = packages.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)
            .with_context(|| format!("{} cannot be removed", fresh.display()))?;
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-input"])
        .args(["--disable-pip-version-check", "--target"])
        .arg(&fresh)
        .arg(WANTED)
        .env("PIP_ROOT_USER_ACTION", "ignore");
    command::run(&mut pip).context("the mail server of the tests could not be installed")?;
    if packages.exists() {
        fs::remove_dir_all(&packages)
            .with_context(|| format!("{} cannot be removed", packages.display()))?;
    }
    fs::rename(&fresh, &packages).with_context(|| format!("{} cannot be made", packages.display()))
}

/// Tells the tests of a command where it is.
pub(crate) fn lend(command: &mut Command) -> Result<()> {
    if !named() {
        command.env(PACKAGES, packages()?);
    }
    Ok(())
}

fn named() -> bool {
    env::var_os(PACKAGES).is_some_and(|value| !value.is_empty())
}

fn packages() -> Result<PathBuf> {
    Ok(place::cache()?.join("smtp"))
}
