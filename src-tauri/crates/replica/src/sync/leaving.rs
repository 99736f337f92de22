//! Joining a server, leaving it with everything, and leaving it with nothing.

use super::{again, deleted};
use crate::{
    chain,
    error::StoreError,
    meta,
    replica::{Reader, Replica},
    schema,
};

/// What leaving came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detached {
    /// Change sets the server never had, now part of this copy like any other.
    pub folded: u64,
}

impl Replica {
    /// From now on every commit also waits to be sent, and what may not wait is refused here.
    pub fn attach(&self) -> Result<(), StoreError> {
        meta::set(&self.writer(), meta::SERVER, "1")?;
        self.raise_version();
        Ok(())
    }

    /// Leaves the server: the file stays as it is shown, what waited included, and nothing waits any
    /// more. Documents of other programs that cannot be read here are kept aside as they are.
    pub fn detach(&self) -> Result<Detached, StoreError> {
        let mut connection = self.writer();
        let transaction = Self::begin(&mut connection)?;
        let folded = transaction.execute("DELETE FROM outbox", [])?;
        transaction.execute_batch(
            "DELETE FROM outbox_touches; DELETE FROM shadows; DELETE FROM checkpoints;
             DELETE FROM conflicts; DELETE FROM series_tails;
             DELETE FROM meta WHERE key IN
               ('resume-token', 'scope', 'paused', 'last-contact', 'attach-upload', 'attach-target');",
        )?;
        for facts in [again::PREFIX, deleted::PREFIX] {
            transaction.execute(
                "DELETE FROM meta WHERE substr(key, 1, length(?1)) = ?1",
                [facts],
            )?;
        }
        meta::set(&transaction, meta::SERVER, "0")?;
        chain::adopt(&transaction)?;
        transaction.commit()?;
        drop(connection);
        self.raise_version();
        Ok(Detached {
            folded: u64::try_from(folded).unwrap_or(u64::MAX),
        })
    }

    /// Takes everything out of the file but the named facts. What is left is a workspace nobody has
    /// begun.
    pub fn wipe(&self, keep: &[&str]) -> Result<(), StoreError> {
        let mut connection = self.writer();
        let transaction = Self::begin(&mut connection)?;
        let facts: Vec<(String, String)> = {
            let reader = Reader::new(&transaction);
            let mut facts = Vec::new();
            for name in keep {
                if let Some(value) = reader.meta(name)? {
                    facts.push(((*name).to_owned(), value));
                }
            }
            facts
        };
        schema::begin_anew(&transaction)?;
        for (name, value) in facts {
            meta::set(&transaction, &name, &value)?;
        }
        transaction.commit()?;
        // The pages of what was there go back to the disk.
        connection.execute_batch("VACUUM")?;
        drop(connection);
        self.raise_version();
        self.checkpoint().or_else(|error| match error {
            StoreError::Busy => Ok(()),
            error => Err(error),
        })
    }
}
