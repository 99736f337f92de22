//! A filled workspace is given a server: previewed, uploaded, cancelled, killed and taken up again.

use std::{cell::Cell, sync::Arc};

use domain::{
    Actor, ChangeSet, Collection, DeviceId, Offline, OpId, Role, Source, Timestamp, audit::Deed,
};
use remote::port::RemoteError;
use replica::{Key, Replica};
use sync::{
    Clock, Engine, SyncError,
    attach::{self, ObstacleKind},
};
use testkit::model::{Line, ModelServer};

use crate::{
    desktop::{Draw, folder},
    institution::{self, STUDENTS, id},
    schedule::at,
};

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        at(5000)
    }
}

fn device() -> DeviceId {
    DeviceId::new("D0").unwrap()
}

/// A local workspace with the small institution and 1,200 people more.
fn local(folder: &tempfile::TempDir) -> Arc<Replica> {
    let replica =
        Replica::create(&folder.path().join("local.db"), &Key::from_bytes([7; 32])).unwrap();
    let draw = Draw::from(3);
    let mut documents = institution::documents(&[device()]);
    for n in 0..1200_u32 {
        let mut user = documents
            .iter()
            .find(|(source, _)| *source == Source::Documents(Collection::Users))
            .unwrap()
            .1
            .clone();
        user.insert("_id", id(20_000 + n));
        user.insert("email", format!("more{n}@example.org"));
        documents.push((Source::Documents(Collection::Users), user));
    }
    let sets: Vec<ChangeSet> = documents
        .into_iter()
        .map(|(source, document)| {
            let Source::Documents(collection) = source else {
                panic!("only documents are founded");
            };
            ChangeSet::new(
                OpId(uuid::Uuid::from_u128(u128::from(draw.number()))),
                actor(),
                at(1),
                Deed::new(
                    "record.made",
                    collection,
                    document.get_object_id("_id").unwrap(),
                ),
                Offline::Queue,
            )
            .insert(collection, document)
        })
        .collect();
    let outcomes = replica.commit_all(&sets).unwrap();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    Arc::new(replica)
}

fn actor() -> Actor {
    Actor {
        user: None,
        name: "Founder".to_owned(),
        role: Role::Admin,
        device: device(),
    }
}

fn everything_is_there(replica: &Arc<Replica>, server: &Arc<ModelServer>, line: &Arc<Line>) {
    let draw = Arc::new(Draw::from(1));
    let engine = Engine::new(
        Arc::clone(replica),
        line.clone(),
        device(),
        Arc::new(Still),
        draw,
    )
    .unwrap();
    assert!(engine.initial(&mut |_| {}, &|| false).unwrap());
    engine.drain().unwrap();
    engine.sweep().unwrap();
    for source in Source::ALL {
        let theirs = server.documents(source);
        let ours = replica
            .read(|reader| reader.documents_after(source, None, 100_000))
            .unwrap();
        assert_eq!(theirs.len(), ours.len(), "{}", source.name());
        assert_eq!(theirs, ours, "{}", source.name());
    }
}

#[test]
fn the_preview_counts_and_writes_nothing() {
    let folder = folder();
    let (replica, server) = (local(&folder), ModelServer::new(at(0)));
    let line = Line::to(&server);
    let preview = attach::preview(&replica, &*line).unwrap();
    assert!(preview.obstacles.is_empty(), "{:?}", preview.obstacles);
    let users = preview
        .uploads
        .iter()
        .find(|(source, _)| *source == Source::Documents(Collection::Users));
    assert_eq!(users.unwrap().1, 1207);
    assert_eq!(preview.already, 0);
    assert!(
        Source::ALL
            .iter()
            .all(|source| server.documents(*source).is_empty())
    );
    assert!(!replica.read(|reader| reader.has_server()).unwrap());
}

#[test]
fn an_upload_that_is_cancelled_leaves_the_workspace_as_it_was_and_can_be_made_again() {
    let folder = folder();
    let (replica, server) = (local(&folder), ModelServer::new(at(0)));
    let line = Line::to(&server);
    let seen = Cell::new(0_u64);
    let whole = attach::upload(
        &replica,
        &*line,
        &Still,
        &mut |_, done, _| seen.set(seen.get().max(done)),
        &|| seen.get() >= 500,
    )
    .unwrap();
    assert!(!whole);
    assert!(!replica.read(|reader| reader.has_server()).unwrap());
    assert!(!attach::is_under_way(&replica).unwrap());
    let preview = attach::preview(&replica, &*line).unwrap();
    assert!(preview.already >= 500, "{}", preview.already);
    assert!(preview.obstacles.is_empty());
    assert!(attach::upload(&replica, &*line, &Still, &mut |_, _, _| {}, &|| false).unwrap());
    everything_is_there(&replica, &server, &line);
}

#[test]
fn an_upload_that_broke_off_goes_on_and_what_was_written_meanwhile_follows() {
    let folder = folder();
    let (replica, server) = (local(&folder), ModelServer::new(at(0)));
    let line = Line::to(&server);
    let cut = attach::upload(
        &replica,
        &*line,
        &Still,
        &mut |source, done, _| {
            if source == Source::Documents(Collection::Users) && done >= 500 {
                line.cut(true);
            }
        },
        &|| false,
    );
    assert!(matches!(
        cut,
        Err(SyncError::Remote(RemoteError::Transient(_)))
    ));
    assert!(attach::is_under_way(&replica).unwrap());
    let patch = domain::change::Patch::new().put("name", "Written meanwhile");
    let person = id(STUDENTS[0]);
    let set = ChangeSet::new(
        OpId(uuid::Uuid::from_u128(77)),
        actor(),
        at(2),
        Deed::new("user.edited", Collection::Users, person),
        Offline::Queue,
    )
    .patch(Collection::Users, person, patch);
    replica.commit(&set).unwrap();
    line.heal();
    let (calls, _) = server.load();
    assert!(attach::upload(&replica, &*line, &Still, &mut |_, _, _| {}, &|| false).unwrap());
    let (after, _) = server.load();
    assert!(after > calls);
    everything_is_there(&replica, &server, &line);
    let there = server.document(Collection::Users, person).unwrap();
    assert_eq!(there.get_str("name").unwrap(), "Written meanwhile");
}

#[test]
fn another_institution_and_values_of_others_stand_in_the_way() {
    let folder = folder();
    let (replica, server) = (local(&folder), ModelServer::new(at(0)));
    let mut other = institution::documents(&[device()])
        .into_iter()
        .find(|(source, _)| *source == Source::Documents(Collection::Settings))
        .unwrap()
        .1;
    other.insert("_id", id(4444));
    server.fill(Source::Documents(Collection::Settings), [other]);
    let mut twin = institution::documents(&[device()])
        .into_iter()
        .find(|(source, _)| *source == Source::Documents(Collection::Users))
        .unwrap()
        .1;
    twin.insert("_id", id(4445));
    server.fill(Source::Documents(Collection::Users), [twin]);
    let line = Line::to(&server);
    let preview = attach::preview(&replica, &*line).unwrap();
    let kinds: Vec<ObstacleKind> = preview.obstacles.iter().map(|o| o.kind).collect();
    assert!(kinds.contains(&ObstacleKind::OtherInstitution), "{kinds:?}");
    assert!(kinds.contains(&ObstacleKind::Email), "{kinds:?}");
}

#[test]
fn an_upload_that_broke_off_says_nothing_about_another_database() {
    let folder = folder();
    let (replica, server) = (local(&folder), ModelServer::new(at(0)));
    let line = Line::to(&server);
    let broke_off = |line: &Arc<Line>| {
        attach::upload(
            &replica,
            &**line,
            &Still,
            &mut |source, done, _| {
                if source == Source::Documents(Collection::Users) && done >= 500 {
                    line.cut(true);
                }
            },
            &|| false,
        )
    };
    assert!(broke_off(&line).is_err());
    assert!(attach::is_under_way(&replica).unwrap());
    let draw = Arc::new(Draw::from(1));
    let engine = Engine::new(
        Arc::clone(&replica),
        line.clone(),
        device(),
        Arc::new(Still),
        draw,
    )
    .unwrap();
    assert_eq!(engine.push_once().unwrap(), sync::Pushed::Paused);
    assert_eq!(
        engine.pull_once(std::time::Duration::ZERO).unwrap(),
        sync::Pulled::Paused
    );
    replica.detach().unwrap();
    assert!(!attach::is_under_way(&replica).unwrap());
    // Elsewhere, from the beginning.
    let elsewhere = ModelServer::new(at(0));
    let other = Line::to(&elsewhere);
    assert!(attach::upload(&replica, &*other, &Still, &mut |_, _, _| {}, &|| false).unwrap());
    everything_is_there(&replica, &elsewhere, &other);
    assert!(replica.read(|reader| reader.has_server()).unwrap());
}

#[test]
fn an_upload_that_broke_off_begins_anew_in_another_database() {
    let folder = folder();
    let (replica, server) = (local(&folder), ModelServer::new(at(0)));
    let line = Line::to(&server);
    let cut = attach::upload(
        &replica,
        &*line,
        &Still,
        &mut |source, done, _| {
            if source == Source::Documents(Collection::Users) && done >= 500 {
                line.cut(true);
            }
        },
        &|| false,
    );
    assert!(cut.is_err());
    let elsewhere = ModelServer::new(at(0));
    let other = Line::to(&elsewhere);
    assert!(attach::upload(&replica, &*other, &Still, &mut |_, _, _| {}, &|| false).unwrap());
    everything_is_there(&replica, &elsewhere, &other);
}
