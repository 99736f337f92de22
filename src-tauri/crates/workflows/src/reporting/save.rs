//! A report to a file.

use std::path::Path;

use bson::DateTime;
use domain::Actor;

use super::{
    days,
    dto::{ExportReport, ReportDto},
    paper,
    report::report,
    sheet::{Book, csv_row, finished, head, heading, write_record},
};
use crate::{
    desk::Desk,
    dto::{FileFormat, SavedFile},
    error::WorkflowError,
    operations::reads,
    print::save_new,
};

/// Saves a report in a folder, as CSV, as a workbook or on paper, with the line that says where it comes
/// from. A file that is there is never overwritten. The saving is in the audit trail.
pub fn report_save(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ExportReport,
    folder: &Path,
) -> Result<SavedFile, WorkflowError> {
    let report = report(desk, actor, &args.report)?;
    let rows = u64::try_from(report.rows.len()).ok();
    let (extension, bytes) = content(args.format, &report)?;
    // The line first: nothing leaves the institution without it.
    reads::saved(
        desk,
        actor,
        "report.saved",
        report.name.as_str(),
        rows.unwrap_or(0),
    )?;
    save_new(folder, &stem(&report), extension, &bytes, rows)
}

/// What the file holds, and how its name ends.
fn content(
    format: FileFormat,
    report: &ReportDto,
) -> Result<(&'static str, Vec<u8>), WorkflowError> {
    match format {
        FileFormat::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .from_writer(Vec::new());
            write_record(&mut writer, head(&report.columns))?;
            for row in report.rows.iter().chain(&report.totals) {
                write_record(&mut writer, csv_row(&report.columns, row))?;
            }
            for note in notes(report, &report.provenance.as_of) {
                write_record(&mut writer, vec![note])?;
            }
            let text = format!("\u{feff}{}", finished(writer)?);
            Ok(("csv", text.into_bytes()))
        }
        FileFormat::Xlsx => {
            let title = heading(report.name.as_str());
            let book = Book::new(
                &title,
                &notes(report, &paper::as_of(report)),
                &report.columns,
                &report.rows,
                &report.totals,
                &paper::zone(report),
            )?;
            Ok(("xlsx", book.bytes()?))
        }
        FileFormat::Pdf => {
            let notes = notes(report, &paper::as_of(report));
            Ok(("pdf", paper::draw(report, &notes)?.finish()?))
        }
    }
}

/// The name of the file: the report, its period, and the day it is as of.
fn stem(report: &ReportDto) -> String {
    let day = DateTime::parse_rfc3339_str(&report.provenance.as_of)
        .map(|at| days::written(at, &paper::zone(report)))
        .unwrap_or_default();
    match (&report.from, &report.to) {
        (None, None) => format!("{} {day}", report.name.as_str()),
        (from, to) => {
            let (from, to) = (
                from.as_deref().unwrap_or("start"),
                to.as_deref().unwrap_or(&day),
            );
            format!("{} {from} to {to}", report.name.as_str())
        }
    }
}

/// `as_of`: the moment of the figures, as the format writes moments.
fn notes(report: &ReportDto, as_of: &str) -> Vec<String> {
    let provenance = &report.provenance;
    let source = match provenance.source.as_str() {
        "server" => "From the institution's server",
        _ => "From this device's replica",
    };
    let mut notes = vec![format!(
        "{source} as of {as_of}; days and months in {}.",
        provenance.timezone
    )];
    if report.from.is_some() || report.to.is_some() {
        let (from, to) = (
            report.from.as_deref().unwrap_or("the beginning"),
            report.to.as_deref().unwrap_or("today"),
        );
        notes.push(format!("Period: {from} to {to}."));
    }
    notes
}
