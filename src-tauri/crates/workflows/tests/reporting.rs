//! The dashboard and the reports: right figures, each role its own, and files nothing is lost in.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use domain::{Actor, CourseId, Currency, Role, ledger::Method};
use testkit::{TestWorkspace, workspace};
use workflows::{
    dto::{FileFormat, Nothing, WindowDto},
    enrollment::{self, dto::EnrollMyself},
    operations::{
        self,
        dto::{AuditFilter, ExportList, ExportWhat, ListAudit, SearchArgs},
    },
    payments::{
        self,
        dto::{AskRefund, RecordCash},
    },
    people::dto::PeopleFilter,
    reporting::{
        dashboard,
        dto::{Cell, ExportReport, ReportArgs, ReportName},
        report, report_save,
    },
};

struct Place {
    ws: TestWorkspace,
    teacher: Actor,
    other: Actor,
    finance: Actor,
    student: Actor,
}

/// Two courses of two instructors; one student paid in the first and has waited in the second.
fn place() -> Place {
    let ws = workspace();
    let (teacher, other) = (ws.instructor(), ws.instructor());
    let finance = ws.finance();
    let student = ws.student();
    let paid = ws.course("Weaving", &teacher, 25_000, Currency::Gbp);
    let waits = ws.course("Pottery", &other, 9_900, Currency::Eur);
    let enroll = |course: CourseId| {
        let args = EnrollMyself {
            course: course.to_hex(),
            method: Method::Cash,
        };
        enrollment::enroll_myself(&ws.desk(), &student, args)
            .unwrap()
            .payment
            .unwrap()
    };
    let payment = enroll(paid);
    enroll(waits);
    let now = payments::payment(
        &ws.desk(),
        &finance,
        workflows::dto::ById {
            id: payment.clone(),
        },
    )
    .unwrap();
    let cash = RecordCash {
        id: payment.clone(),
        rev: now.rev,
        amount_minor: 25_000,
        received_on: None,
        note: None,
    };
    let booked = payments::payment_record_cash(&ws.desk(), &finance, cash).unwrap();
    let ask = AskRefund {
        id: payment,
        rev: booked.rev,
        amount_minor: 5_000,
        reason: "Late start".into(),
    };
    payments::refund_ask(&ws.desk(), &finance, ask).unwrap();
    Place {
        ws,
        teacher,
        other,
        finance,
        student,
    }
}

fn args(name: ReportName) -> ReportArgs {
    ReportArgs {
        name,
        from: None,
        to: None,
        course: None,
    }
}

fn numbers(row: &[Cell]) -> Vec<f64> {
    row.iter()
        .filter_map(|cell| {
            if let Cell::Number(n) = cell {
                Some(*n)
            } else {
                None
            }
        })
        .collect()
}

fn monies(row: &[Cell]) -> Vec<(i64, Currency)> {
    row.iter()
        .filter_map(|cell| {
            if let Cell::Money(m) = cell {
                Some((m.minor, m.currency))
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn figures_are_right_and_currencies_apart() {
    let Place { ws, .. } = place();
    let desk = ws.desk();
    let by_status = report(&desk, &ws.admin, &args(ReportName::EnrollmentsByStatus)).unwrap();
    let counts: Vec<(Cell, f64)> = by_status
        .rows
        .iter()
        .map(|row| (row[0].clone(), numbers(row)[0]))
        .collect();
    let expected = [
        ("pending", 1.0),
        ("active", 1.0),
        ("completed", 0.0),
        ("cancelled", 0.0),
        ("refunded", 0.0),
    ];
    assert_eq!(
        counts,
        expected.map(|(status, n)| (Cell::Text(status.into()), n))
    );
    assert_eq!(numbers(&by_status.totals[0])[0], 2.0);

    let revenue = report(&desk, &ws.admin, &args(ReportName::RevenueByMonth)).unwrap();
    let gbp = Currency::Gbp;
    assert_eq!(revenue.rows.len(), 1);
    assert_eq!(
        monies(&revenue.rows[0]),
        [(25_000, gbp), (5_000, gbp), (0, gbp), (20_000, gbp)]
    );
    assert_eq!(monies(&revenue.totals[0]), monies(&revenue.rows[0]));
    let by_method = report(&desk, &ws.admin, &args(ReportName::RevenueByMethod)).unwrap();
    assert_eq!(by_method.rows[0][0], Cell::Text("cash".into()));
    let waiting = report(&desk, &ws.admin, &args(ReportName::OutstandingPayments)).unwrap();
    assert_eq!(monies(&waiting.totals[0]), [(9_900, Currency::Eur)]);
    assert_eq!(waiting.rows[0][1], Cell::Text("Pottery".into()));

    let before = ReportArgs {
        to: Some("2020-01-01".into()),
        ..args(ReportName::EnrollmentsByStatus)
    };
    let before = report(&desk, &ws.admin, &before).unwrap();
    assert_eq!(numbers(&before.totals[0])[0], 0.0);
    for (from, to) in [
        (Some("2026-02-30"), None),
        (Some("2026-03-02"), Some("2026-03-01")),
    ] {
        let wrong = ReportArgs {
            from: from.map(Into::into),
            to: to.map(Into::into),
            ..args(ReportName::RevenueByMonth)
        };
        assert!(report(&desk, &ws.admin, &wrong).is_err(), "{from:?} {to:?}");
    }
}

#[test]
fn each_role_sees_its_own() {
    let Place {
        ws,
        teacher,
        other,
        finance,
        student,
    } = place();
    let desk = ws.desk();
    let admin = dashboard(&desk, &ws.admin, Nothing {}).unwrap();
    assert_eq!(
        (
            admin.active_enrollments,
            admin.pending_enrollments,
            admin.students
        ),
        (Some(1), Some(1), Some(1))
    );
    assert_eq!(
        admin
            .revenue_this_month
            .iter()
            .map(|m| m.minor)
            .collect::<Vec<_>>(),
        [20_000]
    );
    assert_eq!(admin.enrollments_by_month.len(), 12);
    assert_eq!(admin.enrollments_by_month.last().unwrap().count, 2);
    assert_eq!(admin.new_enrollments, Some([2, 0]));
    assert!(!admin.recent.is_empty());

    let mine = dashboard(&desk, &teacher, Nothing {}).unwrap();
    assert_eq!(
        (mine.active_enrollments, mine.pending_enrollments),
        (Some(1), Some(0))
    );
    assert!(
        mine.revenue_by_month.is_empty()
            && mine.payments_waiting.is_empty()
            && mine.refund_requests.is_none()
    );
    let money = dashboard(&desk, &finance, Nothing {}).unwrap();
    assert_eq!(
        (
            money.active_enrollments,
            money.students,
            money.refund_requests
        ),
        (None, None, Some(0))
    );
    assert_eq!(money.payments_waiting.len(), 1);
    let verbs: Vec<&str> = money.recent.iter().map(|line| line.verb.as_str()).collect();
    assert_eq!(
        verbs,
        ["refund.booked", "payment.captured"],
        "what became of the money, the latest first"
    );
    assert!(dashboard(&desk, &student, Nothing {}).is_err());

    let rows = |actor: &Actor| {
        report(&desk, actor, &args(ReportName::CompletionByCourse))
            .map(|r| r.rows.len())
            .ok()
    };
    assert_eq!(
        (
            rows(&ws.admin),
            rows(&teacher),
            rows(&other),
            rows(&finance),
            rows(&student)
        ),
        (Some(2), Some(1), Some(1), None, None)
    );
    for (name, _) in ReportName::ALL {
        for role in Role::ALL {
            let actor = Actor {
                role,
                ..ws.admin.clone()
            };
            let may = report(&desk, &actor, &args(name)).is_ok();
            assert_eq!(
                may,
                role.may(name.permission()),
                "{} as {role}",
                name.as_str()
            );
        }
    }
    let foreign = desk
        .read(|r| Ok(r.course_by_slug("pottery")?))
        .unwrap()
        .unwrap()
        .id
        .to_hex();
    let not_mine = ReportArgs {
        course: Some(foreign),
        ..args(ReportName::EnrollmentsByStatus)
    };
    assert!(
        report(&desk, &teacher, &not_mine).is_err(),
        "another instructor's course is not there"
    );

    let find = |actor: &Actor, text: &str| {
        operations::search(
            &desk,
            actor,
            &SearchArgs {
                text: text.into(),
                limit: 20,
            },
        )
        .unwrap()
        .len()
    };
    let name = student.name.clone();
    assert_eq!((find(&student, "Weav"), find(&student, &name)), (1, 0));
    assert!(find(&ws.admin, &name) >= 1 && find(&teacher, &name) >= 1);
}

#[test]
fn files_are_never_overwritten_and_hold_no_formulas() {
    let Place { ws, finance, .. } = place();
    let desk = ws.desk();
    let folder = tempfile::tempdir().unwrap();
    let save = |format| {
        let export = ExportReport {
            report: args(ReportName::RevenueByCourse),
            format,
        };
        report_save(&desk, &finance, &export, folder.path())
    };
    let first = save(FileFormat::Csv).unwrap();
    let second = save(FileFormat::Csv).unwrap();
    assert_ne!(first.path, second.path);
    let text = std::fs::read_to_string(&first.path).unwrap();
    assert!(
        text.starts_with("\u{feff}Course,Charges,Charged,Charged currency"),
        "{text}"
    );
    assert!(
        text.contains("Weaving,1,250.00,GBP,1,50.00,GBP,0.00,GBP,200.00,GBP"),
        "{text}"
    );
    assert!(text.contains("From this device's replica as of"), "{text}");
    let book = save(FileFormat::Xlsx).unwrap();
    assert!(std::fs::read(&book.path).unwrap().starts_with(b"PK"));
    let paper = save(FileFormat::Pdf).unwrap();
    assert!(paper.path.ends_with(".pdf"), "{}", paper.path);
    assert!(std::fs::read(&paper.path).unwrap().starts_with(b"%PDF"));

    ws.person_named(
        "=HYPERLINK(\"http://x\")",
        "evil@example.org",
        Role::Student,
    );
    let list = |actor: &Actor, cancelled: bool| {
        let what = ExportList {
            what: ExportWhat::People(PeopleFilter::default()),
            format: FileFormat::Csv,
            task: "t".into(),
        };
        operations::list_save(&desk, actor, &what, folder.path(), &mut |_, _| {}, &|| {
            cancelled
        })
    };
    let people = list(&ws.admin, false).unwrap();
    let text = std::fs::read_to_string(&people.path).unwrap();
    assert!(text.contains("'=HYPERLINK"), "{text}");
    assert_eq!(
        people.rows,
        Some(u64::try_from(text.lines().count()).unwrap() - 1)
    );
    assert!(
        list(&finance, false).is_err(),
        "finance does not keep people"
    );
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(list(&ws.admin, true).is_err());
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        before,
        "nothing is left of a stopped saving"
    );

    let window = WindowDto {
        offset: 0,
        limit: 10,
    };
    let filter = AuditFilter {
        area: Some("list".into()),
        ..AuditFilter::default()
    };
    let trail = operations::audit_list(&desk, &ws.admin, &ListAudit { filter, window }).unwrap();
    assert_eq!(trail.rows.len(), 1, "what was taken out is in the trail");
}
