//! Ending an enrollment before it is completed, and opening an ended one again.

use domain::{Actor, Refusal, role::Permission, rules::enrolling};

use super::{dto::EnrollmentDetail, enroll::wish, page::enrollment, parse, unchanged};
use crate::{
    accounts::stamp,
    desk::Desk,
    dto::{ById, ByIdRevReason},
    error::WorkflowError,
    payments::dto::RetryPayment,
};

/// Cancels a pending or active enrollment. Its open payments are cancelled with it; paid money stays
/// until it is refunded.
pub fn enrollment_cancel(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ByIdRevReason,
) -> Result<EnrollmentDetail, WorkflowError> {
    actor.require(Permission::EnrollOthers)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        let found = reader
            .enrollment(id)?
            .ok_or_else(|| Refusal::not_found("The enrollment"))?;
        unchanged(found.rev(), args.rev)?;
        let payments = reader.payments_of_enrollment(id)?;
        Ok((
            enrolling::cancel(&stamp(desk, actor.clone()), &found, &payments, &args.reason)?,
            (),
        ))
    })?;
    enrollment(desk, actor, ById { id: args.id })
}

/// Opens a cancelled or refunded enrollment again, at today's price.
pub fn enrollment_reopen(
    desk: &Desk<'_>,
    actor: &Actor,
    args: RetryPayment,
) -> Result<EnrollmentDetail, WorkflowError> {
    actor.require(Permission::EnrollOthers)?;
    let id = parse(&args.enrollment)?;
    desk.decide(|reader| {
        let found = reader
            .enrollment(id)?
            .ok_or_else(|| Refusal::not_found("The enrollment"))?;
        let student = reader
            .user(found.user)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let course = reader
            .course(found.course)?
            .ok_or_else(|| Refusal::not_found("The course"))?;
        let wish = wish(desk, &student, &course, Some(&found), args.method);
        Ok((
            enrolling::enroll(&stamp(desk, actor.clone()), &wish)?.change_set,
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
