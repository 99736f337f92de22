//! The steps migrations are made of, each a fact that holds afterwards, and their canonical text, which
//! the checksum is taken over.
//!
//! Deliberately absent: what a step means on the server at hand; that is planned from its catalogue.

use bson::{Bson, Document, doc};

use super::{index::Index, role::Role, shape::Shape};

/// One step.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The collection exists and takes only documents of this shape.
    Collection {
        /// Which.
        name: &'static str,
        /// The shape.
        shape: Shape,
    },
    /// The index exists, under our name or another.
    Index(Index),
    /// The role exists and has exactly these rights.
    Role(Role),
    /// Every row of the audit trail has its place in its device's chain.
    ChainTrail,
    /// The rows keep their places: a trail is never undone.
    KeepTrail,
    /// The collection has no validator of ours; it is gone if we made it and it is empty.
    ReleaseCollection {
        /// Which.
        name: &'static str,
    },
    /// The index of our name is gone.
    DropIndex {
        /// Where.
        collection: &'static str,
        /// Which.
        name: &'static str,
    },
    /// The role is gone.
    DropRole {
        /// Which.
        name: &'static str,
    },
}

impl Step {
    /// A name that stays: `collection users`, `index courses.courses_text`, `role matricula_admin`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Collection { name, .. } | Self::ReleaseCollection { name } => {
                format!("collection {name}")
            }
            Self::Index(index) => format!("index {}.{}", index.collection, index.name),
            Self::DropIndex { collection, name } => format!("index {collection}.{name}"),
            Self::Role(role) => format!("role {}", role.name),
            Self::ChainTrail | Self::KeepTrail => "chain audit_events".to_owned(),
            Self::DropRole { name } => format!("role {name}"),
        }
    }

    /// Everything the step says, in an order that does not change.
    pub(crate) fn text(&self) -> String {
        let told = match self {
            Self::Collection { shape, .. } => doc! { "shape": shape.schema() },
            Self::Index(index) => doc! { "spec": index.spec() },
            Self::Role(role) => doc! { "privileges": role.privileges("") },
            Self::ChainTrail => doc! { "chained": true },
            Self::KeepTrail => doc! { "kept": true },
            Self::ReleaseCollection { .. } | Self::DropIndex { .. } | Self::DropRole { .. } => {
                doc! { "gone": true }
            }
        };
        format!("{} {}", self.name(), extended(told))
    }
}

/// A command as relaxed extended JSON on one line.
pub(crate) fn extended(command: Document) -> String {
    Bson::Document(command).into_relaxed_extjson().to_string()
}
