//! Sensitive reads: looking at somebody's record or receipt, taking lists, reports and personal data out of
//! the institution, reading a one-time code out. Each leaves a line in the audit trail, and nothing is
//! read where the line cannot be written.
//!
//! Looking at a record again within the hour leaves no second line, and looking at one the person wrote
//! within the hour none at all: the window reads a record anew whenever anything changed.

use domain::{
    Actor, Collection, Timestamp,
    audit::Deed,
    change::{ChangeSet, Offline},
};

use crate::{desk::Desk, error::WorkflowError};

/// How long one line stands for looking at a record, in milliseconds.
const STANDS: i64 = 60 * 60 * 1_000;

/// Leaves the line of a look at a record, unless this person left any line about it within the hour.
pub(crate) fn note(desk: &Desk<'_>, actor: &Actor, deed: Deed) -> Result<(), WorkflowError> {
    let (Some(person), Some(subject)) = (actor.user, deed.subjects.first().copied()) else {
        // The product itself looks at nothing.
        return Ok(());
    };
    let since = Timestamp::from_millis(desk.now().timestamp_millis().saturating_sub(STANDS));
    let told = desk.read(|reader| {
        Ok::<_, WorkflowError>(reader.told_since(person, subject.collection, subject.id, since)?)
    })?;
    if told {
        Ok(())
    } else {
        always(desk, actor, deed)
    }
}

/// Leaves the line of something that was taken out of the institution.
pub(crate) fn saved(
    desk: &Desk<'_>,
    actor: &Actor,
    verb: &str,
    list: &str,
    rows: u64,
) -> Result<(), WorkflowError> {
    let settings = desk.read(|reader| Ok::<_, WorkflowError>(reader.settings()?))?;
    let Some(settings) = settings else {
        return Ok(());
    };
    let deed = Deed::new(verb, Collection::Settings, settings.id)
        .with("list", list)
        .with("rows", i64::try_from(rows).unwrap_or(i64::MAX));
    always(desk, actor, deed)
}

/// Leaves the line.
pub(crate) fn always(desk: &Desk<'_>, actor: &Actor, deed: Deed) -> Result<(), WorkflowError> {
    let now = desk.now();
    let set = ChangeSet::new(desk.ids.op(now), actor.clone(), now, deed, Offline::Queue);
    desk.authority.commit(&set)?;
    Ok(())
}
