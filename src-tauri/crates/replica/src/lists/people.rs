//! The list of people: what it can be narrowed by, sorted by, and shows.

use domain::{Role, Timestamp, UserId, user::UserStatus};

/// What a list of people is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PeopleSort {
    /// Name, folded.
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
    /// Last sign-in; never comes before the first.
    LastLogin,
    /// Number of enrollments, whatever became of them.
    Enrollments,
}

impl PeopleSort {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Email,
        Self::Role,
        Self::Status,
        Self::Created,
        Self::LastLogin,
        Self::Enrollments,
    ];
}

/// Which people, in which order. An empty list or `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeopleQuery {
    /// Words of the name or e-mail, the last one perhaps unfinished.
    pub text: Option<String>,
    /// Any of these roles.
    pub roles: Vec<Role>,
    /// Any of these statuses.
    pub statuses: Vec<UserStatus>,
    /// Whether the e-mail is verified.
    pub email_verified: Option<bool>,
    /// Made at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Made before this moment.
    pub created_before: Option<Timestamp>,
    /// Sorted by.
    pub sort: PeopleSort,
    /// From the end.
    pub descending: bool,
}

/// A line of the list of people.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    /// The person.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Whether the e-mail is verified.
    pub email_verified: bool,
    /// Shut out by failed sign-ins until then.
    pub locked_until: Option<Timestamp>,
    /// Last sign-in.
    pub last_login_at: Option<Timestamp>,
    /// Enrollments, whatever became of them.
    pub enrollments: u64,
    /// When the account was made.
    pub created_at: Timestamp,
}
