//! Forgetting an erased person on the model: the words about them leave the trails and what was set aside.

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Collection, Source, UserId,
    audit::{AuditEvent, ERASED},
    ledger::LedgerEntry,
    rules::people::erasing::is_erased,
};

use super::Data;

impl Data {
    /// The words about a person who was erased leave the trails.
    pub(super) fn forget(&mut self, person: UserId) {
        let mut about = vec![person.0];
        for collection in [Collection::Enrollments, Collection::Payments] {
            about.extend(
                self.of(Source::Documents(collection))
                    .filter(|(_, row)| row.get_object_id("user").is_ok_and(|user| user == person.0))
                    .filter_map(|(_, row)| row.get_object_id("_id").ok()),
            );
        }
        let told: Vec<Document> = self
            .of(Source::Audit)
            .filter_map(|(_, row)| bson::deserialize_from_document::<AuditEvent>(row.clone()).ok())
            .filter(|row| row.deed.verb != ERASED && !row.is_erased())
            .filter(|row| {
                row.actor.is(person)
                    || row
                        .deed
                        .subjects
                        .iter()
                        .any(|subject| about.contains(&subject.id))
            })
            .map(|row| bson::serialize_to_document(&row.without_words()).expect("a document"))
            .collect();
        let booked: Vec<Document> = self
            .of(Source::Ledger)
            .filter_map(|(_, row)| bson::deserialize_from_document::<LedgerEntry>(row.clone()).ok())
            .filter(|row| row.user == person && row.note.is_some())
            .map(|row| bson::serialize_to_document(&row.without_words()).expect("a document"))
            .collect();
        for (source, rows) in [(Source::Audit, told), (Source::Ledger, booked)] {
            for row in rows {
                self.put(source, row);
            }
        }
        let aside = std::mem::take(&mut self.quarantine);
        self.quarantine = aside
            .into_iter()
            .filter_map(|(op, row)| Some((op, row.unsaid(&|_, id| about.contains(&id))?)))
            .collect();
    }

    /// Whether a record is an erased person's: the account, or an enrollment or payment of theirs.
    pub(super) fn is_erased(&self, collection: Collection, id: ObjectId) -> bool {
        let document =
            |collection, id| self.get(Source::Documents(collection), &Bson::ObjectId(id));
        match collection {
            Collection::Users => document(collection, id).is_some_and(is_erased),
            Collection::Enrollments | Collection::Payments => document(collection, id)
                .and_then(|record| record.get_object_id("user").ok())
                .is_some_and(|person| self.is_erased(Collection::Users, person)),
            _ => false,
        }
    }
}
