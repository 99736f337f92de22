//! Lists of people, courses, enrollments, payments and audit events: typed questions, answered a
//! window at a time with the total.
//!
//! Deliberately absent: who may see what (the workflows set the scope), and words for the screen.

mod answer;
mod audit;
pub(crate) mod cells;
mod courses;
mod cube;
mod enrollments;
mod payments;
mod people;
pub(crate) mod plan;
#[cfg(test)]
mod tests;
mod text;

pub use audit::AuditQuery;
pub use courses::{CourseQuery, CourseRow, CourseSort};
#[cfg(test)]
pub(crate) use enrollments::PAYMENT_STATUSES;
pub use enrollments::{EnrollmentQuery, EnrollmentRow, EnrollmentSort};
pub use payments::{PaymentQuery, PaymentRow, PaymentSort};
pub use people::{PeopleQuery, PeopleSort, PersonRow};
