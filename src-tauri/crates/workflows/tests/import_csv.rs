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
    let mut mapping = csv_import::proposed(kind, &columns);
    for (field, column) in extra {
        mapping.retain(|known| known.field != *field && known.column != *column);
        mapping.push(ImportMapping {
            field: (*field).into(),
            column: (*column).into(),
        });
    }
    let file = File {
        kind,
        name: "file.csv".into(),
        bytes,
        mapping: Some(&mapping),
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
        };
        let refused = csv_import::run(&ws.desk(), &actor, file, true, &mut |_, _| {}, &|| false);
        assert!(refused.is_err(), "{:?}", actor.role);
    }
}
