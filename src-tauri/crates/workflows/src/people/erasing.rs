//! Erasing a person for good, by an administrator. What has to go and what stays is decided in `domain`;
//! here it is read together, and the file's pages are written anew afterwards.

use bson::Document;
use domain::{
    Actor, Collection, Refusal, UserId,
    course::CourseStatus,
    role::Permission,
    rules::people::erasing::{self, Holdings},
};
use replica::{Reader, StoreError};

use super::{
    convert,
    dto::{ErasePerson, PersonDetail},
    find, other_admins, parse,
};
use crate::{accounts::stamp, desk::Desk, error::WorkflowError};

/// Takes name, contacts, secrets, notes and words of a person out of everything.
pub fn person_erase(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ErasePerson,
) -> Result<PersonDetail, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id = parse(&args.id)?;
    let (address, set) = desk.read(|reader| {
        let user = find(reader, id)?;
        let account = reader
            .document(Collection::Users, id)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let enrollments = documents(
            reader,
            Collection::Enrollments,
            reader
                .enrollments_of_user(id)?
                .into_iter()
                .map(|one| one.id.0),
        )?;
        let paid = reader.payments_of_user(id)?;
        let mut ledger = Vec::new();
        for payment in &paid {
            ledger.extend(reader.ledger_of_payment(payment.id)?);
        }
        let payments = documents(
            reader,
            Collection::Payments,
            paid.into_iter().map(|one| one.id.0),
        )?;
        let sessions: Vec<_> = reader
            .sessions_of(id)?
            .into_iter()
            .map(|one| one.id)
            .collect();
        let teaches = teaches(reader, id)?;
        let of = Holdings {
            user: &user,
            account: &account,
            enrollments: &enrollments,
            payments: &payments,
            sessions: &sessions,
            ledger: &ledger,
            teaches: &teaches,
            waits: waits(reader, id, &enrollments, &payments)?,
            other_admins: other_admins(reader, &user)?,
        };
        let set = erasing::erase(&stamp(desk, actor.clone()), &of, &args.name, &args.reason)?;
        Ok::<_, WorkflowError>((user.email.clone(), set))
    })?;
    desk.authority.commit(&set)?;
    desk.replica.forget_letters_to(&address)?;
    scrub(desk)?;
    desk.read(|reader| convert::detail(reader, &find(reader, id)?, actor))
}

/// Writes the file anew if somebody was forgotten, here or elsewhere. While another program reads, it is put
/// off: it is tried again every day.
pub fn scrub(desk: &Desk<'_>) -> Result<(), WorkflowError> {
    match desk.replica.scrub() {
        Ok(_) => Ok(()),
        Err(StoreError::Busy) => {
            tracing::info!("the file is read by another program; its free pages are emptied later");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn documents(
    reader: &Reader<'_>,
    collection: Collection,
    ids: impl Iterator<Item = bson::oid::ObjectId>,
) -> Result<Vec<Document>, WorkflowError> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(reader.document(collection, id)?);
    }
    Ok(found)
}

fn teaches(reader: &Reader<'_>, person: UserId) -> Result<Vec<String>, WorkflowError> {
    let mut titles = Vec::new();
    reader.every_course(|course| {
        if course.instructor == person && course.status == CourseStatus::Published {
            titles.push(course.title);
        }
        Ok(())
    })?;
    Ok(titles)
}

/// Whether a change about the person waits for the server, or for somebody to settle it.
fn waits(
    reader: &Reader<'_>,
    person: UserId,
    enrollments: &[Document],
    payments: &[Document],
) -> Result<bool, WorkflowError> {
    if !reader.pending_for(Collection::Users, person)?.is_empty() {
        return Ok(true);
    }
    for (collection, documents) in [
        (Collection::Enrollments, enrollments),
        (Collection::Payments, payments),
    ] {
        let pending = reader.pending_ids(collection)?;
        let held = |document: &Document| {
            document
                .get_object_id("_id")
                .is_ok_and(|id| pending.contains(&id))
        };
        if documents.iter().any(held) {
            return Ok(true);
        }
    }
    Ok(false)
}
