//! Verification finds what does not agree. Tampering past the program (with SQL) is tested with the
//! replica; here documents are changed by change sets no rule would make.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use domain::{Collection, Currency, change::Patch, ledger::Method};
use testkit::{TestWorkspace, workspace};
use workflows::{
    dto::{ById, Nothing},
    enrollment::{self, dto::EnrollMyself},
    operations::{dto::VerifyReport, settings, settings_update, verify},
    payments::{self, dto::RecordCash},
};

fn paid() -> (
    TestWorkspace,
    domain::EnrollmentId,
    domain::PaymentId,
    domain::CourseId,
) {
    let ws = workspace();
    let (teacher, student, finance) = (ws.instructor(), ws.student(), ws.finance());
    let course = ws.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let args = EnrollMyself {
        course: course.to_hex(),
        method: Method::Cash,
    };
    let one = enrollment::enroll_myself(&ws.desk(), &student, args).unwrap();
    let payment = one.payment.unwrap();
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
        note: None,
    };
    payments::payment_record_cash(&ws.desk(), &finance, cash).unwrap();
    (
        ws,
        one.enrollment.unwrap().parse().unwrap(),
        payment.parse().unwrap(),
        course,
    )
}

fn report(ws: &TestWorkspace) -> VerifyReport {
    verify(&ws.desk(), &ws.admin, Nothing {}).unwrap()
}

fn after(
    ws: &TestWorkspace,
    collection: Collection,
    id: impl Into<bson::oid::ObjectId>,
    patch: Patch,
) -> Vec<String> {
    let id = id.into();
    ws.commit("test.tampered", collection, id, |set| {
        set.patch(collection, id, patch)
    });
    report(ws)
        .findings
        .into_iter()
        .map(|finding| finding.check)
        .collect()
}

#[test]
fn an_honest_workspace_has_no_findings() {
    let (ws, ..) = paid();
    let report = report(&ws);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(
        (
            report.courses,
            report.enrollments,
            report.payments,
            report.ledger_rows
        ),
        (1, 1, 1, 1)
    );
    assert!(report.audit_events > 3);
}

#[test]
fn a_wrong_counter_is_found() {
    let (ws, _, _, course) = paid();
    let found = after(
        &ws,
        Collection::Courses,
        course,
        Patch::new().put("enrollmentCount", 7_i64),
    );
    assert_eq!(found, ["counter"]);
    let (ws, _, _, course) = paid();
    let found = after(
        &ws,
        Collection::Courses,
        course,
        Patch::new().put("rating.count", 3_i64),
    );
    assert_eq!(found, ["counter"]);
    let (ws, _, _, course) = paid();
    let found = after(
        &ws,
        Collection::Courses,
        course,
        Patch::new().put("totalLessons", 3_i64),
    );
    assert_eq!(found, ["counter"]);
}

#[test]
fn a_payment_that_contradicts_the_ledger_is_found() {
    let (ws, _, payment, _) = paid();
    let found = after(
        &ws,
        Collection::Payments,
        payment,
        Patch::new().put("amount", 300.0),
    );
    assert!(found.contains(&"ledger-sum".to_owned()), "{found:?}");
    let (ws, _, payment, _) = paid();
    let found = after(
        &ws,
        Collection::Payments,
        payment,
        Patch::new().put("status", "refunded"),
    );
    assert!(found.contains(&"state".to_owned()), "{found:?}");
    let (ws, _, payment, _) = paid();
    let found = after(
        &ws,
        Collection::Payments,
        payment,
        Patch::new().put("receiptNumber", "R-X-000009"),
    );
    assert!(found.contains(&"reference".to_owned()), "{found:?}");
}

#[test]
fn an_enrollment_nothing_pays_for_is_found() {
    let (ws, enrollment, _, _) = paid();
    let found = after(
        &ws,
        Collection::Enrollments,
        enrollment,
        Patch::new().put("payment.status", "pending"),
    );
    assert!(found.contains(&"state".to_owned()), "{found:?}");
    let (ws, enrollment, _, _) = paid();
    let patch = Patch::new().put("status", "completed");
    let found = after(&ws, Collection::Enrollments, enrollment, patch);
    assert!(
        found.contains(&"state".to_owned()),
        "completed without a date: {found:?}"
    );
}

#[test]
fn only_administrators_verify_and_change_settings() {
    let (ws, ..) = paid();
    for actor in [ws.student(), ws.instructor(), ws.finance()] {
        assert!(verify(&ws.desk(), &actor, Nothing {}).is_err());
        assert!(settings(&ws.desk(), &actor, Nothing {}).is_err());
    }
    let before = settings(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    let mut wanted = before.clone();
    wanted.institution = "Renamed College".into();
    wanted.timezone = "asia/dhaka".into();
    let changed = settings_update(&ws.desk(), &ws.admin, &wanted).unwrap();
    assert_eq!(
        (changed.institution.as_str(), changed.timezone.as_str()),
        ("Renamed College", "Asia/Dhaka")
    );
    let stale = settings_update(&ws.desk(), &ws.admin, &wanted).unwrap_err();
    assert_eq!(stale.code(), Some(domain::Code::Stale));
    wanted.rev = changed.rev;
    wanted.timezone = "Mars/Olympus".into();
    assert!(settings_update(&ws.desk(), &ws.admin, &wanted).is_err());
    assert!(
        report(&ws).findings.is_empty(),
        "days are cut anew in the new zone"
    );
}
