//! An empty Tauri window: what the program's start and memory are held against. No commands, no plugins,
//! one sentence on a page of the same size. Never shipped.

use std::process::ExitCode;

fn main() -> ExitCode {
    let context = tauri::generate_context!("benches/empty_window/tauri.conf.json");
    match tauri::Builder::<tauri::Wry>::new().run(context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
