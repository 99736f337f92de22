//! Keeping the workspace going: administrators, maintenance.

use std::process::ExitCode;

use domain::{Actor, Role};
use serde_json::json;
use workflows::{
    Desk,
    accounts::Workspace,
    operations::{
        self,
        server::{self, dto::RunMaintenance},
    },
    people::{
        self,
        dto::{CreatePerson, ProfileDto},
    },
};

use super::found;
use crate::{failure::Failure, output::Output};

/// Makes an administrator's account.
pub(super) fn create_admin(
    desk: &Desk<'_>,
    actor: &Actor,
    name: &str,
    email: &str,
    password: &str,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let args = CreatePerson {
        name: name.to_owned(),
        email: email.to_owned(),
        role: Role::Admin,
        password: Some(password.to_owned()),
        profile: ProfileDto::default(),
    };
    let made = people::person_create(desk, actor, args)?;
    let line = format!(
        "{} <{}> may sign in as administrator.",
        made.name, made.email
    );
    output.answer(
        &json!({"id": made.id, "name": made.name, "email": made.email}),
        &[line],
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Clears what has expired.
pub(super) fn cleanup(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    output: &Output,
) -> Result<ExitCode, Failure> {
    if workspace.has_server() {
        let args = RunMaintenance {
            task: server::EXPIRED_TOKENS.to_owned(),
            dry_run: false,
        };
        let outcome = server::maintenance_run(workspace, desk, actor, &args)?;
        let mut lines = outcome.done.clone();
        if lines.is_empty() {
            lines.push("Nothing had expired.".to_owned());
        }
        output.answer(&outcome, &lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    let outcome = operations::cleanup(desk, actor)?;
    let line = format!(
        "{} expired sessions and {} expired codes removed, expired tokens of {} people cleared, {} old letters forgotten.",
        outcome.sessions, outcome.codes, outcome.people, outcome.letters
    );
    output.answer(&outcome, &[line])?;
    Ok(ExitCode::SUCCESS)
}

/// Puts counters and progress right.
pub(super) fn repair(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let args = RunMaintenance {
        task: server::COUNTERS.to_owned(),
        dry_run,
    };
    let outcome = server::maintenance_run(workspace, desk, actor, &args)?;
    let mut lines = outcome.done.clone();
    if lines.is_empty() {
        lines.push("Everything was right.".to_owned());
    }
    output.answer(&outcome, &lines)?;
    Ok(found(dry_run && outcome.count > 0))
}
