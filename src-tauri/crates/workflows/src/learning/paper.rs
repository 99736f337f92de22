//! The certificate on paper: one landscape sheet, to frame.

use std::path::Path;

use domain::{Actor, Code, Refusal};
use jiff::tz::TimeZone;

use super::{
    certificates::{dto, shown_to},
    dto::CertificateDto,
};
use crate::{
    desk::Desk,
    dto::{ById, SavedFile},
    error::WorkflowError,
    print::{Align, Face, Format, Ink, Sheet, Style, date, save_new},
};

/// Writes the certificate as PDF into the folder. A revoked one is not printed.
pub fn certificate_save(
    desk: &Desk<'_>,
    actor: &Actor,
    args: ById,
    folder: &Path,
) -> Result<SavedFile, WorkflowError> {
    let (certificate, completed) = desk.read(|reader| {
        let (enrollment, course) = shown_to(reader, actor, &args.id)?;
        let certificate = dto(reader, &enrollment, &course, true)?;
        let zone = reader
            .settings()?
            .and_then(|settings| TimeZone::get(&settings.timezone).ok())
            .unwrap_or(TimeZone::UTC);
        let completed = enrollment.completion_date.unwrap_or(enrollment.updated_at);
        Ok((certificate, date(completed, &zone)))
    })?;
    if certificate.revoked_at.is_some() {
        return Err(Refusal::new(
            Code::WrongState,
            "This certificate was revoked and is not printed any more.",
        )
        .into());
    }
    let stem = format!(
        "Certificate {} - {}",
        certificate.student, certificate.course
    );
    let pdf = draw(&certificate, &completed).finish()?;
    save_new(folder, &stem, "pdf", &pdf, None)
}

/// The sheet. `completed` is the day in words.
fn draw(certificate: &CertificateDto, completed: &str) -> Sheet {
    let mut sheet = Sheet::new(Format::A4Wide, &format!("Certificate {}", certificate.id));
    let (width, height) = (sheet.width(), sheet.height());
    let middle = width / 2.0;
    let room = width - 220.0;

    sheet.frame((26.0, 26.0, width - 52.0, height - 52.0), 1.4, Ink::BLUE);
    sheet.frame((32.0, 32.0, width - 64.0, height - 64.0), 0.4, Ink::BLUE);

    let label = Style::new(Face::Sans, 9.0).ink(Ink::SOFT);
    let said = Style::new(Face::Serif, 14.0).ink(Ink::SOFT);
    let institution = Style::new(Face::SansStrong, 13.0)
        .ink(Ink::BLUE)
        .tracked(0.14);
    fitted(
        &mut sheet,
        middle,
        92.0,
        room,
        &certificate.institution.to_uppercase(),
        institution,
        8.0,
    );
    let title = Style::new(Face::Serif, 40.0).ink(Ink::BLUE);
    sheet.text(
        middle,
        158.0,
        "Certificate of Completion",
        title,
        Align::Center,
    );
    sheet.rule(
        (middle - 36.0, 178.0),
        (middle + 36.0, 178.0),
        1.0,
        Ink::SAFFRON,
    );

    sheet.text(
        middle,
        214.0,
        "This is to certify that",
        said,
        Align::Center,
    );
    let name = Style::new(Face::SerifStrong, 34.0);
    fitted(
        &mut sheet,
        middle,
        263.0,
        room,
        &certificate.student,
        name,
        16.0,
    );
    sheet.rule(
        (middle - 190.0, 280.0),
        (middle + 190.0, 280.0),
        0.5,
        Ink::HAIRLINE,
    );
    sheet.text(
        middle,
        310.0,
        "has completed the course",
        said,
        Align::Center,
    );

    // A long title takes two lines before it gets smaller.
    let mut course = Style::new(Face::SerifStrong, 23.0).ink(Ink::BLUE);
    let mut lines = Sheet::wrap(&certificate.course, room, course);
    while lines.len() > 2 && course.size > 12.0 {
        course.size -= 1.0;
        lines = Sheet::wrap(&certificate.course, room, course);
    }
    let mut y = if lines.len() > 1 { 342.0 } else { 350.0 };
    for line in lines {
        sheet.text(middle, y, &line, course, Align::Center);
        y += course.size * 1.25;
    }
    sheet.text(middle, y + 8.0, &facts(certificate), label, Align::Center);

    let foot = height - 112.0;
    let signed = Style::new(Face::Serif, 13.0);
    for (x, what, who) in [
        (middle - 230.0, "Completed on", completed),
        (
            middle + 230.0,
            "Instructor",
            certificate.instructor.as_str(),
        ),
    ] {
        fitted(&mut sheet, x, foot, 220.0, who, signed, 8.5);
        sheet.rule(
            (x - 110.0, foot + 9.0),
            (x + 110.0, foot + 9.0),
            0.5,
            Ink::SOFT,
        );
        sheet.text(x, foot + 22.0, what, label, Align::Center);
    }

    let id = Style::new(Face::SansStrong, 9.0).tabular().tracked(0.06);
    sheet.text(middle, height - 62.0, &certificate.id, id, Align::Center);
    let verify =
        "Certificate number. Whoever has it can ask the institution whether it is genuine.";
    sheet.text(
        middle,
        height - 48.0,
        verify,
        Style::new(Face::Sans, 7.5).ink(Ink::SOFT),
        Align::Center,
    );
    if certificate.sample {
        let sample = Style::new(Face::SansStrong, 9.0)
            .ink(Ink::SAFFRON)
            .tracked(0.1);
        sheet.text(
            middle,
            60.0,
            "SAMPLE, OF AN INVENTED INSTITUTION",
            sample,
            Align::Center,
        );
    }
    sheet
}

/// Level, hours and score, as far as they are known.
fn facts(certificate: &CertificateDto) -> String {
    let mut facts = Vec::new();
    if let Some(level) = &certificate.level {
        facts.push(level.clone());
    }
    if let Some(hours) = certificate.hours.filter(|hours| *hours > 0.0) {
        facts.push(if hours > 1.0 {
            format!("{hours} hours")
        } else {
            format!("{hours} hour")
        });
    }
    if let Some(score) = certificate.final_score {
        facts.push(format!("Final score {score} %"));
    }
    facts.join("   ·   ")
}

/// One centred line, smaller where the room asks for it, cut only when it cannot get smaller.
fn fitted(sheet: &mut Sheet, x: f32, y: f32, room: f32, text: &str, mut style: Style, least: f32) {
    while style.size > least && Sheet::measure(text, style) > room {
        style.size -= 0.5;
    }
    sheet.line(x, y, room, text, style, Align::Center);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> CertificateDto {
        CertificateDto {
            id: "H660V-5CE6Z-KJ5VG-S3A81-DE9NT-B92Q5".into(),
            student: "রহিমা খাতুন".into(),
            course: "Introduction to the History and the Practice of Statistical Thinking in the Natural and Social \
                     Sciences, with Exercises, Readings and a Project of One's Own over Two Terms, for Beginners"
                .into(),
            institution: "The Northern Institute of Applied Sciences and Further Education of the County".into(),
            instructor: "Prof. Dr. Anna-Magdalena von Hohenstein-Wittgenberg".into(),
            level: Some("Intermediate".into()),
            hours: Some(1.5),
            final_score: Some(87.25),
            completed_at: String::new(),
            issued_at: String::new(),
            revoked_at: None,
            sample: true,
        }
    }

    #[test]
    fn long_names_fit_and_other_scripts_print() {
        let pdf = draw(&certificate(), "23 November 2026")
            .finish()
            .expect("a sheet");
        assert!(pdf.starts_with(b"%PDF"));
        let short = CertificateDto {
            course: "Weaving".into(),
            ..certificate()
        };
        let other = draw(&short, "23 November 2026").finish().expect("a sheet");
        assert_ne!(pdf, other);
    }

    #[test]
    fn facts_are_only_those_known() {
        assert_eq!(
            facts(&certificate()),
            "Intermediate   ·   1.5 hours   ·   Final score 87.25 %"
        );
        let bare = CertificateDto {
            level: None,
            hours: None,
            final_score: None,
            ..certificate()
        };
        assert_eq!(facts(&bare), "");
    }
}
