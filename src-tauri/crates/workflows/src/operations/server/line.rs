//! The line to a server that need not be reachable when it is laid: the driver is asked for at the first
//! call, and again with every call until its address could be looked up.
//!
//! Deliberately absent: what is asked of the server, and trying again.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bson::{Bson, Document};
use domain::{ChangeSet, DeviceId, OpId, Refusal, Timestamp, ledger::SeriesTail};
use remote::{
    Server, ServerOptions, Target,
    port::{
        Abilities, Changes, Head, Outcome, Port, Quarantined, RemoteError, ResumeToken, Slice,
        Source, Tombstone, Watermark,
    },
};
use sync::attach::Shelf;

/// A line to a server.
pub(crate) struct Line {
    options: ServerOptions,
    target: Target,
    server: Mutex<Option<Server>>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl Line {
    /// Lays it. Refused where the address is none.
    pub(crate) fn new(options: ServerOptions) -> Result<Self, Refusal> {
        Ok(Self {
            target: options.target()?,
            options,
            server: Mutex::new(None),
        })
    }

    /// Where it leads, without the credential.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The connection.
    pub(crate) fn server(&self) -> Result<Server, RemoteError> {
        let mut held = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = &*held {
            return Ok(server.clone());
        }
        let server = Server::connect(&self.options)?;
        *held = Some(server.clone());
        Ok(server)
    }
}

impl Port for Line {
    fn abilities(&self) -> Result<Abilities, RemoteError> {
        self.server()?.abilities()
    }

    fn commit(&self, change_set: &ChangeSet) -> Result<Outcome, RemoteError> {
        self.server()?.commit(change_set)
    }

    fn token(&self) -> Result<ResumeToken, RemoteError> {
        self.server()?.token()
    }

    fn changes(&self, after: &ResumeToken, wait: Duration) -> Result<Changes, RemoteError> {
        self.server()?.changes(after, wait)
    }

    fn page(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.server()?.page(slice, after, limit)
    }

    fn fetch(&self, slice: &Slice, ids: &[Bson]) -> Result<Vec<Document>, RemoteError> {
        self.server()?.fetch(slice, ids)
    }

    fn count(&self, slice: &Slice) -> Result<u64, RemoteError> {
        self.server()?.count(slice)
    }

    fn changed_since(
        &self,
        slice: &Slice,
        from: Option<&Watermark>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.server()?.changed_since(slice, from, limit)
    }

    fn applied_since(&self, from: &Watermark, limit: u32) -> Result<Vec<Watermark>, RemoteError> {
        self.server()?.applied_since(from, limit)
    }

    fn series(
        &self,
        device: &DeviceId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.server()?.series(device, after, limit)
    }

    fn tombstones(&self, from: Timestamp) -> Result<Vec<Tombstone>, RemoteError> {
        self.server()?.tombstones(from)
    }

    fn heads(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Head>, RemoteError> {
        self.server()?.heads(slice, after, limit)
    }

    fn tail(&self, device: &DeviceId) -> Result<SeriesTail, RemoteError> {
        self.server()?.tail(device)
    }

    fn quarantine(&self, row: &Quarantined) -> Result<(), RemoteError> {
        self.server()?.quarantine(row)
    }

    fn release(&self, op: OpId) -> Result<(), RemoteError> {
        self.server()?.release(op)
    }
}

impl Shelf for Line {
    fn database(&self) -> String {
        format!("{}/{}", self.target.address, self.target.database)
    }

    fn put_all(&self, source: Source, documents: &[Document]) -> Result<(), RemoteError> {
        self.server()?.put_all(source, documents)
    }
}
