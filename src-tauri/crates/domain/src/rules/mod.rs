//! The decisions: each takes what was read, the time and the identifiers to use, and returns a change
//! set or a refusal. One file a subject; nothing here knows where documents are kept.

use crate::{
    Timestamp,
    audit::Deed,
    change::{ChangeSet, Offline},
    ids::OpId,
    role::Actor,
};

pub mod accounts;
pub mod adopting;
pub mod desktops;
pub mod effective;
pub mod enrolling;
pub mod learning;
pub mod mail;
pub mod mandate;
pub mod paying;
pub mod people;
pub mod publishing;
pub mod refunding;

/// Under which number, when and by whom something is decided: what every decision takes beside the
/// documents it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// The operation number of the change set to make.
    pub op: OpId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
}

impl Stamp {
    /// A change set of this stamp that does nothing yet.
    pub fn change_set(&self, deed: Deed, offline: Offline) -> ChangeSet {
        ChangeSet::new(self.op, self.actor.clone(), self.at, deed, offline)
    }
}
