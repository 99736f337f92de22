//! The history of changes: told once, resumed from text, and known to be lost when it is.

use std::time::Duration;

use bson::doc;
use domain::{Collection, Source, change::Patch};
use remote::port::{Port, RemoteError, ResumeToken};

use crate::{
    fixtures::*,
    world::{ServerWorld, all},
};

const SOON: Duration = Duration::from_secs(30);

#[test]
fn what_happened_is_told_once_and_from_any_place() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    let begin = world.server.token().unwrap();
    let school = school(&world);
    world.apply(
        &change_set("user.renamed", Collection::Users, school.student).patch(
            Collection::Users,
            school.student,
            Patch::new().put("name", "Ada King"),
        ),
    );
    let mut dirty = Vec::new();
    let mut token = begin.clone();
    while dirty.len() < 7 {
        let changes = world.server.changes(&token, SOON).unwrap();
        assert!(!changes.dirty.is_empty(), "only {dirty:?} was told");
        token = changes.token;
        for one in changes.dirty {
            if !dirty.contains(&one) {
                dirty.push(one);
            }
        }
    }
    let count = |source: Source| dirty.iter().filter(|one| one.source == source).count();
    assert_eq!(count(Source::Documents(Collection::Users)), 2);
    assert_eq!(count(Source::Documents(Collection::Courses)), 1);
    assert_eq!(count(Source::Audit), 4);
    // Idle: nothing is told, and the token is good for going on.
    let idle = world
        .server
        .changes(&token, Duration::from_millis(50))
        .unwrap();
    assert!(idle.dirty.is_empty() && idle.caught_up, "{idle:?}");
    // Another connection goes on from the text of a token.
    let other = world.database.connect();
    let again = other.changes(&begin, SOON).unwrap();
    assert!(!again.dirty.is_empty());
}

#[test]
fn a_deletion_is_told_and_recorded() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    let lonely = person("Nobody", "nobody@example.org", domain::Role::Student);
    add_person(&world, &lonely);
    let token = world.server.token().unwrap();
    world.apply(
        &change_set("user.deleted", Collection::Users, lonely.id)
            .delete(Collection::Users, lonely.id),
    );
    let changes = world.server.changes(&token, SOON).unwrap();
    assert!(
        changes
            .dirty
            .iter()
            .any(|one| one.deleted && one.id == lonely.id.0.into()),
        "{changes:?}"
    );
    let recorded = world
        .server
        .tombstones(domain::Timestamp::from_millis(0))
        .unwrap();
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].id, lonely.id.0);
}

#[test]
fn a_token_nobody_gave_is_history_lost() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    for text in [
        String::new(),
        "{}".to_owned(),
        doc! { "_data": "8200000000" }.to_string(),
    ] {
        let lost = world.server.changes(&ResumeToken(text.clone()), SOON);
        assert_eq!(lost, Err(RemoteError::HistoryLost), "{text}");
    }
}

#[test]
fn pages_and_heads_follow_one_another_to_the_end() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    for n in 0..25 {
        add_person(
            &world,
            &person(
                &format!("Person {n}"),
                &format!("p{n}@example.org"),
                domain::Role::Student,
            ),
        );
    }
    let people = all(Source::Documents(Collection::Users));
    let (mut after, mut seen) = (None, 0);
    loop {
        let page = world.server.page(&people, after.as_ref(), 10).unwrap();
        let Some(last) = page.last() else { break };
        after = last.get("_id").cloned();
        seen += page.len();
    }
    assert_eq!(seen, 25);
    assert_eq!(world.server.count(&people).unwrap(), 25);
    let heads = world.server.heads(&people, None, 100).unwrap();
    assert_eq!(heads.len(), 25);
    assert!(heads.iter().all(|head| head.rev == 1 && head.op.is_some()));
    let changed = world.server.changed_since(&people, None, 100).unwrap();
    assert_eq!(changed.len(), 25);
}
