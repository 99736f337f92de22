//! Somebody is erased while another desktop is away with changes about them: when it comes back nothing of
//! them is left anywhere, and the money it took is booked.

use bson::{Bson, doc, oid::ObjectId};
use domain::{
    ChangeSet, Code, Collection, CourseId, Currency, LessonId, ModuleId, Offline, OpId, PaymentId,
    Refusal, Role, Timestamp, UserId,
    audit::Deed,
    change::Patch,
    course::{Category, Course, CourseStatus, Lesson, LessonKind, Level, Module},
    ledger::Method,
};
use remote::port::{Port, Quarantined};
use replica::NewConflict;
use workflows::{
    Ids, SystemClock, SystemIds,
    accounts::HashCost,
    dto::{ById, Nothing},
    enrollment::{self, dto::EnrollPeople},
    operations::{
        server::{dto::DeskScope, verify_server},
        verify,
    },
    payments::{self, dto::RecordCash},
    people::{
        self,
        dto::{CreatePerson, ErasePerson, ProfileDto, UpdatePerson},
    },
};

use super::{
    bare::Bare,
    ground::{Ground, INSTRUCTOR, Seat, ground, instructors, with},
    traces::{self, NAME, in_text, is_found_in},
};

const ADMIN: &str = testkit::ADMIN_EMAIL;
struct Story {
    g: Ground,
    away: Seat,
    person: UserId,
    payment: String,
}

fn course(teacher: UserId) -> Course {
    let id = CourseId(SystemIds.object_id());
    let mut course = Course::new(
        id,
        "Weaving".to_owned(),
        teacher,
        Currency::Gbp,
        Timestamp::now(),
    );
    course.slug = Some("weaving".to_owned());
    course.description = "Everything about weaving.".to_owned();
    course.level = Some(Level::Beginner);
    course.category = Some(Category::Programming);
    course.price = Some(250.0);
    course.status = CourseStatus::Published;
    course.published_at = Some(Timestamp::now());
    course.total_lessons = 1;
    course.curriculum = vec![Module {
        id: Some(ModuleId(SystemIds.object_id())),
        title: "Looms".to_owned(),
        description: None,
        duration: None,
        lessons: vec![Lesson {
            id: Some(LessonId(SystemIds.object_id())),
            title: "Warp".to_owned(),
            description: None,
            duration: None,
            kind: LessonKind::Video,
            is_free: false,
            extra: bson::Document::new(),
        }],
        extra: bson::Document::new(),
    }];
    course
}

fn commit(
    seat: &Seat,
    verb: &str,
    collection: Collection,
    id: ObjectId,
    fill: impl FnOnce(ChangeSet) -> ChangeSet,
) -> OpId {
    let at = Timestamp::now();
    let deed = Deed::new(verb, collection, id);
    let set = ChangeSet::new(SystemIds.op(at), seat.actor(), at, deed, Offline::Queue);
    let set = fill(set);
    seat.desk().authority.commit(&set).unwrap();
    set.op
}

fn record(seat: &Seat, payment: &str, note: Option<&str>) {
    let by = ById {
        id: payment.to_owned(),
    };
    let now = payments::payment(&seat.desk(), &seat.actor(), by).unwrap();
    let cash = RecordCash {
        id: payment.to_owned(),
        rev: now.rev,
        amount_minor: 25_000,
        received_on: None,
        note: note.map(str::to_owned),
    };
    payments::payment_record_cash(&seat.desk(), &seat.actor(), cash).unwrap();
}

/// Somebody the institution knows, and a desktop that is away with all kinds of words about them.
fn lived() -> Option<Story> {
    let g = ground()?;
    let office = &g.office;
    let new = CreatePerson {
        name: NAME.to_owned(),
        email: "zebulon@quackenbush.example".to_owned(),
        role: Role::Student,
        password: None,
        profile: ProfileDto::default(),
    };
    let person = people::create(&office.desk(), &office.actor(), new, HashCost::Sample).unwrap();
    let teacher = office
        .workspace
        .replica()
        .read(|reader| reader.user_by_email(INSTRUCTOR))
        .unwrap()
        .unwrap();
    let course = course(teacher.id);
    let document = bson::serialize_to_document(&course).unwrap();
    commit(
        office,
        "course.created",
        Collection::Courses,
        course.id.0,
        |set| set.insert(Collection::Courses, document),
    );
    let args = EnrollPeople {
        users: vec![person.to_hex()],
        course: course.id.to_hex(),
        method: Method::Cash,
    };
    enrollment::enroll(&office.desk(), &office.actor(), args).unwrap();
    office.send();
    let made = g
        .invite(&workflows::desktops::dto::InviteDesktop {
            scope: DeskScope::Office,
            person: None,
            ..instructors()
        })
        .unwrap();
    let away = g.join(&SystemClock, &with(&made), "away").unwrap();
    away.enter(ADMIN);
    let paid = |seat: &Seat| {
        seat.workspace
            .replica()
            .read(|reader| reader.payments_of_user(person))
            .unwrap()
    };
    away.until("the payment is there", |seat| paid(seat).len() == 1);
    away.send();
    let payment = paid(&away)[0].id.to_hex();
    words(&away, person, &payment);
    Some(Story {
        g,
        away,
        person,
        payment,
    })
}

/// What waits at the desktop that is away: an edit of the profile, cash with a remark, a change that needs a
/// person (with its copy on the server), and a card.
fn words(away: &Seat, person: UserId, payment: &str) {
    let by = ById {
        id: person.to_hex(),
    };
    let seen = people::person(&away.desk(), &away.actor(), by).unwrap();
    let edit = UpdatePerson {
        id: seen.id,
        rev: seen.rev,
        name: seen.name,
        email: seen.email,
        email_verified: true,
        profile: ProfileDto {
            phone: Some("+1 5550199".into()),
            street: Some("1 Drakeside".into()),
            bio: Some("Lives for mallardism.".into()),
            ..ProfileDto::default()
        },
    };
    people::person_update(&away.desk(), &away.actor(), edit).unwrap();
    record(
        away,
        payment,
        Some("Brought by old Quackenbush in a waterfowl purse"),
    );
    let enrollment = away
        .workspace
        .replica()
        .read(|reader| reader.enrollments_of_user(person))
        .unwrap()[0]
        .id;
    let note = doc! { "_id": ObjectId::new(), "content": "Goosefeather quills, says Zebulon", "createdAt": Timestamp::now() };
    let op = commit(
        away,
        "note.added",
        Collection::Enrollments,
        enrollment.0,
        |mut set| {
            set.deed = set.deed.with("lesson", "Warp, by Zebulon");
            set.patch(
                Collection::Enrollments,
                enrollment.0,
                Patch::new().push("notes", note),
            )
        },
    );
    let replica = away.workspace.replica();
    let reason = Refusal::new(Code::Invalid, "Zebulon has too many goosefeathers.");
    replica.bury(op, &reason).unwrap();
    let dead = replica.read(|reader| reader.queued(op)).unwrap().unwrap();
    away.server()
        .quarantine(&Quarantined {
            op,
            device: away.workspace.device().clone(),
            at: Timestamp::now(),
            reason,
            change_set: bson::serialize_to_document(&dead.change_set).unwrap(),
        })
        .unwrap();
    replica
        .add_conflicts(&[NewConflict {
            op,
            collection: Collection::Users,
            id: person.0,
            path: "profile.bio".to_owned(),
            kind: "field".to_owned(),
            base: Bson::Null,
            mine: "Lives for mallardism.".into(),
            theirs: "Waterfowl".into(),
            at: Timestamp::now(),
        }])
        .unwrap();
}

/// Where in which table of a desktop's file a trace is.
fn traces(seat: &Seat) -> Vec<String> {
    traces::traces(seat.vault.as_ref(), seat.workspace.dir())
}

/// The same of the institution's database.
fn traces_there(bare: &Bare) -> Vec<String> {
    let mut found = Vec::new();
    for collection in [
        "users",
        "enrollments",
        "payments",
        "payment_ledger",
        "audit_events",
        "sessions",
        "auth_tokens",
        "sync_quarantine",
        "sync_ops",
        "sync_tombstones",
    ] {
        for row in bare.find(collection, doc! {}).unwrap() {
            let text = Bson::from(row).into_relaxed_extjson().to_string();
            in_text(collection, &text, &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

fn erase(story: &Story) {
    let office = &story.g.office;
    // No payment of theirs may be open: the office takes the money too, not knowing of the other.
    record(office, &story.payment, None);
    office.send();
    let args = ErasePerson {
        id: story.person.to_hex(),
        name: NAME.to_owned(),
        reason: "Asked for it in writing".to_owned(),
    };
    people::person_erase(&office.desk(), &office.actor(), &args).unwrap();
}

fn is_erased(seat: &Seat, person: UserId) -> bool {
    seat.workspace
        .replica()
        .read(|reader| reader.user(person))
        .unwrap()
        .is_some_and(|user| user.name == "Erased person")
}

fn booked(seat: &Seat, person: UserId) -> i64 {
    seat.workspace
        .replica()
        .read(|reader| {
            let mut sum = 0;
            for payment in reader.payments_of_user(person)? {
                sum += reader.ledger_sum(PaymentId(payment.id.0))?;
            }
            Ok(sum)
        })
        .unwrap()
}

fn comes_back(sends_first: bool) {
    let Some(story) = lived() else { return };
    let Story {
        g, away, person, ..
    } = &story;
    let bare = Bare::at(&g.uri("owner"), &g.database);
    is_found_in(
        &[
            "users",
            "payment_ledger",
            "audit_events",
            "outbox",
            "outbox_touches",
            "conflicts",
        ],
        &traces(away),
    );
    let aside = bare.find("sync_quarantine", doc! {}).unwrap();
    assert_eq!(aside.len(), 1);
    erase(&story);
    assert_eq!(traces_there(&bare), Vec::<String>::new());

    if sends_first {
        away.send();
    }
    away.until("it hears of it", |seat| is_erased(seat, *person));
    away.send();
    people::scrub(&away.desk()).unwrap();
    let counts = away
        .workspace
        .replica()
        .read(|reader| reader.queue_counts())
        .unwrap();
    assert_eq!(
        (counts.waiting, counts.dead, counts.conflicts),
        (0, 0, 0),
        "nobody has to look at anything"
    );
    let office = &g.office;
    office.until("both took money", |seat| booked(seat, *person) == 50_000);
    away.until("both took money", |seat| booked(seat, *person) == 50_000);
    // What came late is there in the form the server gave it.
    let settled = |seat: &Seat| {
        let engine = seat.workspace.link().unwrap().engine();
        engine.sweep().unwrap();
        traces(seat)
    };
    assert_eq!(settled(away), Vec::<String>::new(), "away");
    assert_eq!(settled(office), Vec::<String>::new(), "office");
    assert_eq!(traces_there(&bare), Vec::<String>::new());
    for (name, seat) in [("away", away), ("office", office)] {
        let report = verify(&seat.desk(), &seat.actor(), Nothing {}).unwrap();
        assert!(report.findings.is_empty(), "{name}: {:?}", report.findings);
    }
    let report = verify_server(&office.workspace, &office.actor()).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn a_desktop_that_hears_of_an_erasure_forgets_too() {
    comes_back(false);
}

#[test]
fn a_desktop_that_sends_before_it_hears_brings_no_words_back() {
    comes_back(true);
}
