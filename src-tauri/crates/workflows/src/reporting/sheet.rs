//! Tables in files: CSV that no spreadsheet takes for formulas, and workbooks with number formats.
//! Amounts stand in two cells, the number and the currency, so that they can be added up. Moments are RFC 3339
//! in CSV, and in workbooks cells a spreadsheet counts with, by the institution's clock.

use domain::Money;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::dto::{Cell, ColumnDto, ColumnKind, ReportDto};
use crate::error::WorkflowError;

/// Rows of a worksheet, the heading among them.
const MOST_ROWS: usize = 1_048_576;
/// Characters of a cell of a workbook.
const MOST_TEXT: usize = 32_767;

/// The heading of a column, in words.
pub fn heading(key: &str) -> String {
    let mut words = String::with_capacity(key.len() + 4);
    for (at, c) in key.chars().enumerate() {
        if at == 0 {
            words.extend(c.to_uppercase());
        } else if c.is_uppercase() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(if c == '-' || c == '_' { ' ' } else { c });
        }
    }
    words
}

/// Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
/// injection).
pub fn defused(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The report as CSV, without the line about where it comes from.
pub fn report_csv(report: &ReportDto) -> Result<String, WorkflowError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    write_record(&mut writer, head(&report.columns))?;
    for row in report.rows.iter().chain(&report.totals) {
        write_record(&mut writer, csv_row(&report.columns, row))?;
    }
    finished(writer)
}

/// The text of a written table.
pub(crate) fn finished(writer: csv::Writer<Vec<u8>>) -> Result<String, WorkflowError> {
    let bytes = writer.into_inner().map_err(|error| defect(&error))?;
    String::from_utf8(bytes).map_err(|error| defect(&error))
}

/// Writes a line of CSV.
pub(crate) fn write_record<W: std::io::Write>(
    writer: &mut csv::Writer<W>,
    cells: Vec<String>,
) -> Result<(), WorkflowError> {
    writer
        .write_record(cells)
        .map_err(|error| WorkflowError::File {
            context: "The file could not be written".to_owned(),
            source: error.into(),
        })
}

/// The headings; every amount is followed by its currency.
pub(crate) fn head(columns: &[ColumnDto]) -> Vec<String> {
    let mut cells = Vec::new();
    for column in columns {
        let name = heading(&column.key);
        if column.kind == ColumnKind::Money {
            cells.push(name.clone());
            cells.push(format!("{name} currency"));
        } else {
            cells.push(name);
        }
    }
    cells
}

/// A row as text.
pub(crate) fn csv_row(columns: &[ColumnDto], row: &[Cell]) -> Vec<String> {
    let mut cells = Vec::new();
    for (column, cell) in columns.iter().zip(row) {
        match (column.kind, cell) {
            (_, Cell::Money(money)) => {
                cells.push(Money::from(*money).decimal());
                cells.push(money.currency.code().to_owned());
            }
            (ColumnKind::Money, _) => cells.extend([String::new(), String::new()]),
            (_, Cell::Number(number)) => cells.push(number.to_string()),
            (_, Cell::Text(text)) => cells.push(defused(text)),
            (_, Cell::Empty(())) => cells.push(String::new()),
        }
    }
    cells
}

/// A workbook of one sheet: a title, where it comes from, the headings, the rows, the totals.
pub(crate) struct Book {
    workbook: Workbook,
}

/// The formats of a sheet.
struct Formats {
    title: Format,
    note: Format,
    head: Format,
    head_right: Format,
    money: Format,
    rate: Format,
    percent: Format,
    count: Format,
    fraction: Format,
    moment: Format,
    bold: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            title: Format::new().set_bold().set_font_size(14),
            note: Format::new().set_italic(),
            head: Format::new().set_bold(),
            head_right: Format::new().set_bold().set_align(FormatAlign::Right),
            money: Format::new().set_num_format("#,##0.00"),
            rate: Format::new().set_num_format("0.0%"),
            percent: Format::new().set_num_format("0.0\"%\""),
            count: Format::new().set_num_format("#,##0"),
            fraction: Format::new().set_num_format("#,##0.0#"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
            bold: Format::new().set_bold(),
        }
    }
}

impl Book {
    /// Lays a table out, moments by this zone's clock. Refuses more rows than a sheet has.
    pub(crate) fn new(
        title: &str,
        notes: &[String],
        columns: &[ColumnDto],
        rows: &[Vec<Cell>],
        totals: &[Vec<Cell>],
        zone: &TimeZone,
    ) -> Result<Self, WorkflowError> {
        if rows.len() + totals.len() + notes.len() + 3 > MOST_ROWS {
            return Err(domain::Refusal::field(
                domain::Code::TooLarge,
                "format",
                "A worksheet has no room for so many rows. Save it as CSV, or narrow the list.",
            )
            .into());
        }
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        lay_out(sheet, title, notes, columns, rows, totals, zone)
            .map_err(|error| defect(&error))?;
        Ok(Self { workbook })
    }

    /// Its bytes.
    pub(crate) fn bytes(mut self) -> Result<Vec<u8>, WorkflowError> {
        self.workbook
            .save_to_buffer()
            .map_err(|error| defect(&error))
    }
}

fn lay_out(
    sheet: &mut Worksheet,
    title: &str,
    notes: &[String],
    columns: &[ColumnDto],
    rows: &[Vec<Cell>],
    totals: &[Vec<Cell>],
    zone: &TimeZone,
) -> Result<(), XlsxError> {
    let formats = Formats::new();
    sheet.write_string_with_format(0, 0, title, &formats.title)?;
    let mut at: u32 = 1;
    for note in notes {
        sheet.write_string_with_format(at, 0, note, &formats.note)?;
        at += 1;
    }
    at += 1;
    let heads = columns.iter().flat_map(|column| {
        let name = heading(&column.key);
        let currency =
            (column.kind == ColumnKind::Money).then(|| (column, format!("{name} currency")));
        [(column, name)].into_iter().chain(currency)
    });
    let head_row = at;
    let mut last = 0;
    for (place, (column, name)) in (0_u16..).zip(heads) {
        last = place;
        let number = matches!(
            column.kind,
            ColumnKind::Count
                | ColumnKind::Rate
                | ColumnKind::Percent
                | ColumnKind::Money
                | ColumnKind::Days
        );
        let format = if number {
            &formats.head_right
        } else {
            &formats.head
        };
        sheet.write_string_with_format(at, place, name, format)?;
        let wide = matches!(column.kind, ColumnKind::Text | ColumnKind::Moment);
        sheet.set_column_width(place, if wide { 28 } else { 16 })?;
    }
    sheet.set_freeze_panes(at + 1, 0)?;
    for row in rows {
        at += 1;
        lay_row(sheet, &formats, at, columns, row, zone)?;
    }
    if at > head_row {
        sheet.autofilter(head_row, 0, at, last)?;
    }
    for row in totals {
        at += 1;
        sheet.set_row_format(at, &formats.bold)?;
        lay_row(sheet, &formats, at, columns, row, zone)?;
    }
    Ok(())
}

fn lay_row(
    sheet: &mut Worksheet,
    formats: &Formats,
    at: u32,
    columns: &[ColumnDto],
    row: &[Cell],
    zone: &TimeZone,
) -> Result<(), XlsxError> {
    let mut place: u16 = 0;
    for (column, cell) in columns.iter().zip(row) {
        match cell {
            Cell::Money(money) => {
                sheet.write_number_with_format(
                    at,
                    place,
                    Money::from(*money).to_double(),
                    &formats.money,
                )?;
                place += 1;
                sheet.write_string(at, place, money.currency.code())?;
            }
            Cell::Number(number) => {
                let format = match column.kind {
                    ColumnKind::Rate => &formats.rate,
                    ColumnKind::Percent => &formats.percent,
                    _ if number.fract() != 0.0 => &formats.fraction,
                    _ => &formats.count,
                };
                sheet.write_number_with_format(at, place, *number, format)?;
            }
            // Text cells of a workbook are never formulas.
            Cell::Text(text) => {
                let counted = (column.kind == ColumnKind::Moment)
                    .then(|| counted(text, zone))
                    .flatten();
                match counted {
                    Some(moment) => {
                        sheet.write_datetime_with_format(at, place, moment, &formats.moment)?;
                    }
                    None => {
                        let short: String = text.chars().take(MOST_TEXT).collect();
                        sheet.write_string(at, place, short)?;
                    }
                }
            }
            Cell::Empty(()) => place += u16::from(column.kind == ColumnKind::Money),
        }
        place += 1;
    }
    Ok(())
}

/// A moment as spreadsheets count: none before 1900, where they have no days.
fn counted(text: &str, zone: &TimeZone) -> Option<ExcelDateTime> {
    let here = text.parse::<jiff::Timestamp>().ok()?.to_zoned(zone.clone());
    let year = u16::try_from(here.year()).ok()?;
    let (month, day) = (
        u8::try_from(here.month()).ok()?,
        u8::try_from(here.day()).ok()?,
    );
    let (hour, minute) = (
        u16::try_from(here.hour()).ok()?,
        u8::try_from(here.minute()).ok()?,
    );
    ExcelDateTime::from_ymd(year, month, day)
        .ok()?
        .and_hms(hour, minute, f64::from(here.second()))
        .ok()
}

fn defect(error: &dyn std::fmt::Display) -> WorkflowError {
    WorkflowError::Defect(format!("The table could not be laid out: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert!(defused(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(defused("a=b"), "a=b");
    }

    #[test]
    fn moments_are_counted_by_the_institutions_clock() {
        let dhaka = crate::reporting::days::zone("Asia/Dhaka");
        let counted = |text: &str| counted(text, &dhaka).map(|moment| moment.to_excel());
        // 2 March 2026 is day 46,083 to a spreadsheet; there it is a quarter to six in the morning.
        let expected = 46_083.0 + 5.75 / 24.0;
        assert!((counted("2026-03-01T23:45:00Z").unwrap() - expected).abs() < 1e-6);
        assert_eq!(counted("1850-01-01T00:00:00Z"), None);
        assert_eq!(counted("never"), None);
    }

    #[test]
    fn headings_are_words() {
        assert_eq!(heading("completionRate"), "Completion rate");
        assert_eq!(heading("month"), "Month");
    }
}
