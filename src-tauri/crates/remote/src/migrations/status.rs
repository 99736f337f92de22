//! How the migrations stand in a database: each one, who is at work, and what is in the way.

use mongodb::Database;

use super::{
    Migration,
    catalogue::Catalogue,
    error::MigrationError,
    lock::{self, Held},
    record::{self, Record},
    survey::{Survey, survey},
};

/// How a migration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not applied, or not to the end.
    Pending,
    /// Applied.
    Applied,
    /// Applied but for steps this server could not take.
    Partly,
    /// Applied in another form than this program has.
    Changed,
    /// Applied by a newer program.
    Unknown,
}

impl State {
    /// The word of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Partly => "partly",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
        }
    }
}

/// A migration and how it stands.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// What it does, in one sentence; empty for one of a newer program.
    pub about: String,
    /// How it stands.
    pub state: State,
    /// What the database remembers of it.
    pub record: Option<Record>,
}

/// How the migrations stand.
#[derive(Clone, Debug)]
pub struct Status {
    /// In order.
    pub rows: Vec<Row>,
    /// Who is migrating.
    pub held: Option<Held>,
    /// What stands in the way of those that are pending.
    pub survey: Survey,
}

impl Status {
    /// How many are not applied.
    pub fn pending(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.state == State::Pending)
            .count()
    }
}

/// How these migrations stand in the database.
pub(crate) async fn status(db: &Database, all: &[Migration]) -> Result<Status, MigrationError> {
    let now = Catalogue::read(db).await?;
    let records = record::all(db).await?;
    let pending: Vec<&Migration> = all
        .iter()
        .filter(|m| of(&records, m).is_none_or(|record| record.unfinished))
        .collect();
    Ok(Status {
        rows: rows(all, &records),
        held: lock::holder(db).await?,
        survey: survey(db, &now, &pending).await?,
    })
}

/// The migrations and their records only: what a connection looks at, without reading documents.
pub(crate) fn rows(all: &[Migration], records: &[Record]) -> Vec<Row> {
    let mut rows: Vec<Row> = all
        .iter()
        .map(|migration| {
            let record = of(records, migration).cloned();
            let state = match &record {
                None => State::Pending,
                Some(record) if record.checksum != migration.checksum() => State::Changed,
                Some(record) if record.unfinished => State::Pending,
                Some(record) if record.skipped.is_empty() => State::Applied,
                Some(_) => State::Partly,
            };
            Row {
                number: migration.number,
                name: migration.name.to_owned(),
                about: migration.about.to_owned(),
                state,
                record,
            }
        })
        .collect();
    let unknown = |record: &&Record| !all.iter().any(|m| m.number == record.number);
    rows.extend(records.iter().filter(unknown).map(|record| Row {
        number: record.number,
        name: record.name.clone(),
        about: String::new(),
        state: State::Unknown,
        record: Some(record.clone()),
    }));
    rows
}

pub(crate) fn of<'a>(records: &'a [Record], migration: &Migration) -> Option<&'a Record> {
    records
        .iter()
        .find(|record| record.number == migration.number)
}

/// Refuses a database that a newer program, or another form of a migration, was at work in.
pub(crate) fn check(all: &[Migration], records: &[Record]) -> Result<(), MigrationError> {
    for row in rows(all, records) {
        match row.state {
            State::Unknown => {
                return Err(MigrationError::Newer {
                    number: row.number,
                    name: row.name,
                });
            }
            State::Changed => {
                return Err(MigrationError::Changed {
                    number: row.number,
                    name: row.name,
                });
            }
            State::Pending | State::Applied | State::Partly => {}
        }
    }
    Ok(())
}
