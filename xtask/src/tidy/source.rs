//! Rules that can be seen in one file: headers, lengths, names, and words that must not occur.

use super::{File, Findings, has_extension};

/// No file of the product is longer than this, in lines.
const LONGEST: usize = 600;

/// Words that say nothing about what a thing is.
const BANNED: &[&str] = &["manager", "service", "helper", "helpers", "util", "utils"];

/// Files about money: no number may change its type without a check.
const MONEY: &[&str] = &["money", "payment", "ledger"];

/// Beginnings of paths that exist on somebody's machine only.
const MACHINES: &[&str] = &[
    concat!("/", "root/"),
    concat!("/", "home/"),
    concat!("/", "work/"),
    concat!("/", "Users/"),
    concat!("C:", "\\Users"),
];

pub(super) fn check(files: &[File], findings: &mut Findings) {
    for file in files {
        if file.is_generated() {
            continue;
        }
        names(file, findings);
        if has_extension(
            &file.path,
            &["rs", "ts", "tsx", "md", "toml", "json", "css", "html"],
        ) && file.name() != "package-lock.json"
        {
            machines(file, findings);
        }
        if file.is_rust() {
            header(file, findings);
            length(file, findings);
            results(file, findings);
            money(file, findings);
            waiting(file, findings);
        }
        if file.is_typescript() {
            length(file, findings);
            calls(file, findings);
        }
    }
}

fn header(file: &File, findings: &mut Findings) {
    if file.name() != "build.rs" && !file.text.starts_with("//!") {
        findings.add(
            &file.path,
            "says not what it is for (a //! header comes first)",
        );
    }
}

fn length(file: &File, findings: &mut Findings) {
    let lines = file.product().lines().count();
    if !file.is_test() && lines > LONGEST {
        findings.add(
            &file.path,
            format_args!("{lines} lines, more than {LONGEST}: it is two subjects"),
        );
    }
}

/// Words of file names and of the names of types and modules.
fn names(file: &File, findings: &mut Findings) {
    if !file.is_rust() && !file.is_typescript() {
        return;
    }
    let stem = file.name().split('.').next().unwrap_or_default();
    if let Some(word) = banned(stem) {
        findings.add(&file.path, format_args!("{word:?} in a name says nothing"));
    }
    for (number, line) in numbered(&file.text) {
        let mut words = line
            .split(|character: char| !(character.is_alphanumeric() || character == '_'))
            .filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if !matches!(
                word,
                "struct" | "enum" | "trait" | "mod" | "class" | "interface" | "type"
            ) {
                continue;
            }
            if let Some(bad) = words.next().and_then(banned) {
                findings.add(
                    place(file, number),
                    format_args!("{bad:?} in a name says nothing"),
                );
            }
            break;
        }
    }
}

/// The banned word in a name, whether it is written in snake, kebab or camel case.
fn banned(name: &str) -> Option<&'static str> {
    let mut words = vec![String::new()];
    for character in name.chars() {
        if character.is_uppercase() || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
    }
    BANNED
        .iter()
        .copied()
        .find(|banned| words.iter().any(|word| word == banned))
}

/// An error that is only text cannot be told from another.
fn results(file: &File, findings: &mut Findings) {
    for (number, line) in numbered(file.product()) {
        for (at, opening) in line.match_indices("Result<") {
            if last_argument(&line[at + opening.len()..]) == Some("String") {
                findings.add(
                    place(file, number),
                    "an error that is a String: an error has a type and a code",
                );
            }
        }
    }
}

/// The last argument of a generic type, given what follows its `<`, when it has more than one.
fn last_argument(rest: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut comma = None;
    for (at, character) in rest.char_indices() {
        match character {
            '<' | '(' | '[' => depth += 1,
            '>' if depth == 0 => return comma.map(|comma: usize| rest[comma + 1..at].trim()),
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => comma = Some(at),
            _ => {}
        }
    }
    None
}

fn money(file: &File, findings: &mut Findings) {
    let Some(inside) = file.path.strip_prefix("src-tauri/crates/domain/src/") else {
        return;
    };
    let subject = inside.split(['/', '.']).next().unwrap_or_default();
    if !MONEY.contains(&subject) {
        return;
    }
    const NUMBERS: &[&str] = &[
        "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
        "f32", "f64",
    ];
    for (number, line) in numbered(file.product()) {
        for (at, word) in line.match_indices(" as ") {
            let target: String = line[at + word.len()..]
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            if NUMBERS.contains(&target.as_str()) {
                findings.add(
                    place(file, number),
                    format_args!("money is cast to {target} unchecked"),
                );
            }
        }
    }
}

/// A test that sleeps is slow when it passes and wrong when it fails.
fn waiting(file: &File, findings: &mut Findings) {
    let tests = file.tests();
    let before = file.text[..file.text.len() - tests.len()].lines().count();
    for (number, line) in numbered(tests) {
        if line.contains(concat!("sleep", "(")) {
            findings.add(
                place(file, before + number),
                "a test sleeps; wait for the condition instead",
            );
        }
    }
}

/// The window talks to the program in one place.
fn calls(file: &File, findings: &mut Findings) {
    if file.path == "ui/src/backend/ipc.ts" || file.is_test() {
        return;
    }
    for (number, line) in numbered(&file.text) {
        let calls = line.contains("invoke(") || line.contains("invoke<");
        if calls || (line.contains("@tauri-apps/api/core") && line.contains("invoke")) {
            findings.add(
                place(file, number),
                "invoke is called by ui/src/backend/ipc.ts only",
            );
        }
    }
}

fn machines(file: &File, findings: &mut Findings) {
    for (number, line) in numbered(&file.text) {
        for path in MACHINES {
            if line.contains(path) {
                findings.add(
                    place(file, number),
                    format_args!("{path} exists on one machine"),
                );
            }
        }
    }
}

/// The lines that are not comments, with their numbers.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn place(file: &File, line: usize) -> String {
    format!("{}:{line}", file.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let mut findings = Findings::default();
        check(
            &[File {
                path: path.to_owned(),
                text: text.to_owned(),
            }],
            &mut findings,
        );
        findings.0
    }

    #[test]
    fn each_rule_finds_what_it_forbids() {
        for (path, text, what) in [
            ("src-tauri/src/a.rs", "fn a() {}\n", "header"),
            ("src-tauri/src/a_helper.rs", "//! x\n", "helper"),
            (
                "src-tauri/src/a.rs",
                "//! x\nstruct SeatManager;\n",
                "manager",
            ),
            (
                "src-tauri/src/a.rs",
                "//! x\nfn a() -> Result<Vec<u8>, String> {}\n",
                "an error that is a String",
            ),
            (
                "src-tauri/crates/domain/src/money.rs",
                "//! x\nlet a = b as i64;\n",
                "cast to i64",
            ),
            (
                "tests/window/a.rs",
                concat!("//! x\nsleep", "(1);\n"),
                "sleeps",
            ),
            ("ui/src/a.ts", "await invoke(\"x\");\n", "ipc.ts"),
            ("README.md", concat!("/", "root/x\n"), "one machine"),
        ] {
            let found = findings(path, text);
            assert_eq!(
                found.len(),
                1,
                "{path} with {text:?} has one fault, found {found:?}"
            );
            assert!(found[0].contains(what), "{found:?} should speak of {what}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_left_alone() {
        for (path, text) in [
            (
                "src-tauri/src/a.rs",
                "//! x\nfn a() -> Result<HashMap<String, String>, Error> {}\n",
            ),
            (
                "src-tauri/src/a.rs",
                "//! x\nstruct Utilisation;\n// the Secret Service\n",
            ),
            (
                "src-tauri/crates/domain/src/course.rs",
                "//! x\nlet a = b as i64;\n",
            ),
            (
                "src-tauri/src/a.rs",
                concat!(
                    "//! x\nfn a() { sleep",
                    "(1); }\n#[cfg(test)]\nmod tests {}\n"
                ),
            ),
            ("ui/src/backend/ipc.ts", "await invoke(\"x\");\n"),
        ] {
            assert_eq!(
                findings(path, text),
                Vec::<String>::new(),
                "{path} with {text:?} is in order"
            );
        }
    }

    #[test]
    fn a_long_file_is_two_subjects_but_its_tests_do_not_count() {
        let long = format!("//! x\n{}", "\n".repeat(LONGEST));
        assert_eq!(
            findings("src-tauri/src/a.rs", &long).len(),
            1,
            "one line too many"
        );
        let tested = format!(
            "//! x\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "\n".repeat(LONGEST)
        );
        assert_eq!(
            findings("src-tauri/src/a.rs", &tested),
            Vec::<String>::new(),
            "only its tests are long"
        );
    }
}
