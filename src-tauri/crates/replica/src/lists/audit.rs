//! The audit trail as a list.

use domain::{Collection, Timestamp, UserId};
use bson::oid::ObjectId;

/// Which events, newest first. `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditQuery {
    /// Done by this person.
    pub actor: Option<UserId>,
    /// About this record.
    pub subject: Option<(Collection, ObjectId)>,
    /// Of this area: the part of the verb before the dot (`payment`), or a whole verb
    /// (`payment.captured`).
    pub verb: Option<String>,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub before: Option<Timestamp>,
    /// Oldest first instead.
    pub ascending: bool,
}
