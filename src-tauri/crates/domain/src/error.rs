//! Refusals: why a rule said no, as a code a program can branch on and a sentence a person can act on.
//!
//! Failures of machinery (disk, network, keyring) are not refusals; the floors that own the machinery
//! have their own errors.

use serde::{Deserialize, Serialize};

/// What kind of no it is. Stable: the window and scripts branch on these words, never on the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Code {
    /// A field does not have the required form.
    Invalid,
    /// A required field is empty.
    Required,
    /// A text or list is longer than allowed.
    TooLong,
    /// Something else already has this value (e-mail, slug, enrollment, provider reference).
    Taken,
    /// The document is not there, or not for this person to see.
    NotFound,
    /// The person's role does not allow it.
    Forbidden,
    /// Nobody is signed in, or the session has ended.
    SignedOut,
    /// The session is locked and wants the password.
    Locked,
    /// E-mail or password is wrong; deliberately does not say which.
    BadCredentials,
    /// The password was right; the code of the second factor is missing or wrong.
    SecondFactor,
    /// Too many failed sign-ins; wait or ask an administrator.
    LockedOut,
    /// The account exists but may not be used (inactive or suspended).
    AccountClosed,
    /// The state machine has no such transition.
    WrongState,
    /// Publishing needs something that is missing.
    NotReady,
    /// The amount exceeds what can be refunded or is otherwise impossible.
    Amount,
    /// Amounts of different currencies were mixed.
    CurrencyMismatch,
    /// A second person must approve, and it may not be the one who asked.
    NeedsApproval,
    /// The last active administrator must stay.
    LastAdmin,
    /// Somebody changed the record in between; read it again.
    Stale,
    /// It can only be done while connected to the institution's server.
    OnlineOnly,
    /// An input is larger than allowed.
    TooLarge,
    /// The operation was cancelled by the person.
    Cancelled,
}

/// A rule's no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub struct Refusal {
    /// What kind of no.
    pub code: Code,
    /// A sentence for the person at the desk.
    pub message: String,
    /// The field it concerns, as a dotted path of the document or form (`profile.phone`).
    pub field: Option<String>,
}

impl Refusal {
    /// A refusal that concerns no single field.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
        }
    }

    /// A refusal at a field.
    pub fn field(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: Some(field.into()),
        }
    }

    /// "… was not found", for the thing named.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("{what} was not found."))
    }
}
