//! The fields of a course as a person types them: every length, word list and pattern of the seed
//! schema's `Course`, and the field-level patch from one version to the next.
//!
//! Refusals name the fields as the window's form does (`priceMinor`, `materials.2.url`). Left out:
//! rich text is cleaned by the workflow before it gets here, and whether a slug is free only the store
//! knows.

use std::collections::BTreeSet;

use bson::{Bson, Document, oid::ObjectId};

use crate::{
    change::{Patch, get_at},
    course::{Assessment, Category, Course, Level, Material},
    error::{Code, Refusal},
    ids::UserId,
    money::{Currency, Money},
    text,
};

/// Everything a person edits about a course but its outline, not yet checked.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct CourseInput {
    pub title: String,
    /// None: stays as it is.
    pub slug: Option<String>,
    pub description: String,
    /// Cleaned HTML.
    pub full_description: Option<String>,
    pub category: Option<Category>,
    pub subcategory: Option<String>,
    pub level: Option<Level>,
    pub tags: Vec<String>,
    pub price_minor: Option<i64>,
    pub original_price_minor: Option<i64>,
    pub currency: Currency,
    pub duration_weeks: Option<f64>,
    pub duration_hours: Option<f64>,
    pub duration_description: Option<String>,
    pub requirements: Vec<String>,
    pub what_you_will_learn: Vec<String>,
    pub target_audience: Vec<String>,
    /// None: stays who it is.
    pub instructor: Option<UserId>,
    pub thumbnail: Option<String>,
    pub preview_video: Option<String>,
    pub materials: Vec<MaterialInput>,
    pub assessments: Vec<AssessmentInput>,
    pub is_public: bool,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub keywords: Vec<String>,
}

/// A material as typed.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct MaterialInput {
    pub id: Option<String>,
    pub kind: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub duration: Option<String>,
    pub file_size: Option<f64>,
    pub downloadable: bool,
}

/// An assessment as typed.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct AssessmentInput {
    pub id: Option<String>,
    pub title: String,
    pub weight: f64,
    pub max_score: f64,
    pub pass_score: f64,
    pub required: bool,
}

/// The seed schema's kinds of material.
pub const MATERIAL_KINDS: [&str; 5] = ["video", "document", "code", "quiz", "assignment"];

/// Prices end where typed amounts do: 10 trillion minor units.
const MAX_PRICE_MINOR: i64 = 10_000_000_000_000;

const MAX_TAGS: usize = 30;
const MAX_LINES: usize = 100;
const MAX_MATERIALS: usize = 500;
const MAX_ASSESSMENTS: usize = 100;

/// Length as the seed schema's `maxlength` counts it: UTF-16 code units, so that what we accept a
/// Mongoose program can save again.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The slug's form in the seed schema: `a-z`, `0-9` and hyphens.
pub fn slug_ok(slug: &str) -> bool {
    (1..=200).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A slug for that title that is not taken: as it is, or with -2, -3 …. Fails only as `taken` fails.
pub fn free_slug<E>(title: &str, mut taken: impl FnMut(&str) -> Result<bool, E>) -> Result<String, E> {
    let mut stem = text::slug(title);
    stem.truncate(190);
    let stem = match stem.trim_end_matches('-') {
        "" => "course",
        stem => stem,
    };
    let mut candidate = stem.to_owned();
    let mut n = 1_u64;
    while taken(&candidate)? {
        n += 1;
        candidate = format!("{stem}-{n}");
    }
    Ok(candidate)
}

/// The course with the fields as typed, checked and put into their stored form, or everything that
/// is wrong with them, in the order of the form.
pub fn fill(
    before: &Course,
    input: &CourseInput,
    fresh: &mut dyn FnMut() -> ObjectId,
) -> Result<Course, Vec<Refusal>> {
    let mut check = Check::default();
    let mut course = before.clone();

    course.title = check.title(&input.title);
    if let Some(slug) = &input.slug {
        if !slug_ok(slug) {
            check.no(Code::Invalid, "slug", "A slug is lower-case letters a–z, digits and hyphens, 1 to 200 of them.");
        }
        course.slug = Some(slug.clone());
    }
    course.description = check.text("description", "The description", Some(&input.description), 500).unwrap_or_default();
    course.full_description =
        check.text("fullDescription", "The full description", input.full_description.as_deref(), 5_000);
    course.category = input.category;
    course.subcategory = check.text("subcategory", "The subcategory", input.subcategory.as_deref(), 100);
    course.level = input.level;
    course.tags = check.words("tags", "tags", &input.tags, MAX_TAGS);

    check.prices(&mut course, input);
    course.duration.weeks = check.quantity("durationWeeks", "Weeks", input.duration_weeks, 10_000.0);
    course.duration.hours = check.quantity("durationHours", "Hours", input.duration_hours, 100_000.0);
    course.duration.description =
        check.text("durationDescription", "The duration in words", input.duration_description.as_deref(), 200);

    course.requirements = check.lines("requirements", &input.requirements);
    course.what_you_will_learn = check.lines("whatYouWillLearn", &input.what_you_will_learn);
    course.target_audience = check.lines("targetAudience", &input.target_audience);
    if let Some(instructor) = input.instructor {
        course.instructor = instructor;
    }

    course.thumbnail = check.url("thumbnail", input.thumbnail.as_deref(), before.thumbnail.as_deref());
    course.preview_video = check.url("previewVideo", input.preview_video.as_deref(), before.preview_video.as_deref());
    course.materials = check.materials(&before.materials, &input.materials, fresh);
    course.assessments = check.assessments(&before.assessments, &input.assessments, fresh);

    course.is_public = input.is_public;
    course.seo.meta_title = check.text("metaTitle", "The title for search engines", input.meta_title.as_deref(), 200);
    course.seo.meta_description =
        check.text("metaDescription", "The description for search engines", input.meta_description.as_deref(), 500);
    course.seo.keywords = check.words("keywords", "keywords", &input.keywords, MAX_LINES);

    if check.found.is_empty() { Ok(course) } else { Err(check.found) }
}

/// What a person edits, as paths of the document.
const PATHS: [&str; 26] = [
    "title", "slug", "description", "fullDescription", "category", "subcategory", "level", "tags",
    "price", "originalPrice", "currency", "duration.weeks", "duration.hours", "duration.description",
    "requirements", "whatYouWillLearn", "targetAudience", "instructor", "thumbnail", "previewVideo",
    "materials", "assessments", "isPublic", "seo.metaTitle", "seo.metaDescription", "seo.keywords",
];

/// The edits from one version to the next: only fields that differ, each with its former value.
pub fn differences(before: &Course, after: &Course) -> Patch {
    let (before, after) = (document(before), document(after));
    let mut patch = Patch::new();
    for path in PATHS {
        let (old, new) = (get_at(&before, path), get_at(&after, path));
        if old == new {
            continue;
        }
        let base = old.cloned().unwrap_or(Bson::Null);
        match new {
            Some(value) => patch = patch.set(path, base, value.clone()),
            None => {
                patch.base.insert(path.to_owned(), base);
                patch = patch.unset(path);
            }
        }
    }
    patch
}

fn document(course: &Course) -> Document {
    bson::serialize_to_document(course).unwrap_or_default()
}

/// Collects what is wrong while values are put into their stored form.
#[derive(Default)]
struct Check {
    found: Vec<Refusal>,
}

impl Check {
    fn no(&mut self, code: Code, field: &str, message: impl Into<String>) {
        self.found.push(Refusal::field(code, field, message));
    }

    fn title(&mut self, typed: &str) -> String {
        let title = typed.trim();
        match length(title) {
            0 => self.no(Code::Required, "title", "A course needs a title."),
            1..=200 => {}
            _ => self.no(Code::TooLong, "title", "The title may have 200 characters at most."),
        }
        title.to_owned()
    }

    /// Trimmed; empty is none.
    fn text(&mut self, field: &str, what: &str, typed: Option<&str>, max: usize) -> Option<String> {
        let text = typed.map(str::trim).filter(|t| !t.is_empty())?;
        if length(text) > max {
            self.no(Code::TooLong, field, format!("{what} may have {max} characters at most."));
        }
        Some(text.to_owned())
    }

    /// A set of trimmed lower-case words, in the order typed.
    fn words(&mut self, field: &str, what: &str, typed: &[String], max: usize) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let words: Vec<String> = typed
            .iter()
            .map(|word| word.trim().to_lowercase())
            .filter(|word| !word.is_empty() && seen.insert(word.clone()))
            .collect();
        if words.len() > max {
            self.no(Code::TooLong, field, format!("A course has {max} {what} at most."));
        }
        if words.iter().any(|word| length(word) > 100) {
            self.no(Code::TooLong, field, "Each may have 100 characters at most.");
        }
        words
    }

    fn lines(&mut self, field: &str, typed: &[String]) -> Vec<String> {
        let lines: Vec<String> =
            typed.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        if lines.len() > MAX_LINES {
            self.no(Code::TooLong, field, format!("The list may have {MAX_LINES} lines at most."));
        }
        if lines.iter().any(|line| length(line) > 500) {
            self.no(Code::TooLong, field, "A line may have 500 characters at most.");
        }
        lines
    }

    fn prices(&mut self, course: &mut Course, input: &CourseInput) {
        course.currency = input.currency;
        let price = self.amount("priceMinor", "The price", input.price_minor, input.currency);
        let original =
            self.amount("originalPriceMinor", "The original price", input.original_price_minor, input.currency);
        match (price, original) {
            (Some(price), Some(original)) if original.minor < price.minor => {
                self.no(Code::Amount, "originalPriceMinor", "The original price is not below the price.");
            }
            (None, Some(_)) if input.price_minor.is_none() => {
                self.no(Code::Required, "priceMinor", "A course with an original price needs a price.");
            }
            _ => {}
        }
        course.price = price.map(Money::to_double);
        course.original_price = original.map(Money::to_double);
    }

    fn amount(&mut self, field: &str, what: &str, minor: Option<i64>, currency: Currency) -> Option<Money> {
        match minor? {
            n if n < 0 => self.no(Code::Amount, field, format!("{what} cannot be negative.")),
            n if n > MAX_PRICE_MINOR => self.no(Code::Amount, field, format!("{what} is too large.")),
            n => return Some(Money::new(n, currency)),
        }
        None
    }

    fn quantity(&mut self, field: &str, what: &str, value: Option<f64>, max: f64) -> Option<f64> {
        let value = value?;
        if !(0.0..=max).contains(&value) {
            self.no(Code::Invalid, field, format!("{what} are a number from 0 to {max}."));
        }
        Some(value)
    }

    /// Trimmed; http or https. What another program stored may stay as it is.
    fn url(&mut self, field: &str, typed: Option<&str>, before: Option<&str>) -> Option<String> {
        let url = typed.map(str::trim).filter(|t| !t.is_empty())?;
        if before != Some(url) && !url_ok(url) {
            self.no(Code::Invalid, field, "An address starts with https:// or http:// and has no spaces.");
        }
        Some(url.to_owned())
    }

    fn materials(
        &mut self,
        before: &[Material],
        typed: &[MaterialInput],
        fresh: &mut dyn FnMut() -> ObjectId,
    ) -> Vec<Material> {
        if typed.len() > MAX_MATERIALS {
            self.no(Code::TooLong, "materials", format!("A course has {MAX_MATERIALS} materials at most."));
            return before.to_vec();
        }
        let mut seen = BTreeSet::new();
        let mut out = Vec::with_capacity(typed.len());
        for (n, input) in typed.iter().enumerate() {
            let at = |name: &str| format!("materials.{n}.{name}");
            let known = input.id.as_deref().and_then(|id| {
                before.iter().find(|material| material.id.is_some_and(|own| own.to_hex() == id))
            });
            let id = match (&input.id, known) {
                (Some(_), Some(material)) => material.id,
                (None, _) => Some(fresh()),
                (Some(_), None) => {
                    self.no(Code::NotFound, &at("id"), "This material is not in the course any more.");
                    None
                }
            };
            if id.is_some_and(|id| !seen.insert(id)) {
                self.no(Code::Invalid, &at("id"), "The same material is there twice.");
            }
            if !MATERIAL_KINDS.contains(&input.kind.as_str()) {
                self.no(
                    Code::Invalid,
                    &at("kind"),
                    "The kind of a material is video, document, code, quiz or assignment.",
                );
            }
            out.push(Material {
                id,
                kind: input.kind.clone(),
                title: self.text(&at("title"), "The title", input.title.as_deref(), 200),
                description: self.text(&at("description"), "The description", input.description.as_deref(), 2_000),
                url: self.url(&at("url"), input.url.as_deref(), known.and_then(|m| m.url.as_deref())),
                duration: self.text(&at("duration"), "The duration", input.duration.as_deref(), 50),
                file_size: self.quantity(&at("fileSize"), "Bytes", input.file_size, 9_007_199_254_740_991.0),
                downloadable: input.downloadable,
                extra: known.map(|m| m.extra.clone()).unwrap_or_default(),
            });
        }
        out
    }

    fn assessments(
        &mut self,
        before: &[Assessment],
        typed: &[AssessmentInput],
        fresh: &mut dyn FnMut() -> ObjectId,
    ) -> Vec<Assessment> {
        if typed.len() > MAX_ASSESSMENTS {
            self.no(Code::TooLong, "assessments", format!("A course has {MAX_ASSESSMENTS} assessments at most."));
            return before.to_vec();
        }
        let mut seen = BTreeSet::new();
        let mut out = Vec::with_capacity(typed.len());
        for (n, input) in typed.iter().enumerate() {
            let at = |name: &str| format!("assessments.{n}.{name}");
            let known = input
                .id
                .as_deref()
                .and_then(|id| before.iter().find(|assessment| assessment.assessment_id == id));
            if input.id.is_some() && known.is_none() {
                self.no(Code::NotFound, &at("id"), "This assessment is not in the course any more.");
            }
            let id = known.map_or_else(|| fresh().to_hex(), |assessment| assessment.assessment_id.clone());
            if !seen.insert(id.clone()) {
                self.no(Code::Invalid, &at("id"), "The same assessment is there twice.");
            }
            let title = self.text(&at("title"), "The title", Some(&input.title), 200);
            if title.is_none() {
                self.no(Code::Required, &at("title"), "An assessment needs a title.");
            }
            if !(0.0..=100.0).contains(&input.weight) {
                self.no(Code::Invalid, &at("weight"), "A weight is a percentage from 0 to 100.");
            }
            let max_ok = input.max_score > 0.0 && input.max_score <= 1_000_000.0;
            if !max_ok {
                self.no(Code::Invalid, &at("maxScore"), "The best possible score is a number above 0.");
            } else if !(0.0..=input.max_score).contains(&input.pass_score) {
                self.no(Code::Invalid, &at("passScore"), "The pass score is from 0 to the best possible score.");
            }
            out.push(Assessment {
                assessment_id: id,
                title: title.unwrap_or_default(),
                weight: input.weight,
                max_score: input.max_score,
                pass_score: input.pass_score,
                required: input.required,
                extra: known.map(|a| a.extra.clone()).unwrap_or_default(),
            });
        }
        // A thousandth of slack: thirds do not add up to 100 exactly.
        if out.iter().map(|a| a.weight).sum::<f64>() > 100.001 {
            self.no(Code::Invalid, "assessments", "The weights add up to more than 100 percent.");
        }
        out
    }
}

/// Whether it is an address of the web: http or https with a host, no spaces or control characters.
pub fn url_ok(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or("");
    length(url) <= 2_048
        && !host.is_empty()
        && !host.starts_with([':', '.', '@'])
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}
