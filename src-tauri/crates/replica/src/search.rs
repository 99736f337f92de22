//! Finding people, courses, receipts and enrollments by what a person types.
//!
//! What is typed is never query syntax: words are cut out of it here and quoted. Deliberately absent:
//! ranking by frequency. The first matches in the order they were added answer at once, also after one
//! letter; whoever wants an order narrows a list instead.

use domain::{CourseId, EnrollmentId, PaymentId, UserId, course::CourseStatus, Role};

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A person.
    Person {
        /// Who.
        id: UserId,
        /// Their name.
        name: String,
        /// Their e-mail.
        email: String,
        /// Their role.
        role: Role,
    },
    /// A course.
    Course {
        /// Which.
        id: CourseId,
        /// Its title.
        title: String,
        /// Who teaches it.
        instructor: UserId,
        /// Where it stands.
        status: CourseStatus,
        /// Whether the catalog shows it to students when published.
        is_public: bool,
    },
    /// A payment, by its receipt number or a provider's reference.
    Payment {
        /// Which.
        id: PaymentId,
        /// Who paid.
        user: UserId,
        /// Their name.
        user_name: String,
        /// For which course.
        course_title: String,
        /// The number that matched, or the receipt's.
        reference: String,
    },
    /// An enrollment, by its id or its certificate's.
    Enrollment {
        /// Which.
        id: EnrollmentId,
        /// The student.
        user: UserId,
        /// Their name.
        user_name: String,
        /// The course.
        course: CourseId,
        /// Its title.
        course_title: String,
    },
}
