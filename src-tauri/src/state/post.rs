//! The rounds in which mail leaves, as long as a workspace is open.

use std::{sync::Arc, thread, time::Duration};

use workflows::mail;

use super::{Notice, Open, Shell};

/// Between two looks whether a letter is due.
const LOOK: Duration = Duration::from_secs(2);

impl Shell {
    /// Begins them. They end when the workspace is closed.
    pub(super) fn post(&self, open: &Arc<Open>) {
        let (weak, shell) = (Arc::downgrade(open), self.clone());
        let started = thread::Builder::new()
            .name("mail".to_owned())
            .spawn(move || {
                while let Some(open) = weak.upgrade() {
                    match mail::send_due(&open.desk(), open.workspace.vault().as_ref()) {
                        Ok(round) if round != mail::Round::default() => {
                            shell.tell(&Notice::Changed);
                        }
                        Ok(_) => {}
                        Err(error) => tracing::warn!(%error, "a round of mail"),
                    }
                    drop(open);
                    thread::park_timeout(LOOK);
                }
            });
        if let Err(error) = started {
            tracing::error!(%error, "mail cannot be sent");
        }
    }
}
