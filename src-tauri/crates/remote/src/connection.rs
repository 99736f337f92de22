//! The state of the connection as the driver's topology and pool events tell it: what happened lately,
//! figures of the pool, and a listener for whoever shows it.
//!
//! Deliberately absent: asking the server anything.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::Timestamp;
use mongodb::{
    event::{
        EventHandler,
        cmap::{CmapEvent, ConnectionCheckoutFailedReason},
        sdam::SdamEvent,
    },
    options::ClientOptions,
};

use crate::address::hide;

/// Events that are remembered.
const REMEMBERED: usize = 200;
/// Round trips that are remembered.
const PINGS: usize = 60;
/// A round trip from this on is slow.
pub const SLOW: Duration = Duration::from_secs(1);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A server that can be written to answers.
    Connected,
    /// None does any more.
    Disconnected,
    /// An answer took long.
    Slow,
    /// The login was not accepted.
    AuthenticationFailed,
    /// Connections were given up.
    PoolCleared,
    /// Servers came, went or changed their parts.
    Topology,
}

impl EventKind {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
            Self::Slow => "slow",
            Self::AuthenticationFailed => "authentication-failed",
            Self::PoolCleared => "pool-cleared",
            Self::Topology => "topology",
        }
    }
}

/// Something that happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionEvent {
    /// When, by this computer's clock.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// In words, without any credential.
    pub message: String,
}

/// The state the events add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Nothing has answered yet.
    #[default]
    Connecting,
    /// A server that can be written to answers.
    Connected,
    /// It answers slowly.
    Slow,
    /// None answers.
    Disconnected,
    /// It does not accept the login.
    Refused,
}

/// The pool of connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolFigures {
    /// Open.
    pub open: u64,
    /// In use.
    pub in_use: u64,
    /// At most.
    pub max: u64,
    /// Requests that waited for one in vain.
    pub timeouts: u64,
}

/// What is called with every event, from the driver's thread: it must return at once and not call the
/// server.
pub type Listener = Box<dyn Fn(&ConnectionEvent) + Send + Sync>;

/// The memory of it all.
#[derive(Default)]
pub(crate) struct Connection {
    known: Mutex<Known>,
    listener: Mutex<Option<Arc<Listener>>>,
    secrets: Vec<String>,
}

#[derive(Default)]
struct Known {
    link: Link,
    events: VecDeque<ConnectionEvent>,
    pings: VecDeque<Duration>,
    open: BTreeSet<(String, u32)>,
    in_use: BTreeSet<(String, u32)>,
    max: u64,
    timeouts: u64,
}

impl Connection {
    /// Hears the driver's events through these options.
    pub(crate) fn hear(options: &mut ClientOptions, secrets: Vec<String>) -> Arc<Self> {
        let connection = Arc::new(Self {
            secrets,
            ..Self::default()
        });
        connection.known().max = options.max_pool_size.map_or(0, u64::from);
        let hears = Arc::clone(&connection);
        options.sdam_event_handler =
            Some(EventHandler::callback(move |event| hears.topology(event)));
        let hears = Arc::clone(&connection);
        options.cmap_event_handler = Some(EventHandler::callback(move |event| hears.pool(event)));
        connection
    }

    /// What the events add up to.
    pub(crate) fn link(&self) -> Link {
        self.known().link
    }

    /// What happened lately, the newest first.
    pub(crate) fn events(&self) -> Vec<ConnectionEvent> {
        self.known().events.iter().rev().cloned().collect()
    }

    /// The last round trips, the newest last.
    pub(crate) fn pings(&self) -> Vec<Duration> {
        self.known().pings.iter().copied().collect()
    }

    /// The pool as it is.
    pub(crate) fn figures(&self) -> PoolFigures {
        let known = self.known();
        let count = |set: &BTreeSet<(String, u32)>| u64::try_from(set.len()).unwrap_or(u64::MAX);
        PoolFigures {
            open: count(&known.open),
            in_use: count(&known.in_use),
            max: known.max,
            timeouts: known.timeouts,
        }
    }

    /// Whom to tell; one at a time.
    pub(crate) fn listen(&self, listener: Listener) {
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(listener));
    }

    /// A round trip was measured.
    pub(crate) fn answered(&self, took: Duration) {
        let slow = took >= SLOW;
        let turned = {
            let mut known = self.known();
            known.pings.push_back(took);
            if known.pings.len() > PINGS {
                known.pings.pop_front();
            }
            let was = known.link;
            known.link = if slow { Link::Slow } else { Link::Connected };
            (was != known.link).then_some(was)
        };
        match turned {
            Some(_) if slow => self.tell(
                EventKind::Slow,
                &format!("An answer took {} ms.", took.as_millis()),
            ),
            Some(Link::Slow) => self.tell(EventKind::Connected, "Answers come quickly again."),
            Some(_) => self.tell(EventKind::Connected, "The server answers."),
            None => {}
        }
    }

    /// The login was not accepted.
    pub(crate) fn login_refused(&self, message: &str) {
        if std::mem::replace(&mut self.known().link, Link::Refused) != Link::Refused {
            self.tell(EventKind::AuthenticationFailed, message);
        }
    }

    fn topology(&self, event: SdamEvent) {
        match event {
            SdamEvent::TopologyDescriptionChanged(change) => {
                let (before, after) = (&change.previous_description, &change.new_description);
                let (could, can) = (before.has_writable_server(), after.has_writable_server());
                if can && !could {
                    self.known().link = Link::Connected;
                    self.tell(
                        EventKind::Connected,
                        "A server that can be written to answers.",
                    );
                } else if could && !can {
                    self.known().link = Link::Disconnected;
                    self.tell(
                        EventKind::Disconnected,
                        "No server that can be written to answers any more.",
                    );
                } else if before.topology_type() != after.topology_type()
                    || before.servers().len() != after.servers().len()
                {
                    self.tell(
                        EventKind::Topology,
                        &format!("Servers known: {}.", after.servers().len()),
                    );
                }
            }
            SdamEvent::ServerHeartbeatFailed(failed) => {
                let first = {
                    let mut known = self.known();
                    let first = known.link == Link::Connecting;
                    if first {
                        known.link = Link::Disconnected;
                    }
                    first
                };
                if first {
                    self.tell(
                        EventKind::Disconnected,
                        &format!(
                            "{} does not answer: {}",
                            failed.server_address, failed.failure.kind
                        ),
                    );
                }
            }
            // An awaited heartbeat takes as long as nothing happens.
            SdamEvent::ServerHeartbeatSucceeded(beat) if !beat.awaited && beat.duration >= SLOW => {
                self.answered(beat.duration);
            }
            _ => {}
        }
    }

    fn pool(&self, event: CmapEvent) {
        let key = |address: &mongodb::options::ServerAddress, id: u32| (address.to_string(), id);
        match event {
            CmapEvent::ConnectionReady(ready) => {
                let key = key(&ready.address, ready.connection_id);
                self.known().open.insert(key);
            }
            CmapEvent::ConnectionClosed(closed) => {
                let key = key(&closed.address, closed.connection_id);
                let mut known = self.known();
                known.open.remove(&key);
                known.in_use.remove(&key);
            }
            CmapEvent::ConnectionCheckedOut(out) => {
                let key = key(&out.address, out.connection_id);
                self.known().in_use.insert(key);
            }
            CmapEvent::ConnectionCheckedIn(back) => {
                let key = key(&back.address, back.connection_id);
                self.known().in_use.remove(&key);
            }
            CmapEvent::ConnectionCheckoutFailed(failed)
                if failed.reason == ConnectionCheckoutFailedReason::Timeout =>
            {
                self.known().timeouts += 1;
            }
            CmapEvent::PoolCleared(cleared) => self.tell(
                EventKind::PoolCleared,
                &format!("The connections to {} were given up.", cleared.address),
            ),
            _ => {}
        }
    }

    fn tell(&self, kind: EventKind, message: &str) {
        let event = ConnectionEvent {
            at: Timestamp::now(),
            kind,
            message: hide(message, &self.secrets),
        };
        tracing::info!(kind = kind.as_str(), message = %event.message, "connection");
        {
            let mut known = self.known();
            known.events.push_back(event.clone());
            if known.events.len() > REMEMBERED {
                known.events.pop_front();
            }
        }
        let listener = self
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(listener) = listener {
            listener(&event);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
