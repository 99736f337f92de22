//! A list to a file: the same rows the list shows to this person, all of them, a page at a time. Students
//! save one list, that of their own payments.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

use domain::{Actor, Code, Refusal, Role, role::Permission};
use serde::Serialize;

use super::{
    dto::{ExportList, ExportWhat, ListAudit},
    reads,
    timeline::audit_list,
};
use crate::{
    catalog,
    desk::Desk,
    dto::{FileFormat, PageOf, SavedFile, WindowDto},
    enrollment,
    error::WorkflowError,
    payments, people,
    print::{moment, save_new},
    reporting::{
        days,
        dto::{Cell, ColumnDto, ColumnKind},
        sheet::{Book, csv_row, head, heading, write_record},
    },
};

/// Rows asked for at a time.
const A_PAGE: u32 = 500;

/// Saves a list in a folder, as CSV or as a workbook. Cancelled, it leaves no file. What was taken out
/// of the institution is in the audit trail.
pub fn list_save(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ExportList,
    folder: &Path,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<SavedFile, WorkflowError> {
    may_save(actor, &args.what)?;
    let (name, columns) = shape(&args.what);
    let (zone_name, zone) = desk.read(days::clock)?;
    let stem = format!("{name} {}", days::written(desk.now(), &zone));
    let mut source = |window: WindowDto| page(desk, actor, &args.what, window);
    let saved = match args.format {
        FileFormat::Csv => {
            let mut out = Unfinished::new(folder)?;
            let rows = {
                let mut writer = csv::Writer::from_writer(&mut out.file);
                write_record(&mut writer, head(&columns))?;
                let rows = each(&mut source, progress, cancelled, |row| {
                    write_record(&mut writer, csv_row(&columns, &row))
                })?;
                writer.flush().map_err(failed)?;
                rows
            };
            // The file has its name only when the line is written.
            reads::saved(desk, actor, "list.saved", name, rows)?;
            out.keep(folder, &stem, "csv", rows)?
        }
        FileFormat::Xlsx => {
            let mut table = Vec::new();
            let rows = each(&mut source, progress, cancelled, |row| {
                table.push(row);
                Ok(())
            })?;
            let note = format!(
                "As of {}; moments in {zone_name}.",
                moment(desk.now(), &zone)
            );
            let book = Book::new(&heading(name), &[note], &columns, &table, &[], &zone)?;
            let bytes = book.bytes()?;
            reads::saved(desk, actor, "list.saved", name, rows)?;
            save_new(folder, &stem, "xlsx", &bytes, Some(rows))?
        }
        FileFormat::Pdf => {
            return Err(Refusal::field(
                Code::Invalid,
                "format",
                "Lists are saved as CSV or as a workbook (XLSX).",
            )
            .into());
        }
    };
    Ok(saved)
}

/// Refuses who saves no list at all, and students every list but that of payments, which is always their own
/// (`payments_list`). What else somebody may not see, the list itself refuses.
fn may_save(actor: &Actor, what: &ExportWhat) -> Result<(), Refusal> {
    let lists = [
        Permission::ManagePeople,
        Permission::SeePayments,
        Permission::SeeEnrollments,
    ];
    let own = actor.role == Role::Student && matches!(what, ExportWhat::Payments(_));
    if own || lists.iter().any(|permission| actor.role.may(*permission)) {
        Ok(())
    } else {
        Err(Refusal::new(
            Code::Forbidden,
            "Your role does not allow this.",
        ))
    }
}

fn failed(source: std::io::Error) -> WorkflowError {
    WorkflowError::File {
        context: "The file could not be written".to_owned(),
        source,
    }
}

type Rows = PageOf<Vec<Cell>>;

/// Visits every row, page by page; gives back how many there were.
fn each(
    source: &mut dyn FnMut(WindowDto) -> Result<Rows, WorkflowError>,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
    mut visit: impl FnMut(Vec<Cell>) -> Result<(), WorkflowError>,
) -> Result<u64, WorkflowError> {
    let mut offset = 0;
    loop {
        if cancelled() {
            return Err(Refusal::new(Code::Cancelled, "Stopped; no file was saved.").into());
        }
        let page = source(WindowDto {
            offset,
            limit: A_PAGE,
        })?;
        let got = u32::try_from(page.rows.len()).unwrap_or(A_PAGE);
        for row in page.rows {
            visit(row)?;
        }
        offset += got;
        progress(u64::from(offset), page.total.max(u64::from(offset)));
        if got < A_PAGE {
            return Ok(u64::from(offset));
        }
    }
}

fn shape(what: &ExportWhat) -> (&'static str, Vec<ColumnDto>) {
    use ColumnKind::{Count, Moment, Money, Percent, Status, Text};
    let (name, columns): (_, &[(&str, ColumnKind)]) = match what {
        ExportWhat::People(_) => (
            "people",
            &[
                ("name", Text),
                ("email", Text),
                ("role", Text),
                ("status", Status),
                ("emailVerified", Text),
                ("enrollments", Count),
                ("lastLoginAt", Moment),
                ("createdAt", Moment),
                ("id", Text),
            ],
        ),
        ExportWhat::Courses(_) => (
            "courses",
            &[
                ("title", Text),
                ("category", Text),
                ("level", Text),
                ("status", Status),
                ("price", Money),
                ("instructor", Text),
                ("lessons", Count),
                ("enrollments", Count),
                ("rating", Count),
                ("ratings", Count),
                ("publishedAt", Moment),
                ("createdAt", Moment),
                ("id", Text),
            ],
        ),
        ExportWhat::Enrollments(_) => (
            "enrollments",
            &[
                ("student", Text),
                ("course", Text),
                ("status", Status),
                ("enrolledAt", Moment),
                ("progress", Percent),
                ("paymentStatus", Status),
                ("amount", Money),
                ("id", Text),
            ],
        ),
        ExportWhat::Payments(_) => (
            "payments",
            &[
                ("student", Text),
                ("course", Text),
                ("status", Status),
                ("method", Text),
                ("amount", Money),
                ("refunded", Money),
                ("refundRequested", Money),
                ("receiptNumber", Text),
                ("paidAt", Moment),
                ("createdAt", Moment),
                ("id", Text),
            ],
        ),
        ExportWhat::Audit(_) => (
            "audit-trail",
            &[
                ("at", Moment),
                ("actor", Text),
                ("role", Text),
                ("device", Text),
                ("verb", Text),
                ("about", Text),
                ("detail", Text),
                ("number", Count),
                ("hash", Text),
            ],
        ),
    };
    (
        name,
        columns
            .iter()
            .map(|(key, kind)| ColumnDto {
                key: (*key).to_owned(),
                kind: *kind,
            })
            .collect(),
    )
}

/// A page of the list, as the list itself gives it to this person.
fn page(
    desk: &Desk<'_>,
    actor: &Actor,
    what: &ExportWhat,
    window: WindowDto,
) -> Result<Rows, WorkflowError> {
    Ok(match what {
        ExportWhat::People(filter) => {
            let args = people::dto::ListPeople {
                filter: filter.clone(),
                window,
            };
            turned(people::people_list(desk, actor, args)?, |row| {
                vec![
                    text(row.name),
                    text(row.email),
                    word(&row.role),
                    word(&row.status),
                    yes(row.email_verified),
                    number(row.enrollments),
                    optional(row.last_login_at),
                    text(row.created_at),
                    text(row.id),
                ]
            })
        }
        ExportWhat::Courses(filter) => {
            let args = catalog::dto::ListCourses {
                filter: filter.clone(),
                window,
            };
            turned(catalog::courses_list(desk, actor, args)?, |row| {
                vec![
                    text(row.title),
                    optional_word(row.category.as_ref()),
                    optional_word(row.level.as_ref()),
                    word(&row.status),
                    row.price.map_or(Cell::Empty(()), Cell::Money),
                    text(row.instructor.name),
                    number(row.total_lessons),
                    number(row.enrollments),
                    Cell::Number(row.rating_average),
                    number(row.rating_count),
                    optional(row.published_at),
                    text(row.created_at),
                    text(row.id),
                ]
            })
        }
        ExportWhat::Enrollments(filter) => {
            let args = enrollment::dto::ListEnrollments {
                filter: filter.clone(),
                window,
            };
            turned(enrollment::enrollments_list(desk, actor, args)?, |row| {
                vec![
                    text(row.student.name),
                    text(row.course.title),
                    word(&row.status),
                    text(row.enrolled_at),
                    row.progress.map_or(Cell::Empty(()), Cell::Number),
                    word(&row.payment_status),
                    Cell::Money(row.amount),
                    text(row.id),
                ]
            })
        }
        ExportWhat::Payments(filter) => {
            let args = payments::dto::ListPayments {
                filter: filter.clone(),
                window,
            };
            turned(payments::payments_list(desk, actor, args)?, |row| {
                vec![
                    text(row.student.name),
                    text(row.course.title),
                    word(&row.status),
                    word(&row.method),
                    Cell::Money(row.amount),
                    Cell::Money(row.refunded),
                    Cell::Money(row.refund_requested),
                    optional(row.receipt_number),
                    optional(row.paid_at),
                    text(row.created_at),
                    text(row.id),
                ]
            })
        }
        ExportWhat::Audit(filter) => {
            let args = ListAudit {
                filter: filter.clone(),
                window,
            };
            turned(audit_list(desk, actor, &args)?, |row| {
                let about: Vec<String> = row
                    .subjects
                    .into_iter()
                    .map(|subject| {
                        let called = subject.label.unwrap_or(subject.id);
                        format!("{} {called}", subject.collection)
                    })
                    .collect();
                vec![
                    text(row.at),
                    text(row.actor),
                    word(&row.role),
                    text(row.device),
                    text(row.verb),
                    text(about.join("; ")),
                    text(row.detail.to_string()),
                    row.number.map_or(Cell::Empty(()), |place| {
                        number(i64::try_from(place).unwrap_or(i64::MAX))
                    }),
                    optional(row.hash),
                ]
            })
        }
    })
}

fn turned<T>(page: PageOf<T>, row: impl Fn(T) -> Vec<Cell>) -> Rows {
    PageOf {
        rows: page.rows.into_iter().map(row).collect(),
        total: page.total,
        exact: page.exact,
    }
}

fn text(text: String) -> Cell {
    Cell::Text(text)
}

fn optional(text: Option<String>) -> Cell {
    text.map_or(Cell::Empty(()), Cell::Text)
}

/// The word a value has on the wire.
fn word(value: &impl Serialize) -> Cell {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Cell::Text(word),
        _ => Cell::Empty(()),
    }
}

fn optional_word(value: Option<&impl Serialize>) -> Cell {
    value.map_or(Cell::Empty(()), word)
}

fn yes(flag: bool) -> Cell {
    Cell::Text(if flag { "yes" } else { "no" }.to_owned())
}

fn number(n: i64) -> Cell {
    #[allow(
        clippy::cast_precision_loss,
        reason = "counts and places in a chain stay far below 2⁵³"
    )]
    Cell::Number(n as f64)
}

/// A file being written under another name, gone when it is not kept.
struct Unfinished {
    path: PathBuf,
    file: BufWriter<File>,
    kept: bool,
}

impl Unfinished {
    fn new(folder: &Path) -> Result<Self, WorkflowError> {
        fs::create_dir_all(folder).map_err(failed)?;
        for n in 0..1_000_u32 {
            let path = folder.join(format!(".matricula-{n}.part"));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    let mut out = Self {
                        path,
                        file: BufWriter::new(file),
                        kept: false,
                    };
                    // Spreadsheets take a file for UTF-8 when it begins with the mark.
                    out.file.write_all("\u{feff}".as_bytes()).map_err(failed)?;
                    return Ok(out);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(ErrorKind::AlreadyExists.into()))
    }

    /// Gives the file its name, which nobody else has.
    fn keep(
        mut self,
        folder: &Path,
        stem: &str,
        extension: &str,
        rows: u64,
    ) -> Result<SavedFile, WorkflowError> {
        self.file.flush().map_err(failed)?;
        self.file.get_ref().sync_all().map_err(failed)?;
        // An empty file takes the name, and is then replaced by this one in one step.
        let mut saved = save_new(folder, stem, extension, b"", Some(rows))?;
        fs::rename(&self.path, &saved.path).map_err(failed)?;
        self.kept = true;
        saved.bytes = fs::metadata(&saved.path).map_err(failed)?.len();
        Ok(saved)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "an incomplete file could not be removed");
        }
    }
}
