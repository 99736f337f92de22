//! What must still be true when a change set is applied, and the sentences for when it is not.

use std::collections::BTreeMap;

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Code, Collection, Currency, DeviceId, Guard, Money, PaymentId, Refusal, change::get_at,
    course::Course, enrollment::Enrollment, ledger::SeriesTail, payment::Payment, user::User,
};
use rusqlite::types::Value;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::{CommitError, StoreError},
    replica::Reader,
};

/// Passes when the guard holds.
pub(crate) fn check(reader: &Reader<'_>, guard: &Guard) -> Result<(), CommitError> {
    match guard {
        Guard::Revision {
            collection,
            id,
            rev,
        } => revision(reader, *collection, *id, *rev),
        Guard::Field {
            collection,
            id,
            path,
            equals,
        } => field(reader, *collection, *id, path, equals),
        Guard::Unique {
            collection,
            values,
            field,
        } => unique(reader, *collection, values, field),
        Guard::Refundable {
            payment,
            amount_minor,
        } => refundable(reader, *payment, *amount_minor),
        Guard::OtherAdmin { except } => {
            let other = reader.exists(
                "SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' AND id <> ?1 LIMIT 1",
                [except.0.bytes()],
            )?;
            if other { Ok(()) } else { Err(last_admin()) }
        }
        Guard::Series { device, next, prev } => series(reader, device, *next, prev),
    }
}

/// What is left of a record that others may have changed.
pub(crate) fn gone(collection: Collection) -> CommitError {
    CommitError::GuardMissed(Refusal::not_found(match collection {
        Collection::Users => "The person",
        Collection::Courses => "The course",
        Collection::Enrollments => "The enrollment",
        Collection::Payments => "The payment",
        Collection::Devices => "The device",
        Collection::Settings => "The institution's settings",
        Collection::Imports => "The import",
        Collection::Sessions => "The session",
    }))
}

pub(crate) fn last_admin() -> CommitError {
    CommitError::GuardMissed(Refusal::new(
        Code::LastAdmin,
        "The last active administrator must stay one. Make somebody else administrator first.",
    ))
}

/// That a value which may occur only once is there already.
pub(crate) fn taken(collection: Collection, field: &str) -> CommitError {
    let sentence = match (collection, field) {
        (Collection::Users, "email") => "Another person already has this e-mail address.",
        (Collection::Courses, "slug") => "Another course already has this short name.",
        (Collection::Enrollments, "course") => "This person is already enrolled in this course.",
        (Collection::Enrollments, "certificateId") => {
            "Another certificate already has this number."
        }
        (Collection::Payments, "receiptNumber") => "This receipt number was already given out.",
        (Collection::Payments, path) if path.starts_with("provider.") => {
            "Another payment already has this reference of the provider."
        }
        (_, "_id") => "A record with this identifier is already there.",
        _ => "Something else already has this value.",
    };
    CommitError::missed(Code::Taken, field, sentence)
}

fn revision(
    reader: &Reader<'_>,
    collection: Collection,
    id: ObjectId,
    rev: i64,
) -> Result<(), CommitError> {
    let found = reader
        .revision(collection, id)?
        .ok_or_else(|| gone(collection))?;
    if found == rev {
        return Ok(());
    }
    Err(CommitError::GuardMissed(Refusal::new(
        Code::Stale,
        "Somebody else changed this in the meantime. Look at it again before you change it.",
    )))
}

fn field(
    reader: &Reader<'_>,
    collection: Collection,
    id: ObjectId,
    path: &str,
    equals: &Bson,
) -> Result<(), CommitError> {
    let document = reader
        .document(collection, id)?
        .ok_or_else(|| gone(collection))?;
    if same(get_at(&document, path), equals) {
        return Ok(());
    }
    // Where another program left out a field, decisions were made on its default.
    let normal = with_defaults(collection, id, document)?;
    if same(get_at(&normal, path), equals) {
        return Ok(());
    }
    Err(CommitError::missed(
        Code::Stale,
        path,
        "Somebody else changed this in the meantime. Look at it again before you change it.",
    ))
}

/// As MongoDB compares: null is like missing, numbers by value whatever their type.
fn same(found: Option<&Bson>, wanted: &Bson) -> bool {
    let found = found.unwrap_or(&Bson::Null);
    match (found, wanted) {
        (Bson::Null | Bson::Undefined, Bson::Null | Bson::Undefined) => true,
        (Bson::Int32(a), Bson::Int64(b)) | (Bson::Int64(b), Bson::Int32(a)) => i64::from(*a) == *b,
        (Bson::Int32(a), Bson::Double(b)) | (Bson::Double(b), Bson::Int32(a)) => {
            f64::from(*a) == *b
        }
        (Bson::Int64(a), Bson::Double(b)) | (Bson::Double(b), Bson::Int64(a)) => *a as f64 == *b,
        (found, wanted) => found == wanted,
    }
}

fn with_defaults(
    collection: Collection,
    id: ObjectId,
    document: Document,
) -> Result<Document, StoreError> {
    fn through<T: DeserializeOwned + Serialize>(
        collection: Collection,
        id: ObjectId,
        document: Document,
    ) -> Result<Document, StoreError> {
        let value: T = bson::deserialize_from_document(document)
            .map_err(|error| StoreError::unreadable(collection.name(), id, &error))?;
        bson::serialize_to_document(&value)
            .map_err(|error| StoreError::unreadable(collection.name(), id, &error))
    }
    match collection {
        Collection::Users => through::<User>(collection, id, document),
        Collection::Courses => through::<Course>(collection, id, document),
        Collection::Enrollments => through::<Enrollment>(collection, id, document),
        Collection::Payments => through::<Payment>(collection, id, document),
        Collection::Devices | Collection::Settings | Collection::Imports | Collection::Sessions => {
            Ok(document)
        }
    }
}

/// The column an index finds a field by.
fn column(collection: Collection, path: &str) -> Option<&'static str> {
    Some(match (collection, path) {
        (_, "_id") => "id",
        (Collection::Users, "email") => "email",
        (Collection::Courses, "slug") => "slug",
        (Collection::Courses, "instructor") => "instructor",
        (Collection::Enrollments | Collection::Payments | Collection::Sessions, "user") => "user",
        (Collection::Enrollments | Collection::Payments, "course") => "course",
        (Collection::Payments, "enrollment") => "enrollment",
        (
            Collection::Users
            | Collection::Courses
            | Collection::Enrollments
            | Collection::Payments,
            "status",
        ) => "status",
        (Collection::Enrollments, "certificateId") => "certificate_id",
        (Collection::Payments, "receiptNumber") => "receipt_number",
        (Collection::Payments, "method") => "method",
        (Collection::Payments, "provider.paymentIntentId") => "payment_intent_id",
        (Collection::Payments, "provider.chargeId") => "charge_id",
        (Collection::Payments, "provider.sessionId") => "session_id",
        (Collection::Payments, "provider.transactionId") => "transaction_id",
        (Collection::Payments, "provider.merchantTransactionId") => "merchant_transaction_id",
        (Collection::Sessions, "tokenHash") => "token_hash",
        _ => return None,
    })
}

/// The field a column of a unique index stands for, as it is named to people.
pub(crate) fn field_of_column(collection: Collection, columns: &[&str]) -> &'static str {
    match (collection, columns) {
        (Collection::Users, ["email"]) => "email",
        (Collection::Courses, ["slug"]) => "slug",
        (Collection::Enrollments, ["user", "course"]) => "course",
        (Collection::Enrollments, ["certificate_id"]) => "certificateId",
        (Collection::Payments, ["receipt_number"]) => "receiptNumber",
        (Collection::Payments, ["payment_intent_id"]) => "provider.paymentIntentId",
        (Collection::Payments, ["charge_id"]) => "provider.chargeId",
        (Collection::Payments, ["session_id"]) => "provider.sessionId",
        (Collection::Payments, ["transaction_id"]) => "provider.transactionId",
        (Collection::Payments, ["merchant_transaction_id"]) => "provider.merchantTransactionId",
        (Collection::Sessions, ["token_hash"]) => "tokenHash",
        _ => "_id",
    }
}

fn unique(
    reader: &Reader<'_>,
    collection: Collection,
    values: &BTreeMap<String, Bson>,
    field: &str,
) -> Result<(), CommitError> {
    let unindexed = |path: &str| StoreError::Unindexed {
        collection: collection.name(),
        path: path.to_owned(),
    };
    if values.is_empty() {
        return Err(unindexed("nothing").into());
    }
    let mut conditions = Vec::with_capacity(values.len());
    let mut parameters = Vec::with_capacity(values.len());
    for (at, (path, value)) in values.iter().enumerate() {
        let column = column(collection, path).ok_or_else(|| unindexed(path))?;
        conditions.push(format!("{column} = ?{}", at + 1));
        parameters.push(match value {
            Bson::String(text) => Value::Text(text.clone()),
            Bson::ObjectId(id) => Value::Blob(id.bytes().to_vec()),
            // Nothing is no value: any number of records may have none.
            Bson::Null => return Ok(()),
            _ => return Err(unindexed(path).into()),
        });
    }
    let sql = format!(
        "SELECT 1 FROM {} WHERE {} LIMIT 1",
        collection.name(),
        conditions.join(" AND ")
    );
    if reader.exists(&sql, rusqlite::params_from_iter(parameters))? {
        return Err(taken(collection, field));
    }
    Ok(())
}

fn refundable(reader: &Reader<'_>, payment: PaymentId, amount: i64) -> Result<(), CommitError> {
    let currency = currency_of(reader, payment)?;
    let left = reader.ledger_sum(payment)?;
    if amount <= left {
        Ok(())
    } else {
        Err(too_much(left, currency))
    }
}

pub(crate) fn too_much(left: i64, currency: Currency) -> CommitError {
    CommitError::missed(
        Code::Amount,
        "amount",
        if left > 0 {
            format!(
                "Only {} of this payment can still be refunded.",
                Money::new(left, currency)
            )
        } else {
            "Nothing of this payment is left to refund.".to_owned()
        },
    )
}

fn currency_of(reader: &Reader<'_>, payment: PaymentId) -> Result<Currency, CommitError> {
    Ok(reader
        .payment(payment)?
        .ok_or_else(|| gone(Collection::Payments))?
        .currency)
}

fn series(
    reader: &Reader<'_>,
    device: &DeviceId,
    next: u64,
    prev: &str,
) -> Result<(), CommitError> {
    let SeriesTail { last, hash, .. } = reader.series_tail(device)?;
    if last.checked_add(1) == Some(next) && hash == prev {
        return Ok(());
    }
    Err(CommitError::GuardMissed(Refusal::new(
        Code::Stale,
        "Another booking was made on this device in the meantime. Try again.",
    )))
}
