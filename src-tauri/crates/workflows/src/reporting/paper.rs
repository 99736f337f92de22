//! A report on paper: where it comes from, its period, and the table over as many A4 pages as it takes.

use std::collections::HashSet;

use bson::DateTime;
use domain::{Code, Money, Refusal};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    days,
    dto::{Cell, ColumnDto, ColumnKind, ReportDto},
    sheet::heading,
};
use crate::print::{Align, Face, Format, Ink, Sheet, Style, moment, money};

/// Rows printed at most: a hundred pages and more.
const MOST_ROWS: usize = 5_000;
/// Columns an upright page has room for.
const UPRIGHT: usize = 5;
const LEFT: f32 = 44.0;
/// Between the rows' baselines.
const LEADING: f32 = 15.0;
/// Between two columns.
const GAP: f32 = 14.0;
/// From the bottom of the page: nothing of the table is below.
const FOOT: f32 = 56.0;

const BODY: Style = Style::new(Face::Sans, 8.5).tabular();
const STRONG: Style = Style::new(Face::SansStrong, 8.5).tabular();
const LABEL: Style = Style::new(Face::SansStrong, 7.5).ink(Ink::SOFT);
const SMALL: Style = Style::new(Face::Sans, 7.5).ink(Ink::SOFT).tabular();

/// So that what fits exactly is not cut by a rounding.
const HAIR: f32 = 0.1;

/// A column on paper.
struct Place {
    left: f32,
    width: f32,
    right: bool,
}

/// The sheet. Refuses more rows than anybody prints.
pub(super) fn draw(report: &ReportDto, notes: &[String]) -> Result<Sheet, Refusal> {
    if report.rows.len() > MOST_ROWS {
        return Err(Refusal::field(
            Code::TooLarge,
            "format",
            "A report of more than 5,000 rows is not printed. Save it as CSV or as a workbook (XLSX).",
        ));
    }
    let title = heading(report.name.as_str());
    let format = if report.columns.len() > UPRIGHT {
        Format::A4Wide
    } else {
        Format::A4
    };
    let zone = zone(report);
    let texts = |rows: &[Vec<Cell>]| -> Vec<Vec<String>> {
        rows.iter()
            .map(|row| {
                let cells = report.columns.iter().zip(row);
                cells
                    .map(|(column, cell)| shown(column, cell, &zone))
                    .collect()
            })
            .collect()
    };
    let (rows, mut totals) = (texts(&report.rows), texts(&report.totals));
    // a sum's first cell has no figure, or says of how many it is
    for first in totals.iter_mut().filter_map(|row| row.first_mut()) {
        *first = if first.is_empty() {
            "Total".to_owned()
        } else {
            format!("Total of {first}")
        };
    }
    let mut sheet = Sheet::new(format, &title);
    let room = sheet.width() - 2.0 * LEFT;
    // the last column's gap is beyond the rules' end
    let places = places(&report.columns, &rows, &totals, room + GAP);

    sheet.area((0.0, 0.0, sheet.width(), 6.0), Ink::BLUE);
    sheet.text(
        LEFT,
        58.0,
        &title,
        Style::new(Face::Serif, 22.0),
        Align::Left,
    );
    let mut y = 76.0;
    for note in notes {
        y = sheet.paragraph(LEFT, y, room, note, SMALL, Align::Left, 11.0);
    }
    let mut table = Table {
        sheet,
        title,
        places,
        y: y + 14.0,
    };
    table.head(&report.columns);
    for row in &rows {
        table.row(&report.columns, row, BODY);
    }
    if rows.is_empty() {
        table.row(
            &report.columns,
            &["Nothing in this period.".to_owned()],
            BODY,
        );
    }
    for row in &totals {
        table.row(&report.columns, row, STRONG);
    }
    table.foot();
    Ok(table.sheet)
}

/// The institution's clock.
pub(super) fn zone(report: &ReportDto) -> TimeZone {
    days::zone(&report.provenance.timezone)
}

/// The moment of the figures as people read it.
pub(super) fn as_of(report: &ReportDto) -> String {
    let text = &report.provenance.as_of;
    DateTime::parse_rfc3339_str(text).map_or_else(|_| text.clone(), |at| moment(at, &zone(report)))
}

/// A cell as people read it.
fn shown(column: &ColumnDto, cell: &Cell, zone: &TimeZone) -> String {
    match (cell, column.kind) {
        (Cell::Money(amount), _) => money(Money::from(*amount)),
        (Cell::Number(share), ColumnKind::Rate) => format!("{:.1} %", share * 100.0),
        (Cell::Number(percent), ColumnKind::Percent) => format!("{percent:.1} %"),
        (Cell::Number(number), _) => number.to_string(),
        (Cell::Text(text), ColumnKind::Moment) => {
            DateTime::parse_rfc3339_str(text).map_or_else(|_| text.clone(), |at| moment(at, zone))
        }
        (Cell::Text(text), ColumnKind::Month) => format!("{text}-01").parse::<Date>().map_or_else(
            |_| text.clone(),
            |first| first.strftime("%B %Y").to_string(),
        ),
        (Cell::Text(text), ColumnKind::Status) => text.replace('_', " "),
        (Cell::Text(text), _) => text.clone(),
        (Cell::Empty(()), _) => String::new(),
    }
}

/// Where the columns stand: figures have the room they need, texts share what is left.
fn places(
    columns: &[ColumnDto],
    rows: &[Vec<String>],
    totals: &[Vec<String>],
    room: f32,
) -> Vec<Place> {
    let mut places: Vec<Place> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let longest = rows
                .iter()
                .chain(totals)
                .filter_map(|row| row.get(at))
                .collect::<HashSet<_>>()
                .into_iter()
                .map(|text| Sheet::measure(text, STRONG).max(Sheet::measure(text, BODY)))
                .fold(0.0, f32::max);
            Place {
                left: 0.0,
                width: longest.max(Sheet::measure(&heading(&column.key), LABEL)) + HAIR + GAP,
                right: !matches!(
                    column.kind,
                    ColumnKind::Text | ColumnKind::Status | ColumnKind::Month | ColumnKind::Moment
                ),
            }
        })
        .collect();
    let wanted: f32 = places.iter().map(|place| place.width).sum();
    let of_texts: f32 = places
        .iter()
        .filter(|place| !place.right)
        .map(|place| place.width)
        .sum();
    let spare = room - wanted;
    if of_texts > 0.0 {
        let share = ((of_texts + spare) / of_texts).max(0.2);
        for place in places.iter_mut().filter(|place| !place.right) {
            place.width *= share;
        }
    }
    let mut left = LEFT;
    for place in &mut places {
        place.left = left;
        left += place.width;
    }
    places
}

/// The table under the pen.
struct Table {
    sheet: Sheet,
    title: String,
    places: Vec<Place>,
    /// The next baseline.
    y: f32,
}

impl Table {
    fn head(&mut self, columns: &[ColumnDto]) {
        let names: Vec<String> = columns.iter().map(|column| heading(&column.key)).collect();
        self.cells(&names, LABEL);
        self.rule(0.8, Ink::BLUE);
    }

    /// A row; on the next page where this one is full.
    fn row(&mut self, columns: &[ColumnDto], cells: &[String], style: Style) {
        if self.y > self.sheet.height() - FOOT {
            self.foot();
            self.sheet.next_page();
            self.y = 50.0;
            self.head(columns);
        }
        self.cells(cells, style);
        self.rule(0.4, Ink::HAIRLINE);
    }

    fn cells(&mut self, cells: &[String], style: Style) {
        for (place, text) in self.places.iter().zip(cells) {
            let room = place.width - GAP;
            let (x, align) = if place.right {
                (place.left + room, Align::Right)
            } else {
                (place.left, Align::Left)
            };
            self.sheet.line(x, self.y, room, text, style, align);
        }
    }

    fn rule(&mut self, width: f32, ink: Ink) {
        let y = self.y + 4.5;
        let right = self.sheet.width() - LEFT;
        self.sheet.rule((LEFT, y), (right, y), width, ink);
        self.y += LEADING;
    }

    fn foot(&mut self) {
        let y = self.sheet.height() - 30.0;
        let right = self.sheet.width() - LEFT;
        self.sheet.text(LEFT, y, &self.title, SMALL, Align::Left);
        let page = format!("Page {}", self.sheet.page_number());
        self.sheet.text(right, y, &page, SMALL, Align::Right);
    }
}

#[cfg(test)]
mod tests {
    use domain::Currency;

    use super::*;
    use crate::{
        dto::MoneyDto,
        reporting::dto::{Provenance, ReportName},
    };

    fn report(rows: usize, name: &str) -> ReportDto {
        let column = |key: &str, kind| ColumnDto {
            key: key.to_owned(),
            kind,
        };
        let amount = |minor| {
            Cell::Money(MoneyDto {
                minor,
                currency: Currency::Gbp,
            })
        };
        let row = |n: i64| {
            vec![
                Cell::Text(format!("{name} {n}")),
                Cell::Number(0.5),
                amount(n * 1_234_567),
            ]
        };
        ReportDto {
            name: ReportName::RevenueByCourse,
            from: None,
            to: None,
            columns: vec![
                column("course", ColumnKind::Text),
                column("rate", ColumnKind::Rate),
                column("charged", ColumnKind::Money),
            ],
            rows: (0..i64::try_from(rows).unwrap()).map(row).collect(),
            totals: vec![row(9)],
            provenance: Provenance {
                source: "replica".to_owned(),
                as_of: "2026-03-02T09:00:00Z".to_owned(),
                timezone: "Europe/London".to_owned(),
            },
        }
    }

    #[test]
    fn an_amount_has_its_room_plain_and_strong() {
        let columns = [
            ("month", ColumnKind::Month),
            ("adjusted", ColumnKind::Money),
        ]
        .map(|(key, kind)| ColumnDto {
            key: key.to_owned(),
            kind,
        });
        for amount in ["USD 0.00", "EUR 0.00", "BDT 51,900.00", "GBP 1,234,567.89"] {
            let rows = vec![vec!["June 2025".to_owned(), amount.to_owned()]];
            let place = &places(&columns, &rows, &[], 700.0)[1];
            for style in [BODY, STRONG] {
                assert!(
                    Sheet::measure(amount, style) <= place.width - GAP,
                    "{amount}"
                );
            }
        }
    }

    #[test]
    fn a_long_report_goes_on_on_the_next_page() {
        let pages = |rows| {
            let sheet = draw(&report(rows, "Weaving"), &["A note.".to_owned()]).unwrap();
            let pages = sheet.page_number();
            assert!(sheet.finish().unwrap().starts_with(b"%PDF"));
            pages
        };
        assert_eq!((pages(0), pages(10)), (1, 1));
        assert!((4..=6).contains(&pages(200)), "{}", pages(200));
        let refused = draw(&report(MOST_ROWS + 1, "Weaving"), &[]).map(|_| ());
        assert_eq!(refused.unwrap_err().code, Code::TooLarge);
    }

    #[test]
    fn an_amount_of_fewer_but_wider_letters_is_not_cut() {
        let columns = [ColumnDto {
            key: "adjusted".to_owned(),
            kind: ColumnKind::Money,
        }];
        let rows = [vec!["USD 0.00".to_owned()], vec!["BDT 10.11".to_owned()]];
        let places = places(&columns, &rows, &[], 100.0);
        for row in &rows {
            assert!(places[0].width >= Sheet::measure(&row[0], STRONG) + GAP);
        }
    }

    #[test]
    fn a_month_is_written_as_people_read_it() {
        let month = ColumnDto {
            key: "month".to_owned(),
            kind: ColumnKind::Month,
        };
        let read = |text: &str| shown(&month, &Cell::Text(text.to_owned()), &TimeZone::UTC);
        assert_eq!(
            (read("2026-03"), read("never")),
            ("March 2026".to_owned(), "never".to_owned())
        );
    }

    #[test]
    fn figures_have_their_room_and_names_give_way() {
        let room = 500.0;
        for name in [
            "Ink",
            "A course with a title that is far too long "
                .repeat(5)
                .as_str(),
        ] {
            let report = report(3, name);
            let zone = TimeZone::UTC;
            let rows: Vec<Vec<String>> = report
                .rows
                .iter()
                .map(|row| {
                    let cells = report.columns.iter().zip(row);
                    cells.map(|(c, cell)| shown(c, cell, &zone)).collect()
                })
                .collect();
            assert_eq!(rows[1][1..], ["50.0 %", "GBP 12,345.67"]);
            let places = places(&report.columns, &rows, &[], room);
            let right = places
                .iter()
                .map(|place| place.left + place.width)
                .fold(0.0, f32::max);
            assert!((right - (LEFT + room)).abs() < 1.0, "{name}: {right}");
            let amount = Sheet::measure(&rows[2][2], STRONG);
            assert!(places[2].right && places[2].width >= amount + GAP, "{name}");
            assert!(!places[0].right);
        }
    }
}
