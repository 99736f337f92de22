//! Taking an import back, and the list of imports.

use bson::oid::ObjectId;
use domain::{
    Actor, ChangeSet, Code, Collection, CourseId, Refusal, UserId,
    audit::{Deed, Subject},
    change::{Offline, Patch},
    role::Permission,
};
use replica::{CommitError, Import, ImportKind as StoredKind, Reader};

use crate::{
    desk::Desk,
    dto::{ById, Nothing, RefusedOne, moment},
    error::WorkflowError,
    operations::dto::{ImportRow, UndoOutcome},
};

/// Records taken away in one transaction.
const A_PART: usize = 200;

/// The imports done, newest first. The parts of an import are one line.
pub fn imports_list(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: Nothing,
) -> Result<Vec<ImportRow>, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    desk.read(|reader| {
        let all = reader.imports()?;
        let mut rows = Vec::new();
        for head in all.iter().filter(|import| part_of(import).is_none()) {
            let parts = || {
                all.iter()
                    .filter(|import| import.id == head.id || part_of(import) == Some(head.id))
            };
            let by = match head.by {
                Some(user) => reader.user(user)?.map(|user| user.name),
                None => Some("matriculactl".to_owned()),
            };
            rows.push(ImportRow {
                id: head.id.to_hex(),
                kind: match head.kind {
                    StoredKind::People => "people",
                    StoredKind::Courses => "courses",
                    StoredKind::Oulad => "oulad",
                }
                .to_owned(),
                file: head.file.clone(),
                at: moment(head.at),
                by: by.unwrap_or_default(),
                created: parts().map(made).sum(),
                undone_at: head.undone_at.map(moment),
            });
        }
        Ok(rows)
    })
}

/// How many records a part made, whatever is left of them: as many as it says.
fn made(part: &Import) -> u64 {
    let said = part.extra.get_i64("made").unwrap_or(part.rows);
    u64::try_from(said).unwrap_or(0)
}

fn part_of(import: &Import) -> Option<ObjectId> {
    import.extra.get_object_id("partOf").ok()
}

/// Takes an import back: removes what it made and nobody has used or changed since, and names the
/// others. What had to be left can be taken back later, when it is no longer in use.
pub fn import_undo(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ById,
) -> Result<UndoOutcome, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id = ObjectId::parse_str(&args.id).map_err(|_| Refusal::not_found("The import"))?;
    let mut parts = desk.read(|reader| {
        let head = reader.import(id)?.filter(|head| part_of(head).is_none());
        let head = head.ok_or_else(|| Refusal::not_found("The import"))?;
        if head.undone_at.is_some() {
            return Err(Refusal::new(Code::WrongState, "This import was already taken back.").into());
        }
        if head.kind == StoredKind::Oulad {
            return Err(Refusal::new(
                Code::WrongState,
                "This import booked payments, and what is booked stays on record. Nothing of it can be taken back.",
            )
            .into());
        }
        let parts = reader.imports()?.into_iter().filter(|part| part_of(part) == Some(id));
        Ok(parts.chain([head]).collect::<Vec<Import>>())
    })?;
    // The last part first, the head last: an undoing that is interrupted can be repeated.
    parts.sort_by_key(|part| std::cmp::Reverse((part.id != id, part.at)));
    let mut outcome = UndoOutcome {
        removed: 0,
        kept: Vec::new(),
    };
    for part in parts {
        let mut left: Vec<Subject> = Vec::new();
        for chunk in part.created.rchunks(A_PART) {
            let mut kept = remove(desk, actor, chunk, &mut outcome)?;
            kept.append(&mut left);
            left = kept;
        }
        let complete = left.is_empty() && (part.id != id || outcome.kept.is_empty());
        note(desk, actor, &part, &left, complete)?;
    }
    Ok(outcome)
}

/// Removes what may be removed of a chunk; gives back what is left.
fn remove(
    desk: &Desk<'_>,
    actor: &Actor,
    chunk: &[Subject],
    outcome: &mut UndoOutcome,
) -> Result<Vec<Subject>, WorkflowError> {
    let at = desk.now();
    let mut left = Vec::new();
    let mut planned: Vec<(Subject, String)> = Vec::new();
    let sets = desk.read(|reader| {
        let mut sets: Vec<ChangeSet> = Vec::new();
        for subject in chunk {
            match look(reader, *subject)? {
                Look::Gone => {}
                Look::Unused { label, rev } => {
                    let deed = Deed::new("import.undone", subject.collection, subject.id)
                        .with("name", label.as_str());
                    let set = ChangeSet::new(
                        desk.ids.op(at),
                        actor.clone(),
                        at,
                        deed,
                        Offline::OnlineOnly,
                    );
                    sets.push(set.delete(subject.collection, subject.id).at_revision(
                        subject.collection,
                        subject.id,
                        rev,
                    ));
                    planned.push((*subject, label));
                }
                Look::InUse { label, why } => {
                    outcome
                        .kept
                        .push(kept(*subject, label, Code::WrongState, why));
                    left.push(*subject);
                }
            }
        }
        Ok(sets)
    })?;
    for ((subject, label), done) in planned.into_iter().zip(desk.authority.commit_all(&sets)?) {
        match done {
            Ok(_) => outcome.removed += 1,
            Err(CommitError::GuardMissed(refusal) | CommitError::Refused(refusal)) => {
                outcome
                    .kept
                    .push(kept(subject, label, refusal.code, refusal.message));
                left.push(subject);
            }
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(left)
}

fn kept(subject: Subject, label: String, code: Code, message: String) -> RefusedOne {
    RefusedOne {
        id: subject.id.to_hex(),
        label,
        code,
        message,
    }
}

enum Look {
    Gone,
    Unused { label: String, rev: i64 },
    InUse { label: String, why: String },
}

fn look(reader: &Reader<'_>, subject: Subject) -> Result<Look, WorkflowError> {
    let changed = "It was changed since the import.";
    match subject.collection {
        Collection::Users => {
            let Some(user) = reader.user(UserId(subject.id))? else {
                return Ok(Look::Gone);
            };
            let (label, rev) = (user.name.clone(), user.rev());
            let why = if !reader.enrollments_of_user(user.id)?.is_empty() {
                "This person was enrolled since the import."
            } else if !reader.courses_of_instructor(user.id)?.is_empty() {
                "This person teaches a course."
            } else if user.last_login_at.is_some() {
                "This person has signed in since the import."
            } else if rev > 1 {
                changed
            } else {
                return Ok(Look::Unused { label, rev });
            };
            Ok(Look::InUse {
                label,
                why: why.to_owned(),
            })
        }
        Collection::Courses => {
            let Some(course) = reader.course(CourseId(subject.id))? else {
                return Ok(Look::Gone);
            };
            let (label, rev) = (course.title.clone(), course.rev());
            let mut enrolled = false;
            reader.enrollments_in(course.id, |_| {
                enrolled = true;
                Ok(())
            })?;
            // Looking at a course counts the look: that alone is no change.
            let why = if enrolled {
                "Somebody was enrolled in this course since the import."
            } else if rev - course.view_count > 1 {
                changed
            } else {
                return Ok(Look::Unused { label, rev });
            };
            Ok(Look::InUse {
                label,
                why: why.to_owned(),
            })
        }
        _ => Ok(Look::Gone),
    }
}

/// Notes at a part what is left of it.
fn note(
    desk: &Desk<'_>,
    actor: &Actor,
    part: &Import,
    left: &[Subject],
    complete: bool,
) -> Result<(), WorkflowError> {
    let at = desk.now();
    let bson = |subjects: &[Subject]| {
        bson::serialize_to_bson(subjects).map_err(|error| {
            WorkflowError::Defect(format!("The import cannot be recorded: {error}"))
        })
    };
    let mut patch = Patch::new().set("created", bson(&part.created)?, bson(left)?);
    if complete {
        patch = patch.put("undoneAt", at);
    }
    let deed = Deed::new("import.undone", Collection::Imports, part.id)
        .with("file", part.file.as_str())
        .with(
            "removed",
            i64::try_from(part.created.len() - left.len()).unwrap_or(i64::MAX),
        );
    let set = ChangeSet::new(
        desk.ids.op(at),
        actor.clone(),
        at,
        deed,
        Offline::OnlineOnly,
    )
    .patch(Collection::Imports, part.id, patch);
    desk.authority.commit(&set)?;
    Ok(())
}
