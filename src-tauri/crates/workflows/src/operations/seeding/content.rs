//! The seeds as they are written in `seeds/`, carried inside the program.

use domain::{
    Currency, Role,
    course::{Category, LessonKind, Level},
    rules::publishing::{
        fields::{AssessmentInput, CourseInput},
        outline::{LessonInput, ModuleInput},
    },
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::error::WorkflowError;

const SIMPLE: &str = include_str!("../../../../../../seeds/simple.json");
const PEOPLE: &str = include_str!("../../../../../../seeds/full/people.json");
const TEXTS: &str = include_str!("../../../../../../seeds/full/texts.json");
const COURSES: [&str; 6] = [
    include_str!("../../../../../../seeds/full/courses/programming.json"),
    include_str!("../../../../../../seeds/full/courses/design.json"),
    include_str!("../../../../../../seeds/full/courses/business.json"),
    include_str!("../../../../../../seeds/full/courses/marketing.json"),
    include_str!("../../../../../../seeds/full/courses/data-science.json"),
    include_str!("../../../../../../seeds/full/courses/other.json"),
];

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, WorkflowError> {
    serde_json::from_str(text)
        .map_err(|error| WorkflowError::Defect(format!("seeds/{name}: {error}")))
}

/// `seeds/simple.json`.
pub(super) fn simple() -> Result<Simple, WorkflowError> {
    parse("simple.json", SIMPLE)
}

/// `seeds/full/people.json`.
pub(super) fn people() -> Result<People, WorkflowError> {
    parse("full/people.json", PEOPLE)
}

/// `seeds/full/texts.json`.
pub(super) fn texts() -> Result<Texts, WorkflowError> {
    parse("full/texts.json", TEXTS)
}

/// `seeds/full/courses/*.json`, all of them.
pub(super) fn courses() -> Result<Vec<CourseSeed>, WorkflowError> {
    let mut all = Vec::new();
    for text in COURSES {
        all.extend(parse::<Vec<CourseSeed>>("full/courses", text)?);
    }
    Ok(all)
}

/// The seed schema's own sample.
#[derive(Debug, Deserialize)]
pub(super) struct Simple {
    pub users: Vec<PersonSeed>,
    pub courses: Vec<CourseSeed>,
}

/// A person.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PersonSeed {
    pub name: String,
    pub email: String,
    pub role: Role,
    #[serde(default)]
    pub profile: ProfileSeed,
    #[serde(default)]
    pub preferences: PreferencesSeed,
}

/// About a person.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ProfileSeed {
    pub phone: Option<String>,
    pub bio: Option<String>,
    #[serde(default)]
    pub address: AddressSeed,
}

/// Where a person lives.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct AddressSeed {
    pub city: Option<String>,
    pub country: Option<String>,
}

/// A person's wishes.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct PreferencesSeed {
    pub language: Option<String>,
    pub timezone: Option<String>,
}

/// Staff, and what students are made of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct People {
    pub staff: Vec<PersonSeed>,
    pub first_names: Vec<String>,
    pub last_names: Vec<String>,
    pub cities: Vec<CitySeed>,
}

/// A city students come from.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CitySeed {
    pub city: String,
    pub country: String,
    pub timezone: String,
}

/// What people say.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Texts {
    pub reviews: std::collections::BTreeMap<String, Vec<String>>,
    pub notes: Vec<String>,
    pub refund_reasons: Vec<String>,
    pub cancel_reasons: Vec<String>,
    pub changes_requested: Vec<String>,
    pub provider_errors: Vec<ProviderError>,
    pub cash_notes: Vec<String>,
}

/// What a provider says when it refuses.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ProviderError {
    pub code: String,
    pub message: String,
}

/// A course.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CourseSeed {
    pub title: String,
    pub description: String,
    pub full_description: Option<String>,
    pub category: Category,
    pub subcategory: Option<String>,
    pub level: Level,
    pub tags: Vec<String>,
    pub price: f64,
    pub original_price: Option<f64>,
    pub currency: Currency,
    #[serde(default)]
    pub duration: DurationSeed,
    pub requirements: Vec<String>,
    pub what_you_will_learn: Vec<String>,
    pub target_audience: Vec<String>,
    pub instructor: String,
    pub status: String,
    pub is_public: bool,
    pub curriculum: Vec<ModuleSeed>,
    #[serde(default)]
    pub assessments: Vec<AssessmentSeed>,
    #[serde(default)]
    pub seo: SeoSeed,
}

/// How long it takes.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct DurationSeed {
    pub weeks: Option<f64>,
    pub hours: Option<f64>,
    pub description: Option<String>,
}

/// A module.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ModuleSeed {
    pub module: String,
    pub description: Option<String>,
    pub duration: Option<String>,
    pub lessons: Vec<LessonSeed>,
}

/// A lesson.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LessonSeed {
    pub title: String,
    pub description: Option<String>,
    pub duration: Option<String>,
    #[serde(rename = "type")]
    pub kind: LessonKind,
    #[serde(default)]
    pub is_free: bool,
}

/// An assessment.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssessmentSeed {
    pub title: String,
    pub weight: f64,
    pub max_score: f64,
    pub pass_score: f64,
    pub required: bool,
}

/// For search engines.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SeoSeed {
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    #[serde(default)]
    pub keywords: Vec<String>,
}

impl CourseSeed {
    /// The fields as an instructor would type them.
    pub(super) fn input(&self) -> Result<CourseInput, WorkflowError> {
        let minor =
            |major: f64| domain::Money::from_double(major, self.currency).map(|money| money.minor);
        Ok(CourseInput {
            title: self.title.clone(),
            slug: None,
            description: self.description.clone(),
            full_description: self.full_description.clone(),
            category: Some(self.category),
            subcategory: self.subcategory.clone(),
            level: Some(self.level),
            tags: self.tags.clone(),
            price_minor: Some(minor(self.price)?),
            original_price_minor: self.original_price.map(minor).transpose()?,
            currency: self.currency,
            duration_weeks: self.duration.weeks,
            duration_hours: self.duration.hours,
            duration_description: self.duration.description.clone(),
            requirements: self.requirements.clone(),
            what_you_will_learn: self.what_you_will_learn.clone(),
            target_audience: self.target_audience.clone(),
            instructor: None,
            assessments: self
                .assessments
                .iter()
                .map(|assessment| AssessmentInput {
                    id: None,
                    title: assessment.title.clone(),
                    weight: assessment.weight,
                    max_score: assessment.max_score,
                    pass_score: assessment.pass_score,
                    required: assessment.required,
                })
                .collect(),
            is_public: self.is_public,
            meta_title: self.seo.meta_title.clone(),
            meta_description: self.seo.meta_description.clone(),
            keywords: self.seo.keywords.clone(),
            ..CourseInput::default()
        })
    }

    /// The outline as an instructor would type it.
    pub(super) fn outline(&self) -> Vec<ModuleInput> {
        self.curriculum
            .iter()
            .map(|module| ModuleInput {
                id: None,
                title: module.module.clone(),
                description: module.description.clone(),
                duration: module.duration.clone(),
                lessons: module
                    .lessons
                    .iter()
                    .map(|lesson| LessonInput {
                        id: None,
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
}
