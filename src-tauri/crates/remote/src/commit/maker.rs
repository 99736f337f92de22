//! From whom a change set is taken, and about whom: not from a desktop that was shut out; what is an
//! administrator's act only from somebody who is one now; and of people who were erased in the meantime
//! without the words about them.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Document, oid::ObjectId};
use domain::{
    Change, Collection,
    rules::{
        desktops, mandate,
        people::erasing::{is_erased, people_of, unsaid},
    },
};

use super::{Stop, attempt::Attempt};
use crate::queries;

impl Attempt<'_> {
    /// Nothing is taken from a desktop an administrator shut out, but that it has gone.
    pub(super) async fn welcome(&mut self) -> Result<(), Stop> {
        if desktops::is_farewell(self.change_set) {
            return Ok(());
        }
        let device = queries::shut_out(&self.change_set.actor.device);
        match self.one(device).await? {
            Some(_) => Err(Stop::Refused(desktops::shut_out())),
            None => Ok(()),
        }
    }

    /// Looks at the accounts of those it is from and about.
    pub(super) async fn people(&mut self) -> Result<(), Stop> {
        let set = self.change_set;
        let mut people = people_of(set);
        people.extend(self.owners().into_values());
        let accounts = self.accounts(&people).await?;
        let maker = mandate::asked_of(set).and_then(|maker| accounts.get(&maker.0));
        mandate::judge(set, maker).map_err(Stop::Refused)?;
        let erased: BTreeSet<ObjectId> = accounts
            .iter()
            .filter(|(_, account)| is_erased(account))
            .map(|(id, _)| *id)
            .collect();
        if erased.is_empty() {
            return Ok(());
        }
        let owners = self.owners();
        let left = unsaid(set, &|collection, id| {
            let person = match collection {
                Collection::Users => Some(&id),
                _ => owners.get(&(collection, id)),
            };
            person.is_some_and(|person| erased.contains(person))
        });
        if left == *set {
            Ok(())
        } else {
            Err(Stop::Unsaid(Box::new(left)))
        }
    }

    /// Whose the enrollments and payments are that it patches.
    fn owners(&self) -> BTreeMap<(Collection, ObjectId), ObjectId> {
        let patched = |change: &Change| match change {
            Change::Patch { collection, id, .. }
                if matches!(collection, Collection::Enrollments | Collection::Payments) =>
            {
                let document = self.documents.find(*collection, *id)?;
                Some(((*collection, *id), document.get_object_id("user").ok()?))
            }
            _ => None,
        };
        self.change_set.changes.iter().filter_map(patched).collect()
    }

    async fn accounts(
        &mut self,
        people: &BTreeSet<ObjectId>,
    ) -> Result<BTreeMap<ObjectId, Document>, Stop> {
        let (mut found, mut unknown) = (BTreeMap::new(), Vec::new());
        for id in people {
            match self.documents.find(Collection::Users, *id) {
                Some(account) => {
                    found.insert(*id, account.clone());
                }
                None => unknown.push(*id),
            }
        }
        if unknown.is_empty() {
            return Ok(found);
        }
        for account in self.all(queries::accounts(&unknown)).await? {
            if let Ok(id) = account.get_object_id("_id") {
                found.insert(id, account);
            }
        }
        Ok(found)
    }
}
