//! Cash, and what else is done about payments.

use domain::{
    ChangeSet, Collection, CourseId, Currency, DeviceId, EnrollmentId, Guard, Money, PaymentId,
    UserId,
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::{Method, SeriesTail},
    payment::{Payment, PaymentStatus},
    role::Role,
    rules::{
        enrolling,
        paying::{
            self, Case, Cash,
            exception::{Found, Why, exception},
        },
    },
};
use sync::Verdict;

use super::{Server, at, courses::course, document, id, stamp};

fn server() -> Server {
    let mut server = Server::default();
    let (e, p) = (EnrollmentId(id(300)), PaymentId(id(400)));
    let mut enrollment = Enrollment::new(e, UserId(id(7)), CourseId(id(200)), at(0));
    enrollment.payment.amount = Some(10.0);
    enrollment.payment.currency = Some("GBP".to_owned());
    let mut payment = Payment::new(
        p,
        e,
        UserId(id(7)),
        CourseId(id(200)),
        Money::new(1_000, Currency::Gbp),
        Method::Cash,
        at(0),
    );
    payment.attempt = Some(1);
    let mut course = course(1);
    course.enrollment_count = 1;
    server.put(Collection::Courses, document(&course));
    server.put(Collection::Enrollments, document(&enrollment));
    server.put(Collection::Payments, document(&payment));
    server
}

fn read(server: &Server) -> (Payment, Enrollment) {
    (
        server.get(Collection::Payments, id(400)),
        server.get(Collection::Enrollments, id(300)),
    )
}

fn decide<T>(server: &Server, decide: impl FnOnce(&Case<'_>) -> T) -> T {
    let (payment, enrollment) = read(server);
    decide(&Case {
        payment: &payment,
        enrollment: Some(&enrollment),
        payments: std::slice::from_ref(&payment),
    })
}

fn cash(server: &Server) -> ChangeSet {
    let tail = SeriesTail::fresh(DeviceId::new("A1").unwrap());
    decide(server, |case| {
        let cash = Cash {
            counted: Money::new(1_000, Currency::Gbp),
            received_at: at(60),
            note: None,
        };
        paying::record_cash(&stamp(1, Role::Finance, 3), case, &cash, &tail).unwrap()
    })
}

#[test]
fn cash_is_fitted_while_its_payment_still_waits() {
    let mut server = server();
    let mine = cash(&server);
    server.edit(Collection::Enrollments, id(300), |e| {
        drop(e.insert("notes", Vec::<bson::Bson>::new()));
    });
    server.edit(Collection::Payments, id(400), |p| {
        drop(p.insert("method", "stripe"));
    });
    let rebased = server.pushed(&mine);
    assert_eq!(rebased.cards, []);
    assert!(
        rebased
            .change_set
            .guards
            .iter()
            .any(|g| matches!(g, Guard::Series { .. })),
        "the series is the authority's"
    );
    let (payment, enrollment) = read(&server);
    assert_eq!(
        (payment.status, payment.method),
        (PaymentStatus::Completed, Method::Cash)
    );
    assert_eq!(enrollment.status, EnrollmentStatus::Active);
}

#[test]
fn who_was_let_in_already_is_not_let_in_again() {
    let mut server = server();
    let mine = cash(&server);
    server.edit(Collection::Enrollments, id(300), |e| {
        e.insert("status", "active");
        e.insert("startDate", at(5));
    });
    let rebased = server.pushed(&mine);
    assert!(
        !rebased
            .change_set
            .deed
            .detail
            .get_bool("activates")
            .unwrap()
    );
    assert_eq!(read(&server).1.start_date, Some(at(5)));
}

#[test]
fn cash_for_a_payment_that_cannot_take_it_is_an_exception() {
    for (status, why) in [
        ("completed", Why::Booked),
        ("partially_refunded", Why::Booked),
        ("refunded", Why::Refunded),
        ("cancelled", Why::Cancelled),
        ("failed", Why::Failed),
        ("processing", Why::Processing),
    ] {
        let mut server = server();
        let mine = cash(&server);
        server.edit(Collection::Payments, id(400), |p| {
            drop(p.insert("status", status));
        });
        assert_eq!(server.fitted(&mine).verdict, Verdict::Exception(why));
        let (payment, enrollment) = read(&server);
        let found = Found {
            payment: Some(&payment),
            enrollment: Some(&enrollment),
            payments: std::slice::from_ref(&payment),
        };
        let own = exception(&mine, &found, PaymentId(id(401))).unwrap();
        // Overtaken once more, it stays an exception of the same kind.
        server.edit(Collection::Enrollments, id(300), |e| {
            drop(e.insert("notes", Vec::<bson::Bson>::new()));
        });
        assert_eq!(server.fitted(&own).verdict, Verdict::Exception(why));
    }
    let mut gone = server();
    let mine = cash(&gone);
    gone.0.remove(&(Collection::Payments, id(400)));
    assert_eq!(
        gone.fitted(&mine).verdict,
        Verdict::Exception(Why::Gone),
        "its payment never arrived"
    );
}

#[test]
fn an_unpaid_change_leaves_alone_what_somebody_else_paid() {
    let mut server = server();
    let mine = decide(&server, |case| {
        paying::cancel(&stamp(1, Role::Finance, 3), case, "a mistake").unwrap()
    });
    // Another payment of the enrollment was made and booked.
    server.edit(Collection::Enrollments, id(300), |e| {
        e.insert("status", "active");
        e.get_document_mut("payment")
            .unwrap()
            .insert("status", "completed");
    });
    assert_eq!(server.pushed(&mine).cards, []);
    let (payment, enrollment) = read(&server);
    assert_eq!(payment.status, PaymentStatus::Cancelled);
    assert_eq!(
        enrollment.payment.status,
        domain::enrollment::EmbeddedPaymentStatus::Completed
    );
}

#[test]
fn who_paid_meanwhile_is_not_cancelled_unawares() {
    let mut server = server();
    let (payment, enrollment) = read(&server);
    let mine = enrolling::cancel(
        &stamp(1, Role::Admin, 1),
        &enrollment,
        &[payment],
        "moved away",
    )
    .unwrap();
    let mut noted = server.clone();
    noted.edit(Collection::Enrollments, id(300), |e| {
        drop(e.insert("notes", Vec::<bson::Bson>::new()));
    });
    noted.pushed(&mine);
    assert_eq!(read(&noted).1.status, EnrollmentStatus::Cancelled);
    server.edit(Collection::Enrollments, id(300), |e| {
        e.get_document_mut("payment")
            .unwrap()
            .insert("status", "completed");
    });
    let Verdict::Dead(no) = server.fitted(&mine).verdict else {
        panic!("they paid")
    };
    assert_eq!(no.field.as_deref(), Some("payment.status"));
}
