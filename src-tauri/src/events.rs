//! What the program tells the window unasked. Names and shapes are the contract with
//! `ui/src/backend/events.ts`.

use tauri::{AppHandle, Emitter, Runtime, WebviewWindow};

use crate::state::Notice;

/// Long work moved on; the payload is a `ProgressDto`.
pub const PROGRESS: &str = "progress";
/// Records changed, here or through another program on the same workspace: read again.
pub const CHANGED: &str = "data-changed";
/// Somebody signed in or out, or the window was locked: ask for the status again.
pub const SESSION: &str = "session-changed";
/// The state of synchronisation changed; the payload is a `SyncStatus`.
pub const SYNC: &str = "sync-changed";

/// Somebody asked to close the window: save what is held back, then say `window_saved`.
pub const CLOSING: &str = "window-closing";

/// Tells the page that the window is about to close.
pub(crate) fn closing<R: Runtime>(window: &WebviewWindow<R>) {
    if let Err(error) = window.emit(CLOSING, ()) {
        tracing::debug!(%error, "nobody heard that the window closes");
    }
}

/// Sends a notice to the window. A window that is gone is no failure of the work.
pub fn send<R: Runtime>(app: &AppHandle<R>, notice: &Notice) {
    let sent = match notice {
        Notice::Changed => app.emit(CHANGED, ()),
        Notice::Session => app.emit(SESSION, ()),
        Notice::Progress(progress) => app.emit(PROGRESS, progress),
        Notice::Sync(status) => app.emit(SYNC, status),
    };
    if let Err(error) = sent {
        tracing::debug!(%error, ?notice, "nobody heard a notice");
    }
}
