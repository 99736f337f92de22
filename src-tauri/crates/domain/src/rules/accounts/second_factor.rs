//! The second factor: who must have one, what sets it up, what a code uses up, what takes it away.
//!
//! Codes, sealing and hashing are the accounts workflow's; here are only their results.

use bson::{Bson, Document, doc};

use crate::{
    audit::Deed,
    change::{ChangeSet, Collection, Offline, Patch},
    error::{Code, Refusal},
    role::Role,
    rules::Stamp,
    settings::Settings,
    user::{SecondFactor, User},
};

/// Recovery codes handed out at once.
pub const RECOVERY_CODES: usize = 10;

/// Whether the institution wants a second factor of this person that they do not have yet.
pub fn is_due(settings: &Settings, user: &User) -> bool {
    required(settings, user.role) && user.second_factor.is_none()
}

/// Whether people of this role need a second factor.
pub const fn required(settings: &Settings, role: Role) -> bool {
    settings.require_second_factor && matches!(role, Role::Admin | Role::Finance)
}

/// The answer to a right password without a code, or with a wrong one.
pub fn needed(wrong: bool) -> Refusal {
    Refusal::field(
        Code::SecondFactor,
        "code",
        if wrong {
            "This code is wrong or was used before. Enter the one your authenticator shows now."
        } else {
            "Enter the code your authenticator shows, or one of your recovery codes."
        },
    )
}

/// Sets the factor up, or replaces its recovery codes or sealing.
pub fn set_up(stamp: &Stamp, user: &User, factor: &SecondFactor) -> ChangeSet {
    let deed = Deed::new("account.second-factor-set", Collection::Users, user.id)
        .with("name", user.name.as_str());
    put(stamp, user, deed, factor)
}

/// New recovery codes; those from before are worth nothing.
pub fn recovery_renewed(stamp: &Stamp, user: &User, factor: &SecondFactor) -> ChangeSet {
    let deed = Deed::new("account.recovery-renewed", Collection::Users, user.id)
        .with("name", user.name.as_str());
    put(stamp, user, deed, factor)
}

fn put(stamp: &Stamp, user: &User, deed: Deed, factor: &SecondFactor) -> ChangeSet {
    stamp
        .change_set(deed, Offline::Queue)
        .patch(
            Collection::Users,
            user.id,
            Patch::new().put("secondFactor", document(factor)),
        )
        .at_revision(Collection::Users, user.id, user.rev())
}

/// The factor as it is stored.
pub fn document(factor: &SecondFactor) -> Document {
    let mut stored = doc! {
        "since": factor.since,
        "lastStep": factor.last_step,
        "recovery": factor.recovery.iter().map(String::as_str).collect::<Vec<_>>(),
    };
    if let Some(sealed) = &factor.sealed {
        stored.insert("sealed", sealed.as_str());
    }
    stored
}

/// Takes the factor away: the person does, or an administrator for somebody who lost it. Refused to the
/// person where the institution requires it.
pub fn removed(stamp: &Stamp, settings: &Settings, user: &User) -> Result<ChangeSet, Refusal> {
    if user.second_factor.is_none() {
        return Err(Refusal::new(
            Code::WrongState,
            "There is no second factor to take away.",
        ));
    }
    let own = stamp.actor.user == Some(user.id);
    if own && required(settings, user.role) {
        return Err(Refusal::new(
            Code::Forbidden,
            "Your institution requires a second factor of your role.",
        ));
    }
    let deed = Deed::new("account.second-factor-removed", Collection::Users, user.id)
        .with("name", user.name.as_str());
    Ok(stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(
            Collection::Users,
            user.id,
            Patch::new().unset("secondFactor"),
        )
        .at_revision(Collection::Users, user.id, user.rev()))
}

/// What proved the second factor at a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A code of this time step.
    Step(i64),
    /// A recovery code, by its hash; it is used up.
    Recovery(String),
}

/// Notes in a sign-in's patch that the proof is used up. The former value goes with it, so that two
/// desktops cannot use one code.
pub(super) fn used(patch: Patch, user: &User, proof: &Proof) -> Patch {
    let Some(factor) = &user.second_factor else {
        return patch;
    };
    match proof {
        Proof::Step(step) => patch.set("secondFactor.lastStep", factor.last_step, *step),
        Proof::Recovery(hash) => {
            let strings = |codes: Vec<&String>| {
                Bson::Array(
                    codes
                        .into_iter()
                        .map(|code| Bson::from(code.as_str()))
                        .collect(),
                )
            };
            let left = factor
                .recovery
                .iter()
                .filter(|code| *code != hash)
                .collect();
            patch.set(
                "secondFactor.recovery",
                strings(factor.recovery.iter().collect()),
                strings(left),
            )
        }
    }
}
