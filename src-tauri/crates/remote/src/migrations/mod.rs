//! Migrations of the institution's database: numbered, each with a way up and a way down, applied by
//! one desktop at a time, and adopting what other programs have made.
//!
//! The migrations themselves are in `migrations/mongo`. Nothing is dropped silently, no account is
//! made, and what a server cannot do is recorded with its reason and tried again by the next run.

pub(crate) mod catalogue;
mod error;
mod form;
pub(crate) mod index;
mod lock;
mod plan;
mod record;
pub(crate) mod role;
mod run;
mod server;
pub(crate) mod shape;
mod status;
pub(crate) mod step;
mod survey;
mod trail;

#[path = "../../../../../migrations/mongo/m0001_collections.rs"]
pub(crate) mod m0001_collections;
#[path = "../../../../../migrations/mongo/m0002_indexes.rs"]
pub(crate) mod m0002_indexes;
#[path = "../../../../../migrations/mongo/m0003_roles.rs"]
pub(crate) mod m0003_roles;
#[path = "../../../../../migrations/mongo/m0004_audit_chain.rs"]
pub(crate) mod m0004_audit_chain;
#[path = "../../../../../migrations/mongo/m0005_asked_by_slices.rs"]
pub(crate) mod m0005_asked_by_slices;

use sha2::{Digest, Sha256};

use self::step::Step;
pub(crate) use self::survey::expiring_people;
pub use self::{
    error::MigrationError,
    lock::Held,
    record::{Kept, Record, Replaced, Skipped},
    run::{Direction, Order, Progress, Report},
    status::{Row, State, Status},
    survey::{Offending, Survey, Warning},
};

/// What the validator of its collection would refuse of a document, field by field. A collection without a validator refuses nothing.
pub fn problems(collection: &str, document: &bson::Document) -> Vec<Offending> {
    let id = document.get("_id").map(survey::id_text).unwrap_or_default();
    m0001_collections::shapes()
        .iter()
        .filter(|(name, _)| *name == collection)
        .flat_map(|(_, shape)| shape.problems(document))
        .map(|problem| Offending {
            collection: collection.to_owned(),
            id: id.clone(),
            field: problem.path,
            problem: problem.what,
        })
        .collect()
}

/// A migration.
#[derive(Clone, Debug)]
pub(crate) struct Migration {
    /// Its place in the order, from 1.
    pub(crate) number: i32,
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does, in one sentence.
    pub(crate) about: &'static str,
    /// What holds afterwards.
    pub(crate) up: Vec<Step>,
    /// What holds after it was taken back.
    pub(crate) down: Vec<Step>,
}

impl Migration {
    /// SHA-256 over everything it says, in hexadecimal.
    pub(crate) fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{} {}", self.number, self.name));
        for step in self.up.iter().chain(&self.down) {
            hash.update("\n");
            hash.update(step.text());
        }
        hex::encode(hash.finalize())
    }
}

/// Every index the migrations make.
pub(crate) fn wanted_indexes() -> Vec<index::Index> {
    let mut all = m0002_indexes::indexes();
    all.push(m0004_audit_chain::by_chain());
    all.extend(m0005_asked_by_slices::indexes());
    all
}

/// All migrations, in order.
pub(crate) fn all() -> Vec<Migration> {
    vec![
        m0001_collections::migration(),
        m0002_indexes::migration(),
        m0003_roles::migration(),
        m0004_audit_chain::migration(),
        m0005_asked_by_slices::migration(),
    ]
}
