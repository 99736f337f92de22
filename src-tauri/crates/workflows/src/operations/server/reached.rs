//! What the failures of a server are to the person at the desk: a code, and what to do.

use domain::{Code, Refusal};
use remote::{migrations::MigrationError, port::RemoteError};
use sync::SyncError;

use crate::error::WorkflowError;

/// A call that was not answered, or not as hoped.
pub(crate) fn refused(error: RemoteError) -> WorkflowError {
    let sentence = error.to_string();
    match error {
        RemoteError::Address(refusal) => refusal,
        RemoteError::Unauthorized(_) => Refusal::field(Code::BadCredentials, "uri", sentence),
        RemoteError::Forbidden(_) => Refusal::new(Code::Forbidden, sentence),
        RemoteError::Unsupported(_) => Refusal::new(Code::WrongState, sentence),
        RemoteError::Unprepared(_) => Refusal::new(Code::NotReady, sentence),
        RemoteError::Transient(_) | RemoteError::HistoryLost | RemoteError::Failed(_) => {
            Refusal::new(Code::OnlineOnly, sentence)
        }
    }
    .into()
}

/// Migrations that did not run.
pub(crate) fn unmigrated(error: MigrationError) -> WorkflowError {
    let sentence = error.to_string();
    match error {
        MigrationError::Remote(error) => return refused(error),
        MigrationError::Locked { .. } | MigrationError::LockLost => {
            Refusal::new(Code::Stale, sentence)
        }
        MigrationError::Offending { .. } => {
            Refusal::field(Code::NotReady, "acceptOffending", sentence)
        }
        MigrationError::Changed { .. } | MigrationError::Newer { .. } => {
            Refusal::new(Code::WrongState, sentence)
        }
        MigrationError::NoSuch(_) => Refusal::field(Code::Invalid, "to", sentence),
    }
    .into()
}

impl From<SyncError> for WorkflowError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Store(error) => Self::Store(error),
            SyncError::Remote(error) => refused(error),
            SyncError::Refused(refusal) => Self::Refused(refusal),
        }
    }
}
