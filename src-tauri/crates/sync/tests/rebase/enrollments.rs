//! Learning, notes, reviews and grades of one student from two desktops.

use bson::oid::ObjectId;
use domain::{
    ChangeSet, Code, Collection, CourseId, EnrollmentId, UserId,
    course::Course,
    enrollment::{Enrollment, EnrollmentStatus},
    role::Role,
    rules::learning::{self, results, writing},
};
use proptest::prelude::*;
use sync::{ConflictKind as K, Verdict};

use super::{Server, at, courses::course, document, id, stamp};

const ENROLLMENT: u32 = 300;
const STUDENT: u32 = 7;

fn server(lessons: u32) -> Server {
    let mut server = Server::default();
    server.put(Collection::Courses, document(&course(lessons)));
    let mut enrollment = Enrollment::new(
        EnrollmentId(id(ENROLLMENT)),
        UserId(id(STUDENT)),
        CourseId(id(200)),
        at(0),
    );
    enrollment.status = EnrollmentStatus::Active;
    server.put(Collection::Enrollments, document(&enrollment));
    server
}

fn enrollment(server: &Server) -> Enrollment {
    server.get(Collection::Enrollments, id(ENROLLMENT))
}

fn the_course(server: &Server) -> Course {
    server.get(Collection::Courses, id(200))
}

/// A desktop: what it last saw, with what it did since.
struct Desktop {
    view: Server,
    queue: Vec<ChangeSet>,
    name: &'static str,
}

impl Desktop {
    fn of(server: &Server, name: &'static str) -> Self {
        Self {
            view: server.clone(),
            queue: Vec::new(),
            name,
        }
    }

    fn does(&mut self, set: ChangeSet) {
        self.view.commit(&set);
        self.queue.push(set);
    }

    fn learns(&mut self, n: u32, lesson: u32, seconds: i64) {
        let (enrollment, course) = (enrollment(&self.view), the_course(&self.view));
        let certificate = format!("certificate of {}", self.name);
        let done = learning::complete_lesson(
            &stamp(n, Role::Student, STUDENT),
            &enrollment,
            &course,
            &id(1_000 + lesson).to_hex(),
            seconds,
            &mut || certificate.clone(),
        );
        if let Some(set) = done.expect("it may") {
            self.does(set);
        }
    }

    fn pushes(&mut self, server: &mut Server) -> usize {
        self.queue
            .drain(..)
            .map(|set| server.pushed(&set).cards.len())
            .sum()
    }
}

fn done(enrollment: &Enrollment) -> Vec<String> {
    let mut lessons: Vec<String> = enrollment
        .progress
        .completed_lessons
        .iter()
        .map(|l| l.lesson_id.clone())
        .collect();
    lessons.sort();
    lessons
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Lessons are the union, time is the sum, the percentage is the rules', whoever comes first.
    #[test]
    fn two_desktops_of_one_student_both_keep_their_lessons(
        lessons in 1_u32..8,
        a in prop::collection::vec((0_u32..8, 0_i64..600), 0..8),
        b in prop::collection::vec((0_u32..8, 0_i64..600), 0..8),
    ) {
        let mut server = server(lessons);
        let (mut one, mut two) = (Desktop::of(&server, "one"), Desktop::of(&server, "two"));
        let mut expected = std::collections::BTreeSet::new();
        for (desktop, acts, from) in [(&mut one, &a, 10), (&mut two, &b, 50)] {
            for (n, (lesson, seconds)) in (from..).zip(acts) {
                desktop.learns(n, lesson % lessons, *seconds);
            }
            expected.extend(done(&enrollment(&desktop.view)));
        }
        let times = |desktop: &Desktop| enrollment(&desktop.view).progress.total_time_spent;
        let total = times(&one) + times(&two);
        let completed = [&one, &two].iter().any(|d| enrollment(&d.view).status == EnrollmentStatus::Completed);
        one.pushes(&mut server);
        two.pushes(&mut server);
        let after = enrollment(&server);
        prop_assert_eq!(done(&after), expected.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(after.progress.total_time_spent, total);
        let spent: i64 = after.progress.completed_lessons.iter().map(|l| l.time_spent).sum();
        prop_assert!(spent <= total);
        prop_assert_eq!(after.progress.percentage, learning::progress(&after, &the_course(&server)));
        prop_assert_eq!(after.status == EnrollmentStatus::Completed, completed);
        prop_assert_eq!(after.certificate_id.is_some(), completed, "one certificate");
    }
}

#[test]
fn completed_at_both_desktops_has_the_first_ones_certificate() {
    let mut server = server(2);
    let (mut one, mut two) = (Desktop::of(&server, "one"), Desktop::of(&server, "two"));
    for (n, desktop) in [(10, &mut one), (20, &mut two)] {
        desktop.learns(n, 0, 60);
        desktop.learns(n + 1, 1, 60);
    }
    assert_eq!(one.pushes(&mut server), 0);
    let first = enrollment(&server);
    assert_eq!(
        two.pushes(&mut server),
        1,
        "the other certificate is on a card"
    );
    let after = enrollment(&server);
    assert_eq!(after.certificate_id, Some("certificate of one".to_owned()));
    assert_eq!(after.completion_date, first.completion_date);
    assert_eq!(after.progress.percentage, 100.0);
}

#[test]
fn progress_in_an_enrollment_that_ended_or_began_anew_needs_a_person() {
    let mut base = server(3);
    let mut first = Desktop::of(&base, "one");
    first.learns(9, 0, 10);
    first.pushes(&mut base);
    let mut desktop = Desktop::of(&base, "one");
    desktop.learns(10, 1, 10);
    let set = desktop.queue.remove(0);
    let with = |change: &dyn Fn(&mut bson::Document)| {
        let mut server = base.clone();
        server.edit(Collection::Enrollments, id(ENROLLMENT), |e| change(e));
        match server.fitted(&set).verdict {
            Verdict::Dead(no) => no.code,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        with(&|e| drop(e.insert("status", "cancelled"))),
        Code::WrongState
    );
    let anew = |e: &mut bson::Document| {
        e.insert(
            "progress",
            bson::doc! { "percentage": 0.0, "completedLessons": [], "totalTimeSpent": 0_i64 },
        );
    };
    assert_eq!(with(&anew), Code::Stale);
}

#[test]
fn notes_are_always_added_and_one_taken_away_leaves_the_others() {
    let mut server = server(1);
    let note = |server: &Server, n: u32, id: ObjectId| {
        let stamp = stamp(n, Role::Student, STUDENT);
        writing::add_note(
            &stamp,
            &enrollment(server),
            &the_course(server),
            id,
            None,
            "A note.",
            None,
        )
        .unwrap()
    };
    let first = note(&server, 1, id(1));
    server.commit(&first);
    let (mine, theirs) = (note(&server, 2, id(2)), note(&server, 3, id(3)));
    let away = writing::remove_note(
        &stamp(4, Role::Student, STUDENT),
        &enrollment(&server),
        &id(1).to_hex(),
    )
    .unwrap();
    server.commit(&theirs);
    assert_eq!(server.pushed(&mine).cards, []);
    assert_eq!(server.pushed(&away).cards, []);
    let ids: Vec<_> = enrollment(&server)
        .notes
        .iter()
        .filter_map(|n| n.id)
        .collect();
    assert_eq!(ids, [id(3), id(2)]);
}

#[test]
fn a_review_beside_others_is_counted_into_the_rating_of_now() {
    let mut server = server(1);
    let mut desktop = Desktop::of(&server, "one");
    desktop.learns(1, 0, 1);
    desktop.pushes(&mut server);
    let review = |server: &Server, n: u32, stars: i64| {
        let stamp = stamp(n, Role::Student, STUDENT);
        writing::review(
            &stamp,
            &enrollment(server),
            &the_course(server),
            stars,
            Some("Good."),
        )
        .unwrap()
    };
    let (mine, again) = (review(&server, 2, 5), review(&server, 3, 1));
    // Ninety-nine others think less of it meanwhile.
    server.edit(Collection::Courses, id(200), |course| {
        course.insert("rating", bson::doc! { "average": 4.0, "count": 99_i64 });
    });
    assert_eq!(server.pushed(&mine).cards, []);
    let rating = the_course(&server).rating;
    assert_eq!(
        (rating.count, (rating.average * 1000.0).round()),
        (100, 4_010.0)
    );
    // The same student from another desktop, who had not seen it.
    let rebased = server.pushed(&again);
    assert!(
        rebased
            .cards
            .iter()
            .any(|card| card.path == "review.rating" && card.kind == K::Field),
        "{rebased:?}"
    );
    assert_eq!(the_course(&server).rating, rating, "counted once");
}

#[test]
fn two_grades_of_one_assessment_are_the_servers_with_a_card() {
    let mut server = server(2);
    server.edit(Collection::Courses, id(200), |course| {
        course.insert("assessments", vec![
            bson::doc! { "assessmentId": "q1", "title": "One", "weight": 50.0, "maxScore": 100.0, "passScore": 50.0 },
            bson::doc! { "assessmentId": "q2", "title": "Two", "weight": 50.0, "maxScore": 100.0, "passScore": 50.0 },
        ]);
    });
    let grade = |server: &Server, n: u32, which: &str, score: f64| {
        let stamp = stamp(n, Role::Instructor, 9);
        let (enrollment, course) = (enrollment(server), the_course(server));
        let read = enrollment.rev();
        results::record(
            &stamp,
            &enrollment,
            &course,
            read,
            which,
            score,
            &mut || "c".to_owned(),
        )
        .unwrap()
    };
    let (other, same, theirs) = (
        grade(&server, 1, "q2", 70.0),
        grade(&server, 2, "q1", 30.0),
        grade(&server, 3, "q1", 60.0),
    );
    server.commit(&theirs);
    assert_eq!(server.pushed(&other).cards, [], "another assessment");
    let rebased = server.pushed(&same);
    assert_eq!(rebased.cards.len(), 1, "{rebased:?}");
    assert_eq!(rebased.cards[0].path, "assessments.q1");
    let scores: Vec<_> = enrollment(&server)
        .assessments
        .iter()
        .filter_map(|a| a.score)
        .collect();
    assert_eq!(scores, [60.0, 70.0]);
}
