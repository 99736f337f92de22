//! The list of payments: what it can be narrowed by, sorted by, and shows.

use domain::{
    CourseId, Currency, EnrollmentId, Money, PaymentId, Timestamp, UserId, ledger::Method,
    payment::PaymentStatus,
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
    search::{REFERENCES, Words},
};

/// What a list of payments is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PaymentSort {
    /// When it was made.
    #[default]
    Created,
    /// The payer's name, folded.
    Student,
    /// The course's title, folded.
    Course,
    /// Currency, then amount.
    Amount,
    /// Status, then when made.
    Status,
    /// Method, then when made.
    Method,
    /// Receipt number; none comes before the first.
    Receipt,
}

impl PaymentSort {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Student,
        Self::Course,
        Self::Amount,
        Self::Status,
        Self::Method,
        Self::Receipt,
    ];
}

/// Which payments, in which order. An empty list or `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaymentQuery {
    /// Words of the payer's name or e-mail or of the course's title, or the beginning of a receipt
    /// number or of a provider's reference.
    pub text: Option<String>,
    /// Any of these statuses.
    pub statuses: Vec<PaymentStatus>,
    /// Any of these methods.
    pub methods: Vec<Method>,
    /// Of this currency.
    pub currency: Option<Currency>,
    /// By this person.
    pub user: Option<UserId>,
    /// For this course.
    pub course: Option<CourseId>,
    /// For this enrollment.
    pub enrollment: Option<EnrollmentId>,
    /// Made at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Made before this moment.
    pub created_before: Option<Timestamp>,
    /// At least this much, in minor units.
    pub amount_min: Option<i64>,
    /// At most this much, in minor units.
    pub amount_max: Option<i64>,
    /// Only those with a refund that waits for a second person.
    pub refund_requested_only: bool,
    /// Sorted by.
    pub sort: PaymentSort,
    /// From the end.
    pub descending: bool,
}

/// A line of the list of payments.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentRow {
    /// The payment.
    pub id: PaymentId,
    /// Who pays.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// For which course.
    pub course: CourseId,
    /// Its title.
    pub course_title: String,
    /// For which enrollment; another program may have named none.
    pub enrollment: Option<EnrollmentId>,
    /// Where it stands.
    pub status: PaymentStatus,
    /// How.
    pub method: Method,
    /// What is asked for, and captured once completed.
    pub amount: Money,
    /// What was given back.
    pub refunded: Money,
    /// What waits for a second person's approval to be given back.
    pub refund_requested: Money,
    /// The number on the receipt, once the money is booked.
    pub receipt_number: Option<String>,
    /// When the money moved.
    pub paid_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

const CREATED: &[&str] = &["created_at"];
const STUDENT: &[&str] = &["user_fold"];
const COURSE: &[&str] = &["course_fold"];
const AMOUNT: &[&str] = &["currency", "amount_minor"];
const BY_STATUS: &[&str] = &["status", "created_at"];
const BY_METHOD: &[&str] = &["method", "created_at"];
const RECEIPT: &[&str] = &["receipt_number"];

const STATUS: &[&str] = &["status"];
const METHOD: &[&str] = &["method"];
const NARROWED: &[&str] = &["status", "method", "currency"];
const WITH_AMOUNT: &[&str] = &["status", "method", "currency", "amount_minor"];
const WITH_DATE: &[&str] = &["status", "method", "currency", "created_at"];
const COURSE_HOLDS: &[&str] = &[
    "status",
    "method",
    "currency",
    "amount_minor",
    "user_fold",
    "receipt_number",
    "created_at",
];

const PATHS: &[Path] = &[
    Path {
        index: "payments_by_created",
        lead: &[],
        keys: CREATED,
        covers: WITH_AMOUNT,
    },
    Path {
        index: "payments_by_user_name",
        lead: &[],
        keys: STUDENT,
        covers: &[],
    },
    Path {
        index: "payments_by_course_name",
        lead: &[],
        keys: COURSE,
        covers: &[],
    },
    Path {
        index: "payments_by_amount",
        lead: &[],
        keys: AMOUNT,
        covers: WITH_DATE,
    },
    Path {
        index: "payments_by_amount",
        lead: &["currency"],
        keys: AMOUNT,
        covers: WITH_DATE,
    },
    Path {
        index: "payments_by_amount",
        lead: &["currency"],
        keys: &["amount_minor"],
        covers: WITH_DATE,
    },
    Path {
        index: "payments_by_receipt",
        lead: &[],
        keys: RECEIPT,
        covers: &[],
    },
    Path {
        index: "payments_by_status",
        lead: &[],
        keys: BY_STATUS,
        covers: WITH_AMOUNT,
    },
    Path {
        index: "payments_by_status",
        lead: STATUS,
        keys: BY_STATUS,
        covers: WITH_AMOUNT,
    },
    Path {
        index: "payments_by_status",
        lead: STATUS,
        keys: CREATED,
        covers: WITH_AMOUNT,
    },
    Path {
        index: "payments_by_status_user",
        lead: STATUS,
        keys: STUDENT,
        covers: NARROWED,
    },
    Path {
        index: "payments_by_status_course",
        lead: STATUS,
        keys: COURSE,
        covers: NARROWED,
    },
    Path {
        index: "payments_by_status_amount",
        lead: STATUS,
        keys: AMOUNT,
        covers: NARROWED,
    },
    Path {
        index: "payments_by_status_method",
        lead: STATUS,
        keys: BY_METHOD,
        covers: NARROWED,
    },
    Path {
        index: "payments_by_status_receipt",
        lead: STATUS,
        keys: RECEIPT,
        covers: NARROWED,
    },
    Path {
        index: "payments_by_method",
        lead: &[],
        keys: BY_METHOD,
        covers: NARROWED,
    },
    Path {
        index: "payments_by_method",
        lead: METHOD,
        keys: BY_METHOD,
        covers: NARROWED,
    },
    Path {
        index: "payments_by_method",
        lead: METHOD,
        keys: CREATED,
        covers: NARROWED,
    },
];
const COURSE_PATHS: &[Path] = &[Path {
    index: "payments_by_course",
    lead: &["course"],
    keys: CREATED,
    covers: COURSE_HOLDS,
}];

const RECORDS: Records = Records {
    table: "payments",
    counts: "payment_counts",
    totals: "payment_totals",
    by_user: "payments_by_user",
    by_course: "payments_by_course",
    references: REFERENCES,
    tested: &["user_fold", "course_fold", "user"],
};

impl PaymentSort {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Created => CREATED,
            Self::Student => STUDENT,
            Self::Course => COURSE,
            Self::Amount => AMOUNT,
            Self::Status => BY_STATUS,
            Self::Method => BY_METHOD,
            Self::Receipt => RECEIPT,
        }
    }
}

impl Reader<'_> {
    /// Payments, a window of them.
    pub fn payments(
        &self,
        query: &PaymentQuery,
        window: Window,
    ) -> Result<Page<PaymentRow>, StoreError> {
        let answer = self.answer(&self.payments_ask(query)?, window)?;
        let rows = self.fetch(
            &answer.rows,
            "SELECT currency, id, user, user_name, course, course_title, enrollment, status, method, amount_minor,
                    refunded_minor, requested_minor, receipt_number, paid_at, created_at
             FROM payments WHERE n = ?1",
            |row| {
                let mut cells = Cells::of(row);
                let currency = cells.currency()?;
                Ok(PaymentRow {
                    id: cells.id()?,
                    user: cells.id()?,
                    user_name: cells.value()?,
                    course: cells.id()?,
                    course_title: cells.value()?,
                    enrollment: cells.optional_id()?,
                    status: cells.word(&PaymentStatus::ALL, PaymentStatus::as_str)?,
                    method: cells.word(&Method::ALL, Method::as_str)?,
                    amount: cells.money(currency)?,
                    refunded: cells.money(currency)?,
                    refund_requested: cells.money(currency)?,
                    receipt_number: cells.value()?,
                    paid_at: cells.optional_moment()?,
                    created_at: cells.moment()?,
                })
            },
        )?;
        Ok(Page {
            rows,
            total: answer.total,
        })
    }

    pub(super) fn payments_ask(&self, query: &PaymentQuery) -> Result<Ask, StoreError> {
        let mut facets = Vec::new();
        let mut narrow = |column, values: Option<Vec<Value>>| {
            facets.extend(values.map(|values| Facet { column, values }));
        };
        narrow(
            "status",
            cells::words(&query.statuses, PaymentStatus::as_str),
        );
        narrow("method", cells::words(&query.methods, Method::as_str));
        narrow(
            "currency",
            query
                .currency
                .map(|currency| vec![currency.code().to_owned().into()]),
        );
        narrow(
            "course",
            query.course.map(|course| vec![cells::blob(course)]),
        );
        narrow("user", query.user.map(|user| vec![cells::blob(user)]));
        narrow(
            "enrollment",
            query
                .enrollment
                .map(|enrollment| vec![cells::blob(enrollment)]),
        );
        let (paths, counts) = if query.course.is_some() {
            (COURSE_PATHS, "payment_counts WHERE course = ? AND n > 0")
        } else {
            (PATHS, "payment_totals WHERE n > 0")
        };
        let cube = self.cube(
            NARROWED,
            &format!("SELECT status, method, currency, n FROM {counts}"),
            &query
                .course
                .map(cells::blob)
                .into_iter()
                .collect::<Vec<_>>(),
        )?;
        let mut conditions: Vec<Condition> = Vec::new();
        conditions.extend(Condition::between(
            &["created_at"],
            query.created_from.map(Timestamp::timestamp_millis),
            query.created_before.map(Timestamp::timestamp_millis),
        ));
        conditions.extend(Condition::between(
            &["amount_minor"],
            query.amount_min,
            query.amount_max.map(|most| most.saturating_add(1)),
        ));
        let of_user = query.user.map(|_| "payments_by_user");
        let mut few = query
            .enrollment
            .map(|_| "payments_by_enrollment")
            .or(of_user);
        if query.refund_requested_only {
            conditions.push(Condition {
                columns: &["requested_minor"],
                sql: "requested_minor > 0".to_owned(),
                values: Vec::new(),
                range: false,
            });
            few = few.or(Some("payments_requested"));
        }
        let (mut within, mut uncounted) = (None, false);
        if let Some(typed) = &query.text
            && let Some(words) = Words::of(Some(typed))
        {
            match self.narrowing(&RECORDS, typed, &words, query.sort == PaymentSort::Student)? {
                Narrowing::Rows(rows) => within = Some(rows),
                Narrowing::Test(condition) => {
                    uncounted = true;
                    conditions.push(condition);
                }
            }
        }
        Ok(Ask {
            table: "payments",
            keys: query.sort.keys(),
            descending: query.descending,
            facets,
            conditions,
            within,
            cube,
            paths: paths.to_vec(),
            uncounted,
            few,
        })
    }
}
