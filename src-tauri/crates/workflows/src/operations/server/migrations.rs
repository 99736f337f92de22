//! The server's migrations: what was applied, what would be, and doing it.

use domain::{Actor, DeviceId, Timestamp, role::Permission};
use remote::{
    Server,
    migrations::{Direction, Order, Report, Status},
};

use super::{
    dto::{MigrationRow, MigrationRun, Migrations, OffendingDocument, RunMigrations},
    link,
    reached::unmigrated,
};
use crate::{
    accounts::Workspace,
    desk::Desk,
    dto::{Nothing, moment},
    error::WorkflowError,
};

/// All migrations and what stands in their way.
pub fn migrations(
    workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<Migrations, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let server = link(workspace)?.server()?;
    Ok(shown(&server.migrations_status().map_err(unmigrated)?))
}

/// Runs migrations up or back, or says what would be done. The documents that break a validator were
/// listed by [`migrations`]; running goes on past them and leaves them as they are.
pub fn migrations_run(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &RunMigrations,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<MigrationRun, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let server = link(workspace)?.server()?;
    let order = Order {
        direction: if args.rollback {
            Direction::Back
        } else {
            Direction::Up
        },
        to: args.to,
        dry_run: args.dry_run,
        go_on: true,
        device: desk.device.clone(),
        at: desk.now(),
    };
    let report = run(&server, &order, progress)?;
    Ok(MigrationRun {
        commands: report.commands,
        dry_run: report.dry_run,
        skipped: report
            .skipped
            .iter()
            .map(remote::migrations::Skipped::told)
            .collect(),
        now: shown(&report.now),
    })
}

/// Makes a database ready for this program.
pub(super) fn prepare(
    server: &Server,
    device: &DeviceId,
    at: Timestamp,
    go_on: bool,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<(), WorkflowError> {
    let order = Order {
        direction: Direction::Up,
        to: None,
        dry_run: false,
        go_on,
        device: device.clone(),
        at,
    };
    run(server, &order, progress).map(drop)
}

fn run(
    server: &Server,
    order: &Order,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Report, WorkflowError> {
    let whole = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    server
        .migrate(order, &mut |step| {
            progress("preparing", whole(step.done), whole(step.total));
        })
        .map_err(unmigrated)
}

fn shown(status: &Status) -> Migrations {
    Migrations {
        rows: status
            .rows
            .iter()
            .map(|row| MigrationRow {
                number: u32::try_from(row.number).unwrap_or(0),
                name: row.name.clone(),
                about: row.about.clone(),
                state: row.state.as_str().to_owned(),
                at: row.record.as_ref().map(|record| moment(record.at)),
                device: row.record.as_ref().map(|record| record.device.to_string()),
                took_ms: row
                    .record
                    .as_ref()
                    .and_then(|record| u64::try_from(record.took_ms).ok()),
                skipped: row
                    .record
                    .iter()
                    .flat_map(|record| &record.skipped)
                    .map(remote::migrations::Skipped::told)
                    .collect(),
            })
            .collect(),
        locked_by: status
            .held
            .as_ref()
            .map(|held| format!("{} until {}", held.device, moment(held.until))),
        offending: offending(status),
        offending_total: status.survey.total,
    }
}

/// The documents a validator or unique index would refuse.
pub(super) fn offending(status: &Status) -> Vec<OffendingDocument> {
    status
        .survey
        .offending
        .iter()
        .map(|found| OffendingDocument {
            collection: found.collection.clone(),
            id: found.id.clone(),
            problem: format!("{}: {}", found.field, found.problem),
        })
        .collect()
}
