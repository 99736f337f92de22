//! Reading the columns of a list's row, by name or one after the other.

use std::fmt::Display;

use bson::oid::ObjectId;
use domain::{Currency, Money, Timestamp};
use rusqlite::{
    Row, RowIndex,
    types::{FromSql, Value},
};

use crate::error::StoreError;

/// A column: its name, or its place in the `SELECT`.
pub(crate) trait At: RowIndex + Display + Copy {}

impl<T: RowIndex + Display + Copy> At for T {}

/// The columns of a row from the first to the last, in the order of the `SELECT`. SQLite looks a name up
/// by comparing it with every column's, in each row anew; a page of a list has hundreds of cells.
pub(crate) struct Cells<'r> {
    row: &'r Row<'r>,
    next: usize,
}

impl<'r> Cells<'r> {
    pub(crate) const fn of(row: &'r Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    fn at(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    pub(crate) fn value<T: FromSql>(&mut self) -> Result<T, StoreError> {
        let at = self.at();
        Ok(self.row.get(at)?)
    }

    pub(crate) fn word<T: Copy>(
        &mut self,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Result<T, StoreError> {
        let at = self.at();
        word(self.row, at, all, as_str)
    }

    pub(crate) fn optional_word<T: Copy>(
        &mut self,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, StoreError> {
        let at = self.at();
        optional_word(self.row, at, all, as_str)
    }

    pub(crate) fn moment(&mut self) -> Result<Timestamp, StoreError> {
        let at = self.at();
        moment(self.row, at)
    }

    pub(crate) fn optional_moment(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let at = self.at();
        optional_moment(self.row, at)
    }

    pub(crate) fn id<T: From<ObjectId>>(&mut self) -> Result<T, StoreError> {
        let at = self.at();
        id(self.row, at)
    }

    pub(crate) fn optional_id<T: From<ObjectId>>(&mut self) -> Result<Option<T>, StoreError> {
        let at = self.at();
        optional_id(self.row, at)
    }

    pub(crate) fn currency(&mut self) -> Result<Currency, StoreError> {
        let at = self.at();
        currency(self.row, at)
    }

    pub(crate) fn money(&mut self, currency: Currency) -> Result<Money, StoreError> {
        Ok(Money::new(self.value()?, currency))
    }

    pub(crate) fn count(&mut self) -> Result<u64, StoreError> {
        let at = self.at();
        count(self.row, at)
    }
}

/// A word of a known vocabulary. Anything else means that the column and the program disagree.
pub(crate) fn word<T: Copy>(
    row: &Row<'_>,
    at: impl At,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<T, StoreError> {
    optional_word(row, at, all, as_str)?.ok_or_else(|| odd(at, "nothing"))
}

/// The same, or nothing.
pub(crate) fn optional_word<T: Copy>(
    row: &Row<'_>,
    at: impl At,
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

pub(crate) fn moment(row: &Row<'_>, at: impl At) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_millis(row.get(at)?))
}

pub(crate) fn optional_moment(row: &Row<'_>, at: impl At) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_millis))
}

pub(crate) fn id<T: From<ObjectId>>(row: &Row<'_>, at: impl At) -> Result<T, StoreError> {
    Ok(T::from(ObjectId::from_bytes(row.get(at)?)))
}

pub(crate) fn optional_id<T: From<ObjectId>>(
    row: &Row<'_>,
    at: impl At,
) -> Result<Option<T>, StoreError> {
    Ok(row
        .get::<_, Option<[u8; 12]>>(at)?
        .map(|bytes| T::from(ObjectId::from_bytes(bytes))))
}

pub(crate) fn currency(row: &Row<'_>, at: impl At) -> Result<Currency, StoreError> {
    word(row, at, &Currency::ALL, Currency::code)
}

pub(crate) fn count(row: &Row<'_>, at: impl At) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
}

fn odd(at: impl At, found: &str) -> StoreError {
    StoreError::Unreadable {
        collection: "columns",
        id: at.to_string(),
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
