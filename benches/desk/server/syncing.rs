//! Synchronising: the first fetch, how soon a change is seen, saving while the server is away, sending
//! what waits, and merging a long curriculum.

use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use bson::{Bson, doc, oid::ObjectId};
use domain::{
    Actor, CourseId, DeviceId, PaymentId, Role, Timestamp, course::CourseStatus, ledger::Method,
};
use remote::{Server, port::Port};
use replica::{CourseQuery, Key, PaymentQuery, PeopleQuery, Replica, Window};
use sync::{Engine, Institution, merge};
use testkit::TestDatabase;
use workflows::{
    Desk, SystemClock, SystemIds,
    enrollment::{self, dto::EnrollPeople},
};

use super::{GROUP, bare::Bare, prepare};
use crate::{
    figures::{Outcome, Row, Samples, Table, measure, since, workshop},
    institution::{self, generated},
};

/// Changes another program makes, to be seen by a desktop that is told.
const CHANGES: usize = 60;
/// The same for a desktop that polls: each takes seconds.
const POLLED: usize = 8;
/// Change sets that wait.
const QUEUED: usize = 1_000;
/// Longer than any change may take to be seen.
const PATIENCE: Duration = Duration::from_secs(60);

/// The computer's clock, for the engine.
struct Now;

impl sync::Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Spreads retries; nothing measured here is retried.
struct Middle;

impl sync::Dice for Middle {
    fn below(&self, bound: u64) -> u64 {
        bound / 2
    }
}

/// A desktop that shares the database: its file, and the engine that keeps it.
struct Desktop {
    engine: Arc<Engine>,
    folder: PathBuf,
}

impl Desktop {
    fn new(name: &str, port: Arc<dyn Port>) -> Outcome<Self> {
        let folder = workshop()
            .join("work")
            .join(format!("{}-{name}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let replica = Replica::create(&folder.join("replica.db"), &Key::from_bytes([7; 32]))?;
        replica.attach()?;
        let device = DeviceId::new(name.to_owned())?;
        let engine = Engine::new(
            Arc::new(replica),
            port,
            device,
            Arc::new(Now),
            Arc::new(Middle),
        )?;
        Ok(Self { engine, folder })
    }

    fn fetch(&self) -> Outcome {
        if self.engine.initial(&mut |_| {}, &|| false)? {
            Ok(())
        } else {
            Err("the first fetch was not finished".into())
        }
    }

    fn holds(&self) -> Outcome<u64> {
        Ok(self
            .engine
            .sources()?
            .iter()
            .map(|source| source.done)
            .sum())
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left: {error}", self.folder.display());
        }
    }
}

/// Measures all but polling.
pub(super) fn measure_sync(server: &Server, bare: &Bare, table: &mut Table) -> Outcome {
    let desktop = Desktop::new("BNA", Arc::new(server.clone()))?;
    let start = Instant::now();
    desktop.fetch()?;
    let seconds = since(start) / 1000.0;
    let documents = f64::from(u32::try_from(desktop.holds()?)?);
    let what = format!("first fetch of {documents:.0} documents, an office's");
    table.push(
        Row::figure(GROUP, what, documents / seconds, "/s")
            .asked("≥ 5,000/s", |row| row.p50 >= 5_000.0),
    );
    table.push(
        Row::figure(
            GROUP,
            "  100,000 of them at that pace",
            seconds * 100_000.0 / documents,
            "s",
        )
        .asked("≤ 25 s", |row| row.p50 <= 25.0),
    );
    let seen = seen(&desktop, bare, CHANGES)?;
    table.push(
        Row::times(GROUP, "another program's change seen, by stream", &seen)
            .asked("p95 ≤ 1 s", |row| row.worst() <= 1_000.0),
    );
    queue(&desktop, table)?;
    measure_merge(table)
}

/// Measures how soon a desktop sees a change that can only ask again and again.
pub(super) fn measure_polling(table: &mut Table) -> Outcome {
    let Some(database) = testkit::standalone() else {
        println!("Polling is not measured: there is no server without change streams.");
        return Ok(());
    };
    let (server, bare) = filled(&database)?;
    let desktop = Desktop::new("BNP", Arc::new(server))?;
    desktop.fetch()?;
    let seen = seen(&desktop, &bare, POLLED)?;
    table.push(
        Row::times(GROUP, "another program's change seen, by poll", &seen)
            .asked("p95 ≤ 15 s", |row| row.worst() <= 15_000.0),
    );
    Ok(())
}

fn filled(database: &TestDatabase) -> Outcome<(Server, Bare)> {
    let server = database.connect();
    prepare(&server)?;
    let bare = Bare::connect(&database.uri, &database.name)?;
    let small = 1_000;
    bare.upload(&institution::Institution::open(&generated(small)?, small)?)?;
    Ok((server, bare))
}

/// Another program writes, as Mongoose does, and the desktop's own file is watched until it is there.
fn seen(desktop: &Desktop, bare: &Bare, rounds: usize) -> Outcome<Samples> {
    let replica = desktop.engine.replica();
    let payments = replica
        .read(|reader| reader.payments(&PaymentQuery::default(), Window::first(100)))?
        .rows;
    let running = desktop.engine.start();
    let mut times = Vec::with_capacity(rounds);
    for (round, payment) in payments.iter().cycle().take(rounds).enumerate() {
        let note = format!("changed elsewhere, {round}");
        let id = payment.id;
        let start = Instant::now();
        bare.set(
            "payments",
            id.0,
            doc! { "description": &note, "updatedAt": Timestamp::now() },
        )?;
        while description(replica, id)?.as_deref() != Some(note.as_str()) {
            if start.elapsed() > PATIENCE {
                return Err("a change was not seen".into());
            }
            thread::park_timeout(Duration::from_millis(1));
        }
        times.push(since(start));
    }
    running.stop();
    Ok(Samples::of(times))
}

fn description(replica: &Replica, id: PaymentId) -> Outcome<Option<String>> {
    Ok(replica
        .read(|reader| reader.payment(id))?
        .and_then(|payment| payment.description))
}

/// Saving while nothing is sent, and sending it all.
fn queue(desktop: &Desktop, table: &mut Table) -> Outcome {
    let authority = Institution::new(Arc::clone(&desktop.engine));
    let replica = desktop.engine.replica();
    let desk = Desk {
        replica,
        authority: &authority,
        device: desktop.engine.device(),
        clock: &SystemClock,
        ids: &SystemIds,
    };
    let admin = replica
        .read(|reader| reader.user_by_email(institution::EMAIL))?
        .ok_or("the administrator was not fetched")?;
    let admin = Actor {
        user: Some(admin.id),
        name: admin.name,
        role: Role::Admin,
        device: desktop.engine.device().clone(),
    };
    desktop.engine.pause(true)?;
    let mut saved = Vec::with_capacity(QUEUED);
    let courses = published(replica)?;
    'people: for page in 0.. {
        let window = Window::new(page * 500, 500);
        let query = PeopleQuery {
            roles: vec![Role::Student],
            ..PeopleQuery::default()
        };
        let people = replica.read(|reader| reader.people(&query, window))?.rows;
        if people.is_empty() {
            return Err("too few students to enroll".into());
        }
        for (n, person) in people.iter().enumerate() {
            let args = EnrollPeople {
                users: vec![person.id.to_hex()],
                course: courses[n % courses.len()].to_hex(),
                method: Method::Cash,
            };
            let start = Instant::now();
            let outcome = enrollment::enroll(&desk, &admin, args)?;
            if outcome.enrolled.is_empty() {
                continue;
            }
            saved.push(since(start));
            if saved.len() == QUEUED {
                break 'people;
            }
        }
    }
    table.push(
        Row::times(
            GROUP,
            "enrolled and queued while the server is away",
            &Samples::of(saved),
        )
        .asked("p95 ≤ 20 ms", |row| row.worst() <= 20.0),
    );
    desktop.engine.pause(false)?;
    let start = Instant::now();
    let acknowledged = desktop.engine.drain()?;
    let seconds = since(start) / 1000.0;
    if acknowledged != QUEUED {
        return Err(format!("{acknowledged} of {QUEUED} were acknowledged").into());
    }
    table.push(
        Row::figure(GROUP, "1,000 queued change sets sent", seconds, "s")
            .asked("≤ 30 s", |row| row.p50 <= 30.0),
    );
    Ok(())
}

fn published(replica: &Replica) -> Outcome<Vec<CourseId>> {
    let query = CourseQuery {
        statuses: vec![CourseStatus::Published],
        ..CourseQuery::default()
    };
    let rows = replica
        .read(|reader| reader.courses(&query, Window::first(100)))?
        .rows;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// A course of 200 lessons, every tenth renamed here, every seventh there, and the modules turned round.
fn measure_merge(table: &mut Table) -> Outcome {
    let base = curriculum(|_, lesson| format!("Lesson {lesson}"));
    let mine = curriculum(|_, lesson| match lesson % 10 {
        0 => format!("Lesson {lesson}, mine"),
        _ => format!("Lesson {lesson}"),
    });
    let mut theirs = curriculum(|_, lesson| match lesson % 7 {
        0 => format!("Lesson {lesson}, theirs"),
        _ => format!("Lesson {lesson}"),
    });
    theirs.reverse();
    let times = measure(200, |_| Ok(merge(&base, &mine, &theirs)))?;
    table.push(
        Row::times(GROUP, "a course of 200 lessons merged", &times)
            .asked("≤ 5 ms", |row| row.worst() <= 5.0),
    );
    Ok(())
}

fn curriculum(title: impl Fn(u32, u32) -> String) -> Vec<Bson> {
    let id = |kind: u8, n: u32| {
        let mut bytes = [kind; 12];
        bytes[8..].copy_from_slice(&n.to_be_bytes());
        ObjectId::from_bytes(bytes)
    };
    (0..20)
        .map(|module| {
            let lessons: Vec<Bson> = (0..10)
                .map(|n| {
                    let lesson = module * 10 + n;
                    Bson::Document(doc! {
                        "_id": id(2, lesson),
                        "title": title(module, lesson),
                        "description": "What is learned here, in a sentence or two.",
                        "duration": "15:30",
                        "type": "video",
                        "isFree": false,
                    })
                })
                .collect();
            Bson::Document(doc! { "_id": id(1, module), "module": format!("Module {module}"), "lessons": lessons })
        })
        .collect()
}
