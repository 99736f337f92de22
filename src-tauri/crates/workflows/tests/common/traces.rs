//! Somebody with unusual words about them, and the search for those words in every table of a workspace file.

use std::path::Path;

use rusqlite::types::ValueRef;
use vault::Vault;

use super::inside::inside;

pub(crate) const NAME: &str = "Zebulon Quackenbush";
/// What is to be found nowhere when they are erased.
pub(crate) const TRACES: [&str; 7] = [
    "zebulon",
    "quackenbush",
    "5550199",
    "mallardism",
    "goosefeather",
    "waterfowl",
    "drakeside",
];

/// Adds what is found in a text: `place: trace`.
pub(crate) fn in_text(place: &str, text: &str, found: &mut Vec<String>) {
    let text = text.to_lowercase();
    for trace in TRACES {
        if text.contains(trace) {
            found.push(format!("{place}: {trace}"));
        }
    }
}

/// Where in which table of a workspace file a trace is: `table: trace`.
pub(crate) fn traces(vault: &dyn Vault, dir: &Path) -> Vec<String> {
    let connection = inside(vault, dir);
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    let mut found = Vec::new();
    for table in tables {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).unwrap()
                {
                    in_text(&table, &String::from_utf8_lossy(bytes), &mut found);
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// That the search finds what is in these tables, before anybody is erased.
#[track_caller]
pub(crate) fn is_found_in(tables: &[&str], found: &[String]) {
    for table in tables {
        assert!(
            found
                .iter()
                .any(|place| place.starts_with(&format!("{table}: "))),
            "the search finds what is in {table}: {found:?}"
        );
    }
}
