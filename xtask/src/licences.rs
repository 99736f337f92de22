//! What `deny.toml` allows, held against what every crate of the lock file says of itself: licences, sources,
//! and crates that may not be there. Runs everywhere, in a second.
//!
//! Deliberately absent: what cargo-deny does besides and better, where it is installed: reading the texts of
//! licences, advisories, wildcards.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use toml::Table;

use crate::{command, place};

/// Of the settings, what is judged here.
struct Allowed {
    licences: BTreeSet<String>,
    /// More for some crates.
    exceptions: BTreeMap<String, BTreeSet<String>>,
    banned: BTreeSet<String>,
}

/// Fails, naming each crate and what is wrong with it.
pub(crate) fn check() -> Result<()> {
    let path = place::root().join("deny.toml");
    let settings: Table = fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?
        .parse()
        .context("deny.toml is not TOML")?;
    let allowed = Allowed::read(&settings);
    let metadata = command::read(&mut command::cargo(["metadata", "--format-version=1"])?)?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("cargo's metadata cannot be read")?;
    let (mut judged, mut wrong) = (0_u32, Vec::new());
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        // Our own crates have no source.
        if text("source").is_empty() {
            continue;
        }
        judged += 1;
        if let Some(reason) = allowed.refuses(text("name"), text("license"), text("source")) {
            wrong.push(format!("  {} {}: {reason}", text("name"), text("version")));
        }
    }
    if judged == 0 {
        bail!("cargo named no crate");
    }
    if !wrong.is_empty() {
        bail!("deny.toml does not allow:\n{}", wrong.join("\n"));
    }
    println!("{judged} crates: licences, sources and names are as deny.toml allows.");
    Ok(())
}

impl Allowed {
    fn read(settings: &Table) -> Self {
        let licenses = settings.get("licenses").and_then(toml::Value::as_table);
        let of = |table: Option<&Table>, field: &str| -> BTreeSet<String> {
            table
                .and_then(|table| table.get(field)?.as_array())
                .into_iter()
                .flatten()
                .filter_map(|value| {
                    value
                        .as_str()
                        .or_else(|| value.get("crate")?.as_str())
                        .map(str::to_owned)
                })
                .collect()
        };
        let exceptions = licenses
            .and_then(|table| table.get("exceptions")?.as_array())
            .into_iter()
            .flatten()
            .filter_map(toml::Value::as_table)
            .filter_map(|entry| {
                let name = entry.get("crate")?.as_str()?.to_owned();
                Some((name, of(Some(entry), "allow")))
            })
            .collect();
        Self {
            licences: of(licenses, "allow"),
            exceptions,
            banned: of(settings.get("bans").and_then(toml::Value::as_table), "deny"),
        }
    }

    /// Why a crate may not be there.
    fn refuses(&self, name: &str, license: &str, source: &str) -> Option<String> {
        if self.banned.contains(name) {
            return Some("it is banned".to_owned());
        }
        if !source.starts_with("registry+") {
            return Some(format!("it comes from {source}"));
        }
        // Older crates write `MIT/Apache-2.0`.
        let expression = match spdx::Expression::parse_mode(license, spdx::ParseMode::LAX) {
            Ok(expression) => expression,
            Err(_) => return Some(format!("its licence `{license}` cannot be read")),
        };
        let more = self.exceptions.get(name);
        let is_allowed = expression.evaluate(|required| {
            let required = required.to_string();
            self.licences.contains(&required) || more.is_some_and(|more| more.contains(&required))
        });
        (!is_allowed).then(|| format!("its licence is {license}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_named() {
        let settings: Table = r#"
            [licenses]
            allow = ["MIT", "Apache-2.0 WITH LLVM-exception"]
            exceptions = [{ crate = "odd", allow = ["WTFPL"] }]
            [bans]
            deny = [{ crate = "tauri-plugin-shell" }]
        "#
        .parse()
        .expect("TOML");
        let allowed = Allowed::read(&settings);
        let registry = "registry+https://example.org/index";
        let judged =
            |name: &str, license: &str, source: &str| allowed.refuses(name, license, source);
        for (name, license) in [
            ("a", "MIT"),
            ("a", "GPL-2.0-only OR MIT"),
            ("a", "MIT/Apache-2.0"),
            ("a", "Apache-2.0 WITH LLVM-exception"),
            ("odd", "MIT AND WTFPL"),
        ] {
            assert_eq!(judged(name, license, registry), None, "{name} {license}");
        }
        for (name, license, source) in [
            ("a", "GPL-2.0-only", registry),
            ("a", "MIT AND WTFPL", registry),
            ("a", "Apache-2.0", registry),
            ("a", "", registry),
            ("a", "my own", registry),
            ("a", "MIT", "git+https://example.org/a"),
            ("tauri-plugin-shell", "MIT", registry),
        ] {
            assert!(
                judged(name, license, source).is_some(),
                "{name} {license} {source}"
            );
        }
    }
}
