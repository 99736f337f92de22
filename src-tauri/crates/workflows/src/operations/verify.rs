//! The proof that everything stored agrees with everything else: the ledger's chains, the ledger
//! against the payments, the payments against the enrollments, counters against what they count,
//! references against what they name, and the store's own sums and indexes against the documents.
//!
//! It reads one state of the workspace and changes nothing. Repairing is not here.

use std::collections::{HashMap, HashSet};

use domain::{
    Actor, CourseId, DeviceId, EnrollmentId, PaymentId, UserId,
    enrollment::{Enrollment, EnrollmentStatus},
    ledger::{EntryKind, GENESIS, LedgerEntry},
    payment::{Payment, RefundStatus},
    role::Permission,
    rules::effective::{covers, effective, embedded_status},
};
use replica::{Reader, StoreError};

use super::{
    dto::{Finding, VerifyReport},
    trail::{Standing, Trail},
};
use crate::{desk::Desk, dto::Nothing, error::WorkflowError};

/// Findings named; more are only counted.
const NAMED: usize = 1_000;
/// How far a stored average may be from the computed one: sums are kept in thousandths.
const SLACK: f64 = 0.01;
/// What the store also compares and is told better here.
const TOLD_HERE: [&str; 3] = [
    "ledger.sum",
    "counter.courses.enrollmentCount",
    "enrollment.payment",
];

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
            let message = format!(
                "{} is kept, {} is right.",
                difference.stored, difference.actual
            );
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

/// What a course says of itself, and what was counted.
#[derive(Default)]
struct CourseFigures {
    title: String,
    says_enrolled: i64,
    enrolled: i64,
    says_average: f64,
    says_ratings: i64,
    stars: f64,
    ratings: i64,
}

/// Who and what there is.
struct Known {
    people: u64,
    payments: u64,
    courses: HashMap<CourseId, CourseFigures>,
    enrollments: HashMap<EnrollmentId, (UserId, CourseId)>,
}

impl Known {
    fn read(reader: &Reader<'_>, findings: &mut Findings) -> Result<Self, WorkflowError> {
        let mut known = Self {
            people: 0,
            payments: 0,
            courses: HashMap::new(),
            enrollments: HashMap::new(),
        };
        reader.every_user(|_| {
            known.people += 1;
            Ok(())
        })?;
        reader.every_course(|course| {
            let record = Some(course.id.to_hex());
            let lessons = i64::try_from(course.lesson_count()).unwrap_or(i64::MAX);
            if course.total_lessons != lessons {
                findings.add(
                    "counter",
                    record,
                    format!(
                        "“{}” says it has {} lessons and has {lessons}.",
                        course.title, course.total_lessons
                    ),
                );
            }
            known.courses.insert(
                course.id,
                CourseFigures {
                    title: course.title,
                    says_enrolled: course.enrollment_count,
                    says_average: course.rating.average,
                    says_ratings: course.rating.count,
                    ..CourseFigures::default()
                },
            );
            Ok(())
        })?;
        Ok(known)
    }

    fn compare_counters(&self, findings: &mut Findings) {
        for (id, figures) in &self.courses {
            let record = || Some(id.to_hex());
            if figures.says_enrolled != figures.enrolled {
                findings.add(
                    "counter",
                    record(),
                    format!(
                        "“{}” says {} hold a place and {} do.",
                        figures.title, figures.says_enrolled, figures.enrolled
                    ),
                );
            }
            if figures.says_ratings != figures.ratings {
                findings.add(
                    "counter",
                    record(),
                    format!(
                        "“{}” says it was rated {} times and was {} times.",
                        figures.title, figures.says_ratings, figures.ratings
                    ),
                );
            } else if figures.ratings > 0 {
                let n = i32::try_from(figures.ratings).map_or(f64::MAX, f64::from);
                let average = figures.stars / n;
                if (average - figures.says_average).abs() > SLACK {
                    findings.add(
                        "counter",
                        record(),
                        format!(
                            "“{}” says it is rated {:.3}, its reviews say {average:.3}.",
                            figures.title, figures.says_average
                        ),
                    );
                }
            }
        }
    }
}

/// What the ledger says of each payment.
#[derive(Clone, Debug, Default)]
struct Booked {
    sum: i64,
    charged: i64,
    receipt: Option<String>,
}

struct Books {
    rows: u64,
    of: HashMap<PaymentId, Booked>,
    /// Rows whose remark was erased: receipt number, and what has to be vouched for.
    erased: Vec<(String, String)>,
}

impl Books {
    /// What is left of a row whose remark was erased is what the erasure vouched for.
    fn vouched(&self, vouchers: &HashSet<String>, findings: &mut Findings) {
        for (receipt, voucher) in &self.erased {
            if !vouchers.contains(voucher) {
                findings.add(
                    "ledger-chain",
                    Some(receipt.clone()),
                    "This row was changed: what is left of it is not what an erasure vouches for.",
                );
            }
        }
    }

    /// Walks every device's chain and adds up every payment's rows.
    fn read(reader: &Reader<'_>, findings: &mut Findings) -> Result<Self, WorkflowError> {
        let mut books = Self {
            rows: 0,
            of: HashMap::new(),
            erased: Vec::new(),
        };
        let mut device: Option<DeviceId> = None;
        let (mut number, mut prev) = (0_u64, GENESIS.to_owned());
        reader.ledger_rows(|row| {
            books.rows += 1;
            if device.as_ref() != Some(&row.device) {
                device = Some(row.device.clone());
                number = 0;
                GENESIS.clone_into(&mut prev);
            }
            let record = || Some(row.receipt_number());
            if row.erased {
                books.erased.push((row.receipt_number(), row.voucher()));
            } else if row.computed_hash() != row.hash {
                findings.add("ledger-chain", record(), "This row of the ledger was changed after it was booked.");
            }
            if row.number != number + 1 || row.prev != prev {
                findings.add(
                    "ledger-chain",
                    record(),
                    "This row does not follow the one before it: a row is missing, added or out of order.",
                );
            }
            if !sign_fits(&row) {
                findings.add("ledger-sum", record(), "The sign of the amount does not fit what the row books.");
            }
            number = row.number;
            prev.clone_from(&row.hash);
            let booked = books.of.entry(row.payment).or_default();
            booked.sum = booked.sum.saturating_add(row.amount_minor);
            if row.kind == EntryKind::Charge {
                booked.charged = booked.charged.saturating_add(row.amount_minor);
                booked.receipt.get_or_insert_with(|| row.receipt_number());
            }
            Ok(())
        })?;
        Ok(books)
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
    let mut walk = Trail::new(standing, |record, message| {
        findings.add("audit-chain", record, message);
    });
    reader.trail_rows(|found| {
        rows += 1;
        if !found.waits {
            walk.take(&found.row.event, found.row.n, found.agrees);
        }
        Ok(())
    })?;
    let vouchers = walk.finish(&heads, |id| {
        let (person, _) = known.enrollments.get(&EnrollmentId(id))?;
        Some(person.0)
    });
    Ok((rows, vouchers))
}

fn sign_fits(row: &LedgerEntry) -> bool {
    match row.kind {
        EntryKind::Charge => row.amount_minor > 0,
        EntryKind::Refund | EntryKind::Void => row.amount_minor < 0,
        EntryKind::Adjustment => row.amount_minor != 0,
    }
}

/// Every payment against the ledger and against its own refunds.
fn payments(
    reader: &Reader<'_>,
    books: &Books,
    known: &mut Known,
    findings: &mut Findings,
) -> Result<(), WorkflowError> {
    let mut seen: HashSet<PaymentId> = HashSet::new();
    let nothing = Booked::default();
    reader.every_payment(|payment| {
        known.payments += 1;
        seen.insert(payment.id);
        let record = || Some(payment.id.to_hex());
        if let Err(refusal) = against_ledger(
            &payment,
            books.of.get(&payment.id).unwrap_or(&nothing),
            findings,
        ) {
            findings.add("ledger-sum", record(), refusal.message);
        }
        Ok(())
    })?;
    for payment in books.of.keys().filter(|payment| !seen.contains(payment)) {
        findings.add(
            "reference",
            Some(payment.to_hex()),
            "The ledger books a payment that is not on record.",
        );
    }
    Ok(())
}

fn against_ledger(
    payment: &Payment,
    booked: &Booked,
    findings: &mut Findings,
) -> Result<(), domain::Refusal> {
    let record = || Some(payment.id.to_hex());
    let derived = payment.derived_status()?;
    if derived != payment.status {
        findings.add(
            "state",
            record(),
            format!(
                "The payment is {}; its refunds make it {}.",
                payment.status.as_str(),
                derived.as_str()
            ),
        );
    }
    let (amount, left) = (payment.amount()?, payment.refundable()?);
    if booked.sum != left.minor {
        let ledger = domain::Money::new(booked.sum, payment.currency);
        findings.add(
            "ledger-sum",
            record(),
            format!("The payment says {left} are held, the ledger says {ledger}."),
        );
    }
    if payment.status.is_captured() && booked.charged != amount.minor {
        let charged = domain::Money::new(booked.charged, payment.currency);
        findings.add(
            "ledger-sum",
            record(),
            format!("The payment is of {amount}, the ledger charged {charged}."),
        );
    }
    if payment.receipt_number != booked.receipt {
        findings.add(
            "reference",
            record(),
            "The payment's receipt number is not the one its booking has.",
        );
    }
    let asked = payment.refund_requested()?;
    if asked.minor > left.minor {
        findings.add(
            "state",
            record(),
            format!("Refunds of {asked} wait, and only {left} are held."),
        );
    }
    for refund in payment
        .refunds
        .iter()
        .filter(|refund| refund.status == RefundStatus::Succeeded)
    {
        if refund.refunded_at.is_none() {
            findings.add(
                "state",
                record(),
                "A refund is booked and does not say when.",
            );
        }
    }
    Ok(())
}

/// Every enrollment against its payments, its people and its course.
fn enrollments(
    reader: &Reader<'_>,
    known: &mut Known,
    findings: &mut Findings,
) -> Result<(), WorkflowError> {
    reader.every_enrollment(|enrollment| {
        let record = || Some(enrollment.id.to_hex());
        known
            .enrollments
            .insert(enrollment.id, (enrollment.user, enrollment.course));
        match known.courses.get_mut(&enrollment.course) {
            None => findings.add(
                "reference",
                record(),
                "The enrollment's course is not on record.",
            ),
            Some(figures) => {
                figures.enrolled += i64::from(enrollment.status.holds_place());
                if let Some(stars) = enrollment.review.as_ref().and_then(|review| review.rating) {
                    figures.ratings += 1;
                    figures.stars += stars;
                }
            }
        }
        stands(&enrollment, findings);
        paid(reader, &enrollment, findings)
    })?;
    reader.every_payment(|payment| {
        let Some(id) = payment.enrollment else {
            return Ok(());
        };
        let record = || Some(payment.id.to_hex());
        match known.enrollments.get(&id) {
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
    let payments = reader.payments_of_enrollment(enrollment.id)?;
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
        || embedded.currency.as_deref() != Some(payment.currency.code())
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
