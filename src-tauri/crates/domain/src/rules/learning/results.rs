//! Grades: results in the course's assessments, the final score, and the end of a certificate.

use bson::Bson;

use super::{Stamp, settle};
use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Offline, Patch},
    course::{Assessment, Course},
    enrollment::{AssessmentResult, Enrollment, EnrollmentStatus},
    error::{Code, Refusal},
    role::{Actor, Permission, Role},
    rules::publishing::fields::length,
};

/// The result in an assessment, if any.
pub fn result_in<'a>(
    enrollment: &'a Enrollment,
    assessment: &Assessment,
) -> Option<&'a AssessmentResult> {
    enrollment
        .assessments
        .iter()
        .find(|result| result.assessment_id == assessment.assessment_id)
}

/// Required assessments that are not passed yet.
pub fn open_requirements<'a>(
    enrollment: &'a Enrollment,
    course: &'a Course,
) -> impl Iterator<Item = &'a Assessment> {
    course
        .assessments
        .iter()
        .filter(|a| a.required && !result_in(enrollment, a).is_some_and(|result| result.passed))
}

/// The weighted percent over the assessments that have weights, two digits after the point; what was
/// not taken counts as nothing. None where no assessment has a weight, or none of those was taken.
pub fn final_score(enrollment: &Enrollment, course: &Course) -> Option<f64> {
    let weighted = || {
        course
            .assessments
            .iter()
            .filter(|a| a.weight > 0.0 && a.max_score > 0.0)
    };
    if !weighted().any(|a| result_in(enrollment, a).is_some_and(|result| result.score.is_some())) {
        return None;
    }
    let weights: f64 = weighted().map(|a| a.weight).sum();
    let points: f64 = weighted()
        .map(|a| {
            let score = result_in(enrollment, a)
                .and_then(|result| result.score)
                .unwrap_or(0.0);
            a.weight * (score / a.max_score).clamp(0.0, 1.0)
        })
        .sum();
    Some((points / weights * 10_000.0).round() / 100.0)
}

/// Whether the person may grade in the course: its instructor and administrators. In other courses
/// there is nothing for an instructor to see.
pub fn may_grade(actor: &Actor, course: &Course) -> Result<(), Refusal> {
    actor.require(Permission::Grade)?;
    if actor.role == Role::Admin || actor.is(course.instructor) {
        Ok(())
    } else {
        Err(Refusal::not_found("The enrollment"))
    }
}

/// Records a result: the latest counts, tries are counted. It may complete the course; after
/// completion it only mends the score.
pub fn record(
    stamp: &Stamp,
    enrollment: &Enrollment,
    course: &Course,
    read: i64,
    assessment: &str,
    score: f64,
    certificate: &mut dyn FnMut() -> String,
) -> Result<ChangeSet, Refusal> {
    may_grade(&stamp.actor, course)?;
    still(enrollment, read)?;
    if !matches!(
        enrollment.status,
        EnrollmentStatus::Active | EnrollmentStatus::Completed
    ) {
        return Err(Refusal::new(
            Code::WrongState,
            "Results are recorded for who is learning in the course or has completed it.",
        ));
    }
    let assessment = course
        .assessments
        .iter()
        .find(|a| a.assessment_id == assessment)
        .ok_or_else(|| {
            Refusal::field(
                Code::NotFound,
                "assessmentId",
                "This assessment is not in the course any more.",
            )
        })?;
    if !(0.0..=assessment.max_score).contains(&score) {
        return Err(Refusal::field(
            Code::Invalid,
            "score",
            format!("The score is a number from 0 to {}.", assessment.max_score),
        ));
    }
    let passed = score >= assessment.pass_score;
    let mut after = enrollment.clone();
    let known = after
        .assessments
        .iter_mut()
        .find(|r| r.assessment_id == assessment.assessment_id);
    let attempt = match known {
        Some(result) => {
            result.score = Some(score);
            result.max_score = Some(assessment.max_score);
            result.attempts = result.attempts.saturating_add(1);
            result.completed_at = Some(stamp.at);
            result.passed = passed;
            result.attempts
        }
        None => {
            after.assessments.push(AssessmentResult {
                assessment_id: assessment.assessment_id.clone(),
                score: Some(score),
                max_score: Some(assessment.max_score),
                attempts: 1,
                completed_at: Some(stamp.at),
                passed,
                extra: bson::Document::new(),
            });
            1
        }
    };
    let list = |e: &Enrollment| bson::serialize_to_bson(&e.assessments).unwrap_or(Bson::Null);
    let mut patch = Patch::new()
        .set("assessments", list(enrollment), list(&after))
        .put("updatedAt", stamp.at);
    if after.status == EnrollmentStatus::Completed
        && let Some(score) = final_score(&after, course)
    {
        patch = patch.put("finalScore", score);
    }
    let deed = Deed::new("result.recorded", Collection::Enrollments, enrollment.id)
        .about(Collection::Users, enrollment.user)
        .with("assessment", assessment.title.as_str())
        .with("score", score)
        .with("maxScore", assessment.max_score)
        .with("passed", passed)
        .with("attempt", attempt);
    let (patch, deed) = settle(stamp, &after, course, patch, deed, certificate);
    Ok(stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Enrollments, enrollment.id, patch)
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev()))
}

/// Revokes the certificate: its id stays, and says from now on that it was revoked.
pub fn revoke_certificate(
    stamp: &Stamp,
    enrollment: &Enrollment,
    read: i64,
    reason: &str,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::EnrollOthers)?;
    still(enrollment, read)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            "reason",
            "Say why the certificate is revoked.",
        ));
    }
    if length(reason) > 1_000 {
        return Err(Refusal::field(
            Code::TooLong,
            "reason",
            "The reason may have 1,000 characters at most.",
        ));
    }
    let id = match &enrollment.certificate_id {
        Some(id) if enrollment.certificate_issued => id,
        _ => return Err(Refusal::new(Code::WrongState, "No certificate was issued.")),
    };
    if enrollment.certificate_revoked_at.is_some() {
        return Err(Refusal::new(
            Code::WrongState,
            "The certificate is revoked already.",
        ));
    }
    let deed = Deed::new(
        "certificate.revoked",
        Collection::Enrollments,
        enrollment.id,
    )
    .about(Collection::Users, enrollment.user)
    .with("certificate", id.as_str())
    .with("reason", reason);
    Ok(stamp
        .change_set(deed, Offline::Queue)
        .patch(
            Collection::Enrollments,
            enrollment.id,
            Patch::new()
                .set("certificateRevokedAt", Bson::Null, stamp.at)
                .put("updatedAt", stamp.at),
        )
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev()))
}

fn still(enrollment: &Enrollment, read: i64) -> Result<(), Refusal> {
    if enrollment.rev() == read {
        Ok(())
    } else {
        Err(Refusal::new(
            Code::Stale,
            "This enrollment changed in the meantime. Look at it again before you change it.",
        ))
    }
}
