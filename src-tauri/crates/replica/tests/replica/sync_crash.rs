//! A real process beside a server commits, receives and acknowledges, and is killed at any moment, sixty
//! times. What it said is there, what waits is whole, and every view is what it is computed from.

use std::{env, io::Write, path::Path, time::Duration};

use bson::oid::ObjectId;
use domain::{Collection, CourseId, Role, Source, source::Standing};
use replica::{Batch, Committed, Replica};

use crate::{
    crash::{COURSE, FILE, Life, LocalWorldParts, OPENED, next, prepare, run_and_kill},
    fixtures::*,
    sync_stories::agrees,
};

const KILLS: u64 = 60;
const BATCH: &str = "batch";

/// The process that is killed. Does nothing in an ordinary run.
#[test]
fn child() {
    let (Ok(path), Ok(course)) = (env::var(FILE), env::var(COURSE)) else {
        return;
    };
    let course: CourseId = course.parse().unwrap();
    let replica = Replica::open(Path::new(&path), &key()).unwrap();
    replica.recover_outbox().unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{OPENED}").unwrap();
    out.flush().unwrap();
    for round in 0_u32.. {
        // Somebody pays here.
        let tail = replica
            .read(|reader| reader.series_tail(&device()))
            .unwrap();
        let email = format!("{}@example.org", ObjectId::new());
        let student = person("Student", &email, Role::Student);
        let (mut set, _) = enrolled_and_paid(student.id, course, &tail);
        set.changes.insert(
            0,
            domain::Change::Insert {
                collection: Collection::Users,
                document: to_document(&student),
            },
        );
        assert_eq!(replica.commit(&set).unwrap(), Committed::Applied);
        writeln!(out, "done {}", set.op).unwrap();
        // People come from the server, and a newer version of the course that is written here.
        let mut server = replica
            .read(|reader| reader.server_version(Collection::Courses, course))
            .unwrap()
            .unwrap();
        server.insert("foreign", i64::from(round));
        let people = (0..5).map(|n| {
            let email = format!("{n}-{}@example.org", ObjectId::new());
            to_document(&person("Arrived", &email, Role::Student))
        });
        let mut documents: Vec<_> = people
            .map(|document| (Source::Documents(Collection::Users), document))
            .collect();
        documents.push((Source::Documents(Collection::Courses), server));
        let number: i64 = replica
            .meta(BATCH)
            .unwrap()
            .map_or(0, |text| text.parse().unwrap());
        replica
            .receive(Batch {
                documents,
                facts: vec![(BATCH.to_owned(), (number + 1).to_string())],
                ..Batch::default()
            })
            .unwrap();
        // The server takes the oldest that waits, every other time.
        if round % 2 == 1 {
            let due = replica.read(|reader| reader.outbox_due(at(0), 1)).unwrap();
            let sent = &due[0].change_set;
            assert!(replica.mark_inflight(sent.op).unwrap());
            let standings: Vec<Standing> = replica
                .read(|reader| {
                    let mut found = Vec::new();
                    for change in &sent.changes {
                        let (collection, id) = match change {
                            domain::Change::Insert {
                                collection,
                                document,
                            } => (*collection, document.get_object_id("_id").unwrap()),
                            domain::Change::Patch { collection, id, .. } => (*collection, *id),
                            _ => continue,
                        };
                        found.push(Standing {
                            collection,
                            id,
                            document: match collection {
                                // Another's count stays out of the server's version.
                                Collection::Courses => reader.server_version(collection, id)?,
                                _ => reader.document(collection, id)?,
                            },
                        });
                    }
                    Ok(found)
                })
                .unwrap();
            let standings: Vec<Standing> = standings
                .into_iter()
                .map(|mut standing| {
                    if standing.collection == Collection::Courses {
                        let held = standing.document.as_mut().unwrap();
                        let count = match held.get("enrollmentCount") {
                            Some(bson::Bson::Int64(count)) => *count,
                            Some(bson::Bson::Int32(count)) => i64::from(*count),
                            _ => 0,
                        };
                        held.insert("enrollmentCount", count + 1);
                        // As a server does: whoever writes counts the revision.
                        let rev = held
                            .get_document("sync")
                            .and_then(|stamp| stamp.get_i64("rev"))
                            .unwrap_or(0);
                        let stamp = bson::doc! {
                            "rev": rev + 1, "op": sent.op.to_string(), "device": device().as_str(),
                        };
                        held.insert("sync", stamp);
                    }
                    standing
                })
                .collect();
            replica.acknowledge(sent.op, &standings).unwrap();
        }
        out.flush().unwrap();
    }
}

#[test]
fn killed_sixty_times_beside_a_server_nothing_is_there_by_half() {
    let LocalWorldParts {
        folder,
        path,
        course,
    } = prepare();
    Replica::open(&path, &key()).unwrap().attach().unwrap();
    let mut seed = 0xacc0_1ade_u64;
    let mut said = Vec::new();
    for kill in 1..=KILLS {
        let life = Duration::from_micros(next(&mut seed) % 300_000);
        let life = Life::SinceTheOpening(life);
        said.extend(run_and_kill("sync_crash::child", &path, course, life));
        let replica = Replica::open(&path, &key()).expect("the file opens after every kill");
        replica.recover_outbox().unwrap();
        agrees(&replica);
        let (arrived, batches, counted, enrolled) = replica
            .read(|reader| {
                for op in &said {
                    assert!(
                        reader.is_applied(*op)?,
                        "kill {kill}: {op} was said and is gone"
                    );
                }
                let (mut arrived, mut enrolled) = (0_i64, 0_i64);
                reader.every_user(|user| {
                    arrived += i64::from(user.name == "Arrived");
                    enrolled += i64::from(user.name == "Student");
                    Ok(())
                })?;
                let batches = reader
                    .meta(BATCH)?
                    .map_or(0, |text| text.parse::<i64>().unwrap());
                let course = reader.course(course)?.unwrap();
                Ok((arrived, batches, course.enrollment_count, enrolled))
            })
            .unwrap();
        assert_eq!(
            arrived,
            batches * 5,
            "kill {kill}: data and checkpoint are one"
        );
        assert_eq!(counted, enrolled, "kill {kill}: what waits is counted once");
    }
    assert!(
        said.len() > 30,
        "only {} operations in {KILLS} runs: the test tests too little",
        said.len()
    );
    drop(folder);
}
