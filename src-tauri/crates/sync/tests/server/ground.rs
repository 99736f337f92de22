//! A prepared database, desktops on it, and what is compared in the end.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bson::{Bson, Document};
use domain::{
    Actor, ChangeSet, Collection, DeviceId, Offline, OpId, Role, Source, Timestamp,
    audit::Deed,
    ledger::{LedgerEntry, verify_chain},
};
use remote::{
    Server,
    port::{Filter, Outcome, Port, Slice, View},
};
use sync::Clock;
use testkit::TestDatabase;

use crate::{
    bare,
    desktop::{Desktop, folder},
    institution,
};

/// In which everything has to come to rest after a line is mended.
pub(crate) const REST: Duration = Duration::from_secs(30);

/// The computer's clock.
#[derive(Debug)]
pub(crate) struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

pub(crate) fn device(n: usize) -> DeviceId {
    DeviceId::new(format!("D{n}")).unwrap()
}

pub(crate) struct Ground {
    pub(crate) database: TestDatabase,
    pub(crate) folder: tempfile::TempDir,
}

/// A database with the small institution in it.
pub(crate) fn ground(database: TestDatabase) -> Ground {
    let server = database.connect();
    bare::up(&server).expect("the database can be prepared");
    let devices: Vec<DeviceId> = (0..5).map(device).collect();
    for (source, document) in institution::documents(&devices) {
        let Source::Documents(collection) = source else {
            continue;
        };
        let id = document.get_object_id("_id").unwrap();
        let set = ChangeSet::new(
            OpId(uuid::Uuid::now_v7()),
            Actor {
                user: None,
                name: "Founder".to_owned(),
                role: Role::Admin,
                device: device(4),
            },
            Timestamp::now(),
            Deed::new("institution.founded", collection, id),
            Offline::Queue,
        )
        .insert(collection, document);
        let outcome = server.commit(&set).unwrap();
        assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
    }
    Ground {
        database,
        folder: folder(),
    }
}

impl Ground {
    pub(crate) fn desktop(&self, n: usize) -> Desktop {
        self.desktop_on(n, Arc::new(self.database.connect()))
    }

    pub(crate) fn desktop_on(&self, n: usize, port: Arc<dyn Port>) -> Desktop {
        let seed = u64::try_from(n).unwrap() + 11;
        Desktop::new(self.folder.path(), device(n), port, Arc::new(Now), seed)
    }

    pub(crate) fn bare(&self) -> bare::Bare {
        bare::Bare::of(&self.database)
    }

    pub(crate) fn server(&self) -> Server {
        self.database.connect()
    }
}

pub(crate) fn fetch(desktop: &Desktop) {
    let whole = desktop
        .engine()
        .initial(&mut |_| {}, &|| false)
        .unwrap_or_else(|error| panic!("{}: {error}", desktop.name));
    assert!(whole);
}

/// Pulls and pushes everywhere until nothing moves.
pub(crate) fn meet(desktops: &[&Desktop]) {
    let begun = Instant::now();
    let mut quiet = 0;
    while quiet < 3 {
        let mut moved = false;
        for desktop in desktops {
            while desktop.push() {
                moved = true;
                assert!(
                    begun.elapsed() < REST * 4,
                    "sending does not come to an end"
                );
            }
            // A program that was killed keeps the lease for sending until it runs out.
            if is_elsewhere(desktop) {
                moved = true;
            }
            // A server tells of a change a little later than it answers to it.
            while desktop.pull_for(Duration::from_millis(200)) {
                moved = true;
                assert!(
                    begun.elapsed() < REST * 4,
                    "fetching does not come to an end"
                );
            }
        }
        quiet = if moved { 0 } else { quiet + 1 };
        assert!(begun.elapsed() < REST * 4, "it does not come to rest");
    }
}

/// Whether another program has the lease for sending and something waits.
fn is_elsewhere(desktop: &Desktop) -> bool {
    let counts = desktop
        .replica()
        .read(|reader| reader.queue_counts())
        .unwrap();
    counts.waiting > 0 && matches!(desktop.engine().push_once(), Ok(sync::Pushed::Elsewhere))
}

pub(crate) fn queue_is_empty(desktop: &Desktop) {
    let queue = desktop.replica().read(|reader| reader.queue(1000)).unwrap();
    assert!(
        queue.is_empty(),
        "{}: {:#?}",
        desktop.name,
        queue
            .iter()
            .map(|row| (
                &row.change_set.deed.verb,
                &row.state,
                &row.reason,
                &row.error
            ))
            .collect::<Vec<_>>()
    );
}

pub(crate) fn on_the_server(server: &Server, source: Source) -> Vec<Document> {
    let slice = Slice {
        source,
        filter: Filter::All,
        view: View::Whole,
    };
    let mut all: Vec<Document> = Vec::new();
    loop {
        let after = all.last().and_then(|last| last.get("_id")).cloned();
        let page = server.page(&slice, after.as_ref(), 500).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn sorted(document: &Document) -> BTreeMap<String, String> {
    document
        .iter()
        .map(|(field, value): (&String, &Bson)| (field.clone(), value.to_string()))
        .collect()
}

/// Every table of the desktop holds what the server holds, document by document and field by field.
pub(crate) fn equals_the_server(desktop: &Desktop, server: &Server) {
    for source in Source::ALL {
        if source == Source::Documents(Collection::Sessions) {
            continue;
        }
        let theirs = on_the_server(server, source);
        let ours = desktop
            .replica()
            .read(|reader| reader.documents_after(source, None, 1_000_000))
            .unwrap();
        assert_eq!(
            theirs.len(),
            ours.len(),
            "{}: {} documents of {}",
            desktop.name,
            ours.len(),
            source.name()
        );
        for (theirs, ours) in theirs.iter().zip(&ours) {
            assert_eq!(
                sorted(theirs),
                sorted(ours),
                "{}: a document of {}",
                desktop.name,
                source.name()
            );
        }
    }
}

/// All of these desktops hold the same, byte by byte, and what the server holds.
pub(crate) fn all_equal(desktops: &[&Desktop], server: &Server) {
    for desktop in desktops {
        queue_is_empty(desktop);
        equals_the_server(desktop, server);
        let differences = desktop
            .replica()
            .read(|reader| reader.differences())
            .unwrap();
        assert!(differences.is_empty(), "{}: {differences:?}", desktop.name);
    }
    let prints: Vec<_> = desktops
        .iter()
        .map(|desktop| {
            desktop
                .replica()
                .read(|reader| reader.fingerprints())
                .unwrap()
        })
        .collect();
    for print in &prints {
        assert_eq!(print, &prints[0]);
    }
    ledger_is_whole(server);
}

/// Every device's rows are a gapless chain.
pub(crate) fn ledger_is_whole(server: &Server) -> Vec<LedgerEntry> {
    let mut rows: Vec<LedgerEntry> = on_the_server(server, Source::Ledger)
        .into_iter()
        .map(|row| bson::deserialize_from_document(row).unwrap())
        .collect();
    rows.sort_by(|a, b| (&a.device, a.number).cmp(&(&b.device, b.number)));
    for rows in rows.chunk_by(|a, b| a.device == b.device) {
        let breaks = verify_chain(rows);
        assert!(breaks.is_empty(), "{breaks:?}");
    }
    rows
}
