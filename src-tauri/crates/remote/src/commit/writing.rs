//! The documents of a change set: inserted, edited, deleted, each stamped with who wrote it last.
//!
//! A reference inserted while its target is being deleted is not guarded against: only undone imports delete
//! documents.

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{
    Code, Collection, Refusal, UserId,
    change::{Patch, SyncStamp, get_at},
    missed::{self, Kept},
    patching,
};
use mongodb::{error::Error, options::ReturnDocument};

use super::{
    Stop,
    attempt::{Attempt, is_duplicate, unwritable},
    guards::{revision, still},
    update::update,
};
use crate::{
    failure,
    queries::{self, NAMED_BY, TOMBSTONES},
};

impl Attempt<'_> {
    pub(super) async fn insert(
        &mut self,
        collection: Collection,
        document: &Document,
    ) -> Result<(), Stop> {
        let Ok(id) = document.get_object_id("_id") else {
            return Err(Stop::Refused(Refusal::field(
                Code::Invalid,
                "_id",
                "A new record needs an identifier.",
            )));
        };
        if collection == Collection::Settings && self.one(queries::any(collection)).await?.is_some()
        {
            return Err(Stop::Missed(missed::taken(collection, "_id")));
        }
        let mut document = document.clone();
        if has_timestamps(collection) && !document.contains_key("createdAt") {
            document.insert("createdAt", self.change_set.at);
        }
        // Not when it was decided, which may be long ago: whoever polls goes by this.
        document.insert("updatedAt", self.server.now());
        document.insert("sync", self.stamp(1)?);
        let inserted = self
            .collection(collection.name())
            .insert_one(&document)
            .session(&mut *self.session)
            .await;
        match inserted {
            Ok(_) => {
                self.documents.wrote(collection, id, Some(document));
                Ok(())
            }
            Err(error) => Err(taken(collection, error)),
        }
    }

    pub(super) async fn edit(
        &mut self,
        collection: Collection,
        id: ObjectId,
        patch: &Patch,
    ) -> Result<(), Stop> {
        let document = self.documents.get(collection, id)?;
        patching::check(document, patch).map_err(Stop::Refused)?;
        for (path, base) in &patch.base {
            still(collection, document, path, base)?;
        }
        let rev = revision(document).saturating_add(1);
        let unchanged = |path: &str| get_at(document, path).cloned().unwrap_or(Bson::Null);
        let filter = doc! {
            "_id": id,
            "sync.rev": unchanged("sync.rev"),
            "updatedAt": unchanged("updatedAt"),
        };
        let update = update(document, patch, self.stamp(rev)?);
        let updated = self
            .collection(collection.name())
            .find_one_and_update(filter, update)
            .return_document(ReturnDocument::After)
            .session(&mut *self.session)
            .await;
        match updated {
            Ok(Some(document)) => {
                self.documents.wrote(collection, id, Some(document));
                Ok(())
            }
            Ok(None) => Err(Stop::Again),
            Err(error) => Err(taken(collection, error)),
        }
    }

    pub(super) async fn delete(
        &mut self,
        collection: Collection,
        id: ObjectId,
    ) -> Result<(), Stop> {
        self.documents.get(collection, id)?;
        let kept = |why: Kept| Err(Stop::Refused(missed::kept(why)));
        match collection {
            Collection::Payments => return kept(Kept::Payment),
            Collection::Settings => return kept(Kept::Settings),
            _ => {}
        }
        for (from, naming, field) in NAMED_BY {
            if from == collection
                && self
                    .one(queries::naming(naming, field, id))
                    .await?
                    .is_some()
            {
                return kept(match (from, naming) {
                    (Collection::Users, Collection::Courses) => Kept::Teacher,
                    (Collection::Users, _) => Kept::PersonOnRecord,
                    (Collection::Courses, _) => Kept::CourseOnRecord,
                    _ => Kept::EnrollmentOnRecord,
                });
            }
        }
        if collection == Collection::Users {
            let person = self.documents.get(collection, id)?;
            let admin = person.get_str("role").is_ok_and(|role| role == "admin")
                && person.get_str("status").unwrap_or("active") == "active";
            if admin && self.one(queries::other_admin(UserId(id))).await?.is_none() {
                return Err(Stop::Missed(missed::last_admin()));
            }
        }
        self.collection(collection.name())
            .delete_one(doc! { "_id": id })
            .session(&mut *self.session)
            .await?;
        let place = doc! { "collection": collection.name(), "id": id };
        let row = doc! {
            "_id": place.clone(),
            "at": self.server.now(),
            "op": self.change_set.op.to_string(),
        };
        self.collection(TOMBSTONES)
            .replace_one(doc! { "_id": place }, row)
            .upsert(true)
            .session(&mut *self.session)
            .await?;
        self.documents.wrote(collection, id, None);
        Ok(())
    }

    fn stamp(&self, rev: i64) -> Result<Document, Stop> {
        let stamp = SyncStamp {
            rev,
            op: self.change_set.op,
            device: self.change_set.actor.device.clone(),
            by: self.change_set.actor.user,
        };
        bson::serialize_to_document(&stamp).map_err(|error| unwritable(&error))
    }
}

/// The collections of the seed schema, whose models all have Mongoose's `timestamps`.
const fn has_timestamps(collection: Collection) -> bool {
    matches!(
        collection,
        Collection::Users | Collection::Courses | Collection::Enrollments | Collection::Payments
    )
}

/// Names the field whose unique index refused the value; any other failure stays what it is.
fn taken(collection: Collection, error: Error) -> Stop {
    if !is_duplicate(&error) {
        return Stop::Driver(error);
    }
    let key = failure::duplicate_key(&error).unwrap_or_default();
    let fields: Vec<&str> = key.iter().map(String::as_str).collect();
    let field = match fields.as_slice() {
        // One enrollment a person and course: the course is what can be chosen otherwise.
        ["user", "course"] => "course",
        [one] => one,
        _ => "_id",
    };
    Stop::Missed(missed::taken(collection, field))
}
