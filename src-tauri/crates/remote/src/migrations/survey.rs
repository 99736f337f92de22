//! What stands in the way of preparing a database that other programs wrote: documents a validator would
//! refuse, values that occur twice, and indexes somebody should know about. Nothing is written.

use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use mongodb::Database;

use super::{
    Migration,
    catalogue::Catalogue,
    error::MigrationError,
    index::{Index, number},
    plan::plan,
    shape::Shape,
    step::Step,
};
use crate::failure::code;

/// How many offending documents of a collection are listed; all are counted.
const LISTED: i64 = 100;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// Documents that break a validator or a unique index that would be made; of each collection the
    /// first 100.
    pub offending: Vec<Offending>,
    /// How many there are.
    pub total: u64,
    /// What else somebody should know.
    pub warnings: Vec<Warning>,
}

/// A document that does not have the form it must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offending {
    /// Its collection.
    pub collection: String,
    /// Its `_id` as text.
    pub id: String,
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Something somebody should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Stable word: `ttl-on-users`, `index`, `validator`, `role`, `migrations`.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

/// Looks at everything the steps of these migrations would make.
pub(crate) async fn survey(
    db: &Database,
    now: &Catalogue,
    pending: &[&Migration],
) -> Result<Survey, MigrationError> {
    let mut found = Survey {
        warnings: expiring_people(now),
        ..Survey::default()
    };
    let others = super::record::of_others(db).await?;
    if others > 0 {
        found.warnings.push(Warning {
            code: "migrations",
            message: format!(
                "The collection migrations has {others} documents of another program. They stay, and ours are kept beside them."
            ),
        });
    }
    for step in pending.iter().flat_map(|migration| &migration.up) {
        match step {
            Step::Collection { name, shape }
                if now.collections.contains_key(*name) && !now.shared.contains(*name) =>
            {
                misshapen(db, name, shape, &mut found).await?;
            }
            Step::Index(index)
                if index.unique && !made(now, index) && !now.shared.contains(index.collection) =>
            {
                twice(db, index, &mut found).await?;
            }
            _ => {}
        }
        let planned = plan(step, now, None);
        let code = match step {
            Step::Collection { .. } => "validator",
            Step::Role(_) => "role",
            _ => "index",
        };
        for message in planned.remark.into_iter().chain(planned.blocked) {
            found.warnings.push(Warning { code, message });
        }
    }
    Ok(found)
}

/// Whether nothing can be in the way of an index: it is there, or its collection is not.
fn made(now: &Catalogue, index: &Index) -> bool {
    !now.collections.contains_key(index.collection)
        || now
            .indexes(index.collection)
            .iter()
            .any(|found| index.equals(found))
}

/// Indexes by which the server deletes people: the seed schema's two for expired tokens are of this
/// kind, and take the whole account with the token.
pub(crate) fn expiring_people(now: &Catalogue) -> Vec<Warning> {
    now.indexes("users")
        .iter()
        .filter(|index| number(index.get("expireAfterSeconds")).is_some())
        .map(|index| Warning {
            code: "ttl-on-users",
            message: format!(
                "The index {} on users deletes whole accounts when the moment in its field has passed. \
                 It was not touched; drop it with the program that made it.",
                index.get_str("name").unwrap_or_default()
            ),
        })
        .collect()
}

async fn misshapen(
    db: &Database,
    name: &str,
    shape: &Shape,
    found: &mut Survey,
) -> Result<(), MigrationError> {
    let rows = db.collection::<Document>(name);
    let filter = doc! { "$nor": [{ "$jsonSchema": shape.schema() }] };
    let count = match rows.count_documents(filter.clone()).await {
        Ok(count) => count,
        // A server that has validators but no such query: each document is looked at here.
        Err(error) if matches!(code(&error), Some(2 | 9 | 59 | 115)) => {
            return one_by_one(db, name, shape, found).await;
        }
        Err(error) => return Err(error.into()),
    };
    found.total += count;
    if count == 0 {
        return Ok(());
    }
    let mut cursor = rows
        .find(filter)
        .sort(doc! { "_id": 1 })
        .limit(LISTED)
        .await?;
    while let Some(document) = cursor.try_next().await? {
        list(name, shape, &document, found);
    }
    Ok(())
}

async fn one_by_one(
    db: &Database,
    name: &str,
    shape: &Shape,
    found: &mut Survey,
) -> Result<(), MigrationError> {
    let mut cursor = db.collection::<Document>(name).find(doc! {}).await?;
    let mut listed = 0;
    while let Some(document) = cursor.try_next().await? {
        if shape.problems(&document).is_empty() {
            continue;
        }
        found.total += 1;
        if listed < LISTED {
            list(name, shape, &document, found);
            listed += 1;
        }
    }
    Ok(())
}

fn list(name: &str, shape: &Shape, document: &Document, found: &mut Survey) {
    let id = document.get("_id").map(id_text).unwrap_or_default();
    let row = |field: String, problem: String| Offending {
        collection: name.to_owned(),
        id: id.clone(),
        field,
        problem,
    };
    let problems = shape.problems(document);
    if problems.is_empty() {
        found.offending.push(row(
            String::new(),
            "does not match the validator".to_owned(),
        ));
    }
    for problem in problems {
        found.offending.push(row(problem.path, problem.what));
    }
}

/// Values of a unique index that several documents share.
async fn twice(db: &Database, index: &Index, found: &mut Survey) -> Result<(), MigrationError> {
    let fields: Vec<&str> = index.keys.keys().map(String::as_str).collect();
    let values: Document = fields
        .iter()
        .enumerate()
        .map(|(n, field)| (format!("v{n}"), Bson::from(format!("${field}"))))
        .collect();
    let group = doc! { "_id": values, "n": { "$sum": 1 }, "first": { "$min": "$_id" }, "last": { "$max": "$_id" } };
    let pipeline = vec![
        doc! { "$match": index.partial.clone().unwrap_or_default() },
        doc! { "$group": group },
        doc! { "$match": { "n": { "$gt": 1 } } },
        doc! { "$sort": { "first": 1 } },
    ];
    let mut cursor = db
        .collection::<Document>(index.collection)
        .aggregate(pipeline)
        .allow_disk_use(true)
        .await?;
    let mut listed = 0;
    while let Some(row) = cursor.try_next().await? {
        let n = number(row.get("n")).unwrap_or(2.0);
        found.total += 1;
        if listed == LISTED {
            continue;
        }
        listed += 1;
        let id = |key: &str| row.get(key).map(id_text).unwrap_or_default();
        found.offending.push(Offending {
            collection: index.collection.to_owned(),
            id: id("last"),
            field: fields.join(", "),
            problem: format!("occurs {n} times, first in {}", id("first")),
        });
    }
    Ok(())
}

/// An `_id` as people see it.
pub(crate) fn id_text(id: &Bson) -> String {
    match id {
        Bson::ObjectId(id) => id.to_hex(),
        Bson::String(text) => text.clone(),
        other => other.clone().into_relaxed_extjson().to_string(),
    }
}
