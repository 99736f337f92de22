//! Bringing things in: CSV files, the dataset, and what became of imports.

use std::{fs, io::Read, path::Path, process::ExitCode};

use domain::Actor;
use workflows::{
    Desk,
    dto::{ById, Nothing},
    operations::{
        self,
        csv_import::{self, File, reading},
        dto::{ImportKind, ImportMapping, ImportOutcome},
    },
};

use super::found;
use crate::{
    args::{Csv, CsvCourses, Oulad},
    failure::Failure,
    output::{Output, table},
    signal,
};

/// Faults shown in a terminal; JSON has a thousand.
const SHOWN: usize = 50;

/// People, from a CSV file.
pub(super) fn people(
    desk: &Desk<'_>,
    actor: &Actor,
    csv: &Csv,
    output: &Output,
) -> Result<ExitCode, Failure> {
    from_csv(desk, actor, ImportKind::People, csv, None, output)
}

/// Courses, from a CSV file.
pub(super) fn courses(
    desk: &Desk<'_>,
    actor: &Actor,
    courses: &CsvCourses,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let instructor = courses.instructor.as_deref();
    from_csv(
        desk,
        actor,
        ImportKind::Courses,
        &courses.csv,
        instructor,
        output,
    )
}

/// What is in a file, as far as a file to be imported may reach: one byte more is enough to refuse it by.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unread = |source| Failure::File {
        path: path.to_owned(),
        source,
    };
    let most = u64::try_from(reading::MAX_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unread)?;
    Ok(bytes)
}

fn from_csv(
    desk: &Desk<'_>,
    actor: &Actor,
    kind: ImportKind,
    csv: &Csv,
    instructor: Option<&str>,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let bytes = read(&csv.file)?;
    let columns = reading::read(&bytes)
        .map_err(workflows::WorkflowError::from)?
        .columns;
    let asked: Vec<ImportMapping> = csv
        .map
        .iter()
        .map(|(field, column)| ImportMapping {
            field: field.clone(),
            column: column.clone(),
        })
        .collect();
    let mapping = csv_import::settled(kind, &columns, &asked);
    let name = csv
        .file
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let file = File {
        kind,
        name,
        bytes: &bytes,
        mapping: Some(&mapping),
        instructor,
    };
    let mut progress = |done, total| output.progress("Rows", done, total);
    let outcome = {
        let listening = signal::listen();
        let stop = || listening.asked();
        csv_import::run(desk, actor, file, csv.dry_run, &mut progress, &stop)?
    };
    let lines = told(&outcome, &mapping, csv.dry_run);
    output.answer(&outcome, &lines)?;
    Ok(found(outcome.error_count > 0 || outcome.cancelled))
}

fn told(outcome: &ImportOutcome, mapping: &[ImportMapping], dry_run: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let pairs: Vec<String> = mapping
        .iter()
        .map(|pair| format!("{} = {}", pair.field, pair.column))
        .collect();
    lines.push(format!("Mapping: {}", pairs.join("; ")));
    for error in outcome.errors.iter().take(SHOWN) {
        let place = match (&error.column, &error.value) {
            (Some(column), Some(value)) => format!(", {column}, {value:?}"),
            (Some(column), None) => format!(", {column}"),
            _ => String::new(),
        };
        lines.push(format!("Row {}{place}: {}", error.row, error.message));
    }
    let shown = u64::try_from(outcome.errors.len().min(SHOWN)).unwrap_or(0);
    if outcome.error_count > shown {
        lines.push(format!("… and {} more.", outcome.error_count - shown));
    }
    for note in outcome.notes.iter().take(SHOWN) {
        let column = note.column.as_deref().unwrap_or_default();
        lines.push(format!("Row {}, {column}: {}", note.row, note.message));
    }
    let made = if dry_run { "would be made" } else { "made" };
    let mut sum = format!(
        "{} rows: {} {made}, {} already there, {} with faults",
        outcome.rows, outcome.created, outcome.skipped, outcome.faulty_rows
    );
    if outcome.error_count > outcome.faulty_rows {
        sum.push_str(&format!(" ({} faults)", outcome.error_count));
    }
    sum.push('.');
    lines.push(sum);
    if outcome.cancelled {
        lines.push("Stopped before the end; the same command goes on.".to_owned());
    }
    if let Some(import) = &outcome.import {
        lines.push(format!(
            "To take it back: matriculactl import undo {import}"
        ));
    }
    lines
}

/// The dataset.
pub(super) fn oulad(
    desk: &Desk<'_>,
    actor: &Actor,
    oulad: &Oulad,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let price = oulad
        .amount()
        .map_err(|refusal| Failure::Usage(format!("--price: {}", refusal.message)))?;
    let mut progress = |done, total| output.progress("Registrations", done, total);
    let outcome = {
        let listening = signal::listen();
        let stop = || listening.asked();
        operations::import_oulad(desk, actor, &oulad.folder, price, &mut progress, &stop)?
    };
    let mut lines = vec![format!(
        "{} courses, {} students, {} enrollments made; {} enrollments were there.",
        outcome.courses, outcome.students, outcome.enrollments, outcome.skipped
    )];
    if outcome.undated_registrations + outcome.undated_withdrawals > 0 {
        lines.push(format!(
            "{} registrations have no day (the presentation's first day stands for it), {} withdrawals have none (its \
             last day does).",
            outcome.undated_registrations, outcome.undated_withdrawals
        ));
    }
    lines.extend(outcome.notes.iter().cloned());
    if outcome.cancelled {
        lines.push("Stopped before the end; the same command goes on.".to_owned());
    }
    output.answer(&outcome, &lines)?;
    Ok(found(outcome.cancelled))
}

/// The imports done.
pub(super) fn list(desk: &Desk<'_>, actor: &Actor, output: &Output) -> Result<ExitCode, Failure> {
    let imports = operations::imports_list(desk, actor, Nothing {})?;
    let head = ["id", "kind", "at", "made", "file", "taken back"].map(str::to_owned);
    let rows: Vec<Vec<String>> = imports
        .iter()
        .map(|import| {
            vec![
                import.id.clone(),
                import.kind.clone(),
                import.at.clone(),
                import.created.to_string(),
                import.file.clone(),
                import.undone_at.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output.answer(
        &imports,
        &table(&head, &rows, &[false, false, false, true, false, false]),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Takes an import back.
pub(super) fn undo(
    desk: &Desk<'_>,
    actor: &Actor,
    id: &str,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let outcome = operations::import_undo(desk, actor, &ById { id: id.to_owned() })?;
    let mut lines: Vec<String> = outcome
        .kept
        .iter()
        .map(|kept| format!("{} stays: {}", kept.label, kept.message))
        .collect();
    lines.push(format!(
        "{} removed, {} kept.",
        outcome.removed,
        outcome.kept.len()
    ));
    output.answer(&outcome, &lines)?;
    Ok(found(!outcome.kept.is_empty()))
}
