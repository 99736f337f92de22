//! Indexes, how our queries are answered, and slow queries.

use domain::{Actor, Code, Refusal, role::Permission};
use remote::monitor::{self, Finding, Origin, ProfilerLevel};

use super::{
    dto::{IndexReport, IndexRow, PlanRow, SetProfiler, SlowQueries, SlowShape},
    link,
    reached::{refused, unmigrated},
};
use crate::{
    accounts::Workspace,
    desk::Desk,
    dto::{Nothing, moment},
    error::WorkflowError,
};

/// Every index, its use, and how our own queries are answered.
pub fn index_report(
    workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<IndexReport, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let server = link(workspace)?.server()?;
    let indexes = server.indexes().map_err(unmigrated)?;
    let plans = server.plans().map_err(refused)?;
    Ok(IndexReport {
        indexes: indexes
            .into_iter()
            .map(|index| IndexRow {
                collection: index.collection,
                name: index.name,
                keys: index.keys,
                traits: index.traits.into_iter().map(str::to_owned).collect(),
                bytes: index.bytes,
                uses: index.uses,
                since: index.since.map(moment),
                origin: match index.origin {
                    Origin::Ours => "ours",
                    Origin::Foreign => "foreign",
                    Origin::Missing => "missing",
                }
                .to_owned(),
                finding: index.finding.map(Finding::as_str).map(str::to_owned),
                advice: index.advice,
            })
            .collect(),
        plans: plans
            .into_iter()
            .map(|plan| PlanRow {
                query: plan.query,
                collection: plan.collection,
                index: plan.index,
                examined: plan.examined,
                returned: plan.returned,
                millis: plan.millis,
            })
            .collect(),
    })
}

/// The slowest shapes of queries.
pub fn slow_queries(
    workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<SlowQueries, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let kept = link(workspace)?.server()?.slow_queries().map_err(refused)?;
    Ok(shown(kept))
}

/// Sets the profiler's level.
pub fn profiler_set(
    workspace: &Workspace,
    _desk: &Desk<'_>,
    actor: &Actor,
    args: &SetProfiler,
) -> Result<SlowQueries, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let link = link(workspace)?;
    let level = ProfilerLevel::of(args.level).ok_or_else(|| {
        Refusal::field(
            Code::Invalid,
            "level",
            "The profiler's level is 0 (off), 1 (slow queries) or 2 (all).",
        )
    })?;
    let kept = link.server()?.set_profiler(level).map_err(refused)?;
    Ok(shown(kept))
}

fn shown(kept: monitor::SlowQueries) -> SlowQueries {
    SlowQueries {
        level: kept.level,
        slowms: kept.slowms,
        shapes: kept
            .shapes
            .into_iter()
            .map(|shape| SlowShape {
                collection: shape.collection,
                command: shape.command,
                shape: shape.shape,
                count: shape.count,
                mean_ms: shape.mean_ms,
                max_ms: shape.max_ms,
                examined_per_returned: shape.examined_per_returned,
                last: moment(shape.last),
            })
            .collect(),
        problem: kept.problem,
    }
}
