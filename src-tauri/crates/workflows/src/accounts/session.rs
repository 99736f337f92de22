//! The session of whoever sits at this desktop: its access token and refresh token, kept here and never
//! given to the window. The access token is checked with every command against the person as they are
//! now; when its 15 minutes are over the refresh token is exchanged for a new pair.
//!
//! Refresh tokens are in `refreshing`, signing in with a password is in `sign_in`; when to lock for idleness
//! is the window's business, which alone knows about the keyboard.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bson::oid::ObjectId;
use domain::{
    Actor, Code, Refusal, Role, Timestamp, UserId,
    rules::{
        Stamp,
        accounts::{self as rules, Ending},
    },
    user::{User, UserStatus},
};
use replica::{Reader, Session};
use vault::{Secret, Sensitive, Vault};

pub(super) use self::refreshing::fresh_token;
use self::{refreshing::exchange, turn::Turn};
use super::{
    codes::FactorSecret,
    passwords::HashCost,
    tokens::{BadToken, Signer},
    workspace::{KeySource, REFRESH_TOKEN, SESSION_KEY, Workspace},
};
use crate::{
    desk::{Desk, Ids},
    error::WorkflowError,
};

mod refreshing;
mod resuming;
mod turn;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod refusals;

/// Keeps the session of this desktop. One for each open workspace, beside it.
pub struct SessionKeeper {
    pub(super) vault: Arc<dyn Vault>,
    signer: Signer,
    /// Whether the workspace's keys are in a keyring.
    pub(super) keyring: bool,
    pub(super) cost: HashCost,
    held: Mutex<Option<Held>>,
    /// Failures at addresses without an account are counted one at a time.
    pub(super) counting: Mutex<()>,
    /// This program among those that may have the workspace open.
    holder: String,
    /// A second factor's secret that was offered and not yet confirmed, and to whom.
    pub(super) offered: Mutex<Option<(UserId, FactorSecret)>>,
}

impl std::fmt::Debug for SessionKeeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionKeeper")
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}

/// A session in our hands.
#[derive(Clone, Debug)]
struct Held {
    user: UserId,
    session: ObjectId,
    access: Sensitive<String>,
    refresh: Sensitive<String>,
    locked: bool,
}

/// Who is signed in, as the first screen needs to know.
#[derive(Clone, Debug)]
pub struct Present {
    /// The person.
    pub user: User,
    /// Whether the window is locked.
    pub locked: bool,
}

impl SessionKeeper {
    /// For an open workspace. Takes its signing key out of the vault, or makes one at first use.
    pub fn new(workspace: &Workspace, ids: &dyn Ids) -> Result<Self, WorkflowError> {
        let vault = Arc::clone(workspace.vault());
        let key = match vault.get(SESSION_KEY)? {
            Some(key) if key.expose().len() >= 32 => key,
            _ => {
                let key: Secret = Sensitive::new(ids.random().to_vec());
                vault.set(SESSION_KEY, &key)?;
                key
            }
        };
        Ok(Self {
            signer: Signer::new(workspace.id().to_hex(), &key),
            vault,
            keyring: workspace.key_source() == KeySource::Keyring,
            cost: HashCost::Standard,
            held: Mutex::new(None),
            counting: Mutex::new(()),
            holder: hex::encode(&ids.random()[..8]),
            offered: Mutex::new(None),
        })
    }

    /// With another cost of password hashes: for tests and sample data.
    #[must_use]
    pub fn with_cost(mut self, cost: HashCost) -> Self {
        self.cost = cost;
        self
    }

    /// Who acts: the person signed in and not locked. Renews the access token when its time is over.
    /// Somebody suspended, demoted or signed out elsewhere in between is out at once. Where the
    /// institution requires a second factor the person does not have, [`Code::SecondFactor`].
    pub fn authenticate(&self, desk: &Desk<'_>) -> Result<Actor, WorkflowError> {
        let user = self.unlocked(desk)?;
        if user.second_factor.is_none() && is_due(desk, &user)? {
            return Err(Refusal::new(
                Code::SecondFactor,
                "Your institution requires a second factor of your role. Set it up first.",
            )
            .into());
        }
        Ok(actor_for(&user, desk))
    }

    /// The same for setting up a second factor, which somebody who still lacks it must be able to do.
    pub fn authenticate_to_set_up(&self, desk: &Desk<'_>) -> Result<Actor, WorkflowError> {
        Ok(actor_for(&self.unlocked(desk)?, desk))
    }

    fn unlocked(&self, desk: &Desk<'_>) -> Result<User, WorkflowError> {
        let (user, locked) = self.present(desk)?.ok_or_else(signed_out)?;
        if locked {
            return Err(
                Refusal::new(Code::Locked, "The window is locked. Enter your password.").into(),
            );
        }
        Ok(user)
    }

    /// Who has a session, locked or not: for locking, unlocking and signing out.
    pub fn session_actor(&self, desk: &Desk<'_>) -> Result<Actor, WorkflowError> {
        let (user, _) = self.present(desk)?.ok_or_else(signed_out)?;
        Ok(actor_for(&user, desk))
    }

    /// Who is there, if anybody.
    pub fn who(&self, desk: &Desk<'_>) -> Result<Option<Present>, WorkflowError> {
        Ok(self
            .present(desk)?
            .map(|(user, locked)| Present { user, locked }))
    }

    /// The session this desktop holds, whatever it is still good for.
    pub(crate) fn session_id(&self) -> Option<ObjectId> {
        self.lock_held().as_ref().map(|held| held.session)
    }

    fn lock_held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person of the session, checked, or none when there is no session (any more).
    fn present(&self, desk: &Desk<'_>) -> Result<Option<(User, bool)>, WorkflowError> {
        let Some(held) = self.lock_held().clone() else {
            return Ok(None);
        };
        let outcome = match self.signer.check(held.access.expose(), desk.now()) {
            Ok(claims) => desk.read(|reader| {
                let (user, _) = standing(reader, &held, desk.now())?;
                let same = claims.sub == user.id.to_hex()
                    && claims.role == user.role
                    && claims.ver == user.token_version;
                if same {
                    Ok(user)
                } else {
                    Err(signed_out().into())
                }
            }),
            Err(BadToken::Expired) => self.renew(desk, &held.session),
            Err(bad) => Err(Refusal::from(bad).into()),
        };
        match outcome {
            Ok(user) => Ok(Some((user, held.locked))),
            Err(WorkflowError::Refused(_)) => {
                self.drop_session(held.session);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Forgets the session, unless another one has begun in the meantime.
    fn drop_session(&self, session: ObjectId) {
        let mut held = self.lock_held();
        if held.as_ref().is_some_and(|held| held.session == session) {
            *held = None;
            self.forget(session);
        }
    }

    /// Exchanges the refresh token of the held session. Two commands that come at once exchange it
    /// once: the second finds the new access token. Another program on this workspace may have exchanged
    /// it meanwhile: what is remembered then is its successor.
    fn renew(&self, desk: &Desk<'_>, session: &ObjectId) -> Result<User, WorkflowError> {
        let mut guard = self.lock_held();
        let held = guard
            .as_mut()
            .filter(|held| held.session == *session)
            .ok_or_else(signed_out)?;
        if self.signer.check(held.access.expose(), desk.now()).is_ok() {
            let held = held.clone();
            return desk.read(|reader| Ok(standing(reader, &held, desk.now())?.0));
        }
        let _turn = Turn::take(desk, &self.holder)?;
        if let Ok(Some((of, newer))) = self.remembered()
            && of == held.session
        {
            held.refresh = newer;
        }
        let (user, refresh) = exchange(desk, held.session, held.refresh.expose())?;
        held.access = self.issue(desk, &user)?;
        held.refresh = refresh;
        self.remember(&held.refresh);
        Ok(user)
    }

    fn issue(&self, desk: &Desk<'_>, user: &User) -> Result<Sensitive<String>, WorkflowError> {
        self.signer.issue(
            user.id,
            user.role,
            user.token_version,
            desk.now(),
            &desk.ids.random(),
        )
    }

    /// Puts the refresh token where the next start finds it. A keyring that does not take it costs
    /// the person a sign-in at the next start, not their work now.
    fn remember(&self, refresh: &Sensitive<String>) {
        let secret: Secret = Sensitive::new(refresh.expose().as_bytes().to_vec());
        if let Err(error) = self.vault.set(REFRESH_TOKEN, &secret) {
            tracing::warn!(%error, "the session will not be remembered");
        }
    }

    /// Takes a session that was just begun.
    pub(super) fn hold(
        &self,
        desk: &Desk<'_>,
        user: &User,
        session: ObjectId,
        refresh: Sensitive<String>,
        locked: bool,
    ) -> Result<(), WorkflowError> {
        let access = self.issue(desk, user)?;
        self.remember(&refresh);
        *self.lock_held() = Some(Held {
            user: user.id,
            session,
            access,
            refresh,
            locked,
        });
        Ok(())
    }

    /// Locks the window: nothing but unlocking and signing out is possible until the password comes.
    pub fn lock(&self, desk: &Desk<'_>) -> Result<(), WorkflowError> {
        self.set_locked(desk, true)
    }

    /// Opens the lock. Whoever calls has checked the password.
    pub(super) fn open_lock(&self, desk: &Desk<'_>) -> Result<(), WorkflowError> {
        self.set_locked(desk, false)
    }

    fn set_locked(&self, desk: &Desk<'_>, locked: bool) -> Result<(), WorkflowError> {
        let actor = self.session_actor(desk)?;
        let mut session = None;
        if let Some(held) = self.lock_held().as_mut()
            && held.locked != locked
        {
            // The window is locked even if writing it down fails.
            held.locked = locked;
            session = Some(held.session);
        }
        match session {
            Some(session) => {
                let change_set = rules::session_locked(&stamp(desk, actor), session, locked);
                desk.authority.commit(&change_set)?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Ends the session. Nobody is signed in afterwards, even if it cannot be written down.
    pub fn sign_out(&self, desk: &Desk<'_>) -> Result<(), WorkflowError> {
        let Some(held) = self.lock_held().take() else {
            return Ok(());
        };
        self.forget(held.session);
        let known =
            desk.read(|reader| Ok((reader.user(held.user)?, reader.session(held.session)?)))?;
        if let (Some(user), Some(session)) = known
            && session.revoked_at.is_none()
        {
            let stamp = stamp(desk, actor_for(&user, desk));
            let change_set = rules::session_ended(&stamp, &user, session.id, Ending::SignedOut);
            desk.authority.commit(&change_set)?;
        }
        Ok(())
    }

    /// After one's own tokens were made stale on purpose (password changed, session kept): a new
    /// access token for the same session.
    pub(super) fn reissue(&self, desk: &Desk<'_>, user: &User) -> Result<(), WorkflowError> {
        let access = self.issue(desk, user)?;
        if let Some(held) = self.lock_held().as_mut()
            && held.user == user.id
        {
            held.access = access;
        }
        Ok(())
    }
}

/// Whether the institution still waits for this person's second factor.
pub(super) fn is_due(desk: &Desk<'_>, user: &User) -> Result<bool, WorkflowError> {
    desk.read(|reader| {
        Ok(reader
            .settings()?
            .is_some_and(|settings| rules::second_factor::is_due(&settings, user)))
    })
}

fn signed_out() -> Refusal {
    Refusal::new(Code::SignedOut, "Your session has ended. Please sign in.")
}

/// The person and session behind what we hold, if both are still in order.
fn standing(
    reader: &Reader<'_>,
    held: &Held,
    now: Timestamp,
) -> Result<(User, Session), WorkflowError> {
    let user = reader.user(held.user)?.ok_or_else(signed_out)?;
    let session = reader.session(held.session)?.ok_or_else(signed_out)?;
    in_order(&user, &session, now)?;
    Ok((user, session))
}

fn in_order(user: &User, session: &Session, now: Timestamp) -> Result<(), Refusal> {
    let good = user.status == UserStatus::Active
        && session.user == user.id
        && session.revoked_at.is_none()
        && session.expires_at > now
        && version_of(session) == Some(user.token_version);
    if good { Ok(()) } else { Err(signed_out()) }
}

/// The token version a session was begun or kept under.
fn version_of(session: &Session) -> Option<i64> {
    match session.extra.get("tokenVersion")? {
        bson::Bson::Int32(n) => Some(i64::from(*n)),
        bson::Bson::Int64(n) => Some(*n),
        _ => None,
    }
}

/// The person as the one who acts.
pub(crate) fn actor_for(user: &User, desk: &Desk<'_>) -> Actor {
    Actor {
        user: Some(user.id),
        name: user.name.clone(),
        role: user.role,
        device: desk.device.clone(),
    }
}

/// The product itself as the one who acts: where nobody is signed in, and on the command line.
pub fn product(desk: &Desk<'_>) -> Actor {
    Actor {
        user: None,
        name: "Matricula".to_owned(),
        role: Role::Admin,
        device: desk.device.clone(),
    }
}

/// A fresh operation of this actor, now.
pub(crate) fn stamp(desk: &Desk<'_>, actor: Actor) -> Stamp {
    let at = desk.now();
    Stamp {
        op: desk.ids.op(at),
        at,
        actor,
    }
}
