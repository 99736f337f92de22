//! What 2,000 desktops ask of an institution's server in its busiest hour, and what each holds of ten
//! million enrollments: the figures of `docs/scale.md`.
//!
//! A time line of change sets is drawn at random (always the same one), and one desktop of every role
//! follows it as the engine does: it waits for a stretch of history, fetches what the stretch names slice
//! by slice as `sync::plan` cuts them, and stores it. Counted are requests, events and documents; they
//! are multiplied by how many such desktops there are. Deliberately absent: how fast a server answers.
//! Every request is given the same time, so what comes out is load and not proof of capacity.
//!
//! `cargo run --release -p sync --example scale`

#![allow(clippy::print_stdout, reason = "the tables are for a person")]

use std::collections::BTreeMap;

use bson::oid::ObjectId;
use domain::{Collection, Scope, UserId};
use remote::port::{Filter, Source};
use sync::plan::{self, Known};

/// Simulated seconds.
const SECONDS: f64 = 120.0;
/// Courses, all published; enrollments are spread evenly over them.
const COURSES: u32 = 4_000;
const ENROLLMENTS: f64 = 10_000_000.0;
/// Change sets a second in the busiest hour.
const ENROLLING: f64 = 4.0;
const PAYING: f64 = 4.0;
const LEARNING: f64 = 60.0;

/// Seconds a request takes, and storing a stretch, and each document of it.
const REQUEST: f64 = 0.005;
const STORE: f64 = 0.002;
const EACH: f64 = 0.0002;
/// What the engine does: longest wait for an event, events a stretch, documents a request, time between
/// two polls, and how far a poll reaches back.
const LISTEN: f64 = 2.0;
const STRETCH: usize = 1_000;
const CHUNK: usize = 500;
const POLL: f64 = 8.0;
const OVERLAP: f64 = 300.0;
/// Bytes of an event as it is asked for: kind, collection, key and place in the history.
const EVENT: f64 = 200.0;

/// Rows of the generated institution of 100,000 enrollments for each of its enrollments, and bytes a row
/// in the replica, indexes and sums by day included (`dbstat` of a decrypted copy).
const HELD: [(&str, f64, f64); 6] = [
    ("people", 0.334, 1_372.0),
    ("courses", 0.0004, 4_833.0),
    ("enrollments", 1.0, 3_202.0),
    ("payments", 1.0, 2_023.0),
    ("ledger rows", 0.901, 1_147.0),
    ("audit events", 1.045, 996.0),
];
/// A person held as a name only: the row without what the document has besides (641 bytes against 351).
const NAME: f64 = 1_082.0;
/// Documents a second of an initial sync: the budget.
const FETCHED: f64 = 5_000.0;

/// A role, how many desktops have it, and how many courses of its own each has.
const ROLES: [(&str, f64, u32); 3] = [
    ("office", 40.0, 0),
    ("finance", 160.0, 0),
    ("instructor", 1_800.0, 2),
];

/// A document changed.
#[derive(Clone, Copy)]
struct Event {
    at: f64,
    source: Source,
    course: u32,
}

/// How a desktop learns what changed.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    /// It is told only of courses it holds.
    narrow: bool,
    /// Least seconds between two stretches.
    pause: f64,
    polls: bool,
}

const WAYS: [Way; 6] = [
    Way {
        name: "told at once, of everything",
        narrow: false,
        pause: 0.0,
        polls: false,
    },
    Way {
        name: "told of everything, once in 0.5 s",
        narrow: false,
        pause: 0.5,
        polls: false,
    },
    Way {
        name: "told of everything, once in 2 s",
        narrow: false,
        pause: 2.0,
        polls: false,
    },
    Way {
        name: "told at once, of its own courses",
        narrow: true,
        pause: 0.0,
        polls: false,
    },
    Way {
        name: "told of its own, once in 0.5 s",
        narrow: true,
        pause: 0.5,
        polls: false,
    },
    Way {
        name: "polls every 8 s, 5 min back",
        narrow: false,
        pause: POLL,
        polls: true,
    },
];

/// What one desktop asks for and is given.
#[derive(Clone, Copy, Default)]
struct Load {
    listens: f64,
    finds: f64,
    events: f64,
    documents: f64,
    bytes: f64,
}

fn main() {
    let events = time_line();
    println!("{} documents change in {SECONDS:.0} s\n", events.len());
    println!(
        "{:34} {:>10} {:>10} {:>11} {:>12} {:>8}   lag p50, p95 of an instructor's own (s)",
        "all desktops, a second", "listens", "finds", "events out", "documents", "MB out"
    );
    for way in WAYS {
        let mut all = Load::default();
        let mut lags = Vec::new();
        for (role, desktops, own) in ROLES {
            let (load, behind) = follow(&events, way, role, own);
            all.listens += load.listens * desktops / SECONDS;
            all.finds += load.finds * desktops / SECONDS;
            all.events += load.events * desktops / SECONDS;
            all.documents += load.documents * desktops / SECONDS;
            all.bytes += load.bytes * desktops / SECONDS;
            if role == "instructor" {
                lags = behind;
            }
        }
        lags.sort_by(f64::total_cmp);
        let lag = |percent: usize| {
            lags.get(lags.len() * percent / 100)
                .copied()
                .unwrap_or(f64::NAN)
        };
        println!(
            "{:34} {:>10.0} {:>10.0} {:>11.0} {:>12.0} {:>8.1}   {:.2}, {:.2}",
            way.name,
            all.listens,
            all.finds,
            all.events,
            all.documents,
            (all.events * EVENT + all.bytes) / 1e6,
            lag(50),
            lag(95)
        );
    }
    println!("\nfor each desktop, told at once of everything, a second");
    for (role, _, own) in ROLES {
        let (load, _) = follow(&events, WAYS[0], role, own);
        println!(
            "{role:12} {:6.1} listens {:6.1} finds {:7.1} events {:7.1} documents",
            load.listens / SECONDS,
            load.finds / SECONDS,
            load.events / SECONDS,
            load.documents / SECONDS
        );
    }
    holdings();
}

/// Change sets in the order of time, and the documents each changes.
fn time_line() -> Vec<Event> {
    let mut dice = Dice(7);
    let mut events = Vec::new();
    let documents = Source::Documents;
    let deeds: [(f64, Vec<Source>); 3] = [
        (
            ENROLLING,
            vec![
                documents(Collection::Enrollments),
                documents(Collection::Payments),
                documents(Collection::Courses),
                Source::Audit,
            ],
        ),
        (
            PAYING,
            vec![
                documents(Collection::Payments),
                documents(Collection::Enrollments),
                Source::Ledger,
                Source::Audit,
            ],
        ),
        (
            LEARNING,
            vec![documents(Collection::Enrollments), Source::Audit],
        ),
    ];
    for (rate, sources) in deeds {
        let mut at = 0.0;
        loop {
            at -= (1.0 - dice.share()).ln() / rate;
            if at >= SECONDS {
                break;
            }
            let course = dice.below(COURSES);
            events.extend(sources.iter().map(|source| Event {
                at,
                source: *source,
                course,
            }));
        }
    }
    events.sort_by(|a, b| a.at.total_cmp(&b.at));
    events
}

/// One desktop through the whole time line: its load, and how late what is its own was stored.
fn follow(events: &[Event], way: Way, role: &str, own: u32) -> (Load, Vec<f64>) {
    let person = UserId(ObjectId::from_bytes([1; 12]));
    let (scope, known) = match role {
        "office" => (Scope::Office, Known::default()),
        "finance" => (Scope::Finance, Known::default()),
        _ => (
            Scope::Instructor(person),
            Known {
                own_courses: (0..own).map(course_id).collect(),
                named_people: vec![ObjectId::from_bytes([2; 12])],
                ..Known::default()
            },
        ),
    };
    // How many requests a source takes, and whether what changed in a course is this desktop's business.
    let slices: BTreeMap<Source, f64> = Source::ALL
        .into_iter()
        .map(|source| {
            let asked = plan::slices_of(source, scope, &known)
                .into_iter()
                .filter(|slice| slice.filter != Filter::Nothing)
                .count();
            (source, count(asked))
        })
        .collect();
    let wide = !matches!(scope, Scope::Instructor(_));
    let holds = |event: &Event| match event.source {
        // The catalog is everybody's; of the trail, an instructor holds what they did themselves.
        Source::Documents(Collection::Courses) => true,
        Source::Documents(Collection::Enrollments) => wide || event.course < own,
        Source::Audit => matches!(scope, Scope::Office),
        _ => wide,
    };
    let hears = |event: &Event| !way.narrow || holds(event);
    let mut load = Load::default();
    let mut lags = Vec::new();
    let (mut now, mut next) = (0.0, 0);
    while now < SECONDS {
        if way.polls {
            load.finds += slices.values().sum::<f64>() + 1.0;
            let from = events.partition_point(|event| event.at < now - OVERLAP);
            let to = events.partition_point(|event| event.at <= now);
            // The time line is shorter than the overlap: a poll would find as many for all of it.
            let again = OVERLAP / SECONDS;
            for event in events.iter().filter(|event| holds(event)) {
                load.documents += again;
                load.bytes += again * length(event.source);
                load.finds += again / count(CHUNK);
            }
            lags.extend(
                events[next.max(from)..to]
                    .iter()
                    .filter(|event| holds(event))
                    .map(|event| now - event.at),
            );
            next = to;
            now += way.pause;
            continue;
        }
        let begun = now;
        load.listens += 1.0;
        while next < events.len() && !hears(&events[next]) {
            next += 1;
        }
        let first = events.get(next).map_or(f64::INFINITY, |event| event.at);
        if first > now + LISTEN {
            now += LISTEN;
            continue;
        }
        now = now.max(first) + REQUEST;
        let mut stretch = Vec::new();
        while let Some(event) = events.get(next)
            && event.at <= now
            && stretch.len() < STRETCH
        {
            if hears(event) {
                stretch.push(*event);
            }
            next += 1;
        }
        load.events += count(stretch.len());
        let mut by_source: BTreeMap<Source, usize> = BTreeMap::new();
        for event in &stretch {
            *by_source.entry(event.source).or_default() += 1;
        }
        for (source, ids) in &by_source {
            let requests = slices[source] * count(ids.div_ceil(CHUNK));
            load.finds += requests;
            now += requests * REQUEST;
        }
        let held: Vec<&Event> = stretch.iter().filter(|event| holds(event)).collect();
        load.documents += count(held.len());
        load.bytes += held.iter().map(|event| length(event.source)).sum::<f64>();
        now += STORE + EACH * count(held.len());
        lags.extend(held.iter().map(|event| now - event.at));
        now = now.max(begun + way.pause);
    }
    (load, lags)
}

/// What a desktop of each role holds.
fn holdings() {
    println!(
        "\nwhat a desktop holds of {:.0} M enrollments",
        ENROLLMENTS / 1e6
    );
    let row = |name: &str| {
        HELD.iter()
            .find(|(held, ..)| *held == name)
            .map_or((0.0, 0.0), |(_, n, bytes)| (n * ENROLLMENTS, *bytes))
    };
    let course = ENROLLMENTS / f64::from(COURSES);
    let catalog = (f64::from(COURSES), row("courses").1);
    let whole = |names: &[&str]| names.iter().map(|name| row(name)).collect::<Vec<_>>();
    let mut office = whole(&[
        "people",
        "enrollments",
        "payments",
        "ledger rows",
        "audit events",
    ]);
    office.push(catalog);
    let mut finance = whole(&["enrollments", "payments", "ledger rows"]);
    finance.extend([catalog, (row("people").0, NAME)]);
    let taught = 2.0 * course;
    let instructor = vec![catalog, (taught, row("enrollments").1), (taught, NAME)];
    let student = vec![
        catalog,
        (3.0, row("enrollments").1),
        (3.0, row("payments").1),
        (3.0, row("ledger rows").1),
    ];
    for (role, held) in [
        ("office", office),
        ("finance", finance),
        ("instructor", instructor),
        ("student", student),
    ] {
        let documents: f64 = held.iter().map(|(n, _)| n).sum();
        let bytes: f64 = held.iter().map(|(n, bytes)| n * bytes).sum();
        println!(
            "{role:12} {:>14.0} documents {:>10.1} MB, fetched in {:>7.1} min",
            documents,
            bytes / 1e6,
            documents / FETCHED / 60.0
        );
    }
}

/// Mean bytes of a document as BSON, in the generated institution.
fn length(of: Source) -> f64 {
    match of {
        Source::Documents(Collection::Enrollments) => 956.0,
        Source::Documents(Collection::Payments) => 592.0,
        Source::Documents(Collection::Courses) => 1_454.0,
        Source::Ledger => 464.0,
        Source::Audit => 482.0,
        Source::Documents(_) => 492.0,
    }
}

fn course_id(n: u32) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// Numbers that look random and are always the same (SplitMix64, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(u32::MAX)
    }

    /// From 0 up to but not including 1.
    fn share(&mut self) -> f64 {
        f64::from(self.next()) / 4_294_967_296.0
    }

    fn below(&mut self, n: u32) -> u32 {
        u32::try_from((u64::from(self.next()) * u64::from(n)) >> 32).unwrap_or(0)
    }
}
