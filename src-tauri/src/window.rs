//! The one window and what it may never do: leave the program's own pages, or open another window.
//!
//! Deliberately absent: anything shown in it.

use tauri::webview::NewWindowResponse;
use tauri::{App, Runtime, Url, WebviewWindowBuilder};

/// Opens the windows of `tauri.conf.json` behind the guards. A context without windows (the mock
/// runtime's) opens none.
pub(crate) fn open<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    for config in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app.handle(), config)?
            .on_navigation(is_own_page)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .build()?;
    }
    Ok(())
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
