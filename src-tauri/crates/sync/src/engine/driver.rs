//! Running by itself: pulling on one thread, pushing on another, so that a change set is never late
//! because a pull waits for something to happen.
//!
//! A thread that panicked or failed goes on after its wait; only being stopped ends it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::Engine;
use crate::{
    SyncError,
    backoff::later,
    status::{Mode, Pulled, Pushed},
};

/// How long a pull waits on the server for something to happen. Stopping takes that long at most.
const LISTEN: Duration = Duration::from_secs(2);
/// Between two polls.
const POLL: Duration = Duration::from_secs(8);
/// Between two looks at a queue in which nothing can be sent: another program may have written.
const LOOK: Duration = Duration::from_secs(1);
/// After a stretch of history that came back at once although there was nothing in it.
const BREATH: Duration = Duration::from_millis(100);

/// The engine's two threads. Dropping it ends them.
#[derive(Debug)]
pub struct Running {
    engine: Arc<Engine>,
    ended: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Runs pulling and pushing until [`Running`] is stopped or dropped.
    pub fn start(self: &Arc<Self>) -> Running {
        let ended = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::with_capacity(2);
        for (name, step) in [
            ("sync-pull", Self::pull_and_wait as fn(&Self)),
            ("sync-push", Self::push_and_wait as fn(&Self)),
        ] {
            let (engine, stop) = (Arc::clone(self), Arc::clone(&ended));
            let started = thread::Builder::new().name(name.to_owned()).spawn(move || {
                while !stop.load(Ordering::Acquire) {
                    if catch_unwind(AssertUnwindSafe(|| step(&engine))).is_err() {
                        tracing::error!("a step of synchronisation panicked; it is tried again");
                        engine
                            .stumble("The program made a mistake while synchronising.".to_owned());
                        engine.bell.wait(engine.bell.heard(), LOOK);
                    }
                }
            });
            match started {
                Ok(thread) => threads.push(thread),
                Err(error) => engine_without_thread(self, &error),
            }
        }
        Running {
            engine: Arc::clone(self),
            ended,
            threads,
        }
    }

    fn pull_and_wait(&self) {
        let heard = self.bell.heard();
        let outcome = self.pull_once(LISTEN);
        let wait = match outcome {
            Ok(Pulled::Page | Pulled::More(_) | Pulled::Sweeping | Pulled::Ready) => return,
            Ok(Pulled::UpTo(changed)) => match self.mode() {
                Ok(Mode::Stream) if changed > 0 => return,
                Ok(Mode::Stream) => BREATH,
                Ok(Mode::Poll) => POLL,
                Err(_) => LOOK,
            },
            Ok(Pulled::Paused) => LOOK,
            Err(error) => self.how_long(&error),
        };
        self.bell.wait(heard, wait);
    }

    fn push_and_wait(&self) {
        let heard = self.bell.heard();
        let wait = match self.push_once() {
            Ok(Pushed::Acknowledged | Pushed::Rebased | Pushed::Dead) => return,
            Ok(Pushed::Later) => BREATH,
            Ok(Pushed::Nothing) => self.until_the_next_row(),
            Ok(Pushed::Paused | Pushed::Elsewhere) => LOOK,
            Err(error) => self.how_long(&error),
        };
        self.bell.wait(heard, wait);
    }

    /// After a failure: as long as the server is to be left alone. Whoever fails at the workspace file
    /// waits the same way, and says so.
    fn how_long(&self, error: &SyncError) -> Duration {
        if !matches!(error, SyncError::Remote(_)) {
            tracing::error!(%error, "synchronising failed");
            self.stumble(error.to_string());
        }
        if let Err(error) = self.tell() {
            tracing::error!(%error, "the state of synchronisation cannot be read");
        }
        self.left().unwrap_or(BREATH)
    }

    fn until_the_next_row(&self) -> Duration {
        match self.next_row() {
            Ok(Some(at)) if at < later(self.now(), LOOK) => BREATH,
            _ => LOOK,
        }
    }
}

fn engine_without_thread(engine: &Engine, error: &std::io::Error) {
    tracing::error!(%error, "a thread for synchronising could not be started");
    engine.stumble(error.to_string());
}

impl Running {
    /// The engine that runs.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Ends both threads and waits for them: a call under way is finished first.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        self.engine.bell.ring();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of synchronisation ended by panicking");
            }
        }
        self.engine.give_up_lease();
    }
}
