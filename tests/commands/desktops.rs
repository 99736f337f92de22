//! A workspace carried to another computer, and a desktop that is invited, joins, is lost and is gone, as
//! the window does it.

use remote::{Grant, Server, ServerOptions};
use serde_json::{Value, json};
use testkit::Mongod;
use vault::Vault;

use super::{
    fixture::{ADMIN, PASSWORD},
    program::{Program, files},
    server::{address, founding},
};

const PASSPHRASE: &str = "sturdy mango violin quartz";

#[test]
fn a_workspace_is_exported_here_and_opened_there() {
    let here = Program::founded();
    here.sign_in(ADMIN);
    let export =
        |password: &str| json!({ "passphrase": PASSPHRASE, "password": password, "task": "t" });
    let no = here.no("export_workspace", export("Wrong1horse"));
    assert_eq!(no.field.as_deref(), Some("password"));
    let saved = here.ok("export_workspace", export(PASSWORD));
    let listed = here.ok("desktops", json!({}));
    let own = listed["this"].as_str().unwrap();
    assert_eq!(listed["rows"][0]["name"], own);
    assert_eq!(listed["rows"][0]["sessions"][0]["current"], true);

    let there = Program::start();
    let open = |passphrase: &str| json!({ "path": saved["path"], "passphrase": passphrase, "devicePassphrase": null });
    let no = there.no("open_export", open("sturdy mango violin quart"));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("bad-credentials", Some("passphrase"))
    );
    assert!(files(&there.home()).is_empty());
    let opened = there.ok("open_export", open(PASSPHRASE));
    assert_eq!(opened["status"]["phase"], "signed-out");
    assert_eq!(opened["findings"], 0);
    assert_eq!(opened["movedFrom"], own);
    assert_ne!(opened["device"], own);
    there.sign_in(ADMIN);
    assert_eq!(
        there.ok("desktops", json!({}))["rows"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let no = there.no("open_export", open(PASSPHRASE));
    assert_eq!(no.code, "wrong-state", "an institution is open already");
}

#[test]
fn sealed_files_are_offered_only_before_a_workspace_is_open() {
    let program = Program::start();
    std::fs::create_dir_all(program.downloads()).unwrap();
    for name in ["Test.matricula", "K7F2.matricula-invitation", "photo.jpg"] {
        std::fs::write(program.downloads().join(name), b"x").unwrap();
    }
    let offered = program.ok("sealed_files", json!({}));
    let kinds: Vec<&str> = offered
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["invitation", "workspace"]);
    let founded = Program::founded();
    std::fs::create_dir_all(founded.downloads()).unwrap();
    std::fs::write(founded.downloads().join("Test.matricula"), b"x").unwrap();
    assert_eq!(founded.ok("sealed_files", json!({})), json!([]));
}

#[test]
fn an_invitation_that_is_none_is_refused_at_its_field() {
    let program = Program::start();
    let path = program.downloads().join("letter.matricula-invitation");
    std::fs::create_dir_all(program.downloads()).unwrap();
    std::fs::write(&path, b"Dear Ada").unwrap();
    let join = |path: &str, code: &str| json!({ "path": path, "code": code, "passphrase": null });
    let path = path.display().to_string();
    let code = "ABCDE-FGHJK-MNPQR-STVWX";
    let no = program.no("join_institution", join(&path, "short"));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("invalid", Some("code"))
    );
    let no = program.no("join_institution", join(&path, code));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("invalid", Some("path"))
    );
    let no = program.no("join_institution", join("/nowhere/at/all", code));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("not-found", Some("path"))
    );
}

/// The row of the desktop of that name, as an office sees it.
fn row(office: &Program, name: &Value) -> Value {
    let found = office.ok("desktops", json!({}));
    let rows = found["rows"].as_array().unwrap();
    rows.iter()
        .find(|row| row["name"] == *name)
        .cloned()
        .unwrap_or_default()
}

#[test]
fn a_desktop_is_invited_joins_and_when_it_is_lost_it_is_gone() {
    let Some(mongod) = Mongod::start(&["--auth"]) else {
        return;
    };
    let database = testkit::mongod::fresh_name();
    let first = Server::connect(&ServerOptions {
        database: Some(database.clone()),
        ..ServerOptions::stored(mongod.uri("admin"))
    })
    .unwrap();
    let root = Grant {
        role: "root",
        database: "admin",
    };
    first.create_login("owner", "owner-pw", &[root]).unwrap();
    let uri = mongod
        .uri(&database)
        .replacen("mongodb://", "mongodb://owner:owner-pw@", 1);

    let office = Program::start();
    office.ok("connect_institution", founding(address(&uri, &database)));
    office.in_step();
    office.person("Ida Instructor", "ida@example.org", "instructor");
    office.in_step();
    let made = office.ok(
        "desktop_invite",
        json!({
            "scope": "instructor", "person": "ida@example.org", "days": 7, "login": null,
            "maker": null, "insecure": false, "password": PASSWORD,
        }),
    );
    let name = &made["device"];
    assert_eq!(row(&office, name)["state"], "invited");

    let laptop = Program::start();
    let join = json!({ "path": made["file"]["path"], "code": made["code"], "passphrase": null });
    let status = laptop.ok("join_institution", join.clone());
    assert_eq!(status["phase"], "signed-out");
    assert_eq!(status["device"], *name);
    laptop.sign_in("ida@example.org");
    laptop.in_step();
    let other = Program::start();
    assert_eq!(other.no("join_institution", join).code, "wrong-state");
    office.until("the office sees who is signed in", |office| {
        let row = row(office, name);
        row["state"] == "active" && row["sessions"][0]["person"]["name"] == "Ida Instructor"
    });

    // Somebody ends the session from the office; the laptop asks for the password.
    let session = row(&office, name)["sessions"][0]["id"].clone();
    office.ok("desktop_session_end", json!({ "id": session }));
    laptop.until("its session is over", |laptop| {
        laptop.ok("workspace_status", json!({}))["phase"] == "signed-out"
    });
    laptop.sign_in("ida@example.org");

    let id = row(&office, name)["id"].clone();
    office.ok(
        "desktop_revoke",
        json!({ "id": id, "reason": "left in the train" }),
    );
    laptop.until("it is gone", |laptop| {
        let status = laptop.ok("workspace_status", json!({}));
        status["phase"] == "no-workspace" && status["shutOut"] == "Test College"
    });
    laptop.until("its file is gone", |laptop| !laptop.home().exists());
    for secret in ["replica-key", "session-key", "refresh-token", "server-uri"] {
        assert_eq!(laptop.vault().get(secret).unwrap(), None, "{secret}");
    }
    assert_eq!(laptop.no("sync_status", json!({})).code, "signed-out");
    office.until("it said so", |office| row(office, name)["state"] == "wiped");
    let laptop = laptop.restarted();
    assert_eq!(
        laptop.ok("workspace_status", json!({}))["phase"],
        "no-workspace"
    );
}
