//! What crosses the IPC instead of an answer: a code to branch on, a sentence to show, and the field
//! it concerns. The only error type the window ever sees; made in one exhaustive match.

use domain::{Code, Refusal};
use serde::Serialize;
use workflows::WorkflowError;

/// A command's no, or its failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandError {
    /// A refusal's code (`domain::Code`), or `store`, `vault`, `file`, `defect`.
    pub code: String,
    /// A sentence for the person at the desk. Never a secret, never a statement of SQL.
    pub message: String,
    /// The field it concerns, as a dotted path.
    pub field: Option<String>,
}

/// What every command gives back.
pub type Answer<T> = Result<T, CommandError>;

impl CommandError {
    fn machinery(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            field: None,
        }
    }

    /// Arguments that do not have the form of the command's.
    pub(crate) fn invalid(field: Option<String>, message: String) -> Self {
        Self {
            field,
            ..Refusal::new(Code::Invalid, message).into()
        }
    }

    /// A defect of the program: logged in full, shown in short.
    pub fn defect(detail: &str) -> Self {
        tracing::error!(detail, "defect");
        Self::machinery(
            "defect",
            "Something went wrong inside Matricula. Nothing was changed.",
        )
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        let code = match serde_json::to_value(refusal.code) {
            Ok(serde_json::Value::String(word)) => word,
            _ => "invalid".to_owned(),
        };
        Self {
            code,
            message: sentence(refusal.message),
            field: refusal.field,
        }
    }
}

/// The longest sentence shown, in bytes.
const LONGEST: usize = 800;

/// A sentence may quote what was typed, and somebody may have typed a megabyte.
fn sentence(mut message: String) -> String {
    if message.len() > LONGEST {
        message.truncate(message.floor_char_boundary(LONGEST));
        message.push('…');
    }
    message
}

impl From<WorkflowError> for CommandError {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::Refused(refusal) => refusal.into(),
            WorkflowError::Store(store) => {
                tracing::error!(%store, "the replica");
                Self::machinery(
                    "store",
                    format!("The local database did not answer: {store}"),
                )
            }
            WorkflowError::Vault(vault) => {
                tracing::warn!(%vault, "the vault");
                Self::machinery("vault", vault.to_string())
            }
            WorkflowError::File { context, source } => {
                Self::machinery("file", format!("{context}: {source}"))
            }
            WorkflowError::Defect(detail) => Self::defect(&detail),
        }
    }
}
