//! Lines of the trail about looking and taking out: when one is left, that it comes before the file, and what
//! a change of the settings tells.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use testkit::{TestWorkspace, workspace};
use workflows::{
    dto::{ById, FileFormat, Nothing, WindowDto},
    operations::{
        self,
        dto::{AuditFilter, ListAudit},
    },
    people,
    reporting::{
        self,
        dto::{ExportReport, ReportArgs, ReportName},
    },
};

const HOUR: i64 = 60 * 60;

fn look(t: &TestWorkspace, id: domain::UserId) {
    people::person(&t.desk(), &t.admin, ById { id: id.to_hex() }).unwrap();
}

fn lines(t: &TestWorkspace, verb: &str) -> Vec<serde_json::Value> {
    let args = ListAudit {
        filter: AuditFilter {
            area: Some(verb.to_owned()),
            ..AuditFilter::default()
        },
        window: WindowDto {
            offset: 0,
            limit: 100,
        },
    };
    let page = operations::audit_list(&t.desk(), &t.admin, &args).unwrap();
    page.rows.into_iter().map(|row| row.detail).collect()
}

/// Looking makes nothing anybody waits for: the pill counts what changes something.
#[test]
fn a_look_is_a_line_that_waits_and_no_change() {
    let t = workspace();
    let student = t.student().user.unwrap();
    t.workspace.replica().attach().unwrap();
    let counts = || {
        t.workspace
            .replica()
            .read(|reader| reader.queue_counts())
            .unwrap()
    };
    look(&t, student);
    assert_eq!(counts().lines, 0, "who made the record a moment ago");
    t.clock.advance(HOUR + 1);
    look(&t, student);
    look(&t, student);
    assert_eq!((counts().waiting, counts().lines), (0, 1));
    let unseen = t.person(domain::Role::Student);
    assert_eq!((counts().waiting, counts().lines), (1, 1));
    look(&t, unseen.user.unwrap());
    assert_eq!((counts().waiting, counts().lines), (1, 1));
}

#[test]
fn the_line_comes_before_the_file() {
    let t = workspace();
    let nowhere = t.dir().join("no such folder").join("file");
    std::fs::write(t.dir().join("no such folder"), "a file, and no folder").unwrap();
    let args = ExportReport {
        report: ReportArgs {
            name: ReportName::RevenueByCourse,
            from: None,
            to: None,
            course: None,
        },
        format: FileFormat::Csv,
    };
    reporting::report_save(&t.desk(), &t.admin, &args, &nowhere).unwrap_err();
    assert_eq!(
        lines(&t, "report.saved").len(),
        1,
        "the file failed, and the line is there"
    );
}

#[test]
fn what_guards_the_institution_is_told_with_what_it_was() {
    let t = workspace();
    let mut settings = operations::settings(&t.desk(), &t.admin, Nothing {}).unwrap();
    settings.idle_minutes = 0;
    settings.registration = true;
    settings.require_second_factor = true;
    settings.refund_threshold_minor = 7;
    settings.language = "de".to_owned();
    operations::settings_update(&t.desk(), &t.admin, &settings).unwrap();
    let told = lines(&t, "settings.updated").remove(0);
    for (field, from, to) in [
        ("idleMinutes", serde_json::json!(10), serde_json::json!(0)),
        ("registration", false.into(), true.into()),
        ("requireSecondFactor", false.into(), true.into()),
        (
            "refundThresholdMinor",
            serde_json::json!(20_000),
            serde_json::json!(7),
        ),
    ] {
        assert_eq!(told[format!("{field}From")], from, "{field}: {told}");
        assert_eq!(told[format!("{field}To")], to, "{field}: {told}");
    }
    assert!(told.get("languageFrom").is_none(), "{told}");
}
