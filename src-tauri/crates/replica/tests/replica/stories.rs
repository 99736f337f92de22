//! What every authority must do with a change set. Written once, told to each: which one, `crate::told`
//! of the test binary says.

use std::sync::Barrier;

use bson::{Bson, doc, oid::ObjectId};
use domain::{
    Code, Collection, Guard, OpId, PaymentId,
    change::{Patch, get_at},
    ledger::{EntryKind, verify_chain},
};
use replica::{CommitError, Committed};

use crate::fixtures::*;

fn refusal(error: &CommitError) -> (Code, Option<&str>) {
    let refusal = error
        .refusal()
        .expect("a refusal, not a failure of the machinery");
    (refusal.code, refusal.field.as_deref())
}

fn applied_once(world: &dyn World) {
    let school = school(world);
    let enrollment = enrollment(school.student, school.course);
    let set = enrolling(&enrollment);
    assert_eq!(world.authority().commit(&set).unwrap(), Committed::Applied);
    let first = world
        .document(Collection::Courses, school.course.0)
        .unwrap();
    assert_eq!(
        world.authority().commit(&set).unwrap(),
        Committed::AlreadyApplied
    );
    assert_eq!(
        world
            .document(Collection::Courses, school.course.0)
            .unwrap(),
        first,
        "the same operation twice changes nothing the second time"
    );
    assert_eq!(
        first.get_i32("enrollmentCount").unwrap_or_default()
            + i32::try_from(first.get_i64("enrollmentCount").unwrap_or_default()).unwrap(),
        1
    );
}

fn documents_are_stamped(world: &dyn World) {
    let school = school(world);
    let stamp = |path: &str| {
        let document = world.document(Collection::Users, school.student.0).unwrap();
        get_at(&document, path).cloned().unwrap_or(Bson::Null)
    };
    assert_eq!(stamp("sync.rev"), Bson::Int64(1));
    let mut renamed = change_set("user.renamed", Collection::Users, school.student)
        .at_revision(Collection::Users, school.student, 1)
        .patch(
            Collection::Users,
            school.student,
            Patch::new().set("name", "Ada Lovelace", "Ada King"),
        );
    renamed.at = at(60);
    world.apply(&renamed);
    assert_eq!(stamp("sync.rev"), Bson::Int64(2));
    assert_eq!(stamp("sync.op"), Bson::String(renamed.op.to_string()));
    assert_eq!(stamp("sync.device"), Bson::String("DESK1".to_owned()));
    if world.stamps_the_time_of_the_change() {
        assert_eq!(stamp("updatedAt"), Bson::DateTime(at(60)));
    } else {
        assert!(matches!(stamp("updatedAt"), Bson::DateTime(own) if own > at(60)));
    }
    assert_eq!(
        stamp("createdAt"),
        Bson::DateTime(at(0)),
        "creation stays what it was"
    );
    assert_eq!(stamp("name"), Bson::String("Ada King".to_owned()));

    let mut late = renamed.clone();
    late.op = OpId(uuid::Uuid::now_v7());
    let error = world.authority().commit(&late).unwrap_err();
    assert!(
        error.is_stale(),
        "computed from a revision that is past: {error}"
    );
    assert_eq!(stamp("sync.rev"), Bson::Int64(2));
}

fn whole_or_not_at_all(world: &dyn World) {
    let school = school(world);
    let before = world.document(Collection::Courses, school.course.0);
    let newcomer = person("Alan Turing", "alan@example.org", domain::Role::Student);
    // The second insert collides; the first one and the counter must go with it.
    let set = change_set("user.created", Collection::Users, newcomer.id)
        .insert(Collection::Users, to_document(&newcomer))
        .patch(
            Collection::Courses,
            school.course,
            Patch::new().inc("enrollmentCount", 1),
        )
        .insert(
            Collection::Users,
            to_document(&person(
                "Impostor",
                "ada@example.org",
                domain::Role::Student,
            )),
        );
    let error = world.authority().commit(&set).unwrap_err();
    assert_eq!(refusal(&error), (Code::Taken, Some("email")));
    assert_eq!(world.document(Collection::Users, newcomer.id.0), None);
    assert_eq!(world.document(Collection::Courses, school.course.0), before);

    // Its operation number is still free: mended, it goes through.
    let mut mended = set;
    mended.changes.pop();
    world.apply(&mended);
}

fn guards(world: &dyn World) {
    let school = school(world);
    let guarded = |guard: Guard| {
        let set = change_set("test.guarded", Collection::Courses, school.course)
            .guard(guard)
            .patch(
                Collection::Courses,
                school.course,
                Patch::new().inc("viewCount", 1),
            );
        world.authority().commit(&set)
    };
    let field = |path: &str, equals: Bson| {
        guarded(Guard::Field {
            collection: Collection::Courses,
            id: school.course.0,
            path: path.to_owned(),
            equals,
        })
    };
    field("status", "draft".into()).unwrap();
    field("publishedAt", Bson::Null).expect("missing is like null");
    field("price", Bson::Int32(100)).expect("numbers compare by value");
    assert_eq!(
        refusal(&field("status", "published".into()).unwrap_err()),
        (Code::Stale, Some("status"))
    );

    let unique = |email: &str| {
        guarded(Guard::Unique {
            collection: Collection::Users,
            values: [("email".to_owned(), Bson::from(email))].into(),
            field: "email".to_owned(),
        })
    };
    unique("nobody@example.org").unwrap();
    assert_eq!(
        refusal(&unique("ada@example.org").unwrap_err()),
        (Code::Taken, Some("email"))
    );

    let gone = guarded(Guard::Revision {
        collection: Collection::Users,
        id: ObjectId::new(),
        rev: 1,
    });
    assert_eq!(refusal(&gone.unwrap_err()).0, Code::NotFound);

    let admin = person("Root", "root@example.org", domain::Role::Admin);
    add_person(world, &admin);
    let other = || guarded(Guard::OtherAdmin { except: admin.id });
    assert_eq!(refusal(&other().unwrap_err()).0, Code::LastAdmin);
    add_person(
        world,
        &person("Second", "second@example.org", domain::Role::Admin),
    );
    other().unwrap();
}

fn uniqueness(world: &dyn World) {
    let school = school(world);
    let refused = |set: &domain::ChangeSet| {
        let error = world.authority().commit(set).unwrap_err();
        assert!(matches!(error, CommitError::GuardMissed(_)), "{error:?}");
        let (code, field) = refusal(&error);
        assert_eq!(code, Code::Taken);
        field.unwrap().to_owned()
    };

    let mut twin = domain::course::Course::new(
        domain::CourseId(ObjectId::new()),
        "Compilers again".to_owned(),
        school.instructor,
        domain::Currency::Gbp,
        at(0),
    );
    twin.slug = Some("compilers".to_owned());
    let add = |course: &domain::course::Course| {
        change_set("course.created", Collection::Courses, course.id)
            .insert(Collection::Courses, to_document(course))
    };
    assert_eq!(refused(&add(&twin)), "slug");
    twin.slug = None;
    world.apply(&add(&twin));
    let mut third = twin.clone();
    third.id = domain::CourseId(ObjectId::new());
    world.apply(&add(&third)); // two courses without a slug do not collide

    let (set, mut payment) =
        enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    assert_eq!(
        refused(&enrolling(&enrollment(school.student, school.course))),
        "course"
    );

    let reference = |payment: PaymentId| {
        change_set("payment.captured", Collection::Payments, payment).patch(
            Collection::Payments,
            payment,
            Patch::new().put("provider.chargeId", "ch_1"),
        )
    };
    world.apply(&reference(payment.id));
    payment.id = PaymentId(ObjectId::new());
    payment.receipt_number = None;
    world.apply(
        &change_set("payment.created", Collection::Payments, payment.id)
            .insert(Collection::Payments, to_document(&payment)),
    );
    assert_eq!(
        refused(&reference(payment.id)),
        "provider.chargeId",
        "one charge is booked once"
    );
}

fn ledger(world: &dyn World) {
    let school = school(world);
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    assert_eq!(payment.receipt_number.as_deref(), Some("R-DESK1-000001"));

    let stale = refunding(
        &payment,
        1_000,
        &domain::ledger::SeriesTail::fresh(device()),
    );
    assert!(
        world.authority().commit(&stale).unwrap_err().is_stale(),
        "numbered from an old tail"
    );

    let tail = world.tail(&device());
    let too_much = world
        .authority()
        .commit(&refunding(&payment, 10_001, &tail))
        .unwrap_err();
    assert_eq!(refusal(&too_much), (Code::Amount, Some("amount")));
    assert!(
        too_much.to_string().contains("100.00"),
        "it says what is left: {too_much}"
    );

    // The guard left out: the ledger itself still refuses.
    let mut unguarded = refunding(&payment, 10_001, &tail);
    unguarded.guards.clear();
    assert_eq!(
        refusal(&world.authority().commit(&unguarded).unwrap_err()).0,
        Code::Amount
    );

    let mut forged = refunding(&payment, 1_000, &tail);
    if let Some(domain::Change::Ledger { entry }) = forged.changes.last_mut() {
        entry.amount_minor = -1;
    }
    assert_eq!(
        refusal(&world.authority().commit(&forged).unwrap_err()).0,
        Code::Invalid
    );

    let mut dollars = payment.clone();
    dollars.currency = domain::Currency::Usd;
    let error = world
        .authority()
        .commit(&refunding(&dollars, 1_000, &tail))
        .unwrap_err();
    assert_eq!(refusal(&error).0, Code::CurrencyMismatch);

    let set = change_set("payment.refunded", Collection::Payments, payment.id);
    let positive = entry(set.op, &payment, EntryKind::Refund, 1_000, &tail);
    assert_eq!(
        refusal(&world.authority().commit(&set.ledger(positive)).unwrap_err()).0,
        Code::Amount
    );

    world.apply(&refunding(&payment, 4_000, &tail));
    let rows = world.ledger(payment.id);
    assert_eq!(rows.iter().map(|row| row.amount_minor).sum::<i64>(), 6_000);
    assert_eq!(verify_chain(&rows), [], "the chain holds");
}

fn deletions(world: &dyn World) {
    let school = school(world);
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let delete = |collection, id: ObjectId| {
        world
            .authority()
            .commit(&change_set("test.deleted", collection, id).delete(collection, id))
    };
    for (collection, id) in [
        (Collection::Users, school.student.0),
        (Collection::Users, school.instructor.0),
        (Collection::Courses, school.course.0),
        (Collection::Enrollments, payment.enrollment.unwrap().0),
        (Collection::Payments, payment.id.0),
    ] {
        let error = delete(collection, id).unwrap_err();
        assert_eq!(refusal(&error).0, Code::WrongState, "{collection}: {error}");
        assert!(
            world.document(collection, id).is_some(),
            "{collection} stays"
        );
    }
    let lonely = person("Nobody", "nobody@example.org", domain::Role::Student);
    add_person(world, &lonely);
    delete(Collection::Users, lonely.id.0).unwrap();
    assert_eq!(world.document(Collection::Users, lonely.id.0), None);
    assert_eq!(
        refusal(&delete(Collection::Users, lonely.id.0).unwrap_err()).0,
        Code::NotFound
    );
}

fn many_at_once(world: &dyn World) {
    let school = school(world);
    let mut sets = Vec::new();
    let mut added = Vec::new();
    for n in 0..20 {
        let user = person(
            &format!("Student {n}"),
            &format!("s{}@example.org", n % 19),
            domain::Role::Student,
        );
        sets.push(
            change_set("user.created", Collection::Users, user.id)
                .insert(Collection::Users, to_document(&user))
                .patch(
                    Collection::Courses,
                    school.course,
                    Patch::new().inc("viewCount", 1),
                ),
        );
        added.push(user.id);
    }
    let outcomes = world.authority().commit_all(&sets).unwrap();
    assert_eq!(outcomes.len(), 20);
    assert!(
        outcomes[..19]
            .iter()
            .all(|outcome| matches!(outcome, Ok(Committed::Applied)))
    );
    assert_eq!(
        refusal(outcomes[19].as_ref().unwrap_err()),
        (Code::Taken, Some("email"))
    );
    assert!(world.document(Collection::Users, added[18].0).is_some());
    assert!(world.document(Collection::Users, added[19].0).is_none());
    let course = world
        .document(Collection::Courses, school.course.0)
        .unwrap();
    assert_eq!(
        get_at(&course, "viewCount").and_then(Bson::as_i64),
        Some(19),
        "the failed one counts nothing"
    );
    let again = world.authority().commit_all(&sets[..19]).unwrap();
    assert!(
        again
            .iter()
            .all(|outcome| matches!(outcome, Ok(Committed::AlreadyApplied)))
    );
}

/// Twenty people try to refund 9.00 of one payment of 100.00 at the same moment: eleven can.
fn refunds_race(world: &dyn World) {
    let school = school(world);
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let start = Barrier::new(20);
    let made: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..20)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    loop {
                        let set = refunding(&payment, 900, &world.tail(&device()));
                        match world.authority().commit(&set) {
                            Ok(_) => return 1,
                            Err(error) if error.is_stale() => {}
                            Err(error) => {
                                assert_eq!(refusal(&error).0, Code::Amount, "{error}");
                                return 0;
                            }
                        }
                    }
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!(made, 11);
    let rows = world.ledger(payment.id);
    assert_eq!(rows.iter().map(|row| row.amount_minor).sum::<i64>(), 100);
    assert_eq!(verify_chain(&rows), []);
    let stored = world.document(Collection::Payments, payment.id.0).unwrap();
    assert_eq!(
        stored.get_array("refunds").unwrap().len(),
        11,
        "a row in the document for each in the ledger"
    );
}

/// Fifty people enroll the same student in the same course at the same moment: one does.
fn enrollments_race(world: &dyn World) {
    let school = school(world);
    let start = Barrier::new(50);
    let made: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..50)
            .map(|_| {
                scope.spawn(|| {
                    let set = enrolling(&enrollment(school.student, school.course));
                    start.wait();
                    match world.authority().commit(&set) {
                        Ok(_) => 1,
                        Err(error) => {
                            assert_eq!(refusal(&error), (Code::Taken, Some("course")));
                            0
                        }
                    }
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!(made, 1);
    let course = world
        .document(Collection::Courses, school.course.0)
        .unwrap();
    assert_eq!(
        get_at(&course, "enrollmentCount").and_then(Bson::as_i64),
        Some(1)
    );
}

/// Where a Mongoose program wrote, its fields stay and its array counter is kept.
fn foreign_fields(world: &dyn World) {
    let school = school(world);
    let id = ObjectId::new();
    let foreign = doc! {
        "_id": id, "title": "Kursus", "instructor": school.instructor.0, "price": 12_i32,
        "tags": ["a"], "legacy": { "code": 7_i32, "big": 1_i64 << 40 }, "__v": 3_i32,
    };
    world.apply(
        &change_set("course.created", Collection::Courses, id)
            .insert(Collection::Courses, foreign.clone()),
    );
    world.apply(&change_set("course.tagged", Collection::Courses, id).patch(
        Collection::Courses,
        id,
        Patch::new().push("tags", "b").unset("legacy.code"),
    ));
    let found = world.document(Collection::Courses, id).unwrap();
    assert_eq!(found.get("__v"), Some(&Bson::Int32(4)), "an array changed");
    assert_eq!(
        get_at(&found, "legacy.big"),
        Some(&Bson::Int64(1 << 40)),
        "to the type"
    );
    assert_eq!(get_at(&found, "legacy.code"), None);
    assert_eq!(
        found.get("price"),
        Some(&Bson::Int32(12)),
        "untouched values keep their type"
    );
    world.apply(
        &change_set("course.renamed", Collection::Courses, id).patch(
            Collection::Courses,
            id,
            Patch::new().put("title", "Kurs"),
        ),
    );
    let found = world.document(Collection::Courses, id).unwrap();
    assert_eq!(found.get("__v"), Some(&Bson::Int32(4)), "no array changed");
}

macro_rules! stories {
    ($($name:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            crate::told(super::$name);
        }
    )*};
}

mod told {
    stories!(
        applied_once,
        documents_are_stamped,
        whole_or_not_at_all,
        guards,
        uniqueness,
        ledger,
        deletions,
        many_at_once,
        refunds_race,
        enrollments_race,
        foreign_fields,
    );
}
