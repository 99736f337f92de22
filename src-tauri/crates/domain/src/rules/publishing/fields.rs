//! The fields of a course as a person types them: every length, word list and pattern of the seed
//! schema's `Course`, and the field-level patch from one version to the next.
//!
//! Refusals name the fields as the window's form does (`priceMinor`, `materials.2.url`). Left out:
//! rich text is cleaned by the workflow before it gets here, and whether a slug is free only the store
//! knows.

use bson::{Bson, Document, oid::ObjectId};

use super::checks::{Check, MAX_LINES, MAX_TAGS};
use crate::{
    change::{Patch, get_at},
    course::{Category, Course, Level},
    error::{Code, Refusal},
    ids::UserId,
    money::Currency,
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

/// Length as the seed schema's `maxlength` counts it: UTF-16 code units, so that what we accept a
/// Mongoose program can save again.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The slug's form in the seed schema: `a-z`, `0-9` and hyphens.
pub fn slug_ok(slug: &str) -> bool {
    (1..=200).contains(&slug.len())
        && slug
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A slug for that title that is not taken: as it is, or with -2, -3 …. Fails only as `taken` fails.
pub fn free_slug<E>(
    title: &str,
    mut taken: impl FnMut(&str) -> Result<bool, E>,
) -> Result<String, E> {
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
            check.no(
                Code::Invalid,
                "slug",
                "A short name is lower-case letters a–z, digits and hyphens, 1 to 200 of them.",
            );
        }
        course.slug = Some(slug.clone());
    }
    course.description = check
        .text(
            "description",
            "The description",
            Some(&input.description),
            500,
        )
        .unwrap_or_default();
    course.full_description = check.text(
        "fullDescription",
        "The full description",
        input.full_description.as_deref(),
        5_000,
    );
    course.category = input.category;
    course.subcategory = check.text(
        "subcategory",
        "The subcategory",
        input.subcategory.as_deref(),
        100,
    );
    course.level = input.level;
    course.tags = check.words("tags", "tags", &input.tags, MAX_TAGS);

    check.prices(&mut course, input);
    course.duration.weeks =
        check.quantity("durationWeeks", "Weeks", input.duration_weeks, 10_000.0);
    course.duration.hours =
        check.quantity("durationHours", "Hours", input.duration_hours, 100_000.0);
    course.duration.description = check.text(
        "durationDescription",
        "The duration in words",
        input.duration_description.as_deref(),
        200,
    );

    course.requirements = check.lines("requirements", &input.requirements);
    course.what_you_will_learn = check.lines("whatYouWillLearn", &input.what_you_will_learn);
    course.target_audience = check.lines("targetAudience", &input.target_audience);
    if let Some(instructor) = input.instructor {
        course.instructor = instructor;
    }

    course.thumbnail = check.url(
        "thumbnail",
        input.thumbnail.as_deref(),
        before.thumbnail.as_deref(),
    );
    course.preview_video = check.url(
        "previewVideo",
        input.preview_video.as_deref(),
        before.preview_video.as_deref(),
    );
    course.materials = check.materials(&before.materials, &input.materials, fresh);
    course.assessments = check.assessments(&before.assessments, &input.assessments, fresh);

    course.is_public = input.is_public;
    course.seo.meta_title = check.text(
        "metaTitle",
        "The title for search engines",
        input.meta_title.as_deref(),
        200,
    );
    course.seo.meta_description = check.text(
        "metaDescription",
        "The description for search engines",
        input.meta_description.as_deref(),
        500,
    );
    course.seo.keywords = check.words("keywords", "keywords", &input.keywords, MAX_LINES);

    if check.found.is_empty() {
        Ok(course)
    } else {
        Err(check.found)
    }
}

/// What a person edits, as paths of the document.
const PATHS: [&str; 26] = [
    "title",
    "slug",
    "description",
    "fullDescription",
    "category",
    "subcategory",
    "level",
    "tags",
    "price",
    "originalPrice",
    "currency",
    "duration.weeks",
    "duration.hours",
    "duration.description",
    "requirements",
    "whatYouWillLearn",
    "targetAudience",
    "instructor",
    "thumbnail",
    "previewVideo",
    "materials",
    "assessments",
    "isPublic",
    "seo.metaTitle",
    "seo.metaDescription",
    "seo.keywords",
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

/// Whether it is an address of the web: http or https with a host, no spaces or control characters.
pub fn url_ok(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let host = rest
        .and_then(|rest| rest.split(['/', '?', '#']).next())
        .unwrap_or("");
    length(url) <= 2_048
        && !host.is_empty()
        && !host.starts_with([':', '.', '@'])
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}
