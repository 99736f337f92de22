//! Signing in, failing at it, and being locked out.

use domain::{Code, Collection, Role, change::Patch, user::UserStatus};
use replica::{AuditQuery, Window};
use testkit::{PASSWORD, TestWorkspace, workspace};
use workflows::{
    WorkflowError,
    accounts::{
        self,
        dto::{Phase, SignIn, WorkspaceStatus},
    },
    dto::ById,
    people::{self, dto::SetPeopleStatus},
};

pub(super) fn sign_in(
    t: &TestWorkspace,
    email: &str,
    password: &str,
) -> Result<WorkspaceStatus, WorkflowError> {
    let args = SignIn {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    accounts::sign_in(&t.desk(), &t.keeper, &args)
}

fn refusal(t: &TestWorkspace, email: &str, password: &str) -> domain::Refusal {
    match sign_in(t, email, password) {
        Err(WorkflowError::Refused(refusal)) => refusal,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

fn verbs(t: &TestWorkspace) -> Vec<String> {
    let rows = t
        .workspace
        .replica()
        .read(|reader| {
            reader
                .audit(&AuditQuery::default(), Window::first(20))
                .map(|page| page.rows)
        })
        .unwrap();
    rows.into_iter().map(|row| row.event.deed.verb).collect()
}

#[test]
fn a_person_signs_in_with_any_case_of_their_address() {
    let t = workspace();
    let status = sign_in(&t, " ADA@Example.org ", PASSWORD).unwrap();
    assert_eq!(status.phase, Phase::SignedIn);
    let session = status.session.unwrap();
    assert_eq!(
        (session.name.as_str(), session.role),
        ("Ada Byron", Role::Admin)
    );
    assert_eq!(status.institution.as_deref(), Some("Test College"));
    assert_eq!(
        status.sample_password, None,
        "only the sample institution shows a password"
    );
    let actor = t.keeper.authenticate(&t.desk()).unwrap();
    assert_eq!(actor, t.admin);
    assert_eq!(verbs(&t)[0], "account.signed-in");
    let user = t.user(actor.user.unwrap());
    assert_eq!(user.last_login_at, Some(t.now()));
}

#[test]
fn a_cheap_or_bcrypt_hash_is_replaced_when_its_owner_signs_in() {
    let t = workspace();
    let id = t.admin.user.unwrap();
    let keeper = accounts::SessionKeeper::new(&t.workspace, &t.ids).unwrap();
    let args = SignIn {
        email: testkit::ADMIN_EMAIL.into(),
        password: PASSWORD.into(),
    };
    accounts::sign_in(&t.desk(), &keeper, &args).unwrap();
    let hash = t.user(id).password.unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=98304,t=2,p=1$"),
        "{hash}"
    );
    accounts::sign_in(&t.desk(), &keeper, &args).expect("the new hash is of the same password");
}

/// The hash a Mongoose program wrote (bcrypt, cost 12 as the seed schema has it) signs in, and becomes one of
/// ours; where the workspace shares its people with such a program it stays as that program reads it.
#[test]
fn a_bcrypt_hash_signs_in_and_is_upgraded_unless_it_must_stay() {
    for keep in [false, true] {
        let t = workspace();
        let id = t.admin.user.unwrap();
        let hash = bcrypt::hash(PASSWORD, 12).unwrap();
        t.commit("person.updated", Collection::Users, id, |set| {
            let patch = Patch::new().put("password", hash.as_str());
            set.patch(Collection::Users, id, patch)
        });
        let settings = t.workspace.settings().unwrap().id;
        t.commit("settings.updated", Collection::Settings, settings, |set| {
            set.patch(
                Collection::Settings,
                settings,
                Patch::new().put("keepBcrypt", keep),
            )
        });
        assert_eq!(
            refusal(&t, testkit::ADMIN_EMAIL, "Wrong1password").code,
            Code::BadCredentials
        );
        sign_in(&t, testkit::ADMIN_EMAIL, PASSWORD).unwrap();
        let now = t.user(id).password.unwrap();
        assert_eq!(now == hash, keep, "{now}");
        assert_eq!(now.starts_with("$argon2id$"), !keep, "{now}");
        sign_in(&t, testkit::ADMIN_EMAIL, PASSWORD).expect("as before");
    }
}

#[test]
fn an_unknown_address_and_a_wrong_password_are_answered_alike_until_and_in_the_lock() {
    let t = workspace();
    let student = t.student();
    let email = t.user(student.user.unwrap()).email;
    for n in 1..=7 {
        let known = refusal(&t, &email, "Wrong1password");
        let unknown = refusal(&t, "nobody@example.org", "Wrong1password");
        assert_eq!(known, unknown, "attempt {n}");
        let expected = if n < 5 {
            Code::BadCredentials
        } else {
            Code::LockedOut
        };
        assert_eq!(known.code, expected, "attempt {n}");
    }
    let shut = refusal(&t, &email, PASSWORD);
    assert_eq!(
        shut.code,
        Code::LockedOut,
        "the right password does not help while locked"
    );
    t.clock.advance_minutes(15);
    assert_eq!(
        sign_in(&t, &email, PASSWORD).unwrap().phase,
        Phase::SignedIn
    );
    let user = t.user(student.user.unwrap());
    assert_eq!(
        (user.login_attempts, user.lock_count, user.lock_until),
        (0, 0, None)
    );
}

#[test]
fn the_lock_doubles_and_an_administrator_can_open_it() {
    let t = workspace();
    let student = t.student();
    let id = student.user.unwrap();
    let email = t.user(id).email;
    let fail = |times: usize| {
        for _ in 0..times {
            refusal(&t, &email, "Wrong1password");
        }
    };
    fail(5);
    t.clock.advance_minutes(15);
    fail(5);
    let user = t.user(id);
    assert_eq!(user.lock_count, 2);
    let left = user.lock_until.unwrap().timestamp_millis() - t.now().timestamp_millis();
    assert_eq!(left, 30 * 60 * 1000);
    let detail = people::person_unlock(&t.desk(), &t.admin, ById { id: id.to_hex() }).unwrap();
    assert_eq!((detail.locked_until, detail.login_attempts), (None, 0));
    assert!(sign_in(&t, &email, PASSWORD).is_ok());
    let seen = verbs(&t);
    for verb in [
        "account.locked-out",
        "account.sign-in-failed",
        "person.unlocked",
    ] {
        assert!(
            seen.iter().any(|v| v == verb),
            "{verb} is in the trail: {seen:?}"
        );
    }
}

#[test]
fn failures_survive_a_restart_of_the_program() {
    let t = workspace();
    for email in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..4 {
            refusal(&t, email, "Wrong1password");
        }
    }
    let t = t.restarted();
    for email in ["ada@example.org", "nobody@example.org"] {
        assert_eq!(
            refusal(&t, email, "Wrong1password").code,
            Code::LockedOut,
            "{email}"
        );
    }
}

#[test]
fn empty_fields_are_named() {
    let t = workspace();
    assert_eq!(refusal(&t, " ", "x").field.as_deref(), Some("email"));
    assert_eq!(
        refusal(&t, "a@example.org", "").field.as_deref(),
        Some("password")
    );
}

#[test]
fn a_closed_account_is_told_so_only_to_who_knows_its_password() {
    let t = workspace();
    let student = t.student();
    let id = student.user.unwrap();
    let email = t.user(id).email;
    let args = SetPeopleStatus {
        ids: vec![id.to_hex()],
        status: UserStatus::Suspended,
        reason: Some("unpaid fees".into()),
    };
    assert_eq!(
        people::people_set_status(&t.desk(), &t.admin, args)
            .unwrap()
            .done,
        1
    );
    assert_eq!(
        refusal(&t, &email, "Wrong1password").code,
        Code::BadCredentials
    );
    assert_eq!(refusal(&t, &email, PASSWORD).code, Code::AccountClosed);
}

#[test]
fn who_has_no_password_cannot_sign_in_with_any() {
    let t = workspace();
    let args = people::dto::CreatePerson {
        name: "No Password".into(),
        email: "none@example.org".into(),
        role: Role::Student,
        password: None,
        profile: people::dto::ProfileDto::default(),
    };
    let detail = people::person_create(&t.desk(), &t.admin, args).unwrap();
    assert!(!detail.has_password);
    for password in ["x", PASSWORD] {
        assert_eq!(
            refusal(&t, "none@example.org", password).code,
            Code::BadCredentials
        );
    }
}

#[test]
fn text_made_to_look_like_a_query_is_only_text() {
    let t = workspace();
    for email in [
        "{\"$ne\": null}",
        "' OR 1=1 --",
        "ada@example.org' --",
        "%",
        "*",
    ] {
        assert_eq!(
            refusal(&t, email, PASSWORD).code,
            Code::BadCredentials,
            "{email}"
        );
    }
}
