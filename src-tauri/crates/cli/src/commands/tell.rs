//! Telling: reports and verification.

use std::process::ExitCode;

use domain::{Actor, Money};
use serde_json::{Map, Value, json};
use workflows::{
    Desk,
    matrix::{self, Standing},
    operations::{self, dto::VerifyReport},
    reporting::{
        self,
        dto::{Cell, ColumnDto, ColumnKind, ReportArgs, ReportDto},
    },
};

use super::found;
use crate::{
    args::Report,
    failure::Failure,
    output::{Output, table},
};

/// Prints who may call what.
pub(super) fn matrix(output: &Output) -> Result<ExitCode, Failure> {
    let rows = matrix::matrix();
    let head: Vec<String> = std::iter::once("command")
        .chain(Standing::ALL.map(Standing::name))
        .map(str::to_owned)
        .collect();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let marks = Standing::ALL.map(|standing| {
                let may = row.may.contains(&standing.name());
                if may { "yes" } else { "-" }.to_owned()
            });
            std::iter::once(row.command.to_owned())
                .chain(marks)
                .collect()
        })
        .collect();
    let mut lines = table(&head, &cells, &[false; 7]);
    lines.push(format!("{} commands", rows.len()));
    output.answer(&rows, &lines)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a report.
pub(super) fn report(
    desk: &Desk<'_>,
    actor: &Actor,
    asked: &Report,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let args = ReportArgs {
        name: asked.name,
        from: asked.from.clone(),
        to: asked.to.clone(),
        course: asked.course.clone(),
    };
    let report = reporting::report(desk, actor, &args)?;
    if asked.csv {
        output.text(&reporting::report_csv(&report)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let answer = json!({
        "report": report.name.as_str(),
        "from": report.from,
        "to": report.to,
        "rows": objects(&report.columns, &report.rows),
        "totals": objects(&report.columns, &report.totals),
        "provenance": report.provenance,
    });
    output.answer(&answer, &lines(&report))?;
    Ok(ExitCode::SUCCESS)
}

/// Rows as objects by the columns' keys.
fn objects(columns: &[ColumnDto], rows: &[Vec<Cell>]) -> Vec<Value> {
    rows.iter()
        .map(|row| {
            let cells = columns
                .iter()
                .zip(row)
                .map(|(column, cell)| (column.key.clone(), value(column.kind, cell)));
            Value::Object(cells.collect::<Map<_, _>>())
        })
        .collect()
}

fn value(kind: ColumnKind, cell: &Cell) -> Value {
    match cell {
        Cell::Money(money) => json!({
            "minor": money.minor,
            "currency": money.currency,
            "amount": Money::from(*money).decimal(),
        }),
        Cell::Number(number)
            if matches!(kind, ColumnKind::Count | ColumnKind::Days) || whole(*number) =>
        {
            format!("{number:.0}")
                .parse::<i64>()
                .map_or(Value::Null, Value::from)
        }
        Cell::Number(number) => json!(number),
        Cell::Text(text) => json!(text),
        Cell::Empty(()) => Value::Null,
    }
}

/// A count in a column of another kind (a total in a column of names).
fn whole(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() > 1.0
}

fn lines(report: &ReportDto) -> Vec<String> {
    let head: Vec<String> = report
        .columns
        .iter()
        .map(|column| reporting::heading(&column.key))
        .collect();
    let right: Vec<bool> = report
        .columns
        .iter()
        .map(|column| {
            matches!(
                column.kind,
                ColumnKind::Count
                    | ColumnKind::Rate
                    | ColumnKind::Percent
                    | ColumnKind::Money
                    | ColumnKind::Days
            )
        })
        .collect();
    let shown = |rows: &[Vec<Cell>]| -> Vec<Vec<String>> {
        rows.iter()
            .map(|row| {
                report
                    .columns
                    .iter()
                    .zip(row)
                    .map(|(column, cell)| cell_text(column.kind, cell))
                    .collect()
            })
            .collect()
    };
    let mut rows = shown(&report.rows);
    rows.extend(shown(&report.totals));
    let mut lines = table(&head, &rows, &right);
    lines.push(String::new());
    lines.push(format!(
        "{} as of {}, days in {}.",
        report.provenance.source, report.provenance.as_of, report.provenance.timezone
    ));
    lines
}

fn cell_text(kind: ColumnKind, cell: &Cell) -> String {
    match (kind, cell) {
        (_, Cell::Money(money)) => Money::from(*money).to_string(),
        (ColumnKind::Rate, Cell::Number(rate)) => format!("{:.1} %", rate * 100.0),
        (ColumnKind::Percent, Cell::Number(percent)) => format!("{percent:.1} %"),
        (_, Cell::Number(number)) => format!("{number}"),
        (_, Cell::Text(text)) => text.clone(),
        (_, Cell::Empty(())) => String::new(),
    }
}

/// Checks that everything stored agrees.
pub(super) fn verify(desk: &Desk<'_>, actor: &Actor, output: &Output) -> Result<ExitCode, Failure> {
    let mut progress = |stage: &str, done, total| output.progress(stage, done, total);
    let report = operations::verify_while(desk, actor, &mut progress, &|| false)?;
    verified(&report, output)
}

/// What verification found, here or on the server.
pub(super) fn verified(report: &VerifyReport, output: &Output) -> Result<ExitCode, Failure> {
    let mut lines: Vec<String> = report
        .findings
        .iter()
        .map(|finding| match &finding.record {
            Some(record) => format!("{} {record}: {}", finding.check, finding.message),
            None => format!("{}: {}", finding.check, finding.message),
        })
        .collect();
    lines.push(format!(
        "{} people, {} courses, {} enrollments, {} payments, {} rows of the ledger, {} audit events: {}.",
        report.people,
        report.courses,
        report.enrollments,
        report.payments,
        report.ledger_rows,
        report.audit_events,
        if report.findings.is_empty() { "all of it agrees".to_owned() } else { format!("{} findings", report.findings.len()) },
    ));
    output.answer(report, &lines)?;
    Ok(found(!report.findings.is_empty()))
}
