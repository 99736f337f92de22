//! The columns beside each document: one function a collection that computes them from the decoded
//! document, and the statements that write them. A document that does not decode is not written.

use std::sync::LazyLock;

use bson::{Document, oid::ObjectId};
use domain::{
    Code, Collection, CourseId, Currency, Money, Refusal, Timestamp, UserId, course::Course,
    enrollment::Enrollment, payment::Payment, settings::Settings, text::fold, token::AuthToken,
    user::User,
};
use rusqlite::{Connection, OptionalExtension, types::Value};
use serde::de::DeserializeOwned;

use crate::{documents::encode, error::CommitError, imports::Import, sessions::Session};

/// A collection's table and the statements that write one row of it. Parameter 1 is the id, 2 the
/// document, 3 the revision, then the columns in order.
struct Table {
    columns: Vec<&'static str>,
    insert: String,
    update: String,
}

impl Table {
    fn new(collection: Collection, columns: &[&'static str]) -> Self {
        let all: Vec<&str> = ["id", "doc", "rev"]
            .iter()
            .chain(columns)
            .copied()
            .collect();
        let marks: Vec<String> = (1..=all.len()).map(|n| format!("?{n}")).collect();
        let sets: Vec<String> = all
            .iter()
            .zip(&marks)
            .skip(1)
            .map(|(column, mark)| format!("{column} = {mark}"))
            .collect();
        let name = collection.name();
        Self {
            columns: columns.to_vec(),
            insert: format!(
                "INSERT INTO {name} ({}) VALUES ({})",
                all.join(", "),
                marks.join(", ")
            ),
            update: format!("UPDATE {name} SET {} WHERE id = ?1", sets.join(", ")),
        }
    }
}

static USERS: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Collection::Users,
        &[
            "email",
            "name",
            "name_fold",
            "role",
            "status",
            "email_verified",
            "locked_until",
            "last_login_at",
            "created_at",
            "updated_at",
        ],
    )
});

static COURSES: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Collection::Courses,
        &[
            "slug",
            "title",
            "title_fold",
            "category",
            "level",
            "status",
            "is_public",
            "price_minor",
            "currency",
            "instructor",
            "instructor_name",
            "total_lessons",
            "enrollments",
            "rating_average",
            "rating_count",
            "published_at",
            "created_at",
            "updated_at",
        ],
    )
});

static ENROLLMENTS: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Collection::Enrollments,
        &[
            "user",
            "course",
            "instructor",
            "user_name",
            "user_fold",
            "course_title",
            "course_fold",
            "status",
            "attempt",
            "enrolled_at",
            "completed_at",
            "ended_at",
            "progress",
            "final_score",
            "last_access_at",
            "payment_status",
            "amount_minor",
            "currency",
            "certificate_id",
            "created_at",
            "updated_at",
        ],
    )
});

static PAYMENTS: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Collection::Payments,
        &[
            "user",
            "course",
            "enrollment",
            "user_name",
            "user_fold",
            "course_title",
            "course_fold",
            "status",
            "method",
            "amount_minor",
            "currency",
            "refunded_minor",
            "requested_minor",
            "receipt_number",
            "payment_intent_id",
            "charge_id",
            "session_id",
            "transaction_id",
            "merchant_transaction_id",
            "paid_at",
            "created_at",
            "updated_at",
        ],
    )
});

static DEVICES: LazyLock<Table> = LazyLock::new(|| Table::new(Collection::Devices, &[]));
static SETTINGS: LazyLock<Table> = LazyLock::new(|| Table::new(Collection::Settings, &[]));
static IMPORTS: LazyLock<Table> =
    LazyLock::new(|| Table::new(Collection::Imports, &["created_at"]));
static SESSIONS: LazyLock<Table> =
    LazyLock::new(|| Table::new(Collection::Sessions, &["user", "token_hash", "expires_at"]));
static AUTH_TOKENS: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Collection::AuthTokens,
        &["user", "token_hash", "expires_at"],
    )
});

fn table(collection: Collection) -> &'static Table {
    match collection {
        Collection::Users => &USERS,
        Collection::Courses => &COURSES,
        Collection::Enrollments => &ENROLLMENTS,
        Collection::Payments => &PAYMENTS,
        Collection::Devices => &DEVICES,
        Collection::Settings => &SETTINGS,
        Collection::Imports => &IMPORTS,
        Collection::Sessions => &SESSIONS,
        Collection::AuthTokens => &AUTH_TOKENS,
    }
}

/// Whether the row is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// It is not there yet.
    Insert,
    /// It is there.
    Update,
}

/// Whether the records a document names must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// They must.
    Required,
    /// What comes from a server may name what has not arrived or never will: names copied from
    /// there stay empty until it does.
    Optional,
}

/// Writes a document with its columns. Refuses one that its collection's type cannot read, or that
/// names a person or a course that must be there and is not.
pub(crate) fn write(
    connection: &Connection,
    how: Write,
    collection: Collection,
    id: ObjectId,
    rev: i64,
    document: &Document,
    named: Named,
) -> Result<(), CommitError> {
    let columns = columns(connection, collection, document, named)?;
    store(
        connection,
        how,
        collection,
        id,
        rev,
        encode(document),
        columns,
    )?;
    Ok(())
}

/// Writes a row whose columns are known.
pub(crate) fn store(
    connection: &Connection,
    how: Write,
    collection: Collection,
    id: ObjectId,
    rev: i64,
    text: String,
    columns: Vec<Value>,
) -> rusqlite::Result<()> {
    let mut values = Vec::with_capacity(columns.len() + 3);
    values.push(blob(id));
    values.push(Value::Text(text));
    values.push(Value::Integer(rev));
    values.extend(columns);
    let table = table(collection);
    let sql = match how {
        Write::Insert => &table.insert,
        Write::Update => &table.update,
    };
    connection
        .prepare_cached(sql)?
        .execute(rusqlite::params_from_iter(values))?;
    Ok(())
}

/// The columns computed from a collection's documents, in the order of [`columns`].
pub(crate) fn names(collection: Collection) -> &'static [&'static str] {
    &table(collection).columns
}

/// The values of a document's columns.
pub(crate) fn columns(
    connection: &Connection,
    collection: Collection,
    document: &Document,
    named: Named,
) -> Result<Vec<Value>, CommitError> {
    match collection {
        Collection::Users => Ok(user(&read(document)?)),
        Collection::Courses => course(connection, &read(document)?, named),
        Collection::Enrollments => enrollment(connection, &read(document)?, named),
        Collection::Payments => payment(connection, &read(document)?, named),
        Collection::Devices => Ok(Vec::new()),
        Collection::Settings => {
            read::<Settings>(document)?;
            Ok(Vec::new())
        }
        Collection::Imports => Ok(vec![moment(read::<Import>(document)?.at)]),
        Collection::Sessions => Ok(session(&read(document)?)),
        Collection::AuthTokens => Ok(token(&read(document)?)),
    }
}

fn user(user: &User) -> Vec<Value> {
    vec![
        text(&user.email),
        text(&user.name),
        Value::Text(fold(&user.name)),
        text(user.role.as_str()),
        text(user.status.as_str()),
        flag(user.email_verified),
        optional_moment(user.lock_until),
        optional_moment(user.last_login_at),
        moment(user.created_at),
        moment(user.updated_at),
    ]
}

fn course(
    connection: &Connection,
    course: &Course,
    named: Named,
) -> Result<Vec<Value>, CommitError> {
    let price = course.price().map_err(CommitError::Refused)?;
    let teacher = person(
        connection,
        course.instructor,
        named,
        "instructor",
        "The instructor",
    )?;
    Ok(vec![
        optional_text(course.slug.as_deref()),
        text(&course.title),
        Value::Text(fold(&course.title)),
        optional_text(course.category.map(|category| category.as_str())),
        optional_text(course.level.map(|level| level.as_str())),
        text(course.status.as_str()),
        flag(course.is_public),
        price.map_or(Value::Null, |price| Value::Integer(price.minor)),
        text(course.currency.code()),
        blob(course.instructor.0),
        Value::Text(teacher.name),
        Value::Integer(course.total_lessons),
        Value::Integer(course.enrollment_count),
        Value::Real(course.rating.average),
        Value::Integer(course.rating.count),
        optional_moment(course.published_at),
        moment(course.created_at),
        moment(course.updated_at),
    ])
}

fn enrollment(
    connection: &Connection,
    enrollment: &Enrollment,
    named: Named,
) -> Result<Vec<Value>, CommitError> {
    let student = person(connection, enrollment.user, named, "user", "The student")?;
    let subject = course_named(connection, enrollment.course, named)?;
    let told = enrollment.payment.currency.as_deref();
    let currency = match (told.map(str::parse::<Currency>), named) {
        (Some(Ok(currency)), _) => currency,
        // Another program wrote a currency there is none of: the course's is what was asked for.
        (None, _) | (Some(Err(_)), Named::Optional) => {
            subject.currency.parse().map_err(CommitError::Refused)?
        }
        (Some(Err(refusal)), Named::Required) => return Err(CommitError::Refused(refusal)),
    };
    let amount = match enrollment.payment.amount {
        Some(major) => Money::from_double(major, currency).map_err(CommitError::Refused)?,
        None => Money::zero(currency),
    };
    Ok(vec![
        blob(enrollment.user.0),
        blob(enrollment.course.0),
        blob(subject.instructor),
        Value::Text(student.name),
        Value::Text(student.fold),
        Value::Text(subject.title),
        Value::Text(subject.fold),
        text(enrollment.status.as_str()),
        Value::Integer(enrollment.attempt),
        moment(enrollment.enrollment_date),
        optional_moment(enrollment.completion_date),
        optional_moment(enrollment.ended_at),
        Value::Real(enrollment.progress.percentage),
        enrollment.final_score.map_or(Value::Null, Value::Real),
        optional_moment(enrollment.progress.last_accessed_at),
        text(enrollment.payment.status.as_str()),
        Value::Integer(amount.minor),
        text(currency.code()),
        optional_text(enrollment.certificate_id.as_deref()),
        moment(enrollment.created_at),
        moment(enrollment.updated_at),
    ])
}

fn payment(
    connection: &Connection,
    payment: &Payment,
    named: Named,
) -> Result<Vec<Value>, CommitError> {
    let payer = person(connection, payment.user, named, "user", "The student")?;
    let subject = course_named(connection, payment.course, named)?;
    if let (Named::Required, Some(enrollment)) = (named, payment.enrollment) {
        let known = connection
            .prepare_cached("SELECT 1 FROM enrollments WHERE id = ?1")?
            .exists([enrollment.0.bytes()])?;
        if !known {
            return Err(missing("enrollment", "The enrollment"));
        }
    }
    let amount = payment.amount().map_err(CommitError::Refused)?;
    let refunded = payment.refunded().map_err(CommitError::Refused)?;
    let requested = payment.refund_requested().map_err(CommitError::Refused)?;
    Ok(vec![
        blob(payment.user.0),
        blob(payment.course.0),
        payment.enrollment.map_or(Value::Null, |id| blob(id.0)),
        Value::Text(payer.name),
        Value::Text(payer.fold),
        Value::Text(subject.title),
        Value::Text(subject.fold),
        text(payment.status.as_str()),
        text(payment.method.as_str()),
        Value::Integer(amount.minor),
        text(payment.currency.code()),
        Value::Integer(refunded.minor),
        Value::Integer(requested.minor),
        optional_text(payment.receipt_number.as_deref()),
        optional_text(payment.provider.payment_intent_id.as_deref()),
        optional_text(payment.provider.charge_id.as_deref()),
        optional_text(payment.provider.session_id.as_deref()),
        optional_text(payment.provider.transaction_id.as_deref()),
        optional_text(payment.provider.merchant_transaction_id.as_deref()),
        optional_moment(payment.paid_at),
        moment(payment.created_at),
        moment(payment.updated_at),
    ])
}

fn session(session: &Session) -> Vec<Value> {
    vec![
        blob(session.user.0),
        text(&session.token_hash),
        moment(session.expires_at),
    ]
}

fn token(token: &AuthToken) -> Vec<Value> {
    vec![
        blob(token.user.0),
        text(&token.token_hash),
        moment(token.expires_at),
    ]
}

/// The document as its collection's type, or why it is none.
fn read<T: DeserializeOwned>(document: &Document) -> Result<T, CommitError> {
    bson::deserialize_from_document(document.clone()).map_err(|error| {
        CommitError::Refused(Refusal::new(
            Code::Invalid,
            format!("The record would not be readable afterwards: {error}"),
        ))
    })
}

#[derive(Default)]
struct Person {
    name: String,
    fold: String,
}

fn person(
    connection: &Connection,
    id: UserId,
    named: Named,
    field: &str,
    what: &str,
) -> Result<Person, CommitError> {
    let found = connection
        .prepare_cached("SELECT name, name_fold FROM users WHERE id = ?1")?
        .query_row([id.0.bytes()], |row| {
            Ok(Person {
                name: row.get(0)?,
                fold: row.get(1)?,
            })
        })
        .optional()?;
    match (found, named) {
        (Some(person), _) => Ok(person),
        (None, Named::Optional) => Ok(Person::default()),
        (None, Named::Required) => Err(missing(field, what)),
    }
}

struct Subject {
    title: String,
    fold: String,
    instructor: ObjectId,
    currency: String,
}

impl Subject {
    /// A course that is not there; money of an enrollment that does not say its currency is then
    /// read as the seed schema's default.
    fn unknown() -> Self {
        Self {
            title: String::new(),
            fold: String::new(),
            instructor: ObjectId::from_bytes([0; 12]),
            currency: Currency::default().code().to_owned(),
        }
    }
}

fn course_named(
    connection: &Connection,
    id: CourseId,
    named: Named,
) -> Result<Subject, CommitError> {
    let found = connection
        .prepare_cached(
            "SELECT title, title_fold, instructor, currency FROM courses WHERE id = ?1",
        )?
        .query_row([id.0.bytes()], |row| {
            Ok(Subject {
                title: row.get(0)?,
                fold: row.get(1)?,
                instructor: crate::documents::object_id(row, 2)?,
                currency: row.get(3)?,
            })
        })
        .optional()?;
    match (found, named) {
        (Some(subject), _) => Ok(subject),
        (None, Named::Optional) => Ok(Subject::unknown()),
        (None, Named::Required) => Err(missing("course", "The course")),
    }
}

fn missing(field: &str, what: &str) -> CommitError {
    CommitError::refused(Code::NotFound, field, format!("{what} was not found."))
}

fn blob(id: ObjectId) -> Value {
    Value::Blob(id.bytes().to_vec())
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// Missing and empty are the same: a partial unique index must not see empty texts.
fn optional_text(value: Option<&str>) -> Value {
    value
        .filter(|value| !value.is_empty())
        .map_or(Value::Null, text)
}

fn flag(value: bool) -> Value {
    Value::Integer(i64::from(value))
}

/// The first and the last moment the calendar of ECMAScript, and so a Mongoose program, knows
/// (ECMA-262, 21.4.1.1 *Time Values and Time Range*).
const CALENDAR: (i64, i64) = (-8_640_000_000_000_000, 8_640_000_000_000_000);

/// A moment as columns hold it, in ms: one past the calendar counts as its first or last, so that the day
/// of every row can be told. The document keeps what it says.
pub(crate) fn millis(value: Timestamp) -> i64 {
    value.timestamp_millis().clamp(CALENDAR.0, CALENDAR.1)
}

fn moment(value: Timestamp) -> Value {
    Value::Integer(millis(value))
}

fn optional_moment(value: Option<Timestamp>) -> Value {
    value.map_or(Value::Null, moment)
}
