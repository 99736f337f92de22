//! Verification finds what does not agree. Tampering past the program (with SQL) is tested with the
//! replica; here documents are changed by change sets no rule would make.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use domain::{Code, Collection, Currency, change::Patch, ledger::Method};
use testkit::{TestWorkspace, workspace};
use workflows::{
    catalog,
    dto::{ById, Nothing},
    enrollment::{self, dto::EnrollMyself},
    learning::{self, dto::LessonArgs},
    operations::{dto::VerifyReport, repair, settings, settings_update, verify, verify_while},
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
fn wrong_counters_are_put_right_by_increments() {
    let (ws, _, _, course) = paid();
    let patch = Patch::new()
        .put("enrollmentCount", 7_i64)
        .put("rating.count", 3_i64)
        .put("totalLessons", 30_i64);
    assert_eq!(
        after(&ws, Collection::Courses, course, patch),
        ["counter"; 3]
    );
    assert!(repair(&ws.desk(), &ws.finance(), false).is_err());
    let look = repair(&ws.desk(), &ws.admin, true).unwrap();
    let fields: Vec<&str> = look.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["enrollmentCount", "rating.count", "totalLessons"]);
    assert_eq!((look[0].was, look[0].is), (7.0, 1.0));
    assert_eq!(report(&ws).findings.len(), 3, "looking changes nothing");
    assert_eq!(repair(&ws.desk(), &ws.admin, false).unwrap(), look);
    assert!(report(&ws).findings.is_empty());
    assert_eq!(ws.course_now(course).enrollment_count, 1);
    assert!(repair(&ws.desk(), &ws.admin, false).unwrap().is_empty());
}

/// The workspace's own authority, with no room left on the disk for progress.
struct FullDisk<'a>(&'a replica::Replica);

impl replica::Authority for FullDisk<'_> {
    fn commit(&self, set: &domain::ChangeSet) -> Result<replica::Committed, replica::CommitError> {
        if set.deed.verb == "course.progress-recomputed" {
            return Err(replica::StoreError::DiskFull.into());
        }
        self.0.commit(set)
    }

    fn commit_all(
        &self,
        sets: &[domain::ChangeSet],
    ) -> Result<Vec<Result<replica::Committed, replica::CommitError>>, replica::StoreError> {
        self.0.commit_all(sets)
    }
}

#[test]
fn progress_left_behind_is_found_and_put_right() {
    let ws = workspace();
    let (teacher, student) = (ws.instructor(), ws.student());
    let course = ws.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let enrollment = ws.enrolled(&student, course);
    let lesson = ws
        .course_now(course)
        .lessons()
        .next()
        .unwrap()
        .1
        .id
        .unwrap();
    let done = LessonArgs {
        enrollment: enrollment.to_hex(),
        lesson: lesson.to_hex(),
        seconds: 60,
    };
    learning::lesson_complete(&ws.desk(), &student, done).unwrap();
    let id = course.to_hex();
    let course = catalog::course(&ws.desk(), &teacher, ById { id }).unwrap();
    let mut modules = course.curriculum.clone();
    let more = modules[0].lessons[0].clone();
    modules[0].lessons.push(catalog::dto::LessonDto {
        id: None,
        title: "One more".into(),
        ..more
    });
    let lessons: usize = modules.iter().map(|module| module.lessons.len()).sum();
    let args = catalog::dto::SaveCurriculum {
        id: course.id.clone(),
        rev: course.rev,
        modules,
    };
    // The outline is saved, then there is no room for what follows from it.
    let full = FullDisk(ws.workspace.replica());
    let desk = workflows::Desk {
        authority: &full,
        ..ws.desk()
    };
    let saved = catalog::curriculum_save(&desk, &teacher, args).unwrap();
    assert_eq!(
        saved
            .curriculum
            .iter()
            .map(|m| m.lessons.len())
            .sum::<usize>(),
        lessons,
        "the outline is there, and is said to be"
    );
    let desk = ws.desk();
    let checks = || -> Vec<String> {
        let report = verify(&desk, &ws.admin, Nothing {}).unwrap();
        report.findings.into_iter().map(|f| f.check).collect()
    };
    assert_eq!(checks(), ["counter"], "the progress is what it was");
    let look = repair(&desk, &ws.admin, true).unwrap();
    assert_eq!(
        (look.len(), look[0].field.as_str(), look[0].is),
        (1, "progress", 1.0)
    );
    assert_eq!(checks(), ["counter"], "looking changes nothing");
    assert_eq!(repair(&desk, &ws.admin, false).unwrap(), look);
    assert_eq!(checks(), Vec::<String>::new());
    let right = domain::rules::learning::percentage(1, lessons);
    let now = ws.enrollment_now(enrollment).progress.percentage;
    assert_eq!(now.to_bits(), right.to_bits());
    assert_eq!(repair(&desk, &ws.admin, false).unwrap(), []);
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

#[test]
fn it_tells_how_far_it_is_and_reads_everything_there_is() {
    let (ws, ..) = paid();
    let mut told: Vec<(String, u64, u64)> = Vec::new();
    let mut progress = |stage: &str, done, total| told.push((stage.to_owned(), done, total));
    let report = verify_while(&ws.desk(), &ws.admin, &mut progress, &|| false).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let mut stages: Vec<&str> = told.iter().map(|(stage, ..)| stage.as_str()).collect();
    stages.dedup();
    assert_eq!(
        stages,
        [
            "file",
            "people",
            "courses",
            "ledger",
            "payments",
            "enrollments",
            "kept",
            "trail"
        ]
    );
    assert!(told.is_sorted_by_key(|(_, done, _)| *done), "{told:?}");
    let documents = report.people + report.courses + report.enrollments + report.payments;
    let total = 2 * documents + report.payments + report.ledger_rows + report.audit_events;
    assert_eq!(
        told.last().map(|(_, done, of)| (*done, *of)),
        Some((total, total)),
        "{report:?}"
    );
}

#[test]
fn it_stops_at_whatever_stage_it_is() {
    let (ws, ..) = paid();
    let looked = std::cell::Cell::new(0_u64);
    let stop_at = |stop: u64| {
        looked.set(0);
        verify_while(&ws.desk(), &ws.admin, &mut |_, _, _| {}, &|| {
            looked.set(looked.get() + 1);
            looked.get() > stop
        })
    };
    stop_at(u64::MAX).unwrap();
    let asked = looked.get();
    assert!(asked > 20, "it asks all along: {asked}");
    for stop in 0..asked {
        let no = stop_at(stop).unwrap_err();
        assert_eq!(no.code(), Some(Code::Cancelled), "after {stop}: {no}");
    }
    stop_at(asked).unwrap();
}
