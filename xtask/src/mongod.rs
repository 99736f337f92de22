//! The MongoDB server of the tests: SecantusDB, built once into the cache beside the build directory.
//!
//! It is another project under another licence (GPL-2.0), so it is only ever a program the tests start:
//! never linked, never shipped. Deliberately absent: starting it, which is `testkit`'s business.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::{command, place};

/// Names a server to test against; then none is built.
const URI: &str = "MATRICULA_TEST_MONGODB_URI";
/// Tells the tests which program to start.
const PROGRAM: &str = "MATRICULA_TEST_MONGOD";
const VERSION: &str = "0.5.3-beta.196";

/// Builds it where it is not there yet: some minutes, once.
pub(crate) fn install() -> Result<()> {
    let program = program()?;
    if named(URI) || named(PROGRAM) || cfg!(windows) || program.is_file() {
        return Ok(());
    }
    let root = root()?;
    fs::create_dir_all(&root).with_context(|| format!("{} cannot be made", root.display()))?;
    println!("Building the MongoDB server of the tests (once, about five minutes):");
    let build = root.with_extension("build");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["install", "secantus-mdb", "--version", VERSION])
        .args(["--locked", "--ignore-rust-version", "--root"])
        .arg(&root)
        // Elsewhere than here, whose toolchain and settings are for this workspace.
        .current_dir(place::cache()?)
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    let built = command::run(&mut cargo);
    if build.is_dir() {
        fs::remove_dir_all(&build)
            .with_context(|| format!("{} cannot be removed", build.display()))?;
    }
    built.context("the MongoDB server of the tests could not be built")
}

/// Tells the tests of a command where the program is.
pub(crate) fn lend(command: &mut Command) -> Result<()> {
    if !named(URI) && !named(PROGRAM) {
        let program = program()?;
        if program.is_file() {
            command.env(PROGRAM, program);
        }
    }
    Ok(())
}

fn named(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn root() -> Result<PathBuf> {
    Ok(place::cache()?.join("secantus"))
}

fn program() -> Result<PathBuf> {
    Ok(root()?.join("bin").join("secantusd-rs"))
}
