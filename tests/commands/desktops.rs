//! A workspace carried to another computer, as the window does it.

use serde_json::json;

use super::{
    fixture::{ADMIN, PASSWORD},
    program::{Program, files},
};

const PASSPHRASE: &str = "sturdy mango violin quartz";

#[test]
fn a_workspace_is_exported_here_and_opened_there() {
    let here = Program::founded();
    here.sign_in(ADMIN);
    let export = |password: &str| json!({ "passphrase": PASSPHRASE, "password": password, "task": "t" });
    let no = here.no("export_workspace", export("Wrong1horse"));
    assert_eq!(no.field.as_deref(), Some("password"));
    let saved = here.ok("export_workspace", export(PASSWORD));
    let listed = here.ok("desktops", json!({}));
    let own = listed["this"].as_str().unwrap();
    assert_eq!(listed["rows"][0]["name"], own);
    assert_eq!(listed["rows"][0]["sessions"][0]["current"], true);

    let there = Program::start();
    let open = |passphrase: &str| {
        json!({ "path": saved["path"], "passphrase": passphrase, "devicePassphrase": null })
    };
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
    assert_eq!(there.ok("desktops", json!({}))["rows"].as_array().unwrap().len(), 2);
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
    assert_eq!((no.code.as_str(), no.field.as_deref()), ("invalid", Some("code")));
    let no = program.no("join_institution", join(&path, code));
    assert_eq!((no.code.as_str(), no.field.as_deref()), ("invalid", Some("path")));
    let no = program.no("join_institution", join("/nowhere/at/all", code));
    assert_eq!((no.code.as_str(), no.field.as_deref()), ("not-found", Some("path")));
}
