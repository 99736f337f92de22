//! What may be written about a person, and what an administrator may do with an account: make one,
//! change it, open and close it, change its role, unlock it, set a password.
//!
//! Limits and patterns are the seed schema's `User` (name, e-mail, phone, biography, the words of the
//! lists); the others are ours, so that no field takes text without end. Hashes come in ready-made;
//! nothing here sees a password.

mod edit;
pub mod erasing;
mod fields;

use bson::{Bson, oid::ObjectId};
use sha2::{Digest, Sha256};

use self::edit::Edit;
pub use self::fields::{
    ADDRESS_MAX, BIO_MAX, EMAIL_MAX, FIRST_YEAR, NAME_MAX, PHONE_MAX, REASON_MAX, URL_MAX, bio,
    date_of_birth, email, language, name, phone, preferences, profile, reason, timezone, url,
};
use crate::{
    Timestamp,
    audit::Deed,
    change::{ChangeSet, Collection, Guard, Offline, Patch},
    error::{Code, Refusal},
    ids::UserId,
    role::Role,
    rules::Stamp,
    user::{Preferences, Profile, User, UserStatus},
};

/// A new person, as an administrator or an import gives it.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Fresh identifier.
    pub id: UserId,
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: String,
    /// The address is proved.
    pub email_verified: bool,
    /// What they are.
    pub role: Role,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Hash of a first password, if one is handed over.
    pub password_hash: Option<String>,
    /// About them.
    pub profile: Profile,
    /// Wishes.
    pub preferences: Preferences,
}

/// Makes an account. That the address is free is guarded.
pub fn create(stamp: &Stamp, new: NewPerson) -> Result<(ChangeSet, User), Refusal> {
    let mut user = User::new(
        new.id,
        name(&new.name)?,
        email(&new.email)?,
        new.role,
        stamp.at,
    );
    user.profile = profile(&new.profile, stamp.at)?;
    user.preferences = preferences(&new.preferences)?;
    user.status = new.status;
    user.email_verified = new.email_verified;
    user.password = new.password_hash;
    let set = entered(stamp, "person.created", &user)?;
    Ok((set, user))
}

/// Makes the account of somebody who registers: a student, closed until the address is proved or an
/// administrator admits them. That the address is free is guarded.
pub fn register(stamp: &Stamp, new: NewPerson) -> Result<(ChangeSet, User), Refusal> {
    let (_, mut user) = create(stamp, new)?;
    user.role = Role::Student;
    user.status = UserStatus::Inactive;
    user.email_verified = false;
    user.pending_since = Some(stamp.at);
    let set = entered(stamp, "account.registered", &user)?;
    Ok((set, user))
}

fn entered(stamp: &Stamp, verb: &str, user: &User) -> Result<ChangeSet, Refusal> {
    let deed = Deed::new(verb, Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("email", user.email.as_str())
        .with("role", user.role.as_str());
    // Who may more than learn is let in by the server only: a queue may outlive the right to do it.
    let offline = match user.role {
        Role::Student => Offline::Queue,
        Role::Instructor | Role::Finance | Role::Admin => Offline::OnlineOnly,
    };
    Ok(stamp
        .change_set(deed, offline)
        .insert(Collection::Users, document(user)?)
        .guard(unique_email(&user.email)))
}

fn document(user: &User) -> Result<bson::Document, Refusal> {
    bson::serialize_to_document(user).map_err(|error| {
        Refusal::new(
            Code::Invalid,
            format!("The account cannot be written down: {error}"),
        )
    })
}

fn unique_email(email: &str) -> Guard {
    Guard::Unique {
        collection: Collection::Users,
        values: [("email".to_owned(), Bson::from(email))].into(),
        field: "email".to_owned(),
    }
}

/// A fingerprint of what forms about a person show, in 53 bits: a number the window can hold. Signing in
/// also writes the document; an open form is out of date only when something in it is.
pub fn revision(user: &User) -> i64 {
    let shown = (
        &user.name,
        &user.email,
        user.email_verified,
        user.role,
        user.status,
        &user.profile,
        &user.preferences,
    );
    let text = serde_json::to_vec(&shown).unwrap_or_default();
    let hash = Sha256::digest(&text);
    let mut bits = [0; 8];
    bits.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(bits) & ((1 << 53) - 1)
}

/// Refuses unless what forms show of the person is still as it was read: `rev` is its [`revision`], or
/// the document's own revision.
pub fn unchanged(user: &User, rev: i64) -> Result<(), Refusal> {
    if revision(user) == rev || user.rev() == rev {
        Ok(())
    } else {
        Err(Refusal::new(
            Code::Stale,
            format!(
                "Somebody changed {} in the meantime. Load it again, then repeat your change.",
                user.name
            ),
        ))
    }
}

/// What a form says about a person. `email`, `email_verified` and `preferences` are none where the form
/// does not have them (one's own profile has no e-mail, an administrator's form no wishes).
#[derive(Clone, Debug)]
pub struct Edited {
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: Option<String>,
    /// The address is proved.
    pub email_verified: Option<bool>,
    /// About them.
    pub profile: Profile,
    /// Wishes.
    pub preferences: Option<Preferences>,
}

/// Changes what differs, field by field, each with the value it was computed from. None when nothing
/// differs. `rev` is what [`unchanged`] compares.
pub fn update(
    stamp: &Stamp,
    user: &User,
    rev: i64,
    edited: &Edited,
) -> Result<Option<ChangeSet>, Refusal> {
    erasing::not_erased(user)?;
    unchanged(user, rev)?;
    let mut edit = Edit::default();
    edit.text("name", Some(&user.name), Some(&name(&edited.name)?));
    let mut moved = None;
    if let Some(address) = &edited.email {
        let address = email(address)?;
        edit.text("email", Some(&user.email), Some(&address));
        moved = Some(address).filter(|address| *address != user.email);
    }
    if let Some(verified) = edited.email_verified {
        edit.flag("emailVerified", user.email_verified, verified);
    }
    edit.profile(&user.profile, &profile(&edited.profile, stamp.at)?);
    if let Some(wishes) = &edited.preferences {
        edit.preferences(&user.preferences, &preferences(wishes)?);
    }
    let Edit { patch, fields } = edit;
    if patch.is_empty() {
        return Ok(None);
    }
    let mut deed = Deed::new("person.updated", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with(
            "fields",
            fields.into_iter().map(Bson::from).collect::<Vec<_>>(),
        );
    if let Some(address) = &moved {
        deed = deed
            .with("from", user.email.as_str())
            .with("to", address.as_str());
    }
    let mut set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Users, user.id, patch.put("updatedAt", stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    if let Some(address) = &moved {
        set = set.guard(unique_email(address));
    }
    Ok(Some(set))
}

/// Opens or closes an account and ends its sessions. `other_admins`: active administrators beside
/// this person; the last one stays active. A reason is required to suspend.
pub fn set_status(
    stamp: &Stamp,
    user: &User,
    status: UserStatus,
    why: Option<&str>,
    other_admins: i64,
    sessions: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    erasing::not_erased(user)?;
    let why = reason(why, status == UserStatus::Suspended)?;
    if user.status == status {
        return Err(Refusal::new(
            Code::WrongState,
            format!("{} is already {}.", user.name, status.as_str()),
        ));
    }
    let leaves = is_active_admin(user);
    if leaves {
        not_the_last(user, other_admins)?;
    }
    let mut deed = Deed::new("person.status-changed", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("from", user.status.as_str())
        .with("to", status.as_str());
    if let Some(why) = &why {
        deed = deed.with("reason", why.as_str());
    }
    let mut patch = Patch::new().set("status", user.status.as_str(), status.as_str());
    if user.pending_since.is_some() {
        // An administrator has decided; from now on a code proves the address and nothing else.
        patch = patch.unset("pendingSince");
    }
    let set = stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Users, user.id, shut_out(patch, stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    let set = if leaves {
        set.guard(Guard::OtherAdmin { except: user.id })
    } else {
        set
    };
    Ok(end_sessions(set, sessions, stamp.at))
}

/// Changes what a person is, and ends their sessions. `teaches`: courses that name them as their
/// instructor; those need somebody who may teach.
pub fn set_role(
    stamp: &Stamp,
    user: &User,
    rev: i64,
    role: Role,
    other_admins: i64,
    teaches: usize,
    sessions: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    erasing::not_erased(user)?;
    unchanged(user, rev)?;
    if user.role == role {
        return Err(Refusal::field(
            Code::WrongState,
            "role",
            format!("{} already has this role.", user.name),
        ));
    }
    let leaves = is_active_admin(user);
    if leaves {
        not_the_last(user, other_admins)?;
    }
    if teaches > 0 && !matches!(role, Role::Instructor | Role::Admin) {
        return Err(Refusal::field(
            Code::WrongState,
            "role",
            format!(
                "{} teaches {teaches} course(s). Give those to another instructor first.",
                user.name
            ),
        ));
    }
    let deed = Deed::new("person.role-changed", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("from", user.role.as_str())
        .with("to", role.as_str());
    let patch = Patch::new().set("role", user.role.as_str(), role.as_str());
    let set = stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Users, user.id, shut_out(patch, stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    let set = if leaves {
        set.guard(Guard::OtherAdmin { except: user.id })
    } else {
        set
    };
    Ok(end_sessions(set, sessions, stamp.at))
}

fn is_active_admin(user: &User) -> bool {
    user.role == Role::Admin && user.status == UserStatus::Active
}

fn not_the_last(user: &User, other_admins: i64) -> Result<(), Refusal> {
    if other_admins > 0 {
        return Ok(());
    }
    Err(Refusal::new(
        Code::LastAdmin,
        format!(
            "{} is the last active administrator. Make somebody else an administrator first.",
            user.name
        ),
    ))
}

/// Forgets failed sign-ins and the lock they brought.
pub fn unlock(stamp: &Stamp, user: &User) -> Result<ChangeSet, Refusal> {
    if user.login_attempts == 0 && user.lock_until.is_none() && user.lock_count == 0 {
        return Err(Refusal::new(
            Code::WrongState,
            format!("{} is not locked.", user.name),
        ));
    }
    let deed = Deed::new("person.unlocked", Collection::Users, user.id)
        .with("name", user.name.as_str())
        .with("attempts", user.login_attempts);
    Ok(stamp
        .change_set(deed, Offline::Queue)
        .patch(
            Collection::Users,
            user.id,
            forgiven(Patch::new()).put("updatedAt", stamp.at),
        )
        .at_revision(Collection::Users, user.id, user.rev()))
}

/// Sets a password that an administrator hands over in person: the account is unlocked by it and
/// every session of it ends. The hash is made by the caller.
pub fn set_password(
    stamp: &Stamp,
    user: &User,
    hash: String,
    sessions: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    erasing::not_erased(user)?;
    let deed = Deed::new("person.password-set", Collection::Users, user.id)
        .with("name", user.name.as_str());
    let mut patch = forgiven(Patch::new().put("password", hash));
    if user.second_factor.is_some() {
        // It was sealed under the password nobody has told us.
        patch = patch.unset("secondFactor.sealed");
    }
    let set = stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Users, user.id, shut_out(patch, stamp.at))
        .at_revision(Collection::Users, user.id, user.rev());
    Ok(end_sessions(set, sessions, stamp.at))
}

/// Raises the version every token of the person carries, so that those given out before are refused.
pub(crate) fn shut_out(patch: Patch, at: Timestamp) -> Patch {
    patch.inc("tokenVersion", 1).put("updatedAt", at)
}

/// Failed sign-ins forgotten.
pub(crate) fn forgiven(patch: Patch) -> Patch {
    patch
        .put("loginAttempts", 0)
        .put("lockCount", 0)
        .unset("lockUntil")
}

/// Ends these sessions at that moment.
pub(crate) fn end_sessions(set: ChangeSet, sessions: &[ObjectId], at: Timestamp) -> ChangeSet {
    sessions.iter().fold(set, |set, id| {
        set.patch(Collection::Sessions, *id, Patch::new().put("revokedAt", at))
    })
}
