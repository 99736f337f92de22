//! The enrollment page: all there is to know about one enrollment, as far as the one who looks may.

use bson::Bson;
use domain::{
    Actor, Money, Role,
    course::{Course, CourseStatus},
    enrollment::{Enrollment, EnrollmentStatus},
    payment::Payment,
    role::Permission,
    rules::{effective, learning::results, paying, refunding},
    user::{User, UserStatus},
};
use replica::Reader;

use super::{
    course_ref,
    dto::{
        EarlierRunDto, EnrollmentDetail, EnrollmentPaymentDto, EnrollmentVerbs, LessonProgressDto,
        ResultDto,
    },
    parse, person, seen_by, why,
};
use crate::{
    desk::Desk,
    dto::{ById, PersonRef, moment},
    error::WorkflowError,
};

/// One enrollment.
pub fn enrollment(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ById,
) -> Result<EnrollmentDetail, WorkflowError> {
    let id = parse(&args.id)?;
    desk.read(|reader| {
        let (enrollment, course) = seen_by(reader, actor, id)?;
        let payments = reader.payments_of_enrollment(id)?;
        detail(reader, actor, &enrollment, course.as_ref(), &payments)
    })
}

fn detail(
    reader: &Reader<'_>,
    actor: &Actor,
    enrollment: &Enrollment,
    course: Option<&Course>,
    payments: &[Payment],
) -> Result<EnrollmentDetail, WorkflowError> {
    let student = reader.user(enrollment.user)?;
    let learning = actor.role != Role::Finance;
    let money = actor.role.may(Permission::SeePayments) || actor.is(enrollment.user);
    let progress = &enrollment.progress;
    Ok(EnrollmentDetail {
        id: enrollment.id.to_hex(),
        rev: enrollment.rev(),
        student: PersonRef {
            id: enrollment.user.to_hex(),
            name: student
                .as_ref()
                .map_or_else(String::new, |s| s.name.clone()),
        },
        student_email: student
            .as_ref()
            .map_or_else(String::new, |s| s.email.clone()),
        course: course_ref(enrollment.course, course),
        instructor: match course {
            Some(course) => person(reader, course.instructor)?,
            None => PersonRef {
                id: String::new(),
                name: String::new(),
            },
        },
        status: enrollment.status,
        why: why::why(reader, enrollment, payments, money, learning)?,
        enrolled_at: moment(enrollment.enrollment_date),
        started_at: enrollment.start_date.map(moment),
        completed_at: enrollment.completion_date.map(moment),
        ended_at: enrollment.ended_at.map(moment),
        end_reason: enrollment.end_reason.clone(),
        price: price(enrollment, course, payments).into(),
        progress: learning.then_some(progress.percentage),
        time_spent: learning.then_some(progress.total_time_spent),
        last_access_at: progress.last_accessed_at.filter(|_| learning).map(moment),
        lessons: if learning {
            lessons(enrollment, course)
        } else {
            Vec::new()
        },
        results: if learning {
            results_of(enrollment, course)
        } else {
            Vec::new()
        },
        final_score: enrollment.final_score.filter(|_| learning),
        certificate_id: enrollment.certificate_id.clone().filter(|_| learning),
        certificate_issued_at: enrollment
            .certificate_issued_at
            .filter(|_| learning)
            .map(moment),
        certificate_revoked_at: enrollment
            .certificate_revoked_at
            .filter(|_| learning)
            .map(moment),
        payments: if money { paid(payments)? } else { Vec::new() },
        attempt: enrollment.attempt,
        history: history(enrollment, learning),
        verbs: verbs(actor, enrollment, course, student.as_ref(), payments)?,
    })
}

/// The price of the moment of enrolling; where another program left it out, what was asked for, or
/// what the course costs.
fn price(enrollment: &Enrollment, course: Option<&Course>, payments: &[Payment]) -> Money {
    let currency = enrollment
        .payment
        .currency
        .as_deref()
        .and_then(|code| code.parse().ok())
        .or_else(|| course.map(|course| course.currency))
        .unwrap_or_default();
    match enrollment.payment.amount {
        Some(amount) => Money::from_double(amount, currency).unwrap_or(Money::zero(currency)),
        None => paying::asked(enrollment, payments)
            .ok()
            .or_else(|| course.and_then(|course| course.price().ok().flatten()))
            .unwrap_or(Money::zero(currency)),
    }
}

fn lessons(enrollment: &Enrollment, course: Option<&Course>) -> Vec<LessonProgressDto> {
    let done = &enrollment.progress.completed_lessons;
    course
        .into_iter()
        .flat_map(Course::lessons)
        .map(|(_, lesson)| {
            let id = lesson.id.map_or_else(String::new, domain::LessonId::to_hex);
            let completed = done.iter().find(|d| !id.is_empty() && d.lesson_id == id);
            LessonProgressDto {
                title: lesson.title.clone(),
                completed_at: completed
                    .map(|d| moment(d.completed_at.unwrap_or(enrollment.updated_at))),
                time_spent: completed.map_or(0, |d| d.time_spent),
                id,
            }
        })
        .collect()
}

/// The course's assessments with the student's results, then results of assessments the course no
/// longer has.
fn results_of(enrollment: &Enrollment, course: Option<&Course>) -> Vec<ResultDto> {
    let known = course.map_or(&[][..], |course| &course.assessments);
    let mut rows: Vec<ResultDto> = known
        .iter()
        .map(|assessment| {
            let result = results::result_in(enrollment, assessment);
            ResultDto {
                assessment_id: assessment.assessment_id.clone(),
                title: assessment.title.clone(),
                weight: assessment.weight,
                max_score: assessment.max_score,
                pass_score: assessment.pass_score,
                required: assessment.required,
                score: result.and_then(|r| r.score),
                attempts: result.map_or(0, |r| r.attempts),
                passed: result.is_some_and(|r| r.passed),
                completed_at: result.and_then(|r| r.completed_at).map(moment),
            }
        })
        .collect();
    rows.extend(
        enrollment
            .assessments
            .iter()
            .filter(|result| {
                known
                    .iter()
                    .all(|a| a.assessment_id != result.assessment_id)
            })
            .map(|result| ResultDto {
                assessment_id: result.assessment_id.clone(),
                title: result.assessment_id.clone(),
                weight: 0.0,
                max_score: result.max_score.unwrap_or_default(),
                pass_score: 0.0,
                required: false,
                score: result.score,
                attempts: result.attempts,
                passed: result.passed,
                completed_at: result.completed_at.map(moment),
            }),
    );
    rows
}

fn paid(payments: &[Payment]) -> Result<Vec<EnrollmentPaymentDto>, WorkflowError> {
    payments
        .iter()
        .rev()
        .map(|payment| {
            Ok(EnrollmentPaymentDto {
                id: payment.id.to_hex(),
                status: payment.status,
                method: payment.method,
                amount: payment.amount()?.into(),
                refunded: payment.refunded()?.into(),
                receipt_number: payment.receipt_number.clone(),
                created_at: moment(payment.created_at),
                paid_at: payment.paid_at.map(moment),
            })
        })
        .collect()
}

/// Earlier runs, newest first. Those another program wrote in a form of its own are left out.
fn history(enrollment: &Enrollment, learning: bool) -> Vec<EarlierRunDto> {
    let runs = enrollment
        .history
        .iter()
        .rev()
        .filter_map(Bson::as_document);
    runs.filter_map(|run| {
        let mut whole = run.clone();
        whole.insert("_id", enrollment.id);
        whole.insert("user", enrollment.user);
        whole.insert("course", enrollment.course);
        let run: Enrollment = bson::deserialize_from_document(whole).ok()?;
        Some(EarlierRunDto {
            attempt: run.attempt,
            status: run.status,
            enrolled_at: moment(run.enrollment_date),
            ended_at: run.ended_at.or(run.completion_date).map(moment),
            reason: run.end_reason,
            progress: learning.then_some(run.progress.percentage),
        })
    })
    .collect()
}

fn verbs(
    actor: &Actor,
    enrollment: &Enrollment,
    course: Option<&Course>,
    student: Option<&User>,
    payments: &[Payment],
) -> Result<EnrollmentVerbs, WorkflowError> {
    let role = actor.role;
    let status = enrollment.status;
    let of_run = || {
        payments
            .iter()
            .filter(|p| effective::of_this_run(enrollment, p))
    };
    let open = of_run().any(Payment::is_open);
    let mut refundable = false;
    for payment in payments.iter().filter(|p| effective::covers(p)) {
        refundable |= !refunding::available(payment)?.is_zero();
    }
    let pays = role.may(Permission::RecordPayments) || actor.is(enrollment.user);
    let owes = paying::asked(enrollment, payments).is_ok();
    Ok(EnrollmentVerbs {
        cancel: role.may(Permission::EnrollOthers)
            && matches!(status, EnrollmentStatus::Pending | EnrollmentStatus::Active),
        reopen: role.may(Permission::EnrollOthers)
            && matches!(
                status,
                EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded
            )
            && course.is_some_and(|c| c.status == CourseStatus::Published)
            && student.is_some_and(|s| s.status == UserStatus::Active && s.role == Role::Student),
        record_payment: role.may(Permission::RecordPayments)
            && status == EnrollmentStatus::Pending
            && open,
        retry_payment: pays && status == EnrollmentStatus::Pending && !open && owes,
        refund: role.may(Permission::Refund) && refundable,
        grade: course
            .is_some_and(|c| !c.assessments.is_empty() && results::may_grade(actor, c).is_ok())
            && matches!(
                status,
                EnrollmentStatus::Active | EnrollmentStatus::Completed
            ),
        revoke_certificate: role.may(Permission::EnrollOthers)
            && enrollment.certificate_issued
            && enrollment.certificate_revoked_at.is_none(),
    })
}
