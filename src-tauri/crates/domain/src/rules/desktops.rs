//! Desktops: inviting one, its joining, what it tells of itself, and shutting a lost one out.

use bson::{doc, oid::ObjectId};

use crate::{
    Timestamp,
    audit::Deed,
    change::{Change, ChangeSet, Collection, Offline, Patch},
    device::{Device, Standing},
    error::{Code, Refusal},
    ids::{DeviceId, UserId},
    rules::{Stamp, people::end_sessions},
    scope::Scope,
};

/// Longest an invitation can be used, in days.
pub const INVITATION_DAYS_MOST: i64 = 30;
/// A desktop tells of itself once in so many milliseconds: a day.
pub const CHECK_IN: i64 = DAY;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Longest reason, in characters.
const WHY_MOST: usize = 500;

/// A desktop about to be invited.
#[derive(Clone, Debug)]
pub struct NewDesktop {
    /// Fresh identifier.
    pub id: ObjectId,
    /// Its name; no other desktop has it.
    pub name: DeviceId,
    /// Whose records it will keep.
    pub scope: Scope,
    /// The server's login that was made for it, by name.
    pub login: Option<String>,
    /// Days until nobody can join with the invitation any more.
    pub days: i64,
}

/// When an invitation of so many days, made now, ends.
pub fn invitation_ends(now: Timestamp, days: i64) -> Result<Timestamp, Refusal> {
    if !(1..=INVITATION_DAYS_MOST).contains(&days) {
        return Err(Refusal::field(
            Code::Invalid,
            "days",
            format!("An invitation can be used for 1 to {INVITATION_DAYS_MOST} days."),
        ));
    }
    Ok(Timestamp::from_millis(
        now.timestamp_millis().saturating_add(days * DAY),
    ))
}

/// Invites a desktop: it is written down with its name, and waits for somebody to join as it. On the server,
/// because that is where they will ask.
pub fn invited(stamp: &Stamp, new: &NewDesktop) -> Result<ChangeSet, Refusal> {
    let expires_at = invitation_ends(stamp.at, new.days)?;
    let mut invitation = doc! { "at": stamp.at, "expiresAt": expires_at };
    if let Some(by) = stamp.actor.user {
        invitation.insert("by", by);
    }
    if let Some(login) = &new.login {
        invitation.insert("login", login.as_str());
    }
    let deed = Deed::new("device.invited", Collection::Devices, new.id)
        .with("name", new.name.as_str())
        .with("scope", new.scope.reach().as_str());
    Ok(stamp.change_set(deed, Offline::OnlineOnly).insert(
        Collection::Devices,
        doc! {
            "_id": new.id,
            "name": new.name.as_str(),
            "scope": new.scope.to_string(),
            "invitation": invitation,
            "createdAt": stamp.at,
            "updatedAt": stamp.at,
        },
    ))
}

/// Somebody joins as the desktop that was invited. Once: the revision read is guarded.
pub fn joined(
    stamp: &Stamp,
    device: &Device,
    system: &str,
    version: &str,
) -> Result<ChangeSet, Refusal> {
    match device.standing(stamp.at) {
        Standing::Invited => {}
        Standing::Lapsed => return Err(lapsed()),
        Standing::Active => {
            return Err(Refusal::new(
                Code::WrongState,
                "Somebody has joined with this invitation already. If that was not you, tell an administrator: the desktop can be shut out.",
            ));
        }
        Standing::Revoked | Standing::Wiped => {
            return Err(Refusal::new(
                Code::WrongState,
                "An administrator has withdrawn this invitation. Ask for a new one.",
            ));
        }
    }
    let deed = Deed::new("device.joined", Collection::Devices, device.id)
        .with("name", device.name.as_str())
        .with("invited", true);
    let patch = Patch::new()
        .put("invitation.usedAt", stamp.at)
        .put("system", system)
        .put("version", version)
        .put("lastContactAt", stamp.at)
        .put("updatedAt", stamp.at);
    Ok(stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Devices, device.id, patch)
        .at_revision(Collection::Devices, device.id, device.rev()))
}

/// The time of an invitation is over.
pub fn lapsed() -> Refusal {
    Refusal::new(
        Code::WrongState,
        "The time of this invitation is over. Ask an administrator for a new one.",
    )
}

/// What a desktop tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tells {
    /// The operating system.
    pub system: String,
    /// The program's version.
    pub version: String,
    /// Whose records it keeps.
    pub scope: Scope,
    /// Who is signed in.
    pub person: Option<UserId>,
}

/// Tells of itself, when a day has passed since the last time or something is different. None: there is
/// nothing to tell.
pub fn checked_in(stamp: &Stamp, device: &Device, tells: &Tells) -> Option<ChangeSet> {
    let due = device.last_contact_at.is_none_or(|last| {
        stamp
            .at
            .timestamp_millis()
            .saturating_sub(last.timestamp_millis())
            >= CHECK_IN
    });
    let same = device.system.as_deref() == Some(&tells.system)
        && device.version.as_deref() == Some(&tells.version)
        && device.scope == Some(tells.scope)
        && (tells.person.is_none() || device.person == tells.person);
    if device.revoked_at.is_some() || (same && !due) {
        return None;
    }
    let mut patch = Patch::new()
        .put("system", tells.system.as_str())
        .put("version", tells.version.as_str())
        .put("scope", tells.scope.to_string())
        .put("lastContactAt", stamp.at)
        .put("updatedAt", stamp.at);
    if let Some(person) = tells.person {
        patch = patch.put("person", person);
    }
    let deed = Deed::new("device.checked-in", Collection::Devices, device.id)
        .with("name", device.name.as_str())
        .with("version", tells.version.as_str());
    Some(
        stamp
            .change_set(deed, Offline::Queue)
            .patch(Collection::Devices, device.id, patch),
    )
}

/// Shuts a desktop out, or withdraws its invitation: nothing more is taken from it, the sessions on it end,
/// and it takes its data and keys away when it next reaches the server.
pub fn revoked(
    stamp: &Stamp,
    device: &Device,
    why: &str,
    sessions: &[ObjectId],
) -> Result<ChangeSet, Refusal> {
    if device.name == stamp.actor.device {
        return Err(Refusal::new(
            Code::WrongState,
            "This is the desktop you are working at. Another one has to shut it out, or leave the server here.",
        ));
    }
    if device.revoked_at.is_some() {
        return Err(Refusal::new(
            Code::WrongState,
            format!("Desktop {} is shut out already.", device.name.as_str()),
        ));
    }
    let why = why.trim();
    if why.is_empty() {
        let message = "Say why this desktop is shut out: the audit trail keeps it.";
        return Err(Refusal::field(Code::Required, "reason", message));
    }
    if why.chars().count() > WHY_MOST {
        let message = format!("The reason has more than {WHY_MOST} characters.");
        return Err(Refusal::field(Code::TooLong, "reason", message));
    }
    let deed = Deed::new("device.revoked", Collection::Devices, device.id)
        .with("name", device.name.as_str())
        .with("reason", why);
    let mut patch = Patch::new()
        .put("revokedAt", stamp.at)
        .put("revokedWhy", why)
        .put("updatedAt", stamp.at);
    if let Some(by) = stamp.actor.user {
        patch = patch.put("revokedBy", by);
    }
    let set = stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Devices, device.id, patch)
        .at_revision(Collection::Devices, device.id, device.rev());
    Ok(end_sessions(set, sessions, stamp.at))
}

/// The server's login of a desktop was taken away.
pub fn login_dropped(stamp: &Stamp, device: &Device, login: &str) -> ChangeSet {
    let deed = Deed::new("device.login-dropped", Collection::Devices, device.id)
        .with("name", device.name.as_str())
        .with("login", login);
    let patch = Patch::new()
        .unset("invitation.login")
        .put("updatedAt", stamp.at);
    stamp
        .change_set(deed, Offline::Queue)
        .patch(Collection::Devices, device.id, patch)
}

/// A desktop that was shut out says that its data and keys are gone.
pub fn wiped(stamp: &Stamp, device: &Device, handed_over: u64) -> ChangeSet {
    let deed = Deed::new("device.wiped", Collection::Devices, device.id)
        .with("name", device.name.as_str())
        .with("handedOver", i64::try_from(handed_over).unwrap_or(i64::MAX));
    let patch = Patch::new()
        .put("wipedAt", stamp.at)
        .put("updatedAt", stamp.at);
    stamp
        .change_set(deed, Offline::OnlineOnly)
        .patch(Collection::Devices, device.id, patch)
}

/// Whether this is what a desktop that was shut out says last: nothing else is taken from it.
pub fn is_farewell(change_set: &ChangeSet) -> bool {
    let wipes = |change: &Change| {
        matches!(
            change,
            Change::Patch { collection: Collection::Devices, patch, .. }
                if patch.set.contains_key("wipedAt") && patch.set.len() == 2 && patch.unset.is_empty()
        )
    };
    change_set.deed.verb == "device.wiped"
        && change_set.changes.len() == 1
        && change_set.changes.iter().all(wipes)
}

/// What a desktop that was shut out hears.
pub fn shut_out() -> Refusal {
    Refusal::new(
        Code::Forbidden,
        "An administrator has shut this desktop out of the institution.",
    )
}

/// How long somebody can sign in without the server having been reached, in milliseconds: 14 days; finance
/// staff and administrators 3.
pub const fn lease(role: crate::Role) -> i64 {
    use crate::Role;
    match role {
        Role::Admin | Role::Finance => 3 * DAY,
        Role::Instructor | Role::Student => 14 * DAY,
    }
}

/// So long ago the server may have answered for a desktop to count as connected, in milliseconds.
const CONNECTED: i64 = 10 * 60 * 1000;

/// Whether somebody may sign in, or stay signed in, by what this desktop holds: the server answered within
/// their lease; and where it does not answer now, they have signed in on this desktop before.
pub fn may_sign_in_here(
    role: crate::Role,
    known_here: bool,
    last_contact: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let silent = last_contact.map(|last| {
        now.timestamp_millis()
            .saturating_sub(last.timestamp_millis())
    });
    match silent {
        // Nobody was heard of in the future: somebody set the clock back to make the days last.
        Some(silent) if silent < -CONNECTED => Err(Refusal::new(
            Code::OnlineOnly,
            "This computer's clock is before the moment the institution's server last answered, so nobody can tell how long ago that was. Set the clock right, or connect this desktop to the network; it is trying now. Nothing of yours is lost.",
        )),
        Some(silent) if silent <= CONNECTED => Ok(()),
        _ if !known_here => Err(Refusal::new(
            Code::OnlineOnly,
            "You have not signed in on this desktop before, and it cannot reach the institution's server. Connect it to the network for your first sign-in; it is trying again now.",
        )),
        Some(silent) if silent <= lease(role) => Ok(()),
        _ => Err(Refusal::new(
            Code::OnlineOnly,
            format!(
                "This desktop has not reached the institution's server for more than {} days, so nobody of your role can sign in here without it. Connect it to the network and sign in again; it is trying now. Nothing of yours is lost.",
                lease(role) / DAY
            ),
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Role, ids::OpId, role::Actor};

    fn at(days: i64) -> Timestamp {
        Timestamp::from_millis(days * DAY)
    }

    fn stamp(days: i64, device: &str) -> Stamp {
        Stamp {
            op: OpId(uuid::Uuid::from_u128(7)),
            at: at(days),
            actor: Actor {
                user: Some(UserId(ObjectId::from_bytes([1; 12]))),
                name: "Ada".to_owned(),
                role: Role::Admin,
                device: DeviceId::new(device).unwrap(),
            },
        }
    }

    fn device(document: bson::Document) -> Device {
        let mut whole = doc! { "_id": ObjectId::from_bytes([9; 12]), "name": "LAP1" };
        whole.extend(document);
        bson::deserialize_from_document(whole).unwrap()
    }

    fn invitation(used: bool) -> Device {
        let mut invitation =
            doc! { "by": ObjectId::from_bytes([1; 12]), "at": at(1), "expiresAt": at(8) };
        if used {
            invitation.insert("usedAt", at(2));
        }
        device(doc! { "invitation": invitation })
    }

    #[test]
    fn a_desktop_stands_as_its_document_says() {
        assert_eq!(device(doc! {}).standing(at(0)), Standing::Active);
        assert_eq!(invitation(false).standing(at(7)), Standing::Invited);
        assert_eq!(invitation(false).standing(at(8)), Standing::Lapsed);
        assert_eq!(invitation(true).standing(at(9)), Standing::Active);
        let lost = device(doc! { "revokedAt": at(3) });
        assert_eq!(lost.standing(at(4)), Standing::Revoked);
        let gone = device(doc! { "revokedAt": at(3), "wipedAt": at(4) });
        assert_eq!(gone.standing(at(4)), Standing::Wiped);
    }

    #[test]
    fn an_invitation_is_used_once_in_time_and_while_it_stands() {
        assert!(joined(&stamp(7, "LAP1"), &invitation(false), "linux", "1").is_ok());
        let no =
            |device: &Device, days| joined(&stamp(days, "LAP1"), device, "linux", "1").unwrap_err();
        assert_eq!(no(&invitation(false), 8), lapsed());
        assert!(no(&invitation(true), 3).message.contains("already"));
        let withdrawn = Device {
            revoked_at: Some(at(2)),
            ..invitation(false)
        };
        assert!(no(&withdrawn, 3).message.contains("withdrawn"));
        for days in [0, 31, -1] {
            assert_eq!(
                invitation_ends(at(0), days).unwrap_err().field.as_deref(),
                Some("days")
            );
        }
    }

    #[test]
    fn a_desktop_does_not_shut_itself_out_and_a_reason_is_needed() {
        let lost = device(doc! {});
        assert!(revoked(&stamp(1, "LAP1"), &lost, "left in the train", &[]).is_err());
        let no = revoked(&stamp(1, "DESK"), &lost, "  ", &[]).unwrap_err();
        assert_eq!(no.field.as_deref(), Some("reason"));
        let set = revoked(&stamp(1, "DESK"), &lost, "left in the train", &[]).unwrap();
        assert_eq!(set.deed.verb, "device.revoked");
        let again = device(doc! { "revokedAt": at(1) });
        assert!(revoked(&stamp(1, "DESK"), &again, "lost", &[]).is_err());
    }

    #[test]
    fn a_desktop_tells_of_itself_once_a_day_or_when_something_changed() {
        let tells = Tells {
            system: "linux".to_owned(),
            version: "1.0.0".to_owned(),
            scope: Scope::Office,
            person: None,
        };
        let told = device(doc! {
            "system": "linux", "version": "1.0.0", "scope": "office", "lastContactAt": at(1),
        });
        let next = Timestamp::from_millis(2 * DAY - 1);
        let early = Stamp {
            at: next,
            ..stamp(0, "LAP1")
        };
        assert!(checked_in(&early, &told, &tells).is_none());
        assert!(checked_in(&stamp(2, "LAP1"), &told, &tells).is_some());
        let newer = Tells {
            version: "1.0.1".to_owned(),
            ..tells.clone()
        };
        assert!(checked_in(&early, &told, &newer).is_some());
        let lost = Device {
            revoked_at: Some(at(1)),
            ..told
        };
        assert!(checked_in(&stamp(9, "LAP1"), &lost, &newer).is_none());
    }

    #[test]
    fn only_the_farewell_itself_is_one() {
        let lost = device(doc! { "revokedAt": at(1) });
        let farewell = wiped(&stamp(2, "LAP1"), &lost, 3);
        assert!(is_farewell(&farewell));
        let more = farewell
            .clone()
            .delete(Collection::Users, ObjectId::from_bytes([2; 12]));
        assert!(!is_farewell(&more));
        let again = Patch::new().unset("revokedAt");
        let back = ChangeSet {
            changes: Vec::new(),
            ..farewell
        }
        .patch(Collection::Devices, lost.id, again);
        assert!(!is_farewell(&back));
    }

    #[test]
    fn the_lease_is_14_days_and_3_for_finance_and_administrators() {
        let may = |role, known, days| may_sign_in_here(role, known, Some(at(0)), at(days));
        for (role, days) in [
            (Role::Student, 14),
            (Role::Instructor, 14),
            (Role::Finance, 3),
            (Role::Admin, 3),
        ] {
            assert!(may(role, true, days).is_ok(), "{role:?}");
            let late = Timestamp::from_millis(days * DAY + 1);
            let no = may_sign_in_here(role, true, Some(at(0)), late).unwrap_err();
            assert_eq!(no.code, Code::OnlineOnly);
            assert!(
                no.message.contains(&format!("{days} days")),
                "{}",
                no.message
            );
        }
        // A clock that was set back makes the days no longer; a little apart is no offence.
        let no = may_sign_in_here(Role::Student, true, Some(at(5)), at(4)).unwrap_err();
        assert_eq!(no.code, Code::OnlineOnly);
        assert!(no.message.contains("clock"), "{}", no.message);
        let apart = Timestamp::from_millis(5 * DAY - CONNECTED);
        assert!(may_sign_in_here(Role::Student, true, Some(at(5)), apart).is_ok());
        // Somebody new needs the server; so does a desktop that never heard of it.
        assert!(may(Role::Student, false, 1).is_err());
        assert!(may(Role::Student, false, 0).is_ok());
        assert!(may_sign_in_here(Role::Student, true, None, at(0)).is_err());
    }
}
