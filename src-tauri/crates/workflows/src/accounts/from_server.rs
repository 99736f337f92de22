//! First run at an institution that has a server: this desktop's copy, made in a directory beside the
//! one asked for, which takes its name when somebody can sign in. The rest is fetched afterwards.
//!
//! Taking a place at the server is in `operations::server`.

use std::{path::Path, sync::Arc, time::Duration};

use domain::{Code, Refusal};
use replica::{Key, Replica};
use vault::Secret;

use super::{
    first_run::{free, put_in_place, strong_enough, write_facts},
    passwords::HashCost,
    workspace::{DEVICE, FACTS_FILE, Keys, REPLICA_FILE, REPLICA_KEY, Workspace, WorkspaceFacts},
};
use crate::{
    desk::{Clock, Ids},
    error::WorkflowError,
    operations::server::{Joined, Link, dto::ConnectInstitution, join, lay, link::keep},
};

/// Settings, devices and people: what has to be here before somebody can sign in.
const NEEDED: usize = 3;
/// Where the replica remembers whose records it keeps.
const SCOPE: &str = "scope";

/// How long work is told of, and asked to stop.
pub struct Watched<'a> {
    /// Hears the stage, how much of it is done, and of how much (0 while unknown).
    pub progress: &'a mut dyn FnMut(&str, u64, u64),
    /// Whether it shall stop.
    pub cancelled: &'a dyn Fn() -> bool,
}

impl Workspace {
    /// Joins an institution's server and opens this desktop's copy. `dir` does not exist yet, or is
    /// empty; stopped or failing, nothing remains here. `ids` must be truly random.
    pub fn connect(
        dir: &Path,
        keys: &Keys,
        args: &ConnectInstitution,
        cost: HashCost,
        (clock, ids): (&dyn Clock, &dyn Ids),
        watched: Watched<'_>,
    ) -> Result<Self, WorkflowError> {
        strong_enough(keys)?;
        free(dir)?;
        let joined = join(args, cost, clock, ids, watched.progress)?;
        settle(dir, keys, &joined, ids, watched, || Ok(()))
    }
}

/// Makes this desktop's copy of an institution it has a place at, and opens it. `before_it_counts` runs
/// when everything is here but in place: when it fails, nothing remains.
pub(crate) fn settle(
    dir: &Path,
    keys: &Keys,
    joined: &Joined,
    ids: &dyn Ids,
    watched: Watched<'_>,
    before_it_counts: impl FnOnce() -> Result<(), WorkflowError>,
) -> Result<Workspace, WorkflowError> {
    let facts = WorkspaceFacts {
        // Not the institution's: two desktops of one person have two keys in one keyring.
        id: ids.object_id(),
        institution: joined.settings.institution.clone(),
        keys: keys.source(),
    };
    put_in_place(dir, keys, facts.id, |aside| {
        copy(aside, keys, &facts, joined, ids, watched)?;
        before_it_counts()
    })?;
    Workspace::open(dir, keys)
}

fn copy(
    aside: &Path,
    keys: &Keys,
    facts: &WorkspaceFacts,
    joined: &Joined,
    ids: &dyn Ids,
    watched: Watched<'_>,
) -> Result<(), WorkflowError> {
    let vault = keys.vault(aside, facts.id)?;
    let key = Key::from_bytes(ids.random());
    vault.set(REPLICA_KEY, &Secret::new(key.expose().to_vec()))?;
    keep(vault.as_ref(), &joined.options)?;
    let replica = Arc::new(Replica::create(&aside.join(REPLICA_FILE), &key)?);
    replica.set_meta(DEVICE, joined.device.as_str())?;
    replica.set_meta(SCOPE, &joined.scope.to_string())?;
    replica.attach()?;
    let link = Link::with(
        &replica,
        &joined.device,
        Arc::new(lay(joined.options.clone())?),
    )?;
    fetch_the_needed(&link, watched)?;
    drop(link);
    match Arc::try_unwrap(replica) {
        Ok(replica) => replica.close()?,
        Err(_) => {
            return Err(WorkflowError::Defect(
                "the new workspace is still in use".to_owned(),
            ));
        }
    }
    write_facts(&aside.join(FACTS_FILE), facts)
}

/// Fetches until somebody can sign in. The engine goes on from there when the workspace is open.
fn fetch_the_needed(link: &Link, watched: Watched<'_>) -> Result<(), WorkflowError> {
    let engine = link.engine();
    loop {
        if (watched.cancelled)() {
            return Err(Refusal::new(Code::Cancelled, "Stopped; nothing was done here.").into());
        }
        let sources = engine.sources()?;
        let Some(next) = sources.iter().take(NEEDED).find(|state| !state.complete) else {
            return Ok(());
        };
        (watched.progress)(next.source.name(), next.done, next.total);
        engine.pull_once(Duration::ZERO)?;
    }
}
