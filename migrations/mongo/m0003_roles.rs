//! 0003: a role for each kind of desktop, with the rights its change sets need and no others.
//!
//! Nobody changes or removes rows of the ledger or the audit trail. An instructor's login cannot read
//! payments; finance and students cannot write courses (counters on courses are recomputed). MongoDB
//! grants by collection: that a student sees only their own documents is the program's doing, not the
//! server's. Roles hold no right to make roles, accounts, indexes or collections: migrations and
//! invitations need a login that owns the database.

use crate::migrations::{
    Migration,
    role::{
        Right::{self, Insert, Inspect, List, Profile, Read, Remove, Update},
        Role,
    },
    step::Step,
};

const READ: &[Right] = &[Read, Inspect];
const APPEND: &[Right] = &[Read, Inspect, Insert];
const EDIT: &[Right] = &[Read, Inspect, Update];
const WRITE: &[Right] = &[Read, Inspect, Insert, Update];
const ALL: &[Right] = &[Read, Inspect, Insert, Update, Remove];

/// The migration.
pub(crate) fn migration() -> Migration {
    let roles = roles();
    Migration {
        number: 3,
        name: "roles",
        about: "Makes the roles matricula_admin, _finance, _instructor and _student with least privileges.",
        down: roles
            .iter()
            .rev()
            .map(|role| Step::DropRole { name: role.name })
            .collect(),
        up: roles.into_iter().map(Step::Role).collect(),
    }
}

/// All of them.
pub(crate) fn roles() -> Vec<Role> {
    vec![admin(), finance(), instructor(), student()]
}

/// What every desktop needs whoever sits at it: the institution's settings, sign-in and its sessions,
/// the trail of what was done, and the engine's own collections.
fn common() -> Vec<(&'static str, &'static [Right])> {
    vec![
        ("", &[List]),
        ("settings", READ),
        ("devices", WRITE),
        ("users", EDIT),
        ("sessions", ALL),
        ("audit_events", APPEND),
        ("sync_ops", APPEND),
        ("sync_tombstones", WRITE),
        ("sync_quarantine", ALL),
        ("sync_locks", ALL),
        ("migrations", READ),
        ("migration_lock", READ),
    ]
}

fn role(name: &'static str, own: &[(&'static str, &'static [Right])]) -> Role {
    let mut rights = common();
    rights.extend(own);
    Role { name, rights }
}

pub(crate) fn admin() -> Role {
    role(
        "matricula_admin",
        &[
            // The one login that watches the whole database, and reads what it profiles.
            ("", &[Read, Inspect, Profile]),
            ("system.profile", &[Read]),
            ("settings", ALL),
            ("devices", ALL),
            ("users", ALL),
            ("courses", ALL),
            ("enrollments", ALL),
            ("payments", WRITE),
            ("payment_ledger", APPEND),
            ("imports", ALL),
            ("auth_tokens", ALL),
        ],
    )
}

fn finance() -> Role {
    role(
        "matricula_finance",
        &[
            ("courses", READ),
            ("enrollments", EDIT),
            ("payments", WRITE),
            ("payment_ledger", APPEND),
        ],
    )
}

fn instructor() -> Role {
    role(
        "matricula_instructor",
        &[("courses", WRITE), ("enrollments", EDIT)],
    )
}

fn student() -> Role {
    role(
        "matricula_student",
        &[
            ("courses", READ),
            ("enrollments", WRITE),
            ("payments", WRITE),
            ("payment_ledger", READ),
        ],
    )
}
