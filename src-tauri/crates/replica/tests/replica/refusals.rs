//! Change sets that can never be applied, and what is said about them.

use bson::{Bson, doc, oid::ObjectId};
use domain::{Code, Collection, change::Patch};
use replica::CommitError;

use crate::fixtures::*;

fn refused(world: &LocalWorld, set: &domain::ChangeSet) -> (Code, String) {
    match world.replica.commit(set).unwrap_err() {
        CommitError::Refused(refusal) => (refusal.code, refusal.field.unwrap_or_default()),
        other => panic!("refused for good, not {other:?}"),
    }
}

#[test]
fn a_patch_must_fit_the_document() {
    let world = LocalWorld::new();
    let school = school(&world);
    let before = world.document(Collection::Users, school.student.0);
    let patched = |patch: Patch| {
        let set = change_set("user.edited", Collection::Users, school.student).patch(
            Collection::Users,
            school.student,
            patch,
        );
        refused(&world, &set)
    };
    let invalid = |path: &str| (Code::Invalid, path.to_owned());
    assert_eq!(
        patched(Patch::new().put("_id", ObjectId::new())),
        invalid("_id")
    );
    assert_eq!(
        patched(Patch::new().put("sync.rev", 9)),
        invalid("sync.rev")
    );
    assert_eq!(patched(Patch::new().put("$where", "1")), invalid("$where"));
    assert_eq!(
        patched(Patch::new().put("name.first", "Ada")),
        invalid("name.first")
    );
    assert_eq!(patched(Patch::new().inc("name", 1)), invalid("name"));
    assert_eq!(patched(Patch::new().push("name", "x")), invalid("name"));
    assert_eq!(
        patched(Patch::new().put("profile", doc! {}).put("profile.bio", "x")),
        invalid("profile.bio")
    );
    assert_eq!(
        patched(Patch::new().put("name", "x").unset("name")),
        invalid("name")
    );
    // These would leave a document nobody can read.
    assert_eq!(patched(Patch::new().put("role", "king")).0, Code::Invalid);
    assert_eq!(patched(Patch::new().unset("email")).0, Code::Invalid);
    assert_eq!(
        patched(Patch::new().put("createdAt", "yesterday")).0,
        Code::Invalid
    );
    assert_eq!(
        world.document(Collection::Users, school.student.0),
        before,
        "nothing of it stuck"
    );
}

#[test]
fn money_that_is_no_amount_is_not_stored() {
    let world = LocalWorld::new();
    let school = school(&world);
    let priced = |price: Bson| {
        change_set("course.priced", Collection::Courses, school.course).patch(
            Collection::Courses,
            school.course,
            Patch::new().put("price", price),
        )
    };
    for price in [
        Bson::Double(f64::NAN),
        Bson::Double(f64::INFINITY),
        Bson::String("12".to_owned()),
    ] {
        world
            .replica
            .commit(&priced(price.clone()))
            .expect_err(&format!("{price}"));
    }
}

#[test]
fn what_a_document_refers_to_must_exist() {
    let world = LocalWorld::new();
    let school = school(&world);
    let nobody = domain::UserId(ObjectId::new());
    let nothing = domain::CourseId(ObjectId::new());
    let not_found = |field: &str| (Code::NotFound, field.to_owned());
    let insert = |enrollment: &domain::enrollment::Enrollment| {
        change_set("enrollment.created", Collection::Enrollments, enrollment.id)
            .insert(Collection::Enrollments, to_document(enrollment))
    };
    assert_eq!(
        refused(&world, &insert(&enrollment(nobody, school.course))),
        not_found("user")
    );
    assert_eq!(
        refused(&world, &insert(&enrollment(school.student, nothing))),
        not_found("course")
    );
    let reassigned = change_set("course.reassigned", Collection::Courses, school.course).patch(
        Collection::Courses,
        school.course,
        Patch::new().put("instructor", nobody),
    );
    assert_eq!(refused(&world, &reassigned), not_found("instructor"));

    let (set, mut payment) =
        enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    payment.id = domain::PaymentId(ObjectId::new());
    payment.receipt_number = None;
    payment.enrollment = Some(domain::EnrollmentId(ObjectId::new()));
    let orphan = change_set("payment.created", Collection::Payments, payment.id)
        .insert(Collection::Payments, to_document(&payment));
    assert_eq!(refused(&world, &orphan), not_found("enrollment"));
}

#[test]
fn an_insert_needs_an_identifier_and_a_readable_document() {
    let world = LocalWorld::new();
    let id = ObjectId::new();
    let insert = |document| {
        change_set("user.created", Collection::Users, id).insert(Collection::Users, document)
    };
    assert_eq!(
        refused(&world, &insert(doc! { "name": "x" })),
        (Code::Invalid, "_id".to_owned())
    );
    assert_eq!(
        refused(&world, &insert(doc! { "_id": id, "name": "x" })).0,
        Code::Invalid
    );
    assert_eq!(
        refused(
            &world,
            &insert(doc! { "_id": "7", "name": "x", "email": "x@y.org" })
        )
        .0,
        Code::Invalid
    );
}

#[test]
fn a_guard_no_index_covers_is_a_failure_and_not_a_scan() {
    let world = LocalWorld::new();
    let school = school(&world);
    let set = change_set("test.guarded", Collection::Users, school.student).guard(
        domain::Guard::Unique {
            collection: Collection::Users,
            values: [("profile.phone".to_owned(), Bson::from("1"))].into(),
            field: "profile.phone".to_owned(),
        },
    );
    let error = world.replica.commit(&set).unwrap_err();
    assert!(
        matches!(
            error,
            CommitError::Store(replica::StoreError::Unindexed { .. })
        ),
        "{error:?}"
    );
}
