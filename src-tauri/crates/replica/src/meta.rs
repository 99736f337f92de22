//! Facts about this file alone, which no other device shares: the device's name, whether the workspace
//! has a server. Not part of any change set.

use domain::OpId;
use rusqlite::{Connection, OptionalExtension};

use crate::{
    error::StoreError,
    replica::{Reader, Replica},
};

/// `1` in a workspace whose changes go on to an institution's server.
pub(crate) const SERVER: &str = "server";
/// Whose records this desktop holds.
pub(crate) const SCOPE: &str = "scope";
/// Everybody's.
pub(crate) const OFFICE: &str = "office";

impl Replica {
    /// A fact, or none.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.read(|reader| reader.meta(key))
    }

    /// Remembers a fact.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        set(&self.writer(), key, value)
    }
}

impl Reader<'_> {
    /// A fact, or none.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        get(self.connection, key)
    }

    /// Whether the change set of this number was applied here, or came from the server.
    pub fn is_applied(&self, op: OpId) -> Result<bool, StoreError> {
        self.exists(
            "SELECT 1 FROM applied_ops WHERE op = ?1 UNION ALL SELECT 1 FROM audit_events WHERE op = ?1",
            [op.0.as_bytes()],
        )
    }

    /// Whether what is committed here goes on to an institution's server.
    pub fn has_server(&self) -> Result<bool, StoreError> {
        Ok(self.meta(SERVER)?.as_deref() == Some("1"))
    }

    /// Whether it ever did, so that rows came from there.
    pub fn had_server(&self) -> Result<bool, StoreError> {
        Ok(self.meta(SERVER)?.is_some())
    }
}

pub(crate) fn get(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

pub(crate) fn set(connection: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([key, value])?;
    Ok(())
}
