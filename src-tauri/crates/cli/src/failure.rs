//! What can go wrong, and the exit code it ends in.

use std::{io, path::PathBuf, process::ExitCode};

use domain::Code;
use vault::VaultError;
use workflows::WorkflowError;

/// A rule said no, or something was found.
pub(crate) const REFUSED: u8 = 1;
/// The command line is wrong.
pub(crate) const USAGE: u8 = 2;
/// The surroundings are wrong.
pub(crate) const SURROUNDINGS: u8 = 3;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A workflow's own.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
    /// The command line asks for what cannot be.
    #[error("{0}")]
    Usage(String),
    /// A file of the person's.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no place for a workspace.
    #[error("This system names no folder for application data. Say where: --workspace DIR.")]
    NoPlace,
    /// The keys cannot be had.
    #[error("{0}\n{HINT}")]
    Keys(WorkflowError),
    /// Standard output or input.
    #[error("The terminal could not be read or written: {0}")]
    Terminal(io::Error),
}

const HINT: &str = "Where there is no keyring, write a passphrase of your choice to a file only you can read, and \
                    set MATRICULA_PASSPHRASE_FILE to its path.";

impl Failure {
    /// Tells a failure about keys from the others.
    pub(crate) fn of_keys(error: WorkflowError) -> Self {
        match &error {
            WorkflowError::Vault(
                VaultError::NoDefaultStore
                | VaultError::Locked
                | VaultError::Gone(_)
                | VaultError::Denied(_)
                | VaultError::Missing(_),
            ) => Self::Keys(error),
            WorkflowError::Refused(refusal) if refusal.field.as_deref() == Some("passphrase") => {
                Self::Keys(error)
            }
            _ => Self::Workflow(error),
        }
    }

    /// The exit code it ends in.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Workflow(WorkflowError::Refused(refusal)) if refusal.code == Code::OnlineOnly => {
                SURROUNDINGS
            }
            Self::Workflow(WorkflowError::Refused(_)) => REFUSED,
            Self::Usage(_) => USAGE,
            _ => SURROUNDINGS,
        })
    }

    /// The word scripts branch on.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Workflow(WorkflowError::Refused(refusal)) => match refusal.code {
                Code::Cancelled => "cancelled",
                Code::OnlineOnly => "offline",
                _ => "refused",
            },
            Self::Workflow(WorkflowError::Store(_)) => "store",
            Self::Workflow(WorkflowError::Vault(_)) | Self::Keys(_) => "keys",
            Self::Workflow(WorkflowError::File { .. }) | Self::File { .. } | Self::NoPlace => {
                "file"
            }
            Self::Workflow(_) => "defect",
            Self::Usage(_) => "usage",
            Self::Terminal(_) => "terminal",
        }
    }

    /// The field it is about, where it is about one.
    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Self::Workflow(WorkflowError::Refused(refusal)) => refusal.field.as_deref(),
            _ => None,
        }
    }
}
