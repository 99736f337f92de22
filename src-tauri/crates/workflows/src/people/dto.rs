//! People on the wire: rows, one person's record, and what administrators change.

use domain::{
    Role,
    user::{Gender, UserStatus},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dto::{SavedFile, WindowDto};

/// What the list of people sorts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PeopleSort {
    /// Name.
    #[default]
    Name,
    /// E-mail.
    Email,
    /// Role, then name.
    Role,
    /// Status, then name.
    Status,
    /// When the account was made.
    Created,
    /// Last sign-in.
    LastLogin,
    /// How many enrollments.
    Enrollments,
}

/// Filters of the list of people. Empty lists and none do not filter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct PeopleFilter {
    /// Words of name or e-mail, the last one perhaps unfinished.
    pub text: String,
    /// Any of these roles.
    pub roles: Vec<Role>,
    /// Any of these statuses.
    pub statuses: Vec<UserStatus>,
    /// Order.
    pub sort: PeopleSort,
    /// Largest first.
    pub descending: bool,
}

/// A stretch of the list of people.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ListPeople {
    /// Which people.
    pub filter: PeopleFilter,
    /// Which rows of them.
    pub window: WindowDto,
}

/// A person in a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonRowDto {
    /// Which.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Status.
    pub status: UserStatus,
    /// The address is proved.
    pub email_verified: bool,
    /// Sign-in is locked now.
    pub locked: bool,
    /// Enrollments in all.
    pub enrollments: i64,
    /// Last sign-in.
    pub last_login_at: Option<String>,
    /// Account made.
    pub created_at: String,
}

/// About a person. Dates of birth are `YYYY-MM-DD`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ProfileDto {
    pub phone: Option<String>,
    pub date_of_birth: Option<String>,
    pub gender: Option<Gender>,
    pub street: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub zip_code: Option<String>,
    pub bio: Option<String>,
    pub avatar: Option<String>,
    pub website: Option<String>,
    pub linkedin: Option<String>,
    pub twitter: Option<String>,
    pub github: Option<String>,
}

/// How a person wants to be spoken to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct PreferencesDto {
    pub email_notifications: bool,
    pub sms_notifications: bool,
    pub marketing_emails: bool,
    pub language: String,
    pub timezone: String,
}

/// One person's record. Never a password, never a token.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonDetail {
    /// Which.
    pub id: String,
    /// Revision, to hand back with a change.
    pub rev: i64,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Status.
    pub status: UserStatus,
    /// The address is proved.
    pub email_verified: bool,
    /// They registered and wait to prove their address or to be admitted.
    pub pending: bool,
    /// They have a password.
    pub has_password: bool,
    /// They give a second factor at sign-in.
    pub second_factor: bool,
    /// Failed sign-ins since the last success.
    pub login_attempts: i64,
    /// Sign-in is locked until.
    pub locked_until: Option<String>,
    /// Last sign-in.
    pub last_login_at: Option<String>,
    /// About them.
    pub profile: ProfileDto,
    /// Wishes.
    pub preferences: PreferencesDto,
    /// Enrollments in all.
    pub enrollments: i64,
    /// Courses they teach.
    pub courses_taught: i64,
    /// Account made.
    pub created_at: String,
    /// Last change.
    pub updated_at: String,
    /// It is the one who looks.
    pub is_self: bool,
    /// They were erased: nothing about them is changed any more.
    pub erased: bool,
}

/// A new person.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CreatePerson {
    /// 1 to 100 characters.
    pub name: String,
    /// Not yet used.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// A first password to hand over; none: they cannot sign in until one is set.
    pub password: Option<String>,
    /// About them.
    pub profile: ProfileDto,
}

/// An administrator's change of a person.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UpdatePerson {
    /// Which.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// 1 to 100 characters.
    pub name: String,
    /// Not used by anybody else.
    pub email: String,
    /// The address is proved.
    pub email_verified: bool,
    /// About them.
    pub profile: ProfileDto,
}

/// Activate, deactivate or suspend people. Ends their sessions.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetPeopleStatus {
    /// Whom.
    pub ids: Vec<String>,
    /// To what.
    pub status: UserStatus,
    /// Why; required to suspend.
    pub reason: Option<String>,
}

/// Change a person's role. Ends their sessions.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetPersonRole {
    /// Whom.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// To what.
    pub role: Role,
}

/// Set a person's password (an administrator, handing it over in person). Ends their sessions.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetPersonPassword {
    /// Whose.
    pub id: String,
    /// 8 or more, with lower case, upper case and a digit.
    pub password: String,
}

/// Erases a person for good.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ErasePerson {
    /// Whom.
    pub id: String,
    /// Their name, typed to confirm.
    pub name: String,
    /// Why; it stays, so it names nobody.
    pub reason: String,
}

/// Whose personal data.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PersonalDataOf {
    /// Whose.
    pub id: String,
}

/// Everything kept about a person, as files.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PersonalDataFiles {
    /// For programs.
    pub json: SavedFile,
    /// To read.
    pub pdf: SavedFile,
}
