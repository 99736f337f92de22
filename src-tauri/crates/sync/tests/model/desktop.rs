//! One desktop: its file, its engine, its port to the server and its clock.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use bson::{Document, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Collection, DeviceId, Offline, OpId, Role, Timestamp, UserId, audit::Deed,
    change::Patch, rules::Stamp, user::User,
};
use remote::port::Port;
use replica::{Authority, CommitError, Committed, Key, QueueRow, Replica};
use sync::{Clock, Dice, Engine, Institution};

use crate::institution::{ADMIN, id};

/// Draws numbers from a seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Draw(AtomicU64);

impl Draw {
    pub(crate) fn from(seed: u64) -> Self {
        // Neighbouring seeds must not be the same numbers, one later.
        let apart = Self(AtomicU64::new(seed));
        Self(AtomicU64::new(apart.number()))
    }

    pub(crate) fn number(&self) -> u64 {
        let mut z = self
            .0
            .fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed)
            .wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn upto(&self, n: usize) -> usize {
        usize::try_from(self.number() % u64::try_from(n.max(1)).unwrap()).unwrap()
    }

    pub(crate) fn one<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.upto(of.len()))
    }

    pub(crate) fn object_id(&self) -> ObjectId {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.number().to_be_bytes());
        bytes[8..].copy_from_slice(&self.number().to_be_bytes()[..4]);
        ObjectId::from_bytes(bytes)
    }
}

impl Dice for Draw {
    fn below(&self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.number() % n }
    }
}

/// A desktop's clock: the schedule's time, and how far it is off.
#[derive(Debug)]
pub(crate) struct SkewedClock {
    pub(crate) time: Arc<AtomicI64>,
    pub(crate) ahead_ms: i64,
}

impl Clock for SkewedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.time.load(Ordering::SeqCst) + self.ahead_ms)
    }
}

pub(crate) struct Desktop {
    pub(crate) name: DeviceId,
    pub(crate) draw: Arc<Draw>,
    port: Arc<dyn Port>,
    clock: Arc<dyn Clock>,
    path: PathBuf,
    engine: Option<Arc<Engine>>,
    /// Every change set this desktop committed, and those given up since.
    pub(crate) made: RefCell<Vec<OpId>>,
    pub(crate) given_up: RefCell<Vec<OpId>>,
}

/// An empty workspace file that is attached, to be copied: making one takes longer than a schedule.
fn template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = folder();
        let path = folder.path().join("template.db");
        let replica = Replica::create(&path, &key()).unwrap();
        replica.attach().unwrap();
        replica.close().unwrap();
        fs::read(&path).unwrap()
    })
}

fn key() -> Key {
    Key::from_bytes([7; 32])
}

/// In memory where the system has such a place: 2,000 schedules wait for no disk.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

impl Desktop {
    pub(crate) fn new(
        folder: &Path,
        name: DeviceId,
        port: Arc<dyn Port>,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Self {
        let path = folder.join(format!("{name}.db"));
        fs::write(&path, template()).unwrap();
        let mut desktop = Self {
            name,
            draw: Arc::new(Draw::from(seed)),
            port,
            clock,
            path,
            engine: None,
            made: RefCell::default(),
            given_up: RefCell::default(),
        };
        desktop.start();
        desktop
    }

    fn start(&mut self) {
        let replica = Arc::new(Replica::open(&self.path, &key()).unwrap());
        let engine = Engine::new(
            replica,
            self.port.clone(),
            self.name.clone(),
            self.clock.clone(),
            self.draw.clone(),
        )
        .unwrap();
        self.engine = Some(engine);
    }

    /// The program ends without a word and is started again.
    pub(crate) fn restart(&mut self) {
        self.engine = None;
        self.start();
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        self.engine.as_ref().unwrap()
    }

    pub(crate) fn replica(&self) -> &Arc<Replica> {
        self.engine().replica()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor {
            user: Some(UserId(id(ADMIN))),
            name: "Person 1".to_owned(),
            role: Role::Admin,
            device: self.name.clone(),
        }
    }

    pub(crate) fn op(&self) -> OpId {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap();
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.draw.number().to_be_bytes());
        OpId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    pub(crate) fn stamp(&self) -> Stamp {
        Stamp {
            op: self.op(),
            at: self.now(),
            actor: self.actor(),
        }
    }

    /// A change set that changes nothing yet.
    pub(crate) fn set(
        &self,
        verb: &str,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> ChangeSet {
        ChangeSet::new(
            self.op(),
            self.actor(),
            self.now(),
            Deed::new(verb, collection, id),
            Offline::Queue,
        )
    }

    /// One that gives somebody another name than they have here.
    pub(crate) fn renamed(&self, person: u32, text: &str) -> ChangeSet {
        let base = self.here(Collection::Users, id(person)).unwrap();
        let patch = Patch::new().set("name", base.get("name").cloned().unwrap(), text);
        self.set("user.edited", Collection::Users, id(person))
            .patch(Collection::Users, id(person), patch)
    }

    /// One that makes a student, and the student.
    pub(crate) fn newcomer(&self, id: ObjectId, name: &str, email: &str) -> (ChangeSet, Document) {
        let user = User::new(
            UserId(id),
            name.to_owned(),
            email.to_owned(),
            Role::Student,
            self.now(),
        );
        let user = bson::serialize_to_document(&user).unwrap();
        let set = self
            .set("user.created", Collection::Users, id)
            .insert(Collection::Users, user.clone());
        (set, user)
    }

    /// A document as it is here.
    pub(crate) fn here(&self, collection: Collection, id: impl Into<ObjectId>) -> Option<Document> {
        self.replica()
            .read(|reader| reader.document(collection, id))
            .unwrap()
    }

    /// A change set in the queue.
    pub(crate) fn queued(&self, op: OpId) -> QueueRow {
        self.replica()
            .read(|reader| reader.queued(op))
            .unwrap()
            .expect("it is in the queue")
    }

    /// Commits as the product does. Whether it was taken.
    pub(crate) fn commit(&self, change_set: &ChangeSet) -> bool {
        let outcome = Institution::new(Arc::clone(self.engine())).commit(change_set);
        match outcome {
            Ok(Committed::Applied | Committed::AlreadyApplied) => {
                self.made.borrow_mut().push(change_set.op);
                true
            }
            Err(CommitError::Store(error)) => panic!("{}: the store failed: {error}", self.name),
            Err(_) => {
                assert!(
                    change_set.offline == Offline::OnlineOnly
                        || !self
                            .replica()
                            .read(|reader| reader.is_applied(change_set.op))
                            .unwrap(),
                    "a change set was turned down and applied"
                );
                false
            }
        }
    }

    pub(crate) fn pull(&self) -> bool {
        self.pull_for(Duration::ZERO)
    }

    /// Pulls, waiting that long for something to happen.
    pub(crate) fn pull_for(&self, wait: Duration) -> bool {
        match self.engine().pull_once(wait) {
            Ok(pulled) => !matches!(pulled, sync::Pulled::UpTo(0)),
            Err(sync::SyncError::Remote(_)) => false,
            Err(error) => panic!("{}: {error}", self.name),
        }
    }

    /// Sends one change set. Whether something was done that may be followed by more at this moment.
    pub(crate) fn push(&self) -> bool {
        use sync::Pushed;
        match self.engine().push_once() {
            // The program before this one may not have given its lease back: it runs out with the clock.
            Ok(pushed) => !matches!(pushed, Pushed::Nothing | Pushed::Elsewhere | Pushed::Paused),
            Err(sync::SyncError::Remote(_)) => false,
            Err(error) => panic!("{}: {error}", self.name),
        }
    }
}
