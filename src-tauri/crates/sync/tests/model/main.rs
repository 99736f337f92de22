//! Seeded schedules: two to five desktops and a Mongoose-like program on one model server, with cut
//! lines, lost answers, history delivered twice and backwards or lost, clocks off by days, programs that
//! end in the middle. Each schedule ends by healing and draining, and then everything has to be equal.
//!
//! `MATRICULA_SCHEDULES` says how many (2,000 unless given), `MATRICULA_SCHEDULE_FROM` with which seed to
//! begin, `MATRICULA_SCHEDULE` runs one seed alone and tells every step. `MATRICULA_HISTORIES` and
//! `MATRICULA_CLOCKS` say how many of the two narrower kinds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod acts;
mod attaching;
mod away;
mod case;
mod cases;
mod check;
mod deciding;
mod desktop;
mod institution;
mod landing;
mod meanwhile;
mod schedule;

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

const SCHEDULES: u64 = 2_000;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Runs seeds on all processors and says which failed.
fn seeds(what: &str, variable: &str, usual: u64, run: impl Fn(u64) + Sync) {
    let count = number(variable).unwrap_or(usual);
    let from = number("MATRICULA_SCHEDULE_FROM").unwrap_or(1);
    let next = AtomicU64::new(from);
    let failed = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + count || failed.lock().unwrap().len() >= 20 {
                        return;
                    }
                    if catch_unwind(AssertUnwindSafe(|| run(seed))).is_err() {
                        failed.lock().unwrap().push(seed);
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort_unstable();
    println!("{count} {what} from seed {from}, {} failed", failed.len());
    assert!(failed.is_empty(), "{what}: these seeds fail: {failed:?}");
}

#[test]
fn a_history_that_is_lost_costs_nothing() {
    seeds(
        "lost histories",
        "MATRICULA_HISTORIES",
        40,
        schedule::lost_history,
    );
}

#[test]
fn clocks_that_are_off_by_days_hide_nothing_from_a_sweep() {
    seeds(
        "wrong clocks",
        "MATRICULA_CLOCKS",
        60,
        schedule::wrong_clocks,
    );
}

#[test]
fn however_desktops_are_interleaved_they_end_equal_and_lose_nothing() {
    if let Some(seed) = number("MATRICULA_SCHEDULE") {
        schedule::run(seed, true);
        return;
    }
    seeds("schedules", "MATRICULA_SCHEDULES", SCHEDULES, |seed| {
        schedule::run(seed, false);
    });
}
