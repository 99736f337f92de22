//! What must still be true, asked within the transaction and decided by the program, as the replica does.

use std::collections::BTreeMap;

use bson::{Bson, Document};
use domain::{
    Collection, DeviceId, Guard, PaymentId, change::get_at, compare, ledger::booking::follows,
    missed, payment::Payment,
};
use futures_util::TryStreamExt;

use super::{Stop, attempt::Attempt};
use crate::{
    port::RemoteError,
    pull::{tail_of, whole},
    queries::{self, Query},
};

impl Attempt<'_> {
    /// Passes when the guard holds.
    pub(super) async fn check(&mut self, guard: &Guard) -> Result<(), Stop> {
        match guard {
            Guard::Revision {
                collection,
                id,
                rev,
            } => {
                let found = revision(self.documents.get(*collection, *id)?);
                if found == *rev {
                    Ok(())
                } else {
                    Err(Stop::Missed(missed::stale()))
                }
            }
            Guard::Field {
                collection,
                id,
                path,
                equals,
            } => {
                let document = self.documents.get(*collection, *id)?;
                still(*collection, document, path, equals)
            }
            Guard::Unique {
                collection,
                values,
                field,
            } => self.unique(*collection, values, field).await,
            Guard::Refundable {
                payment,
                amount_minor,
            } => {
                let document = self.documents.get(Collection::Payments, payment.0)?;
                let currency = read_payment(document)?.currency;
                let left = self.ledger_sum(*payment).await?;
                if *amount_minor <= left {
                    Ok(())
                } else {
                    Err(Stop::Missed(missed::too_much(left, currency)))
                }
            }
            Guard::OtherAdmin { except } => {
                if self.one(queries::other_admin(*except)).await?.is_some() {
                    Ok(())
                } else {
                    Err(Stop::Missed(missed::last_admin()))
                }
            }
            Guard::Series { device, next, prev } => {
                let tail = self.tail(device).await?;
                if follows(&tail, *next, prev) {
                    Ok(())
                } else {
                    Err(Stop::Missed(missed::series_moved()))
                }
            }
        }
    }

    async fn unique(
        &mut self,
        collection: Collection,
        values: &BTreeMap<String, Bson>,
        field: &str,
    ) -> Result<(), Stop> {
        // Nothing is no value: any number of records may have none.
        if values.values().any(|value| *value == Bson::Null) {
            return Ok(());
        }
        match self.one(queries::holder(collection, values)).await? {
            Some(_) => Err(Stop::Missed(missed::taken(collection, field))),
            None => Ok(()),
        }
    }

    /// Where a device's series stands. Most often where the change set was numbered from.
    pub(super) async fn tail(
        &mut self,
        device: &DeviceId,
    ) -> Result<domain::ledger::SeriesTail, Stop> {
        if let Some(known) = self.series.as_ref().filter(|tail| tail.device == *device) {
            return Ok(known.clone());
        }
        let numbered_from = self
            .change_set
            .ledger_entry()
            .filter(|entry| entry.device == *device)
            .and_then(|entry| entry.number.checked_sub(1))
            .filter(|last| *last > 0);
        let mut row = None;
        if let Some(last) = numbered_from {
            row = self.one(queries::tail_from(device, last)).await?;
        }
        if row.is_none() {
            row = self.one(queries::tail(device)).await?;
        }
        let tail = tail_of(device, row.as_ref()).map_err(Stop::Failed)?;
        self.series = Some(tail.clone());
        Ok(tail)
    }

    /// What the ledger says of a payment, in minor units.
    pub(super) async fn ledger_sum(&mut self, payment: PaymentId) -> Result<i64, Stop> {
        let rows = self.all(queries::ledger_of(payment)).await?;
        rows.iter()
            .try_fold(0_i64, |sum, row| {
                sum.checked_add(whole(row.get("amountMinor"))?)
            })
            .ok_or_else(|| {
                Stop::Failed(RemoteError::Failed(format!(
                    "the ledger of payment {payment} is not readable"
                )))
            })
    }

    /// The first thing a query finds.
    pub(super) async fn one(&mut self, query: Query) -> Result<Option<Document>, Stop> {
        Ok(self.all(query).await?.into_iter().next())
    }

    pub(super) async fn all(&mut self, query: Query) -> Result<Vec<Document>, Stop> {
        let collection = self
            .server
            .database()
            .collection::<Document>(query.collection);
        let mut find = collection.find(query.filter).session(&mut *self.session);
        if let Some(sort) = query.sort {
            find = find.sort(sort);
        }
        if let Some(projection) = query.projection {
            find = find.projection(projection);
        }
        if let Some(limit) = query.limit {
            find = find.limit(i64::from(limit));
        }
        let mut cursor = find.await?;
        Ok(cursor.stream(self.session).try_collect().await?)
    }
}

/// A document's `sync.rev`; 0 without.
pub(super) fn revision(document: &Document) -> i64 {
    whole(get_at(document, "sync.rev")).unwrap_or(0)
}

/// Passes when the field has this value; a document this program cannot read has none it knows.
pub(super) fn still(
    collection: Collection,
    document: &Document,
    path: &str,
    equals: &Bson,
) -> Result<(), Stop> {
    if compare::field_is(collection, document, path, equals).unwrap_or(false) {
        Ok(())
    } else {
        Err(Stop::Missed(missed::stale_at(path)))
    }
}

/// The payment in a document.
pub(super) fn read_payment(document: &Document) -> Result<Payment, Stop> {
    bson::deserialize_from_document(document.clone()).map_err(|error| {
        Stop::Failed(RemoteError::Failed(format!(
            "a payment is not readable: {error}"
        )))
    })
}
