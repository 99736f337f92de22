//! Stories of money, over a real workspace: every figure is checked against the ledger.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod own_list;
mod refunds;

use domain::{
    Actor, Code, Collection, CourseId, Currency, PaymentId,
    change::Patch,
    enrollment::EnrollmentStatus,
    ledger::{Method, verify_chain},
    payment::{PaymentStatus, RefundStatus},
};
use testkit::TestWorkspace;
use workflows::{
    WorkflowError,
    dto::{ById, ByIdRevReason, MoneyDto, Nothing, WindowDto},
    enrollment::{self, dto::EnrollPeople},
    payments::{self, dto::*},
};

fn code<T>(outcome: Result<T, WorkflowError>) -> Option<Code> {
    match outcome {
        Ok(_) => None,
        Err(error) => Some(
            error
                .code()
                .unwrap_or_else(|| panic!("not a refusal: {error}")),
        ),
    }
}

fn by_id(id: &str) -> ById {
    ById { id: id.to_owned() }
}

struct Till {
    t: TestWorkspace,
    finance: Actor,
    other: Actor,
    student: Actor,
    course: CourseId,
    enrollment: String,
    payment: String,
}

/// A student who owes 250.00 pounds, and two finance officers.
fn till() -> Till {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let (finance, other, student) = (t.finance(), t.finance(), t.student());
    let course = t.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let (enrollment, payment) = join(&t, course, &student);
    Till {
        t,
        finance,
        other,
        student,
        course,
        enrollment,
        payment,
    }
}

fn join(t: &TestWorkspace, course: CourseId, student: &Actor) -> (String, String) {
    let args = EnrollPeople {
        users: vec![student.user.unwrap().to_hex()],
        course: course.to_hex(),
        method: Method::Cash,
    };
    let outcome = enrollment::enroll(&t.desk(), &t.admin, args).unwrap();
    let one = outcome.enrolled[0].clone();
    (one.enrollment.unwrap(), one.payment.unwrap())
}

impl Till {
    fn see(&self) -> PaymentDetail {
        payments::payment(&self.t.desk(), &self.finance, by_id(&self.payment)).unwrap()
    }

    fn cash(&self, minor: i64, day: Option<&str>) -> Result<PaymentDetail, WorkflowError> {
        let args = RecordCash {
            id: self.payment.clone(),
            rev: self.see().rev,
            amount_minor: minor,
            received_on: day.map(str::to_owned),
            note: Some("Counted twice".into()),
        };
        payments::payment_record_cash(&self.t.desk(), &self.finance, args)
    }

    fn ask(&self, who: &Actor, minor: i64) -> Result<PaymentDetail, WorkflowError> {
        let args = AskRefund {
            id: self.payment.clone(),
            rev: self.see().rev,
            amount_minor: minor,
            reason: "Could not attend".into(),
        };
        payments::refund_ask(&self.t.desk(), who, args)
    }

    fn decide(&self, who: &Actor, approve: bool) -> Result<PaymentDetail, WorkflowError> {
        let page = self.see();
        let waiting = page
            .refunds
            .iter()
            .find(|r| r.status == RefundStatus::Pending)
            .expect("one waits");
        let args = DecideRefund {
            id: self.payment.clone(),
            rev: page.rev,
            refund: waiting.id.clone(),
            approve,
            reason: Some("Checked".into()),
        };
        payments::refund_decide(&self.t.desk(), who, args)
    }

    fn status(&self) -> EnrollmentStatus {
        enrollment::enrollment(&self.t.desk(), &self.t.admin, by_id(&self.enrollment))
            .unwrap()
            .status
    }

    /// The ledger says what the payment says, and its chain is whole.
    fn audit(&self) {
        let page = self.see();
        assert_eq!(
            page.ledger_balance.minor,
            page.captured.minor - page.refunded.minor,
            "{page:?}"
        );
        assert!(page.ledger.iter().all(|row| row.intact));
        let mut rows = Vec::new();
        self.t
            .workspace
            .replica()
            .read(|reader| {
                reader.ledger_rows(|row| {
                    rows.push(row);
                    Ok(())
                })
            })
            .unwrap();
        assert_eq!(verify_chain(&rows), [], "the chain is whole");
        for (n, row) in rows.iter().enumerate() {
            assert_eq!(
                row.number,
                u64::try_from(n).unwrap() + 1,
                "no gaps on one device"
            );
        }
    }
}

#[test]
fn cash_is_counted_booked_and_receipted() {
    let till = till();
    assert_eq!(till.see().why.code, "waits-for-money");
    assert_eq!(code(till.cash(24_999, None)), Some(Code::Amount));
    assert_eq!(
        code(till.cash(25_000, Some("2026-03-03"))),
        Some(Code::Invalid),
        "tomorrow"
    );
    assert_eq!(
        code(till.cash(25_000, Some("2024-01-01"))),
        Some(Code::Invalid),
        "long before it was asked for"
    );
    assert_eq!(
        code(till.cash(25_000, Some("3 March"))),
        Some(Code::Invalid)
    );
    assert_eq!(
        till.status(),
        EnrollmentStatus::Pending,
        "nothing of that changed anything"
    );
    let page = till.cash(25_000, Some("2026-02-28")).unwrap();
    assert_eq!(
        (page.status, page.why.code.as_str()),
        (PaymentStatus::Completed, "captured")
    );
    assert!(
        page.paid_at
            .as_deref()
            .unwrap()
            .starts_with("2026-02-28T12:00"),
        "noon of that day: {:?}",
        page.paid_at
    );
    let receipt = page.receipt_number.clone().unwrap();
    assert!(
        receipt.starts_with("R-") && receipt.ends_with("-000001"),
        "{receipt}"
    );
    assert_eq!(page.ledger.len(), 1);
    assert_eq!(page.ledger[0].note.as_deref(), Some("Counted twice"));
    assert_eq!(
        page.ledger[0].recorded_by.as_ref().unwrap().name,
        till.finance.name
    );
    assert_eq!(till.status(), EnrollmentStatus::Active);
    assert_eq!(
        code(till.cash(25_000, None)),
        Some(Code::WrongState),
        "money is booked once"
    );
    till.audit();
}

#[test]
fn what_somebody_else_changed_is_not_overwritten() {
    let till = till();
    let rev = till.see().rev;
    till.cash(25_000, None).unwrap();
    let args = FailPayment {
        id: till.payment.clone(),
        rev,
        code: None,
        message: "declined".into(),
    };
    assert_eq!(
        code(payments::payment_fail(&till.t.desk(), &till.finance, args)),
        Some(Code::WrongState)
    );
    let args = AskRefund {
        id: till.payment.clone(),
        rev,
        amount_minor: 1,
        reason: "x".into(),
    };
    assert_eq!(
        code(payments::refund_ask(&till.t.desk(), &till.finance, args)),
        Some(Code::Stale)
    );
    till.audit();
}

#[test]
fn a_provider_reports_twice_and_is_booked_once() {
    let till = till();
    let report = |payment: &str, rev: i64, value: &str| {
        let args = RecordProvider {
            id: payment.to_owned(),
            rev,
            method: Method::Stripe,
            reference: ReferenceDto {
                kind: ReferenceKind::ChargeId,
                value: value.to_owned(),
            },
            paid_on: None,
            note: None,
        };
        payments::payment_record_provider(&till.t.desk(), &till.finance, args)
    };
    let rev = till.see().rev;
    assert_eq!(code(report(&till.payment, rev, " ")), Some(Code::Required));
    assert_eq!(
        code(report(&till.payment, rev, "ch 1")),
        Some(Code::Invalid)
    );
    let first = report(&till.payment, rev, "ch_1").unwrap();
    assert_eq!(
        (first.status, first.method),
        (PaymentStatus::Completed, Method::Stripe)
    );
    let second = report(&till.payment, rev, "ch_1").unwrap();
    assert_eq!(
        (second.rev, second.ledger.len()),
        (first.rev, 1),
        "the same report again changes nothing"
    );
    let (_, elsewhere) = join(&till.t, till.course, &till.t.student());
    assert_eq!(code(report(&elsewhere, 1, "ch_1")), Some(Code::Taken));
    assert_eq!(
        code(report(&till.payment, second.rev, "ch_2")),
        Some(Code::WrongState)
    );
    till.audit();
}

#[test]
fn a_failed_payment_is_tried_again_without_doubling() {
    let till = till();
    let fail = FailPayment {
        id: till.payment.clone(),
        rev: till.see().rev,
        code: Some("card_declined".into()),
        message: "The card was declined".into(),
    };
    let page = payments::payment_fail(&till.t.desk(), &till.finance, fail).unwrap();
    assert_eq!(
        (page.status, page.why.code.as_str()),
        (PaymentStatus::Failed, "failed")
    );
    assert!(page.verbs.retry && !page.verbs.record_cash);
    let e = enrollment::enrollment(&till.t.desk(), &till.student, by_id(&till.enrollment)).unwrap();
    assert_eq!(
        (e.status, e.why.code.as_str()),
        (EnrollmentStatus::Pending, "payment-failed")
    );
    assert!(e.verbs.retry_payment, "a student may try again");

    let retry = |who: &Actor, method| {
        let args = RetryPayment {
            enrollment: till.enrollment.clone(),
            method,
        };
        payments::payment_retry(&till.t.desk(), who, args)
    };
    assert_eq!(
        code(retry(&till.t.student(), Method::Cash)),
        Some(Code::NotFound),
        "not another student's"
    );
    till.t.clock.advance(60);
    let next = retry(&till.student, Method::Stripe).unwrap();
    assert_ne!(next.id, till.payment);
    assert_eq!(
        (next.status, next.amount.minor),
        (PaymentStatus::Pending, 25_000)
    );
    assert_eq!(
        retry(&till.finance, Method::Stripe).unwrap().id,
        next.id,
        "the open one is used again"
    );
    let other = retry(&till.finance, Method::Cash).unwrap();
    assert_eq!(
        (other.id.as_str(), other.method),
        (next.id.as_str(), Method::Cash),
        "by another method too"
    );

    let cancel = ByIdRevReason {
        id: next.id.clone(),
        rev: other.rev,
        reason: "Wrong amount".into(),
    };
    let page = payments::payment_cancel(&till.t.desk(), &till.finance, cancel).unwrap();
    assert_eq!(
        (page.status, page.why.code.as_str()),
        (PaymentStatus::Cancelled, "cancelled")
    );
    assert_eq!(
        till.status(),
        EnrollmentStatus::Pending,
        "the enrollment keeps waiting"
    );
}

#[test]
fn each_sees_the_payments_that_are_theirs() {
    let till = till();
    let other = till.t.student();
    let (_, theirs) = join(&till.t, till.course, &other);
    let list = |who: &Actor, user: Option<String>| {
        let filter = PaymentFilter {
            user,
            ..PaymentFilter::default()
        };
        let args = ListPayments {
            filter,
            window: WindowDto {
                offset: 0,
                limit: 50,
            },
        };
        payments::payments_list(&till.t.desk(), who, args).map(|page| page.rows)
    };
    assert_eq!(list(&till.finance, None).unwrap().len(), 2);
    let mine = list(&till.student, other.user.map(domain::UserId::to_hex)).unwrap();
    assert_eq!(
        mine.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(),
        [till.payment.as_str()],
        "always one's own"
    );
    assert_eq!(
        code(list(&till.t.instructor(), None)),
        Some(Code::Forbidden)
    );
    assert_eq!(
        code(payments::payment(
            &till.t.desk(),
            &till.student,
            by_id(&theirs)
        )),
        Some(Code::NotFound)
    );
    let page = payments::payment(&till.t.desk(), &till.student, by_id(&till.payment)).unwrap();
    assert_eq!(
        page.verbs,
        PaymentVerbs::default(),
        "a student books nothing"
    );
    for actor in [&till.student, &till.t.instructor()] {
        let args = RecordCash {
            id: till.payment.clone(),
            rev: 1,
            amount_minor: 25_000,
            received_on: None,
            note: None,
        };
        assert_eq!(
            code(payments::payment_record_cash(&till.t.desk(), actor, args)),
            Some(Code::Forbidden)
        );
        assert_eq!(
            code(payments::payments_queue(&till.t.desk(), actor, Nothing {})),
            Some(Code::Forbidden)
        );
    }
    let queue = payments::payments_queue(&till.t.desk(), &till.finance, Nothing {}).unwrap();
    assert_eq!(
        queue.outstanding,
        [MoneyDto {
            minor: 50_000,
            currency: Currency::Gbp
        }]
    );
    let pending = queue
        .by_status
        .iter()
        .find(|c| c.status == PaymentStatus::Pending)
        .unwrap();
    assert_eq!(pending.count, 2);
}

#[test]
fn receipts_are_read_printed_and_never_overwritten() {
    let till = till();
    let page = till.cash(25_000, None).unwrap();
    let number = page.receipt_number.unwrap();
    let args = ReceiptArgs {
        payment: till.payment.clone(),
        receipt_number: number.clone(),
    };
    let receipt = payments::receipt(&till.t.desk(), &till.student, args.clone()).unwrap();
    assert_eq!(
        (receipt.number.as_str(), receipt.amount.minor),
        (number.as_str(), 25_000)
    );
    assert_eq!(
        (receipt.institution.as_str(), receipt.payer.as_str()),
        ("Test College", till.student.name.as_str())
    );
    assert_eq!(receipt.hash.len(), 64);
    // A later change of name does not change what was issued.
    let user = till.student.user.unwrap();
    till.t
        .commit("person.updated", Collection::Users, user, |set| {
            set.patch(Collection::Users, user, Patch::new().put("name", "Renamed"))
        });
    let again = payments::receipt(&till.t.desk(), &till.student, args.clone()).unwrap();
    assert_eq!(again.payer, till.student.name);

    let folder = tempfile::tempdir().unwrap();
    let save =
        |who: &Actor| payments::receipt_save(&till.t.desk(), who, args.clone(), folder.path());
    let (first, second) = (save(&till.finance).unwrap(), save(&till.student).unwrap());
    assert_ne!(first.path, second.path, "nothing is overwritten");
    let bytes = std::fs::read(&first.path).unwrap();
    assert!(bytes.starts_with(b"%PDF") && bytes.len() > 5_000);
    assert_eq!(
        bytes,
        std::fs::read(&second.path).unwrap(),
        "the same receipt is the same document"
    );
    assert_eq!(
        code(save(&till.t.student())),
        Some(Code::NotFound),
        "not another student's"
    );

    till.ask(&till.finance, 10_000).unwrap();
    let refund = till.see().refunds[0].receipt_number.clone().unwrap();
    let args = ReceiptArgs {
        payment: till.payment.clone(),
        receipt_number: refund,
    };
    let receipt = payments::receipt(&till.t.desk(), &till.finance, args).unwrap();
    assert_eq!(
        (receipt.amount.minor, receipt.refunds.as_deref()),
        (-10_000, Some(number.as_str()))
    );
    let args = ReceiptArgs {
        payment: till.payment.clone(),
        receipt_number: "R-NONE-000001".into(),
    };
    assert_eq!(
        code(payments::receipt(&till.t.desk(), &till.finance, args)),
        Some(Code::NotFound)
    );
}

#[test]
fn two_desks_that_book_at_once_share_the_series_without_gaps() {
    let till = till();
    let mut waiting = Vec::new();
    for _ in 0..8 {
        waiting.push(join(&till.t, till.course, &till.t.student()).1);
    }
    std::thread::scope(|scope| {
        for half in waiting.chunks(4) {
            let (t, finance) = (&till.t, &till.finance);
            scope.spawn(move || {
                for payment in half {
                    let args = RecordCash {
                        id: payment.clone(),
                        rev: 1,
                        amount_minor: 25_000,
                        received_on: None,
                        note: None,
                    };
                    payments::payment_record_cash(&t.desk(), finance, args).unwrap();
                }
            });
        }
    });
    for payment in &waiting {
        let id: PaymentId = payment.parse().unwrap();
        let sum = till
            .t
            .workspace
            .replica()
            .read(|reader| reader.ledger_sum(id))
            .unwrap();
        assert_eq!(sum, 25_000);
    }
    till.audit();
}
