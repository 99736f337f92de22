//! Who may call what: every command, in every state the window can be in, as the table of roles says.
//!
//! The table stands here a second time, on purpose: it is what the product promises, and a change of
//! `workflows::wire` or of a role's permissions that nobody meant shows as a difference to it.
//! A command is probed with arguments of no form at all. Whoever passes the gate hears that they are
//! invalid; whoever does not hears why; and nothing happens either way.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tauri::WebviewWindowBuilder;

use super::{
    fixture::ADMIN,
    program::{PAGE, Program, send},
};

/// Each command and who may call it: `anybody`, whoever has a `session` (locked or not), whoever is
/// `signed-in`, or the roles named.
const TABLE: &[(&str, &str)] = &[
    // accounts
    ("workspace_status", "anybody"),
    ("create_institution", "anybody"),
    ("open_sample", "anybody"),
    ("open_workspace", "anybody"),
    ("sign_in", "anybody"),
    ("sign_out", "session"),
    ("lock", "session"),
    ("unlock", "session"),
    ("my_profile", "signed-in"),
    ("update_profile", "signed-in"),
    ("change_password", "signed-in"),
    ("my_verification_send", "signed-in"),
    ("my_sessions", "signed-in"),
    ("end_session", "signed-in"),
    ("sign_out_everywhere", "signed-in"),
    ("sign_in_with_code", "anybody"),
    ("password_weigh", "anybody"),
    ("sign_in_help", "anybody"),
    ("code_request", "anybody"),
    ("reset_finish", "anybody"),
    ("verify_finish", "anybody"),
    ("register", "anybody"),
    ("second_factor", "signed-in"),
    ("second_factor_begin", "signed-in"),
    ("second_factor_confirm", "signed-in"),
    ("second_factor_remove", "signed-in"),
    ("recovery_renew", "signed-in"),
    // people
    ("people_list", "admin"),
    ("person", "admin"),
    ("person_create", "admin"),
    ("person_update", "admin"),
    ("people_set_status", "admin"),
    ("person_set_role", "admin"),
    ("person_unlock", "admin"),
    ("person_erase", "admin"),
    ("personal_data_save", "signed-in"),
    ("person_set_password", "admin"),
    ("person_code", "admin"),
    ("person_verification_send", "admin"),
    ("person_second_factor_remove", "admin"),
    ("instructors", "student instructor finance admin"),
    // catalog
    ("courses_list", "student instructor finance admin"),
    ("course", "student instructor finance admin"),
    ("course_create", "instructor admin"),
    ("course_update", "instructor admin"),
    ("curriculum_save", "instructor admin"),
    ("course_submit", "instructor admin"),
    ("course_request_changes", "admin"),
    ("course_publish", "admin"),
    ("course_unpublish", "admin"),
    ("course_archive", "admin"),
    ("course_restore", "admin"),
    // enrollment
    ("enrollments_list", "instructor finance admin"),
    ("enrollment", "student instructor finance admin"),
    ("enroll_preview", "admin"),
    ("enroll", "admin"),
    ("enroll_myself", "student"),
    ("enrollment_cancel", "admin"),
    ("enrollment_reopen", "admin"),
    // payments
    ("payments_list", "student finance admin"),
    ("payments_queue", "finance admin"),
    ("payment", "student finance admin"),
    ("payment_record_cash", "finance admin"),
    ("payment_record_provider", "finance admin"),
    ("payment_fail", "finance admin"),
    ("payment_cancel", "finance admin"),
    ("payment_retry", "student finance admin"),
    ("refund_ask", "finance admin"),
    ("refund_decide", "finance admin"),
    ("refund_withdraw", "finance admin"),
    ("receipt", "student finance admin"),
    ("receipt_save", "student finance admin"),
    // learning
    ("my_courses", "student"),
    ("learning", "student"),
    ("lesson_open", "student"),
    ("lesson_complete", "student"),
    ("note_add", "student"),
    ("note_remove", "student"),
    ("review_save", "student"),
    ("result_record", "instructor admin"),
    ("certificate", "student instructor finance admin"),
    ("certificate_save", "student instructor finance admin"),
    ("certificate_revoke", "admin"),
    ("certificate_check", "signed-in"),
    // reporting
    ("dashboard", "instructor finance admin"),
    ("report", "instructor finance admin"),
    ("report_save", "instructor finance admin"),
    // operations
    ("timeline", "signed-in"),
    ("search", "signed-in"),
    ("import_inspect", "admin"),
    ("import_run", "admin"),
    ("imports_list", "admin"),
    ("import_undo", "admin"),
    ("list_save", "student instructor finance admin"),
    ("task_cancel", "anybody"),
    ("window_saved", "anybody"),
    ("settings", "admin"),
    ("settings_update", "admin"),
    ("audit_list", "admin"),
    ("verify", "admin"),
    ("mail_settings", "admin"),
    ("mail_settings_update", "admin"),
    ("mail_test", "admin"),
    ("mails", "admin"),
    ("mail_retry", "admin"),
    ("mail_discard", "admin"),
    // the institution's server
    ("connect_probe", "anybody"),
    ("connect_institution", "anybody"),
    ("sync_status", "signed-in"),
    ("sync_centre", "signed-in"),
    ("sync_now", "signed-in"),
    ("sync_pause", "admin"),
    ("queue_retry", "signed-in"),
    ("queue_discard", "signed-in"),
    ("queue_void", "finance admin"),
    ("queue_export", "signed-in"),
    ("conflict_settle", "signed-in"),
    ("record_pending", "signed-in"),
    ("attach_preview", "admin"),
    ("server_attach", "admin"),
    ("server_change", "admin"),
    ("server_detach", "admin"),
    ("server_health", "admin"),
    ("migrations", "admin"),
    ("migrations_run", "admin"),
    ("index_report", "admin"),
    ("slow_queries", "admin"),
    ("profiler_set", "admin"),
    ("maintenance", "admin"),
    ("maintenance_run", "admin"),
    // the institution's desktops
    ("desktops", "admin"),
    ("desktop_session_end", "admin"),
    ("person_sign_out", "admin"),
    ("desktop_revoke", "admin"),
    ("desktop_invite", "admin"),
    ("desktop_login_drop", "admin"),
    ("join_institution", "anybody"),
    ("sealed_files", "anybody"),
    ("export_workspace", "admin"),
    ("open_export", "anybody"),
];

const STATES: [&str; 7] = [
    "no workspace",
    "signed out",
    "locked",
    "student",
    "instructor",
    "finance",
    "admin",
];

/// What the gate says to somebody in that state: nothing, or a code.
fn expected(who: &str, state: &str) -> Option<&'static str> {
    let passes = match who {
        "anybody" => true,
        "session" => !matches!(state, "no workspace" | "signed out"),
        "signed-in" => !matches!(state, "no workspace" | "signed out" | "locked"),
        roles => roles.split(' ').any(|role| role == state),
    };
    if passes {
        return None;
    }
    Some(match state {
        "no workspace" | "signed out" => "signed-out",
        "locked" => "locked",
        _ => "forbidden",
    })
}

/// Calls every command in this state and gives, for each, what the gate said.
fn probe(program: &Program, state: &str, wrong: &mut Vec<String>) -> Vec<Option<String>> {
    TABLE
        .iter()
        .map(|(command, who)| {
            let no = program.no(command, json!("no arguments at all"));
            let said = (no.code != "invalid").then_some(no.code);
            if said.as_deref() != expected(who, state) {
                wrong.push(format!(
                    "{command} as {state}: {said:?}, not {:?}",
                    expected(who, state)
                ));
            }
            said
        })
        .collect()
}

#[test]
fn every_command_in_every_state() {
    let mut wrong = Vec::new();
    let mut columns = Vec::new();
    for state in STATES {
        let program = match state {
            "no workspace" => Program::start(),
            _ => Program::founded(),
        };
        match state {
            "no workspace" | "admin" => {}
            "signed out" => drop(program.ok("sign_out", json!({}))),
            "locked" => drop(program.ok("lock", json!({}))),
            role => {
                program.person("Robin Role", "robin@example.org", role);
                let status = program.sign_in("robin@example.org");
                assert_eq!(
                    status["session"]["role"], role,
                    "the probe is made in that role"
                );
            }
        }
        columns.push(probe(&program, state, &mut wrong));
        let status = program.ok("workspace_status", json!({}));
        let phase = match state {
            "no workspace" => "no-workspace",
            "signed out" => "signed-out",
            "locked" => "locked",
            _ => "signed-in",
        };
        assert_eq!(status["phase"], phase, "probing as {state} changed nothing");
    }
    print(&columns);
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "who may call what differs from the table of roles"
    );
}

/// The matrix as a table, for `cargo test --test commands -- every_command --nocapture`.
fn print(columns: &[Vec<Option<String>>]) {
    let mut text = format!("{:24}", "");
    for state in STATES {
        text.push_str(&format!("{state:14}"));
    }
    for (row, (command, _)) in TABLE.iter().enumerate() {
        text.push_str(&format!("\n{command:24}"));
        for column in columns {
            text.push_str(&format!("{:14}", column[row].as_deref().unwrap_or("yes")));
        }
    }
    println!("{text}");
}

/// What `matriculactl matrix` prints is this table.
#[test]
fn the_matrix_that_is_printed_is_the_one_that_is_tried() {
    for row in workflows::matrix::matrix() {
        let (_, who) = TABLE
            .iter()
            .find(|(command, _)| *command == row.command)
            .expect("a row");
        for standing in workflows::matrix::Standing::ALL {
            let state = match standing.name() {
                "signed-out" => "signed out",
                name => name,
            };
            assert_eq!(
                row.may.contains(&standing.name()),
                expected(who, state).is_none(),
                "{} as {state}",
                row.command
            );
        }
    }
}

#[test]
fn every_row_names_somebody_and_no_command_has_two() {
    let mut seen = BTreeSet::new();
    for (command, who) in TABLE {
        assert!(seen.insert(command), "{command} has two rows");
        let known = match *who {
            "anybody" | "session" | "signed-in" => true,
            roles => {
                !roles.is_empty()
                    && roles
                        .split(' ')
                        .all(|role| role.parse::<domain::Role>().is_ok())
            }
        };
        assert!(known, "the row of {command} names nobody: {who:?}");
    }
}

#[test]
fn the_lists_of_commands_are_one() {
    let rows: BTreeSet<String> = TABLE
        .iter()
        .map(|(command, _)| (*command).to_owned())
        .collect();

    let wire: BTreeSet<String> = workflows::wire::commands()
        .into_iter()
        .map(|command| command.name.to_owned())
        .collect();
    assert_eq!(rows, wire, "the rows here and the table of the wire");

    let shell = include_str!("../../src-tauri/src/lib.rs");
    let handler = shell
        .split("generate_handler![")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap();
    let registered: BTreeSet<String> = handler
        .lines()
        .map(|line| {
            line.split("//")
                .next()
                .unwrap()
                .trim()
                .trim_end_matches(',')
        })
        .filter(|path| !path.is_empty())
        .map(|path| path.rsplit("::").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        rows, registered,
        "the rows here and the commands the shell registers"
    );

    let permissions = include_str!("../../src-tauri/permissions/commands.toml");
    let permitted: BTreeSet<String> = permissions
        .lines()
        .filter_map(|line| {
            line.strip_prefix("commands.allow = [\"")?
                .strip_suffix("\"]")
        })
        .map(str::to_owned)
        .collect();
    assert_eq!(rows, permitted, "the rows here and the permissions");

    let capability: Value =
        serde_json::from_str(include_str!("../../src-tauri/capabilities/main.json")).unwrap();
    let granted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|permission| permission.as_str().unwrap().strip_prefix("allow-"))
        .map(|permission| permission.replace('-', "_"))
        .collect();
    assert_eq!(
        rows, granted,
        "the rows here and what the window is granted"
    );
}

#[test]
fn only_the_programs_own_window_and_pages_reach_a_command() {
    let program = Program::start();
    let other = WebviewWindowBuilder::new(&program.app, "other", tauri::WebviewUrl::default())
        .build()
        .expect("a second window");
    let main = tauri::Manager::get_webview_window(&program.app, "main").unwrap();
    let body = || json!({ "args": {} });
    for (window, page, why) in [
        (&other, PAGE, "another window is granted nothing"),
        (
            &main,
            "https://example.com",
            "a page of somebody else is granted nothing",
        ),
    ] {
        for (command, _) in TABLE {
            let refused = send(&program.app, window, page, command, body());
            let text = refused
                .expect_err(why)
                .as_str()
                .unwrap_or_default()
                .to_owned();
            assert!(text.contains("not allowed"), "{command}, {why}: {text}");
        }
    }
    for unknown in [
        "no_such_command",
        "plugin:shell|execute",
        "plugin:fs|read_file",
        "plugin:event|emit",
    ] {
        let refused = send(&program.app, &main, PAGE, unknown, body());
        assert!(refused.is_err(), "{unknown} is not there to be called");
    }
    assert!(
        send(&program.app, &main, PAGE, "workspace_status", body()).is_ok(),
        "the same call from the program's own page is answered"
    );
}

#[test]
fn an_administrator_who_becomes_a_student_is_one_at_the_next_call() {
    let program = Program::founded();
    let second = program.person("Grace Second", "grace@example.org", "admin");
    program.sign_in("grace@example.org");
    program.ok(
        "people_list",
        json!({ "filter": {}, "window": { "offset": 0, "limit": 1 } }),
    );
    program.sign_in(ADMIN);
    let rev = program.ok("person", json!({ "id": second }))["rev"].clone();
    program.ok(
        "person_set_role",
        json!({ "id": second, "rev": rev, "role": "student" }),
    );
    program.sign_in("grace@example.org");
    let no = program.no(
        "people_list",
        json!({ "filter": {}, "window": { "offset": 0, "limit": 1 } }),
    );
    assert_eq!(
        no.code, "forbidden",
        "the new role counts from the next sign-in on"
    );
}
