//! The file's format: numbered migrations compiled into the program, each applied once, in a
//! transaction of its own, and remembered with its checksum.

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::{chain, error::StoreError, replica::Replica};

/// One step of the format.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its place, from 1 without gaps.
    pub version: u32,
    /// What it brings.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

/// Every step, in order. A step that was ever released never changes again.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "documents",
        sql: include_str!("../../../../migrations/replica/0001_documents.sql"),
    },
    Migration {
        version: 2,
        name: "search",
        sql: include_str!("../../../../migrations/replica/0002_search.sql"),
    },
    Migration {
        version: 3,
        name: "rollups",
        sql: include_str!("../../../../migrations/replica/0003_rollups.sql"),
    },
    Migration {
        version: 4,
        name: "reviews",
        sql: include_str!("../../../../migrations/replica/0004_reviews.sql"),
    },
    Migration {
        version: 5,
        name: "revenue_totals",
        sql: include_str!("../../../../migrations/replica/0005_revenue_totals.sql"),
    },
    Migration {
        version: 6,
        name: "sync",
        sql: include_str!("../../../../migrations/replica/0006_sync.sql"),
    },
    Migration {
        version: 7,
        name: "totals",
        sql: include_str!("../../../../migrations/replica/0007_totals.sql"),
    },
    Migration {
        version: 8,
        name: "auth_tokens",
        sql: include_str!("../../../../migrations/replica/0008_auth_tokens.sql"),
    },
    Migration {
        version: 9,
        name: "mail",
        sql: include_str!("../../../../migrations/replica/0009_mail.sql"),
    },
    Migration {
        version: 10,
        name: chain::MIGRATION,
        sql: include_str!("../../../../migrations/replica/0010_audit_chain.sql"),
    },
    Migration {
        version: 11,
        name: "mail_person",
        sql: include_str!("../../../../migrations/replica/0011_mail_person.sql"),
    },
    Migration {
        version: 12,
        name: "folds",
        sql: include_str!("../../../../migrations/replica/0012_folds.sql"),
    },
];

impl Migration {
    /// SHA-256 of the statements, whatever the line endings of the checkout.
    pub fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.replace("\r\n", "\n").as_bytes()))
    }
}

/// The newest format this program knows.
fn newest(migrations: &[Migration]) -> u32 {
    migrations.last().map_or(0, |migration| migration.version)
}

/// Brings the file to this program's format. Another process may be doing the same.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    migrate_with(connection, MIGRATIONS)
}

pub(crate) fn migrate_with(
    connection: &mut Connection,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let known = newest(migrations);
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::NewerFile { found, known });
    }
    for migration in migrations {
        if is_applied(connection, migration)? {
            continue;
        }
        let transaction = Replica::begin(connection)?;
        if !is_applied(&transaction, migration)? {
            apply(&transaction, migration)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn apply(connection: &Connection, migration: &Migration) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
           version    INTEGER PRIMARY KEY,
           name       TEXT NOT NULL,
           checksum   TEXT NOT NULL,
           applied_at INTEGER NOT NULL
         )",
    )?;
    connection.execute_batch(migration.sql)?;
    if migration.name == chain::MIGRATION {
        chain::migrated(connection)?;
    }
    connection.execute(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at)
         VALUES (?1, ?2, ?3, unixepoch() * 1000)",
        rusqlite::params![migration.version, migration.name, migration.checksum()],
    )?;
    Ok(())
}

/// Within an open transaction: drops everything and makes the newest format, empty.
pub(crate) fn begin_anew(connection: &Connection) -> Result<(), StoreError> {
    for kind in ["trigger", "table"] {
        // A virtual table takes the tables behind it with it, so the list is read again each time.
        loop {
            let name: Option<String> = connection
                .query_row(
                    "SELECT name FROM sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                     ORDER BY sql NOT LIKE 'CREATE VIRTUAL%', name = 'audit_events' LIMIT 1",
                    [kind],
                    |row| row.get(0),
                )
                .optional()?;
            let Some(name) = name else { break };
            connection.execute_batch(&format!("DROP {kind} \"{name}\""))?;
        }
    }
    for migration in MIGRATIONS {
        apply(connection, migration)?;
    }
    Ok(())
}

/// The file's format; 0 where nothing was applied.
fn version(connection: &Connection) -> Result<u32, StoreError> {
    if !has_migrations(connection)? {
        return Ok(0);
    }
    Ok(connection.query_row(
        "SELECT coalesce(max(version), 0) FROM schema_migrations",
        [],
        |row| row.get(0),
    )?)
}

fn has_migrations(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection
        .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'")?
        .exists([])?)
}

fn is_applied(connection: &Connection, migration: &Migration) -> Result<bool, StoreError> {
    if !has_migrations(connection)? {
        return Ok(false);
    }
    let checksum: Option<String> = connection
        .query_row(
            "SELECT checksum FROM schema_migrations WHERE version = ?1",
            [migration.version],
            |row| row.get(0),
        )
        .optional()?;
    match checksum {
        None => Ok(false),
        Some(checksum) if checksum == migration.checksum() => Ok(true),
        Some(_) => Err(StoreError::ChangedMigration {
            version: migration.version,
            name: migration.name.to_owned(),
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const GOOD: Migration = Migration {
        version: 1,
        name: "good",
        sql: "CREATE TABLE a (x)",
    };

    #[test]
    fn a_migration_that_fails_leaves_the_format_before_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        let bad = Migration {
            version: 2,
            name: "bad",
            sql: "CREATE TABLE b (x); CREATE TABLE a (x)",
        };
        migrate_with(&mut connection, &[GOOD, bad]).unwrap_err();
        assert_eq!(version(&connection).unwrap(), 1, "the good one stays");
        assert!(
            !connection
                .prepare("SELECT 1 FROM sqlite_schema WHERE name = 'b'")
                .unwrap()
                .exists([])
                .unwrap(),
            "nothing of the bad one does"
        );
        let mended = Migration {
            version: 2,
            name: "mended",
            sql: "CREATE TABLE b (x)",
        };
        migrate_with(&mut connection, &[GOOD, mended]).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
        assert!(matches!(
            migrate_with(&mut connection, &[GOOD]),
            Err(StoreError::NewerFile { found: 2, known: 1 })
        ));
    }
}
