//! Whose records one sees. Passing the gate is not enough: what is somebody else's is not there.

use serde_json::{Value, json};

use super::{
    fixture::{ADMIN, id, lessons},
    program::Program,
};

/// Sam has a paid, completed course of Ida's and a certificate; Tess has nothing; Ivan teaches
/// another course; Finn is finance.
struct College {
    program: Program,
    sam: String,
    course: String,
    draft: Value,
    enrollment: String,
    payment: String,
    receipt: String,
    certificate: String,
    lesson: String,
}

impl College {
    fn open() -> Self {
        let program = Program::founded();
        let ida = program.person("Ida Instructor", "ida@example.org", "instructor");
        let ivan = program.person("Ivan Instructor", "ivan@example.org", "instructor");
        let sam = program.person("Sam Student", "sam@example.org", "student");
        program.person("Tess Student", "tess@example.org", "student");
        program.person("Finn Finance", "finn@example.org", "finance");
        let course = program.course("Statistics", &ida, 12_000);
        program.course("Pottery", &ivan, 9_000);
        let draft = program.draft("Unfinished Thoughts", &ida, 5_000);
        let (enrollment, payment) = program.enroll(&sam, &course);
        let paid = program.pay(&payment);
        let receipt = paid["receiptNumber"]
            .as_str()
            .expect("a receipt number")
            .to_owned();
        program.sign_in("sam@example.org");
        let note = json!({ "enrollment": enrollment, "lesson": null, "content": "Mine.", "timestamp": null });
        program.ok("note_add", note);
        let view = program.learn(&enrollment);
        let certificate = view["certificateId"]
            .as_str()
            .expect("a certificate")
            .to_owned();
        let lesson = lessons(&view)[0].clone();
        Self {
            program,
            sam,
            course,
            draft,
            enrollment,
            payment,
            receipt,
            certificate,
            lesson,
        }
    }

    #[track_caller]
    fn nothing_for(&self, email: &str, calls: &[(&str, Value)]) {
        self.program.sign_in(email);
        for (command, args) in calls {
            let no = self.program.no(command, args.clone());
            assert_eq!(no.code, "not-found", "{command} for {email}: {no:?}");
            for secret in ["Sam", "sam@", "120"] {
                assert!(
                    !no.message.contains(secret),
                    "{command} tells {email} nothing: {no:?}"
                );
            }
        }
    }
}

/// The whole story of a record, as who is signed in is told it.
#[track_caller]
fn story(program: &Program, collection: &str, id: &str) -> Value {
    let args = json!({ "collection": collection, "id": id, "before": null, "limit": 200 });
    program.ok("timeline", args)
}

fn verbs(story: &Value) -> Vec<&str> {
    let lines = story.as_array().into_iter().flatten();
    lines.filter_map(|line| line["verb"].as_str()).collect()
}

#[test]
fn a_student_sees_nothing_of_another() {
    let college = College::open();
    let College {
        enrollment,
        payment,
        receipt,
        certificate,
        lesson,
        ..
    } = &college;
    let program = &college.program;
    let before = program.ok("learning", json!({ "id": enrollment }));
    let story = |collection: &str, id: &str| json!({ "collection": collection, "id": id, "before": null, "limit": 10 });
    let at_lesson = json!({ "enrollment": enrollment, "lesson": lesson, "seconds": 5 });
    let number = json!({ "payment": payment, "receiptNumber": receipt });
    let note = before["notes"][0]["id"].clone();
    college.nothing_for(
        "tess@example.org",
        &[
            ("enrollment", json!({ "id": enrollment })),
            ("payment", json!({ "id": payment })),
            ("receipt", number.clone()),
            ("receipt_save", number),
            ("personal_data_save", json!({ "id": college.sam })),
            ("payment_retry", json!({ "enrollment": enrollment, "method": "cash" })),
            ("learning", json!({ "id": enrollment })),
            ("lesson_open", at_lesson.clone()),
            ("lesson_complete", at_lesson),
            (
                "note_add",
                json!({ "enrollment": enrollment, "lesson": null, "content": "x", "timestamp": null }),
            ),
            ("note_remove", json!({ "enrollment": enrollment, "note": note })),
            ("review_save", json!({ "enrollment": enrollment, "rating": 1, "comment": null })),
            ("certificate", json!({ "id": certificate })),
            ("certificate_save", json!({ "id": certificate })),
            ("course", json!({ "id": college.draft["id"] })),
            ("timeline", story("users", &college.sam)),
            ("timeline", story("enrollments", enrollment)),
            ("timeline", story("payments", payment)),
            ("timeline", story("courses", &college.course)),
        ],
    );
    assert_eq!(program.ok("my_courses", json!({})), json!([]));
    let window = json!({ "offset": 0, "limit": 50 });
    for filter in [
        json!({}),
        json!({ "user": college.sam }),
        json!({ "text": "Sam" }),
        json!({ "enrollment": enrollment }),
    ] {
        let page = program.ok(
            "payments_list",
            json!({ "filter": filter, "window": window }),
        );
        assert_eq!(
            page["rows"],
            json!([]),
            "none of Sam's payments, whatever is asked: {filter}"
        );
        assert_eq!(page["total"], 0, "and their number is not told: {filter}");
        let what = json!({ "list": "payments", "filter": filter });
        let saved = program.ok(
            "list_save",
            json!({ "what": what, "format": "csv", "task": "t" }),
        );
        assert_eq!(saved["rows"], 0, "nor a file of them: {filter}");
        let path = saved["path"].as_str().expect("a file");
        let text = std::fs::read_to_string(path).expect("it can be read");
        assert!(
            !text.contains("Sam") && !text.contains(receipt.as_str()),
            "{text}"
        );
    }
    for list in ["people", "courses", "enrollments", "audit"] {
        let args = json!({ "what": { "list": list, "filter": {} }, "format": "csv", "task": "t" });
        assert_eq!(
            program.no("list_save", args).code,
            "forbidden",
            "{list} to a file"
        );
    }
    let found = program.ok("search", json!({ "text": "Sam", "limit": 20 }));
    assert!(!found.to_string().contains("Sam Student"), "{found}");
    let found = program.ok("search", json!({ "text": receipt, "limit": 20 }));
    assert!(!found.to_string().contains(payment.as_str()), "{found}");
    let check = program.ok("certificate_check", json!({ "id": certificate }));
    assert_eq!(check["genuine"], true, "who holds the id may check it");

    program.sign_in("sam@example.org");
    assert_eq!(
        program.ok("learning", json!({ "id": enrollment })),
        before,
        "nothing of Sam's was changed"
    );
    program.ok("payment", json!({ "id": payment }));
    let own = json!({ "what": { "list": "payments", "filter": {} }, "format": "csv", "task": "t" });
    assert_eq!(program.ok("list_save", own)["rows"], 1);
    program.ok("certificate", json!({ "id": certificate }));
}

#[test]
fn an_instructor_sees_their_own_courses_only() {
    let college = College::open();
    let College {
        enrollment,
        certificate,
        draft,
        ..
    } = &college;
    let program = &college.program;
    college.nothing_for(
        "ivan@example.org",
        &[
            ("enrollment", json!({ "id": enrollment })),
            ("certificate", json!({ "id": certificate })),
            ("certificate_save", json!({ "id": certificate })),
            ("course", json!({ "id": draft["id"] })),
            (
                "result_record",
                json!({ "enrollment": enrollment, "rev": 1, "assessmentId": "a", "score": 1.0 }),
            ),
            (
                "report",
                json!({ "name": "enrollments-by-status", "from": null, "to": null, "course": college.course }),
            ),
            (
                "timeline",
                json!({ "collection": "enrollments", "id": enrollment, "before": null, "limit": 10 }),
            ),
        ],
    );
    let by = json!({ "id": draft["id"], "rev": draft["rev"] });
    let mut fields = draft["fields"].clone();
    fields["title"] = json!("Taken over");
    for (command, args) in [
        ("course_submit", by.clone()),
        (
            "course_update",
            json!({ "id": draft["id"], "rev": draft["rev"], "fields": fields }),
        ),
        (
            "curriculum_save",
            json!({ "id": draft["id"], "rev": draft["rev"], "modules": [] }),
        ),
    ] {
        let no = program.no(command, args);
        assert!(
            matches!(no.code.as_str(), "not-found" | "forbidden"),
            "{command}: {no:?}"
        );
    }
    let window = json!({ "offset": 0, "limit": 50 });
    let list = |filter: Value| {
        program.ok(
            "enrollments_list",
            json!({ "filter": filter, "window": window }),
        )
    };
    for filter in [
        json!({}),
        json!({ "course": college.course }),
        json!({ "user": college.sam }),
    ] {
        assert_eq!(
            list(filter.clone())["total"],
            0,
            "none of Ida's students: {filter}"
        );
    }
    for money in [
        "revenue-by-course",
        "revenue-by-method",
        "revenue-by-month",
        "outstanding-payments",
    ] {
        let args = json!({ "name": money, "from": null, "to": null, "course": null });
        assert_eq!(
            program.no("report", args.clone()).code,
            "forbidden",
            "{money}"
        );
        let saving = json!({ "report": args, "format": "csv" });
        assert_eq!(
            program.no("report_save", saving).code,
            "forbidden",
            "{money} to a file"
        );
    }
    for list in ["payments", "people"] {
        let args = json!({ "what": { "list": list, "filter": {} }, "format": "csv", "task": "t" });
        assert_eq!(
            program.no("list_save", args).code,
            "forbidden",
            "{list} to a file"
        );
    }
    let dashboard = program.ok("dashboard", json!({}));
    assert_eq!(
        dashboard["revenueThisMonth"],
        json!([]),
        "instructors see no money"
    );
    assert_eq!(
        dashboard["completedEnrollments"], 0,
        "nor other people's students"
    );

    program.sign_in("ida@example.org");
    let own = program.ok("enrollment", json!({ "id": enrollment }));
    assert_eq!(
        own["progress"].as_f64(),
        Some(100.0),
        "Ida sees how Sam does"
    );
    assert_eq!(own["payments"], json!([]), "and not what he paid");
    assert_eq!(
        program.ok("dashboard", json!({}))["completedEnrollments"],
        1
    );
    for (collection, record) in [("enrollments", enrollment), ("courses", &college.course)] {
        let story = story(program, collection, record);
        let verbs = verbs(&story);
        assert!(
            verbs.contains(&"enrollment.created") && verbs.contains(&"enrollment.completed"),
            "{collection}: {verbs:?}"
        );
        for verb in verbs {
            let area = verb.split('.').next();
            assert!(
                !matches!(area, Some("payment" | "refund")),
                "{collection}: Ida is told {verb}"
            );
        }
        let text = story.to_string();
        for money in [
            "12000",
            college.receipt.as_str(),
            college.payment.as_str(),
            "\"cash\"",
            "\"GBP\"",
        ] {
            let priced = collection == "courses" && matches!(money, "12000" | "\"GBP\"");
            assert!(
                priced || !text.contains(money),
                "{collection}: {money} in {story}"
            );
        }
    }
    let first = program.ok(
        "timeline",
        json!({ "collection": "enrollments", "id": enrollment, "before": null, "limit": 1 }),
    );
    let older = program.ok(
        "timeline",
        json!({ "collection": "enrollments", "id": enrollment, "before": first[0]["n"], "limit": 50 }),
    );
    let whole = story(program, "enrollments", enrollment);
    assert_eq!(
        [verbs(&first), verbs(&older)].concat(),
        verbs(&whole),
        "what is left out takes no place on a page"
    );
    let mut fields = draft["fields"].clone();
    let teachers = program.ok("instructors", json!({}));
    let ivan = teachers
        .as_array()
        .into_iter()
        .flatten()
        .find(|teacher| teacher["name"] == "Ivan Instructor");
    fields["instructor"] = ivan.expect("Ivan teaches")["id"].clone();
    assert_eq!(
        draft["fields"]["instructor"],
        id(&program.ok("my_profile", json!({})))
    );
    let give_away = json!({ "id": draft["id"], "rev": draft["rev"], "fields": fields });
    let no = program.no("course_update", give_away);
    assert_eq!(
        no.code, "forbidden",
        "only an administrator assigns an instructor: {no:?}"
    );
}

#[test]
fn finance_sees_the_money_and_not_the_learning() {
    let college = College::open();
    let College {
        enrollment,
        payment,
        ..
    } = &college;
    let program = &college.program;
    program.sign_in("finn@example.org");
    let found = program.ok("enrollment", json!({ "id": enrollment }));
    assert_eq!(found["student"]["name"], "Sam Student");
    assert_eq!(found["status"], "completed");
    assert_eq!(found["payments"][0]["id"], payment.as_str());
    for hidden in ["progress", "timeSpent", "finalScore", "lastAccessAt"] {
        assert_eq!(found[hidden], Value::Null, "finance does not see {hidden}");
    }
    assert_eq!(
        (&found["lessons"], &found["results"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(found["certificateId"], Value::Null);
    let told = found["why"].to_string();
    assert!(
        !told.contains("finalScore") && !told.contains(&college.certificate),
        "why it is completed: {told}"
    );
    let story = story(program, "enrollments", enrollment);
    assert_eq!(
        verbs(&story),
        [
            "enrollment.completed",
            "payment.captured",
            "enrollment.created"
        ],
        "finance is told of the money and the state: {story}"
    );
    let text = story.to_string();
    for learning in [
        "finalScore",
        "percentage",
        college.certificate.as_str(),
        "lesson",
    ] {
        assert!(!text.contains(learning), "{learning} in {story}");
    }
    assert!(text.contains(&college.receipt), "{story}");
    let window = json!({ "offset": 0, "limit": 50 });
    let page = program.ok(
        "enrollments_list",
        json!({ "filter": {}, "window": window }),
    );
    assert_eq!(page["total"], 1);
    assert_eq!(page["rows"][0]["progress"], Value::Null);
    assert_eq!(page["rows"][0]["finalScore"], Value::Null);
    for learning in [
        "enrollments-by-status",
        "enrollments-over-time",
        "completion-by-course",
    ] {
        let args = json!({ "name": learning, "from": null, "to": null, "course": null });
        assert_eq!(program.no("report", args).code, "forbidden", "{learning}");
    }
    let dashboard = program.ok("dashboard", json!({}));
    assert_eq!(dashboard["completionRate"], Value::Null);
    assert_eq!(
        dashboard["revenueThisMonth"],
        json!([{ "minor": 12_000, "currency": "GBP" }])
    );
    let args = json!({ "what": { "list": "people", "filter": {} }, "format": "csv", "task": "t" });
    assert_eq!(
        program.no("list_save", args).code,
        "forbidden",
        "people to a file"
    );
    let args =
        json!({ "what": { "list": "payments", "filter": {} }, "format": "csv", "task": "t" });
    assert_eq!(program.ok("list_save", args)["rows"], 1);
}

#[test]
fn the_last_administrator_stays() {
    let program = Program::founded();
    let me = id(&program.ok("my_profile", json!({})));
    let rev = program.ok("person", json!({ "id": me }))["rev"].clone();
    let no = program.no(
        "person_set_role",
        json!({ "id": me, "rev": rev, "role": "student" }),
    );
    assert_eq!(no.code, "last-admin");
    let suspend = json!({ "ids": [me], "status": "suspended", "reason": "Holiday" });
    let outcome = program.ok("people_set_status", suspend);
    assert_eq!(outcome["refused"][0]["code"], "last-admin");
    assert_eq!(
        program.ok("workspace_status", json!({}))["session"]["email"],
        ADMIN
    );
}
