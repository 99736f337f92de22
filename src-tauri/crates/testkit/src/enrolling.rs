//! Enrolled students: decided by the rules themselves and committed to the real file, so that
//! enrollment, payment, receipt and ledger are as the product makes them.

use domain::{
    Actor, CourseId, EnrollmentId, PaymentId,
    enrollment::Enrollment,
    ledger::Method,
    payment::Payment,
    rules::{
        Stamp,
        enrolling::{self, Wish},
        paying::{self, Case, Cash},
    },
};
use workflows::desk::Ids;

use crate::TestWorkspace;

impl TestWorkspace {
    /// A stamp of this actor, now.
    pub fn stamp(&self, actor: &Actor) -> Stamp {
        let at = self.now();
        Stamp {
            op: self.ids.op(at),
            at,
            actor: actor.clone(),
        }
    }

    /// The student, enrolled and at work: a course with a price was paid in cash.
    pub fn enrolled(&self, student: &Actor, course: CourseId) -> EnrollmentId {
        let (enrollment, payment) = self.enrolled_unpaid(student, course);
        if let Some(payment) = payment {
            self.paid_in_cash(payment);
        }
        enrollment
    }

    /// The student, enrolled; and the payment waited for, unless the course is free.
    pub fn enrolled_unpaid(
        &self,
        student: &Actor,
        course: CourseId,
    ) -> (EnrollmentId, Option<PaymentId>) {
        let student = self.user(student.user.expect("a student is a person"));
        let course = self.course_now(course);
        let existing = self
            .workspace
            .replica()
            .read(|reader| reader.enrollment_of(student.id, course.id))
            .expect("enrollments can be read");
        let wish = Wish {
            student: &student,
            course: &course,
            existing: existing.as_ref(),
            method: Method::Cash,
            enrollment: EnrollmentId(self.ids.object_id()),
            payment: PaymentId(self.ids.object_id()),
        };
        let enrolled = enrolling::enroll(&self.stamp(&self.admin), &wish)
            .expect("the student can be enrolled");
        self.workspace
            .replica()
            .commit(&enrolled.change_set)
            .expect("the enrollment is applied");
        (enrolled.enrollment, enrolled.payment)
    }

    /// Books the payment's whole amount as cash received now.
    pub fn paid_in_cash(&self, payment: PaymentId) {
        let replica = self.workspace.replica();
        let (payment, enrollment, payments, tail) = replica
            .read(|reader| {
                let payment = reader.payment(payment)?.expect("the payment exists");
                let (enrollment, payments) = match payment.enrollment {
                    Some(id) => (reader.enrollment(id)?, reader.payments_of_enrollment(id)?),
                    None => (None, vec![payment.clone()]),
                };
                let tail = reader.series_tail(self.workspace.device())?;
                Ok((payment, enrollment, payments, tail))
            })
            .expect("payments can be read");
        let case = Case {
            payment: &payment,
            enrollment: enrollment.as_ref(),
            payments: &payments,
        };
        let cash = Cash {
            counted: payment.amount().expect("an amount"),
            received_at: self.now(),
            note: None,
        };
        let set = paying::record_cash(&self.stamp(&self.admin), &case, &cash, &tail)
            .expect("the cash can be booked");
        replica.commit(&set).expect("the booking is applied");
    }

    /// The enrollment as it is now.
    pub fn enrollment_now(&self, id: EnrollmentId) -> Enrollment {
        self.workspace
            .replica()
            .read(|reader| reader.enrollment(id))
            .expect("enrollments can be read")
            .expect("the enrollment exists")
    }

    /// The payment as it is now.
    pub fn payment_now(&self, id: PaymentId) -> Payment {
        self.workspace
            .replica()
            .read(|reader| reader.payment(id))
            .expect("payments can be read")
            .expect("the payment exists")
    }
}
