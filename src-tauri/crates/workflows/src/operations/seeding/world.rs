//! The institution while its history is invented: every document as it stands after the change sets
//! made so far, and these change sets in the order of time, to be written in one go.
//!
//! Each change set is made by the rule for it, out of the documents here; nothing is written past the
//! rules.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use bson::{Document, oid::ObjectId};
use domain::{
    Actor, Change, ChangeSet, Collection, CourseId, EnrollmentId, OpId, PaymentId, Timestamp,
    UserId,
    change::{Guard, Patch, SyncStamp},
    course::Course,
    enrollment::Enrollment,
    ledger::SeriesTail,
    payment::Payment,
    rules::{
        Stamp,
        people::{self, NewPerson},
        publishing::{
            self,
            fields::{fill, free_slug},
            outline::outline,
        },
    },
    user::{Address, Preferences, Profile, User, UserStatus},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::content::{CourseSeed, PersonSeed};
use crate::{
    desk::{Desk, Ids, SeededIds},
    error::WorkflowError,
    operations::booked::follow,
};

/// Milliseconds of a minute.
pub(super) const MINUTE: i64 = 60 * 1000;
/// Milliseconds of an hour.
pub(super) const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of a day.
pub(super) const DAY: i64 = 24 * HOUR;

/// The institution so far.
pub(super) struct World<'a> {
    pub desk: &'a Desk<'a>,
    pub ids: SeededIds,
    pub now: i64,
    pub users: BTreeMap<UserId, User>,
    /// Shared, since a course is looked at far more often than it changes.
    pub courses: BTreeMap<CourseId, Rc<Course>>,
    pub enrollments: BTreeMap<EnrollmentId, Enrollment>,
    pub payments: BTreeMap<PaymentId, Payment>,
    pub of_enrollment: HashMap<EnrollmentId, Vec<PaymentId>>,
    pub of_pair: HashMap<(UserId, CourseId), EnrollmentId>,
    pub tail: SeriesTail,
    pub sets: Vec<ChangeSet>,
    documents: HashMap<ObjectId, Document>,
    slugs: Vec<String>,
}

impl<'a> World<'a> {
    /// An institution before its history, on top of whatever the workspace holds.
    pub(super) fn new(desk: &'a Desk<'a>, seed: u64) -> Result<Self, WorkflowError> {
        let tail = desk.read(|reader| Ok(reader.series_tail(desk.device)?))?;
        Ok(Self {
            desk,
            ids: SeededIds::new(seed),
            now: desk.now().timestamp_millis(),
            users: BTreeMap::new(),
            courses: BTreeMap::new(),
            enrollments: BTreeMap::new(),
            payments: BTreeMap::new(),
            of_enrollment: HashMap::new(),
            of_pair: HashMap::new(),
            tail,
            sets: Vec::new(),
            documents: HashMap::new(),
            slugs: Vec::new(),
        })
    }

    /// The product itself as the one who acts.
    pub(super) fn product(&self) -> Actor {
        crate::accounts::product(self.desk)
    }

    /// A person as the one who acts.
    pub(super) fn actor(&self, user: UserId) -> Actor {
        match self.users.get(&user) {
            Some(user) => Actor {
                user: Some(user.id),
                name: user.name.clone(),
                role: user.role,
                device: self.desk.device.clone(),
            },
            None => self.product(),
        }
    }

    /// An operation of that actor at that moment.
    pub(super) fn stamp(&self, actor: Actor, at: i64) -> Stamp {
        let at = Timestamp::from_millis(at);
        Stamp {
            op: self.ids.op(at),
            at,
            actor,
        }
    }

    /// Takes a change set into the history.
    pub(super) fn keep(&mut self, set: ChangeSet) -> Result<(), WorkflowError> {
        for change in &set.changes {
            self.apply(change, true)?;
        }
        self.sets.push(set);
        Ok(())
    }

    /// Shows what a change set would lead to without counting it as written: for steps that are merged
    /// into one before they are kept.
    pub(super) fn preview(&mut self, set: &ChangeSet) -> Result<(), WorkflowError> {
        for change in &set.changes {
            self.apply(change, false)?;
        }
        Ok(())
    }

    /// Keeps steps that were previewed, as one change set: what all of them wrote, told as the last.
    pub(super) fn keep_merged(&mut self, sets: Vec<ChangeSet>) -> Result<(), WorkflowError> {
        let mut merged: Option<ChangeSet> = None;
        for set in sets {
            merged = Some(match merged {
                None => set,
                Some(earlier) => merge(earlier, set),
            });
        }
        let Some(merged) = merged else { return Ok(()) };
        for change in &merged.changes {
            if let Change::Patch { id, collection, .. } = change {
                self.raise(*collection, *id)?;
            }
        }
        self.sets.push(merged);
        Ok(())
    }

    fn apply(&mut self, change: &Change, written: bool) -> Result<(), WorkflowError> {
        match change {
            Change::Insert {
                collection,
                document,
            } => {
                let id = document
                    .get_object_id("_id")
                    .map_err(|error| defect(&error))?;
                self.documents.insert(id, document.clone());
                self.raise(*collection, id)?;
            }
            Change::Patch {
                collection,
                id,
                patch,
            } => {
                if let Some(document) = self.documents.get_mut(id) {
                    patch.apply(document);
                }
                if written {
                    self.raise(*collection, *id)?;
                } else {
                    self.refresh(*collection, *id)?;
                }
            }
            Change::Ledger { entry } => follow(&mut self.tail, entry),
            Change::Delete { .. } => {}
        }
        Ok(())
    }

    /// Counts a write of the document, as the replica will.
    fn raise(&mut self, collection: Collection, id: ObjectId) -> Result<(), WorkflowError> {
        if let Some(document) = self.documents.get_mut(&id) {
            let rev = document
                .get_document("sync")
                .ok()
                .and_then(|sync| sync.get_i64("rev").ok())
                .unwrap_or(0);
            let stamp = SyncStamp {
                rev: rev + 1,
                op: OpId(Uuid::nil()),
                device: self.desk.device.clone(),
                by: None,
            };
            document.insert(
                "sync",
                bson::serialize_to_bson(&stamp).map_err(|error| defect(&error))?,
            );
        }
        self.refresh(collection, id)
    }

    fn refresh(&mut self, collection: Collection, id: ObjectId) -> Result<(), WorkflowError> {
        let Some(document) = self.documents.get(&id) else {
            return Ok(());
        };
        match collection {
            Collection::Users => {
                self.users.insert(UserId(id), decode(document)?);
            }
            Collection::Courses => {
                self.courses
                    .insert(CourseId(id), Rc::new(decode(document)?));
            }
            Collection::Enrollments => {
                let enrollment: Enrollment = decode(document)?;
                self.of_pair
                    .insert((enrollment.user, enrollment.course), enrollment.id);
                self.enrollments.insert(EnrollmentId(id), enrollment);
            }
            Collection::Payments => {
                let payment: Payment = decode(document)?;
                if let Some(enrollment) = payment.enrollment {
                    let all = self.of_enrollment.entry(enrollment).or_default();
                    if !all.contains(&payment.id) {
                        all.push(payment.id);
                    }
                }
                self.payments.insert(PaymentId(id), payment);
            }
            Collection::Devices
            | Collection::Settings
            | Collection::Imports
            | Collection::Sessions
            | Collection::AuthTokens => {}
        }
        Ok(())
    }

    /// All payments of an enrollment.
    pub(super) fn payments_of(&self, enrollment: EnrollmentId) -> Vec<Payment> {
        let ids = self
            .of_enrollment
            .get(&enrollment)
            .map(Vec::as_slice)
            .unwrap_or_default();
        ids.iter()
            .filter_map(|id| self.payments.get(id))
            .cloned()
            .collect()
    }

    /// Makes an account.
    pub(super) fn person(
        &mut self,
        seed: &PersonSeed,
        status: UserStatus,
        password: &str,
        at: i64,
    ) -> Result<UserId, WorkflowError> {
        let new = NewPerson {
            id: UserId(self.ids.object_id()),
            name: seed.name.clone(),
            email: seed.email.clone(),
            email_verified: true,
            role: seed.role,
            status,
            password_hash: Some(password.to_owned()),
            profile: Profile {
                phone: seed.profile.phone.clone(),
                bio: seed.profile.bio.clone(),
                address: Address {
                    city: seed.profile.address.city.clone(),
                    country: seed.profile.address.country.clone(),
                    ..Address::default()
                },
                ..Profile::default()
            },
            preferences: Preferences {
                language: seed
                    .preferences
                    .language
                    .clone()
                    .unwrap_or_else(|| "en".to_owned()),
                timezone: seed
                    .preferences
                    .timezone
                    .clone()
                    .unwrap_or_else(|| "UTC".to_owned()),
                ..Preferences::default()
            },
        };
        let (set, user) = people::create(&self.stamp(self.product(), at), new)?;
        self.keep(set)?;
        Ok(user.id)
    }

    /// Makes a draft with its fields and outline.
    pub(super) fn draft(
        &mut self,
        seed: &CourseSeed,
        teacher: UserId,
        at: i64,
    ) -> Result<CourseId, WorkflowError> {
        let stamp = self.stamp(self.actor(teacher), at);
        let id = CourseId(self.ids.object_id());
        let blank = Course::new(id, seed.title.clone(), teacher, seed.currency, stamp.at);
        let ids = &self.ids;
        let mut fresh = || ids.object_id();
        let mut course = fill(&blank, &seed.input()?, &mut fresh)
            .map_err(|found| WorkflowError::Defect(format!("seeds, {}: {found:?}", seed.title)))?;
        course.curriculum = outline(&[], &seed.outline(), &mut fresh)?;
        course.total_lessons = i64::try_from(course.lesson_count()).unwrap_or(0);
        let (slugs, desk) = (&self.slugs, self.desk);
        let slug = free_slug(&course.title, |slug| {
            let known = slugs.iter().any(|taken| taken == slug);
            Ok::<bool, WorkflowError>(known || desk.read(|reader| Ok(reader.slug_taken(slug)?))?)
        })?;
        self.slugs.push(slug.clone());
        course.slug = Some(slug);
        let set = publishing::create(&stamp, &course)?;
        self.keep(set)?;
        Ok(id)
    }
}

/// Two steps on the same record by the same person, as one: the later values over the earlier ones,
/// computed from what was there before both.
fn merge(earlier: ChangeSet, later: ChangeSet) -> ChangeSet {
    let mut merged = ChangeSet {
        changes: earlier.changes,
        guards: earlier.guards,
        ..later
    };
    for change in later.changes {
        let Change::Patch {
            collection,
            id,
            patch,
        } = change
        else {
            merged.changes.push(change);
            continue;
        };
        let place = merged.changes.iter_mut().find_map(|known| match known {
            Change::Patch {
                collection: c,
                id: i,
                patch,
            } if *c == collection && *i == id => Some(patch),
            _ => None,
        });
        match place {
            Some(before) => {
                let Patch {
                    set,
                    unset,
                    inc,
                    push,
                    base,
                } = patch;
                for (path, value) in base {
                    before.base.entry(path).or_insert(value);
                }
                before.set.extend(set);
                before.unset.extend(unset);
                for (path, by) in inc {
                    *before.inc.entry(path).or_insert(0) += by;
                }
                for (path, values) in push {
                    before.push.entry(path).or_default().extend(values);
                }
            }
            None => merged.changes.push(Change::Patch {
                collection,
                id,
                patch,
            }),
        }
    }
    // The later step's revision guards repeat the earlier one's; others it needs for itself.
    merged.guards.extend(
        later
            .guards
            .into_iter()
            .filter(|guard| !matches!(guard, Guard::Revision { .. })),
    );
    merged
}

fn decode<T: DeserializeOwned>(document: &Document) -> Result<T, WorkflowError> {
    bson::deserialize_from_document(document.clone()).map_err(|error| defect(&error))
}

fn defect(error: &dyn std::fmt::Display) -> WorkflowError {
    WorkflowError::Defect(format!("seeding: {error}"))
}
