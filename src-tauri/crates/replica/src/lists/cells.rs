//! Reading the columns of a list's row.

use bson::oid::ObjectId;
use domain::{Currency, Money, Timestamp};
use rusqlite::{Row, types::Value};

use crate::error::StoreError;

/// A word of a known vocabulary. Anything else means that the column and the program disagree.
pub(crate) fn word<T: Copy>(
    row: &Row<'_>,
    at: &str,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<T, StoreError> {
    optional_word(row, at, all, as_str)?.ok_or_else(|| odd(at, "nothing"))
}

/// The same, or nothing.
pub(crate) fn optional_word<T: Copy>(
    row: &Row<'_>,
    at: &str,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<Option<T>, StoreError> {
    let Some(text) = row
        .get_ref(at)?
        .as_str_or_null()
        .map_err(|_| odd(at, "not text"))?
    else {
        return Ok(None);
    };
    all.iter()
        .copied()
        .find(|word| as_str(*word) == text)
        .map(Some)
        .ok_or_else(|| odd(at, text))
}

pub(crate) fn moment(row: &Row<'_>, at: &str) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_millis(row.get(at)?))
}

pub(crate) fn optional_moment(row: &Row<'_>, at: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_millis))
}

pub(crate) fn id<T: From<ObjectId>>(row: &Row<'_>, at: &str) -> Result<T, StoreError> {
    Ok(T::from(ObjectId::from_bytes(row.get(at)?)))
}

pub(crate) fn optional_id<T: From<ObjectId>>(
    row: &Row<'_>,
    at: &str,
) -> Result<Option<T>, StoreError> {
    Ok(row
        .get::<_, Option<[u8; 12]>>(at)?
        .map(|bytes| T::from(ObjectId::from_bytes(bytes))))
}

pub(crate) fn currency(row: &Row<'_>, at: &str) -> Result<Currency, StoreError> {
    word(row, at, &Currency::ALL, Currency::code)
}

pub(crate) fn money(row: &Row<'_>, at: &str) -> Result<Money, StoreError> {
    Ok(Money::new(row.get(at)?, currency(row, "currency")?))
}

pub(crate) fn count(row: &Row<'_>, at: &str) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
}

fn odd(at: &str, found: &str) -> StoreError {
    StoreError::Unreadable {
        collection: "columns",
        id: at.to_owned(),
        reason: format!("holds {found}"),
    }
}

/// The values of a narrowing, or none when it narrows by nothing.
pub(crate) fn words<T: Copy>(
    chosen: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Option<Vec<Value>> {
    let mut values: Vec<Value> = Vec::new();
    for word in chosen {
        let value = Value::from(as_str(*word).to_owned());
        if !values.contains(&value) {
            values.push(value);
        }
    }
    (!values.is_empty()).then_some(values)
}

/// An identifier as it is stored.
pub(crate) fn blob(id: impl Into<ObjectId>) -> Value {
    Value::Blob(id.into().bytes().to_vec())
}
