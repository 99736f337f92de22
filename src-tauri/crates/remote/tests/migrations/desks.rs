//! What desktops really send, with the logins their roles give them: the rights suffice.

use bson::{doc, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Code, Collection, CourseId, Currency, DeviceId, EnrollmentId, Money, OpId,
    PaymentId, Role, Timestamp, UserId,
    course::{Category, Course, CourseStatus, Lesson, LessonKind, Level, Module},
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::Method,
    payment::{Payment, PaymentStatus},
    rules::{
        Stamp,
        enrolling::{Wish, enroll},
        paying::{Case, Cash, record_cash},
        people::{NewPerson, create},
        publishing,
        refunding::{Wanted, ask},
    },
    user::{Preferences, Profile, User, UserStatus},
};
use remote::{
    Server,
    port::{Filter, Outcome, Port, Slice, Source, View},
};
use serde::de::DeserializeOwned;
use testkit::mongod::Mongod;

use crate::roles::{connect, prepared};

fn at(n: i64) -> Timestamp {
    Timestamp::from_millis(1_772_442_000_000 + n * 1_000)
}

fn device() -> DeviceId {
    DeviceId::new("DESK1").unwrap()
}

fn stamp(n: i64, role: Role, user: UserId) -> Stamp {
    let op: OpId = format!("01900000-0000-7000-8000-{n:012x}").parse().unwrap();
    let actor = Actor {
        user: Some(user),
        name: "X".to_owned(),
        role,
        device: device(),
    };
    Stamp {
        op,
        at: at(n),
        actor,
    }
}

fn person(n: i64, role: Role) -> NewPerson {
    NewPerson {
        id: UserId(ObjectId::new()),
        name: format!("Person {n}"),
        email: format!("person{n}@example.org"),
        email_verified: true,
        role,
        status: UserStatus::Active,
        password_hash: None,
        profile: Profile::default(),
        preferences: Preferences::default(),
    }
}

fn applied(server: &Server, change_set: &ChangeSet) {
    let outcome = server.commit(change_set).unwrap();
    assert!(
        matches!(outcome, Outcome::Applied(_)),
        "{}: {outcome:?}",
        change_set.deed.verb
    );
}

fn read<T: DeserializeOwned>(
    server: &Server,
    collection: Collection,
    id: impl Into<ObjectId>,
) -> T {
    let slice = Slice {
        source: Source::Documents(collection),
        filter: Filter::All,
        view: View::Whole,
    };
    let found = server.fetch(&slice, &[id.into().into()]).unwrap().remove(0);
    bson::deserialize_from_document(found).unwrap()
}

fn people(admin: &Server) -> (User, User, User) {
    let boss = UserId(ObjectId::new());
    let make = |n, role| {
        let (set, user) = create(&stamp(n, Role::Admin, boss), person(n, role)).unwrap();
        applied(admin, &set);
        user
    };
    (
        make(1, Role::Student),
        make(2, Role::Instructor),
        make(3, Role::Finance),
    )
}

fn course(teacher: UserId) -> Course {
    let lesson = |title: &str| Lesson {
        id: Some(domain::LessonId(ObjectId::new())),
        title: title.to_owned(),
        description: None,
        duration: None,
        kind: LessonKind::Video,
        is_free: false,
        extra: doc! {},
    };
    let mut course = Course::new(
        CourseId(ObjectId::new()),
        "Chess".to_owned(),
        teacher,
        Currency::Gbp,
        at(0),
    );
    course.slug = Some("chess".to_owned());
    course.description = "Openings.".to_owned();
    course.category = Some(Category::Other);
    course.level = Some(Level::Beginner);
    course.price = Some(20.0);
    course.curriculum = vec![Module {
        id: Some(domain::ModuleId(ObjectId::new())),
        title: "One".to_owned(),
        description: None,
        duration: None,
        lessons: vec![lesson("a"), lesson("b")],
        extra: doc! {},
    }];
    course.total_lessons = 2;
    course
}

#[test]
fn a_student_an_instructor_and_finance_do_their_work() {
    let Some((mongod, name)) = prepared() else {
        return;
    };
    let login = |role: &str| connect(&mongod, &name, role);
    let (admin, instructor, finance, student) = (
        login("admin"),
        login("instructor"),
        login("finance"),
        login("student"),
    );
    let (learner, teacher, clerk) = people(&admin);

    // An instructor makes a course; an administrator publishes it.
    let course = course(teacher.id);
    applied(
        &instructor,
        &publishing::create(&stamp(10, Role::Instructor, teacher.id), &course).unwrap(),
    );
    let publish = stamp(11, Role::Admin, UserId(ObjectId::new()))
        .change_set(
            domain::audit::Deed::new("course.published", Collection::Courses, course.id),
            domain::Offline::OnlineOnly,
        )
        .patch(
            Collection::Courses,
            course.id,
            domain::change::Patch::new().set("status", "draft", CourseStatus::Published.as_str()),
        );
    applied(&admin, &publish);
    let course: Course = read(&student, Collection::Courses, course.id);

    // A student enrolls; the course's counter is not theirs to write.
    let wish = Wish {
        student: &learner,
        course: &course,
        existing: None,
        method: Method::Cash,
        enrollment: EnrollmentId(ObjectId::new()),
        payment: PaymentId(ObjectId::new()),
    };
    let enrolled = enroll(&stamp(12, Role::Student, learner.id), &wish).unwrap();
    applied(&student, &enrolled.change_set);
    let counted: Course = read(&admin, Collection::Courses, course.id);
    assert_eq!(counted.enrollment_count, 0);
    assert_eq!(admin.repair_counters(false).unwrap().repairs.len(), 1);
    let counted: Course = read(&admin, Collection::Courses, course.id);
    assert_eq!(counted.enrollment_count, 1);

    // Finance takes the cash, and gives it back.
    let load = || {
        let payment: Payment = read(&finance, Collection::Payments, wish.payment);
        let enrollment: Enrollment = read(&finance, Collection::Enrollments, wish.enrollment);
        (payment, enrollment)
    };
    let (payment, enrollment) = load();
    let all = [payment.clone()];
    let case = Case {
        payment: &payment,
        enrollment: Some(&enrollment),
        payments: &all,
    };
    let cash = Cash {
        counted: Money::new(2_000, Currency::Gbp),
        received_at: at(13),
        note: None,
    };
    let tail = finance.tail(&device()).unwrap();
    let set = record_cash(&stamp(13, Role::Finance, clerk.id), &case, &cash, &tail).unwrap();
    applied(&finance, &set);
    assert!(matches!(
        finance.commit(&set).unwrap(),
        Outcome::AlreadyApplied(_)
    ));
    let (payment, enrollment) = load();
    assert_eq!(enrollment.status, EnrollmentStatus::Active);
    let all = [payment.clone()];
    let case = Case {
        payment: &payment,
        enrollment: Some(&enrollment),
        payments: &all,
    };
    let wanted = Wanted {
        amount: Money::new(2_000, Currency::Gbp),
        reason: "Changed their mind",
        id: ObjectId::new(),
        threshold_minor: 20_000,
    };
    let tail = finance.tail(&device()).unwrap();
    applied(
        &finance,
        &ask(&stamp(14, Role::Finance, clerk.id), &case, &wanted, &tail).unwrap(),
    );
    let (payment, enrollment) = load();
    assert_eq!(
        (payment.status, enrollment.status),
        (PaymentStatus::Refunded, EnrollmentStatus::Refunded)
    );
    assert_eq!(finance.tail(&device()).unwrap().last, 2);

    // A session deleted leaves a tombstone twice over.
    let session = ObjectId::new();
    for n in [20, 22] {
        let deed = |verb: &str| domain::audit::Deed::new(verb, Collection::Sessions, session);
        let row = doc! {
            "_id": session, "user": learner.id, "tokenHash": "a".repeat(64), "createdAt": at(n), "lastUsedAt": at(n),
            "expiresAt": at(n + 60), "device": "DESK1",
        };
        let begun = stamp(n, Role::Student, learner.id)
            .change_set(deed("session.begun"), domain::Offline::Queue)
            .insert(Collection::Sessions, row);
        applied(&student, &begun);
        let ended = stamp(n + 1, Role::Student, learner.id)
            .change_set(deed("session.ended"), domain::Offline::Queue)
            .delete(Collection::Sessions, session);
        applied(&student, &ended);
    }
    assert_eq!(student.tombstones(at(0)).unwrap().len(), 1);

    // What is not theirs is refused by the server whatever the program says.
    let forged = stamp(30, Role::Admin, learner.id)
        .change_set(
            domain::audit::Deed::new("course.priced", Collection::Courses, course.id),
            domain::Offline::OnlineOnly,
        )
        .patch(
            Collection::Courses,
            course.id,
            domain::change::Patch::new().put("price", 0.0),
        );
    for desk in [&student, &finance] {
        refused(desk, &forged);
    }
}

fn refused(server: &Server, change_set: &ChangeSet) {
    match server.commit(change_set) {
        Ok(Outcome::Refused(refusal)) => assert_eq!(refusal.code, Code::Forbidden),
        Err(remote::port::RemoteError::Forbidden(_)) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn roles_that_may_not_watch_everything_poll() {
    let Some((mongod, name)) = prepared() else {
        return;
    };
    let streams = |mongod: &Mongod, role: &str| {
        connect(mongod, &name, role)
            .abilities()
            .unwrap()
            .change_streams
    };
    assert!(streams(&mongod, "admin"));
    for role in ["finance", "instructor", "student"] {
        assert!(!streams(&mongod, role), "{role}");
    }
}
