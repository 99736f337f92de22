//! Transactions a broken connection left on the server. They would be in the way of everybody for a
//! minute (`transactionLifetimeLimitSeconds`), so they are ended before the next commit; where that
//! cannot be done they expire.

use std::sync::PoisonError;

use bson::{Document, doc};
use mongodb::ClientSession;

use crate::{failure, server::Server};

/// A session whose transaction is under way. Dropped without being settled (the connection broke, or
/// waiting was given up), it is noted as one to be ended.
pub(super) struct UnderWay<'a> {
    server: &'a Server,
    session: Option<Document>,
}

impl<'a> UnderWay<'a> {
    pub(super) fn new(server: &'a Server, session: &ClientSession) -> Self {
        Self {
            server,
            session: Some(session.id().clone()),
        }
    }

    /// The server has heard how it ended.
    pub(super) fn settled(mut self) {
        self.session = None;
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.server
                .unsettled()
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(session);
        }
    }
}

impl Server {
    /// Ends what earlier commits left behind.
    pub(super) async fn settle_before(&self) {
        let sessions = {
            let mut unsettled = self
                .unsettled()
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *unsettled)
        };
        if sessions.is_empty() {
            return;
        }
        let ended = self
            .client()
            .database("admin")
            .run_command(doc! { "killSessions": sessions.clone() })
            .await;
        if let Err(error) = ended {
            tracing::debug!(kind = %error.kind, "sessions were left to expire");
            if failure::code(&error).is_none() {
                // Nobody answered: they are still to be ended.
                self.unsettled()
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(sessions);
            }
        }
    }
}
