//! The session of a desktop: renewed, remembered, locked, ended, and never kept by who may not.

use bson::oid::ObjectId;
use domain::{Code, Collection, Role, change::Patch, user::UserStatus};
use replica::{AuditQuery, Session, Window};
use testkit::{ADMIN_EMAIL, PASSWORD, TestWorkspace, workspace};
use vault::{Sensitive, Vault};
use workflows::{
    SystemIds, WorkflowError,
    accounts::{
        self, SessionKeeper,
        dto::{Phase, Unlock},
    },
    dto::Nothing,
    operations,
    people::{
        self,
        dto::{SetPeopleStatus, SetPersonPassword, SetPersonRole},
    },
};

use super::sign_in::sign_in;

fn signed_in() -> TestWorkspace {
    let t = workspace();
    sign_in(&t, ADMIN_EMAIL, PASSWORD).unwrap();
    t
}

fn code(outcome: Result<domain::Actor, WorkflowError>) -> Option<Code> {
    outcome.err().and_then(|error| error.code())
}

fn the_session(t: &TestWorkspace) -> Session {
    let id = t.admin.user.unwrap();
    let sessions = t
        .workspace
        .replica()
        .read(|reader| reader.sessions_of(id))
        .unwrap();
    sessions.into_iter().next().expect("a session")
}

fn refresh_token(t: &TestWorkspace) -> String {
    let secret = t
        .vault
        .get("refresh-token")
        .unwrap()
        .expect("a remembered token");
    String::from_utf8(secret.expose().clone()).unwrap()
}

fn remember(t: &TestWorkspace, token: &str) {
    t.vault
        .set("refresh-token", &Sensitive::new(token.as_bytes().to_vec()))
        .unwrap();
}

/// A second desktop's keeper over the same workspace and vault.
fn another(t: &TestWorkspace) -> SessionKeeper {
    SessionKeeper::new(&t.workspace, &t.ids)
        .unwrap()
        .with_cost(accounts::HashCost::Sample)
}

#[test]
fn nobody_is_signed_in_at_first() {
    let t = workspace();
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut)
    );
    let status = accounts::workspace_status(&t.desk(), &t.keeper).unwrap();
    assert_eq!(status.phase, Phase::SignedOut);
    assert!(!t.keeper.resume(&t.desk()).unwrap());
}

#[test]
fn only_the_hash_of_the_refresh_token_is_stored_and_it_changes_at_each_renewal() {
    let t = signed_in();
    let token = refresh_token(&t);
    let first = the_session(&t);
    assert_ne!(first.token_hash, token);
    assert_eq!(first.token_hash.len(), 64);
    t.clock.advance_minutes(14);
    t.keeper.authenticate(&t.desk()).unwrap();
    assert_eq!(refresh_token(&t), token, "the access token is still good");
    t.clock.advance_minutes(1);
    t.keeper.authenticate(&t.desk()).unwrap();
    let renewed = the_session(&t);
    assert_eq!(renewed.id, first.id);
    assert_ne!(renewed.token_hash, first.token_hash);
    assert_ne!(refresh_token(&t), token);
    assert_eq!(renewed.last_used_at, t.now());
}

#[test]
fn a_session_lives_30_days_without_being_used() {
    let t = signed_in();
    t.clock.advance_days(29);
    assert!(t.keeper.authenticate(&t.desk()).is_ok());
    t.clock.advance_days(30);
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut)
    );
    assert!(
        t.vault.get("refresh-token").unwrap().is_none(),
        "what is useless is forgotten"
    );
}

#[test]
fn the_session_is_taken_up_again_after_a_restart() {
    let t = signed_in().restarted();
    assert!(t.keeper.resume(&t.desk()).unwrap());
    assert_eq!(t.keeper.authenticate(&t.desk()).unwrap(), t.admin);
}

#[test]
fn an_old_refresh_token_shown_again_ends_the_session() {
    let t = signed_in();
    let stolen = refresh_token(&t);
    t.clock.advance_minutes(16);
    t.keeper.authenticate(&t.desk()).unwrap();
    remember(&t, &stolen);
    let thief = another(&t);
    assert!(!thief.resume(&t.desk()).unwrap());
    assert!(the_session(&t).revoked_at.is_some());
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut),
        "the owner too"
    );
    let rows = t
        .workspace
        .replica()
        .read(|reader| {
            reader
                .audit(&AuditQuery::default(), Window::first(1))
                .map(|page| page.rows)
        })
        .unwrap();
    assert_eq!(rows[0].event.deed.verb, "session.ended");
    assert_eq!(
        rows[0].event.deed.detail.get_str("reason").unwrap(),
        "replayed-token"
    );
}

#[test]
fn garbage_in_the_keyring_is_nobody() {
    let t = signed_in();
    let real = refresh_token(&t);
    let id = the_session(&t).id.to_hex();
    let unknown = format!("{}.{}", ObjectId::from_bytes([4; 12]), "0".repeat(64));
    for token in ["", "x", ".", &id, &unknown] {
        remember(&t, token);
        assert!(!another(&t).resume(&t.desk()).unwrap(), "{token:?}");
    }
    assert!(
        the_session(&t).revoked_at.is_none(),
        "none of these was ever a token of it"
    );
    remember(&t, &real);
    assert!(another(&t).resume(&t.desk()).unwrap());
}

/// Changes a field of the administrator as another device's change would arrive: their sessions here
/// are not touched by it.
fn change_elsewhere(t: &TestWorkspace, patch: Patch) {
    let id = t.admin.user.unwrap();
    t.commit("person.updated", Collection::Users, id, |set| {
        set.patch(Collection::Users, id, patch)
    });
}

#[test]
fn a_token_of_an_older_version_is_refused_and_so_is_its_renewal() {
    let t = signed_in();
    change_elsewhere(&t, Patch::new().inc("tokenVersion", 1));
    let token = refresh_token(&t);
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut)
    );
    remember(&t, &token);
    assert!(!another(&t).resume(&t.desk()).unwrap());
}

#[test]
fn a_token_that_claims_another_role_is_refused() {
    let t = signed_in();
    t.person(Role::Admin);
    change_elsewhere(&t, Patch::new().put("role", "finance"));
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut)
    );
}

#[test]
fn a_session_of_another_workspace_is_unknown_even_with_the_same_keys() {
    let (one, two) = (signed_in(), testkit::workspace_seeded(2));
    for name in ["session-key", "refresh-token"] {
        two.vault
            .set(name, &one.vault.get(name).unwrap().unwrap())
            .unwrap();
    }
    let two = two.restarted();
    assert!(!two.keeper.resume(&two.desk()).unwrap());
    assert!(one.keeper.authenticate(&one.desk()).is_ok());
}

#[test]
fn somebody_suspended_demoted_or_given_a_password_is_out_at_once() {
    let second = |t: &TestWorkspace| {
        let other = t.person(Role::Admin);
        let email = t.user(other.user.unwrap()).email;
        sign_in(t, &email, PASSWORD).unwrap();
        t.keeper.authenticate(&t.desk()).unwrap();
        other.user.unwrap().to_hex()
    };
    let t = workspace();
    let id = second(&t);
    let args = SetPeopleStatus {
        ids: vec![id],
        status: UserStatus::Suspended,
        reason: Some("left".into()),
    };
    people::people_set_status(&t.desk(), &t.admin, args).unwrap();
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut),
        "suspended"
    );

    let t = workspace();
    let id = second(&t);
    let rev = t.user(id.parse().unwrap()).rev();
    let args = SetPersonRole {
        id,
        rev,
        role: Role::Finance,
    };
    people::person_set_role(&t.desk(), &t.admin, args).unwrap();
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut),
        "demoted"
    );

    let t = workspace();
    let id = second(&t);
    let args = SetPersonPassword {
        id,
        password: "Another1one".into(),
    };
    people::person_set_password(&t.desk(), &t.admin, args).unwrap();
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut),
        "new password"
    );
    let t = t.restarted();
    assert!(!t.keeper.resume(&t.desk()).unwrap(), "and stays out");
}

#[test]
fn a_locked_window_wants_the_password_also_after_a_restart() {
    let t = signed_in();
    let status = accounts::lock(&t.desk(), &t.keeper).unwrap();
    assert_eq!(status.phase, Phase::Locked);
    assert!(status.session.is_some(), "who it is remains on the screen");
    assert_eq!(code(t.keeper.authenticate(&t.desk())), Some(Code::Locked));
    let t = t.restarted();
    assert!(t.keeper.resume(&t.desk()).unwrap());
    assert_eq!(code(t.keeper.authenticate(&t.desk())), Some(Code::Locked));
    let wrong = accounts::unlock(
        &t.desk(),
        &t.keeper,
        &Unlock {
            password: "Wrong1one".into(),
        },
    );
    assert_eq!(
        wrong.err().and_then(|e| e.code()),
        Some(Code::BadCredentials)
    );
    let right = Unlock {
        password: PASSWORD.into(),
    };
    assert_eq!(
        accounts::unlock(&t.desk(), &t.keeper, &right)
            .unwrap()
            .phase,
        Phase::SignedIn
    );
    assert!(t.keeper.authenticate(&t.desk()).is_ok());
    let t = t.restarted();
    assert!(t.keeper.resume(&t.desk()).unwrap());
    assert!(
        t.keeper.authenticate(&t.desk()).is_ok(),
        "unlocked stays unlocked"
    );
}

#[test]
fn guessing_at_the_lock_locks_the_account_out() {
    let t = signed_in();
    accounts::lock(&t.desk(), &t.keeper).unwrap();
    let try_one = |password: &str| {
        accounts::unlock(
            &t.desk(),
            &t.keeper,
            &Unlock {
                password: password.into(),
            },
        )
        .err()
        .and_then(|error| error.code())
    };
    for _ in 0..4 {
        assert_eq!(try_one("Wrong1one"), Some(Code::BadCredentials));
    }
    assert_eq!(try_one("Wrong1one"), Some(Code::LockedOut));
    assert_eq!(try_one(PASSWORD), Some(Code::LockedOut));
    t.clock.advance_minutes(15);
    assert_eq!(try_one(PASSWORD), None);
}

#[test]
fn signing_out_forgets_the_session_here_and_in_the_keyring() {
    let t = signed_in();
    let token = refresh_token(&t);
    assert_eq!(
        accounts::sign_out(&t.desk(), &t.keeper).unwrap().phase,
        Phase::SignedOut
    );
    assert_eq!(
        code(t.keeper.authenticate(&t.desk())),
        Some(Code::SignedOut)
    );
    assert!(t.vault.get("refresh-token").unwrap().is_none());
    remember(&t, &token);
    assert!(
        !another(&t).resume(&t.desk()).unwrap(),
        "the token is good for nothing"
    );
}

#[test]
fn many_commands_at_once_renew_the_session_once() {
    let t = signed_in();
    t.clock.advance_minutes(20);
    let before = the_session(&t).rev_of_store();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| t.keeper.authenticate(&t.desk()).is_ok()))
            .collect();
        assert!(runs.into_iter().all(|run| run.join().unwrap()));
    });
    assert_eq!(the_session(&t).rev_of_store(), before + 1);
}

trait Rev {
    fn rev_of_store(&self) -> i64;
}

impl Rev for Session {
    fn rev_of_store(&self) -> i64 {
        self.sync.as_ref().map_or(0, |sync| sync.rev)
    }
}

/// The window and `matriculactl` have the workspace open at the same time: each goes on where the other
/// exchanged the token, and neither takes the other for a thief.
#[test]
fn two_programs_on_one_workspace_keep_one_session() {
    let t = signed_in();
    let keys = accounts::Keys::Vault(t.vault.clone());
    let other = accounts::Workspace::open(t.dir(), &keys).unwrap();
    let keeper = SessionKeeper::new(&other, &SystemIds)
        .unwrap()
        .with_cost(accounts::HashCost::Sample);
    let desk = other.desk(&t.clock, &SystemIds);
    assert!(keeper.resume(&desk).unwrap());
    for _ in 0..3 {
        t.clock.advance_minutes(16);
        assert_eq!(t.keeper.authenticate(&t.desk()).unwrap(), t.admin);
        t.clock.advance_minutes(16);
        assert_eq!(keeper.authenticate(&desk).unwrap(), t.admin);
    }
    // And when both come at the same moment.
    for _ in 0..5 {
        t.clock.advance_minutes(16);
        let start = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                start.wait();
                t.keeper.authenticate(&t.desk()).map(drop)
            });
            let second = scope.spawn(|| {
                start.wait();
                keeper.authenticate(&desk).map(drop)
            });
            first.join().unwrap().unwrap();
            second.join().unwrap().unwrap();
        });
    }
    assert!(the_session(&t).revoked_at.is_none());
    // Whoever signs out takes what is remembered of their own session, and no other's.
    let token = refresh_token(&t);
    let someone = format!("{}.{}", ObjectId::from_bytes([4; 12]), "0".repeat(64));
    remember(&t, &someone);
    keeper.sign_out(&desk).unwrap();
    assert_eq!(refresh_token(&t), someone);
    assert_ne!(token, someone);
}

#[test]
fn a_program_that_was_closed_for_long_comes_up_locked_and_stays_so() {
    let idle = 10;
    let t = signed_in();
    t.clock.advance_minutes(idle + 15);
    let t = t.restarted();
    assert!(t.keeper.resume(&t.desk()).unwrap());
    assert!(
        t.keeper.authenticate(&t.desk()).is_ok(),
        "a window may be left alone for that long"
    );
    t.clock.advance_minutes(idle + 16);
    let mut t = t.restarted();
    // Starting it again at once does not open it either.
    for _ in 0..2 {
        assert!(t.keeper.resume(&t.desk()).unwrap());
        assert_eq!(code(t.keeper.authenticate(&t.desk())), Some(Code::Locked));
        t = t.restarted();
    }
    assert!(t.keeper.resume(&t.desk()).unwrap());
    let unlock = Unlock {
        password: PASSWORD.into(),
    };
    accounts::unlock(&t.desk(), &t.keeper, &unlock).unwrap();
    assert!(t.keeper.authenticate(&t.desk()).is_ok());
    // Where windows never lock, none comes up locked.
    let mut settings = operations::settings(&t.desk(), &t.admin, Nothing {}).unwrap();
    settings.idle_minutes = 0;
    operations::settings_update(&t.desk(), &t.admin, &settings).unwrap();
    t.clock.advance_days(20);
    let t = t.restarted();
    assert!(t.keeper.resume(&t.desk()).unwrap());
    assert!(t.keeper.authenticate(&t.desk()).is_ok());
}
