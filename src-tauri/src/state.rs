//! The composition root: the only place that opens workspaces and wires them to the clock, the
//! system's randomness, the keyring and the window. Also the gate every command passes.
//!
//! No rule of the institution lives here: who may call what is `workflows::wire`, and what a call does
//! is its workflow. How a workspace is made, opened and entered is in `phases`.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{Actor, Code, Refusal};
use serde::de::DeserializeOwned;
use workflows::{
    Desk, SystemClock, SystemIds, WorkflowError,
    accounts::{HashCost, Keys, SessionKeeper, Workspace, dto::WorkspaceStatus},
    dto::ProgressDto,
    operations::server::{Running as Syncing, dto::SyncStatus},
    wire::{self, Access},
};

use crate::{
    arguments::Arguments,
    error::{Answer, CommandError},
};

mod desktops;
mod phases;
mod post;
mod server;

static CLOCK: SystemClock = SystemClock;
static IDS: SystemIds = SystemIds;

/// What the program tells the window unasked.
#[derive(Clone, Debug)]
pub enum Notice {
    /// Records changed.
    Changed,
    /// Somebody signed in or out, or the window was locked.
    Session,
    /// Long work moved on.
    Progress(ProgressDto),
    /// The state of synchronisation changed.
    Sync(Box<SyncStatus>),
}

/// Hears the notices.
pub type Listener = Arc<dyn Fn(&Notice) + Send + Sync>;

/// How the shell is put together.
pub struct Wiring {
    /// The directory of the workspace; it may not exist yet.
    pub home: PathBuf,
    /// Where files for the person are saved.
    pub downloads: PathBuf,
    /// Sign in as the sample administrator at start.
    pub demo: bool,
    /// Where the workspace's keys are, instead of the system's keyring: for tests.
    pub keys: Option<Keys>,
    /// Who hears the notices.
    pub listener: Listener,
}

/// An open workspace and the session of this desktop in it.
struct Open {
    workspace: Workspace,
    keeper: SessionKeeper,
    /// The engine, where the workspace has a server: it works while nobody is signed in, too.
    running: Mutex<Option<Syncing>>,
}

impl Open {
    fn desk(&self) -> Desk<'_> {
        self.workspace.desk(&CLOCK, &IDS)
    }
}

/// The state behind the commands. Cheap to clone.
#[derive(Clone)]
pub struct Shell(Arc<Inner>);

struct Inner {
    wiring: Wiring,
    open: RwLock<Option<Arc<Open>>>,
    /// Long work that can be cancelled, by the name the window gave it.
    tasks: Mutex<HashMap<String, Arc<AtomicBool>>>,
    /// Making or opening a workspace, one at a time.
    opening: Mutex<()>,
    /// The institution that shut this desktop out since the program was started.
    shut_out: Mutex<Option<String>>,
}

impl Shell {
    /// A shell that has opened nothing yet.
    pub fn new(wiring: Wiring) -> Self {
        Self(Arc::new(Inner {
            wiring,
            open: RwLock::new(None),
            tasks: Mutex::new(HashMap::new()),
            opening: Mutex::new(()),
            shut_out: Mutex::new(None),
        }))
    }

    /// Where files for the person are saved.
    pub fn downloads(&self) -> PathBuf {
        self.0.wiring.downloads.clone()
    }

    /// Passes the gate, reads the arguments and runs a workflow on a blocking thread. `command` is
    /// looked up in the wire table: nothing runs that is not in it.
    pub async fn act<A, T, F>(&self, command: &'static str, args: Arguments, work: F) -> Answer<T>
    where
        A: DeserializeOwned + 'static,
        T: Send + 'static,
        F: FnOnce(&Desk<'_>, &Actor, A) -> Result<T, WorkflowError> + Send + 'static,
    {
        self.keep(command, args, move |desk, _, actor, args| {
            work(desk, actor, args)
        })
        .await
    }

    /// The same for workflows of one's own account, which also need the session.
    pub async fn keep<A, T, F>(&self, command: &'static str, args: Arguments, work: F) -> Answer<T>
    where
        A: DeserializeOwned + 'static,
        T: Send + 'static,
        F: FnOnce(&Desk<'_>, &SessionKeeper, &Actor, A) -> Result<T, WorkflowError>
            + Send
            + 'static,
    {
        self.gated(command, args, |open, desk, actor, args| {
            work(desk, &open.keeper, actor, args)
        })
        .await
    }

    /// The same for workflows about the workspace itself: its server, its queue.
    pub async fn at_workspace<A, T, F>(
        &self,
        command: &'static str,
        args: Arguments,
        work: F,
    ) -> Answer<T>
    where
        A: DeserializeOwned + 'static,
        T: Send + 'static,
        F: FnOnce(&Workspace, &Desk<'_>, &Actor, A) -> Result<T, WorkflowError> + Send + 'static,
    {
        self.gated(command, args, |open, desk, actor, args| {
            work(&open.workspace, desk, actor, args)
        })
        .await
    }

    async fn gated<A, T, F>(&self, command: &'static str, args: Arguments, work: F) -> Answer<T>
    where
        A: DeserializeOwned + 'static,
        T: Send + 'static,
        F: FnOnce(&Open, &Desk<'_>, &Actor, A) -> Result<T, WorkflowError> + Send + 'static,
    {
        let shell = self.clone();
        blocking(move || {
            let open = shell.opened()?;
            let desk = open.desk();
            let actor = pass(&open, &desk, command)?;
            let args = args.read()?;
            let before = open.workspace.replica().version();
            let outcome = work(&open, &desk, &actor, args);
            if open.workspace.replica().version() != before {
                shell.tell(&Notice::Changed);
            }
            Ok(outcome?)
        })
        .await
    }

    /// Runs long work that reports progress and can be cancelled by the name its arguments give it.
    pub async fn long<A, T, F>(
        &self,
        command: &'static str,
        args: Arguments,
        name: fn(&A) -> String,
        work: F,
    ) -> Answer<T>
    where
        A: DeserializeOwned + 'static,
        T: Send + 'static,
        F: FnOnce(&Desk<'_>, &Actor, A, Long<'_>) -> Result<T, WorkflowError> + Send + 'static,
    {
        self.long_at_workspace(command, args, name, |_, desk, actor, args, long| {
            work(desk, actor, args, long)
        })
        .await
    }

    /// The same for workflows about the workspace itself.
    pub async fn long_at_workspace<A, T, F>(
        &self,
        command: &'static str,
        args: Arguments,
        name: fn(&A) -> String,
        work: F,
    ) -> Answer<T>
    where
        A: DeserializeOwned + 'static,
        T: Send + 'static,
        F: FnOnce(&Workspace, &Desk<'_>, &Actor, A, Long<'_>) -> Result<T, WorkflowError>
            + Send
            + 'static,
    {
        let shell = self.clone();
        self.at_workspace(command, args, move |workspace, desk, actor, args| {
            let task = name(&args);
            shell.running(&task, |long| work(workspace, desk, actor, args, long))
        })
        .await
    }

    /// Runs work under a name: its progress is told, and it can be asked to stop.
    fn running<T>(&self, task: &str, work: impl FnOnce(Long<'_>) -> T) -> T {
        let running = self.begin(task);
        let mut progress = |stage: &str, done: u64, total: u64| {
            self.tell(&Notice::Progress(ProgressDto {
                task: running.name.clone(),
                stage: stage.to_owned(),
                done,
                total,
            }));
        };
        let cancelled = || running.cancelled.load(Ordering::Acquire);
        work(Long {
            progress: &mut progress,
            cancelled: &cancelled,
        })
    }

    /// Asks long work to stop; its name, chosen at random by the window, is enough. Work that is not
    /// running (any more) needs no asking.
    pub fn cancel(&self, task: &str) {
        if let Some(cancelled) = lock(&self.0.tasks).get(task) {
            cancelled.store(true, Ordering::Release);
        }
    }

    fn begin(&self, task: &str) -> Running {
        let cancelled = Arc::new(AtomicBool::new(false));
        lock(&self.0.tasks).insert(task.to_owned(), Arc::clone(&cancelled));
        Running {
            shell: self.clone(),
            name: task.to_owned(),
            cancelled,
        }
    }

    fn tell(&self, notice: &Notice) {
        (self.0.wiring.listener)(notice);
    }

    /// Whether another process, or the engine, has changed the workspace's file since `seen`, which is
    /// brought up to date. For the watch over what no command of the window did.
    pub fn changed_since(&self, seen: &mut i64) -> bool {
        let Some(open) = self.peek() else {
            return false;
        };
        match open.workspace.replica().file_version() {
            Ok(version) => std::mem::replace(seen, version) != version,
            Err(error) => {
                tracing::warn!(%error, "the replica's version could not be read");
                false
            }
        }
    }

    /// Runs what somebody may ask who is not signed in, of an institution that is open.
    pub async fn at_the_door<A, T, F>(&self, args: Arguments, work: F) -> Answer<T>
    where
        A: DeserializeOwned + Send + 'static,
        T: Send + 'static,
        F: FnOnce(&Workspace, &Desk<'_>, &SessionKeeper, A) -> Result<T, WorkflowError>
            + Send
            + 'static,
    {
        let args: A = args.read()?;
        let shell = self.clone();
        blocking(move || {
            let open = shell.opened()?;
            Ok(work(&open.workspace, &open.desk(), &open.keeper, args)?)
        })
        .await
    }

    /// Runs what belongs to a session, locked or not (signing out, locking, unlocking).
    pub async fn with_session<A, F>(
        &self,
        command: &'static str,
        args: Arguments,
        work: F,
    ) -> Answer<WorkspaceStatus>
    where
        A: DeserializeOwned + 'static,
        F: FnOnce(&Desk<'_>, &SessionKeeper, A) -> Result<WorkspaceStatus, WorkflowError>
            + Send
            + 'static,
    {
        let shell = self.clone();
        self.keep(command, args, move |desk, keeper, _, args| {
            let status = work(desk, keeper, args)?;
            shell.tell(&Notice::Session);
            Ok(status)
        })
        .await
    }

    fn adopt(&self, workspace: Workspace, cost: HashCost) -> Result<Arc<Open>, WorkflowError> {
        let keeper = SessionKeeper::new(&workspace, &IDS)?.with_cost(cost);
        let open = Arc::new(Open {
            workspace,
            keeper,
            running: Mutex::new(None),
        });
        *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&open));
        self.engage(&open);
        self.post(&open);
        Ok(open)
    }

    fn peek(&self) -> Option<Arc<Open>> {
        self.0
            .open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn opened(&self) -> Result<Arc<Open>, WorkflowError> {
        self.peek().ok_or_else(|| {
            Refusal::new(Code::SignedOut, "No institution is open on this desktop.").into()
        })
    }

    fn must_be_closed(&self) -> Result<(), WorkflowError> {
        if self.peek().is_some() {
            return Err(Refusal::new(
                Code::WrongState,
                "An institution is already open on this desktop.",
            )
            .into());
        }
        Ok(())
    }

    fn keys(&self, passphrase: Option<String>) -> Keys {
        match &self.0.wiring.keys {
            Some(keys) => keys.clone(),
            None => Keys::from_passphrase(passphrase),
        }
    }

    fn keyring(&self) -> bool {
        self.0.wiring.keys.is_some() || Keys::keyring_available()
    }
}

/// What long work says and asks while it runs.
pub struct Long<'a> {
    /// Hears the stage, how much of it is done, and of how much (0 while unknown).
    pub progress: &'a mut dyn FnMut(&str, u64, u64),
    /// Whether it shall stop.
    pub cancelled: &'a dyn Fn() -> bool,
}

/// Long work under way; forgotten when it ends, however it ends.
struct Running {
    shell: Shell,
    name: String,
    cancelled: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.shell.0.tasks).remove(&self.name);
    }
}

/// The gate: the session is checked before anything is read, then the role.
fn pass(open: &Open, desk: &Desk<'_>, command: &str) -> Result<Actor, WorkflowError> {
    let access = wire::access(command).ok_or_else(|| {
        WorkflowError::Defect(format!("{command} is not in the table of commands"))
    })?;
    let actor = match access {
        Access::Session => open.keeper.session_actor(desk)?,
        Access::SetUp => open.keeper.authenticate_to_set_up(desk)?,
        Access::Anybody | Access::SignedIn | Access::Any(_) => open.keeper.authenticate(desk)?,
    };
    if access.allows(actor.role) {
        Ok(actor)
    } else {
        Err(Refusal::new(Code::Forbidden, "Your role does not allow this.").into())
    }
}

/// Off the async threads: hashing, the disk and the keyring all wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Answer<T> + Send + 'static,
) -> Answer<T> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(CommandError::defect(&error.to_string())),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
