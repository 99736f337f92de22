//! People, settings, sessions, and documents that are gone.

use bson::{Bson, doc};
use domain::{
    ChangeSet, Code, Collection, Currency, Guard, Offline, UserId, change::Patch, role::Role,
    settings::Settings, user::User,
};
use sync::{
    ConflictKind, Verdict, rebase,
    rebase::{Card, settle},
};

use super::{Server, at, deed, document, id, revision, stamp};

fn server() -> Server {
    let mut server = Server::default();
    let user = User::new(
        UserId(id(7)),
        "Ada".into(),
        "ada@example.org".into(),
        Role::Student,
        at(0),
    );
    server.put(Collection::Users, document(&user));
    server.put(Collection::Sessions, doc! { "_id": id(8), "user": id(7) });
    server
}

fn edit(server: &Server, verb: &str, collection: Collection, of: u32, patch: Patch) -> ChangeSet {
    let rev = revision(&server.0[&(collection, id(of))]);
    stamp(1, Role::Admin, 1)
        .change_set(deed(verb, collection, id(of)), Offline::Queue)
        .patch(collection, id(of), patch)
        .at_revision(collection, id(of), rev)
}

#[test]
fn a_profile_is_merged_field_by_field() {
    let mut server = server();
    let patch = Patch::new()
        .set("profile.phone", Bson::Null, "1")
        .set("name", "Ada", "Ada L.");
    let mine = edit(&server, "person.updated", Collection::Users, 7, patch);
    server.edit(Collection::Users, id(7), |user| {
        user.get_document_mut("profile")
            .unwrap()
            .insert("phone", "2");
        user.insert("loyalty", 7);
    });
    let rebased = server.pushed(&mine);
    assert_eq!(rebased.cards.len(), 1);
    let after = &server.0[&(Collection::Users, id(7))];
    assert_eq!(
        (
            after.get_str("name").unwrap(),
            after.get_i32("loyalty").unwrap()
        ),
        ("Ada L.", 7)
    );
    assert_eq!(
        after
            .get_document("profile")
            .unwrap()
            .get_str("phone")
            .unwrap(),
        "2"
    );
}

#[test]
fn a_suspension_is_not_decided_twice() {
    let mut server = server();
    let patch = Patch::new().set("status", "active", "inactive");
    let mine = edit(
        &server,
        "person.status-changed",
        Collection::Users,
        7,
        patch,
    );
    server.edit(Collection::Users, id(7), |user| {
        drop(user.insert("status", "suspended"));
    });
    assert!(matches!(server.fitted(&mine).verdict, Verdict::Dead(no) if no.code == Code::Stale));
}

#[test]
fn counters_and_stamps_are_always_mine() {
    let mut server = server();
    let patch = Patch::new().put("lastLoginAt", at(60)).inc("logins", 1);
    let mine = edit(&server, "account.signed-in", Collection::Users, 7, patch);
    server.edit(Collection::Users, id(7), |user| {
        drop(user.insert("logins", 4));
    });
    server.pushed(&mine);
    assert_eq!(
        server.0[&(Collection::Users, id(7))]
            .get_i32("logins")
            .unwrap(),
        5
    );
}

#[test]
fn what_is_gone_is_told_and_ended_sessions_are_not_missed() {
    let mut server = server();
    let person = edit(
        &server,
        "person.updated",
        Collection::Users,
        7,
        Patch::new().set("name", "Ada", "A"),
    );
    let session = edit(
        &server,
        "session.ended",
        Collection::Sessions,
        8,
        Patch::new().put("revokedAt", at(60)),
    );
    server.0.clear();
    assert!(
        matches!(server.fitted(&person).verdict, Verdict::Dead(no) if no.code == Code::NotFound)
    );
    let rebased = server.fitted(&session);
    assert_eq!(
        (rebased.verdict, rebased.change_set.changes.len()),
        (Verdict::Push, 0)
    );
}

#[test]
fn a_field_that_was_relied_on_is_asked_again() {
    let mut server = server();
    let relied = |set: ChangeSet| {
        set.guard(Guard::Field {
            collection: Collection::Users,
            id: id(7),
            path: "status".to_owned(),
            equals: "active".into(),
        })
    };
    let mine = relied(stamp(1, Role::Admin, 1).change_set(
        deed("enrollment.created", Collection::Users, id(7)),
        Offline::Queue,
    ));
    server.edit(Collection::Users, id(7), |user| drop(user.remove("status")));
    assert_eq!(
        server.fitted(&mine).verdict,
        Verdict::Push,
        "what another program left out has its default"
    );
    server.edit(Collection::Users, id(7), |user| {
        drop(user.insert("status", "suspended"));
    });
    assert!(
        matches!(server.fitted(&mine).verdict, Verdict::Dead(no) if no.field.as_deref() == Some("status"))
    );
}

#[test]
fn what_was_not_looked_up_is_taken_as_unchanged() {
    let server = server();
    let mine = edit(
        &server,
        "person.updated",
        Collection::Users,
        7,
        Patch::new().set("name", "Ada", "A"),
    );
    let rebased = rebase(&mine, &[]);
    assert_eq!((rebased.verdict, rebased.change_set), (Verdict::Push, mine));
}

fn with_factor(server: &mut Server, codes: &[&str], step: i64) {
    let codes: Vec<&str> = codes.to_vec();
    server.edit(Collection::Users, id(7), |user| {
        let factor = doc! { "since": at(0), "lastStep": step, "recovery": codes };
        drop(user.insert("secondFactor", factor));
    });
}

/// Two desktops take a code each while they are apart: both are used up, and nobody is asked about hashes.
#[test]
fn what_two_sign_ins_used_up_of_a_second_factor_is_used_up() {
    let mut server = server();
    with_factor(&mut server, &["a", "b", "c", "d"], 100);
    let used = Patch::new()
        .set(
            "secondFactor.recovery",
            vec!["a", "b", "c", "d"],
            vec!["b", "c", "d"],
        )
        .set("secondFactor.lastStep", 100_i64, 105_i64)
        .put("lastLoginAt", at(60));
    let mine = edit(
        &server,
        "account.signed-in",
        Collection::Users,
        7,
        used.clone(),
    );
    with_factor(&mut server, &["a", "c", "d"], 103);
    let rebased = server.pushed(&mine);
    assert!(rebased.cards.is_empty(), "{:?}", rebased.cards);
    let factor = server.0[&(Collection::Users, id(7))]
        .get_document("secondFactor")
        .unwrap()
        .clone();
    let left: Vec<&str> = factor
        .get_array("recovery")
        .unwrap()
        .iter()
        .filter_map(Bson::as_str)
        .collect();
    assert_eq!(left, ["c", "d"]);
    assert_eq!(factor.get_i64("lastStep").unwrap(), 105);

    // Codes made anew are not touched by one of before, nor does a factor come back that was taken away.
    with_factor(&mut server, &["w", "x"], 300);
    let rebased = server.pushed(&mine);
    assert!(rebased.cards.is_empty(), "{:?}", rebased.cards);
    let user = &server.0[&(Collection::Users, id(7))];
    let factor = user.get_document("secondFactor").unwrap();
    assert_eq!(factor.get_array("recovery").unwrap().len(), 2);
    assert_eq!(factor.get_i64("lastStep").unwrap(), 300);
    server.edit(Collection::Users, id(7), |user| {
        drop(user.remove("secondFactor"));
    });
    let rebased = server.pushed(&mine);
    assert!(rebased.cards.is_empty(), "{:?}", rebased.cards);
    assert!(!server.0[&(Collection::Users, id(7))].contains_key("secondFactor"));
}

/// Nothing is put upon an account that was erased meanwhile, and nobody is asked about it.
#[test]
fn an_edit_of_somebody_who_was_erased_is_dropped_without_a_card() {
    let mut server = server();
    let patch = Patch::new()
        .set("profile.phone", Bson::Null, "+1 5550199")
        .set("name", "Ada", "Ada L.");
    let mine = edit(&server, "person.updated", Collection::Users, 7, patch);
    server.edit(Collection::Users, id(7), |user| {
        user.insert("name", "Erased person");
        user.insert("email", format!("erased-{}@erased.invalid", id(7).to_hex()));
        drop(user.remove("profile"));
    });
    let rebased = server.fitted(&mine);
    assert_eq!(rebased.verdict, Verdict::Push);
    assert!(rebased.cards.is_empty());
    assert!(rebased.change_set.changes.is_empty());
}

#[test]
fn a_setting_decided_for_this_desktop_is_told_with_what_it_was() {
    let mut server = server();
    let mut settings = document(&Settings::new(
        id(1),
        "College".into(),
        "UTC".into(),
        Currency::default(),
    ));
    // Another program wrote one as its numbers are, and left one out.
    settings.insert("idleMinutes", 30.0);
    settings.remove("refundThresholdMinor");
    server.put(Collection::Settings, settings);
    let current = |server: &Server| server.0[&(Collection::Settings, id(1))].clone();
    let card = |path: &str, mine: Bson, theirs: Bson| Card {
        collection: Collection::Settings,
        id: id(1),
        path: path.to_owned(),
        kind: ConflictKind::Field,
        base: Bson::Null,
        mine,
        theirs,
    };
    for (card, told) in [
        (
            card("idleMinutes", 5_i64.into(), 30.0.into()),
            doc! { "fields": ["idleMinutes"], "idleMinutesFrom": 30_i64, "idleMinutesTo": 5_i64 },
        ),
        (
            card("refundThresholdMinor", 7_i64.into(), Bson::Null),
            doc! { "fields": ["refundThresholdMinor"], "refundThresholdMinorFrom": 20_000_i64, "refundThresholdMinorTo": 7_i64 },
        ),
        (
            card("idleMinutes", Bson::Null, 5_i64.into()),
            doc! { "fields": ["idleMinutes"], "idleMinutesFrom": 5_i64, "idleMinutesTo": 10_i64 },
        ),
        (
            card("institution", "School".into(), "College".into()),
            doc! { "fields": ["institution"] },
        ),
    ] {
        let set = settle(&card, &current(&server), &stamp(2, Role::Admin, 1))
            .unwrap()
            .expect("a value");
        assert_eq!(set.deed.verb, "settings.updated");
        assert_eq!(set.deed.detail, told);
        server.commit(&set);
    }
}
