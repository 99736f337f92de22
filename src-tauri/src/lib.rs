//! The Tauri shell: the window, its guards and the commands it may call.
//!
//! A command unpacks its arguments, calls one workflow and converts the answer. No rule of the
//! institution lives here, and no file, database or secret is opened here except through the
//! composition root.

pub mod launch;
mod window;

use std::process::ExitCode;

use tauri::{Builder, Runtime};

use crate::launch::{Launch, LaunchError};

/// The application before it has a context: commands, state and window for any runtime, so that
/// the tests drive the same builder with Tauri's mock runtime.
#[must_use]
pub fn builder<R: Runtime>(launch: Launch) -> Builder<R> {
    Builder::new().setup(move |app| {
        let home = launch.data_dir(app.handle())?;
        tracing::info!(home = %home.display(), demo = launch.demo, "starting");
        window::open(app)?;
        Ok(())
    })
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
    match builder::<tauri::Wry>(launch).run(tauri::generate_context!()) {
        Ok(()) => ExitCode::SUCCESS,
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
