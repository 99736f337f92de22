//! The audit trail against itself, of this file or of the server: every row has its place in its device's
//! chain and says what it said when it got it, none is missing as far as anybody remembers, and words are
//! gone only of people who were erased.
//!
//! How rows are hashed and followed is in `domain::chain`. Nothing is mended here.

use std::collections::{HashMap, HashSet};

use bson::{Bson, oid::ObjectId};
use domain::{
    DeviceId, Role,
    audit::AuditEvent,
    chain::{ChainBreak, SeriesTail, Walk},
};

/// A row of the ledger or of the trail that is off: which, and why.
pub(super) fn told(found: &ChainBreak) -> (Option<String>, String) {
    match found {
        ChainBreak::Altered(op) => (
            Some(op.to_string()),
            "This row was changed after it was written.".to_owned(),
        ),
        ChainBreak::Unlinked(op) => (
            Some(op.to_string()),
            "This row does not follow the one before it: it was added, replaced or moved."
                .to_owned(),
        ),
        ChainBreak::Missing(first, last) if first == last => (
            Some(first.to_string()),
            format!("Row {first} is missing: it was removed."),
        ),
        ChainBreak::Missing(first, last) => (
            Some(format!("{first}–{last}")),
            format!("Rows {first} to {last} are missing: they were removed."),
        ),
    }
}

/// What is known of the trail besides its rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// Every row must be here, none waits for a server to get its place.
    pub(super) whole: bool,
    /// Rows were only ever written here, so that they stand in the file in the order of their numbers.
    pub(super) in_order: bool,
}

/// The walk over all devices' rows, each device's in the order of its numbers.
#[derive(Debug)]
pub(super) struct Trail<F> {
    standing: Standing,
    add: F,
    device: Option<DeviceId>,
    walk: Walk,
    place: i64,
    ends: HashMap<DeviceId, Walk>,
    /// Whom rows say they erase, and what they vouch for of the ledger.
    erasures: Vec<(ObjectId, Vec<String>)>,
    erased_rows: Vec<(String, Vec<ObjectId>)>,
}

impl<F: FnMut(Option<String>, String)> Trail<F> {
    /// `add` takes what is off: the row, and why.
    pub(super) fn new(standing: Standing, add: F) -> Self {
        Self {
            standing,
            add,
            device: None,
            walk: Walk::default(),
            place: i64::MIN,
            ends: HashMap::new(),
            erasures: Vec::new(),
            erased_rows: Vec::new(),
        }
    }

    fn off(&mut self, event: &AuditEvent, why: &str) {
        (self.add)(
            Some(event.op.to_string()),
            format!("{}: {why} ({})", event.actor.device, event.deed.verb),
        );
    }

    /// Takes the next row; `place` is where the file has it, `agrees` whether what stands beside it does.
    pub(super) fn take(&mut self, event: &AuditEvent, place: i64, agrees: bool) {
        if self.device.as_ref() != Some(&event.actor.device) {
            self.turn(Some(event.actor.device.clone()));
        }
        if !agrees {
            self.off(
                event,
                "What lists and timelines have of this row is not what it says.",
            );
        }
        let Some(link) = event.link() else {
            if self.standing.whole {
                self.off(event, "This row has no place in the chain: it was added.");
            }
            return;
        };
        for found in self.walk.next(link) {
            match found {
                ChainBreak::Missing(..) if !self.standing.whole => {}
                found => {
                    let (record, why) = told(&found);
                    let device = &event.actor.device;
                    (self.add)(record, format!("{device}: {why}"));
                }
            }
        }
        if self.standing.in_order && place < self.place {
            self.off(
                event,
                "This row was moved in front of one that was written before it.",
            );
        }
        self.place = place;
        if let Some(person) = event
            .deed
            .erases()
            .filter(|_| event.actor.role == Role::Admin)
        {
            let vouchers = event.deed.detail.get_array("ledger").into_iter().flatten();
            let vouchers = vouchers.filter_map(Bson::as_str).map(str::to_owned);
            self.erasures.push((person.0, vouchers.collect()));
        }
        if event.is_erased() {
            let mut about: Vec<ObjectId> = event
                .deed
                .subjects
                .iter()
                .map(|subject| subject.id)
                .collect();
            about.extend(event.actor.user.map(|user| user.0));
            self.erased_rows.push((event.op.to_string(), about));
        }
    }

    fn turn(&mut self, next: Option<DeviceId>) {
        let walk = std::mem::take(&mut self.walk);
        self.place = i64::MIN;
        if let Some(device) = std::mem::replace(&mut self.device, next) {
            self.ends.insert(device, walk);
        }
    }

    /// After the last row: against how far each chain was ever seen, and the words that are gone against
    /// the people who were erased; `owner` says whose a record is, `erased` whether an account is an erased
    /// person's: that a row says so is not enough. Answers what erasures vouch for of the ledger.
    pub(super) fn finish(
        mut self,
        remembered: &[SeriesTail],
        owner: impl Fn(ObjectId) -> Option<ObjectId>,
        erased: impl Fn(ObjectId) -> bool,
    ) -> HashSet<String> {
        self.turn(None);
        for head in remembered {
            let end = self.ends.get(&head.device).cloned().unwrap_or_default();
            if let Some(found) = end.cut(head).filter(|_| self.standing.whole) {
                let (record, why) = told(&found);
                (self.add)(record, format!("{}: {why}", head.device));
            }
        }
        let mut people = HashSet::new();
        let mut vouchers = HashSet::new();
        for (person, vouched) in std::mem::take(&mut self.erasures) {
            if people.contains(&person) || erased(person) {
                people.insert(person);
                vouchers.extend(vouched);
            }
        }
        for (op, about) in std::mem::take(&mut self.erased_rows) {
            let rightly = about.iter().any(|id| {
                people.contains(id) || owner(*id).is_some_and(|person| people.contains(&person))
            });
            if !rightly {
                (self.add)(
                    Some(op),
                    "The words of this row are gone, and nobody it is about was erased.".to_owned(),
                );
            }
        }
        vouchers
    }
}
