//! The session at the program's next start: what is remembered of it, and whether the window comes up locked.

use bson::oid::ObjectId;
use domain::rules::accounts as rules;
use vault::Sensitive;

use super::{
    SessionKeeper, actor_for, in_order, refreshing::exchange, signed_out, stamp, turn::Turn,
};
use crate::{
    accounts::{tokens::ACCESS_LIFE, workspace::REFRESH_TOKEN},
    desk::Desk,
    error::WorkflowError,
};

impl SessionKeeper {
    /// At start: takes up the session remembered from last time. A window that was locked stays locked, and
    /// one that was closed for longer than a window may be left alone is. False when nobody is remembered,
    /// or no longer welcome.
    pub fn resume(&self, desk: &Desk<'_>) -> Result<bool, WorkflowError> {
        let _turn = Turn::take(desk, &self.holder)?;
        let Some((session, refresh)) = self.remembered()? else {
            if self.vault.get(REFRESH_TOKEN)?.is_some() {
                // Whatever it is, it is no token.
                self.vault.delete(REFRESH_TOKEN)?;
            }
            return Ok(false);
        };
        let resumed = left_alone(desk, session).and_then(|locked| {
            let (user, refresh) = exchange(desk, session, refresh.expose())?;
            Ok((user, refresh, locked))
        });
        match resumed {
            Ok((user, refresh, locked)) => {
                self.hold(desk, &user, session, refresh, locked)?;
                Ok(true)
            }
            Err(WorkflowError::Refused(_)) => {
                self.forget(session);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// What is remembered: the session and its refresh token. None where that is nothing, or no token.
    pub(super) fn remembered(
        &self,
    ) -> Result<Option<(ObjectId, Sensitive<String>)>, WorkflowError> {
        let Some(secret) = self.vault.get(REFRESH_TOKEN)? else {
            return Ok(None);
        };
        Ok(std::str::from_utf8(secret.expose()).ok().and_then(|text| {
            let session = ObjectId::parse_str(text.split_once('.')?.0).ok()?;
            Some((session, Sensitive::new(text.to_owned())))
        }))
    }

    /// Takes the refresh token of a session out of the vault, unless another program on this workspace put
    /// that of another session there. One that stays because the keyring does not answer is the token of a
    /// session that is over, and opens nothing.
    pub(super) fn forget(&self, session: ObjectId) {
        if let Ok(Some((of, _))) = self.remembered()
            && of != session
        {
            return;
        }
        if let Err(error) = self.vault.delete(REFRESH_TOKEN) {
            tracing::warn!(%error, "what is remembered of a session that is over stays for now");
        }
    }
}

/// Whether the window comes up locked: it was, or the session was not used for longer than a window may be
/// left alone. That is then written down before the session counts as used again.
fn left_alone(desk: &Desk<'_>, session: ObjectId) -> Result<bool, WorkflowError> {
    let read = desk.read(|reader| {
        let found = reader.session(session)?.ok_or_else(signed_out)?;
        let user = reader.user(found.user)?.ok_or_else(signed_out)?;
        in_order(&user, &found, desk.now())?;
        Ok((found, user, reader.settings()?))
    })?;
    let (found, user, settings) = read;
    if found.extra.contains_key("lockedAt") {
        return Ok(true);
    }
    let idle = settings.map_or(0, |settings| settings.idle_minutes);
    let silent = desk
        .now()
        .timestamp_millis()
        .saturating_sub(found.last_used_at.timestamp_millis());
    if idle <= 0
        || silent
            <= idle
                .saturating_mul(60_000)
                .saturating_add(ACCESS_LIFE * 1000)
    {
        return Ok(false);
    }
    let stamp = stamp(desk, actor_for(&user, desk));
    desk.authority
        .commit(&rules::session_locked(&stamp, session, true))?;
    Ok(true)
}
