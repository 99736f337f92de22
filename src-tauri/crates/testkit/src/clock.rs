//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::Timestamp;
use workflows::Clock;

/// Monday, 2 March 2026, 09:00 UTC, in milliseconds since 1970.
const BEGINNING: i64 = 1_772_442_000_000;

/// Milliseconds since 1970, moved by hand.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(BEGINNING))
    }
}

impl TestClock {
    /// Moves it on by seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Moves it on by minutes.
    pub fn advance_minutes(&self, minutes: i64) {
        self.advance(minutes * 60);
    }

    /// Moves it on by days.
    pub fn advance_days(&self, days: i64) {
        self.advance(days * 24 * 60 * 60);
    }

    /// Sets it to a moment.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.timestamp_millis(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
