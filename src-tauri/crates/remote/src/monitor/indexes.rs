//! Every index of the database: whose it is, how large, how much used, and what to make of it.
//!
//! Nothing is dropped from here: what is advised, a person does.

use std::{collections::BTreeMap, time::Duration};

use bson::{Bson, Document, doc};
use domain::Timestamp;
use futures_util::TryStreamExt;
use mongodb::Database;

use super::statistics::{sizes, whole};
use crate::{
    Server,
    failure::code,
    migrations::{
        MigrationError,
        catalogue::Catalogue,
        index::{Index, flag, number, same_way},
        wanted_indexes,
    },
};

/// An index that nobody used for so long is called unused.
const UNUSED_AFTER: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Whose an index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The migrations want it, or every collection has it.
    Ours,
    /// Another program's.
    Foreign,
    /// The migrations want it and it is not there.
    Missing,
}

/// What is to be said of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Not used since it was counted, for a week or longer.
    Unused,
    /// A longer index starts with the same fields.
    Redundant,
    /// It deletes people.
    TtlOnUsers,
    /// The migrations want it.
    Missing,
}

impl Finding {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Redundant => "redundant",
            Self::TtlOnUsers => "ttl-on-users",
            Self::Missing => "missing",
        }
    }
}

/// An index and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexUse {
    /// Its collection.
    pub collection: String,
    /// Its name on the server; ours where it is missing.
    pub name: String,
    /// Fields and directions, e.g. `user ↑, course ↓`.
    pub keys: String,
    /// `unique`, `partial`, `sparse`, `ttl`, `text`, `hidden`.
    pub traits: Vec<&'static str>,
    /// Bytes, where the server says.
    pub bytes: Option<u64>,
    /// How often it was used since `since`.
    pub uses: Option<u64>,
    /// Counted since: the index was made, or the server started.
    pub since: Option<Timestamp>,
    /// Whose it is.
    pub origin: Origin,
    /// What is to be said of it.
    pub finding: Option<Finding>,
    /// In words.
    pub advice: Option<String>,
}

impl Server {
    /// Every index of the database, by collection and name, and those that are missing.
    pub fn indexes(&self) -> Result<Vec<IndexUse>, MigrationError> {
        self.block_on(report(self.database(), self.now()))
    }
}

/// Uses of an index, and since when they are counted.
type Uses = BTreeMap<String, (u64, Option<Timestamp>)>;

async fn report(db: &Database, now: Timestamp) -> Result<Vec<IndexUse>, MigrationError> {
    let catalogue = Catalogue::read(db).await?;
    let sizes = sizes(db).await?;
    let wanted = wanted_indexes();
    let mut rows = Vec::new();
    for (collection, held) in &catalogue.collections {
        if collection.starts_with("migration") {
            continue;
        }
        let uses = uses(db, collection).await?;
        let bytes = sizes.iter().find(|size| size.collection == *collection);
        for found in &held.indexes {
            let mut row = row(collection, found, &wanted);
            let counted = uses.get(&row.name);
            row.uses = counted.map(|(uses, _)| *uses);
            row.since = counted.and_then(|(_, since)| *since);
            row.bytes = bytes.and_then(|size| {
                let of = |(name, bytes): &(String, u64)| (*name == row.name).then_some(*bytes);
                size.by_index.iter().find_map(of)
            });
            judge(&mut row, found, &held.indexes, &wanted, now);
            rows.push(row);
        }
    }
    for index in &wanted {
        let there = catalogue
            .indexes(index.collection)
            .iter()
            .any(|d| index.equals(d));
        if !there {
            rows.push(missing(index));
        }
    }
    rows.sort_by(|a, b| (&a.collection, &a.name).cmp(&(&b.collection, &b.name)));
    Ok(rows)
}

async fn uses(db: &Database, collection: &str) -> Result<Uses, MigrationError> {
    let cursor = db
        .collection::<Document>(collection)
        .aggregate([doc! { "$indexStats": {} }])
        .await;
    let rows: Vec<Document> = match cursor {
        Ok(cursor) => cursor.try_collect().await?,
        // Not for this login, or not on this server.
        Err(error) if matches!(code(&error), Some(13 | 59 | 115 | 40_324)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let mut uses = Uses::new();
    for row in rows {
        let Ok(name) = row.get_str("name") else {
            continue;
        };
        let accesses = row.get_document("accesses").cloned().unwrap_or_default();
        let since = accesses.get_datetime("since").copied().ok();
        // One row a node: the uses add up, the count began with the last of them.
        let entry = uses.entry(name.to_owned()).or_insert((0, since));
        entry.0 += whole(accesses.get("ops"));
        entry.1 = entry.1.max(since);
    }
    Ok(uses)
}

fn row(collection: &str, found: &Document, wanted: &[Index]) -> IndexUse {
    let ours = wanted
        .iter()
        .any(|index| index.collection == collection && index.equals(found));
    IndexUse {
        collection: collection.to_owned(),
        name: found.get_str("name").unwrap_or_default().to_owned(),
        keys: keys_in_words(found),
        traits: traits(found),
        bytes: None,
        uses: None,
        since: None,
        origin: if ours { Origin::Ours } else { Origin::Foreign },
        finding: None,
        advice: None,
    }
}

fn missing(index: &Index) -> IndexUse {
    let spec = index.spec();
    IndexUse {
        collection: index.collection.to_owned(),
        name: index.name.to_owned(),
        keys: keys_in_words(&spec),
        traits: traits(&spec),
        bytes: None,
        uses: None,
        since: None,
        origin: Origin::Missing,
        finding: Some(Finding::Missing),
        advice: Some(
            "Run the migrations; where this server cannot make it, they say why.".to_owned(),
        ),
    }
}

fn judge(row: &mut IndexUse, found: &Document, all: &[Document], wanted: &[Index], now: Timestamp) {
    let name = |document: &Document| document.get_str("name").unwrap_or_default().to_owned();
    let seed = wanted
        .iter()
        .any(|index| index.collection == row.collection && index.seed && index.equals(found));
    if row.collection == "users" && found.contains_key("expireAfterSeconds") {
        row.finding = Some(Finding::TtlOnUsers);
        row.advice = Some(
            "It deletes whole accounts when the moment in its field has passed. Drop it."
                .to_owned(),
        );
    } else if let Some(longer) = all.iter().find(|other| covers(other, found)) {
        row.finding = Some(Finding::Redundant);
        row.advice = Some(if seed {
            format!(
                "{} answers the same queries. A Mongoose program of the seed schema makes it again.",
                name(longer)
            )
        } else {
            format!(
                "{} answers the same queries. It can be dropped.",
                name(longer)
            )
        });
    } else if unused(row, found, now) {
        row.finding = Some(Finding::Unused);
        row.advice = Some(match row.origin {
            Origin::Ours => {
                "Nothing has used it for a week or longer; it costs every write.".to_owned()
            }
            _ => "Another program made it and nothing has used it for a week or longer.".to_owned(),
        });
    }
}

/// Whether nobody used it for long. A unique index and one that deletes are at work without being used.
fn unused(row: &IndexUse, found: &Document, now: Timestamp) -> bool {
    let long_ago = row.since.is_some_and(|since| {
        let age = now
            .timestamp_millis()
            .saturating_sub(since.timestamp_millis());
        u128::try_from(age).is_ok_and(|age| age >= UNUSED_AFTER.as_millis())
    });
    row.uses == Some(0)
        && long_ago
        && !flag(found, "unique")
        && !found.contains_key("expireAfterSeconds")
}

/// Whether `other` is a longer index of all documents that starts with the fields of this one, which
/// does nothing else than being read.
fn covers(other: &Document, this: &Document) -> bool {
    let plain = |index: &Document| {
        !flag(index, "sparse")
            && !flag(index, "hidden")
            && !index.contains_key("partialFilterExpression")
            && !index.contains_key("weights")
            && !index.contains_key("collation")
    };
    let (Ok(longer), Ok(keys)) = (other.get_document("key"), this.get_document("key")) else {
        return false;
    };
    plain(other)
        && plain(this)
        && !flag(this, "unique")
        && !this.contains_key("expireAfterSeconds")
        && longer.len() > keys.len()
        && longer
            .iter()
            .zip(keys)
            .all(|((a, x), (b, y))| a == b && same_way(x, y))
}

fn keys_in_words(found: &Document) -> String {
    if let Ok(weights) = found.get_document("weights") {
        return weights.keys().cloned().collect::<Vec<_>>().join(", ");
    }
    let Ok(keys) = found.get_document("key") else {
        return String::new();
    };
    let way = |value: &Bson| match number(Some(value)) {
        Some(n) if n < 0.0 => "↓".to_owned(),
        Some(_) => "↑".to_owned(),
        None => value.as_str().unwrap_or_default().to_owned(),
    };
    keys.iter()
        .map(|(field, value)| format!("{field} {}", way(value)))
        .collect::<Vec<_>>()
        .join(", ")
}

fn traits(found: &Document) -> Vec<&'static str> {
    let text = found.contains_key("weights")
        || found
            .get_document("key")
            .is_ok_and(|keys| keys.values().any(|way| way.as_str() == Some("text")));
    [
        ("unique", flag(found, "unique")),
        ("partial", found.contains_key("partialFilterExpression")),
        ("sparse", flag(found, "sparse")),
        ("ttl", found.contains_key("expireAfterSeconds")),
        ("text", text),
        ("hidden", flag(found, "hidden")),
    ]
    .into_iter()
    .filter_map(|(name, there)| there.then_some(name))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(found: &Document, all: &[Document], uses: u64, days: i64) -> IndexUse {
        let wanted = wanted_indexes();
        let now = Timestamp::from_millis(100 * 86_400_000);
        let mut row = row("enrollments", found, &wanted);
        row.uses = Some(uses);
        row.since = Some(Timestamp::from_millis((100 - days) * 86_400_000));
        judge(&mut row, found, all, &wanted, now);
        row
    }

    #[test]
    fn an_index_is_unused_only_after_a_week_and_never_when_it_is_unique() {
        let found = doc! { "key": { "shoeSize": 1 }, "name": "shoeSize_1" };
        assert_eq!(judged(&found, &[], 0, 3).finding, None);
        assert_eq!(judged(&found, &[], 5, 30).finding, None);
        let row = judged(&found, &[], 0, 30);
        assert_eq!(
            (row.finding, row.origin),
            (Some(Finding::Unused), Origin::Foreign)
        );
        let unique = doc! { "key": { "shoeSize": 1 }, "name": "shoeSize_1", "unique": true };
        assert_eq!(judged(&unique, &[], 0, 30).finding, None);
    }

    #[test]
    fn a_longer_index_makes_a_shorter_one_needless() {
        let longer = doc! { "key": { "user": 1.0, "course": 1.0 }, "name": "long", "unique": true };
        let short = doc! { "key": { "user": 1 }, "name": "user_1" };
        let row = judged(&short, std::slice::from_ref(&longer), 10, 30);
        assert_eq!(
            (row.finding, row.origin),
            (Some(Finding::Redundant), Origin::Ours)
        );
        assert!(row.advice.unwrap().contains("long"));
        let other_way = doc! { "key": { "user": -1 }, "name": "user_-1" };
        assert_eq!(judged(&other_way, &[longer], 10, 30).finding, None);
    }

    #[test]
    fn keys_are_told_with_their_directions() {
        let found = doc! { "key": { "user": 1, "at": -1.0, "place": "2dsphere" } };
        assert_eq!(keys_in_words(&found), "user ↑, at ↓, place 2dsphere");
    }
}
