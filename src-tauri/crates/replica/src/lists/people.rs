//! The list of people: what it can be narrowed by, sorted by, and shows.

use domain::{Role, Timestamp, UserId, user::UserStatus};
use rusqlite::types::Value;

use super::{
    cells::{self, Cells},
    plan::{Ask, COUNTED, Condition, Facet, Path, RowSet},
};
use crate::{
    error::StoreError,
    page::{Page, Window},
    replica::Reader,
    search::{MANY, Words},
};

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

const NAME: &[&str] = &["name_fold"];
const EMAIL: &[&str] = &["email"];
const BY_ROLE: &[&str] = &["role", "name_fold"];
const BY_STATUS: &[&str] = &["status", "name_fold"];
const CREATED: &[&str] = &["created_at"];
const LOGIN: &[&str] = &["last_login_at"];
const ENROLLMENTS: &[&str] = &["enrollments"];

const NARROWED: &[&str] = &["role", "status", "email_verified"];
const ROLE_HOLDS: &[&str] = &[
    "role",
    "status",
    "email_verified",
    "created_at",
    "last_login_at",
    "enrollments",
];

const PATHS: &[Path] = &[
    Path {
        index: "users_by_name",
        lead: &[],
        keys: NAME,
        covers: &["role", "status", "email_verified", "email"],
    },
    Path {
        index: "users_by_email",
        lead: &[],
        keys: EMAIL,
        covers: NARROWED,
    },
    Path {
        index: "users_by_role",
        lead: &[],
        keys: BY_ROLE,
        covers: ROLE_HOLDS,
    },
    Path {
        index: "users_by_status",
        lead: &[],
        keys: BY_STATUS,
        covers: ROLE_HOLDS,
    },
    Path {
        index: "users_by_created",
        lead: &[],
        keys: CREATED,
        covers: NARROWED,
    },
    Path {
        index: "users_by_login",
        lead: &[],
        keys: LOGIN,
        covers: NARROWED,
    },
    Path {
        index: "users_by_enrollments",
        lead: &[],
        keys: ENROLLMENTS,
        covers: NARROWED,
    },
    Path {
        index: "users_by_role",
        lead: &["role"],
        keys: NAME,
        covers: ROLE_HOLDS,
    },
    Path {
        index: "users_by_role",
        lead: &["role"],
        keys: BY_ROLE,
        covers: ROLE_HOLDS,
    },
    Path {
        index: "users_by_status",
        lead: &["status"],
        keys: NAME,
        covers: ROLE_HOLDS,
    },
    Path {
        index: "users_by_status",
        lead: &["status"],
        keys: BY_STATUS,
        covers: ROLE_HOLDS,
    },
];

impl PeopleSort {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Name => NAME,
            Self::Email => EMAIL,
            Self::Role => BY_ROLE,
            Self::Status => BY_STATUS,
            Self::Created => CREATED,
            Self::LastLogin => LOGIN,
            Self::Enrollments => ENROLLMENTS,
        }
    }
}

impl Reader<'_> {
    /// People, a window of them.
    pub fn people(
        &self,
        query: &PeopleQuery,
        window: Window,
    ) -> Result<Page<PersonRow>, StoreError> {
        let answer = self.answer(&self.people_ask(query)?, window)?;
        let rows = self.fetch(
            &answer.rows,
            "SELECT id, name, email, role, status, email_verified, locked_until, last_login_at, enrollments,
                    created_at
             FROM users WHERE n = ?1",
            |row| {
                let mut cells = Cells::of(row);
                Ok(PersonRow {
                    id: cells.id()?,
                    name: cells.value()?,
                    email: cells.value()?,
                    role: cells.word(&Role::ALL, Role::as_str)?,
                    status: cells.word(&UserStatus::ALL, UserStatus::as_str)?,
                    email_verified: cells.value()?,
                    locked_until: cells.optional_moment()?,
                    last_login_at: cells.optional_moment()?,
                    enrollments: cells.count()?,
                    created_at: cells.moment()?,
                })
            },
        )?;
        Ok(Page {
            rows,
            total: answer.total,
        })
    }

    pub(super) fn people_ask(&self, query: &PeopleQuery) -> Result<Ask, StoreError> {
        let mut facets = Vec::new();
        let mut narrow = |column, values: Option<Vec<Value>>| {
            facets.extend(values.map(|values| Facet { column, values }));
        };
        narrow("role", cells::words(&query.roles, Role::as_str));
        narrow("status", cells::words(&query.statuses, UserStatus::as_str));
        narrow(
            "email_verified",
            query
                .email_verified
                .map(|verified| vec![Value::from(verified)]),
        );
        let mut conditions: Vec<Condition> = Vec::new();
        conditions.extend(Condition::between(
            &["created_at"],
            query.created_from.map(Timestamp::timestamp_millis),
            query.created_before.map(Timestamp::timestamp_millis),
        ));
        let text = Words::of(query.text.as_deref());
        let (mut within, mut uncounted) = (None, false);
        if let Some(words) = &text {
            let found = self.people_matching(words, COUNTED + 1)?;
            if found <= MANY {
                within = Some(RowSet {
                    sql: "SELECT rowid FROM people_fts WHERE people_fts MATCH ?".to_owned(),
                    values: vec![words.people().into()],
                    rows: found,
                });
            } else {
                uncounted = true;
                conditions.push(words.found_in(&["name_fold", "email"]));
            }
        }
        let cube = self.cube(
            NARROWED,
            "SELECT role, status, email_verified, n FROM people_counts WHERE n > 0",
            &[],
        )?;
        Ok(Ask {
            table: "users",
            keys: query.sort.keys(),
            descending: query.descending,
            facets,
            conditions,
            within,
            cube,
            paths: PATHS.to_vec(),
            uncounted,
            few: None,
        })
    }
}
