//! Why a payment is in its state. The codes and their figures are listed in `docs/timeline-verbs.md`.

use domain::{
    Collection, Money, Timestamp,
    payment::{Payment, PaymentStatus, RefundStatus},
};
use replica::Reader;
use serde_json::{Value, json};

use crate::{
    dto::{PersonRef, RecordRef, WhyDto, moment},
    enrollment::{doer, last_deed, person},
    error::WorkflowError,
};

/// Why it is in its state.
pub(super) fn why(reader: &Reader<'_>, payment: &Payment) -> Result<WhyDto, WorkflowError> {
    let amount = payment.amount()?;
    let by = |verbs: &[&str]| -> Result<Option<PersonRef>, WorkflowError> {
        Ok(last_deed(reader, Collection::Payments, payment.id, verbs)?
            .as_ref()
            .and_then(doer))
    };
    let asked = payment
        .refunds
        .iter()
        .find(|refund| refund.status == RefundStatus::Pending);
    let refunded_at = payment
        .refunds
        .iter()
        .filter_map(|refund| refund.refunded_at)
        .max();
    let booked = json!({
        "amountMinor": amount.minor,
        "currency": amount.currency.code(),
        "method": payment.method.as_str(),
        "receipt": payment.receipt_number,
    });
    let (code, params, since, by): (&str, Value, Option<Timestamp>, Option<PersonRef>) =
        match payment.status {
            PaymentStatus::Completed | PaymentStatus::PartiallyRefunded if asked.is_some() => {
                let by = match asked.and_then(|refund| refund.requested_by) {
                    Some(user) => Some(person(reader, user)?),
                    None => None,
                };
                let wanted = payment.refund_requested()?;
                (
                    "refund-waits",
                    json!({
                        "amountMinor": wanted.minor,
                        "currency": wanted.currency.code(),
                        "reason": asked.and_then(|refund| refund.reason.clone()),
                    }),
                    asked.and_then(|refund| refund.requested_at),
                    by,
                )
            }
            PaymentStatus::Pending => (
                "waits-for-money",
                json!({
                    "amountMinor": amount.minor,
                    "currency": amount.currency.code(),
                    "method": payment.method.as_str(),
                }),
                Some(payment.created_at),
                by(&[
                    "payment.created",
                    "enrollment.reopened",
                    "enrollment.created",
                ])?,
            ),
            PaymentStatus::Processing => (
                "at-provider",
                booked,
                Some(payment.updated_at),
                by(&["payment.processing"])?,
            ),
            PaymentStatus::Completed => (
                "captured",
                booked,
                payment.paid_at,
                by(&["payment.captured"])?,
            ),
            PaymentStatus::PartiallyRefunded => (
                "refunded-in-part",
                with_refunded(booked, payment.refunded()?),
                refunded_at,
                by(&["refund.booked"])?,
            ),
            PaymentStatus::Refunded => (
                "refunded-in-full",
                with_refunded(booked, payment.refunded()?),
                refunded_at,
                by(&["refund.booked"])?,
            ),
            PaymentStatus::Failed => {
                let error = payment.error_details.as_ref();
                (
                    "failed",
                    json!({
                        "message": error.and_then(|e| e.message.clone()),
                        "code": error.and_then(|e| e.code.clone()),
                    }),
                    payment.failed_at,
                    by(&["payment.failed"])?,
                )
            }
            PaymentStatus::Cancelled => {
                let deed = last_deed(
                    reader,
                    Collection::Payments,
                    payment.id,
                    &["payment.cancelled", "enrollment.cancelled"],
                )?;
                let together = deed
                    .as_ref()
                    .is_some_and(|row| row.event.deed.verb == "enrollment.cancelled");
                (
                    if together {
                        "cancelled-with-enrollment"
                    } else {
                        "cancelled"
                    },
                    json!({ "reason": payment.cancel_reason }),
                    payment.cancelled_at,
                    deed.as_ref().and_then(doer),
                )
            }
        };
    Ok(WhyDto {
        code: code.to_owned(),
        params,
        since: since.map(moment),
        by,
        link: match payment.enrollment {
            Some(id) => Some(RecordRef {
                collection: Collection::Enrollments,
                id: id.to_hex(),
                label: reader.course(payment.course)?.map(|course| course.title),
            }),
            None => None,
        },
    })
}

fn with_refunded(mut params: Value, refunded: Money) -> Value {
    if let Value::Object(map) = &mut params {
        map.insert("refundedMinor".to_owned(), refunded.minor.into());
    }
    params
}
