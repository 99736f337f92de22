//! The rules about people: fields as the seed schema has them, and what becomes of accounts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bson::{Bson, oid::ObjectId};
use domain::{
    Actor, Change, ChangeSet, Code, Collection, DeviceId, Guard, OpId, Role, Timestamp, UserId,
    change::{Offline, Patch},
    rules::{
        Stamp,
        people::{self, Edited, NewPerson},
    },
    user::{Gender, Preferences, Profile, User, UserStatus},
};
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::parse_rfc3339_str("2026-03-02T09:00:00Z").unwrap()
}

fn stamp() -> Stamp {
    Stamp {
        op: OpId(uuid::Uuid::from_u128(1)),
        at: now(),
        actor: Actor {
            user: Some(UserId(ObjectId::from_bytes([9; 12]))),
            name: "Ada Byron".into(),
            role: Role::Admin,
            device: DeviceId::new("A1B2").unwrap(),
        },
    }
}

fn user(role: Role) -> User {
    let id = UserId(ObjectId::from_bytes([1; 12]));
    User::new(
        id,
        "Tariq Aziz".into(),
        "tariq@example.org".into(),
        role,
        now(),
    )
}

fn form(user: &User) -> Edited {
    Edited {
        name: user.name.clone(),
        email: Some(user.email.clone()),
        email_verified: Some(user.email_verified),
        profile: user.profile.clone(),
        preferences: Some(user.preferences.clone()),
    }
}

/// The patch of the one user the change set writes.
fn patch(set: &ChangeSet) -> &Patch {
    set.changes
        .iter()
        .find_map(|change| match change {
            Change::Patch {
                collection: Collection::Users,
                patch,
                ..
            } => Some(patch),
            _ => None,
        })
        .expect("the person is patched")
}

fn revoked(set: &ChangeSet) -> Vec<ObjectId> {
    set.changes
        .iter()
        .filter_map(|change| match change {
            Change::Patch {
                collection: Collection::Sessions,
                id,
                patch,
            } if patch.set.contains_key("revokedAt") => Some(*id),
            _ => None,
        })
        .collect()
}

#[test]
fn names_are_trimmed_and_have_1_to_100_characters() {
    assert_eq!(people::name("  Zoë Müller ").unwrap(), "Zoë Müller");
    assert_eq!(people::name(&"é".repeat(100)).unwrap().chars().count(), 100);
    for (text, code) in [
        ("", Code::Required),
        (" \t ", Code::Required),
        ("a\nb", Code::Invalid),
        ("a\u{0}b", Code::Invalid),
    ] {
        assert_eq!(people::name(text).unwrap_err().code, code, "{text:?}");
    }
    assert!(people::name(&"\u{1F980}".repeat(50)).is_ok());
    assert_eq!(
        people::name(&"\u{1F980}".repeat(51)).unwrap_err().code,
        Code::TooLong,
        "counted as Mongoose counts"
    );
    let refusal = people::name(&"é".repeat(101)).unwrap_err();
    assert_eq!(
        (refusal.code, refusal.field.as_deref()),
        (Code::TooLong, Some("name"))
    );
}

#[test]
fn addresses_the_seed_pattern_wrongly_refuses_are_taken_and_lower_cased() {
    for (typed, kept) in [
        ("Jane@Example.COM", "jane@example.com"),
        ("  jane@example.com ", "jane@example.com"),
        ("jane+tag@example.com", "jane+tag@example.com"),
        ("curator@tate.museum", "curator@tate.museum"),
        ("o'neil@example.ie", "o'neil@example.ie"),
        ("a@b.co", "a@b.co"),
    ] {
        assert_eq!(people::email(typed).unwrap(), kept);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "jane",
        "jane@",
        "@example.com",
        "jane@example",
        "jane@@example.com",
        "jane example.com",
        "jane@exa mple.com",
        "Jane <jane@example.com>",
        "jane@[127.0.0.1]",
        "jane@example.com\n.org",
        "jane@-example.com",
        "a@b.c@d.e",
    ] {
        assert_eq!(
            people::email(text).map_err(|r| r.code),
            Err(Code::Invalid),
            "{text:?}"
        );
    }
    assert_eq!(people::email(" ").unwrap_err().code, Code::Required);
    let long = format!("{}@example.com", "a".repeat(250));
    assert_eq!(people::email(&long).unwrap_err().code, Code::TooLong);
}

#[test]
fn phone_numbers_follow_the_seed_pattern() {
    for text in ["+44 (0)20 7946-0991", "017", "+8801712345678", "(0)"] {
        assert_eq!(people::phone(text).unwrap().as_deref(), Some(text));
    }
    assert_eq!(people::phone("  ").unwrap(), None);
    for text in ["+", "++44", "44+", "ext 12", "１２３", "0171/234", "12\n34"] {
        assert_eq!(
            people::phone(text).unwrap_err().code,
            Code::Invalid,
            "{text:?}"
        );
    }
    assert_eq!(
        people::phone(&"1".repeat(41)).unwrap_err().code,
        Code::TooLong
    );
}

#[test]
fn a_date_of_birth_is_a_real_day_in_the_past() {
    let born = people::date_of_birth("2000-02-29", now()).unwrap().unwrap();
    assert_eq!(
        born.try_to_rfc3339_string().unwrap(),
        "2000-02-29T00:00:00Z"
    );
    assert!(
        people::date_of_birth("2026-03-01", now()).is_ok(),
        "yesterday"
    );
    assert_eq!(people::date_of_birth("", now()).unwrap(), None);
    for text in [
        "2026-03-02",
        "2026-03-03",
        "1999-02-29",
        "1879-12-31",
        "2000-13-01",
        "29.02.2000",
        "2000-2-9",
        "2000-02-29T00:00:00Z",
        "abc",
        "-000001-01-01",
    ] {
        let refusal = people::date_of_birth(text, now()).unwrap_err();
        assert_eq!(refusal.code, Code::Invalid, "{text}");
        assert_eq!(refusal.field.as_deref(), Some("profile.dateOfBirth"));
    }
}

#[test]
fn web_addresses_are_http_only() {
    for text in [
        "https://example.org",
        "HTTP://example.org/a?b=c#d",
        "https://müller.de/",
    ] {
        assert_eq!(
            people::url("profile.website", text).unwrap().as_deref(),
            Some(text)
        );
    }
    for text in [
        "javascript:alert(1)",
        "ftp://example.org",
        "example.org",
        "https://",
        "https:///path",
        "https://a b",
        "https://example.org/\"onload",
        "data:text/html,x",
        "http",
        "https://:80",
    ] {
        assert_eq!(
            people::url("profile.website", text).unwrap_err().code,
            Code::Invalid,
            "{text:?}"
        );
    }
}

#[test]
fn handles_elsewhere_are_names_or_web_addresses() {
    let mut told = Profile::default();
    told.social_links.github = Some(" @octo-cat ".into());
    told.social_links.linkedin = Some("https://linkedin.com/in/x".into());
    told.social_links.twitter = Some("".into());
    let kept = people::profile(&told, now()).unwrap().social_links;
    assert_eq!(kept.github.as_deref(), Some("@octo-cat"));
    assert_eq!(kept.linkedin.as_deref(), Some("https://linkedin.com/in/x"));
    assert_eq!(kept.twitter, None);
    told.social_links.twitter = Some("javascript:x".into());
    let refusal = people::profile(&told, now()).unwrap_err();
    assert_eq!(refusal.field.as_deref(), Some("profile.twitter"));
}

#[test]
fn time_zones_and_languages_are_known_ones() {
    assert_eq!(
        people::timezone("timezone", "asia/dhaka").unwrap(),
        "Asia/Dhaka"
    );
    assert_eq!(people::timezone("timezone", " UTC ").unwrap(), "UTC");
    for text in ["", "Mars/Olympus", "../../etc/passwd", "GMT+25"] {
        assert_eq!(
            people::timezone("timezone", text).unwrap_err().code,
            Code::Invalid,
            "{text:?}"
        );
    }
    for text in ["en", "pt-BR", "zh-Hant-TW"] {
        assert_eq!(people::language(text).unwrap(), text);
    }
    for text in ["", "e", "english", "en_GB", "en-", "en-x", "12"] {
        assert_eq!(
            people::language(text).unwrap_err().code,
            Code::Invalid,
            "{text:?}"
        );
    }
}

#[test]
fn a_biography_has_at_most_500_characters_and_may_have_lines() {
    assert!(people::bio(&"ü\n".repeat(250)).is_ok());
    assert!(people::bio(&"\u{1F980}".repeat(250)).is_ok());
    assert!(people::bio(&"\u{1F980}".repeat(251)).is_err());
    assert_eq!(
        people::bio(&"ü".repeat(501)).unwrap_err().code,
        Code::TooLong
    );
    assert_eq!(people::bio("\u{7}bell").unwrap_err().code, Code::Invalid);
}

#[test]
fn a_new_account_is_the_seed_document_with_its_defaults_and_a_guarded_address() {
    let new = NewPerson {
        id: UserId(ObjectId::from_bytes([5; 12])),
        name: " Jane Smith ".into(),
        email: "Jane@Example.com".into(),
        email_verified: false,
        role: Role::Instructor,
        status: UserStatus::Active,
        password_hash: Some("$argon2id$secret".into()),
        profile: Profile {
            phone: Some(" 017 ".into()),
            ..Profile::default()
        },
        preferences: Preferences::default(),
    };
    let (set, user) = people::create(&stamp(), new).unwrap();
    assert_eq!(
        (user.name.as_str(), user.email.as_str()),
        ("Jane Smith", "jane@example.com")
    );
    let Change::Insert {
        collection: Collection::Users,
        document,
    } = &set.changes[0]
    else {
        panic!("an insert of a person");
    };
    assert_eq!(document.get_str("role").unwrap(), "instructor");
    assert_eq!(
        document
            .get_document("profile")
            .unwrap()
            .get_str("phone")
            .unwrap(),
        "017"
    );
    let preferences = document.get_document("preferences").unwrap();
    assert_eq!(preferences.get_str("timezone").unwrap(), "UTC");
    assert!(preferences.get_bool("marketingEmails").unwrap());
    assert!(matches!(&set.guards[..], [Guard::Unique { field, .. }] if field == "email"));
    assert_eq!(set.deed.verb, "person.created");
    assert!(
        !format!("{:?}", set.deed).contains("argon2id"),
        "no hash in the audit trail"
    );
}

#[test]
fn an_edit_writes_only_what_differs_with_what_it_was() {
    let mut before = user(Role::Student);
    before.profile.phone = Some("017".into());
    before.profile.gender = Some(Gender::Female);
    let mut edited = form(&before);
    edited.name = "Tariq A. Aziz".into();
    edited.profile.phone = None;
    edited.profile.address.city = Some("Dhaka".into());
    let set = people::update(&stamp(), &before, 0, &edited)
        .unwrap()
        .unwrap();
    let patch = patch(&set);
    let written: Vec<&str> = patch.set.keys().map(String::as_str).collect();
    assert_eq!(written, ["name", "profile.address.city", "updatedAt"]);
    assert_eq!(patch.unset, ["profile.phone"]);
    assert_eq!(patch.base["name"], Bson::from("Tariq Aziz"));
    assert_eq!(patch.base["profile.phone"], Bson::from("017"));
    assert_eq!(patch.base["profile.address.city"], Bson::Null);
    let told = set.deed.detail.get_array("fields").unwrap();
    assert_eq!(told.len(), 3);
    assert!(
        !set.guards.iter().any(|g| matches!(g, Guard::Unique { .. })),
        "the address stays"
    );
}

#[test]
fn an_edit_that_changes_nothing_makes_no_change_set() {
    let before = user(Role::Student);
    assert_eq!(
        people::update(&stamp(), &before, 0, &form(&before)).unwrap(),
        None
    );
}

#[test]
fn an_edit_of_an_older_revision_is_stale() {
    let before = user(Role::Student);
    let refusal = people::update(&stamp(), &before, 3, &form(&before)).unwrap_err();
    assert_eq!(refusal.code, Code::Stale);
}

#[test]
fn a_new_address_is_guarded_and_told() {
    let before = user(Role::Student);
    let edited = Edited {
        email: Some("Other@Example.org".into()),
        ..form(&before)
    };
    let set = people::update(&stamp(), &before, 0, &edited)
        .unwrap()
        .unwrap();
    assert!(set.guards.iter().any(|g| matches!(g, Guard::Unique { .. })));
    assert_eq!(set.deed.detail.get_str("to").unwrap(), "other@example.org");
}

#[test]
fn the_last_active_administrator_stays() {
    let admin = user(Role::Admin);
    for status in [UserStatus::Suspended, UserStatus::Inactive] {
        let refusal =
            people::set_status(&stamp(), &admin, status, Some("why"), 0, &[]).unwrap_err();
        assert_eq!(refusal.code, Code::LastAdmin);
        let set = people::set_status(&stamp(), &admin, status, Some("why"), 1, &[]).unwrap();
        assert!(set.guards.contains(&Guard::OtherAdmin { except: admin.id }));
    }
    for role in [Role::Student, Role::Instructor, Role::Finance] {
        let refusal = people::set_role(&stamp(), &admin, 0, role, 0, 0, &[]).unwrap_err();
        assert_eq!(refusal.code, Code::LastAdmin);
        let set = people::set_role(&stamp(), &admin, 0, role, 1, 0, &[]).unwrap();
        assert!(set.guards.contains(&Guard::OtherAdmin { except: admin.id }));
    }
}

#[test]
fn an_inactive_administrator_is_not_the_last_one() {
    let mut admin = user(Role::Admin);
    admin.status = UserStatus::Inactive;
    assert!(people::set_role(&stamp(), &admin, 0, Role::Student, 1, 0, &[]).is_ok());
    let set = people::set_status(
        &stamp(),
        &admin,
        UserStatus::Suspended,
        Some("left"),
        1,
        &[],
    )
    .unwrap();
    assert!(
        !set.guards
            .iter()
            .any(|g| matches!(g, Guard::OtherAdmin { .. }))
    );
}

#[test]
fn changes_of_status_role_and_password_end_every_session() {
    let sessions = [ObjectId::from_bytes([7; 12]), ObjectId::from_bytes([8; 12])];
    let student = user(Role::Student);
    let sets = [
        people::set_status(
            &stamp(),
            &student,
            UserStatus::Suspended,
            Some("fees"),
            1,
            &sessions,
        )
        .unwrap(),
        people::set_role(&stamp(), &student, 0, Role::Finance, 1, 0, &sessions).unwrap(),
        people::set_password(&stamp(), &student, "hash".into(), &sessions).unwrap(),
    ];
    for set in sets {
        assert_eq!(patch(&set).inc["tokenVersion"], 1, "{}", set.deed.verb);
        assert_eq!(revoked(&set), sessions, "{}", set.deed.verb);
    }
}

#[test]
fn suspending_needs_a_reason_and_a_change() {
    let student = user(Role::Student);
    let long = "x".repeat(501);
    let why = |text| people::set_status(&stamp(), &student, UserStatus::Suspended, text, 1, &[]);
    assert_eq!(why(None).unwrap_err().code, Code::Required);
    assert_eq!(why(Some("  ")).unwrap_err().code, Code::Required);
    assert_eq!(why(Some(&long)).unwrap_err().code, Code::TooLong);
    assert_eq!(
        why(Some(" fees "))
            .unwrap()
            .deed
            .detail
            .get_str("reason")
            .unwrap(),
        "fees"
    );
    let same = people::set_status(&stamp(), &student, UserStatus::Active, None, 1, &[]);
    assert_eq!(same.unwrap_err().code, Code::WrongState);
}

#[test]
fn who_teaches_keeps_a_role_that_may_teach() {
    let teacher = user(Role::Instructor);
    let to = |role, teaches| people::set_role(&stamp(), &teacher, 0, role, 1, teaches, &[]);
    assert_eq!(to(Role::Student, 2).unwrap_err().code, Code::WrongState);
    assert!(to(Role::Admin, 2).is_ok());
    assert!(to(Role::Student, 0).is_ok());
    assert_eq!(to(Role::Instructor, 0).unwrap_err().code, Code::WrongState);
}

#[test]
fn unlocking_forgets_failures_and_needs_some() {
    let mut locked = user(Role::Student);
    assert_eq!(
        people::unlock(&stamp(), &locked).unwrap_err().code,
        Code::WrongState
    );
    locked.lock_count = 2;
    locked.lock_until = Some(now());
    let set = people::unlock(&stamp(), &locked).unwrap();
    assert_eq!(patch(&set).set["lockCount"], Bson::Int32(0));
    assert_eq!(patch(&set).unset, ["lockUntil"]);
}

proptest! {
    #[test]
    fn whatever_is_typed_is_kept_within_limits_or_refused(text in ".{0,300}") {
        if let Ok(name) = people::name(&text) {
            prop_assert!((1..=100).contains(&name.chars().count()));
            prop_assert_eq!(name.trim(), &name);
        }
        if let Ok(email) = people::email(&text) {
            prop_assert!(email.contains('@') && !email.contains(char::is_whitespace));
            prop_assert_eq!(email.to_lowercase(), email);
        }
        if let Ok(Some(url)) = people::url("profile.website", &text) {
            let lower = url.to_lowercase();
            prop_assert!(lower.starts_with("http://") || lower.starts_with("https://"));
        }
        if let Ok(Some(phone)) = people::phone(&text) {
            prop_assert!(!phone.chars().any(char::is_alphabetic));
        }
        if let Ok(Some(born)) = people::date_of_birth(&text, now()) {
            prop_assert!(born < now());
        }
    }

    /// Taking a checked field once more changes nothing.
    #[test]
    fn checking_is_idempotent(
        name in "[ A-Za-zÀ-ÿ]{0,40}", local in "[A-Za-z0-9.+]{1,20}", phone in "\\+?[0-9 ()-]{0,20}"
    ) {
        if let Ok(once) = people::name(&name) {
            prop_assert_eq!(people::name(&once), Ok(once));
        }
        if let Ok(once) = people::email(&format!("{local}@example.org")) {
            prop_assert_eq!(people::email(&once), Ok(once));
        }
        if let Ok(Some(once)) = people::phone(&phone) {
            prop_assert_eq!(people::phone(&once), Ok(Some(once)));
        }
    }

    /// Applying the patch of an edit gives the edited person, and editing again changes nothing.
    #[test]
    fn an_edit_says_all_that_was_changed(
        name in "[A-Z][a-z]{1,20}", city in proptest::option::of("[A-Z][a-z]{1,10}"),
        phone in proptest::option::of("[0-9]{3,10}"), sms in any::<bool>(),
        old_phone in proptest::option::of("[0-9]{3,10}"), old_city in proptest::option::of("[A-Z][a-z]{1,10}"),
    ) {
        let mut before = user(Role::Student);
        before.profile.phone = old_phone;
        before.profile.address.city = old_city;
        let mut edited = form(&before);
        edited.name = name.clone();
        edited.profile.phone = phone.clone();
        edited.profile.address.city = city.clone();
        edited.preferences.as_mut().unwrap().sms_notifications = sms;
        let mut document = bson::serialize_to_document(&before).unwrap();
        if let Some(set) = people::update(&stamp(), &before, 0, &edited).unwrap() {
            patch(&set).apply(&mut document);
        }
        let after: User = bson::deserialize_from_document(document).unwrap();
        prop_assert_eq!(&after.name, &name);
        prop_assert_eq!(&after.profile.phone, &phone);
        prop_assert_eq!(&after.profile.address.city, &city);
        prop_assert_eq!(after.preferences.sms_notifications, sms);
        prop_assert_eq!(people::update(&stamp(), &after, 0, &edited).unwrap(), None);
    }
}

#[test]
fn signing_in_leaves_an_open_form_up_to_date() {
    let mut user = User::new(
        UserId(ObjectId::from_bytes([7; 12])),
        "Amina Rahman".into(),
        "amina@example.org".into(),
        Role::Student,
        bson::DateTime::from_millis(0),
    );
    let read = people::revision(&user);
    user.last_login_at = Some(bson::DateTime::from_millis(1));
    user.token_version = 3;
    assert_eq!(
        people::unchanged(&user, read),
        Ok(()),
        "nothing a form shows has changed"
    );
    user.profile.phone = Some("+44 20 7946 0000".into());
    assert_eq!(
        people::unchanged(&user, read).map_err(|refusal| refusal.code),
        Err(Code::Stale),
        "somebody else changed the phone"
    );
}

/// Who may do what is decided on the server: a desktop that is away cannot.
#[test]
fn roles_states_and_passwords_do_not_wait_for_the_server() {
    let person = user(Role::Instructor);
    let status = people::set_status(
        &stamp(),
        &person,
        UserStatus::Suspended,
        Some("fees"),
        1,
        &[],
    );
    let role = people::set_role(&stamp(), &person, person.rev(), Role::Admin, 1, 0, &[]);
    let password = people::set_password(&stamp(), &person, "hash".to_owned(), &[]);
    for set in [status.unwrap(), role.unwrap(), password.unwrap()] {
        assert_eq!(set.offline, Offline::OnlineOnly, "{}", set.deed.verb);
    }
    for role in Role::ALL {
        let new = NewPerson {
            id: person.id,
            name: person.name.clone(),
            email: person.email.clone(),
            email_verified: false,
            role,
            status: UserStatus::Active,
            password_hash: None,
            profile: Profile::default(),
            preferences: Preferences::default(),
        };
        let (set, _) = people::create(&stamp(), new.clone()).unwrap();
        let waits = set.offline == Offline::Queue;
        assert_eq!(waits, role == Role::Student, "{role}");
        let (set, _) = people::register(&stamp(), new).unwrap();
        assert_eq!(
            set.offline,
            Offline::Queue,
            "whoever registers is a student"
        );
    }
    let unlocked = User {
        login_attempts: 2,
        ..person
    };
    let set = people::unlock(&stamp(), &unlocked).unwrap();
    assert_eq!(set.offline, Offline::Queue);
}
