//! Desktops: inviting one, joining by an invitation, and carrying a workspace to another computer.

use std::{path::Path, process::ExitCode};

use domain::Actor;
use serde_json::json;
use workflows::{
    Desk, SystemClock, SystemIds, WorkflowError,
    accounts::{Watched, Workspace},
    desktops::{
        self,
        dto::{ExportWorkspace, InviteDesktop, JoinInstitution, OpenExport},
    },
};

use super::found;
use crate::{
    args::{Args, ExportTo, Invite, SealedInput},
    failure::Failure,
    output::Output,
    place, signal,
};

/// Where files are written unless a folder is named.
fn here() -> Result<std::path::PathBuf, Failure> {
    std::env::current_dir().map_err(Failure::Terminal)
}

/// Invites a desktop, and shows its code.
pub(super) fn invite(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    asked: &Invite,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let given = if asked.login_stdin || asked.maker_stdin {
        Some(place::line()?)
    } else {
        None
    };
    let args = InviteDesktop {
        scope: asked.kind.into(),
        person: asked.person.clone(),
        days: asked.days,
        login: given.clone().filter(|_| asked.login_stdin),
        maker: given.filter(|_| asked.maker_stdin),
        insecure: asked.insecure,
        password: String::new(),
    };
    let folder = match &asked.folder {
        Some(folder) => folder.clone(),
        None => here()?,
    };
    let made = desktops::desktop_invite(workspace, desk, actor, &args, &folder)?;
    let lines = [
        format!(
            "Desktop {} is invited until {}.",
            made.device, made.expires_at
        ),
        format!("File: {}", made.file.path),
        format!("Code: {}", made.code),
        "The code is not shown again. Hand it over another way than the file.".to_owned(),
    ];
    output.answer(&made, &lines)?;
    Ok(ExitCode::SUCCESS)
}

/// Joins an institution by an invitation.
pub(super) fn join(args: &Args, asked: &SealedInput, output: &Output) -> Result<ExitCode, Failure> {
    let folder = place::folder(args)?;
    let keys = place::keys()?;
    let wanted = JoinInstitution {
        path: shown(&asked.file)?,
        code: place::secret("Code: ", asked.stdin)?,
        passphrase: None,
    };
    let mut progress = |stage: &str, done, total| output.progress(stage, done, total);
    let listening = signal::listen();
    let watched = Watched {
        progress: &mut progress,
        cancelled: &|| listening.asked(),
    };
    let workspace =
        desktops::join_institution(&folder, &keys, &wanted, (&SystemClock, &SystemIds), watched)
            .map_err(told)?;
    drop(listening);
    let institution = workspace.settings()?.institution;
    let device = workspace.device().to_string();
    output.answer(
        &json!({ "workspace": folder.display().to_string(), "institution": institution, "device": device }),
        &[format!(
            "This is desktop {device} of {institution} now, in {}.",
            folder.display()
        )],
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Seals a copy of the workspace into a file.
pub(super) fn export(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    asked: &ExportTo,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let args = ExportWorkspace {
        passphrase: place::password(asked.passphrase_stdin)?,
        password: String::new(),
        task: String::new(),
    };
    let folder = match &asked.folder {
        Some(folder) => folder.clone(),
        None => here()?,
    };
    let listening = signal::listen();
    let saved = desktops::export_workspace(
        workspace,
        desk,
        actor,
        &args,
        &folder,
        &mut |stage, done, total| output.progress(stage, done, total),
        &|| listening.asked(),
    )?;
    drop(listening);
    output.answer(&saved, &[format!("{} ({} bytes)", saved.path, saved.bytes)])?;
    Ok(ExitCode::SUCCESS)
}

/// Opens a workspace exported on another computer. Exit code 1 when something in it does not agree.
pub(super) fn import(
    args: &Args,
    asked: &SealedInput,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let folder = place::folder(args)?;
    let keys = place::keys()?;
    let wanted = OpenExport {
        path: shown(&asked.file)?,
        passphrase: place::secret("Passphrase: ", asked.stdin)?,
        device_passphrase: None,
    };
    let mut progress = |stage: &str, done, total| output.progress(stage, done, total);
    let listening = signal::listen();
    let watched = Watched {
        progress: &mut progress,
        cancelled: &|| listening.asked(),
    };
    let opened =
        desktops::open_export(&folder, &keys, &wanted, (&SystemClock, &SystemIds), watched)
            .map_err(told)?;
    drop(listening);
    let device = opened.workspace.device().to_string();
    output.answer(
        &json!({
            "workspace": folder.display().to_string(),
            "device": device,
            "movedFrom": opened.moved_from,
            "exportedAt": opened.exported_at,
            "ledgerRows": opened.ledger_rows,
            "findings": opened.findings,
        }),
        &[
            format!(
                "This is desktop {device} now; it was exported on {}, {}.",
                opened.moved_from, opened.exported_at
            ),
            format!(
                "{} rows of the ledger were walked; {} findings.",
                opened.ledger_rows, opened.findings
            ),
        ],
    )?;
    Ok(found(opened.findings > 0))
}

/// What is sealed with a wrong passphrase is no trouble of the keyring.
fn told(error: WorkflowError) -> Failure {
    match error {
        WorkflowError::Refused(_) => error.into(),
        other => Failure::of_keys(other),
    }
}

/// Where this desktop has heard that it was shut out: takes its data and keys away, and ends the command.
pub(super) fn obey(workspace: &Workspace) -> Result<(), Failure> {
    if !desktops::is_shut_out(workspace)? {
        return Ok(());
    }
    let desk = workspace.desk(&SystemClock, &SystemIds);
    desktops::give_up(workspace, &desk)?;
    Err(WorkflowError::from(domain::rules::desktops::shut_out()).into())
}

fn shown(file: &Path) -> Result<String, Failure> {
    let file = std::path::absolute(file).map_err(|source| Failure::File {
        path: file.to_owned(),
        source,
    })?;
    Ok(file.display().to_string())
}
