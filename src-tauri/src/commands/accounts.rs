//! First run, signing in and out, one's own account. These touch the session itself, so they are
//! written out instead of generated.

use tauri::State;
use workflows::{
    accounts::{self, dto::*},
    dto::{ById, Nothing},
    people::dto::PersonDetail,
};

use super::commands;
use crate::{error::Answer, state::Shell};

/// Where the window stands.
#[tauri::command]
pub async fn workspace_status(shell: State<'_, Shell>, args: Nothing) -> Answer<WorkspaceStatus> {
    let Nothing {} = args;
    shell.status().await
}

/// First run: an institution on this desktop.
#[tauri::command]
pub async fn create_institution(
    shell: State<'_, Shell>,
    args: CreateInstitution,
) -> Answer<WorkspaceStatus> {
    shell.create(args).await
}

/// First run: the sample institution.
#[tauri::command]
pub async fn open_sample(shell: State<'_, Shell>, args: OpenSample) -> Answer<WorkspaceStatus> {
    shell.create_sample(args).await
}

/// Opens the workspace where its key is protected by a passphrase.
#[tauri::command]
pub async fn open_workspace(shell: State<'_, Shell>, args: Passphrase) -> Answer<WorkspaceStatus> {
    shell.open_with(args).await
}

/// Signs in.
#[tauri::command]
pub async fn sign_in(shell: State<'_, Shell>, args: SignIn) -> Answer<WorkspaceStatus> {
    shell.sign_in(args).await
}

/// Signs out.
#[tauri::command]
pub async fn sign_out(shell: State<'_, Shell>, args: Nothing) -> Answer<WorkspaceStatus> {
    let Nothing {} = args;
    shell.with_session("sign_out", accounts::sign_out).await
}

/// Locks the window.
#[tauri::command]
pub async fn lock(shell: State<'_, Shell>, args: Nothing) -> Answer<WorkspaceStatus> {
    let Nothing {} = args;
    shell.with_session("lock", accounts::lock).await
}

/// Unlocks the window.
#[tauri::command]
pub async fn unlock(shell: State<'_, Shell>, args: Unlock) -> Answer<WorkspaceStatus> {
    shell.with_session("unlock", move |desk, keeper| accounts::unlock(desk, keeper, &args)).await
}

commands! { accounts:
    my_profile(Nothing) -> PersonDetail;
    update_profile(UpdateProfile) -> PersonDetail;
}

/// Changes one's own password.
#[tauri::command]
pub async fn change_password(shell: State<'_, Shell>, args: ChangePassword) -> Answer<Nothing> {
    shell
        .keep("change_password", move |desk, keeper, actor| {
            accounts::change_password(desk, actor, keeper, &args)
        })
        .await
}

/// Where one is signed in.
#[tauri::command]
pub async fn my_sessions(shell: State<'_, Shell>, args: Nothing) -> Answer<Vec<SessionRow>> {
    let Nothing {} = args;
    shell.keep("my_sessions", |desk, keeper, actor| accounts::my_sessions(desk, actor, keeper)).await
}

/// Ends one of one's own sessions.
#[tauri::command]
pub async fn end_session(shell: State<'_, Shell>, args: ById) -> Answer<Vec<SessionRow>> {
    shell
        .keep("end_session", move |desk, keeper, actor| {
            accounts::end_session(desk, actor, keeper, &args)
        })
        .await
}

/// Ends every session of one's own, this one too.
#[tauri::command]
pub async fn sign_out_everywhere(shell: State<'_, Shell>, args: Nothing) -> Answer<WorkspaceStatus> {
    let Nothing {} = args;
    shell
        .keep("sign_out_everywhere", |desk, keeper, actor| {
            accounts::sign_out_everywhere(desk, actor, keeper)
        })
        .await
}
