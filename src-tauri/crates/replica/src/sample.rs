//! An institution drawn from a fixed seed, inserted row by row without change sets, for tests of lists
//! and reports: the same rows stand in memory, where a test filters and sorts them its own way.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use bson::oid::ObjectId;
use domain::{
    Currency, Role,
    course::{Category, CourseStatus, Level},
    enrollment::{EmbeddedPaymentStatus, EnrollmentStatus},
    ledger::Method,
    payment::PaymentStatus,
    text::fold,
    user::UserStatus,
};
use rusqlite::params;

use crate::{key::Key, replica::Replica};

/// A small generator (SplitMix64), so that every run draws the same.
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn between(&mut self, from: i64, before: i64) -> i64 {
        from + i64::try_from(self.below(u64::try_from(before - from).unwrap())).unwrap()
    }

    pub(crate) fn id(&mut self) -> ObjectId {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes()[..4]);
        ObjectId::from_bytes(bytes)
    }

    pub(crate) fn some_of<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        of.iter().copied().filter(|_| self.chance(40)).collect()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) n: i64,
    pub(crate) id: ObjectId,
    pub(crate) name: String,
    pub(crate) fold: String,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) status: UserStatus,
    pub(crate) verified: bool,
    pub(crate) login: Option<i64>,
    pub(crate) created: i64,
    pub(crate) enrollments: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Course {
    pub(crate) n: i64,
    pub(crate) id: ObjectId,
    pub(crate) title: String,
    pub(crate) fold: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<&'static str>,
    pub(crate) category: Option<Category>,
    pub(crate) level: Option<Level>,
    pub(crate) status: CourseStatus,
    pub(crate) public: bool,
    pub(crate) price: Option<i64>,
    pub(crate) currency: Currency,
    pub(crate) instructor: ObjectId,
    pub(crate) instructor_name: String,
    pub(crate) enrollments: i64,
    pub(crate) rating: f64,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Enrolled {
    pub(crate) n: i64,
    pub(crate) id: ObjectId,
    pub(crate) user: usize,
    pub(crate) course: usize,
    pub(crate) status: EnrollmentStatus,
    pub(crate) payment: EmbeddedPaymentStatus,
    pub(crate) at: i64,
    pub(crate) completed: Option<i64>,
    pub(crate) progress: f64,
    pub(crate) amount: i64,
    pub(crate) certificate: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Paid {
    pub(crate) n: i64,
    pub(crate) id: ObjectId,
    pub(crate) enrollment: usize,
    pub(crate) user: usize,
    pub(crate) course: usize,
    pub(crate) status: PaymentStatus,
    pub(crate) method: Method,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) requested: i64,
    pub(crate) receipt: Option<String>,
    pub(crate) intent: Option<String>,
    pub(crate) created: i64,
}

/// A workspace file and what is in it.
pub(crate) struct Sample {
    /// Goes with the file in it.
    _dir: tempfile::TempDir,
    pub(crate) replica: Replica,
    pub(crate) people: Vec<Person>,
    pub(crate) courses: Vec<Course>,
    pub(crate) enrollments: Vec<Enrolled>,
    pub(crate) payments: Vec<Paid>,
}

pub(crate) const FIRST: &[&str] = &[
    "Ana",
    "Zoë",
    "Müge",
    "Abdul",
    "Rahim",
    "Ólafur",
    "Karin",
    "Ngozi",
    "Li",
    "Amélie",
    "Bob",
    "Tahmina",
    "রহিম",
    "Jo",
    "Anders",
    "Wilhelmina",
];
pub(crate) const LAST: &[&str] = &[
    "Weiß",
    "O'Neill",
    "García",
    "van der Berg",
    "Chowdhury",
    "Ito",
    "Smith",
    "Åkesson",
    "Ng",
    "Hossain",
    "de Souza",
];
const SUBJECTS: &[&str] = &[
    "Rust",
    "Statistics",
    "Watercolour",
    "Bookkeeping",
    "C++",
    "Résumé writing",
    "Networks",
    "Typography",
    "Data science",
];
const TAGS: &[&str] = &["evening", "weekend", "lab", "exam", "portfolio"];

/// 2022-01-01.
pub(crate) const START: i64 = 1_640_995_200_000;
/// 2025-01-01.
pub(crate) const END: i64 = 1_735_689_600_000;

pub(crate) fn empty() -> (tempfile::TempDir, Replica) {
    let dir = tempfile::tempdir().unwrap();
    let replica =
        Replica::create(&dir.path().join("replica.db"), &Key::from_bytes([7; 32])).unwrap();
    (dir, replica)
}

/// An institution of so many enrollments; `padding` characters stand for the rest of each document.
pub(crate) fn institution(enrollments: usize, seed: u64, padding: usize) -> Sample {
    let mut dice = Dice(seed);
    let (dir, replica) = empty();
    let courses = courses(&mut dice, (enrollments / 400).clamp(12, 200));
    let mut people = people(&mut dice, (enrollments / 3).max(60));
    let courses: Vec<Course> = courses
        .into_iter()
        .map(|mut course| {
            let teacher = &people[usize::try_from(dice.below(12)).unwrap()];
            course.instructor = teacher.id;
            course.instructor_name.clone_from(&teacher.name);
            course
        })
        .collect();
    let mut rows: Vec<Enrolled> = Vec::new();
    let mut payments: Vec<Paid> = Vec::new();
    let mut pairs = std::collections::HashSet::new();
    while rows.len() < enrollments {
        let user = usize::try_from(dice.below(people.len() as u64)).unwrap();
        // Popular courses are the first: the smaller of two draws.
        let course = usize::try_from(
            dice.below(courses.len() as u64)
                .min(dice.below(courses.len() as u64)),
        )
        .unwrap();
        if !pairs.insert((user, course)) {
            continue;
        }
        people[user].enrollments += 1;
        let n = i64::try_from(rows.len()).unwrap() + 1;
        let row = enrolled(&mut dice, n, user, course, &courses[course]);
        if row.amount > 0 {
            let paid = paid(
                &mut dice,
                payments.len(),
                &row,
                usize::try_from(n - 1).unwrap(),
                &courses[course],
            );
            payments.push(paid);
        }
        rows.push(row);
    }
    let sample = Sample {
        _dir: dir,
        replica,
        people,
        courses,
        enrollments: rows,
        payments,
    };
    sample.insert(padding);
    sample
}

fn people(dice: &mut Dice, count: usize) -> Vec<Person> {
    (0..count)
        .map(|i| {
            let name = format!("{} {}", dice.one(FIRST), dice.one(LAST));
            let role = match i {
                0..12 => Role::Instructor,
                12..15 => Role::Finance,
                15..18 => Role::Admin,
                _ => Role::Student,
            };
            Person {
                n: i64::try_from(i).unwrap() + 1,
                id: dice.id(),
                fold: fold(&name),
                email: format!(
                    "{}.{i}@{}.example",
                    dice.one(&["ana", "info", "student", "li"]),
                    dice.one(&["mail", "campus"])
                ),
                name,
                role,
                status: if dice.chance(94) {
                    UserStatus::Active
                } else {
                    dice.one(&UserStatus::ALL)
                },
                verified: dice.chance(80),
                login: dice.chance(60).then(|| dice.between(START, END)),
                created: dice.between(START, END),
                enrollments: 0,
            }
        })
        .collect()
}

fn courses(dice: &mut Dice, count: usize) -> Vec<Course> {
    (0..count)
        .map(|i| {
            let title = format!(
                "{} {}",
                dice.one(SUBJECTS),
                dice.one(&["I", "II", "for beginners", "intensive", "in practice"])
            );
            let currency = dice.one(&[Currency::Gbp, Currency::Gbp, Currency::Eur, Currency::Bdt]);
            Course {
                n: i64::try_from(i).unwrap() + 1,
                id: dice.id(),
                fold: fold(&title),
                title,
                description: format!(
                    "An {} introduction with {}",
                    dice.one(&["honest", "early"]),
                    dice.one(SUBJECTS)
                ),
                tags: dice.some_of(TAGS),
                category: dice.chance(90).then(|| dice.one(&Category::ALL)),
                level: dice.chance(90).then(|| dice.one(&Level::ALL)),
                status: if dice.chance(70) {
                    CourseStatus::Published
                } else {
                    dice.one(&CourseStatus::ALL)
                },
                public: dice.chance(85),
                price: dice
                    .chance(95)
                    .then(|| dice.one(&[0, 9_900, 25_000, 25_000, 120_000])),
                currency,
                instructor: dice.id(),
                instructor_name: String::new(),
                enrollments: dice.between(0, 300),
                rating: dice.one(&[0.0, 3.5, 4.0, 4.8]),
                created: dice.between(START, END),
                updated: dice.between(START, END),
            }
        })
        .collect()
}

pub(crate) fn enrolled(
    dice: &mut Dice,
    n: i64,
    user: usize,
    course: usize,
    of: &Course,
) -> Enrolled {
    use EnrollmentStatus as S;
    let status = dice.one(&[
        S::Pending,
        S::Active,
        S::Active,
        S::Active,
        S::Completed,
        S::Completed,
        S::Completed,
        S::Completed,
        S::Cancelled,
        S::Refunded,
    ]);
    let payment = match status {
        S::Pending => dice.one(&[
            EmbeddedPaymentStatus::Pending,
            EmbeddedPaymentStatus::Pending,
            EmbeddedPaymentStatus::Failed,
        ]),
        S::Refunded => EmbeddedPaymentStatus::Refunded,
        S::Cancelled => dice.one(&[
            EmbeddedPaymentStatus::Pending,
            EmbeddedPaymentStatus::Completed,
        ]),
        _ => EmbeddedPaymentStatus::Completed,
    };
    let at = dice.between(START, END);
    Enrolled {
        n,
        id: dice.id(),
        user,
        course,
        status,
        payment,
        at,
        completed: (status == S::Completed).then(|| at + dice.between(86_400_000, 90 * 86_400_000)),
        progress: match status {
            S::Completed => 100.0,
            S::Active => f64::from(u8::try_from(dice.below(100)).unwrap()) + 0.5,
            _ => 0.0,
        },
        amount: of.price.unwrap_or(0),
        certificate: status == S::Completed && dice.chance(50),
    }
}

fn paid(
    dice: &mut Dice,
    before: usize,
    row: &Enrolled,
    enrollment: usize,
    course: &Course,
) -> Paid {
    let status = match row.payment {
        EmbeddedPaymentStatus::Pending => {
            dice.one(&[PaymentStatus::Pending, PaymentStatus::Processing])
        }
        EmbeddedPaymentStatus::Completed => {
            if dice.chance(95) {
                PaymentStatus::Completed
            } else {
                PaymentStatus::PartiallyRefunded
            }
        }
        EmbeddedPaymentStatus::Failed => {
            dice.one(&[PaymentStatus::Failed, PaymentStatus::Cancelled])
        }
        EmbeddedPaymentStatus::Refunded => PaymentStatus::Refunded,
    };
    let method = dice.one(&Method::ALL);
    Paid {
        n: i64::try_from(before).unwrap() + 1,
        id: dice.id(),
        enrollment,
        user: row.user,
        course: row.course,
        status,
        method,
        amount: row.amount,
        currency: course.currency,
        requested: if status == PaymentStatus::Completed && dice.chance(1) {
            row.amount
        } else {
            0
        },
        receipt: status
            .is_captured()
            .then(|| format!("R-DESK-{:06}", before + 1)),
        intent: (method == Method::Stripe).then(|| format!("pi_{before:07x}")),
        created: row.at + dice.between(0, 3_600_000),
    }
}

impl Sample {
    fn insert(&self, padding: usize) {
        let mut writer = self.replica.writer();
        let tx = Replica::begin(&mut writer).unwrap();
        let doc = format!("{{\"filler\":\"{}\"}}", "x".repeat(padding));
        let mut add = tx
            .prepare(
                "INSERT INTO users (n, id, rev, email, name, name_fold, role, status, email_verified, last_login_at,
                 created_at, updated_at, doc) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11)",
            )
            .unwrap();
        for p in &self.people {
            let values = params![
                p.n,
                p.id.bytes(),
                p.email,
                p.name,
                p.fold,
                p.role.as_str(),
                p.status.as_str(),
                p.verified,
                p.login,
                p.created,
                doc
            ];
            add.execute(values).unwrap();
        }
        drop(add);
        let mut add = tx
            .prepare(
                "INSERT INTO courses (n, id, rev, title, title_fold, category, level, status, is_public, price_minor,
                 currency, instructor, instructor_name, total_lessons, enrollments, rating_average, rating_count,
                 created_at, updated_at, doc)
                 VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 10, ?13, ?14, 3, ?15, ?16, ?17)",
            )
            .unwrap();
        for c in &self.courses {
            let doc = serde_json::json!({"description": c.description, "tags": c.tags, "filler": "x".repeat(padding * 4)});
            let values = params![
                c.n,
                c.id.bytes(),
                c.title,
                c.fold,
                c.category.map(Category::as_str),
                c.level.map(Level::as_str),
                c.status.as_str(),
                c.public,
                c.price,
                c.currency.code(),
                c.instructor.bytes(),
                c.instructor_name,
                c.enrollments,
                c.rating,
                c.created,
                c.updated,
                doc.to_string()
            ];
            add.execute(values).unwrap();
        }
        drop(add);
        for e in &self.enrollments {
            self.add_enrollment(&tx, e, &doc);
        }
        for p in &self.payments {
            self.add_payment(&tx, p, &doc);
        }
        tx.commit().unwrap();
    }

    pub(crate) fn add_enrollment(&self, tx: &rusqlite::Connection, e: &Enrolled, doc: &str) {
        let (user, course) = (&self.people[e.user], &self.courses[e.course]);
        tx.prepare_cached(
            "INSERT INTO enrollments (n, id, rev, user, course, instructor, user_name, user_fold, course_title,
             course_fold, status, attempt, enrolled_at, completed_at, progress, payment_status, amount_minor,
             currency, certificate_id, created_at, updated_at, doc)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?11, ?11, ?18)",
        )
        .unwrap()
        .execute(params![
            e.n, e.id.bytes(), user.id.bytes(), course.id.bytes(), course.instructor.bytes(), user.name, user.fold,
            course.title, course.fold, e.status.as_str(), e.at, e.completed, e.progress, e.payment.as_str(),
            e.amount, course.currency.code(), e.certificate.then(|| format!("C-{}", e.n)), doc
        ])
        .unwrap();
    }

    pub(crate) fn add_payment(&self, tx: &rusqlite::Connection, p: &Paid, doc: &str) {
        let (user, course) = (&self.people[p.user], &self.courses[p.course]);
        tx.prepare_cached(
            "INSERT INTO payments (n, id, rev, user, course, enrollment, user_name, user_fold, course_title,
             course_fold, status, method, amount_minor, currency, refunded_minor, requested_minor, receipt_number,
             payment_intent_id, created_at, updated_at, doc)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15, ?16, ?17, ?17, ?18)",
        )
        .unwrap()
        .execute(params![
            p.n, p.id.bytes(), user.id.bytes(), course.id.bytes(), self.enrollments[p.enrollment].id.bytes(), user.name,
            user.fold, course.title, course.fold, p.status.as_str(), p.method.as_str(), p.amount, p.currency.code(),
            p.requested, p.receipt, p.intent, p.created, doc
        ])
        .unwrap();
        if p.status.is_captured() {
            let mut rows = vec![("charge", p.amount, p.created)];
            match p.status {
                PaymentStatus::Refunded => {
                    rows.push(("refund", -p.amount, p.created + 5 * 86_400_000));
                }
                PaymentStatus::PartiallyRefunded => {
                    rows.push(("refund", -p.amount / 3, p.created + 9 * 86_400_000));
                }
                _ => {}
            }
            for (i, (kind, amount, at)) in rows.into_iter().enumerate() {
                self.book(
                    tx,
                    p,
                    (p.n * 4 + i64::try_from(i).unwrap(), kind, amount, at),
                );
            }
        }
    }

    pub(crate) fn book(&self, tx: &rusqlite::Connection, p: &Paid, entry: (i64, &str, i64, i64)) {
        let (number, kind, amount, at) = entry;
        tx.prepare_cached(
            "INSERT INTO payment_ledger (op, payment, enrollment, user, course, kind, amount_minor, currency, method,
             occurred_at, recorded_at, device, number, hash, doc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 'DESK', ?11, '', '{}')",
        )
        .unwrap()
        .execute(params![
            number.to_be_bytes(), p.id.bytes(), self.enrollments[p.enrollment].id.bytes(),
            self.people[p.user].id.bytes(), self.courses[p.course].id.bytes(), kind, amount, p.currency.code(),
            p.method.as_str(), at, number
        ])
        .unwrap();
    }
}
