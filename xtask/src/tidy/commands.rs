//! Nothing is reachable by being forgotten: every command that the shell registers has a permission that
//! the window is granted, and a row in the matrix of commands and roles.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{File, Findings};

const PERMISSIONS: &str = "src-tauri/permissions/";
const CAPABILITY: &str = "src-tauri/capabilities/main.json";

/// The test that tries each command in each role.
const MATRIX: &str = "tests/commands/matrix.rs";

pub(super) fn check(files: &[File], findings: &mut Findings) {
    let registered: BTreeSet<String> = files
        .iter()
        .filter(|file| file.is_rust() && file.path.starts_with("src-tauri/src/"))
        .flat_map(|file| registered(file.product()))
        .collect();
    if registered.is_empty() {
        if files
            .iter()
            .any(|file| file.path.starts_with("src-tauri/src/commands/"))
        {
            findings.add(
                "src-tauri/src",
                "there are commands, but no generate_handler![…] registers one",
            );
        }
        return;
    }

    let granted = files
        .iter()
        .find(|file| file.path == CAPABILITY)
        .map(|file| granted(&file.text))
        .unwrap_or_default();
    let mut permitted = BTreeSet::new();
    for file in files
        .iter()
        .filter(|file| file.path.starts_with(PERMISSIONS))
    {
        for permission in permissions(&file.text) {
            if !granted.contains(&permission.identifier) {
                findings.add(
                    &file.path,
                    format_args!(
                        "{} is granted to no window in {CAPABILITY}",
                        permission.identifier
                    ),
                );
            }
            for command in permission.allows {
                if !registered.contains(&command) {
                    findings.add(
                        &file.path,
                        format_args!("allows {command}, which is no command"),
                    );
                }
                permitted.insert(command);
            }
        }
    }
    let matrix = files.iter().find(|file| file.path == MATRIX);
    for command in &registered {
        if !permitted.contains(command) {
            findings.add(command, format_args!("has no permission in {PERMISSIONS}"));
        }
        let row = format!("\"{command}\"");
        if !matrix.is_some_and(|matrix| matrix.text.contains(&row)) {
            findings.add(command, format_args!("has no row in {MATRIX}"));
        }
    }
}

/// The commands in a file's `generate_handler![path::to::command, …]`.
fn registered(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for (at, opening) in text.match_indices("generate_handler![") {
        let rest = &text[at + opening.len()..];
        let inside = rest.split(']').next().unwrap_or_default();
        let code: String = inside
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default())
            .collect();
        commands.extend(
            code.split(',')
                .filter_map(|path| path.trim().rsplit("::").next())
                .filter(|name| !name.is_empty())
                .map(|name| name.trim().to_owned()),
        );
    }
    commands
}

struct Permission {
    identifier: String,
    allows: Vec<String>,
}

/// The `[[permission]]` tables of a file: `identifier = "…"` and `commands.allow = ["…", …]`.
fn permissions(text: &str) -> Vec<Permission> {
    text.split("[[permission]]")
        .skip(1)
        .map(|table| Permission {
            identifier: after(table, "identifier")
                .into_iter()
                .next()
                .unwrap_or_default(),
            allows: after(table, "commands.allow"),
        })
        .collect()
}

/// The strings that are a key's value, be it one or a list.
fn after(table: &str, key: &str) -> Vec<String> {
    let Some(value) = table
        .find(key)
        .map(|at| table[at + key.len()..].trim_start_matches([' ', '=']))
    else {
        return Vec::new();
    };
    let end = if value.starts_with('[') {
        value.find(']')
    } else {
        value.find('\n')
    };
    value[..end.unwrap_or(value.len())]
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn granted(text: &str) -> BTreeSet<String> {
    let capability: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    capability["permissions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: &str =
        "generate_handler![\n  accounts::sign_in, // first\n  catalog::list_courses,\n]";
    const PERMITS: &str = "[[permission]]\nidentifier = \"allow-accounts\"\ncommands.allow = [\n  \"sign_in\",\n  \"list_courses\",\n]\n";

    fn findings(shell: &str, permits: &str, grants: &str, matrix: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let mut findings = Findings::default();
        check(
            &[
                file("src-tauri/src/lib.rs", shell),
                file("src-tauri/permissions/accounts.toml", permits),
                file(CAPABILITY, grants),
                file(MATRIX, matrix),
            ],
            &mut findings,
        );
        findings.0
    }

    #[test]
    fn a_command_with_a_permission_and_a_row_is_in_order() {
        let found = findings(
            SHELL,
            PERMITS,
            r#"{"permissions":["allow-accounts"]}"#,
            r#""sign_in" "list_courses""#,
        );
        assert_eq!(found, Vec::<String>::new(), "both commands have everything");
    }

    #[test]
    fn what_is_forgotten_is_found() {
        let grants = r#"{"permissions":["allow-accounts"]}"#;
        let rows = r#""sign_in" "list_courses""#;
        let permits = PERMITS.replace("\"list_courses\",", "");
        assert_eq!(
            findings(SHELL, &permits, grants, rows).len(),
            1,
            "list_courses has no permission"
        );
        assert_eq!(
            findings(SHELL, PERMITS, "{}", rows).len(),
            1,
            "the permission is granted to no window"
        );
        assert_eq!(
            findings(SHELL, PERMITS, grants, "\"sign_in\"").len(),
            1,
            "list_courses has no row"
        );
        let shell = SHELL.replace("catalog::list_courses,", "");
        assert_eq!(
            findings(&shell, PERMITS, grants, rows).len(),
            1,
            "list_courses is no command"
        );
    }
}
