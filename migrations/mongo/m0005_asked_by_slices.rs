//! 0005: indexes of what finance desktops and desktops that poll ask: people by role in the order of `_id`,
//! and what was applied since a moment.

use bson::doc;

use crate::migrations::{
    Migration,
    index::{Index, index},
    step::Step,
};

/// The migration.
pub(crate) fn migration() -> Migration {
    let indexes = indexes();
    Migration {
        number: 5,
        name: "asked-by-slices",
        about: "Makes the indexes behind what finance desktops and desktops that poll ask.",
        down: indexes
            .iter()
            .rev()
            .map(|index| Step::DropIndex {
                collection: index.collection,
                name: index.name,
            })
            .collect(),
        up: indexes.into_iter().map(Step::Index).collect(),
    }
}

/// Its indexes.
pub(crate) fn indexes() -> Vec<Index> {
    vec![
        index("users", "users_of_role", doc! { "role": 1, "_id": 1 }),
        index("sync_ops", "ops_by_time", doc! { "at": 1, "_id": 1 }),
    ]
}
