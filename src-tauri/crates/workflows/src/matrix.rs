//! Who may call what, laid out: every command of [`crate::wire`] against everybody who may stand before the
//! window. Made from the table the gate itself looks into, so it is what this build does.
//!
//! Whether a particular record is one's own is not here: each command asks that of what it reads.

use domain::Role;
use serde::Serialize;

use crate::wire::{self, Access};

/// Somebody before the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is, and the window is locked.
    Locked,
    /// Somebody is at work in this role.
    At(Role),
}

impl Standing {
    /// All of them, as the matrix's columns.
    pub const ALL: [Self; 6] = [
        Self::SignedOut,
        Self::Locked,
        Self::At(Role::Student),
        Self::At(Role::Instructor),
        Self::At(Role::Finance),
        Self::At(Role::Admin),
    ];

    /// The column's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::Locked => "locked",
            Self::At(role) => role.as_str(),
        }
    }

    /// Whether the gate lets them pass.
    pub fn passes(self, access: Access) -> bool {
        match (self, access) {
            (_, Access::Anybody) | (Self::Locked, Access::Session) => true,
            (Self::SignedOut | Self::Locked, _) => false,
            (Self::At(role), access) => access.allows(role),
        }
    }
}

/// A command and who may call it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The command's name on the IPC.
    pub command: &'static str,
    /// The names of those who pass, in the order of [`Standing::ALL`].
    pub may: Vec<&'static str>,
}

/// The whole matrix, in the order of the table.
pub fn matrix() -> Vec<Row> {
    wire::commands()
        .into_iter()
        .map(|command| Row {
            command: command.name,
            may: Standing::ALL
                .into_iter()
                .filter(|standing| standing.passes(command.access))
                .map(Standing::name)
                .collect(),
        })
        .collect()
}
