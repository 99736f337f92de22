//! Files of tables: CSV files of people and courses, and the OULAD files.

use std::{cell::RefCell, fs, path::Path};

use proptest::prelude::*;
use testkit::workspace;
use workflows::{
    WorkflowError,
    dto::Nothing,
    operations::{
        csv_import::{self, File, reading},
        dto::ImportKind,
        oulad, verify,
    },
};

use super::bytes::{cases, inputs, like};

const PEOPLE: &str = "name,email,role,dateOfBirth,phone,city,status\n\
    Ada Byron,ada2@example.org,student,1815-12-10,+44 20 7946 0000,London,active\n\
    \"Byron, Grace\",grace@example.org,teacher,17.05.1980,,\"Two\nlines\",yes\n\
    ,nobody,admin,2026-02-30,x,,\n";
const COURSES: &str = "title;category;level;price;currency;instructor;module;lesson;duration\n\
    Rust;Programming;Beginner;1.234,50;EUR;ada@example.org;Beginnings;First steps;1:30\n\
    Rust;;;;;;Beginnings;\"Second; steps\";45 min\n\
    Excel;Business;advanced;-3;GBP;nobody@example.org;;;x\n";

fn originals() -> Vec<Vec<u8>> {
    let utf16 = |text: &str| {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    vec![
        PEOPLE.as_bytes().to_vec(),
        COURSES.as_bytes().to_vec(),
        utf16(PEOPLE),
        COURSES
            .replace('R', "\u{e9}")
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect(),
    ]
}

proptest! {
    #![proptest_config(cases(inputs()))]

    #[test]
    fn a_table_is_read_or_refused(bytes in like(originals())) {
        if let Ok(table) = reading::read(&bytes) {
            for row in &table.rows {
                prop_assert!(row.cells.len() <= table.columns.len(), "no row has more than the header names");
            }
            for kind in [ImportKind::People, ImportKind::Courses] {
                let inspection = csv_import::inspection(kind, &table);
                prop_assert_eq!(inspection.columns.len(), table.columns.len());
                csv_import::proposed(kind, &table.columns);
            }
        }
    }
}

/// Ten thousand files go through the whole import of one workspace, one time in four in earnest.
#[test]
fn an_import_of_anything_is_an_outcome_or_a_refusal() {
    let ws = workspace();
    let done = RefCell::new(0_u32);
    let mut runner = proptest::test_runner::TestRunner::new(cases(inputs()));
    let inputs = (like(originals()), any::<bool>(), 0..400_u32);
    runner
        .run(&inputs, |(bytes, people, luck)| {
            let Ok(table) = reading::read(&bytes) else {
                return Ok(());
            };
            let kind = if people {
                ImportKind::People
            } else {
                ImportKind::Courses
            };
            let mapping = csv_import::proposed(kind, &table.columns);
            let file = File {
                kind,
                name: "file.csv".into(),
                bytes: &bytes,
                mapping: Some(&mapping),
                instructor: None,
            };
            let dry_run = luck != 0;
            match csv_import::run(
                &ws.desk(),
                &ws.admin,
                file,
                dry_run,
                &mut |_, _| {},
                &|| false,
            ) {
                Ok(_) => *done.borrow_mut() += 1,
                Err(WorkflowError::Refused(_)) => {}
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            }
            Ok(())
        })
        .unwrap();
    assert!(
        *done.borrow() > 100,
        "some of the files were read: {}",
        done.borrow()
    );
    let report = verify(&ws.desk(), &ws.admin, Nothing {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn damaged_oulad_files_are_read_or_refused() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oulad-sample");
    let files = [
        "courses.csv",
        "assessments.csv",
        "studentRegistration.csv",
        "studentInfo.csv",
    ];
    let folder = tempfile::tempdir().unwrap();
    let small: Vec<Vec<u8>> = files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(sample.join(file)).unwrap();
            // The header and a few rows: damage is then where something is read.
            let text: String = text
                .lines()
                .take(6)
                .map(|line| format!("{line}\n"))
                .collect();
            text.into_bytes()
        })
        .collect();
    for (file, text) in files.iter().zip(&small) {
        fs::write(folder.path().join(file), text).unwrap();
    }
    assert!(
        oulad::data::read(folder.path()).is_ok(),
        "undamaged they are read"
    );
    let read = RefCell::new(0_u32);
    for (which, file) in files.iter().enumerate() {
        let path = folder.path().join(file);
        let mut runner = proptest::test_runner::TestRunner::new(cases(inputs() / 4));
        runner
            .run(&like(vec![small[which].clone()]), |bytes| {
                fs::write(&path, &bytes).unwrap();
                match oulad::data::read(folder.path()) {
                    Ok(data) => {
                        *read.borrow_mut() += 1;
                        for presentation in &data.presentations {
                            presentation.end();
                            presentation.month();
                            let weights = presentation.assessments.iter().map(|one| one.weight);
                            prop_assert!(weights.into_iter().all(f64::is_finite));
                        }
                    }
                    Err(WorkflowError::Refused(_)) => {}
                    Err(other) => return Err(TestCaseError::fail(other.to_string())),
                }
                Ok(())
            })
            .unwrap();
        fs::write(&path, &small[which]).unwrap();
    }
    assert!(*read.borrow() > 100, "some were read: {}", read.borrow());
}
