//! Between the wire and the documents of people: rows, one person's record, and what forms say.

use domain::{
    Actor, Refusal, Timestamp, UserId,
    rules::people::{self as rules, Edited},
    user::{Address, Preferences, Profile, SocialLinks, User},
};
use replica::{PeopleQuery, PeopleSort as Sorted, PersonRow, Reader};

use super::dto::{
    PeopleFilter, PeopleSort, PersonDetail, PersonRowDto, PreferencesDto, ProfileDto,
};
use crate::{accounts::stamp, desk::Desk, dto::moment, error::WorkflowError};

/// The query a filter stands for.
pub(super) fn query(filter: &PeopleFilter) -> PeopleQuery {
    let text = filter.text.trim();
    PeopleQuery {
        text: (!text.is_empty()).then(|| text.to_owned()),
        roles: filter.roles.clone(),
        statuses: filter.statuses.clone(),
        sort: match filter.sort {
            PeopleSort::Name => Sorted::Name,
            PeopleSort::Email => Sorted::Email,
            PeopleSort::Role => Sorted::Role,
            PeopleSort::Status => Sorted::Status,
            PeopleSort::Created => Sorted::Created,
            PeopleSort::LastLogin => Sorted::LastLogin,
            PeopleSort::Enrollments => Sorted::Enrollments,
        },
        descending: filter.descending,
        ..PeopleQuery::default()
    }
}

/// A row of the list, as of now.
pub(super) fn row(row: PersonRow, now: Timestamp) -> PersonRowDto {
    PersonRowDto {
        id: row.id.to_hex(),
        name: row.name,
        email: row.email,
        role: row.role,
        status: row.status,
        email_verified: row.email_verified,
        locked: row.locked_until.is_some_and(|until| until > now),
        enrollments: i64::try_from(row.enrollments).unwrap_or(i64::MAX),
        last_login_at: row.last_login_at.map(moment),
        created_at: moment(row.created_at),
    }
}

/// One person's record, as `viewer` sees it.
pub(crate) fn detail(
    reader: &Reader<'_>,
    user: &User,
    viewer: &Actor,
) -> Result<PersonDetail, WorkflowError> {
    let enrollments = reader.enrollments_of_user(user.id)?.len();
    let taught = reader.courses_of_instructor(user.id)?.len();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(PersonDetail {
        id: user.id.to_hex(),
        rev: rules::revision(user),
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role,
        status: user.status,
        email_verified: user.email_verified,
        pending: user.pending_since.is_some(),
        has_password: user.password.is_some(),
        second_factor: user.second_factor.is_some(),
        login_attempts: user.login_attempts,
        locked_until: user.lock_until.map(moment),
        last_login_at: user.last_login_at.map(moment),
        profile: profile_dto(&user.profile),
        preferences: preferences_dto(&user.preferences),
        enrollments: count(enrollments),
        courses_taught: count(taught),
        created_at: moment(user.created_at),
        updated_at: moment(user.updated_at),
        is_self: viewer.is(user.id),
        erased: rules::erasing::was_erased(user),
    })
}

fn profile_dto(profile: &Profile) -> ProfileDto {
    let Profile {
        address,
        social_links,
        ..
    } = profile;
    ProfileDto {
        phone: profile.phone.clone(),
        date_of_birth: profile.date_of_birth.map(day),
        gender: profile.gender,
        street: address.street.clone(),
        city: address.city.clone(),
        state: address.state.clone(),
        country: address.country.clone(),
        zip_code: address.zip_code.clone(),
        bio: profile.bio.clone(),
        avatar: profile.avatar.clone(),
        website: profile.website.clone(),
        linkedin: social_links.linkedin.clone(),
        twitter: social_links.twitter.clone(),
        github: social_links.github.clone(),
    }
}

/// `YYYY-MM-DD` of a moment, in UTC.
fn day(at: Timestamp) -> String {
    moment(at).chars().take(10).collect()
}

fn preferences_dto(preferences: &Preferences) -> PreferencesDto {
    PreferencesDto {
        email_notifications: preferences.email_notifications,
        sms_notifications: preferences.sms_notifications,
        marketing_emails: preferences.marketing_emails,
        language: preferences.language.clone(),
        timezone: preferences.timezone.clone(),
    }
}

/// What a form tells about a person, over what is known; the rules check it afterwards. A day of birth
/// that was not touched keeps its time of day, which a foreign program may have written.
pub(crate) fn profile(
    told: &ProfileDto,
    known: &Profile,
    now: Timestamp,
) -> Result<Profile, Refusal> {
    let born = match (&told.date_of_birth, known.date_of_birth) {
        (Some(text), Some(known)) if text.trim() == day(known) => Some(known),
        (Some(text), _) => rules::date_of_birth(text, now)?,
        (None, _) => None,
    };
    Ok(Profile {
        phone: told.phone.clone(),
        date_of_birth: born,
        gender: told.gender,
        address: Address {
            street: told.street.clone(),
            city: told.city.clone(),
            state: told.state.clone(),
            country: told.country.clone(),
            zip_code: told.zip_code.clone(),
            extra: known.address.extra.clone(),
        },
        bio: told.bio.clone(),
        avatar: told.avatar.clone(),
        website: told.website.clone(),
        social_links: SocialLinks {
            linkedin: told.linkedin.clone(),
            twitter: told.twitter.clone(),
            github: told.github.clone(),
            extra: known.social_links.extra.clone(),
        },
        extra: known.extra.clone(),
    })
}

/// What a form tells about wishes, over what is known.
pub(crate) fn preferences(told: &PreferencesDto, known: &Preferences) -> Preferences {
    Preferences {
        email_notifications: told.email_notifications,
        sms_notifications: told.sms_notifications,
        marketing_emails: told.marketing_emails,
        language: told.language.clone(),
        timezone: told.timezone.clone(),
        extra: known.extra.clone(),
    }
}

/// Commits what a form changed of a person; nothing when it changed nothing.
pub(crate) fn apply_edit(
    desk: &Desk<'_>,
    actor: &Actor,
    id: UserId,
    rev: i64,
    edited: impl Fn(&User, Timestamp) -> Result<Edited, WorkflowError>,
) -> Result<(), WorkflowError> {
    let set = desk.read(|reader| {
        let user = reader
            .user(id)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let edited = edited(&user, desk.now())?;
        if let Some(email) = &edited.email {
            email_is_free(reader, email, id)?;
        }
        Ok(rules::update(
            &stamp(desk, actor.clone()),
            &user,
            rev,
            &edited,
        )?)
    })?;
    if let Some(set) = set {
        desk.authority.commit(&set)?;
    }
    Ok(())
}

/// Refuses an address another person has. Committing guards it again.
pub(super) fn email_is_free(
    reader: &Reader<'_>,
    email: &str,
    except: UserId,
) -> Result<(), WorkflowError> {
    let email = rules::email(email)?;
    match reader.user_by_email(&email)? {
        Some(other) if other.id != except => Err(Refusal::field(
            domain::Code::Taken,
            "email",
            format!("{email} already belongs to {}.", other.name),
        )
        .into()),
        _ => Ok(()),
    }
}
