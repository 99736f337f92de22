//! A server that was there and is gone.

use std::time::Duration;

use remote::{
    Server,
    port::{Port, RemoteError},
};
use testkit::Mongod;

#[test]
fn what_it_could_do_is_not_told_as_if_it_still_answered() {
    let Some(mut mongod) = Mongod::start(&[]) else {
        return;
    };
    let mut options = mongod.database().options();
    options.timing.selection = Duration::from_secs(1);
    let server = Server::connect(&options).unwrap();
    let before = server.abilities().unwrap();
    mongod.kill();
    for _ in 0..2 {
        let gone = server.abilities();
        assert!(matches!(gone, Err(RemoteError::Transient(_))), "{gone:?}");
    }
    mongod.start_again();
    // Each call waits a second for the server, which may take longer to be found again.
    let again = (0..60).find_map(|_| server.abilities().ok());
    assert_eq!(again.map(|able| able.version), Some(before.version));
}
