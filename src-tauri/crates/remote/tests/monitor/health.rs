//! Health, on servers of several kinds and on none.

use bson::doc;
use remote::{Server, ServerOptions, Timing};
use testkit::mongod::{server, standalone};

use crate::bare::{Bare, up};

fn codes(server: &Server) -> Vec<&'static str> {
    server
        .health()
        .warnings
        .iter()
        .map(|warning| warning.code)
        .collect()
}

#[test]
fn a_prepared_replica_set_is_healthy() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    assert!(codes(&connection).contains(&"pending-migrations"));
    up(&connection).unwrap();
    let health = connection.health();
    assert!(health.healthy);
    assert_eq!((health.state, health.error), ("connected", None));
    assert_eq!(health.database, database.name);
    assert!(health.pings.last().is_some_and(|ms| *ms > 0.0));
    assert!(health.pool.max == 10 && health.pool.open >= 1);
    let abilities = health.abilities.unwrap();
    assert!(abilities.transactions && abilities.change_streams);
    for code in [
        "pending-migrations",
        "no-transactions",
        "poll-only",
        "clock",
        "unencrypted",
        "ttl-on-users",
    ] {
        assert!(!health.warnings.iter().any(|w| w.code == code), "{code}");
    }
}

#[test]
fn a_server_that_lacks_something_says_what_follows() {
    let Some(database) = standalone() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let found = codes(&connection);
    assert!(
        found.contains(&"no-transactions") && found.contains(&"poll-only"),
        "{found:?}"
    );
}

#[test]
fn people_with_a_time_to_live_are_warned_about() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let ttl =
        doc! { "key": { "passwordResetExpires": 1 }, "name": "x", "expireAfterSeconds": 3600 };
    Bare::of(&database)
        .run(doc! { "createIndexes": "users", "indexes": [ttl] })
        .unwrap();
    assert!(codes(&connection).contains(&"ttl-on-users"));
}

#[test]
fn no_server_is_unhealthy_and_says_why() {
    let nobody = Server::connect(&ServerOptions {
        timing: Timing {
            selection: std::time::Duration::from_millis(300),
            ..Timing::default()
        },
        ..ServerOptions::stored("mongodb://127.0.0.1:1/students_enrollment_dev")
    })
    .unwrap();
    let health = nobody.health();
    assert!(!health.healthy);
    assert!(health.error.unwrap().contains("could not be reached"));
    assert!(matches!(health.state, "connecting" | "disconnected"));
    assert_eq!(health.warnings, []);
}
