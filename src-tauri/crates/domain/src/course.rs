//! A course, as the seed schema's `Course`, with its curriculum and the course state machine.
//!
//! Ours beyond the seed schema: `assessments` (what the enrollments' results refer to), the reviewer's
//! note, the last change of status, and `_id`s on modules and lessons (Mongoose gives subdocuments one; we add it where missing).

use bson::{Bson, Document};
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    change::SyncStamp,
    error::Refusal,
    ids::{CourseId, LessonId, ModuleId, UserId},
    money::{Currency, Money},
    text::{epoch, flag, flag_or_yes, moment, number, optional_number, or_default, whole, yes},
};

/// The seed schema's categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Category {
    Programming,
    Design,
    Business,
    Marketing,
    #[serde(rename = "Data Science")]
    DataScience,
    Other,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Programming,
        Self::Design,
        Self::Business,
        Self::Marketing,
        Self::DataScience,
        Self::Other,
    ];

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Programming => "Programming",
            Self::Design => "Design",
            Self::Business => "Business",
            Self::Marketing => "Marketing",
            Self::DataScience => "Data Science",
            Self::Other => "Other",
        }
    }
}

/// The seed schema's levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Level {
    Beginner,
    Intermediate,
    Advanced,
}

impl Level {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Beginner, Self::Intermediate, Self::Advanced];

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beginner => "Beginner",
            Self::Intermediate => "Intermediate",
            Self::Advanced => "Advanced",
        }
    }
}

/// Where a course stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum CourseStatus {
    /// Being written.
    #[default]
    Draft,
    /// Submitted; an administrator reads it.
    UnderReview,
    /// In the catalog.
    Published,
    /// Withdrawn from the catalog; who is in it stays in it.
    Archived,
}

impl CourseStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Draft,
        Self::UnderReview,
        Self::Published,
        Self::Archived,
    ];

    /// Every transition there is. Extra conditions (readiness, no active enrollments) are in
    /// `rules::publishing`.
    pub const TRANSITIONS: [(Self, Self); 6] = [
        (Self::Draft, Self::UnderReview),
        (Self::UnderReview, Self::Published),
        (Self::UnderReview, Self::Draft),
        (Self::Published, Self::Draft),
        (Self::Published, Self::Archived),
        (Self::Archived, Self::Draft),
    ];

    /// Whether the machine has that transition.
    pub fn may_become(self, next: Self) -> bool {
        Self::TRANSITIONS.contains(&(self, next))
    }

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::UnderReview => "under-review",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }
}

/// What a lesson is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum LessonKind {
    #[default]
    Video,
    Text,
    Quiz,
    Assignment,
}

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lesson {
    /// Identifier; none only in documents another program wrote without subdocument ids.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<LessonId>,
    /// Its title.
    #[serde(default, deserialize_with = "or_default")]
    pub title: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// As shown, e.g. `15:30`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// What it is.
    #[serde(rename = "type", default, deserialize_with = "or_default")]
    pub kind: LessonKind,
    /// May be seen before enrolling.
    #[serde(default, deserialize_with = "flag")]
    pub is_free: bool,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// A module of the curriculum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Module {
    /// Identifier; none only in documents another program wrote without subdocument ids.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ModuleId>,
    /// Its title (the seed schema calls the field `module`).
    #[serde(rename = "module", default, deserialize_with = "or_default")]
    pub title: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// As shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Its lessons, in order.
    #[serde(default, deserialize_with = "or_default")]
    pub lessons: Vec<Lesson>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// An assessment of the course; enrollments hold the results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// What `enrollment.assessments[].assessmentId` refers to.
    pub assessment_id: String,
    /// Its title.
    pub title: String,
    /// Share of the final score, in percent.
    #[serde(default, deserialize_with = "number")]
    pub weight: f64,
    /// The best possible score.
    #[serde(default = "hundred", deserialize_with = "number")]
    pub max_score: f64,
    /// From this score on it is passed.
    #[serde(default, deserialize_with = "number")]
    pub pass_score: f64,
    /// Must be passed to complete the course.
    #[serde(default, deserialize_with = "flag")]
    pub required: bool,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

fn hundred() -> f64 {
    100.0
}

/// How long it takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Duration {
    /// Weeks.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub weeks: Option<f64>,
    /// Hours.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub hours: Option<f64>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// A file or link of the course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Material {
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<bson::oid::ObjectId>,
    /// `video`, `document`, `code`, `quiz` or `assignment`.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Bytes.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub file_size: Option<f64>,
    #[serde(default, deserialize_with = "flag")]
    pub downloadable: bool,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// What students thought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rating {
    /// 0 to 5.
    #[serde(default, deserialize_with = "number")]
    pub average: f64,
    /// Of how many.
    #[serde(default, deserialize_with = "whole")]
    pub count: i64,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// For search engines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Seo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta_title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta_description: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub keywords: Vec<String>,
    /// Fields of other programs.
    #[serde(flatten)]
    pub extra: Document,
}

/// The last step of the course through its state machine, for "why is it in this state".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusChange {
    /// The deed's verb, e.g. `course.submitted`.
    pub verb: String,
    /// When.
    pub at: Timestamp,
    /// Who, if a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Their name at that moment.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

/// A course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Course {
    /// Identifier.
    #[serde(rename = "_id")]
    pub id: CourseId,
    /// 1 to 200 characters, trimmed.
    pub title: String,
    /// `a-z0-9-`, unique; derived from the title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// At most 500 characters.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
    /// At most 5,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_description: Option<String>,
    /// Required to publish; a draft may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcategory: Option<String>,
    /// Required to publish; a draft may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Lower case, trimmed, a set.
    #[serde(default, deserialize_with = "or_default")]
    pub tags: Vec<String>,
    /// Major units, as the seed schema stores it; [`Course::price`] is the amount. None: not priced yet.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub price: Option<f64>,
    /// Before a discount, major units.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_number"
    )]
    pub original_price: Option<f64>,
    /// Of this currency.
    #[serde(default, deserialize_with = "or_default")]
    pub currency: Currency,
    /// How long it takes.
    #[serde(default, deserialize_with = "or_default")]
    pub duration: Duration,
    /// Lessons of the curriculum, kept beside it for lists.
    #[serde(default, deserialize_with = "whole")]
    pub total_lessons: i64,
    /// Modules, in order.
    #[serde(default, deserialize_with = "or_default")]
    pub curriculum: Vec<Module>,
    /// What is graded (ours).
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub assessments: Vec<Assessment>,
    /// What one should know before.
    #[serde(default, deserialize_with = "or_default")]
    pub requirements: Vec<String>,
    /// What one learns.
    #[serde(default, deserialize_with = "or_default")]
    pub what_you_will_learn: Vec<String>,
    /// Whom it is for.
    #[serde(default, deserialize_with = "or_default")]
    pub target_audience: Vec<String>,
    /// Who teaches it.
    pub instructor: UserId,
    /// URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// URL of a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_video: Option<String>,
    /// Files and links.
    #[serde(default, deserialize_with = "or_default")]
    pub materials: Vec<Material>,
    /// Where it stands.
    #[serde(default, deserialize_with = "or_default")]
    pub status: CourseStatus,
    /// Whether the catalog shows it to students when published.
    #[serde(default = "yes", deserialize_with = "flag_or_yes")]
    pub is_public: bool,
    /// First publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// What the reviewer asked to be changed (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_note: Option<String>,
    /// The last change of status, where one of our programs made it (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_change: Option<StatusChange>,
    /// Enrollments that are pending, active or completed; changed by increments only.
    #[serde(default, deserialize_with = "whole")]
    pub enrollment_count: i64,
    /// Times looked at; changed by increments only.
    #[serde(default, deserialize_with = "whole")]
    pub view_count: i64,
    /// What students thought.
    #[serde(default, deserialize_with = "or_default")]
    pub rating: Rating,
    /// For search engines.
    #[serde(default, deserialize_with = "or_default")]
    pub seo: Seo,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub created_at: Timestamp,
    /// Mongoose timestamp.
    #[serde(default = "epoch", deserialize_with = "moment")]
    pub updated_at: Timestamp,
    /// Who of us wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStamp>,
    /// Fields of other programs, `__v` among them.
    #[serde(flatten)]
    pub extra: Document,
}

impl Course {
    /// A draft with every default of the seed schema.
    pub fn new(
        id: CourseId,
        title: String,
        instructor: UserId,
        currency: Currency,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            title,
            slug: None,
            description: String::new(),
            full_description: None,
            category: None,
            subcategory: None,
            level: None,
            tags: Vec::new(),
            price: None,
            original_price: None,
            currency,
            duration: Duration::default(),
            total_lessons: 0,
            curriculum: Vec::new(),
            assessments: Vec::new(),
            requirements: Vec::new(),
            what_you_will_learn: Vec::new(),
            target_audience: Vec::new(),
            instructor,
            thumbnail: None,
            preview_video: None,
            materials: Vec::new(),
            status: CourseStatus::Draft,
            is_public: true,
            published_at: None,
            review_note: None,
            status_change: None,
            enrollment_count: 0,
            view_count: 0,
            rating: Rating::default(),
            seo: Seo::default(),
            created_at: at,
            updated_at: at,
            sync: None,
            extra: Document::new(),
        }
    }

    /// The price as money; none while the course has no price. Refuses a stored double that is no
    /// amount of the currency.
    pub fn price(&self) -> Result<Option<Money>, Refusal> {
        self.price
            .map(|major| Money::from_double(major, self.currency))
            .transpose()
    }

    /// Lessons in order, each with its module.
    pub fn lessons(&self) -> impl Iterator<Item = (&Module, &Lesson)> {
        self.curriculum
            .iter()
            .flat_map(|module| module.lessons.iter().map(move |lesson| (module, lesson)))
    }

    /// How many lessons the curriculum has.
    pub fn lesson_count(&self) -> usize {
        self.curriculum
            .iter()
            .map(|module| module.lessons.len())
            .sum()
    }

    /// `sync.rev`, 0 where absent.
    pub fn rev(&self) -> i64 {
        self.sync.as_ref().map_or(0, |s| s.rev)
    }
}

/// The curriculum as BSON, for a patch.
pub fn curriculum_bson(modules: &[Module]) -> Bson {
    bson::serialize_to_bson(modules).unwrap_or(Bson::Null)
}
