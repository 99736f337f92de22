//! A fresh, prepared database of a real server, as the stories want to see an authority.

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    ChangeSet, Collection, DeviceId, PaymentId, Source,
    ledger::{LedgerEntry, SeriesTail},
};
use remote::{
    Server,
    port::{Filter, Outcome, Port, RemoteError, Slice, View},
};
use replica::{Authority, CommitError, Committed, StoreError};
use testkit::TestDatabase;

use crate::fixtures::World;

pub(crate) struct ServerWorld {
    pub(crate) server: Server,
    authority: ServerAuthority,
    pub(crate) database: TestDatabase,
}

impl ServerWorld {
    pub(crate) fn new() -> Option<Self> {
        let database = testkit::server()?;
        let server = database.prepare();
        Some(Self {
            authority: ServerAuthority(server.clone()),
            server,
            database,
        })
    }
}

/// All documents of a source.
pub(crate) fn all(source: Source) -> Slice {
    Slice {
        source,
        filter: Filter::All,
        view: View::Whole,
    }
}

impl World for ServerWorld {
    fn authority(&self) -> &dyn Authority {
        &self.authority
    }

    fn document(&self, collection: Collection, id: ObjectId) -> Option<Document> {
        self.server
            .fetch(&all(Source::Documents(collection)), &[id.into()])
            .unwrap()
            .pop()
    }

    fn ledger(&self, payment: PaymentId) -> Vec<LedgerEntry> {
        let slice = Slice {
            source: Source::Ledger,
            filter: Filter::Field {
                path: "payment",
                any: vec![Bson::ObjectId(payment.0)],
            },
            view: View::Whole,
        };
        let mut rows: Vec<LedgerEntry> = self
            .server
            .page(&slice, None, 1000)
            .unwrap()
            .into_iter()
            .map(|row| bson::deserialize_from_document(row).unwrap())
            .collect();
        rows.sort_by_key(|row| row.number);
        rows
    }

    fn tail(&self, device: &DeviceId) -> SeriesTail {
        self.server.tail(device).unwrap()
    }

    fn stamps_the_time_of_the_change(&self) -> bool {
        false
    }
}

struct ServerAuthority(Server);

impl Authority for ServerAuthority {
    fn commit(&self, change_set: &ChangeSet) -> Result<Committed, CommitError> {
        loop {
            match self.0.commit(change_set) {
                Ok(Outcome::Applied(_)) => return Ok(Committed::Applied),
                Ok(Outcome::AlreadyApplied(_)) => return Ok(Committed::AlreadyApplied),
                Ok(Outcome::Missed { refusal, .. }) => {
                    return Err(CommitError::GuardMissed(refusal));
                }
                Ok(Outcome::Refused(refusal)) => return Err(CommitError::Refused(refusal)),
                // As the sync engine does, only without waiting.
                Err(RemoteError::Transient(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn commit_all(
        &self,
        change_sets: &[ChangeSet],
    ) -> Result<Vec<Result<Committed, CommitError>>, StoreError> {
        Ok(change_sets.iter().map(|set| self.commit(set)).collect())
    }
}
