//! Forgetting a person who was erased, in the transaction that erases them: the words about them leave the
//! audit trail, the ledger's remarks, the one-time codes, and what desktops could not send and set aside.
//!
//! Their documents are changed by the change set itself.

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{
    Collection, Source, UserId,
    audit::{AuditEvent, ERASED},
};

use super::{
    Stop,
    attempt::{Attempt, unwritable},
};
use crate::{port::Quarantined, queries};

/// Rows set aside that are looked at at once.
const PAGE: u32 = 500;

impl Attempt<'_> {
    /// Takes the words about the person out of the trails.
    pub(super) async fn forget(&mut self, person: UserId) -> Result<(), Stop> {
        let mut about = vec![person.0];
        for collection in [Collection::Enrollments, Collection::Payments] {
            for row in self.all(queries::theirs(collection, person)).await? {
                about.extend(row.get_object_id("_id"));
            }
        }
        let mut rows = self.all(queries::done_by(person)).await?;
        rows.extend(self.all(queries::told_of(&about)).await?);
        for row in rows {
            let event: AuditEvent =
                bson::deserialize_from_document(row).map_err(|error| unwritable(&error))?;
            if event.deed.verb == ERASED || event.is_erased() {
                continue;
            }
            let op = event.op.to_string();
            let left = bson::serialize_to_document(&event.without_words())
                .map_err(|error| unwritable(&error))?;
            self.collection(Source::Audit.name())
                .replace_one(doc! { "_id": op }, left)
                .session(&mut *self.session)
                .await?;
        }
        self.collection(Source::Ledger.name())
            .update_many(
                doc! { "user": person.0, "note": { "$exists": true } },
                doc! { "$set": { "erased": true }, "$unset": { "note": "" } },
            )
            .session(&mut *self.session)
            .await?;
        self.server
            .database()
            .collection::<Document>("auth_tokens")
            .delete_many(doc! { "user": person.0 })
            .session(&mut *self.session)
            .await?;
        self.set_aside(&about).await
    }

    /// Takes the words out of what was set aside; what says nothing else goes. A row that cannot be read any
    /// more goes where it names the person.
    async fn set_aside(&mut self, about: &[ObjectId]) -> Result<(), Stop> {
        let theirs = |_: Collection, id: ObjectId| about.contains(&id);
        let mut after: Option<String> = None;
        loop {
            let rows = self.all(queries::set_aside(after.as_deref(), PAGE)).await?;
            let Some(last) = rows.last().and_then(|row| row.get_str("_id").ok()) else {
                return Ok(());
            };
            after = Some(last.to_owned());
            for row in rows {
                let id = row.get("_id").cloned().unwrap_or_default();
                let left = match bson::deserialize_from_document::<Quarantined>(row.clone()) {
                    Ok(aside) => match aside.unsaid(&theirs) {
                        Some(left) if left == aside => continue,
                        left => left,
                    },
                    Err(_) => {
                        let text = Bson::from(row).into_relaxed_extjson().to_string();
                        if !about.iter().any(|id| text.contains(&id.to_hex())) {
                            continue;
                        }
                        None
                    }
                };
                let aside = self.collection(queries::QUARANTINE);
                match left {
                    Some(left) => {
                        let left = bson::serialize_to_document(&left)
                            .map_err(|error| unwritable(&error))?;
                        aside
                            .replace_one(doc! { "_id": id }, left)
                            .session(&mut *self.session)
                            .await?;
                    }
                    None => {
                        aside
                            .delete_one(doc! { "_id": id })
                            .session(&mut *self.session)
                            .await?;
                    }
                }
            }
        }
    }
}
