//! First pages out of the replica beside the same through Express and Mongoose, and reports out of the
//! replica's sums beside the server's aggregation of the same documents.

use bson::{Document, doc};
use domain::{Role, enrollment::EnrollmentStatus, payment::PaymentStatus};
use workflows::{
    catalog::{
        self,
        dto::{CourseFilter, CourseSort, ListCourses},
    },
    dto::WindowDto,
    enrollment::{
        self,
        dto::{EnrollmentFilter, ListEnrollments},
    },
    payments::{
        self,
        dto::{ListPayments, PaymentFilter},
    },
    people::{
        self,
        dto::{ListPeople, PeopleFilter, PeopleSort},
    },
    reporting::{
        self,
        dto::{ReportArgs, ReportName},
    },
};

use super::{GROUP, bare::Bare, express::Express};
use crate::{
    figures::{Outcome, Row, Table, beside},
    institution::Institution,
};

/// Few: the peer takes seconds for some.
const ROUNDS: usize = 16;
const PAGE: WindowDto = WindowDto {
    offset: 0,
    limit: 50,
};

type Ours<'a> = Box<dyn Fn() -> Outcome<usize> + 'a>;

/// Measures lists in turns with the peer.
pub(super) fn measure_lists(at: &Institution, express: &mut Express, table: &mut Table) -> Outcome {
    for (what, ours, path) in lists(at) {
        let (own, other) = beside(
            ROUNDS,
            |_| ours(),
            |_| {
                let answer = express.get(path)?;
                answer["rows"]
                    .as_array()
                    .map(Vec::len)
                    .ok_or_else(|| "no rows".into())
            },
        )?;
        table.push(
            Row::times(GROUP, what, &own)
                .at(at.enrollments)
                .beside("the same through Express + Mongoose", &other)
                .asked("≥ 20 × faster", |row| row.ratio() <= 1.0 / 20.0),
        );
    }
    Ok(())
}

fn lists(at: &Institution) -> Vec<(&'static str, Ours<'_>, &'static str)> {
    let people = move |filter: PeopleFilter| {
        let args = ListPeople {
            filter,
            window: PAGE,
        };
        Ok(people::people_list(&at.desk(), &at.admin, args)?.rows.len())
    };
    let enrollments = move |filter: EnrollmentFilter| {
        let args = ListEnrollments {
            filter,
            window: PAGE,
        };
        Ok(enrollment::enrollments_list(&at.desk(), &at.admin, args)?
            .rows
            .len())
    };
    let payments = move |filter: PaymentFilter| {
        let args = ListPayments {
            filter,
            window: PAGE,
        };
        Ok(payments::payments_list(&at.desk(), &at.admin, args)?
            .rows
            .len())
    };
    vec![
        (
            "people, students, newest first",
            Box::new(move || {
                people(PeopleFilter {
                    roles: vec![Role::Student],
                    sort: PeopleSort::Created,
                    descending: true,
                    ..PeopleFilter::default()
                })
            }),
            "/people?role=student",
        ),
        (
            "people, by letters of a name",
            Box::new(move || {
                people(PeopleFilter {
                    text: "keiko".to_owned(),
                    ..PeopleFilter::default()
                })
            }),
            "/people/search?q=keiko",
        ),
        (
            "courses, published, newest first",
            Box::new(move || {
                let filter = CourseFilter {
                    statuses: vec![domain::course::CourseStatus::Published],
                    sort: CourseSort::Created,
                    descending: true,
                    ..CourseFilter::default()
                };
                let args = ListCourses {
                    filter,
                    window: PAGE,
                };
                Ok(catalog::courses_list(&at.desk(), &at.admin, args)?
                    .rows
                    .len())
            }),
            "/courses?status=published",
        ),
        (
            "enrollments, newest first",
            Box::new(move || {
                enrollments(EnrollmentFilter {
                    descending: true,
                    ..EnrollmentFilter::default()
                })
            }),
            "/enrollments",
        ),
        (
            "enrollments, active, newest first",
            Box::new(move || {
                enrollments(EnrollmentFilter {
                    statuses: vec![EnrollmentStatus::Active],
                    descending: true,
                    ..EnrollmentFilter::default()
                })
            }),
            "/enrollments?status=active",
        ),
        (
            "payments, that wait, oldest first",
            Box::new(move || {
                payments(PaymentFilter {
                    statuses: vec![PaymentStatus::Pending, PaymentStatus::Processing],
                    ..PaymentFilter::default()
                })
            }),
            "/payments?status=pending,processing&order=asc",
        ),
    ]
}

/// Measures reports in turns with the server's aggregation.
pub(super) fn measure_reports(at: &Institution, bare: &Bare, table: &mut Table) -> Outcome {
    let reports: [(ReportName, &str, Vec<Document>); 3] = [
        (
            ReportName::EnrollmentsByStatus,
            "enrollments",
            vec![doc! { "$group": { "_id": "$status", "n": { "$sum": 1 } } }],
        ),
        (
            ReportName::RevenueByMonth,
            "payment_ledger",
            vec![doc! { "$group": {
                "_id": {
                    "month": { "$dateToString": { "format": "%Y-%m", "date": "$occurredAt", "timezone": "Europe/London" } },
                    "currency": "$currency",
                    "kind": "$kind",
                },
                "amount": { "$sum": "$amountMinor" },
                "n": { "$sum": 1 },
            } }],
        ),
        (
            ReportName::RevenueByMethod,
            "payment_ledger",
            vec![doc! { "$group": {
                "_id": { "method": "$method", "currency": "$currency", "kind": "$kind" },
                "amount": { "$sum": "$amountMinor" },
                "n": { "$sum": 1 },
            } }],
        ),
    ];
    for (name, collection, pipeline) in reports {
        let args = ReportArgs {
            name,
            from: None,
            to: None,
            course: None,
        };
        let (own, other) = beside(
            ROUNDS,
            |_| Ok(reporting::report(&at.desk(), &at.admin, &args)?.rows.len()),
            |_| bare.aggregate(collection, pipeline.clone()),
        )?;
        let row = Row::times(GROUP, name.as_str(), &own).at(at.enrollments);
        table.push(
            row.beside("the server's aggregation", &other)
                .asked("faster", |row| row.ratio() < 1.0),
        );
    }
    Ok(())
}
