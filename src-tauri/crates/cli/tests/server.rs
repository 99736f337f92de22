//! The real program and a real server: joining, two desktops, sample data, migrations, leaving; and what
//! is wrong with an address.
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "common/desk.rs"]
mod desk;
#[path = "common/talking.rs"]
mod talking;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{ChildStderr, Command},
};

use domain::Timestamp;
use serde_json::Value;
use testkit::{Mongod, Proxy};
use workflows::accounts::{Keys, Workspace};

use crate::{desk::Desk, talking::said};

const PASSPHRASE: &str = "correct horse battery staple";

impl Desk {
    /// Writes a list of one person and brings it in. What was said.
    #[track_caller]
    fn bring(&self, name: &str, email: &str) -> String {
        let list = self.path("people.csv");
        fs::write(&list, format!("name,email\n{name},{email}\n")).unwrap();
        let (code, text) = self.no(&["import", "people", list.to_str().unwrap()], "");
        assert_eq!(code, Some(0), "{text}");
        text
    }

    /// Waits for the server until it says these words, and is told to stop. The exit code, what was said, and
    /// the answer.
    #[track_caller]
    fn stopped(&self, words: &str) -> (Option<i32>, String, Value) {
        let mut child = self.start(&["sync", "--wait", "--json"]);
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut said = until(&mut errors, words);
        let pid = child.id().to_string();
        let told = Command::new("kill").args(["-s", "INT", &pid]).status();
        assert!(told.unwrap().success());
        let output = child.wait_with_output().unwrap();
        errors.read_to_string(&mut said).unwrap();
        let answer = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {said}"));
        (output.status.code(), said, answer)
    }
}

/// What it says, line by line, until a line with these words.
#[track_caller]
fn until(said: &mut BufReader<ChildStderr>, words: &str) -> String {
    let mut all = String::new();
    while !all.contains(words) {
        let read = said.read_line(&mut all).unwrap();
        assert!(read > 0, "it ended without a word of {words:?}: {all}");
    }
    all
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

/// A desktop that made an institution behind a proxy, the proxy, and the database's name.
fn founded(mongod: &Mongod) -> (Desk, Proxy, String) {
    let database = testkit::mongod::fresh_name();
    let proxy = Proxy::to(mongod.port());
    let around = mongod.uri_through(proxy.port(), &database);
    let desk = Desk::new();
    desk.ok(
        &CREATE,
        &format!("{around}&serverSelectionTimeoutMS=500\nStr0ngEnough\n"),
    );
    (desk, proxy, database)
}

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
    // A server tells of a change a little later than it took it.
    let here = (0..30).any(|_| {
        let people = second.ok(&["verify"], "")["people"].clone();
        people == 2 || {
            second.ok(&["sync"], "");
            false
        }
    });
    assert!(here, "the other desktop's person never came");

    // Out of reach, what was written waits and says so; with --wait it goes when the server is back.
    proxy.refuse();
    let text = first.bring("Una Unsent", "una@example.org");
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

#[test]
fn who_waits_for_a_server_that_is_away_is_told_and_may_stop() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let (desk, proxy, _) = founded(&mongod);
    proxy.refuse();
    desk.bring("Una Unsent", "una@example.org");

    // Told to stop, it ends in order; what waits, waits.
    let (code, said, status) = desk.stopped("tried again until it answers");
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("could not be reached"), "{said}");
    assert_eq!(said.matches("tried again").count(), 1, "{said}");
    assert_eq!(status["state"], "offline");
    assert_eq!(status["waiting"], 1);
    assert!(
        status["problem"].as_str().unwrap().contains("reached"),
        "{status}"
    );

    // Left alone, it ends when the server is back.
    let mut child = desk.start(&["sync", "--wait"]);
    let mut said = BufReader::new(child.stderr.take().unwrap());
    until(&mut said, "tried again until it answers");
    proxy.heal();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "Online: 0 wait, 0 need a person, 0 conflicts.\n");
}

#[test]
fn who_waits_while_the_server_fails_at_something_is_told_of_it() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let (desk, proxy, _) = founded(&mongod);
    proxy.refuse();
    desk.bring("Una Unsent", "una@example.org");
    proxy.heal();
    let at_the_file = |then: &dyn Fn(&replica::Replica)| {
        let keys = Keys::from_passphrase(Some(PASSPHRASE.to_owned()));
        let workspace = Workspace::open(&desk.path("work"), &keys).unwrap();
        then(workspace.replica());
    };
    at_the_file(&|replica| {
        let row = replica.read(|reader| reader.queue(1)).unwrap().remove(0);
        let hour = Timestamp::from_millis(Timestamp::now().timestamp_millis() + 3_600_000);
        replica
            .failed_at(row.change_set.op, hour, "The server failed: no room.")
            .unwrap();
    });
    let (code, said, status) = desk.stopped("sent again by itself");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no room"), "{said}");
    assert_eq!(status["waiting"], 1);
    at_the_file(&|replica| assert_eq!(replica.retry_now().unwrap(), 1));
    assert_eq!(desk.ok(&["sync", "--wait"], "")["waiting"], 0);
}

#[test]
fn who_waits_for_what_only_a_person_can_decide_is_told_so() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let (first, proxy, database) = founded(&mongod);
    let second = Desk::new();
    second.ok(
        &["connect", "--uri-stdin"],
        &format!("{}\n", mongod.uri(&database)),
    );
    // One address twice.
    proxy.refuse();
    first.bring("Una Unsent", "una@example.org");
    second.bring("Una Faster", "una@example.org");
    proxy.heal();

    for _ in 0..2 {
        let output = first.run(&["sync", "--wait"], "");
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "Online: 0 wait, 1 need a person, 0 conflicts.\n",
            "{text}"
        );
        assert!(text.contains("only a person can decide about: 1"), "{text}");
        assert!(text.contains("matriculactl queue list"), "{text}");
    }
    let output = first.run(&["sync", "--wait", "--json"], "");
    assert_eq!(output.status.code(), Some(1));
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&status["state"], &status["attention"]),
        (&"online".into(), &1.into()),
        "{status}"
    );

    // What it sends one to does help.
    let listed = first.run(&["queue", "list", "--json"], "");
    assert_eq!(listed.status.code(), Some(1));
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed[0]["state"], "failed", "{listed}");
    assert!(listed[0]["reason"]["message"].is_string(), "{listed}");
    let op = listed[0]["op"].as_str().unwrap();
    let (code, text) = first.no(&["queue", "discard", op, "--reason", "there already"], "");
    assert_eq!(code, Some(0), "{text}");
    let status = first.ok(&["sync", "--wait"], "");
    assert_eq!(
        (&status["attention"], &status["waiting"]),
        (&0.into(), &0.into())
    );
    assert_eq!(first.ok(&["verify"], "")["people"], 2);
}

#[test]
fn who_waits_for_a_server_that_refuses_the_login_is_told_at_once() {
    let Some(server) = Mongod::start(&["--auth"]) else {
        return;
    };
    let name = testkit::mongod::fresh_name();
    let root = [remote::Grant {
        role: "root",
        database: "admin",
    }];
    let open = testkit::TestDatabase::at(server.uri(&name), &name).connect();
    open.create_login("owner", "Right1pass", &root)
        .expect("the first login");
    let plain = server.uri(&name);
    let rest = plain.strip_prefix("mongodb://").unwrap();
    let uri = |login: &str| format!("mongodb://{login}:Right1pass@{rest}");
    let owner = testkit::TestDatabase::at(uri("owner"), &name).connect();
    owner
        .create_login("desk", "Right1pass", &root)
        .expect("another login");
    let desk = Desk::new();
    desk.ok(&CREATE, &format!("{}\nStr0ngEnough\n", uri("desk")));
    owner.drop_login("desk").expect("the login goes");
    let output = desk.run(&["sync", "--wait"], "");
    let text = said(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("Refused: 0 wait"), "{text}");
    assert!(
        text.contains("does not accept this desktop's login"),
        "{text}"
    );
    assert!(!text.contains("Right1pass"), "{text}");
}
