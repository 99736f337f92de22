//! Why a step of synchronisation ended early.

use domain::Refusal;
use remote::port::RemoteError;
use replica::{CommitError, StoreError};

/// Why a step ended early. What it had done so far stays done, and the same step may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The workspace file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A rule: what was asked for cannot be done so.
    #[error("{0}")]
    Refused(#[from] Refusal),
}

impl From<CommitError> for SyncError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::GuardMissed(refusal) | CommitError::Refused(refusal) => {
                Self::Refused(refusal)
            }
            CommitError::Store(error) => Self::Store(error),
        }
    }
}
