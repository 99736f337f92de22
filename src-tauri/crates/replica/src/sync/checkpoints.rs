//! How far each source was fetched. Written together with what was fetched, so that it is never ahead
//! of it.

use bson::Bson;
use domain::{Source, Timestamp, source::Watermark};
use rusqlite::{Connection, Params, Row};

use crate::{
    documents::{count, decode, encode, parse},
    error::StoreError,
    meta,
    replica::{Reader, Replica},
};

/// The fact that says where the history of changes goes on.
pub(super) const TOKEN: &str = "resume-token";

/// How a source is kept up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is being fetched for the first time.
    Snapshot,
    /// The server tells of changes.
    Stream,
    /// The desktop asks for them.
    Poll,
}

impl Mode {
    const fn word(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Stream => "stream",
            Self::Poll => "poll",
        }
    }
}

/// How far a source was fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Which.
    pub source: Source,
    /// How it is kept up to date.
    pub mode: Mode,
    /// The last `_id` of the first fetch.
    pub after: Option<Bson>,
    /// Documents fetched.
    pub done: u64,
    /// Documents there are, about.
    pub total: u64,
    /// What of the source this desktop holds, as one word.
    pub scope_hash: String,
    /// The last change seen by asking; where a server tells of changes, since when heads that agree are not
    /// believed until everything was compared.
    pub watermark: Option<Watermark>,
    /// When every document was last compared.
    pub sweep_at: Option<Timestamp>,
    /// When it was last known to agree with the server.
    pub as_of: Option<Timestamp>,
}

pub(super) fn write(connection: &Connection, checkpoint: &Checkpoint) -> Result<(), StoreError> {
    let watermark = checkpoint
        .watermark
        .as_ref()
        .map(bson::serialize_to_document)
        .transpose()
        .map_err(|error| StoreError::Unwritable {
            collection: "checkpoints",
            reason: error.to_string(),
        })?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO checkpoints
               (source, mode, after, done, total, scope_hash, watermark, sweep_at, as_of)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(rusqlite::params![
            checkpoint.source.name(),
            checkpoint.mode.word(),
            checkpoint
                .after
                .as_ref()
                .map(|id| encode(&bson::doc! { "_id": id.clone() })),
            i64::try_from(checkpoint.done).unwrap_or(i64::MAX),
            i64::try_from(checkpoint.total).unwrap_or(i64::MAX),
            checkpoint.scope_hash,
            watermark.map(|document| encode(&document)),
            checkpoint.sweep_at.map(|at| at.timestamp_millis()),
            checkpoint.as_of.map(|at| at.timestamp_millis()),
        ])?;
    Ok(())
}

impl Replica {
    /// Remembers how far a source was fetched, with nothing fetched.
    pub fn set_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        write(&self.writer(), checkpoint)
    }

    /// Remembers where the history of changes goes on; none: it must be begun anew.
    pub fn set_resume_token(&self, token: Option<&str>) -> Result<(), StoreError> {
        let writer = self.writer();
        match token {
            Some(token) => meta::set(&writer, TOKEN, token),
            None => {
                writer
                    .prepare_cached("DELETE FROM meta WHERE key = ?1")?
                    .execute([TOKEN])?;
                Ok(())
            }
        }
    }
}

const SELECT: &str = "SELECT source, mode, after, done, total, scope_hash, watermark, sweep_at, as_of FROM checkpoints";

impl Reader<'_> {
    /// How far a source was fetched; none: not at all.
    pub fn checkpoint(&self, source: Source) -> Result<Option<Checkpoint>, StoreError> {
        let found = self.checkpoints_of(&format!("{SELECT} WHERE source = ?1"), [source.name()])?;
        Ok(found.into_iter().next())
    }

    /// How far each source was fetched.
    pub fn checkpoints(&self) -> Result<Vec<Checkpoint>, StoreError> {
        self.checkpoints_of(SELECT, [])
    }

    /// Where the history of changes goes on.
    pub fn resume_token(&self) -> Result<Option<String>, StoreError> {
        self.meta(TOKEN)
    }

    fn checkpoints_of(
        &self,
        sql: &str,
        params: impl Params,
    ) -> Result<Vec<Checkpoint>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.extend(checkpoint(row)?);
        }
        Ok(found)
    }
}

fn checkpoint(row: &Row<'_>) -> Result<Option<Checkpoint>, StoreError> {
    let name: String = row.get(0)?;
    let Some(source) = Source::named(&name) else {
        return Ok(None);
    };
    let mode: String = row.get(1)?;
    let after: Option<String> = row.get(2)?;
    let watermark: Option<String> = row.get(6)?;
    let moment = |index| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row
            .get::<_, Option<i64>>(index)?
            .map(Timestamp::from_millis))
    };
    Ok(Some(Checkpoint {
        source,
        mode: [Mode::Stream, Mode::Poll]
            .into_iter()
            .find(|known| known.word() == mode)
            .unwrap_or(Mode::Snapshot),
        after: after
            .map(|text| parse("checkpoints", &name, &text))
            .transpose()?
            .and_then(|mut document| document.remove("_id")),
        done: count(row, 3)?,
        total: count(row, 4)?,
        scope_hash: row.get(5)?,
        watermark: watermark
            .map(|text| decode("checkpoints", &name, parse("checkpoints", &name, &text)?))
            .transpose()?,
        sweep_at: moment(7)?,
        as_of: moment(8)?,
    }))
}
