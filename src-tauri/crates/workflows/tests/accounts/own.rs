//! One's own account: profile, password, sessions.

use domain::{Actor, Code};
use testkit::{ADMIN_EMAIL, PASSWORD, TestWorkspace, workspace};
use workflows::{
    WorkflowError,
    accounts::{
        self, HashCost, SessionKeeper,
        dto::{ChangePassword, Phase, UpdateProfile},
    },
    dto::{ById, Nothing},
};

use super::sign_in::sign_in;

fn signed_in(t: &TestWorkspace) -> Actor {
    sign_in(t, ADMIN_EMAIL, PASSWORD).unwrap();
    t.keeper.authenticate(&t.desk()).unwrap()
}

fn change(t: &TestWorkspace, current: &str, next: &str) -> Result<Nothing, WorkflowError> {
    let args = ChangePassword {
        current: current.into(),
        next: next.into(),
    };
    accounts::change_password(&t.desk(), &t.admin, &t.keeper, &args)
}

/// The same person at another desktop. The vault is its own there; here it is given back afterwards.
fn elsewhere(t: &TestWorkspace) -> SessionKeeper {
    let keeper = SessionKeeper::new(&t.workspace, &t.ids)
        .unwrap()
        .with_cost(HashCost::Sample);
    let args = accounts::dto::SignIn {
        email: ADMIN_EMAIL.into(),
        password: PASSWORD.into(),
    };
    accounts::sign_in(&t.desk(), &keeper, &args).unwrap();
    keeper
}

fn field(outcome: Result<impl Sized, WorkflowError>) -> (Code, Option<String>) {
    match outcome {
        Err(WorkflowError::Refused(refusal)) => (refusal.code, refusal.field),
        Err(other) => panic!("a refusal was expected, not {other:?}"),
        Ok(_) => panic!("a refusal was expected"),
    }
}

#[test]
fn a_person_changes_their_own_profile_and_nothing_else() {
    let t = workspace();
    let student = t.student();
    let seen = accounts::my_profile(&t.desk(), &student, Nothing {}).unwrap();
    assert!(seen.is_self);
    let mut profile = seen.profile.clone();
    profile.city = Some("  Dhaka ".into());
    profile.date_of_birth = Some("2001-05-17".into());
    let mut preferences = seen.preferences.clone();
    preferences.language = "bn".into();
    let args = UpdateProfile {
        rev: seen.rev,
        name: "New Name".into(),
        profile,
        preferences,
    };
    let now = accounts::update_profile(&t.desk(), &student, args.clone()).unwrap();
    assert_eq!(now.name, "New Name");
    assert_eq!(now.profile.city.as_deref(), Some("Dhaka"));
    assert_eq!(now.profile.date_of_birth.as_deref(), Some("2001-05-17"));
    assert_eq!(now.preferences.language, "bn");
    assert_eq!(
        (now.email, now.role, now.status),
        (seen.email, seen.role, seen.status)
    );
    let stale = accounts::update_profile(&t.desk(), &student, args);
    assert_eq!(field(stale).0, Code::Stale);
}

#[test]
fn wrong_input_is_refused_at_its_field() {
    let t = workspace();
    let student = t.student();
    let seen = accounts::my_profile(&t.desk(), &student, Nothing {}).unwrap();
    let base = UpdateProfile {
        rev: seen.rev,
        name: seen.name,
        profile: seen.profile,
        preferences: seen.preferences,
    };
    let mut bad = base.clone();
    bad.profile.website = Some("javascript:alert(1)".into());
    let outcome = accounts::update_profile(&t.desk(), &student, bad);
    assert_eq!(
        field(outcome),
        (Code::Invalid, Some("profile.website".into()))
    );
    let mut bad = base;
    bad.preferences.timezone = "Nowhere".into();
    let outcome = accounts::update_profile(&t.desk(), &student, bad);
    assert_eq!(
        field(outcome),
        (Code::Invalid, Some("preferences.timezone".into()))
    );
}

#[test]
fn a_changed_password_ends_the_other_sessions_and_keeps_this_one() {
    let t = workspace();
    let other = elsewhere(&t);
    signed_in(&t);
    assert_eq!(
        accounts::my_sessions(&t.desk(), &t.admin, &t.keeper)
            .unwrap()
            .len(),
        2
    );
    change(&t, PASSWORD, "Another1one").unwrap();
    assert!(
        t.keeper.authenticate(&t.desk()).is_ok(),
        "this session goes on"
    );
    assert!(
        other.authenticate(&t.desk()).is_err(),
        "the other one is over"
    );
    let left = accounts::my_sessions(&t.desk(), &t.admin, &t.keeper).unwrap();
    assert!(matches!(&left[..], [row] if row.current));
    t.clock.advance_minutes(20);
    assert!(
        t.keeper.authenticate(&t.desk()).is_ok(),
        "and can be renewed"
    );
    assert!(sign_in(&t, ADMIN_EMAIL, PASSWORD).is_err());
    assert!(sign_in(&t, ADMIN_EMAIL, "Another1one").is_ok());
}

#[test]
fn a_password_is_changed_only_by_who_knows_it_and_to_a_strong_other_one() {
    let t = workspace();
    signed_in(&t);
    assert_eq!(
        field(change(&t, "Wrong1password", "Another1one")),
        (Code::BadCredentials, Some("current".into()))
    );
    assert_eq!(
        field(change(&t, "", "Another1one")).1.as_deref(),
        Some("current")
    );
    assert_eq!(
        field(change(&t, PASSWORD, "short")),
        (Code::Invalid, Some("next".into()))
    );
    assert_eq!(
        field(change(&t, PASSWORD, PASSWORD)),
        (Code::Invalid, Some("next".into()))
    );
    for _ in 0..3 {
        let _ = change(&t, "Wrong1password", "Another1one");
    }
    let outcome = change(&t, "Wrong1password", "Another1one");
    assert_eq!(
        field(outcome).0,
        Code::LockedOut,
        "guessing here counts like at the door"
    );
}

#[test]
fn another_session_can_be_ended_and_not_this_one_nor_somebody_elses() {
    let t = workspace();
    let other = elsewhere(&t);
    signed_in(&t);
    let rows = accounts::my_sessions(&t.desk(), &t.admin, &t.keeper).unwrap();
    let [mine, theirs] = &rows[..] else {
        panic!("two sessions, not {rows:?}")
    };
    assert!(mine.current && !theirs.current);
    let end = |actor: &Actor, id: &str| {
        accounts::end_session(&t.desk(), actor, &t.keeper, &ById { id: id.to_owned() })
    };
    assert_eq!(field(end(&t.admin, &mine.id)).0, Code::WrongState);
    assert_eq!(field(end(&t.student(), &theirs.id)).0, Code::NotFound);
    assert_eq!(field(end(&t.admin, "nonsense")).0, Code::NotFound);
    assert_eq!(end(&t.admin, &theirs.id).unwrap().len(), 1);
    assert!(other.authenticate(&t.desk()).is_err());
}

#[test]
fn signing_out_everywhere_ends_every_session() {
    let t = workspace();
    let other = elsewhere(&t);
    signed_in(&t);
    let status = accounts::sign_out_everywhere(&t.desk(), &t.admin, &t.keeper).unwrap();
    assert_eq!(status.phase, Phase::SignedOut);
    assert!(other.authenticate(&t.desk()).is_err());
    assert!(t.keeper.authenticate(&t.desk()).is_err());
    assert!(sign_in(&t, ADMIN_EMAIL, PASSWORD).is_ok());
}
