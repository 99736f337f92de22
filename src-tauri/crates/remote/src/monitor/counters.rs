//! Counters kept on courses, compared with what they count and repaired: places taken, reviews, lessons.
//!
//! Suspects are found by aggregation; each is then counted again and mended by an increment in one
//! transaction, so that enrollments made meanwhile are neither lost nor counted twice. Times looked at
//! (`viewCount`) cannot be recounted.

use std::{collections::BTreeMap, time::Duration};

use bson::{Bson, Document, doc, oid::ObjectId};
use futures_util::TryStreamExt;
use mongodb::{Client, ClientSession, Database};

use crate::{
    Server,
    failure::{commit_may_pass, transaction_may_pass},
    port::{Port, RemoteError},
};

/// How often a course is tried while others write it.
const TRIES: u32 = 20;
/// How long the next try waits, times how many there were.
const PAUSE: Duration = Duration::from_millis(2);
/// Averages may differ by so much: they are kept as doubles and rounded as they grow.
const SLACK: f64 = 0.005;

/// A counter that was wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// The course's `_id` in hexadecimal.
    pub course: String,
    /// Its title.
    pub title: String,
    /// The counter's path.
    pub field: &'static str,
    /// What it said.
    pub was: f64,
    /// What was counted.
    pub is: f64,
}

/// Counters that were wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repairs {
    /// Each of them.
    pub repairs: Vec<Repair>,
    /// Courses looked at.
    pub looked_at: u64,
    /// Nothing was changed.
    pub dry_run: bool,
}

impl Server {
    /// Compares every counter of every course with what it counts, and mends what is wrong.
    pub fn repair_counters(&self, dry_run: bool) -> Result<Repairs, RemoteError> {
        let transactions = self.abilities()?.transactions;
        let told = |error: mongodb::error::Error| self.meaning(&error);
        let (looked_at, suspects) = self.block_on(suspects(self.database())).map_err(told)?;
        let mut repairs = Vec::new();
        for (id, found) in suspects {
            if dry_run {
                repairs.extend(found);
            } else {
                let mended = self
                    .block_on(mend(self.client(), self.database(), id, transactions))
                    .map_err(told)?;
                repairs.extend(mended);
            }
        }
        Ok(Repairs {
            repairs,
            looked_at,
            dry_run,
        })
    }
}

/// What a course says, or what was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Figures {
    places: i64,
    reviews: i64,
    stars: f64,
    lessons: i64,
}

impl Figures {
    fn average(self) -> f64 {
        if self.reviews == 0 {
            return 0.0;
        }
        self.stars / double(self.reviews)
    }
}

/// Courses whose counters do not agree with what they count, and how many there are in all.
async fn suspects(db: &Database) -> mongodb::error::Result<(u64, Vec<(ObjectId, Vec<Repair>)>)> {
    let mut counted: BTreeMap<ObjectId, Figures> = BTreeMap::new();
    let mut rows = db
        .collection::<Document>("enrollments")
        .aggregate([group()])
        .allow_disk_use(true)
        .await?;
    while let Some(row) = rows.try_next().await? {
        if let Ok(course) = row.get_object_id("_id") {
            counted.insert(course, figures(&row));
        }
    }
    let mut looked_at = 0;
    let mut suspects = Vec::new();
    let mut courses = db
        .collection::<Document>("courses")
        .aggregate([doc! { "$project": shown() }])
        .await?;
    while let Some(course) = courses.try_next().await? {
        let Ok(id) = course.get_object_id("_id") else {
            continue;
        };
        looked_at += 1;
        let wrong = compare(&course, counted.get(&id).copied().unwrap_or_default());
        if !wrong.is_empty() {
            suspects.push((id, wrong));
        }
    }
    Ok((looked_at, suspects))
}

/// Counts enrollments by course: those that hold a place, and reviews with their stars. A missing
/// status is the seed schema's default, pending.
fn group() -> Document {
    let status = doc! { "$ifNull": ["$status", "pending"] };
    let holds = doc! { "$in": [status, ["pending", "active", "completed"]] };
    let rated = doc! { "$gt": ["$review.rating", Bson::Null] };
    doc! { "$group": {
        "_id": "$course",
        "places": { "$sum": { "$cond": [holds, 1, 0] } },
        "reviews": { "$sum": { "$cond": [rated, 1, 0] } },
        "stars": { "$sum": "$review.rating" },
    } }
}

/// What is looked at of a course; its lessons are counted by the server.
fn shown() -> Document {
    let lessons = doc! { "$map": {
        "input": { "$ifNull": ["$curriculum", []] },
        "as": "module",
        "in": { "$size": { "$ifNull": ["$$module.lessons", []] } },
    } };
    doc! {
        "title": 1, "enrollmentCount": 1, "rating": 1, "totalLessons": 1,
        "lessons": { "$sum": lessons },
    }
}

fn figures(row: &Document) -> Figures {
    Figures {
        places: whole(row.get("places")),
        reviews: whole(row.get("reviews")),
        stars: real(row.get("stars")),
        lessons: 0,
    }
}

fn compare(course: &Document, mut is: Figures) -> Vec<Repair> {
    is.lessons = whole(course.get("lessons"));
    let rating = course.get_document("rating").ok();
    let average = real(rating.and_then(|rating| rating.get("average")));
    let reviews = whole(rating.and_then(|rating| rating.get("count")));
    let repair = |field, was: f64, is: f64| Repair {
        course: course
            .get_object_id("_id")
            .map(ObjectId::to_hex)
            .unwrap_or_default(),
        title: course.get_str("title").unwrap_or_default().to_owned(),
        field,
        was,
        is,
    };
    let mut wrong = Vec::new();
    let counters = [
        (
            "enrollmentCount",
            whole(course.get("enrollmentCount")),
            is.places,
        ),
        ("rating.count", reviews, is.reviews),
        (
            "totalLessons",
            whole(course.get("totalLessons")),
            is.lessons,
        ),
    ];
    for (field, was, is) in counters {
        if was != is {
            wrong.push(repair(field, double(was), double(is)));
        }
    }
    if (average - is.average()).abs() > SLACK {
        wrong.push(repair("rating.average", average, is.average()));
    }
    wrong
}

/// Counts one course again and mends it; in one transaction where there are any.
async fn mend(
    client: &Client,
    db: &Database,
    id: ObjectId,
    transactions: bool,
) -> mongodb::error::Result<Vec<Repair>> {
    let mut session = client.start_session().await?;
    let mut tries = 0;
    loop {
        tries += 1;
        if transactions {
            session.start_transaction().await?;
        }
        let done = match mend_in(db, &mut session, id, transactions).await {
            // Nothing to mend after all: what was touched is given up.
            Ok(repairs) if transactions && repairs.is_empty() => {
                session.abort_transaction().await.map(|()| repairs)
            }
            Ok(repairs) if transactions => committed(&mut session).await.map(|()| repairs),
            other => other,
        };
        match done {
            Ok(repairs) => return Ok(repairs),
            Err(error) if transactions => {
                // The server has ended it already where it was the server that refused.
                if let Err(problem) = session.abort_transaction().await {
                    tracing::debug!(%problem, "a transaction was over before it was given up");
                }
                if !transaction_may_pass(&error) || tries == TRIES {
                    return Err(error);
                }
                tokio::time::sleep(PAUSE * tries).await;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn committed(session: &mut ClientSession) -> mongodb::error::Result<()> {
    for _ in 1..TRIES {
        match session.commit_transaction().await {
            Err(error) if commit_may_pass(&error) => {}
            done => return done,
        }
    }
    session.commit_transaction().await
}

async fn mend_in(
    db: &Database,
    session: &mut ClientSession,
    id: ObjectId,
    in_transaction: bool,
) -> mongodb::error::Result<Vec<Repair>> {
    let courses = db.collection::<Document>("courses");
    if in_transaction {
        // Touched first, so that whoever enrolls meanwhile waits for the count and not the other way
        // round.
        let touch = doc! { "$currentDate": { "updatedAt": true } };
        courses
            .update_one(doc! { "_id": id }, touch)
            .session(&mut *session)
            .await?;
    }
    let mut found = courses
        .aggregate([
            doc! { "$match": { "_id": id } },
            doc! { "$project": shown() },
        ])
        .session(&mut *session)
        .await?;
    let Some(course) = found.next(&mut *session).await.transpose()? else {
        return Ok(Vec::new());
    };
    let mut rows = db
        .collection::<Document>("enrollments")
        .aggregate([doc! { "$match": { "course": id } }, group()])
        .session(&mut *session)
        .await?;
    let counted = rows.next(&mut *session).await.transpose()?;
    let wrong = compare(&course, counted.as_ref().map(figures).unwrap_or_default());
    if !wrong.is_empty() {
        courses
            .update_one(doc! { "_id": id }, update(&course, &wrong))
            .session(session)
            .await?;
    }
    Ok(wrong)
}

/// Counters grow by the difference, where there is a number to grow; the average is what was counted.
fn update(course: &Document, wrong: &[Repair]) -> Document {
    let mut inc = Document::new();
    let mut set = Document::new();
    let no_rating = matches!(course.get("rating"), Some(Bson::Null));
    if no_rating {
        let of = |field: &str| {
            wrong
                .iter()
                .find(|r| r.field == field)
                .map_or(0.0, |r| r.is)
        };
        set.insert(
            "rating",
            doc! { "average": of("rating.average"), "count": rounded(of("rating.count")) },
        );
    }
    for repair in wrong {
        let rating = repair.field.starts_with("rating.");
        if rating && no_rating {
            continue;
        }
        if repair.field == "rating.average" {
            set.insert(repair.field, repair.is);
        } else if domain::change::get_at(course, repair.field).is_some_and(is_number) {
            inc.insert(repair.field, rounded(repair.is - repair.was));
        } else {
            set.insert(repair.field, rounded(repair.is));
        }
    }
    let mut update = doc! { "$currentDate": { "updatedAt": true } };
    if !inc.is_empty() {
        update.insert("$inc", inc);
    }
    if !set.is_empty() {
        update.insert("$set", set);
    }
    update
}

const fn is_number(value: &Bson) -> bool {
    matches!(value, Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_))
}

fn rounded(value: f64) -> i64 {
    value.round() as i64
}

fn double(value: i64) -> f64 {
    value as f64
}

fn whole(value: Option<&Bson>) -> i64 {
    match value {
        Some(Bson::Int32(n)) => i64::from(*n),
        Some(Bson::Int64(n)) => *n,
        Some(Bson::Double(d)) => rounded(*d),
        _ => 0,
    }
}

fn real(value: Option<&Bson>) -> f64 {
    match value {
        Some(Bson::Int32(n)) => f64::from(*n),
        Some(Bson::Int64(n)) => double(*n),
        Some(Bson::Double(d)) => *d,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_grows_by_the_difference_and_an_average_is_set() {
        let course = doc! {
            "_id": ObjectId::from_bytes([7; 12]), "title": "Chess", "enrollmentCount": 5, "totalLessons": 4.0,
            "rating": { "average": 3.0, "count": 2 }, "lessons": 4,
        };
        let is = Figures {
            places: 3,
            reviews: 2,
            stars: 9.0,
            lessons: 0,
        };
        let wrong = compare(&course, is);
        let fields: Vec<&str> = wrong.iter().map(|r| r.field).collect();
        assert_eq!(fields, ["enrollmentCount", "rating.average"]);
        assert_eq!(
            update(&course, &wrong),
            doc! {
                "$currentDate": { "updatedAt": true },
                "$inc": { "enrollmentCount": -2_i64 },
                "$set": { "rating.average": 4.5 },
            }
        );
    }

    #[test]
    fn a_counter_that_is_no_number_is_set() {
        let course = doc! { "title": "Chess", "rating": Bson::Null, "lessons": 1 };
        let wrong = compare(
            &course,
            Figures {
                places: 1,
                reviews: 1,
                stars: 4.0,
                lessons: 0,
            },
        );
        assert_eq!(
            update(&course, &wrong),
            doc! {
                "$currentDate": { "updatedAt": true },
                "$set": {
                    "rating": { "average": 4.0, "count": 1_i64 },
                    "enrollmentCount": 1_i64, "totalLessons": 1_i64,
                },
            }
        );
    }
}
