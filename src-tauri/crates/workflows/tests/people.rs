//! People over a real replica: the list, accounts made and changed, and who may.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bson::oid::ObjectId;
use domain::{Actor, Code, Collection, Role, user::UserStatus};
use testkit::{TestWorkspace, workspace};
use workflows::{
    WorkflowError,
    dto::{ById, Nothing, WindowDto},
    people::{
        self,
        dto::{
            CreatePerson, ListPeople, PeopleFilter, PeopleSort, PersonDetail, ProfileDto,
            SetPeopleStatus, SetPersonPassword, SetPersonRole, UpdatePerson,
        },
    },
};

fn refused<T: std::fmt::Debug>(outcome: Result<T, WorkflowError>) -> (Code, Option<String>) {
    match outcome {
        Err(WorkflowError::Refused(refusal)) => (refusal.code, refusal.field),
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

fn new(name: &str, email: &str) -> CreatePerson {
    CreatePerson {
        name: name.into(),
        email: email.into(),
        role: Role::Student,
        password: None,
        profile: ProfileDto::default(),
    }
}

fn create(t: &TestWorkspace, args: CreatePerson) -> Result<PersonDetail, WorkflowError> {
    people::person_create(&t.desk(), &t.admin, args)
}

fn update(seen: &PersonDetail) -> UpdatePerson {
    UpdatePerson {
        id: seen.id.clone(),
        rev: seen.rev,
        name: seen.name.clone(),
        email: seen.email.clone(),
        email_verified: seen.email_verified,
        profile: seen.profile.clone(),
    }
}

fn look(t: &TestWorkspace, actor: &Actor) -> PersonDetail {
    let id = actor.user.unwrap().to_hex();
    people::person(&t.desk(), &t.admin, ById { id }).unwrap()
}

fn list(t: &TestWorkspace, filter: PeopleFilter) -> (Vec<String>, u64) {
    let window = WindowDto {
        offset: 0,
        limit: 100,
    };
    let page = people::people_list(&t.desk(), &t.admin, ListPeople { filter, window }).unwrap();
    (
        page.rows.into_iter().map(|row| row.name).collect(),
        page.total,
    )
}

fn verbs(t: &TestWorkspace, id: &str) -> Vec<String> {
    let id = ObjectId::parse_str(id).unwrap();
    let rows = t
        .workspace
        .replica()
        .read(|r| r.timeline(Collection::Users, id, None, 50))
        .unwrap();
    rows.into_iter().map(|row| row.event.deed.verb).collect()
}

#[test]
fn a_person_is_made_found_changed_and_told_about() {
    let t = workspace();
    let mut args = new("  Zoë Brontë ", "Zoe@Example.org");
    args.profile.phone = Some("+44 20 7946 0991".into());
    args.profile.date_of_birth = Some("1999-12-31".into());
    let made = create(&t, args).unwrap();
    assert_eq!(
        (made.name.as_str(), made.email.as_str()),
        ("Zoë Brontë", "zoe@example.org")
    );
    assert_eq!(
        made.preferences.timezone, "Europe/London",
        "as the institution"
    );
    assert!(!made.is_self);

    let found = list(
        &t,
        PeopleFilter {
            text: "bronte".into(),
            ..PeopleFilter::default()
        },
    );
    assert_eq!(found, (vec!["Zoë Brontë".to_owned()], 1));

    let mut change = update(&made);
    change.name = "Zoë B.".into();
    change.email_verified = true;
    change.profile.phone = Some(String::new());
    change.profile.country = Some("England".into());
    let changed = people::person_update(&t.desk(), &t.admin, change.clone()).unwrap();
    assert_eq!(changed.name, "Zoë B.");
    assert_eq!(changed.profile.phone, None);
    assert_eq!(changed.profile.date_of_birth.as_deref(), Some("1999-12-31"));
    assert!(changed.email_verified && changed.rev > made.rev);
    assert_eq!(verbs(&t, &made.id), ["person.updated", "person.created"]);

    assert_eq!(
        refused(people::person_update(&t.desk(), &t.admin, change)).0,
        Code::Stale
    );
    let same = people::person_update(&t.desk(), &t.admin, update(&changed)).unwrap();
    assert_eq!(
        same.rev, changed.rev,
        "an edit that changes nothing writes nothing"
    );
}

#[test]
fn an_address_belongs_to_one_person() {
    let t = workspace();
    let first = create(&t, new("One", "one@example.org")).unwrap();
    let second = create(&t, new("Two", "two@example.org")).unwrap();
    let taken = (Code::Taken, Some("email".to_owned()));
    assert_eq!(refused(create(&t, new("Three", "ONE@example.org"))), taken);
    let mut change = update(&second);
    change.email = first.email;
    assert_eq!(
        refused(people::person_update(&t.desk(), &t.admin, change)),
        taken
    );
}

#[test]
fn wrong_input_is_refused_at_its_field_and_nothing_is_made() {
    let t = workspace();
    type Spoil = fn(&mut CreatePerson);
    let cases: [(&str, Spoil); 7] = [
        ("name", |p| p.name = " ".into()),
        ("name", |p| p.name = "x".repeat(101)),
        ("email", |p| p.email = "nobody".into()),
        ("password", |p| p.password = Some("weak".into())),
        ("profile.phone", |p| {
            p.profile.phone = Some("call me".into());
        }),
        ("profile.dateOfBirth", |p| {
            p.profile.date_of_birth = Some("2026-02-30".into());
        }),
        ("profile.avatar", |p| {
            p.profile.avatar = Some("javascript:x".into());
        }),
    ];
    for (field, spoil) in cases {
        let mut args = new("Somebody", "somebody@example.org");
        spoil(&mut args);
        assert_eq!(refused(create(&t, args)).1.as_deref(), Some(field));
    }
    assert_eq!(
        list(&t, PeopleFilter::default()).1,
        1,
        "only the administrator is there"
    );
}

#[test]
fn the_list_is_narrowed_and_sorted() {
    let t = workspace();
    for name in ["Cleo", "bert", "Ärne"] {
        create(
            &t,
            new(name, &format!("{}@example.org", domain::text::fold(name))),
        )
        .unwrap();
    }
    t.instructor();
    let students = PeopleFilter {
        roles: vec![Role::Student],
        ..PeopleFilter::default()
    };
    assert_eq!(list(&t, students.clone()).0, ["Ärne", "bert", "Cleo"]);
    let backwards = PeopleFilter {
        sort: PeopleSort::Email,
        descending: true,
        ..students
    };
    assert_eq!(list(&t, backwards).0, ["Cleo", "bert", "Ärne"]);
    let nobody = PeopleFilter {
        statuses: vec![UserStatus::Suspended],
        ..PeopleFilter::default()
    };
    assert_eq!(list(&t, nobody).1, 0);
    let odd = PeopleFilter {
        text: "\"* NEAR( xq:".into(),
        ..PeopleFilter::default()
    };
    assert_eq!(list(&t, odd).1, 0, "search text is text");
}

#[test]
fn many_are_suspended_and_who_cannot_be_is_named() {
    let t = workspace();
    let (one, two) = (t.student(), t.student());
    let unknown = ObjectId::from_bytes([8; 12]).to_hex();
    let ids = vec![
        one.user.unwrap().to_hex(),
        t.admin.user.unwrap().to_hex(),
        unknown.clone(),
        "nonsense".to_owned(),
        two.user.unwrap().to_hex(),
    ];
    let args = |reason: Option<&str>| SetPeopleStatus {
        ids: ids.clone(),
        status: UserStatus::Suspended,
        reason: reason.map(str::to_owned),
    };
    let without = people::people_set_status(&t.desk(), &t.admin, args(None));
    assert_eq!(refused(without), (Code::Required, Some("reason".into())));
    let outcome = people::people_set_status(&t.desk(), &t.admin, args(Some("fees"))).unwrap();
    assert_eq!(outcome.done, 2);
    let named: Vec<(&str, &str, Code)> = outcome
        .refused
        .iter()
        .map(|r| (r.id.as_str(), r.label.as_str(), r.code))
        .collect();
    assert_eq!(
        named,
        [
            (ids[1].as_str(), "Ada Byron", Code::LastAdmin),
            (unknown.as_str(), unknown.as_str(), Code::NotFound),
            ("nonsense", "nonsense", Code::NotFound),
        ]
    );
    assert_eq!(look(&t, &one).status, UserStatus::Suspended);
    let row = &verbs(&t, &ids[0])[0];
    assert_eq!(row, "person.status-changed");
}

#[test]
fn the_last_active_administrator_stays_whoever_asks() {
    let t = workspace();
    let demote = |who: &Actor| {
        let rev = look(&t, who).rev;
        let args = SetPersonRole {
            id: who.user.unwrap().to_hex(),
            rev,
            role: Role::Student,
        };
        people::person_set_role(&t.desk(), &t.admin, args)
    };
    assert_eq!(refused(demote(&t.admin)).0, Code::LastAdmin);
    let second = t.person(Role::Admin);
    assert_eq!(
        demote(&t.admin).unwrap().role,
        Role::Student,
        "now there is another one"
    );
    assert_eq!(refused(demote(&second)).0, Code::LastAdmin);
}

#[test]
fn two_administrators_cannot_demote_each_other_at_the_same_time() {
    let t = workspace();
    let second = t.person(Role::Admin);
    let people_ = [t.admin.clone(), second];
    let revs: Vec<i64> = people_.iter().map(|who| look(&t, who).rev).collect();
    std::thread::scope(|scope| {
        for (victim, rev) in people_.iter().zip(&revs) {
            let t = &t;
            scope.spawn(move || {
                let id = victim.user.unwrap().to_hex();
                let args = SetPersonRole {
                    id,
                    rev: *rev,
                    role: Role::Finance,
                };
                // Whether it succeeds depends on who comes first.
                let _ = people::person_set_role(&t.desk(), &t.admin, args);
            });
        }
    });
    let left = t
        .workspace
        .replica()
        .read(|reader| reader.active_admins())
        .unwrap();
    assert_eq!(left, 1);
}

#[test]
fn who_teaches_a_course_stays_an_instructor() {
    let t = workspace();
    let teacher = t.instructor();
    t.course("Knots", &teacher, 0, domain::Currency::Gbp);
    let seen = look(&t, &teacher);
    assert_eq!(seen.courses_taught, 1);
    let args = SetPersonRole {
        id: seen.id,
        rev: seen.rev,
        role: Role::Student,
    };
    assert_eq!(
        refused(people::person_set_role(&t.desk(), &t.admin, args)).0,
        Code::WrongState
    );
}

#[test]
fn a_password_set_by_an_administrator_works_and_unlocks() {
    let t = workspace();
    let student = t.student();
    let id = student.user.unwrap().to_hex();
    let set = |password: &str| {
        let args = SetPersonPassword {
            id: id.clone(),
            password: password.into(),
        };
        people::person_set_password(&t.desk(), &t.admin, args)
    };
    assert_eq!(
        refused(set("weak")),
        (Code::Invalid, Some("password".into()))
    );
    // Whoever finds an administrator's window open does not take the account over.
    let own = SetPersonPassword {
        id: t.admin.user.unwrap().to_hex(),
        password: "Fresh1start".into(),
    };
    assert_eq!(
        refused(people::person_set_password(&t.desk(), &t.admin, own)).0,
        Code::WrongState
    );
    assert!(workflows::accounts::passwords::verify(
        testkit::PASSWORD,
        t.user(t.admin.user.unwrap()).password.as_deref()
    ));
    assert!(set("Fresh1start").unwrap().has_password);
    let hash = t.user(student.user.unwrap()).password.unwrap();
    assert!(workflows::accounts::passwords::verify(
        "Fresh1start",
        Some(&hash)
    ));
    let audit = t
        .workspace
        .replica()
        .read(|reader| reader.recent_activity(50))
        .unwrap();
    let told = format!("{audit:?}");
    assert!(
        !told.contains("Fresh1start") && !told.contains("argon2"),
        "nothing of it in the trail"
    );
}

#[test]
fn instructors_are_the_active_ones_and_administrators() {
    let t = workspace();
    let (one, two) = (t.instructor(), t.instructor());
    t.student();
    let args = SetPeopleStatus {
        ids: vec![two.user.unwrap().to_hex()],
        status: UserStatus::Inactive,
        reason: None,
    };
    people::people_set_status(&t.desk(), &t.admin, args).unwrap();
    let named = people::instructors(&t.desk(), &t.student(), Nothing {}).unwrap();
    let names: Vec<&str> = named.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Ada Byron", one.name.as_str()]);
}

#[test]
fn only_administrators_may_look_at_or_change_people() {
    let t = workspace();
    let target = t.student();
    let id = target.user.unwrap().to_hex();
    for actor in [t.student(), t.instructor(), t.finance()] {
        let desk = t.desk();
        let by_id = || ById { id: id.clone() };
        let window = WindowDto {
            offset: 0,
            limit: 10,
        };
        let listed = ListPeople {
            filter: PeopleFilter::default(),
            window,
        };
        let status = SetPeopleStatus {
            ids: vec![id.clone()],
            status: UserStatus::Inactive,
            reason: None,
        };
        let seen = look(&t, &target);
        let role = SetPersonRole {
            id: id.clone(),
            rev: seen.rev,
            role: Role::Admin,
        };
        let password = SetPersonPassword {
            id: id.clone(),
            password: "Fresh1start".into(),
        };
        let codes = [
            refused(people::people_list(&desk, &actor, listed)).0,
            refused(people::person(&desk, &actor, by_id())).0,
            refused(people::person_create(
                &desk,
                &actor,
                new("X", "x@example.org"),
            ))
            .0,
            refused(people::person_update(&desk, &actor, update(&seen))).0,
            refused(people::people_set_status(&desk, &actor, status)).0,
            refused(people::person_set_role(&desk, &actor, role)).0,
            refused(people::person_unlock(&desk, &actor, by_id())).0,
            refused(people::person_set_password(&desk, &actor, password)).0,
        ];
        assert!(
            codes.iter().all(|code| *code == Code::Forbidden),
            "{}: {codes:?}",
            actor.role
        );
    }
}
