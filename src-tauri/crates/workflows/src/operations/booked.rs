//! Enrollments that were made elsewhere, or made up for load: written in their present state, each with
//! its payment and its row of the ledger in one change set, many change sets in one transaction.
//!
//! The rules decide steps; here whole stories arrive at once. What they lead to is the same, and
//! `verify` holds them to it.

use bson::Document;
use domain::{
    ChangeSet, Code, Collection, Money, PaymentId, Timestamp,
    audit::Deed,
    change::{Offline, Patch, SyncStamp},
    course::Course,
    enrollment::{EmbeddedPayment, EmbeddedPaymentStatus, Enrollment},
    ledger::{EntryKind, LedgerEntry, Method, SeriesTail},
    payment::{Payment, PaymentStatus},
    rules::Stamp,
    user::User,
};
use replica::{CommitError, Reader};
use serde::Serialize;

use crate::{desk::Desk, error::WorkflowError};

/// How often a chunk is made anew when somebody else booked in between.
const TRIES: usize = 5;

/// A document out of a record.
pub(super) fn document<T: Serialize>(record: &T) -> Result<Document, WorkflowError> {
    bson::serialize_to_document(record)
        .map_err(|error| WorkflowError::Defect(format!("A record cannot be written down: {error}")))
}

/// An enrollment with its payment, as they stand.
pub(super) struct Booked<'a> {
    /// Who, and whether they are new to the institution.
    pub student: &'a User,
    /// The student is written too.
    pub new_student: bool,
    /// In what.
    pub course: &'a Course,
    /// As it stands; its embedded payment is filled in here.
    pub enrollment: Enrollment,
    /// What it costs; nothing: there is no payment.
    pub price: Money,
    /// For the payment.
    pub payment: PaymentId,
    /// How it is or was to be paid.
    pub method: Method,
    /// Where the payment stands: completed, or one of the states before.
    pub status: PaymentStatus,
    /// When it was asked for, and paid if it was.
    pub paid_at: Timestamp,
    /// The provider's transaction, where there is a provider.
    pub reference: Option<String>,
    /// A remark in the ledger.
    pub note: Option<&'a str>,
    /// Where the payment came from: `import` or `generated`.
    pub source: &'a str,
    /// What the timelines tell.
    pub verb: &'a str,
}

/// What was written, for whoever goes on with it.
pub(super) struct Written {
    /// To be committed.
    pub set: ChangeSet,
    /// As it will be stored.
    pub enrollment: Enrollment,
    /// As it will be stored.
    pub payment: Option<Payment>,
}

/// The change set of an enrollment that is there already. A completed payment takes the next number of
/// the series.
pub(super) fn write(
    stamp: &Stamp,
    booked: Booked<'_>,
    tail: &mut SeriesTail,
) -> Result<Written, WorkflowError> {
    let paid = booked.status == PaymentStatus::Completed;
    let embedded = embedded(&booked, paid);
    let Booked {
        student,
        course,
        mut enrollment,
        price,
        ..
    } = booked;
    enrollment.payment = embedded;
    let stored = Some(SyncStamp {
        rev: 1,
        op: stamp.op,
        device: stamp.actor.device.clone(),
        by: stamp.actor.user,
    });
    let mut deed = Deed::new(booked.verb, Collection::Enrollments, enrollment.id)
        .about(Collection::Users, student.id)
        .about(Collection::Courses, course.id)
        .with("status", enrollment.status.as_str())
        .with("source", booked.source)
        .with("amountMinor", price.minor)
        .with("currency", price.currency.code());
    if !price.is_zero() {
        deed = deed.about(Collection::Payments, booked.payment);
    }
    let mut set = stamp.change_set(deed, Offline::OnlineOnly);
    if booked.new_student {
        set = set.insert(Collection::Users, document(student)?);
    }
    set = set.insert(Collection::Enrollments, document(&enrollment)?);
    if enrollment.status.holds_place() {
        set = set.patch(
            Collection::Courses,
            course.id,
            Patch::new().inc("enrollmentCount", 1),
        );
    }
    if price.is_zero() {
        enrollment.sync = stored;
        return Ok(Written {
            set,
            enrollment,
            payment: None,
        });
    }
    let mut payment = Payment::new(
        booked.payment,
        enrollment.id,
        student.id,
        course.id,
        price,
        booked.method,
        booked.paid_at,
    );
    payment.attempt = Some(enrollment.attempt);
    payment.status = booked.status;
    payment.description = Some(course.title.clone());
    payment.customer.name = Some(student.name.clone());
    payment.customer.email = Some(student.email.clone());
    payment.metadata.source = Some(booked.source.to_owned());
    payment
        .provider
        .transaction_id
        .clone_from(&booked.reference);
    match booked.status {
        PaymentStatus::Failed => payment.failed_at = Some(booked.paid_at),
        PaymentStatus::Cancelled => payment.cancelled_at = Some(booked.paid_at),
        _ => {}
    }
    if paid {
        let entry = LedgerEntry {
            op: stamp.op,
            payment: payment.id,
            enrollment: enrollment.id,
            user: student.id,
            course: course.id,
            kind: EntryKind::Charge,
            amount_minor: price.minor,
            currency: price.currency,
            method: booked.method,
            provider_ref: booked.reference,
            occurred_at: booked.paid_at,
            recorded_at: stamp.at,
            recorded_by: stamp.actor.user,
            device: tail.device.clone(),
            note: booked.note.map(str::to_owned),
            erased: false,
            number: tail.last.saturating_add(1),
            prev: tail.hash.clone(),
            hash: String::new(),
        }
        .sealed();
        payment.paid_at = Some(booked.paid_at);
        payment.receipt_number = Some(entry.receipt_number());
        follow(tail, &entry);
        set = set
            .insert(Collection::Payments, document(&payment)?)
            .ledger(entry);
    } else {
        set = set.insert(Collection::Payments, document(&payment)?);
    }
    enrollment.sync.clone_from(&stored);
    payment.sync = stored;
    Ok(Written {
        set,
        enrollment,
        payment: Some(payment),
    })
}

/// Moves the series on to where it stands after that row.
pub(super) fn follow(tail: &mut SeriesTail, entry: &LedgerEntry) {
    tail.last = entry.number;
    tail.hash.clone_from(&entry.hash);
}

fn embedded(booked: &Booked<'_>, paid: bool) -> EmbeddedPayment {
    let free = booked.price.is_zero();
    EmbeddedPayment {
        amount: Some(booked.price.to_double()),
        currency: Some(booked.price.currency.code().to_owned()),
        method: (!free).then(|| booked.method.as_str().to_owned()),
        transaction_id: booked.reference.clone(),
        status: match booked.status {
            _ if free || paid => EmbeddedPaymentStatus::Completed,
            PaymentStatus::Failed | PaymentStatus::Cancelled => EmbeddedPaymentStatus::Failed,
            _ => EmbeddedPaymentStatus::Pending,
        },
        paid_at: (paid && !free).then_some(booked.paid_at),
        ..EmbeddedPayment::default()
    }
}

/// Reads, makes the change sets of a chunk and commits them in one transaction. When somebody else
/// booked in the same series, or made one of the same records, in between, the chunk is made anew
/// from what is there then; what was applied is there and is not made again.
pub(super) fn commit_chunk<T>(
    desk: &Desk<'_>,
    mut make: impl FnMut(&Reader<'_>, SeriesTail) -> Result<(Vec<ChangeSet>, T), WorkflowError>,
) -> Result<T, WorkflowError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let (sets, answer) = desk.read(|reader| make(reader, reader.series_tail(desk.device)?))?;
        if sets.is_empty() {
            return Ok(answer);
        }
        let failure = desk
            .authority
            .commit_all(&sets)?
            .into_iter()
            .find_map(Result::err);
        match failure {
            None => return Ok(answer),
            Some(CommitError::GuardMissed(refusal))
                if matches!(refusal.code, Code::Stale | Code::Taken) && tries < TRIES => {}
            Some(error) => return Err(error.into()),
        }
    }
}
