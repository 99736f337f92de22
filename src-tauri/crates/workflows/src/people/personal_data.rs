//! Everything that is kept about one person, as two files: JSON for programs and a PDF to read. For
//! administrators, and for the person themself.
//!
//! Secrets are left out: hashes of passwords and tokens, the second factor. Taking it out of the
//! institution leaves a line in the audit trail. A desktop that holds a part gives the part it holds.

use std::path::Path;

use bson::Document;
use domain::{Actor, Collection, Refusal, Timestamp, audit::Deed, role::Permission};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde_json::{Map, Value, json};

use super::{
    dto::{PersonalDataFiles, PersonalDataOf},
    parse,
};
use crate::{
    desk::Desk,
    dto::moment,
    error::WorkflowError,
    operations::{
        reads,
        timeline::{entries, plain_document},
    },
    print::{self as printed, Align, Face, Format, Ink, Sheet, Style, save_new},
};

/// Fields nobody gets, not even their owner.
const SECRETS: [&str; 7] = [
    "password",
    "secondFactor",
    "tokenHash",
    "emailVerificationToken",
    "passwordResetToken",
    "recovery",
    "sync",
];
/// Rows of the trail at most; the newest.
const MOST: u32 = 10_000;

/// Saves both files in a folder.
pub fn personal_data_save(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &PersonalDataOf,
    folder: &Path,
) -> Result<PersonalDataFiles, WorkflowError> {
    let id = parse(&args.id)?;
    if !actor.is(id) && !actor.role.may(Permission::ManagePeople) {
        // As with every record that is somebody else's: not even whether it is there.
        return Err(Refusal::not_found("The person").into());
    }
    let (data, zone) = desk.read(|reader| {
        let person = reader
            .document(Collection::Users, id)?
            .ok_or_else(|| Refusal::not_found("The person"))?;
        let settings = reader.settings()?;
        let zone = settings
            .as_ref()
            .and_then(|settings| TimeZoneDatabase::bundled().get(&settings.timezone).ok())
            .unwrap_or(TimeZone::UTC);
        let institution = settings.map(|settings| settings.institution);
        let (mut enrollments, mut payments, mut ledger) = (Vec::new(), Vec::new(), Vec::new());
        for one in reader.enrollments_of_user(id)? {
            let course = reader.course(one.course)?.map(|course| course.title);
            if let Some(document) = reader.document(Collection::Enrollments, one.id)? {
                enrollments.push(titled(open(document), course));
            }
        }
        for one in reader.payments_of_user(id)? {
            for row in reader.ledger_of_payment(one.id)? {
                let document = bson::serialize_to_document(&row)
                    .map_err(|error| WorkflowError::Defect(error.to_string()))?;
                ledger.push(open(document));
            }
            let course = reader.course(one.course)?.map(|course| course.title);
            if let Some(document) = reader.document(Collection::Payments, one.id)? {
                payments.push(titled(open(document), course));
            }
        }
        let mut sessions = Vec::new();
        for one in reader.sessions_of(id)? {
            if let Some(document) = reader.document(Collection::Sessions, one.id)? {
                sessions.push(open(document));
            }
        }
        let mut rows = reader.activity_of(id, None, MOST)?;
        let told = reader.told_about(Collection::Users, id, MOST)?;
        rows.extend(told);
        rows.sort_by_key(|row| std::cmp::Reverse(row.n));
        rows.dedup_by_key(|row| row.n);
        let trail: Vec<Value> = entries(reader, rows)?
            .into_iter()
            .map(|entry| {
                json!({
                    "at": entry.at, "by": entry.actor, "device": entry.device,
                    "verb": entry.verb, "detail": entry.detail,
                })
            })
            .collect();
        let data = json!({
            "institution": institution,
            "savedAt": moment(desk.now()),
            "person": open(person),
            "enrollments": enrollments,
            "payments": payments,
            "ledger": ledger,
            "sessions": sessions,
            "trail": trail,
        });
        Ok::<_, WorkflowError>((data, zone))
    })?;
    let name = data["person"]["name"]
        .as_str()
        .unwrap_or("person")
        .to_owned();
    let stem = format!("Personal data of {name}");
    let text = serde_json::to_string_pretty(&data)
        .map_err(|error| WorkflowError::Defect(error.to_string()))?;
    let paper = draw(&data, &stem, zone)?;
    // Told before it is taken out: without the line there is no file.
    reads::always(
        desk,
        actor,
        Deed::new("person.data-saved", Collection::Users, id),
    )?;
    Ok(PersonalDataFiles {
        json: save_new(folder, &stem, "json", text.as_bytes(), None)?,
        pdf: save_new(folder, &stem, "pdf", &paper, None)?,
    })
}

/// A document as plain JSON, without secrets.
fn open(document: Document) -> Value {
    fn without(value: Value) -> Value {
        match value {
            Value::Object(fields) => Value::Object(
                fields
                    .into_iter()
                    .filter(|(name, _)| !SECRETS.contains(&name.as_str()))
                    .map(|(name, value)| (name, without(value)))
                    .collect::<Map<_, _>>(),
            ),
            Value::Array(values) => values.into_iter().map(without).collect(),
            other => other,
        }
    }
    without(plain_document(document))
}

fn titled(mut value: Value, title: Option<String>) -> Value {
    if let (Value::Object(fields), Some(title)) = (&mut value, title) {
        fields.insert("courseTitle".to_owned(), Value::String(title));
    }
    value
}

/// Millimetres would be too fine: the page is divided by lines of this height.
const LINE: f32 = 13.0;
const LEFT: f32 = 50.0;

/// The pages.
struct Paper {
    sheet: Sheet,
    y: f32,
    /// The institution's: moments are printed in it.
    zone: TimeZone,
}

impl Paper {
    fn room(&mut self, height: f32) {
        if self.y + height > self.sheet.height() - 56.0 {
            self.sheet.next_page();
            self.y = 60.0;
        }
    }

    fn heading(&mut self, text: &str) {
        self.room(5.0 * LINE);
        self.y += 1.6 * LINE;
        let style = Style::new(Face::SerifStrong, 13.0).ink(Ink::BLUE);
        self.sheet.text(LEFT, self.y, text, style, Align::Left);
        self.y += 0.5 * LINE;
        let right = self.sheet.width() - LEFT;
        self.sheet
            .rule((LEFT, self.y), (right, self.y), 0.5, Ink::HAIRLINE);
        self.y += 1.2 * LINE;
    }

    fn fact(&mut self, label: &str, value: &str, depth: usize) {
        let indent = (0..depth).fold(LEFT, |x, _| x + 12.0);
        let label_style = Style::new(Face::Sans, 8.0).ink(Ink::SOFT);
        let style = Style::new(Face::Sans, 9.0);
        let x = LEFT + 150.0;
        let wide = self.sheet.width() - LEFT - x;
        for (at, line) in Sheet::wrap(value, wide, style).iter().enumerate() {
            self.room(LINE);
            if at == 0 {
                self.sheet
                    .text(indent, self.y, label, label_style, Align::Left);
            }
            self.sheet.text(x, self.y, line, style, Align::Left);
            self.y += LINE;
        }
    }

    fn facts(&mut self, value: &Value, depth: usize) {
        let Value::Object(fields) = value else { return };
        for (name, value) in fields {
            let label = words(name);
            match value {
                Value::Null => {}
                Value::Object(inner) if inner.is_empty() => {}
                Value::Array(values) if values.is_empty() => {}
                Value::Object(_) => {
                    self.fact(&label, " ", depth);
                    self.facts(value, depth + 1);
                }
                Value::Array(values) => {
                    for value in values {
                        if value.is_object() {
                            self.fact(&label, "—", depth);
                            self.facts(value, depth + 1);
                        } else {
                            self.fact(&label, &told(value, &self.zone), depth);
                        }
                    }
                }
                value => self.fact(&label, &told(value, &self.zone), depth),
            }
        }
    }
}

/// A value in words. Moments are printed in that zone, days without an hour as the days they are.
fn told(value: &Value, zone: &TimeZone) -> String {
    match value {
        Value::String(text) => instant(text, zone).unwrap_or_else(|| text.clone()),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => String::new(),
        Value::Array(values) => {
            let each: Vec<String> = values.iter().map(|value| told(value, zone)).collect();
            each.join(", ")
        }
        Value::Object(fields) => list(fields, zone),
        other @ Value::Number(_) => other.to_string(),
    }
}

/// `2026-11-30T06:25:28.563Z` as it is printed; none of any other text.
fn instant(text: &str, zone: &TimeZone) -> Option<String> {
    let (_, rest) = text.split_at_checked(10)?;
    if !rest.starts_with('T') || !rest.ends_with('Z') {
        return None;
    }
    let at: jiff::Timestamp = text.parse().ok()?;
    let at = Timestamp::from_millis(at.as_millisecond());
    Some(if rest == "T00:00:00Z" {
        printed::date(at, &TimeZone::UTC)
    } else {
        printed::moment(at, zone)
    })
}

/// `attempts: 4; until: 30 November 2026, 06:39 GMT`.
fn list(fields: &Map<String, Value>, zone: &TimeZone) -> String {
    let each: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| format!("{}: {}", words(name).to_lowercase(), told(value, zone)))
        .collect();
    each.join("; ")
}

/// A row of the trail: "Account: sign in failed. By Matricula, on CCVJ. attempts: 4".
fn deed(row: &Value, zone: &TimeZone) -> String {
    let verb = told(&row["verb"], zone);
    let (about, done) = verb.split_once('.').unwrap_or(("", verb.as_str()));
    let done = done.replace(['-', '.'], " ");
    let what = if about.is_empty() {
        words(&done)
    } else {
        format!("{}: {done}", words(about))
    };
    let by = told(&row["by"], zone);
    let device = told(&row["device"], zone);
    let mut line = format!("{what}. By {by}, on {device}.");
    if let Value::Object(detail) = &row["detail"]
        && !detail.is_empty()
    {
        line.push(' ');
        line.push_str(&list(detail, zone));
    }
    line
}

/// `emailVerified` as "Email verified".
fn words(name: &str) -> String {
    let mut out = String::new();
    for (at, letter) in name.trim_start_matches('_').chars().enumerate() {
        if at == 0 {
            out.extend(letter.to_uppercase());
        } else if letter.is_uppercase() {
            out.push(' ');
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The data on paper, section by section.
fn draw(data: &Value, title: &str, zone: TimeZone) -> Result<Vec<u8>, WorkflowError> {
    let mut sheet = Sheet::new(Format::A4, title);
    let width = sheet.width() - 2.0 * LEFT;
    let style = Style::new(Face::Serif, 20.0);
    let y = sheet.paragraph(LEFT, 70.0, width, title, style, Align::Left, 24.0);
    let mut paper = Paper { sheet, y, zone };
    let note = format!(
        "{}, {}",
        told(&data["institution"], &paper.zone),
        told(&data["savedAt"], &paper.zone)
    );
    paper.y += 4.0;
    let soft = Style::new(Face::Sans, 9.0).ink(Ink::SOFT);
    paper.sheet.text(LEFT, paper.y, &note, soft, Align::Left);
    paper.heading("Person");
    paper.facts(&data["person"], 0);
    for (section, heading) in [
        ("enrollments", "Enrollment"),
        ("payments", "Payment"),
        ("ledger", "Row of the ledger"),
        ("sessions", "Session"),
    ] {
        for (at, one) in data[section].as_array().into_iter().flatten().enumerate() {
            paper.heading(&format!("{heading} {}", at + 1));
            paper.facts(one, 0);
        }
    }
    paper.heading("What was done");
    for one in data["trail"].as_array().into_iter().flatten() {
        let line = deed(one, &paper.zone);
        let at = told(&one["at"], &paper.zone);
        paper.fact(&at, &line, 0);
    }
    paper.sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_says_moments_and_rows_of_the_trail_in_words() {
        let zone = TimeZone::fixed(jiff::tz::offset(6));
        for (value, said) in [
            (json!("2001-01-01T00:00:00Z"), "1 January 2001"),
            (
                json!("2026-11-30T06:25:28.563Z"),
                "30 November 2026, 12:25 +06",
            ),
            (json!("https://otto.example"), "https://otto.example"),
            (json!(["phone", "website"]), "phone, website"),
            (json!(true), "yes"),
        ] {
            assert_eq!(told(&value, &zone), said);
        }
        let row = json!({
            "verb": "account.sign-in-failed", "by": "Matricula", "device": "CCVJ",
            "detail": { "attempts": 4, "lockedUntil": "2026-11-30T06:39:29.532Z" },
        });
        assert_eq!(
            deed(&row, &zone),
            "Account: sign in failed. By Matricula, on CCVJ. attempts: 4; locked until: 30 November 2026, 12:39 +06"
        );
    }
}
