//! Importing people and courses from a CSV file: a look into it with a proposed mapping, a dry run that
//! names every fault by its row, the import itself in batches, and taking it back.
//!
//! An import is made of parts. Each part commits with the record of what it made, in one change set, so
//! that wherever an import is interrupted nothing is half there, what is there can be undone, and the
//! same file imported again goes on where it stopped: people are known by their e-mail address, courses
//! by their slug or title.

mod courses;
mod encoding;
mod fields;
mod mapping;
mod people;
mod preview;
pub mod reading;
mod run;
mod undo;
mod values;

use std::collections::HashSet;

use base64::Engine;
use domain::{Actor, Code, Refusal, role::Permission};

pub use run::{File, run};
pub use undo::{import_undo, imports_list};

use self::{
    mapping::Mapping,
    reading::{Row, Table},
};
use crate::{
    desk::Desk,
    error::WorkflowError,
    operations::dto::{
        ImportError, ImportInspection, ImportKind, ImportMapping, ImportOutcome, InspectImport,
        RunImport,
    },
};

/// Rows shown of a file before it is imported.
const SAMPLE: usize = 5;
/// Faults named in an answer; more are only counted.
const NAMED_FAULTS: usize = 1_000;
/// Longest piece of a cell repeated in a fault.
const REPEATED: usize = 120;

/// Looks into a file: its columns, and which of them fill which fields.
pub fn import_inspect(
    _desk: &Desk<'_>,
    actor: &Actor,
    args: &InspectImport,
) -> Result<ImportInspection, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let table = reading::read(&decoded(&args.content)?)?;
    Ok(inspection(args.kind, &table))
}

/// Checks or imports a file sent by the window.
pub fn import_run(
    desk: &Desk<'_>,
    actor: &Actor,
    args: RunImport,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<ImportOutcome, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let bytes = decoded(&args.content)?;
    let file = File {
        kind: args.kind,
        name: args.file,
        bytes: &bytes,
        mapping: Some(&args.mapping),
        instructor: None,
    };
    run(desk, actor, file, args.dry_run, progress, cancelled)
}

fn decoded(content: &str) -> Result<Vec<u8>, Refusal> {
    // Four characters carry three bytes; look before decoding.
    if content.len() / 4 > reading::MAX_BYTES / 3 + 1 {
        return Err(Refusal::field(
            Code::TooLarge,
            "file",
            "The file is larger than 32 MiB. Split it.",
        ));
    }
    base64::engine::general_purpose::STANDARD
        .decode(content)
        .map_err(|_| Refusal::field(Code::Invalid, "content", "The file did not arrive whole."))
}

/// What is in a table, and the mapping proposed for it.
pub fn inspection(kind: ImportKind, table: &Table) -> ImportInspection {
    ImportInspection {
        columns: table.columns.clone(),
        fields: mapping::propose(kind, &table.columns),
        sample: table
            .rows
            .iter()
            .take(SAMPLE)
            .map(|row| {
                let mut cells = row.cells.clone();
                cells.resize(table.columns.len(), String::new());
                cells
            })
            .collect(),
        rows: count(table.rows.len()),
        delimiter: table.delimiter.to_string(),
        encoding: table.encoding.name().to_owned(),
    }
}

/// The mapping proposed for a table's columns, as a person would settle on it.
pub fn proposed(kind: ImportKind, columns: &[String]) -> Vec<ImportMapping> {
    mapping::propose(kind, columns)
        .into_iter()
        .filter_map(|field| {
            field.column.map(|column| ImportMapping {
                field: field.field,
                column,
            })
        })
        .collect()
}

/// The mapping proposed for a table's columns, with what a person asks for in its place: what is proposed
/// for a field asked for gives way, and so does what is proposed of a column asked for.
pub fn settled(
    kind: ImportKind,
    columns: &[String],
    asked: &[ImportMapping],
) -> Vec<ImportMapping> {
    let mut mapping = proposed(kind, columns);
    mapping.retain(|known| {
        asked
            .iter()
            .all(|pair| pair.field != known.field && pair.column != known.column)
    });
    mapping.extend(asked.iter().cloned());
    mapping
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// The faults of a file, collected, and what else is to be said of its rows.
pub(super) struct Faults<'a> {
    mapping: &'a Mapping,
    named: Vec<ImportError>,
    all: u64,
    rows: HashSet<u64>,
    notes: Vec<ImportError>,
}

impl<'a> Faults<'a> {
    fn new(mapping: &'a Mapping) -> Self {
        Self {
            mapping,
            named: Vec::new(),
            all: 0,
            rows: HashSet::new(),
            notes: Vec::new(),
        }
    }

    /// How many there are.
    fn count(&self) -> u64 {
        self.all
    }

    fn note(&mut self, error: ImportError) {
        self.all += 1;
        self.rows.insert(error.row);
        if self.named.len() < NAMED_FAULTS {
            self.named.push(error);
        }
    }

    /// A fault of the row as a whole.
    fn row(&mut self, row: &Row, message: &str) {
        self.note(ImportError {
            row: row.number,
            field: None,
            column: None,
            value: None,
            message: message.to_owned(),
        });
    }

    /// A fault at a field.
    fn field(&mut self, row: &Row, field: &str, message: &str) {
        let error = self.at(row, field, message);
        self.note(error);
    }

    /// Something to know about a field of a row that is imported all the same.
    fn remark(&mut self, row: &Row, field: &str, message: &str) {
        if self.notes.len() < NAMED_FAULTS {
            let note = self.at(row, field, message);
            self.notes.push(note);
        }
    }

    fn at(&self, row: &Row, field: &str, message: &str) -> ImportError {
        let value = self.mapping.value(row, field).map(|text| {
            let mut short: String = text.chars().take(REPEATED).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            short
        });
        ImportError {
            row: row.number,
            field: Some(field.to_owned()),
            column: self.mapping.column(field),
            value,
            message: message.to_owned(),
        }
    }

    /// The value, or its refusal noted at the field it names, if that is mapped, or at this one.
    fn check<T>(&mut self, row: &Row, field: &str, outcome: Result<T, Refusal>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(refusal) => {
                let named = people::mapped_field(&refusal).filter(|named| self.mapping.has(named));
                let at = named.unwrap_or(field).to_owned();
                self.field(row, &at, &refusal.message);
                None
            }
        }
    }

    /// What the field's cell means, if there is one and it can be understood.
    fn understand<T>(
        &mut self,
        row: &Row,
        mapping: &Mapping,
        field: &str,
        meaning: impl Fn(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        match meaning(mapping.value(row, field)?) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.field(row, field, &refusal.message);
                None
            }
        }
    }
}
