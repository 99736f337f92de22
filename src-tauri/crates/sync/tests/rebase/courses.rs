//! Edits of courses.

use bson::{Bson, doc};
use domain::{
    ChangeSet, Code, Collection, CourseId, Currency, Offline, UserId,
    change::{Patch, get_at},
    course::{Category, Course, CourseStatus, Lesson, Level, Module},
    ids::{LessonId, ModuleId},
    role::Role,
};
use sync::{
    ConflictKind as K, Verdict,
    rebase::{restored, settle},
};

use super::{Server, at, deed, document, id, patch_of, revision, stamp, strings};

const COURSE: u32 = 200;
const TEACHER: u32 = 9;

pub(super) fn lesson(n: u32) -> Lesson {
    Lesson {
        id: Some(LessonId(id(n))),
        title: format!("Lesson {n}"),
        description: None,
        duration: None,
        kind: domain::course::LessonKind::Video,
        is_free: false,
        extra: doc! {},
    }
}

pub(super) fn course(lessons: u32) -> Course {
    let mut course = Course::new(
        CourseId(id(COURSE)),
        "Course".to_owned(),
        UserId(id(TEACHER)),
        Currency::Gbp,
        at(0),
    );
    course.description = "One. Two. Three.".to_owned();
    course.tags = vec!["a".to_owned(), "b".to_owned()];
    course.requirements = vec!["x".to_owned(), "y".to_owned(), "z".to_owned()];
    course.category = Some(Category::Design);
    course.level = Some(Level::Beginner);
    course.price = Some(10.0);
    course.total_lessons = i64::from(lessons);
    course.curriculum = vec![Module {
        id: Some(ModuleId(id(900))),
        title: "Module".to_owned(),
        description: None,
        duration: None,
        lessons: (0..lessons).map(|n| lesson(1_000 + n)).collect(),
        extra: doc! {},
    }];
    course
}

fn server() -> Server {
    let mut server = Server::default();
    server.put(Collection::Courses, document(&course(3)));
    server
}

/// An edit of the course as it is on the server.
fn edit(server: &Server, paths: &[(&str, Bson)]) -> ChangeSet {
    let current = &server.0[&(Collection::Courses, id(COURSE))];
    let patch = paths.iter().fold(Patch::new(), |patch, (path, value)| {
        let base = get_at(current, path).cloned().unwrap_or(Bson::Null);
        patch.set(path, base, value.clone())
    });
    stamp(1, Role::Instructor, TEACHER)
        .change_set(
            deed("course.updated", Collection::Courses, id(COURSE)),
            Offline::Queue,
        )
        .patch(
            Collection::Courses,
            id(COURSE),
            patch.put("updatedAt", at(60)),
        )
        .at_revision(Collection::Courses, id(COURSE), revision(current))
}

fn theirs(server: &mut Server, path: &str, value: impl Into<Bson>) {
    let (path, value) = (path.to_owned(), value.into());
    server.edit(Collection::Courses, id(COURSE), |course| {
        Patch::new().put(&path, value).apply(course);
    });
}

fn now(server: &Server) -> Course {
    server.get(Collection::Courses, id(COURSE))
}

#[test]
fn different_fields_both() {
    let mut server = server();
    let mine = edit(&server, &[("title", "Mine".into())]);
    theirs(&mut server, "subcategory", "Theirs");
    assert_eq!(server.pushed(&mine).cards, []);
    let course = now(&server);
    assert_eq!(
        (course.title.as_str(), course.subcategory.as_deref()),
        ("Mine", Some("Theirs"))
    );
}

#[test]
fn the_same_field_is_the_servers_and_mine_a_card_that_can_be_taken() {
    let mut server = server();
    let mine = edit(
        &server,
        &[("title", "Mine".into()), ("level", "Advanced".into())],
    );
    theirs(&mut server, "title", "Theirs");
    let rebased = server.pushed(&mine);
    assert_eq!(
        (now(&server).title.as_str(), now(&server).level),
        ("Theirs", Some(Level::Advanced))
    );
    let [card] = rebased.cards.as_slice() else {
        panic!("one card: {rebased:?}")
    };
    assert_eq!((card.kind, card.path.as_str()), (K::Field, "title"));
    assert_eq!(
        (&card.mine, &card.theirs),
        (&"Mine".into(), &"Theirs".into())
    );
    let current = &server.0[&(Collection::Courses, id(COURSE))];
    let taken = settle(card, current, &stamp(2, Role::Instructor, TEACHER))
        .unwrap()
        .expect("a value");
    server.commit(&taken);
    assert_eq!(now(&server).title, "Mine");
    let stranger = settle(
        card,
        &document(&now(&server)),
        &stamp(3, Role::Instructor, 77),
    );
    assert_eq!(
        stranger.map_err(|no| no.code),
        Err(Code::NotFound),
        "a draft is not theirs to see"
    );
}

#[test]
fn the_same_value_leaves_the_patch_without_a_word() {
    let mut server = server();
    let mine = edit(&server, &[("title", "Same".into())]);
    theirs(&mut server, "title", "Same");
    let rebased = server.fitted(&mine);
    assert_eq!(
        (rebased.cards.len(), rebased.change_set.changes.len()),
        (0, 0)
    );
}

#[test]
fn text_words_lines_and_parts_are_merged() {
    let mut server = server();
    server.edit(Collection::Courses, id(COURSE), |course| {
        course.insert(
            "materials",
            vec![
                doc! { "_id": id(1), "type": "code", "title": "A" },
                doc! { "_id": id(2), "type": "code", "title": "B" },
            ],
        );
    });
    let materials = |one: &str, two: Option<&str>| -> Bson {
        let mut list = vec![doc! { "_id": id(1), "type": "code", "title": one }];
        list.extend(two.map(|two| doc! { "_id": id(2), "type": "code", "title": two }));
        list.into()
    };
    let mine = edit(
        &server,
        &[
            ("description", "Uno. Two. Three.".into()),
            ("tags", strings(&["a", "mine"])),
            ("requirements", strings(&["x1", "y", "z"])),
            ("materials", materials("A1", None)),
        ],
    );
    theirs(&mut server, "description", "One. Two. Tres.");
    theirs(&mut server, "tags", strings(&["b", "theirs"]));
    theirs(&mut server, "requirements", strings(&["x", "y", "z", "w"]));
    theirs(&mut server, "materials", materials("A", Some("B1")));
    let rebased = server.pushed(&mine);
    let course = now(&server);
    assert_eq!(course.description, "Uno. Two. Tres.");
    assert_eq!(
        course.tags,
        ["theirs", "mine"],
        "both took one out, both put one in"
    );
    assert_eq!(course.requirements, ["x1", "y", "z", "w"]);
    let titles: Vec<_> = course
        .materials
        .iter()
        .map(|m| m.title.as_deref().unwrap())
        .collect();
    assert_eq!(
        titles,
        ["A1", "B1"],
        "what they edited stays though I took it out"
    );
    assert_eq!(
        rebased
            .cards
            .iter()
            .map(|card| card.kind)
            .collect::<Vec<_>>(),
        [K::Deleted]
    );
}

#[test]
fn an_overlap_of_text_is_a_card() {
    let mut server = server();
    let mine = edit(&server, &[("description", "Uno. Two. Three.".into())]);
    theirs(&mut server, "description", "Ein. Two. Three.");
    let rebased = server.fitted(&mine);
    assert_eq!(rebased.cards[0].kind, K::Text);
    assert!(
        rebased.change_set.changes.is_empty(),
        "the stamp alone says nothing"
    );
}

#[test]
fn the_outline_is_merged_and_counted() {
    let mut server = server();
    let mut mine = edit(&server, &[]);
    let before = course(3);
    let mut after = before.clone();
    after.curriculum[0].lessons.push(lesson(2_000));
    let outline = |course: &Course| domain::course::curriculum_bson(&course.curriculum);
    mine.deed.verb = "course.curriculum-saved".to_owned();
    mine.changes = vec![domain::Change::Patch {
        collection: Collection::Courses,
        id: id(COURSE),
        patch: Patch::new()
            .set("curriculum", outline(&before), outline(&after))
            .put("totalLessons", 4_i64),
    }];
    let mut other = before;
    other.curriculum[0].lessons[0].title = "Theirs".to_owned();
    other.curriculum[0].lessons.remove(1);
    theirs(&mut server, "curriculum", outline(&other));
    theirs(&mut server, "totalLessons", 2_i64);
    assert_eq!(server.pushed(&mine).cards, []);
    let course = now(&server);
    let titles: Vec<_> = course.lessons().map(|(_, l)| l.title.as_str()).collect();
    assert_eq!(titles, ["Theirs", "Lesson 1002", "Lesson 2000"]);
    assert_eq!(course.total_lessons, 3);
}

#[test]
fn who_may_not_write_the_course_any_more_is_told() {
    let mut server = server();
    let mine = edit(&server, &[("title", "Mine".into())]);
    theirs(&mut server, "instructor", id(55));
    let Verdict::Dead(no) = server.fitted(&mine).verdict else {
        panic!("it is another's")
    };
    assert_eq!(no.code, Code::NotFound);
}

#[test]
fn the_price_of_a_course_published_meanwhile_is_the_administrators() {
    let mut server = server();
    let mine = edit(&server, &[("price", 20.0.into()), ("title", "Mine".into())]);
    theirs(&mut server, "status", CourseStatus::Published.as_str());
    let rebased = server.pushed(&mine);
    assert_eq!(
        (now(&server).price, now(&server).title.as_str()),
        (Some(10.0), "Mine")
    );
    assert_eq!(rebased.cards[0].path, "price");
}

#[test]
fn a_published_course_stays_fit_to_be_seen() {
    let mut server = server();
    let mine = edit(&server, &[("description", "".into())]);
    theirs(&mut server, "status", CourseStatus::Published.as_str());
    let Verdict::Dead(no) = server.fitted(&mine).verdict else {
        panic!("it needs a description")
    };
    assert_eq!(no.code, Code::NotReady);
}

#[test]
fn a_deleted_course_can_come_back_as_a_draft() {
    let mut server = server();
    let mine = edit(&server, &[("title", "Mine".into())]);
    let mut view = server.0.remove(&(Collection::Courses, id(COURSE))).unwrap();
    assert_eq!(
        server.fitted(&mine).verdict,
        Verdict::OfferRestore(CourseId(id(COURSE)))
    );
    patch_of(&mine, Collection::Courses)
        .unwrap()
        .apply(&mut view);
    view.insert("status", "published");
    let again = restored(
        &stamp(5, Role::Instructor, TEACHER),
        &view,
        CourseId(id(201)),
    )
    .unwrap();
    server.commit(&again);
    let course: Course = server.get(Collection::Courses, id(201));
    assert_eq!(
        (course.title.as_str(), course.status),
        ("Mine", CourseStatus::Draft)
    );
}

#[test]
fn a_step_of_the_course_that_somebody_took_is_not_taken_again() {
    let mut server = server();
    let current = &server.0[&(Collection::Courses, id(COURSE))];
    let mine = stamp(1, Role::Instructor, TEACHER)
        .change_set(
            deed("course.submitted", Collection::Courses, id(COURSE)),
            Offline::Queue,
        )
        .patch(
            Collection::Courses,
            id(COURSE),
            Patch::new().set("status", "draft", "under-review"),
        )
        .at_revision(Collection::Courses, id(COURSE), revision(current));
    let mut renamed = server.clone();
    theirs(&mut renamed, "title", "Theirs");
    renamed.pushed(&mine);
    assert_eq!(now(&renamed).status, CourseStatus::UnderReview);
    theirs(&mut server, "status", "published");
    let Verdict::Dead(no) = server.fitted(&mine).verdict else {
        panic!("too late")
    };
    assert_eq!(
        (no.code, no.field.as_deref()),
        (Code::Stale, Some("status"))
    );
}
