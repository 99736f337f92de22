//! What a desktop sets aside on the server for a person, looked at before it is kept: somebody it is about may
//! have been erased while the desktop was away.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Change, ChangeSet, Collection,
    rules::people::erasing::{is_erased, people_of},
};

use crate::{
    port::{Filter, Quarantined, RemoteError, Slice, Source, View},
    server::Server,
};

impl Server {
    /// The row without the words about people who were erased; none where nothing is left of it.
    pub(crate) fn spoken(&self, row: &Quarantined) -> Result<Option<Quarantined>, RemoteError> {
        let Ok(set) = bson::deserialize_from_document::<ChangeSet>(row.change_set.clone()) else {
            return Ok(Some(row.clone()));
        };
        let mut owners = BTreeMap::new();
        for collection in [Collection::Enrollments, Collection::Payments] {
            let patched: Vec<Bson> = set
                .changes
                .iter()
                .filter_map(|change| match change {
                    Change::Patch {
                        collection: c, id, ..
                    } if *c == collection => Some((*id).into()),
                    _ => None,
                })
                .collect();
            for document in self.these(collection, &patched)? {
                if let (Ok(id), Ok(user)) = (
                    document.get_object_id("_id"),
                    document.get_object_id("user"),
                ) {
                    owners.insert((collection, id), user);
                }
            }
        }
        let mut people = people_of(&set);
        people.extend(owners.values());
        let people: Vec<Bson> = people.into_iter().map(Bson::from).collect();
        let erased: BTreeSet<ObjectId> = self
            .these(Collection::Users, &people)?
            .iter()
            .filter(|account| is_erased(account))
            .filter_map(|account| account.get_object_id("_id").ok())
            .collect();
        Ok(row.unsaid(&|collection, id| match collection {
            Collection::Users => erased.contains(&id),
            _ => owners
                .get(&(collection, id))
                .is_some_and(|person| erased.contains(person)),
        }))
    }

    fn these(&self, collection: Collection, ids: &[Bson]) -> Result<Vec<Document>, RemoteError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let slice = Slice {
            source: Source::Documents(collection),
            filter: Filter::All,
            view: View::Whole,
        };
        self.read_documents(&slice, ids)
    }
}
