//! The proof that everything stored agrees with everything else: the ledger's chains, the ledger
//! against the payments, the payments against the enrollments, counters against what they count,
//! references against what they name, and the store's own sums and indexes against the documents.
//!
//! It reads one state of the workspace and changes nothing. Repairing is not here.

use std::collections::{HashMap, HashSet};

use bson::oid::ObjectId;
use domain::{
    Actor, Collection, CourseId, EnrollmentId, UserId,
    course::Course,
    enrollment::{Enrollment, EnrollmentStatus},
    payment::Payment,
    role::Permission,
    rules::{
        effective::{covers, effective, embedded_status},
        people::erasing::is_erased,
    },
    user::User,
};
use replica::{Reader, StoreError};

mod books;

use self::books::{Books, payments};
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
    actor.require(Permission::RunWorkspace)?;
    let begun = desk.now();
    let mut findings = Findings::default();
    for line in desk.replica.integrity()? {
        findings.add("file", None, line);
    }
    let mut report = desk.read(|reader| {
        let mut known = Known::read(reader, &mut findings)?;
        let books = Books::read(reader, &mut findings)?;
        payments(reader, &books, &mut known, &mut findings)?;
        enrollments(reader, &mut known, &mut findings)?;
        known.compare_counters(&mut findings);
        for difference in reader.differences()? {
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
        let (audit_events, vouchers) = trail(reader, &known, &mut findings)?;
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
    fn read(reader: &Reader<'_>, findings: &mut Findings) -> Result<Self, WorkflowError> {
        let mut known = Self {
            people: 0,
            payments: 0,
            courses: HashMap::new(),
            enrollments: HashMap::new(),
            unreadable: HashSet::new(),
        };
        reader.examine::<User>(Collection::Users, |id, user| {
            known.people += 1;
            if user.is_err() {
                known.unreadable.insert(id);
            }
            Ok(())
        })?;
        reader.examine::<Course>(Collection::Courses, |id, course| {
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
) -> Result<(u64, HashSet<String>), WorkflowError> {
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

/// Every enrollment against its payments, its people and its course.
fn enrollments(
    reader: &Reader<'_>,
    known: &mut Known,
    findings: &mut Findings,
) -> Result<(), WorkflowError> {
    reader.examine::<Enrollment>(Collection::Enrollments, |id, enrollment| {
        let Ok(enrollment) = enrollment else {
            known.unreadable.insert(id);
            return Ok(());
        };
        let record = || Some(enrollment.id.to_hex());
        known
            .enrollments
            .insert(enrollment.id, (enrollment.user, enrollment.course));
        match known.courses.get_mut(&enrollment.course) {
            None if known.unreadable.contains(&enrollment.course.0) => {}
            None => findings.add(
                "reference",
                record(),
                "The enrollment's course is not on record.",
            ),
            Some(figures) => {
                figures.count(&enrollment);
                if let Some(right) = figures.progress(&enrollment) {
                    let says = enrollment.progress.percentage;
                    findings.add(
                        "counter",
                        record(),
                        format!("The progress says {says} percent and is {right}."),
                    );
                }
            }
        }
        stands(&enrollment, findings);
        paid(reader, &enrollment, findings)
    })?;
    reader.examine::<Payment>(Collection::Payments, |_, payment| {
        let Ok(payment) = payment else {
            return Ok(());
        };
        let Some(id) = payment.enrollment else {
            return Ok(());
        };
        let record = || Some(payment.id.to_hex());
        match known.enrollments.get(&id) {
            None if known.unreadable.contains(&id.0) => {}
            None => findings.add(
                "reference",
                record(),
                "The payment's enrollment is not on record.",
            ),
            Some(pair) if *pair != (payment.user, payment.course) => {
                findings.add(
                    "reference",
                    record(),
                    "The payment and its enrollment name different people or courses.",
                );
            }
            Some(_) => {}
        }
        Ok(())
    })?;
    Ok(())
}

/// Whether what the enrollment says of itself fits its state.
fn stands(enrollment: &Enrollment, findings: &mut Findings) {
    let mut off = |message: &str| findings.add("state", Some(enrollment.id.to_hex()), message);
    match enrollment.status {
        EnrollmentStatus::Completed if enrollment.completion_date.is_none() => {
            off("The enrollment is completed and does not say when.");
        }
        EnrollmentStatus::Cancelled | EnrollmentStatus::Refunded
            if enrollment.ended_at.is_none() =>
        {
            off("The enrollment has ended and does not say when.");
        }
        _ => {}
    }
    if enrollment.certificate_issued != enrollment.certificate_id.is_some() {
        off("The certificate is issued without an id, or has an id without being issued.");
    }
    if !(0.0..=100.0).contains(&enrollment.progress.percentage) {
        off("The progress is not between 0 and 100 percent.");
    }
}

/// Whether the embedded payment is the effective one.
fn paid(
    reader: &Reader<'_>,
    enrollment: &Enrollment,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let record = || Some(enrollment.id.to_hex());
    let payments = match reader.payments_of_enrollment(enrollment.id) {
        // Which of them is the effective one cannot be told.
        Err(StoreError::Unreadable { .. }) => return Ok(()),
        found => found?,
    };
    let embedded = &enrollment.payment;
    let Some(payment) = effective(enrollment, &payments) else {
        let owes = embedded.amount.is_some_and(|amount| amount > 0.0);
        if owes && !matches!(enrollment.status, EnrollmentStatus::Cancelled) {
            findings.add(
                "state",
                record(),
                "The enrollment costs something and has no payment.",
            );
        }
        return Ok(());
    };
    if embedded.status != embedded_status(payment.status) {
        findings.add(
            "state",
            record(),
            format!(
                "The enrollment says its payment is {}; the payment is {}.",
                embedded.status.as_str(),
                payment.status.as_str()
            ),
        );
    }
    if embedded.amount != Some(payment.amount)
        || !embedded
            .currency
            .as_deref()
            .is_some_and(|code| code.eq_ignore_ascii_case(payment.currency.code()))
    {
        findings.add(
            "state",
            record(),
            "The enrollment and its payment are of different amounts.",
        );
    }
    let learning = matches!(
        enrollment.status,
        EnrollmentStatus::Active | EnrollmentStatus::Completed
    );
    if learning && !covers(payment) {
        findings.add(
            "state",
            record(),
            "The course is open to the student and nothing pays for it.",
        );
    }
    Ok(())
}
