//! The real program, from an empty folder to a verified institution, with wrong inputs of every kind
//! and a kill in the middle of an import.
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "common/desk.rs"]
mod desk;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::desk::Desk;

/// Needs no workspace: it is the build that is asked.
#[test]
fn the_matrix_of_commands_and_roles_is_printed() {
    let desk = Desk::new();
    let rows = desk.json(&["matrix"]);
    let of = |command: &str| {
        let rows = rows.as_array().unwrap();
        let row = rows.iter().find(|row| row["command"] == command);
        row.unwrap_or_else(|| panic!("{command} has a row"))["may"].to_string()
    };
    assert_eq!(of("settings_update"), r#"["admin"]"#);
    assert_eq!(of("refund_decide"), r#"["finance","admin"]"#);
    assert_eq!(of("enroll_myself"), r#"["student"]"#);
    assert!(of("sign_in").contains("signed-out"));
    let printed = desk.run(&["matrix"]);
    let text = String::from_utf8(printed.stdout).unwrap();
    let lines = text.lines().count();
    assert_eq!(lines, rows.as_array().unwrap().len() + 3, "{text}");
    assert!(!desk.path("work").exists(), "nothing was made");
}

impl Desk {
    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!(
                "{args:?}: {error}: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }

    fn init(&self) -> Output {
        self.init_with("Str0ngEnough")
    }

    fn init_with(&self, password: &str) -> Output {
        let args = [
            "init",
            "--name",
            "Test College",
            "--admin-name",
            "Ada Byron",
            "--admin-email",
            "ada@example.org",
            "--password-stdin",
            "--timezone",
            "Europe/London",
            "--currency",
            "GBP",
        ];
        let mut child = self
            .command(&args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(format!("{password}\n").as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../workflows/tests/fixtures/oulad-sample")
        .display()
        .to_string()
}

#[test]
fn from_nothing_to_a_report() {
    let desk = Desk::new();
    let made = desk.init();
    assert_eq!(code(&made), 0, "{}", errors(&made));
    let imported = desk.json(&[
        "import",
        "oulad",
        &sample(),
        "--price",
        "250",
        "--currency",
        "GBP",
    ]);
    assert_eq!(
        (
            imported["students"].as_u64(),
            imported["enrollments"].as_u64()
        ),
        (Some(199), Some(200))
    );
    let again = desk.json(&[
        "import",
        "oulad",
        &sample(),
        "--price",
        "250",
        "--currency",
        "GBP",
    ]);
    assert_eq!(
        (again["enrollments"].as_u64(), again["skipped"].as_u64()),
        (Some(0), Some(200))
    );

    let report = desk.json(&["report", "enrollments-by-status"]);
    let figure = |status: &str| {
        let rows = report["rows"].as_array().unwrap();
        rows.iter().find(|row| row["status"] == status).unwrap()["enrollments"].clone()
    };
    assert_eq!(
        (figure("cancelled"), figure("completed"), figure("active")),
        (65.into(), 104.into(), 31.into())
    );
    assert_eq!(report["provenance"]["timezone"], "Europe/London");
    let csv = desk.run(&["report", "revenue-by-method", "--csv"]);
    assert!(String::from_utf8_lossy(&csv.stdout).contains("cash,200,50000.00,GBP"));
    let verified = desk.run(&["verify"]);
    assert_eq!(
        code(&verified),
        0,
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
}

#[test]
fn people_and_courses_from_csv() {
    let desk = Desk::new();
    desk.init();
    let people = desk.path("people.csv");
    fs::write(
        &people,
        "Who,Mail address,Role\nGrace,grace@example.org,teacher\nBob,bad,student\n",
    )
    .unwrap();
    let people = people.display().to_string();
    let args = [
        "import",
        "people",
        &people,
        "--map",
        "name=Who",
        "--map",
        "email=Mail address",
    ];
    let dry = desk.json(&[&args[..], &["--dry-run"]].concat());
    assert_eq!(
        (
            dry["created"].as_u64(),
            dry["errorCount"].as_u64(),
            &dry["import"]
        ),
        (Some(1), Some(1), &Value::Null)
    );
    assert_eq!(dry["errors"][0]["row"], 3);
    let real = desk.run(&args);
    assert_eq!(code(&real), 1, "a fault is something to look at");
    assert!(String::from_utf8_lossy(&real.stdout).contains("Row 3, Mail address, \"bad\""));

    let courses = desk.path("courses.csv");
    fs::write(&courses, "title;price;subject\nRust;£1,234.50;software\n").unwrap();
    let courses = courses.display().to_string();
    let done = desk.run(&[
        "import",
        "courses",
        &courses,
        "--instructor",
        "grace@example.org",
    ]);
    assert_eq!(
        code(&done),
        0,
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        errors(&done)
    );
    let twice = desk.path("twice.csv");
    fs::write(
        &twice,
        "title,slug,price,price too\nA,ink,1,x\nB,Ink,much,y\n",
    )
    .unwrap();
    let twice = twice.display().to_string();
    let map = [
        "--map",
        "tags=price",
        "--map",
        "price=price",
        "--map",
        "level==easy",
        "--instructor",
        "grace@example.org",
    ];
    let args = [&["import", "courses", &twice][..], &map, &["--dry-run"]].concat();
    let told = desk.run(&args);
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert_eq!(code(&told), 1, "{text}{}", errors(&told));
    for line in [
        "tags = price; price = price; level = =easy",
        "Row 3, slug, \"Ink\": Row 2 has the same slug.",
        "2 rows: 1 would be made, 0 already there, 1 with faults.",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    let listed = desk.json(&["import", "list"]);
    let kinds: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["courses", "people"]);
    let id = listed[0]["id"].as_str().unwrap();
    let undone = desk.json(&["import", "undo", id]);
    assert_eq!(undone["removed"].as_u64(), Some(1));
    assert_eq!(code(&desk.run(&["verify"])), 0);
}

#[test]
fn wrong_inputs_have_their_exit_codes() {
    let desk = Desk::new();
    // Nothing there yet.
    assert_eq!(code(&desk.run(&["verify"])), 3);
    assert_eq!(code(&desk.run(&["report", "enrollments-by-status"])), 3);
    // Not a command line.
    for args in [
        &["report", "no-such-report"][..],
        &["frobnicate"],
        &["import", "oulad", "/nowhere"],
        &["generate", "--enrollments", "many"],
        &["generate", "--enrollments", "1", "--until", "soon"],
        &["report", "revenue-by-month", "--csv", "--json"],
    ] {
        assert_eq!(code(&desk.run(args)), 2, "{args:?}");
    }
    // A weak password, a wrong address: refused, and nothing is made.
    let weak = desk.init_with("short");
    assert_eq!(code(&weak), 1, "{}", errors(&weak));
    assert!(!desk.path("work").exists());
    assert_eq!(code(&desk.init()), 0);
    assert_eq!(code(&desk.init()), 1, "there is one already");
    // Files.
    assert_eq!(code(&desk.run(&["import", "people", "/nowhere.csv"])), 3);
    assert_eq!(
        code(&desk.run(&[
            "import",
            "oulad",
            "/nowhere",
            "--price",
            "250",
            "--currency",
            "GBP"
        ])),
        3
    );
    assert_eq!(
        code(&desk.run(&[
            "import",
            "oulad",
            &sample(),
            "--price",
            "much",
            "--currency",
            "GBP"
        ])),
        2
    );
    assert_eq!(
        code(&desk.run(&[
            "import",
            "oulad",
            &sample(),
            "--price",
            "250",
            "--currency",
            "ZZZ"
        ])),
        2
    );
    for (name, bytes) in [
        ("empty.csv", &b""[..]),
        ("binary.csv", b"\x00\x01\x02,\x00\n"),
        ("book.csv", b"PK\x03\x04..."),
        ("nomail.csv", b"name,phone\nA,1\n"),
    ] {
        let path = desk.path(name);
        fs::write(&path, bytes).unwrap();
        let output = desk.run(&["import", "people", &path.display().to_string()]);
        assert_eq!(code(&output), 1, "{name}: {}", errors(&output));
        assert!(
            output.stdout.is_empty() && errors(&output).starts_with("matriculactl: "),
            "{name}"
        );
    }
    let period = desk.run(&[
        "report",
        "revenue-by-month",
        "--from",
        "2026-02-30",
        "--json",
    ]);
    assert_eq!(code(&period), 1);
    let told: Value = serde_json::from_str(errors(&period).trim()).unwrap();
    assert_eq!(
        (
            told["error"]["code"].as_str(),
            told["error"]["field"].as_str()
        ),
        (Some("refused"), Some("from"))
    );
    // Keys.
    fs::write(desk.path("passphrase"), "another one\n").unwrap();
    assert_eq!(code(&desk.run(&["verify"])), 3);
    fs::write(desk.path("passphrase"), "\n").unwrap();
    assert_eq!(code(&desk.run(&["verify"])), 3);
    fs::remove_file(desk.path("passphrase")).unwrap();
    assert_eq!(code(&desk.run(&["verify"])), 3);
}

#[test]
fn a_kill_in_the_middle_of_an_import_loses_nothing_and_the_next_run_goes_on() {
    let desk = Desk::new();
    desk.init();
    let people = desk.path("people.csv");
    let mut text = String::from("name,email\n");
    for n in 0..12_000 {
        text.push_str(&format!("Person {n},p{n}@example.org\n"));
    }
    fs::write(&people, text).unwrap();
    let people = people.display().to_string();
    // How many there are, as another program sees it while the import runs.
    let there = || {
        let imports = desk.json(&["import", "list"]);
        imports
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["created"].as_u64().unwrap())
            .sum::<u64>()
    };
    let mut killed = 0;
    for _ in 0..3 {
        let before = there();
        let mut child = desk
            .command(&["import", "people", &people])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Into the writing, and then gone.
        let begun = Instant::now();
        while there() == before && child.try_wait().unwrap().is_none() {
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "the import writes nothing"
            );
        }
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
        let verified = desk.run(&["verify"]);
        assert_eq!(
            code(&verified),
            0,
            "{}",
            String::from_utf8_lossy(&verified.stdout)
        );
    }
    assert!(killed > 0, "the import was never caught in the middle");
    let rest = desk.json(&["import", "people", &people]);
    let (created, skipped) = (
        rest["created"].as_u64().unwrap(),
        rest["skipped"].as_u64().unwrap(),
    );
    assert_eq!(created + skipped, 12_000);
    assert!(
        skipped > 0 && skipped % 500 == 0,
        "whole parts only: {skipped}"
    );
    let verified = desk.json(&["verify"]);
    assert_eq!(verified["people"].as_u64(), Some(12_001));
    assert_eq!(verified["findings"].as_array().map(Vec::len), Some(0));
}

/// The process waits for something: it is not at its own work.
#[cfg(target_os = "linux")]
fn sleeps(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:\tS"))
}

#[test]
#[cfg(target_os = "linux")]
fn a_command_that_asks_nobody_ends_when_it_is_told_to() {
    use std::os::unix::process::ExitStatusExt;
    let desk = Desk::new();
    let args = [
        "init",
        "--name",
        "C",
        "--admin-name",
        "A",
        "--admin-email",
        "a@b.org",
    ];
    let mut child = desk
        .command(&[&args[..], &["--password-stdin"]].concat())
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It reads its standard input, where nothing comes.
    let begun = Instant::now();
    while !sleeps(child.id()) {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never waits");
    }
    let pid = child.id().to_string();
    let told = Command::new("kill").args(["-s", "TERM", &pid]).status();
    assert!(told.unwrap().success());
    // Were it still there, it would now be refused for want of a password.
    drop(child.stdin.take());
    let status = child.wait().unwrap();
    let by = status.signal().is_some() || status.code() == Some(130);
    assert!(by, "{status:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_import_stops_at_a_whole_step_when_it_is_told_to() {
    let desk = Desk::new();
    desk.init();
    let people = desk.path("people.csv");
    let mut text = String::from("name,email\n");
    for n in 0..40_000 {
        text.push_str(&format!("Person {n},p{n}@example.org\n"));
    }
    fs::write(&people, text).unwrap();
    let people = people.display().to_string();
    let child = desk
        .command(&["import", "people", &people, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while desk
        .json(&["import", "list"])
        .as_array()
        .map_or(0, Vec::len)
        == 0
    {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "it writes nothing"
        );
    }
    let pid = child.id().to_string();
    let told = Command::new("kill").args(["-s", "TERM", &pid]).status();
    assert!(told.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 1);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["cancelled"], true, "{answer}");
    assert_eq!(code(&desk.run(&["verify"])), 0);
}

#[test]
fn samples_and_load_data() {
    let desk = Desk::new();
    let made = desk.json(&["seed", "simple"]);
    assert_eq!(
        (made["people"].as_u64(), made["courses"].as_u64()),
        (Some(2), Some(1))
    );
    assert_eq!(desk.json(&["seed", "simple"])["alreadyThere"], true);
    let beside = desk.path("work.replaced");
    fs::create_dir(&beside).unwrap();
    fs::write(beside.join("mine"), "kept").unwrap();
    assert_eq!(
        code(&desk.run(&["seed", "simple", "--reset"])),
        0,
        "a sample may be made anew"
    );
    assert_eq!(
        fs::read_to_string(beside.join("mine")).unwrap(),
        "kept",
        "what stood beside it was not asked about"
    );
    assert!(!desk.path("work.replaced-2").exists());
    let load = desk.json(&["generate", "--enrollments", "300", "--seed", "4"]);
    assert_eq!(load["enrollments"].as_u64(), Some(300));
    let more = desk.json(&["generate", "--enrollments", "1200", "--seed", "4"]);
    assert_eq!(
        (more["enrollments"].as_u64(), more["skipped"].as_u64()),
        (Some(900), Some(300))
    );
    assert_eq!(code(&desk.run(&["verify"])), 0);
    assert_eq!(code(&desk.run(&["cleanup"])), 0);
    assert_eq!(desk.json(&["repair"])["count"].as_u64(), Some(0));

    let real = Desk::new();
    real.init();
    assert_eq!(
        code(&real.run(&["seed", "simple", "--reset"])),
        2,
        "an institution is replaced only by name"
    );
    assert_eq!(
        code(&real.run(&["seed", "simple", "--reset", "Test College"])),
        0
    );
    assert_eq!(code(&real.run(&["verify"])), 0);
}

#[test]
fn a_workspace_is_carried_from_one_computer_to_another() {
    let typing = |desk: &Desk, args: &[&str], text: &str| {
        let mut child = desk
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(format!("{text}\n").as_bytes()).unwrap();
        drop(stdin);
        child.wait_with_output().unwrap()
    };
    let here = Desk::new();
    assert_eq!(code(&here.init()), 0);
    let folder = here.path("carried").display().to_string();
    let export = [
        "export-workspace",
        "--folder",
        &folder,
        "--passphrase-stdin",
        "--json",
    ];
    let weak = typing(&here, &export, "password");
    assert_eq!(code(&weak), 1, "{}", errors(&weak));
    let words = "sturdy mango violin quartz";
    let saved = typing(&here, &export, words);
    assert_eq!(code(&saved), 0, "{}", errors(&saved));
    let saved: Value = serde_json::from_slice(&saved.stdout).unwrap();
    let file = saved["path"].as_str().unwrap();

    let there = Desk::new();
    let import = ["import-workspace", file, "--stdin", "--json"];
    let wrong = typing(&there, &import, "sturdy mango violin quart");
    assert_eq!(code(&wrong), 1);
    assert!(errors(&wrong).contains("passphrase the file was sealed with"));
    assert!(!there.path("work").exists());
    let opened = typing(&there, &import, words);
    assert_eq!(code(&opened), 0, "{}", errors(&opened));
    let opened: Value = serde_json::from_slice(&opened.stdout).unwrap();
    assert_eq!(opened["findings"], 0);
    assert_ne!(opened["device"], opened["movedFrom"]);
    assert_eq!(code(&there.run(&["verify"])), 0);

    // No invitation without a server, and none opens without its code.
    let alone = here.run(&["invite", "office"]);
    assert_eq!(code(&alone), 1, "{}", errors(&alone));
    let nowhere = Desk::new();
    let no = typing(
        &nowhere,
        &["join", file, "--stdin"],
        "ABCDE-FGHJK-MNPQR-STVWX",
    );
    assert_eq!(code(&no), 1, "{}", errors(&no));
    assert!(
        errors(&no).contains("holds something else"),
        "{}",
        errors(&no)
    );
}
