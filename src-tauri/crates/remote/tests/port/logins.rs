//! Logins the server knows and does not know, and a connection that comes and goes.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use domain::{Collection, Source};
use remote::{
    EventKind, Grant, Link, Server, ServerOptions,
    port::{Filter, Port, RemoteError, Slice, View},
};
use testkit::Mongod;

fn people() -> Slice {
    Slice {
        source: Source::Documents(Collection::Users),
        filter: Filter::All,
        view: View::Whole,
    }
}

fn options(mongod: &Mongod, login: &str, password: &str) -> ServerOptions {
    let uri =
        mongod
            .uri("school")
            .replacen("mongodb://", &format!("mongodb://{login}:{password}@"), 1);
    ServerOptions::from_uri(uri)
}

#[test]
fn a_login_reads_what_it_may_and_a_wrong_one_nothing() {
    let Some(mongod) = Mongod::start(&["--auth"]) else {
        return;
    };
    let nobody = Server::connect(&ServerOptions::from_uri(mongod.uri("school"))).unwrap();
    nobody
        .create_login(
            "root",
            "first1",
            &[Grant {
                role: "root",
                database: "admin",
            }],
        )
        .unwrap();
    let root = Server::connect(&options(&mongod, "root", "first1")).unwrap();
    root.create_login(
        "reader",
        "reads1",
        &[Grant {
            role: "read",
            database: "school",
        }],
    )
    .unwrap();

    let reader = Server::connect(&options(&mongod, "reader", "reads1")).unwrap();
    assert_eq!(reader.page(&people(), None, 10).unwrap().len(), 0);
    let denied = reader.release(domain::OpId(uuid::Uuid::now_v7()));
    assert!(
        matches!(denied, Err(RemoteError::Forbidden(_))),
        "{denied:?}"
    );

    let wrong = Server::connect(&options(&mongod, "reader", "wrong1")).unwrap();
    let refused = wrong.page(&people(), None, 10).unwrap_err();
    assert!(
        matches!(refused, RemoteError::Unauthorized(_)),
        "{refused:?}"
    );
    assert!(!format!("{refused:?}").contains("wrong1"));
    assert_eq!(wrong.link(), Link::Refused);
    assert!(
        wrong
            .events()
            .iter()
            .any(|event| event.kind == EventKind::AuthenticationFailed)
    );
    let unknown = nobody.page(&people(), None, 10).unwrap_err();
    assert!(
        matches!(unknown, RemoteError::Unauthorized(_)),
        "{unknown:?}"
    );
}

/// The connection tells when it is lost and when it is there again.
#[test]
fn the_connection_is_told_of_as_it_comes_and_goes() {
    let Some(mut mongod) = Mongod::start(&[]) else {
        return;
    };
    let server = Server::connect(&ServerOptions {
        timing: remote::Timing {
            selection: Duration::from_millis(500),
            connect: Duration::from_millis(500),
            call: Duration::from_secs(10),
            heartbeat: Duration::from_millis(500),
        },
        ..ServerOptions::from_uri(mongod.uri("school"))
    })
    .unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let tell = Arc::new(Mutex::new(tell));
    server.on_event(Box::new(move |event| {
        tell.lock().unwrap().send(event.kind).unwrap();
    }));
    let until = |kind: EventKind| {
        while told.recv_timeout(Duration::from_secs(20)).unwrap() != kind {}
    };
    server.ping().unwrap();
    assert_eq!(server.link(), Link::Connected);
    assert!(server.pool().open >= 1);
    assert_eq!(server.pool().max, 10, "the seed schema's pool");
    assert!(!server.pings().is_empty());
    mongod.kill();
    until(EventKind::Disconnected);
    assert!(server.ping().unwrap_err().is_transient());
    mongod.start_again();
    until(EventKind::Connected);
    let begun = Instant::now();
    while server.ping().is_err() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "it answers again"
        );
    }
    assert_eq!(server.link(), Link::Connected);
}
