//! Quick makers: people through the workflow that makes them, courses as finished documents.

use domain::{
    Actor, ChangeSet, Collection, CourseId, Currency, LessonId, ModuleId, Offline, Role, UserId,
    audit::Deed,
    course::{Category, Course, CourseStatus, Lesson, LessonKind, Level, Module},
    user::User,
};
use workflows::{
    accounts::HashCost,
    desk::Ids,
    people::{
        self,
        dto::{CreatePerson, ProfileDto},
    },
};

use crate::{PASSWORD, TestWorkspace};

impl TestWorkspace {
    /// A person of this role as the one who acts: `student3@example.org` and so on, with
    /// [`PASSWORD`].
    pub fn person(&self, role: Role) -> Actor {
        let mut n = 1;
        let taken = |n: i32| {
            let email = email(role, n);
            self.workspace
                .replica()
                .read(|reader| reader.user_by_email(&email))
                .unwrap()
                .is_some()
        };
        while taken(n) {
            n += 1;
        }
        let name = format!("{} {n}", title(role));
        self.person_named(&name, &email(role, n), role)
    }

    /// A student, an instructor, a finance officer: see [`Self::person`].
    pub fn student(&self) -> Actor {
        self.person(Role::Student)
    }

    /// An instructor.
    pub fn instructor(&self) -> Actor {
        self.person(Role::Instructor)
    }

    /// A finance officer.
    pub fn finance(&self) -> Actor {
        self.person(Role::Finance)
    }

    /// A person with this name and address.
    pub fn person_named(&self, name: &str, email: &str, role: Role) -> Actor {
        let args = CreatePerson {
            name: name.to_owned(),
            email: email.to_owned(),
            role,
            password: Some(PASSWORD.to_owned()),
            profile: ProfileDto::default(),
        };
        let id = people::create(&self.desk(), &self.admin, args, HashCost::Sample)
            .expect("a person can be made");
        Actor {
            user: Some(id),
            name: name.to_owned(),
            role,
            device: self.workspace.device().clone(),
        }
    }

    /// The person as they are now.
    pub fn user(&self, id: UserId) -> User {
        self.workspace
            .replica()
            .read(|reader| reader.user(id))
            .expect("people can be read")
            .expect("the person exists")
    }

    /// A published, public course of 2 modules with 2 lessons each, taught by that person; `price_minor` in minor
    /// units, 0 for a free one.
    pub fn course(
        &self,
        title: &str,
        instructor: &Actor,
        price_minor: i64,
        currency: Currency,
    ) -> CourseId {
        let mut course = self.draft(title, instructor, currency);
        course.description = format!("Everything about {title}.");
        course.level = Some(Level::Beginner);
        course.category = Some(Category::Programming);
        course.price = domain::Money::new(price_minor, currency).to_double().into();
        course.status = CourseStatus::Published;
        course.published_at = Some(self.now());
        self.insert_course(&course);
        course.id
    }

    /// A draft of the same shape: description, level, category and price are missing.
    pub fn draft_course(&self, title: &str, instructor: &Actor) -> CourseId {
        let course = self.draft(title, instructor, Currency::Gbp);
        self.insert_course(&course);
        course.id
    }

    fn draft(&self, title: &str, instructor: &Actor, currency: Currency) -> Course {
        let id = CourseId(self.ids.object_id());
        let teacher = instructor.user.expect("an instructor is a person");
        let mut course = Course::new(id, title.to_owned(), teacher, currency, self.now());
        course.slug = Some(domain::text::slug(title));
        course.curriculum = (1..=2).map(|m| self.module(m)).collect();
        course.total_lessons = 4;
        course
    }

    fn module(&self, m: i32) -> Module {
        Module {
            id: Some(ModuleId(self.ids.object_id())),
            title: format!("Module {m}"),
            description: None,
            duration: None,
            lessons: (1..=2)
                .map(|l| Lesson {
                    id: Some(LessonId(self.ids.object_id())),
                    title: format!("Lesson {m}.{l}"),
                    description: None,
                    duration: Some("15:00".to_owned()),
                    kind: LessonKind::Video,
                    is_free: false,
                    extra: bson::Document::new(),
                })
                .collect(),
            extra: bson::Document::new(),
        }
    }

    fn insert_course(&self, course: &Course) {
        let document = bson::serialize_to_document(course).expect("a course is a document");
        self.commit("course.created", Collection::Courses, course.id, |set| {
            set.insert(Collection::Courses, document)
        });
    }

    /// Commits a change set made by hand, as the administrator.
    pub fn commit(
        &self,
        verb: &str,
        collection: Collection,
        id: impl Into<bson::oid::ObjectId>,
        fill: impl FnOnce(ChangeSet) -> ChangeSet,
    ) {
        let at = self.now();
        let deed = Deed::new(verb, collection, id);
        let set = ChangeSet::new(
            self.ids.op(at),
            self.admin.clone(),
            at,
            deed,
            Offline::Queue,
        );
        self.workspace
            .replica()
            .commit(&fill(set))
            .expect("the change set is applied");
    }

    /// The course as it is now.
    pub fn course_now(&self, id: CourseId) -> Course {
        self.workspace
            .replica()
            .read(|reader| reader.course(id))
            .expect("courses can be read")
            .expect("the course exists")
    }
}

fn title(role: Role) -> &'static str {
    match role {
        Role::Student => "Student",
        Role::Instructor => "Instructor",
        Role::Finance => "Finance",
        Role::Admin => "Admin",
    }
}

fn email(role: Role, n: i32) -> String {
    format!("{role}{n}@example.org")
}
