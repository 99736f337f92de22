//! Enrolling, cancelling and re-opening.
//!
//! The price of the moment is copied into the enrollment and its payment; later prices never touch
//! it. A free course needs no payment and is open at once. Seats, waiting lists and enrollment windows
//! are not here yet.

use bson::{Bson, Document, doc};

use super::{Stamp, effective, people};
use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    course::{Course, CourseStatus},
    enrollment::{EmbeddedPayment, EmbeddedPaymentStatus, Enrollment, EnrollmentStatus},
    error::{Code, Refusal},
    ids::{EnrollmentId, PaymentId},
    ledger::Method,
    money::Money,
    payment::{Payment, PaymentStatus},
    role::{Permission, Role},
    user::{User, UserStatus},
};

/// Who is to be enrolled in what, as it was read, and the identifiers to use.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Who.
    pub student: &'a User,
    /// In what.
    pub course: &'a Course,
    /// Their enrollment in it, if they ever had one.
    pub existing: Option<&'a Enrollment>,
    /// How they will pay; free courses ignore it.
    pub method: Method,
    /// For a new enrollment.
    pub enrollment: EnrollmentId,
    /// For the payment.
    pub payment: PaymentId,
}

/// An enrollment decided on.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolled {
    /// To be committed.
    pub change_set: ChangeSet,
    /// The enrollment: new or reopened.
    pub enrollment: EnrollmentId,
    /// The payment it waits for; none for a free course.
    pub payment: Option<PaymentId>,
    /// `pending`, or `active` for a free course.
    pub status: EnrollmentStatus,
    /// An ended enrollment is reopened.
    pub reopens: bool,
}

/// The price asked now. Refuses a course without one.
pub fn price(course: &Course) -> Result<Money, Refusal> {
    course
        .price()?
        .filter(|price| price.minor >= 0)
        .ok_or_else(|| {
            Refusal::field(
                Code::NotReady,
                "course",
                format!("\u{201c}{}\u{201d} has no price yet.", course.title),
            )
        })
}

/// Whether the course takes students, by this person's hand.
pub fn may_take_students(stamp: &Stamp, course: &Course) -> Result<(), Refusal> {
    let published = course.status == CourseStatus::Published;
    if stamp.actor.role == Role::Student && !(published && course.is_public) {
        return Err(Refusal::not_found("The course"));
    }
    if !published {
        return Err(Refusal::field(
            Code::WrongState,
            "course",
            format!(
                "\u{201c}{}\u{201d} is not published, so nobody can be enrolled in it.",
                course.title
            ),
        ));
    }
    Ok(())
}

/// Enrolls a student: a new enrollment, or the ended one reopened.
pub fn enroll(stamp: &Stamp, wish: &Wish<'_>) -> Result<Enrolled, Refusal> {
    let Wish {
        student, course, ..
    } = *wish;
    if stamp.actor.role == Role::Student {
        stamp.actor.require(Permission::Learn)?;
        if !stamp.actor.is(student.id) {
            return Err(Refusal::new(
                Code::Forbidden,
                "You can only enroll yourself.",
            ));
        }
    } else {
        stamp.actor.require(Permission::EnrollOthers)?;
    }
    may_take_students(stamp, course)?;
    if student.role != Role::Student {
        return Err(Refusal::field(
            Code::Invalid,
            "user",
            format!(
                "{} is not a student but {}.",
                student.name,
                role_in_words(student.role)
            ),
        ));
    }
    if student.status != UserStatus::Active {
        return Err(Refusal::field(
            Code::AccountClosed,
            "user",
            format!(
                "The account of {} is {}.",
                student.name,
                student.status.as_str()
            ),
        ));
    }
    let price = price(course)?;
    match wish.existing {
        Some(existing) if existing.status.holds_place() => Err(Refusal::field(
            Code::Taken,
            "user",
            format!(
                "{} is already in \u{201c}{}\u{201d} ({}).",
                student.name,
                course.title,
                existing.status.as_str()
            ),
        )),
        Some(existing) => come_back(stamp, wish, existing, price),
        None => first_time(stamp, wish, price),
    }
}

fn role_in_words(role: Role) -> &'static str {
    match role {
        Role::Student => "a student",
        Role::Instructor => "an instructor",
        Role::Finance => "finance staff",
        Role::Admin => "an administrator",
    }
}

fn first_time(stamp: &Stamp, wish: &Wish<'_>, price: Money) -> Result<Enrolled, Refusal> {
    let mut enrollment =
        Enrollment::new(wish.enrollment, wish.student.id, wish.course.id, stamp.at);
    enrollment.payment = embedded(price, wish.method);
    if price.is_zero() {
        enrollment.status = EnrollmentStatus::Active;
        enrollment.start_date = Some(stamp.at);
    }
    let payment = (!price.is_zero()).then(|| asked_for(stamp, wish, &enrollment, price));
    let values = [
        ("user".to_owned(), Bson::from(wish.student.id)),
        ("course".to_owned(), Bson::from(wish.course.id)),
    ];
    let set = stamp
        .change_set(
            deed(
                "enrollment.created",
                &enrollment,
                payment.as_ref(),
                price,
                wish,
            ),
            Offline::Queue,
        )
        .insert(Collection::Enrollments, document(&enrollment)?)
        .guard(Guard::Unique {
            collection: Collection::Enrollments,
            values: values.into(),
            field: "course".to_owned(),
        });
    complete(set, wish, payment, enrollment.id, enrollment.status, false)
}

fn come_back(
    stamp: &Stamp,
    wish: &Wish<'_>,
    existing: &Enrollment,
    price: Money,
) -> Result<Enrolled, Refusal> {
    if !existing.status.may_become(EnrollmentStatus::Pending) {
        return Err(Refusal::new(
            Code::WrongState,
            "This enrollment cannot be reopened.",
        ));
    }
    // A free course passes through pending at once.
    let status = if price.is_zero() {
        EnrollmentStatus::Active
    } else {
        EnrollmentStatus::Pending
    };
    let mut next = existing.clone();
    next.attempt = existing.attempt.saturating_add(1);
    next.enrollment_date = stamp.at;
    let payment = (!price.is_zero()).then(|| asked_for(stamp, wish, &next, price));
    let fresh = embedded(price, wish.method);
    let mut patch = Patch::new()
        .set("status", existing.status.as_str(), status.as_str())
        .set("attempt", existing.attempt, next.attempt)
        .push("history", earlier_run(existing)?)
        .put("enrollmentDate", stamp.at)
        .put("progress.percentage", 0.0)
        .put("progress.completedLessons", Bson::Array(Vec::new()))
        .put("progress.totalTimeSpent", 0_i64)
        .unset("progress.lastAccessedAt")
        .unset("progress.currentLesson")
        .put("assessments", Bson::Array(Vec::new()))
        .put("payment.amount", price.to_double())
        .put("payment.currency", price.currency.code())
        .put("payment.status", fresh.status.as_str());
    patch = match fresh.method {
        Some(method) => patch.put("payment.method", method),
        None => patch.unset("payment.method"),
    };
    patch = match status {
        EnrollmentStatus::Active => patch.put("startDate", stamp.at),
        _ => patch.unset("startDate"),
    };
    for gone in [
        "completionDate",
        "expirationDate",
        "endedAt",
        "endReason",
        "finalScore",
        "payment.transactionId",
        "payment.paymentIntentId",
        "payment.paidAt",
        "payment.refundedAt",
        "payment.refundAmount",
    ] {
        patch = patch.unset(gone);
    }
    let set = stamp
        .change_set(
            deed("enrollment.reopened", &next, payment.as_ref(), price, wish)
                .with("from", existing.status.as_str()),
            Offline::Queue,
        )
        .patch(Collection::Enrollments, existing.id, patch)
        .at_revision(Collection::Enrollments, existing.id, existing.rev());
    complete(set, wish, payment, existing.id, status, true)
}

/// The parts both ways have in common: the payment, the course's count, and what must still hold.
fn complete(
    mut set: ChangeSet,
    wish: &Wish<'_>,
    payment: Option<Payment>,
    enrollment: EnrollmentId,
    status: EnrollmentStatus,
    reopens: bool,
) -> Result<Enrolled, Refusal> {
    if let Some(payment) = &payment {
        set = set.insert(Collection::Payments, document(payment)?);
    }
    let course = wish.course;
    let field = |collection, id, path: &str, equals: Bson| Guard::Field {
        collection,
        id,
        path: path.to_owned(),
        equals,
    };
    let set = set
        .patch(
            Collection::Courses,
            course.id,
            Patch::new().inc("enrollmentCount", 1),
        )
        .guard(field(
            Collection::Courses,
            course.id.0,
            "status",
            CourseStatus::Published.as_str().into(),
        ))
        .guard(field(
            Collection::Courses,
            course.id.0,
            "price",
            course.price.map_or(Bson::Null, Bson::Double),
        ))
        .guard(field(
            Collection::Courses,
            course.id.0,
            "currency",
            course.currency.code().into(),
        ))
        .guard(field(
            Collection::Users,
            wish.student.id.0,
            "status",
            UserStatus::Active.as_str().into(),
        ));
    Ok(Enrolled {
        change_set: set,
        enrollment,
        payment: payment.map(|p| p.id),
        status,
        reopens,
    })
}

/// What the enrollment knows of its payment before anything is paid. A free course owes nothing, so
/// its payment counts as done: a Mongoose program that asks for `completed` lets the student in.
fn embedded(price: Money, method: Method) -> EmbeddedPayment {
    let free = price.is_zero();
    EmbeddedPayment {
        amount: Some(price.to_double()),
        currency: Some(price.currency.code().to_owned()),
        method: (!free).then(|| method.as_str().to_owned()),
        status: if free {
            EmbeddedPaymentStatus::Completed
        } else {
            EmbeddedPaymentStatus::Pending
        },
        ..EmbeddedPayment::default()
    }
}

fn asked_for(stamp: &Stamp, wish: &Wish<'_>, enrollment: &Enrollment, price: Money) -> Payment {
    let mut payment = Payment::new(
        wish.payment,
        enrollment.id,
        wish.student.id,
        wish.course.id,
        price,
        wish.method,
        stamp.at,
    );
    payment.attempt = Some(enrollment.attempt);
    payment.description = Some(wish.course.title.clone());
    payer(&mut payment, wish.student);
    payment
}

/// Notes down who pays, as they are now.
pub(crate) fn payer(payment: &mut Payment, student: &User) {
    payment.customer.name = Some(student.name.clone());
    payment.customer.email = Some(student.email.clone());
    payment.customer.phone.clone_from(&student.profile.phone);
    payment.metadata.source = Some("desktop".to_owned());
}

/// An ended run, as `history` keeps it.
fn earlier_run(existing: &Enrollment) -> Result<Document, Refusal> {
    let whole = document(existing)?;
    let mut run = doc! {};
    for field in [
        "attempt",
        "status",
        "enrollmentDate",
        "startDate",
        "completionDate",
        "expirationDate",
        "endedAt",
        "endReason",
        "progress",
        "assessments",
        "finalScore",
        "certificateIssued",
        "certificateId",
        "certificateIssuedAt",
        "certificateRevokedAt",
        "payment",
    ] {
        if let Some(value) = whole.get(field) {
            run.insert(field, value.clone());
        }
    }
    Ok(run)
}

fn deed(
    verb: &str,
    enrollment: &Enrollment,
    payment: Option<&Payment>,
    price: Money,
    wish: &Wish<'_>,
) -> Deed {
    let deed = Deed::new(verb, Collection::Enrollments, enrollment.id)
        .about(Collection::Users, wish.student.id)
        .about(Collection::Courses, wish.course.id)
        .with("amountMinor", price.minor)
        .with("currency", price.currency.code())
        .with("free", price.is_zero())
        .with("attempt", enrollment.attempt);
    match payment {
        Some(payment) => deed
            .about(Collection::Payments, payment.id)
            .with("method", payment.method.as_str()),
        None => deed,
    }
}

/// Ends an enrollment that was not completed. Its open payments are cancelled with it; money already
/// paid stays with the institution until it is refunded, and the deed says how much that is.
pub fn cancel(
    stamp: &Stamp,
    enrollment: &Enrollment,
    payments: &[Payment],
    reason: &str,
) -> Result<ChangeSet, Refusal> {
    stamp.actor.require(Permission::EnrollOthers)?;
    let reason = people::reason(Some(reason), true)?.unwrap_or_default();
    if !enrollment.may_become(EnrollmentStatus::Cancelled) {
        return Err(Refusal::new(
            Code::WrongState,
            match enrollment.status {
                EnrollmentStatus::Completed => {
                    "A completed enrollment cannot be cancelled. Refund its payment to end it."
                }
                _ => "This enrollment has already ended.",
            },
        ));
    }
    if payments
        .iter()
        .any(|p| p.status == PaymentStatus::Processing)
    {
        return Err(Refusal::new(
            Code::WrongState,
            "The provider is still processing a payment of this enrollment. Record its outcome first.",
        ));
    }
    let mut deed = Deed::new(
        "enrollment.cancelled",
        Collection::Enrollments,
        enrollment.id,
    )
    .about(Collection::Users, enrollment.user)
    .about(Collection::Courses, enrollment.course)
    .with("from", enrollment.status.as_str())
    .with("reason", reason.as_str());
    let mut after: Vec<Payment> = payments.to_vec();
    let mut open = Vec::new();
    for payment in after
        .iter_mut()
        .filter(|p| p.status == PaymentStatus::Pending)
    {
        payment.status = PaymentStatus::Cancelled;
        payment.cancelled_at = Some(stamp.at);
        payment.cancel_reason = Some(reason.clone());
        deed = deed.about(Collection::Payments, payment.id);
        open.push(payment.clone());
    }
    let mut kept: Option<Money> = None;
    for payment in after
        .iter()
        .filter(|p| effective::of_this_run(enrollment, p) && effective::covers(p))
    {
        let left = payment.refundable()?;
        kept = Some(match kept {
            Some(sum) if sum.currency == left.currency => sum.plus(left)?,
            Some(sum) => sum,
            None => left,
        });
    }
    if let Some(kept) = kept.filter(|kept| !kept.is_zero()) {
        deed = deed
            .with("keptMinor", kept.minor)
            .with("currency", kept.currency.code());
    }
    if let Some(payment) = open.first() {
        deed = deed
            .with(
                "cancelledPayments",
                i64::try_from(open.len()).unwrap_or(i64::MAX),
            )
            .with("amountMinor", payment.amount()?.minor)
            .with("currency", payment.currency.code());
    }
    let mut patch = Patch::new()
        .set(
            "status",
            enrollment.status.as_str(),
            EnrollmentStatus::Cancelled.as_str(),
        )
        .put("endedAt", stamp.at)
        .put("endReason", reason.as_str());
    if let Some(payment) = effective::effective(enrollment, &after) {
        patch = effective::embed(patch, enrollment, payment)?;
    }
    let mut set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Enrollments, enrollment.id, patch)
        .at_revision(Collection::Enrollments, enrollment.id, enrollment.rev())
        .patch(
            Collection::Courses,
            enrollment.course,
            Patch::new().inc("enrollmentCount", -1),
        );
    for payment in &open {
        let patch = Patch::new()
            .set(
                "status",
                PaymentStatus::Pending.as_str(),
                PaymentStatus::Cancelled.as_str(),
            )
            .put("cancelledAt", stamp.at)
            .put("cancelReason", reason.as_str());
        set = set
            .patch(Collection::Payments, payment.id, patch)
            .at_revision(Collection::Payments, payment.id, payment.rev());
    }
    Ok(set)
}

/// The value as the document to store.
pub(crate) fn document(value: &impl serde::Serialize) -> Result<Document, Refusal> {
    bson::serialize_to_document(value).map_err(|error| {
        Refusal::new(
            Code::Invalid,
            format!("The record cannot be written down: {error}"),
        )
    })
}
