//! Workspaces with a server: joining one, giving one to a local workspace, leaving it, and the engine's
//! life. When the authority of a workspace changes, it is opened anew.

use std::{
    sync::{Arc, PoisonError},
    thread,
    time::Duration,
};

use domain::{Code, Refusal};
use workflows::{
    WorkflowError,
    accounts::{
        self, HashCost, Keys, Watched, Workspace,
        dto::{SignIn, WorkspaceStatus},
    },
    operations::server::{
        self,
        dto::{
            AttachServer, ConnectInstitution, DetachServer, ServerAddress, ServerProbe, SyncStatus,
        },
    },
};

use super::{CLOCK, IDS, Notice, Open, Shell, blocking, lock};
use crate::{arguments::Arguments, error::Answer};

/// Between two attempts to finish an upload that was interrupted.
const AGAIN: Duration = Duration::from_secs(10);

impl Shell {
    /// What a server answers, while no workspace is open: who cannot get past a locked window does not make
    /// this computer knock at addresses.
    pub async fn probe(&self, address: ServerAddress) -> Answer<ServerProbe> {
        let shell = self.clone();
        blocking(move || {
            shell.must_be_closed()?;
            Ok(server::connect_probe(&address)?)
        })
        .await
    }

    /// First run: joins an institution's server. Progress is of the task `connect`. Whoever was made its
    /// administrator is signed in.
    pub async fn connect(&self, args: ConnectInstitution) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let _one = lock(&shell.0.opening);
            shell.must_be_closed()?;
            let keys = shell.keys(args.passphrase.clone());
            let workspace = shell.running("connect", |long| {
                let watched = Watched {
                    progress: long.progress,
                    cancelled: long.cancelled,
                };
                let home = &shell.0.wiring.home;
                Workspace::connect(
                    home,
                    &keys,
                    &args,
                    HashCost::Standard,
                    (&CLOCK, &IDS),
                    watched,
                )
            })?;
            let open = shell.adopt(workspace, HashCost::Standard)?;
            if let Some(new) = args.create.filter(|new| !new.admin_email.trim().is_empty()) {
                let sign_in = SignIn {
                    email: new.admin_email,
                    password: new.password,
                };
                return Ok(accounts::sign_in(&open.desk(), &open.keeper, &sign_in)?);
            }
            Ok(accounts::workspace_status(&open.desk(), &open.keeper)?)
        })
        .await
    }

    /// Uploads the workspace to a server and goes on as one of its desktops.
    pub async fn attach(&self, args: Arguments) -> Answer<SyncStatus> {
        let shell = self.clone();
        self.gated(
            "server_attach",
            args,
            move |open, desk, actor, args: AttachServer| {
                let attached = shell.running(&args.task, |long| {
                    let workspace = &open.workspace;
                    server::server_attach(
                        workspace,
                        desk,
                        actor,
                        &args,
                        long.progress,
                        long.cancelled,
                    )
                });
                // Whatever came of it, from now on the workspace's authority may be another.
                let open = shell.reopen(open)?;
                attached?;
                server::sync_status(
                    &open.workspace,
                    &open.desk(),
                    actor,
                    &workflows::dto::Nothing {},
                )
            },
        )
        .await
    }

    /// Another address of the same database.
    pub async fn change_server(&self, args: Arguments) -> Answer<SyncStatus> {
        let shell = self.clone();
        self.gated(
            "server_change",
            args,
            move |open, desk, actor, args: AttachServer| {
                server::server_change(&open.workspace, desk, actor, &args)?;
                let open = shell.reopen(open)?;
                server::sync_status(
                    &open.workspace,
                    &open.desk(),
                    actor,
                    &workflows::dto::Nothing {},
                )
            },
        )
        .await
    }

    /// Leaves the server.
    pub async fn detach(&self, args: Arguments) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        self.gated(
            "server_detach",
            args,
            move |open, desk, actor, args: DetachServer| {
                drop(lock(&open.running).take());
                let left = server::server_detach(&open.workspace, desk, actor, &args);
                if matches!(left, Ok(true)) {
                    *shell.0.open.write().unwrap_or_else(PoisonError::into_inner) = None;
                    accounts::wipe(open.workspace.dir(), open.workspace.vault().as_ref())?;
                    shell.tell(&Notice::Session);
                    return accounts::closed_status(&shell.0.wiring.home, shell.keyring());
                }
                let now = shell.reopen(open)?;
                left?;
                accounts::workspace_status(&now.desk(), &now.keeper)
            },
        )
        .await
    }

    /// Starts the engine of a workspace that has a server. An upload that was interrupted is finished
    /// first.
    pub(super) fn engage(&self, open: &Arc<Open>) {
        let Some(environment) = open.workspace.link().map(|link| link.target().environment) else {
            return;
        };
        let (weak, shell) = (Arc::downgrade(open), self.clone());
        let started = thread::Builder::new()
            .name("sync-start".to_owned())
            .spawn(move || {
                while let Some(open) = weak.upgrade() {
                    match server::finish_upload(&open.workspace) {
                        Ok(()) => {
                            let listener = shell.0.wiring.listener.clone();
                            if let Some(link) = open.workspace.link() {
                                *lock(&open.running) = Some(link.start(move |status| {
                                    let status = server::told(status, environment);
                                    listener(&Notice::Sync(Box::new(status)));
                                }));
                            }
                            return;
                        }
                        Err(error) => tracing::warn!(%error, "the upload could not be finished"),
                    }
                    drop(open);
                    thread::park_timeout(AGAIN);
                }
            });
        if let Err(error) = started {
            tracing::error!(%error, "synchronising could not be started");
        }
    }

    /// Opens the workspace anew, with the session it had.
    fn reopen(&self, old: &Open) -> Result<Arc<Open>, WorkflowError> {
        drop(lock(&old.running).take());
        // What took long was no idleness: the session counts as used now.
        old.keeper.who(&old.desk())?;
        let keys = Keys::Vault(Arc::clone(old.workspace.vault()));
        let workspace = Workspace::open(old.workspace.dir(), &keys)?;
        let open = self.adopt(workspace, HashCost::Standard)?;
        open.keeper.resume(&open.desk())?;
        self.tell(&Notice::Session);
        Ok(open)
    }

    /// What is due once a day while a workspace is open. The clean-up only where it is an office's or has no
    /// server; that people who were erased are in no free page of the file, everywhere.
    pub fn daily(&self) {
        let Some(open) = self.peek() else { return };
        self.check_in(&open);
        if let Err(error) = workflows::people::scrub(&open.desk()) {
            tracing::warn!(%error, "the file's free pages could not be emptied");
        }
        let others = open
            .workspace
            .link()
            .is_some_and(|link| link.engine().scope() != domain::Scope::Office);
        if others {
            return;
        }
        let desk = open.desk();
        match server::daily(&open.workspace, &desk, &accounts::product(&desk)) {
            Ok(true) => tracing::info!("expired tokens were cleared"),
            Ok(false) => {}
            Err(WorkflowError::Refused(Refusal {
                code: Code::OnlineOnly,
                ..
            })) => tracing::debug!("the daily clean-up waits for the server"),
            Err(error) => tracing::warn!(%error, "the daily clean-up"),
        }
    }
}
