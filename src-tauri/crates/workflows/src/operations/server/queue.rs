//! What a person does about a change set the server did not take, and about a conflict card.

use std::path::Path;

use bson::{Bson, Document};
use domain::{
    Actor, Code, OpId, Refusal, audit::Deed, change::Offline, role::Permission, rules::Stamp,
};
use replica::{Conflict, QueueRow, Reader, Settled};
use sync::{ConflictKind, rebase};

use super::{
    centre::{centre, may_see},
    dto::{ByOp, ByOpReason, SettleConflict, SyncCentre},
    link,
};
use crate::{
    accounts::Workspace, desk::Desk, dto::SavedFile, error::WorkflowError, operations::reads,
    print::save_new,
};

/// Sends a change set that failed once more.
pub fn queue_retry(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ByOp,
) -> Result<SyncCentre, WorkflowError> {
    let link = link(workspace)?;
    let row = row(desk, actor, &args.op)?;
    link.engine().retry(row.change_set.op)?;
    centre(workspace, desk, actor)
}

/// Gives a change set up: what it wrote here is undone. Never for money.
pub fn queue_discard(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ByOpReason,
) -> Result<SyncCentre, WorkflowError> {
    let link = link(workspace)?;
    let reason = reason(&args.reason)?;
    let row = row(desk, actor, &args.op)?;
    let deed = Deed {
        verb: "change.discarded".to_owned(),
        subjects: row.change_set.deed.subjects.clone(),
        detail: bson::doc! {
            "of": row.change_set.deed.verb.as_str(),
            "reason": reason,
            "op": row.change_set.op.to_string(),
        },
    };
    let marker = stamp(desk, actor).change_set(deed, Offline::Queue);
    link.engine().discard(row.change_set.op, Some(&marker))?;
    centre(workspace, desk, actor)
}

/// Voids money that the server did not take: booked and given back at once, with the reason.
pub fn queue_void(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ByOpReason,
) -> Result<SyncCentre, WorkflowError> {
    actor.require(Permission::RecordPayments)?;
    let link = link(workspace)?;
    let reason = reason(&args.reason)?;
    let row = row(desk, actor, &args.op)?;
    if row.change_set.ledger_entry().is_none() {
        return Err(Refusal::new(
            Code::WrongState,
            "This change books no money: it can be discarded.",
        )
        .into());
    }
    link.engine()
        .void(row.change_set.op, &stamp(desk, actor), reason)?;
    centre(workspace, desk, actor)
}

/// Writes a change set to a file, for whoever has to look into it; the line in the trail comes first. Secrets
/// (hashes of passwords, addresses and tokens, second factors) are left out.
pub fn queue_export(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ByOp,
    folder: &Path,
) -> Result<SavedFile, WorkflowError> {
    if !workspace.has_server() {
        return Err(super::no_server().into());
    }
    let row = row(desk, actor, &args.op)?;
    let document = bson::serialize_to_document(&row.change_set)
        .map_err(|error| WorkflowError::Defect(error.to_string()))?;
    let value = serde_json::json!({
        "changeSet": Bson::Document(without_secrets(document)).into_relaxed_extjson(),
        "attempts": row.failures,
        "error": row.error,
        "reason": row.reason,
    });
    let text = serde_json::to_vec_pretty(&value)
        .map_err(|error| WorkflowError::Defect(error.to_string()))?;
    reads::saved(desk, actor, "list.saved", "queue", 1)?;
    save_new(folder, &format!("change {}", args.op), "json", &text, None)
}

/// Settles a conflict card: the server's stays, or mine is put in its place as an edit of its own.
pub fn conflict_settle(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &SettleConflict,
) -> Result<SyncCentre, WorkflowError> {
    link(workspace)?;
    let none = || Refusal::not_found("The conflict");
    let number: i64 = args.id.parse().map_err(|_| none())?;
    let conflict = desk.read(|reader| {
        let conflict = reader
            .conflict(number)?
            .filter(|conflict| conflict.settled.is_none())
            .ok_or_else(none)?;
        if actor.require(Permission::RunWorkspace).is_err() && !made_by(reader, actor, &conflict)? {
            return Err(none().into());
        }
        Ok(conflict)
    })?;
    if args.take_mine {
        let card = card(&conflict)?;
        desk.decide_if(|reader| {
            let current = reader
                .document(card.collection, card.id)?
                .ok_or_else(|| Refusal::not_found("The record"))?;
            Ok((rebase::settle(&card, &current, &stamp(desk, actor))?, ()))
        })?;
    }
    let settled = if args.take_mine {
        Settled::Mine
    } else {
        Settled::Theirs
    };
    desk.replica.settle_conflict(number, settled, desk.now())?;
    centre(workspace, desk, actor)
}

/// Whether what the card is about was this person's.
pub(super) fn made_by(
    reader: &Reader<'_>,
    actor: &Actor,
    conflict: &Conflict,
) -> Result<bool, WorkflowError> {
    let Some(user) = actor.user else {
        return Ok(false);
    };
    if let Some(row) = reader.queued(conflict.card.op)? {
        return Ok(row.change_set.actor.user == Some(user));
    }
    let told = reader.timeline(conflict.card.collection, conflict.card.id, None, 500)?;
    Ok(told
        .iter()
        .any(|row| row.event.op == conflict.card.op && row.event.actor.user == Some(user)))
}

fn card(conflict: &Conflict) -> Result<rebase::Card, Refusal> {
    let card = &conflict.card;
    let kind = ConflictKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == card.kind)
        .ok_or_else(|| {
            Refusal::new(
                Code::WrongState,
                "A newer version of the program wrote this card.",
            )
        })?;
    Ok(rebase::Card {
        collection: card.collection,
        id: card.id,
        path: card.path.clone(),
        kind,
        base: card.base.clone(),
        mine: card.mine.clone(),
        theirs: card.theirs.clone(),
    })
}

fn row(desk: &Desk<'_>, actor: &Actor, op: &str) -> Result<QueueRow, WorkflowError> {
    let none = || Refusal::not_found("The change");
    let op: OpId = op.parse().map_err(|_| none())?;
    desk.read(|reader| {
        reader
            .queued(op)?
            .filter(|row| may_see(actor, &row.change_set))
            .ok_or_else(|| none().into())
    })
}

fn reason(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::field(Code::Required, "reason", "Say why."));
    }
    if text.chars().count() > 500 {
        return Err(Refusal::field(
            Code::TooLong,
            "reason",
            "A reason has 500 characters at most.",
        ));
    }
    Ok(text)
}

fn stamp(desk: &Desk<'_>, actor: &Actor) -> Stamp {
    crate::accounts::stamp(desk, actor.clone())
}

/// Fields whose values are nobody's to read.
const SECRET: [&str; 9] = [
    "password",
    "tokenHash",
    "addressHash",
    "secondFactor",
    "sealed",
    "recovery",
    "emailVerificationToken",
    "passwordResetToken",
    "certificateKey",
];

fn without_secrets(document: Document) -> Document {
    document
        .into_iter()
        .map(|(key, value)| {
            let secret = key.split('.').any(|part| SECRET.contains(&part));
            let value = if secret {
                Bson::from("[hidden]")
            } else {
                cleaned(value)
            };
            (key, value)
        })
        .collect()
}

fn cleaned(value: Bson) -> Bson {
    match value {
        Bson::Document(inner) => Bson::Document(without_secrets(inner)),
        Bson::Array(values) => Bson::Array(values.into_iter().map(cleaned).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn no_secret_of_a_change_set_leaves_with_it() {
        let patch = doc! {
            "set": {
                "password": "planted",
                "secondFactor.recovery": ["planted"],
                "secondFactor.lastStep": "planted",
                "secondFactor": { "sealed": "planted" },
                "profile.phone": "seen",
            },
            "base": { "secondFactor.recovery": ["planted", "planted"] },
        };
        let inserted =
            doc! { "tokenHash": "planted", "addressHash": "planted", "sealed": "planted" };
        let set = doc! { "changes": [patch, { "document": inserted }] };
        let told = without_secrets(set).to_string();
        assert!(!told.contains("planted") && told.contains("seen"), "{told}");
    }
}
