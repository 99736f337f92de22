//! What every workflow works with: the reading side of the workspace, its authority, the time, fresh
//! identifiers, and the device it happens on. Rules never see a desk, only what was read at it.

use std::sync::atomic::{AtomicU64, Ordering};

use bson::oid::ObjectId;
use domain::{ChangeSet, Code, DeviceId, OpId, Timestamp};
use replica::{Authority, CommitError, Committed, Reader, Replica};
use uuid::Uuid;

use crate::error::WorkflowError;

/// Where workflows get the time from.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
}

/// Where workflows get fresh identifiers and randomness from.
pub trait Ids: Send + Sync {
    /// A fresh document identifier.
    fn object_id(&self) -> ObjectId;
    /// A fresh operation number (UUIDv7) for that moment.
    fn op(&self, at: Timestamp) -> OpId;
    /// Unguessable bytes.
    fn random(&self) -> [u8; 32];
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Identifiers from the system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn object_id(&self) -> ObjectId {
        ObjectId::new()
    }

    fn op(&self, _at: Timestamp) -> OpId {
        OpId(Uuid::now_v7())
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(Uuid::new_v4().as_bytes());
        bytes[16..].copy_from_slice(Uuid::new_v4().as_bytes());
        // Version and variant bits of the two UUIDs are fixed; the system's generator fills all.
        if getrandom::fill(&mut bytes).is_err() {
            tracing::error!("the system's random generator did not answer");
        }
        bytes
    }
}

/// Identifiers from a seed: the same seed gives the same institution. For sample and load data only.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    next: AtomicU64,
}

impl SeededIds {
    /// A sequence of identifiers that depends on the seed only.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            next: AtomicU64::new(1),
        }
    }

    fn block(&self) -> [u8; 32] {
        use sha2::{Digest, Sha256};
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(n.to_be_bytes());
        hash.finalize().into()
    }
}

impl Ids for SeededIds {
    fn object_id(&self) -> ObjectId {
        let block = self.block();
        let mut bytes = [0; 12];
        bytes.copy_from_slice(&block[..12]);
        ObjectId::from_bytes(bytes)
    }

    fn op(&self, at: Timestamp) -> OpId {
        let block = self.block();
        let mut random = [0; 10];
        random.copy_from_slice(&block[..10]);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        OpId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    fn random(&self) -> [u8; 32] {
        self.block()
    }
}

/// A place to work: one workspace, seen from one device.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Where everything is read from.
    pub replica: &'a Replica,
    /// Where change sets are committed.
    pub authority: &'a dyn Authority,
    /// The desktop.
    pub device: &'a DeviceId,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Fresh identifiers.
    pub ids: &'a dyn Ids,
}

/// How often a decision is taken anew when somebody else was faster.
const TRIES: usize = 5;

impl Desk<'_> {
    /// This moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads one consistent snapshot.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, WorkflowError>,
    ) -> Result<T, WorkflowError> {
        let mut outcome = None;
        self.replica.read(|reader| {
            outcome = Some(read(reader));
            Ok(())
        })?;
        outcome.unwrap_or_else(|| Err(WorkflowError::Defect("the snapshot was not read".into())))
    }

    /// Reads a snapshot, decides on it, commits, and returns what the decision returned beside its
    /// change set. When a guard on something the person did not look at is missed (a receipt number
    /// taken in between), the decision is taken anew on a fresh snapshot, five times at most; when
    /// the record itself changed since the person read it, the decision itself says `stale`.
    pub fn decide<T>(
        &self,
        mut decision: impl FnMut(&Reader<'_>) -> Result<(ChangeSet, T), WorkflowError>,
    ) -> Result<T, WorkflowError> {
        self.decide_if(|reader| {
            decision(reader).map(|(change_set, answer)| (Some(change_set), answer))
        })
    }

    /// The same where the decision may be that there is nothing to do.
    pub fn decide_if<T>(
        &self,
        mut decision: impl FnMut(&Reader<'_>) -> Result<(Option<ChangeSet>, T), WorkflowError>,
    ) -> Result<T, WorkflowError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let (change_set, answer) = self.read(&mut decision)?;
            let Some(change_set) = change_set else {
                return Ok(answer);
            };
            match self.authority.commit(&change_set) {
                Ok(Committed::Applied | Committed::AlreadyApplied) => return Ok(answer),
                Err(CommitError::GuardMissed(refusal))
                    if refusal.code == Code::Stale && tries < TRIES => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
