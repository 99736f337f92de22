//! Between the wire and the documents of courses: fields, outline, and rich text.

use domain::{
    Money, Refusal, UserId,
    course::{Course, Lesson, Material, Module},
    rules::publishing::{
        fields::{AssessmentInput, CourseInput, MaterialInput},
        outline::{LessonInput, ModuleInput},
    },
};

use super::dto::{AssessmentDto, CourseFields, LessonDto, MaterialDto, ModuleDto};

/// Rich text as it may be stored and shown: formatting, lists and links; no script, style, event
/// handler or address but http, https and mailto.
pub fn clean_html(text: &str) -> String {
    let plain = !text.contains(['<', '>', '&']);
    if plain {
        text.to_owned()
    } else {
        builder().clean(text).to_string()
    }
}

fn builder() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::default();
    builder.url_schemes(["http", "https", "mailto"].into());
    builder
}

/// What a form tells, for the rules. The slug is left to the caller; rich text that was not touched
/// stays as another program may have stored it.
pub fn course_input(fields: &CourseFields, before: &Course) -> Result<CourseInput, Refusal> {
    let full_description = fields
        .full_description
        .as_deref()
        .map(clean_html)
        .map(|typed| match &before.full_description {
            Some(stored) if clean_html(stored) == typed => stored.clone(),
            _ => typed,
        });
    let instructor = fields.instructor.parse::<UserId>().map_err(|no| Refusal {
        field: Some("instructor".into()),
        ..no
    })?;
    Ok(CourseInput {
        title: fields.title.clone(),
        slug: None,
        description: fields.description.clone(),
        full_description,
        category: fields.category,
        subcategory: fields.subcategory.clone(),
        level: fields.level,
        tags: fields.tags.clone(),
        price_minor: fields.price_minor,
        original_price_minor: fields.original_price_minor,
        currency: fields.currency,
        duration_weeks: fields.duration_weeks,
        duration_hours: fields.duration_hours,
        duration_description: fields.duration_description.clone(),
        requirements: fields.requirements.clone(),
        what_you_will_learn: fields.what_you_will_learn.clone(),
        target_audience: fields.target_audience.clone(),
        instructor: Some(instructor),
        thumbnail: fields.thumbnail.clone(),
        preview_video: fields.preview_video.clone(),
        materials: fields.materials.iter().map(material_input).collect(),
        assessments: fields.assessments.iter().map(assessment_input).collect(),
        is_public: fields.is_public,
        meta_title: fields.meta_title.clone(),
        meta_description: fields.meta_description.clone(),
        keywords: fields.keywords.clone(),
    })
}

fn material_input(dto: &MaterialDto) -> MaterialInput {
    MaterialInput {
        id: dto.id.clone(),
        kind: dto.kind.clone(),
        title: dto.title.clone(),
        description: dto.description.clone(),
        url: dto.url.clone(),
        duration: dto.duration.clone(),
        file_size: dto.file_size,
        downloadable: dto.downloadable,
    }
}

fn assessment_input(dto: &AssessmentDto) -> AssessmentInput {
    AssessmentInput {
        id: dto.id.clone(),
        title: dto.title.clone(),
        weight: dto.weight,
        max_score: dto.max_score,
        pass_score: dto.pass_score,
        required: dto.required,
    }
}

/// An outline as typed, for the rules.
pub fn modules_input(modules: &[ModuleDto]) -> Vec<ModuleInput> {
    modules
        .iter()
        .map(|module| ModuleInput {
            id: module.id.clone(),
            title: module.title.clone(),
            description: module.description.clone(),
            duration: module.duration.clone(),
            lessons: module
                .lessons
                .iter()
                .map(|lesson| LessonInput {
                    id: lesson.id.clone(),
                    title: lesson.title.clone(),
                    description: lesson.description.clone(),
                    duration: lesson.duration.clone(),
                    kind: lesson.kind,
                    is_free: lesson.is_free,
                })
                .collect(),
        })
        .collect()
}

/// Everything a person edits, as it is stored.
pub(super) fn fields(course: &Course) -> Result<CourseFields, Refusal> {
    let minor = |major: Option<f64>| {
        major
            .map(|major| Money::from_double(major, course.currency).map(|m| m.minor))
            .transpose()
    };
    Ok(CourseFields {
        title: course.title.clone(),
        slug: course.slug.clone(),
        description: course.description.clone(),
        // Another program may have stored anything; the window shows it as HTML.
        full_description: course.full_description.as_deref().map(clean_html),
        category: course.category,
        subcategory: course.subcategory.clone(),
        level: course.level,
        tags: course.tags.clone(),
        price_minor: minor(course.price)?,
        original_price_minor: minor(course.original_price)?,
        currency: course.currency,
        duration_weeks: course.duration.weeks,
        duration_hours: course.duration.hours,
        duration_description: course.duration.description.clone(),
        requirements: course.requirements.clone(),
        what_you_will_learn: course.what_you_will_learn.clone(),
        target_audience: course.target_audience.clone(),
        instructor: course.instructor.to_hex(),
        thumbnail: course.thumbnail.clone(),
        preview_video: course.preview_video.clone(),
        materials: course.materials.iter().map(material).collect(),
        assessments: course
            .assessments
            .iter()
            .map(|a| AssessmentDto {
                id: Some(a.assessment_id.clone()),
                title: a.title.clone(),
                weight: a.weight,
                max_score: a.max_score,
                pass_score: a.pass_score,
                required: a.required,
            })
            .collect(),
        is_public: course.is_public,
        meta_title: course.seo.meta_title.clone(),
        meta_description: course.seo.meta_description.clone(),
        keywords: course.seo.keywords.clone(),
    })
}

/// A material as shown.
pub(crate) fn material(material: &Material) -> MaterialDto {
    MaterialDto {
        id: material.id.map(|id| id.to_hex()),
        kind: material.kind.clone(),
        title: material.title.clone(),
        description: material.description.clone(),
        url: material.url.clone(),
        duration: material.duration.clone(),
        file_size: material.file_size,
        downloadable: material.downloadable,
    }
}

/// A lesson as shown.
pub(crate) fn lesson(lesson: &Lesson) -> LessonDto {
    LessonDto {
        id: lesson.id.map(|id| id.to_hex()),
        title: lesson.title.clone(),
        description: lesson.description.clone(),
        duration: lesson.duration.clone(),
        kind: lesson.kind,
        is_free: lesson.is_free,
    }
}

/// A module as shown.
pub(super) fn module(module: &Module) -> ModuleDto {
    ModuleDto {
        id: module.id.map(|id| id.to_hex()),
        title: module.title.clone(),
        description: module.description.clone(),
        duration: module.duration.clone(),
        lessons: module.lessons.iter().map(lesson).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rich_text_keeps_its_form_and_loses_its_teeth() {
        for (typed, stored) in [
            (
                "Plain, as it is.\n\nTwo paragraphs.",
                "Plain, as it is.\n\nTwo paragraphs.",
            ),
            (
                "<p>Good <strong>text</strong></p>",
                "<p>Good <strong>text</strong></p>",
            ),
            ("<script>alert(1)</script>ok", "ok"),
            ("<img src=x onerror=alert(1)>", "<img src=\"x\">"),
            (
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a rel=\"noopener noreferrer\">x</a>",
            ),
            ("<iframe src=\"https://e.org\"></iframe>after", "after"),
            ("<p style=\"position:fixed\">x</p>", "<p>x</p>"),
        ] {
            assert_eq!(clean_html(typed), stored, "{typed}");
            assert_eq!(
                clean_html(stored),
                stored,
                "cleaning twice changes nothing: {stored}"
            );
        }
    }
}
