//! A workspace that shares an institution's server: two desktops and a real MongoDB, over the IPC.
//!
//! The server is `testkit::server()`; where there is none, the tests say that they were not done.

use std::{
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tauri::Listener;
use testkit::{Mongod, Proxy};

use super::{
    fixture::{ADMIN, PASSWORD, id},
    program::Program,
};

/// Longest time anything here may take to come about.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn address(uri: &str, database: &str) -> Value {
    json!({ "uri": uri, "tls": false, "insecure": true, "database": database })
}

fn joining(address: Value) -> Value {
    json!({
        "address": address, "scope": "office", "person": null, "passphrase": null,
        "migrate": false, "create": null,
    })
}

pub fn founding(address: Value) -> Value {
    let mut args = joining(address);
    args["migrate"] = json!(true);
    args["create"] = json!({
        "institution": "Test College", "timezone": "Europe/London", "currency": "GBP",
        "adminName": "Ada Byron", "adminEmail": ADMIN, "password": PASSWORD,
    });
    args
}

impl Program {
    /// Waits until that is so, looking again whenever the program tells the window something.
    #[track_caller]
    pub fn until(&self, what: &str, mut so: impl FnMut(&Self) -> bool) {
        let (tell, hear) = channel();
        let mut heard = Vec::new();
        for event in ["data-changed", "sync-changed"] {
            let tell = tell.clone();
            heard.push(self.app.listen_any(event, move |_| {
                // Nobody waits any more once it is so.
                let _gone = tell.send(());
            }));
        }
        let begun = Instant::now();
        while !so(self) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{what}: {}",
                self.ok("sync_centre", json!({}))
            );
            // A note that is missed costs a moment, not the test.
            let _noted = hear.recv_timeout(Duration::from_millis(300));
        }
        for listener in heard {
            self.app.unlisten(listener);
        }
    }

    fn sync_state(&self) -> String {
        self.ok("sync_status", json!({}))["state"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    #[track_caller]
    pub fn in_step(&self) {
        self.until("everything is here and nothing waits", |program| {
            let status = program.ok("sync_status", json!({}));
            status["state"] == "online" && status["waiting"] == 0
        });
    }
}

fn everybody() -> Value {
    json!({ "filter": {}, "window": { "offset": 0, "limit": 100 } })
}

#[test]
fn two_desktops_one_institution() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let database = testkit::mongod::fresh_name();
    let direct = address(&mongod.uri(&database), &database);
    let proxy = Proxy::to(mongod.port());
    let around = address(&mongod.uri_through(proxy.port(), &database), &database);

    let first = Program::start();
    let probe = first.ok("connect_probe", around.clone());
    assert_eq!(probe["holds"], "nothing");
    assert!(probe["pendingMigrations"].as_u64().unwrap() > 0);
    assert_eq!(probe["scope"], "office");
    let no = first.no("connect_institution", joining(around.clone()));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("not-ready", Some("migrate")),
        "{}",
        no.message
    );
    let status = first.ok("connect_institution", founding(around));
    assert_eq!(
        status["phase"], "signed-in",
        "the new administrator is in: {status}"
    );
    first.in_step();

    let finance = first.person("Fay Finance", "fay@example.org", "finance");
    let instructor = first.person("Ira Instructor", "ira@example.org", "instructor");
    let student = first.person("Sam Student", "sam@example.org", "student");
    assert_ne!(finance, student);
    let course = first.course("Sharing", &instructor, 10_000);
    let (enrollment, payment) = first.enroll(&student, &course);
    first.in_step();

    let second = Program::start();
    assert_eq!(
        second.ok("connect_probe", direct.clone())["institution"],
        "Test College"
    );
    let status = second.ok("connect_institution", joining(direct.clone()));
    assert_eq!(status["phase"], "signed-out");
    assert_ne!(
        status["device"],
        first.ok("workspace_status", json!({}))["device"]
    );
    second.sign_in(ADMIN);
    second.in_step();
    assert_eq!(second.ok("people_list", everybody())["total"], 4);
    assert_eq!(
        second.ok("course", json!({ "id": course }))["fields"]["title"],
        "Sharing"
    );

    // Cut off, cash is taken all the same; what may not wait is refused and says why.
    proxy.refuse();
    first.pay(&payment);
    first.until("the pill says offline", |program| {
        program.sync_state() == "offline"
    });
    let pending = first.ok(
        "record_pending",
        json!({ "collection": "payments", "id": payment.clone() }),
    );
    assert_eq!(pending["waiting"][0]["money"], true, "{pending}");
    let paid = first.ok("payment", json!({ "id": payment.clone() }));
    let no = first.no(
        "refund_ask",
        json!({
            "id": payment.clone(), "rev": paid["rev"], "amountMinor": 100,
            "reason": "Moved away",
        }),
    );
    assert_eq!(no.code, "online-only", "{}", no.message);
    assert_eq!(
        second.ok("payment", json!({ "id": payment.clone() }))["status"],
        "pending",
        "the other desktop has not heard of it"
    );
    assert_eq!(
        first.ok("sync_centre", json!({}))["queue"][0]["money"],
        true
    );

    proxy.heal();
    first.ok("sync_now", json!({}));
    first.in_step();
    let pending = first.ok(
        "record_pending",
        json!({ "collection": "payments", "id": payment.clone() }),
    );
    assert_eq!(pending["waiting"], json!([]), "acknowledged");
    second.until("the other desktop sees the money", |program| {
        program.ok("payment", json!({ "id": payment.clone() }))["status"] == "completed"
    });
    assert_eq!(
        second.ok("enrollment", json!({ "id": enrollment }))["status"],
        "active",
        "and the enrollment it activates"
    );
    for program in [&first, &second] {
        let report = program.ok("verify", json!({ "task": "t" }));
        assert_eq!(report["findings"], json!([]));
    }

    // What an administrator asks about the server.
    let health = first.ok("server_health", json!({}));
    assert_eq!(health["status"], "healthy", "{health}");
    assert_eq!(health["database"], database);
    let migrations = first.ok("migrations", json!({}));
    let states: Vec<&str> = migrations["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["state"].as_str().unwrap())
        .collect();
    assert!(
        states
            .iter()
            .all(|state| matches!(*state, "applied" | "partly")),
        "{states:?}"
    );
    let dry = json!({ "to": null, "rollback": true, "dryRun": true, "task": "m" });
    assert!(
        !first.ok("migrations_run", dry)["commands"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let report = first.ok("index_report", json!({}));
    assert!(!report["indexes"].as_array().unwrap().is_empty());
    assert!(!report["plans"].as_array().unwrap().is_empty());
    assert_eq!(first.ok("profiler_set", json!({ "level": 1 }))["level"], 1);
    assert_eq!(
        first
            .no("profiler_set", json!({ "level": 7 }))
            .field
            .as_deref(),
        Some("level")
    );
    let run = json!({ "task": "counters", "dryRun": false });
    assert_eq!(
        first.ok("maintenance_run", run)["count"],
        0,
        "the counters agree"
    );
    let kept = first.ok("maintenance", json!({}));
    let counted = kept["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|task| task["task"] == "counters");
    assert!(counted.unwrap()["lastRun"].is_string());
    assert!(!kept["collections"].as_array().unwrap().is_empty());

    // Restarted without a server at hand, it opens and works.
    proxy.refuse();
    let first = first.restarted();
    assert_eq!(
        first.ok("workspace_status", json!({}))["phase"],
        "signed-in"
    );
    let waiting = |program: &Program| program.ok("sync_status", json!({}))["waiting"].as_u64();
    // The session renewed itself, which the server has not heard of either.
    let before = waiting(&first).unwrap();
    first.person("Una Unsent", "una@example.org", "student");
    assert_eq!(waiting(&first), Some(before + 1));
    proxy.heal();
    first.ok("sync_now", json!({}));
    first.in_step();
    second.until("the other desktop sees her", |program| {
        program.ok("people_list", everybody())["total"] == 5
    });

    // One leaves and keeps a copy; leaving asks for the name when the copy is to go.
    let no = second.no("server_detach", json!({ "wipe": true, "confirm": "no" }));
    assert_eq!(no.field.as_deref(), Some("confirm"));
    let status = second.ok("server_detach", json!({ "wipe": false, "confirm": "" }));
    assert_eq!(status["phase"], "signed-in", "{status}");
    assert_eq!(second.sync_state(), "local");
    assert_eq!(second.ok("people_list", everybody())["total"], 5);
    second.person("Lou Local", "lou@example.org", "student");
    let status = first.ok(
        "server_detach",
        json!({ "wipe": true, "confirm": "Test College" }),
    );
    assert_eq!(status["phase"], "no-workspace");
    assert!(!first.home().exists(), "nothing of it is left");
}

#[test]
fn a_filled_workspace_is_given_a_server() {
    let Some(database) = testkit::server() else {
        return;
    };
    let address = address(&database.uri, &database.name);
    let program = Program::founded();
    let instructor = program.person("Ira Instructor", "ira@example.org", "instructor");
    let student = program.person("Sam Student", "sam@example.org", "student");
    let course = program.course("Moving", &instructor, 5_000);
    let (_, payment) = program.enroll(&student, &course);
    program.pay(&payment);

    let args = json!({ "address": address, "task": "attach" });
    let preview = program.ok("attach_preview", args.clone());
    assert_eq!(preview["obstacles"], json!([]));
    assert_eq!(preview["probe"]["holds"], "nothing");
    let users = preview["uploads"].as_array().unwrap();
    let users = users
        .iter()
        .find(|row| row["collection"] == "users")
        .unwrap();
    assert_eq!(users["count"], 3);
    assert_eq!(program.sync_state(), "local", "a preview changes nothing");

    program.ok("server_attach", args.clone());
    assert_eq!(
        program.ok("workspace_status", json!({}))["phase"],
        "signed-in"
    );
    program.in_step();
    assert_eq!(
        program.no("attach_preview", args.clone()).code,
        "wrong-state"
    );
    assert_eq!(
        program.ok("verify", json!({ "task": "t" }))["findings"],
        json!([])
    );

    let other = Program::start();
    other.ok("connect_institution", joining(address.clone()));
    other.sign_in(ADMIN);
    other.in_step();
    assert_eq!(
        other.ok("payment", json!({ "id": payment }))["status"],
        "completed",
        "the money came along"
    );
    assert_eq!(
        other.ok("verify", json!({ "task": "t" }))["findings"],
        json!([])
    );

    // Another institution does not fit into the same database.
    let third = Program::founded();
    let preview = third.ok("attach_preview", args.clone());
    let kinds: Vec<&str> = preview["obstacles"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"other-institution"), "{kinds:?}");
    third.no("server_attach", args.clone());
    assert_eq!(third.sync_state(), "local");

    // The address may change, but not the database behind it.
    program.ok("server_change", args);
    program.in_step();
}

#[test]
fn whoever_may_not_have_everything_gets_their_own() {
    let Some(database) = testkit::server() else {
        return;
    };
    let address = address(&database.uri, &database.name);
    let office = Program::start();
    office.ok("connect_institution", founding(address.clone()));
    let instructor = office.person("Ira Instructor", "ira@example.org", "instructor");
    let student = office.person("Sam Student", "sam@example.org", "student");
    office.person("Sue Student", "sue@example.org", "student");
    let course = office.course("Own", &instructor, 0);
    office.enroll(&student, &course);
    office.in_step();

    let own = Program::start();
    let mut args = joining(address);
    args["scope"] = json!("student");
    let no = own.no("connect_institution", args.clone());
    assert_eq!(no.field.as_deref(), Some("person"), "{}", no.message);
    args["person"] = json!("ira@example.org");
    let no = own.no("connect_institution", args.clone());
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("not-found", Some("person"))
    );
    args["person"] = json!("sam@example.org");
    own.ok("connect_institution", args);
    let no = own.no(
        "sign_in",
        json!({ "email": "sue@example.org", "password": PASSWORD }),
    );
    assert_eq!(no.code, "forbidden", "{}", no.message);
    own.sign_in("sam@example.org");
    own.in_step();
    assert_eq!(own.ok("my_courses", json!({})).as_array().unwrap().len(), 1);
    assert_eq!(own.no("server_health", json!({})).code, "forbidden");
}

#[test]
fn what_is_wrong_with_an_address_is_said() {
    let program = Program::start();
    let code = |args: Value| {
        let no = program.no("connect_probe", args);
        assert!(
            !no.message.contains("hunter2"),
            "no credential is repeated: {}",
            no.message
        );
        (no.code, no.field.unwrap_or_default())
    };
    let uri = |uri: &str| json!({ "uri": uri, "tls": false, "insecure": false });
    assert_eq!(
        code(json!({ "tls": false, "insecure": false })),
        ("required".into(), "uri".into())
    );
    assert_eq!(code(uri("postgres://u:hunter2@h/db")).0, "invalid");
    assert_eq!(
        code(uri("mongodb://u:hunter2@db.example.org/x")),
        ("invalid".into(), "tls".into()),
        "another computer is not spoken to unencrypted"
    );
    let unreachable = "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=300";
    assert_eq!(code(uri(unreachable)).0, "online-only");
    assert_eq!(
        program.ok("workspace_status", json!({}))["phase"],
        "no-workspace"
    );
}

#[test]
fn a_local_workspace_has_no_server() {
    let program = Program::founded();
    assert_eq!(program.ok("sync_status", json!({}))["state"], "local");
    assert_eq!(program.ok("sync_centre", json!({}))["queue"], json!([]));
    for command in [
        "sync_now",
        "server_health",
        "migrations",
        "index_report",
        "slow_queries",
    ] {
        let no = program.no(command, json!({}));
        assert_eq!(no.code, "wrong-state", "{command}: {}", no.message);
    }
    let kept = program.ok("maintenance", json!({}));
    assert_eq!(kept["tasks"].as_array().unwrap().len(), 2, "{kept}");
    let run = json!({ "task": "counters", "dryRun": true });
    assert_eq!(program.ok("maintenance_run", run)["count"], 0);
    let person = id(&program.ok("my_profile", json!({})));
    let pending = program.ok(
        "record_pending",
        json!({ "collection": "users", "id": person }),
    );
    assert_eq!(pending["waiting"], json!([]));
}
