//! Forgetting a person who was erased, in the transaction that erases them: the words about them leave the
//! audit trail, the ledger's remarks and the one-time codes.
//!
//! Their documents are changed by the change set itself.

use bson::{Document, doc};
use domain::{
    Collection, Source, UserId,
    audit::{AuditEvent, ERASED},
};

use super::{
    Stop,
    attempt::{Attempt, unwritable},
};
use crate::queries;

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
        Ok(())
    }
}
