//! Money the server did not take: found its documents, booked as an exception, taken back.
//!
//! The decisions are `domain::rules::paying::exception` and `domain::rules::refunding::void`; here is only
//! what they decide upon.

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Change, ChangeSet, Code, Collection, EnrollmentId, PaymentId, Refusal,
    enrollment::Enrollment,
    ledger::{LedgerEntry, SeriesTail},
    payment::Payment,
    rules::{
        Stamp,
        paying::{
            Case,
            exception::{self, Found},
        },
        refunding,
    },
};
use replica::Reader;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::Engine;
use crate::SyncError;

/// The server's documents about a row of the ledger, as they are held.
#[derive(Debug, Default)]
struct Documents {
    payment: Option<Payment>,
    enrollment: Option<Enrollment>,
    payments: Vec<Payment>,
}

impl Engine {
    /// The change set, booking its money on a payment of its own.
    pub(super) fn as_exception(&self, change_set: &ChangeSet) -> Result<ChangeSet, SyncError> {
        let entry = change_set
            .ledger_entry()
            .ok_or_else(|| Refusal::new(Code::WrongState, "This change books no money."))?;
        let held = self.replica.read(|reader| documents_about(reader, entry))?;
        let found = Found {
            payment: held.payment.as_ref(),
            enrollment: held.enrollment.as_ref(),
            payments: &held.payments,
        };
        let own = PaymentId(derived("exception", change_set));
        Ok(exception::exception(change_set, &found, own)?)
    }

    /// The counter-entry of a change set that is booked as an exception here.
    pub(super) fn taken_back(
        &self,
        change_set: &ChangeSet,
        stamp: &Stamp,
        reason: &str,
    ) -> Result<ChangeSet, SyncError> {
        let own = exception::payment_of(change_set)
            .ok_or_else(|| Refusal::not_found("The payment"))?
            .id;
        let (payment, enrollment, payments, tail) = self.replica.read(|reader| {
            let payment = reader.payment(own)?;
            let enrollment = payment.as_ref().and_then(|payment| payment.enrollment);
            let (enrollment, payments) = match enrollment {
                Some(id) => (reader.enrollment(id)?, reader.payments_of_enrollment(id)?),
                None => (None, Vec::new()),
            };
            Ok((
                payment,
                enrollment,
                payments,
                reader.series_tail(&self.device)?,
            ))
        })?;
        let payment = payment.ok_or_else(|| Refusal::not_found("The payment"))?;
        let case = Case {
            payment: &payment,
            enrollment: enrollment.as_ref(),
            payments: &payments,
        };
        let row = derived("void", change_set);
        Ok(refunding::void(stamp, &case, reason, row, &tail)?)
    }

    /// A counter-entry that waited, decided anew on what the server has now: which payment counts for the
    /// enrollment may be another one since.
    pub(super) fn taken_back_anew(&self, change_set: &ChangeSet) -> Result<ChangeSet, SyncError> {
        let booked_none = || Refusal::new(Code::WrongState, "This change takes no money back.");
        let entry = change_set.ledger_entry().ok_or_else(booked_none)?;
        let held = self.replica.read(|reader| documents_about(reader, entry))?;
        let payment = held
            .payment
            .as_ref()
            .ok_or_else(|| Refusal::not_found("The payment"))?;
        let case = Case {
            payment,
            enrollment: held.enrollment.as_ref(),
            payments: &held.payments,
        };
        let stamp = Stamp {
            op: change_set.op,
            at: change_set.at,
            actor: change_set.actor.clone(),
        };
        let tail = SeriesTail {
            device: entry.device.clone(),
            last: entry.number.saturating_sub(1),
            hash: entry.prev.clone(),
        };
        let reason = entry.note.as_deref().unwrap_or_default();
        let row = refund_row(change_set).ok_or_else(booked_none)?;
        Ok(refunding::void(&stamp, &case, reason, row, &tail)?)
    }
}

/// The identifier of the refund a change set adds.
fn refund_row(change_set: &ChangeSet) -> Option<ObjectId> {
    change_set.changes.iter().find_map(|change| match change {
        Change::Patch { patch, .. } => match patch.push.get("refunds")?.first()? {
            Bson::Document(row) => row.get_object_id("_id").ok(),
            _ => None,
        },
        _ => None,
    })
}

/// An identifier that is the same however often it is asked for.
fn derived(what: &str, change_set: &ChangeSet) -> ObjectId {
    let hash = Sha256::new()
        .chain_update(what)
        .chain_update(change_set.op.0.as_bytes())
        .finalize();
    let mut bytes = [0; 12];
    bytes.copy_from_slice(&hash[..12]);
    ObjectId::from_bytes(bytes)
}

fn documents_about(
    reader: &Reader<'_>,
    entry: &LedgerEntry,
) -> Result<Documents, replica::StoreError> {
    let payment: Option<Payment> =
        decoded(reader.server_version(Collection::Payments, entry.payment)?);
    let named: Option<Enrollment> =
        decoded(reader.server_version(Collection::Enrollments, entry.enrollment)?);
    let enrollment = match named {
        Some(enrollment) => Some(enrollment),
        // The enrollment made here never reached the server; the student may have another one there.
        None => match reader.server_enrollment_of(entry.user, entry.course)? {
            Some(other) => decoded(reader.server_version(Collection::Enrollments, other)?),
            None => None,
        },
    };
    let payments = match &enrollment {
        Some(enrollment) => server_payments(reader, enrollment.id)?,
        None => Vec::new(),
    };
    Ok(Documents {
        payment,
        enrollment,
        payments,
    })
}

fn server_payments(
    reader: &Reader<'_>,
    enrollment: EnrollmentId,
) -> Result<Vec<Payment>, replica::StoreError> {
    let mut payments = Vec::new();
    for payment in reader.payments_of_enrollment(enrollment)? {
        payments.extend(decoded::<Payment>(
            reader.server_version(Collection::Payments, payment.id)?,
        ));
    }
    Ok(payments)
}

fn decoded<T: DeserializeOwned>(document: Option<Document>) -> Option<T> {
    document.and_then(|document| bson::deserialize_from_document(document).ok())
}
