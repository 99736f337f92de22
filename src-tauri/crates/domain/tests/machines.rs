//! The state machines, written out once more: the tables in the code are held to these.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use domain::{
    enrollment::{EmbeddedPaymentStatus, Enrollment, EnrollmentStatus},
    ids::{CourseId, EnrollmentId, UserId},
    payment::PaymentStatus,
    rules::effective::embedded_status,
};

fn id(n: u8) -> bson::oid::ObjectId {
    bson::oid::ObjectId::from_bytes([n; 12])
}

#[test]
fn enrollments_take_these_ways_and_no_other() {
    let ways = [
        ("pending", "active"),
        ("pending", "cancelled"),
        ("active", "completed"),
        ("active", "cancelled"),
        ("active", "refunded"),
        ("completed", "refunded"),
        ("cancelled", "pending"),
        ("refunded", "pending"),
    ];
    for from in EnrollmentStatus::ALL {
        for to in EnrollmentStatus::ALL {
            let there = ways.contains(&(from.as_str(), to.as_str()));
            assert_eq!(
                from.may_become(to),
                there,
                "{} → {}",
                from.as_str(),
                to.as_str()
            );
        }
    }
}

#[test]
fn payments_take_these_ways_and_no_other() {
    let ways = [
        ("pending", "processing"),
        ("pending", "completed"),
        ("pending", "failed"),
        ("pending", "cancelled"),
        ("processing", "completed"),
        ("processing", "failed"),
        ("completed", "partially_refunded"),
        ("completed", "refunded"),
        ("partially_refunded", "partially_refunded"),
        ("partially_refunded", "refunded"),
    ];
    for from in PaymentStatus::ALL {
        for to in PaymentStatus::ALL {
            let there = ways.contains(&(from.as_str(), to.as_str()));
            assert_eq!(
                from.may_become(to),
                there,
                "{} → {}",
                from.as_str(),
                to.as_str()
            );
        }
        let leads_on = ways.iter().any(|(f, _)| *f == from.as_str());
        assert_eq!(
            from.is_final(),
            !leads_on,
            "{} is final or it is not",
            from.as_str()
        );
    }
}

#[test]
fn a_standing_certificate_bars_the_way_to_refunded() {
    let at = domain::Timestamp::from_millis(0);
    let mut enrollment = Enrollment::new(EnrollmentId(id(1)), UserId(id(2)), CourseId(id(3)), at);
    enrollment.status = EnrollmentStatus::Completed;
    assert!(enrollment.may_become(EnrollmentStatus::Refunded));
    enrollment.certificate_issued = true;
    assert!(!enrollment.may_become(EnrollmentStatus::Refunded));
    enrollment.certificate_revoked_at = Some(at);
    assert!(enrollment.may_become(EnrollmentStatus::Refunded));
    enrollment.status = EnrollmentStatus::Active;
    enrollment.certificate_revoked_at = None;
    assert!(
        enrollment.may_become(EnrollmentStatus::Refunded),
        "only a completed course is barred"
    );
}

#[test]
fn places_are_held_by_those_who_are_in() {
    let held: Vec<&str> = EnrollmentStatus::ALL
        .into_iter()
        .filter(|s| s.holds_place())
        .map(EnrollmentStatus::as_str)
        .collect();
    assert_eq!(held, ["pending", "active", "completed"]);
}

#[test]
fn the_embedded_word_follows_the_payment() {
    for (status, word) in [
        (PaymentStatus::Pending, EmbeddedPaymentStatus::Pending),
        (PaymentStatus::Processing, EmbeddedPaymentStatus::Pending),
        (PaymentStatus::Completed, EmbeddedPaymentStatus::Completed),
        (
            PaymentStatus::PartiallyRefunded,
            EmbeddedPaymentStatus::Completed,
        ),
        (PaymentStatus::Failed, EmbeddedPaymentStatus::Failed),
        (PaymentStatus::Cancelled, EmbeddedPaymentStatus::Failed),
        (PaymentStatus::Refunded, EmbeddedPaymentStatus::Refunded),
    ] {
        assert_eq!(embedded_status(status), word, "{}", status.as_str());
    }
}
