//! The audit trail's chain, tampered with by somebody who has the file and its key: what was changed,
//! removed, added, moved or cut off is found and named.
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "common/inside.rs"]
mod inside;

use domain::{Collection, audit::AuditEvent, chain::SeriesTail, change::Patch};
use replica::{AuditQuery, Window};
use rusqlite::Connection;
use testkit::{TestWorkspace, workspace};
use workflows::{
    dto::Nothing,
    operations::{
        dto::{Finding, VerifyReport},
        verify,
    },
};

/// A workspace with a trail of some length, of two devices.
fn told() -> TestWorkspace {
    let ws = workspace();
    let teacher = ws.instructor();
    let student = ws.student();
    let course = ws.course("Weaving", &teacher, 25_000, domain::Currency::Gbp);
    for round in 0..4 {
        let patch = Patch::new().put("viewCount", round);
        ws.commit("test.seen", Collection::Courses, course, |set| {
            set.patch(Collection::Courses, course, patch)
        });
    }
    ws.commit(
        "test.noted",
        Collection::Users,
        student.user.unwrap(),
        |mut set| {
            set.deed = set.deed.with("reason", "because").with("amountMinor", 5);
            set
        },
    );
    let found = findings(&ws);
    assert!(found.is_empty(), "an honest trail is whole: {found:?}");
    ws
}

fn report(ws: &TestWorkspace) -> VerifyReport {
    verify(&ws.desk(), &ws.admin, Nothing {}).unwrap()
}

fn findings(ws: &TestWorkspace) -> Vec<Finding> {
    let mut found = report(ws).findings;
    found.retain(|finding| finding.check == "audit-chain");
    found
}

/// A connection of somebody who knows the key, with the locks on the trail taken off.
fn unlocked(ws: &TestWorkspace) -> Connection {
    let connection = inside::inside(ws.vault.as_ref(), ws.dir());
    connection
        .execute_batch(
            "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; PRAGMA foreign_keys = OFF",
        )
        .unwrap();
    connection
}

/// The rows, the oldest first.
fn rows(ws: &TestWorkspace) -> Vec<AuditEvent> {
    let query = AuditQuery {
        ascending: true,
        ..AuditQuery::default()
    };
    ws.workspace
        .replica()
        .read(|reader| reader.audit(&query, Window::first(500)))
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.event)
        .collect()
}

fn number(row: &AuditEvent) -> u64 {
    row.chain.as_ref().unwrap().number
}

fn put(connection: &Connection, row: &AuditEvent) {
    let text = bson::Bson::Document(bson::serialize_to_document(row).unwrap())
        .into_canonical_extjson()
        .to_string();
    let changed = connection
        .execute(
            "UPDATE audit_events SET doc = ?2, at = ?3, actor_name = ?4, verb = ?5, number = ?6 WHERE op = ?1",
            rusqlite::params![
                row.op.0.as_bytes(),
                text,
                row.at.timestamp_millis(),
                row.actor.name,
                row.deed.verb,
                i64::try_from(number(row)).unwrap()
            ],
        )
        .unwrap();
    assert_eq!(changed, 1);
}

/// Exactly this row is told.
fn names(ws: &TestWorkspace, row: &AuditEvent) {
    let found = findings(ws);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].record.as_deref(),
        Some(row.op.to_string().as_str())
    );
    assert!(found[0].message.contains("changed"), "{found:?}");
}

#[test]
fn every_part_of_a_row_is_sealed() {
    type Tampering = (&'static str, fn(&mut AuditEvent));
    let changes: [Tampering; 9] = [
        ("the verb", |row| row.deed.verb = "test.unseen".to_owned()),
        ("the moment", |row| {
            row.at = domain::Timestamp::from_millis(row.at.timestamp_millis() + 1);
        }),
        ("who", |row| row.actor.user = None),
        ("the name", |row| row.actor.name = "Mallory".to_owned()),
        ("the role", |row| row.actor.role = domain::Role::Student),
        ("a word", |row| {
            row.deed.detail.insert("reason", "none");
        }),
        ("a figure", |row| {
            row.deed.detail.insert("amountMinor", 6);
        }),
        ("a figure taken away", |row| {
            row.deed.detail.remove("amountMinor");
        }),
        ("the salt", |row| {
            row.chain.as_mut().unwrap().salt = Some("another".to_owned());
        }),
    ];
    for (what, change) in changes {
        let ws = told();
        let mut row = rows(&ws).pop().unwrap();
        change(&mut row);
        let connection = unlocked(&ws);
        put(&connection, &row);
        connection
            .execute(
                "UPDATE audit_events SET actor = ?2, actor_role = ?3 WHERE op = ?1",
                rusqlite::params![
                    row.op.0.as_bytes(),
                    row.actor.user.map(|user| user.0.bytes()),
                    row.actor.role.as_str()
                ],
            )
            .unwrap();
        let found = findings(&ws);
        assert_eq!(found.len(), 1, "{what}: {found:?}");
        assert_eq!(
            found[0].record.as_deref(),
            Some(row.op.to_string().as_str()),
            "{what}"
        );
        assert!(found[0].message.contains("changed"), "{what}: {found:?}");
    }
}

#[test]
fn whom_a_row_is_about_is_sealed() {
    let ws = told();
    let mut row = rows(&ws).pop().unwrap();
    let other = ws.student().user.unwrap();
    row.deed.subjects[0].id = other.0;
    let connection = unlocked(&ws);
    put(&connection, &row);
    connection
        .execute(
            "UPDATE audit_subjects SET id = ?1 WHERE event = (SELECT n FROM audit_events WHERE op = ?2)",
            rusqlite::params![other.0.bytes(), row.op.0.as_bytes()],
        )
        .unwrap();
    names(&ws, &row);
}

#[test]
fn a_row_sealed_again_no_longer_fits_the_next() {
    let ws = told();
    let all = rows(&ws);
    let (mut row, next) = (all[3].clone(), &all[4]);
    row.deed.verb = "test.unseen".to_owned();
    let before = SeriesTail {
        device: row.actor.device.clone(),
        last: number(&row) - 1,
        hash: row.chain.as_ref().unwrap().prev.clone(),
    };
    let resealed = row.sealed(&before, "another salt".to_owned());
    put(&unlocked(&ws), &resealed);
    let found = findings(&ws);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].record.as_deref(),
        Some(next.op.to_string().as_str())
    );
}

#[test]
fn a_removed_row_is_named_by_its_number() {
    let ws = told();
    let row = rows(&ws).swap_remove(3);
    unlocked(&ws)
        .execute(
            "DELETE FROM audit_events WHERE op = ?1",
            [row.op.0.as_bytes()],
        )
        .unwrap();
    let found = findings(&ws);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].record, Some(number(&row).to_string()));
    assert!(found[0].message.contains("removed"), "{found:?}");
}

#[test]
fn a_trail_that_was_cut_is_missed() {
    let ws = told();
    let all = rows(&ws);
    let connection = unlocked(&ws);
    for row in &all[all.len() - 2..] {
        connection
            .execute(
                "DELETE FROM audit_events WHERE op = ?1",
                [row.op.0.as_bytes()],
            )
            .unwrap();
    }
    let found = findings(&ws);
    assert_eq!(found.len(), 1, "{found:?}");
    let last = all.len() as u64;
    assert_eq!(found[0].record, Some(format!("{}–{last}", last - 1)));
    connection.execute("DELETE FROM audit_events", []).unwrap();
    let found = findings(&ws);
    assert_eq!(found[0].record, Some(format!("1–{last}")), "{found:?}");
}

#[test]
fn rows_that_change_places_are_found() {
    // In the chain.
    let ws = told();
    let all = rows(&ws);
    let (mut one, mut other) = (all[2].clone(), all[3].clone());
    let (first, second) = (number(&one), number(&other));
    one.chain.as_mut().unwrap().number = second;
    other.chain.as_mut().unwrap().number = first;
    let connection = unlocked(&ws);
    put(&connection, &one);
    put(&connection, &other);
    let found = findings(&ws);
    for row in [&one, &other] {
        assert!(
            found
                .iter()
                .any(|finding| finding.record.as_deref() == Some(row.op.to_string().as_str())),
            "{found:?}"
        );
    }
    // In the file alone: lists would tell them the other way round.
    let ws = told();
    let all = rows(&ws);
    let connection = unlocked(&ws);
    let place = |row: &AuditEvent| -> i64 {
        connection
            .query_row(
                "SELECT n FROM audit_events WHERE op = ?1",
                [row.op.0.as_bytes()],
                |row| row.get(0),
            )
            .unwrap()
    };
    let (a, b) = (place(&all[5]), place(&all[6]));
    connection
        .execute_batch(&format!(
            "UPDATE audit_events SET n = -1 WHERE n = {a}; UPDATE audit_subjects SET event = -1 WHERE event = {a};
             UPDATE audit_events SET n = {a} WHERE n = {b}; UPDATE audit_subjects SET event = {a} WHERE event = {b};
             UPDATE audit_events SET n = {b} WHERE n = -1; UPDATE audit_subjects SET event = {b} WHERE event = -1"
        ))
        .unwrap();
    let found = findings(&ws);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].record.as_deref(),
        Some(all[6].op.to_string().as_str())
    );
    assert!(found[0].message.contains("moved"), "{found:?}");
}

#[test]
fn an_added_row_is_found() {
    let ws = told();
    let mut row = rows(&ws).pop().unwrap();
    let connection = unlocked(&ws);
    row.op = domain::OpId(uuid::Uuid::from_u128(99));
    row.chain = None;
    let text = bson::Bson::Document(bson::serialize_to_document(&row).unwrap())
        .into_canonical_extjson()
        .to_string();
    connection
        .execute(
            "INSERT INTO audit_events (op, at, actor, actor_name, actor_role, device, verb, doc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            rusqlite::params![
                row.op.0.as_bytes(),
                row.at.timestamp_millis(),
                row.actor.user.map(|user| user.0.bytes()),
                row.actor.name,
                row.actor.role.as_str(),
                row.actor.device.as_str(),
                row.deed.verb,
                text
            ],
        )
        .unwrap();
    let found = findings(&ws);
    assert!(
        found
            .iter()
            .any(|finding| finding.message.contains("added")),
        "{found:?}"
    );
}

#[test]
fn what_lists_have_of_a_row_is_compared_with_it() {
    for sql in [
        "UPDATE audit_events SET verb = 'test.unseen' WHERE number = 4",
        "UPDATE audit_events SET at = at + 1 WHERE number = 4",
        "UPDATE audit_events SET actor_name = 'Mallory' WHERE number = 4",
        "DELETE FROM audit_subjects WHERE event = (SELECT n FROM audit_events WHERE number = 4)",
    ] {
        let ws = told();
        let row = rows(&ws).swap_remove(3);
        assert_eq!(unlocked(&ws).execute(sql, []).unwrap().min(1), 1, "{sql}");
        let found = findings(&ws);
        assert_eq!(found.len(), 1, "{sql}: {found:?}");
        assert_eq!(
            found[0].record.as_deref(),
            Some(row.op.to_string().as_str()),
            "{sql}"
        );
    }
}

#[test]
fn words_cannot_be_said_to_be_erased_when_nobody_was() {
    let ws = told();
    let row = rows(&ws).pop().unwrap().without_words();
    put(&unlocked(&ws), &row);
    let found = findings(&ws);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.contains("nobody"), "{found:?}");
}

#[test]
fn a_record_nobody_can_read_is_a_finding_and_no_end() {
    let ws = workspace();
    let teacher = ws.instructor();
    let course = ws.course("Weaving", &teacher, 25_000, domain::Currency::Gbp);
    let student = ws.student();
    let args = workflows::enrollment::dto::EnrollMyself {
        course: course.to_hex(),
        method: domain::ledger::Method::Cash,
    };
    let done = workflows::enrollment::enroll_myself(&ws.desk(), &student, args).unwrap();
    assert_eq!(report(&ws).findings.len(), 0);
    let connection = unlocked(&ws);
    let person = student.user.unwrap();
    let (enrollment, payment) = (done.enrollment.unwrap(), done.payment.unwrap());
    for (table, id, from, to) in [
        (
            "payments",
            payment.as_str(),
            "\"currency\":\"GBP\"",
            "\"currency\":\"CHF\"",
        ),
        (
            "courses",
            &course.to_hex(),
            "\"status\":\"published\"",
            "\"status\":\"sung\"",
        ),
        (
            "users",
            &person.to_hex(),
            "\"role\":\"student\"",
            "\"role\":\"king\"",
        ),
        (
            "enrollments",
            &enrollment,
            "\"status\":\"pending\"",
            "\"status\":7",
        ),
    ] {
        let changed = connection
            .execute(
                &format!("UPDATE {table} SET doc = replace(doc, ?2, ?3) WHERE lower(hex(id)) = ?1"),
                rusqlite::params![id, from, to],
            )
            .unwrap();
        assert_eq!(changed, 1, "{table}");
        let found = report(&ws).findings;
        let told: Vec<&Finding> = found
            .iter()
            .filter(|finding| finding.check == format!("document.{table}"))
            .collect();
        assert_eq!(told.len(), 1, "{table}: {found:?}");
        assert_eq!(told[0].record.as_deref(), Some(id), "{table}");
        assert!(told[0].message.contains("cannot be read"), "{told:?}");
    }
    let found = report(&ws).findings;
    let checks: Vec<&str> = found.iter().map(|finding| finding.check.as_str()).collect();
    assert!(
        !checks.contains(&"reference"),
        "what is there and cannot be read is not missing: {found:?}"
    );
    let number: i64 = connection
        .query_row("SELECT min(n) FROM audit_events", [], |row| row.get(0))
        .unwrap();
    connection
        .execute("UPDATE audit_events SET doc = '{}' WHERE n = ?1", [number])
        .unwrap();
    let after = report(&ws).findings;
    assert!(
        after
            .iter()
            .any(|finding| finding.check == "audit-chain"
                && finding.message.contains("cannot be read")),
        "{after:?}"
    );
}
