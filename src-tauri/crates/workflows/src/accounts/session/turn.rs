//! The turn of one program among those that have the workspace open (window and `matriculactl`).

use std::time::Duration;

use replica::Lease;

use crate::{desk::Desk, error::WorkflowError};

/// The lease under which tokens are exchanged.
const TURN: &str = "session";
/// How long it lasts at most.
const TURN_LASTS: Duration = Duration::from_secs(5);
/// Between two looks whether it is free.
const A_LOOK: Duration = Duration::from_millis(20);
/// So many looks: as long as it lasts, and a little.
const PATIENCE: u32 = 300;

/// The turn of one program among those on a workspace: tokens are exchanged and remembered by one at a
/// time, or one would find the other's exchange and take it for a thief's.
pub(super) struct Turn<'a> {
    desk: Desk<'a>,
    holder: &'a str,
}

impl<'a> Turn<'a> {
    /// Waits for it, but not for ever: a program that died keeps it until it runs out.
    pub(super) fn take(desk: &Desk<'a>, holder: &'a str) -> Result<Self, WorkflowError> {
        for _ in 0..PATIENCE {
            let lease = desk.replica.lease(TURN, holder, desk.now(), TURN_LASTS)?;
            if lease != Lease::Elsewhere {
                break;
            }
            std::thread::sleep(A_LOOK);
        }
        Ok(Self {
            desk: *desk,
            holder,
        })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.desk.replica.release_lease(TURN, self.holder) {
            tracing::warn!(%error, "the turn at the session runs out by itself");
        }
    }
}
