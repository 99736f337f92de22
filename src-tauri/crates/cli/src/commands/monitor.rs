//! The server: migrations, health, indexes, slow queries.

use std::process::ExitCode;

use domain::Actor;
use serde_json::json;
use workflows::{
    Desk,
    accounts::Workspace,
    dto::Nothing,
    operations::server::{
        self,
        dto::{RunMigrations, SetProfiler},
    },
};

use super::found;
use crate::{
    args::Migrate,
    failure::Failure,
    output::{Output, table},
    server_args::Steps,
};

/// Runs migrations, or says how they stand.
pub(super) fn migrate(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    what: &Migrate,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let run = |steps: &Steps, rollback| {
        let args = RunMigrations {
            to: steps.to,
            rollback,
            dry_run: steps.dry_run,
            task: "migrate".to_owned(),
        };
        let mut progress = |stage: &str, done, total| output.progress(stage, done, total);
        server::migrations_run(workspace, desk, actor, &args, &mut progress)
    };
    let ran = match what {
        Migrate::Up(steps) => run(steps, false)?,
        Migrate::Rollback(steps) => run(steps, true)?,
        Migrate::Status => {
            let now = server::migrations(workspace, desk, actor, &Nothing {})?;
            let pending = now
                .rows
                .iter()
                .any(|row| row.state != "applied" && row.state != "partly");
            let mut lines: Vec<String> = now
                .rows
                .iter()
                .map(|row| format!("{:04} {} {}", row.number, row.name, row.state))
                .collect();
            lines.extend(
                now.offending
                    .iter()
                    .map(|one| format!("{} {}: {}", one.collection, one.id, one.problem)),
            );
            output.answer(&now, &lines)?;
            return Ok(found(pending));
        }
    };
    let mut lines = ran.commands.clone();
    lines.extend(ran.skipped.iter().map(|step| format!("skipped: {step}")));
    lines.push(format!(
        "{} commands{}.",
        ran.commands.len(),
        if ran.dry_run {
            ", nothing was changed"
        } else {
            ""
        }
    ));
    output.answer(&ran, &lines)?;
    Ok(ExitCode::SUCCESS)
}

/// How the server is.
pub(super) fn health(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    sizes: bool,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let health = server::server_health(workspace, desk, actor, &Nothing {})?;
    let mut lines = vec![
        format!("{} ({})", health.status, health.state),
        format!("{} database {}", health.address, health.database),
    ];
    lines.extend(health.error.clone());
    lines.extend(
        health
            .warnings
            .iter()
            .map(|warning| format!("{}: {}", warning.code, warning.message)),
    );
    let sick = found(health.status != "healthy");
    if !sizes {
        output.answer(&health, &lines)?;
        return Ok(sick);
    }
    let kept = server::maintenance(workspace, desk, actor, &Nothing {})?;
    let rows: Vec<Vec<String>> = kept
        .collections
        .iter()
        .map(|size| {
            vec![
                size.collection.clone(),
                size.count.to_string(),
                size.mean_bytes.to_string(),
                size.storage_bytes.to_string(),
                size.index_bytes.to_string(),
            ]
        })
        .collect();
    let head = [
        "collection",
        "documents",
        "mean bytes",
        "on disk",
        "indexes",
    ]
    .map(str::to_owned);
    lines.push(String::new());
    lines.extend(table(&head, &rows, &[false, true, true, true, true]));
    output.answer(
        &json!({"health": health, "collections": kept.collections}),
        &lines,
    )?;
    Ok(sick)
}

/// Every index and how our queries are answered.
pub(super) fn indexes(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let report = server::index_report(workspace, desk, actor, &Nothing {})?;
    let rows: Vec<Vec<String>> = report
        .indexes
        .iter()
        .map(|index| {
            vec![
                index.collection.clone(),
                index.name.clone(),
                index.keys.clone(),
                index.uses.map(|uses| uses.to_string()).unwrap_or_default(),
                index.finding.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let head = ["collection", "index", "keys", "uses", "finding"].map(str::to_owned);
    let mut lines = table(&head, &rows, &[false, false, false, true, false]);
    lines.push(String::new());
    lines.extend(report.plans.iter().map(|plan| {
        format!(
            "{}: {} ({} looked at, {} answered)",
            plan.query,
            plan.index.as_deref().unwrap_or("reads everything"),
            plan.examined,
            plan.returned
        )
    }));
    output.answer(&report, &lines)?;
    Ok(ExitCode::SUCCESS)
}

/// The slowest queries.
pub(super) fn slow(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    level: Option<i32>,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let kept = match level {
        Some(level) => {
            if level == 2 {
                output.note(
                    "Level 2 keeps every operation of every program on this database, which slows it down. Set 1 or 0 when you have seen enough.",
                );
            }
            server::profiler_set(workspace, desk, actor, &SetProfiler { level })?
        }
        None => server::slow_queries(workspace, desk, actor, &Nothing {})?,
    };
    let rows: Vec<Vec<String>> = kept
        .shapes
        .iter()
        .map(|shape| {
            vec![
                shape.collection.clone(),
                shape.command.clone(),
                shape.count.to_string(),
                format!("{:.0}", shape.mean_ms),
                format!("{:.0}", shape.max_ms),
                shape.shape.clone(),
            ]
        })
        .collect();
    let head = [
        "collection",
        "command",
        "count",
        "mean ms",
        "worst ms",
        "shape",
    ]
    .map(str::to_owned);
    let mut lines = vec![format!(
        "Level {}, slow from {} ms.",
        kept.level, kept.slowms
    )];
    lines.extend(kept.problem.clone());
    lines.extend(table(
        &head,
        &rows,
        &[false, false, true, true, true, false],
    ));
    output.answer(&kept, &lines)?;
    Ok(ExitCode::SUCCESS)
}
