//! Maintenance of the server and of this desktop: expired tokens, counters, sizes. A workspace without a
//! server has its own.
//!
//! When it runs by itself is the shell's and cron's business; that it ran is remembered here, and what
//! it changed on the server is told in the audit trail.

use domain::{Actor, Code, Refusal, role::Permission};
use remote::{Server, monitor::Repair};
use serde::{Deserialize, Serialize};

use super::{
    adopting::adopt_payments,
    dto::{CollectionStatistics, Maintenance, MaintenanceOutcome, MaintenanceTask, RunMaintenance},
    link,
    reached::refused,
};
use crate::{
    accounts::Workspace,
    desk::Desk,
    desktops::drop_lapsed_logins,
    dto::{Nothing, moment},
    error::WorkflowError,
    operations::{Repaired, cleanup, cleanup_preview, reads, repair},
};

/// The daily clean-up of expired tokens and sessions.
pub const EXPIRED_TOKENS: &str = "expired-tokens";
/// Counters compared with what they count.
pub const COUNTERS: &str = "counters";
/// Payments of another program taken into the ledger.
pub const ADOPT_PAYMENTS: &str = "adopt-payments";
const TASKS: [&str; 3] = [EXPIRED_TOKENS, COUNTERS, ADOPT_PAYMENTS];
/// A day, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// When a task last ran here.
#[derive(Debug, Serialize, Deserialize)]
struct Ran {
    /// Milliseconds since 1970.
    at: i64,
    result: String,
}

fn remembered(desk: &Desk<'_>, task: &str) -> Result<Option<Ran>, WorkflowError> {
    let text = desk.replica.meta(&format!("maintenance.{task}"))?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// What can be done, and when it last was.
pub fn maintenance(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<Maintenance, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let shared = workspace.has_server();
    let mut tasks = Vec::new();
    for task in TASKS {
        if task == ADOPT_PAYMENTS && !shared {
            continue;
        }
        let ran = remembered(desk, task)?;
        tasks.push(MaintenanceTask {
            task: task.to_owned(),
            last_run: ran
                .as_ref()
                .map(|ran| moment(domain::Timestamp::from_millis(ran.at))),
            last_result: ran.map(|ran| ran.result),
        });
    }
    let (collections, problem) = if shared {
        match link(workspace)?
            .line()
            .server()
            .and_then(|server| server.statistics())
        {
            Ok(sizes) => (sizes, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        }
    } else {
        (Vec::new(), None)
    };
    Ok(Maintenance {
        tasks,
        collections: collections
            .into_iter()
            .map(|size| CollectionStatistics {
                collection: size.collection,
                count: size.count,
                bytes: size.bytes,
                mean_bytes: size.mean_bytes,
                storage_bytes: size.storage_bytes,
                indexes: size.indexes,
                index_bytes: size.index_bytes,
            })
            .collect(),
        problem,
    })
}

/// Runs a task, or says what it would do.
pub fn maintenance_run(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &RunMaintenance,
) -> Result<MaintenanceOutcome, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let outcome = match args.task.as_str() {
        EXPIRED_TOKENS if !workspace.has_server() => expired_here(desk, actor, args.dry_run)?,
        EXPIRED_TOKENS => expired(&link(workspace)?.server()?, desk, actor, args.dry_run)?,
        COUNTERS if !workspace.has_server() => counters_here(desk, actor, args.dry_run)?,
        COUNTERS => counters(&link(workspace)?.server()?, args.dry_run)?,
        ADOPT_PAYMENTS => adopt_payments(workspace, desk, actor, args.dry_run)?,
        _ => {
            return Err(Refusal::field(
                Code::Invalid,
                "task",
                "There is no maintenance task of this name.",
            )
            .into());
        }
    };
    if !args.dry_run {
        let ran = Ran {
            at: desk.now().timestamp_millis(),
            result: if outcome.done.is_empty() {
                "Nothing had to be done.".to_owned()
            } else {
                outcome.done.join(" ")
            },
        };
        let text = serde_json::to_string(&ran)
            .map_err(|error| WorkflowError::Defect(error.to_string()))?;
        desk.replica
            .set_meta(&format!("maintenance.{}", args.task), &text)?;
        if outcome.count > 0 {
            reads::saved(desk, actor, "maintenance.ran", &args.task, outcome.count)?;
        }
    }
    Ok(outcome)
}

/// The clean-up that is due once a day while the workspace is open. False: it is not due yet.
pub fn daily(workspace: &Workspace, desk: &Desk<'_>, actor: &Actor) -> Result<bool, WorkflowError> {
    let due = remembered(desk, EXPIRED_TOKENS)?
        .is_none_or(|ran| desk.now().timestamp_millis() - ran.at >= DAY);
    if due {
        let args = RunMaintenance {
            task: EXPIRED_TOKENS.to_owned(),
            dry_run: false,
        };
        maintenance_run(workspace, desk, actor, &args)?;
    }
    Ok(due)
}

/// The clean-up of a workspace without a server.
fn expired_here(
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
) -> Result<MaintenanceOutcome, WorkflowError> {
    let found = if dry_run {
        cleanup_preview(desk, actor)?
    } else {
        cleanup(desk, actor)?
    };
    let told = [
        (found.sessions, "sessions that were over removed."),
        (found.codes, "expired codes removed."),
        (found.letters, "old letters forgotten."),
        (found.people, "people's expired tokens cleared."),
    ];
    Ok(MaintenanceOutcome {
        done: told
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}"))
            .collect(),
        count: found.sessions + found.codes + found.letters + found.people,
        dry_run,
    })
}

fn expired(
    server: &Server,
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
) -> Result<MaintenanceOutcome, WorkflowError> {
    let cleaned = server.clean_tokens(dry_run).map_err(refused)?;
    let mut done = Vec::new();
    let mut count = cleaned.count();
    let mut say = |n: u64, what: &str| {
        if n > 0 {
            done.push(format!("{n} {what}."));
        }
    };
    say(cleaned.verifications, "expired verification tokens cleared");
    say(cleaned.resets, "expired reset tokens cleared");
    say(cleaned.tokens, "expired one-time tokens removed");
    if !dry_run {
        // The codes were the server's, and are counted above.
        let sessions = cleanup(desk, actor)?.sessions;
        say(sessions, "sessions that were over removed");
        count += sessions;
    }
    let logins = drop_lapsed_logins(server, desk, actor, dry_run)?;
    say(logins, "logins of invitations nobody used taken away");
    count += logins;
    Ok(MaintenanceOutcome {
        done,
        count,
        dry_run,
    })
}

/// Counters and progress of a workspace without a server.
fn counters_here(
    desk: &Desk<'_>,
    actor: &Actor,
    dry_run: bool,
) -> Result<MaintenanceOutcome, WorkflowError> {
    let found = repair(desk, actor, dry_run)?;
    let told = |repaired: &Repaired| {
        let Repaired {
            course,
            field,
            was,
            is,
        } = repaired;
        if field == "progress" {
            format!("{course}: the progress of {is} students counted anew.")
        } else {
            format!("{course}: {field} said {was}, counted {is}.")
        }
    };
    Ok(MaintenanceOutcome {
        done: found.iter().map(told).collect(),
        count: u64::try_from(found.len()).unwrap_or(u64::MAX),
        dry_run,
    })
}

fn counters(server: &Server, dry_run: bool) -> Result<MaintenanceOutcome, WorkflowError> {
    let found = server.repair_counters(dry_run).map_err(refused)?;
    let told = |repair: &Repair| {
        format!(
            "{}: {} said {}, counted {}.",
            repair.title, repair.field, repair.was, repair.is
        )
    };
    Ok(MaintenanceOutcome {
        done: found.repairs.iter().map(told).collect(),
        count: u64::try_from(found.repairs.len()).unwrap_or(u64::MAX),
        dry_run,
    })
}
