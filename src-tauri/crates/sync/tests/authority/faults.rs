//! A network that loses what was sent or what was answered: nothing is applied twice, nothing half.

use std::time::Duration;

use domain::{Collection, change::Patch};
use remote::{
    Server, ServerOptions, Timing,
    port::{Outcome, Port, RemoteError},
};
use testkit::{Mongod, Proxy, TestDatabase, proxy::Fault};

use crate::{fixtures::*, world::all};

/// A server, a proxy before it, and a connection by way of it.
struct Distant {
    server: Server,
    proxy: Proxy,
    near: Server,
    _database: TestDatabase,
    _mongod: Mongod,
}

fn distant() -> Option<Distant> {
    let mongod = Mongod::start(&[])?;
    let database = mongod.database();
    let near = database.prepare();
    let proxy = Proxy::to(mongod.port());
    let server = Server::connect(&ServerOptions {
        timing: Timing {
            selection: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            call: Duration::from_secs(10),
            heartbeat: Duration::from_millis(500),
        },
        ..ServerOptions::stored(mongod.uri_through(proxy.port(), &database.name))
    })
    .unwrap();
    server.abilities().unwrap();
    Some(Distant {
        server,
        proxy,
        near,
        _database: database,
        _mongod: mongod,
    })
}

fn newcomer() -> (domain::UserId, domain::ChangeSet) {
    let user = person("Alan Turing", "alan@example.org", domain::Role::Student);
    let set = change_set("user.created", Collection::Users, user.id)
        .insert(Collection::Users, to_document(&user));
    (user.id, set)
}

/// How often the person is there, and how many operations were applied.
fn counted(near: &Server) -> (usize, usize) {
    let people = all(domain::Source::Documents(Collection::Users));
    let trail = all(domain::Source::Audit);
    (
        near.page(&people, None, 100).unwrap().len(),
        near.page(&trail, None, 100).unwrap().len(),
    )
}

/// As the sync engine does: the same change set until it is answered.
fn until_answered(server: &Server, set: &domain::ChangeSet) -> Outcome {
    for _ in 0..50 {
        match server.commit(set) {
            Ok(outcome) => return outcome,
            Err(RemoteError::Transient(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("never answered");
}

#[test]
fn a_commit_whose_answer_is_lost_is_applied_once() {
    let Some(distant) = distant() else { return };
    let (_, set) = newcomer();
    distant
        .proxy
        .strike("commitTransaction", Fault::LoseAnswer, 8);
    let outcome = until_answered(&distant.server, &set);
    assert!(
        matches!(outcome, Outcome::Applied(_) | Outcome::AlreadyApplied(_)),
        "{outcome:?}"
    );
    assert!(distant.proxy.struck() > 0, "the answer was lost");
    assert_eq!(counted(&distant.near), (1, 1));
    let again = distant.server.commit(&set).unwrap();
    let Outcome::AlreadyApplied(standings) = again else {
        panic!("{again:?}");
    };
    assert!(standings[0].document.is_some(), "with what is there");
    assert_eq!(counted(&distant.near), (1, 1));
}

#[test]
fn a_commit_that_never_arrives_leaves_nothing() {
    let Some(distant) = distant() else { return };
    let (_, set) = newcomer();
    distant.proxy.refuse();
    let error = distant.server.commit(&set).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(counted(&distant.near), (0, 0));
    distant.proxy.heal();
    assert!(matches!(
        until_answered(&distant.server, &set),
        Outcome::Applied(_)
    ));
    assert_eq!(counted(&distant.near), (1, 1));
}

#[test]
fn cut_again_and_again_every_change_is_applied_once() {
    let Some(distant) = distant() else { return };
    let (id, set) = newcomer();
    until_answered(&distant.server, &set);
    for n in 0..20 {
        let fault = if n % 2 == 0 {
            Fault::LoseAnswer
        } else {
            Fault::LoseRequest
        };
        let words = ["insert", "findAndModify", "commitTransaction"][n % 3];
        distant.proxy.strike(words, fault, 1);
        let step = change_set("user.signed-in", Collection::Users, id).patch(
            Collection::Users,
            id,
            Patch::new().inc("loginAttempts", 1),
        );
        until_answered(&distant.server, &step);
    }
    let user = distant
        .near
        .fetch(
            &all(domain::Source::Documents(Collection::Users)),
            &[id.0.into()],
        )
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(
        user.get("loginAttempts").and_then(|n| match n {
            bson::Bson::Int32(n) => Some(i64::from(*n)),
            bson::Bson::Int64(n) => Some(*n),
            _ => None,
        }),
        Some(20)
    );
    assert_eq!(counted(&distant.near), (1, 21));
}

#[test]
fn parted_it_fails_in_time_and_healed_it_goes_on() {
    let Some(distant) = distant() else { return };
    let (_, set) = newcomer();
    distant.proxy.part();
    let error = distant.server.commit(&set).unwrap_err();
    assert!(error.is_transient(), "{error}");
    distant.proxy.heal();
    assert!(matches!(
        until_answered(&distant.server, &set),
        Outcome::Applied(_) | Outcome::AlreadyApplied(_)
    ));
    assert_eq!(counted(&distant.near), (1, 1));
}
