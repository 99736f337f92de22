//! Stories of the catalog, over a real workspace.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::{
    Actor, Code, CourseId, Currency, Role,
    course::{Category, CourseStatus, LessonKind, Level},
    enrollment::{Enrollment, EnrollmentStatus},
    ids::EnrollmentId,
};
use testkit::TestWorkspace;
use workflows::{
    WorkflowError,
    catalog::{self, dto::*},
    desk::Ids,
    dto::{ById, ByIdRev, ByIdRevReason, WindowDto},
};

fn by_id(id: &(impl ToString + ?Sized)) -> ById {
    ById { id: id.to_string() }
}

fn rev(course: &CourseDetail) -> ByIdRev {
    ByIdRev {
        id: course.id.clone(),
        rev: course.rev,
    }
}

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

fn field<T>(outcome: Result<T, WorkflowError>) -> String {
    match outcome {
        Err(WorkflowError::Refused(no)) => no.field.unwrap_or_default(),
        Err(error) => panic!("not a refusal: {error}"),
        Ok(_) => panic!("it was not refused"),
    }
}

fn create(t: &TestWorkspace, actor: &Actor, title: &str) -> Result<CourseDetail, WorkflowError> {
    let args = CreateCourse {
        title: title.into(),
        category: None,
        level: None,
        instructor: None,
    };
    catalog::course_create(&t.desk(), actor, args)
}

fn update(
    t: &TestWorkspace,
    actor: &Actor,
    course: &CourseDetail,
    change: impl FnOnce(&mut CourseFields),
) -> Result<CourseDetail, WorkflowError> {
    let mut fields = course.fields.clone();
    change(&mut fields);
    catalog::course_update(
        &t.desk(),
        actor,
        UpdateCourse {
            id: course.id.clone(),
            rev: course.rev,
            fields,
        },
    )
}

fn save(
    t: &TestWorkspace,
    actor: &Actor,
    course: &CourseDetail,
    modules: Vec<ModuleDto>,
) -> Result<CourseDetail, WorkflowError> {
    catalog::curriculum_save(
        &t.desk(),
        actor,
        SaveCurriculum {
            id: course.id.clone(),
            rev: course.rev,
            modules,
        },
    )
}

fn lesson(title: &str) -> LessonDto {
    LessonDto {
        id: None,
        title: title.into(),
        description: None,
        duration: Some("12:30".into()),
        kind: LessonKind::Video,
        is_free: false,
    }
}

fn module(title: &str, lessons: &[&str]) -> ModuleDto {
    ModuleDto {
        id: None,
        title: title.into(),
        description: None,
        duration: None,
        lessons: lessons.iter().map(|title| lesson(title)).collect(),
    }
}

fn verbs(t: &TestWorkspace, course: &CourseDetail) -> Vec<String> {
    let id: CourseId = course.id.parse().unwrap();
    t.workspace
        .replica()
        .read(|reader| reader.timeline(domain::Collection::Courses, id, None, 50))
        .unwrap()
        .into_iter()
        .rev()
        .map(|row| row.event.deed.verb)
        .collect()
}

/// A draft with everything publishing needs.
fn complete_draft(t: &TestWorkspace, actor: &Actor, title: &str) -> CourseDetail {
    let draft = create(t, actor, title).unwrap();
    let draft = update(t, actor, &draft, |f| {
        f.description = "All about it.".into();
        f.category = Some(Category::DataScience);
        f.level = Some(Level::Advanced);
        f.price_minor = Some(12_345);
        f.currency = Currency::Gbp;
    })
    .unwrap();
    save(
        t,
        actor,
        &draft,
        vec![module("One", &["A", "B"]), module("Two", &["C"])],
    )
    .unwrap()
}

fn published(t: &TestWorkspace, actor: &Actor, title: &str) -> CourseDetail {
    let draft = complete_draft(t, actor, title);
    let review = catalog::course_submit(&t.desk(), actor, rev(&draft)).unwrap();
    catalog::course_publish(&t.desk(), &t.admin, rev(&review)).unwrap()
}

fn enroll(
    t: &TestWorkspace,
    student: &Actor,
    course: &str,
    status: EnrollmentStatus,
    done: &[String],
) -> EnrollmentId {
    let id = EnrollmentId(t.ids.object_id());
    let mut e = Enrollment::new(id, student.user.unwrap(), course.parse().unwrap(), t.now());
    e.status = status;
    e.progress.completed_lessons = done
        .iter()
        .map(|lesson| domain::enrollment::CompletedLesson {
            lesson_id: lesson.clone(),
            completed_at: Some(t.now()),
            time_spent: 60,
            extra: bson::Document::new(),
        })
        .collect();
    let document = bson::serialize_to_document(&e).unwrap();
    t.commit(
        "enrollment.created",
        domain::Collection::Enrollments,
        id,
        |set| set.insert(domain::Collection::Enrollments, document),
    );
    id
}

fn progress(t: &TestWorkspace, id: EnrollmentId) -> f64 {
    t.workspace
        .replica()
        .read(|r| r.enrollment(id))
        .unwrap()
        .unwrap()
        .progress
        .percentage
}

#[test]
fn a_course_goes_its_way_into_the_catalog() {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let student = t.student();
    let draft = create(&t, &teacher, "Graph Theory").unwrap();
    assert_eq!(draft.status, CourseStatus::Draft);
    assert_eq!(draft.fields.slug.as_deref(), Some("graph-theory"));
    assert_eq!(draft.fields.currency, Currency::Gbp, "the institution's");
    assert_eq!(draft.why.as_ref().unwrap().code, "being-written");
    let missing: Vec<&str> = draft.missing.iter().map(|m| m.field.as_str()).collect();
    assert_eq!(
        missing,
        [
            "description",
            "category",
            "level",
            "priceMinor",
            "curriculum"
        ]
    );
    assert!(!draft.verbs.submit && draft.verbs.edit && !draft.verbs.publish);
    let no = catalog::course_submit(&t.desk(), &teacher, rev(&draft));
    assert_eq!(code(no), Some(Code::NotReady));

    let ready = complete_draft(&t, &teacher, "Group Theory");
    assert_eq!(ready.total_lessons, 3);
    assert!(ready.missing.is_empty() && ready.verbs.submit);
    let review = catalog::course_submit(&t.desk(), &teacher, rev(&ready)).unwrap();
    assert_eq!(review.status, CourseStatus::UnderReview);
    assert_eq!(
        review.why.as_ref().unwrap().by.as_ref().unwrap().name,
        teacher.name
    );
    assert_eq!(
        code(catalog::course_publish(&t.desk(), &teacher, rev(&review))),
        Some(Code::Forbidden)
    );

    let back = catalog::course_request_changes(
        &t.desk(),
        &t.admin,
        ByIdRevReason {
            id: review.id.clone(),
            rev: review.rev,
            reason: "More examples, please.".into(),
        },
    )
    .unwrap();
    assert_eq!(
        (back.status, back.review_note.as_deref()),
        (CourseStatus::Draft, Some("More examples, please."))
    );
    let why = back.why.clone().unwrap();
    assert_eq!(
        (why.code.as_str(), why.params["note"].as_str()),
        ("changes-requested", Some("More examples, please."))
    );

    let review = catalog::course_submit(&t.desk(), &teacher, rev(&back)).unwrap();
    assert_eq!(review.review_note, None, "answered by submitting again");
    assert_eq!(
        code(catalog::course(&t.desk(), &student, by_id(&review.id))),
        Some(Code::NotFound)
    );
    let live = catalog::course_publish(&t.desk(), &t.admin, rev(&review)).unwrap();
    assert_eq!(live.status, CourseStatus::Published);
    let first = live
        .published_at
        .clone()
        .expect("set at the first publication");
    let seen = catalog::course(&t.desk(), &student, by_id(&live.id)).unwrap();
    assert!(seen.verbs.enroll_myself && !seen.verbs.edit && seen.missing.is_empty());

    t.clock.advance_days(1);
    let archived = catalog::course_archive(&t.desk(), &t.admin, rev(&live)).unwrap();
    let restored = catalog::course_restore(&t.desk(), &t.admin, rev(&archived)).unwrap();
    let review = catalog::course_submit(&t.desk(), &t.admin, rev(&restored)).unwrap();
    let again = catalog::course_publish(&t.desk(), &t.admin, rev(&review)).unwrap();
    assert_eq!(
        again.published_at,
        Some(first),
        "the first publication stays the first"
    );
    assert_eq!(
        verbs(&t, &again),
        [
            "course.created",
            "course.updated",
            "course.curriculum-saved",
            "course.submitted",
            "course.changes-requested",
            "course.submitted",
            "course.published",
            "course.archived",
            "course.restored",
            "course.submitted",
            "course.published",
        ]
    );
}

#[test]
fn edits_are_checked_at_their_fields_and_write_what_differs() {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let draft = create(&t, &teacher, "  Botany  ").unwrap();
    assert_eq!(draft.fields.title, "Botany");
    assert_eq!(field(create(&t, &teacher, "  ")), "title");
    assert_eq!(
        field(update(&t, &teacher, &draft, |f| f.title = "x".repeat(201))),
        "title"
    );
    assert_eq!(
        field(update(&t, &teacher, &draft, |f| f.description = "x".repeat(501))),
        "description"
    );
    assert_eq!(
        field(update(&t, &teacher, &draft, |f| f.slug = Some("No Good".into()))),
        "slug"
    );
    assert_eq!(
        field(update(&t, &teacher, &draft, |f| f.price_minor = Some(-1))),
        "priceMinor"
    );
    assert_eq!(
        field(update(&t, &teacher, &draft, |f| f.thumbnail =
            Some("data:x".into()))),
        "thumbnail"
    );
    assert_eq!(
        field(update(&t, &teacher, &draft, |f| f.instructor = "nobody".into())),
        "instructor"
    );

    let same = update(&t, &teacher, &draft, |_| {}).unwrap();
    assert_eq!(same.rev, draft.rev, "nothing differs, nothing is written");
    t.clock.advance(60);
    let edited = update(&t, &teacher, &draft, |f| {
        f.full_description = Some("<p onclick=\"x()\">Plants</p><script>alert(1)</script>".into());
        f.tags = vec![" Trees ".into(), "trees".into()];
        f.price_minor = Some(9_999);
        f.assessments = vec![AssessmentDto {
            id: None,
            title: "Herbarium".into(),
            weight: 100.0,
            max_score: 20.0,
            pass_score: 10.0,
            required: true,
        }];
    })
    .unwrap();
    assert_eq!(
        edited.fields.full_description.as_deref(),
        Some("<p>Plants</p>")
    );
    assert_eq!(edited.fields.tags, ["trees"]);
    assert_ne!(edited.updated_at, draft.updated_at);
    assert_eq!(verbs(&t, &edited), ["course.created", "course.updated"]);
    let assessment = edited.fields.assessments[0]
        .id
        .clone()
        .expect("it got an id");
    let renamed = update(&t, &teacher, &edited, |f| {
        f.assessments[0].title = "Herbal".into();
    })
    .unwrap();
    assert_eq!(
        renamed.fields.assessments[0].id,
        Some(assessment),
        "which it keeps"
    );
    assert_eq!(
        code(update(&t, &teacher, &edited, |f| f.title = "Late".into())),
        Some(Code::Stale)
    );
}

#[test]
fn slugs_are_unique_and_derived() {
    let t = testkit::workspace();
    let slug = |c: &CourseDetail| c.fields.slug.clone().unwrap();
    let one = create(&t, &t.admin, "Crème brûlée").unwrap();
    let two = create(&t, &t.admin, "Creme Brulee!").unwrap();
    let three = create(&t, &t.admin, "creme-brulee").unwrap();
    assert_eq!(
        (slug(&one), slug(&two), slug(&three)),
        (
            "creme-brulee".into(),
            "creme-brulee-2".into(),
            "creme-brulee-3".into()
        )
    );
    let taken = update(&t, &t.admin, &two, |f| f.slug = Some("creme-brulee".into()));
    assert_eq!(field(taken), "slug");
    let own = update(&t, &t.admin, &two, |f| f.slug = Some("burnt-cream".into())).unwrap();
    assert_eq!(slug(&own), "burnt-cream");
    let derived = update(&t, &t.admin, &own, |f| f.slug = None).unwrap();
    assert_eq!(slug(&derived), "creme-brulee-2");
    assert_eq!(
        slug(&update(&t, &t.admin, &derived, |f| f.slug = Some("  ".into())).unwrap()),
        "creme-brulee-2"
    );
}

#[test]
fn students_coming_and_rating_do_not_make_an_author_stale() {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let course = published(&t, &teacher, "Optics");
    let id: CourseId = course.id.parse().unwrap();
    t.commit(
        "enrollment.created",
        domain::Collection::Courses,
        id,
        |set| {
            set.patch(
                domain::Collection::Courses,
                id,
                domain::change::Patch::new()
                    .inc("enrollmentCount", 1)
                    .put("rating.average", 4.0)
                    .inc("rating.count", 1),
            )
        },
    );
    let edited =
        update(&t, &teacher, &course, |f| f.description = "Light.".into()).expect("not stale");
    assert_eq!(
        (edited.enrollments, edited.rating_count),
        (1, 1),
        "the counters are untouched"
    );
}

#[test]
fn outlines_keep_their_ids_and_progress_follows() {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let course = published(&t, &teacher, "Acoustics");
    let ids: Vec<String> = course
        .curriculum
        .iter()
        .flat_map(|m| m.lessons.iter().map(|l| l.id.clone().unwrap()))
        .collect();
    let (learning, finished) = (t.student(), t.student());
    let learning = enroll(
        &t,
        &learning,
        &course.id,
        EnrollmentStatus::Active,
        &ids[..1],
    );
    let finished = enroll(&t, &finished, &course.id, EnrollmentStatus::Completed, &ids);

    // C goes first and is renamed; B goes; D is new.
    let mut modules = course.curriculum.clone();
    let mut c = modules[1].lessons.remove(0);
    c.title = "C, again".into();
    modules[0].lessons.remove(1);
    modules[0].lessons.insert(0, c);
    modules[1].lessons.push(lesson("D"));
    let saved = save(&t, &teacher, &course, modules.clone()).unwrap();
    let titles: Vec<Vec<&str>> = saved
        .curriculum
        .iter()
        .map(|m| m.lessons.iter().map(|l| l.title.as_str()).collect())
        .collect();
    assert_eq!(titles, [vec!["C, again", "A"], vec!["D"]]);
    assert_eq!(saved.curriculum[0].lessons[0].id, Some(ids[2].clone()));
    assert_eq!(saved.curriculum[0].lessons[1].id, Some(ids[0].clone()));
    assert!(saved.curriculum[1].lessons[0].id.is_some());
    assert_eq!(saved.total_lessons, 3);
    assert!((progress(&t, learning) - 33.0).abs() < 1e-9, "one of three");
    assert!(
        (progress(&t, finished) - 0.0).abs() < 1e-9,
        "the completed one is left alone"
    );
    let log = verbs(&t, &saved);
    assert_eq!(
        log[log.len() - 2..],
        ["course.curriculum-saved", "course.progress-recomputed"]
    );

    assert_eq!(
        code(save(&t, &teacher, &course, modules)),
        Some(Code::Stale),
        "read before the last save"
    );
    let mut twice = saved.curriculum.clone();
    let copy = twice[0].lessons[0].clone();
    twice[1].lessons.push(copy);
    assert_eq!(
        field(save(&t, &teacher, &saved, twice)),
        "modules.1.lessons.1.id"
    );
    let mut unknown = saved.curriculum.clone();
    unknown[0].lessons[0].id = Some(ids[1].clone());
    assert_eq!(
        code(save(&t, &teacher, &saved, unknown)),
        Some(Code::NotFound),
        "B is gone for good"
    );
    assert_eq!(
        code(save(&t, &teacher, &saved, Vec::new())),
        Some(Code::NotReady),
        "a published course keeps a lesson"
    );
    let same = save(&t, &teacher, &saved, saved.curriculum.clone()).unwrap();
    assert_eq!(same.rev, saved.rev);
}

#[test]
fn each_role_sees_its_catalog() {
    let t = testkit::workspace();
    let (teacher, other) = (t.instructor(), t.instructor());
    let (student, finance) = (t.student(), t.finance());
    published(&t, &teacher, "Alpha");
    let hidden = published(&t, &teacher, "Beta");
    let hidden = update(&t, &teacher, &hidden, |f| f.is_public = false).unwrap();
    let draft = create(&t, &teacher, "Gamma").unwrap();
    let titles = |actor: &Actor, filter: CourseFilter| -> Vec<String> {
        let args = ListCourses {
            filter,
            window: WindowDto {
                offset: 0,
                limit: 50,
            },
        };
        let page = catalog::courses_list(&t.desk(), actor, args).unwrap();
        assert_eq!(page.total, page.rows.len() as u64);
        page.rows.into_iter().map(|row| row.title).collect()
    };
    let all = CourseFilter::default;
    assert_eq!(titles(&t.admin, all()), ["Alpha", "Beta", "Gamma"]);
    assert_eq!(titles(&teacher, all()), ["Alpha", "Beta", "Gamma"]);
    assert_eq!(titles(&other, all()), ["Alpha"]);
    assert_eq!(titles(&finance, all()), ["Alpha", "Beta"]);
    assert_eq!(titles(&student, all()), ["Alpha"]);
    let drafts = || CourseFilter {
        statuses: vec![CourseStatus::Draft],
        ..all()
    };
    assert_eq!(titles(&student, drafts()), Vec::<String>::new());
    assert_eq!(titles(&other, drafts()), Vec::<String>::new());
    assert_eq!(titles(&teacher, drafts()), ["Gamma"]);
    let of = |a: &Actor| CourseFilter {
        instructor: Some(a.user.unwrap().to_hex()),
        ..all()
    };
    assert_eq!(titles(&other, of(&teacher)), ["Alpha"]);
    assert_eq!(titles(&teacher, of(&teacher)), ["Alpha", "Beta", "Gamma"]);
    assert_eq!(
        titles(
            &t.admin,
            CourseFilter {
                text: "alp".into(),
                ..all()
            }
        ),
        ["Alpha"]
    );
    assert_eq!(
        titles(
            &t.admin,
            CourseFilter {
                price_min: Some(1),
                descending: true,
                ..all()
            }
        ),
        ["Beta", "Alpha"]
    );

    let sees =
        |actor: &Actor, c: &CourseDetail| catalog::course(&t.desk(), actor, by_id(&c.id)).is_ok();
    assert!(sees(&other, &hidden) && sees(&finance, &hidden) && !sees(&student, &hidden));
    assert!(!sees(&other, &draft) && !sees(&finance, &draft) && !sees(&student, &draft));
    enroll(&t, &student, &hidden.id, EnrollmentStatus::Active, &[]);
    assert!(sees(&student, &hidden), "who is in a course sees it");
}

#[test]
fn others_courses_are_theirs() {
    let t = testkit::workspace();
    let (teacher, other) = (t.instructor(), t.instructor());
    let draft = complete_draft(&t, &teacher, "Logic");
    let live = published(&t, &teacher, "Rhetoric");
    assert_eq!(
        code(update(&t, &other, &draft, |f| f.title = "Mine".into())),
        Some(Code::NotFound)
    );
    assert_eq!(
        code(update(&t, &other, &live, |f| f.title = "Mine".into())),
        Some(Code::Forbidden)
    );
    assert_eq!(
        code(save(&t, &other, &draft, Vec::new())),
        Some(Code::NotFound)
    );
    assert_eq!(
        code(catalog::course_submit(&t.desk(), &other, rev(&draft))),
        Some(Code::NotFound)
    );
    assert_eq!(
        field(update(&t, &teacher, &live, |f| f.price_minor = Some(1))),
        "priceMinor"
    );
    assert_eq!(
        field(update(&t, &teacher, &live, |f| f.instructor =
            other.user.unwrap().to_hex())),
        "instructor"
    );
    let given = update(&t, &t.admin, &live, |f| {
        f.instructor = other.user.unwrap().to_hex();
    })
    .unwrap();
    assert_eq!(given.instructor.name, other.name);
    assert!(update(&t, &other, &given, |f| f.title = "Mine".into()).is_ok());
    let student = t.student();
    assert_eq!(
        field(update(&t, &t.admin, &draft, |f| f.instructor =
            student.user.unwrap().to_hex())),
        "instructor"
    );
    for actor in [&student, &t.finance()] {
        assert_eq!(code(create(&t, actor, "Mine")), Some(Code::Forbidden));
        assert_eq!(
            code(update(&t, actor, &draft, |_| {})),
            Some(Code::Forbidden)
        );
        assert_eq!(
            code(catalog::course_publish(&t.desk(), actor, rev(&draft))),
            Some(Code::Forbidden)
        );
    }
    let for_other = CreateCourse {
        title: "Theirs".into(),
        category: None,
        level: None,
        instructor: Some(other.user.unwrap().to_hex()),
    };
    assert_eq!(
        field(catalog::course_create(
            &t.desk(),
            &teacher,
            for_other.clone()
        )),
        "instructor"
    );
    assert_eq!(
        catalog::course_create(&t.desk(), &t.admin, for_other)
            .unwrap()
            .instructor
            .name,
        other.name
    );
    assert_eq!(other.role, Role::Instructor);
}

#[test]
fn a_course_with_learners_is_archived_not_withdrawn() {
    let t = testkit::workspace();
    let teacher = t.instructor();
    let live = published(&t, &teacher, "Weaving");
    assert!(
        live.verbs
            == CourseVerbs {
                enroll: true,
                archive: true,
                unpublish: true,
                edit: true,
                edit_price: true,
                assign_instructor: true,
                see_students: true,
                ..Default::default()
            }
    );
    enroll(&t, &t.student(), &live.id, EnrollmentStatus::Active, &[]);
    let live = catalog::course(&t.desk(), &t.admin, by_id(&live.id)).unwrap();
    assert!(!live.verbs.unpublish && live.verbs.archive);
    assert_eq!(
        code(catalog::course_unpublish(&t.desk(), &t.admin, rev(&live))),
        Some(Code::WrongState)
    );
    assert_eq!(
        catalog::course_archive(&t.desk(), &t.admin, rev(&live))
            .unwrap()
            .status,
        CourseStatus::Archived
    );

    let empty = published(&t, &teacher, "Spinning");
    let withdrawn = catalog::course_unpublish(&t.desk(), &t.admin, rev(&empty)).unwrap();
    assert_eq!(withdrawn.why.unwrap().code, "withdrawn");
}
