//! Enrollments: the list, the page, enrolling, cancelling, re-opening. Each command unpacks, calls the workflow of its name and converts; the rules are below.

#[allow(clippy::wildcard_imports)]
use workflows::{dto::*, enrollment::dto::*, payments::dto::RetryPayment};

use super::commands;

commands! { enrollment:
    enrollments_list(ListEnrollments) -> PageOf<EnrollmentRowDto>;
    enrollment(ById) -> EnrollmentDetail;
    enroll_preview(EnrollPeople) -> EnrollOutcome;
    enroll(EnrollPeople) -> EnrollOutcome;
    enroll_myself(EnrollMyself) -> EnrolledOne;
    enrollment_cancel(ByIdRevReason) -> EnrollmentDetail;
    enrollment_reopen(RetryPayment) -> EnrollmentDetail;
}
