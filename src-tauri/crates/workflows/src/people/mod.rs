//! People, as administrators keep them: the list, one person's record, new accounts, and what opens,
//! closes and changes one. One's own account is in `accounts`; importing people is in `operations`.

pub(crate) mod convert;
pub mod dto;
pub(crate) mod erasing;
mod personal_data;

use domain::{
    Actor, Code, Collection, Refusal, Role, UserId,
    audit::Deed,
    role::Permission,
    rules::people::{self as rules, Edited, NewPerson},
    user::{Preferences, Profile, User, UserStatus},
};
use replica::{PeopleQuery, Reader, Window};

use self::dto::{
    CreatePerson, ListPeople, PersonDetail, PersonRowDto, SetPeopleStatus, SetPersonPassword,
    SetPersonRole, UpdatePerson,
};
use crate::{
    accounts::{HashCost, open_sessions, passwords, stamp, strength, tell},
    desk::Desk,
    dto::{ById, ManyOutcome, Nothing, PageOf, PersonRef, RefusedOne},
    error::WorkflowError,
    mail::letter::Matter,
    operations::reads,
};

pub use erasing::{person_erase, scrub};
pub use personal_data::personal_data_save;

/// The most people one act upon many takes.
const MANY: usize = 1_000;

fn parse(id: &str) -> Result<UserId, WorkflowError> {
    Ok(id
        .parse::<UserId>()
        .map_err(|_| Refusal::not_found("The person"))?)
}

fn find(reader: &Reader<'_>, id: UserId) -> Result<User, WorkflowError> {
    Ok(reader
        .user(id)?
        .ok_or_else(|| Refusal::not_found("The person"))?)
}

/// Active administrators beside this person.
fn other_admins(reader: &Reader<'_>, user: &User) -> Result<i64, WorkflowError> {
    let counted = user.role == Role::Admin && user.status == UserStatus::Active;
    Ok(reader.active_admins()?.saturating_sub(i64::from(counted)))
}

/// A stretch of the list of people.
pub fn people_list(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ListPeople,
) -> Result<PageOf<PersonRowDto>, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let window = Window::new(u64::from(args.window.offset), args.window.limit);
    let now = desk.now();
    let page = desk.read(|reader| Ok(reader.people(&convert::query(&args.filter), window)?))?;
    Ok(PageOf {
        rows: page
            .rows
            .into_iter()
            .map(|row| convert::row(row, now))
            .collect(),
        total: page.total.value,
        exact: page.total.exact,
    })
}

/// One person's record.
pub fn person(desk: &Desk<'_>, actor: &Actor, args: ById) -> Result<PersonDetail, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id = parse(&args.id)?;
    let shown = show(desk, actor, id)?;
    if !actor.is(id) {
        reads::note(
            desk,
            actor,
            Deed::new("person.viewed", Collection::Users, id),
        )?;
    }
    Ok(shown)
}

fn show(desk: &Desk<'_>, actor: &Actor, id: UserId) -> Result<PersonDetail, WorkflowError> {
    desk.read(|reader| convert::detail(reader, &find(reader, id)?, actor))
}

/// Makes an account.
pub fn person_create(
    desk: &Desk<'_>,
    actor: &Actor,
    args: CreatePerson,
) -> Result<PersonDetail, WorkflowError> {
    let id = create(desk, actor, args, HashCost::Standard)?;
    show(desk, actor, id)
}

/// The same, with the cost of the password's hash named: cheap ones are for sample data and tests.
pub fn create(
    desk: &Desk<'_>,
    actor: &Actor,
    args: CreatePerson,
    cost: HashCost,
) -> Result<UserId, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let now = desk.now();
    let password = args.password.filter(|text| !text.is_empty());
    if let Some(text) = &password {
        strength::acceptable("password", text, &[&args.name, &args.email])?;
    }
    let id = UserId(desk.ids.object_id());
    // Everything is checked before the hash is made, which takes its time.
    let new = NewPerson {
        id,
        name: rules::name(&args.name)?,
        email: rules::email(&args.email)?,
        email_verified: false,
        role: args.role,
        status: UserStatus::Active,
        password_hash: None,
        profile: convert::profile(&args.profile, &Profile::default(), now)?,
        preferences: Preferences::default(),
    };
    rules::profile(&new.profile, now)?;
    desk.read(|reader| convert::email_is_free(reader, &new.email, id))?;
    let password_hash = password
        .map(|text| passwords::hash(&text, &desk.ids.random(), cost))
        .transpose()?;
    desk.decide(|reader| {
        let preferences = match reader.settings()? {
            Some(settings) => Preferences {
                timezone: settings.timezone,
                language: settings.language,
                ..Preferences::default()
            },
            None => Preferences::default(),
        };
        let new = NewPerson {
            password_hash: password_hash.clone(),
            preferences,
            ..new.clone()
        };
        let (set, _) = rules::create(&stamp(desk, actor.clone()), new)?;
        Ok((set, id))
    })
}

/// Changes name, e-mail and profile: only what differs is written.
pub fn person_update(
    desk: &Desk<'_>,
    actor: &Actor,
    args: UpdatePerson,
) -> Result<PersonDetail, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id = parse(&args.id)?;
    convert::apply_edit(desk, actor, id, args.rev, |user, now| {
        Ok(Edited {
            name: args.name.clone(),
            email: Some(args.email.clone()),
            email_verified: Some(args.email_verified),
            profile: convert::profile(&args.profile, &user.profile, now)?,
            preferences: None,
        })
    })?;
    show(desk, actor, id)
}

/// Activates, deactivates or suspends people, each for themselves: who cannot be is named with the
/// reason, the others are done.
pub fn people_set_status(
    desk: &Desk<'_>,
    actor: &Actor,
    args: SetPeopleStatus,
) -> Result<ManyOutcome, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    rules::reason(args.reason.as_deref(), args.status == UserStatus::Suspended)?;
    if args.ids.len() > MANY {
        return Err(Refusal::field(
            Code::TooLarge,
            "ids",
            format!("At most {MANY} people can be changed at once."),
        )
        .into());
    }
    let mut outcome = ManyOutcome {
        done: 0,
        refused: Vec::new(),
    };
    for id in &args.ids {
        match set_status_of(desk, actor, id, &args) {
            Ok(()) => outcome.done += 1,
            Err(WorkflowError::Refused(refusal)) => outcome.refused.push(RefusedOne {
                id: id.clone(),
                label: label(desk, id)?,
                code: refusal.code,
                message: refusal.message,
            }),
            Err(error) => return Err(error),
        }
    }
    Ok(outcome)
}

fn set_status_of(
    desk: &Desk<'_>,
    actor: &Actor,
    id: &str,
    args: &SetPeopleStatus,
) -> Result<(), WorkflowError> {
    let id = parse(id)?;
    desk.decide(|reader| {
        let user = find(reader, id)?;
        let others = other_admins(reader, &user)?;
        let sessions = open_sessions(reader, id)?;
        let stamp = stamp(desk, actor.clone());
        let why = args.reason.as_deref();
        Ok((
            rules::set_status(&stamp, &user, args.status, why, others, &sessions)?,
            (),
        ))
    })
}

/// The person's name, or what was given where there is nobody.
fn label(desk: &Desk<'_>, id: &str) -> Result<String, WorkflowError> {
    let user = match id.parse::<UserId>() {
        Ok(id) => desk.read(|reader| Ok(reader.user(id)?))?,
        Err(_) => None,
    };
    Ok(user.map_or_else(|| id.to_owned(), |user| user.name))
}

/// Changes what a person is.
pub fn person_set_role(
    desk: &Desk<'_>,
    actor: &Actor,
    args: SetPersonRole,
) -> Result<PersonDetail, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        let user = find(reader, id)?;
        let others = other_admins(reader, &user)?;
        let teaches = reader.courses_of_instructor(id)?.len();
        let sessions = open_sessions(reader, id)?;
        let stamp = stamp(desk, actor.clone());
        let set = rules::set_role(
            &stamp, &user, args.rev, args.role, others, teaches, &sessions,
        )?;
        Ok((set, ()))
    })?;
    tell(desk, id, Matter::RoleChanged);
    // Somebody who gave up being an administrator may not look at people any more, but sees what
    // came of it.
    show(desk, actor, id)
}

/// Forgets failed sign-ins and the lock they brought.
pub fn person_unlock(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ById,
) -> Result<PersonDetail, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id = parse(&args.id)?;
    desk.decide(|reader| {
        Ok((
            rules::unlock(&stamp(desk, actor.clone()), &find(reader, id)?)?,
            (),
        ))
    })?;
    show(desk, actor, id)
}

/// Sets a password that is handed over in person, and tells the person. Not one's own: that takes the present
/// one, or whoever finds the window open has the account for good.
pub fn person_set_password(
    desk: &Desk<'_>,
    actor: &Actor,
    args: SetPersonPassword,
) -> Result<PersonDetail, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let id = parse(&args.id)?;
    not_ones_own(actor, id)?;
    let known = desk.read(|reader| find(reader, id))?;
    strength::acceptable("password", &args.password, &[&known.name, &known.email])?;
    let hash = passwords::hash(&args.password, &desk.ids.random(), HashCost::Standard)?;
    desk.decide(|reader| {
        let user = find(reader, id)?;
        let sessions = open_sessions(reader, id)?;
        Ok((
            rules::set_password(&stamp(desk, actor.clone()), &user, hash.clone(), &sessions)?,
            (),
        ))
    })?;
    tell(desk, id, Matter::PasswordChanged);
    show(desk, actor, id)
}

/// Refuses what would set one's own password without the present one.
pub(crate) fn not_ones_own(actor: &Actor, id: UserId) -> Result<(), Refusal> {
    if actor.is(id) {
        return Err(Refusal::new(
            Code::WrongState,
            "This is your own account. Change your password in your profile, where your present one is asked for.",
        ));
    }
    Ok(())
}

/// Who may be a course's instructor: active instructors and administrators, by name.
pub fn instructors(
    desk: &Desk<'_>,
    actor: &Actor,
    _: Nothing,
) -> Result<Vec<PersonRef>, WorkflowError> {
    actor.require(Permission::SeeCatalog)?;
    let query = PeopleQuery {
        roles: vec![Role::Instructor, Role::Admin],
        statuses: vec![UserStatus::Active],
        ..PeopleQuery::default()
    };
    desk.read(|reader| {
        let mut found = Vec::new();
        loop {
            let offset = u64::try_from(found.len()).unwrap_or(u64::MAX);
            let page = reader.people(&query, Window::new(offset, replica::MAX_ROWS))?;
            let full = page.rows.len() == usize::try_from(replica::MAX_ROWS).unwrap_or(usize::MAX);
            found.extend(page.rows.into_iter().map(|row| PersonRef {
                id: row.id.to_hex(),
                name: row.name,
            }));
            if !full {
                return Ok(found);
            }
        }
    })
}
