//! The four files of the Open University Learning Analytics Dataset that the import reads, as they are:
//! presentations, registrations joined with the students' results, and assessments.
//!
//! Days count from the presentation's start; a presentation named `2013B` starts in February, `2013J` in
//! October of that year. Two things are missing in some rows, and this is what stands for them:
//! a registration day: the first day of the presentation (or the day of withdrawal, if that is earlier);
//! the day of withdrawal of somebody who withdrew: the last day of the presentation.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
};

use domain::{Code, Refusal, Timestamp};

use crate::error::WorkflowError;

const DAY: i64 = 24 * 60 * 60 * 1000;
/// The largest file read, in bytes; the largest of the four has 4 MB.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Longest piece of a cell repeated in a refusal, in characters.
const REPEATED: usize = 120;

/// How a student's presentation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FinalResult {
    Pass,
    Distinction,
    Fail,
    Withdrawn,
}

impl FinalResult {
    /// The word of the data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Distinction => "Distinction",
            Self::Fail => "Fail",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// An assessment of a presentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Its number in the data.
    pub id: String,
    /// `TMA`, `CMA` or `Exam`.
    pub kind: String,
    /// The day it is due; some exams have none.
    pub day: Option<i64>,
    /// Its weight in the data: coursework and exam each add up to 100.
    pub weight: f64,
}

/// A course as it was given once.
#[derive(Clone, Debug, PartialEq)]
pub struct Presentation {
    /// `AAA`.
    pub module: String,
    /// `2013J`.
    pub name: String,
    /// Days it lasts.
    pub days: i64,
    /// Midday of its first day, UTC.
    pub start: Timestamp,
    /// In the order of the data.
    pub assessments: Vec<Assessment>,
}

impl Presentation {
    /// Midday of a day of the presentation, UTC: the same date in nearly every zone.
    pub fn day(&self, day: i64) -> Timestamp {
        Timestamp::from_millis(self.start.timestamp_millis() + day * DAY)
    }

    /// Its last day.
    pub fn end(&self) -> Timestamp {
        self.day(self.days)
    }

    /// The calendar month and year it starts in, in words.
    pub fn month(&self) -> String {
        let month = if self.name.ends_with('B') {
            "February"
        } else {
            "October"
        };
        format!("{month} {}", self.name.get(..4).unwrap_or_default())
    }
}

/// A student in a presentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// Which presentation, by its place in [`Data::presentations`].
    pub presentation: usize,
    /// The student's number in the data.
    pub student: String,
    /// When they registered.
    pub registered: Timestamp,
    /// When they withdrew, if they did.
    pub withdrawn: Option<Timestamp>,
    /// How it ended.
    pub result: FinalResult,
    /// `M` or `F`.
    pub gender: String,
    /// A region of the United Kingdom or Ireland.
    pub region: String,
    /// As the data have it.
    pub education: String,
    /// As the data have it.
    pub age: String,
}

/// Everything read.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// In the order of the data.
    pub presentations: Vec<Presentation>,
    /// By the time of registration.
    pub registrations: Vec<Registration>,
    /// Rows that have no registration day.
    pub undated_registrations: u64,
    /// Rows of people who withdrew that have no day of withdrawal.
    pub undated_withdrawals: u64,
}

/// Reads the folder. Refuses a missing file or column and a row that makes no sense, each by name.
pub fn read(folder: &Path) -> Result<Data, WorkflowError> {
    let mut presentations: Vec<Presentation> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    rows(
        folder,
        "courses.csv",
        [
            "code_module",
            "code_presentation",
            "module_presentation_length",
        ],
        |row| {
            let [module, name, days] = row.cells;
            let start = start(name).ok_or_else(|| row.wrong("code_presentation", name))?;
            places.insert((module.to_owned(), name.to_owned()), presentations.len());
            presentations.push(Presentation {
                module: module.to_owned(),
                name: name.to_owned(),
                days: row.number("module_presentation_length", days)?,
                start,
                assessments: Vec::new(),
            });
            Ok(())
        },
    )?;
    let columns = [
        "code_module",
        "code_presentation",
        "id_assessment",
        "assessment_type",
        "date",
        "weight",
    ];
    rows(folder, "assessments.csv", columns, |row| {
        let [module, name, id, kind, day, weight] = row.cells;
        let place = row.place(&places, module, name)?;
        let weight = row.weight("weight", weight)?;
        let day = row.optional("date", day)?;
        presentations[place].assessments.push(Assessment {
            id: id.to_owned(),
            kind: kind.to_owned(),
            day,
            weight,
        });
        Ok(())
    })?;

    // Results first, then the days: both files have a row a registration, in no promised order.
    let mut days: HashMap<(usize, String), (Option<i64>, Option<i64>)> = HashMap::new();
    let columns = [
        "code_module",
        "code_presentation",
        "id_student",
        "date_registration",
        "date_unregistration",
    ];
    rows(folder, "studentRegistration.csv", columns, |row| {
        let [module, name, student, from, to] = row.cells;
        let place = row.place(&places, module, name)?;
        let from = row.optional("date_registration", from)?;
        let to = row.optional("date_unregistration", to)?;
        days.insert((place, student.to_owned()), (from, to));
        Ok(())
    })?;
    let mut seen: BTreeMap<(usize, String), ()> = BTreeMap::new();
    let mut data = Data {
        presentations: Vec::new(),
        registrations: Vec::with_capacity(days.len()),
        undated_registrations: 0,
        undated_withdrawals: 0,
    };
    let columns = [
        "code_module",
        "code_presentation",
        "id_student",
        "gender",
        "region",
        "highest_education",
        "age_band",
        "final_result",
    ];
    rows(folder, "studentInfo.csv", columns, |row| {
        let [
            module,
            name,
            student,
            gender,
            region,
            education,
            age,
            result,
        ] = row.cells;
        let place = row.place(&places, module, name)?;
        if !student.bytes().all(|digit| digit.is_ascii_digit()) || student.is_empty() {
            return Err(row.wrong("id_student", student));
        }
        let result = match result {
            "Pass" => FinalResult::Pass,
            "Distinction" => FinalResult::Distinction,
            "Fail" => FinalResult::Fail,
            "Withdrawn" => FinalResult::Withdrawn,
            _ => return Err(row.wrong("final_result", result)),
        };
        let key = (place, student.to_owned());
        let Some((from, to)) = days.get(&key).copied() else {
            return Err(row.wrong("id_student", student));
        };
        if seen.insert(key, ()).is_some() {
            return Err(row.wrong("id_student", student));
        }
        let presentation = &presentations[place];
        let withdrew = result == FinalResult::Withdrawn;
        data.undated_registrations += u64::from(from.is_none());
        data.undated_withdrawals += u64::from(withdrew && to.is_none());
        let last = withdrew.then(|| to.unwrap_or(presentation.days));
        let first = from.unwrap_or(0);
        // Nobody withdraws before they register.
        let first = last.map_or(first, |last| first.min(last));
        data.registrations.push(Registration {
            presentation: place,
            student: student.to_owned(),
            registered: presentation.day(first),
            withdrawn: last.map(|last| presentation.day(last)),
            result,
            gender: gender.to_owned(),
            region: region.to_owned(),
            education: education.to_owned(),
            age: age.to_owned(),
        });
        Ok(())
    })?;
    data.presentations = presentations;
    // Sorting is stable: equal moments stay in the order of the data, so every run has the same order.
    data.registrations
        .sort_by_key(|registration| registration.registered);
    Ok(data)
}

/// Midday of the first day of a presentation of that name.
fn start(name: &str) -> Option<Timestamp> {
    let (year, letter) = name.split_at_checked(4)?;
    let month = match letter {
        "B" => 2,
        "J" => 10,
        _ => return None,
    };
    let midday = jiff::civil::Date::new(year.parse().ok()?, month, 1)
        .ok()?
        .at(12, 0, 0, 0);
    let midday = midday.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(midday.timestamp().as_millisecond()))
}

/// A row of a file, for its cells and its errors.
struct Line<'a, const N: usize> {
    file: &'a str,
    number: u64,
    cells: [&'a str; N],
}

impl<const N: usize> Line<'_, N> {
    fn wrong(&self, column: &str, value: &str) -> WorkflowError {
        let value: String = value.chars().take(REPEATED).collect();
        Refusal::field(
            Code::Invalid,
            column,
            format!(
                "{}, row {}: {column} is {value:?}, which makes no sense here.",
                self.file, self.number
            ),
        )
        .into()
    }

    fn number(&self, column: &str, text: &str) -> Result<i64, WorkflowError> {
        match text.parse::<i64>() {
            Ok(number) if (-10_000..=10_000).contains(&number) => Ok(number),
            _ => Err(self.wrong(column, text)),
        }
    }

    /// A part of a hundred.
    fn weight(&self, column: &str, text: &str) -> Result<f64, WorkflowError> {
        match text.parse::<f64>() {
            Ok(weight) if (0.0..=100.0).contains(&weight) => Ok(weight),
            _ => Err(self.wrong(column, text)),
        }
    }

    fn optional(&self, column: &str, text: &str) -> Result<Option<i64>, WorkflowError> {
        if text.is_empty() || text == "?" {
            Ok(None)
        } else {
            self.number(column, text).map(Some)
        }
    }

    fn place(
        &self,
        places: &HashMap<(String, String), usize>,
        module: &str,
        name: &str,
    ) -> Result<usize, WorkflowError> {
        places
            .get(&(module.to_owned(), name.to_owned()))
            .copied()
            .ok_or_else(|| self.wrong("code_presentation", &format!("{module} {name}")))
    }
}

/// Visits the rows of a file with the cells of the columns asked for.
fn rows<const N: usize>(
    folder: &Path,
    file: &str,
    columns: [&str; N],
    mut visit: impl FnMut(Line<'_, N>) -> Result<(), WorkflowError>,
) -> Result<(), WorkflowError> {
    let path = folder.join(file);
    let unread = |source| WorkflowError::File {
        context: format!("{} could not be read", path.display()),
        source,
    };
    if fs::metadata(&path).map_err(unread)?.len() > MAX_BYTES {
        let message = format!("{file} is larger than 64 MiB; is it the OULAD file?");
        return Err(Refusal::field(Code::TooLarge, "folder", message).into());
    }
    let text = fs::read(&path).map_err(unread)?;
    let unreadable = |error: &csv::Error| -> WorkflowError {
        Refusal::field(
            Code::Invalid,
            "folder",
            format!("{file} is not a table: {error}"),
        )
        .into()
    };
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let header = reader
        .headers()
        .map_err(|error| unreadable(&error))?
        .clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = header
            .iter()
            .position(|known| known.trim_start_matches('\u{feff}') == column)
            .ok_or_else(|| {
                Refusal::field(
                    Code::Invalid,
                    "folder",
                    format!("{file} has no column {column}; is it the OULAD file?"),
                )
            })?;
    }
    let mut record = csv::StringRecord::new();
    let mut number = 1;
    while reader
        .read_record(&mut record)
        .map_err(|error| unreadable(&error))?
    {
        number += 1;
        let cells = places.map(|place| record.get(place).unwrap_or_default().trim());
        visit(Line {
            file,
            number,
            cells,
        })?;
    }
    Ok(())
}
