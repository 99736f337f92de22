//! A table out of a text file: its delimiter, its header and its rows with the numbers a spreadsheet shows
//! them under. How its characters are written is in `encoding`, what the columns mean in `mapping`.

use std::collections::{HashMap, HashSet};

use domain::{Code, Refusal};

pub use super::encoding::Encoding;
use super::encoding::decode;

/// The largest file taken, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most rows taken, the header not counted.
pub const MAX_ROWS: usize = 200_000;
/// The largest field taken, in bytes.
pub const MAX_FIELD: usize = 1024 * 1024;
/// The most columns taken.
pub const MAX_COLUMNS: usize = 1_000;
/// Rows looked at to tell the delimiter.
const SNIFFED: usize = 20;

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet numbers it: the header is 1, empty lines count.
    pub number: u64,
    /// Its cells, trimmed, at most as many as the header has; those missing at the end are empty.
    pub cells: Vec<String>,
    /// What is wrong with the row as a row, whatever it holds.
    pub fault: Option<String>,
}

/// A file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The header; empty headings are named by their place, repeated ones are numbered.
    pub columns: Vec<String>,
    /// The rows that have anything in them.
    pub rows: Vec<Row>,
    /// Between the cells.
    pub delimiter: char,
    /// Of the file.
    pub encoding: Encoding,
}

/// Reads a file. Refuses one that is empty, too large, not text, or has no header.
pub fn read(bytes: &[u8]) -> Result<Table, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::field(
            Code::TooLarge,
            "file",
            "The file is larger than 32 MiB. Split it and import the parts one after the other.",
        ));
    }
    let (text, encoding) = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(Refusal::field(Code::Required, "file", "The file is empty."));
    }
    // One kind of line end, also within quoted cells, so that lines can be counted; and the last line
    // ends like every other.
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let delimiter = sniff(&text);
    let mut records = Records::new(&text, delimiter);
    let header = records.next().transpose()?.ok_or_else(|| {
        Refusal::field(
            Code::Required,
            "file",
            "The file has no header row naming its columns.",
        )
    })?;
    if header.beyond {
        return Err(Refusal::field(
            Code::TooLarge,
            "file",
            "The file has more than 1,000 columns.",
        ));
    }
    let columns = headings(&header.row.cells);
    let mut rows = Vec::new();
    for record in records {
        let Record {
            mut row,
            width,
            beyond,
        } = record?;
        if row.cells.iter().all(String::is_empty) && row.fault.is_none() && !beyond {
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(Refusal::field(
                Code::TooLarge,
                "file",
                "The file has more than 200,000 rows. Split it and import the parts one after the other.",
            ));
        }
        let spare = beyond
            || row
                .cells
                .iter()
                .skip(columns.len())
                .any(|cell| !cell.is_empty());
        if spare && row.fault.is_none() {
            row.fault = Some(format!(
                "The row has {width} cells, the header names {} columns. Is a cell that holds the delimiter not quoted?",
                columns.len()
            ));
        }
        row.cells.truncate(columns.len());
        row.cells.shrink_to_fit();
        rows.push(row);
    }
    if let Some(last) = rows.last_mut()
        && last.fault.is_none()
        && text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
        && last.cells.iter().any(|cell| cell.contains('\n'))
    {
        last.fault = Some("A quotation mark is opened in this row and never closed.".to_owned());
    }
    Ok(Table {
        columns,
        rows,
        delimiter,
        encoding,
    })
}

/// Comma, semicolon or tab: the one that cuts the first rows into the same number of cells, and into
/// the most.
fn sniff(text: &str) -> char {
    let score = |delimiter: char| {
        let counts: Vec<usize> = Records::new(text, delimiter)
            .take(SNIFFED)
            .flatten()
            .map(|record| record.width)
            .collect();
        let header = counts.first().copied().unwrap_or(0);
        let even = counts.iter().filter(|count| **count == header).count();
        // A delimiter that never occurs gives even rows of one cell.
        if header < 2 {
            (0, 0)
        } else {
            (even * 100 / counts.len().max(1), header)
        }
    };
    let best = [',', ';', '\t']
        .into_iter()
        .map(|delimiter| (score(delimiter), delimiter));
    best.fold(
        ((0, 0), ','),
        |best, this| if this.0 > best.0 { this } else { best },
    )
    .1
}

/// Names for all columns, each once.
fn headings(cells: &[String]) -> Vec<String> {
    let last = cells
        .iter()
        .rposition(|cell| !cell.is_empty())
        .map_or(0, |at| at + 1);
    let mut named: Vec<String> = Vec::with_capacity(last);
    let mut taken: HashSet<String> = HashSet::new();
    // The number the next repetition of a heading may have.
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for (at, cell) in cells.iter().take(last.max(1)).enumerate() {
        let base = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        let base = if base.is_empty() {
            format!("Column {}", at + 1)
        } else {
            base
        };
        let mut name = base.clone();
        let nth = numbers.entry(base.clone()).or_insert(1);
        while taken.contains(&name) {
            *nth += 1;
            name = format!("{base} ({nth})");
        }
        taken.insert(name.clone());
        named.push(name);
    }
    named
}

/// A record as it stands in the file.
struct Record {
    /// Its first cells, as many as columns are taken.
    row: Row,
    /// How many cells it has.
    width: usize,
    /// There is something in the cells past those taken.
    beyond: bool,
}

/// Records with the numbers a spreadsheet gives them.
struct Records<'a> {
    reader: csv::Reader<&'a [u8]>,
    record: csv::ByteRecord,
    number: u64,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: char) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(u8::try_from(delimiter).unwrap_or(b','))
            .from_reader(text.as_bytes());
        Self {
            reader,
            record: csv::ByteRecord::new(),
            number: 0,
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let before = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                return Some(Err(Refusal::field(
                    Code::Invalid,
                    "file",
                    format!("The file cannot be read: {error}"),
                )));
            }
        }
        let lines = self.reader.position().line() - before;
        let within: usize = self
            .record
            .iter()
            .map(|cell| cell.iter().filter(|byte| **byte == b'\n').count())
            .sum();
        // Lines passed over beyond the record's own were empty; a spreadsheet numbers them too.
        let empty = lines.saturating_sub(1 + u64::try_from(within).unwrap_or(0));
        self.number += 1 + empty;
        let mut fault = None;
        let cells = self
            .record
            .iter()
            .take(MAX_COLUMNS)
            .map(|cell| {
                if cell.len() > MAX_FIELD {
                    fault = Some("A cell of this row is larger than 1 MiB.".to_owned());
                    return String::new();
                }
                String::from_utf8_lossy(cell).trim().to_owned()
            })
            .collect();
        let beyond = self
            .record
            .iter()
            .skip(MAX_COLUMNS)
            .any(|cell| !cell.trim_ascii().is_empty());
        Some(Ok(Record {
            row: Row {
                number: self.number,
                cells,
                fault,
            },
            width: self.record.len(),
            beyond,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let table = read(b"a,b\n1,2\n\n\n\"x\ny\",3\n4,5").unwrap();
        let numbers: Vec<u64> = table.rows.iter().map(|row| row.number).collect();
        assert_eq!(
            numbers,
            [2, 5, 6],
            "two empty lines and a cell of two lines"
        );
        assert_eq!(table.rows[1].cells, ["x\ny", "3"]);
    }

    #[test]
    fn the_delimiter_is_told_from_the_rows() {
        assert_eq!(read(b"name;price\nA;1,5\nB;2,5\n").unwrap().delimiter, ';');
        assert_eq!(read(b"name\tnote\nA\tx, y\n").unwrap().delimiter, '\t');
        assert_eq!(read(b"name,note\nA,\"x; y; z\"\n").unwrap().delimiter, ',');
        assert_eq!(read(b"email\na@b.example\n").unwrap().delimiter, ',');
    }

    #[test]
    fn encodings_are_told_apart() {
        let utf8 = read("\u{feff}name\nJos\u{e9}\n".as_bytes()).unwrap();
        assert_eq!(
            (utf8.columns[0].as_str(), utf8.encoding),
            ("name", Encoding::Utf8)
        );
        let latin = read(b"name\nJos\xe9 \x96 x\n").unwrap();
        assert_eq!(
            (latin.rows[0].cells[0].as_str(), latin.encoding),
            ("José – x", Encoding::Windows1252)
        );
        let wide: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("name\nJosé\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let wide = read(&wide).unwrap();
        assert_eq!(
            (wide.rows[0].cells[0].as_str(), wide.encoding),
            ("José", Encoding::Utf16)
        );
    }

    #[test]
    fn headings_are_unique_and_never_empty() {
        let table = read(b"Name,,Name,\n1,2,3,\n").unwrap();
        assert_eq!(table.columns, ["Name", "Column 2", "Name (2)"]);
    }

    #[test]
    fn numbered_headings_do_not_meet_those_that_look_so() {
        let table = read(b"a,a (2),a,a,a (2)\n1,2,3,4,5\n").unwrap();
        assert_eq!(table.columns, ["a", "a (2)", "a (3)", "a (4)", "a (2) (2)"]);
    }

    #[test]
    fn a_thousand_columns_are_read_and_more_refused() {
        let wide = |columns: usize| {
            let header = vec!["x"; columns].join(",");
            read(format!("{header}\n1\n").as_bytes())
        };
        let table = wide(MAX_COLUMNS).unwrap();
        assert_eq!(table.columns.len(), MAX_COLUMNS);
        assert_eq!(
            table.rows[0].cells,
            ["1"],
            "what a row does not have costs nothing"
        );
        let why = wide(MAX_COLUMNS + 1).unwrap_err();
        assert_eq!(why.code, Code::TooLarge);
        assert_eq!(
            wide(200_000).unwrap_err().code,
            Code::TooLarge,
            "at once, however many there are"
        );
    }

    #[test]
    fn a_row_of_more_cells_than_are_taken_is_named() {
        let spare = ",".repeat(MAX_COLUMNS);
        let table = read(format!("a,b\n1,2{spare}\n1,2{spare}x\n").as_bytes()).unwrap();
        assert!(table.rows[0].fault.is_none());
        let fault = table.rows[1].fault.as_deref().unwrap();
        assert!(fault.contains("1002 cells"), "{fault}");
    }

    #[test]
    fn files_that_are_no_tables_are_refused() {
        for (bytes, why) in [
            (&b""[..], "empty"),
            (b"  \r\n \n", "blank"),
            (b"PK\x03\x04rest", "a workbook"),
            (b"a,b\n\0\x01,2\n", "binary"),
            (b"\xEF\xBB\xBF\xFF\xFE,1\n", "no UTF-8 after its mark"),
            (b"\xFF\xFEa", "half a UTF-16 unit"),
        ] {
            assert!(read(bytes).is_err(), "{why}");
        }
    }

    #[test]
    fn ragged_rows_are_named() {
        let table = read(b"a,b\n1\n1,2,3\n1,2,,\n").unwrap();
        assert_eq!(table.rows[0].cells, ["1"]);
        assert!(
            table.rows[0].fault.is_none(),
            "missing cells at the end are empty"
        );
        assert!(table.rows[1].fault.is_some());
        assert!(
            table.rows[2].fault.is_none(),
            "spare empty cells say nothing"
        );
    }

    #[test]
    fn an_open_quotation_mark_is_named() {
        let table = read(b"a,b\n1,2\n\"3,4\n5,6\n").unwrap();
        assert_eq!(table.rows.len(), 2);
        assert!(
            table.rows[1]
                .fault
                .as_deref()
                .is_some_and(|fault| fault.contains("never closed"))
        );
    }
}
