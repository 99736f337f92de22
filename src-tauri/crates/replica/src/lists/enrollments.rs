//! The list of enrollments: what it can be narrowed by, sorted by, and shows.

use domain::{
    CourseId, EnrollmentId, Money, Timestamp, UserId,
    enrollment::{EmbeddedPaymentStatus, EnrollmentStatus},
};
use rusqlite::types::Value;

use super::{
    cells::{self, Cells},
    plan::{Ask, Condition, Facet, Path},
    text::{Narrowing, Records},
};
use crate::{
    error::StoreError,
    page::{Page, Window},
    replica::Reader,
    search::Words,
};

/// What a list of enrollments is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EnrollmentSort {
    /// When this attempt was enrolled.
    #[default]
    Enrolled,
    /// The student's name, folded.
    Student,
    /// The course's title, folded.
    Course,
    /// Status, then when enrolled.
    Status,
    /// Progress.
    Progress,
    /// Currency, then amount.
    Amount,
    /// When completed; never comes before the first.
    Completed,
}

impl EnrollmentSort {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Enrolled,
        Self::Student,
        Self::Course,
        Self::Status,
        Self::Progress,
        Self::Amount,
        Self::Completed,
    ];
}

/// Which enrollments, in which order. An empty list or `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnrollmentQuery {
    /// Words of the student's name or e-mail, or of the course's title; the last one perhaps unfinished.
    pub text: Option<String>,
    /// Any of these statuses.
    pub statuses: Vec<EnrollmentStatus>,
    /// Any of these statuses of the effective payment.
    pub payment_statuses: Vec<EmbeddedPaymentStatus>,
    /// Of this student.
    pub user: Option<UserId>,
    /// In this course.
    pub course: Option<CourseId>,
    /// In a course of this instructor.
    pub instructor: Option<UserId>,
    /// Enrolled at this moment or later.
    pub enrolled_from: Option<Timestamp>,
    /// Enrolled before this moment.
    pub enrolled_before: Option<Timestamp>,
    /// Sorted by.
    pub sort: EnrollmentSort,
    /// From the end.
    pub descending: bool,
}

/// A line of the list of enrollments.
#[derive(Clone, Debug, PartialEq)]
pub struct EnrollmentRow {
    /// The enrollment.
    pub id: EnrollmentId,
    /// The student.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// The course.
    pub course: CourseId,
    /// Its title.
    pub course_title: String,
    /// Who teaches it.
    pub instructor: UserId,
    /// Where it stands.
    pub status: EnrollmentStatus,
    /// Which run, from 1.
    pub attempt: i64,
    /// When this attempt was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// When it was cancelled or refunded.
    pub ended_at: Option<Timestamp>,
    /// 0 to 100.
    pub progress: f64,
    /// Weighted percent.
    pub final_score: Option<f64>,
    /// Last time a lesson was opened.
    pub last_access_at: Option<Timestamp>,
    /// Where the effective payment stands.
    pub payment_status: EmbeddedPaymentStatus,
    /// The price at the moment of enrolling.
    pub amount: Money,
    /// The certificate, once issued.
    pub certificate_id: Option<String>,
}

const ENROLLED: &[&str] = &["enrolled_at"];
const STUDENT: &[&str] = &["user_fold"];
const COURSE: &[&str] = &["course_fold"];
const BY_STATUS: &[&str] = &["status", "enrolled_at"];
const PROGRESS: &[&str] = &["progress"];
const AMOUNT: &[&str] = &["currency", "amount_minor"];
const COMPLETED: &[&str] = &["completed_at"];

const STATUS: &[&str] = &["status"];
const PAYMENT: &[&str] = &["payment_status", "status"];
const IN_COURSE: &[&str] = &["course", "status"];
const OF_INSTRUCTOR: &[&str] = &["instructor", "status"];

const PAID: &[&str] = &["payment_status"];
const MORE: &[&str] = &[
    "payment_status",
    "status",
    "progress",
    "completed_at",
    "currency",
    "amount_minor",
    "enrolled_at",
];
const FIGURES: &[&str] = &[
    "payment_status",
    "completed_at",
    "currency",
    "amount_minor",
    "enrolled_at",
];

const PATHS: &[Path] = &[
    Path {
        index: "enrollments_by_date",
        lead: &[],
        keys: ENROLLED,
        covers: &["status", "payment_status"],
    },
    Path {
        index: "enrollments_by_user_name",
        lead: &[],
        keys: STUDENT,
        covers: &[],
    },
    Path {
        index: "enrollments_by_course_name",
        lead: &[],
        keys: COURSE,
        covers: &[],
    },
    Path {
        index: "enrollments_by_progress",
        lead: &[],
        keys: PROGRESS,
        covers: &[],
    },
    Path {
        index: "enrollments_by_amount",
        lead: &[],
        keys: AMOUNT,
        covers: &[],
    },
    Path {
        index: "enrollments_by_completed",
        lead: &[],
        keys: COMPLETED,
        covers: &[],
    },
    Path {
        index: "enrollments_by_status",
        lead: &[],
        keys: BY_STATUS,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_status",
        lead: STATUS,
        keys: BY_STATUS,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_status",
        lead: STATUS,
        keys: ENROLLED,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_status_user",
        lead: STATUS,
        keys: STUDENT,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_status_course",
        lead: STATUS,
        keys: COURSE,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_status_progress",
        lead: STATUS,
        keys: PROGRESS,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_status_amount",
        lead: STATUS,
        keys: AMOUNT,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_status_completed",
        lead: STATUS,
        keys: COMPLETED,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_payment",
        lead: PAYMENT,
        keys: ENROLLED,
        covers: MORE,
    },
    Path {
        index: "enrollments_by_payment",
        lead: PAYMENT,
        keys: BY_STATUS,
        covers: MORE,
    },
    Path {
        index: "enrollments_by_payment_user",
        lead: PAYMENT,
        keys: STUDENT,
        covers: &[],
    },
];
const COURSE_PATHS: &[Path] = &[
    Path {
        index: "enrollments_by_course",
        lead: IN_COURSE,
        keys: ENROLLED,
        covers: FIGURES,
    },
    Path {
        index: "enrollments_by_course",
        lead: &["course"],
        keys: BY_STATUS,
        covers: FIGURES,
    },
    Path {
        index: "enrollments_by_course_user",
        lead: IN_COURSE,
        keys: STUDENT,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_course_progress",
        lead: IN_COURSE,
        keys: PROGRESS,
        covers: PAID,
    },
];
const INSTRUCTOR_PATHS: &[Path] = &[
    Path {
        index: "enrollments_by_instructor",
        lead: OF_INSTRUCTOR,
        keys: ENROLLED,
        covers: MORE,
    },
    Path {
        index: "enrollments_by_instructor",
        lead: &["instructor"],
        keys: BY_STATUS,
        covers: MORE,
    },
    Path {
        index: "enrollments_by_instructor_user",
        lead: OF_INSTRUCTOR,
        keys: STUDENT,
        covers: PAID,
    },
    Path {
        index: "enrollments_by_instructor_course",
        lead: OF_INSTRUCTOR,
        keys: COURSE,
        covers: PAID,
    },
];

const RECORDS: Records = Records {
    table: "enrollments",
    counts: "enrollment_counts",
    totals: "enrollment_totals",
    by_user: "sqlite_autoindex_enrollments_2",
    by_course: "enrollments_by_course",
    references: &[],
    tested: &["user_fold", "course_fold", "user"],
};

impl EnrollmentSort {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Enrolled => ENROLLED,
            Self::Student => STUDENT,
            Self::Course => COURSE,
            Self::Status => BY_STATUS,
            Self::Progress => PROGRESS,
            Self::Amount => AMOUNT,
            Self::Completed => COMPLETED,
        }
    }
}

pub(crate) const PAYMENT_STATUSES: [EmbeddedPaymentStatus; 4] = [
    EmbeddedPaymentStatus::Pending,
    EmbeddedPaymentStatus::Completed,
    EmbeddedPaymentStatus::Failed,
    EmbeddedPaymentStatus::Refunded,
];

impl Reader<'_> {
    /// Enrollments, a window of them.
    pub fn enrollments(
        &self,
        query: &EnrollmentQuery,
        window: Window,
    ) -> Result<Page<EnrollmentRow>, StoreError> {
        let answer = self.answer(&self.enrollments_ask(query)?, window)?;
        let rows = self.fetch(
            &answer.rows,
            "SELECT currency, id, user, user_name, course, course_title, instructor, status, attempt, enrolled_at,
                    completed_at, ended_at, progress, final_score, last_access_at, payment_status,
                    amount_minor, certificate_id
             FROM enrollments WHERE n = ?1",
            |row| {
                let mut cells = Cells::of(row);
                let currency = cells.currency()?;
                Ok(EnrollmentRow {
                    id: cells.id()?,
                    user: cells.id()?,
                    user_name: cells.value()?,
                    course: cells.id()?,
                    course_title: cells.value()?,
                    instructor: cells.id()?,
                    status: cells.word(&EnrollmentStatus::ALL, EnrollmentStatus::as_str)?,
                    attempt: cells.value()?,
                    enrolled_at: cells.moment()?,
                    completed_at: cells.optional_moment()?,
                    ended_at: cells.optional_moment()?,
                    progress: cells.value()?,
                    final_score: cells.value()?,
                    last_access_at: cells.optional_moment()?,
                    payment_status: cells.word(&PAYMENT_STATUSES,
                        EmbeddedPaymentStatus::as_str,
                    )?,
                    amount: cells.money(currency)?,
                    certificate_id: cells.value()?,
                })
            },
        )?;
        Ok(Page {
            rows,
            total: answer.total,
        })
    }

    pub(super) fn enrollments_ask(&self, query: &EnrollmentQuery) -> Result<Ask, StoreError> {
        let mut facets = Vec::new();
        let mut narrow = |column, values: Option<Vec<Value>>| {
            facets.extend(values.map(|values| Facet { column, values }));
        };
        narrow(
            "status",
            cells::words(&query.statuses, EnrollmentStatus::as_str),
        );
        narrow(
            "payment_status",
            cells::words(&query.payment_statuses, EmbeddedPaymentStatus::as_str),
        );
        // The scope: counts and paths are those under it. A course has one instructor, so under both
        // the counts say whether the course is theirs.
        let (paths, counts, mut scope): (_, _, Vec<Value>) = match (query.course, query.instructor)
        {
            (Some(course), None) => (
                COURSE_PATHS,
                "enrollment_counts WHERE course = ?",
                vec![cells::blob(course)],
            ),
            (Some(course), Some(instructor)) => (
                COURSE_PATHS,
                "enrollment_counts WHERE course = ? AND instructor = ?",
                vec![cells::blob(course), cells::blob(instructor)],
            ),
            (None, Some(instructor)) => (
                INSTRUCTOR_PATHS,
                "enrollment_counts WHERE instructor = ?",
                vec![cells::blob(instructor)],
            ),
            (None, None) => (PATHS, "enrollment_totals WHERE 1", Vec::new()),
        };
        let cube = self.cube(
            &["status", "payment_status"],
            &format!(
                "SELECT status, payment_status, sum(n) FROM {counts}
                 GROUP BY 1, 2 HAVING sum(n) > 0"
            ),
            &scope,
        )?;
        if let Some(value) = scope.drain(..).next() {
            narrow(
                if query.course.is_some() {
                    "course"
                } else {
                    "instructor"
                },
                Some(vec![value]),
            );
        }
        narrow("user", query.user.map(|user| vec![cells::blob(user)]));
        let mut conditions: Vec<Condition> = Vec::new();
        conditions.extend(Condition::between(
            &["enrolled_at"],
            query.enrolled_from.map(Timestamp::timestamp_millis),
            query.enrolled_before.map(Timestamp::timestamp_millis),
        ));
        let (mut within, mut uncounted) = (None, false);
        if let Some(typed) = &query.text
            && let Some(words) = Words::of(Some(typed))
        {
            match self.narrowing(
                &RECORDS,
                typed,
                &words,
                query.sort == EnrollmentSort::Student,
            )? {
                Narrowing::Rows(rows) => within = Some(rows),
                Narrowing::Test(condition) => {
                    uncounted = true;
                    conditions.push(condition);
                }
            }
        }
        let strange = cube.cells.is_empty() && query.course.is_some() && query.instructor.is_some();
        Ok(Ask {
            table: "enrollments",
            keys: query.sort.keys(),
            descending: query.descending,
            facets,
            conditions,
            within,
            cube,
            paths: paths.to_vec(),
            uncounted,
            few: query.user.filter(|_| !strange).map(|_| RECORDS.by_user),
        })
    }
}
