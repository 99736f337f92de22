//! 0004: the audit trail is chained per device: rows of before get their places, and no two rows of a
//! device can take the same one.
//!
//! The index is also how a commit finds where its device's chain ends. The administrator's login may
//! change rows of the two trails, to take the words out of them when a person is erased; it may not remove
//! any, and what else it would change the chains show.

use bson::doc;

use crate::migrations::{
    Migration,
    index::{Index, index},
    m0003_roles,
    role::{Right, Role},
    step::Step,
};

/// The migration.
pub(crate) fn migration() -> Migration {
    let index = by_chain();
    Migration {
        number: 4,
        name: "audit-chain",
        about: "Chains the rows of the audit trail, each device's by itself.",
        down: vec![
            Step::DropIndex {
                collection: index.collection,
                name: index.name,
            },
            Step::KeepTrail,
            Step::Role(m0003_roles::admin()),
        ],
        up: vec![Step::ChainTrail, Step::Index(index), Step::Role(admin())],
    }
}

/// A device's rows by their place in its chain.
pub(crate) fn by_chain() -> Index {
    index(
        "audit_events",
        "audit_by_chain",
        doc! { "actor.device": 1, "chain.number": 1 },
    )
    .unique_number("chain.number")
}

/// The administrator's role, which erases people.
fn admin() -> Role {
    let mut role = m0003_roles::admin();
    for (collection, rights) in &mut role.rights {
        if matches!(*collection, "audit_events" | "payment_ledger") {
            *rights = &[Right::Read, Right::Inspect, Right::Insert, Right::Update];
        }
    }
    role
}
