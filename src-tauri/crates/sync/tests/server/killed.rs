//! A real process books cash and sends it; it is killed with `kill -9` in the middle of a push, twenty
//! times. No row of the ledger is missing afterwards, and none is there twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, mpsc::channel},
    thread,
    time::{Duration, Instant},
};

use domain::{
    ChangeSet, Collection, CourseId, EnrollmentId, OpId, PaymentId, Role, Timestamp, UserId,
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::{EntryKind, LedgerEntry, Method},
    payment::{Payment, PaymentStatus},
    user::User,
};
use domain::{Currency, Money, Offline, audit::Deed, change::Patch};
use remote::{Server, ServerOptions};
use replica::{Key, Replica};
use sync::{Engine, Pushed};

use crate::{
    desktop::Draw,
    ground::{Now, device, fetch, ground, ledger_is_whole, meet, queue_is_empty},
    institution::{COURSES, id},
};

const FILE: &str = "MATRICULA_KILLED_FILE";
const URI: &str = "MATRICULA_KILLED_URI";
const DATABASE: &str = "MATRICULA_KILLED_DATABASE";
const SEED: &str = "MATRICULA_KILLED_SEED";
/// How often, unless `MATRICULA_KILLS` says otherwise.
const KILLS: u64 = 20;

fn engine(file: &str, uri: &str, database: &str, seed: u64) -> Arc<Engine> {
    let replica = Arc::new(Replica::open(&PathBuf::from(file), &Key::from_bytes([7; 32])).unwrap());
    let mut options = ServerOptions::stored(uri);
    options.database = Some(database.to_owned());
    let server = Server::connect(&options).unwrap();
    Engine::new(
        replica,
        Arc::new(server),
        device(0),
        Arc::new(Now),
        Arc::new(Draw::from(seed)),
    )
    .unwrap()
}

/// A new student who enrolls and pays in cash, at once.
fn receipt(engine: &Engine, draw: &Draw) -> ChangeSet {
    let tail = engine
        .replica()
        .read(|reader| reader.series_tail(&device(0)))
        .unwrap();
    let now = domain::Timestamp::now();
    let (student, course) = (UserId(draw.object_id()), CourseId(id(COURSES[0])));
    let mut user = User::new(
        student,
        "Student".to_owned(),
        format!("{student}@example.org"),
        Role::Student,
        now,
    );
    user.password = Some("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned());
    let mut enrollment = Enrollment::new(EnrollmentId(draw.object_id()), student, course, now);
    enrollment.status = EnrollmentStatus::Active;
    let mut payment = Payment::new(
        PaymentId(draw.object_id()),
        enrollment.id,
        student,
        course,
        Money::new(10_000, Currency::Gbp),
        Method::Cash,
        now,
    );
    payment.status = PaymentStatus::Completed;
    payment.paid_at = Some(now);
    let op = OpId(uuid::Uuid::now_v7());
    let actor = domain::Actor {
        user: None,
        name: "Desk".to_owned(),
        role: Role::Admin,
        device: device(0),
    };
    let entry = LedgerEntry {
        op,
        payment: payment.id,
        enrollment: enrollment.id,
        user: student,
        course,
        kind: EntryKind::Charge,
        amount_minor: 10_000,
        currency: Currency::Gbp,
        method: Method::Cash,
        provider_ref: None,
        occurred_at: now,
        recorded_at: now,
        recorded_by: None,
        device: device(0),
        note: None,
        erased: false,
        number: tail.last + 1,
        prev: tail.hash,
        hash: String::new(),
    }
    .sealed();
    payment.receipt_number = Some(entry.receipt_number());
    ChangeSet::new(
        op,
        actor,
        now,
        Deed::new("payment.captured", Collection::Payments, payment.id),
        Offline::Queue,
    )
    .insert(
        Collection::Users,
        bson::serialize_to_document(&user).unwrap(),
    )
    .insert(
        Collection::Enrollments,
        bson::serialize_to_document(&enrollment).unwrap(),
    )
    .insert(
        Collection::Payments,
        bson::serialize_to_document(&payment).unwrap(),
    )
    .patch(
        Collection::Courses,
        course,
        Patch::new().inc("enrollmentCount", 1),
    )
    .ledger(entry)
}

/// The process that is killed. Does nothing in an ordinary run.
#[test]
fn child() {
    let (Ok(file), Ok(uri), Ok(database), Ok(seed)) = (
        env::var(FILE),
        env::var(URI),
        env::var(DATABASE),
        env::var(SEED),
    ) else {
        return;
    };
    let draw = Draw::from(seed.parse().unwrap());
    let engine = engine(&file, &uri, &database, draw.number());
    let mut out = std::io::stdout().lock();
    loop {
        for _ in 0..6 {
            let set = receipt(&engine, &draw);
            engine.replica().commit(&set).unwrap();
            writeln!(out, "booked {}", set.op).unwrap();
            out.flush().unwrap();
        }
        writeln!(out, "pushing").unwrap();
        out.flush().unwrap();
        loop {
            match engine.push_once() {
                Ok(Pushed::Nothing) => break,
                Ok(_) => {}
                Err(error) => panic!("the server is there, and yet: {error}"),
            }
        }
    }
}

#[test]
fn killed_in_the_middle_of_a_push_no_row_is_missing_or_there_twice() {
    let Some((_server, database)) = testkit::server_apart() else {
        return;
    };
    let kills = env::var("MATRICULA_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(KILLS);
    let ground = ground(database);
    let desk = ground.desktop(0);
    fetch(&desk);
    let file = desk.replica().path().to_str().unwrap().to_owned();
    let draw = Draw::from(8);
    let mut booked: BTreeSet<OpId> = BTreeSet::new();
    let mut in_the_middle = 0;
    for kill in 0..kills {
        let wait = Duration::from_micros(draw.number() % 150_000);
        // The lease of the one that was killed has run out: nobody waits for it here.
        let later = Timestamp::from_millis(Timestamp::now().timestamp_millis() + 3_600_000);
        desk.replica()
            .lease("push", "the test", later, Duration::from_millis(1))
            .unwrap();
        let (said, sending) = run_and_kill(&file, &ground, kill, wait);
        in_the_middle += u64::from(sending);
        booked.extend(said);
    }
    println!(
        "{kills} kills, {in_the_middle} while sending, {} receipts booked",
        booked.len()
    );
    meet(&[&desk]);
    queue_is_empty(&desk);
    let rows = ledger_is_whole(&ground.server());
    let mut found: BTreeMap<OpId, u32> = BTreeMap::new();
    for row in &rows {
        *found.entry(row.op).or_default() += 1;
    }
    for op in &booked {
        assert_eq!(found.get(op), Some(&1), "the receipt of {op}");
    }
    let numbers: BTreeSet<u64> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers.len(), rows.len());
    assert!(
        in_the_middle * 2 >= kills,
        "too few kills fell into a push: {in_the_middle}"
    );
    assert!(
        u64::try_from(booked.len()).unwrap() >= kills,
        "the processes did hardly anything"
    );
}

/// Runs the child and kills it so long after it began to push. What it said it had booked, and whether
/// it was sending.
fn run_and_kill(
    file: &str,
    ground: &crate::ground::Ground,
    seed: u64,
    wait: Duration,
) -> (Vec<OpId>, bool) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "killed::child",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FILE, file)
        .env(URI, &ground.database.uri)
        .env(DATABASE, &ground.database.name)
        .env(SEED, (seed + 100).to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let (tell, told) = channel();
    let reading = thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    let mut said = Vec::new();
    let mut sending = false;
    let mut deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match told.recv_timeout(left) {
            Ok(line) if line == "pushing" && !sending => {
                sending = true;
                deadline = Instant::now() + wait;
            }
            Ok(line) => {
                if let Some(op) = line.strip_prefix("booked ") {
                    said.push(op.parse().unwrap());
                }
            }
            Err(_) => break,
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap();
    while let Ok(line) = told.try_recv() {
        if let Some(op) = line.strip_prefix("booked ") {
            said.push(op.parse().unwrap());
        }
    }
    (said, sending)
}
