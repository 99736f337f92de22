//! What can come back from a workflow instead of an answer: a rule's no, or a failure of machinery.

use domain::{Code, Refusal};
use replica::{CommitError, StoreError};
use vault::VaultError;

/// Why a workflow did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// A rule said no; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The replica could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keyring or passphrase file did not give or take a secret.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A file could not be read or written.
    #[error("{context}: {source}")]
    File {
        /// What was being done, for the person.
        context: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something that rules out itself happened: a defect, worth a report.
    #[error("{0}")]
    Defect(String),
}

impl WorkflowError {
    /// The code of the refusal, if it is one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }
}

impl From<CommitError> for WorkflowError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::GuardMissed(refusal) | CommitError::Refused(refusal) => {
                Self::Refused(refusal)
            }
            CommitError::Store(store) => Self::Store(store),
        }
    }
}
