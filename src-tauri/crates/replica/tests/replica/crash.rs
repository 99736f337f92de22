//! A real process commits and says so; it is killed at any moment, two hundred times. Whatever it said
//! is there afterwards, and nothing is there by half.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use bson::oid::ObjectId;
use domain::{Collection, CourseId, OpId, Role, ledger::verify_chain};
use replica::{Committed, Replica};

use crate::{file::raw, fixtures::*};

pub(crate) const FILE: &str = "MATRICULA_CRASH_FILE";
pub(crate) const COURSE: &str = "MATRICULA_CRASH_COURSE";
/// What a child says once the file is open.
pub(crate) const OPENED: &str = "the file is open";
const KILLS: u64 = 200;

/// The process that is killed: enrolls new students who pay at once, and prints every operation once
/// it is acknowledged. Does nothing in an ordinary run.
#[test]
fn child() {
    let (Ok(path), Ok(course)) = (env::var(FILE), env::var(COURSE)) else {
        return;
    };
    let course: CourseId = course.parse().unwrap();
    let replica = Replica::open(Path::new(&path), &key()).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{OPENED}").unwrap();
    out.flush().unwrap();
    for round in 0_u32.. {
        let mut tail = replica
            .read(|reader| reader.series_tail(&device()))
            .unwrap();
        // One by one, then three in one transaction, in turns.
        let count = if round % 4 == 3 { 3 } else { 1 };
        let mut sets = Vec::new();
        for _ in 0..count {
            let student = person(
                "Student",
                &format!("{}@example.org", ObjectId::new()),
                Role::Student,
            );
            let (mut set, _) = enrolled_and_paid(student.id, course, &tail);
            set.changes.insert(
                0,
                domain::Change::Insert {
                    collection: Collection::Users,
                    document: to_document(&student),
                },
            );
            let entry = set.ledger_entry().unwrap();
            (tail.last, tail.hash) = (entry.number, entry.hash.clone());
            sets.push(set);
        }
        if count == 1 {
            assert_eq!(replica.commit(&sets[0]).unwrap(), Committed::Applied);
        } else {
            let outcomes = replica.commit_all(&sets).unwrap();
            assert!(
                outcomes
                    .iter()
                    .all(|outcome| matches!(outcome, Ok(Committed::Applied)))
            );
        }
        for set in &sets {
            writeln!(out, "done {}", set.op).unwrap();
        }
        out.flush().unwrap();
    }
}

#[test]
fn killed_two_hundred_times_nothing_acknowledged_is_lost() {
    let LocalWorldParts {
        folder,
        path,
        course,
    } = prepare();
    let mut seed = 0x5eed_u64;
    let mut acknowledged = 0_usize;
    for kill in 1..=KILLS {
        // A few rounds end while the file is being opened, the others somewhere in a commit.
        let life = if kill % 10 == 0 {
            Life::SinceTheStart(Duration::from_micros(next(&mut seed) % 30_000))
        } else {
            Life::SinceTheOpening(Duration::from_micros(next(&mut seed) % 120_000))
        };
        let said = run_and_kill("crash::child", &path, course, life);
        let replica = Replica::open(&path, &key()).expect("the file opens after every kill");
        replica
            .read(|reader| {
                for op in &said {
                    assert!(
                        reader.is_applied(*op)?,
                        "kill {kill}: {op} was acknowledged and is gone"
                    );
                }
                Ok(())
            })
            .unwrap();
        acknowledged += said.len();
        nothing_by_half(&path, kill);
        if kill % 25 == 0 {
            assert_eq!(
                replica.integrity().unwrap(),
                Vec::<String>::new(),
                "kill {kill}"
            );
            let mut rows = Vec::new();
            replica
                .read(|reader| {
                    reader.ledger_rows(|row| {
                        rows.push(row);
                        Ok(())
                    })
                })
                .unwrap();
            assert_eq!(verify_chain(&rows), [], "kill {kill}");
            assert!(rows.len() >= acknowledged);
        }
    }
    assert!(
        acknowledged > 200,
        "only {acknowledged} operations in {KILLS} runs: the test tests too little"
    );
    drop(folder);
}

pub(crate) struct LocalWorldParts {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) path: std::path::PathBuf,
    pub(crate) course: CourseId,
}

pub(crate) fn prepare() -> LocalWorldParts {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workspace.db");
    let world = LocalWorld::new();
    let school = school(&world);
    world.replica.checkpoint().unwrap();
    std::fs::copy(&world.path, &path).unwrap();
    LocalWorldParts {
        folder,
        path,
        course: school.course,
    }
}

/// How long a child lives.
#[derive(Clone, Copy)]
pub(crate) enum Life {
    /// From the moment it was started, whether it runs yet or not.
    SinceTheStart(Duration),
    /// From when it says that the file is open.
    SinceTheOpening(Duration),
}

/// Starts the child, lets it live for that long, kills it, and gives the operations it said were done.
pub(crate) fn run_and_kill(child: &str, path: &Path, course: CourseId, life: Life) -> Vec<OpId> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([child, "--exact", "--nocapture", "--test-threads=1"])
        .env(FILE, path)
        .env(COURSE, course.to_hex())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (tell, told) = mpsc::channel();
    let listener = std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                break;
            }
        }
    });
    let (mut deadline, mut waits) = match life {
        Life::SinceTheStart(life) => (Instant::now() + life, None),
        Life::SinceTheOpening(life) => (Instant::now() + Duration::from_secs(60), Some(life)),
    };
    let mut lines = Vec::new();
    loop {
        match told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if line.contains(OPENED)
                    && let Some(life) = waits.take()
                {
                    deadline = Instant::now() + life;
                }
                lines.push(line);
            }
            Err(RecvTimeoutError::Timeout) if waits.is_some() => {
                panic!("the child never opened the file; it said {lines:?}");
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => {
                panic!(
                    "the child ended by itself: {:?}; it said {lines:?}",
                    child.wait()
                );
            }
        }
    }
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
    listener.join().unwrap();
    lines.extend(told.try_iter());
    // The last line may be cut: what was not said to the end was not acknowledged.
    lines
        .iter()
        .filter_map(|line| line.split("done ").nth(1)?.parse().ok())
        .collect()
}

/// Each change set is a person, an enrollment, a payment, a ledger row, a count and an audit row.
fn nothing_by_half(path: &Path, kill: u64) {
    let counts: Vec<i64> = raw(path)
        .query_row(
            "SELECT (SELECT count(*) FROM users) - 2, (SELECT count(*) FROM enrollments),
                    (SELECT count(*) FROM payments), (SELECT count(*) FROM payment_ledger),
                    (SELECT enrollments FROM courses), (SELECT count(*) FROM audit_events) - 3,
                    (SELECT count(*) FROM applied_ops) - 3",
            [],
            |row| (0..7).map(|column| row.get(column)).collect(),
        )
        .unwrap();
    assert!(
        counts.iter().all(|count| *count == counts[0]),
        "kill {kill}: {counts:?}"
    );
}

/// SplitMix64: the kills of a failed run can be repeated.
pub(crate) fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
