//! The payment ledger. Rows are written by a commit or come from the institution's server.

use domain::{
    DeviceId, PaymentId,
    ledger::{LedgerEntry, SeriesTail},
};
use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::{
    columns,
    documents::{decode, parse},
    error::StoreError,
    replica::Reader,
};

/// The name errors give the ledger.
pub(crate) const LEDGER: &str = "payment_ledger";

/// Writes a row. A place is given to a row that stood there before.
pub(crate) fn store(
    connection: &Connection,
    place: Option<i64>,
    entry: &LedgerEntry,
    text: &str,
) -> rusqlite::Result<()> {
    let number = i64::try_from(entry.number)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(
            "INSERT INTO payment_ledger (n, op, doc, payment, enrollment, user, course, kind, amount_minor,
               currency, method, occurred_at, recorded_at, device, number, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(rusqlite::params![
            place,
            entry.op.0.as_bytes(),
            text,
            entry.payment.0.bytes(),
            entry.enrollment.0.bytes(),
            entry.user.0.bytes(),
            entry.course.0.bytes(),
            entry.kind.as_str(),
            entry.amount_minor,
            entry.currency.code(),
            entry.method.as_str(),
            columns::millis(entry.occurred_at),
            columns::millis(entry.recorded_at),
            entry.device.as_str(),
            number,
            entry.hash,
        ])?;
    Ok(())
}

impl Reader<'_> {
    /// A payment's rows, in the order they were booked.
    pub fn ledger_of_payment(&self, payment: PaymentId) -> Result<Vec<LedgerEntry>, StoreError> {
        let mut found = Vec::new();
        self.each_ledger_row(
            "SELECT hash, doc FROM payment_ledger WHERE payment = ?1 ORDER BY n",
            [payment.0.bytes()],
            |entry| {
                found.push(entry);
                Ok(())
            },
        )?;
        Ok(found)
    }

    /// What the ledger says of a payment: captured minus given back, in minor units.
    pub fn ledger_sum(&self, payment: PaymentId) -> Result<i64, StoreError> {
        self.number(
            "SELECT coalesce(sum(amount_minor), 0) FROM payment_ledger WHERE payment = ?1",
            [payment.0.bytes()],
        )
    }

    /// Where a device's series stands: at its last row here, or further where the server says so.
    pub fn series_tail(&self, device: &DeviceId) -> Result<SeriesTail, StoreError> {
        let last: Option<(i64, String)> = self
            .connection
            .prepare_cached(
                "SELECT * FROM (SELECT number, hash FROM payment_ledger WHERE device = ?1 ORDER BY number DESC LIMIT 1)
                 UNION ALL SELECT number, hash FROM series_tails WHERE device = ?1
                 ORDER BY number DESC LIMIT 1",
            )?
            .query_row([device.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((number, hash)) = last else {
            return Ok(SeriesTail::fresh(device.clone()));
        };
        tail(device, number, hash)
    }

    /// Every row, by device and then by number: what `domain::ledger::verify_chain` walks.
    pub fn ledger_rows(
        &self,
        visit: impl FnMut(LedgerEntry) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each_ledger_row(
            "SELECT hash, doc FROM payment_ledger ORDER BY device, number",
            [],
            visit,
        )
    }

    fn each_ledger_row(
        &self,
        sql: &str,
        params: impl Params,
        mut visit: impl FnMut(LedgerEntry) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            visit(entry(row)?)?;
        }
        Ok(())
    }
}

/// A place in a series, as its columns say it.
pub(crate) fn tail(device: &DeviceId, number: i64, hash: String) -> Result<SeriesTail, StoreError> {
    let last = u64::try_from(number).map_err(|_| StoreError::Unreadable {
        collection: LEDGER,
        id: hash.clone(),
        reason: "its number is negative".to_owned(),
    })?;
    Ok(SeriesTail {
        device: device.clone(),
        last,
        hash,
    })
}

/// A row of a query for `hash, doc`.
pub(crate) fn entry(row: &Row<'_>) -> Result<LedgerEntry, StoreError> {
    let hash: String = row.get(0)?;
    let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    decode(LEDGER, &hash, parse(LEDGER, &hash, text)?)
}
