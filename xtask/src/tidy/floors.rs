//! Who may depend on whom: imports go down the floors, and each heavy or dangerous crate has one owner.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Findings;
use crate::command;

/// Each crate of the workspace and the crates of the workspace that it may import.
const FLOORS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("replica", &["domain"]),
    ("remote", &["domain"]),
    ("sync", &["domain", "replica", "remote"]),
    ("vault", &["domain"]),
    (
        "workflows",
        &["domain", "replica", "remote", "sync", "vault"],
    ),
    (
        "cli",
        &["domain", "replica", "remote", "sync", "vault", "workflows"],
    ),
    (
        "matricula_app",
        &["domain", "replica", "remote", "sync", "vault", "workflows"],
    ),
    // For tests only: nobody may import it outside them, so it may import anybody.
    (
        "testkit",
        &["domain", "replica", "remote", "sync", "vault", "workflows"],
    ),
    ("xtask", &[]),
];

/// Crates that only the named owners may depend on directly.
const OWNERS: &[(&str, &[&str])] = &[
    ("tauri", &["matricula_app"]),
    ("rusqlite", &["replica"]),
    ("mongodb", &["remote"]),
    ("keyring", &["vault"]),
    ("keyring-core", &["vault"]),
    ("zbus-secret-service-keyring-store", &["vault"]),
    ("argon2", &["vault", "workflows"]),
    ("jsonwebtoken", &["workflows"]),
    ("lettre", &["workflows"]),
];

/// Crates that must not be reached at all, not even through another.
const UNREACHABLE: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "tauri",
            "rusqlite",
            "keyring",
            "argon2",
            "jsonwebtoken",
            "tokio",
            "mongodb",
        ],
    ),
    ("vault", &["tauri", "rusqlite", "jsonwebtoken", "mongodb"]),
    (
        "replica",
        &["tauri", "keyring", "argon2", "jsonwebtoken", "mongodb"],
    ),
    (
        "remote",
        &["tauri", "rusqlite", "keyring", "argon2", "jsonwebtoken"],
    ),
    ("workflows", &["tauri"]),
    ("cli", &["tauri"]),
];

/// Crates a rule speaks of before anything depends on them.
const NOT_YET: &[&str] = &[];

pub(super) fn check(findings: &mut Findings) -> Result<()> {
    let metadata = command::read(&mut command::cargo([
        "metadata",
        "--format-version=1",
        "--locked",
    ])?)
    .context("Cargo.lock must be up to date and committed")?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("cargo's metadata cannot be read")?;
    let members: BTreeSet<&str> = list(&metadata["workspace_members"])
        .filter_map(Value::as_str)
        .collect();
    let mut known = BTreeSet::new();
    let mut direct: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let name = package["name"].as_str().unwrap_or_default();
        known.insert(name);
        if members.contains(package["id"].as_str().unwrap_or_default()) {
            let normal = list(&package["dependencies"])
                .filter(|dependency| dependency["kind"].is_null())
                .filter_map(|dependency| dependency["name"].as_str());
            direct.insert(name, normal.collect());
        }
    }

    for name in direct.keys() {
        if !FLOORS.iter().any(|(floor, _)| floor == name) {
            findings.add(
                name,
                "stands on no floor; give it one in xtask/src/tidy/floors.rs",
            );
        }
    }
    for (name, allowed) in FLOORS {
        let Some(imports) = direct.get(name) else {
            findings.add(name, "is named in the floors, but there is no such crate");
            continue;
        };
        for import in imports.iter().filter(|import| direct.contains_key(*import)) {
            if !allowed.contains(import) {
                findings.add(
                    name,
                    format_args!("imports {import}, which is not on a floor below it"),
                );
            }
        }
    }
    for (dependency, owners) in OWNERS {
        if !known.contains(dependency) && !NOT_YET.contains(dependency) {
            findings.add(
                dependency,
                "is named in a rule, but nothing here depends on it",
            );
        }
        for (name, imports) in &direct {
            if imports.contains(dependency) && !owners.contains(name) {
                findings.add(
                    name,
                    format_args!("depends on {dependency}, which belongs to {owners:?}"),
                );
            }
        }
    }
    for (name, dependencies) in UNREACHABLE {
        for dependency in *dependencies {
            if direct.contains_key(name) && known.contains(dependency) {
                unreachable_from(name, dependency, findings)?;
            } else {
                findings.add(
                    name,
                    format_args!("must not reach {dependency}, but one of them is unknown"),
                );
            }
        }
    }
    Ok(())
}

/// `cargo tree` prints the way to a dependency when there is one, and does not know its name when there is
/// none. Both names are known to exist before it is asked: a rule about nothing proves nothing.
fn unreachable_from(name: &str, dependency: &str, findings: &mut Findings) -> Result<()> {
    let mut tree = command::cargo([
        "tree", "--locked", "--edges", "normal", "--target", "all", "--quiet",
    ])?;
    tree.args(["--package", name, "--invert", dependency]);
    let way = match command::read(&mut tree) {
        Ok(way) => way,
        Err(error) if error.to_string().contains("did not match any packages") => return Ok(()),
        Err(error) => return Err(error),
    };
    if let Some(first) = way.lines().next() {
        findings.add(name, format_args!("reaches {first}:\n{way}"));
    }
    Ok(())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
