//! What the engine knows of its server by having called it: whether it answers, since when not, when it
//! is tried again, and how it tells of changes.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use domain::Timestamp;
use remote::port::{Abilities, RemoteError};

use super::{Engine, fact, lock};
use crate::{
    SyncError,
    backoff::{Backoff, later},
    status::Mode,
};

/// A login that is refused is tried again at this pace: only a person can mend it, and nobody tells
/// this desktop when they have.
const REFUSED_PACE: Duration = Duration::from_secs(300);
/// A call that takes longer makes the connection a slow one.
const SLOW: Duration = Duration::from_secs(3);
/// The moment of the last contact is written down at most this often.
const NOTED: Duration = Duration::from_secs(60);

/// A server that does not tell of changes is asked whether it does this often.
const ASKED_AGAIN: Duration = Duration::from_secs(15 * 60);

/// What is known of the server.
#[derive(Debug, Default)]
pub(super) struct Contact {
    backoff: Backoff,
    refused: bool,
    problem: Option<String>,
    last: Option<Timestamp>,
    noted: Option<Timestamp>,
    abilities: Option<Abilities>,
    /// When the abilities were asked for.
    asked: Option<Timestamp>,
    calls: AtomicUsize,
    since: Option<Timestamp>,
}

impl Contact {
    pub(super) fn new(last: Option<Timestamp>) -> Self {
        Self {
            last,
            noted: last,
            ..Self::default()
        }
    }

    pub(super) fn hurry(&mut self) {
        self.backoff.hurry();
    }

    pub(super) fn is_refused(&self) -> bool {
        self.refused
    }

    pub(super) fn is_failing(&self) -> bool {
        self.backoff.is_failing()
    }

    /// Not reached yet, or a call has been waiting for its answer for long.
    pub(super) fn is_slow(&self, now: Timestamp) -> bool {
        self.abilities.is_none()
            || self.since.is_some_and(|since| {
                later(since, SLOW) < now && self.calls.load(Ordering::Relaxed) > 0
            })
    }

    pub(super) fn last(&self) -> Option<Timestamp> {
        self.last
    }

    pub(super) fn next_try(&self) -> Option<Timestamp> {
        if self.refused || self.backoff.is_failing() {
            self.backoff.next_try()
        } else {
            None
        }
    }

    pub(super) fn left(&self, now: Timestamp) -> Option<Duration> {
        self.backoff.left(now)
    }

    pub(super) fn problem(&self) -> Option<String> {
        self.problem.clone()
    }

    /// The mode, as long as it need not be asked for again: that the server does not tell of changes may have
    /// been a mistake, or the past.
    fn mode_until(&self, now: Timestamp) -> Option<Mode> {
        let lately = self
            .asked
            .is_some_and(|asked| asked <= now && now < later(asked, ASKED_AGAIN));
        self.mode().filter(|mode| *mode == Mode::Stream || lately)
    }

    pub(super) fn mode(&self) -> Option<Mode> {
        self.abilities.as_ref().map(|abilities| {
            if abilities.change_streams {
                Mode::Stream
            } else {
                Mode::Poll
            }
        })
    }
}

impl Engine {
    /// Calls the server, and learns from how it went. A call that may wait for something to happen is
    /// not slow for waiting.
    pub(super) fn call<T>(
        &self,
        call: impl FnOnce() -> Result<T, RemoteError>,
    ) -> Result<T, SyncError> {
        {
            let mut contact = lock(&self.contact);
            if contact.calls.fetch_add(1, Ordering::Relaxed) == 0 {
                contact.since = Some(self.now());
            }
        }
        let answer = self.listen_for(call);
        let contact = lock(&self.contact);
        contact.calls.fetch_sub(1, Ordering::Relaxed);
        answer
    }

    /// The same for a call that may wait for something to happen.
    pub(super) fn listen_for<T>(
        &self,
        call: impl FnOnce() -> Result<T, RemoteError>,
    ) -> Result<T, SyncError> {
        let answer = call();
        self.learn(answer.as_ref().err())?;
        Ok(answer?)
    }

    /// Learns that the server answered, or did not.
    pub(super) fn learn(&self, error: Option<&RemoteError>) -> Result<(), SyncError> {
        let now = self.now();
        let mut contact = lock(&self.contact);
        match error {
            None | Some(RemoteError::HistoryLost) => {
                let back = contact.is_failing() || contact.refused;
                contact.backoff.answered();
                contact.refused = false;
                contact.problem = None;
                contact.last = Some(now);
                let due = contact
                    .noted
                    .is_none_or(|noted| later(noted, NOTED) <= now || noted > now);
                if due {
                    contact.noted = Some(now);
                }
                drop(contact);
                if due {
                    self.replica
                        .set_meta(fact::LAST_CONTACT, &now.timestamp_millis().to_string())?;
                }
                if back {
                    tracing::info!("the server answers again");
                    self.bell.ring();
                }
            }
            Some(
                error @ (RemoteError::Unauthorized(_)
                | RemoteError::Address(_)
                | RemoteError::Forbidden(_)
                | RemoteError::Unprepared(_)
                | RemoteError::Unsupported(_)),
            ) => {
                contact.backoff.refused(now, REFUSED_PACE);
                contact.refused = true;
                contact.abilities = None;
                contact.problem = Some(error.to_string());
                tracing::warn!(%error, "the server refuses this desktop");
            }
            Some(error @ (RemoteError::Transient(_) | RemoteError::Failed(_))) => {
                contact.backoff.failed(now, &*self.dice);
                contact.refused = false;
                contact.abilities = None;
                contact.problem = Some(error.to_string());
                tracing::info!(%error, "the server does not answer");
            }
        }
        Ok(())
    }

    /// What the workspace file or the program itself failed at: shown, and tried again.
    pub(super) fn stumble(&self, problem: String) {
        let now = self.now();
        let mut contact = lock(&self.contact);
        contact.backoff.failed(now, &*self.dice);
        contact.problem = Some(problem);
    }

    /// How the server tells of changes; asked once a connection.
    pub(super) fn mode(&self) -> Result<Mode, SyncError> {
        let now = self.now();
        if let Some(mode) = lock(&self.contact).mode_until(now) {
            return Ok(mode);
        }
        let abilities = self.call(|| self.port.abilities())?;
        let mut contact = lock(&self.contact);
        contact.abilities = Some(abilities);
        contact.asked = Some(now);
        contact
            .mode()
            .ok_or_else(|| SyncError::Remote(RemoteError::Transient("no answer yet".to_owned())))
    }

    /// This moment by the server's clock, as near as it is known.
    pub(super) fn server_now(&self) -> Timestamp {
        let offset = lock(&self.contact)
            .abilities
            .as_ref()
            .map_or(0, |abilities| abilities.clock_offset_ms);
        Timestamp::from_millis(self.now().timestamp_millis().saturating_add(offset))
    }

    /// How long to wait before the server is called again.
    pub(super) fn left(&self) -> Option<Duration> {
        lock(&self.contact).left(self.now())
    }
}
