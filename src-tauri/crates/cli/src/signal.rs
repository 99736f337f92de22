//! Ctrl+C and SIGTERM: work that asks between its steps stops at the next whole one instead of in the
//! middle. Everything else they end at once, as anywhere: whatever is not committed is not there.

use std::sync::{
    Once,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

static ASKED: AtomicBool = AtomicBool::new(false);
static LISTENING: AtomicUsize = AtomicUsize::new(0);
static HANDLER: Once = Once::new();

/// While this is there, somebody asks it between steps.
pub(crate) struct Listening(());

/// Begins to listen. Where that is not possible, the process ends at once.
pub(crate) fn listen() -> Listening {
    LISTENING.fetch_add(1, Ordering::SeqCst);
    HANDLER.call_once(|| drop(ctrlc::set_handler(heard)));
    Listening(())
}

fn heard() {
    let nobody_asks = LISTENING.load(Ordering::SeqCst) == 0;
    // Asked twice: whoever asks wants out now.
    if nobody_asks || ASKED.swap(true, Ordering::SeqCst) {
        std::process::exit(130);
    }
}

impl Listening {
    /// Whether the person wants it to stop.
    pub(crate) fn asked(&self) -> bool {
        ASKED.load(Ordering::SeqCst)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENING.fetch_sub(1, Ordering::SeqCst);
    }
}
