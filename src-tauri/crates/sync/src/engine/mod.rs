//! The engine: carries changes between the replica and the server, one step at a time.
//!
//! A step is a call: [`Engine::pull_once`], [`Engine::push_once`]. Time and randomness are passed in and
//! every step ends, so a test can interleave desktops as it likes; in the product [`Engine::start`] runs
//! pulling and pushing on two threads, and neither waits for the other. Whatever fails is tried again
//! by itself (back-off), is set aside for a person (dead letter), or is shown and asked again every five
//! minutes (refused login): nothing makes the queue stand still while the server answers.
//!
//! Deliberately absent: rules (`rebase`, `plan`), MongoDB, SQL.

mod attention;
mod contact;
mod driver;
mod money;
mod online;
mod poll;
mod pull;
mod push;
mod refresh;
mod sweep;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bson::{Bson, oid::ObjectId};
use domain::{Collection, DeviceId, OpId, Scope, Timestamp};
use remote::port::{Port, Slice, Source};
use replica::{QueueState, Replica};

use crate::{
    SyncError,
    backoff::Dice,
    plan::{self, Known},
    status::{SourceState, State, Status},
};

pub use driver::Running;

use contact::Contact;
use pull::Stretch;
use sweep::Sweep;

/// Where the engine gets the time from.
pub trait Clock: Send + Sync {
    /// This moment, by this computer's clock.
    fn now(&self) -> Timestamp;
}

/// Facts of the workspace file the engine keeps.
pub mod fact {
    pub(super) const SCOPE: &str = "scope";
    pub(super) const PAUSED: &str = "paused";
    /// When the server last answered, in milliseconds since 1970.
    pub const LAST_CONTACT: &str = "last-contact";
}

/// Rows of the queue looked at to see whether any of them is on its way.
const QUEUE: u32 = 10_000;

/// What is called when the status changes.
type Listener = Box<dyn Fn(&Status) + Send + Sync>;

/// The engine of one workspace and one server. Share it in an [`Arc`].
pub struct Engine {
    replica: Arc<Replica>,
    port: Arc<dyn Port>,
    device: DeviceId,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
    /// Tells this engine from others on the same file.
    holder: String,
    scope: Mutex<Scope>,
    paused: AtomicBool,
    contact: Mutex<Contact>,
    /// One pull at a time, and one push at a time; they run beside each other.
    pulling: Mutex<Pulling>,
    pushing: Mutex<Pushing>,
    /// What a fetch brought is stored under this lock, and so is what a commit answered, so that an
    /// older document never lands on a newer one.
    landing: Mutex<Landing>,
    /// What is here that the plan depends on, at a version of the file.
    known: Mutex<Option<(i64, Scope, Known)>>,
    /// The stream has passed the end of the snapshot.
    ready: AtomicBool,
    /// The last pull found nothing more to fetch and nothing to compare.
    settled: AtomicBool,
    told: Mutex<Option<Status>>,
    listener: Mutex<Option<Listener>>,
    bell: Bell,
}

/// What pulling remembers between steps; none of it is needed after a restart.
#[derive(Default)]
struct Pulling {
    /// Asked for by name, and not there.
    absent: HashSet<(Source, Vec<u8>)>,
    sweep: Option<Sweep>,
    swept_at_start: bool,
    /// The next stretch of the first fetch, fetched while the one before was stored.
    ahead: Option<Stretch>,
    /// A first fetch is under way.
    fetching: bool,
    tombstones_from: Option<Timestamp>,
    /// Operation numbers the last poll looked at.
    applied: HashSet<Vec<u8>>,
}

/// What pushing remembers between steps.
#[derive(Default)]
struct Pushing {
    quarantined: BTreeSet<OpId>,
    looked_at: Option<i64>,
    renewed: Option<Timestamp>,
}

/// Which documents were acknowledged lately, and what has to be fetched again.
#[derive(Default)]
struct Landing {
    acknowledgements: u64,
    by_document: HashMap<(Collection, ObjectId), u64>,
    dirty: Vec<(Source, Bson)>,
}

/// Rings when there is a reason not to wait any longer.
#[derive(Default)]
struct Bell {
    rung: Mutex<u64>,
    ringing: Condvar,
    count: AtomicU64,
}

impl Bell {
    fn ring(&self) {
        let mut rung = lock(&self.rung);
        *rung += 1;
        self.count.store(*rung, Ordering::Release);
        self.ringing.notify_all();
    }

    fn heard(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Waits until it rings for the first time since `heard`, or so long.
    fn wait(&self, heard: u64, length: Duration) {
        let rung = lock(&self.rung);
        let waited = self
            .ringing
            .wait_timeout_while(rung, length, |rung| *rung == heard);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// A lock that outlives a panic of whoever held it: every step begins from what is on the disk.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine for an attached workspace. Reads scope and pause from the file, and does not touch the
    /// server yet: it may be out of reach.
    pub fn new(
        replica: Arc<Replica>,
        port: Arc<dyn Port>,
        device: DeviceId,
        clock: Arc<dyn Clock>,
        dice: Arc<dyn Dice>,
    ) -> Result<Arc<Self>, SyncError> {
        let scope = match replica.meta(fact::SCOPE)? {
            Some(text) => text.parse()?,
            None => Scope::Office,
        };
        let paused = replica.meta(fact::PAUSED)?.as_deref() == Some("1");
        let last = replica
            .meta(fact::LAST_CONTACT)?
            .and_then(|text| text.parse().ok())
            .map(Timestamp::from_millis);
        let dirty = replica.read(|reader| reader.to_fetch_again())?;
        let holder = format!("{}-{:016x}", std::process::id(), dice.below(u64::MAX));
        Ok(Arc::new(Self {
            replica,
            port,
            device,
            clock,
            dice,
            holder,
            scope: Mutex::new(scope),
            paused: AtomicBool::new(paused),
            contact: Mutex::new(Contact::new(last)),
            pulling: Mutex::default(),
            pushing: Mutex::default(),
            landing: Mutex::new(Landing {
                dirty,
                ..Landing::default()
            }),
            known: Mutex::default(),
            ready: AtomicBool::new(false),
            settled: AtomicBool::new(false),
            told: Mutex::default(),
            listener: Mutex::default(),
            bell: Bell::default(),
        }))
    }

    /// The workspace's store.
    pub fn replica(&self) -> &Arc<Replica> {
        &self.replica
    }

    /// The server.
    pub fn port(&self) -> &Arc<dyn Port> {
        &self.port
    }

    /// The desktop this is the engine of.
    pub fn device(&self) -> &DeviceId {
        &self.device
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// There is a reason to try at once: a new write, a person's wish, the network is back.
    pub fn nudge(&self) {
        lock(&self.contact).hurry();
        self.bell.ring();
    }

    /// A person wants it tried now: as [`Self::nudge`], and no change set waits for its time any more.
    pub fn try_now(&self) -> Result<(), SyncError> {
        self.replica.retry_now()?;
        self.nudge();
        Ok(())
    }

    /// Stops moving changes, or goes on; remembered in the workspace file.
    pub fn pause(&self, paused: bool) -> Result<(), SyncError> {
        self.replica
            .set_meta(fact::PAUSED, if paused { "1" } else { "0" })?;
        self.paused.store(paused, Ordering::Release);
        self.nudge();
        self.tell()
    }

    /// Whether a person paused it.
    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Whose records this desktop keeps.
    pub fn scope(&self) -> Scope {
        *lock(&self.scope)
    }

    /// Keeps other records from now on. What is no longer this desktop's business is taken away by the
    /// pulls that follow, after what waits about it was set aside; what is new is fetched. Whether the
    /// login may have that much is the caller's to ask.
    pub fn set_scope(&self, scope: Scope) -> Result<(), SyncError> {
        let mut pulling = lock(&self.pulling);
        self.replica.set_meta(fact::SCOPE, &scope.to_string())?;
        *lock(&self.scope) = scope;
        *pulling = Pulling::default();
        drop(pulling);
        self.ready.store(false, Ordering::Release);
        self.settled.store(false, Ordering::Release);
        self.nudge();
        self.tell()
    }

    /// The state of synchronisation. Whoever was given a state that has changed since is told of it,
    /// even when it is the one the listener was told last.
    pub fn status(&self) -> Result<Status, SyncError> {
        let status = self.current()?;
        let mut told = lock(&self.told);
        if told.as_ref() != Some(&status) {
            *told = None;
        }
        Ok(status)
    }

    fn current(&self) -> Result<Status, SyncError> {
        let counts = self.replica.read(|reader| reader.queue_counts())?;
        let complete = self.is_complete()?;
        // What waits for a dead letter is not on its way.
        let sending = counts.waiting > 0
            && (counts.dead == 0
                || self
                    .replica
                    .read(|reader| reader.queue(QUEUE))?
                    .iter()
                    .any(|row| matches!(row.state, QueueState::Waiting | QueueState::Sending)));
        let contact = lock(&self.contact);
        let state = if self.is_paused() {
            State::Paused
        } else if contact.is_refused() {
            State::Refused
        } else if contact.is_failing() {
            State::Offline
        } else if contact.is_slow(self.now()) {
            State::Slow
        } else if !complete {
            State::Initial
        } else if !self.ready.load(Ordering::Acquire) {
            // Connected, and not heard yet what happened since the program last ran.
            State::Slow
        } else if sending {
            State::Sending
        } else {
            State::Online
        };
        let settled = state == State::Online
            && counts.lines == 0
            && self.settled.load(Ordering::Acquire)
            && lock(&self.landing).dirty.is_empty();
        Ok(Status {
            state,
            settled,
            waiting: counts.waiting,
            lines: counts.lines,
            attention: counts.dead,
            conflicts: counts.conflicts,
            last_contact: contact.last(),
            next_try: contact.next_try(),
            problem: contact.problem(),
            mode: contact.mode(),
        })
    }

    /// How far each source is, in the order they are fetched.
    pub fn sources(&self) -> Result<Vec<SourceState>, SyncError> {
        Ok(self.replica.read(|reader| {
            Source::ALL
                .into_iter()
                .map(|source| {
                    let checkpoint = reader.checkpoint(source)?;
                    Ok(match checkpoint {
                        None => SourceState {
                            source,
                            done: 0,
                            total: 0,
                            complete: false,
                            as_of: None,
                            swept_at: None,
                        },
                        Some(checkpoint) => {
                            let complete = checkpoint.mode != replica::Mode::Snapshot;
                            let done = if complete {
                                reader.held_count(source)?
                            } else {
                                checkpoint.done
                            };
                            SourceState {
                                source,
                                done,
                                total: if complete { done } else { checkpoint.total },
                                complete,
                                as_of: checkpoint.as_of,
                                swept_at: checkpoint.sweep_at,
                            }
                        }
                    })
                })
                .collect()
        })?)
    }

    /// Calls this whenever the status has changed, from the threads that change it. It must not call
    /// anything of the engine that changes the status again.
    pub fn listen(&self, listener: impl Fn(&Status) + Send + Sync + 'static) {
        *lock(&self.listener) = Some(Box::new(listener));
    }

    /// Tells the listener, if there is something to tell. That the server was heard of once more is
    /// told once a minute.
    fn tell(&self) -> Result<(), SyncError> {
        let mut told = lock(&self.told);
        let status = self.current()?;
        let old = match &*told {
            None => false,
            Some(before) => {
                let contacted = |status: &Status| {
                    status
                        .last_contact
                        .map(|at| at.timestamp_millis().div_euclid(60_000))
                };
                contacted(before) == contacted(&status)
                    && Status {
                        last_contact: status.last_contact,
                        ..before.clone()
                    } == status
            }
        };
        if !old {
            if let Some(listener) = &*lock(&self.listener) {
                listener(&status);
            }
            *told = Some(status);
        }
        Ok(())
    }

    /// Whether the first fetch of every source is complete.
    fn is_complete(&self) -> Result<bool, SyncError> {
        Ok(self.replica.read(|reader| {
            let checkpoints = reader.checkpoints()?;
            Ok(Source::ALL.into_iter().all(|source| {
                checkpoints
                    .iter()
                    .any(|c| c.source == source && c.mode != replica::Mode::Snapshot)
            }))
        })?)
    }

    /// What this desktop holds, as far as what is here says; by source.
    fn slices(&self) -> Result<BTreeMap<Source, Vec<Slice>>, SyncError> {
        let scope = self.scope();
        let version = self.replica.file_version()?;
        let mut cached = lock(&self.known);
        let known = match &*cached {
            Some((at, of, known)) if *at == version && *of == scope => known.clone(),
            _ => {
                let known = self.known(scope)?;
                *cached = Some((version, scope, known.clone()));
                known
            }
        };
        drop(cached);
        let mut by_source: BTreeMap<Source, Vec<Slice>> = BTreeMap::new();
        for slice in plan::slices(scope, &known) {
            by_source.entry(slice.source).or_default().push(slice);
        }
        Ok(by_source)
    }

    fn known(&self, scope: Scope) -> Result<Known, SyncError> {
        Ok(self.replica.read(|reader| {
            Ok(Known {
                own_courses: match scope {
                    Scope::Instructor(person) => reader.course_ids_of_instructor(person)?,
                    _ => Vec::new(),
                },
                enrolled_courses: match scope {
                    Scope::Student(person) => reader.course_ids_of_student(person)?,
                    _ => Vec::new(),
                },
                named_people: match scope {
                    Scope::Office | Scope::Finance => Vec::new(),
                    Scope::Instructor(_) | Scope::Student(_) => reader.named_people()?,
                },
                people_here: reader.people_signed_in_on(&self.device)?,
            })
        })?)
    }
}
