//! Why migrations did not run.

use domain::Timestamp;
use mongodb::error::Error;

use crate::port::RemoteError;

/// Why migrations did not run, or stopped.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MigrationError {
    /// The server failed, or refused the login.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// Another desktop is migrating.
    #[error("The desktop {device} is preparing this database. Try again when it has finished.")]
    Locked {
        /// Which desktop.
        device: String,
        /// Until then at the latest, unless it goes on.
        until: Timestamp,
    },
    /// The lock ran out while this desktop was at work (the computer slept, the network was gone).
    #[error(
        "Preparing the database took so long that another desktop may have begun. Run it again."
    )]
    LockLost,
    /// Documents break a validator or a unique index that would be made; nothing was changed.
    #[error(
        "{total} documents do not have the form they must have. Mend them, or go on and leave them as they are."
    )]
    Offending {
        /// How many.
        total: u64,
    },
    /// A migration that was applied is not the one this program has under that number.
    #[error("Migration {number} ({name}) was applied in another form than this program has.")]
    Changed {
        /// Its number.
        number: i32,
        /// Its name.
        name: String,
    },
    /// A newer program has prepared the database.
    #[error(
        "A newer version of the program has prepared this database (migration {number}, {name}). Update this one."
    )]
    Newer {
        /// Its number.
        number: i32,
        /// Its name.
        name: String,
    },
    /// There is no migration of that number.
    #[error("There is no migration {0}.")]
    NoSuch(u32),
}

impl From<Error> for MigrationError {
    fn from(error: Error) -> Self {
        Self::Remote(crate::failure::meaning(&error))
    }
}
