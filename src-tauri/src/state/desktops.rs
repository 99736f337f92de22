//! A workspace brought from another computer, one joined by an invitation, and one that was shut out.

use std::sync::{Arc, PoisonError};

use workflows::{
    WorkflowError,
    accounts::{self, HashCost, Watched, dto::WorkspaceStatus},
    desktops::{
        self,
        dto::{JoinInstitution, OpenExport, OpenedExport, SealedFile},
    },
};

use super::{CLOCK, IDS, Notice, Open, Shell, blocking, lock};
use crate::error::Answer;

impl Shell {
    /// The sealed files in the person's downloads folder, while no workspace is open.
    pub async fn sealed_files(&self) -> Answer<Vec<SealedFile>> {
        let shell = self.clone();
        blocking(move || {
            if shell.peek().is_some() {
                return Ok(Vec::new());
            }
            Ok(desktops::sealed_files(&shell.downloads())?)
        })
        .await
    }

    /// First run: opens an exported workspace. Progress is of the task `open-export`.
    pub async fn open_export(&self, args: OpenExport) -> Answer<OpenedExport> {
        let shell = self.clone();
        blocking(move || {
            let _one = lock(&shell.0.opening);
            shell.must_be_closed()?;
            let keys = shell.keys(args.device_passphrase.clone());
            let opened = shell.running("open-export", |long| {
                let watched = Watched {
                    progress: long.progress,
                    cancelled: long.cancelled,
                };
                let home = &shell.0.wiring.home;
                desktops::open_export(home, &keys, &args, (&CLOCK, &IDS), watched)
            })?;
            let device = opened.workspace.device().to_string();
            let open = shell.adopt(opened.workspace, HashCost::Standard)?;
            Ok(OpenedExport {
                status: accounts::workspace_status(&open.desk(), &open.keeper)?,
                device,
                moved_from: opened.moved_from,
                exported_at: opened.exported_at,
                ledger_rows: opened.ledger_rows,
                findings: opened.findings,
            })
        })
        .await
    }

    /// First run: joins an institution by an invitation. Progress is of the task `join`.
    pub async fn join(&self, args: JoinInstitution) -> Answer<WorkspaceStatus> {
        let shell = self.clone();
        blocking(move || {
            let _one = lock(&shell.0.opening);
            shell.must_be_closed()?;
            let keys = shell.keys(args.passphrase.clone());
            let workspace = shell.running("join", |long| {
                let watched = Watched {
                    progress: long.progress,
                    cancelled: long.cancelled,
                };
                let home = &shell.0.wiring.home;
                desktops::join_institution(home, &keys, &args, (&CLOCK, &IDS), watched)
            })?;
            let open = shell.adopt(workspace, HashCost::Standard)?;
            Ok(accounts::workspace_status(&open.desk(), &open.keeper)?)
        })
        .await
    }

    /// Where this desktop has heard that it was shut out: takes its data and keys away, and says so.
    pub fn obey(&self) {
        let Some(open) = self.peek() else { return };
        match desktops::is_shut_out(&open.workspace) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "whether this desktop is shut out could not be read");
                return;
            }
        }
        if let Err(error) = self.give_up(&open) {
            tracing::error!(%error, "what this desktop held could not be taken away");
        }
    }

    /// Ends the engine, forgets the workspace, and takes it off this computer.
    pub(super) fn give_up(&self, open: &Arc<Open>) -> Result<(), WorkflowError> {
        let _one = lock(&self.0.opening);
        drop(lock(&open.running).take());
        // Its name is for the sentence at the end; whatever becomes of it, the data goes.
        let institution = match accounts::workspace_status(&open.desk(), &open.keeper) {
            Ok(status) => status.institution,
            Err(error) => {
                tracing::warn!(%error, "the institution's name could not be read any more");
                let facts = accounts::WorkspaceFacts::read(open.workspace.dir());
                facts.ok().flatten().map(|facts| facts.institution)
            }
        };
        *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = None;
        let gone = desktops::give_up(&open.workspace, &open.desk());
        *lock(&self.0.shut_out) = institution;
        self.tell(&Notice::Session);
        gone
    }

    /// The status while no workspace is open.
    pub(super) fn closed(&self) -> Result<WorkspaceStatus, WorkflowError> {
        Ok(WorkspaceStatus {
            shut_out: lock(&self.0.shut_out).clone(),
            ..accounts::closed_status(&self.0.wiring.home, self.keyring())?
        })
    }

    /// Tells the institution of this desktop, once a day while it is at work.
    pub(super) fn check_in(&self, open: &Open) {
        let desk = open.desk();
        let person = match open.keeper.who(&desk) {
            Ok(present) => present.map(|present| present.user.id),
            Err(error) => {
                tracing::warn!(%error, "who is signed in could not be read");
                return;
            }
        };
        match desktops::check_in(&open.workspace, &desk, person) {
            Ok(true) => tracing::info!("told the institution of this desktop"),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "the institution could not be told of this desktop");
            }
        }
    }
}
