//! A rehearsal of the worst day: an institution is uploaded and fetched by a second desktop, both lose the
//! server, people work on both and both are killed at it, again and again; the lines heal, the sending is
//! killed too; then one desktop breaks and comes back from an older copy of its files. In the end every
//! table is the same on both desktops and on the server, everything adds up, and nothing anybody was told
//! was done is gone.
//!
//! 200 enrollments in every run; `MATRICULA_REHEARSAL` says how many instead (100,000 in
//! `cargo xtask soak --only rehearsal`). Desktops are folders, what runs in them are real processes.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod clerk;
#[path = "../common/desk.rs"]
mod desk;
mod equal;
mod fate;
#[path = "../common/talking.rs"]
mod talking;

use std::{collections::BTreeSet, env, time::Instant};

use serde_json::Value;
use testkit::{Mongod, Proxy, TestDatabase};

use crate::{clerk::Deeds, desk::Desk, fate::at_once};

/// Enrollments, unless the environment says otherwise.
const USUAL: u64 = 200;
/// How often the people of both desktops work and are killed at it while the server is away.
const ROUNDS: u64 = 3;

fn enrollments() -> u64 {
    env::var("MATRICULA_REHEARSAL")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(USUAL)
}

/// Prints how long a step took.
struct Steps(Instant);

impl Steps {
    fn done(&mut self, what: &str) {
        println!("{what}: {:.1} s", self.0.elapsed().as_secs_f64());
        self.0 = Instant::now();
    }
}

#[test]
fn cut_off_edited_killed_and_restored_they_end_equal() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let many = enrollments();
    // Enough for every kind of deed, more where there is more to do it to.
    let deeds = 12 + many / 2_000;
    let name = testkit::mongod::fresh_name();
    let server = TestDatabase::at(mongod.uri(&name), &name);
    let proxies = [Proxy::to(mongod.port()), Proxy::to(mongod.port())];
    let line = |proxy: &Proxy| {
        let uri = mongod.uri_through(proxy.port(), &name);
        format!("{uri}&serverSelectionTimeoutMS=1500\n")
    };
    let mut steps = Steps(Instant::now());

    let first = Desk::new();
    first.ok(
        &[
            "init",
            "--name",
            "Load Institute",
            "--admin-name",
            "Ada Byron",
            "--admin-email",
            "ada@example.org",
            "--password-stdin",
        ],
        "Str0ngEnough\n",
    );
    let wanted = many.to_string();
    first.ok(&["generate", "--enrollments", &wanted, "--seed", "7"], "");
    steps.done("generated");
    first.ok(&["connect", "--uri-stdin", "--attach"], &line(&proxies[0]));
    steps.done("uploaded");
    let second = Desk::new();
    second.ok(&["connect", "--uri-stdin"], &line(&proxies[1]));
    steps.done("fetched");
    let both = [&first, &second];
    // The first one hears that there is a second.
    first.ok(&["sync"], "");
    let held = equal::everywhere(&both, &server);
    assert!(held.enrollments >= many, "{held:?}");
    println!(
        "{} documents on each desktop and on the server",
        held.documents
    );
    steps.done("compared");
    let copy = second.copied();

    // Both are cut off, worked on, and killed at it.
    for proxy in &proxies {
        proxy.refuse();
    }
    let mut told = Deeds::default();
    for round in 0..ROUNDS {
        // In every other round both draw the same people, courses and payments.
        told.extend(at_once(&both, |desk, n| {
            desk.work_and_be_killed(round * 10 + n * (round % 2) + 1, deeds)
        }));
    }
    assert!(told.people.len() >= 4, "hardly anybody was added: {told:?}");
    assert!(told.cash.len() >= 4, "hardly any cash was taken: {told:?}");
    steps.done("worked apart, killed at it");

    // The lines heal; the sending is killed in the middle too.
    for proxy in &proxies {
        proxy.heal();
    }
    at_once(&both, |desk, _| {
        desk.send_and_be_killed(deeds / 2);
        Deeds::default()
    });
    let mut given_up = GivenUp::default();
    come_to_rest(&both, &mut given_up);
    steps.done("sent, killed at it, and come to rest");
    let now = equal::everywhere(&both, &server);
    let booked = now.ledger_rows - held.ledger_rows;
    equal::nothing_is_lost(&both, &told, &given_up, booked, ROUNDS * 2);
    steps.done("compared");

    // The second one breaks and comes back as it was before all this: it has numbers of receipts to give
    // that it has given before, and people take cash before it hears of that.
    second.restored(&copy);
    proxies[1].refuse();
    let late = second.work_and_be_killed(99, deeds);
    proxies[1].heal();
    told.extend([late]);
    come_to_rest(&both, &mut given_up);
    steps.done("restored, worked on, killed, and come to rest");
    let now = equal::everywhere(&both, &server);
    let booked = now.ledger_rows - held.ledger_rows;
    equal::nothing_is_lost(&both, &told, &given_up, booked, ROUNDS * 2 + 1);
    for desk in both {
        let report = desk.ok(&["verify", "--server"], "");
        assert_eq!(report["findings"], serde_json::json!([]), "{report}");
    }
    steps.done("compared and verified");
    println!(
        "{} people, {} enrollments, {} receipts made apart; {booked} rows booked; {} records given up, {} times money",
        told.people.len(),
        told.enrollments.len(),
        told.cash.len(),
        given_up.records.len(),
        given_up.voided
    );
}

/// What a person gave up because the server could not take it any more.
#[derive(Debug, Default)]
pub(crate) struct GivenUp {
    /// The records it was about.
    pub(crate) records: BTreeSet<String>,
    /// How often it was money.
    pub(crate) voided: u64,
}

/// Every desktop sends and fetches until nothing waits; what needs a person is decided as a careful one
/// would: money that was not taken is voided, the rest given up.
fn come_to_rest(desks: &[&Desk], given_up: &mut GivenUp) {
    loop {
        let mut again = false;
        for desk in desks {
            let (code, text) = desk.no(&["sync", "--wait"], "");
            assert!(matches!(code, Some(0 | 1)), "{text}");
            let queue = desk.json(&["queue", "list"]);
            for row in queue.as_array().unwrap() {
                if row["state"] != "failed" {
                    continue;
                }
                again = true;
                let money = row["money"] == true;
                let act = if money { "void" } else { "discard" };
                let op = row["op"].as_str().unwrap();
                let (code, text) = desk.no(&["queue", act, op, "--reason", "met too late"], "");
                assert!(matches!(code, Some(0 | 1)), "{act} {row}: {text}");
                println!("{act}: {} ({})", row["verb"], row["reason"]["message"]);
                given_up.records.extend(subjects(row));
                given_up.voided += u64::from(money);
            }
        }
        if !again {
            // Once more in each direction: the last to send was not heard by the first.
            for desk in desks {
                let status = desk.ok(&["sync", "--wait"], "");
                assert_eq!(status["waiting"], 0, "{status}");
            }
            return;
        }
    }
}

fn subjects(row: &Value) -> Vec<String> {
    row["subjects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|subject| subject["id"].as_str().unwrap().to_owned())
        .collect()
}
