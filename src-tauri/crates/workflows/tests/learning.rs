//! Stories of learning, over a real workspace.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::{
    Actor, Code, Collection, CourseId, Currency,
    change::Patch,
    course::Assessment,
    enrollment::{Enrollment, EnrollmentStatus},
    ids::EnrollmentId,
};
use testkit::TestWorkspace;
use workflows::{
    WorkflowError, catalog,
    desk::Ids,
    dto::{ById, ByIdRevReason, Nothing},
    enrollment,
    learning::{self, dto::*},
};

fn by_id(id: &(impl ToString + ?Sized)) -> ById {
    ById { id: id.to_string() }
}

fn code<T>(outcome: Result<T, WorkflowError>) -> Option<Code> {
    match outcome {
        Ok(_) => None,
        Err(error) => Some(
            error
                .code()
                .unwrap_or_else(|| panic!("not a refusal: {error}")),
        ),
    }
}

struct Story {
    t: TestWorkspace,
    teacher: Actor,
    student: Actor,
    course: CourseId,
    enrollment: EnrollmentId,
    /// Lessons in order.
    lessons: Vec<String>,
}

fn story(status: EnrollmentStatus, assessments: &[Assessment]) -> Story {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let student = t.student();
    let course = t.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let graded = bson::serialize_to_bson(assessments).unwrap();
    t.commit("course.updated", Collection::Courses, course, |set| {
        set.patch(
            Collection::Courses,
            course,
            Patch::new().put("assessments", graded),
        )
    });
    let enrollment = join(&t, &student, course, status);
    let lessons = t
        .course_now(course)
        .lessons()
        .map(|(_, l)| l.id.unwrap().to_hex())
        .collect();
    Story {
        t,
        teacher,
        student,
        course,
        enrollment,
        lessons,
    }
}

fn join(
    t: &TestWorkspace,
    student: &Actor,
    course: CourseId,
    status: EnrollmentStatus,
) -> EnrollmentId {
    let id = EnrollmentId(t.ids.object_id());
    let mut e = Enrollment::new(id, student.user.unwrap(), course, t.now());
    e.status = status;
    e.payment.amount = Some(250.0);
    e.payment.currency = Some("GBP".into());
    let document = bson::serialize_to_document(&e).unwrap();
    t.commit("enrollment.created", Collection::Enrollments, id, |set| {
        set.insert(Collection::Enrollments, document).patch(
            Collection::Courses,
            course,
            Patch::new().inc("enrollmentCount", 1),
        )
    });
    id
}

impl Story {
    fn args(&self, lesson: usize, seconds: i64) -> LessonArgs {
        LessonArgs {
            enrollment: self.enrollment.to_hex(),
            lesson: self.lessons[lesson].clone(),
            seconds,
        }
    }

    fn complete(&self, lesson: usize) -> Result<LearningView, WorkflowError> {
        learning::lesson_complete(&self.t.desk(), &self.student, self.args(lesson, 60))
    }

    fn view(&self) -> LearningView {
        learning::learning(&self.t.desk(), &self.student, by_id(&self.enrollment)).unwrap()
    }

    fn complete_all(&self) -> LearningView {
        for lesson in 0..self.lessons.len() {
            self.complete(lesson).unwrap();
        }
        self.view()
    }

    fn grade(
        &self,
        assessment: &str,
        score: f64,
    ) -> Result<enrollment::dto::EnrollmentDetail, WorkflowError> {
        let args = RecordResult {
            enrollment: self.enrollment.to_hex(),
            rev: self.view().rev,
            assessment_id: assessment.into(),
            score,
        };
        learning::result_record(&self.t.desk(), &self.teacher, args)
    }
}

fn exam(id: &str, weight: f64, required: bool) -> Assessment {
    Assessment {
        assessment_id: id.into(),
        title: format!("The {id}"),
        weight,
        max_score: 100.0,
        pass_score: 50.0,
        required,
        extra: bson::Document::new(),
    }
}

#[test]
fn a_student_learns_to_the_end_and_gets_a_certificate() {
    let s = story(EnrollmentStatus::Active, &[]);
    let desk = s.t.desk();
    let view = s.view();
    assert_eq!(view.current_lesson, Some(s.lessons[0].clone()));
    assert_eq!(view.to_do, ["Complete 4 lessons."]);
    assert!(view.modules.iter().flat_map(|m| &m.lessons).all(|l| l.open));
    assert!(!view.may_review);

    let view = learning::lesson_open(&desk, &s.student, s.args(1, 30)).unwrap();
    assert_eq!(
        (view.current_lesson, view.time_spent),
        (Some(s.lessons[1].clone()), 30)
    );
    let view = s.complete(0).unwrap();
    assert_eq!((view.progress, view.time_spent), (25.0, 90));
    assert_eq!(view.modules[0].lessons[0].time_spent, 60);
    assert!(view.modules[0].lessons[0].completed_at.is_some());
    let before = s.view().rev;
    let again = learning::lesson_complete(&desk, &s.student, s.args(0, 0)).unwrap();
    assert_eq!(
        (again.progress, again.rev),
        (25.0, before),
        "completing again writes nothing"
    );
    let cards = learning::my_courses(&desk, &s.student, Nothing {}).unwrap();
    assert_eq!((cards[0].lessons_done, cards[0].lessons_total), (1, 4));
    assert_eq!(cards[0].next_lesson.as_deref(), Some("Lesson 1.2"));

    let view = s.complete_all();
    assert_eq!(
        (view.status, view.progress),
        (EnrollmentStatus::Completed, 100.0)
    );
    assert!(view.to_do.is_empty());
    let id = view.certificate_id.expect("issued at completion");
    let by_enrollment = learning::certificate(&desk, &s.student, by_id(&s.enrollment)).unwrap();
    assert_eq!(
        (by_enrollment.id.as_str(), by_enrollment.student.as_str()),
        (id.as_str(), s.student.name.as_str())
    );
    assert_eq!(by_enrollment.institution, "Test College");
    assert!(
        learning::certificate(&desk, &s.teacher, by_id(&id)).is_ok(),
        "the course's instructor"
    );
    assert!(learning::certificate(&desk, &s.t.admin, by_id(&id)).is_ok());
    assert_eq!(
        code(learning::certificate(&desk, &s.t.student(), by_id(&id))),
        Some(Code::NotFound)
    );
    assert_eq!(
        code(learning::certificate(&desk, &s.t.instructor(), by_id(&id))),
        Some(Code::NotFound)
    );
    assert_eq!(
        code(learning::certificate(&desk, &s.t.finance(), by_id(&id))),
        Some(Code::Forbidden)
    );

    let verbs: Vec<String> =
        s.t.workspace
            .replica()
            .read(|r| r.timeline(Collection::Enrollments, s.enrollment, None, 50))
            .unwrap()
            .into_iter()
            .rev()
            .map(|row| row.event.deed.verb)
            .collect();
    assert_eq!(
        verbs.last().map(String::as_str),
        Some("enrollment.completed")
    );
    assert!(
        !verbs.iter().any(|v| v == "learning.lesson-opened"),
        "too small for a timeline"
    );
}

#[test]
fn required_assessments_and_grades() {
    let s = story(
        EnrollmentStatus::Active,
        &[exam("exam", 75.0, true), exam("essay", 25.0, false)],
    );
    let view = s.complete_all();
    assert_eq!(
        (view.status, view.progress),
        (EnrollmentStatus::Active, 100.0)
    );
    assert_eq!(view.to_do, ["Pass “The exam” with 50 of 100 or more."]);

    let graded = s.grade("essay", 80.0).unwrap();
    assert_eq!(graded.status, EnrollmentStatus::Active);
    s.grade("exam", 49.5).unwrap();
    assert_eq!(s.view().results[0].attempts, 1);
    assert!(!s.view().results[0].passed);
    let graded = s.grade("exam", 60.0).unwrap();
    assert_eq!(
        (graded.status, graded.final_score),
        (EnrollmentStatus::Completed, Some(65.0))
    );
    assert!(graded.certificate_id.is_some());
    assert_eq!(s.view().results[0].attempts, 2);
    assert_eq!(s.grade("exam", 100.0).unwrap().final_score, Some(95.0));

    assert_eq!(code(s.grade("exam", 100.5)), Some(Code::Invalid));
    assert_eq!(code(s.grade("nothing", 1.0)), Some(Code::NotFound));
    let late = RecordResult {
        enrollment: s.enrollment.to_hex(),
        rev: 1,
        assessment_id: "exam".into(),
        score: 1.0,
    };
    assert_eq!(
        code(learning::result_record(
            &s.t.desk(),
            &s.teacher,
            late.clone()
        )),
        Some(Code::Stale)
    );
    assert_eq!(
        code(learning::result_record(
            &s.t.desk(),
            &s.t.instructor(),
            late.clone()
        )),
        Some(Code::NotFound)
    );
    assert_eq!(
        code(learning::result_record(&s.t.desk(), &s.student, late)),
        Some(Code::Forbidden)
    );
}

#[test]
fn who_has_not_paid_sees_the_free_lessons_only() {
    let s = story(EnrollmentStatus::Pending, &[]);
    let desk = s.t.desk();
    let view = s.view();
    assert_eq!(view.due.map(|due| due.minor), Some(25_000));
    assert_eq!(view.to_do[0], "Pay GBP 250.00.");
    assert!(
        view.modules
            .iter()
            .flat_map(|m| &m.lessons)
            .all(|l| !l.open)
    );
    assert_eq!(
        code(learning::lesson_open(&desk, &s.student, s.args(0, 0))),
        Some(Code::WrongState)
    );
    let course = catalog::course(&desk, &s.teacher, by_id(&s.course)).unwrap();
    let mut modules = course.curriculum.clone();
    modules[0].lessons[0].is_free = true;
    let args = catalog::dto::SaveCurriculum {
        id: course.id.clone(),
        rev: course.rev,
        modules,
    };
    catalog::curriculum_save(&desk, &s.teacher, args).unwrap();
    let view = learning::lesson_open(&desk, &s.student, s.args(0, 5)).unwrap();
    assert_eq!(view.time_spent, 5);
    assert_eq!(
        code(s.complete(0)),
        Some(Code::WrongState),
        "looked at, not completed"
    );
}

#[test]
fn learning_is_ones_own() {
    let s = story(EnrollmentStatus::Active, &[]);
    let desk = s.t.desk();
    let other = s.t.student();
    assert_eq!(
        code(learning::learning(&desk, &other, by_id(&s.enrollment))),
        Some(Code::NotFound)
    );
    assert_eq!(
        code(learning::lesson_complete(&desk, &other, s.args(0, 0))),
        Some(Code::NotFound)
    );
    assert!(
        learning::my_courses(&desk, &other, Nothing {})
            .unwrap()
            .is_empty()
    );
    for actor in [&s.teacher, &s.t.admin, &s.t.finance()] {
        assert_eq!(
            code(learning::lesson_complete(&desk, actor, s.args(0, 0))),
            Some(Code::Forbidden)
        );
        assert_eq!(
            code(learning::learning(&desk, actor, by_id(&s.enrollment))),
            Some(Code::Forbidden)
        );
    }
    assert_eq!(
        code(learning::lesson_complete(
            &desk,
            &s.student,
            s.args(0, 86_401)
        )),
        Some(Code::Invalid)
    );
    assert_eq!(
        code(learning::learning(&desk, &s.student, by_id("nonsense"))),
        Some(Code::NotFound)
    );
}

#[test]
fn notes_and_reviews() {
    let s = story(EnrollmentStatus::Active, &[]);
    let desk = s.t.desk();
    let note = |content: &str| AddNote {
        enrollment: s.enrollment.to_hex(),
        lesson: Some(s.lessons[0].clone()),
        content: content.into(),
        timestamp: Some(61.5),
    };
    learning::note_add(&desk, &s.student, note("First")).unwrap();
    let view = learning::note_add(&desk, &s.student, note(" Second ")).unwrap();
    assert_eq!(
        view.notes
            .iter()
            .map(|n| n.content.as_str())
            .collect::<Vec<_>>(),
        ["Second", "First"]
    );
    let remove = RemoveNote {
        enrollment: s.enrollment.to_hex(),
        note: view.notes[1].id.clone(),
    };
    let view = learning::note_remove(&desk, &s.student, remove.clone()).unwrap();
    assert_eq!(view.notes.len(), 1);
    assert_eq!(
        code(learning::note_remove(&desk, &s.student, remove)),
        Some(Code::NotFound)
    );
    assert_eq!(
        code(learning::note_add(&desk, &s.student, note(" "))),
        Some(Code::Required)
    );

    let review = |rating: i64, comment: &str| SaveReview {
        enrollment: s.enrollment.to_hex(),
        rating,
        comment: Some(comment.into()),
    };
    assert_eq!(
        code(learning::review_save(&desk, &s.student, review(5, "Great"))),
        Some(Code::WrongState)
    );
    s.complete(0).unwrap();
    assert!(s.view().may_review);
    learning::review_save(&desk, &s.student, review(5, "Great")).unwrap();
    let second = s.t.student();
    let other = join(&s.t, &second, s.course, EnrollmentStatus::Completed);
    s.t.clock.advance(60);
    let args = SaveReview {
        enrollment: other.to_hex(),
        rating: 2,
        comment: None,
    };
    learning::review_save(&desk, &second, args).unwrap();
    let page = catalog::course(&desk, &s.student, by_id(&s.course)).unwrap();
    assert_eq!((page.rating_average, page.rating_count), (3.5, 2));
    let names: Vec<&str> = page.reviews.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(
        names,
        [second.name.as_str(), s.student.name.as_str()],
        "the latest first"
    );
    s.t.clock.advance(60);
    let view = learning::review_save(&desk, &s.student, review(1, "Less so")).unwrap();
    assert_eq!(
        (view.review_rating, view.review_comment.as_deref()),
        (Some(1.0), Some("Less so"))
    );
    let page = catalog::course(&desk, &s.student, by_id(&s.course)).unwrap();
    assert_eq!(
        (page.rating_average, page.rating_count, page.reviews.len()),
        (1.5, 2, 2)
    );
    assert_eq!(page.reviews[0].comment.as_deref(), Some("Less so"));
    for rating in [0, 6] {
        assert_eq!(
            code(learning::review_save(&desk, &s.student, review(rating, ""))),
            Some(Code::Invalid)
        );
    }
}

#[test]
fn certificates_are_checked_offline_and_revoked_for_good() {
    let s = story(EnrollmentStatus::Active, &[]);
    let desk = s.t.desk();
    let check =
        |actor: &Actor, id: &str| learning::certificate_check(&desk, actor, by_id(id)).unwrap();
    assert!(
        !check(&s.student, "00000-00000-00000-00000-00000-00000").genuine,
        "before any was issued"
    );
    let id = s.complete_all().certificate_id.unwrap();
    let held = check(&s.t.finance(), &id.to_lowercase().replace('-', " "));
    assert!(held.genuine);
    assert_eq!(
        held.certificate.map(|c| c.course),
        Some("Weaving".to_owned())
    );
    let forged = format!(
        "{}{}",
        if id.starts_with('7') { '8' } else { '7' },
        &id[1..]
    );
    let forged = check(&s.student, &forged);
    assert!(!forged.genuine && forged.certificate.is_none());
    let elsewhere = learning::certificates::key(&desk).unwrap().mint([9; 32]);
    let made = check(&s.student, &elsewhere);
    assert!(
        !made.genuine && made.certificate.is_none(),
        "an office holds every certificate: the key alone makes none"
    );
    // A desktop that holds only some cannot say so.
    let replica = s.t.workspace.replica();
    let scope = domain::Scope::Student(s.student.user.unwrap()).to_string();
    replica.attach().unwrap();
    replica.set_meta("scope", &scope).unwrap();
    let made = check(&s.student, &elsewhere);
    assert!(
        made.genuine && made.certificate.is_none(),
        "made by the key, not held here"
    );
    replica.detach().unwrap();

    let revoke = |actor: &Actor, reason: &str| {
        let args = ByIdRevReason {
            id: s.enrollment.to_hex(),
            rev: s.view().rev,
            reason: reason.into(),
        };
        learning::certificate_revoke(&desk, actor, args)
    };
    assert_eq!(
        code(revoke(&s.teacher, "Plagiarism")),
        Some(Code::Forbidden)
    );
    assert_eq!(code(revoke(&s.t.admin, "")), Some(Code::Required));
    let detail = revoke(&s.t.admin, "Plagiarism").unwrap();
    assert!(detail.certificate_revoked_at.is_some());
    assert_eq!(detail.certificate_id.as_deref(), Some(id.as_str()));
    assert!(
        check(&s.student, &id)
            .certificate
            .unwrap()
            .revoked_at
            .is_some()
    );
    assert!(s.view().certificate_revoked);
    assert_eq!(code(revoke(&s.t.admin, "Again")), Some(Code::WrongState));
    let folder = tempfile::tempdir().unwrap();
    let saved = learning::certificate_save(&desk, &s.student, by_id(&s.enrollment), folder.path());
    assert_eq!(
        code(saved),
        Some(Code::WrongState),
        "a revoked one is not printed"
    );
}

#[test]
fn a_certificate_is_a_sheet_of_paper() {
    let s = story(EnrollmentStatus::Active, &[exam("exam", 100.0, false)]);
    s.grade("exam", 87.5).unwrap();
    s.complete_all();
    let folder = tempfile::tempdir().unwrap();
    let save = || {
        learning::certificate_save(&s.t.desk(), &s.student, by_id(&s.enrollment), folder.path())
            .unwrap()
    };
    let saved = save();
    assert_eq!(saved.name, "Certificate Student 1 - Weaving.pdf");
    let bytes = std::fs::read(&saved.path).unwrap();
    assert!(bytes.starts_with(b"%PDF") && bytes.len() as u64 == saved.bytes);
    assert_eq!(
        std::fs::read(save().path).unwrap(),
        bytes,
        "printed twice it is the same document"
    );
}
