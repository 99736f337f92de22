//! A workspace written only by change sets agrees with itself; whatever somebody alters behind its back
//! is told, by name.

use domain::{Collection, enrollment::EmbeddedPaymentStatus};
use replica::{Difference, Replica, Window, lists::PeopleQuery, search::Hit};

use crate::{file::raw, fixtures::*};

fn differences(replica: &Replica) -> Vec<Difference> {
    replica.read(|reader| reader.differences()).unwrap()
}

/// Somebody who paid, partly got money back, and somebody who waits.
fn busy() -> (LocalWorld, School) {
    let world = LocalWorld::new();
    let school = school(&world);
    let (mut set, payment) =
        enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    for change in &mut set.changes {
        if let domain::Change::Insert {
            collection: Collection::Enrollments,
            document,
        } = change
        {
            let status = EmbeddedPaymentStatus::Completed.as_str();
            document
                .get_document_mut("payment")
                .unwrap()
                .insert("status", status);
        }
    }
    world.apply(&set);
    world.apply(&refunding(&payment, 2_500, &world.tail(&device())));
    let late = person("Joan Clarke", "joan@example.org", domain::Role::Student);
    add_person(&world, &late);
    world.apply(&enrolling(&enrollment(late.id, school.course)));
    (world, school)
}

#[test]
fn change_sets_leave_no_difference() {
    let (world, school) = busy();
    assert_eq!(differences(&world.replica), Vec::new());
    // Names copied elsewhere follow, and so do the counts and the search.
    let patch = domain::change::Patch::new().put("name", "Ada King");
    world.apply(
        &change_set("user.edited", Collection::Users, school.student).patch(
            Collection::Users,
            school.student,
            patch,
        ),
    );
    let patch = domain::change::Patch::new()
        .put("title", "Compilers, again")
        .put("tags", vec!["evening"]);
    world.apply(
        &change_set("course.edited", Collection::Courses, school.course).patch(
            Collection::Courses,
            school.course,
            patch,
        ),
    );
    assert_eq!(differences(&world.replica), Vec::new());
    let found = |text: &str| world.replica.read(|reader| reader.search(text, 5)).unwrap();
    assert!(matches!(&found("king")[..], [Hit::Person { name, .. }] if name == "Ada King"));
    assert_eq!(found("lovelace"), Vec::new());
    assert!(
        matches!(&found("even")[..], [Hit::Course { title, .. }] if title == "Compilers, again")
    );
}

#[test]
fn what_is_altered_behind_its_back_is_told() {
    for (sql, check) in [
        (
            "UPDATE users SET email = 'other@example.org' WHERE name = 'Ada Lovelace'",
            "column.users.email",
        ),
        (
            "UPDATE enrollments SET user_name = 'Somebody' WHERE status = 'active'",
            "column.enrollments.user_name",
        ),
        ("UPDATE payments SET refunded_minor = 0", "ledger.sum"),
        (
            "UPDATE payments SET refunded_minor = 0",
            "column.payments.refunded_minor",
        ),
        (
            "UPDATE courses SET doc = json_set(doc, '$.enrollmentCount', json('{\"$numberInt\": \"9\"}'))",
            "counter.courses.enrollmentCount",
        ),
        ("UPDATE courses SET doc = '{}'", "document.courses"),
        (
            "UPDATE payments SET enrollment = x'000000000000000000000001'",
            "reference.payments.enrollment",
        ),
        (
            "UPDATE revenue_daily SET amount_minor = amount_minor + 1",
            "rollup.revenue_daily",
        ),
        ("DELETE FROM courses_fts", "search.courses"),
        (
            "DROP TRIGGER ledger_no_delete; DELETE FROM payment_ledger WHERE kind = 'refund'",
            "ledger.sum",
        ),
        (
            "UPDATE payments SET status = 'pending', doc = json_set(doc, '$.status', 'pending')",
            "enrollment.payment",
        ),
    ] {
        let (world, _) = busy();
        raw(&world.path).execute_batch(sql).unwrap();
        let found = differences(&world.replica);
        assert!(
            found.iter().any(|d| d.check == check),
            "{sql} was not told as {check}: {found:?}"
        );
    }
}

#[test]
fn search_finds_receipts_and_enrollments_by_their_numbers() {
    let (world, _) = busy();
    let found = |text: &str| world.replica.read(|reader| reader.search(text, 5)).unwrap();
    assert!(
        matches!(&found("r-desk1-00")[..], [Hit::Payment { reference, .. }] if reference == "R-DESK1-000001")
    );
    let page = world
        .replica
        .read(|reader| {
            reader.enrollments(
                &replica::lists::EnrollmentQuery::default(),
                Window::first(5),
            )
        })
        .unwrap();
    let id = page.rows[0].id;
    assert!(
        matches!(&found(&id.to_hex())[..], [Hit::Enrollment { id: found, .. }] if *found == id)
    );
    for text in ["", "   ", "\" XQ *", "***", "NEAR(", &"x".repeat(10_000)] {
        assert_eq!(found(text), Vec::new(), "{text:.20}");
    }
}

#[test]
fn names_are_found_without_their_accents_and_by_every_word() {
    let world = LocalWorld::new();
    for (name, email) in [
        ("Zoë Müller", "zm@example.org"),
        ("রহিম উদ্দিন", "rahim@example.org"),
        ("Muller Smith", "ms@example.org"),
    ] {
        add_person(&world, &person(name, email, domain::Role::Student));
    }
    let names = |text: &str| {
        let query = PeopleQuery {
            text: Some(text.to_owned()),
            ..PeopleQuery::default()
        };
        let page = world
            .replica
            .read(|reader| reader.people(&query, Window::first(5)))
            .unwrap();
        assert_eq!(page.total.value, page.rows.len() as u64);
        page.rows
            .into_iter()
            .map(|row| row.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names("zoe mul"), ["Zoë Müller"]);
    assert_eq!(names("MÜL"), ["Muller Smith", "Zoë Müller"]);
    assert_eq!(names("zm@ex"), ["Zoë Müller"]);
    assert_eq!(names("রহ"), ["রহিম উদ্দিন"]);
    assert_eq!(names("muller zo"), ["Zoë Müller"]);
    assert!(
        names("mull zoe").is_empty(),
        "only the last word may be unfinished"
    );
    assert_eq!(names(" ").len(), 3);
}

#[test]
fn names_of_a_file_of_before_are_folded_anew() {
    let (world, school) = busy();
    let names = |name: &str, title: &str| {
        let people = domain::change::Patch::new().put("name", name);
        world.apply(
            &change_set("user.edited", Collection::Users, school.student).patch(
                Collection::Users,
                school.student,
                people,
            ),
        );
        let courses = domain::change::Patch::new().put("title", title);
        world.apply(
            &change_set("course.edited", Collection::Courses, school.course).patch(
                Collection::Courses,
                school.course,
                courses,
            ),
        );
    };
    names("রহিম", "हिन्दी");
    let path = world.path.clone();
    // As it was: without the signs, in a file that does not know better.
    raw(&path)
        .execute_batch(
            "UPDATE users SET name_fold = 'রহম' WHERE name = 'রহিম';
             UPDATE courses SET title_fold = 'हनद';
             UPDATE enrollments SET user_fold = 'রহম', course_fold = 'हनद' WHERE user_name = 'রহিম';
             UPDATE payments SET user_fold = 'রহম', course_fold = 'हनद' WHERE user_name = 'রহিম';
             DELETE FROM schema_migrations WHERE name = 'folds'",
        )
        .unwrap();
    assert!(!differences(&world.replica).is_empty());
    let replica = Replica::open(&path, &key()).unwrap();
    assert_eq!(differences(&replica), Vec::new());
}
