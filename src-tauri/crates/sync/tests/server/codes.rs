//! One-time codes on a shared server: given out at one desktop, used at another, good once, and held by
//! an office only.

use domain::{
    Collection, Scope, Source, UserId,
    rules::accounts::by_code,
    token::{AuthToken, TokenKind},
    user::User,
};

use crate::{
    desktop::Desktop,
    ground::{all_equal, fetch, ground, meet, queue_is_empty},
    institution::{STUDENTS, id},
};

fn person(desktop: &Desktop) -> User {
    desktop
        .replica()
        .read(|reader| reader.user(UserId(id(STUDENTS[0]))))
        .unwrap()
        .expect("the student is there")
}

fn given(desktop: &Desktop) -> AuthToken {
    let user = person(desktop);
    let token = AuthToken::new(
        desktop.draw.object_id(),
        user.id,
        TokenKind::Code,
        format!("{:064x}", desktop.draw.number()),
        &user.email,
        desktop.now(),
    );
    let set = by_code::given(&desktop.stamp(), &user, &token, &[]).unwrap();
    assert!(desktop.commit(&set));
    token
}

fn use_up(desktop: &Desktop, token: &AuthToken, hash: &str) -> bool {
    let held = desktop
        .replica()
        .read(|reader| reader.token_by_hash(&token.token_hash))
        .unwrap()
        .expect("the code is there");
    let user = person(desktop);
    let set =
        by_code::password_reset(&desktop.stamp(), &user, &held, hash.to_owned(), &[], &[]).unwrap();
    desktop.commit(&set)
}

#[test]
fn a_code_of_one_desktop_is_used_at_another_and_once() {
    let Some(database) = testkit::server() else {
        return;
    };
    let ground = ground(database);
    let (a, b) = (ground.desktop(0), ground.desktop(1));
    fetch(&a);
    fetch(&b);
    let token = given(&a);
    meet(&[&a, &b]);
    assert!(use_up(&b, &token, "set at b"));
    // The other desktop has not heard of it yet, and its try is refused by the server.
    assert!(!use_up(&a, &token, "set at a"));
    meet(&[&a, &b]);
    for desktop in [&a, &b] {
        assert_eq!(person(desktop).password.as_deref(), Some("set at b"));
        queue_is_empty(desktop);
    }
    all_equal(&[&a, &b], &ground.server());
}

#[test]
fn a_students_desktop_holds_no_codes_not_even_their_own() {
    let Some(database) = testkit::server() else {
        return;
    };
    let ground = ground(database);
    let (office, student) = (ground.desktop(0), ground.desktop(1));
    fetch(&office);
    fetch(&student);
    given(&office);
    meet(&[&office, &student]);
    let held = |desktop: &Desktop| {
        desktop
            .replica()
            .read(|reader| reader.held_count(Source::Documents(Collection::AuthTokens)))
            .unwrap()
    };
    assert_eq!((held(&office), held(&student)), (1, 1));
    student
        .engine()
        .set_scope(Scope::Student(UserId(id(STUDENTS[0]))))
        .unwrap();
    student.engine().sweep().unwrap();
    assert_eq!(held(&student), 0);
    given(&office);
    meet(&[&office, &student]);
    assert_eq!((held(&office), held(&student)), (2, 0));
}
