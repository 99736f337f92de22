//! Stories of enrolling, over a real workspace.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::{
    Actor, Code, Collection, CourseId, Currency,
    change::Patch,
    enrollment::{EmbeddedPaymentStatus, EnrollmentStatus},
    ledger::Method,
    payment::PaymentStatus,
};
use testkit::TestWorkspace;
use workflows::{
    WorkflowError,
    dto::{ById, ByIdRevReason, MoneyDto, WindowDto},
    enrollment::{self, dto::*},
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

fn who(actor: &Actor) -> String {
    actor.user.expect("a person").to_hex()
}

fn by_id(id: &str) -> ById {
    ById { id: id.to_owned() }
}

fn people(course: CourseId, users: &[&Actor]) -> EnrollPeople {
    EnrollPeople {
        users: users.iter().map(|actor| who(actor)).collect(),
        course: course.to_hex(),
        method: Method::Cash,
    }
}

fn enroll(t: &TestWorkspace, course: CourseId, student: &Actor) -> EnrolledOne {
    let mut outcome = enrollment::enroll(&t.desk(), &t.admin, people(course, &[student])).unwrap();
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    outcome.enrolled.remove(0)
}

fn see(t: &TestWorkspace, actor: &Actor, id: &str) -> EnrollmentDetail {
    enrollment::enrollment(&t.desk(), actor, by_id(id)).unwrap()
}

fn pay(t: &TestWorkspace, payment: &str) -> PaymentDetail {
    let read = payments::payment(&t.desk(), &t.admin, by_id(payment)).unwrap();
    payments::payment_record_cash(
        &t.desk(),
        &t.admin,
        RecordCash {
            id: payment.to_owned(),
            rev: read.rev,
            amount_minor: read.amount.minor,
            received_on: None,
            note: None,
        },
    )
    .unwrap()
}

fn list(t: &TestWorkspace, actor: &Actor, filter: EnrollmentFilter) -> Vec<EnrollmentRowDto> {
    let window = WindowDto {
        offset: 0,
        limit: 100,
    };
    enrollment::enrollments_list(&t.desk(), actor, ListEnrollments { filter, window })
        .unwrap()
        .rows
}

#[test]
fn the_dry_run_says_what_enrolling_does_and_changes_nothing() {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let course = t.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let (one, two, gone) = (t.student(), t.student(), t.student());
    let already = t.student();
    enroll(&t, course, &already);
    t.commit(
        "person.suspended",
        Collection::Users,
        gone.user.unwrap(),
        |set| {
            set.patch(
                Collection::Users,
                gone.user.unwrap(),
                Patch::new().put("status", "suspended"),
            )
        },
    );
    let mut args = people(course, &[&one, &teacher, &gone, &already, &two, &one]);
    args.users.push("000000000000000000000000".to_owned());
    args.users.push("nobody".to_owned());

    let dry = enrollment::enroll_preview(&t.desk(), &t.admin, args.clone()).unwrap();
    assert_eq!(
        dry.price,
        MoneyDto {
            minor: 25_000,
            currency: Currency::Gbp
        }
    );
    assert_eq!(dry.enrolled.len(), 2, "each once");
    assert!(
        dry.enrolled
            .iter()
            .all(|e| e.enrollment.is_none() && e.payment.is_none())
    );
    let codes: Vec<Code> = dry.refused.iter().map(|r| r.code).collect();
    assert_eq!(
        codes,
        [
            Code::Invalid,
            Code::AccountClosed,
            Code::Taken,
            Code::NotFound,
            Code::NotFound
        ],
        "{:?}",
        dry.refused
    );
    assert!(
        dry.refused[2].message.contains("already in"),
        "{}",
        dry.refused[2].message
    );
    assert_eq!(
        list(&t, &t.admin, EnrollmentFilter::default()).len(),
        1,
        "a dry run changes nothing"
    );

    let done = enrollment::enroll(&t.desk(), &t.admin, args).unwrap();
    assert_eq!((done.enrolled.len(), done.refused.len()), (2, 5));
    for one in &done.enrolled {
        assert_eq!(one.status, EnrollmentStatus::Pending);
        assert!(one.payment.is_some(), "it costs something");
    }
    assert_eq!(t.course_now(course).enrollment_count, 3);
}

#[test]
fn a_class_of_300_is_enrolled_at_once() {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let course = t.course("Weaving", &teacher, 0, Currency::Usd);
    let mut ids = Vec::new();
    for n in 0..300 {
        let id = domain::UserId(workflows::Ids::object_id(&t.ids));
        let user = domain::user::User::new(
            id,
            format!("Pupil {n:03}"),
            format!("pupil{n}@example.org"),
            domain::Role::Student,
            t.now(),
        );
        let document = bson::serialize_to_document(&user).unwrap();
        t.commit("person.created", Collection::Users, id, |set| {
            set.insert(Collection::Users, document)
        });
        ids.push(id.to_hex());
    }
    let args = EnrollPeople {
        users: ids.clone(),
        course: course.to_hex(),
        method: Method::Cash,
    };
    let done = enrollment::enroll(&t.desk(), &t.admin, args.clone()).unwrap();
    assert_eq!((done.enrolled.len(), done.refused.len()), (300, 0));
    assert!(
        done.enrolled
            .iter()
            .all(|e| e.status == EnrollmentStatus::Active && e.payment.is_none()),
        "it is free"
    );
    assert_eq!(t.course_now(course).enrollment_count, 300);
    let again = enrollment::enroll(&t.desk(), &t.admin, args).unwrap();
    assert_eq!((again.enrolled.len(), again.refused.len()), (0, 300));
    let many = EnrollPeople {
        users: (0..1001).map(|n| format!("{n:024x}")).collect(),
        course: course.to_hex(),
        method: Method::Cash,
    };
    assert_eq!(
        code(enrollment::enroll(&t.desk(), &t.admin, many)),
        Some(Code::TooLarge)
    );
    let none = EnrollPeople {
        users: vec![],
        course: course.to_hex(),
        method: Method::Cash,
    };
    assert_eq!(
        code(enrollment::enroll(&t.desk(), &t.admin, none)),
        Some(Code::Required)
    );
}

#[test]
fn nobody_is_enrolled_in_a_draft() {
    let t = testkit::workspace();
    let (teacher, student) = (t.instructor(), t.student());
    let draft = t.draft_course("Weaving", &teacher);
    assert_eq!(
        code(enrollment::enroll(
            &t.desk(),
            &t.admin,
            people(draft, &[&student])
        )),
        Some(Code::WrongState)
    );
    let mine = EnrollMyself {
        course: draft.to_hex(),
        method: Method::Stripe,
    };
    assert_eq!(
        code(enrollment::enroll_myself(&t.desk(), &student, mine)),
        Some(Code::NotFound),
        "a student is not told of drafts"
    );
}

#[test]
fn a_student_enrolls_pays_and_is_in() {
    let t = testkit::workspace();
    let (teacher, student, other) = (t.instructor(), t.student(), t.student());
    let course = t.course("Weaving", &teacher, 24_999, Currency::Eur);
    let args = EnrollMyself {
        course: course.to_hex(),
        method: Method::Stripe,
    };
    let mine = enrollment::enroll_myself(&t.desk(), &student, args.clone()).unwrap();
    assert_eq!(
        code(enrollment::enroll_myself(&t.desk(), &student, args)),
        Some(Code::Taken)
    );
    let id = mine.enrollment.unwrap();
    let page = see(&t, &student, &id);
    assert_eq!(page.status, EnrollmentStatus::Pending);
    assert_eq!(page.why.code, "waits-for-payment");
    assert_eq!(page.why.params["amountMinor"], 24_999);
    assert_eq!(page.why.by.as_ref().unwrap().name, student.name);
    assert_eq!(page.price.minor, 24_999);
    assert!(
        !page.verbs.cancel && !page.verbs.refund && !page.verbs.record_payment,
        "a student runs nothing"
    );

    // The price of the moment stays, whatever the course costs later.
    t.commit("course.updated", Collection::Courses, course, |set| {
        set.patch(
            Collection::Courses,
            course,
            Patch::new().put("price", 999.0),
        )
    });
    let paid = pay(&t, &mine.payment.unwrap());
    assert_eq!(paid.captured.minor, 24_999);
    let page = see(&t, &t.admin, &id);
    assert_eq!(
        (page.status, page.why.code.as_str()),
        (EnrollmentStatus::Active, "paid")
    );
    assert_eq!(
        page.why.params["receipt"],
        paid.receipt_number.clone().unwrap()
    );
    assert_eq!(page.why.by.as_ref().unwrap().name, t.admin.name);
    assert_eq!(page.why.link.as_ref().unwrap().id, paid.id);
    assert!(page.started_at.is_some() && page.verbs.refund && page.verbs.cancel);
    assert_eq!(page.lessons.len(), 4);
    assert_eq!(
        code(enrollment::enrollment(&t.desk(), &other, by_id(&id))),
        Some(Code::NotFound),
        "another student is told nothing"
    );
}

#[test]
fn each_role_sees_its_own() {
    let t = testkit::workspace();
    let (teacher, colleague, finance, student) =
        (t.instructor(), t.instructor(), t.finance(), t.student());
    let course = t.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let theirs = t.course("Dyeing", &colleague, 25_000, Currency::Gbp);
    let one = enroll(&t, course, &student);
    enroll(&t, theirs, &student);
    pay(&t, &one.payment.clone().unwrap());
    let id = one.enrollment.unwrap();

    let page = see(&t, &teacher, &id);
    assert_eq!(page.progress, Some(0.0));
    assert!(
        page.payments.is_empty() && page.why.link.is_none(),
        "instructors see no money"
    );
    assert_eq!(
        page.why.params,
        serde_json::json!({}),
        "not even in the reason"
    );
    assert_eq!(
        code(enrollment::enrollment(&t.desk(), &colleague, by_id(&id))),
        Some(Code::NotFound)
    );

    let page = see(&t, &finance, &id);
    assert_eq!(
        (page.progress, page.time_spent, page.final_score),
        (None, None, None)
    );
    assert!(
        page.lessons.is_empty() && page.results.is_empty(),
        "finance sees no learning"
    );
    assert_eq!(page.payments.len(), 1);
    assert!(page.verbs.refund && !page.verbs.cancel && !page.verbs.grade);

    let rows = list(&t, &teacher, EnrollmentFilter::default());
    assert_eq!(rows.len(), 1, "only of their own courses");
    assert_eq!(
        (rows[0].course.title.as_str(), rows[0].payment_status),
        ("Weaving", None)
    );
    let rows = list(&t, &finance, EnrollmentFilter::default());
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter().all(|row| row.progress.is_none()),
        "finance sees no progress"
    );
    let paid = EnrollmentFilter {
        payment_statuses: vec![EmbeddedPaymentStatus::Completed],
        ..Default::default()
    };
    assert_eq!(list(&t, &t.admin, paid).len(), 1);
    let args = ListEnrollments {
        filter: EnrollmentFilter::default(),
        window: WindowDto {
            offset: 0,
            limit: 10,
        },
    };
    assert_eq!(
        code(enrollment::enrollments_list(&t.desk(), &student, args)),
        Some(Code::Forbidden)
    );
    for actor in [&teacher, &finance, &student] {
        assert_eq!(
            code(enrollment::enroll(
                &t.desk(),
                actor,
                people(course, &[&student])
            )),
            Some(Code::Forbidden)
        );
        let cancel = ByIdRevReason {
            id: id.clone(),
            rev: 1,
            reason: "x".into(),
        };
        assert_eq!(
            code(enrollment::enrollment_cancel(&t.desk(), actor, cancel)),
            Some(Code::Forbidden)
        );
    }
}

#[test]
fn cancelling_takes_the_open_payment_along_and_coming_back_starts_anew() {
    let t = testkit::workspace();
    let (teacher, student) = (t.instructor(), t.student());
    let course = t.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let one = enroll(&t, course, &student);
    let (id, first) = (one.enrollment.unwrap(), one.payment.unwrap());
    let rev = see(&t, &t.admin, &id).rev;
    let cancel = |rev: i64, reason: &str| {
        enrollment::enrollment_cancel(
            &t.desk(),
            &t.admin,
            ByIdRevReason {
                id: id.clone(),
                rev,
                reason: reason.to_owned(),
            },
        )
    };
    assert_eq!(code(cancel(rev + 1, "moved")), Some(Code::Stale));
    assert_eq!(code(cancel(rev, "  ")), Some(Code::Required));
    let page = cancel(rev, "moved away").unwrap();
    assert_eq!(
        (page.status, page.why.code.as_str()),
        (EnrollmentStatus::Cancelled, "cancelled-by")
    );
    assert_eq!(page.why.params["reason"], "moved away");
    assert_eq!(page.payments[0].status, PaymentStatus::Cancelled);
    assert_eq!(t.course_now(course).enrollment_count, 0);
    let payment = payments::payment(&t.desk(), &t.admin, by_id(&first)).unwrap();
    assert_eq!(payment.why.code, "cancelled-with-enrollment");
    assert_eq!(code(cancel(page.rev, "again")), Some(Code::WrongState));

    t.clock.advance_days(30);
    t.commit("course.updated", Collection::Courses, course, |set| {
        set.patch(
            Collection::Courses,
            course,
            Patch::new().put("price", 300.0),
        )
    });
    let again = RetryPayment {
        enrollment: id.clone(),
        method: Method::Stripe,
    };
    let page = enrollment::enrollment_reopen(&t.desk(), &t.admin, again.clone()).unwrap();
    assert_eq!(
        (page.status, page.attempt, page.price.minor),
        (EnrollmentStatus::Pending, 2, 30_000)
    );
    assert_eq!(page.history.len(), 1);
    assert_eq!(page.history[0].reason.as_deref(), Some("moved away"));
    assert_eq!(page.payments.len(), 2, "earlier payments stay");
    assert_eq!(page.payments[0].amount.minor, 30_000, "newest first");
    assert_eq!(
        code(enrollment::enrollment_reopen(&t.desk(), &t.admin, again)),
        Some(Code::Taken)
    );
    pay(&t, &page.payments[0].id);
    let page = see(&t, &t.admin, &id);
    assert_eq!(page.status, EnrollmentStatus::Active);

    // Cancelled while paid: the money stays until it is refunded, and the page says so.
    let page = cancel(page.rev, "left early").unwrap();
    assert_eq!(page.why.params["keptMinor"], 30_000);
    assert!(page.verbs.refund && page.verbs.reopen);
}

#[test]
fn coming_back_by_enrolling_again_reopens_the_same_enrollment() {
    let t = testkit::workspace();
    let (teacher, student) = (t.instructor(), t.student());
    let course = t.course("Open weaving", &teacher, 0, Currency::Gbp);
    let one = enroll(&t, course, &student);
    let id = one.enrollment.unwrap();
    let page = see(&t, &t.admin, &id);
    assert_eq!(
        (page.status, page.why.code.as_str()),
        (EnrollmentStatus::Active, "free-course")
    );
    assert!(!page.verbs.retry_payment && page.payments.is_empty());
    let args = ByIdRevReason {
        id: id.clone(),
        rev: page.rev,
        reason: "no time".into(),
    };
    enrollment::enrollment_cancel(&t.desk(), &t.admin, args).unwrap();
    let dry = enrollment::enroll_preview(&t.desk(), &t.admin, people(course, &[&student])).unwrap();
    assert!(
        dry.enrolled[0].reopens,
        "the dry run says that the student comes back"
    );
    let back = enroll(&t, course, &student);
    assert_eq!(
        (back.enrollment.as_deref(), back.reopens),
        (Some(id.as_str()), true)
    );
    let page = see(&t, &t.admin, &id);
    assert_eq!((page.status, page.attempt), (EnrollmentStatus::Active, 2));
    assert_eq!(t.course_now(course).enrollment_count, 1);
}
