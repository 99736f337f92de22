//! A role as the migrations want it: what a login that has it may do to which collection, and no more.
//!
//! Deliberately absent: accounts. A role belongs to nobody until an owner of the database grants it.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, doc};

/// Something a login may do to a collection, or to the whole database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Right {
    /// Read it, and watch it change.
    Read,
    /// Add documents.
    Insert,
    /// Change documents.
    Update,
    /// Take documents away.
    Remove,
    /// See its statistics and indexes.
    Inspect,
    /// See which collections there are, and how large the database is.
    List,
    /// Set the profiler.
    Profile,
}

impl Right {
    const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Read => &["changeStream", "find"],
            Self::Insert => &["insert"],
            Self::Update => &["update"],
            Self::Remove => &["remove"],
            Self::Inspect => &["collStats", "indexStats", "listIndexes"],
            Self::List => &["dbStats", "listCollections"],
            Self::Profile => &["enableProfiler"],
        }
    }
}

/// A role.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// Its name.
    pub(crate) name: &'static str,
    /// Rights by collection; the empty name means every collection that is not the server's own.
    pub(crate) rights: Vec<(&'static str, &'static [Right])>,
}

impl Role {
    /// The `privileges` of a `createRole` command: each resource once, its actions in order.
    pub(crate) fn privileges(&self, database: &str) -> Vec<Document> {
        let mut by_place: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (collection, rights) in &self.rights {
            let actions = by_place.entry(collection).or_default();
            for right in *rights {
                actions.extend(right.actions());
            }
        }
        by_place
            .into_iter()
            .map(|(collection, actions)| {
                let actions: Vec<&str> = actions.into_iter().collect();
                doc! {
                    "resource": { "db": database, "collection": collection },
                    "actions": actions,
                }
            })
            .collect()
    }

    /// Whether the server's role allows the same.
    pub(crate) fn equals(&self, database: &str, found: &Document) -> bool {
        let inherits = found
            .get_array("roles")
            .is_ok_and(|roles| !roles.is_empty());
        let Ok(privileges) = found.get_array("privileges") else {
            return false;
        };
        let found: Vec<Document> = privileges
            .iter()
            .filter_map(Bson::as_document)
            .cloned()
            .collect();
        !inherits && granted(&found) == granted(&self.privileges(database))
    }
}

/// Privileges as a set of (database, collection, action), however they were written down.
pub(crate) fn granted(privileges: &[Document]) -> BTreeSet<(String, String, String)> {
    let mut all = BTreeSet::new();
    for privilege in privileges {
        let Ok(resource) = privilege.get_document("resource") else {
            continue;
        };
        let place = |name: &str| resource.get_str(name).unwrap_or("*").to_owned();
        for action in privilege.get_array("actions").into_iter().flatten() {
            if let Bson::String(action) = action {
                all.insert((place("db"), place("collection"), action.clone()));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_equal_whatever_the_order_its_rights_were_written_in() {
        let role = Role {
            name: "reader",
            rights: vec![
                ("users", &[Right::Read, Right::Insert]),
                ("users", &[Right::Update]),
            ],
        };
        let found = doc! { "roles": [], "privileges": [
            { "resource": { "db": "school", "collection": "users" }, "actions": ["update", "find"] },
            { "resource": { "db": "school", "collection": "users" }, "actions": ["insert", "changeStream"] },
        ] };
        assert!(role.equals("school", &found));
        assert!(!role.equals("other", &found));
        let inherits = doc! { "roles": ["dbOwner"], "privileges": found.get_array("privileges").unwrap().clone() };
        assert!(!role.equals("school", &inherits));
    }
}
