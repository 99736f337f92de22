//! The server's profiler: setting it, and what it kept, grouped by shape.
//!
//! Level 1 keeps what takes 100 ms or longer; level 2 keeps everything whatever `slowms` says, costs
//! the server, and is set only on request.

use std::collections::BTreeMap;

use bson::{Document, doc};
use domain::Timestamp;
use futures_util::TryStreamExt;
use mongodb::Database;

use super::{shapes::shape, statistics::whole};
use crate::{
    Server,
    failure::{UNAUTHORIZED, code},
    port::RemoteError,
};

/// Slow is so many milliseconds: the seed schema's figure.
pub const SLOW_MS: i64 = 100;
/// How many of the newest rows are looked at.
const READ: i64 = 5_000;
/// How many shapes are told.
const TOLD: usize = 100;

/// What the profiler keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfilerLevel {
    /// Nothing.
    Off,
    /// What is slow.
    Slow,
    /// Everything; costs the server.
    All,
}

impl ProfilerLevel {
    /// The server's number for it.
    pub const fn number(self) -> i32 {
        match self {
            Self::Off => 0,
            Self::Slow => 1,
            Self::All => 2,
        }
    }

    /// The level of that number.
    pub const fn of(number: i32) -> Option<Self> {
        match number {
            0 => Some(Self::Off),
            1 => Some(Self::Slow),
            2 => Some(Self::All),
            _ => None,
        }
    }
}

/// What the profiler kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlowQueries {
    /// Its level.
    pub level: i32,
    /// Slow is so many milliseconds.
    pub slowms: i64,
    /// By shape, those that took the longest in all first.
    pub shapes: Vec<SlowShape>,
    /// Why it cannot be shown, where it cannot.
    pub problem: Option<String>,
}

/// Slow queries of one shape.
#[derive(Clone, Debug, PartialEq)]
pub struct SlowShape {
    /// Their collection.
    pub collection: String,
    /// `find`, `aggregate`, `update` …
    pub command: String,
    /// Fields of filter and sort, values left out.
    pub shape: String,
    /// How often.
    pub count: u64,
    /// Mean, milliseconds.
    pub mean_ms: f64,
    /// Worst, milliseconds.
    pub max_ms: f64,
    /// Documents looked at for each one answered, where the server says.
    pub examined_per_returned: Option<f64>,
    /// When it was last seen.
    pub last: Timestamp,
}

impl Server {
    /// What the profiler kept. Where this login or server does not allow it, `problem` says so.
    pub fn slow_queries(&self) -> Result<SlowQueries, RemoteError> {
        self.kept(self.block_on(read(self.database())))
    }

    /// Sets the profiler, slow being [`SLOW_MS`], and answers what it kept.
    pub fn set_profiler(&self, level: ProfilerLevel) -> Result<SlowQueries, RemoteError> {
        let command = doc! { "profile": level.number(), "slowms": SLOW_MS };
        self.call(async { self.database().run_command(command).await })?;
        self.slow_queries()
    }

    fn kept(
        &self,
        answer: mongodb::error::Result<SlowQueries>,
    ) -> Result<SlowQueries, RemoteError> {
        let problem = |text: &str| {
            Ok(SlowQueries {
                problem: Some(text.to_owned()),
                ..SlowQueries::default()
            })
        };
        match answer {
            Err(error) if code(&error) == Some(UNAUTHORIZED) => {
                problem("This login may not look at the server's profiler.")
            }
            // CommandNotFound, CommandNotSupported; Atlas's shared tiers say 8000.
            Err(error) if matches!(code(&error), Some(59 | 115 | 8000)) => {
                problem("This server has no profiler.")
            }
            answer => answer.map_err(|error| self.meaning(&error)),
        }
    }
}

async fn read(db: &Database) -> mongodb::error::Result<SlowQueries> {
    let state = db.run_command(doc! { "profile": -1 }).await?;
    let rows: Vec<Document> = db
        .collection::<Document>("system.profile")
        .find(doc! {})
        .sort(doc! { "ts": -1 })
        .limit(READ)
        .await?
        .try_collect()
        .await?;
    Ok(SlowQueries {
        level: state.get_i32("was").unwrap_or_default(),
        slowms: i64::try_from(whole(state.get("slowms"))).unwrap_or(SLOW_MS),
        shapes: grouped(&rows),
        problem: None,
    })
}

/// Sums of one shape.
#[derive(Default)]
struct Sum {
    count: u32,
    ms: f64,
    max: f64,
    examined: Option<u64>,
    returned: u64,
    last: Option<Timestamp>,
}

/// Rows of `system.profile` by collection, command and shape.
fn grouped(rows: &[Document]) -> Vec<SlowShape> {
    let mut sums: BTreeMap<(String, String, String), Sum> = BTreeMap::new();
    for row in rows {
        let Some((_, collection)) = row.get_str("ns").ok().and_then(|ns| ns.split_once('.')) else {
            continue;
        };
        if collection == "system.profile" || collection.is_empty() {
            continue;
        }
        let empty = Document::new();
        let asked = ["originatingCommand", "command"]
            .into_iter()
            .find_map(|key| row.get_document(key).ok().filter(|c| !c.is_empty()))
            .unwrap_or(&empty);
        let key = (collection.to_owned(), command(row, asked), shape(asked));
        let sum = sums.entry(key).or_default();
        let ms = f64::from(u32::try_from(whole(row.get("millis"))).unwrap_or(u32::MAX));
        sum.count = sum.count.saturating_add(1);
        sum.ms += ms;
        sum.max = sum.max.max(ms);
        if row.contains_key("docsExamined") {
            *sum.examined.get_or_insert(0) += whole(row.get("docsExamined"));
            sum.returned += whole(row.get("nreturned"));
        }
        sum.last = sum.last.max(row.get_datetime("ts").ok().copied());
    }
    let mut all: Vec<(f64, SlowShape)> = sums
        .into_iter()
        .map(|((collection, command, shape), sum)| {
            let told = SlowShape {
                collection,
                command,
                shape,
                count: u64::from(sum.count),
                mean_ms: sum.ms / f64::from(sum.count.max(1)),
                max_ms: sum.max,
                examined_per_returned: sum
                    .examined
                    .map(|examined| super::statistics::ratio(examined, sum.returned.max(1))),
                last: sum.last.unwrap_or(Timestamp::from_millis(0)),
            };
            (sum.ms, told)
        })
        .collect();
    all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    all.truncate(TOLD);
    all.into_iter().map(|(_, told)| told).collect()
}

/// The command's name: the first field of what was sent, or the operation where the server keeps only
/// a part of it.
fn command(row: &Document, asked: &Document) -> String {
    const COMMANDS: [&str; 8] = [
        "find",
        "aggregate",
        "count",
        "distinct",
        "findAndModify",
        "insert",
        "update",
        "delete",
    ];
    let first = asked.keys().next().map(String::as_str).unwrap_or_default();
    if COMMANDS.contains(&first) {
        return first.to_owned();
    }
    match row.get_str("op").unwrap_or_default() {
        "query" => "find".to_owned(),
        "remove" => "delete".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_shape_become_one_line() {
        let row = |name: &str, millis: i32, examined: i32| {
            doc! {
                "op": "query", "ns": "school.users", "millis": millis, "docsExamined": examined,
                "nreturned": 2, "ts": Timestamp::from_millis(i64::from(millis)),
                "command": { "find": "users", "filter": { "name": name } },
            }
        };
        let other = doc! {
            "op": "remove", "ns": "school.sessions", "millis": 500, "ts": Timestamp::from_millis(1),
            "command": { "q": { "user": 1 }, "limit": 1 },
        };
        let own =
            doc! { "op": "query", "ns": "school.system.profile", "millis": 900, "command": {} };
        let told = grouped(&[row("Ada", 100, 10), row("Bob", 200, 30), other, own]);
        assert_eq!(told.len(), 2);
        assert_eq!(
            (told[0].command.as_str(), told[0].max_ms),
            ("delete", 500.0)
        );
        assert_eq!(told[0].examined_per_returned, None);
        assert_eq!(told[1].shape, "{ name: ? }");
        assert_eq!((told[1].count, told[1].mean_ms), (2, 150.0));
        assert_eq!(told[1].examined_per_returned, Some(10.0));
        assert_eq!(told[1].last, Timestamp::from_millis(200));
    }
}
