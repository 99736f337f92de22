//! The institution's server: connecting, the sync centre, health, migrations, indexes, maintenance. Each
//! command unpacks, calls the workflow of its name and converts; the rules are below.

use tauri::State;
#[allow(clippy::wildcard_imports)]
use workflows::{
    accounts::dto::WorkspaceStatus,
    dto::{Nothing, SavedFile},
    operations::server::{self, dto::*},
};

use crate::{arguments::Arguments, error::Answer, state::Shell};

/// Commands whose workflow takes the workspace beside the desk.
macro_rules! server_commands {
    ($($name:ident($args:ty) -> $answer:ty;)*) => {$(
        #[doc = concat!("`workflows::operations::server::", stringify!($name), "`, for the window.")]
        #[tauri::command]
        pub async fn $name(shell: State<'_, Shell>, args: Arguments) -> Answer<$answer> {
            shell
                .at_workspace(stringify!($name), args, |workspace, desk, actor, args: $args| {
                    server::$name(workspace, desk, actor, &args)
                })
                .await
        }
    )*};
}

server_commands! {
    sync_status(Nothing) -> SyncStatus;
    sync_centre(Nothing) -> SyncCentre;
    sync_now(Nothing) -> SyncStatus;
    sync_pause(PauseSync) -> SyncStatus;
    queue_retry(ByOp) -> SyncCentre;
    queue_discard(ByOpReason) -> SyncCentre;
    queue_void(ByOpReason) -> SyncCentre;
    conflict_settle(SettleConflict) -> SyncCentre;
    record_pending(PendingArgs) -> PendingDto;
    server_health(Nothing) -> ServerHealth;
    migrations(Nothing) -> Migrations;
    index_report(Nothing) -> IndexReport;
    slow_queries(Nothing) -> SlowQueries;
    profiler_set(SetProfiler) -> SlowQueries;
    maintenance(Nothing) -> Maintenance;
    maintenance_run(RunMaintenance) -> MaintenanceOutcome;
}

/// What a server answers.
#[tauri::command]
pub async fn connect_probe(shell: State<'_, Shell>, args: Arguments) -> Answer<ServerProbe> {
    shell.probe(args.read()?).await
}

/// First run: joins an institution's server.
#[tauri::command]
pub async fn connect_institution(
    shell: State<'_, Shell>,
    args: Arguments,
) -> Answer<WorkspaceStatus> {
    shell.connect(args.read()?).await
}

/// Writes a queued change set to the downloads folder.
#[tauri::command]
pub async fn queue_export(shell: State<'_, Shell>, args: Arguments) -> Answer<SavedFile> {
    let folder = shell.downloads();
    shell
        .at_workspace(
            "queue_export",
            args,
            move |workspace, desk, actor, args: ByOp| {
                server::queue_export(workspace, desk, actor, &args, &folder)
            },
        )
        .await
}

/// What attaching would do.
#[tauri::command]
pub async fn attach_preview(shell: State<'_, Shell>, args: Arguments) -> Answer<AttachPreview> {
    shell
        .at_workspace(
            "attach_preview",
            args,
            |workspace, desk, actor, args: AttachServer| {
                server::attach_preview(workspace, desk, actor, &args)
            },
        )
        .await
}

/// Gives a local workspace a server. Progress and cancelling go by `args.task`.
#[tauri::command]
pub async fn server_attach(shell: State<'_, Shell>, args: Arguments) -> Answer<SyncStatus> {
    shell.attach(args).await
}

/// Another address of the same database.
#[tauri::command]
pub async fn server_change(shell: State<'_, Shell>, args: Arguments) -> Answer<SyncStatus> {
    shell.change_server(args).await
}

/// Leaves the server.
#[tauri::command]
pub async fn server_detach(shell: State<'_, Shell>, args: Arguments) -> Answer<WorkspaceStatus> {
    shell.detach(args).await
}

/// Runs migrations. Progress goes by `args.task`.
#[tauri::command]
pub async fn migrations_run(shell: State<'_, Shell>, args: Arguments) -> Answer<MigrationRun> {
    shell
        .long_at_workspace(
            "migrations_run",
            args,
            |args: &RunMigrations| args.task.clone(),
            |workspace, desk, actor, args, long| {
                server::migrations_run(workspace, desk, actor, &args, long.progress)
            },
        )
        .await
}
