//! The engine's and the server's values in the window's words.

use domain::Reach;
use remote::port::Abilities;
use sync::{Mode, State, Status};

use super::dto::{
    AbilityDto, DeskScope, Environment, PullMode, ServerAddress, SyncState, SyncStatus,
};
use crate::dto::moment;

impl From<remote::Environment> for Environment {
    fn from(environment: remote::Environment) -> Self {
        match environment {
            remote::Environment::Development => Self::Development,
            remote::Environment::Testing => Self::Testing,
            remote::Environment::Staging => Self::Staging,
            remote::Environment::Production => Self::Production,
        }
    }
}

impl From<Environment> for remote::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Development => Self::Development,
            Environment::Testing => Self::Testing,
            Environment::Staging => Self::Staging,
            Environment::Production => Self::Production,
        }
    }
}

impl From<Reach> for DeskScope {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Office => Self::Office,
            Reach::Finance => Self::Finance,
            Reach::Instructor => Self::Instructor,
            Reach::Student => Self::Student,
        }
    }
}

impl From<DeskScope> for Reach {
    fn from(scope: DeskScope) -> Self {
        match scope {
            DeskScope::Office => Self::Office,
            DeskScope::Finance => Self::Finance,
            DeskScope::Instructor => Self::Instructor,
            DeskScope::Student => Self::Student,
        }
    }
}

/// The address as the server's floor takes it.
pub(super) fn options(address: &ServerAddress) -> remote::ServerOptions {
    remote::ServerOptions {
        uri: address.uri.clone(),
        hosts: address.hosts.clone(),
        username: address.username.clone(),
        password: address.password.clone(),
        auth_source: address.auth_source.clone(),
        replica_set: address.replica_set.clone(),
        tls: address.tls,
        insecure: address.insecure,
        database: address.database.clone(),
        environment: address.environment.map(Into::into),
        ..remote::ServerOptions::default()
    }
}

/// The state of a workspace without a server.
pub(super) const fn local() -> SyncStatus {
    SyncStatus {
        state: SyncState::Local,
        waiting: 0,
        lines: 0,
        attention: 0,
        conflicts: 0,
        last_contact: None,
        next_try: None,
        problem: None,
        mode: None,
        environment: None,
    }
}

/// The engine's state.
pub fn told(status: &Status, environment: Option<remote::Environment>) -> SyncStatus {
    SyncStatus {
        state: match status.state {
            State::Initial => SyncState::Initial,
            State::Online => SyncState::Online,
            State::Sending => SyncState::Sending,
            State::Slow => SyncState::Slow,
            State::Offline => SyncState::Offline,
            State::Paused => SyncState::Paused,
            State::Refused => SyncState::Refused,
        },
        waiting: status.waiting,
        lines: status.lines,
        attention: status.attention,
        conflicts: status.conflicts,
        last_contact: status.last_contact.map(moment),
        next_try: status.next_try.map(moment),
        problem: status.problem.clone(),
        mode: status.mode.map(|mode| match mode {
            Mode::Stream => PullMode::Stream,
            Mode::Poll => PullMode::Poll,
        }),
        environment: environment.map(Into::into),
    }
}

/// What a server can do, and what follows where it cannot.
pub(super) fn abilities(found: &Abilities) -> Vec<AbilityDto> {
    let rows = [
        (
            "transactions",
            found.transactions,
            "Money cannot be booked, and nothing that writes several records at once can be done.",
        ),
        (
            "change-streams",
            found.change_streams,
            "Changes by others arrive within 15 seconds instead of at once.",
        ),
        (
            "text-index",
            found.text_index,
            "Other programs cannot search by words on the server. Search on desktops is not concerned.",
        ),
        (
            "roles",
            found.roles,
            "Logins with fewer rights cannot be made: whoever connects may read and write everything.",
        ),
    ];
    rows.into_iter()
        .map(|(ability, present, consequence)| AbilityDto {
            ability: ability.to_owned(),
            present,
            consequence: (!present).then(|| consequence.to_owned()),
        })
        .collect()
}
