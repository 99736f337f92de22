//! Whether whoever made a change set still may, on the day it reaches the server: a queue waits, and its
//! maker may have been demoted or suspended since. What an administrator alone may do is then refused for
//! ever; money that was taken and what was learned are taken all the same.
//!
//! Deliberately absent: what may wait at all (`change::Offline`), and what the product itself does.

use bson::Document;

use crate::{
    change::{Change, ChangeSet, Collection},
    error::{Code, Refusal},
    ids::UserId,
    role::{Permission, Role},
};

/// Whose account has to be looked at before the change set is applied; none: nobody's.
pub fn asked_of(set: &ChangeSet) -> Option<UserId> {
    wanted(set).and(set.actor.user)
}

/// Refuses for ever what the person may not do any more. `person` is the account as the server has it now;
/// none where the server does not know it (an upload under way), which is then no reason.
pub fn judge(set: &ChangeSet, person: Option<&Document>) -> Result<(), Refusal> {
    let (Some(permission), Some(person)) = (wanted(set), person) else {
        return Ok(());
    };
    let role = person
        .get_str("role")
        .ok()
        .and_then(|word| word.parse::<Role>().ok())
        .unwrap_or_default();
    let active = person.get_str("status").unwrap_or("active") == "active";
    if active && role.may(permission) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::Forbidden,
        "Whoever made this change may not make it any more: their role was changed or their account closed before it reached the server.",
    ))
}

/// What the maker must be allowed to, where it is an administrator's act that changes something.
fn wanted(set: &ChangeSet) -> Option<Permission> {
    let actor = set.actor.user?;
    if set.changes.is_empty() || set.ledger_entry().is_some() {
        return None;
    }
    let own =
        set.deed.subjects.first().is_some_and(|subject| {
            subject.collection == Collection::Users && subject.id == actor.0
        });
    match set.deed.verb.as_str() {
        "person.updated" | "account.second-factor-removed" if own => None,
        "person.created"
        | "person.updated"
        | "person.status-changed"
        | "person.role-changed"
        | "person.unlocked"
        | "person.password-set"
        | "person.code-given"
        | "person.erased"
        | "people.imported"
        | "import.undone"
        | "account.second-factor-removed" => Some(Permission::ManagePeople),
        "settings.updated"
        | "device.invited"
        | "device.revoked"
        | "device.login-dropped"
        | "courses.imported"
        | "oulad.imported" => Some(Permission::RunWorkspace),
        "course.changes-requested"
        | "course.published"
        | "course.unpublished"
        | "course.archived"
        | "course.restored" => Some(Permission::PublishCourses),
        "course.updated" if gives_away(set) => Some(Permission::PublishCourses),
        _ => None,
    }
}

/// Whether another person is to teach the course.
fn gives_away(set: &ChangeSet) -> bool {
    set.changes.iter().any(|change| {
        matches!(
            change,
            Change::Patch { collection: Collection::Courses, patch, .. }
                if patch.set.contains_key("instructor")
        )
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use bson::{doc, oid::ObjectId};

    use super::*;
    use crate::{
        Timestamp,
        audit::Deed,
        change::{Offline, Patch},
        ids::{DeviceId, OpId},
        role::Actor,
    };

    fn set(verb: &str, about: u8) -> ChangeSet {
        let actor = Actor {
            user: Some(UserId(ObjectId::from_bytes([1; 12]))),
            name: "Ada".to_owned(),
            role: Role::Admin,
            device: DeviceId::new("DESK").unwrap(),
        };
        let about = ObjectId::from_bytes([about; 12]);
        let deed = Deed::new(verb, Collection::Users, about);
        let op = OpId(uuid::Uuid::from_u128(7));
        ChangeSet::new(op, actor, Timestamp::from_millis(0), deed, Offline::Queue).patch(
            Collection::Users,
            about,
            Patch::new().put("name", "Bo"),
        )
    }

    #[test]
    fn an_administrators_act_wants_an_active_administrator() {
        let act = set("person.updated", 2);
        assert!(asked_of(&act).is_some());
        assert!(judge(&act, Some(&doc! { "role": "admin", "status": "active" })).is_ok());
        assert!(judge(&act, Some(&doc! { "role": "admin" })).is_ok());
        assert!(
            judge(&act, None).is_ok(),
            "the server does not know them yet"
        );
        for gone in [
            doc! { "role": "admin", "status": "suspended" },
            doc! { "role": "finance", "status": "active" },
            doc! { "role": "emperor", "status": "active" },
            doc! {},
        ] {
            let no = judge(&act, Some(&gone)).unwrap_err();
            assert_eq!(no.code, Code::Forbidden, "{gone}");
        }
    }

    #[test]
    fn what_is_ones_own_is_not_asked_about() {
        assert_eq!(asked_of(&set("person.updated", 1)), None);
        assert_eq!(asked_of(&set("payment.captured", 2)), None);
        assert_eq!(asked_of(&set("learning.lesson-completed", 2)), None);
        let mut product = set("person.created", 2);
        product.actor.user = None;
        assert_eq!(asked_of(&product), None);
        let mut line = set("person.created", 2);
        line.changes.clear();
        assert_eq!(asked_of(&line), None, "a line of the trail changes nothing");
    }

    #[test]
    fn a_course_is_given_away_by_who_may() {
        let mut edit = set("course.updated", 2);
        assert_eq!(asked_of(&edit), None);
        let teaches = Patch::new().put("instructor", ObjectId::from_bytes([3; 12]));
        edit = edit.patch(Collection::Courses, ObjectId::from_bytes([4; 12]), teaches);
        assert!(asked_of(&edit).is_some());
    }
}
