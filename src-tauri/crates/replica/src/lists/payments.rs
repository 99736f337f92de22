//! The list of payments: what it can be narrowed by, sorted by, and shows.

use domain::{
    CourseId, Currency, EnrollmentId, Money, PaymentId, Timestamp, UserId, ledger::Method,
    payment::PaymentStatus,
};

/// What a list of payments is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PaymentSort {
    /// When it was made.
    #[default]
    Created,
    /// The payer's name, folded.
    Student,
    /// The course's title, folded.
    Course,
    /// Currency, then amount.
    Amount,
    /// Status, then when made.
    Status,
    /// Method, then when made.
    Method,
    /// Receipt number; none comes before the first.
    Receipt,
}

impl PaymentSort {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Student,
        Self::Course,
        Self::Amount,
        Self::Status,
        Self::Method,
        Self::Receipt,
    ];
}

/// Which payments, in which order. An empty list or `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaymentQuery {
    /// Words of the payer's name or e-mail or of the course's title, or the beginning of a receipt
    /// number or of a provider's reference.
    pub text: Option<String>,
    /// Any of these statuses.
    pub statuses: Vec<PaymentStatus>,
    /// Any of these methods.
    pub methods: Vec<Method>,
    /// Of this currency.
    pub currency: Option<Currency>,
    /// By this person.
    pub user: Option<UserId>,
    /// For this course.
    pub course: Option<CourseId>,
    /// For this enrollment.
    pub enrollment: Option<EnrollmentId>,
    /// Made at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Made before this moment.
    pub created_before: Option<Timestamp>,
    /// At least this much, in minor units.
    pub amount_min: Option<i64>,
    /// At most this much, in minor units.
    pub amount_max: Option<i64>,
    /// Only those with a refund that waits for a second person.
    pub refund_requested_only: bool,
    /// Sorted by.
    pub sort: PaymentSort,
    /// From the end.
    pub descending: bool,
}

/// A line of the list of payments.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentRow {
    /// The payment.
    pub id: PaymentId,
    /// Who pays.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// For which course.
    pub course: CourseId,
    /// Its title.
    pub course_title: String,
    /// For which enrollment; another program may have named none.
    pub enrollment: Option<EnrollmentId>,
    /// Where it stands.
    pub status: PaymentStatus,
    /// How.
    pub method: Method,
    /// What is asked for, and captured once completed.
    pub amount: Money,
    /// What was given back.
    pub refunded: Money,
    /// What waits for a second person's approval to be given back.
    pub refund_requested: Money,
    /// The number on the receipt, once the money is booked.
    pub receipt_number: Option<String>,
    /// When the money moved.
    pub paid_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}
