//! A bare driver beside the program: another program's hands in the same database.

use bson::{Document, doc};
use domain::{DeviceId, Timestamp};
use futures_util::TryStreamExt;
use mongodb::{Client, Database};
use remote::{
    Server,
    migrations::{Direction, MigrationError, Order, Report},
};
use testkit::mongod::TestDatabase;
use tokio::runtime::Runtime;

pub(crate) struct Bare {
    runtime: Runtime,
    pub(crate) db: Database,
}

impl Bare {
    pub(crate) fn of(database: &TestDatabase) -> Self {
        Self::at(&database.uri, &database.name)
    }

    pub(crate) fn at(uri: &str, name: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let client = runtime.block_on(Client::with_uri_str(uri)).unwrap();
        let db = client.database(name);
        Self { runtime, db }
    }

    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn run(&self, command: Document) -> mongodb::error::Result<Document> {
        self.wait(async { self.db.run_command(command).await })
    }

    pub(crate) fn insert(
        &self,
        collection: &str,
        document: Document,
    ) -> mongodb::error::Result<()> {
        let rows = self.db.collection::<Document>(collection);
        self.wait(async { rows.insert_one(document).await })
            .map(|_| ())
    }

    pub(crate) fn find(
        &self,
        collection: &str,
        filter: Document,
    ) -> mongodb::error::Result<Vec<Document>> {
        let rows = self.db.collection::<Document>(collection);
        self.wait(async { rows.find(filter).await?.try_collect().await })
    }

    pub(crate) fn index_names(&self, collection: &str) -> Vec<String> {
        let rows = self.db.collection::<Document>(collection);
        self.wait(async { rows.list_index_names().await }).unwrap()
    }

    pub(crate) fn record(&self, number: i32) -> Document {
        self.find("migrations", doc! { "_id": number })
            .unwrap()
            .remove(0)
    }
}

/// The server's code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(answer: mongodb::error::Result<T>) -> i32 {
    use mongodb::error::{ErrorKind, WriteFailure};
    match *answer.unwrap_err().kind {
        ErrorKind::Command(error) => error.code,
        ErrorKind::Write(WriteFailure::WriteError(error)) => error.code,
        other => panic!("{other}"),
    }
}

pub(crate) fn order(direction: Direction, to: Option<u32>) -> Order {
    Order {
        direction,
        to,
        dry_run: false,
        go_on: false,
        device: DeviceId::new("DESK1").unwrap(),
        at: Timestamp::from_millis(1_772_442_000_000),
    }
}

pub(crate) fn up(server: &Server) -> Result<Report, MigrationError> {
    server.migrate(&order(Direction::Up, None), &mut |_| {})
}

pub(crate) fn back(server: &Server, to: u32) -> Result<Report, MigrationError> {
    server.migrate(&order(Direction::Back, Some(to)), &mut |_| {})
}
