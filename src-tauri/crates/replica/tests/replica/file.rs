//! The file: encrypted, versioned, shared between processes.

use std::{fs, path::Path};

use bson::oid::ObjectId;
use domain::{Collection, Role};
use replica::{Key, MIGRATIONS, Replica, StoreError};
use rusqlite::Connection;

use crate::fixtures::*;

/// A connection of somebody who knows the key and not the rules.
pub(crate) fn raw(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(&format!("PRAGMA key = \"x'{}'\"", "07".repeat(32)))
        .unwrap();
    connection
}

#[test]
fn the_file_is_noise() {
    let world = LocalWorld::new();
    school(&world);
    let files = |path: &Path| -> Vec<(String, Vec<u8>)> {
        fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                (
                    entry.file_name().to_string_lossy().into_owned(),
                    fs::read(entry.path()).unwrap(),
                )
            })
            .collect()
    };
    let check = |name: &str, content: &[u8]| {
        for word in [
            "SQLite format 3",
            "Lovelace",
            "lovelace",
            "ada@example.org",
            "Compilers",
            "CREATE TABLE",
        ] {
            assert!(
                !content
                    .windows(word.len())
                    .any(|window| window == word.as_bytes()),
                "{name} shows {word:?}"
            );
        }
    };
    let before = files(&world.path);
    assert!(
        before
            .iter()
            .any(|(name, content)| name.ends_with("-wal") && !content.is_empty())
    );
    for (name, content) in before.iter().filter(|(name, _)| !name.ends_with("-shm")) {
        check(name, content);
    }
    world.replica.checkpoint().unwrap();
    let content = fs::read(&world.path).unwrap();
    check("the file", &content);
    // Noise has every byte about equally often.
    let mut counts = [0_usize; 256];
    for byte in &content {
        counts[usize::from(*byte)] += 1;
    }
    let mean = content.len() / 256;
    assert!(
        counts
            .iter()
            .all(|count| *count > mean / 2 && *count < mean * 2),
        "{counts:?}"
    );

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&world.path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[test]
fn another_key_is_refused_and_changes_nothing() {
    let world = LocalWorld::new();
    school(&world);
    world.replica.checkpoint().unwrap();
    let before = fs::read(&world.path).unwrap();
    let error = Replica::open(&world.path, &Key::from_bytes([8; 32])).unwrap_err();
    assert!(matches!(error, StoreError::WrongKey), "{error:?}");
    assert_eq!(fs::read(&world.path).unwrap(), before);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    fs::write(&path, "Dear all, ".repeat(1000)).unwrap();
    assert!(
        matches!(Replica::open(&path, &key()), Err(StoreError::WrongKey)),
        "no replica at all"
    );
}

#[test]
fn creating_and_opening_say_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workspace.db");
    assert!(matches!(
        Replica::open(&path, &key()),
        Err(StoreError::NotFound(_))
    ));
    assert!(!path.exists(), "looking does not create");
    Replica::create(&path, &key()).unwrap().close().unwrap();
    assert!(matches!(
        Replica::create(&path, &key()),
        Err(StoreError::Exists(_))
    ));
    let again = Replica::open(&path, &key()).unwrap();
    assert!(!again.read(|reader| reader.any_user()).unwrap());
    assert!(matches!(
        Replica::create(&folder.path().join("no/such/folder.db"), &key()),
        Err(StoreError::Io { .. })
    ));
}

#[test]
fn a_closed_file_is_complete_by_itself() {
    let world = LocalWorld::new();
    let school = school(&world);
    let copy = world.path.with_extension("copy");
    world.replica.checkpoint().unwrap();
    fs::copy(&world.path, &copy).unwrap();
    let copied = Replica::open(&copy, &key()).unwrap();
    assert!(
        copied
            .read(|reader| reader.user(school.student))
            .unwrap()
            .is_some()
    );
    assert_eq!(copied.integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn a_newer_file_and_another_builds_file_are_refused() {
    let newer = LocalWorld::new();
    let known = MIGRATIONS.last().unwrap().version;
    raw(&newer.path)
        .execute(
            "INSERT INTO schema_migrations VALUES (?1, 'future', '', 0)",
            [known + 1],
        )
        .unwrap();
    let error = Replica::open(&newer.path, &key()).unwrap_err();
    assert!(
        matches!(error, StoreError::NewerFile { found, known: k } if found == known + 1 && k == known)
    );

    let other = LocalWorld::new();
    raw(&other.path)
        .execute(
            "UPDATE schema_migrations SET checksum = 'x' WHERE version = 1",
            [],
        )
        .unwrap();
    let error = Replica::open(&other.path, &key()).unwrap_err();
    assert!(
        matches!(error, StoreError::ChangedMigration { version: 1, .. }),
        "{error:?}"
    );
}

#[test]
fn migrations_are_numbered_without_gaps_and_applied_once() {
    for (place, migration) in (1..).zip(MIGRATIONS) {
        assert_eq!(migration.version, place, "{}", migration.name);
    }
    let world = LocalWorld::new();
    let rows = |path: &Path| -> Vec<(u32, String, i64)> {
        raw(path)
            .prepare("SELECT version, checksum, applied_at FROM schema_migrations ORDER BY version")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let first = rows(&world.path);
    assert_eq!(first.len(), MIGRATIONS.len());
    drop(Replica::open(&world.path, &key()).unwrap());
    assert_eq!(rows(&world.path), first);
}

/// The schema as SQLite has it after every migration. When a migration changes it on purpose, run
/// the tests with `MATRICULA_WRITE_SNAPSHOT=1` and review the difference.
#[test]
fn the_schema_is_the_one_on_record() {
    let world = LocalWorld::new();
    let connection = raw(&world.path);
    let mut statement = connection
        .prepare(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema
             WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT GLOB '*_fts_data'
               AND name NOT GLOB '*_fts_idx' AND name NOT GLOB '*_fts_docsize' AND name NOT GLOB '*_fts_config'
             ORDER BY tbl_name, type, name",
        )
        .unwrap();
    let lines: Vec<String> = statement
        .query_map([], |row| row.get::<_, String>(3))
        .unwrap()
        .map(|sql| format!("{};\n", sql.unwrap()))
        .collect();
    let schema = lines.join("\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replica/schema.sql");
    if std::env::var_os("MATRICULA_WRITE_SNAPSHOT").is_some() {
        fs::write(&path, &schema).unwrap();
    }
    let recorded = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let first = schema
        .lines()
        .zip(recorded.lines())
        .find(|(now, then)| now != then);
    assert!(
        schema == recorded,
        "the schema is not the one in tests/replica/schema.sql; the first difference, now and on record: {first:?}"
    );
}

/// The window and the command line have the file open at the same time.
#[test]
fn two_programs_share_the_file() {
    let world = LocalWorld::new();
    let school = school(&world);
    let other = Replica::open(&world.path, &key()).unwrap();
    let seen = world.replica.file_version().unwrap();
    let start = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for replica in [&world.replica, &other] {
            let (start, school) = (&start, &school);
            scope.spawn(move || {
                start.wait();
                for _ in 0..50 {
                    let user = person(
                        "S",
                        &format!("{}@example.org", ObjectId::new()),
                        Role::Student,
                    );
                    let set = change_set("user.created", Collection::Users, user.id)
                        .insert(Collection::Users, to_document(&user))
                        .patch(
                            Collection::Courses,
                            school.course,
                            domain::change::Patch::new().inc("viewCount", 1),
                        );
                    replica.commit(&set).unwrap();
                }
            });
        }
    });
    let course = other
        .read(|reader| reader.course(school.course))
        .unwrap()
        .unwrap();
    assert_eq!(course.view_count, 100);
    assert_ne!(
        world.replica.file_version().unwrap(),
        seen,
        "who watches is told of the other's changes"
    );
    assert_eq!(world.replica.integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn the_ledger_and_the_trail_only_grow() {
    let world = LocalWorld::new();
    let school = school(&world);
    let (set, _) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let connection = raw(&world.path);
    for sql in [
        "UPDATE payment_ledger SET amount_minor = 1",
        "DELETE FROM payment_ledger",
        "UPDATE audit_events SET verb = 'x'",
        "DELETE FROM audit_events",
    ] {
        let error = connection.execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("insert-only"), "{sql}: {error}");
    }
}

#[test]
fn copied_names_follow_their_source() {
    let world = LocalWorld::new();
    let school = school(&world);
    let (set, _) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let patch = |collection, id: ObjectId, field: &str, value: &str| {
        world.apply(&change_set("test.renamed", collection, id).patch(
            collection,
            id,
            domain::change::Patch::new().put(field, value),
        ));
    };
    patch(Collection::Users, school.student.0, "name", "Ada King");
    patch(
        Collection::Users,
        school.instructor.0,
        "name",
        "Admiral Hopper",
    );
    patch(Collection::Courses, school.course.0, "title", "Linkers");
    let connection = raw(&world.path);
    for table in ["enrollments", "payments"] {
        let names: (String, String, String) = connection
            .query_row(
                &format!("SELECT user_name, user_fold, course_title FROM {table}"),
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .unwrap();
        assert_eq!(
            names,
            (
                "Ada King".to_owned(),
                "ada king".to_owned(),
                "Linkers".to_owned()
            ),
            "{table}"
        );
    }
    let teacher: String = connection
        .query_row("SELECT instructor_name FROM courses", [], |row| row.get(0))
        .unwrap();
    assert_eq!(teacher, "Admiral Hopper");
}

#[test]
fn a_copy_has_everything_and_opens_with_its_own_key_only() {
    let world = LocalWorld::new();
    let school = school(&world);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db");
    let own = Key::from_bytes([9; 32]);
    world.replica.copy_to(&path, &own).unwrap();

    let no = Replica::open(&path, &key()).unwrap_err();
    assert!(matches!(no, StoreError::WrongKey), "{no:?}");
    let copy = Replica::open(&path, &own).unwrap();
    assert_eq!(copy.integrity().unwrap(), Vec::<String>::new());
    for (collection, id) in [
        (Collection::Users, school.student.0),
        (Collection::Courses, school.course.0),
    ] {
        let read = |replica: &Replica| replica.read(|reader| reader.document(collection, id));
        assert_eq!(read(&copy).unwrap(), read(&world.replica).unwrap());
    }
    // What is written to one afterwards is not in the other.
    world.replica.set_meta("after", "the copy").unwrap();
    assert_eq!(copy.meta("after").unwrap(), None);

    let content = fs::read(&path).unwrap();
    for word in ["SQLite format 3", "ada@example.org"] {
        assert!(!content.windows(word.len()).any(|w| w == word.as_bytes()));
    }
    let again = world.replica.copy_to(&path, &own).unwrap_err();
    assert!(matches!(again, StoreError::Exists(_)), "{again:?}");
}
