//! The first page of every list, filtered and sorted as the screens ask for it, beside raw SQL.

use domain::{
    Role,
    course::{Category, CourseStatus},
    enrollment::{EmbeddedPaymentStatus, EnrollmentStatus},
    ledger::Method,
    payment::PaymentStatus,
    user::UserStatus,
};
use rusqlite::types::Value;
use workflows::{
    catalog::{
        self,
        dto::{CourseFilter, CourseSort, ListCourses},
    },
    dto::WindowDto,
    enrollment::{
        self,
        dto::{EnrollmentFilter, EnrollmentSort, ListEnrollments},
    },
    operations::{
        self,
        dto::{AuditFilter, ListAudit},
    },
    payments::{
        self,
        dto::{ListPayments, PaymentFilter, PaymentSort},
    },
    people::{
        self,
        dto::{ListPeople, PeopleFilter, PeopleSort},
    },
};

use crate::{
    figures::{Outcome, Row, Table, beside, measure},
    institution::Institution,
    raw::{COURSES, ENROLLMENTS, PAYMENTS, PEOPLE, Question, Raw},
};

const GROUP: &str = "Lists: first page of 50, filter and sort, in the backend";
const PAGE: WindowDto = WindowDto {
    offset: 0,
    limit: 50,
};
const ROUNDS: usize = 200;

type Ask<'a> = Box<dyn Fn(usize) -> Outcome<usize> + 'a>;
type Hand<'a> = Box<dyn Fn(usize) -> Question + 'a>;

struct Case<'a> {
    what: &'static str,
    ours: Ask<'a>,
    raw: Option<Hand<'a>>,
}

/// Measures them all.
pub(crate) fn measure_lists(at: &Institution, table: &mut Table) -> Outcome {
    let raw = Raw::open(at)?;
    let courses = at.courses()?;
    let mut cases = people_cases(at);
    cases.extend(course_cases(at));
    cases.extend(enrollment_cases(at, &courses));
    cases.extend(payment_cases(at, &courses));
    cases.extend(unpaired(at));
    for Case {
        what,
        ours,
        raw: by_hand,
    } in cases
    {
        let row = match by_hand {
            Some(by_hand) => {
                let (own, other) = beside(ROUNDS, &ours, |round| {
                    raw.first_page(&by_hand(round), PAGE.limit)
                })?;
                Row::times(GROUP, what, &own)
                    .at(at.enrollments)
                    .beside("raw SQL", &other)
            }
            None => Row::times(GROUP, what, &measure(ROUNDS, &ours)?).at(at.enrollments),
        };
        let smaller = at.enrollments / 10;
        let before = table.p50_of(GROUP, what, smaller);
        let row = match (at.enrollments, before) {
            (1_000_000.., Some(before)) => row.asked("≤ 2 × the figure at 100 k", |row| {
                row.p50 <= 2.0 * before.max(0.05)
            }),
            _ if row.peer.is_some() => row.asked("p95 ≤ 10 ms, ≤ 2 × raw", |row| {
                row.worst() <= 10.0 && row.ratio() <= 2.0
            }),
            _ => row.asked("p95 ≤ 10 ms", |row| row.worst() <= 10.0),
        };
        table.push(row);
    }
    Ok(())
}

fn text(word: &str) -> Value {
    Value::from(word.to_owned())
}

fn people_cases(at: &Institution) -> Vec<Case<'_>> {
    let list = move |filter: PeopleFilter| {
        Ok(people::people_list(
            &at.desk(),
            &at.admin,
            ListPeople {
                filter,
                window: PAGE,
            },
        )?
        .rows
        .len())
    };
    let asked = |narrowed: String, values: Vec<Value>, order| Question {
        columns: PEOPLE,
        table: "users",
        narrowed,
        values,
        order,
    };
    vec![
        Case {
            what: "people, by name",
            ours: Box::new(move |_| list(PeopleFilter::default())),
            raw: Some(Box::new(move |_| asked("1".into(), vec![], "name_fold, n"))),
        },
        Case {
            what: "people, active students, most enrollments first",
            ours: Box::new(move |_| {
                list(PeopleFilter {
                    roles: vec![Role::Student],
                    statuses: vec![UserStatus::Active],
                    sort: PeopleSort::Enrollments,
                    descending: true,
                    ..PeopleFilter::default()
                })
            }),
            raw: Some(Box::new(move |_| {
                let values = vec![text("student"), text("active")];
                asked(
                    "role = ? AND status = ?".into(),
                    values,
                    "enrollments DESC, n DESC",
                )
            })),
        },
        Case {
            what: "people, staff, newest first",
            ours: Box::new(move |_| {
                list(PeopleFilter {
                    roles: vec![Role::Instructor, Role::Admin],
                    sort: PeopleSort::Created,
                    descending: true,
                    ..PeopleFilter::default()
                })
            }),
            raw: Some(Box::new(move |_| {
                let values = vec![text("instructor"), text("admin")];
                asked("role IN (?, ?)".into(), values, "created_at DESC, n DESC")
            })),
        },
    ]
}

fn course_cases(at: &Institution) -> Vec<Case<'_>> {
    let list = move |filter: CourseFilter| {
        Ok(catalog::courses_list(
            &at.desk(),
            &at.admin,
            ListCourses {
                filter,
                window: PAGE,
            },
        )?
        .rows
        .len())
    };
    let asked = |narrowed: String, values: Vec<Value>, order| Question {
        columns: COURSES,
        table: "courses",
        narrowed,
        values,
        order,
    };
    vec![
        Case {
            what: "courses, by title",
            ours: Box::new(move |_| list(CourseFilter::default())),
            raw: Some(Box::new(move |_| {
                asked("1".into(), vec![], "title_fold, n")
            })),
        },
        Case {
            what: "courses, published of a category, most students first",
            ours: Box::new(move |round| {
                list(CourseFilter {
                    categories: vec![Category::ALL[round % 6]],
                    statuses: vec![CourseStatus::Published],
                    sort: CourseSort::Enrollments,
                    descending: true,
                    ..CourseFilter::default()
                })
            }),
            raw: Some(Box::new(move |round| {
                let values = vec![text(Category::ALL[round % 6].as_str()), text("published")];
                asked(
                    "category = ? AND status = ?".into(),
                    values,
                    "enrollments DESC, n DESC",
                )
            })),
        },
    ]
}

fn enrollment_cases<'a>(at: &'a Institution, courses: &'a [replica::CourseRow]) -> Vec<Case<'a>> {
    let list_as = move |actor: &domain::Actor, filter: EnrollmentFilter| {
        let args = ListEnrollments {
            filter,
            window: PAGE,
        };
        Ok(enrollment::enrollments_list(&at.desk(), actor, args)?
            .rows
            .len())
    };
    let list = move |filter: EnrollmentFilter| list_as(&at.admin, filter);
    let asked = |narrowed: String, values: Vec<Value>, order| Question {
        columns: ENROLLMENTS,
        table: "enrollments",
        narrowed,
        values,
        order,
    };
    let blob = |id: bson::oid::ObjectId| Value::from(id.bytes().to_vec());
    let status = |round: usize| EnrollmentStatus::ALL[round % EnrollmentStatus::ALL.len()];
    let course = move |round: usize| &courses[round % courses.len()];
    vec![
        Case {
            what: "enrollments, newest first",
            ours: Box::new(move |_| {
                list(EnrollmentFilter {
                    descending: true,
                    ..EnrollmentFilter::default()
                })
            }),
            raw: Some(Box::new(move |_| {
                asked("1".into(), vec![], "enrolled_at DESC, n DESC")
            })),
        },
        Case {
            what: "enrollments, of a status, by student",
            ours: Box::new(move |round| {
                list(EnrollmentFilter {
                    statuses: vec![status(round)],
                    sort: EnrollmentSort::Student,
                    ..EnrollmentFilter::default()
                })
            }),
            raw: Some(Box::new(move |round| {
                asked(
                    "status = ?".into(),
                    vec![text(status(round).as_str())],
                    "user_fold, n",
                )
            })),
        },
        Case {
            what: "enrollments, active and completed, paid, by progress",
            ours: Box::new(move |_| {
                list(EnrollmentFilter {
                    statuses: vec![EnrollmentStatus::Active, EnrollmentStatus::Completed],
                    payment_statuses: vec![EmbeddedPaymentStatus::Completed],
                    sort: EnrollmentSort::Progress,
                    descending: true,
                    ..EnrollmentFilter::default()
                })
            }),
            raw: Some(Box::new(move |_| {
                asked(
                    "status IN (?, ?) AND payment_status = ?".into(),
                    vec![text("active"), text("completed"), text("completed")],
                    "progress DESC, n DESC",
                )
            })),
        },
        Case {
            what: "enrollments, of a course, by student",
            ours: Box::new(move |round| {
                list(EnrollmentFilter {
                    course: Some(course(round).id.to_hex()),
                    sort: EnrollmentSort::Student,
                    ..EnrollmentFilter::default()
                })
            }),
            raw: Some(Box::new(move |round| {
                asked(
                    "course = ?".into(),
                    vec![blob(course(round).id.0)],
                    "user_fold, n",
                )
            })),
        },
        Case {
            what: "enrollments, of an instructor, active, newest first",
            ours: Box::new(move |round| {
                let course = course(round);
                let teacher = at.teacher(course.instructor, &course.instructor_name);
                list_as(
                    &teacher,
                    EnrollmentFilter {
                        statuses: vec![EnrollmentStatus::Active],
                        descending: true,
                        ..EnrollmentFilter::default()
                    },
                )
            }),
            raw: Some(Box::new(move |round| {
                asked(
                    "instructor = ? AND status = ?".into(),
                    vec![blob(course(round).instructor.0), text("active")],
                    "enrolled_at DESC, n DESC",
                )
            })),
        },
    ]
}

fn payment_cases<'a>(at: &'a Institution, courses: &'a [replica::CourseRow]) -> Vec<Case<'a>> {
    let list = move |filter: PaymentFilter| {
        let args = ListPayments {
            filter,
            window: PAGE,
        };
        Ok(payments::payments_list(&at.desk(), &at.admin, args)?
            .rows
            .len())
    };
    let asked = |narrowed: String, values: Vec<Value>, order| Question {
        columns: PAYMENTS,
        table: "payments",
        narrowed,
        values,
        order,
    };
    let course = move |round: usize| &courses[round % courses.len()];
    vec![
        Case {
            what: "payments, newest first",
            ours: Box::new(move |_| {
                list(PaymentFilter {
                    descending: true,
                    ..PaymentFilter::default()
                })
            }),
            raw: Some(Box::new(move |_| {
                asked("1".into(), vec![], "created_at DESC, n DESC")
            })),
        },
        Case {
            what: "payments, that wait, oldest first",
            ours: Box::new(move |_| {
                list(PaymentFilter {
                    statuses: vec![PaymentStatus::Pending, PaymentStatus::Processing],
                    ..PaymentFilter::default()
                })
            }),
            raw: Some(Box::new(move |_| {
                let values = vec![text("pending"), text("processing")];
                asked("status IN (?, ?)".into(), values, "created_at, n")
            })),
        },
        Case {
            what: "payments, by a method in a currency, largest first",
            ours: Box::new(move |round| {
                list(PaymentFilter {
                    methods: vec![Method::ALL[round % 3]],
                    currency: Some(domain::Currency::ALL[round % 4]),
                    sort: PaymentSort::Amount,
                    descending: true,
                    ..PaymentFilter::default()
                })
            }),
            raw: Some(Box::new(move |round| {
                asked(
                    "method = ? AND currency = ?".into(),
                    vec![
                        text(Method::ALL[round % 3].as_str()),
                        text(domain::Currency::ALL[round % 4].code()),
                    ],
                    "amount_minor DESC, n DESC",
                )
            })),
        },
        Case {
            what: "payments, for a course, by student",
            ours: Box::new(move |round| {
                list(PaymentFilter {
                    course: Some(course(round).id.to_hex()),
                    sort: PaymentSort::Student,
                    ..PaymentFilter::default()
                })
            }),
            raw: Some(Box::new(move |round| {
                let values = vec![Value::from(course(round).id.0.bytes().to_vec())];
                asked("course = ?".into(), values, "user_fold, n")
            })),
        },
    ]
}

/// Lists whose filter has no short form in SQL by hand.
fn unpaired(at: &Institution) -> Vec<Case<'_>> {
    let words = [
        "ami",
        "gar",
        "programming",
        "osei 1",
        "design cou",
        "load",
        "k",
        "keiko ito",
    ];
    let typed = move |round: usize| words[round % words.len()].to_owned();
    vec![
        Case {
            what: "enrollments, by words of student or course",
            ours: Box::new(move |round| {
                let filter = EnrollmentFilter {
                    text: typed(round),
                    descending: true,
                    ..EnrollmentFilter::default()
                };
                let args = ListEnrollments {
                    filter,
                    window: PAGE,
                };
                Ok(enrollment::enrollments_list(&at.desk(), &at.admin, args)?
                    .rows
                    .len())
            }),
            raw: None,
        },
        Case {
            what: "payments, by words of payer or course",
            ours: Box::new(move |round| {
                let filter = PaymentFilter {
                    text: typed(round),
                    descending: true,
                    ..PaymentFilter::default()
                };
                let args = ListPayments {
                    filter,
                    window: PAGE,
                };
                Ok(payments::payments_list(&at.desk(), &at.admin, args)?
                    .rows
                    .len())
            }),
            raw: None,
        },
        Case {
            what: "audit trail, newest first",
            ours: Box::new(move |_| {
                let args = ListAudit {
                    filter: AuditFilter::default(),
                    window: PAGE,
                };
                Ok(operations::audit_list(&at.desk(), &at.admin, &args)?
                    .rows
                    .len())
            }),
            raw: None,
        },
        Case {
            what: "enrollments, a jump into the middle of the list",
            ours: Box::new(move |round| {
                let filter = EnrollmentFilter {
                    descending: true,
                    ..EnrollmentFilter::default()
                };
                let half = u32::try_from(at.enrollments / 2)?;
                let offset = half + u32::try_from(round)?;
                let args = ListEnrollments {
                    filter,
                    window: WindowDto { offset, ..PAGE },
                };
                Ok(enrollment::enrollments_list(&at.desk(), &at.admin, args)?
                    .rows
                    .len())
            }),
            raw: None,
        },
    ]
}
