//! Where the window stands: what the first screen depends on.

use std::path::Path;

use domain::{
    Currency, Role,
    rules::accounts::second_factor,
    user::{User, UserStatus},
};
use replica::{PeopleQuery, PeopleSort, Reader, Window};

use super::{
    dto::{Phase, SampleAccount, SessionDto, WorkspaceStatus},
    first_run::SAMPLE_PASSWORD,
    session::SessionKeeper,
    workspace::{KeySource, WorkspaceFacts, no_settings},
};
use crate::{desk::Desk, error::WorkflowError};

/// How many sample students are offered.
const STUDENTS: u32 = 2;

/// The status before a workspace is open: there is none in that directory, or its passphrase is
/// wanted. `keyring`: whether this system has one.
pub fn closed_status(dir: &Path, keyring: bool) -> Result<WorkspaceStatus, WorkflowError> {
    let facts = WorkspaceFacts::read(dir)?;
    let phase = match facts.as_ref().map(|facts| facts.keys) {
        None => Phase::NoWorkspace,
        // With the keyring it is opened without asking; that it is not open means somebody must look.
        Some(KeySource::Keyring) => Phase::SignedOut,
        Some(KeySource::Passphrase) => Phase::NeedsPassphrase,
    };
    Ok(WorkspaceStatus {
        phase,
        second_factor_due: false,
        institution: facts.map(|facts| facts.institution),
        sample: false,
        device: None,
        session: None,
        keyring,
        idle_minutes: 0,
        timezone: "UTC".to_owned(),
        currency: Currency::default(),
        sample_accounts: Vec::new(),
        sample_password: None,
        shut_out: None,
    })
}

/// The status of an open workspace.
pub fn workspace_status(
    desk: &Desk<'_>,
    keeper: &SessionKeeper,
) -> Result<WorkspaceStatus, WorkflowError> {
    let present = keeper.who(desk)?;
    let (settings, sample_accounts) = desk.read(|reader| {
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        let accounts = if settings.sample {
            sample_accounts(reader)?
        } else {
            Vec::new()
        };
        Ok((settings, accounts))
    })?;
    let phase = match &present {
        None => Phase::SignedOut,
        Some(present) if present.locked => Phase::Locked,
        Some(_) => Phase::SignedIn,
    };
    let second_factor_due = present
        .as_ref()
        .is_some_and(|present| second_factor::is_due(&settings, &present.user));
    Ok(WorkspaceStatus {
        phase,
        second_factor_due,
        institution: Some(settings.institution),
        sample: settings.sample,
        device: Some(desk.device.to_string()),
        session: present.map(|present| session_dto(&present.user)),
        keyring: keeper.keyring,
        idle_minutes: settings.idle_minutes,
        timezone: settings.timezone,
        currency: settings.currency,
        sample_accounts,
        sample_password: settings.sample.then(|| SAMPLE_PASSWORD.to_owned()),
        shut_out: None,
    })
}

fn session_dto(user: &User) -> SessionDto {
    SessionDto {
        user: user.id.to_hex(),
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role,
        language: user.preferences.language.clone(),
        timezone: user.preferences.timezone.clone(),
    }
}

/// One account of each role to try, and two students: the ones made first.
fn sample_accounts(reader: &Reader<'_>) -> Result<Vec<SampleAccount>, WorkflowError> {
    let mut accounts = Vec::new();
    for role in [Role::Admin, Role::Instructor, Role::Finance, Role::Student] {
        let query = PeopleQuery {
            roles: vec![role],
            statuses: vec![UserStatus::Active],
            sort: PeopleSort::Created,
            ..PeopleQuery::default()
        };
        let limit = if role == Role::Student { STUDENTS } else { 1 };
        let page = reader.people(&query, Window::first(limit))?;
        accounts.extend(page.rows.into_iter().map(|row| SampleAccount {
            name: row.name,
            email: row.email,
            role: row.role,
        }));
    }
    Ok(accounts)
}
