//! A code read out by an administrator, and the new password set with it.

use domain::{Code, Role, UserId, user::UserStatus};
use testkit::{PASSWORD, TestWorkspace, workspace};
use workflows::{
    WorkflowError,
    accounts::{
        self,
        dto::{FinishReset, OneTimeCode, Phase},
    },
    dto::ById,
    operations::{self, CleanupOutcome},
    people::{self, dto::SetPeopleStatus},
};

use super::sign_in::sign_in;

const NEXT: &str = "Sparrow7hedge";

fn code_for(t: &TestWorkspace, id: UserId) -> OneTimeCode {
    accounts::person_code(&t.desk(), &t.admin, &ById { id: id.0.to_hex() }).unwrap()
}

fn finish(t: &TestWorkspace, email: &str, code: &str) -> Result<(), (Code, Option<String>)> {
    let args = FinishReset {
        email: email.to_owned(),
        code: code.to_owned(),
        password: NEXT.to_owned(),
    };
    match accounts::reset_finish(&t.desk(), &t.keeper, &args) {
        Ok(_) => Ok(()),
        Err(WorkflowError::Refused(refusal)) => Err((refusal.code, refusal.field)),
        Err(error) => panic!("{error}"),
    }
}

fn student(t: &TestWorkspace) -> (UserId, String) {
    let id = t.student().user.unwrap();
    (id, t.user(id).email)
}

#[test]
fn a_code_read_out_sets_a_new_password_once() {
    let t = workspace();
    let (id, email) = student(&t);
    sign_in(&t, &email, PASSWORD).unwrap();
    let given = code_for(&t, id);
    assert_eq!(given.code.len(), 24, "{}", given.code);
    // As somebody types it who was told it on the telephone.
    let heard = given
        .code
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o");
    finish(&t, &email.to_uppercase(), &heard).unwrap();
    assert_eq!(
        t.keeper.authenticate(&t.desk()).unwrap_err().code(),
        Some(Code::SignedOut),
        "every session of the person has ended"
    );
    assert!(sign_in(&t, &email, PASSWORD).is_err());
    assert_eq!(sign_in(&t, &email, NEXT).unwrap().phase, Phase::SignedIn);
    assert_eq!(
        finish(&t, &email, &given.code),
        Err((Code::BadCredentials, Some("code".into()))),
        "it is good once"
    );
}

#[test]
fn only_hashes_are_kept_and_the_trail_tells_who_gave_the_code_out() {
    let t = workspace();
    let (id, _) = student(&t);
    let given = code_for(&t, id);
    let (tokens, rows) = t
        .workspace
        .replica()
        .read(|reader| {
            let rows = reader.audit(&replica::AuditQuery::default(), replica::Window::first(1))?;
            Ok((reader.tokens_of(id)?, rows.rows))
        })
        .unwrap();
    let event = &rows[0].event;
    assert_eq!(
        (event.deed.verb.as_str(), event.actor.user),
        ("person.code-given", t.admin.user)
    );
    let plain = given.code.replace('-', "");
    let kept = format!("{tokens:?} {event:?}");
    assert!(
        !kept.contains(&given.code) && !kept.contains(&plain),
        "{kept}"
    );
    assert_eq!(tokens.len(), 1);
}

#[test]
fn a_new_code_ends_the_one_before_and_an_hour_ends_any() {
    let t = workspace();
    let (id, email) = student(&t);
    let first = code_for(&t, id);
    let second = code_for(&t, id);
    assert!(finish(&t, &email, &first.code).is_err());
    t.clock.advance_minutes(60);
    assert!(finish(&t, &email, &second.code).is_err());
    let third = code_for(&t, id);
    t.clock.advance_minutes(59);
    finish(&t, &email, &third.code).unwrap();
}

#[test]
fn a_wrong_code_says_the_same_for_every_address_and_the_fifth_makes_wait() {
    let t = workspace();
    let (id, email) = student(&t);
    let other = t.person(Role::Student);
    let given = code_for(&t, id);
    let theirs = t.user(other.user.unwrap()).email;
    for n in 1..=6 {
        let known = finish(&t, &theirs, &given.code);
        let unknown = finish(&t, "nobody@example.org", &given.code);
        assert_eq!(known, unknown, "attempt {n}");
        let expected = if n < 5 {
            Code::BadCredentials
        } else {
            Code::LockedOut
        };
        assert_eq!(known.unwrap_err().0, expected, "attempt {n}");
    }
    for slip in ["", "ABCD", "UUUU-UUUU-UUUU-UUUU-UUUU"] {
        for _ in 0..6 {
            let (code, field) = finish(&t, &email, slip).unwrap_err();
            assert_ne!(code, Code::LockedOut, "a slip is no attempt");
            assert_eq!(field.as_deref(), Some("code"));
        }
    }
    finish(&t, &email, &given.code).expect("the wait is at the address that was tried");
}

#[test]
fn a_weak_password_is_refused_and_the_code_stays_good() {
    let t = workspace();
    let (id, email) = student(&t);
    let given = code_for(&t, id);
    let args = FinishReset {
        email: email.clone(),
        code: given.code.clone(),
        password: "Password1".to_owned(),
    };
    let refused = accounts::reset_finish(&t.desk(), &t.keeper, &args).unwrap_err();
    assert_eq!(refused.code(), Some(Code::Invalid));
    finish(&t, &email, &given.code).unwrap();
}

#[test]
fn no_code_for_a_closed_account_and_none_by_anybody_but_an_administrator() {
    let t = workspace();
    let (id, _) = student(&t);
    let by = ById { id: id.0.to_hex() };
    for role in [Role::Student, Role::Instructor, Role::Finance] {
        let somebody = t.person(role);
        let refused = accounts::person_code(&t.desk(), &somebody, &by).unwrap_err();
        assert_eq!(refused.code(), Some(Code::Forbidden), "{role}");
    }
    let own = ById {
        id: t.admin.user.unwrap().to_hex(),
    };
    let refused = accounts::person_code(&t.desk(), &t.admin, &own).unwrap_err();
    assert_eq!(
        refused.code(),
        Some(Code::WrongState),
        "one's own password takes the present one"
    );
    let suspend = SetPeopleStatus {
        ids: vec![by.id.clone()],
        status: UserStatus::Suspended,
        reason: Some("left".into()),
    };
    people::people_set_status(&t.desk(), &t.admin, suspend).unwrap();
    let refused = accounts::person_code(&t.desk(), &t.admin, &by).unwrap_err();
    assert_eq!(refused.code(), Some(Code::WrongState));
}

#[test]
fn the_clean_up_takes_expired_codes_away() {
    let t = workspace();
    let (id, _) = student(&t);
    code_for(&t, id);
    let cleaned = |codes| CleanupOutcome {
        codes,
        ..CleanupOutcome::default()
    };
    let clean = || operations::cleanup(&t.desk(), &t.product()).unwrap();
    assert_eq!(clean(), cleaned(0), "it is still good");
    t.clock.advance_minutes(61);
    assert_eq!(clean(), cleaned(1));
    assert_eq!(clean(), cleaned(0));
}
