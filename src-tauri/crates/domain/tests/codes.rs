//! What one-time codes open, and what they do not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bson::oid::ObjectId;
use domain::{
    Actor, Change, Code, Collection, DeviceId, Guard, Offline, OpId, Role, Timestamp, UserId,
    change::ChangeSet,
    rules::{
        Stamp,
        accounts::by_code,
        mail,
        people::{self, NewPerson},
    },
    settings::MailSecurity,
    token::{AuthToken, TokenKind},
    user::{Preferences, Profile, SecondFactor, User, UserStatus},
};

const HOUR: i64 = 60 * 60 * 1000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn stamp(now: Timestamp) -> Stamp {
    Stamp {
        op: OpId(uuid::Uuid::from_u128(7)),
        at: now,
        actor: Actor {
            user: None,
            name: "Matricula".into(),
            role: Role::Admin,
            device: DeviceId::new("DESK1").unwrap(),
        },
    }
}

fn person() -> User {
    User::new(
        UserId(ObjectId::from_bytes([1; 12])),
        "Tariq Aziz".into(),
        "tariq@example.org".into(),
        Role::Student,
        at(0),
    )
}

fn token(user: &User, kind: TokenKind) -> AuthToken {
    let id = ObjectId::from_bytes([9; 12]);
    AuthToken::new(id, user.id, kind, "a".repeat(64), &user.email, at(0))
}

fn patched(user: &User, set: &ChangeSet) -> User {
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
    bson::deserialize_from_document(document).unwrap()
}

#[test]
fn codes_live_a_day_for_an_address_and_an_hour_for_a_password() {
    let user = person();
    for (kind, life) in [
        (TokenKind::Verify, 24 * HOUR),
        (TokenKind::Reset, HOUR),
        (TokenKind::Code, HOUR),
    ] {
        let token = token(&user, kind);
        assert!(token.is_good(&user.email, at(life - 1)), "{kind:?}");
        assert!(!token.is_good(&user.email, at(life)), "{kind:?}");
    }
}

#[test]
fn a_code_is_refused_when_used_expired_of_another_kind_person_or_address() {
    let user = person();
    let good = token(&user, TokenKind::Reset);
    let reset = |token: &AuthToken, user: &User, now| {
        by_code::password_reset(&stamp(now), user, token, "hash".into(), &[], &[])
            .map_err(|refusal| (refusal.code, refusal.field))
    };
    assert!(reset(&good, &user, at(1)).is_ok());
    let refused = Err((Code::BadCredentials, Some("code".to_owned())));
    let used = AuthToken {
        used_at: Some(at(1)),
        ..good.clone()
    };
    assert_eq!(reset(&used, &user, at(2)).map(drop), refused);
    assert_eq!(reset(&good, &user, at(HOUR)).map(drop), refused);
    let verify = token(&user, TokenKind::Verify);
    assert_eq!(reset(&verify, &user, at(1)).map(drop), refused);
    let moved = User {
        email: "elsewhere@example.org".into(),
        ..user.clone()
    };
    assert_eq!(reset(&good, &moved, at(1)).map(drop), refused);
    let other = User {
        id: UserId(ObjectId::from_bytes([2; 12])),
        ..user.clone()
    };
    assert_eq!(reset(&good, &other, at(1)).map(drop), refused);
    let closed = User {
        status: UserStatus::Suspended,
        ..user
    };
    assert_eq!(
        reset(&good, &closed, at(1)).map(drop).unwrap_err().0,
        Code::AccountClosed
    );
}

#[test]
fn a_reset_unlocks_ends_every_session_uses_the_code_up_and_is_single_use_by_its_guard() {
    let user = User {
        lock_count: 2,
        lock_until: Some(at(HOUR)),
        token_version: 4,
        second_factor: Some(SecondFactor {
            sealed: Some("1.sealed".into()),
            since: at(0),
            last_step: 0,
            recovery: vec!["r".into()],
        }),
        ..person()
    };
    let token = token(&user, TokenKind::Reset);
    let (session, other) = (ObjectId::from_bytes([5; 12]), ObjectId::from_bytes([6; 12]));
    let set = by_code::password_reset(
        &stamp(at(1)),
        &user,
        &token,
        "hash".into(),
        &[session],
        &[other],
    )
    .unwrap();
    assert_eq!(set.offline, Offline::OnlineOnly);
    assert!(set.guards.contains(&Guard::Field {
        collection: Collection::AuthTokens,
        id: token.id,
        path: "usedAt".into(),
        equals: bson::Bson::Null,
    }));
    let after = patched(&user, &set);
    assert_eq!(after.password.as_deref(), Some("hash"));
    assert_eq!(
        (after.lock_until, after.lock_count, after.token_version),
        (None, 0, 5)
    );
    assert!(after.email_verified, "the code came by mail");
    let factor = after.second_factor.unwrap();
    assert_eq!(factor.sealed, None, "nobody can open it any more");
    assert_eq!(factor.recovery, ["r"], "recovery codes still count");
    assert!(set.changes.iter().any(|change| matches!(change,
        Change::Patch { collection: Collection::Sessions, id, patch } if *id == session && patch.set.contains_key("revokedAt"))));
    assert!(set.changes.contains(&Change::Delete {
        collection: Collection::AuthTokens,
        id: other,
    }));
    assert_eq!(
        set.deed.detail.get_str("by").ok(),
        Some("reset"),
        "the trail says how"
    );
    let read_out = self::token(&user, TokenKind::Code);
    let set =
        by_code::password_reset(&stamp(at(1)), &user, &read_out, "h".into(), &[], &[]).unwrap();
    assert!(
        !patched(&user, &set).email_verified,
        "a code read out proves no address"
    );
}

#[test]
fn who_registers_waits_until_the_address_is_proved() {
    let new = NewPerson {
        id: UserId(ObjectId::from_bytes([3; 12])),
        name: " Nadia Rahman ".into(),
        email: "Nadia@Example.org".into(),
        email_verified: true,
        role: Role::Admin,
        status: UserStatus::Active,
        password_hash: Some("hash".into()),
        profile: Profile::default(),
        preferences: Preferences::default(),
    };
    let (set, user) = people::register(&stamp(at(5)), new).unwrap();
    assert_eq!(
        (user.role, user.status, user.email_verified),
        (Role::Student, UserStatus::Inactive, false),
        "whatever was asked for"
    );
    assert_eq!(user.pending_since, Some(at(5)));
    assert_eq!(set.deed.verb, "account.registered");
    let verify = token(&user, TokenKind::Verify);
    let set = by_code::address_verified(&stamp(at(6)), &user, &verify).unwrap();
    let after = patched(&user, &set);
    assert_eq!(
        (after.status, after.email_verified, after.pending_since),
        (UserStatus::Active, true, None)
    );
    let suspended = User {
        status: UserStatus::Suspended,
        ..user.clone()
    };
    let set = by_code::address_verified(&stamp(at(6)), &suspended, &verify).unwrap();
    assert_eq!(
        patched(&suspended, &set).status,
        UserStatus::Suspended,
        "a code opens no account that somebody closed"
    );
    let set = people::set_status(&stamp(at(6)), &user, UserStatus::Active, None, 1, &[]).unwrap();
    let admitted = patched(&user, &set);
    assert_eq!(
        (admitted.status, admitted.pending_since),
        (UserStatus::Active, None),
        "an administrator admits without"
    );
}

#[test]
fn mail_goes_unprotected_to_this_computer_only() {
    let server = |host: &str, port, security| {
        mail::server(host, port, security, "office@example.org", Some(" "), None)
            .map_err(|refusal| refusal.field.unwrap_or_default())
    };
    for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1"] {
        assert!(server(host, 25, MailSecurity::None).is_ok(), "{host}");
    }
    for host in ["mail.example.org", "10.0.0.1", "localhost.example.org"] {
        assert_eq!(
            server(host, 25, MailSecurity::None).unwrap_err(),
            "security",
            "{host}"
        );
        assert!(server(host, 587, MailSecurity::Starttls).is_ok(), "{host}");
    }
    for host in ["", "two words", "a..b", "-x.org", "x\r\nDATA", "http://x"] {
        assert_eq!(
            server(host, 465, MailSecurity::Tls).unwrap_err(),
            "host",
            "{host:?}"
        );
    }
    for port in [0, -1, 65_536] {
        assert_eq!(
            server("a.org", port, MailSecurity::Tls).unwrap_err(),
            "port"
        );
    }
    let kept = server(" Mail.Example.org. ", 465, MailSecurity::Tls).unwrap();
    assert_eq!((kept.host.as_str(), kept.login), ("mail.example.org", None));
    assert_eq!(
        mail::server("a.org", 465, MailSecurity::Tls, "no address", None, None)
            .unwrap_err()
            .field
            .as_deref(),
        Some("from")
    );
    assert_eq!(
        mail::server(
            "a.org",
            465,
            MailSecurity::Tls,
            "a@a.org",
            None,
            Some("PEM")
        )
        .unwrap_err()
        .field
        .as_deref(),
        Some("certificate")
    );
}
