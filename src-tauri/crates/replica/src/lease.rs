//! Leases: of the programs that have the workspace file open, one does a thing at a time. A program that
//! died loses its lease when it runs out.

use std::time::Duration;

use domain::Timestamp;
use rusqlite::OptionalExtension;

use crate::{error::StoreError, replica::Replica};

/// What became of asking for a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// It was free, or the one before ran out: from now on it is the asker's.
    Taken,
    /// It was the asker's already, and is for longer now.
    Renewed,
    /// Somebody else has it.
    Elsewhere,
}

impl Replica {
    /// Takes or renews a lease for so long. A lease that ends later than anybody could have asked for
    /// was taken by a clock since set back, and counts as run out.
    pub fn lease(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> Result<Lease, StoreError> {
        let key = format!("lease.{name}");
        let now = now.timestamp_millis();
        let length = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        let mut connection = self.writer();
        let transaction = Self::begin(&mut connection)?;
        let held: Option<String> = transaction
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
            .query_row([&key], |row| row.get(0))
            .optional()?;
        let held = held.as_deref().and_then(|value| value.split_once(' '));
        let outcome = match held {
            Some((_, of)) if of == holder => Lease::Renewed,
            Some((until, _))
                if until
                    .parse::<i64>()
                    .is_ok_and(|until| until > now && until - now <= length) =>
            {
                return Ok(Lease::Elsewhere);
            }
            _ => Lease::Taken,
        };
        transaction
            .prepare_cached(
                "INSERT INTO meta (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute([&key, &format!("{} {holder}", now.saturating_add(length))])?;
        transaction.commit()?;
        Ok(outcome)
    }

    /// Gives a lease back; one that is somebody else's stays theirs.
    pub fn release_lease(&self, name: &str, holder: &str) -> Result<(), StoreError> {
        let writer = self.writer();
        writer
            .prepare_cached("DELETE FROM meta WHERE key = ?1 AND value LIKE '% ' || ?2")?
            .execute([&format!("lease.{name}"), holder])?;
        Ok(())
    }
}
