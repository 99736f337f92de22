//! What must still be true when a change set is applied, and the sentences for when it is not.

use std::collections::BTreeMap;

use bson::{Bson, oid::ObjectId};
use domain::{
    Collection, Currency, DeviceId, Guard, PaymentId, compare, ledger::booking::follows, missed,
};
use rusqlite::types::Value;

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
    CommitError::GuardMissed(missed::gone(collection))
}

pub(crate) fn last_admin() -> CommitError {
    CommitError::GuardMissed(missed::last_admin())
}

/// That a value which may occur only once is there already.
pub(crate) fn taken(collection: Collection, field: &str) -> CommitError {
    CommitError::GuardMissed(missed::taken(collection, field))
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
    Err(CommitError::GuardMissed(missed::stale()))
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
    let still = compare::field_is(collection, &document, path, equals)
        .map_err(|error| StoreError::unreadable(collection.name(), id, &error))?;
    if still {
        return Ok(());
    }
    Err(CommitError::GuardMissed(missed::stale_at(path)))
}

/// The column an index finds a field by.
fn column(collection: Collection, path: &str) -> Option<&'static str> {
    Some(match (collection, path) {
        (_, "_id") => "id",
        (Collection::Users, "email") => "email",
        (Collection::Courses, "slug") => "slug",
        (Collection::Courses, "instructor") => "instructor",
        (
            Collection::Enrollments
            | Collection::Payments
            | Collection::Sessions
            | Collection::AuthTokens,
            "user",
        ) => "user",
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
        (Collection::Sessions | Collection::AuthTokens, "tokenHash") => "token_hash",
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
        (Collection::Sessions | Collection::AuthTokens, ["token_hash"]) => "tokenHash",
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
        Err(CommitError::GuardMissed(missed::too_much(left, currency)))
    }
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
    if follows(&reader.series_tail(device)?, next, prev) {
        return Ok(());
    }
    Err(CommitError::GuardMissed(missed::series_moved()))
}
