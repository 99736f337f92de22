//! How far a verification is, told now and then, and whether it shall stop.

use replica::{Extent, StoreError};

/// So many times progress is told, at most, beside once a stage.
const TOLD: u64 = 200;

/// The walk's pace. A single statement over the whole file is not stopped in its middle.
pub(super) struct Pace<'a> {
    stage: &'static str,
    done: u64,
    total: u64,
    progress: &'a mut dyn FnMut(&str, u64, u64),
    cancelled: &'a dyn Fn() -> bool,
}

impl<'a> Pace<'a> {
    pub(super) fn new(
        progress: &'a mut dyn FnMut(&str, u64, u64),
        cancelled: &'a dyn Fn() -> bool,
    ) -> Self {
        Self {
            stage: "",
            done: 0,
            total: 0,
            progress,
            cancelled,
        }
    }

    /// So much is there. Payments are looked at for themselves and beside the enrollments, and every document
    /// once more beside what is kept of it.
    pub(super) fn expect(&mut self, there: &Extent) {
        let documents = there.people + there.courses + there.enrollments + there.payments;
        self.total = 2 * documents + there.payments + there.ledger + there.trail;
    }

    /// From now on it is at this stage.
    pub(super) fn enter(&mut self, stage: &'static str) {
        self.stage = stage;
        self.tell();
    }

    /// One record more, unless it shall stop.
    pub(super) fn step(&mut self) -> Result<(), StoreError> {
        self.go_on()?;
        self.done += 1;
        if self.done.is_multiple_of((self.total / TOLD).max(1)) {
            self.tell();
        }
        Ok(())
    }

    /// An error, if it shall stop.
    pub(super) fn go_on(&self) -> Result<(), StoreError> {
        if (self.cancelled)() {
            Err(StoreError::Stopped)
        } else {
            Ok(())
        }
    }

    fn tell(&mut self) {
        (self.progress)(self.stage, self.done.min(self.total), self.total);
    }
}
