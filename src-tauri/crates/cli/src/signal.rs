//! Ctrl+C: long work stops at the next whole step instead of in the middle.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Begins to listen. Where that is not possible, Ctrl+C ends the process at once, which loses nothing
/// that was reported as done.
pub(crate) fn listen() {
    let heard = || {
        if ASKED.swap(true, Ordering::SeqCst) {
            // Asked twice: whoever asks wants out now. Whatever is not committed is not there.
            std::process::exit(130);
        }
    };
    drop(ctrlc::set_handler(heard));
}

/// Whether the person wants it to stop.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
