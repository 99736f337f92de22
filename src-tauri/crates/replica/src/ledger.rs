//! Reading the payment ledger. Rows are written by a commit and by nothing else.

use domain::{
    DeviceId, PaymentId,
    ledger::{LedgerEntry, SeriesTail},
};
use rusqlite::{OptionalExtension, Params, Row};

use crate::{
    documents::{decode, parse},
    error::StoreError,
    replica::Reader,
};

/// The name errors give the ledger.
pub(crate) const LEDGER: &str = "payment_ledger";

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

    /// Where a device's series stands.
    pub fn series_tail(&self, device: &DeviceId) -> Result<SeriesTail, StoreError> {
        let last: Option<(i64, String)> = self
            .connection
            .prepare_cached(
                "SELECT number, hash FROM payment_ledger WHERE device = ?1 ORDER BY number DESC LIMIT 1",
            )?
            .query_row([device.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((number, hash)) = last else {
            return Ok(SeriesTail::fresh(device.clone()));
        };
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

fn entry(row: &Row<'_>) -> Result<LedgerEntry, StoreError> {
    let hash: String = row.get(0)?;
    let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    decode(LEDGER, &hash, parse(LEDGER, &hash, text)?)
}
