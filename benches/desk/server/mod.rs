//! What a shared workspace promises, measured on a real server: SecantusDB in a process of its own, or
//! the one `MATRICULA_TEST_MONGODB_URI` names. Its peers work on the same server in the same run.

mod bare;
mod commits;
mod express;
mod reading;
mod syncing;

use domain::{DeviceId, Timestamp};
use remote::migrations::{Direction, Order};
use testkit::TestDatabase;

use crate::{
    figures::{Outcome, Table},
    institution::{Copied, Institution, generated},
};
use bare::Bare;
use express::Express;

pub(crate) const GROUP: &str = "The institution's server";
/// Enrollments of the institution: with its payments, people and trails about 110,000 documents.
const ENROLLMENTS: u64 = 25_000;

/// Measures it all, or says why not.
pub(crate) fn measure_server(table: &mut Table) -> Outcome {
    let Some(database) = testkit::server() else {
        println!("No server is measured: cargo xtask setup installs one.");
        return Ok(());
    };
    let copy = Copied::of(&generated(ENROLLMENTS)?)?;
    let at = Institution::open(&copy.home, ENROLLMENTS)?;
    let server = database.connect();
    prepare(&server)?;
    let bare = Bare::connect(&database.uri, &database.name)?;
    let documents = bare.upload(&at)?;
    table.note("serverDocuments", documents);
    table.note("serverVersion", server_version(&server)?);
    let mut express = Express::start(&address(&database))?;
    reading::measure_lists(&at, &mut express, table)?;
    reading::measure_reports(&at, &bare, table)?;
    commits::measure_commits(&at, &server, &bare, &mut express, table)?;
    syncing::measure_sync(&server, &bare, table)?;
    syncing::measure_polling(table)
}

/// Validators and indexes, as `matriculactl migrate up` makes them.
fn prepare(server: &remote::Server) -> Outcome {
    let order = Order {
        direction: Direction::Up,
        to: None,
        dry_run: false,
        go_on: false,
        device: DeviceId::new("BNCH".to_owned())?,
        at: Timestamp::now(),
    };
    server.migrate(&order, &mut |_| {})?;
    Ok(())
}

fn server_version(server: &remote::Server) -> Outcome<String> {
    use remote::port::Port;
    Ok(server.abilities()?.version)
}

/// The database's address with its name, for programs that take one line.
fn address(database: &TestDatabase) -> String {
    match database.uri.split_once('?') {
        _ if database.uri.contains(&database.name) => database.uri.clone(),
        Some((before, options)) => {
            let (host, _) = host(before);
            format!("{host}/{}?{options}", database.name)
        }
        None => format!("{}/{}", host(&database.uri).0, database.name),
    }
}

/// What stands before the database's name, and the name.
fn host(uri: &str) -> (&str, &str) {
    let begin = uri.find("://").map_or(0, |at| at + 3);
    match uri.get(begin..).and_then(|rest| rest.find('/')) {
        Some(slash) => uri.split_at(begin + slash),
        None => (uri, ""),
    }
}
