//! An administrator who was demoted or suspended while their desktop was away: what waits there and is an
//! administrator's act is refused when it arrives; cash they took is booked.

use std::time::{Duration, Instant};

use domain::{
    Actor, ChangeSet, Code, Collection, CourseId, Role, UserId,
    payment::PaymentStatus,
    rules::{
        Stamp,
        people::{self, Edited, NewPerson},
    },
    user::{Preferences, Profile, User, UserStatus},
};
use replica::QueueState;

use crate::{
    acts,
    desktop::Desktop,
    ground::{REST, fetch, ground, meet},
    institution::{ADMIN, COURSES, STUDENTS, id},
};

fn person(desktop: &Desktop, person: UserId) -> User {
    desktop
        .replica()
        .read(|reader| reader.user(person))
        .unwrap()
        .expect("the person is there")
}

fn renamed(desktop: &Desktop, n: u32, name: &str) -> ChangeSet {
    let user = person(desktop, UserId(id(n)));
    let edited = Edited {
        name: name.to_owned(),
        email: None,
        email_verified: None,
        profile: user.profile.clone(),
        preferences: None,
    };
    people::update(&desktop.stamp(), &user, user.rev(), &edited)
        .unwrap()
        .expect("the name differs")
}

/// Another administrator, made on the server.
fn second(desktop: &Desktop) -> UserId {
    let new = NewPerson {
        id: UserId(desktop.draw.object_id()),
        name: "Grace Hopper".to_owned(),
        email: "grace@example.org".to_owned(),
        email_verified: true,
        role: Role::Admin,
        status: UserStatus::Active,
        password_hash: None,
        profile: Profile::default(),
        preferences: Preferences::default(),
    };
    let (set, user) = people::create(&desktop.stamp(), new).unwrap();
    assert!(desktop.commit(&set));
    user.id
}

fn stamp_of(desktop: &Desktop, who: UserId) -> Stamp {
    Stamp {
        actor: Actor {
            user: Some(who),
            name: "Grace Hopper".to_owned(),
            ..desktop.actor()
        },
        ..desktop.stamp()
    }
}

fn story(shut: impl Fn(&User, &Stamp) -> ChangeSet) {
    let Some(database) = testkit::server() else {
        return;
    };
    let ground = ground(database);
    let (away, office) = (ground.desktop(0), ground.desktop(1));
    fetch(&away);
    fetch(&office);
    let other = second(&office);
    meet(&[&away, &office]);
    assert!(acts::enroll_in(
        &away,
        UserId(id(STUDENTS[1])),
        CourseId(id(COURSES[0]))
    ));
    meet(&[&away, &office]);
    let before = person(&office, UserId(id(STUDENTS[0]))).name;

    // The desktop is away: one act of an administrator waits there, and cash.
    assert!(away.commit(&renamed(&away, STUDENTS[0], "Changed By Nobody")));
    assert!(acts::cash(&away));
    // In the meantime its administrator is none any more.
    let administrator = person(&office, UserId(id(ADMIN)));
    let set = shut(&administrator, &stamp_of(&office, other));
    assert!(office.commit(&set), "the office is online");

    while away.push() {}
    let queue = away.replica().read(|reader| reader.queue(10)).unwrap();
    assert_eq!(queue.len(), 1, "{queue:#?}");
    assert_eq!(queue[0].state, QueueState::Dead);
    assert_eq!(queue[0].change_set.deed.verb, "person.updated");
    assert_eq!(queue[0].reason.as_ref().unwrap().code, Code::Forbidden);
    meet(&[&office]);
    assert_eq!(person(&office, UserId(id(STUDENTS[0]))).name, before);
    let paid = || {
        let mut paid = Vec::new();
        office
            .replica()
            .read(|reader| {
                reader.every_payment(|payment| {
                    paid.push(payment.status);
                    Ok(())
                })
            })
            .unwrap();
        paid
    };
    let begun = Instant::now();
    while paid() != [PaymentStatus::Completed] {
        office.pull_for(Duration::from_millis(200));
        assert!(begun.elapsed() < REST, "the money is booked: {:?}", paid());
    }
    let told = office
        .replica()
        .read(|reader| reader.document(Collection::Users, id(ADMIN)))
        .unwrap()
        .unwrap();
    assert!(
        told.get_str("role").unwrap() != "admin" || told.get_str("status").unwrap() != "active"
    );
}

#[test]
fn what_a_demoted_administrator_left_waiting_is_refused_and_their_cash_is_not() {
    story(|administrator, stamp| {
        let rev = administrator.rev();
        people::set_role(stamp, administrator, rev, Role::Finance, 1, 0, &[]).unwrap()
    });
}

#[test]
fn nor_is_anything_of_a_suspended_one() {
    story(|administrator, stamp| {
        let why = Some("left the institution");
        people::set_status(stamp, administrator, UserStatus::Suspended, why, 1, &[]).unwrap()
    });
}
