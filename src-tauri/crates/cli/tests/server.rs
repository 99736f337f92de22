//! The real program and a real server: joining, two desktops, sample data, migrations, leaving; and what
//! is wrong with an address.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use testkit::{Mongod, Proxy};

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(
            dir.path().join("passphrase"),
            "correct horse battery staple\n",
        )
        .unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, args: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_matriculactl"))
            .env("MATRICULA_PASSPHRASE_FILE", self.path("passphrase"))
            .env_remove("MATRICULA_HOME")
            .arg("--workspace")
            .arg(self.path("work"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have ended.
        let _read = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    #[track_caller]
    fn ok(&self, args: &[&str], input: &str) -> Value {
        let output = self.run(&[args, &["--json"]].concat(), input);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", said(&output)))
    }

    /// The exit code, and what was said.
    fn no(&self, args: &[&str], input: &str) -> (Option<i32>, String) {
        let output = self.run(args, input);
        (output.status.code(), said(&output))
    }
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

const CREATE: [&str; 11] = [
    "connect",
    "--uri-stdin",
    "--migrate",
    "--create",
    "Test College",
    "--admin-name",
    "Ada Byron",
    "--admin-email",
    "ada@example.org",
    "--timezone",
    "Europe/London",
];

#[test]
fn an_institution_from_the_terminal() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let database = testkit::mongod::fresh_name();
    let direct = format!("{}\n", mongod.uri(&database));
    let proxy = Proxy::to(mongod.port());
    let around = mongod.uri_through(proxy.port(), &database);
    let first = Desk::new();

    let probe = first.ok(&["connect", "--uri-stdin", "--probe"], &direct);
    assert_eq!(probe["holds"], "nothing");
    let (code, text) = first.no(&["connect", "--uri-stdin"], &direct);
    assert_eq!(
        code,
        Some(1),
        "nothing is prepared without being asked: {text}"
    );

    let made = first.ok(
        &CREATE,
        &format!("{around}&serverSelectionTimeoutMS=1500\nStr0ngEnough\n"),
    );
    assert_eq!(made["institution"], "Test College");
    let status = first.ok(&["migrate", "status"], "");
    assert!(status["rows"].as_array().unwrap().len() >= 3);
    assert_eq!(first.ok(&["health"], "")["status"], "healthy");
    assert!(
        !first.ok(&["indexes"], "")["plans"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let sized = first.ok(&["health", "--sizes"], "");
    assert_eq!(sized["health"]["status"], "healthy");
    let people = sized["collections"]
        .as_array()
        .unwrap()
        .iter()
        .find(|size| size["collection"] == "users")
        .expect("the size of every collection");
    assert_eq!(people["count"], 1);
    assert!(people["meanBytes"].as_f64().unwrap() > 100.0, "{people}");
    let (code, text) = first.no(&["slow", "--level", "2"], "");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("slows it down"), "{text}");
    assert_eq!(first.ok(&["slow", "--level", "1"], "")["level"], 1);
    let plan = first.ok(&["migrate", "rollback", "--dry-run"], "");
    assert!(!plan["commands"].as_array().unwrap().is_empty());
    assert_eq!(plan["dryRun"], true);

    // Written on one desktop, seen on the other.
    let second = Desk::new();
    second.ok(&["connect", "--uri-stdin"], &direct);
    let create = [
        "admin",
        "create",
        "--name",
        "Grace Second",
        "--email",
        "grace@example.org",
        "--password-stdin",
    ];
    first.ok(&create, "Str0ngEnough2\n");
    let status = second.ok(&["sync"], "");
    assert_eq!(
        (&status["state"], &status["waiting"]),
        (&"online".into(), &0.into()),
        "{status}"
    );
    assert_eq!(second.ok(&["verify"], "")["people"], 2);

    // Out of reach, what was written waits and says so; with --wait it goes when the server is back.
    proxy.refuse();
    let list = first.path("students.csv");
    fs::write(&list, "name,email\nUna Unsent,una@example.org\n").unwrap();
    let list = list.to_str().unwrap().to_owned();
    let (code, text) = first.no(&["import", "people", &list], "");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 changes wait"), "{text}");
    assert_eq!(
        first.ok(&["queue", "list"], "").as_array().unwrap().len(),
        1
    );
    let (code, _) = first.no(&["sync"], "");
    assert_eq!(code, Some(3), "the server is out of reach");
    proxy.heal();
    let status = first.ok(&["sync", "--wait"], "");
    assert_eq!(status["waiting"], 0);
    assert_eq!(
        first.ok(&["queue", "list"], "").as_array().unwrap().len(),
        0
    );

    let report = first.ok(&["verify", "--server"], "");
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["people"], 3);
    first.ok(&["cleanup"], "");

    // Sample data: into the database that is named, and no other.
    let (code, text) = first.no(&["seed", "simple", "--reset", "Test College"], "");
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains(&database),
        "the database wants to be named: {text}"
    );
    first.ok(
        &[
            "seed",
            "simple",
            "--reset",
            "Test College",
            "--confirm",
            &database,
        ],
        "",
    );
    let report = first.ok(&["verify", "--server"], "");
    assert_eq!(report["findings"], serde_json::json!([]));
    assert!(
        first.ok(&["seed", "simple"], "")["alreadyThere"]
            .as_bool()
            .unwrap()
    );

    let (code, _) = first.no(&["detach", "--wipe"], "");
    assert_eq!(code, Some(1), "wiping wants the name");
    assert_eq!(first.ok(&["detach"], "")["wiped"], false);
    assert_eq!(first.ok(&["sync", "--status"], "")["state"], "local");
    let (code, text) = first.no(&["health"], "");
    assert_eq!(code, Some(1), "{text}");
}

#[test]
fn what_is_wrong_with_an_address_is_said_and_nothing_is_left() {
    let desk = Desk::new();
    let cases = [
        ("postgres://u:hunter2@h/db", 1),
        ("mongodb://u:hunter2@db.example.org/x", 1),
        ("mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=300", 3),
        ("", 1),
    ];
    for (uri, expected) in cases {
        let (code, text) = desk.no(&["connect", "--uri-stdin"], &format!("{uri}\n"));
        assert_eq!(code, Some(expected), "{uri}: {text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert!(!desk.path("work").exists());
    let (code, _) = desk.no(&["connect"], "");
    assert_eq!(
        code,
        Some(2),
        "the connection string comes by standard input only"
    );
}

#[test]
fn a_wrong_password_is_told_from_a_server_that_is_away() {
    let Some(server) = Mongod::start(&["--auth"]) else {
        return;
    };
    let name = testkit::mongod::fresh_name();
    let open = testkit::TestDatabase::at(server.uri(&name), &name).connect();
    let root = [remote::Grant {
        role: "root",
        database: "admin",
    }];
    open.create_login("owner", "Right1pass", &root)
        .expect("the first login");
    let desk = Desk::new();
    let uri = |password: &str| {
        let plain = server.uri(&name);
        let rest = plain.strip_prefix("mongodb://").unwrap();
        format!("mongodb://owner:{password}@{rest}\n")
    };
    let (code, text) = desk.no(&["connect", "--uri-stdin", "--probe"], &uri("Wrong1pass"));
    assert_eq!(code, Some(1), "{text}");
    assert!(!text.contains("Wrong1pass"), "{text}");
    let probe = desk.ok(&["connect", "--uri-stdin", "--probe"], &uri("Right1pass"));
    assert_eq!(probe["scope"], "office");
}
