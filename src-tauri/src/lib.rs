//! The Tauri shell: the window, its guards and the commands it may call.
//!
//! A command unpacks its arguments, calls one workflow and converts the answer. No rule of the
//! institution lives here, and no file, database or secret is opened here except through the
//! composition root.

pub mod arguments;
pub mod commands;
pub mod error;
pub mod events;
pub mod launch;
pub mod state;
pub mod window;

use std::{process::ExitCode, sync::Arc, time::Duration};

use tauri::{AppHandle, Builder, Manager, Runtime};

use crate::{
    launch::{Launch, LaunchError},
    state::{Notice, Shell, Wiring},
};

/// How often the workspace's file is looked at for changes by other programs and by the engine.
const WATCH: Duration = Duration::from_millis(500);
/// Every so many looks it is seen whether the daily clean-up is due.
const DAILY: u64 = 600;

/// The application before it has a context: commands, state and window for any runtime, so that
/// the tests drive the same builder with Tauri's mock runtime.
#[must_use]
pub fn builder<R: Runtime>(launch: Launch) -> Builder<R> {
    Builder::new().invoke_handler(handler()).setup(move |app| {
        let handle = app.handle().clone();
        let home = launch.home(&handle)?;
        tracing::info!(home = %home.display(), demo = launch.demo, "starting");
        let shell = Shell::new(Wiring {
            downloads: launch.downloads(&handle, &home),
            home,
            demo: launch.demo,
            keys: launch.keys.clone(),
            listener: Arc::new(move |notice| events::send(&handle, notice)),
        });
        watch(app.handle(), shell.clone());
        app.manage(shell);
        app.manage(window::Closing::default());
        window::open(app)?;
        Ok(())
    })
}

/// Tells the window when another program changed the workspace.
fn watch<R: Runtime>(app: &AppHandle<R>, shell: Shell) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut seen = 0;
        let mut ticks = tokio::time::interval(WATCH);
        let mut looks: u64 = 0;
        loop {
            ticks.tick().await;
            looks += 1;
            if looks.is_multiple_of(DAILY) {
                let shell = shell.clone();
                tauri::async_runtime::spawn_blocking(move || shell.daily());
            }
            let looking = shell.clone();
            let mut now = seen;
            let looked = tauri::async_runtime::spawn_blocking(move || {
                let changed = looking.changed_since(&mut now);
                if changed {
                    looking.obey();
                }
                (changed, now)
            });
            match looked.await {
                Ok((changed, now)) => {
                    if changed {
                        events::send(&app, &Notice::Changed);
                    }
                    seen = now;
                }
                Err(error) => tracing::error!(%error, "the watch over the workspace failed"),
            }
        }
    });
}

/// Every command the window may call. `workflows::wire` says who may; the test of every command × role
/// holds the two lists together.
fn handler<R: Runtime>() -> impl Fn(tauri::ipc::Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        // accounts
        commands::accounts::workspace_status,
        commands::accounts::create_institution,
        commands::accounts::open_sample,
        commands::accounts::open_workspace,
        commands::accounts::sign_in,
        commands::accounts::sign_in_with_code,
        commands::accounts::password_weigh,
        commands::accounts::sign_in_help,
        commands::accounts::code_request,
        commands::accounts::reset_finish,
        commands::accounts::verify_finish,
        commands::accounts::register,
        commands::accounts::second_factor,
        commands::accounts::second_factor_begin,
        commands::accounts::second_factor_confirm,
        commands::accounts::second_factor_remove,
        commands::accounts::recovery_renew,
        commands::accounts::person_second_factor_remove,
        commands::accounts::sign_out,
        commands::accounts::lock,
        commands::accounts::unlock,
        commands::accounts::my_profile,
        commands::accounts::update_profile,
        commands::accounts::change_password,
        commands::accounts::my_verification_send,
        commands::accounts::my_sessions,
        commands::accounts::end_session,
        commands::accounts::sign_out_everywhere,
        // people
        commands::people::people_list,
        commands::people::person,
        commands::people::person_create,
        commands::people::person_update,
        commands::people::people_set_status,
        commands::people::person_set_role,
        commands::people::person_unlock,
        commands::people::person_erase,
        commands::people::personal_data_save,
        commands::people::person_set_password,
        commands::accounts::person_code,
        commands::accounts::person_verification_send,
        commands::people::instructors,
        // catalog
        commands::catalog::courses_list,
        commands::catalog::course,
        commands::catalog::course_create,
        commands::catalog::course_update,
        commands::catalog::curriculum_save,
        commands::catalog::course_submit,
        commands::catalog::course_request_changes,
        commands::catalog::course_publish,
        commands::catalog::course_unpublish,
        commands::catalog::course_archive,
        commands::catalog::course_restore,
        // enrollment
        commands::enrollment::enrollments_list,
        commands::enrollment::enrollment,
        commands::enrollment::enroll_preview,
        commands::enrollment::enroll,
        commands::enrollment::enroll_myself,
        commands::enrollment::enrollment_cancel,
        commands::enrollment::enrollment_reopen,
        // payments
        commands::payments::payments_list,
        commands::payments::payments_queue,
        commands::payments::payment,
        commands::payments::payment_record_cash,
        commands::payments::payment_record_provider,
        commands::payments::payment_fail,
        commands::payments::payment_cancel,
        commands::payments::payment_retry,
        commands::payments::refund_ask,
        commands::payments::refund_decide,
        commands::payments::refund_withdraw,
        commands::payments::receipt,
        commands::payments::receipt_save,
        // learning
        commands::learning::my_courses,
        commands::learning::learning,
        commands::learning::lesson_open,
        commands::learning::lesson_complete,
        commands::learning::note_add,
        commands::learning::note_remove,
        commands::learning::review_save,
        commands::learning::result_record,
        commands::learning::certificate,
        commands::learning::certificate_save,
        commands::learning::certificate_revoke,
        commands::learning::certificate_check,
        // reporting
        commands::reporting::dashboard,
        commands::reporting::report,
        commands::reporting::report_save,
        // operations
        commands::operations::timeline,
        commands::operations::search,
        commands::operations::import_inspect,
        commands::operations::import_run,
        commands::operations::imports_list,
        commands::operations::import_undo,
        commands::operations::list_save,
        commands::operations::task_cancel,
        commands::operations::window_saved,
        commands::operations::settings,
        commands::operations::settings_update,
        commands::operations::audit_list,
        commands::operations::verify,
        commands::mail::mail_settings,
        commands::mail::mail_settings_update,
        commands::mail::mail_test,
        commands::mail::mails,
        commands::mail::mail_retry,
        commands::mail::mail_discard,
        // the institution's server
        commands::server::connect_probe,
        commands::server::connect_institution,
        commands::server::sync_status,
        commands::server::sync_centre,
        commands::server::sync_now,
        commands::server::sync_pause,
        commands::server::queue_retry,
        commands::server::queue_discard,
        commands::server::queue_void,
        commands::server::queue_export,
        commands::server::conflict_settle,
        commands::server::record_pending,
        commands::server::attach_preview,
        commands::server::server_attach,
        commands::server::server_change,
        commands::server::server_detach,
        commands::server::server_health,
        commands::server::migrations,
        commands::server::migrations_run,
        commands::server::index_report,
        commands::server::slow_queries,
        commands::server::profiler_set,
        commands::server::maintenance,
        commands::server::maintenance_run,
        // the institution's desktops
        commands::desktops::desktops,
        commands::desktops::desktop_session_end,
        commands::desktops::person_sign_out,
        commands::desktops::desktop_revoke,
        commands::desktops::desktop_invite,
        commands::desktops::desktop_login_drop,
        commands::desktops::join_institution,
        commands::desktops::sealed_files,
        commands::desktops::export_workspace,
        commands::desktops::open_export,
    ]
}

/// Reads the command line, starts the application and returns when its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    start_log();
    let launch = match Launch::from_process() {
        Ok(launch) => launch,
        Err(LaunchError::Answered(text)) => {
            say(&text);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            complain(&error.to_string());
            return ExitCode::from(2);
        }
    };
    match builder::<tauri::Wry>(launch).build(tauri::generate_context!()) {
        Ok(app) => {
            app.run(|_, event| {
                if matches!(event, tauri::RunEvent::Exit) {
                    workflows::end();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&format!("Matricula could not start: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Warnings and worse go to standard error; `MATRICULA_LOG` asks for more, as `RUST_LOG` would.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MATRICULA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

#[expect(clippy::print_stdout, reason = "the answer to --help and --version")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "there is no window yet to say it in")]
fn complain(text: &str) {
    eprintln!("{text}");
}
