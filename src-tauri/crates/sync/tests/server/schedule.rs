//! The moment the institution of the tests was founded.

use domain::Timestamp;

/// 1 January 2026 and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000 + seconds * 1000)
}
