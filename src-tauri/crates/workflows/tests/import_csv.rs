//! Importing people and courses from CSV files of every kind, and taking imports back.
#![allow(clippy::unwrap_used)]

use domain::{
    Role,
    course::{Category, CourseStatus, LessonKind, Level},
};
use testkit::{TestWorkspace, workspace};
use workflows::{
    WorkflowError,
    dto::{ById, Nothing},
    operations::{
        csv_import::{self, File, reading},
        dto::{ImportKind, ImportMapping, ImportOutcome},
        import_undo, imports_list, verify,
    },
};

fn import(
    ws: &TestWorkspace,
    kind: ImportKind,
    bytes: &[u8],
    extra: &[(&str, &str)],
    dry_run: bool,
) -> Result<ImportOutcome, WorkflowError> {
    let columns = reading::read(bytes)?.columns;
    let asked: Vec<ImportMapping> = extra
        .iter()
        .map(|(field, column)| ImportMapping {
            field: (*field).into(),
            column: (*column).into(),
        })
        .collect();
    let mapping = csv_import::settled(kind, &columns, &asked);
    let file = File {
        kind,
        name: "file.csv".into(),
        bytes,
        mapping: Some(&mapping),
        instructor: None,
    };
    csv_import::run(
        &ws.desk(),
        &ws.admin,
        file,
        dry_run,
        &mut |_, _| {},
        &|| false,
    )
}

fn people(ws: &TestWorkspace) -> u64 {
    let mut n = 0;
    ws.workspace
        .replica()
        .read(|reader| {
            reader.every_user(|_| {
                n += 1;
                Ok(())
            })
        })
        .unwrap();
    n
}

fn agrees(ws: &TestWorkspace) {
    let report = verify(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn people_come_in_once_with_every_field() {
    let ws = workspace();
    let csv = "First name;Surname;E-mail;Role;Date of birth;Phone;City;Gender\n\
               Jos\u{e9};N\u{fa}\u{f1}ez;Jose@Example.ORG;teacher;1980-05-17;+34 600 123 456;Sevilla;m\n\
               Mary Ann;O'Neil;mary@example.org;;;;Cork;F\n";
    let latin: Vec<u8> = csv
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let dry = import(&ws, ImportKind::People, &latin, &[], true).unwrap();
    assert_eq!(
        (
            dry.rows,
            dry.created,
            dry.error_count,
            dry.import.as_deref()
        ),
        (2, 2, 0, None)
    );
    assert_eq!(people(&ws), 1, "a dry run makes nobody");

    let done = import(&ws, ImportKind::People, &latin, &[], false).unwrap();
    assert_eq!((done.created, done.skipped), (2, 0));
    let jose = ws
        .workspace
        .replica()
        .read(|r| r.user_by_email("jose@example.org"))
        .unwrap()
        .unwrap();
    assert_eq!(
        (jose.name.as_str(), jose.role),
        ("José Núñez", Role::Instructor)
    );
    assert_eq!(jose.profile.address.city.as_deref(), Some("Sevilla"));
    assert!(jose.password.is_none() && jose.profile.date_of_birth.is_some());

    let again = import(&ws, ImportKind::People, &latin, &[], false).unwrap();
    assert_eq!((again.created, again.skipped, again.import), (0, 2, None));
    agrees(&ws);
}

#[test]
fn every_fault_is_named_by_its_row_and_the_sound_rows_come_in() {
    let ws = workspace();
    let csv = "name,email,role,date of birth\n\
               Ada,ada@example.net,student,\n\
               ,nobody@example.net,student,\n\
               \n\
               Bea,not an address,student,\n\
               Cid,cid@example.net,wizard,\n\
               Dee,dee@example.net,student,03/04/1990\n\
               Eve,ADA@example.net,student,\n\
               Fay,fay@example.net,student,1990-02-30,surplus\n\
               Gus,gus@example.net,student,1990-02-28\n";
    let outcome = import(&ws, ImportKind::People, csv.as_bytes(), &[], false).unwrap();
    assert_eq!((outcome.rows, outcome.created), (8, 2));
    let told: Vec<(u64, Option<&str>)> = outcome
        .errors
        .iter()
        .map(|e| (e.row, e.field.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (3, Some("name")),
            (5, Some("email")),
            (6, Some("role")),
            (7, Some("dateOfBirth")),
            (8, Some("email")),
            (9, None)
        ]
    );
    assert_eq!((outcome.error_count, outcome.faulty_rows), (6, 6));
    let twice = outcome.errors.iter().find(|e| e.row == 8).unwrap();
    assert!(twice.message.contains("row 2"), "{}", twice.message);
    assert_eq!(outcome.errors[1].value.as_deref(), Some("not an address"));
    assert_eq!(outcome.errors[1].column.as_deref(), Some("email"));
    agrees(&ws);
}

#[test]
fn a_catalog_from_elsewhere_comes_in_through_the_mapping() {
    let ws = workspace();
    ws.person_named("Grace", "grace@example.org", Role::Instructor);
    let long = "word ".repeat(150);
    let csv = format!(
        "course_id,course_title,Fee,Difficulty,subject,Headline,Teacher,Section,Lecture,Lecture type,Minutes\n\
         1,Rust for All,\"£1,234.50\",Beginner Level,Web Development,{long},grace@example.org,Start,Hello,lecture,12\n\
         ,Rust for All,,,,,,Start,Quiz one,test,05:30\n\
         ,,,,,,,Next,Exercise,exercise,1:00:00\n\
         2,Drawing,USD 99.99,expert,graphic-design,Lines.,GRACE@example.org,,,,\n\
         3,C++,Free,All Levels,data-science,Pointers.,grace@example.org,,,,\n\
         4,C#,\"12,50 €\",intermediate,Cookery,Sharp.,grace@example.org,,,,\n\
         5,Bad price,a lot,beginner,Design,No.,grace@example.org,,,,\n\
         6,Bad teacher,5,beginner,Design,No.,nobody@example.org,,,,\n\
         7,Drawing,5,beginner,Design,No.,grace@example.org,,,,\n"
    );
    let outcome = import(&ws, ImportKind::Courses, csv.as_bytes(), &[], false).unwrap();
    let told: Vec<(u64, Option<&str>)> = outcome
        .errors
        .iter()
        .map(|e| (e.row, e.field.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (8, Some("price")),
            (9, Some("instructor")),
            (10, Some("title"))
        ]
    );
    assert_eq!(outcome.created, 4);
    let course = |slug: &str| {
        ws.workspace
            .replica()
            .read(|r| r.course_by_slug(slug))
            .unwrap()
            .unwrap()
    };
    let rust = course("rust-for-all");
    assert_eq!(
        (rust.status, rust.level, rust.category),
        (
            CourseStatus::Draft,
            Some(Level::Beginner),
            Some(Category::Programming)
        )
    );
    assert_eq!((rust.price, rust.currency.code()), (Some(1234.5), "GBP"));
    assert_eq!(rust.subcategory.as_deref(), Some("Web Development"));
    assert!(
        rust.description.len() <= 503 && rust.full_description.is_some(),
        "what is too long is kept whole"
    );
    let lessons: Vec<(&str, LessonKind, Option<&str>)> = rust
        .lessons()
        .map(|(_, l)| (l.title.as_str(), l.kind, l.duration.as_deref()))
        .collect();
    assert_eq!(
        lessons,
        [
            ("Hello", LessonKind::Video, Some("12:00")),
            ("Quiz one", LessonKind::Quiz, Some("05:30")),
            ("Exercise", LessonKind::Assignment, Some("1:00:00")),
        ]
    );
    assert_eq!(rust.curriculum.len(), 2);
    let drawing = course("drawing");
    assert_eq!(
        (drawing.currency.code(), drawing.category, drawing.level),
        ("USD", Some(Category::Design), Some(Level::Advanced))
    );
    let cpp = course("c");
    assert_eq!(
        (cpp.price, cpp.level, cpp.tags),
        (Some(0.0), None, vec!["all levels".to_owned()])
    );
    let sharp = course("c-2");
    assert_eq!(
        (sharp.price, sharp.currency.code(), sharp.category),
        (Some(12.5), "EUR", Some(Category::Other))
    );
    let again = import(&ws, ImportKind::Courses, csv.as_bytes(), &[], false).unwrap();
    assert_eq!((again.created, again.skipped), (0, 4));
    agrees(&ws);
}

#[test]
fn a_field_may_be_a_constant() {
    let ws = workspace();
    ws.person_named("Grace", "grace@example.org", Role::Instructor);
    let csv = b"title,price\nOne,10\n";
    let constants = [("instructor", "=grace@example.org"), ("currency", "=EUR")];
    let outcome = import(&ws, ImportKind::Courses, csv, &constants, false).unwrap();
    assert_eq!(
        (outcome.created, outcome.error_count),
        (1, 0),
        "{:?}",
        outcome.errors
    );
    let one = ws
        .workspace
        .replica()
        .read(|r| r.course_by_slug("one"))
        .unwrap()
        .unwrap();
    assert_eq!(one.currency.code(), "EUR");
}

/// The rows with faults and the fields they are at.
fn faults(outcome: &ImportOutcome) -> Vec<(u64, &str)> {
    outcome
        .errors
        .iter()
        .map(|e| (e.row, e.field.as_deref().unwrap_or_default()))
        .collect()
}

fn slugs(ws: &TestWorkspace) -> Vec<(String, String)> {
    let mut found = Vec::new();
    ws.workspace
        .replica()
        .read(|reader| {
            reader.every_course(|course| {
                found.push((course.title, course.slug.unwrap_or_default()));
                Ok(())
            })
        })
        .unwrap();
    found.sort();
    found
}

#[test]
fn a_slug_is_asked_for_once_and_nobody_else_is_given_it() {
    let ws = workspace();
    let long = "x".repeat(201);
    let csv = format!(
        "title,slug,price\n\
         Ink,,1\n\
         Ink and paper,ink,2\n\
         Quill,Quill!,3\n\
         Feather,quill,4\n\
         Long,{long},5\n\
         Odd,***,6\n\
         Odder,***,7\n"
    );
    for dry_run in [true, false] {
        let outcome = import(&ws, ImportKind::Courses, csv.as_bytes(), &[], dry_run).unwrap();
        assert_eq!(
            faults(&outcome),
            [(5, "slug"), (6, "slug"), (7, "slug"), (8, "slug")],
            "{dry_run}: {:?}",
            outcome.errors
        );
        assert!(outcome.errors[0].message.contains("Row 4"));
        assert_eq!((outcome.created, outcome.skipped), (3, 0), "{dry_run}");
    }
    let pairs = [
        ("Ink", "ink-2"),
        ("Ink and paper", "ink"),
        ("Quill", "quill"),
    ];
    assert_eq!(slugs(&ws), pairs.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let again = import(&ws, ImportKind::Courses, csv.as_bytes(), &[], false).unwrap();
    assert_eq!((again.created, again.skipped), (0, 3));
    agrees(&ws);
}

#[test]
fn an_outline_under_one_slug_is_of_one_course() {
    let ws = workspace();
    let csv = "title,slug,price,module,lesson\n\
               Ink,ink,1,A,One\n\
               Ink,INK,1,A,Two\n\
               ,ink,,A,Three\n\
               Paper,ink,1,A,Four\n";
    let outcome = import(&ws, ImportKind::Courses, csv.as_bytes(), &[], false).unwrap();
    assert_eq!(faults(&outcome), [(5, "slug")], "{:?}", outcome.errors);
    let ink = ws.workspace.replica().read(|r| r.course_by_slug("ink"));
    let ink = ink.unwrap().unwrap();
    let lessons: Vec<&str> = ink.lessons().map(|(_, l)| l.title.as_str()).collect();
    assert_eq!(
        (ink.title.as_str(), lessons),
        ("Ink", vec!["One", "Two", "Three"])
    );
}

#[test]
fn what_is_asked_for_of_a_mapping_stands() {
    let columns = ["Title", "Price", "Category", "Teacher"].map(str::to_owned);
    let settled = |asked: &[(&str, &str)]| -> Vec<(String, String)> {
        let asked: Vec<ImportMapping> = asked
            .iter()
            .map(|(field, column)| ImportMapping {
                field: (*field).into(),
                column: (*column).into(),
            })
            .collect();
        csv_import::settled(ImportKind::Courses, &columns, &asked)
            .into_iter()
            .map(|pair| (pair.field, pair.column))
            .collect()
    };
    for (asked, wanted) in [
        (
            &[][..],
            &[
                ("title", "Title"),
                ("category", "Category"),
                ("price", "Price"),
                ("instructor", "Teacher"),
            ][..],
        ),
        (
            // One column fills two fields, and two constants are alike.
            &[
                ("subcategory", "Category"),
                ("category", "Category"),
                ("level", "=1"),
                ("weeks", "=1"),
            ],
            &[
                ("title", "Title"),
                ("price", "Price"),
                ("instructor", "Teacher"),
                ("subcategory", "Category"),
                ("category", "Category"),
                ("level", "=1"),
                ("weeks", "=1"),
            ],
        ),
        (
            &[("tags", "Category"), ("price", "=10")],
            &[
                ("title", "Title"),
                ("instructor", "Teacher"),
                ("tags", "Category"),
                ("price", "=10"),
            ],
        ),
        (
            // Twice the same field is the mapping's to refuse.
            &[("title", "Title"), ("title", "Category")],
            &[
                ("price", "Price"),
                ("instructor", "Teacher"),
                ("title", "Title"),
                ("title", "Category"),
            ],
        ),
    ] {
        let wanted: Vec<(String, String)> = wanted
            .iter()
            .map(|(field, column)| ((*field).to_owned(), (*column).to_owned()))
            .collect();
        assert_eq!(settled(asked), wanted, "{asked:?}");
    }
    let ws = workspace();
    let twice = [("title", "Title"), ("title", "Category")];
    let csv = b"Title,Price,Category\nInk,1,x\n";
    let refused = import(&ws, ImportKind::Courses, csv, &twice, true).unwrap_err();
    assert!(refused.to_string().contains("twice"), "{refused}");
}

#[test]
fn who_is_named_for_a_file_teaches_where_its_rows_name_nobody() {
    let ws = workspace();
    let grace = ws.person_named("Grace", "grace@example.org", Role::Instructor);
    let alan = ws.person_named("Alan", "alan@example.org", Role::Instructor);
    let run = |email: &str| {
        let file = File {
            kind: ImportKind::Courses,
            name: "file.csv".into(),
            bytes: b"title,price,instructor\nInk,1,alan@example.org\nPaper,2,\n",
            mapping: None,
            instructor: Some(email),
        };
        csv_import::run(&ws.desk(), &ws.admin, file, false, &mut |_, _| {}, &|| {
            false
        })
    };
    let refused = run("nobody@example.org").unwrap_err();
    assert!(
        refused.to_string().contains("nobody@example.org"),
        "{refused}"
    );
    let outcome = run("Grace@Example.org").unwrap();
    assert_eq!((outcome.created, outcome.error_count), (2, 0));
    let teacher = |slug: &str| {
        let found = ws.workspace.replica().read(|r| r.course_by_slug(slug));
        found.unwrap().unwrap().instructor
    };
    assert_eq!(
        (Some(teacher("ink")), Some(teacher("paper"))),
        (alan.user, grace.user)
    );
}

#[test]
fn money_and_numbers_of_a_row_are_read_or_named() {
    let ws = workspace();
    let csv = "title,price,original price,hours\n\
               Ink,None,,\n\
               Paper,,,\n\
               Quill,free,,\"1,500\"\n\
               Pen,0,10,\"1,5\"\n\
               Nib,£20,USD 30,\n\
               Pad,£20,£30,\n\
               Pin,£20,20,\n";
    let outcome = import(&ws, ImportKind::Courses, csv.as_bytes(), &[], false).unwrap();
    assert_eq!(
        faults(&outcome),
        [(2, "price"), (3, "price"), (6, "originalPrice")],
        "{:?}",
        outcome.errors
    );
    assert_eq!((outcome.created, outcome.faulty_rows), (4, 3));
    let notes: Vec<(u64, Option<&str>)> = outcome
        .notes
        .iter()
        .map(|note| (note.row, note.field.as_deref()))
        .collect();
    assert_eq!(notes, [(8, Some("originalPrice"))]);
    let figures = |slug: &str| {
        let found = ws.workspace.replica().read(|r| r.course_by_slug(slug));
        let course = found.unwrap().unwrap();
        (course.price, course.original_price, course.duration.hours)
    };
    assert_eq!(figures("quill"), (Some(0.0), None, Some(1_500.0)));
    assert_eq!(figures("pen"), (Some(0.0), Some(10.0), Some(1.5)));
    assert_eq!(figures("pad"), (Some(20.0), Some(30.0), None));
    assert_eq!(figures("pin"), (Some(20.0), None, None));
}

#[test]
fn a_course_has_as_many_lessons_as_the_catalog_allows() {
    let ws = workspace();
    let mut csv = String::from("title,price,module,lesson\n");
    for course in ["Full", "Too full"] {
        let lessons = if course == "Full" { 2_000 } else { 2_003 };
        for n in 0..lessons {
            csv.push_str(&format!("{course},1,M,Lesson {n}\n"));
        }
    }
    let outcome = import(&ws, ImportKind::Courses, csv.as_bytes(), &[], true).unwrap();
    assert_eq!(
        faults(&outcome),
        [(4_002, "lesson")],
        "named once, at its row"
    );
    assert_eq!(outcome.created, 1);
}

#[test]
fn a_stopped_import_goes_on_and_an_import_can_be_taken_back() {
    let ws = workspace();
    let mut csv = String::from("name,email\n");
    for n in 0..1_300 {
        csv.push_str(&format!("Person {n},p{n}@example.org\n"));
    }
    let mapping = csv_import::proposed(ImportKind::People, &["name".into(), "email".into()]);
    let file = || File {
        kind: ImportKind::People,
        name: "many.csv".into(),
        bytes: csv.as_bytes(),
        mapping: Some(&mapping),
        instructor: None,
    };
    let asked = std::cell::Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() > 1
    };
    let first =
        csv_import::run(&ws.desk(), &ws.admin, file(), false, &mut |_, _| {}, &stop).unwrap();
    assert!(first.cancelled);
    assert_eq!((first.created, people(&ws)), (500, 501), "one whole part");
    let rest = csv_import::run(
        &ws.desk(),
        &ws.admin,
        file(),
        false,
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    assert_eq!((rest.created, rest.skipped), (800, 500));

    let listed = imports_list(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    let made: Vec<u64> = listed.iter().map(|row| row.created).collect();
    assert_eq!(made.iter().sum::<u64>(), 1_300);
    assert_eq!(listed.len(), 2, "the parts of an import are one line");

    // Somebody of the second import is changed since.
    let id = ws
        .workspace
        .replica()
        .read(|r| r.user_by_email("p700@example.org"))
        .unwrap()
        .unwrap()
        .id;
    ws.commit("person.updated", domain::Collection::Users, id, |set| {
        set.patch(
            domain::Collection::Users,
            id,
            domain::change::Patch::new().put("name", "Renamed"),
        )
    });
    let outcome = import_undo(
        &ws.desk(),
        &ws.admin,
        &ById {
            id: rest.import.clone().unwrap(),
        },
    )
    .unwrap();
    assert_eq!((outcome.removed, outcome.kept.len()), (799, 1));
    assert_eq!(outcome.kept[0].label, "Renamed");
    assert_eq!(people(&ws), 502);
    let outcome = import_undo(
        &ws.desk(),
        &ws.admin,
        &ById {
            id: first.import.unwrap(),
        },
    )
    .unwrap();
    assert_eq!((outcome.removed, outcome.kept.len()), (500, 0));
    let relisted = imports_list(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    let still: Vec<u64> = relisted.iter().map(|row| row.created).collect();
    assert_eq!(still, made, "what they made is still told");
    let twice = import_undo(
        &ws.desk(),
        &ws.admin,
        &ById {
            id: listed.last().unwrap().id.clone(),
        },
    );
    assert!(twice.is_err(), "an import is taken back once");
    agrees(&ws);
}

#[test]
fn only_administrators_import() {
    let ws = workspace();
    for actor in [ws.student(), ws.instructor(), ws.finance()] {
        let file = File {
            kind: ImportKind::People,
            name: "x".into(),
            bytes: b"name,email\n",
            mapping: None,
            instructor: None,
        };
        let refused = csv_import::run(&ws.desk(), &actor, file, true, &mut |_, _| {}, &|| false);
        assert!(refused.is_err(), "{:?}", actor.role);
    }
}

/// A table somebody sends in makes nobody who sees everybody's records or books money.
#[test]
fn a_file_makes_no_administrators_and_no_finance_staff() {
    let ws = workspace();
    let csv = "name,email,role\nAda,ada@x.example,Administrator\nBo,bo@x.example,cashier\nCy,cy@x.example,teacher\n";
    let done = import(&ws, ImportKind::People, csv.as_bytes(), &[], false).unwrap();
    assert_eq!((done.created, done.error_count), (1, 2));
    for error in &done.errors {
        assert_eq!(error.field.as_deref(), Some("role"));
        assert!(
            error.message.contains("no administrators"),
            "{}",
            error.message
        );
    }
    let role = |email: &str| {
        ws.workspace
            .replica()
            .read(|reader| reader.user_by_email(email))
            .unwrap()
            .map(|user| user.role)
    };
    assert_eq!(role("cy@x.example"), Some(Role::Instructor));
    assert_eq!((role("ada@x.example"), role("bo@x.example")), (None, None));
}
