//! Rows of courses: what each field's cell says, checked by the rules for the catalog. A course repeated
//! on several rows with a module or a lesson in each brings its outline along.
//!
//! Nothing of a foreign catalog is dropped: a category unknown here stays as the subcategory, "all levels"
//! as a tag, a description too long for the card as the full description.

use std::collections::HashMap;

use bson::oid::ObjectId;
use domain::{
    CourseId, Currency, LessonId, ModuleId, Money, Timestamp, UserId,
    course::{Course, Lesson, LessonKind, Module},
    rules::publishing::{
        fields::{CourseInput, fill, length, slug_ok},
        outline::{MAX_LESSONS, MAX_MODULES},
    },
    text::{fold, slug},
};

use super::{Faults, mapping::Mapping, reading::Row, values};

/// Longest text on a course's card (seed schema).
const CARD: usize = 500;
/// Longest title of a module or lesson.
const TITLE: usize = 200;
/// The module of lessons whose row names none.
const UNNAMED_MODULE: &str = "Lessons";

/// A course of the file, complete but for a free slug.
#[derive(Clone, Debug)]
pub(super) struct CourseLine {
    /// Where it stands in the file: its first row.
    pub row: u64,
    /// As it would be made.
    pub course: Course,
    /// The slug the file asks for.
    pub slug: Option<String>,
}

/// What a course needs that is not in its row.
pub(super) struct Surroundings<'a> {
    /// The institution's currency.
    pub currency: Currency,
    /// Who teaches a course whose row says nobody.
    pub instructor: Option<UserId>,
    /// People who may teach, by e-mail.
    pub teachers: &'a HashMap<String, UserId>,
    /// The moment of the import.
    pub at: Timestamp,
    /// Fresh identifiers.
    pub fresh: &'a dyn Fn() -> ObjectId,
}

/// A course of which a row was read.
struct Begun {
    /// Its first row.
    row: u64,
    /// Its title, folded.
    title: Option<String>,
    /// Its place among the lines, or none where it had a fault.
    at: Option<usize>,
}

impl Begun {
    /// Whether a row that goes on with it calls it something else.
    fn another(&self, title: Option<&str>) -> bool {
        match (&self.title, title) {
            (Some(known), Some(title)) => known != title,
            _ => false,
        }
    }
}

/// What a course with this slug is known by: its slug as it will be stored, or as typed where nothing of
/// it can be.
fn key_of_slug(typed: &str) -> String {
    match slug(typed) {
        stored if stored.is_empty() => format!("/{}", typed.to_lowercase()),
        stored => format!("/{stored}"),
    }
}

/// Courses of the file that can be made, in order of their first rows. Faults are noted; a course with
/// a fault in any of its rows is left out whole.
pub(super) fn read(
    rows: &[Row],
    mapping: &Mapping,
    around: &Surroundings<'_>,
    faults: &mut Faults<'_>,
) -> Vec<CourseLine> {
    let outlined = mapping.has("module") || mapping.has("lesson");
    let mut begun: HashMap<String, Begun> = HashMap::new();
    let mut lines: Vec<Option<CourseLine>> = Vec::new();
    let mut last: Option<String> = None;
    for row in rows {
        if let Some(fault) = &row.fault {
            faults.row(row, fault);
            continue;
        }
        let in_outline = outlined
            && (mapping.value(row, "module").is_some() || mapping.value(row, "lesson").is_some());
        let title = mapping.value(row, "title").map(fold);
        let (by, key) = match (mapping.value(row, "slug"), &title, &last) {
            (Some(typed), _, _) => ("slug", key_of_slug(typed)),
            (None, Some(title), _) => ("title", title.clone()),
            // Spreadsheets often name the course in its first row only.
            (None, None, Some(last)) if in_outline => ("title", last.clone()),
            (None, None, _) => {
                faults.field(row, "title", "A course needs a title.");
                continue;
            }
        };
        last = Some(key.clone());
        match begun.get(&key) {
            Some(known) if !in_outline || known.another(title.as_deref()) => {
                let first = known.row;
                let message = match by {
                    "slug" => format!("Row {first} has the same slug."),
                    _ => format!("The same course is in row {first}."),
                };
                faults.field(row, by, &message);
            }
            Some(Begun { at: None, .. }) => {}
            Some(Begun { at: Some(at), .. }) => {
                let at = *at;
                let sound = lines
                    .get_mut(at)
                    .and_then(Option::as_mut)
                    .is_some_and(|line| add_lesson(&mut line.course, row, mapping, around, faults));
                if !sound {
                    lines[at] = None;
                    begun.entry(key).and_modify(|known| known.at = None);
                }
            }
            None => {
                let line = course(row, mapping, around, faults).and_then(|mut line| {
                    (!in_outline || add_lesson(&mut line.course, row, mapping, around, faults))
                        .then_some(line)
                });
                let known = Begun {
                    row: row.number,
                    title,
                    at: line.is_some().then_some(lines.len()),
                };
                begun.insert(key, known);
                if line.is_some() {
                    lines.push(line);
                }
            }
        }
    }
    lines.into_iter().flatten().collect()
}

fn course(
    row: &Row,
    mapping: &Mapping,
    around: &Surroundings<'_>,
    faults: &mut Faults<'_>,
) -> Option<CourseLine> {
    let before = faults.count();
    let text = |field: &str| mapping.value(row, field).map(str::to_owned);
    let list = |field: &str, commas: bool| {
        text(field)
            .map(|text| values::list(&text, commas))
            .unwrap_or_default()
    };

    let currency = faults.understand(row, mapping, "currency", str::parse::<Currency>);
    let base = currency.unwrap_or(around.currency);
    let price = faults.understand(row, mapping, "price", |text| values::price(text, base));
    let original = faults.understand(row, mapping, "originalPrice", |text| {
        values::price(text, base)
    });
    let written = price.and_then(|(_, named)| named);
    if let (Some(currency), Some(written)) = (currency, written)
        && currency != written
    {
        faults.field(
            row,
            "price",
            &format!("The price is in {written}, the row's currency is {currency}."),
        );
    }
    let currency = written.unwrap_or(base);
    if mapping.has("price") && mapping.value(row, "price").is_none() {
        faults.field(
            row,
            "price",
            "The price is missing. Write it in digits, like 1234.50, or “free”.",
        );
    }
    if let Some((_, Some(named))) = original
        && named != currency
    {
        faults.field(
            row,
            "originalPrice",
            &format!("The original price is in {named}, the price in {currency}."),
        );
    }
    let reduced =
        |money: Money| price.is_none_or(|(price, _): (Money, _)| money.minor > price.minor);
    if original.is_some_and(|(money, _)| !reduced(money)) {
        faults.remark(
            row,
            "originalPrice",
            "The original price is not above the price, so it is left out.",
        );
    }
    let original = original.filter(|(money, _)| reduced(*money));

    let mut tags = list("tags", true);
    let level = match faults.understand(row, mapping, "level", |text| {
        values::level(text).map(|level| (level, text.to_owned()))
    }) {
        Some((None, words)) => {
            tags.push(words);
            None
        }
        Some((level, _)) => level,
        None => None,
    };
    let (category, was) = match text("category") {
        Some(words) => {
            let (category, was) = values::category(&words);
            (Some(category), was)
        }
        None => (None, None),
    };
    let (card, rest) = card_and_rest(text("description"));
    let full = text("fullDescription").or(rest);

    let input = CourseInput {
        title: text("title")
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        slug: None,
        description: card,
        full_description: full.map(|full| ammonia::clean(&full)),
        category,
        subcategory: text("subcategory").or(was),
        level,
        tags,
        price_minor: price.map(|(money, _)| money.minor),
        original_price_minor: original.map(|(money, _)| money.minor),
        currency,
        duration_weeks: faults.understand(row, mapping, "weeks", values::amount_of_time),
        duration_hours: faults.understand(row, mapping, "hours", values::amount_of_time),
        duration_description: text("duration"),
        requirements: list("requirements", false),
        what_you_will_learn: list("whatYouWillLearn", false),
        target_audience: list("targetAudience", false),
        instructor: None,
        thumbnail: text("thumbnail"),
        preview_video: text("previewVideo"),
        is_public: faults
            .understand(row, mapping, "isPublic", values::yes)
            .unwrap_or(true),
        ..CourseInput::default()
    };
    let wanted_slug = text("slug").map(|typed| slug(&typed));
    match wanted_slug.as_deref() {
        Some("") => faults.field(
            row,
            "slug",
            "A slug is made of the letters a to z, digits and hyphens.",
        ),
        Some(slug) if !slug_ok(slug) => {
            faults.field(row, "slug", "A slug has 200 characters at most.");
        }
        _ => {}
    }
    let instructor = match text("instructor").map(|email| email.to_lowercase()) {
        Some(email) => {
            let known = around.teachers.get(&email).copied();
            if known.is_none() {
                faults.field(
                    row,
                    "instructor",
                    "No instructor has this e-mail address. Import or create the person first.",
                );
            }
            known
        }
        None => {
            if around.instructor.is_none() {
                faults.field(
                    row,
                    "instructor",
                    "Nobody is named to teach the course. Fill a column with the instructor's e-mail address, \
                     or map the field to =E-MAIL for all courses.",
                );
            }
            around.instructor
        }
    };
    let blank = Course::new(
        CourseId((around.fresh)()),
        String::new(),
        instructor.unwrap_or(UserId(ObjectId::from_bytes([0; 12]))),
        currency,
        around.at,
    );
    let course = match fill(&blank, &input, &mut || (around.fresh)()) {
        Ok(course) => Some(course),
        Err(refusals) => {
            for refusal in refusals {
                let field = match refusal.field.as_deref() {
                    Some("priceMinor") => "price",
                    Some("originalPriceMinor") => "originalPrice",
                    Some("durationWeeks") => "weeks",
                    Some("durationHours") => "hours",
                    Some("durationDescription") => "duration",
                    Some(other) => other,
                    None => "title",
                };
                faults.field(row, field, &refusal.message);
            }
            None
        }
    };
    course
        .filter(|_| faults.count() == before)
        .map(|course| CourseLine {
            row: row.number,
            course,
            slug: wanted_slug,
        })
}

/// A description short enough for the card, and the whole of it when it is not: cut at a word.
fn card_and_rest(text: Option<String>) -> (String, Option<String>) {
    let Some(text) = text else {
        return (String::new(), None);
    };
    if length(&text) <= CARD {
        return (text, None);
    }
    let mut card = String::new();
    for word in text.split_whitespace() {
        if length(&card) + length(word) + 2 > CARD {
            break;
        }
        if !card.is_empty() {
            card.push(' ');
        }
        card.push_str(word);
    }
    card.push('…');
    (card, Some(text))
}

/// Adds the row's lesson to the course's outline. Says whether the row was sound.
fn add_lesson(
    course: &mut Course,
    row: &Row,
    mapping: &Mapping,
    around: &Surroundings<'_>,
    faults: &mut Faults<'_>,
) -> bool {
    let before = faults.count();
    for field in ["module", "lesson"] {
        if mapping
            .value(row, field)
            .is_some_and(|title| length(title) > TITLE)
        {
            faults.field(row, field, "The title may have 200 characters at most.");
        }
    }
    let duration = faults.understand(row, mapping, "lessonDuration", values::lesson_duration);
    let kind = faults.understand(row, mapping, "lessonType", values::lesson_kind);
    let free = faults
        .understand(row, mapping, "lessonFree", values::yes)
        .unwrap_or(false);
    if faults.count() > before {
        return false;
    }
    let lesson = mapping.value(row, "lesson");
    if lesson.is_some() && course.lesson_count() >= MAX_LESSONS {
        faults.field(row, "lesson", "A course has 2,000 lessons at most.");
        return false;
    }
    let module = mapping.value(row, "module");
    let same = |known: &Module| module.is_none_or(|title| fold(&known.title) == fold(title));
    let at = match course.curriculum.iter().rposition(same) {
        Some(at) => at,
        None if course.curriculum.len() >= MAX_MODULES => {
            faults.field(row, "module", "A course has 200 modules at most.");
            return false;
        }
        None => {
            course.curriculum.push(Module {
                id: Some(ModuleId((around.fresh)())),
                title: module.unwrap_or(UNNAMED_MODULE).to_owned(),
                description: None,
                duration: None,
                lessons: Vec::new(),
                extra: bson::Document::new(),
            });
            course.curriculum.len() - 1
        }
    };
    if let Some(title) = lesson {
        course.curriculum[at].lessons.push(Lesson {
            id: Some(LessonId((around.fresh)())),
            title: title.to_owned(),
            description: None,
            duration,
            kind: kind.unwrap_or(LessonKind::Video),
            is_free: free,
            extra: bson::Document::new(),
        });
        course.total_lessons += 1;
    }
    true
}
