//! The dry run and the import: what of a file is new, written in parts.

use std::collections::{HashMap, HashSet};

use bson::oid::ObjectId;
use domain::{
    Actor, ChangeSet, Code, Collection, CourseId, Currency, Refusal, Timestamp, UserId,
    audit::{Deed, Subject},
    change::Offline,
    course::Course,
    role::Permission,
    rules::{
        Stamp, people as people_rules,
        publishing::{self, fields::free_slug, may_teach},
    },
};
use replica::{CommitError, Import, ImportKind as StoredKind, Reader};

use super::{
    Faults, count,
    courses::{self, CourseLine, Surroundings},
    mapping::Mapping,
    people::{self, PersonLine},
    preview,
    reading::{self, Row},
};
use crate::{
    desk::Desk,
    error::WorkflowError,
    operations::dto::{ImportKind, ImportMapping, ImportOutcome},
};

/// People written in one change set.
const PEOPLE_A_PART: usize = 500;
/// Courses written in one change set; they are larger.
const COURSES_A_PART: usize = 100;
/// How often a part is made anew when somebody took an e-mail address or slug in between.
const TRIES: usize = 5;

/// A file to import.
#[derive(Clone, Debug)]
pub struct File<'a> {
    /// What it holds.
    pub kind: ImportKind,
    /// Its name, for the record.
    pub name: String,
    /// What is in it.
    pub bytes: &'a [u8],
    /// Which column fills which field; none: as proposed.
    pub mapping: Option<&'a [ImportMapping]>,
    /// E-mail address of who teaches the courses whose rows name nobody; none: whoever imports.
    pub instructor: Option<&'a str>,
}

/// Checks a file, and imports what is sound in it unless it is only to be checked. Rows with a fault
/// are left out and named; what is already there is left as it is. Refuses only what concerns the
/// whole file: no table, a wrong mapping.
pub fn run(
    desk: &Desk<'_>,
    actor: &Actor,
    file: File<'_>,
    dry_run: bool,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<ImportOutcome, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    let table = reading::read(file.bytes)?;
    let proposed;
    let wanted = match file.mapping {
        Some(wanted) => wanted,
        None => {
            proposed = super::proposed(file.kind, &table.columns);
            &proposed
        }
    };
    let mapping = Mapping::new(file.kind, &table.columns, wanted)?;
    let mut faults = Faults::new(&mapping);
    let mut outcome = ImportOutcome {
        rows: count(table.rows.len()),
        created: 0,
        skipped: 0,
        errors: Vec::new(),
        error_count: 0,
        faulty_rows: 0,
        notes: Vec::new(),
        cancelled: false,
        preview: Vec::new(),
        import: None,
    };
    let mut record = Record {
        desk,
        actor,
        name: file.name.trim().chars().take(200).collect(),
        head: None,
        kind: file.kind,
        dry_run,
        slugs: HashSet::new(),
    };
    let mut steps = Steps {
        progress,
        cancelled,
    };
    match file.kind {
        ImportKind::People => {
            let lines = people::read(&table.rows, &mapping, desk.now(), &mut faults);
            outcome.preview = preview::people(&lines);
            import(
                &mut record,
                lines,
                PEOPLE_A_PART,
                &mut steps,
                &mut outcome,
                people_part,
            )?;
        }
        ImportKind::Courses => {
            let lines = read_courses(
                desk,
                actor,
                &table.rows,
                &mapping,
                file.instructor,
                &mut faults,
            )?;
            record.slugs = lines.iter().filter_map(|line| line.slug.clone()).collect();
            outcome.preview = preview::courses(&lines);
            import(
                &mut record,
                lines,
                COURSES_A_PART,
                &mut steps,
                &mut outcome,
                courses_part,
            )?;
        }
    }
    faults.named.sort_by_key(|error| error.row);
    outcome.errors = faults.named;
    outcome.error_count = faults.all;
    outcome.faulty_rows = count(faults.rows.len());
    outcome.notes = faults.notes;
    outcome.import = record.head.map(ObjectId::to_hex);
    Ok(outcome)
}

fn read_courses(
    desk: &Desk<'_>,
    actor: &Actor,
    rows: &[Row],
    mapping: &Mapping,
    instructor: Option<&str>,
    faults: &mut Faults<'_>,
) -> Result<Vec<CourseLine>, WorkflowError> {
    let instructor = instructor.map(|email| email.trim().to_lowercase());
    let named: HashSet<String> = rows
        .iter()
        .filter_map(|row| mapping.value(row, "instructor"))
        .map(str::to_lowercase)
        .chain(instructor.clone())
        .collect();
    let (currency, teachers) = desk.read(|reader| {
        let mut teachers: HashMap<String, UserId> = HashMap::new();
        for email in named {
            if let Some(user) = reader.user_by_email(&email)?
                && may_teach(Some(&user)).is_ok()
            {
                teachers.insert(email, user.id);
            }
        }
        let currency = reader
            .settings()?
            .map_or(Currency::default(), |settings| settings.currency);
        Ok((currency, teachers))
    })?;
    let instructor = match instructor {
        Some(email) => Some(*teachers.get(&email).ok_or_else(|| {
            Refusal::field(
                Code::Invalid,
                "instructor",
                format!(
                    "No instructor has the e-mail address {email}. Import or create the person first."
                ),
            )
        })?),
        None => actor
            .user
            .filter(|_| !mapping.has("instructor") || mapping.is_column("instructor")),
    };
    let around = Surroundings {
        currency,
        instructor,
        teachers: &teachers,
        at: desk.now(),
        fresh: &|| desk.ids.object_id(),
    };
    Ok(courses::read(rows, mapping, &around, faults))
}

/// Progress out, cancelling in.
struct Steps<'a> {
    progress: &'a mut dyn FnMut(u64, u64),
    cancelled: &'a dyn Fn() -> bool,
}

/// The import being written.
struct Record<'a> {
    desk: &'a Desk<'a>,
    actor: &'a Actor,
    name: String,
    /// The first part, by which the import is known.
    head: Option<ObjectId>,
    kind: ImportKind,
    dry_run: bool,
    /// Slugs the file asks for, which no other course of it is given.
    slugs: HashSet<String>,
}

impl Record<'_> {
    fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp {
            op: self.desk.ids.op(at),
            at,
            actor: self.actor.clone(),
        }
    }

    /// One change set of many: their writes and guards, and the record of what they make.
    fn part(
        &self,
        sets: Vec<ChangeSet>,
        created: Vec<Subject>,
    ) -> Result<(ObjectId, ChangeSet), WorkflowError> {
        let at = self.desk.now();
        let id = self.desk.ids.object_id();
        let verb = match self.kind {
            ImportKind::People => "people.imported",
            ImportKind::Courses => "courses.imported",
        };
        let mut deed = Deed::new(verb, Collection::Imports, id)
            .with("file", self.name.as_str())
            .with("created", i64::try_from(created.len()).unwrap_or(i64::MAX));
        deed.subjects.extend(created.iter().copied());
        let mut extra = bson::Document::new();
        if let Some(head) = self.head {
            extra.insert("partOf", head);
        }
        let import = Import {
            id,
            kind: match self.kind {
                ImportKind::People => StoredKind::People,
                ImportKind::Courses => StoredKind::Courses,
            },
            file: self.name.clone(),
            at,
            by: self.actor.user,
            rows: i64::try_from(created.len()).unwrap_or(i64::MAX),
            created,
            undone_at: None,
            sync: None,
            extra,
        };
        let document = bson::serialize_to_document(&import).map_err(|error| {
            WorkflowError::Defect(format!("The import cannot be recorded: {error}"))
        })?;
        // A part may wait for a server if each of its records may: students may, staff may not.
        let offline = if sets.iter().all(|set| set.offline == Offline::Queue) {
            Offline::Queue
        } else {
            Offline::OnlineOnly
        };
        let mut part = self.stamp(at).change_set(deed, offline);
        for set in sets {
            part.changes.extend(set.changes);
            part.guards.extend(set.guards);
        }
        Ok((id, part.insert(Collection::Imports, document)))
    }
}

/// What of some lines is new: their change sets with what they make; the others are there already.
type Part = Vec<(ChangeSet, Subject)>;

/// Writes the lines part by part. Each part reads what is there anew, so that an import running beside
/// another one makes nobody twice.
fn import<L>(
    record: &mut Record<'_>,
    lines: Vec<L>,
    a_part: usize,
    steps: &mut Steps<'_>,
    outcome: &mut ImportOutcome,
    fresh: fn(&Record<'_>, &Reader<'_>, &[L]) -> Result<Part, WorkflowError>,
) -> Result<(), WorkflowError> {
    let total = count(lines.len());
    (steps.progress)(0, total);
    let mut done = 0;
    for chunk in lines.chunks(a_part) {
        if (steps.cancelled)() {
            outcome.cancelled = true;
            return Ok(());
        }
        let made = write(record, chunk, fresh)?;
        outcome.created += made;
        outcome.skipped += count(chunk.len()) - made;
        done += count(chunk.len());
        (steps.progress)(done, total);
    }
    Ok(())
}

fn write<L>(
    record: &mut Record<'_>,
    chunk: &[L],
    fresh: fn(&Record<'_>, &Reader<'_>, &[L]) -> Result<Part, WorkflowError>,
) -> Result<u64, WorkflowError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let part = record.desk.read(|reader| fresh(record, reader, chunk))?;
        let made = count(part.len());
        if record.dry_run || part.is_empty() {
            return Ok(made);
        }
        let (sets, created) = part.into_iter().unzip();
        let (id, set) = record.part(sets, created)?;
        match record.desk.authority.commit(&set) {
            Ok(_) => {
                record.head.get_or_insert(id);
                return Ok(made);
            }
            Err(CommitError::GuardMissed(refusal) | CommitError::Refused(refusal))
                if matches!(refusal.code, Code::Taken | Code::Stale) && tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn people_part(
    record: &Record<'_>,
    reader: &Reader<'_>,
    lines: &[PersonLine],
) -> Result<Part, WorkflowError> {
    let at = record.desk.now();
    let mut part = Part::new();
    for line in lines {
        if reader.user_by_email(&line.new.email)?.is_some() {
            continue;
        }
        let mut new = line.new.clone();
        new.id = UserId(record.desk.ids.object_id());
        let (set, user) = people_rules::create(&record.stamp(at), new)
            .map_err(|refusal| at_row(line.row, refusal))?;
        part.push((
            set,
            Subject {
                collection: Collection::Users,
                id: user.id.0,
            },
        ));
    }
    Ok(part)
}

fn courses_part(
    record: &Record<'_>,
    reader: &Reader<'_>,
    lines: &[CourseLine],
) -> Result<Part, WorkflowError> {
    let at = record.desk.now();
    let mut slugs: HashSet<String> = HashSet::new();
    let mut part = Part::new();
    for line in lines {
        let there = match &line.slug {
            Some(slug) => reader.slug_taken(slug)?,
            None => reader.course_by_title(&line.course.title)?.is_some(),
        };
        if there {
            continue;
        }
        let mut course: Course = line.course.clone();
        course.id = CourseId(record.desk.ids.object_id());
        let slug = match &line.slug {
            Some(slug) => slug.clone(),
            None => free_slug(&course.title, |slug| {
                Ok::<bool, WorkflowError>(
                    slugs.contains(slug)
                        || record.slugs.contains(slug)
                        || reader.slug_taken(slug)?,
                )
            })?,
        };
        slugs.insert(slug.clone());
        course.slug = Some(slug);
        let set = publishing::create(&record.stamp(at), &course)
            .map_err(|refusal| at_row(line.row, refusal))?;
        part.push((
            set,
            Subject {
                collection: Collection::Courses,
                id: course.id.0,
            },
        ));
    }
    Ok(part)
}

/// A refusal that the row's own checks did not foresee says which row it was.
fn at_row(row: u64, refusal: Refusal) -> Refusal {
    Refusal {
        message: format!("Row {row}: {}", refusal.message),
        ..refusal
    }
}
