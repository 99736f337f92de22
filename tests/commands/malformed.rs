//! Arguments of every wrong kind. A command answers them with a code and a sentence: nothing panics,
//! nothing is taken for an operator, and no failure of machinery is reported where the fault is the
//! caller's.

use serde_json::{Value, json};

use super::{fixture::ADMIN, program::Program};

/// Arguments of the right form for each command that takes any; what they name need not be there.
fn examples(id: &str) -> Vec<(&'static str, Value)> {
    let window = json!({ "offset": 0, "limit": 10 });
    let by_id = json!({ "id": id });
    let by_rev = json!({ "id": id, "rev": 1 });
    let by_reason = json!({ "id": id, "rev": 1, "reason": "Because" });
    let list = |filter: Value| json!({ "filter": filter, "window": window });
    let lesson = json!({ "enrollment": id, "lesson": id, "seconds": 1 });
    let retry = json!({ "enrollment": id, "method": "cash" });
    let receipt = json!({ "payment": id, "receiptNumber": "R-AAAA-000001" });
    let report = json!({ "name": "revenue-by-month", "from": "2026-01-01", "to": "2026-12-31", "course": null });
    let profile = json!({ "phone": "+44 20 7946 0000", "dateOfBirth": "2000-02-29", "website": "https://example.org" });
    let by_op = json!({ "op": "018f3d3e-0000-7000-8000-000000000000" });
    let by_op_reason = json!({ "op": "018f3d3e-0000-7000-8000-000000000000", "reason": "Because" });
    let content = "bmFtZSxlbWFpbAo=";
    let fields = json!({
        "title": "T", "slug": null, "description": "d", "fullDescription": null, "category": "Programming",
        "subcategory": null, "level": "Beginner", "tags": ["a"], "priceMinor": 100, "originalPriceMinor": null,
        "currency": "GBP", "durationWeeks": 1.0, "durationHours": null, "durationDescription": null,
        "requirements": [], "whatYouWillLearn": [], "targetAudience": [], "instructor": id, "thumbnail": null,
        "previewVideo": null, "materials": [], "assessments": [], "isPublic": true, "metaTitle": null,
        "metaDescription": null, "keywords": [],
    });
    vec![
        ("open_workspace", json!({ "passphrase": "words" })),
        (
            "sign_in",
            json!({ "email": "nobody@example.org", "password": "Wrong1horse" }),
        ),
        (
            "update_profile",
            json!({ "rev": 1, "name": "Ada Byron", "profile": profile, "preferences": {
            "emailNotifications": true, "smsNotifications": false, "marketingEmails": false,
            "language": "en", "timezone": "Europe/London" } }),
        ),
        ("end_session", by_id.clone()),
        (
            "people_list",
            list(
                json!({ "text": "a", "roles": ["student"], "statuses": ["active"], "sort": "name", "descending": false }),
            ),
        ),
        ("person", by_id.clone()),
        (
            "person_create",
            json!({ "name": "New", "email": "new@example.org", "role": "student", "password": null, "profile": profile }),
        ),
        (
            "person_update",
            json!({ "id": id, "rev": 1, "name": "N", "email": "n@example.org", "emailVerified": true, "profile": profile }),
        ),
        (
            "people_set_status",
            json!({ "ids": [id], "status": "suspended", "reason": "Why" }),
        ),
        (
            "person_set_role",
            json!({ "id": id, "rev": 1, "role": "student" }),
        ),
        ("person_unlock", by_id.clone()),
        (
            "person_erase",
            json!({ "id": id, "name": "Ada", "reason": "asked for it" }),
        ),
        ("personal_data_save", by_id.clone()),
        (
            "person_set_password",
            json!({ "id": id, "password": "Another2horse" }),
        ),
        (
            "courses_list",
            list(
                json!({ "text": "a", "categories": ["Programming"], "levels": ["Beginner"], "statuses": ["draft"],
            "instructor": id, "currency": "GBP", "priceMin": 0, "priceMax": 100, "sort": "price", "descending": true }),
            ),
        ),
        ("course", by_id.clone()),
        (
            "course_create",
            json!({ "title": "T", "category": "Programming", "level": "Beginner", "instructor": id }),
        ),
        (
            "course_update",
            json!({ "id": id, "rev": 1, "fields": fields }),
        ),
        (
            "curriculum_save",
            json!({ "id": id, "rev": 1, "modules": [{ "id": null, "title": "M", "description": null, "duration": null,
            "lessons": [{ "id": null, "title": "L", "description": null, "duration": "1:00", "kind": "video", "isFree": false }] }] }),
        ),
        ("course_submit", by_rev.clone()),
        ("course_request_changes", by_reason.clone()),
        ("course_publish", by_rev.clone()),
        ("course_unpublish", by_rev.clone()),
        ("course_archive", by_rev.clone()),
        ("course_restore", by_rev),
        (
            "enrollments_list",
            list(
                json!({ "text": "a", "statuses": ["active"], "paymentStatuses": ["pending"], "user": id, "course": id,
            "from": "2026-01-01", "to": "2026-12-31", "sort": "enrolled", "descending": false }),
            ),
        ),
        ("enrollment", by_id.clone()),
        (
            "enroll_preview",
            json!({ "users": [id], "course": id, "method": "cash" }),
        ),
        (
            "enroll",
            json!({ "users": [id], "course": id, "method": "cash" }),
        ),
        ("enroll_myself", json!({ "course": id, "method": "cash" })),
        ("enrollment_cancel", by_reason.clone()),
        ("enrollment_reopen", retry.clone()),
        (
            "payments_list",
            list(
                json!({ "text": "a", "statuses": ["pending"], "methods": ["cash"], "currency": "GBP", "user": id,
            "course": id, "enrollment": id, "from": "2026-01-01", "to": "2026-12-31", "refundRequested": false,
            "sort": "created", "descending": true }),
            ),
        ),
        ("payment", by_id.clone()),
        (
            "payment_record_cash",
            json!({ "id": id, "rev": 1, "amountMinor": 100, "receivedOn": "2026-01-01", "note": "n" }),
        ),
        (
            "payment_record_provider",
            json!({ "id": id, "rev": 1, "method": "stripe",
            "reference": { "kind": "chargeId", "value": "ch_1" }, "paidOn": "2026-01-01", "note": "n" }),
        ),
        (
            "payment_fail",
            json!({ "id": id, "rev": 1, "code": "declined", "message": "Declined" }),
        ),
        ("payment_cancel", by_reason.clone()),
        ("payment_retry", retry),
        (
            "refund_ask",
            json!({ "id": id, "rev": 1, "amountMinor": 1, "reason": "Why" }),
        ),
        (
            "refund_decide",
            json!({ "id": id, "rev": 1, "refund": id, "approve": true, "reason": "Why" }),
        ),
        (
            "refund_withdraw",
            json!({ "id": id, "rev": 1, "refund": id }),
        ),
        ("receipt", receipt.clone()),
        ("receipt_save", receipt),
        ("learning", by_id.clone()),
        ("lesson_open", lesson.clone()),
        ("lesson_complete", lesson),
        (
            "note_add",
            json!({ "enrollment": id, "lesson": id, "content": "c", "timestamp": 1.0 }),
        ),
        ("note_remove", json!({ "enrollment": id, "note": id })),
        (
            "review_save",
            json!({ "enrollment": id, "rating": 5, "comment": "c" }),
        ),
        (
            "result_record",
            json!({ "enrollment": id, "rev": 1, "assessmentId": id, "score": 1.0 }),
        ),
        ("certificate", by_id.clone()),
        ("certificate_save", by_id.clone()),
        ("certificate_revoke", by_reason),
        ("certificate_check", by_id.clone()),
        ("report", report.clone()),
        ("report_save", json!({ "report": report, "format": "csv" })),
        (
            "timeline",
            json!({ "collection": "users", "id": id, "before": 5, "limit": 10 }),
        ),
        ("search", json!({ "text": "ada", "limit": 10 })),
        (
            "import_inspect",
            json!({ "kind": "people", "file": "f.csv", "content": content }),
        ),
        (
            "import_run",
            json!({ "kind": "people", "file": "f.csv", "content": content, "dryRun": true, "task": "t",
            "mapping": [{ "field": "name", "column": "name" }] }),
        ),
        ("import_undo", by_id.clone()),
        (
            "list_save",
            json!({ "what": { "list": "people", "filter": { "text": "a" } }, "format": "csv", "task": "t" }),
        ),
        ("task_cancel", json!({ "task": "t" })),
        ("window_saved", json!({})),
        (
            "settings_update",
            json!({ "rev": 1, "institution": "Test College", "timezone": "Europe/London", "currency": "GBP",
            "refundThresholdMinor": 20000, "idleMinutes": 10, "keepBcrypt": false, "device": "", "replicaPath": "" }),
        ),
        (
            "audit_list",
            list(
                json!({ "actor": id, "area": "payment", "from": "2026-01-01", "to": "2026-12-31" }),
            ),
        ),
        ("verify", json!({ "task": "t" })),
        (
            "password_weigh",
            json!({ "password": "Correct1horse", "about": ["Ada Byron"] }),
        ),
        ("person_second_factor_remove", by_id),
        ("sync_pause", json!({ "paused": true })),
        ("queue_retry", by_op.clone()),
        ("queue_discard", by_op_reason.clone()),
        ("queue_void", by_op_reason),
        ("queue_export", by_op),
        ("conflict_settle", json!({ "id": "1", "takeMine": true })),
        ("record_pending", json!({ "collection": "users", "id": id })),
        (
            "migrations_run",
            json!({ "to": 1, "rollback": false, "dryRun": true, "task": "t" }),
        ),
        ("profiler_set", json!({ "level": 1 })),
        (
            "maintenance_run",
            json!({ "task": "counters", "dryRun": true }),
        ),
        (
            "server_detach",
            json!({ "wipe": false, "confirm": "Test College" }),
        ),
    ]
}

/// What is put in the place of every value.
fn hostile() -> Vec<Value> {
    vec![
        Value::Null,
        json!(""),
        json!("…"),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("' OR 1=1 --"),
        json!("\" OR \"*"),
        json!("NEAR(a b) ^x*"),
        json!("../../../etc/passwd"),
        json!("2026-02-30"),
        json!("9999-12-31"),
        json!("ffffffffffffffffffffffff"),
        json!("\u{202e}\u{feff}😀"),
        json!(-1),
        json!(0),
        json!(1_000_000_000),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
        json!(0.5),
        json!(true),
        json!([]),
        json!({}),
        json!({ "$gt": "" }),
        json!({ "$ne": null }),
        json!([{ "$where": "1" }]),
    ]
}

/// The places of a value: the paths of everything in it.
fn places(value: &Value, path: &str, into: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let path = format!("{path}/{key}");
        into.push(path.clone());
        places(child, &path, into);
    }
}

/// Calls it, and says what is wrong with the answer, if anything is.
fn fault(program: &Program, command: &str, args: &Value, what: &str) -> Option<String> {
    match program.call(command, args.clone()) {
        Ok(_) => None,
        Err(no) if matches!(no.code.as_str(), "defect" | "store" | "vault" | "file" | "") => {
            Some(format!("{command} with {what}: {} {}", no.code, no.message))
        }
        Err(no) if no.message.len() > 1000 => Some(format!(
            "{command} with {what}: a sentence of {} bytes",
            no.message.len()
        )),
        Err(no) if no.code == "signed-out" && command != "open_workspace" => {
            Some(format!("{command} with {what}: signed out"))
        }
        Err(_) => None,
    }
}

/// Every value of every command replaced by everything hostile, in the role that may call it.
#[test]
fn hostile_values_in_every_place() {
    let program = Program::founded();
    let ada = program.ok("my_profile", json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    program.person("Sam Student", "sam@example.org", "student");
    let nobody = format!("{:024x}", 1);
    let mut faults = Vec::new();
    let mut calls = 0;
    for (email, role) in [(ADMIN, "admin"), ("sam@example.org", "student")] {
        program.sign_in(email);
        // What names the administrator must not end their own session on the way.
        for (command, example) in examples(&nobody) {
            let whose = workflows::wire::access(command).expect("in the table");
            let admins = whose.allows(domain::Role::Admin);
            if admins != (role == "admin") {
                continue;
            }
            let mut spots = Vec::new();
            places(&example, "", &mut spots);
            for spot in &spots {
                for value in hostile() {
                    let mut args = example.clone();
                    *args.pointer_mut(spot).expect("a place of the example") = value.clone();
                    calls += 1;
                    faults.extend(fault(
                        &program,
                        command,
                        &args,
                        &format!("{value} at {spot}"),
                    ));
                }
                let mut args = example.clone();
                if let Some((parent, key)) = spot.rsplit_once('/')
                    && let Some(Value::Object(map)) = args.pointer_mut(parent)
                {
                    map.remove(key);
                    calls += 1;
                    faults.extend(fault(
                        &program,
                        command,
                        &args,
                        &format!("nothing at {spot}"),
                    ));
                }
            }
            for whole in [
                Value::Null,
                json!(""),
                json!([]),
                json!([[]]),
                json!(0),
                json!([ada]),
            ] {
                calls += 1;
                let no = program.no(command, whole.clone());
                if no.code != "invalid" {
                    faults.push(format!("{command} with {whole} in all: {no:?}"));
                }
            }
        }
    }
    println!("{calls} calls");
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    program.sign_in(ADMIN);
    assert_eq!(
        program.ok("verify", json!({ "task": "t" }))["findings"],
        json!([]),
        "nothing was damaged"
    );
}

/// A megabyte in the place of every text.
#[test]
fn a_megabyte_in_every_text() {
    let program = Program::founded();
    let long = "ä".repeat(512 * 1024);
    let nobody = format!("{:024x}", 1);
    let mut faults = Vec::new();
    for (command, example) in examples(&nobody) {
        if !workflows::wire::access(command)
            .expect("in the table")
            .allows(domain::Role::Admin)
        {
            continue;
        }
        let mut spots = Vec::new();
        places(&example, "", &mut spots);
        for spot in spots {
            let mut args = example.clone();
            let place = args.pointer_mut(&spot).expect("a place of the example");
            if !(place.is_string() || place.is_null()) {
                continue;
            }
            *place = json!(long);
            faults.extend(fault(
                &program,
                command,
                &args,
                &format!("a megabyte at {spot}"),
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// More than any command takes: refused by every one of them in whatever role may call it.
#[test]
fn no_command_takes_more_than_it_can() {
    let program = Program::founded();
    program.person("Sam Student", "sam@example.org", "student");
    let nested = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let mut tried = 0;
    for (email, role) in [
        (ADMIN, domain::Role::Admin),
        ("sam@example.org", domain::Role::Student),
    ] {
        program.sign_in(email);
        for command in workflows::wire::commands() {
            if !command.access.allows(role) {
                continue;
            }
            for args in [
                json!({ "id": "x".repeat(300_000) }),
                json!({ "ids": vec![0; 10_001] }),
                json!({ "filter": nested }),
            ] {
                let no = program.no(command.name, args);
                assert_eq!(no.code, "too-large", "{} as {role}", command.name);
                tried += 1;
            }
        }
    }
    assert!(tried > 300, "{tried} calls");
}

#[test]
fn operators_and_impossible_windows_are_refused_at_their_field() {
    let program = Program::founded();
    let list = |filter: Value, offset: Value, limit: Value| json!({ "filter": filter, "window": { "offset": offset, "limit": limit } });
    for (command, args, field) in [
        (
            "sign_in",
            json!({ "email": { "$gt": "" }, "password": { "$gt": "" } }),
            "email",
        ),
        (
            "people_list",
            list(json!({ "text": { "$regex": ".*" } }), json!(0), json!(10)),
            "filter.text",
        ),
        (
            "people_list",
            list(json!({ "sort": "password" }), json!(0), json!(10)),
            "filter.sort",
        ),
        (
            "people_list",
            list(json!({}), json!(-1), json!(10)),
            "window.offset",
        ),
        (
            "people_list",
            list(json!({}), json!(0), json!("10")),
            "window.limit",
        ),
        ("person", json!({ "id": { "$ne": null } }), "id"),
        ("person", json!({}), "id"),
        (
            "enroll",
            json!({ "users": { "$in": [] }, "course": "c", "method": "cash" }),
            "users",
        ),
        (
            "person_create",
            json!({ "name": "N", "email": "n@example.org", "role": "root", "profile": {} }),
            "role",
        ),
    ] {
        let no = program.no(command, args.clone());
        assert_eq!(
            (no.code.as_str(), no.field.as_deref()),
            ("invalid", Some(field)),
            "{command} {args}"
        );
    }
    let page = program.ok(
        "people_list",
        list(json!({}), json!(0), json!(1_000_000_000)),
    );
    assert_eq!(
        page["total"], 1,
        "a limit beyond measure is cut to what is allowed"
    );
    let page = program.ok(
        "people_list",
        list(json!({}), json!(4_000_000_000_u32), json!(10)),
    );
    assert_eq!(
        page["rows"],
        json!([]),
        "behind the last row there is nothing"
    );
}

#[test]
fn a_call_without_arguments_is_refused_in_the_common_form() {
    let program = Program::founded();
    for body in [
        json!({}),
        json!({ "arguments": {} }),
        json!([]),
        Value::Null,
    ] {
        for command in ["workspace_status", "people_list", "my_profile", "sign_in"] {
            let no = program
                .call_bare(command, body.clone())
                .expect_err("refused");
            assert_eq!(
                (no.code.as_str(), no.field),
                ("invalid", None),
                "{command} with {body}"
            );
        }
    }
}
