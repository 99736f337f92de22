//! What needs a person: dead letters with their copies on the server, and what a person may do with one.

use bson::{Document, oid::ObjectId};
use domain::{
    Change, ChangeSet, Code, Collection, OpId, Refusal,
    course::CourseStatus,
    patching,
    rules::{Stamp, paying::exception},
};
use remote::port::{Quarantined, RemoteError};
use replica::{QueueRow, QueueState, RELEASES};

use super::{Engine, Pushing, lock};
use crate::{SyncError, rebase};

/// Dead letters looked at for their copies.
const LETTERS: u32 = 10_000;

impl Engine {
    /// Sends a dead letter once more, as it is; an edit of a course that was deleted restores the course as a
    /// draft with the edit in it.
    pub fn retry(&self, op: OpId) -> Result<(), SyncError> {
        let row = self.dead(op)?;
        self.release_later(op)?;
        let restoring = if row.reason == Some(rebase::deleted_course()) {
            self.restored(&row.change_set)?
        } else {
            None
        };
        match restoring {
            Some(anew) => {
                let mut landing = lock(&self.landing);
                let received = self.replica.replace(&anew, &[])?;
                landing.dirty.extend(received.dirty);
            }
            None => {
                self.replica.revive(op)?;
            }
        }
        self.nudge();
        self.tell()
    }

    /// The change set that makes its deleted course again, as a draft, with its edit applied; none where the
    /// course is not known any more.
    fn restored(&self, edit: &ChangeSet) -> Result<Option<ChangeSet>, SyncError> {
        let mut anew = edit.clone();
        anew.guards.clear();
        let mut course: Option<(ObjectId, Document)> = None;
        for change in std::mem::take(&mut anew.changes) {
            match change {
                Change::Patch {
                    collection: Collection::Courses,
                    id,
                    patch,
                } => {
                    let known = match course.take() {
                        Some(known) => Some(known),
                        None => self
                            .replica
                            .read(|reader| reader.deleted_course(id))?
                            .map(|document| (id, document)),
                    };
                    let Some((of, mut document)) = known.filter(|(of, _)| *of == id) else {
                        return Ok(None);
                    };
                    patching::apply(&mut document, &patch);
                    course = Some((of, document));
                }
                // What it says of other records was decided about a course they had.
                _ => return Ok(None),
            }
        }
        let Some((_, mut document)) = course else {
            return Ok(None);
        };
        for gone in ["sync", "publishedAt"] {
            document.remove(gone);
        }
        document.insert("status", CourseStatus::Draft.as_str());
        document.insert("enrollmentCount", 0);
        Ok(Some(anew.insert(Collection::Courses, document)))
    }

    /// Gives a change set up: what it wrote here is undone, and `marker`, which only tells of that, is
    /// queued in its place. Money is never given up.
    pub fn discard(&self, op: OpId, marker: Option<&ChangeSet>) -> Result<(), SyncError> {
        self.release_later(op)?;
        let _pushing = lock(&self.pushing);
        {
            let mut landing = lock(&self.landing);
            let received = self.replica.discard(op, marker)?;
            landing.dirty.extend(received.dirty);
        }
        self.nudge();
        self.tell()
    }

    /// Voids money the server did not take: booked as the receipt says, and given back at once by a
    /// second row, with the reason.
    pub fn void(&self, op: OpId, stamp: &Stamp, reason: &str) -> Result<(), SyncError> {
        let row = self.dead(op)?;
        self.release_later(op)?;
        let _pushing = lock(&self.pushing);
        let booked = match exception::payment_of(&row.change_set) {
            Some(_) => row.change_set,
            None => self.as_exception(&row.change_set)?,
        };
        {
            let mut landing = lock(&self.landing);
            let received = self.replica.replace(&booked, &[])?;
            landing.dirty.extend(received.dirty);
        }
        let back = self.taken_back(&booked, stamp, reason)?;
        self.replica.commit(&back)?;
        self.nudge();
        self.tell()
    }

    fn dead(&self, op: OpId) -> Result<QueueRow, SyncError> {
        let row = self
            .replica
            .read(|reader| reader.queued(op))?
            .ok_or_else(|| Refusal::not_found("The change"))?;
        if row.state == QueueState::Dead {
            Ok(row)
        } else {
            Err(Refusal::new(
                Code::WrongState,
                "This change is still waiting for the server. It can be decided about when the server has refused it.",
            )
            .into())
        }
    }

    /// Copies dead letters to the server's quarantine, and takes away copies of those that are none any
    /// more. What the login may not do is left undone: the letters are here in any case.
    pub(super) fn copy_dead_letters(&self, pushing: &mut Pushing) -> Result<(), SyncError> {
        let version = self.replica.file_version()?;
        if pushing.looked_at == Some(version) {
            return Ok(());
        }
        self.release_copies()?;
        let dead = self.replica.read(|reader| reader.queue_counts())?.dead;
        if dead > 0 {
            let letters = self.replica.read(|reader| reader.queue(LETTERS))?;
            for row in letters {
                let (QueueState::Dead, Some(reason)) = (&row.state, &row.reason) else {
                    continue;
                };
                if pushing.quarantined.contains(&row.change_set.op) {
                    continue;
                }
                let copy = Quarantined {
                    op: row.change_set.op,
                    device: self.device.clone(),
                    at: self.now(),
                    reason: reason.clone(),
                    change_set: bson::serialize_to_document(&row.change_set).unwrap_or_default(),
                };
                self.if_allowed(|| self.port.quarantine(&copy))?;
                pushing.quarantined.insert(row.change_set.op);
            }
        }
        pushing.looked_at = Some(version);
        Ok(())
    }

    /// Takes a copy away when the server is next reached.
    fn release_later(&self, op: OpId) -> Result<(), SyncError> {
        let mut pushing = lock(&self.pushing);
        pushing.quarantined.remove(&op);
        pushing.looked_at = None;
        let mut ops = self.releases()?;
        ops.push(op.to_string());
        self.replica.set_meta(RELEASES, &ops.join(" "))?;
        Ok(())
    }

    fn release_copies(&self) -> Result<(), SyncError> {
        let ops = self.releases()?;
        if ops.is_empty() {
            return Ok(());
        }
        for op in &ops {
            if let Ok(op) = op.parse::<OpId>() {
                self.if_allowed(|| self.port.release(op))?;
            }
        }
        self.replica.set_meta(RELEASES, "")?;
        Ok(())
    }

    fn releases(&self) -> Result<Vec<String>, SyncError> {
        Ok(self
            .replica
            .meta(RELEASES)?
            .map(|text| text.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default())
    }

    fn if_allowed(&self, call: impl FnOnce() -> Result<(), RemoteError>) -> Result<(), SyncError> {
        match self.call_about(call) {
            Ok(()) => Ok(()),
            Err(
                error @ (RemoteError::Forbidden(_)
                | RemoteError::Unsupported(_)
                | RemoteError::Failed(_)
                | RemoteError::HistoryLost),
            ) => {
                tracing::warn!(%error, "a copy in the server's quarantine could not be kept");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
