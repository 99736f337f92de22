//! The daily clean-up: sessions that are over, codes that have expired, and the seed schema's expired
//! tokens, which it says are to be cleared and which nothing of ours writes.

use domain::{
    Actor, ChangeSet, Collection,
    audit::Deed,
    change::{Offline, Patch},
    role::Permission,
    rules::Stamp,
};
use serde::Serialize;

use crate::{desk::Desk, error::WorkflowError, people::scrub};

/// Records written in one transaction.
const A_CHUNK: usize = 500;

/// What was cleared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CleanupOutcome {
    /// Sessions that were over.
    pub sessions: u64,
    /// Codes that had expired.
    pub codes: u64,
    /// Letters that left or failed long ago, forgotten.
    pub letters: u64,
    /// People whose expired tokens were cleared.
    pub people: u64,
}

/// Letters that have ended are shown for so long, in milliseconds: 90 days.
const LETTERS_KEPT: i64 = 90 * 24 * 60 * 60 * 1_000;

/// What a clean-up would clear now, but for letters; nothing is changed.
pub fn cleanup_preview(desk: &Desk<'_>, actor: &Actor) -> Result<CleanupOutcome, WorkflowError> {
    Ok(expired(desk, actor)?.1)
}

/// Clears what has expired. Running it twice does no harm.
pub fn cleanup(desk: &Desk<'_>, actor: &Actor) -> Result<CleanupOutcome, WorkflowError> {
    let (sets, mut outcome) = expired(desk, actor)?;
    for chunk in sets.chunks(A_CHUNK) {
        for done in desk.authority.commit_all(chunk)? {
            match done {
                // Somebody was faster; the next clean-up sees to it.
                Ok(_) | Err(replica::CommitError::GuardMissed(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let long_ago = desk.now().timestamp_millis().saturating_sub(LETTERS_KEPT);
    let forgotten = desk
        .replica
        .forget_mail(domain::Timestamp::from_millis(long_ago))?;
    outcome.letters = u64::try_from(forgotten).unwrap_or_default();
    scrub(desk)?;
    Ok(outcome)
}

fn expired(
    desk: &Desk<'_>,
    actor: &Actor,
) -> Result<(Vec<ChangeSet>, CleanupOutcome), WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let now = desk.now();
    let stamp = || Stamp {
        op: desk.ids.op(now),
        at: now,
        actor: actor.clone(),
    };
    let mut sets = Vec::new();
    let mut outcome = CleanupOutcome::default();
    desk.read(|reader| {
        for session in reader.sessions_expired_before(now)? {
            let deed = Deed::new("session.expired", Collection::Sessions, session.id);
            sets.push(
                stamp()
                    .change_set(deed, Offline::Queue)
                    .delete(Collection::Sessions, session.id),
            );
            outcome.sessions += 1;
        }
        for token in reader.tokens_expired_before(now)? {
            let deed = Deed::new("code.expired", Collection::AuthTokens, token.id);
            sets.push(
                stamp()
                    .change_set(deed, Offline::Queue)
                    .delete(Collection::AuthTokens, token.id),
            );
            outcome.codes += 1;
        }
        reader.every_user(|user| {
            let mut patch = Patch::new();
            let over = |expires: Option<domain::Timestamp>| expires.is_some_and(|at| at <= now);
            if over(user.email_verification_expires) {
                patch = patch
                    .unset("emailVerificationToken")
                    .unset("emailVerificationExpires");
            }
            if over(user.password_reset_expires) {
                patch = patch
                    .unset("passwordResetToken")
                    .unset("passwordResetExpires");
            }
            if !patch.is_empty() {
                let deed = Deed::new("person.tokens-cleared", Collection::Users, user.id);
                sets.push(
                    stamp()
                        .change_set(deed, Offline::Queue)
                        .patch(Collection::Users, user.id, patch)
                        .at_revision(Collection::Users, user.id, user.rev()),
                );
                outcome.people += 1;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok((sets, outcome))
}
