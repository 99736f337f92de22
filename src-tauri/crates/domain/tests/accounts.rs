//! The rules of signing in: the password rule, failures and locks, sessions.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bson::{Bson, oid::ObjectId};
use domain::{
    Actor, Change, Code, Collection, DeviceId, OpId, Role, Timestamp, UserId,
    rules::{
        Stamp,
        accounts::{self, FIRST_LOCK, Failures, LONGEST_LOCK, NewSession, second_factor},
        people,
    },
    settings::Settings,
    user::{SecondFactor, User, UserStatus},
};
use proptest::prelude::*;

const MINUTE: i64 = 60_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_772_442_000_000 + millis)
}

fn stamp(at: Timestamp) -> Stamp {
    let device = DeviceId::new("A1B2").unwrap();
    Stamp {
        op: OpId(uuid::Uuid::from_u128(1)),
        at,
        actor: Actor {
            user: None,
            name: "Matricula".into(),
            role: Role::Admin,
            device,
        },
    }
}

fn user() -> User {
    let id = UserId(ObjectId::from_bytes([1; 12]));
    User::new(
        id,
        "Tariq Aziz".into(),
        "tariq@example.org".into(),
        Role::Student,
        at(0),
    )
}

/// What the failure's change set makes of the person.
fn fail(user: &User, now: Timestamp) -> (User, Failures) {
    let (set, failures) = accounts::sign_in_failed(&stamp(now), user);
    let mut document = bson::serialize_to_document(user).unwrap();
    for change in &set.changes {
        if let Change::Patch {
            collection: Collection::Users,
            patch,
            ..
        } = change
        {
            patch.apply(&mut document);
        }
    }
    (bson::deserialize_from_document(document).unwrap(), failures)
}

#[test]
fn passwords_have_8_characters_with_lower_upper_and_a_digit() {
    for good in ["Abcdefg1", "ÄÖüßabc1", &format!("aA1{}", "x".repeat(253))] {
        assert!(accounts::password("password", good).is_ok(), "{good}");
    }
    for (bad, code) in [
        ("", Code::Required),
        ("Abcdef1", Code::Invalid),
        ("abcdefg1", Code::Invalid),
        ("ABCDEFG1", Code::Invalid),
        ("Abcdefgh", Code::Invalid),
        (&format!("aA1{}", "x".repeat(254)), Code::TooLong),
        (&format!("aA1{}", "ü".repeat(127)), Code::TooLong),
    ] {
        let refusal = accounts::password("next", bad).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.field.as_deref()),
            (code, Some("next")),
            "{bad}"
        );
    }
}

#[test]
fn locks_double_from_a_quarter_of_an_hour_to_a_day() {
    let minutes: Vec<i64> = (0..9).map(|n| accounts::lock_length(n) / MINUTE).collect();
    assert_eq!(minutes, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
    assert_eq!(accounts::lock_length(i64::MAX), LONGEST_LOCK);
    assert_eq!(accounts::lock_length(-3), FIRST_LOCK);
}

#[test]
fn the_fifth_failure_locks_and_counting_begins_anew_after_it() {
    let mut person = user();
    for n in 1..=4 {
        let (next, failures) = fail(&person, at(n));
        assert_eq!((failures.attempts, failures.until), (n, None));
        assert_eq!(failures.refusal(at(n)).code, Code::BadCredentials);
        person = next;
    }
    let (locked, failures) = fail(&person, at(5));
    assert_eq!(failures.until, Some(at(5 + FIRST_LOCK)));
    assert_eq!((locked.login_attempts, locked.lock_count), (0, 1));
    let refusal = failures.refusal(at(5));
    assert_eq!(refusal.code, Code::LockedOut);
    assert!(
        refusal.message.contains("15 minutes"),
        "{}",
        refusal.message
    );
    assert!(locked.is_locked(at(5 + FIRST_LOCK - 1)) && !locked.is_locked(at(5 + FIRST_LOCK)));
    let (after, failures) = fail(&locked, at(6 + FIRST_LOCK));
    assert_eq!((failures.attempts, failures.until), (1, None));
    assert_eq!(
        (after.lock_until, after.lock_count),
        (None, 1),
        "the doubling is remembered"
    );
}

#[test]
fn the_audit_trail_tells_failures_and_locks_apart() {
    let verb = |user: &User| accounts::sign_in_failed(&stamp(at(0)), user).0.deed.verb;
    let mut person = user();
    assert_eq!(verb(&person), "account.sign-in-failed");
    person.login_attempts = 4;
    assert_eq!(verb(&person), "account.locked-out");
}

#[test]
fn a_success_forgets_failures_and_begins_a_session() {
    let mut person = user();
    person.login_attempts = 3;
    person.lock_count = 2;
    person.lock_until = Some(at(-5));
    person.token_version = 7;
    let session = NewSession {
        id: ObjectId::from_bytes([2; 12]),
        token_hash: "ab".into(),
        device: DeviceId::new("A1B2").unwrap(),
    };
    let stale = ObjectId::from_bytes([3; 12]);
    let set = accounts::signed_in(
        &stamp(at(0)),
        &person,
        &session,
        Some("new".into()),
        None,
        &[stale],
    )
    .unwrap();
    let Change::Patch { patch, .. } = &set.changes[0] else {
        panic!("the person is patched")
    };
    assert_eq!(patch.set["loginAttempts"], Bson::Int32(0));
    assert_eq!(patch.set["lockCount"], Bson::Int32(0));
    assert_eq!(patch.set["password"], Bson::from("new"));
    assert_eq!(patch.unset, ["lockUntil"]);
    let Change::Insert { document, .. } = &set.changes[1] else {
        panic!("a session")
    };
    assert_eq!(document.get_i64("tokenVersion").unwrap(), 7);
    let days = document
        .get_datetime("expiresAt")
        .unwrap()
        .timestamp_millis()
        - at(0).timestamp_millis();
    assert_eq!(days / (24 * 60 * MINUTE), 30);
    assert!(
        matches!(set.changes[2], Change::Delete { collection: Collection::Sessions, id } if id == stale)
    );
    assert!(
        !format!("{:?}", set.deed).contains("new"),
        "no hash in the audit trail"
    );
}

#[test]
fn closed_accounts_do_not_sign_in() {
    for status in [UserStatus::Inactive, UserStatus::Suspended] {
        let mut person = user();
        person.status = status;
        assert_eq!(
            accounts::may_be_used(&person).unwrap_err().code,
            Code::AccountClosed
        );
    }
}

#[test]
fn who_has_not_confirmed_their_address_is_told_what_is_missing() {
    let told = |status, pending_since| {
        let mut person = user();
        person.status = status;
        person.pending_since = pending_since;
        accounts::may_be_used(&person).unwrap_err().message
    };
    assert!(told(UserStatus::Inactive, Some(at(0))).contains("not open yet"));
    assert!(told(UserStatus::Inactive, None).contains("closed"));
    assert!(told(UserStatus::Suspended, Some(at(0))).contains("closed"));
}

#[test]
fn changing_the_password_keeps_this_session_and_ends_the_others() {
    let [mine, other] = [ObjectId::from_bytes([2; 12]), ObjectId::from_bytes([3; 12])];
    let mut person = user();
    person.token_version = 4;
    let set = accounts::password_changed(
        &stamp(at(0)),
        &person,
        "hash".into(),
        None,
        Some(mine),
        &[mine, other],
    );
    let of = |wanted: ObjectId| {
        set.changes.iter().find_map(|change| match change {
            Change::Patch {
                collection: Collection::Sessions,
                id,
                patch,
            } if *id == wanted => Some(patch.clone()),
            _ => None,
        })
    };
    assert_eq!(of(mine).unwrap().set["tokenVersion"], Bson::Int64(5));
    assert!(!of(mine).unwrap().set.contains_key("revokedAt"));
    assert!(of(other).unwrap().set.contains_key("revokedAt"));
}

proptest! {
    /// However failures and waits are mixed: never more than five tries in a row without a lock, a
    /// locked account is refused until its time, and each lock is at least as long as the one before.
    #[test]
    fn no_sequence_of_failures_gets_more_than_five_tries(
        waits in proptest::collection::vec(0_i64..200 * MINUTE, 1..60)
    ) {
        let mut failures = Failures::default();
        let mut clock = 0;
        let mut tries = 0;
        let mut longest = 0;
        for wait in waits {
            clock += wait;
            let now = at(clock);
            if failures.refuse_locked(now).is_err() {
                prop_assert!(failures.until.unwrap() > now);
                continue;
            }
            failures = failures.one_more(now);
            tries += 1;
            if let Some(until) = failures.until {
                let length = until.timestamp_millis() - now.timestamp_millis();
                prop_assert_eq!(tries, 5);
                prop_assert!((FIRST_LOCK..=LONGEST_LOCK).contains(&length) && length >= longest);
                longest = length;
                tries = 0;
            }
            prop_assert!(tries < 5);
        }
    }
}

fn with_factor() -> User {
    let mut person = user();
    person.second_factor = Some(SecondFactor {
        sealed: Some("1.sealed".into()),
        since: at(0),
        last_step: 7,
        recovery: vec!["aa".into(), "bb".into()],
    });
    person
}

#[test]
fn a_second_factor_is_due_where_the_institution_requires_it() {
    let mut settings = Settings::new(
        ObjectId::new(),
        "Saint Mary".into(),
        "UTC".into(),
        domain::Currency::Gbp,
    );
    for (role, required) in [
        (Role::Admin, true),
        (Role::Finance, true),
        (Role::Instructor, false),
        (Role::Student, false),
    ] {
        let mut person = user();
        person.role = role;
        settings.require_second_factor = false;
        assert!(!second_factor::is_due(&settings, &person), "{role:?}");
        settings.require_second_factor = true;
        assert_eq!(
            second_factor::is_due(&settings, &person),
            required,
            "{role:?}"
        );
        person.second_factor = with_factor().second_factor;
        assert!(
            !second_factor::is_due(&settings, &person),
            "{role:?} has one"
        );
    }
}

#[test]
fn a_proof_is_used_up_by_the_sign_in_it_served() {
    let person = with_factor();
    let session = accounts::NewSession {
        id: ObjectId::from_bytes([2; 12]),
        token_hash: "ab".into(),
        device: DeviceId::new("A1B2").unwrap(),
    };
    let patch = |proof: second_factor::Proof| {
        let set =
            accounts::signed_in(&stamp(at(0)), &person, &session, None, Some(&proof), &[]).unwrap();
        match &set.changes[0] {
            Change::Patch { patch, .. } => patch.clone(),
            other => panic!("the person is patched, not {other:?}"),
        }
    };
    let by_step = patch(second_factor::Proof::Step(9));
    assert_eq!(by_step.set["secondFactor.lastStep"], Bson::Int64(9));
    assert_eq!(by_step.base["secondFactor.lastStep"], Bson::Int64(7));
    let by_code = patch(second_factor::Proof::Recovery("aa".into()));
    assert_eq!(
        by_code.set["secondFactor.recovery"],
        Bson::Array(vec!["bb".into()])
    );
    assert_eq!(
        by_code.base["secondFactor.recovery"],
        Bson::Array(vec!["aa".into(), "bb".into()])
    );
}

#[test]
fn a_password_set_by_somebody_else_leaves_only_recovery_codes() {
    let set = people::set_password(&stamp(at(0)), &with_factor(), "hash".into(), &[]).unwrap();
    let Change::Patch { patch, .. } = &set.changes[0] else {
        panic!("the person is patched")
    };
    assert_eq!(patch.unset, ["lockUntil", "secondFactor.sealed"]);
}

#[test]
fn a_required_factor_is_taken_away_by_an_administrator_only() {
    let mut settings = Settings::new(
        ObjectId::new(),
        "Saint Mary".into(),
        "UTC".into(),
        domain::Currency::Gbp,
    );
    settings.require_second_factor = true;
    let mut person = with_factor();
    person.role = Role::Finance;
    let mut own = stamp(at(0));
    own.actor.user = Some(person.id);
    let refusal = second_factor::removed(&own, &settings, &person).unwrap_err();
    assert_eq!(refusal.code, Code::Forbidden);
    let mut other = stamp(at(0));
    other.actor.user = Some(domain::UserId(ObjectId::new()));
    second_factor::removed(&other, &settings, &person).unwrap();
    settings.require_second_factor = false;
    second_factor::removed(&own, &settings, &person).unwrap();
    person.second_factor = None;
    let refusal = second_factor::removed(&own, &settings, &person).unwrap_err();
    assert_eq!(refusal.code, Code::WrongState);
}
