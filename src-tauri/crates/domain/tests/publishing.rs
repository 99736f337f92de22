//! Courses: what may be typed, outlines over random edits, and the way into the catalog.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bson::oid::ObjectId;
use domain::{
    Code, CourseId, Currency, DeviceId, OpId, Refusal, Role, Timestamp, UserId,
    change::{Change, Guard, Offline},
    course::{Category, Course, CourseStatus, Lesson, LessonKind, Level, Module},
    ids::{LessonId, ModuleId},
    role::Actor,
    rules::{
        Stamp,
        publishing::{
            self, Step,
            fields::{
                AssessmentInput, CourseInput, MaterialInput, differences, fill, free_slug, url_ok,
            },
            outline::{self, LessonInput, ModuleInput, duration_ok},
        },
    },
    user::{User, UserStatus},
};
use proptest::prelude::*;

fn id(n: u8) -> ObjectId {
    ObjectId::from_bytes([n; 12])
}

fn stamp(role: Role, who: u8) -> Stamp {
    Stamp {
        op: OpId(uuid::Uuid::from_u128(1)),
        at: Timestamp::from_millis(1_700_000_000_000),
        actor: Actor {
            user: Some(UserId(id(who))),
            name: "Somebody".into(),
            role,
            device: DeviceId::new("DESK1").unwrap(),
        },
    }
}

const TEACHER: u8 = 7;
const ADMIN: u8 = 9;

fn admin() -> Stamp {
    stamp(Role::Admin, ADMIN)
}

fn teacher() -> Stamp {
    stamp(Role::Instructor, TEACHER)
}

fn fresh_from(start: u32) -> impl FnMut() -> ObjectId {
    let mut n = start;
    move || {
        n += 1;
        let mut bytes = [0xf0; 12];
        bytes[8..].copy_from_slice(&n.to_be_bytes());
        ObjectId::from_bytes(bytes)
    }
}

fn lesson(n: u8) -> Lesson {
    Lesson {
        id: Some(LessonId(id(n))),
        title: format!("Lesson {n}"),
        description: None,
        duration: None,
        kind: LessonKind::Video,
        is_free: false,
        extra: bson::Document::new(),
    }
}

fn module(n: u8, lessons: &[u8]) -> Module {
    Module {
        id: Some(ModuleId(id(n))),
        title: format!("Module {n}"),
        description: None,
        duration: None,
        lessons: lessons.iter().map(|n| lesson(*n)).collect(),
        extra: bson::Document::new(),
    }
}

/// A course with everything publishing needs.
fn ready(status: CourseStatus) -> Course {
    let mut course = Course::new(
        CourseId(id(1)),
        "Weaving".into(),
        UserId(id(TEACHER)),
        Currency::Gbp,
        Timestamp::from_millis(1_600_000_000_000),
    );
    course.slug = Some("weaving".into());
    course.description = "Threads and looms.".into();
    course.category = Some(Category::Other);
    course.level = Some(Level::Beginner);
    course.price = Some(250.0);
    course.curriculum = vec![module(101, &[1, 2]), module(102, &[3])];
    course.total_lessons = 3;
    course.status = status;
    course
}

fn input() -> CourseInput {
    CourseInput {
        title: "Weaving".into(),
        slug: None,
        description: "Threads and looms.".into(),
        category: Some(Category::Other),
        level: Some(Level::Beginner),
        price_minor: Some(25_000),
        currency: Currency::Gbp,
        is_public: true,
        ..CourseInput::default()
    }
}

fn update(
    stamp: &Stamp,
    course: &Course,
    input: &CourseInput,
) -> Result<Option<domain::ChangeSet>, Refusal> {
    publishing::update(stamp, course, course.rev(), input, None, &mut fresh_from(0))
}

/// A case of the table: what is typed, and where the no must stand.
type Case = (&'static str, fn(&mut CourseInput), Code, &'static str);

#[test]
fn every_limit_of_the_form_has_its_field() {
    let cases: Vec<Case> = vec![
        (
            "no title",
            |i| i.title = "  ".into(),
            Code::Required,
            "title",
        ),
        (
            "long title",
            |i| i.title = "x".repeat(201),
            Code::TooLong,
            "title",
        ),
        (
            "astral title",
            |i| i.title = "𝄞".repeat(101),
            Code::TooLong,
            "title",
        ),
        (
            "slug with capitals",
            |i| i.slug = Some("Weaving".into()),
            Code::Invalid,
            "slug",
        ),
        (
            "slug with accents",
            |i| i.slug = Some("café".into()),
            Code::Invalid,
            "slug",
        ),
        (
            "empty slug",
            |i| i.slug = Some(String::new()),
            Code::Invalid,
            "slug",
        ),
        (
            "long description",
            |i| i.description = "x".repeat(501),
            Code::TooLong,
            "description",
        ),
        (
            "long text",
            |i| i.full_description = Some("x".repeat(5_001)),
            Code::TooLong,
            "fullDescription",
        ),
        (
            "too many tags",
            |i| i.tags = (0..31).map(|n| format!("tag{n}")).collect(),
            Code::TooLong,
            "tags",
        ),
        (
            "negative price",
            |i| i.price_minor = Some(-1),
            Code::Amount,
            "priceMinor",
        ),
        (
            "price out of range",
            |i| i.price_minor = Some(10_000_000_000_001),
            Code::Amount,
            "priceMinor",
        ),
        (
            "original below price",
            |i| i.original_price_minor = Some(24_999),
            Code::Amount,
            "originalPriceMinor",
        ),
        (
            "original without price",
            |i| {
                i.price_minor = None;
                i.original_price_minor = Some(1);
            },
            Code::Required,
            "priceMinor",
        ),
        (
            "negative weeks",
            |i| i.duration_weeks = Some(-0.5),
            Code::Invalid,
            "durationWeeks",
        ),
        (
            "hours not a number",
            |i| i.duration_hours = Some(f64::NAN),
            Code::Invalid,
            "durationHours",
        ),
        (
            "script as picture",
            |i| i.thumbnail = Some("javascript:alert(1)".into()),
            Code::Invalid,
            "thumbnail",
        ),
        (
            "file as preview",
            |i| i.preview_video = Some("file:///etc/passwd".into()),
            Code::Invalid,
            "previewVideo",
        ),
        (
            "unknown kind",
            |i| {
                i.materials = vec![MaterialInput {
                    kind: "poster".into(),
                    ..Default::default()
                }];
            },
            Code::Invalid,
            "materials.0.kind",
        ),
        (
            "material of elsewhere",
            |i| {
                i.materials = vec![MaterialInput {
                    id: Some(id(3).to_hex()),
                    kind: "code".into(),
                    ..Default::default()
                }];
            },
            Code::NotFound,
            "materials.0.id",
        ),
        (
            "weights over 100",
            |i| i.assessments = vec![assessment(60.0), assessment(41.0)],
            Code::Invalid,
            "assessments",
        ),
        (
            "weight over 100",
            |i| i.assessments = vec![assessment(100.5)],
            Code::Invalid,
            "assessments.0.weight",
        ),
        (
            "pass above best",
            |i| {
                i.assessments = vec![AssessmentInput {
                    pass_score: 101.0,
                    ..assessment(10.0)
                }];
            },
            Code::Invalid,
            "assessments.0.passScore",
        ),
        (
            "best of nothing",
            |i| {
                i.assessments = vec![AssessmentInput {
                    max_score: 0.0,
                    ..assessment(10.0)
                }];
            },
            Code::Invalid,
            "assessments.0.maxScore",
        ),
        (
            "assessment without title",
            |i| {
                i.assessments = vec![AssessmentInput {
                    title: " ".into(),
                    ..assessment(10.0)
                }];
            },
            Code::Required,
            "assessments.0.title",
        ),
    ];
    let course = ready(CourseStatus::Draft);
    for (what, spoil, code, field) in cases {
        let mut typed = input();
        spoil(&mut typed);
        let found = fill(&course, &typed, &mut fresh_from(0)).expect_err(what);
        assert!(
            found
                .iter()
                .any(|no| no.code == code && no.field.as_deref() == Some(field)),
            "{what}: wanted {code:?} at {field}, got {found:?}"
        );
    }
}

fn assessment(weight: f64) -> AssessmentInput {
    AssessmentInput {
        id: None,
        title: "Exam".into(),
        weight,
        max_score: 100.0,
        pass_score: 50.0,
        required: true,
    }
}

#[test]
fn limits_themselves_are_allowed_and_text_takes_its_stored_form() {
    let course = ready(CourseStatus::Draft);
    let typed = CourseInput {
        title: format!("  {}  ", "x".repeat(200)),
        description: "x".repeat(500),
        full_description: Some("x".repeat(5_000)),
        tags: vec![" Loom ".into(), "LOOM".into(), String::new(), "wool".into()],
        price_minor: Some(0),
        original_price_minor: Some(0),
        requirements: vec![" a ".into(), "  ".into()],
        thumbnail: Some(" https://example.org/a.png ".into()),
        meta_title: Some("   ".into()),
        assessments: vec![assessment(33.333), assessment(33.333), assessment(33.334)],
        ..input()
    };
    let after =
        fill(&course, &typed, &mut fresh_from(0)).expect("everything is at its limit, not over");
    assert_eq!(after.title, "x".repeat(200));
    assert_eq!(after.tags, ["loom", "wool"]);
    assert_eq!(after.requirements, ["a"]);
    assert_eq!(after.price().unwrap().unwrap().minor, 0);
    assert_eq!(
        after.thumbnail.as_deref(),
        Some("https://example.org/a.png")
    );
    assert_eq!(after.seo.meta_title, None);
    assert_eq!(after.assessments.len(), 3);
    assert_ne!(
        after.assessments[0].assessment_id,
        after.assessments[1].assessment_id
    );
}

#[test]
fn what_another_program_stored_may_stay() {
    let mut course = ready(CourseStatus::Draft);
    course.thumbnail = Some("/images/loom.png".into());
    let same = CourseInput {
        thumbnail: Some("/images/loom.png".into()),
        ..input()
    };
    assert!(fill(&course, &same, &mut fresh_from(0)).is_ok());
    let other = CourseInput {
        thumbnail: Some("/images/other.png".into()),
        ..input()
    };
    assert!(fill(&course, &other, &mut fresh_from(0)).is_err());
}

#[test]
fn only_differing_fields_are_written_each_with_its_former_value() {
    let mut course = ready(CourseStatus::Draft);
    course.subcategory = Some("Crafts".into());
    let typed = CourseInput {
        price_minor: Some(19_950),
        duration_weeks: Some(6.0),
        ..input()
    };
    let after = fill(&course, &typed, &mut fresh_from(0)).unwrap();
    let patch = differences(&course, &after);
    let set: Vec<&str> = patch.set.keys().map(String::as_str).collect();
    assert_eq!(set, ["duration.weeks", "price"]);
    assert_eq!(patch.unset, ["subcategory"]);
    assert_eq!(patch.base["price"], bson::Bson::Double(250.0));
    assert_eq!(patch.base["duration.weeks"], bson::Bson::Null);
    assert_eq!(patch.base["subcategory"], bson::Bson::from("Crafts"));

    let mut document = bson::serialize_to_document(&course).unwrap();
    patch.apply(&mut document);
    assert_eq!(
        bson::deserialize_from_document::<Course>(document).unwrap(),
        after
    );
    assert!(
        update(
            &admin(),
            &course,
            &CourseInput {
                subcategory: Some("Crafts".into()),
                ..input()
            }
        )
        .unwrap()
        .is_none()
    );
}

#[test]
fn who_may_change_what() {
    let draft = ready(CourseStatus::Draft);
    let published = ready(CourseStatus::Published);
    let dearer = CourseInput {
        price_minor: Some(30_000),
        ..input()
    };
    let renamed = CourseInput {
        title: "Weaving II".into(),
        ..input()
    };
    let code =
        |r: Result<Option<domain::ChangeSet>, Refusal>| r.err().map(|no| (no.code, no.field));
    let at = |field: &str| Some(field.to_owned());

    assert_eq!(
        code(update(&teacher(), &draft, &dearer)),
        None,
        "the price of a draft is its author's"
    );
    assert_eq!(
        code(update(&teacher(), &published, &dearer)),
        Some((Code::Forbidden, at("priceMinor")))
    );
    assert_eq!(
        code(update(&teacher(), &published, &renamed)),
        None,
        "words may be mended"
    );
    let waits = |course: &Course, input: &CourseInput| {
        let set = update(&admin(), course, input).unwrap().unwrap();
        set.offline == Offline::Queue
    };
    assert!(
        !waits(&published, &dearer),
        "what students see is priced with the server at hand"
    );
    assert!(waits(&published, &renamed) && waits(&draft, &dearer));
    let stranger = stamp(Role::Instructor, 8);
    assert_eq!(
        code(update(&stranger, &draft, &renamed)),
        Some((Code::NotFound, None)),
        "others' drafts are not there"
    );
    assert_eq!(
        code(update(&stranger, &published, &renamed)),
        Some((Code::Forbidden, None))
    );
    assert_eq!(
        code(update(&stamp(Role::Student, 3), &published, &renamed)),
        Some((Code::Forbidden, None))
    );
    assert_eq!(
        code(update(&stamp(Role::Finance, 3), &published, &renamed)),
        Some((Code::Forbidden, None))
    );

    let bare = CourseInput {
        description: String::new(),
        ..input()
    };
    assert_eq!(
        code(update(&admin(), &published, &bare)),
        Some((Code::NotReady, at("description")))
    );
    assert_eq!(
        code(update(&admin(), &draft, &bare)),
        None,
        "a draft may be unfinished"
    );
}

#[test]
fn another_instructor_is_assigned_by_an_administrator_and_must_teach() {
    let course = ready(CourseStatus::Draft);
    let to = |who: u8| CourseInput {
        instructor: Some(UserId(id(who))),
        ..input()
    };
    let person = |who: u8, role: Role| {
        User::new(
            UserId(id(who)),
            "Ada".into(),
            "ada@example.org".into(),
            role,
            Timestamp::from_millis(0),
        )
    };
    let run = |stamp: &Stamp, who: u8, user: Option<&User>| {
        publishing::update(stamp, &course, 0, &to(who), user, &mut fresh_from(0))
            .map_err(|no| no.code)
    };
    let ada = person(20, Role::Instructor);
    assert_eq!(run(&teacher(), 20, Some(&ada)), Err(Code::Forbidden));
    assert!(run(&admin(), 20, Some(&ada)).unwrap().is_some());
    assert_eq!(
        run(&admin(), 20, Some(&person(20, Role::Student))),
        Err(Code::Invalid)
    );
    assert_eq!(run(&admin(), 20, None), Err(Code::NotFound));
    let mut gone = person(20, Role::Instructor);
    gone.status = UserStatus::Suspended;
    assert_eq!(run(&admin(), 20, Some(&gone)), Err(Code::Invalid));
}

#[test]
fn a_changed_slug_is_guarded_and_free_ones_are_found() {
    let course = ready(CourseStatus::Draft);
    let set = update(
        &admin(),
        &course,
        &CourseInput {
            slug: Some("looms".into()),
            ..input()
        },
    )
    .unwrap()
    .unwrap();
    assert!(
        set.guards
            .iter()
            .any(|g| matches!(g, Guard::Unique { field, .. } if field == "slug"))
    );
    let taken = ["looms", "looms-2", "course"];
    let free = |title: &str| free_slug(title, |slug| Ok::<_, ()>(taken.contains(&slug))).unwrap();
    assert_eq!(free("Looms!"), "looms-3");
    assert_eq!(free("Wool"), "wool");
    assert_eq!(free("বুনন"), "course-2", "a title without Latin letters");
}

#[test]
fn counters_do_not_make_an_edit_stale_but_edits_do() {
    let course = ready(CourseStatus::Draft);
    let read = publishing::revision(&course);
    assert!((0..(1_i64 << 53)).contains(&read), "exact in JSON");
    let mut busy = course.clone();
    busy.enrollment_count = 12;
    busy.rating.average = 4.5;
    busy.updated_at = Timestamp::from_millis(5);
    busy.extra.insert("__v", 4);
    assert_eq!(publishing::revision(&busy), read);
    let mut edited = course.clone();
    edited.curriculum[0].title = "Other".into();
    assert_ne!(publishing::revision(&edited), read);
    let no = publishing::update(&admin(), &edited, read, &input(), None, &mut fresh_from(0))
        .unwrap_err();
    assert_eq!(no.code, Code::Stale);
}

#[test]
fn the_machine_takes_exactly_its_steps() {
    for status in CourseStatus::ALL {
        for step in Step::ALL {
            let course = ready(status);
            let taken = publishing::take(&admin(), &course, 0, step, "note", 0);
            let (from, to) = step.transition();
            assert!(from.may_become(to), "{step:?} is in the table");
            match taken {
                Ok(set) => {
                    assert_eq!(status, from, "{step:?}");
                    assert_eq!(set.deed.verb, step.verb());
                    let waits = set.offline == Offline::Queue;
                    assert_eq!(waits, step == Step::Submit, "{step:?} waits for no server");
                    let Change::Patch { patch, .. } = &set.changes[0] else {
                        panic!("a patch")
                    };
                    assert_eq!(patch.set["status"], bson::Bson::from(to.as_str()));
                }
                Err(no) => {
                    assert_ne!(status, from, "{step:?}: {no}");
                    assert_eq!(no.code, Code::WrongState);
                }
            }
            assert_eq!(
                publishing::may_take(&admin().actor, &course, step, 0),
                status == from
            );
        }
    }
    let steps: Vec<_> = Step::ALL.iter().map(|s| s.transition()).collect();
    assert!(
        CourseStatus::TRANSITIONS.iter().all(|t| steps.contains(t)),
        "every transition has a step"
    );
}

#[test]
fn steps_have_their_conditions() {
    let code = |r: Result<domain::ChangeSet, Refusal>| r.map(|_| ()).map_err(|no| no.code);
    let draft = ready(CourseStatus::Draft);
    let review = ready(CourseStatus::UnderReview);
    let published = ready(CourseStatus::Published);
    assert_eq!(
        code(publishing::take(&teacher(), &draft, 0, Step::Submit, "", 0)),
        Ok(())
    );
    assert_eq!(
        code(publishing::take(
            &teacher(),
            &review,
            0,
            Step::Publish,
            "",
            0
        )),
        Err(Code::Forbidden)
    );
    assert_eq!(
        code(publishing::take(
            &stamp(Role::Instructor, 8),
            &draft,
            0,
            Step::Submit,
            "",
            0
        )),
        Err(Code::NotFound)
    );
    assert_eq!(
        code(publishing::take(
            &admin(),
            &review,
            0,
            Step::RequestChanges,
            "  ",
            0
        )),
        Err(Code::Required)
    );
    assert_eq!(
        code(publishing::take(
            &admin(),
            &published,
            0,
            Step::Unpublish,
            "",
            1
        )),
        Err(Code::WrongState)
    );
    assert_eq!(
        code(publishing::take(
            &admin(),
            &published,
            0,
            Step::Archive,
            "",
            1
        )),
        Ok(())
    );
    assert_eq!(
        code(publishing::take(
            &admin(),
            &published,
            99,
            Step::Archive,
            "",
            1
        )),
        Err(Code::Stale)
    );

    for (field, spoil) in [
        (
            "description",
            (|c| c.description.clear()) as fn(&mut Course),
        ),
        ("category", |c| c.category = None),
        ("level", |c| c.level = None),
        ("priceMinor", |c| c.price = None),
        ("curriculum", |c| c.curriculum = vec![module(101, &[])]),
    ] {
        let mut bare = draft.clone();
        spoil(&mut bare);
        let no = publishing::take(&teacher(), &bare, 0, Step::Submit, "", 0).unwrap_err();
        assert_eq!(
            (no.code, no.field.as_deref()),
            (Code::NotReady, Some(field))
        );
        assert_eq!(publishing::missing(&bare).len(), 1);
    }
}

#[test]
fn published_at_is_set_the_first_time_only() {
    let mut course = ready(CourseStatus::UnderReview);
    let patch = |course: &Course| {
        let set = publishing::take(&admin(), course, 0, Step::Publish, "", 0).unwrap();
        let Change::Patch { patch, .. } = set.changes[0].clone() else {
            panic!("a patch")
        };
        patch
    };
    assert!(patch(&course).set.contains_key("publishedAt"));
    course.published_at = Some(Timestamp::from_millis(1));
    assert!(!patch(&course).set.contains_key("publishedAt"));
}

fn typed(module: &Module) -> ModuleInput {
    ModuleInput {
        id: module.id.map(|id| id.to_hex()),
        title: module.title.clone(),
        description: module.description.clone(),
        duration: module.duration.clone(),
        lessons: module
            .lessons
            .iter()
            .map(|l| LessonInput {
                id: l.id.map(|id| id.to_hex()),
                title: l.title.clone(),
                description: l.description.clone(),
                duration: l.duration.clone(),
                kind: l.kind,
                is_free: l.is_free,
            })
            .collect(),
    }
}

#[test]
fn outlines_refuse_what_cannot_be() {
    let before = vec![module(101, &[1, 2]), module(102, &[3])];
    let good: Vec<ModuleInput> = before.iter().map(typed).collect();
    let run = |spoil: &dyn Fn(&mut Vec<ModuleInput>)| {
        let mut wanted = good.clone();
        spoil(&mut wanted);
        outline::outline(&before, &wanted, &mut fresh_from(0))
            .map_err(|no| (no.code, no.field.unwrap_or_default()))
    };
    assert_eq!(run(&|_| {}).unwrap(), before);
    assert_eq!(
        run(&|w| w[0].title = " ".into()),
        Err((Code::Required, "modules.0.title".into()))
    );
    assert_eq!(
        run(&|w| w[1].lessons[0].title = "x".repeat(201)),
        Err((Code::TooLong, "modules.1.lessons.0.title".into()))
    );
    assert_eq!(
        run(&|w| w[0].id = Some(id(55).to_hex())),
        Err((Code::NotFound, "modules.0.id".into()))
    );
    assert_eq!(
        run(&|w| w[0].lessons[1].id = Some("nonsense".into())),
        Err((Code::NotFound, "modules.0.lessons.1.id".into()))
    );
    assert_eq!(
        run(&|w| w[1].lessons[0].id = w[0].lessons[0].id.clone()),
        Err((Code::Invalid, "modules.1.lessons.0.id".into()))
    );
    assert_eq!(
        run(&|w| w.push(w[0].clone())),
        Err((Code::Invalid, "modules.2.id".into()))
    );
    assert_eq!(
        run(&|w| w[0].id = Some(id(1).to_hex())),
        Err((Code::NotFound, "modules.0.id".into())),
        "a lesson's id is no module's"
    );
    assert_eq!(
        run(&|w| w[0].lessons[0].duration = Some("15 min".into())),
        Err((Code::Invalid, "modules.0.lessons.0.duration".into()))
    );
    let many = |n| {
        vec![
            ModuleInput {
                title: "M".into(),
                ..Default::default()
            };
            n
        ]
    };
    assert!(run(&|w| *w = many(200)).is_ok());
    assert_eq!(
        run(&|w| *w = many(201)),
        Err((Code::TooLong, "modules".into()))
    );
    let full = |n| LessonInput {
        title: format!("L{n}"),
        ..Default::default()
    };
    assert_eq!(
        run(&|w| {
            *w = many(2);
            w[0].lessons = (0..1_999).map(full).collect();
            w[1].lessons = (0..2).map(full).collect();
        }),
        Err((Code::TooLong, "modules".into()))
    );
}

#[test]
fn durations_and_addresses_have_a_form() {
    for good in ["0:30", "15:30", "100:00", "1:05:00", "12:00:59"] {
        assert!(duration_ok(good), "{good}");
    }
    for bad in [
        "",
        "15",
        "15:60",
        "15:3",
        "1:60:00",
        ":30",
        "a:30",
        "1:2:3",
        "1:02:03:04",
        "-1:00",
    ] {
        assert!(!duration_ok(bad), "{bad}");
    }
    for good in [
        "https://example.org",
        "HTTP://EXAMPLE.org/a?b#c",
        "https://[::1]/x",
    ] {
        assert!(url_ok(good), "{good}");
    }
    for bad in [
        "",
        "https://",
        "https:///path",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://a b",
        "//example.org",
    ] {
        assert!(!url_ok(bad), "{bad}");
    }
}

#[test]
fn an_outline_edit_counts_what_happened() {
    let before = vec![module(101, &[1, 2, 3]), module(102, &[4])];
    let mut after = vec![
        module(102, &[4, 2]),
        module(101, &[3, 1]),
        module(103, &[9]),
    ];
    after[0].lessons[0].title = "Renamed".into();
    let change = outline::change(&before, &after);
    assert_eq!(change.added, 2, "a module and its lesson");
    assert_eq!(change.removed, 0);
    assert_eq!(change.renamed, 1);
    assert_eq!(
        change.moved, 3,
        "one module, lesson 2 to the other module, one of 1 and 3"
    );
    assert!(change.lessons_differ);
    assert!(!outline::change(&before, &before).lessons_differ);
}

#[test]
fn a_published_course_keeps_a_lesson() {
    let course = ready(CourseStatus::Published);
    let no =
        publishing::save_curriculum(&teacher(), &course, 0, &[], &mut fresh_from(0)).unwrap_err();
    assert_eq!(
        (no.code, no.field.as_deref()),
        (Code::NotReady, Some("curriculum"))
    );
    let same: Vec<ModuleInput> = course.curriculum.iter().map(typed).collect();
    assert!(
        publishing::save_curriculum(&teacher(), &course, 0, &same, &mut fresh_from(0))
            .unwrap()
            .is_none()
    );
}

/// One edit a person makes in the outline editor.
#[derive(Clone, Debug)]
enum Edit {
    AddModule(usize),
    RemoveModule(usize),
    MoveModule(usize, usize),
    AddLesson(usize, usize),
    RemoveLesson(usize, usize),
    MoveLesson(usize, usize, usize, usize),
    Rename(usize, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let n = || 0..12_usize;
    let edit = prop_oneof![
        n().prop_map(Edit::AddModule),
        n().prop_map(Edit::RemoveModule),
        (n(), n()).prop_map(|(a, b)| Edit::MoveModule(a, b)),
        (n(), n()).prop_map(|(a, b)| Edit::AddLesson(a, b)),
        (n(), n()).prop_map(|(a, b)| Edit::RemoveLesson(a, b)),
        (n(), n(), n(), n()).prop_map(|(a, b, c, d)| Edit::MoveLesson(a, b, c, d)),
        (n(), n()).prop_map(|(a, b)| Edit::Rename(a, b)),
    ];
    prop::collection::vec(edit, 0..25)
}

fn make(edit: &Edit, outline: &mut Vec<ModuleInput>) {
    let new_lesson = || LessonInput {
        title: "New".into(),
        ..Default::default()
    };
    match *edit {
        Edit::AddModule(at) => {
            let at = at.min(outline.len());
            outline.insert(
                at,
                ModuleInput {
                    title: "New".into(),
                    ..Default::default()
                },
            );
        }
        _ if outline.is_empty() => {}
        Edit::RemoveModule(m) => {
            let m = m % outline.len();
            outline.remove(m);
        }
        Edit::MoveModule(from, to) => {
            let module = outline.remove(from % outline.len());
            let to = to.min(outline.len());
            outline.insert(to, module);
        }
        Edit::AddLesson(m, at) => {
            let m = m % outline.len();
            let at = at.min(outline[m].lessons.len());
            outline[m].lessons.insert(at, new_lesson());
        }
        Edit::RemoveLesson(m, l) => {
            let m = m % outline.len();
            if !outline[m].lessons.is_empty() {
                let l = l % outline[m].lessons.len();
                outline[m].lessons.remove(l);
            }
        }
        Edit::MoveLesson(m, l, to, at) => {
            let m = m % outline.len();
            if !outline[m].lessons.is_empty() {
                let l = l % outline[m].lessons.len();
                let lesson = outline[m].lessons.remove(l);
                let to = to % outline.len();
                let at = at.min(outline[to].lessons.len());
                outline[to].lessons.insert(at, lesson);
            }
        }
        Edit::Rename(m, l) => {
            let m = m % outline.len();
            match outline[m].lessons.len() {
                0 => outline[m].title.push('!'),
                n => outline[m].lessons[l % n].title.push('!'),
            }
        }
    }
}

proptest! {
    #[test]
    fn identifiers_outlive_every_edit(rounds in prop::collection::vec(edits(), 1..4)) {
        let mut course = ready(CourseStatus::Draft);
        let mut fresh = fresh_from(0);
        for edits in rounds {
            let mut wanted: Vec<ModuleInput> = course.curriculum.iter().map(typed).collect();
            for edit in &edits {
                make(edit, &mut wanted);
            }
            let after = outline::outline(&course.curriculum, &wanted, &mut fresh)
                .map_err(|no| TestCaseError::fail(no.to_string()))?;
            // What had an id keeps it in its place; what had none has a fresh one; none twice.
            let mut seen = std::collections::BTreeSet::new();
            let old: std::collections::BTreeSet<ObjectId> = course.curriculum.iter()
                .flat_map(|m| m.id.map(|i| i.0).into_iter().chain(m.lessons.iter().filter_map(|l| l.id.map(|i| i.0))))
                .collect();
            prop_assert_eq!(after.len(), wanted.len());
            for (module, want) in after.iter().zip(&wanted) {
                let id = module.id.map(|i| i.0).expect("every module has an id");
                prop_assert!(seen.insert(id));
                prop_assert_eq!(want.id.is_some(), old.contains(&id));
                prop_assert_eq!(want.id.clone().unwrap_or_else(|| id.to_hex()), id.to_hex());
                prop_assert_eq!(module.lessons.len(), want.lessons.len());
                for (lesson, want) in module.lessons.iter().zip(&want.lessons) {
                    let id = lesson.id.map(|i| i.0).expect("every lesson has an id");
                    prop_assert!(seen.insert(id));
                    prop_assert_eq!(want.id.is_some(), old.contains(&id));
                    prop_assert_eq!(want.id.clone().unwrap_or_else(|| id.to_hex()), id.to_hex());
                }
            }
            let change = outline::change(&course.curriculum, &after);
            prop_assert_eq!(i64::try_from(old.len()).unwrap() - change.removed + change.added,
                i64::try_from(seen.len()).unwrap(), "what was there, less the removed, plus the added");
            prop_assert_eq!(after == course.curriculum, change.added + change.removed + change.renamed + change.moved == 0);
            course.curriculum = after;
        }
    }
}
