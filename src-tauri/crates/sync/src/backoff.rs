//! How long to wait before a server that did not answer is tried again: full jitter between nothing and
//! a ceiling that doubles from 1 s to 300 s, for ever. (M. Brooker, "Exponential Backoff And Jitter",
//! AWS Architecture Blog, 2015: of the variants measured there, full jitter makes the fewest calls.)
//!
//! Pure: the random draw and the moment come in. Deliberately absent: giving up.

use std::time::Duration;

use domain::Timestamp;

const FIRST_MILLIS: u64 = 1_000;
const CEILING_MILLIS: u64 = 300_000;

/// Where randomness comes from.
pub trait Dice: Send + Sync {
    /// A number from 0 to below `n`; 0 where `n` is 0.
    fn below(&self, n: u64) -> u64;
}

/// The waits of one server since it last answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
    until: Option<Timestamp>,
}

impl Backoff {
    /// The longest the next wait can be, after so many failures in a row.
    pub fn ceiling(failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        Duration::from_millis(
            FIRST_MILLIS
                .saturating_mul(1 << doublings)
                .min(CEILING_MILLIS),
        )
    }

    /// The server did not answer: when to try again.
    pub fn failed(&mut self, now: Timestamp, dice: &dyn Dice) -> Timestamp {
        self.failures = self.failures.saturating_add(1);
        let ceiling =
            u64::try_from(Self::ceiling(self.failures).as_millis()).unwrap_or(CEILING_MILLIS);
        let wait = dice.below(ceiling.saturating_add(1));
        let until = later(now, Duration::from_millis(wait));
        self.until = Some(until);
        until
    }

    /// The server refuses this desktop: it is asked again at a fixed pace, because only a person can
    /// change that, and nobody tells this desktop when they have.
    pub fn refused(&mut self, now: Timestamp, pace: Duration) -> Timestamp {
        let until = later(now, pace);
        self.until = Some(until);
        until
    }

    /// The server answered.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// Somebody wants it tried at once, or there is a reason to hope.
    pub fn hurry(&mut self) {
        self.until = None;
    }

    /// How long to wait yet. A clock that was set back does not make the wait longer than it was.
    pub fn left(&self, now: Timestamp) -> Option<Duration> {
        let until = self.until?.timestamp_millis();
        let left = u64::try_from(until.saturating_sub(now.timestamp_millis())).ok()?;
        (left > 0).then(|| Duration::from_millis(left.min(CEILING_MILLIS)))
    }

    /// When it is tried again.
    pub fn next_try(&self) -> Option<Timestamp> {
        self.until
    }

    /// Whether the last call failed.
    pub fn is_failing(&self) -> bool {
        self.failures > 0
    }
}

/// That long after a moment.
pub(crate) fn later(moment: Timestamp, by: Duration) -> Timestamp {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(moment.timestamp_millis().saturating_add(millis))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    struct Always(fn(u64) -> u64);

    impl Dice for Always {
        fn below(&self, n: u64) -> u64 {
            (self.0)(n)
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn the_ceiling_doubles_from_one_second_to_five_minutes() {
        let seconds: Vec<u64> = (1..=11)
            .map(|failures| Backoff::ceiling(failures).as_secs())
            .collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(Backoff::ceiling(u32::MAX).as_secs(), 300);
    }

    #[test]
    fn the_wait_is_drawn_from_nothing_to_the_ceiling() {
        for failures in 1..=12 {
            let highest = Always(|n| n - 1);
            let mut backoff = Backoff::default();
            let mut until = at(0);
            for _ in 0..failures {
                until = backoff.failed(at(0), &highest);
            }
            assert_eq!(until, later(at(0), Backoff::ceiling(failures)));
            let mut lucky = backoff.clone();
            assert_eq!(lucky.failed(at(0), &Always(|_| 0)), at(0));
            assert_eq!(lucky.left(at(0)), None);
        }
    }

    #[test]
    fn an_answer_forgets_the_failures_and_a_reason_to_hope_only_the_wait() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.failed(at(0), &Always(|n| n - 1));
        }
        assert_eq!(backoff.left(at(0)), Some(Duration::from_secs(16)));
        backoff.hurry();
        assert_eq!(backoff.left(at(0)), None);
        assert!(backoff.is_failing());
        assert_eq!(backoff.failed(at(0), &Always(|n| n - 1)), at(32_000));
        backoff.answered();
        assert!(!backoff.is_failing());
        assert_eq!(backoff.failed(at(0), &Always(|n| n - 1)), at(1_000));
    }

    #[test]
    fn a_clock_set_back_by_two_days_waits_no_longer_than_the_longest_wait() {
        let mut backoff = Backoff::default();
        let two_days = 2 * 24 * 60 * 60 * 1000;
        backoff.failed(at(two_days), &Always(|n| n - 1));
        assert_eq!(backoff.left(at(0)), Some(Duration::from_secs(300)));
    }

    #[test]
    fn a_thousand_desktops_do_not_come_back_together() {
        struct Lcg(AtomicU64);
        impl Dice for Lcg {
            fn below(&self, n: u64) -> u64 {
                let next = self
                    .0
                    .load(Ordering::Relaxed)
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                self.0.store(next, Ordering::Relaxed);
                (next >> 33) % n
            }
        }
        let dice = Lcg(AtomicU64::new(7));
        let mut tenths = [0_u32; 10];
        for _ in 0..1000 {
            let mut backoff = Backoff::default();
            let mut until = at(0);
            for _ in 0..10 {
                until = backoff.failed(at(0), &dice);
            }
            let tenth = usize::try_from(until.timestamp_millis() / 30_001).unwrap();
            tenths[tenth] += 1;
        }
        assert!(
            tenths.iter().all(|&n| (60..=140).contains(&n)),
            "{tenths:?}"
        );
    }
}
