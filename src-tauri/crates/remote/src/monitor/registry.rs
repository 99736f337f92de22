//! One of every query this program sends, about documents the database really has: what `explain` is
//! asked about, and what the test of indexes goes through.
//!
//! Deliberately absent: aggregations over whole collections, which only maintenance sends.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{Collection, DeviceId, PaymentId, Source, Timestamp, UserId, payment::ReferenceKind};
use mongodb::Database;

use super::cleanup::expired;
use crate::{
    port::{Filter, Slice, View, Watermark},
    queries::{self, NAMED_BY, Query},
};

/// How many documents a page of the explained queries has.
const PAGE: u32 = 100;

/// Values to ask about, taken from the database; made up where it has none.
pub(super) struct Samples {
    documents: BTreeMap<&'static str, Document>,
    newest: BTreeMap<&'static str, Watermark>,
    courses: Vec<ObjectId>,
    /// A little before the last change set that was applied.
    last_applied: Watermark,
}

impl Samples {
    /// Looks at one document of each collection, and at the place polls would stand at.
    pub(super) async fn take(db: &Database) -> mongodb::error::Result<Self> {
        let mut documents = BTreeMap::new();
        let mut newest = BTreeMap::new();
        for source in Source::ALL {
            let rows = db.collection::<Document>(source.name());
            let moment = queries::moment_field(source);
            let mut order = Document::new();
            order.insert(moment, -1);
            order.insert("_id", -1);
            if let Some(document) = rows.find_one(doc! {}).await? {
                documents.insert(source.name(), document);
            }
            // A little before the end, as a poll that comes every few seconds.
            if let Some(last) = rows
                .find_one(doc! {})
                .sort(order)
                .skip(u64::from(PAGE))
                .await?
                && let (Ok(at), Some(id)) = (last.get_datetime(moment), last.get("_id"))
            {
                newest.insert(
                    source.name(),
                    Watermark {
                        at: *at,
                        id: id.clone(),
                    },
                );
            }
        }
        let ops = db.collection::<Document>(queries::OPS);
        let last_applied = ops
            .find_one(doc! { "at": { "$type": "date" } })
            .sort(doc! { "at": -1, "_id": -1 })
            .skip(u64::from(PAGE))
            .await?
            .and_then(|row| {
                Some(Watermark {
                    at: *row.get_datetime("at").ok()?,
                    id: row.get("_id")?.clone(),
                })
            })
            .unwrap_or_else(nothing_applied);
        let mut courses = Vec::new();
        let mut some = db
            .collection::<Document>("courses")
            .find(doc! {})
            .projection(doc! { "_id": 1 })
            .limit(3)
            .await?;
        while some.advance().await? {
            let row = Document::try_from(some.current().to_owned())?;
            courses.extend(row.get_object_id("_id"));
        }
        Ok(Self {
            documents,
            newest,
            courses,
            last_applied,
        })
    }

    /// Of a database that has nothing.
    fn none() -> Self {
        Self {
            documents: BTreeMap::new(),
            newest: BTreeMap::new(),
            courses: Vec::new(),
            last_applied: nothing_applied(),
        }
    }

    fn value(&self, source: Source, path: &str) -> Bson {
        self.documents
            .get(source.name())
            .and_then(|document| domain::change::get_at(document, path))
            .cloned()
            .unwrap_or(Bson::Null)
    }

    fn id(&self, collection: Collection) -> ObjectId {
        match self.value(Source::Documents(collection), "_id") {
            Bson::ObjectId(id) => id,
            _ => ObjectId::from_bytes([0; 12]),
        }
    }

    fn text(&self, source: Source, path: &str) -> Bson {
        match self.value(source, path) {
            Bson::String(text) => text.into(),
            _ => "none".into(),
        }
    }
}

fn nothing_applied() -> Watermark {
    Watermark {
        at: Timestamp::from_millis(0),
        id: Bson::String(String::new()),
    }
}

/// One of every query.
pub(super) fn registry(samples: &Samples) -> Vec<Query> {
    let mut all = Vec::new();
    for slice in slices(samples) {
        all.extend(of_slice(&slice, samples));
    }
    all.push(queries::tombstones(Timestamp::from_millis(0)));
    all.push(queries::applied_since(&samples.last_applied, PAGE));
    all.extend(of_commits(samples));
    all.extend(of_maintenance());
    all
}

/// The slices scopes are made of.
fn slices(samples: &Samples) -> Vec<Slice> {
    let whole = |source, filter| Slice {
        source,
        filter,
        view: View::Whole,
    };
    let users = Source::Documents(Collection::Users);
    let courses = Source::Documents(Collection::Courses);
    let enrollments = Source::Documents(Collection::Enrollments);
    let payments = Source::Documents(Collection::Payments);
    let person = samples.value(enrollments, "user");
    let other = samples.value(users, "_id");
    let several = || vec![person.clone(), other.clone()];
    let by = |path, any: Vec<Bson>| Filter::Field { path, any };
    let mut taught: Vec<Bson> = samples.courses.iter().copied().map(Bson::from).collect();
    let nowhere = (0..2).map(|n| Bson::ObjectId(ObjectId::from_bytes([n; 12])));
    taught.extend(nowhere.take(2_usize.saturating_sub(samples.courses.len())));
    let mut slices: Vec<Slice> = Source::ALL
        .into_iter()
        .map(|s| whole(s, Filter::All))
        .collect();
    slices.push(Slice {
        source: users,
        filter: Filter::All,
        view: View::Names,
    });
    slices.push(Slice {
        source: users,
        filter: Filter::Ids(vec![samples.value(users, "_id"), person.clone()]),
        view: View::Names,
    });
    slices.push(whole(users, Filter::Ids(vec![person.clone()])));
    let staff = ["finance", "admin"].map(Bson::from).to_vec();
    slices.push(whole(users, by("role", staff)));
    slices.push(whole(courses, Filter::CatalogAnd(Vec::new())));
    let own = taught.iter().filter_map(Bson::as_object_id).collect();
    slices.push(whole(courses, Filter::CatalogAnd(own)));
    let teacher = samples.value(courses, "instructor");
    slices.push(whole(courses, by("instructor", vec![teacher])));
    slices.push(whole(
        enrollments,
        by("course", taught.iter().take(1).cloned().collect()),
    ));
    slices.push(whole(enrollments, by("course", taught)));
    slices.push(whole(enrollments, by("user", vec![person.clone()])));
    slices.push(whole(payments, by("user", vec![person.clone()])));
    slices.push(whole(Source::Ledger, by("user", vec![person.clone()])));
    let sessions = Source::Documents(Collection::Sessions);
    for (source, path) in [(Source::Audit, "actor.user"), (sessions, "user")] {
        slices.push(whole(source, by(path, vec![person.clone()])));
        slices.push(whole(source, by(path, several())));
    }
    slices
}

/// What of a slice decides how its queries are answered: not the values.
type Form = (Source, View, &'static str, &'static str, bool);

fn form(slice: &Slice) -> Form {
    let (kind, path, several) = match &slice.filter {
        Filter::All => ("all", "", true),
        Filter::Nothing => ("nothing", "", false),
        // By `_id`, however many.
        Filter::Ids(_) => ("ids", "", true),
        Filter::Field { path, any } => ("field", *path, any.len() > 1),
        Filter::CatalogAnd(ids) => ("catalog", "", !ids.is_empty()),
    };
    (slice.source, slice.view, kind, path, several)
}

/// Whether the queries of slices of this form are among those the server is asked to explain
/// ([`crate::Server::plans`]). One that holds nothing asks nothing.
pub fn is_explained(slice: &Slice) -> bool {
    slice.filter == Filter::Nothing
        || slices(&Samples::none())
            .iter()
            .any(|known| form(known) == form(slice))
}

/// What is asked of a slice.
fn of_slice(slice: &Slice, samples: &Samples) -> Vec<Query> {
    let name = slice.source.name();
    let id = samples.value(slice.source, "_id");
    let somewhere = samples.newest.get(name).cloned().unwrap_or(Watermark {
        at: Timestamp::from_millis(0),
        id: id.clone(),
    });
    let mut all = queries::page(slice, None, PAGE);
    all.extend(queries::page(slice, Some(&id), PAGE));
    all.extend(queries::heads(slice, Some(&id), PAGE));
    all.extend(queries::fetch(slice, std::slice::from_ref(&id)));
    all.extend(queries::changed_since(slice, Some(&somewhere), PAGE));
    if slice.filter != Filter::All {
        all.extend(queries::count(slice));
    }
    all
}

/// What a commit asks: guards, unique values, what a deletion would leave behind.
fn of_commits(samples: &Samples) -> Vec<Query> {
    use Collection::{Courses, Devices, Enrollments, Payments, Sessions, Users};
    let mut all = vec![
        queries::any(Collection::Settings),
        queries::ledger_of(PaymentId(samples.id(Payments))),
        queries::other_admin(UserId(samples.id(Users))),
        queries::theirs(Enrollments, UserId(samples.id(Users))),
        queries::theirs(Payments, UserId(samples.id(Users))),
        queries::done_by(UserId(samples.id(Users))),
        queries::told_of(&[samples.id(Users)]),
        queries::accounts(&[samples.id(Users)]),
        queries::set_aside(Some("a"), PAGE),
    ];
    let booked = samples.text(Source::Ledger, "_id");
    all.extend(
        booked
            .as_str()
            .and_then(|op| op.parse().ok())
            .map(queries::op),
    );
    let device = samples.text(Source::Ledger, "device");
    if let Ok(device) = DeviceId::new(device.as_str().unwrap_or("AAAA")) {
        all.push(queries::tail(&device));
        all.push(queries::tail_from(&device, 1));
        all.push(queries::series_after(&device, 0, PAGE));
        all.push(queries::shut_out(&device));
        all.push(queries::audit_tail(&device, 1));
    }
    all.extend(
        Collection::ALL.map(|collection| queries::document(collection, samples.id(collection))),
    );
    let enrollments = Source::Documents(Enrollments);
    let mut unique: Vec<(Collection, Vec<(&str, Bson)>)> = vec![
        (
            Users,
            vec![("email", samples.text(Source::Documents(Users), "email"))],
        ),
        (
            Courses,
            vec![("slug", samples.text(Source::Documents(Courses), "slug"))],
        ),
        (
            Enrollments,
            vec![
                ("user", samples.value(enrollments, "user")),
                ("course", samples.value(enrollments, "course")),
            ],
        ),
        (
            Enrollments,
            vec![("certificateId", samples.text(enrollments, "certificateId"))],
        ),
        (
            Sessions,
            vec![(
                "tokenHash",
                samples.text(Source::Documents(Sessions), "tokenHash"),
            )],
        ),
        (
            Devices,
            vec![("name", samples.text(Source::Documents(Devices), "name"))],
        ),
    ];
    let numbers = ReferenceKind::ALL.map(ReferenceKind::path);
    for path in numbers.into_iter().chain(["receiptNumber"]) {
        let value = samples.text(Source::Documents(Payments), path);
        unique.push((Payments, vec![(path, value)]));
    }
    for (collection, values) in unique {
        let values = values
            .into_iter()
            .map(|(path, value)| (path.to_owned(), value))
            .collect();
        all.push(queries::holder(collection, &values));
    }
    for (named, by, field) in NAMED_BY {
        all.push(queries::naming(by, field, samples.id(named)));
    }
    all
}

/// What the clean-up asks.
fn of_maintenance() -> Vec<Query> {
    let long_ago = Timestamp::from_millis(1);
    let over = doc! { "expiresAt": { "$lt": long_ago } };
    vec![
        Query::new(
            "expired verifications",
            "users",
            expired("emailVerificationExpires", long_ago),
        ),
        Query::new(
            "expired resets",
            "users",
            expired("passwordResetExpires", long_ago),
        ),
        Query::new("expired tokens", "auth_tokens", over),
    ]
}
