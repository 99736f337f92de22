//! The small institution the stories happen in.

use domain::{
    Collection, CourseId, Currency, UserId,
    course::{Course, CourseStatus},
    role::{Actor, Role},
    user::User,
};

use super::{World, actor, at, id};

/// A refund of more than 100.00 needs a second person.
pub(crate) const THRESHOLD: i64 = 10_000;
/// Courses: number, price, currency.
pub(crate) const COURSES: [(u32, Option<f64>, Currency); 4] = [
    (201, Some(250.0), Currency::Gbp),
    (202, Some(19.99), Currency::Usd),
    (203, Some(0.0), Currency::Eur),
    (204, Some(99_999.5), Currency::Bdt),
];

/// An administrator and two finance officers, on two devices.
pub(crate) fn people() -> [Actor; 3] {
    [
        actor(1, Role::Admin, "A1"),
        actor(2, Role::Finance, "A1"),
        actor(3, Role::Finance, "B2"),
    ]
}

/// Two students and a course for each price.
pub(crate) fn world() -> World {
    let mut world = World::default();
    for n in [101, 102] {
        let mut student = User::new(
            UserId(id(n)),
            format!("Student {n}"),
            format!("s{n}@x.org"),
            Role::Student,
            at(0),
        );
        student.profile.phone = Some("+44 20".into());
        world.put(
            Collection::Users,
            bson::serialize_to_document(&student).expect("a person"),
        );
    }
    for (n, price, currency) in COURSES {
        let mut course = Course::new(
            CourseId(id(n)),
            format!("Course {n}"),
            UserId(id(9)),
            currency,
            at(0),
        );
        course.status = CourseStatus::Published;
        course.price = price;
        world.put(
            Collection::Courses,
            bson::serialize_to_document(&course).expect("a course"),
        );
    }
    world
}
