//! The authority of a workspace that has a server: what may wait is committed here and sent by the
//! engine; what may not is committed on the server before anybody hears that it was.

use std::sync::Arc;

use domain::{ChangeSet, Offline};
use replica::{Authority, CommitError, Committed, StoreError};

use crate::Engine;

/// The authority of an attached workspace.
#[derive(Clone, Debug)]
pub struct Institution {
    engine: Arc<Engine>,
}

impl Institution {
    /// The authority whose changes this engine carries.
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// The engine.
    pub const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }
}

impl Authority for Institution {
    /// Queued here, or applied on the server, as the change set says. A guard missed on the server has
    /// brought the server's documents here: deciding anew decides on them.
    fn commit(&self, change_set: &ChangeSet) -> Result<Committed, CommitError> {
        match change_set.offline {
            Offline::Queue => {
                let committed = self.engine.replica().commit(change_set)?;
                self.engine.nudge();
                Ok(committed)
            }
            Offline::OnlineOnly => self.engine.commit_online(change_set),
        }
    }

    /// In the order given: stretches that may wait in one transaction of the file each, the others on
    /// the server one by one.
    fn commit_all(
        &self,
        change_sets: &[ChangeSet],
    ) -> Result<Vec<Result<Committed, CommitError>>, StoreError> {
        let mut outcomes = Vec::with_capacity(change_sets.len());
        for stretch in change_sets.chunk_by(|a, b| a.offline == b.offline) {
            match stretch.first().map(|first| first.offline) {
                Some(Offline::Queue) => {
                    outcomes.extend(self.engine.replica().commit_all(stretch)?);
                    self.engine.nudge();
                }
                Some(Offline::OnlineOnly) => {
                    outcomes.extend(stretch.iter().map(|one| self.engine.commit_online(one)));
                }
                None => {}
            }
        }
        Ok(outcomes)
    }
}
