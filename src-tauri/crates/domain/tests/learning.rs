//! Progress, results, completion, notes and reviews.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    ChangeSet, Code, Collection, CourseId, Currency, DeviceId, EnrollmentId, OpId, Refusal, Role,
    Timestamp, UserId,
    change::{Change, Guard},
    course::{Assessment, Course, Lesson, LessonKind, Module, Rating},
    enrollment::{AccessLevel, Enrollment, EnrollmentStatus},
    ids::{LessonId, ModuleId},
    role::Actor,
    rules::{
        Stamp,
        learning::{self, Open, results, writing},
    },
};
use proptest::prelude::*;

const NOW: i64 = 1_700_000_000_000;
const STUDENT: u8 = 3;
const TEACHER: u8 = 7;

fn id(n: u8) -> ObjectId {
    ObjectId::from_bytes([n; 12])
}

fn hex(n: u8) -> String {
    id(n).to_hex()
}

fn stamp(role: Role, who: u8) -> Stamp {
    Stamp {
        op: OpId(uuid::Uuid::from_u128(1)),
        at: Timestamp::from_millis(NOW),
        actor: Actor {
            user: Some(UserId(id(who))),
            name: "Somebody".into(),
            role,
            device: DeviceId::new("DESK1").unwrap(),
        },
    }
}

fn student() -> Stamp {
    stamp(Role::Student, STUDENT)
}

fn course(lessons: &[u8]) -> Course {
    let mut course = Course::new(
        CourseId(id(1)),
        "Weaving".into(),
        UserId(id(TEACHER)),
        Currency::Gbp,
        Timestamp::from_millis(0),
    );
    let lesson = |n: &u8| Lesson {
        id: Some(LessonId(id(*n))),
        title: format!("Lesson {n}"),
        description: None,
        duration: None,
        kind: LessonKind::Video,
        is_free: *n == 10,
        extra: Document::new(),
    };
    course.curriculum = vec![Module {
        id: Some(ModuleId(id(200))),
        title: "All".into(),
        description: None,
        duration: None,
        lessons: lessons.iter().map(lesson).collect(),
        extra: Document::new(),
    }];
    course
}

fn exam(id: &str, weight: f64, required: bool) -> Assessment {
    Assessment {
        assessment_id: id.into(),
        title: id.into(),
        weight,
        max_score: 50.0,
        pass_score: 25.0,
        required,
        extra: Document::new(),
    }
}

fn enrollment(status: EnrollmentStatus) -> Enrollment {
    let mut enrollment = Enrollment::new(
        EnrollmentId(id(2)),
        UserId(id(STUDENT)),
        CourseId(id(1)),
        Timestamp::from_millis(0),
    );
    enrollment.status = status;
    enrollment
}

/// The enrollment after a change set, as the store would have it.
fn after(enrollment: &Enrollment, set: &ChangeSet) -> Enrollment {
    let mut document = bson::serialize_to_document(enrollment).unwrap();
    for change in &set.changes {
        if let Change::Patch {
            collection: Collection::Enrollments,
            patch,
            ..
        } = change
        {
            patch.apply(&mut document);
        }
    }
    bson::deserialize_from_document(document).unwrap()
}

fn complete(
    e: &Enrollment,
    c: &Course,
    lesson: u8,
    seconds: i64,
) -> Result<Option<ChangeSet>, Refusal> {
    learning::complete_lesson(&student(), e, c, &hex(lesson), seconds, &mut || {
        "CERT".into()
    })
}

fn open(
    e: &Enrollment,
    c: &Course,
    lesson: u8,
    seconds: i64,
) -> Result<Option<ChangeSet>, Refusal> {
    learning::open_lesson(&student(), e, c, &hex(lesson), seconds, &mut || {
        "CERT".into()
    })
}

#[test]
fn who_gets_in_where() {
    use EnrollmentStatus as S;
    let over = Some(Timestamp::from_millis(NOW));
    let cases = [
        (S::Pending, AccessLevel::Full, None, Open::Free),
        (S::Active, AccessLevel::Full, None, Open::All),
        (S::Active, AccessLevel::Limited, None, Open::All),
        (S::Active, AccessLevel::Preview, None, Open::Free),
        (S::Active, AccessLevel::Full, over, Open::Nothing),
        (S::Completed, AccessLevel::Full, None, Open::All),
        (S::Cancelled, AccessLevel::Full, None, Open::Nothing),
        (S::Refunded, AccessLevel::Full, None, Open::Nothing),
    ];
    let c = course(&[10, 11]);
    for (status, level, end, wanted) in cases {
        let mut e = enrollment(status);
        e.access_level = level;
        e.expiration_date = end;
        assert_eq!(
            learning::open(&e, Timestamp::from_millis(NOW)),
            wanted,
            "{status:?} {level:?} {end:?}"
        );
        assert_eq!(
            open(&e, &c, 10, 0).is_ok(),
            wanted != Open::Nothing,
            "the free lesson, {status:?}"
        );
        assert_eq!(
            open(&e, &c, 11, 0).is_ok(),
            wanted == Open::All,
            "the other lesson, {status:?}"
        );
    }
    let pending = enrollment(S::Pending);
    assert_eq!(
        complete(&pending, &c, 10, 0).unwrap_err().code,
        Code::WrongState,
        "looked at, not completed"
    );
}

#[test]
fn only_the_student_themselves_learns() {
    let (e, c) = (enrollment(EnrollmentStatus::Active), course(&[10]));
    for (who, role, wanted) in [
        (4, Role::Student, Code::NotFound),
        (TEACHER, Role::Instructor, Code::Forbidden),
        (9, Role::Admin, Code::Forbidden),
    ] {
        let no = learning::complete_lesson(&stamp(role, who), &e, &c, &hex(10), 0, &mut || {
            "CERT".into()
        });
        assert_eq!(no.unwrap_err().code, wanted, "{role:?}");
    }
    assert_eq!(
        complete(&e, &c, 77, 0).unwrap_err().code,
        Code::NotFound,
        "a lesson of elsewhere"
    );
    for seconds in [-1, 86_401, i64::MAX] {
        let no = complete(&e, &c, 10, seconds).unwrap_err();
        assert_eq!(
            (no.code, no.field.as_deref()),
            (Code::Invalid, Some("seconds"))
        );
    }
}

#[test]
fn opening_remembers_the_place_and_says_nothing_twice() {
    let (e, c) = (enrollment(EnrollmentStatus::Active), course(&[10, 11]));
    let e = after(&e, &open(&e, &c, 11, 30).unwrap().unwrap());
    assert_eq!(e.progress.current_lesson, Some(hex(11)));
    assert_eq!(e.progress.total_time_spent, 30);
    assert_eq!(
        e.progress.last_accessed_at,
        Some(Timestamp::from_millis(NOW))
    );
    assert_eq!(
        open(&e, &c, 11, 0).unwrap(),
        None,
        "the same place in the same minute"
    );
    assert!(
        open(&e, &c, 11, 1).unwrap().is_some(),
        "time is always kept"
    );
    assert!(open(&e, &c, 10, 0).unwrap().is_some());
}

#[test]
fn completing_is_idempotent_and_the_last_lesson_completes_the_course() {
    let c = course(&[10, 11, 12]);
    let e = enrollment(EnrollmentStatus::Active);
    let e = after(&e, &complete(&e, &c, 10, 60).unwrap().unwrap());
    assert_eq!(e.progress.percentage, 33.0, "rounded down");
    assert_eq!(e.progress.current_lesson, Some(hex(11)), "on to the next");
    assert_eq!(complete(&e, &c, 10, 0).unwrap(), None);
    let again = after(&e, &complete(&e, &c, 10, 5).unwrap().unwrap());
    assert_eq!(again.progress.completed_lessons.len(), 1);
    assert_eq!(
        (
            again.progress.completed_lessons[0].time_spent,
            again.progress.total_time_spent
        ),
        (65, 65)
    );

    let e = after(&again, &complete(&again, &c, 12, 0).unwrap().unwrap());
    assert_eq!(
        (e.progress.percentage, e.status),
        (66.0, EnrollmentStatus::Active)
    );
    let set = complete(&e, &c, 11, 0).unwrap().unwrap();
    assert_eq!(set.deed.verb, "enrollment.completed");
    assert_eq!(
        set.deed.detail.get("certificate"),
        Some(&Bson::from("CERT"))
    );
    let e = after(&e, &set);
    assert_eq!(
        (e.progress.percentage, e.status),
        (100.0, EnrollmentStatus::Completed)
    );
    assert_eq!(e.completion_date, Some(Timestamp::from_millis(NOW)));
    assert!(e.certificate_issued);
    assert_eq!(e.certificate_id.as_deref(), Some("CERT"));
    assert_eq!(e.final_score, None, "nothing had a weight");

    // Lessons added later can be done, and take nothing back.
    let longer = course(&[10, 11, 12, 13]);
    let e = after(&e, &complete(&e, &longer, 13, 0).unwrap().unwrap());
    assert_eq!(
        (e.progress.percentage, e.certificate_id.as_deref()),
        (100.0, Some("CERT"))
    );
}

#[test]
fn removed_lessons_are_kept_and_do_not_count() {
    let e = enrollment(EnrollmentStatus::Active);
    let e = after(
        &e,
        &complete(&e, &course(&[10, 11]), 10, 0).unwrap().unwrap(),
    );
    assert_eq!(e.progress.percentage, 50.0);
    let without = course(&[11, 12, 13]);
    assert_eq!(learning::progress(&e, &without), 0.0);
    let set = learning::recompute(
        &stamp(Role::Instructor, TEACHER),
        &without,
        std::slice::from_ref(&e),
    )
    .unwrap();
    let e = after(&e, &set);
    assert_eq!(e.progress.percentage, 0.0);
    assert_eq!(
        e.progress.completed_lessons.len(),
        1,
        "in case the lesson comes back"
    );
    assert_eq!(
        learning::recompute(&student(), &without, std::slice::from_ref(&e)),
        None
    );

    // All that is left was done before: no edit of the outline issues a certificate …
    let only = course(&[10]);
    let e = after(
        &e,
        &learning::recompute(&student(), &only, std::slice::from_ref(&e)).unwrap(),
    );
    assert_eq!(
        (e.progress.percentage, e.status),
        (100.0, EnrollmentStatus::Active)
    );
    // … the student's next step does.
    let set = open(&e, &only, 10, 0).unwrap().unwrap();
    assert_eq!(after(&e, &set).status, EnrollmentStatus::Completed);
}

#[test]
fn recomputing_leaves_the_completed_alone() {
    let mut e = enrollment(EnrollmentStatus::Completed);
    e.progress.percentage = 100.0;
    assert_eq!(
        learning::recompute(&student(), &course(&[10, 11]), &[e]),
        None
    );
}

#[test]
fn required_assessments_stand_between_lessons_and_completion() {
    let mut c = course(&[10]);
    c.assessments = vec![
        exam("final", 60.0, true),
        exam("essay", 20.0, false),
        exam("poll", 0.0, false),
    ];
    let e = enrollment(EnrollmentStatus::Active);
    let e = after(&e, &complete(&e, &c, 10, 0).unwrap().unwrap());
    assert_eq!(
        (e.progress.percentage, e.status),
        (100.0, EnrollmentStatus::Active)
    );

    let grade = |e: &Enrollment, exam: &str, score: f64| {
        results::record(
            &stamp(Role::Instructor, TEACHER),
            e,
            &c,
            e.rev(),
            exam,
            score,
            &mut || "CERT".into(),
        )
    };
    let e = after(&e, &grade(&e, "final", 24.9).unwrap());
    assert_eq!(
        (e.assessments[0].passed, e.assessments[0].attempts),
        (false, 1)
    );
    assert_eq!(e.status, EnrollmentStatus::Active);
    let e = after(&e, &grade(&e, "essay", 50.0).unwrap());
    let set = grade(&e, "final", 25.0).unwrap();
    assert_eq!(set.deed.verb, "enrollment.completed");
    let e = after(&e, &set);
    assert_eq!(
        (e.assessments[0].passed, e.assessments[0].attempts),
        (true, 2)
    );
    assert_eq!(e.status, EnrollmentStatus::Completed);
    assert_eq!(e.final_score, Some(62.5), "(60 × 50 % + 20 × 100 %) ÷ 80");
    assert_eq!(e.certificate_id.as_deref(), Some("CERT"));

    let e = after(&e, &grade(&e, "final", 50.0).unwrap());
    assert_eq!(e.final_score, Some(100.0), "mended after completion");
    assert_eq!(e.certificate_id.as_deref(), Some("CERT"), "once");
}

#[test]
fn a_final_score_is_weighted_over_what_counts() {
    let mut c = course(&[10]);
    let mut e = enrollment(EnrollmentStatus::Active);
    assert_eq!(results::final_score(&e, &c), None, "nothing is graded");
    c.assessments = vec![
        exam("a", 30.0, false),
        exam("b", 10.0, false),
        exam("practice", 0.0, false),
    ];
    assert_eq!(results::final_score(&e, &c), None, "nothing was taken");
    let taken = |id: &str, score: f64| domain::enrollment::AssessmentResult {
        assessment_id: id.into(),
        score: Some(score),
        max_score: Some(50.0),
        attempts: 1,
        completed_at: None,
        passed: true,
        extra: Document::new(),
    };
    e.assessments = vec![taken("practice", 50.0), taken("gone", 50.0)];
    assert_eq!(
        results::final_score(&e, &c),
        None,
        "what has no weight does not count"
    );
    e.assessments.push(taken("a", 50.0));
    assert_eq!(
        results::final_score(&e, &c),
        Some(75.0),
        "the other one counts as nothing"
    );
    e.assessments.push(taken("b", 33.0));
    assert_eq!(results::final_score(&e, &c), Some(91.5));
}

#[test]
fn grading_has_its_limits() {
    let mut c = course(&[10]);
    c.assessments = vec![exam("final", 60.0, true)];
    let run = |stamp: &Stamp, status, read, exam: &str, score: f64| {
        results::record(
            stamp,
            &enrollment(status),
            &c,
            read,
            exam,
            score,
            &mut || "CERT".into(),
        )
        .map(|_| ())
        .map_err(|no| no.code)
    };
    let (teacher, active) = (stamp(Role::Instructor, TEACHER), EnrollmentStatus::Active);
    assert_eq!(run(&teacher, active, 0, "final", 0.0), Ok(()));
    assert_eq!(
        run(&stamp(Role::Admin, 9), active, 0, "final", 50.0),
        Ok(())
    );
    assert_eq!(run(&teacher, active, 0, "final", 50.01), Err(Code::Invalid));
    assert_eq!(run(&teacher, active, 0, "final", -0.01), Err(Code::Invalid));
    assert_eq!(
        run(&teacher, active, 0, "final", f64::NAN),
        Err(Code::Invalid)
    );
    assert_eq!(run(&teacher, active, 0, "other", 1.0), Err(Code::NotFound));
    assert_eq!(run(&teacher, active, 1, "final", 1.0), Err(Code::Stale));
    assert_eq!(
        run(&teacher, EnrollmentStatus::Pending, 0, "final", 1.0),
        Err(Code::WrongState)
    );
    assert_eq!(
        run(&stamp(Role::Instructor, 8), active, 0, "final", 1.0),
        Err(Code::NotFound)
    );
    assert_eq!(
        run(&student(), active, 0, "final", 1.0),
        Err(Code::Forbidden)
    );
    assert_eq!(
        run(&stamp(Role::Finance, 8), active, 0, "final", 1.0),
        Err(Code::Forbidden)
    );
}

#[test]
fn a_certificate_is_revoked_once_with_a_reason_and_keeps_its_id() {
    let admin = stamp(Role::Admin, 9);
    let mut e = enrollment(EnrollmentStatus::Completed);
    let code = |stamp: &Stamp, e: &Enrollment, reason: &str| {
        results::revoke_certificate(stamp, e, 0, reason)
            .map(|_| ())
            .map_err(|no| no.code)
    };
    assert_eq!(
        code(&admin, &e, "Mistake"),
        Err(Code::WrongState),
        "none was issued"
    );
    e.certificate_issued = true;
    e.certificate_id = Some("CERT".into());
    assert_eq!(code(&admin, &e, " "), Err(Code::Required));
    assert_eq!(
        code(&stamp(Role::Instructor, TEACHER), &e, "Mistake"),
        Err(Code::Forbidden)
    );
    assert!(!e.may_become(EnrollmentStatus::Refunded));
    let e = after(
        &e,
        &results::revoke_certificate(&admin, &e, 0, "Mistake").unwrap(),
    );
    assert_eq!(e.certificate_id.as_deref(), Some("CERT"));
    assert!(e.certificate_issued && e.certificate_revoked_at.is_some());
    assert!(e.may_become(EnrollmentStatus::Refunded));
    assert_eq!(code(&admin, &e, "Again"), Err(Code::WrongState));
}

#[test]
fn notes_come_and_go() {
    let (e, c) = (enrollment(EnrollmentStatus::Active), course(&[10]));
    let add = |e: &Enrollment, lesson: Option<&str>, text: &str| {
        writing::add_note(&student(), e, &c, id(50), lesson, text, Some(12.0))
    };
    assert_eq!(add(&e, None, "  ").unwrap_err().code, Code::Required);
    assert_eq!(
        add(&e, None, &"x".repeat(5_001)).unwrap_err().code,
        Code::TooLong
    );
    assert_eq!(
        add(&e, Some(&hex(99)), "x").unwrap_err().code,
        Code::NotFound
    );
    assert_eq!(
        add(&enrollment(EnrollmentStatus::Refunded), None, "x")
            .unwrap_err()
            .code,
        Code::WrongState
    );
    let e = after(&e, &add(&e, Some(&hex(10)), &"x".repeat(5_000)).unwrap());
    assert_eq!(
        (e.notes.len(), e.notes[0].lesson_id.clone()),
        (1, Some(hex(10)))
    );
    assert_eq!(
        writing::remove_note(&student(), &e, &hex(51))
            .unwrap_err()
            .code,
        Code::NotFound
    );
    let e = after(&e, &writing::remove_note(&student(), &e, &hex(50)).unwrap());
    assert!(e.notes.is_empty());
}

#[test]
fn a_review_counts_once_and_may_be_changed() {
    let mut c = course(&[10]);
    c.rating = Rating {
        average: 4.0,
        count: 2,
        extra: Document::new(),
    };
    let mut e = enrollment(EnrollmentStatus::Active);
    let run = |e: &Enrollment, c: &Course, stars: i64, text: Option<&str>| {
        writing::review(&student(), e, c, stars, text)
    };
    assert_eq!(
        run(&e, &c, 5, None).unwrap_err().code,
        Code::WrongState,
        "not begun"
    );
    e.progress.percentage = 1.0;
    for stars in [0, 6, -1, i64::MAX] {
        assert_eq!(
            run(&e, &c, stars, None).unwrap_err().field.as_deref(),
            Some("rating")
        );
    }
    assert_eq!(
        run(&e, &c, 5, Some(&"x".repeat(2_001)))
            .unwrap_err()
            .field
            .as_deref(),
        Some("comment")
    );

    let set = run(&e, &c, 1, Some(" Short. ")).unwrap();
    let Some(Change::Patch {
        collection: Collection::Courses,
        patch,
        ..
    }) = set.changes.last()
    else {
        panic!("the course's rating is in the same change set")
    };
    assert_eq!(patch.inc["rating.count"], 1);
    assert_eq!(patch.set["rating.average"], Bson::Double(3.0));
    assert_eq!(
        set.guards
            .iter()
            .filter(|g| matches!(g, Guard::Field { .. }))
            .count(),
        2
    );
    let e = after(&e, &set);
    assert_eq!(
        e.review.as_ref().unwrap().comment.as_deref(),
        Some("Short.")
    );

    c.rating = Rating {
        average: 3.0,
        count: 3,
        extra: Document::new(),
    };
    let set = run(&e, &c, 4, None).unwrap();
    let Some(Change::Patch { patch, .. }) = set.changes.last() else {
        panic!("a patch")
    };
    assert!(patch.inc.is_empty(), "the same student counts once");
    assert_eq!(patch.set["rating.average"], Bson::Double(4.0));
    assert_eq!(
        after(&e, &set).review.unwrap().comment,
        None,
        "the words are taken back"
    );
}

proptest! {
    #[test]
    fn progress_only_grows_over_a_fixed_outline(
        lessons in prop::collection::btree_set(1_u8..60, 1..30),
        steps in prop::collection::vec((0_usize..40, 0_i64..500, any::<bool>()), 1..80),
    ) {
        let lessons: Vec<u8> = lessons.into_iter().collect();
        let c = course(&lessons);
        let mut e = enrollment(EnrollmentStatus::Active);
        let mut done = BTreeSet::new();
        for (n, seconds, completes) in steps {
            let lesson = lessons[n % lessons.len()];
            let before = e.clone();
            let set = if completes { complete(&e, &c, lesson, seconds) } else { open(&e, &c, lesson, seconds) };
            let set = set.map_err(|no| TestCaseError::fail(no.to_string()))?;
            if completes {
                done.insert(lesson);
            }
            if let Some(set) = set {
                e = after(&e, &set);
            }
            prop_assert!(e.progress.percentage >= before.progress.percentage);
            prop_assert_eq!(e.progress.total_time_spent, before.progress.total_time_spent + seconds);
            let ids: BTreeSet<&str> = e.progress.completed_lessons.iter().map(|l| l.lesson_id.as_str()).collect();
            prop_assert_eq!(ids.len(), e.progress.completed_lessons.len(), "a set");
            prop_assert_eq!(ids.len(), done.len());
            let all = done.len() == lessons.len();
            prop_assert_eq!(e.progress.percentage >= 100.0, all, "100 means all");
            prop_assert_eq!(e.status == EnrollmentStatus::Completed, all);
            prop_assert_eq!(e.certificate_issued, all);
        }
    }

    #[test]
    fn averages_do_not_drift(ratings in prop::collection::vec(1_i32..=5, 1..200)) {
        let mut rating = Rating::default();
        for stars in &ratings {
            let (average, more) = writing::rated(&rating, None, f64::from(*stars));
            rating.average = average;
            rating.count += more;
        }
        let exact = f64::from(ratings.iter().sum::<i32>()) / ratings.len() as f64;
        prop_assert!((rating.average - exact).abs() < 1e-9);
        prop_assert_eq!(rating.count as usize, ratings.len());
    }
}
