//! Conflict cards: a field two desktops wrote. The server's value stands; the other is kept until a
//! person has looked.

use bson::{Bson, oid::ObjectId};
use domain::{Collection, OpId, Source, Timestamp};
use rusqlite::{Connection, Params, Row};

use super::outbox;
use crate::{
    documents::{count, encode, object_id, parse},
    error::StoreError,
    replica::{Reader, Replica},
};

/// What is on a card.
#[derive(Clone, Debug, PartialEq)]
pub struct NewConflict {
    /// The change set that wrote mine.
    pub op: OpId,
    /// Of which collection.
    pub collection: Collection,
    /// Which document.
    pub id: ObjectId,
    /// Dotted path of the field.
    pub path: String,
    /// Stable word: `field`, `text`, `deleted`, `order`, `moved`, `added`, `restored`.
    pub kind: String,
    /// Both started from this.
    pub base: Bson,
    /// This desktop's.
    pub mine: Bson,
    /// The server's, which stands.
    pub theirs: Bson,
    /// When it was found.
    pub at: Timestamp,
}

/// How a card was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Mine was written after all.
    Mine,
    /// The server's stays.
    Theirs,
}

impl Settled {
    const fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Theirs => "theirs",
        }
    }
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Its number on this desktop.
    pub number: i64,
    /// What is on it.
    pub card: NewConflict,
    /// How it was settled; none: nobody has yet.
    pub settled: Option<Settled>,
}

const COLUMNS: &str = "id, op, collection, doc, path, kind, base, mine, theirs, at, settled";

pub(super) fn add(connection: &Connection, cards: &[NewConflict]) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO conflicts (op, collection, doc, path, kind, base, mine, theirs, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for card in cards {
        insert.execute(rusqlite::params![
            card.op.0.as_bytes(),
            card.collection.name(),
            card.id.bytes(),
            card.path,
            card.kind,
            value_text(&card.base),
            value_text(&card.mine),
            value_text(&card.theirs),
            card.at.timestamp_millis(),
        ])?;
    }
    Ok(())
}

impl Replica {
    /// Keeps cards. (Replacing a change set keeps its own by itself.)
    pub fn add_conflicts(&self, cards: &[NewConflict]) -> Result<(), StoreError> {
        let mut connection = self.writer();
        let transaction = Self::begin(&mut connection)?;
        add(&transaction, cards)?;
        transaction.commit()?;
        if !cards.is_empty() {
            self.raise_version();
        }
        Ok(())
    }

    /// A person has looked. False: there is no such card, or it was settled before.
    pub fn settle_conflict(
        &self,
        number: i64,
        how: Settled,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self
            .writer()
            .prepare_cached(
                "UPDATE conflicts SET settled = ?2, settled_at = ?3 WHERE id = ?1 AND settled IS NULL",
            )?
            .execute(rusqlite::params![number, how.word(), at.timestamp_millis()])?;
        if changed > 0 {
            self.raise_version();
        }
        Ok(changed > 0)
    }
}

impl Reader<'_> {
    /// Cards nobody has settled, the newest first.
    pub fn conflicts(&self, limit: u32) -> Result<Vec<Conflict>, StoreError> {
        self.cards(
            &format!(
                "SELECT {COLUMNS} FROM conflicts WHERE settled IS NULL ORDER BY id DESC LIMIT ?1"
            ),
            [limit],
        )
    }

    /// A card.
    pub fn conflict(&self, number: i64) -> Result<Option<Conflict>, StoreError> {
        let found = self.cards(
            &format!("SELECT {COLUMNS} FROM conflicts WHERE id = ?1"),
            [number],
        )?;
        Ok(found.into_iter().next())
    }

    /// How many cards about a document nobody has settled.
    pub fn conflicts_about(
        &self,
        collection: Collection,
        id: impl Into<ObjectId>,
    ) -> Result<u64, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM conflicts WHERE collection = ?1 AND doc = ?2 AND settled IS NULL",
            )?
            .query_row(
                rusqlite::params![collection.name(), id.into().bytes()],
                |row| count(row, 0),
            )?)
    }

    fn cards(&self, sql: &str, params: impl Params) -> Result<Vec<Conflict>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(card(row)?);
        }
        Ok(found)
    }
}

fn card(row: &Row<'_>) -> Result<Conflict, StoreError> {
    let number: i64 = row.get(0)?;
    let name: String = row.get(2)?;
    let Some(Source::Documents(collection)) = Source::named(&name) else {
        return Err(StoreError::Unreadable {
            collection: "conflicts",
            id: number.to_string(),
            reason: format!("there is no collection {name}"),
        });
    };
    let settled: Option<String> = row.get(10)?;
    Ok(Conflict {
        number,
        card: NewConflict {
            op: outbox::op(row, 1)?,
            collection,
            id: object_id(row, 3)?,
            path: row.get(4)?,
            kind: row.get(5)?,
            base: value(row, 6, number)?,
            mine: value(row, 7, number)?,
            theirs: value(row, 8, number)?,
            at: Timestamp::from_millis(row.get(9)?),
        },
        settled: settled.map(|word| {
            if word == Settled::Mine.word() {
                Settled::Mine
            } else {
                Settled::Theirs
            }
        }),
    })
}

/// A value as text: in a document of one field, as only documents have a text.
fn value_text(value: &Bson) -> String {
    encode(&bson::doc! { "v": value.clone() })
}

fn value(row: &Row<'_>, index: usize, number: i64) -> Result<Bson, StoreError> {
    let text: String = row.get(index)?;
    let mut document = parse("conflicts", number, &text)?;
    Ok(document.remove("v").unwrap_or(Bson::Null))
}
