//! The main job, from the first run to the report, and what happens to money when it goes back.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use matricula_app::state::Shell;
use serde_json::{Value, json};
use tauri::{Listener, Manager};

use super::{
    fixture::{ADMIN, id},
    program::{Program, files},
};

/// The cells of the row of a report that begins with that word.
fn row<'a>(report: &'a Value, first: &str) -> &'a Vec<Value> {
    report["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .find(|row| row[0] == first)
        .unwrap_or_else(|| panic!("{report} has a row {first}"))
}

fn report(program: &Program, name: &str) -> Value {
    program.ok(
        "report",
        json!({ "name": name, "from": null, "to": null, "course": null }),
    )
}

#[test]
fn from_the_first_run_to_the_report() {
    let program = Program::founded();
    let changes = Arc::new(AtomicUsize::new(0));
    let heard = changes.clone();
    program.app.listen_any("data-changed", move |_| {
        heard.fetch_add(1, Ordering::SeqCst);
    });

    // A course, by its instructor, published by the administrator.
    let instructor = program.person("Ida Instructor", "ida@example.org", "instructor");
    let student = program.person("Sam Student", "sam@example.org", "student");
    program.person("Finn Finance", "finn@example.org", "finance");
    program.sign_in("ida@example.org");
    let draft = program.draft("Rust from the Ground", &instructor, 14_900);
    assert_eq!(draft["status"], "draft");
    assert_eq!(draft["totalLessons"], 2);
    let by = json!({ "id": draft["id"], "rev": draft["rev"] });
    assert_eq!(
        program.no("course_publish", by.clone()).code,
        "forbidden",
        "instructors submit"
    );
    let submitted = program.ok("course_submit", by);
    assert_eq!(submitted["status"], "under-review");
    program.sign_in(ADMIN);
    let by = json!({ "id": submitted["id"], "rev": submitted["rev"] });
    let published = program.ok("course_publish", by.clone());
    assert_eq!(published["status"], "published");
    assert_eq!(
        program.no("course_publish", by).code,
        "stale",
        "what was read is not what is there"
    );
    let course = id(&published);

    // Enrolling makes a pending payment of the price; paying it makes the enrollment active.
    let wish = json!({ "users": [student.clone()], "course": course, "method": "cash" });
    let preview = program.ok("enroll_preview", wish.clone());
    assert_eq!(
        preview["enrolled"][0]["enrollment"],
        Value::Null,
        "a dry run makes nothing"
    );
    let (enrollment, payment) = program.enroll(&student, &course);
    let again = program.ok("enroll", wish);
    assert_eq!(
        again["refused"][0]["code"], "taken",
        "nobody is enrolled twice"
    );
    let found = program.ok("enrollment", json!({ "id": enrollment }));
    assert_eq!(found["status"], "pending");
    assert_eq!(found["why"]["code"], "waits-for-payment");

    program.sign_in("finn@example.org");
    let queue = program.ok("payments_queue", json!({}));
    assert_eq!(
        queue["outstanding"],
        json!([{ "minor": 14_900, "currency": "GBP" }])
    );
    let waiting = program.ok("payment", json!({ "id": payment }));
    let cash = |minor: i64| {
        json!({
            "id": payment, "rev": waiting["rev"], "amountMinor": minor,
            "receivedOn": null, "note": null,
        })
    };
    let no = program.no("payment_record_cash", cash(14_800));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("amount", Some("amountMinor")),
        "{}",
        no.message
    );
    let before = changes.load(Ordering::SeqCst);
    let paid = program.ok("payment_record_cash", cash(14_900));
    // Once by the command; the file is looked at besides, every half second, and that may tell of it again and
    // of what came before.
    let heard = changes.load(Ordering::SeqCst) - before;
    assert!(
        (1..=3).contains(&heard),
        "the window hears of the change, {heard} times"
    );
    assert_eq!(paid["status"], "completed");
    assert_eq!(paid["enrollmentStatus"], "active");
    assert_eq!(
        paid["ledgerBalance"],
        json!({ "minor": 14_900, "currency": "GBP" })
    );
    assert_eq!(paid["ledger"].as_array().unwrap().len(), 1);
    assert_eq!(
        program.no("payment_record_cash", cash(14_900)).code,
        "stale",
        "the same twice"
    );
    let number = paid["receiptNumber"]
        .as_str()
        .expect("a receipt number")
        .to_owned();
    assert!(
        number.starts_with("R-"),
        "a number of this device's series: {number}"
    );

    // The student learns, completes, reviews and takes the certificate home.
    program.sign_in("sam@example.org");
    let cards = program.ok("my_courses", json!({}));
    assert_eq!(cards[0]["progress"].as_f64(), Some(0.0));
    let view = program.learn(&enrollment);
    assert_eq!(view["status"], "completed");
    assert_eq!(view["progress"].as_f64(), Some(100.0));
    let certificate = view["certificateId"]
        .as_str()
        .expect("a certificate")
        .to_owned();
    let review = json!({ "enrollment": enrollment, "rating": 5, "comment": "Clear." });
    assert_eq!(
        program.ok("review_save", review)["reviewRating"].as_f64(),
        Some(5.0)
    );
    let receipt = json!({ "payment": payment, "receiptNumber": number });
    assert_eq!(
        program.ok("receipt", receipt.clone())["payer"],
        "Sam Student"
    );
    let saved = program.ok("receipt_save", receipt);
    assert_eq!(
        files(&program.downloads()),
        [saved["name"].as_str().unwrap()]
    );
    let bytes = std::fs::read(saved["path"].as_str().unwrap()).unwrap();
    assert!(
        bytes.starts_with(b"%PDF-"),
        "a receipt is saved to be printed"
    );
    let saved = program.ok("certificate_save", json!({ "id": certificate }));
    assert!(
        std::fs::read(saved["path"].as_str().unwrap())
            .unwrap()
            .starts_with(b"%PDF-")
    );

    // Anybody who is signed in can check it.
    program.sign_in("finn@example.org");
    let check = program.ok("certificate_check", json!({ "id": certificate }));
    assert_eq!(check["genuine"], true);
    let forged = program.ok(
        "certificate_check",
        json!({ "id": "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA" }),
    );
    assert_eq!(forged["genuine"], false);

    // The figures are those of what happened.
    program.sign_in(ADMIN);
    let statuses = report(&program, "enrollments-by-status");
    assert_eq!(row(&statuses, "completed")[1].as_f64(), Some(1.0));
    let revenue = report(&program, "revenue-by-course");
    assert!(
        row(&revenue, "Rust from the Ground")
            .contains(&json!({ "minor": 14_900, "currency": "GBP" })),
        "{revenue}"
    );
    let dashboard = program.ok("dashboard", json!({}));
    assert_eq!(dashboard["completedEnrollments"], 1);
    assert_eq!(
        dashboard["revenueThisMonth"],
        json!([{ "minor": 14_900, "currency": "GBP" }])
    );
    assert_eq!(dashboard["completionRate"].as_f64(), Some(1.0));
    let reading = json!({ "name": "revenue-by-course", "from": null, "to": null, "course": null });
    let saved = program.ok("report_save", json!({ "report": reading, "format": "csv" }));
    let text = std::fs::read_to_string(saved["path"].as_str().unwrap()).unwrap();
    assert!(text.contains("Rust from the Ground"), "{text}");
    let verified = program.ok("verify", json!({ "task": "t" }));
    assert_eq!(verified["findings"], json!([]), "everything agrees");
    let story = program.ok(
        "timeline",
        json!({ "collection": "enrollments", "id": enrollment, "before": null, "limit": 50 }),
    );
    let verbs: Vec<&str> = story
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line["verb"].as_str())
        .collect();
    for verb in ["enrollment.created", "payment.captured"] {
        assert!(verbs.contains(&verb), "{verbs:?} tells of {verb}");
    }
}

#[test]
fn a_large_refund_takes_two_people() {
    let program = Program::founded();
    let instructor = program.person("Ida Instructor", "ida@example.org", "instructor");
    let student = program.person("Sam Student", "sam@example.org", "student");
    program.person("Finn Finance", "finn@example.org", "finance");
    program.person("Fay Finance", "fay@example.org", "finance");
    let course = program.course("Statistics", &instructor, 30_000);
    let (enrollment, payment) = program.enroll(&student, &course);
    let paid = program.pay(&payment);

    program.sign_in("finn@example.org");
    let ask = |rev: &Value, minor: i64, reason: &str| json!({ "id": payment, "rev": rev, "amountMinor": minor, "reason": reason });
    assert_eq!(
        program
            .no("refund_ask", ask(&paid["rev"], 30_001, "Too much"))
            .code,
        "amount"
    );
    assert_eq!(
        program
            .no("refund_ask", ask(&paid["rev"], 0, "Nothing"))
            .code,
        "amount"
    );
    let no = program.no("refund_ask", ask(&paid["rev"], 30_000, "  "));
    assert_eq!(
        (no.code.as_str(), no.field.as_deref()),
        ("required", Some("reason"))
    );
    let asked = program.ok("refund_ask", ask(&paid["rev"], 30_000, "Moved away"));
    assert_eq!(
        asked["status"], "completed",
        "nothing is booked before a second person agrees"
    );
    let refund = id(&asked["refunds"][0]);
    assert_eq!(asked["refunds"][0]["mayDecide"], false);
    let withdraw =
        |rev: &Value, refund: &str| json!({ "id": payment, "rev": rev, "refund": refund });
    program.sign_in("fay@example.org");
    let no = program.no("refund_withdraw", withdraw(&asked["rev"], &refund));
    assert_eq!(no.code, "forbidden", "only who asked: {}", no.message);
    program.sign_in("finn@example.org");
    let withdrawn = program.ok("refund_withdraw", withdraw(&asked["rev"], &refund));
    assert!(withdrawn["refunds"][0]["withdrawnAt"].is_string());
    assert_eq!(withdrawn["status"], "completed");
    let asked = program.ok(
        "refund_ask",
        ask(&withdrawn["rev"], 30_000, "Moved away after all"),
    );
    let refund = id(&asked["refunds"][1]);
    let decide = |rev: &Value| json!({ "id": payment, "rev": rev, "refund": refund, "approve": true, "reason": null });
    let no = program.no("refund_decide", decide(&asked["rev"]));
    assert_eq!(
        no.code, "needs-approval",
        "nobody approves their own request: {}",
        no.message
    );

    program.sign_in("fay@example.org");
    let refunded = program.ok("refund_decide", decide(&asked["rev"]));
    assert_eq!(refunded["status"], "refunded");
    assert_eq!(
        refunded["ledgerBalance"],
        json!({ "minor": 0, "currency": "GBP" })
    );
    assert_eq!(refunded["ledger"].as_array().unwrap().len(), 2);
    assert_eq!(
        refunded["enrollmentStatus"], "refunded",
        "what was given back in full is no longer open"
    );
    assert!(refunded["refunds"][1]["receiptNumber"].is_string());
    let no = program.no("refund_ask", ask(&refunded["rev"], 1, "Once more"));
    assert!(
        matches!(no.code.as_str(), "amount" | "wrong-state"),
        "{no:?}"
    );

    program.sign_in("sam@example.org");
    let view = program.call("learning", json!({ "id": enrollment }));
    if let Ok(view) = &view {
        assert_eq!(view["status"], "refunded");
        assert!(
            view["modules"][0]["lessons"]
                .as_array()
                .unwrap()
                .iter()
                .all(|l| l["open"] == false),
            "access has ended"
        );
    }
    program.sign_in(ADMIN);
    assert_eq!(
        program.ok("verify", json!({ "task": "t" }))["findings"],
        json!([])
    );
}

#[test]
fn an_import_reports_its_progress_and_can_be_undone() {
    let program = Program::founded();
    let steps = Arc::new(AtomicUsize::new(0));
    let heard = steps.clone();
    program.app.listen_any("progress", move |event| {
        if event.payload().contains("\"task\":\"people-1\"") {
            heard.fetch_add(1, Ordering::SeqCst);
        }
    });
    let mut file = String::from("Full name;E-mail;Role\n");
    for n in 0..500 {
        file.push_str(&format!("Person {n};person{n}@example.org;student\n"));
    }
    file.push_str("No Address;;student\n");
    let content = base64(file.as_bytes());
    let look = json!({ "kind": "people", "file": "people.csv", "content": content });
    let inside = program.ok("import_inspect", look);
    assert_eq!(inside["rows"], 501);
    assert_eq!(inside["delimiter"], ";");
    let run = |dry: bool| {
        json!({
            "kind": "people", "file": "people.csv", "content": content, "dryRun": dry, "task": "people-1",
            "mapping": [
                { "field": "name", "column": "Full name" },
                { "field": "email", "column": "E-mail" },
                { "field": "role", "column": "Role" },
            ],
        })
    };
    let checked = program.ok("import_run", run(true));
    assert_eq!(
        (checked["created"].as_u64(), checked["errorCount"].as_u64()),
        (Some(500), Some(1))
    );
    assert_eq!(
        checked["errors"][0]["row"], 502,
        "as a spreadsheet numbers it: {checked}"
    );
    let total = || {
        program.ok(
            "people_list",
            json!({ "filter": {}, "window": { "offset": 0, "limit": 1 } }),
        )["total"]
            .as_u64()
    };
    assert_eq!(total(), Some(1), "checking makes nobody");
    let done = program.ok("import_run", run(false));
    assert_eq!(total(), Some(501));
    assert!(
        steps.load(Ordering::SeqCst) > 0,
        "the window hears how far it is"
    );
    let listed = json!({
        "what": { "list": "people", "filter": {} }, "format": "csv", "task": "save-1",
    });
    let saved = program.ok("list_save", listed);
    assert_eq!(saved["rows"], 501);
    let undone = program.ok("import_undo", json!({ "id": done["import"] }));
    assert_eq!(undone["removed"], 500);
    assert_eq!(total(), Some(1));
}

#[test]
fn a_verification_tells_how_far_it_is_and_stops_when_it_is_asked_to() {
    let program = Program::founded();
    let steps = Arc::new(AtomicUsize::new(0));
    let heard = steps.clone();
    program.app.listen_any("progress", move |event| {
        if event.payload().contains("\"task\":\"check-1\"") {
            heard.fetch_add(1, Ordering::SeqCst);
        }
    });
    let run = |task: &str| json!({ "task": task });
    assert_eq!(program.ok("verify", run("check-1"))["findings"], json!([]));
    assert!(steps.load(Ordering::SeqCst) > 0, "the window hears of it");

    let shell = program.app.state::<Shell>().inner().clone();
    program.app.listen_any("progress", move |event| {
        if event.payload().contains("\"task\":\"check-2\"") {
            shell.cancel("check-2");
        }
    });
    assert_eq!(program.no("verify", run("check-2")).code, "cancelled");
    let again = program.ok("verify", run("check-3"));
    assert_eq!(again["people"], 1, "nothing is in its way: {again}");
}

/// Base64 as RFC 4648 has it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let at = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
            let bits = at(0) << 16 | at(1) << 8 | at(2);
            (0..4).map(move |n| {
                if n > chunk.len() {
                    '='
                } else {
                    char::from(LETTERS[usize::try_from(bits >> (18 - 6 * n) & 63).unwrap()])
                }
            })
        })
        .collect()
}
