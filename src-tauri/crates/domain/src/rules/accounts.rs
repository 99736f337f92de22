//! Signing in: the password rule, failed attempts and the lock-out they bring, and what begins, renews
//! and ends a session. Hashing and tokens are the accounts workflow's; here are only their results.

pub mod by_code;
pub mod second_factor;

use bson::{Document, doc, oid::ObjectId};

use crate::{
    Timestamp,
    audit::Deed,
    change::{ChangeSet, Collection, Offline, Patch},
    error::{Code, Refusal},
    ids::DeviceId,
    rules::{
        Stamp,
        people::{end_sessions, forgiven, shut_out},
    },
    settings::Settings,
    user::{User, UserStatus},
};

/// Fewest characters of a password (seed schema).
pub const PASSWORD_MIN: usize = 8;
/// Most bytes of a password: hashing takes no more.
pub const PASSWORD_MAX: usize = 256;
/// So many failed sign-ins lock the account.
pub const ATTEMPTS: i64 = 5;
/// The first lock, in milliseconds: 15 minutes.
pub const FIRST_LOCK: i64 = 15 * 60 * 1000;
/// The longest lock, in milliseconds: 24 hours.
pub const LONGEST_LOCK: i64 = 24 * 60 * 60 * 1000;
/// How long a session lives without being renewed, in milliseconds: 30 days.
pub const SESSION_LIFE: i64 = 30 * 24 * 60 * 60 * 1000;

/// The seed schema's rule: 8 or more characters, with a lower-case letter, an upper-case letter and a
/// digit; and at most 256 bytes. `field` is the form's name for it.
pub fn password(field: &str, text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            field,
            "A password is needed.",
        ));
    }
    if text.len() > PASSWORD_MAX {
        return Err(Refusal::field(
            Code::TooLong,
            field,
            format!("The password is longer than {PASSWORD_MAX} bytes."),
        ));
    }
    let strong = text.chars().count() >= PASSWORD_MIN
        && text.chars().any(char::is_lowercase)
        && text.chars().any(char::is_uppercase)
        && text.chars().any(|c| c.is_ascii_digit());
    if strong {
        Ok(())
    } else {
        Err(Refusal::field(
            Code::Invalid,
            field,
            "A password has 8 or more characters, among them a lower-case letter, an upper-case letter and a digit.",
        ))
    }
}

/// Longest name of an institution.
pub const INSTITUTION_MAX: usize = 120;

/// The name of an institution: trimmed, 1 to 120 characters, on one line.
pub fn institution(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let field = "institution";
    if text.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            field,
            "The institution needs a name.",
        ));
    }
    if text.chars().count() > INSTITUTION_MAX {
        let message = format!("The name has more than {INSTITUTION_MAX} characters.");
        return Err(Refusal::field(Code::TooLong, field, message));
    }
    if text.chars().any(char::is_control) {
        let message = "The name contains characters that cannot be shown.";
        return Err(Refusal::field(Code::Invalid, field, message));
    }
    Ok(text.to_owned())
}

/// The institution, its first desktop and its first administrator, in one change set.
pub fn founded(
    stamp: &Stamp,
    settings: &Settings,
    device: Document,
    admin: &User,
) -> Result<ChangeSet, Refusal> {
    let unwritable = |error: bson::error::Error| Refusal::new(Code::Invalid, error.to_string());
    let deed = Deed::new("institution.founded", Collection::Settings, settings.id)
        .about(Collection::Users, admin.id)
        .with("name", settings.institution.as_str())
        .with("admin", admin.name.as_str());
    Ok(stamp
        .change_set(deed, Offline::Queue)
        .insert(
            Collection::Settings,
            bson::serialize_to_document(settings).map_err(unwritable)?,
        )
        .insert(Collection::Devices, device)
        .insert(
            Collection::Users,
            bson::serialize_to_document(admin).map_err(unwritable)?,
        ))
}

/// How long the next lock lasts after so many locks in a row, in milliseconds.
pub fn lock_length(locks_before: i64) -> i64 {
    let doublings = u32::try_from(locks_before.clamp(0, 20)).unwrap_or(0);
    FIRST_LOCK
        .saturating_mul(1_i64 << doublings)
        .min(LONGEST_LOCK)
}

/// Failed sign-ins at one address, whether an account has it or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// Since the last success or lock.
    pub attempts: i64,
    /// Locks in a row.
    pub locks: i64,
    /// Locked until.
    pub until: Option<Timestamp>,
}

impl Failures {
    /// Those counted in an account.
    pub fn of(user: &User) -> Self {
        Self {
            attempts: user.login_attempts,
            locks: user.lock_count,
            until: user.lock_until,
        }
    }

    /// Refuses while locked. The sentence is the same whether there is such an account or not.
    pub fn refuse_locked(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.until {
            Some(until) if until > now => Err(locked_out(until, now)),
            _ => Ok(()),
        }
    }

    /// One more. At the fifth the lock begins, and counting begins anew after it.
    #[must_use]
    pub fn one_more(self, now: Timestamp) -> Self {
        self.one_more_of(ATTEMPTS, now)
    }

    /// The same where so many bring the lock.
    #[must_use]
    pub fn one_more_of(self, most: i64, now: Timestamp) -> Self {
        let attempts = self.attempts.max(0).saturating_add(1);
        if attempts < most {
            return Self {
                attempts,
                until: None,
                ..self
            };
        }
        let until = now
            .timestamp_millis()
            .saturating_add(lock_length(self.locks));
        Self {
            attempts: 0,
            locks: self.locks.max(0).saturating_add(1),
            until: Some(Timestamp::from_millis(until)),
        }
    }

    /// What to answer after this failure.
    pub fn refusal(&self, now: Timestamp) -> Refusal {
        match self.until {
            Some(until) if until > now => locked_out(until, now),
            _ => bad_credentials(),
        }
    }
}

/// E-mail or password is wrong; deliberately not which.
pub fn bad_credentials() -> Refusal {
    Refusal::new(
        Code::BadCredentials,
        "The e-mail address or the password is wrong.",
    )
}

fn locked_out(until: Timestamp, now: Timestamp) -> Refusal {
    let left = until
        .timestamp_millis()
        .saturating_sub(now.timestamp_millis())
        .max(0);
    let minutes = left.saturating_add(59_999) / 60_000;
    let wait = if minutes >= 120 {
        format!("{} hours", (minutes + 59) / 60)
    } else if minutes == 1 {
        "1 minute".to_owned()
    } else {
        format!("{minutes} minutes")
    };
    Refusal::new(
        Code::LockedOut,
        format!("Too many failed sign-ins. Try again in {wait}, or ask an administrator."),
    )
}

/// Refuses an account that is not active. Only told to somebody who knew its password; who registered and
/// has not confirmed their address is told what is missing.
pub fn may_be_used(user: &User) -> Result<(), Refusal> {
    if user.status == UserStatus::Active {
        return Ok(());
    }
    let waits = user.status == UserStatus::Inactive && user.pending_since.is_some();
    Err(Refusal::new(
        Code::AccountClosed,
        if waits {
            "This account is not open yet: its address has to be confirmed with the code that was sent there, or an administrator opens it."
        } else {
            "This account is closed. Ask an administrator to open it."
        },
    ))
}

/// Counts a failed sign-in, and locks the account at the fifth. `stamp.actor` is the product itself:
/// nobody is signed in.
pub fn sign_in_failed(stamp: &Stamp, user: &User) -> (ChangeSet, Failures) {
    let next = Failures::of(user).one_more(stamp.at);
    let mut patch = Patch::new().put("loginAttempts", small(next.attempts));
    let deed = match next.until {
        Some(until) => {
            patch = patch
                .put("lockUntil", until)
                .put("lockCount", small(next.locks));
            Deed::new("account.locked-out", Collection::Users, user.id)
                .with("name", user.name.as_str())
                .with("until", until)
                .with("attempts", ATTEMPTS)
        }
        None => {
            if user.lock_until.is_some() {
                patch = patch.unset("lockUntil");
            }
            Deed::new("account.sign-in-failed", Collection::Users, user.id)
                .with("name", user.name.as_str())
                .with("attempts", next.attempts)
        }
    };
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, patch)
        .at_revision(Collection::Users, user.id, user.rev());
    (set, next)
}

/// A number as Mongoose stores it.
fn small(n: i64) -> bson::Bson {
    i32::try_from(n).map_or(bson::Bson::Int64(n), bson::Bson::Int32)
}

/// A session about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Fresh identifier.
    pub id: ObjectId,
    /// SHA-256 of the refresh token, in hexadecimal.
    pub token_hash: String,
    /// Where.
    pub device: DeviceId,
}

/// A successful sign-in: failures forgotten, a session begun, `rehashed` put in place of a weaker hash,
/// the proof of the second factor used up, and the person's sessions that are over (`stale`) cleared
/// away.
pub fn signed_in(
    stamp: &Stamp,
    user: &User,
    session: &NewSession,
    rehashed: Option<String>,
    proof: Option<&second_factor::Proof>,
    stale: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    may_be_used(user)?;
    let mut patch = Patch::new().put("lastLoginAt", stamp.at);
    if user.login_attempts != 0 || user.lock_count != 0 || user.lock_until.is_some() {
        patch = forgiven(patch);
    }
    if let Some(hash) = rehashed {
        patch = patch.put("password", hash);
    }
    if let Some(proof) = proof {
        patch = second_factor::used(patch, user, proof);
    }
    let deed = Deed::new("account.signed-in", Collection::Users, user.id)
        .about(Collection::Sessions, session.id)
        .with("name", user.name.as_str())
        .with("device", session.device.as_str());
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, patch)
        .insert(
            Collection::Sessions,
            session_document(stamp.at, user, session),
        )
        .at_revision(Collection::Users, user.id, user.rev());
    Ok(stale
        .iter()
        .fold(set, |set, id| set.delete(Collection::Sessions, *id)))
}

fn session_document(at: Timestamp, user: &User, session: &NewSession) -> Document {
    doc! {
        "_id": session.id,
        "user": user.id,
        "tokenHash": session.token_hash.as_str(),
        "createdAt": at,
        "lastUsedAt": at,
        "expiresAt": life_from(at),
        "device": session.device.as_str(),
        "tokenVersion": user.token_version,
    }
}

fn life_from(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.timestamp_millis().saturating_add(SESSION_LIFE))
}

/// Exchanges a session's refresh token for the next one. The session's guard on the old hash makes
/// sure that one token is exchanged once.
pub fn session_renewed(
    stamp: &Stamp,
    session: ObjectId,
    old_hash: &str,
    new_hash: &str,
) -> ChangeSet {
    let deed = Deed::new("session.renewed", Collection::Sessions, session);
    let patch = Patch::new()
        .put("tokenHash", new_hash)
        .put("lastUsedAt", stamp.at)
        .put("expiresAt", life_from(stamp.at));
    stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Sessions, session, patch)
        .guard(crate::change::Guard::Field {
            collection: Collection::Sessions,
            id: session,
            path: "tokenHash".to_owned(),
            equals: old_hash.into(),
        })
}

/// Remembers that the window was locked, so that starting the program anew does not unlock it.
pub fn session_locked(stamp: &Stamp, session: ObjectId, locked: bool) -> ChangeSet {
    let (verb, patch) = if locked {
        ("session.locked", Patch::new().put("lockedAt", stamp.at))
    } else {
        ("session.unlocked", Patch::new().unset("lockedAt"))
    };
    stamp
        .change_set(
            Deed::new(verb, Collection::Sessions, session),
            Offline::Queue,
        )
        .patch(Collection::Sessions, session, patch)
}

/// Why a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person signed out.
    SignedOut,
    /// The person ended it from another one.
    Ended,
    /// An old refresh token was used again: somebody has a copy.
    Replayed,
}

/// Ends one session.
pub fn session_ended(stamp: &Stamp, user: &User, session: ObjectId, why: Ending) -> ChangeSet {
    let verb = match why {
        Ending::SignedOut => "account.signed-out",
        Ending::Ended | Ending::Replayed => "session.ended",
    };
    let mut deed = Deed::new(verb, Collection::Users, user.id)
        .about(Collection::Sessions, session)
        .with("name", user.name.as_str());
    if why == Ending::Replayed {
        deed = deed.with("reason", "replayed-token");
    }
    end_sessions(stamp.change_set(deed, Offline::Queue), &[session], stamp.at)
}

/// Ends every session of a person, those this device does not know of too.
pub fn signed_out_everywhere(stamp: &Stamp, user: &User, sessions: &[ObjectId]) -> ChangeSet {
    let deed = Deed::new("account.signed-out", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("everywhere", true);
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, shut_out(Patch::new(), stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    end_sessions(set, sessions, stamp.at)
}

/// Changes one's own password. The session it is done from goes on (`kept`); all others end. `resealed`
/// is the second factor's secret sealed under the new password.
pub fn password_changed(
    stamp: &Stamp,
    user: &User,
    hash: String,
    resealed: Option<String>,
    kept: Option<ObjectId>,
    sessions: &[ObjectId],
) -> ChangeSet {
    let deed = Deed::new("person.password-changed", Collection::Users, user.id)
        .with("name", user.name.as_str());
    let mut patch = shut_out(Patch::new().put("password", hash), stamp.at);
    if let Some(sealed) = resealed {
        patch = patch.put("secondFactor.sealed", sealed);
    }
    let mut set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, patch)
        .at_revision(Collection::Users, user.id, user.rev());
    if let Some(kept) = kept {
        let version = Patch::new().put("tokenVersion", user.token_version.saturating_add(1));
        set = set.patch(Collection::Sessions, kept, version);
    }
    let others: Vec<ObjectId> = sessions
        .iter()
        .copied()
        .filter(|id| Some(*id) != kept)
        .collect();
    end_sessions(set, &others, stamp.at)
}
