//! Figures: how often something is measured, what a run of it says, and the table and the report of
//! all of them.
//!
//! A budget speaks of the 95th of a hundred calls, so every call is timed by itself. What has a peer is
//! measured in turns with it, call by call: whatever else the machine does slows both.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use serde::Serialize;

/// What a measurement ends with.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Calls made before any is timed.
const WARM: usize = 5;

/// Times of single calls, in milliseconds, the shortest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// Out of times in milliseconds.
    pub(crate) fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The time that so many percent of the calls stayed within.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let at = (self.0.len() * percent).div_ceil(100).max(1) - 1;
        self.0.get(at).copied().unwrap_or(f64::NAN)
    }

    /// The middle one.
    pub(crate) fn p50(&self) -> f64 {
        self.percentile(50)
    }

    /// Slower are five in a hundred.
    pub(crate) fn p95(&self) -> f64 {
        self.percentile(95)
    }

    /// The slowest.
    pub(crate) fn max(&self) -> f64 {
        self.percentile(100)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// How many took longer than so many milliseconds.
    pub(crate) fn over(&self, limit: f64) -> usize {
        self.0.iter().filter(|time| **time > limit).count()
    }
}

/// Milliseconds since a moment.
pub(crate) fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// Times a call, so many times; it is told which one it is.
pub(crate) fn measure<T>(
    rounds: usize,
    mut call: impl FnMut(usize) -> Outcome<T>,
) -> Outcome<Samples> {
    for round in 0..WARM {
        std::hint::black_box(call(round)?);
    }
    let mut times = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let start = Instant::now();
        std::hint::black_box(call(round)?);
        times.push(since(start));
    }
    Ok(Samples::of(times))
}

/// Times a call and its peer's in turns.
pub(crate) fn beside<T, U>(
    rounds: usize,
    mut ours: impl FnMut(usize) -> Outcome<T>,
    mut peer: impl FnMut(usize) -> Outcome<U>,
) -> Outcome<(Samples, Samples)> {
    let (mut own, mut other) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for round in 0..WARM {
        std::hint::black_box(ours(round)?);
        std::hint::black_box(peer(round)?);
    }
    for round in 0..rounds {
        let start = Instant::now();
        std::hint::black_box(ours(round)?);
        own.push(since(start));
        let start = Instant::now();
        std::hint::black_box(peer(round)?);
        other.push(since(start));
    }
    Ok((Samples::of(own), Samples::of(other)))
}

/// What something is held against.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Peer {
    /// What it is.
    pub(crate) what: String,
    /// In the row's unit.
    pub(crate) p50: f64,
    /// In the row's unit.
    pub(crate) p95: f64,
    /// Ours by the peer's, in the middle.
    pub(crate) ratio: f64,
}

/// A line of the table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    /// Its part of the table.
    pub(crate) group: String,
    /// What was measured.
    pub(crate) what: String,
    /// Enrollments of the institution, where that matters.
    pub(crate) enrollments: Option<u64>,
    /// Of the figures.
    pub(crate) unit: &'static str,
    /// The middle one, or the only one.
    pub(crate) p50: f64,
    /// Five in a hundred are worse; none where it was measured once.
    pub(crate) p95: Option<f64>,
    /// How many calls.
    pub(crate) calls: usize,
    /// Measured in the same run.
    pub(crate) peer: Option<Peer>,
    /// What is asked for.
    pub(crate) budget: Option<String>,
    /// Whether it is.
    pub(crate) within: Option<bool>,
}

impl Row {
    /// Times in milliseconds.
    pub(crate) fn times(group: &str, what: impl Into<String>, samples: &Samples) -> Self {
        Self {
            group: group.to_owned(),
            what: what.into(),
            enrollments: None,
            unit: "ms",
            p50: samples.p50(),
            p95: Some(samples.p95()),
            calls: samples.count(),
            peer: None,
            budget: None,
            within: None,
        }
    }

    /// One figure.
    pub(crate) fn figure(
        group: &str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            unit,
            p50: value,
            p95: None,
            calls: 1,
            ..Self::times(group, what, &Samples::default())
        }
    }

    /// In an institution of that size.
    #[must_use]
    pub(crate) fn at(mut self, enrollments: u64) -> Self {
        self.enrollments = Some(enrollments);
        self
    }

    /// Beside this, in the same unit.
    #[must_use]
    pub(crate) fn beside(mut self, what: &str, peer: &Samples) -> Self {
        let (p50, p95) = (peer.p50(), peer.p95());
        self.peer = Some(Peer {
            what: what.to_owned(),
            p50,
            p95,
            ratio: self.p50 / p50,
        });
        self
    }

    /// With what is asked for, and whether the figures meet it.
    #[must_use]
    pub(crate) fn asked(mut self, budget: &str, meets: impl FnOnce(&Self) -> bool) -> Self {
        self.within = Some(meets(&self));
        self.budget = Some(budget.to_owned());
        self
    }

    /// Ours by the peer's; infinite without a peer, which meets no budget.
    pub(crate) fn ratio(&self) -> f64 {
        self.peer.as_ref().map_or(f64::INFINITY, |peer| peer.ratio)
    }

    /// The 95th percentile, or the only figure.
    pub(crate) fn worst(&self) -> f64 {
        self.p95.unwrap_or(self.p50)
    }
}

/// Everything measured in a run.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    facts: serde_json::Map<String, serde_json::Value>,
}

impl Table {
    /// A line more, told at once.
    pub(crate) fn push(&mut self, row: Row) {
        println!("{}", line(&row));
        self.rows.push(row);
    }

    /// Something to know about the run.
    pub(crate) fn note(&mut self, name: &str, value: impl Into<serde_json::Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    /// The middle figure of a line measured before.
    pub(crate) fn p50_of(&self, group: &str, what: &str, enrollments: u64) -> Option<f64> {
        self.rows
            .iter()
            .find(|row| {
                row.group == group && row.what == what && row.enrollments == Some(enrollments)
            })
            .map(|row| row.p50)
    }

    /// The table for a person.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut group = "";
        for row in &self.rows {
            if row.group != group {
                group = &row.group;
                let _ = write!(text, "\n{group}\n{HEAD}\n");
            }
            let _ = writeln!(text, "{}", line(row));
        }
        let missed = self
            .rows
            .iter()
            .filter(|row| row.within == Some(false))
            .count();
        let judged = self.rows.iter().filter(|row| row.within.is_some()).count();
        let _ = writeln!(
            text,
            "\n{} of {judged} budgets kept, {missed} missed",
            judged - missed
        );
        text
    }

    /// The report for a program.
    pub(crate) fn write(&self, file: &Path) -> Outcome {
        let report = serde_json::json!({ "run": self.facts, "rows": self.rows });
        if let Some(directory) = file.parent() {
            fs::create_dir_all(directory)?;
        }
        Ok(fs::write(file, format!("{report:#}\n"))?)
    }
}

const HEAD: &str = "  what                                                          size       p50       p95   peer p50  ratio  budget";

fn line(row: &Row) -> String {
    let size = row.enrollments.map_or(String::new(), short);
    let p95 = row.p95.map_or(String::new(), figure);
    let (peer, ratio, against) = row.peer.as_ref().map_or_else(Default::default, |peer| {
        (
            figure(peer.p50),
            format!("{:.2}", peer.ratio),
            format!(" (beside {})", peer.what),
        )
    });
    let within = match row.within {
        Some(true) => "kept: ",
        Some(false) => "MISSED: ",
        None => "",
    };
    format!(
        "  {:<58} {size:>7} {:>9} {p95:>9} {:<3} {peer:>6} {ratio:>6}  {within}{}{against}",
        row.what,
        figure(row.p50),
        row.unit,
        row.budget.as_deref().unwrap_or_default(),
    )
}

fn figure(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

fn short(count: u64) -> String {
    match count {
        1_000_000.. => format!("{} M", count / 1_000_000),
        1_000.. => format!("{} k", count / 1_000),
        _ => count.to_string(),
    }
}

/// Where the benchmarks keep what they make. On the disk that is measured, not in a memory file system.
pub(crate) fn workshop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target")
        .join("bench")
}
