//! The institution's desktops: which there are and who is signed in, inviting and joining, moving a
//! workspace to another computer, shutting a lost one out.

use tauri::State;
use workflows::{
    accounts::dto::WorkspaceStatus,
    desktops::{self, dto::*},
    dto::{ById, Nothing, SavedFile},
};

use crate::{arguments::Arguments, error::Answer, state::Shell};

/// The sealed files in the downloads folder.
#[tauri::command]
pub async fn sealed_files(shell: State<'_, Shell>, args: Arguments) -> Answer<Vec<SealedFile>> {
    let Nothing {} = args.read()?;
    shell.sealed_files().await
}

/// Seals a copy of the workspace into a file. Progress and cancelling go by `args.task`.
#[tauri::command]
pub async fn export_workspace(shell: State<'_, Shell>, args: Arguments) -> Answer<SavedFile> {
    let folder = shell.downloads();
    shell
        .long_at_workspace(
            "export_workspace",
            args,
            |args: &ExportWorkspace| args.task.clone(),
            move |workspace, desk, actor, args, long| {
                desktops::export_workspace(
                    workspace,
                    desk,
                    actor,
                    &args,
                    &folder,
                    long.progress,
                    long.cancelled,
                )
            },
        )
        .await
}

/// First run: opens a workspace exported on another computer.
#[tauri::command]
pub async fn open_export(shell: State<'_, Shell>, args: Arguments) -> Answer<OpenedExport> {
    shell.open_export(args.read()?).await
}

/// Commands whose workflow also takes the session.
macro_rules! keeping_commands {
    ($($name:ident($args:ty) -> $answer:ty;)*) => {$(
        #[doc = concat!("`workflows::desktops::", stringify!($name), "`, for the window.")]
        #[tauri::command]
        pub async fn $name(shell: State<'_, Shell>, args: Arguments) -> Answer<$answer> {
            shell
                .keep(stringify!($name), args, |desk, keeper, actor, args: $args| {
                    desktops::$name(desk, actor, keeper, &args)
                })
                .await
        }
    )*};
}

keeping_commands! {
    desktops(Nothing) -> Desktops;
    desktop_session_end(ById) -> Desktops;
    person_sign_out(ById) -> Desktops;
    desktop_revoke(RevokeDesktop) -> Desktops;
}

/// Invites a desktop; the invitation is saved in the downloads folder.
#[tauri::command]
pub async fn desktop_invite(shell: State<'_, Shell>, args: Arguments) -> Answer<InvitationMade> {
    let folder = shell.downloads();
    shell
        .at_workspace(
            "desktop_invite",
            args,
            move |workspace, desk, actor, args: InviteDesktop| {
                desktops::desktop_invite(workspace, desk, actor, &args, &folder)
            },
        )
        .await
}

/// Takes the server's login of a desktop away.
#[tauri::command]
pub async fn desktop_login_drop(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    shell
        .at_workspace(
            "desktop_login_drop",
            args,
            |workspace, desk, actor, args: ById| {
                desktops::desktop_login_drop(workspace, desk, actor, &args)
            },
        )
        .await
}

/// First run: joins an institution by an invitation.
#[tauri::command]
pub async fn join_institution(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell.join(args.read()?).await
}
