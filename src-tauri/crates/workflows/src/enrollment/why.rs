//! Why an enrollment is in its state: the payment, the rule or the person that put it there. The
//! codes and their figures are listed in `docs/timeline-verbs.md`.

use domain::{
    Collection, Money, Timestamp,
    enrollment::{Enrollment, EnrollmentStatus},
    payment::{Payment, PaymentStatus},
    rules::{effective, paying},
};
use replica::Reader;
use serde_json::{Map, Value, json};

use super::{doer, last_deed};
use crate::{
    dto::{PersonRef, RecordRef, WhyDto, moment},
    error::WorkflowError,
    print,
};

/// A reason in the making.
struct Reason {
    code: &'static str,
    params: Map<String, Value>,
    since: Option<Timestamp>,
    by: Option<PersonRef>,
    payment: Option<Payment>,
}

impl Reason {
    fn new(code: &'static str, since: Option<Timestamp>) -> Self {
        Self {
            code,
            params: Map::new(),
            since,
            by: None,
            payment: None,
        }
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }

    fn amount(self, amount: Money) -> Self {
        self.with("amountMinor", amount.minor)
            .with("currency", amount.currency.code())
    }

    fn by(mut self, by: Option<PersonRef>) -> Self {
        self.by = by;
        self
    }
}

/// Why it is in its state. Who may not see money or learning is told the reason without its figures.
pub(super) fn why(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    payments: &[Payment],
    sees_money: bool,
    sees_learning: bool,
) -> Result<WhyDto, WorkflowError> {
    let reason = match enrollment.status {
        EnrollmentStatus::Pending => pending(reader, enrollment, payments)?,
        EnrollmentStatus::Active => active(reader, enrollment, payments)?,
        EnrollmentStatus::Completed => completed(enrollment),
        EnrollmentStatus::Cancelled => cancelled(reader, enrollment, payments)?,
        EnrollmentStatus::Refunded => refunded(reader, enrollment, payments)?,
    };
    let mut params = reason.params;
    if !sees_money {
        params.retain(|key, _| matches!(key.as_str(), "reason" | "certificate" | "finalScore"));
    }
    if !sees_learning {
        params.retain(|key, _| !matches!(key.as_str(), "certificate" | "finalScore"));
    }
    Ok(WhyDto {
        code: reason.code.to_owned(),
        params: Value::Object(params),
        since: reason.since.map(moment),
        by: reason.by,
        link: match reason.payment.filter(|_| sees_money) {
            Some(payment) => Some(RecordRef {
                collection: Collection::Payments,
                id: payment.id.to_hex(),
                // A payment has its receipt's number for a name, or else what it is about.
                label: Some(match &payment.receipt_number {
                    Some(receipt) => receipt.clone(),
                    None => print::money(payment.amount()?),
                }),
            }),
            None => None,
        },
    })
}

fn about(mut reason: Reason, payment: &Payment) -> Result<Reason, WorkflowError> {
    reason.payment = Some(payment.clone());
    let reason = reason
        .amount(payment.amount()?)
        .with("method", payment.method.as_str());
    Ok(match &payment.receipt_number {
        Some(receipt) => reason.with("receipt", receipt.as_str()),
        None => reason,
    })
}

fn by(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    verbs: &[&str],
) -> Result<Option<PersonRef>, WorkflowError> {
    Ok(
        last_deed(reader, Collection::Enrollments, enrollment.id, verbs)?
            .as_ref()
            .and_then(doer),
    )
}

fn pending(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    payments: &[Payment],
) -> Result<Reason, WorkflowError> {
    let Some(payment) = effective::effective(enrollment, payments) else {
        return Ok(Reason::new("no-payment", Some(enrollment.enrollment_date)));
    };
    let reason = match payment.status {
        PaymentStatus::Pending => {
            Reason::new("waits-for-payment", Some(payment.created_at)).by(by(
                reader,
                enrollment,
                &[
                    "payment.created",
                    "enrollment.reopened",
                    "enrollment.created",
                ],
            )?)
        }
        PaymentStatus::Processing => Reason::new("payment-processing", Some(payment.updated_at)),
        PaymentStatus::Failed => {
            let mut reason = Reason::new("payment-failed", payment.failed_at).by(by(
                reader,
                enrollment,
                &["payment.failed"],
            )?);
            if let Some(error) = &payment.error_details {
                reason = reason
                    .with("message", json!(error.message))
                    .with("code", json!(error.code));
            }
            reason
        }
        PaymentStatus::Cancelled => Reason::new("payment-cancelled", payment.cancelled_at)
            .with("reason", json!(payment.cancel_reason))
            .by(by(reader, enrollment, &["payment.cancelled"])?),
        PaymentStatus::Completed | PaymentStatus::PartiallyRefunded | PaymentStatus::Refunded => {
            Reason::new("paid-elsewhere", payment.paid_at)
        }
    };
    about(reason, payment)
}

fn active(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    payments: &[Payment],
) -> Result<Reason, WorkflowError> {
    let since = enrollment.start_date.or(Some(enrollment.enrollment_date));
    match effective::effective(enrollment, payments).filter(|payment| effective::covers(payment)) {
        Some(payment) if payment.status == PaymentStatus::PartiallyRefunded => {
            let refunded = payment.refunded()?;
            let reason = Reason::new("partly-refunded", since)
                .with("refundedMinor", refunded.minor)
                .by(by(reader, enrollment, &["refund.booked"])?);
            about(reason, payment)
        }
        Some(payment) => {
            let reason =
                Reason::new("paid", since).by(by(reader, enrollment, &["payment.captured"])?);
            about(reason, payment)
        }
        None if paying::asked(enrollment, payments).is_err() => {
            Ok(Reason::new("free-course", since).by(by(
                reader,
                enrollment,
                &["enrollment.reopened", "enrollment.created"],
            )?))
        }
        None => Ok(Reason::new("opened-elsewhere", since)),
    }
}

fn completed(enrollment: &Enrollment) -> Reason {
    let mut reason = Reason::new("completed", enrollment.completion_date);
    if let Some(score) = enrollment.final_score {
        reason = reason.with("finalScore", score);
    }
    match &enrollment.certificate_id {
        Some(id) if enrollment.certificate_issued => reason.with("certificate", id.as_str()),
        _ => reason,
    }
}

fn cancelled(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    payments: &[Payment],
) -> Result<Reason, WorkflowError> {
    let by = by(reader, enrollment, &["enrollment.cancelled"])?;
    let code = if by.is_some() {
        "cancelled-by"
    } else {
        "cancelled"
    };
    let mut reason = Reason::new(code, enrollment.ended_at).by(by);
    if let Some(words) = &enrollment.end_reason {
        reason = reason.with("reason", words.as_str());
    }
    let kept =
        effective::effective(enrollment, payments).filter(|payment| effective::covers(payment));
    if let Some(payment) = kept {
        reason = about(reason, payment)?.with("keptMinor", payment.refundable()?.minor);
    }
    Ok(reason)
}

fn refunded(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    payments: &[Payment],
) -> Result<Reason, WorkflowError> {
    let mut reason = Reason::new("refunded", enrollment.ended_at).by(by(
        reader,
        enrollment,
        &["refund.booked"],
    )?);
    if let Some(words) = &enrollment.end_reason {
        reason = reason.with("reason", words.as_str());
    }
    match effective::effective(enrollment, payments) {
        Some(payment) => about(reason, payment),
        None => Ok(reason),
    }
}
