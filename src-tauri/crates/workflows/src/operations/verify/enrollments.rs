//! The enrollments: against their payments, their people and their courses, and against their own state.

use domain::{
    Collection,
    enrollment::{Enrollment, EnrollmentStatus},
    payment::Payment,
    rules::effective::{covers, effective, embedded_status},
};
use replica::{Reader, StoreError};

use super::{Findings, Known, Pace};
use crate::error::WorkflowError;

/// Every enrollment against its payments, its people and its course.
pub(super) fn enrollments(
    reader: &Reader<'_>,
    known: &mut Known,
    findings: &mut Findings,
    pace: &mut Pace<'_>,
) -> Result<(), WorkflowError> {
    pace.enter("enrollments");
    reader.examine::<Enrollment>(Collection::Enrollments, |id, enrollment| {
        pace.step()?;
        let Ok(enrollment) = enrollment else {
            known.unreadable.insert(id);
            return Ok(());
        };
        let record = || Some(enrollment.id.to_hex());
        known
            .enrollments
            .insert(enrollment.id, (enrollment.user, enrollment.course));
        match known.courses.get_mut(&enrollment.course) {
            None if known.unreadable.contains(&enrollment.course.0) => {}
            None => findings.add(
                "reference",
                record(),
                "The enrollment's course is not on record.",
            ),
            Some(figures) => {
                figures.count(&enrollment);
                if let Some(right) = figures.progress(&enrollment) {
                    let says = enrollment.progress.percentage;
                    findings.add(
                        "counter",
                        record(),
                        format!("The progress says {says} percent and is {right}."),
                    );
                }
            }
        }
        stands(&enrollment, findings);
        paid(reader, &enrollment, findings)
    })?;
    reader.examine::<Payment>(Collection::Payments, |_, payment| {
        pace.step()?;
        let Ok(payment) = payment else {
            return Ok(());
        };
        let Some(id) = payment.enrollment else {
            return Ok(());
        };
        let record = || Some(payment.id.to_hex());
        match known.enrollments.get(&id) {
            None if known.unreadable.contains(&id.0) => {}
            None => findings.add(
                "reference",
                record(),
                "The payment's enrollment is not on record.",
            ),
            Some(pair) if *pair != (payment.user, payment.course) => {
                findings.add(
                    "reference",
                    record(),
                    "The payment and its enrollment name different people or courses.",
                );
            }
            Some(_) => {}
        }
        Ok(())
    })?;
    Ok(())
}

/// Whether what the enrollment says of itself fits its state.
fn stands(enrollment: &Enrollment, findings: &mut Findings) {
    let mut off = |message: &str| findings.add("state", Some(enrollment.id.to_hex()), message);
    match enrollment.status {
        EnrollmentStatus::Completed if enrollment.completion_date.is_none() => {
            off("The enrollment is completed and does not say when.");
        }
        EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded
            if enrollment.ended_at.is_none() =>
        {
            off("The enrollment has ended and does not say when.");
        }
        _ => {}
    }
    if enrollment.certificate_issued != enrollment.certificate_id.is_some() {
        off("The certificate is issued without an id, or has an id without being issued.");
    }
    if !(0.0..=100.0).contains(&enrollment.progress.percentage) {
        off("The progress is not between 0 and 100 percent.");
    }
}

/// Whether the embedded payment is the effective one.
fn paid(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let record = || Some(enrollment.id.to_hex());
    let payments = match reader.payments_of_enrollment(enrollment.id) {
        // Which of them is the effective one cannot be told.
        Err(StoreError::Unreadable { .. }) => return Ok(()),
        found => found?,
    };
    let embedded = &enrollment.payment;
    let Some(payment) = effective(enrollment, &payments) else {
        let owes = embedded.amount.is_some_and(|amount| amount > 0.0);
        if owes && !matches!(enrollment.status, EnrollmentStatus::Cancelled) {
            findings.add(
                "state",
                record(),
                "The enrollment costs something and has no payment.",
            );
        }
        return Ok(());
    };
    if embedded.status != embedded_status(payment.status) {
        findings.add(
            "state",
            record(),
            format!(
                "The enrollment says its payment is {}; the payment is {}.",
                embedded.status.as_str(),
                payment.status.as_str()
            ),
        );
    }
    if embedded.amount != Some(payment.amount)
        || !embedded
            .currency
            .as_deref()
            .is_some_and(|code| code.eq_ignore_ascii_case(payment.currency.code()))
    {
        findings.add(
            "state",
            record(),
            "The enrollment and its payment are of different amounts.",
        );
    }
    let learning = matches!(
        enrollment.status,
        EnrollmentStatus::Active | EnrollmentStatus::Completed
    );
    if learning && !covers(payment) {
        findings.add(
            "state",
            record(),
            "The course is open to the student and nothing pays for it.",
        );
    }
    Ok(())
}
