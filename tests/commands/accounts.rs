//! Signing in and what goes wrong with it: lock-out, locking, passwords, sessions that end while
//! somebody works.

use domain::{Role, user::UserStatus};
use serde_json::{Value, json};
use workflows::{
    SystemClock, SystemIds,
    accounts::{Workspace, product},
    people::{
        self,
        dto::{SetPeopleStatus, SetPersonRole},
    },
};

use super::{
    fixture::{ADMIN, PASSWORD, institution},
    program::{Program, files},
};

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

#[test]
fn the_first_run_and_every_start_after_it() {
    let program = Program::start();
    assert_eq!(
        program.ok("workspace_status", json!({}))["phase"],
        "no-workspace"
    );
    assert_eq!(
        program.no("sign_in", credentials(ADMIN, PASSWORD)).code,
        "signed-out"
    );

    let mut wrong = institution();
    wrong["password"] = json!("password");
    let no = program.no("create_institution", wrong);
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("invalid", Some("password"))
    );
    assert_eq!(
        files(&program.home()),
        Vec::<String>::new(),
        "a refused creation leaves nothing behind"
    );

    let status = program.ok("create_institution", institution());
    assert_eq!(
        status["phase"], "signed-in",
        "the first administrator is in: {status}"
    );
    assert_eq!(status["session"]["role"], "admin");
    assert_eq!(
        program.no("create_institution", institution()).code,
        "wrong-state"
    );
    assert_eq!(
        program
            .no("open_sample", json!({ "passphrase": null }))
            .code,
        "wrong-state"
    );

    let program = program.restarted();
    let status = program.ok("workspace_status", json!({}));
    assert_eq!(
        status["phase"], "signed-in",
        "the session is remembered in the keyring"
    );
    program.ok("lock", json!({}));
    let program = program.restarted();
    let status = program.ok("workspace_status", json!({}));
    assert_eq!(
        status["phase"], "locked",
        "a locked window stays locked over a restart"
    );
    program.ok("unlock", json!({ "password": PASSWORD }));
    program.ok("sign_out", json!({}));
    let program = program.restarted();
    let status = program.ok("workspace_status", json!({}));
    assert_eq!(
        status["phase"], "signed-out",
        "nobody is remembered after signing out"
    );
    program.sign_in(ADMIN);
}

#[test]
fn five_failures_lock_an_account_whether_it_exists_or_not() {
    let program = Program::founded();
    program.person("Grace Second", "grace@example.org", "admin");
    let student = program.person("Sam Student", "sam@example.org", "student");
    program.ok("sign_out", json!({}));

    let mut told = Vec::new();
    for email in ["sam@example.org", "nobody@example.org"] {
        let answers: Vec<(String, String)> = (0..6)
            .map(|_| program.no("sign_in", credentials(email, "Wrong1horse")))
            .map(|no| (no.code, no.message))
            .collect();
        let codes: Vec<&str> = answers.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes[..4], ["bad-credentials"; 4], "of {email}");
        assert_eq!(codes[5], "locked-out", "of {email}");
        let right = program.no("sign_in", credentials(email, PASSWORD));
        assert_eq!(
            right.code, "locked-out",
            "the right password does not open a locked account"
        );
        told.push(answers);
    }
    assert_eq!(
        told[0], told[1],
        "nobody learns from the answers whether an account exists"
    );

    program.sign_in("grace@example.org");
    assert!(program.ok("person", json!({ "id": student }))["lockedUntil"].is_string());
    program.ok("person_unlock", json!({ "id": student }));
    let status = program.sign_in("sam@example.org");
    assert_eq!(status["session"]["email"], "sam@example.org");
}

#[test]
fn a_locked_window_wants_the_password_of_whoever_is_signed_in() {
    let program = Program::founded();
    program.ok("lock", json!({}));
    assert_eq!(program.no("my_profile", json!({})).code, "locked");
    let no = program.no("unlock", json!({ "password": "Wrong1horse" }));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("bad-credentials", Some("password"))
    );
    assert_eq!(
        program.no("my_profile", json!({})).code,
        "locked",
        "a wrong password opens nothing"
    );
    assert_eq!(
        program.ok("unlock", json!({ "password": PASSWORD }))["phase"],
        "signed-in"
    );
    assert_eq!(program.ok("my_profile", json!({}))["email"], ADMIN);
}

#[test]
fn a_changed_password_counts_and_the_old_one_does_not() {
    let program = Program::founded();
    let change = json!({ "current": PASSWORD, "next": "Another2horse" });
    program.ok("change_password", change.clone());
    assert_eq!(
        program.ok("my_profile", json!({}))["email"],
        ADMIN,
        "this session goes on"
    );
    assert_eq!(
        program.no("change_password", change).field.as_deref(),
        Some("current")
    );
    program.ok("sign_out", json!({}));
    assert_eq!(
        program.no("sign_in", credentials(ADMIN, PASSWORD)).code,
        "bad-credentials"
    );
    program.ok("sign_in", credentials(ADMIN, "Another2horse"));
}

#[test]
fn a_session_ends_when_it_is_ended_elsewhere() {
    let program = Program::founded();
    let student = program.person("Sam Student", "sam@example.org", "student");
    let beside = Workspace::open(&program.home(), &program.keys()).expect("opened once more");
    let desk = beside.desk(&SystemClock, &SystemIds);
    let product = product(&desk);

    program.sign_in("sam@example.org");
    program.ok("my_courses", json!({}));
    let suspend = SetPeopleStatus {
        ids: vec![student.clone()],
        status: UserStatus::Suspended,
        reason: Some("Fees unpaid.".to_owned()),
    };
    let outcome = people::people_set_status(&desk, &product, suspend).expect("suspended");
    assert_eq!(outcome.done, 1);
    assert_eq!(
        program.no("my_courses", json!({})).code,
        "signed-out",
        "suspended in between"
    );
    assert_eq!(
        program.ok("workspace_status", json!({}))["phase"],
        "signed-out"
    );
    let no = program.no("sign_in", credentials("sam@example.org", PASSWORD));
    assert_eq!(no.code, "account-closed", "{}", no.message);

    program.sign_in(ADMIN);
    let again = json!({ "ids": [student.clone()], "status": "active", "reason": null });
    program.ok("people_set_status", again);
    let rev = program.ok("person", json!({ "id": student.clone() }))["rev"]
        .as_i64()
        .unwrap();
    program.sign_in("sam@example.org");
    let rev = rev.max(beside_rev(&beside, &student));
    people::person_set_role(
        &desk,
        &product,
        SetPersonRole {
            id: student,
            rev,
            role: Role::Finance,
        },
    )
    .expect("made finance");
    assert_eq!(
        program.no("my_courses", json!({})).code,
        "signed-out",
        "another role in between"
    );
    program.sign_in("sam@example.org");
    assert_eq!(
        program.no("my_courses", json!({})).code,
        "forbidden",
        "finance learns nothing"
    );
    program.ok("payments_queue", json!({}));
}

fn beside_rev(workspace: &Workspace, id: &str) -> i64 {
    let id = id.parse().expect("an id");
    workspace
        .replica()
        .read(|reader| reader.user(id))
        .expect("people can be read")
        .expect("the person is there")
        .rev()
}

#[test]
fn signing_out_everywhere_ends_this_session_too() {
    let program = Program::founded();
    assert_eq!(
        program
            .ok("my_sessions", json!({}))
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let status = program.ok("sign_out_everywhere", json!({}));
    assert_eq!(status["phase"], "signed-out");
    assert_eq!(program.no("my_sessions", json!({})).code, "signed-out");
}
