//! Money back: at once, by two, withdrawn by who asked for it; and what stands in its way.

use domain::{
    Actor, Code, Collection,
    change::Patch,
    enrollment::EnrollmentStatus,
    ledger::{EntryKind, Method},
    payment::{PaymentStatus, RefundStatus},
};
use workflows::{
    WorkflowError,
    dto::{Nothing, TimelineArgs, WindowDto},
    enrollment,
    operations::{
        self,
        dto::{AuditFilter, ListAudit},
    },
    payments::{self, dto::*},
};

use super::{Till, by_id, code, till};

#[test]
fn a_small_refund_is_booked_at_once_and_a_large_one_by_two() {
    let till = till();
    till.cash(25_000, None).unwrap();
    till.t.clock.advance_days(1);
    for (minor, wrong) in [
        (0, Code::Amount),
        (-1, Code::Amount),
        (25_001, Code::Amount),
    ] {
        assert_eq!(code(till.ask(&till.finance, minor)), Some(wrong), "{minor}");
    }
    // The threshold is 200.00: up to it at once.
    let page = till.ask(&till.finance, 4_999).unwrap();
    assert_eq!(
        (page.status, page.refunded.minor, page.refundable.minor),
        (PaymentStatus::PartiallyRefunded, 4_999, 20_001)
    );
    assert_eq!(
        page.refund_threshold_minor, 15_001,
        "what is left of the threshold is told"
    );
    assert_eq!(
        (page.why.code.as_str(), page.ledger.len()),
        ("refunded-in-part", 2)
    );
    assert_eq!(page.ledger[1].balance.minor, 20_001);
    assert_eq!(
        (page.ledger[1].kind, page.ledger[1].method),
        (EntryKind::Refund, Method::Cash),
        "by the way it came"
    );
    assert_eq!(
        till.status(),
        EnrollmentStatus::Active,
        "a partial refund leaves the enrollment"
    );
    till.audit();

    let page = till.ask(&till.finance, 20_001).unwrap();
    assert_eq!(
        (
            page.why.code.as_str(),
            page.refunded.minor,
            page.refundable.minor
        ),
        ("refund-waits", 4_999, 0)
    );
    assert!(!page.refunds[1].may_decide, "not the one who asked");
    let queue = payments::payments_queue(&till.t.desk(), &till.other, Nothing {}).unwrap();
    assert_eq!(queue.refund_requests, 1);
    assert_eq!(
        code(till.decide(&till.finance, true)),
        Some(Code::NeedsApproval)
    );
    assert_eq!(
        code(till.decide(&till.finance, false)),
        Some(Code::NeedsApproval)
    );
    assert_eq!(
        code(till.decide(&till.student, true)),
        Some(Code::Forbidden)
    );
    let page = till.decide(&till.other, false).unwrap();
    assert_eq!(
        (page.refunds[1].status, page.refundable.minor),
        (RefundStatus::Failed, 20_001)
    );
    till.audit();

    till.ask(&till.finance, 20_001).unwrap();
    let page = till.decide(&till.t.admin, true).unwrap();
    assert_eq!(
        (page.status, page.why.code.as_str()),
        (PaymentStatus::Refunded, "refunded-in-full")
    );
    assert_eq!(page.ledger_balance.minor, 0);
    let refund = &page.refunds[2];
    assert_eq!(
        refund.requested_by.as_ref().unwrap().name,
        till.finance.name
    );
    assert_eq!(refund.decided_by.as_ref().unwrap().name, till.t.admin.name);
    assert!(refund.receipt_number.is_some(), "a refund is receipted too");
    assert_eq!(
        till.status(),
        EnrollmentStatus::Refunded,
        "access ends with the money"
    );
    assert_eq!(till.t.course_now(till.course).enrollment_count, 0);
    assert_eq!(
        code(till.ask(&till.finance, 1)),
        Some(Code::WrongState),
        "nothing is left"
    );
    till.audit();
    let e = enrollment::enrollment(&till.t.desk(), &till.finance, by_id(&till.enrollment)).unwrap();
    assert_eq!(
        (e.why.code.as_str(), e.why.params["reason"].as_str()),
        ("refunded", Some("Could not attend"))
    );
}

#[test]
fn a_certificate_must_be_revoked_before_all_is_given_back() {
    let till = till();
    till.cash(25_000, None).unwrap();
    let id: domain::EnrollmentId = till.enrollment.parse().unwrap();
    till.t
        .commit("enrollment.completed", Collection::Enrollments, id, |set| {
            let patch = Patch::new()
                .put("status", "completed")
                .put("certificateIssued", true)
                .put("certificateId", "C-1")
                .put("completionDate", till.t.now());
            set.patch(Collection::Enrollments, id, patch)
        });
    assert_eq!(
        code(till.ask(&till.finance, 25_000)),
        Some(Code::WrongState)
    );
    till.ask(&till.finance, 100).unwrap();
    till.t
        .commit("certificate.revoked", Collection::Enrollments, id, |set| {
            set.patch(
                Collection::Enrollments,
                id,
                Patch::new().put("certificateRevokedAt", till.t.now()),
            )
        });
    till.ask(&till.finance, 24_900).unwrap();
    till.decide(&till.other, true).unwrap();
    assert_eq!(till.status(), EnrollmentStatus::Refunded);
    till.audit();
}

impl Till {
    fn withdraw(&self, who: &Actor, page: &PaymentDetail) -> Result<PaymentDetail, WorkflowError> {
        let args = WithdrawRefund {
            id: self.payment.clone(),
            rev: page.rev,
            refund: page.refunds.last().expect("one was asked for").id.clone(),
        };
        payments::refund_withdraw(&self.t.desk(), who, args)
    }
}

#[test]
fn who_asked_takes_a_refund_back_while_it_waits() {
    let till = till();
    till.cash(25_000, None).unwrap();
    let asked = till.ask(&till.finance, 25_000).unwrap();
    assert!(asked.refunds[0].may_withdraw && !asked.refunds[0].may_decide);
    let seen = payments::payment(&till.t.desk(), &till.other, by_id(&till.payment)).unwrap();
    assert!(seen.refunds[0].may_decide && !seen.refunds[0].may_withdraw);
    let own = payments::payment(&till.t.desk(), &till.student, by_id(&till.payment)).unwrap();
    assert!(!own.refunds[0].may_decide && !own.refunds[0].may_withdraw);
    for (who, no) in [
        (&till.other, Code::Forbidden),
        (&till.t.admin, Code::Forbidden),
        (&till.student, Code::Forbidden),
    ] {
        assert_eq!(code(till.withdraw(who, &asked)), Some(no), "{}", who.name);
    }

    let page = till.withdraw(&till.finance, &asked).unwrap();
    let refund = &page.refunds[0];
    assert_eq!(refund.status, RefundStatus::Failed);
    assert!(refund.withdrawn_at.is_some() && refund.decided_by.is_none());
    assert!(!refund.may_withdraw && !refund.may_decide);
    assert_eq!(
        (
            page.why.code.as_str(),
            page.refundable.minor,
            page.ledger.len()
        ),
        ("captured", 25_000, 1),
        "nothing was booked, and all of it can be asked for again"
    );
    assert_eq!(till.status(), EnrollmentStatus::Active);
    let queue = payments::payments_queue(&till.t.desk(), &till.other, Nothing {}).unwrap();
    assert_eq!(
        queue.refund_requests, 0,
        "nobody has to look at it any more"
    );
    till.audit();

    // Once only, and what somebody decided stays decided.
    assert_eq!(
        code(till.withdraw(&till.finance, &asked)),
        Some(Code::Stale),
        "as it was before"
    );
    assert_eq!(
        code(till.withdraw(&till.finance, &page)),
        Some(Code::WrongState)
    );
    let decide = DecideRefund {
        id: till.payment.clone(),
        rev: page.rev,
        refund: refund.id.clone(),
        approve: true,
        reason: None,
    };
    assert_eq!(
        code(payments::refund_decide(&till.t.desk(), &till.other, decide)),
        Some(Code::WrongState)
    );
    till.ask(&till.finance, 25_000).unwrap();
    let booked = till.decide(&till.other, true).unwrap();
    assert_eq!(
        code(till.withdraw(&till.finance, &booked)),
        Some(Code::WrongState)
    );
    till.audit();
}

#[test]
fn the_trail_and_the_timeline_tell_that_it_was_withdrawn() {
    let till = till();
    till.cash(25_000, None).unwrap();
    let asked = till.ask(&till.finance, 25_000).unwrap();
    till.withdraw(&till.finance, &asked).unwrap();
    let args = TimelineArgs {
        collection: Collection::Payments,
        id: till.payment.clone(),
        before: None,
        limit: 10,
    };
    let told = operations::timeline(&till.t.desk(), &till.other, &args).unwrap();
    let line = &told[0];
    assert_eq!(
        (line.verb.as_str(), line.actor.as_str()),
        ("refund.withdrawn", till.finance.name.as_str())
    );
    assert_eq!(
        (
            line.detail["amountMinor"].as_i64(),
            line.detail["currency"].as_str(),
            line.detail["reason"].as_str()
        ),
        (Some(25_000), Some("GBP"), Some("Could not attend"))
    );
    let trail = ListAudit {
        filter: AuditFilter {
            area: Some("refund.withdrawn".into()),
            ..AuditFilter::default()
        },
        window: WindowDto {
            offset: 0,
            limit: 10,
        },
    };
    let trail = operations::audit_list(&till.t.desk(), &till.t.admin, &trail).unwrap();
    assert_eq!(trail.rows.len(), 1);
    assert_eq!(trail.rows[0].actor, till.finance.name);
}
