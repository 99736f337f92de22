//! The one window and what it may never do: leave the program's own pages, open another window, or close over
//! what was typed a moment ago.
//!
//! Deliberately absent: anything shown in it.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tauri::webview::NewWindowResponse;
use tauri::{App, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tokio::sync::oneshot;

use crate::events;

/// How long a page may take to save what it holds back. A page that does not answer keeps no window open.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Whether the window was asked to close, and who waits for the page to have saved everything.
#[derive(Debug, Default)]
pub struct Closing(Mutex<Option<oneshot::Sender<()>>>);

impl Closing {
    /// Somebody asked to close. None: not for the first time, so nobody waits any longer.
    fn begin(&self) -> Option<oneshot::Receiver<()>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_some() {
            return None;
        }
        let (tell, told) = oneshot::channel();
        *waiting = Some(tell);
        Some(told)
    }

    /// The page has saved everything. Nothing happens where nobody asked to close.
    pub fn saved(&self) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tell) = waiting.take()
            && tell.send(()).is_err()
        {
            tracing::debug!("the window was closed before its page had saved everything");
        }
    }
}

/// Opens the windows of `tauri.conf.json` behind the guards. A context without windows (the mock
/// runtime's) opens none.
pub(crate) fn open<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    for config in &app.config().app.windows {
        let window = WebviewWindowBuilder::from_config(app.handle(), config)?
            .on_navigation(is_own_page)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .build()?;
        let asked = window.clone();
        window.on_window_event(move |event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && let Some(told) = asked.state::<Closing>().begin()
            {
                api.prevent_close();
                close_after(&asked, told);
            }
        });
    }
    Ok(())
}

/// Asks the page to save what it holds back, and closes the window when it has, or has not answered.
fn close_after<R: Runtime>(window: &WebviewWindow<R>, told: oneshot::Receiver<()>) {
    events::closing(window);
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        if tokio::time::timeout(LAST_WORDS, told).await.is_err() {
            tracing::warn!("the page did not say that it has saved everything");
        }
        if let Err(error) = window.destroy() {
            tracing::error!(%error, "the window could not be closed");
        }
    });
}

/// Whether a page belongs to the program: `tauri://localhost` on Linux and macOS,
/// `http://tauri.localhost` (or https) on Windows.
fn is_own_page(url: &Url) -> bool {
    url.port().is_none()
        && matches!(
            (url.scheme(), url.host_str()),
            ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_waited_for_once() {
        let closing = Closing::default();
        closing.saved();
        let mut told = closing.begin().expect("the first time it is waited for");
        assert!(closing.begin().is_none(), "who asks twice does not wait");
        assert!(told.try_recv().is_err(), "nothing is said yet");
        closing.saved();
        assert!(told.try_recv().is_ok());
        closing.saved();
    }

    #[test]
    fn only_the_programs_own_pages_may_be_opened() {
        for own in [
            "tauri://localhost/",
            "tauri://localhost/people?q=a",
            "http://tauri.localhost/",
        ] {
            assert!(
                is_own_page(&own.parse().unwrap()),
                "{own} is the program's own"
            );
        }
        for foreign in [
            "https://example.com/",
            "http://localhost:8080/",
            "tauri://localhost.example.com/",
            "tauri://localhost:81/",
            "http://tauri.localhost:9000/",
            "file:///etc/passwd",
            "data:text/html,<h1>no</h1>",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(
                !is_own_page(&foreign.parse().unwrap()),
                "{foreign} is somebody else's"
            );
        }
    }
}
