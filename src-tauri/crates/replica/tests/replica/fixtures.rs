//! An institution small enough to hold in one's head, and the change sets that happen in it.

use std::path::PathBuf;

use bson::{Document, doc, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Collection, CourseId, Currency, DeviceId, EnrollmentId, Guard, Money,
    Offline, OpId, PaymentId, Role, Timestamp, UserId,
    audit::Deed,
    change::Patch,
    course::Course,
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::{EntryKind, GENESIS, LedgerEntry, Method, SeriesTail},
    payment::{Payment, PaymentStatus},
    user::User,
};
use replica::{Authority, Committed, Key, Replica};
use tempfile::TempDir;
use uuid::Uuid;

/// What the stories need to see of an authority's documents, whichever store they are in.
pub(crate) trait World: Sync {
    fn authority(&self) -> &dyn Authority;
    fn document(&self, collection: Collection, id: ObjectId) -> Option<Document>;
    fn ledger(&self, payment: PaymentId) -> Vec<LedgerEntry>;
    fn tail(&self, device: &DeviceId) -> SeriesTail;

    /// Whether `updatedAt` is when the change set was decided; a server's clock says it otherwise.
    fn stamps_the_time_of_the_change(&self) -> bool {
        true
    }

    fn apply(&self, change_set: &ChangeSet) {
        assert_eq!(
            self.authority().commit(change_set).unwrap(),
            Committed::Applied
        );
    }
}

pub(crate) struct LocalWorld {
    pub(crate) replica: Replica,
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

impl LocalWorld {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("workspace.db");
        let replica = Replica::create(&path, &key()).unwrap();
        Self {
            replica,
            path,
            _folder: folder,
        }
    }
}

impl World for LocalWorld {
    fn authority(&self) -> &dyn Authority {
        &self.replica
    }

    fn document(&self, collection: Collection, id: ObjectId) -> Option<Document> {
        self.replica
            .read(|reader| reader.document(collection, id))
            .unwrap()
    }

    fn ledger(&self, payment: PaymentId) -> Vec<LedgerEntry> {
        self.replica
            .read(|reader| reader.ledger_of_payment(payment))
            .unwrap()
    }

    fn tail(&self, device: &DeviceId) -> SeriesTail {
        self.replica
            .read(|reader| reader.series_tail(device))
            .unwrap()
    }
}

pub(crate) fn key() -> Key {
    Key::from_bytes([7; 32])
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_750_000_000_000 + second * 1000)
}

pub(crate) fn device() -> DeviceId {
    DeviceId::new("DESK1").unwrap()
}

pub(crate) fn actor() -> Actor {
    Actor {
        user: None,
        name: "Registrar".to_owned(),
        role: Role::Admin,
        device: device(),
    }
}

pub(crate) fn change_set(verb: &str, collection: Collection, id: impl Into<ObjectId>) -> ChangeSet {
    let op = OpId(Uuid::now_v7());
    ChangeSet::new(
        op,
        actor(),
        at(0),
        Deed::new(verb, collection, id),
        Offline::Queue,
    )
}

pub(crate) fn to_document(value: &impl serde::Serialize) -> Document {
    bson::serialize_to_document(value).unwrap()
}

pub(crate) fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::Gbp)
}

pub(crate) fn person(name: &str, email: &str, role: Role) -> User {
    User::new(
        UserId(ObjectId::new()),
        name.to_owned(),
        email.to_owned(),
        role,
        at(0),
    )
}

pub(crate) fn add_person(world: &dyn World, user: &User) {
    world.apply(
        &change_set("user.created", Collection::Users, user.id)
            .insert(Collection::Users, to_document(user)),
    );
}

pub(crate) fn add_course(world: &dyn World, course: &Course) {
    world.apply(
        &change_set("course.created", Collection::Courses, course.id)
            .insert(Collection::Courses, to_document(course)),
    );
}

/// One course of one instructor, one student.
pub(crate) struct School {
    pub(crate) instructor: UserId,
    pub(crate) student: UserId,
    pub(crate) course: CourseId,
}

pub(crate) fn school(world: &dyn World) -> School {
    let instructor = person("Grace Hopper", "grace@example.org", Role::Instructor);
    let student = person("Ada Lovelace", "ada@example.org", Role::Student);
    add_person(world, &instructor);
    add_person(world, &student);
    let mut course = Course::new(
        CourseId(ObjectId::new()),
        "Compilers".to_owned(),
        instructor.id,
        Currency::Gbp,
        at(0),
    );
    course.slug = Some("compilers".to_owned());
    course.price = Some(100.0);
    add_course(world, &course);
    School {
        instructor: instructor.id,
        student: student.id,
        course: course.id,
    }
}

pub(crate) fn enrolling(enrollment: &Enrollment) -> ChangeSet {
    change_set("enrollment.created", Collection::Enrollments, enrollment.id)
        .about(Collection::Users, enrollment.user)
        .insert(Collection::Enrollments, to_document(enrollment))
        .patch(
            Collection::Courses,
            enrollment.course,
            Patch::new().inc("enrollmentCount", 1),
        )
}

pub(crate) trait About {
    fn about(self, collection: Collection, id: impl Into<ObjectId>) -> Self;
}

impl About for ChangeSet {
    fn about(mut self, collection: Collection, id: impl Into<ObjectId>) -> Self {
        self.deed = self.deed.about(collection, id);
        self
    }
}

pub(crate) fn enrollment(user: UserId, course: CourseId) -> Enrollment {
    let mut enrollment = Enrollment::new(EnrollmentId(ObjectId::new()), user, course, at(1));
    enrollment.payment.amount = Some(100.0);
    enrollment.payment.currency = Some("GBP".to_owned());
    enrollment
}

pub(crate) fn entry(
    op: OpId,
    payment: &Payment,
    kind: EntryKind,
    minor: i64,
    tail: &SeriesTail,
) -> LedgerEntry {
    LedgerEntry {
        op,
        payment: payment.id,
        enrollment: payment.enrollment.unwrap(),
        user: payment.user,
        course: payment.course,
        kind,
        amount_minor: minor,
        currency: payment.currency,
        method: payment.method,
        provider_ref: None,
        occurred_at: at(2),
        recorded_at: at(2),
        recorded_by: None,
        device: tail.device.clone(),
        note: None,
        erased: false,
        number: tail.last + 1,
        prev: tail.hash.clone(),
        hash: GENESIS.to_owned(),
    }
    .sealed()
}

/// A change set that enrolls the student and books the whole price in cash.
pub(crate) fn enrolled_and_paid(
    user: UserId,
    course: CourseId,
    tail: &SeriesTail,
) -> (ChangeSet, Payment) {
    let mut enrollment = enrollment(user, course);
    enrollment.status = EnrollmentStatus::Active;
    let mut payment = Payment::new(
        PaymentId(ObjectId::new()),
        enrollment.id,
        user,
        course,
        gbp(10_000),
        Method::Cash,
        at(1),
    );
    payment.status = PaymentStatus::Completed;
    payment.paid_at = Some(at(2));
    let mut change_set = enrolling(&enrollment);
    let row = entry(change_set.op, &payment, EntryKind::Charge, 10_000, tail);
    payment.receipt_number = Some(row.receipt_number());
    change_set = change_set
        .insert(Collection::Payments, to_document(&payment))
        .ledger(row);
    (change_set, payment)
}

/// A change set that gives back some of a payment.
pub(crate) fn refunding(payment: &Payment, minor: i64, tail: &SeriesTail) -> ChangeSet {
    let change_set = change_set("payment.refunded", Collection::Payments, payment.id);
    let row = entry(change_set.op, payment, EntryKind::Refund, -minor, tail);
    let refund = doc! {
        "_id": ObjectId::new(), "amount": gbp(minor).to_double(), "status": "succeeded", "refundedAt": at(3),
    };
    change_set
        .guard(Guard::Refundable {
            payment: payment.id,
            amount_minor: minor,
        })
        .patch(
            Collection::Payments,
            payment.id,
            Patch::new().push("refunds", refund),
        )
        .ledger(row)
}
