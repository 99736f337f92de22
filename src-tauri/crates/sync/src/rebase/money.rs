//! A queued receipt of cash against the payment and enrollment as they are now: it still fits, or it
//! needs a payment of its own.

use bson::Bson;
use domain::{
    Change, ChangeSet, Collection, EnrollmentId, PaymentId,
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::{EntryKind, LedgerEntry, Method},
    payment::Payment,
    rules::paying::exception::{Found, Why, obstacle, payment_of},
};
use serde::de::DeserializeOwned;

use super::{Card, Now, Stop, patch::Fitting, renewed};

/// Whether it is cash that was counted.
pub(super) fn is_receipt(entry: &LedgerEntry) -> bool {
    entry.kind == EntryKind::Charge && entry.method == Method::Cash
}

/// The receipt with its guards and values of now, or why its payment cannot take it.
pub(super) fn fit(
    set: &ChangeSet,
    entry: &LedgerEntry,
    now: &Now<'_>,
) -> Result<(ChangeSet, Vec<Card>), Stop> {
    if payment_of(set).is_some() {
        // An exception already: it is made anew for the enrollment of now.
        let why = set.deed.detail.get_str("exception").unwrap_or_default();
        let why = Why::ALL.into_iter().find(|known| known.as_str() == why);
        return Err(Stop::Exception(why.unwrap_or(Why::Gone)));
    }
    let (payment, enrollment): (Option<Payment>, Option<Enrollment>) = (
        decoded(now, Collection::Payments, entry.payment),
        decoded(now, Collection::Enrollments, entry.enrollment),
    );
    // What was not looked up did not change.
    let known = |collection, id| now.get(collection, id).is_some();
    if !known(Collection::Payments, entry.payment.into())
        && !known(Collection::Enrollments, entry.enrollment.into())
    {
        return Ok((set.clone(), Vec::new()));
    }
    let found = Found {
        payment: payment.as_ref(),
        enrollment: enrollment.as_ref(),
        payments: &[],
    };
    if let Some(why) = obstacle(entry, &found) {
        return Err(Stop::Exception(why));
    }
    let mut fitted = set.clone();
    for change in &mut fitted.changes {
        let Change::Patch {
            collection,
            id,
            patch,
        } = change
        else {
            continue;
        };
        let Some(Some(current)) = now.get(*collection, *id) else {
            continue;
        };
        let mut fitting = Fitting::new(*collection, *id, current, patch);
        for path in patch.base.keys() {
            fitting.mine(path);
        }
        let opens = *collection == Collection::Enrollments
            && fitting.patch.set.get("status") == Some(&Bson::from("active"));
        if opens
            && enrollment
                .as_ref()
                .is_some_and(|e| e.status != EnrollmentStatus::Pending)
        {
            // Somebody let the student in already.
            fitting.theirs("status");
            fitting.theirs("startDate");
            fitted.deed.detail.insert("activates", false);
        }
        *patch = fitting.patch;
    }
    fitted.guards = renewed(&fitted.guards, now)?;
    Ok((fitted, Vec::new()))
}

fn decoded<T: DeserializeOwned>(
    now: &Now<'_>,
    collection: Collection,
    id: impl Into<bson::oid::ObjectId>,
) -> Option<T> {
    let document = now.get(collection, id.into())??;
    bson::deserialize_from_document(document.clone()).ok()
}

/// The documents a receipt is judged by.
pub(super) fn names(entry: &LedgerEntry) -> [(Collection, bson::oid::ObjectId); 2] {
    let (PaymentId(payment), EnrollmentId(enrollment)) = (entry.payment, entry.enrollment);
    [
        (Collection::Payments, payment),
        (Collection::Enrollments, enrollment),
    ]
}
