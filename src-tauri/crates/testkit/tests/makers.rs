//! The fixtures are what they say, so that a test built on them fails for its own reasons only.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::{Currency, Role, enrollment::EnrollmentStatus, payment::PaymentStatus};
use testkit::workspace;

#[test]
fn two_workspaces_of_one_seed_are_alike_and_of_two_seeds_are_not() {
    let (one, same, other) = (workspace(), workspace(), testkit::workspace_seeded(2));
    assert_eq!(one.workspace.id(), same.workspace.id());
    assert_ne!(one.workspace.id(), other.workspace.id());
}

#[test]
fn people_have_their_roles_and_addresses_of_their_own() {
    let t = workspace();
    for role in Role::ALL {
        let (first, second) = (t.person(role), t.person(role));
        assert_ne!(first.user, second.user);
        assert_eq!(t.user(second.user.unwrap()).role, role);
    }
}

#[test]
fn a_student_is_enrolled_unpaid_paid_or_for_free() {
    let t = workspace();
    let teacher = t.instructor();
    let dear = t.course("Dear", &teacher, 12_000, Currency::Gbp);
    let free = t.course("Free", &teacher, 0, Currency::Gbp);
    assert_eq!(t.course_now(dear).curriculum.len(), 2);
    let student = t.student();
    let (waiting, payment) = t.enrolled_unpaid(&student, dear);
    let payment = payment.expect("a course with a price asks for a payment");
    assert_eq!(t.enrollment_now(waiting).status, EnrollmentStatus::Pending);
    t.paid_in_cash(payment);
    assert_eq!(t.enrollment_now(waiting).status, EnrollmentStatus::Active);
    assert_eq!(t.payment_now(payment).status, PaymentStatus::Completed);
    assert_eq!(
        t.enrollment_now(t.enrolled(&student, free)).status,
        EnrollmentStatus::Active
    );
    assert_eq!(
        t.enrollment_now(t.enrolled(&t.student(), dear)).status,
        EnrollmentStatus::Active
    );
}
