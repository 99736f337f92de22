//! The small institution every schedule begins with, as it is on the server.

use bson::{Document, doc, oid::ObjectId};
use domain::{
    Collection, CourseId, Currency, DeviceId, LessonId, ModuleId, Role, Source, UserId,
    course::{Category, Course, CourseStatus, Lesson, LessonKind, Level, Module},
    settings::Settings,
    user::User,
};
use testkit::model::ModelServer;

use crate::schedule::at;

pub(crate) fn id(n: u32) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

pub(crate) const ADMIN: u32 = 1;
pub(crate) const INSTRUCTORS: [u32; 2] = [11, 12];
pub(crate) const STUDENTS: [u32; 4] = [21, 22, 23, 24];
pub(crate) const COURSES: [u32; 4] = [31, 32, 33, 34];

fn document(value: &impl serde::Serialize) -> Document {
    bson::serialize_to_document(value).unwrap()
}

fn person(n: u32, role: Role) -> Document {
    let mut whole = document(&User::new(
        UserId(id(n)),
        format!("Person {n}"),
        format!("p{n}@example.org"),
        role,
        at(0),
    ));
    whole.insert("__v", 0);
    whole
}

fn course(n: u32) -> Document {
    let mut course = Course::new(
        CourseId(id(n)),
        format!("Course {n}"),
        UserId(id(INSTRUCTORS[usize::try_from(n).unwrap() % 2])),
        Currency::Gbp,
        at(0),
    );
    course.slug = Some(format!("course-{n}"));
    course.description =
        format!("All about {n}. It has several sentences. They can be edited apart.");
    course.level = Some(Level::Beginner);
    course.category = Some(Category::Programming);
    course.price = Some(if n == 34 { 0.0 } else { f64::from(n) });
    course.status = CourseStatus::Published;
    course.published_at = Some(at(0));
    course.curriculum = (0..2)
        .map(|m| Module {
            id: Some(ModuleId(id(n * 100 + m * 10))),
            title: format!("Module {m}"),
            description: None,
            duration: None,
            lessons: (1..3)
                .map(|l| Lesson {
                    id: Some(LessonId(id(n * 100 + m * 10 + l))),
                    title: format!("Lesson {m}.{l}"),
                    description: None,
                    duration: Some("15:00".to_owned()),
                    kind: LessonKind::Video,
                    is_free: false,
                    extra: Document::new(),
                })
                .collect(),
            extra: Document::new(),
        })
        .collect();
    course.total_lessons = 4;
    let mut whole = document(&course);
    whole.insert("__v", 0);
    whole
}

/// What is in the database before anybody connects.
pub(crate) fn documents(devices: &[DeviceId]) -> Vec<(Source, Document)> {
    let settings = Settings::new(id(9), "College".to_owned(), "UTC".to_owned(), Currency::Gbp);
    let mut all = vec![(Collection::Settings, document(&settings))];
    all.extend(devices.iter().enumerate().map(|(n, device)| {
        let id = id(900 + u32::try_from(n).unwrap());
        let joined =
            doc! { "_id": id, "name": device.as_str(), "createdAt": at(0), "updatedAt": at(0) };
        (Collection::Devices, joined)
    }));
    all.push((Collection::Users, person(ADMIN, Role::Admin)));
    all.extend(INSTRUCTORS.map(|n| (Collection::Users, person(n, Role::Instructor))));
    all.extend(STUDENTS.map(|n| (Collection::Users, person(n, Role::Student))));
    all.extend(COURSES.map(|n| (Collection::Courses, course(n))));
    all.into_iter()
        .map(|(collection, document)| (Source::Documents(collection), document))
        .collect()
}

/// Fills the model before anybody connects.
pub(crate) fn found(server: &ModelServer, devices: &[DeviceId]) {
    for (source, document) in documents(devices) {
        server.fill(source, [document]);
    }
}
