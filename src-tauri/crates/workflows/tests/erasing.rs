//! Everything about a person as files, and a person erased: nothing of them is left in any table, and money,
//! figures and both chains stay right.
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "common/inside.rs"]
mod inside;
#[path = "common/traces.rs"]
mod traces;

use domain::{
    Actor, Code, Collection, Currency, Role, UserId, change::Patch, ledger::Method,
    user::UserStatus,
};
use rusqlite::Connection;
use testkit::{TestWorkspace, workspace};
use workflows::{
    WorkflowError,
    dto::{ById, Nothing, WindowDto},
    enrollment::{self, dto::EnrollMyself},
    learning::{self, dto::AddNote},
    operations::{
        audit_list,
        dto::{AuditFilter, ListAudit},
        verify,
    },
    payments::{self, dto::RecordCash},
    people::{
        self,
        dto::{
            ErasePerson, PersonalDataOf, ProfileDto, SetPeopleStatus, SetPersonPassword,
            SetPersonRole, UpdatePerson,
        },
    },
};

use traces::{NAME, TRACES, is_found_in};

struct Story {
    ws: TestWorkspace,
    person: Actor,
    payment: String,
}

/// Somebody who left traces everywhere.
fn lived() -> Story {
    let ws = workspace();
    let teacher = ws.instructor();
    let finance = ws.finance();
    let person = ws.person_named(NAME, "zebulon@quackenbush.example", Role::Student);
    let id = person.user.unwrap();
    let seen = look(&ws, id);
    people::person_update(
        &ws.desk(),
        &ws.admin,
        UpdatePerson {
            id: id.to_hex(),
            rev: seen.rev,
            name: seen.name,
            email: seen.email,
            email_verified: true,
            profile: ProfileDto {
                phone: Some("+1 5550199".into()),
                street: Some("1 Drakeside".into()),
                bio: Some("Lives for mallardism.".into()),
                avatar: Some("https://example.org/goosefeather.png".into()),
                ..ProfileDto::default()
            },
        },
    )
    .unwrap();
    let course = ws.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let args = EnrollMyself {
        course: course.to_hex(),
        method: Method::Cash,
    };
    let joined = enrollment::enroll_myself(&ws.desk(), &person, args).unwrap();
    let payment = joined.payment.unwrap();
    let now = payments::payment(
        &ws.desk(),
        &finance,
        ById {
            id: payment.clone(),
        },
    )
    .unwrap();
    let cash = RecordCash {
        id: payment.clone(),
        rev: now.rev,
        amount_minor: 25_000,
        received_on: None,
        note: Some("Brought by old Quackenbush in a waterfowl purse".into()),
    };
    payments::payment_record_cash(&ws.desk(), &finance, cash).unwrap();
    let note = AddNote {
        enrollment: joined.enrollment.clone().unwrap(),
        lesson: None,
        content: "Goosefeather quills, says Zebulon".into(),
        timestamp: None,
    };
    learning::note_add(&ws.desk(), &person, note).unwrap();
    let document = ws
        .workspace
        .replica()
        .read(|reader| reader.enrollments_of_user(id))
        .unwrap();
    let enrollment = document[0].id;
    ws.commit(
        "test.reviewed",
        Collection::Enrollments,
        enrollment,
        |set| {
            set.patch(
                Collection::Enrollments,
                enrollment,
                Patch::new().put(
                    "review",
                    bson::doc! { "rating": 4.0, "comment": "Waterfowl welcome" },
                ),
            )
            .patch(
                Collection::Courses,
                course,
                Patch::new().put("rating", bson::doc! { "average": 4.0, "count": 1_i64 }),
            )
        },
    );
    Story {
        ws,
        person,
        payment,
    }
}

fn look(ws: &TestWorkspace, id: UserId) -> people::dto::PersonDetail {
    people::person(&ws.desk(), &ws.admin, ById { id: id.to_hex() }).unwrap()
}

fn erase(ws: &TestWorkspace, actor: &Actor, id: UserId, name: &str) -> Result<(), (Code, String)> {
    let args = ErasePerson {
        id: id.to_hex(),
        name: name.into(),
        reason: "Asked for it in writing".into(),
    };
    match people::person_erase(&ws.desk(), actor, &args) {
        Ok(_) => Ok(()),
        Err(WorkflowError::Refused(refusal)) => Err((refusal.code, refusal.message)),
        Err(other) => panic!("{other}"),
    }
}

/// The workspace's file, opened past the program.
fn within(ws: &TestWorkspace) -> Connection {
    inside::inside(ws.vault.as_ref(), ws.dir())
}

/// Where in which table a trace is: `table: trace`.
fn traces(ws: &TestWorkspace) -> Vec<String> {
    traces::traces(ws.vault.as_ref(), ws.dir())
}

#[test]
fn an_erased_person_is_found_nowhere_and_everything_still_agrees() {
    let Story {
        ws,
        person,
        payment,
    } = lived();
    let id = person.user.unwrap();
    let before = traces(&ws);
    is_found_in(
        &[
            "users",
            "enrollments",
            "payments",
            "payment_ledger",
            "audit_events",
            "people_fts_data",
        ],
        &before,
    );
    let report = verify(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let revenue = |ws: &TestWorkspace| {
        ws.workspace
            .replica()
            .read(|reader| reader.ledger_sum(payment.parse().unwrap()))
            .unwrap()
    };
    assert_eq!(revenue(&ws), 25_000);

    erase(&ws, &ws.admin, id, NAME).unwrap();

    assert_eq!(traces(&ws), Vec::<String>::new());
    let connection = within(&ws);
    let free: i64 = connection
        .query_row("PRAGMA freelist_count", [], |row| row.get(0))
        .unwrap();
    assert_eq!(free, 0, "no page holds what was there before");
    // The whole file without its encryption, byte by byte.
    let plain = ws.dir().join("plain.db");
    connection
        .execute_batch(&format!(
            "ATTACH '{}' AS plain KEY ''; SELECT sqlcipher_export('plain'); DETACH plain",
            plain.display()
        ))
        .unwrap();
    let bytes = String::from_utf8_lossy(&std::fs::read(plain).unwrap()).to_lowercase();
    for trace in TRACES {
        assert!(!bytes.contains(trace), "{trace}");
    }

    assert_eq!(revenue(&ws), 25_000, "money stays");
    let report = verify(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let left = ws.user(id);
    assert_eq!(left.name, "Erased person");
    assert_eq!(left.status.as_str(), "inactive");
    assert!(left.password.is_none() && left.profile.phone.is_none());
    let enrollment = ws
        .workspace
        .replica()
        .read(|reader| reader.enrollments_of_user(id))
        .unwrap()
        .swap_remove(0);
    assert!(enrollment.notes.is_empty());
    let review = enrollment.review.unwrap();
    assert_eq!((review.rating, review.comment), (Some(4.0), None));
    assert_eq!(
        erase(&ws, &ws.admin, id, "Erased person"),
        Ok(()),
        "a second time does no harm"
    );
    let report = verify(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

/// Words are rightly gone only while the account says whose they were: nobody's.
#[test]
fn an_erased_account_is_not_made_somebodys_again() {
    let Story { ws, person, .. } = lived();
    let id = person.user.unwrap();
    assert!(!look(&ws, id).erased);
    erase(&ws, &ws.admin, id, NAME).unwrap();
    let left = look(&ws, id);
    assert!(left.erased);
    let desk = ws.desk();
    let id = id.to_hex();
    let edited = UpdatePerson {
        id: id.clone(),
        rev: left.rev,
        name: "Somebody Else".into(),
        email: "else@example.org".into(),
        email_verified: true,
        profile: ProfileDto::default(),
    };
    let role = SetPersonRole {
        id: id.clone(),
        rev: left.rev,
        role: Role::Instructor,
    };
    let password = SetPersonPassword {
        id: id.clone(),
        password: "Sparrow7hedge".into(),
    };
    for refused in [
        people::person_update(&desk, &ws.admin, edited).unwrap_err(),
        people::person_set_role(&desk, &ws.admin, role).unwrap_err(),
        people::person_set_password(&desk, &ws.admin, password).unwrap_err(),
        workflows::accounts::person_code(&desk, &ws.admin, &ById { id: id.clone() }).unwrap_err(),
    ] {
        assert_eq!(refused.code(), Some(Code::WrongState), "{refused}");
    }
    let open = SetPeopleStatus {
        ids: vec![id],
        status: UserStatus::Active,
        reason: None,
    };
    let outcome = people::people_set_status(&desk, &ws.admin, open).unwrap();
    assert_eq!(outcome.done, 0);
    assert_eq!(outcome.refused[0].code, Code::WrongState);
    let report = verify(&desk, &ws.admin, Nothing {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn what_is_left_of_an_erased_row_cannot_be_changed_either() {
    for sql in [
        "UPDATE payment_ledger SET amount_minor = 1, doc = json_set(doc, '$.amountMinor', json('{\"$numberLong\":\"1\"}'))",
        "UPDATE audit_events SET doc = replace(doc, '25000', '1') WHERE verb = 'payment.captured'",
        "UPDATE audit_events SET verb = 'person.admired', doc = replace(doc, 'person.updated', 'person.admired') WHERE verb = 'person.updated'",
    ] {
        let Story { ws, person, .. } = lived();
        erase(&ws, &ws.admin, person.user.unwrap(), NAME).unwrap();
        let connection = within(&ws);
        connection
            .execute_batch("DROP TRIGGER audit_no_update; DROP TRIGGER ledger_no_update")
            .unwrap();
        assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
        let report = verify(&ws.desk(), &ws.admin, Nothing {}).unwrap();
        assert!(
            report
                .findings
                .iter()
                .any(|finding| finding.check.ends_with("-chain")
                    && finding.message.contains("changed")),
            "{sql}: {:?}",
            report.findings
        );
    }
}

#[test]
fn who_may_not_be_erased_is_told_why_and_the_way_on() {
    let Story { ws, person, .. } = lived();
    let id = person.user.unwrap();
    let (code, _) = erase(&ws, &ws.admin, id, "Zebulon").unwrap_err();
    assert_eq!(code, Code::Invalid, "the name is typed whole");
    for other in [ws.student(), ws.instructor(), ws.finance(), person.clone()] {
        assert_eq!(erase(&ws, &other, id, NAME).unwrap_err().0, Code::Forbidden);
    }
    let own = ws.admin.user.unwrap();
    assert_eq!(
        erase(&ws, &ws.admin, own, "Ada Byron").unwrap_err().0,
        Code::WrongState,
        "nobody erases themself"
    );
    assert_eq!(
        erase(&ws, &ws.product(), own, "Ada Byron").unwrap_err().0,
        Code::LastAdmin
    );
    let second = ws.student();
    let teacher = ws.instructor();
    let course = ws.course("Knots", &teacher, 5_000, Currency::Gbp);
    let args = EnrollMyself {
        course: course.to_hex(),
        method: Method::Cash,
    };
    enrollment::enroll_myself(&ws.desk(), &second, args).unwrap();
    let (code, why) = erase(&ws, &ws.admin, second.user.unwrap(), &second.name).unwrap_err();
    assert_eq!(code, Code::WrongState);
    assert!(why.contains("cancel it first"), "{why}");
    let (code, why) = erase(&ws, &ws.admin, teacher.user.unwrap(), &teacher.name).unwrap_err();
    assert_eq!(code, Code::WrongState);
    assert!(why.contains("Knots"), "{why}");
    let named = ErasePerson {
        id: id.to_hex(),
        name: NAME.into(),
        reason: "Zebulon Quackenbush asked".into(),
    };
    let refused = people::person_erase(&ws.desk(), &ws.admin, &named).unwrap_err();
    assert_eq!(refused.code(), Some(Code::Invalid), "the reason stays");
}

#[test]
fn personal_data_is_saved_whole_without_secrets_and_told() {
    let Story { ws, person, .. } = lived();
    let id = person.user.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let of = PersonalDataOf { id: id.to_hex() };
    for actor in [&ws.admin, &person] {
        let files = people::personal_data_save(&ws.desk(), actor, &of, folder.path()).unwrap();
        let text = std::fs::read_to_string(&files.json.path).unwrap();
        let lower = text.to_lowercase();
        for trace in TRACES {
            assert!(lower.contains(trace), "{trace}");
        }
        for secret in ["argon2", "\"password\"", "tokenHash", "secondFactor"] {
            assert!(!text.contains(secret), "{secret}");
        }
        let data: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (part, rows) in [("enrollments", 1), ("payments", 1), ("ledger", 1)] {
            assert_eq!(data[part].as_array().unwrap().len(), rows, "{part}");
        }
        assert!(std::fs::read(&files.pdf.path).unwrap().starts_with(b"%PDF"));
    }
    for other in [ws.student(), ws.instructor(), ws.finance()] {
        let refused =
            people::personal_data_save(&ws.desk(), &other, &of, folder.path()).unwrap_err();
        assert_eq!(refused.code(), Some(Code::NotFound));
    }
    assert_eq!(lines(&ws, "person.data-saved").len(), 2);
}

/// Lines of the trail of this verb: who.
fn lines(ws: &TestWorkspace, verb: &str) -> Vec<String> {
    let args = ListAudit {
        filter: AuditFilter {
            area: Some(verb.to_owned()),
            ..AuditFilter::default()
        },
        window: WindowDto {
            offset: 0,
            limit: 100,
        },
    };
    let page = audit_list(&ws.desk(), &ws.admin, &args).unwrap();
    page.rows.into_iter().map(|row| row.actor).collect()
}

#[test]
fn looking_at_somebody_leaves_one_line_an_hour() {
    let Story {
        ws,
        person,
        payment,
    } = lived();
    let id = person.user.unwrap();
    look(&ws, id);
    assert_eq!(
        lines(&ws, "person.viewed").len(),
        0,
        "who wrote a record within the hour knows what is in it"
    );
    for hour in 1..3 {
        ws.clock.advance(60 * 60 + 1);
        look(&ws, id);
        look(&ws, id);
        assert_eq!(lines(&ws, "person.viewed").len(), hour);
    }
    let finance = ws.finance();
    let now = payments::payment(
        &ws.desk(),
        &finance,
        ById {
            id: payment.clone(),
        },
    )
    .unwrap();
    let args = payments::dto::ReceiptArgs {
        payment,
        receipt_number: now.receipt_number.unwrap(),
    };
    payments::receipt(&ws.desk(), &person, args.clone()).unwrap();
    assert_eq!(
        lines(&ws, "receipt.viewed"),
        Vec::<String>::new(),
        "one's own"
    );
    payments::receipt(&ws.desk(), &finance, args).unwrap();
    assert_eq!(lines(&ws, "receipt.viewed"), [finance.name]);
    let story = ws
        .workspace
        .replica()
        .read(|reader| reader.timeline(Collection::Users, id, None, 100))
        .unwrap();
    assert!(
        story
            .iter()
            .all(|row| !row.event.deed.verb.ends_with(".viewed")),
        "timelines tell what happened"
    );
}

#[test]
fn the_trail_is_narrowed_by_desktop_text_and_both() {
    let Story { ws, .. } = lived();
    let total = |filter: AuditFilter| {
        let args = ListAudit {
            filter,
            window: WindowDto {
                offset: 0,
                limit: 100,
            },
        };
        audit_list(&ws.desk(), &ws.admin, &args).unwrap().total
    };
    let all = total(AuditFilter::default());
    let device = ws.workspace.device().to_string();
    let of = |device: &str, text: &str| AuditFilter {
        device: Some(device.to_owned()),
        text: Some(text.to_owned()),
        ..AuditFilter::default()
    };
    assert_eq!(total(of(&device.to_lowercase(), "")), all);
    assert_eq!(total(of("NOWHERE", "")), 0);
    assert_eq!(total(of("", "waterfowl")), 1, "the cash note");
    assert_eq!(total(of(&device, "waterfowl")), 1);
    assert_eq!(total(of("", "%")), 0, "a letter like others");
    assert_eq!(total(of("", "person.updated")), 1);
}
