//! `docs/states.md` is drawn from the tables of the state machines: when a table changes, this test says
//! so, and `MATRICULA_WRITE_DOCS=1` draws it anew.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fmt::Write, fs, path::Path};

use domain::{course::CourseStatus, enrollment::EnrollmentStatus, payment::PaymentStatus};

fn draw(out: &mut String, title: &str, note: &str, arrows: &[(&str, &str)], first: &str) {
    writeln!(out, "\n## {title}\n\n{note}\n\n```mermaid\nstateDiagram-v2").unwrap();
    let state = |word: &str| word.replace('-', "_");
    writeln!(out, "  [*] --> {}", state(first)).unwrap();
    for (from, to) in arrows {
        writeln!(out, "  {} --> {}", state(from), state(to)).unwrap();
    }
    writeln!(out, "```").unwrap();
}

fn drawn() -> String {
    let mut out = String::from(
        "# State machines\n\nDrawn from the tables in `domain` (`EnrollmentStatus::TRANSITIONS` and its \
         like); a test compares them. There are no other transitions.\n",
    );
    draw(
        &mut out,
        "Enrollment",
        "A free course goes straight to `active`. `completed → refunded` holds only while no certificate \
         is issued, or after it is revoked. Coming back reopens the same document as a new attempt.",
        &EnrollmentStatus::TRANSITIONS.map(|(from, to)| (from.as_str(), to.as_str())),
        EnrollmentStatus::Pending.as_str(),
    );
    draw(
        &mut out,
        "Payment",
        "`failed`, `cancelled` and `refunded` are final. The refund states are derived from the refund \
         rows, never set by hand.",
        &PaymentStatus::TRANSITIONS.map(|(from, to)| (from.as_str(), to.as_str())),
        PaymentStatus::Pending.as_str(),
    );
    draw(
        &mut out,
        "Course",
        "Publishing needs a description, a level, a category, a price and a lesson; unpublishing needs \
         that nobody is active in it.",
        &CourseStatus::TRANSITIONS.map(|(from, to)| (from.as_str(), to.as_str())),
        CourseStatus::Draft.as_str(),
    );
    out
}

#[test]
fn the_states_are_drawn_as_they_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/states.md");
    let now = drawn();
    if std::env::var_os("MATRICULA_WRITE_DOCS").is_some() {
        fs::write(&path, &now).expect("the drawing can be written");
    }
    let kept = fs::read_to_string(&path).expect("docs/states.md is there");
    assert_eq!(kept, now, "draw anew with MATRICULA_WRITE_DOCS=1");
}
