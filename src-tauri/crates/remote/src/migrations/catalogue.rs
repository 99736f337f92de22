//! What a database has of our collections, validators, indexes and roles: what steps are planned from,
//! and what two databases are compared by.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use mongodb::Database;

use super::error::MigrationError;
use crate::failure::code;

/// A database as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    /// Its name.
    pub(crate) database: String,
    /// Collections by name; the server's own and views left out.
    pub(crate) collections: BTreeMap<String, Held>,
    /// Roles of the database by name; none: they cannot be read.
    pub(crate) roles: Option<BTreeMap<String, Document>>,
    /// Collections of ours in which another program keeps documents of another kind.
    pub(crate) shared: BTreeSet<&'static str>,
}

/// Collections whose names other programs use for documents of their own, and a field all of ours have:
/// session stores of web servers are the usual ones.
const SHARED: [(&str, &str); 1] = [("sessions", "tokenHash")];

/// A collection as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    /// `validator`, `validationLevel`, `validationAction`, as far as they are set.
    pub(crate) options: Document,
    /// Its indexes as the server lists them, that of `_id` left out.
    pub(crate) indexes: Vec<Document>,
}

impl Held {
    /// Its validator, if it has one.
    pub(crate) fn validator(&self) -> Option<&Document> {
        self.options
            .get_document("validator")
            .ok()
            .filter(|validator| !validator.is_empty())
    }
}

impl Catalogue {
    /// Reads it.
    pub(crate) async fn read(db: &Database) -> Result<Self, MigrationError> {
        let mut collections = BTreeMap::new();
        let listed: Vec<Document> = db
            .run_cursor_command(doc! { "listCollections": 1 })
            .await?
            .try_collect()
            .await?;
        for row in listed {
            let Ok(name) = row.get_str("name") else {
                continue;
            };
            if name.starts_with("system.") || row.get_str("type").is_ok_and(|t| t != "collection") {
                continue;
            }
            let all = row.get_document("options").cloned().unwrap_or_default();
            let options = ["validator", "validationLevel", "validationAction"]
                .into_iter()
                .filter_map(|key| Some((key.to_owned(), all.get(key)?.clone())))
                .collect();
            let indexes = indexes(db, name).await?;
            collections.insert(name.to_owned(), Held { options, indexes });
        }
        let mut shared = BTreeSet::new();
        for (name, field) in SHARED {
            let mut without = Document::new();
            without.insert(field, doc! { "$exists": false });
            let other = db.collection::<Document>(name).find_one(without).await?;
            if other.is_some() {
                shared.insert(name);
            }
        }
        Ok(Self {
            database: db.name().to_owned(),
            collections,
            roles: roles(db).await?,
            shared,
        })
    }

    /// The indexes of a collection; none where there is no such collection.
    pub(crate) fn indexes(&self, collection: &str) -> &[Document] {
        self.collections
            .get(collection)
            .map_or(&[], |held| held.indexes.as_slice())
    }

    /// Everything in it but the migrations' own records, in an order that does not change.
    pub(crate) fn snapshot(&self) -> Document {
        let mut told = Document::new();
        for (name, held) in &self.collections {
            if name.starts_with("migration") {
                continue;
            }
            let mut indexes: Vec<Document> = held.indexes.iter().map(plain).collect();
            indexes.sort_by_key(|index| index.get_str("name").unwrap_or_default().to_owned());
            told.insert(
                name.clone(),
                doc! { "options": held.options.clone(), "indexes": indexes },
            );
        }
        let roles: Document = self
            .roles
            .iter()
            .flatten()
            .map(|(name, role)| {
                let mut rights: Vec<Bson> = super::role::granted(&privileges(role))
                    .into_iter()
                    .map(|(_, collection, action)| Bson::from(format!("{collection} {action}")))
                    .collect();
                rights.dedup();
                (name.clone(), Bson::Array(rights))
            })
            .collect();
        told.insert("roles", roles);
        told
    }
}

fn privileges(role: &Document) -> Vec<Document> {
    role.get_array("privileges")
        .into_iter()
        .flatten()
        .filter_map(Bson::as_document)
        .cloned()
        .collect()
}

fn plain(index: &Document) -> Document {
    let mut index = index.clone();
    for server_made in ["v", "ns", "background", "textIndexVersion"] {
        index.remove(server_made);
    }
    index
}

async fn indexes(db: &Database, collection: &str) -> Result<Vec<Document>, MigrationError> {
    let all: Vec<Document> = db
        .run_cursor_command(doc! { "listIndexes": collection })
        .await?
        .try_collect()
        .await?;
    Ok(all
        .into_iter()
        .filter(|index| index.get_str("name").ok() != Some("_id_"))
        .collect())
}

/// The database's own roles; none where the login may not see them or the server has none.
async fn roles(db: &Database) -> Result<Option<BTreeMap<String, Document>>, MigrationError> {
    let answer = db
        .run_command(doc! { "rolesInfo": 1, "showPrivileges": true })
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        // Unauthorized, no such command, not supported.
        Err(error) if matches!(code(&error), Some(13 | 59 | 115)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut found = BTreeMap::new();
    for role in answer.get_array("roles").into_iter().flatten() {
        if let Bson::Document(role) = role
            && let Ok(name) = role.get_str("role")
        {
            found.insert(name.to_owned(), role.clone());
        }
    }
    Ok(Some(found))
}
