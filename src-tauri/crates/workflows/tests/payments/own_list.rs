//! A student's own payments as a file: theirs and nobody else's, whatever the window asks for.

use std::{fs, path::Path};

use calamine::{Data, Reader, Xlsx, open_workbook};
use domain::{Actor, Code};
use workflows::{
    WorkflowError,
    catalog::dto::CourseFilter,
    dto::{FileFormat, SavedFile, WindowDto},
    enrollment::dto::EnrollmentFilter,
    operations::{
        self,
        dto::{AuditFilter, ExportList, ExportWhat, ListAudit},
    },
    payments::dto::PaymentFilter,
    people::dto::PeopleFilter,
};

use super::{Till, code, join, till};

fn save(
    till: &Till,
    who: &Actor,
    what: ExportWhat,
    format: FileFormat,
    folder: &Path,
) -> Result<SavedFile, WorkflowError> {
    let args = ExportList {
        what,
        format,
        task: "t".into(),
    };
    operations::list_save(&till.t.desk(), who, &args, folder, &mut |_, _| {}, &|| {
        false
    })
}

#[test]
fn a_student_saves_their_own_payments_whatever_the_window_asks_for() {
    let till = till();
    let other = till.t.student();
    let (enrollment, theirs) = join(&till.t, till.course, &other);
    let receipt = till.cash(25_000, None).unwrap().receipt_number.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let user = other.user.map(domain::UserId::to_hex);
    for (what, filter, own) in [
        ("all", PaymentFilter::default(), true),
        (
            "another's",
            PaymentFilter {
                user: user.clone(),
                ..PaymentFilter::default()
            },
            true,
        ),
        (
            "another's enrollment",
            PaymentFilter {
                enrollment: Some(enrollment.clone()),
                ..PaymentFilter::default()
            },
            false,
        ),
        (
            "another's name",
            PaymentFilter {
                text: other.name.clone(),
                user,
                ..PaymentFilter::default()
            },
            false,
        ),
    ] {
        let saved = save(
            &till,
            &till.student,
            ExportWhat::Payments(filter),
            FileFormat::Csv,
            folder.path(),
        )
        .unwrap();
        let text = fs::read_to_string(&saved.path).unwrap();
        assert_eq!(saved.rows, Some(u64::from(own)), "{what}: {text}");
        assert_eq!(text.contains(&receipt), own, "{what}: {text}");
        assert_eq!(text.contains(&till.payment), own, "{what}: {text}");
        assert!(!text.contains(&theirs), "{what}: {text}");
        assert!(!text.contains(&other.name), "{what}: {text}");
    }
    let all = || ExportWhat::Payments(PaymentFilter::default());
    let book = save(&till, &till.student, all(), FileFormat::Xlsx, folder.path()).unwrap();
    assert_eq!(book.rows, Some(1));
    let mut workbook: Xlsx<_> = open_workbook(&book.path).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    let word = |text: &str| Data::String(text.into());
    let head = rows.iter().position(|row| row[0] == word("Student"));
    let head = head.expect("a line of headings");
    let cell = |name: &str| {
        let place = rows[head].iter().position(|cell| *cell == word(name));
        &rows[head + 1][place.expect(name)]
    };
    assert!(matches!(cell("Paid at"), Data::DateTime(_)), "{rows:?}");
    assert!(matches!(cell("Amount"), Data::Float(amount) if *amount > 0.0));
    assert_eq!(*cell("Amount currency"), word("GBP"));
    let everybody = save(&till, &till.finance, all(), FileFormat::Csv, folder.path()).unwrap();
    assert_eq!(everybody.rows, Some(2), "finance has all of them");

    let trail = ListAudit {
        filter: AuditFilter {
            area: Some("list".into()),
            actor: till.student.user.map(domain::UserId::to_hex),
            ..AuditFilter::default()
        },
        window: WindowDto {
            offset: 0,
            limit: 50,
        },
    };
    let trail = operations::audit_list(&till.t.desk(), &till.t.admin, &trail).unwrap();
    assert_eq!(trail.rows.len(), 5, "each file is in the trail");
}

#[test]
fn a_student_saves_no_other_list_and_an_instructor_no_payments() {
    let till = till();
    let folder = tempfile::tempdir().unwrap();
    for (who, what) in [
        (&till.student, ExportWhat::People(PeopleFilter::default())),
        (&till.student, ExportWhat::Courses(CourseFilter::default())),
        (
            &till.student,
            ExportWhat::Enrollments(EnrollmentFilter::default()),
        ),
        (&till.student, ExportWhat::Audit(AuditFilter::default())),
        (
            &till.t.instructor(),
            ExportWhat::Payments(PaymentFilter::default()),
        ),
    ] {
        let no = save(&till, who, what.clone(), FileFormat::Csv, folder.path());
        assert_eq!(code(no), Some(Code::Forbidden), "{what:?}");
    }
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "no file of what was refused");
}
