//! Every record for whoever checks them all: one that cannot be read is told as the error it is, and the
//! walk goes on. Whoever works with records stops at such a one instead (`every_user` and the like).

use bson::oid::ObjectId;
use domain::{Collection, ledger::LedgerEntry};
use serde::de::DeserializeOwned;

use crate::{
    documents::{decode_row, object_id},
    error::StoreError,
    ledger,
    replica::Reader,
};

/// How many records and rows there are, read or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Extent {
    pub people: u64,
    pub courses: u64,
    pub enrollments: u64,
    pub payments: u64,
    pub ledger: u64,
    pub trail: u64,
}

impl Reader<'_> {
    /// Every record of a collection, in the order they were added, one at a time.
    pub fn examine<T: DeserializeOwned>(
        &self,
        collection: Collection,
        mut visit: impl FnMut(ObjectId, Result<T, StoreError>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT id, doc FROM {} ORDER BY n", collection.name());
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = object_id(row, 0)?;
            visit(id, readable(decode_row(collection, row))?)?;
        }
        Ok(())
    }

    /// How much there is to look at.
    pub fn extent(&self) -> Result<Extent, StoreError> {
        let count = |table: &str| -> Result<u64, StoreError> {
            let sql = format!("SELECT count(*) FROM {table}");
            let rows: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
            Ok(u64::try_from(rows).unwrap_or(0))
        };
        Ok(Extent {
            people: count("users")?,
            courses: count("courses")?,
            enrollments: count("enrollments")?,
            payments: count("payments")?,
            ledger: count("payment_ledger")?,
            trail: count("audit_events")?,
        })
    }

    /// Every row of the ledger, by device and then by number.
    pub fn examine_ledger(
        &self,
        mut visit: impl FnMut(Result<LedgerEntry, StoreError>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT hash, doc FROM payment_ledger ORDER BY device, number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(readable(ledger::entry(row))?)?;
        }
        Ok(())
    }
}

/// What was read, or the error of a record nobody can read; any other error is the walk's own.
pub(crate) fn readable<T>(
    read: Result<T, StoreError>,
) -> Result<Result<T, StoreError>, StoreError> {
    match read {
        Err(error) if !matches!(error, StoreError::Unreadable { .. }) => Err(error),
        read => Ok(read),
    }
}
