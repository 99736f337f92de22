//! Imports, exports, search, settings, audit, verification. Each command unpacks, calls the workflow of its name and converts; the rules are below.

#[allow(clippy::wildcard_imports)]
use workflows::{dto::*, operations::dto::*};

use super::commands;
use crate::{arguments::Arguments, error::Answer, state::Shell, window::Closing};
use tauri::State;

commands! { operations:
    timeline(&TimelineArgs) -> Vec<TimelineEntry>;
    search(&SearchArgs) -> Vec<SearchHit>;
    import_inspect(&InspectImport) -> ImportInspection;
    imports_list(Nothing) -> Vec<ImportRow>;
    import_undo(&ById) -> UndoOutcome;
    settings(Nothing) -> SettingsDto;
    settings_update(&SettingsDto) -> SettingsDto;
    audit_list(&ListAudit) -> PageOf<TimelineEntry>;
}

/// Checks or imports a file. Progress and cancelling go by `args.task`.
#[tauri::command]
pub async fn import_run(shell: State<'_, Shell>, args: Arguments) -> Answer<ImportOutcome> {
    shell
        .long(
            "import_run",
            args,
            |args: &RunImport| args.task.clone(),
            |desk, actor, args, long| {
                let stage = if args.dry_run { "checking" } else { "writing" };
                let mut progress = |done, total| (long.progress)(stage, done, total);
                workflows::operations::import_run(desk, actor, args, &mut progress, long.cancelled)
            },
        )
        .await
}

/// Saves a list to the downloads folder. Progress and cancelling go by `args.task`.
#[tauri::command]
pub async fn list_save(shell: State<'_, Shell>, args: Arguments) -> Answer<SavedFile> {
    let folder = shell.downloads();
    shell
        .long(
            "list_save",
            args,
            |args: &ExportList| args.task.clone(),
            move |desk, actor, args, long| {
                let mut progress = |done, total| (long.progress)("writing", done, total);
                let cancelled = long.cancelled;
                workflows::operations::list_save(
                    desk,
                    actor,
                    &args,
                    &folder,
                    &mut progress,
                    cancelled,
                )
            },
        )
        .await
}

/// Looks whether everything agrees. Progress and cancelling go by `args.task`.
#[tauri::command]
pub async fn verify(shell: State<'_, Shell>, args: Arguments) -> Answer<VerifyReport> {
    shell
        .long(
            "verify",
            args,
            |args: &RunVerification| args.task.clone(),
            |desk, actor, _, long| {
                workflows::operations::verify_while(desk, actor, long.progress, long.cancelled)
            },
        )
        .await
}

/// The page has saved what it held back, and the window that was asked to close may.
#[tauri::command]
pub async fn window_saved(closing: State<'_, Closing>, args: Arguments) -> Answer<Nothing> {
    let Nothing {} = args.read()?;
    closing.saved();
    Ok(Nothing {})
}

/// Asks long work to stop.
#[tauri::command]
pub async fn task_cancel(shell: State<'_, Shell>, args: Arguments) -> Answer<Nothing> {
    let TaskArgs { task } = args.read()?;
    shell.cancel(&task);
    Ok(Nothing {})
}
