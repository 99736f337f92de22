//! What others do about a student's learning: results, and the end of a certificate.

use domain::{
    Actor,
    role::Permission,
    rules::learning::results::{record, revoke_certificate},
};

use super::{certificates, dto::RecordResult, find, parse};
use crate::{
    accounts::stamp,
    desk::Desk,
    dto::{ById, ByIdRevReason},
    enrollment::{dto::EnrollmentDetail, enrollment},
    error::WorkflowError,
};

/// Records a result in an assessment: by the course's instructor or an administrator.
pub fn result_record(
    desk: &Desk<'_>,
    actor: &Actor,
    args: RecordResult,
) -> Result<EnrollmentDetail, WorkflowError> {
    actor.require(Permission::Grade)?;
    let id = parse(&args.enrollment)?;
    let key = certificates::key(desk)?;
    desk.decide(|reader| {
        let (enrollment, course) = find(reader, id)?;
        let mint = &mut || key.mint(desk.ids.random());
        let stamp = stamp(desk, actor.clone());
        Ok((
            record(
                &stamp,
                &enrollment,
                &course,
                args.rev,
                &args.assessment_id,
                args.score,
                mint,
            )?,
            (),
        ))
    })?;
    enrollment(
        desk,
        actor,
        ById {
            id: args.enrollment,
        },
    )
}

/// Revokes the certificate of an enrollment. Its id stays, and tells so.
pub fn certificate_revoke(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRevReason,
) -> Result<EnrollmentDetail, WorkflowError> {
    actor.require(Permission::EnrollOthers)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        let (enrollment, _) = find(reader, id)?;
        let stamp = stamp(desk, actor.clone());
        Ok((
            revoke_certificate(&stamp, &enrollment, args.rev, &args.reason)?,
            (),
        ))
    })?;
    enrollment(desk, actor, ById { id: args.id })
}
