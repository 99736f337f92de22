//! A line on which something happens between the server's answer and its arrival.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bson::{Bson, Document};
use domain::{ChangeSet, DeviceId, OpId, Timestamp, ledger::SeriesTail};
use remote::port::{
    Abilities, Changes, Head, Outcome, Port, Quarantined, RemoteError, ResumeToken, Slice,
    Tombstone, Watermark,
};
use testkit::model::Line;

/// What happens.
type Happening = Box<dyn FnOnce() + Send>;

/// The line.
pub(crate) struct Meanwhile {
    line: Arc<Line>,
    after_commit: Mutex<Option<Happening>>,
    fail_fetches_after: Mutex<Option<u32>>,
}

impl Meanwhile {
    pub(crate) fn on(line: &Arc<Line>) -> Arc<Self> {
        Arc::new(Self {
            line: Arc::clone(line),
            after_commit: Mutex::new(None),
            fail_fetches_after: Mutex::new(None),
        })
    }

    /// Happens when the server has answered the next commit, and the answer has not arrived.
    pub(crate) fn after_commit(&self, happening: impl FnOnce() + Send + 'static) {
        *self.after_commit.lock().unwrap() = Some(Box::new(happening));
    }

    /// After so many fetches by identifier one fails.
    pub(crate) fn fail_fetch_after(&self, n: u32) {
        *self.fail_fetches_after.lock().unwrap() = Some(n);
    }
}

impl Port for Meanwhile {
    fn abilities(&self) -> Result<Abilities, RemoteError> {
        self.line.abilities()
    }

    fn commit(&self, change_set: &ChangeSet) -> Result<Outcome, RemoteError> {
        let outcome = self.line.commit(change_set);
        let happening = self.after_commit.lock().unwrap().take();
        if let Some(happening) = happening {
            happening();
        }
        outcome
    }

    fn token(&self) -> Result<ResumeToken, RemoteError> {
        self.line.token()
    }

    fn changes(&self, after: &ResumeToken, wait: Duration) -> Result<Changes, RemoteError> {
        self.line.changes(after, wait)
    }

    fn page(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.line.page(slice, after, limit)
    }

    fn fetch(&self, slice: &Slice, ids: &[Bson]) -> Result<Vec<Document>, RemoteError> {
        let mut left = self.fail_fetches_after.lock().unwrap();
        if *left == Some(0) {
            *left = None;
            return Err(RemoteError::Transient("the fetch failed".to_owned()));
        }
        *left = left.map(|n| n - 1);
        drop(left);
        self.line.fetch(slice, ids)
    }

    fn count(&self, slice: &Slice) -> Result<u64, RemoteError> {
        self.line.count(slice)
    }

    fn changed_since(
        &self,
        slice: &Slice,
        from: Option<&Watermark>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.line.changed_since(slice, from, limit)
    }

    fn applied_since(&self, from: &Watermark, limit: u32) -> Result<Vec<Watermark>, RemoteError> {
        self.line.applied_since(from, limit)
    }

    fn series(
        &self,
        device: &DeviceId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.line.series(device, after, limit)
    }

    fn tombstones(&self, from: Timestamp) -> Result<Vec<Tombstone>, RemoteError> {
        self.line.tombstones(from)
    }

    fn heads(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Head>, RemoteError> {
        self.line.heads(slice, after, limit)
    }

    fn tail(&self, device: &DeviceId) -> Result<SeriesTail, RemoteError> {
        self.line.tail(device)
    }

    fn quarantine(&self, row: &Quarantined) -> Result<(), RemoteError> {
        self.line.quarantine(row)
    }

    fn release(&self, op: OpId) -> Result<(), RemoteError> {
        self.line.release(op)
    }
}
