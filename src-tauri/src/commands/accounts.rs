//! First run, signing in and out, one's own account. These touch the session itself, so they are
//! written out instead of generated.

use tauri::State;
use workflows::{
    accounts::{self, dto::*},
    dto::{ById, Nothing},
    people::dto::PersonDetail,
};

use super::commands;
use crate::{arguments::Arguments, error::Answer, state::Shell};

/// Where the window stands.
#[tauri::command]
pub async fn workspace_status(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    let Nothing {} = args.read()?;
    shell.status().await
}

/// First run: an institution on this desktop.
#[tauri::command]
pub async fn create_institution(
    shell: State<'_, Shell>,
    args: Arguments,
) -> Answer<WorkspaceStatus> {
    shell.create(args.read()?).await
}

/// First run: the sample institution.
#[tauri::command]
pub async fn open_sample(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell.create_sample(args.read()?).await
}

/// Opens the workspace where its key is protected by a passphrase.
#[tauri::command]
pub async fn open_workspace(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell.open_with(args.read()?).await
}

/// Signs in.
#[tauri::command]
pub async fn sign_in(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell.sign_in(args.read()?).await
}

/// Signs in with password and second factor.
#[tauri::command]
pub async fn sign_in_with_code(
    shell: State<'_, Shell>,
    args: Arguments,
) -> Answer<WorkspaceStatus> {
    shell.sign_in_with_code(args.read()?).await
}

/// Sets a new password with a one-time code.
#[tauri::command]
pub async fn reset_finish(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    shell
        .at_the_door(args, |_, desk, keeper, args: FinishReset| {
            accounts::reset_finish(desk, keeper, &args)
        })
        .await
}

/// What the sign-in page can offer.
#[tauri::command]
pub async fn sign_in_help(shell: State<'_, Shell>, args: Arguments) -> Answer<SignInHelp> {
    shell
        .at_the_door(args, |_, desk, _, args: Nothing| {
            accounts::sign_in_help(desk, &args)
        })
        .await
}

/// Asks for a code by mail.
#[tauri::command]
pub async fn code_request(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    shell
        .at_the_door(args, |_, desk, keeper, args: AskForCode| {
            accounts::code_request(desk, keeper, &args)
        })
        .await
}

/// Proves an address with a code.
#[tauri::command]
pub async fn verify_finish(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    shell
        .at_the_door(args, |_, desk, keeper, args: VerifyAddress| {
            accounts::verify_finish(desk, keeper, &args)
        })
        .await
}

/// Registers a student.
#[tauri::command]
pub async fn register(shell: State<'_, Shell>, args: Arguments) -> Answer<Registered> {
    shell
        .at_the_door(args, |_, desk, keeper, args: Register| {
            accounts::register(desk, keeper, &args)
        })
        .await
}

/// Sends oneself the code that proves one's address.
#[tauri::command]
pub async fn my_verification_send(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    shell
        .keep(
            "my_verification_send",
            args,
            |desk, keeper, actor, Nothing {}| accounts::my_verification_send(desk, actor, keeper),
        )
        .await
}

/// How hard a password is to guess, while somebody chooses one.
#[tauri::command]
pub async fn password_weigh(args: Arguments) -> Answer<PasswordStrength> {
    let args: WeighPassword = args.read()?;
    Ok(accounts::strength::password_weigh(&args)?)
}

/// Signs out.
#[tauri::command]
pub async fn sign_out(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell
        .with_session("sign_out", args, |desk, keeper, Nothing {}| {
            accounts::sign_out(desk, keeper)
        })
        .await
}

/// Locks the window.
#[tauri::command]
pub async fn lock(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell
        .with_session("lock", args, |desk, keeper, Nothing {}| {
            accounts::lock(desk, keeper)
        })
        .await
}

/// Unlocks the window.
#[tauri::command]
pub async fn unlock(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell
        .with_session("unlock", args, |desk, keeper, args: Unlock| {
            accounts::unlock(desk, keeper, &args)
        })
        .await
}

commands! { accounts:
    my_profile(Nothing) -> PersonDetail;
    update_profile(UpdateProfile) -> PersonDetail;
    second_factor(&Nothing) -> SecondFactorState;
    second_factor_remove(&ProveSelf) -> SecondFactorState;
    recovery_renew(&ProveSelf) -> RecoveryCodes;
    person_second_factor_remove(ById) -> PersonDetail;
    person_code(&ById) -> OneTimeCode;
    person_verification_send(&ById) -> Nothing;
}

/// Offers a secret for the authenticator.
#[tauri::command]
pub async fn second_factor_begin(
    shell: State<'_, Shell>,
    args: Arguments,
) -> Answer<SecondFactorOffer> {
    shell
        .keep(
            "second_factor_begin",
            args,
            |desk, keeper, actor, Nothing {}| accounts::second_factor_begin(desk, actor, keeper),
        )
        .await
}

/// Sets the second factor up.
#[tauri::command]
pub async fn second_factor_confirm(
    shell: State<'_, Shell>,
    args: Arguments,
) -> Answer<RecoveryCodes> {
    shell
        .keep(
            "second_factor_confirm",
            args,
            |desk, keeper, actor, args: ConfirmSecondFactor| {
                accounts::second_factor_confirm(desk, actor, keeper, &args)
            },
        )
        .await
}

/// Changes one's own password.
#[tauri::command]
pub async fn change_password(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    shell
        .keep(
            "change_password",
            args,
            |desk, keeper, actor, args: ChangePassword| {
                accounts::change_password(desk, actor, keeper, &args)
            },
        )
        .await
}

/// Where one is signed in.
#[tauri::command]
pub async fn my_sessions(shell: State<'_, Shell>, args: Arguments) -> Answer<Vec<SessionRow>> {
    shell
        .keep("my_sessions", args, |desk, keeper, actor, Nothing {}| {
            accounts::my_sessions(desk, actor, keeper)
        })
        .await
}

/// Ends one of one's own sessions.
#[tauri::command]
pub async fn end_session(shell: State<'_, Shell>, args: Arguments) -> Answer<Vec<SessionRow>> {
    shell
        .keep("end_session", args, |desk, keeper, actor, args: ById| {
            accounts::end_session(desk, actor, keeper, &args)
        })
        .await
}

/// Ends every session of one's own, this one too.
#[tauri::command]
pub async fn sign_out_everywhere(
    shell: State<'_, Shell>,
    args: Arguments,
) -> Answer<WorkspaceStatus> {
    shell
        .keep(
            "sign_out_everywhere",
            args,
            |desk, keeper, actor, Nothing {}| accounts::sign_out_everywhere(desk, actor, keeper),
        )
        .await
}
