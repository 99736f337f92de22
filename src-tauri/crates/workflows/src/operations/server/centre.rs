//! The sync centre: the state of synchronisation, what waits and what failed, conflict cards, records of
//! other programs that cannot be read.
//!
//! People see what concerns them: an administrator everything, who records payments also all money,
//! everybody what they did themselves. Acting on a row is in `queue`.

use domain::{Actor, ChangeSet, role::Permission};
use replica::{Conflict, QueueState as Queued, Reader};

use super::{
    dto::{
        ConflictCard, PauseSync, PendingArgs, PendingDto, QueueRow, QueueState, SourceProgress,
        SyncCentre, SyncState, SyncStatus, UnreadableRow,
    },
    link,
    link::object_id,
    words,
};
use crate::{
    accounts::Workspace,
    desk::Desk,
    dto::{Nothing, RecordRef, moment},
    error::WorkflowError,
    operations::timeline::{plain, plain_document},
};

/// Rows shown of each list.
const SHOWN: u32 = 500;

/// What the pill says.
pub fn sync_status(
    workspace: &Workspace,
    desk: &Desk<'_>,
    _actor: &Actor,
    _args: &Nothing,
) -> Result<SyncStatus, WorkflowError> {
    status(workspace, desk)
}

pub(super) fn status(workspace: &Workspace, desk: &Desk<'_>) -> Result<SyncStatus, WorkflowError> {
    if let Some(link) = workspace.link() {
        return Ok(words::told(
            &link.engine().status()?,
            link.target().environment,
        ));
    }
    if !workspace.has_server() {
        return Ok(words::local());
    }
    let counts = desk.read(|reader| Ok(reader.queue_counts()?))?;
    Ok(SyncStatus {
        state: SyncState::Refused,
        waiting: counts.waiting,
        lines: counts.lines,
        attention: counts.dead,
        conflicts: counts.conflicts,
        problem: link(workspace).err().map(|refusal| refusal.message),
        ..words::local()
    })
}

/// The whole sync centre.
pub fn sync_centre(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<SyncCentre, WorkflowError> {
    centre(workspace, desk, actor)
}

pub(super) fn centre(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
) -> Result<SyncCentre, WorkflowError> {
    let link = workspace.link();
    let collections = match link {
        None => Vec::new(),
        Some(link) => link
            .engine()
            .sources()?
            .into_iter()
            .map(|state| SourceProgress {
                collection: state.source.name().to_owned(),
                done: state.done,
                total: state.total,
                complete: state.complete,
                as_of: state.as_of.map(moment),
                swept_at: state.swept_at.map(moment),
            })
            .collect(),
    };
    let (queue, conflicts, unreadable) = desk.read(|reader| {
        let mut queue = Vec::new();
        for row in reader.queue(SHOWN)? {
            if may_see(actor, &row.change_set) {
                queue.push(told(reader, row)?);
            }
        }
        let mut cards = Vec::new();
        for conflict in reader.conflicts(SHOWN)? {
            if actor.require(Permission::RunWorkspace).is_ok()
                || super::queue::made_by(reader, actor, &conflict)?
            {
                cards.push(card(reader, conflict)?);
            }
        }
        let unreadable = if actor.require(Permission::RunWorkspace).is_ok() {
            reader.unreadable(SHOWN)?
        } else {
            Vec::new()
        };
        Ok((queue, cards, unreadable))
    })?;
    Ok(SyncCentre {
        status: status(workspace, desk)?,
        address: link.map(|link| link.target().address.clone()),
        database: link.map(|link| link.target().database.clone()),
        scope: link.map(|link| link.engine().scope().reach().into()),
        collections,
        queue,
        conflicts,
        unreadable: unreadable
            .into_iter()
            .map(|row| UnreadableRow {
                collection: row.source.name().to_owned(),
                id: match row.id {
                    bson::Bson::ObjectId(id) => id.to_hex(),
                    bson::Bson::String(text) => text,
                    other => other.to_string(),
                },
                reason: row.reason,
            })
            .collect(),
    })
}

/// Whether a waiting change set is this person's to see and to decide about.
pub(super) fn may_see(actor: &Actor, change_set: &ChangeSet) -> bool {
    let own = actor.user.is_some() && actor.user == change_set.actor.user;
    own || actor.require(Permission::RunWorkspace).is_ok()
        || (change_set.ledger_entry().is_some()
            && actor.require(Permission::RecordPayments).is_ok())
}

/// A row of the queue, told like a line of a timeline.
fn told(reader: &Reader<'_>, row: replica::QueueRow) -> Result<QueueRow, WorkflowError> {
    let set = row.change_set;
    let money = set.ledger_entry().is_some();
    let mut subjects = Vec::new();
    for subject in set.deed.subjects.iter().take(8) {
        subjects.push(RecordRef {
            collection: subject.collection,
            id: subject.id.to_hex(),
            label: reader.called(subject.collection, subject.id)?,
        });
    }
    Ok(QueueRow {
        op: set.op.to_string(),
        state: match row.state {
            Queued::Waiting => QueueState::Waiting,
            Queued::Sending => QueueState::Sending,
            Queued::Blocked { .. } => QueueState::Blocked,
            Queued::Dead => QueueState::Failed,
        },
        at: moment(set.at),
        actor: set.actor.name,
        verb: set.deed.verb,
        detail: plain_document(set.deed.detail),
        subjects,
        attempts: u64::from(row.failures),
        next_at: row.next_at.map(moment),
        reason: row.reason,
        money,
    })
}

fn card(reader: &Reader<'_>, conflict: Conflict) -> Result<ConflictCard, WorkflowError> {
    let card = conflict.card;
    Ok(ConflictCard {
        id: conflict.number.to_string(),
        record: RecordRef {
            collection: card.collection,
            id: card.id.to_hex(),
            label: reader.called(card.collection, card.id)?,
        },
        path: card.path,
        kind: card.kind,
        base: plain(card.base),
        mine: plain(card.mine),
        theirs: plain(card.theirs),
        at: moment(card.at),
    })
}

/// Tries the server at once.
pub fn sync_now(
    workspace: &Workspace,
    desk: &Desk<'_>,
    _actor: &Actor,
    _args: &Nothing,
) -> Result<SyncStatus, WorkflowError> {
    link(workspace)?.engine().try_now()?;
    status(workspace, desk)
}

/// Pauses synchronisation, or goes on.
pub fn sync_pause(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &PauseSync,
) -> Result<SyncStatus, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    link(workspace)?.engine().pause(args.paused)?;
    status(workspace, desk)
}

/// Whether something about a record waits for the server. Only how much is told of what is not this
/// person's to see: nothing.
pub fn record_pending(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &PendingArgs,
) -> Result<PendingDto, WorkflowError> {
    let id = object_id(&args.id)?;
    if !workspace.has_server() {
        return Ok(PendingDto {
            waiting: Vec::new(),
            conflicts: 0,
        });
    }
    desk.read(|reader| {
        let mut waiting = Vec::new();
        for row in reader.pending_for(args.collection, id)? {
            if may_see(actor, &row.change_set) {
                waiting.push(told(reader, row)?);
            }
        }
        Ok(PendingDto {
            waiting,
            conflicts: reader.conflicts_about(args.collection, id)?,
        })
    })
}
