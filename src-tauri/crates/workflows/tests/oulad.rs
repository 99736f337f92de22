//! The import of the Open University Learning Analytics Dataset, on a sample of it.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use domain::{
    Actor, Currency, DeviceId, Money, Role, course::CourseStatus, enrollment::EnrollmentStatus,
};
use replica::{Key, Replica};
use workflows::{
    Desk, SystemClock, SystemIds,
    dto::Nothing,
    operations::{import_oulad, verify},
};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oulad-sample")
}

struct Place {
    _dir: tempfile::TempDir,
    replica: Replica,
    device: DeviceId,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let replica =
            Replica::create(&dir.path().join("replica.db"), &Key::from_bytes([7; 32])).unwrap();
        Self {
            _dir: dir,
            replica,
            device: DeviceId::new("DESK1").unwrap(),
        }
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            replica: &self.replica,
            authority: &self.replica,
            device: &self.device,
            clock: &SystemClock,
            ids: &SystemIds,
        }
    }

    fn actor(&self) -> Actor {
        Actor {
            user: None,
            name: "test".into(),
            role: Role::Admin,
            device: self.device.clone(),
        }
    }

    fn findings(&self) -> Vec<String> {
        let report = verify(&self.desk(), &self.actor(), Nothing {}).unwrap();
        report
            .findings
            .into_iter()
            .map(|finding| format!("{}: {}", finding.check, finding.message))
            .collect()
    }

    fn statuses(&self) -> (usize, usize, usize) {
        let mut found = Vec::new();
        self.replica
            .read(|reader| {
                reader.every_enrollment(|enrollment| {
                    found.push(enrollment.status);
                    Ok(())
                })
            })
            .unwrap();
        let count = |status| found.iter().filter(|s| **s == status).count();
        (
            count(EnrollmentStatus::Cancelled),
            count(EnrollmentStatus::Completed),
            count(EnrollmentStatus::Active),
        )
    }
}

fn price() -> Money {
    Money::new(25_000, Currency::Gbp)
}

#[test]
fn an_import_goes_on_at_the_price_it_was_begun_with() {
    let place = Place::new();
    let run = |price: Money, stop: bool| {
        import_oulad(
            &place.desk(),
            &place.actor(),
            &sample(),
            price,
            &mut |_, _| {},
            &|| stop,
        )
    };
    let begun = run(price(), true).unwrap();
    assert!(begun.cancelled && begun.courses > 0);
    for other in [
        Money::new(30_000, Currency::Gbp),
        Money::new(25_000, Currency::Eur),
        Money::zero(Currency::Gbp),
    ] {
        let refused = run(other, false).unwrap_err();
        assert!(refused.to_string().contains("GBP 250.00"), "{refused}");
    }
    assert_eq!(place.statuses(), (0, 0, 0), "nothing was made of it");
    let rest = run(price(), false).unwrap();
    assert_eq!((rest.courses, rest.enrollments), (0, 200));
    assert!(
        rest.notes.iter().any(|note| note.contains("certificate")),
        "{:?}",
        rest.notes
    );
    assert_eq!(place.findings(), Vec::<String>::new());
}

#[test]
fn the_sample_becomes_an_institution_and_a_second_run_makes_nothing() {
    let place = Place::new();
    let actor = place.actor();
    let first = import_oulad(
        &place.desk(),
        &actor,
        &sample(),
        price(),
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    assert_eq!(
        (first.courses, first.students, first.enrollments),
        (3, 199, 200)
    );
    assert_eq!(
        (first.undated_registrations, first.undated_withdrawals),
        (1, 5)
    );
    assert_eq!(
        place.statuses(),
        (65, 104, 31),
        "withdrawn, passed or with distinction, failed"
    );
    assert_eq!(place.findings(), Vec::<String>::new());

    let again = import_oulad(
        &place.desk(),
        &actor,
        &sample(),
        price(),
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    assert_eq!(
        (
            again.courses,
            again.students,
            again.enrollments,
            again.skipped
        ),
        (0, 0, 0, 200)
    );
    assert_eq!(place.statuses(), (65, 104, 31));
}

#[test]
fn every_story_is_told_as_the_data_have_it() {
    let place = Place::new();
    import_oulad(
        &place.desk(),
        &place.actor(),
        &sample(),
        price(),
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    place
        .replica
        .read(|reader| {
            let course = reader.course_by_slug("ou-aaa-2013j")?.unwrap();
            assert_eq!(course.title, "AAA · October 2013 (2013J)");
            assert!(
                course.description.contains("CC BY 4.0") && course.description.contains("made up")
            );
            assert_eq!(course.status, CourseStatus::Published);
            let weights: f64 = course.assessments.iter().map(|a| a.weight).sum();
            assert!((weights - 100.0).abs() < 0.001, "{weights}");
            reader.every_enrollment(|enrollment| {
                let paid = reader.payments_of_enrollment(enrollment.id)?;
                assert_eq!(paid.len(), 1);
                assert_eq!(
                    (paid[0].amount, paid[0].paid_at),
                    (250.0, Some(enrollment.enrollment_date))
                );
                let passed = enrollment.assessments.iter().all(|result| result.passed);
                match enrollment.status {
                    EnrollmentStatus::Cancelled => {
                        assert!(enrollment.ended_at.unwrap() >= enrollment.enrollment_date);
                        assert!(enrollment.assessments.is_empty());
                    }
                    EnrollmentStatus::Completed => {
                        assert!(
                            passed
                                && enrollment.completion_date.unwrap() > enrollment.enrollment_date
                        );
                        assert!(
                            !enrollment.certificate_issued,
                            "another institution's to issue"
                        );
                    }
                    EnrollmentStatus::Active => assert!(!passed, "the final result is not met"),
                    other => panic!("nobody is {}", other.as_str()),
                }
                Ok(())
            })
        })
        .unwrap();
}

#[test]
fn a_stopped_import_agrees_and_goes_on() {
    let place = Place::new();
    let actor = place.actor();
    let stopped = import_oulad(
        &place.desk(),
        &actor,
        &sample(),
        price(),
        &mut |_, _| {},
        &|| true,
    )
    .unwrap();
    assert!(stopped.cancelled);
    assert_eq!((stopped.courses, stopped.enrollments), (3, 0));
    assert_eq!(place.findings(), Vec::<String>::new());
    let rest = import_oulad(
        &place.desk(),
        &actor,
        &sample(),
        price(),
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    assert_eq!((rest.courses, rest.enrollments), (0, 200));
    assert_eq!(place.findings(), Vec::<String>::new());
}

#[test]
fn a_free_import_books_nothing() {
    let place = Place::new();
    let free = Money::zero(Currency::Eur);
    import_oulad(
        &place.desk(),
        &place.actor(),
        &sample(),
        free,
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    assert_eq!(place.statuses(), (65, 104, 31));
    assert_eq!(place.findings(), Vec::<String>::new());
}

#[test]
fn files_that_are_not_the_dataset_are_named() {
    let place = Place::new();
    let copy = tempfile::tempdir().unwrap();
    let run = || {
        import_oulad(
            &place.desk(),
            &place.actor(),
            copy.path(),
            price(),
            &mut |_, _| {},
            &|| false,
        )
        .unwrap_err()
        .to_string()
    };
    assert!(run().contains("courses.csv"), "a missing file");
    for file in [
        "courses.csv",
        "assessments.csv",
        "studentInfo.csv",
        "studentRegistration.csv",
    ] {
        std::fs::copy(sample().join(file), copy.path().join(file)).unwrap();
    }
    let info = std::fs::read_to_string(sample().join("studentInfo.csv")).unwrap();
    let spoil = |from: &str, to: &str| {
        std::fs::write(
            copy.path().join("studentInfo.csv"),
            info.replacen(from, to, 1),
        )
        .unwrap();
    };
    spoil("\"final_result\"", "\"outcome\"");
    assert!(run().contains("final_result"), "a missing column");
    spoil("\"Pass\"", "\"Splendid\"");
    assert!(
        run().contains("studentInfo.csv, row"),
        "a word that is none"
    );
    assert!(
        !place.replica.read(|reader| reader.any_user()).unwrap(),
        "nothing is made of a broken folder"
    );
}
