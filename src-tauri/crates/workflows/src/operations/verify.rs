//! The proof that everything stored agrees with everything else: the ledger's chains, the ledger
//! against the payments, the payments against the enrollments, counters against what they count,
//! references against what they name, and the store's own sums and indexes against the documents.
//!
//! It reads one state of the workspace and changes nothing. Repairing is not here.

use std::collections::{HashMap, HashSet};

use bson::oid::ObjectId;
use domain::{
    Actor, Code, Collection, CourseId, EnrollmentId, Refusal, UserId, course::Course,
    role::Permission, rules::people::erasing::is_erased, user::User,
};
use replica::{Reader, StoreError};

mod books;
mod enrollments;
mod pace;

use self::{
    books::{Books, payments},
    enrollments::enrollments,
    pace::Pace,
};
use super::{
    dto::{Finding, VerifyReport},
    figures::CourseFigures,
    trail::{Standing, Trail},
};
use crate::{desk::Desk, dto::Nothing, error::WorkflowError};

/// Findings named; more are only counted.
const NAMED: usize = 1_000;
/// What the store also compares and is told better here.
const TOLD_HERE: [&str; 3] = [
    "ledger.sum",
    "counter.courses.enrollmentCount",
    "enrollment.payment",
];

/// Records nobody can read. The store tells them among its differences; they are passed over here.
const UNREADABLE: &str = "document.";

/// Walks everything. An empty list of findings means that all of it agrees.
pub fn verify(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: Nothing,
) -> Result<VerifyReport, WorkflowError> {
    verify_while(desk, actor, &mut |_, _, _| {}, &|| false)
}

/// The same; tells the stage it is at and how many records of how many were looked at, and ends without a report
/// once it is cancelled.
pub fn verify_while(
    desk: &Desk<'_>,
    actor: &Actor,
    progress: &mut dyn FnMut(&str, u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<VerifyReport, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    walk(desk, &mut Pace::new(progress, cancelled)).map_err(|error| match error {
        WorkflowError::Store(StoreError::Stopped) => {
            Refusal::new(Code::Cancelled, "Stopped; not everything was looked at.").into()
        }
        other => other,
    })
}

fn walk(desk: &Desk<'_>, pace: &mut Pace<'_>) -> Result<VerifyReport, WorkflowError> {
    let begun = desk.now();
    let mut findings = Findings::default();
    pace.enter("file");
    pace.go_on()?;
    for line in desk.replica.integrity()? {
        findings.add("file", None, line);
    }
    let mut report = desk.read(|reader| {
        pace.expect(&reader.extent()?);
        let mut known = Known::read(reader, &mut findings, pace)?;
        let books = Books::read(reader, &mut findings, pace)?;
        payments(reader, &books, &mut known, &mut findings, pace)?;
        enrollments(reader, &mut known, &mut findings, pace)?;
        known.compare_counters(&mut findings);
        pace.enter("kept");
        for difference in reader.differences_while(|| pace.step())? {
            if TOLD_HERE.contains(&difference.check.as_str()) {
                continue;
            }
            let message = if difference.check.starts_with(UNREADABLE) {
                unread(&difference.actual)
            } else {
                format!(
                    "{} is kept, {} is right.",
                    difference.stored, difference.actual
                )
            };
            findings.add(&difference.check, Some(difference.record), message);
        }
        let (audit_events, vouchers) = trail(reader, &known, &mut findings, pace)?;
        books.vouched(&vouchers, &mut findings);
        Ok(VerifyReport {
            people: known.people,
            courses: count(known.courses.len()),
            enrollments: count(known.enrollments.len()),
            payments: known.payments,
            ledger_rows: books.rows,
            audit_events,
            findings: Vec::new(),
            took_ms: 0,
        })
    })?;
    report.findings = findings.finished();
    let took = desk
        .now()
        .timestamp_millis()
        .saturating_sub(begun.timestamp_millis());
    report.took_ms = u64::try_from(took).unwrap_or(0);
    Ok(report)
}

/// What the store says of a record nobody can read, without what it says around the reason.
fn unread(told: &str) -> String {
    let reason = ["readable afterwards: ", "cannot be read: "]
        .iter()
        .find_map(|around| told.split_once(around))
        .map_or(told, |(_, reason)| reason);
    format!("The record cannot be read: {reason}")
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[derive(Default)]
struct Findings {
    named: Vec<Finding>,
    more: u64,
}

impl Findings {
    fn add(&mut self, check: &str, record: Option<String>, message: impl Into<String>) {
        if self.named.len() < NAMED {
            self.named.push(Finding {
                check: check.to_owned(),
                record,
                message: message.into(),
            });
        } else {
            self.more += 1;
        }
    }

    fn finished(mut self) -> Vec<Finding> {
        if self.more > 0 {
            let message = format!("{} more findings are not listed.", self.more);
            self.named.push(Finding {
                check: "more".to_owned(),
                record: None,
                message,
            });
        }
        self.named
    }
}

/// Who and what there is.
struct Known {
    people: u64,
    payments: u64,
    courses: HashMap<CourseId, CourseFigures>,
    enrollments: HashMap<EnrollmentId, (UserId, CourseId)>,
    /// Records that are there and cannot be read.
    unreadable: HashSet<ObjectId>,
}

impl Known {
    fn read(
        reader: &Reader<'_>,
        findings: &mut Findings,
        pace: &mut Pace<'_>,
    ) -> Result<Self, WorkflowError> {
        let mut known = Self {
            people: 0,
            payments: 0,
            courses: HashMap::new(),
            enrollments: HashMap::new(),
            unreadable: HashSet::new(),
        };
        pace.enter("people");
        reader.examine::<User>(Collection::Users, |id, user| {
            pace.step()?;
            known.people += 1;
            if user.is_err() {
                known.unreadable.insert(id);
            }
            Ok(())
        })?;
        pace.enter("courses");
        reader.examine::<Course>(Collection::Courses, |id, course| {
            pace.step()?;
            let Ok(course) = course else {
                known.unreadable.insert(id);
                return Ok(());
            };
            let figures = CourseFigures::of(&course);
            if let Some(lessons) = figures.lessons() {
                findings.add(
                    "counter",
                    Some(course.id.to_hex()),
                    format!(
                        "“{}” says it has {} lessons and has {lessons}.",
                        course.title, course.total_lessons
                    ),
                );
            }
            known.courses.insert(course.id, figures);
            Ok(())
        })?;
        Ok(known)
    }

    fn compare_counters(&self, findings: &mut Findings) {
        for (id, figures) in &self.courses {
            let record = || Some(id.to_hex());
            if let Some(enrolled) = figures.enrolled() {
                findings.add(
                    "counter",
                    record(),
                    format!(
                        "“{}” says {} hold a place and {enrolled} do.",
                        figures.title, figures.says.enrolled
                    ),
                );
            }
            if let Some(ratings) = figures.ratings() {
                findings.add(
                    "counter",
                    record(),
                    format!(
                        "“{}” says it was rated {} times and was {ratings} times.",
                        figures.title, figures.says.ratings
                    ),
                );
            } else if let Some(average) = figures.average() {
                findings.add(
                    "counter",
                    record(),
                    format!(
                        "“{}” says it is rated {:.3}, its reviews say {average:.3}.",
                        figures.title, figures.says.average
                    ),
                );
            }
        }
    }
}

/// Every row of the audit trail; answers how many there are, and what erasures vouch for. With a server, this copy may lack rows and
/// its own may still wait there; the server's own trail is verified there.
fn trail(
    reader: &Reader<'_>,
    known: &Known,
    findings: &mut Findings,
    pace: &mut Pace<'_>,
) -> Result<(u64, HashSet<String>), WorkflowError> {
    pace.enter("trail");
    let standing = Standing {
        whole: !reader.has_server()?,
        in_order: !reader.had_server()?,
    };
    let heads = reader.trail_heads()?;
    let mut rows = 0;
    let mut unread = Vec::new();
    let mut walk = Trail::new(standing, |record, message| {
        findings.add("audit-chain", record, message);
    });
    reader.trail_rows(
        |found| {
            pace.step()?;
            rows += 1;
            if !found.waits {
                walk.take(&found.row.event, found.row.n, found.agrees);
            }
            Ok(())
        },
        |error| unread.push(error.to_string()),
    )?;
    let owner = |id| {
        let (person, _) = known.enrollments.get(&EnrollmentId(id))?;
        Some(person.0)
    };
    let vouchers = walk.finish(&heads, owner, |person| {
        let account = reader.document(Collection::Users, person);
        account.is_ok_and(|account| account.is_some_and(|account| is_erased(&account)))
    });
    for message in unread {
        findings.add("audit-chain", None, message);
    }
    Ok((rows, vouchers))
}
