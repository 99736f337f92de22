//! Courses on the wire: rows, the course page, the outline, and what is changed about them.

use domain::{
    Currency,
    course::{Category, CourseStatus, LessonKind, Level},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dto::{FieldIssue, MoneyDto, PersonRef, WhyDto, WindowDto};

/// What the catalog sorts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CourseSort {
    /// Title.
    #[default]
    Title,
    /// Category, then level.
    Category,
    /// Price.
    Price,
    /// Status, then title.
    Status,
    /// Students.
    Enrollments,
    /// Average rating.
    Rating,
    /// When it was made.
    Created,
    /// Instructor's name.
    Instructor,
}

/// Filters of the catalog. Empty lists and none do not filter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct CourseFilter {
    /// Words of title, description or tags.
    pub text: String,
    /// Any of these.
    pub categories: Vec<Category>,
    /// Any of these.
    pub levels: Vec<Level>,
    /// Any of these.
    pub statuses: Vec<CourseStatus>,
    /// Taught by.
    pub instructor: Option<String>,
    /// Priced in.
    pub currency: Option<Currency>,
    /// Minor units, at least.
    pub price_min: Option<i64>,
    /// Minor units, at most.
    pub price_max: Option<i64>,
    /// Order.
    pub sort: CourseSort,
    /// Largest first.
    pub descending: bool,
}

/// A stretch of the catalog.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ListCourses {
    /// Which courses.
    pub filter: CourseFilter,
    /// Which rows of them.
    pub window: WindowDto,
}

/// A course in a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CourseRowDto {
    /// Which.
    pub id: String,
    /// Title.
    pub title: String,
    /// Category.
    pub category: Option<Category>,
    /// Level.
    pub level: Option<Level>,
    /// Status.
    pub status: CourseStatus,
    /// Students see it when published.
    pub is_public: bool,
    /// None: not priced yet.
    pub price: Option<MoneyDto>,
    /// Who teaches it.
    pub instructor: PersonRef,
    /// Lessons.
    pub total_lessons: i64,
    /// Students.
    pub enrollments: i64,
    /// 0 to 5.
    pub rating_average: f64,
    /// Of how many.
    pub rating_count: i64,
    /// First publication.
    pub published_at: Option<String>,
    /// Made.
    pub created_at: String,
}

/// A lesson of the outline. `id` is none for one just added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct LessonDto {
    pub id: Option<String>,
    pub title: String,
    pub description: Option<String>,
    /// `mm:ss` or `h:mm:ss`.
    pub duration: Option<String>,
    pub kind: LessonKind,
    pub is_free: bool,
}

/// A module of the outline. `id` is none for one just added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct ModuleDto {
    pub id: Option<String>,
    pub title: String,
    pub description: Option<String>,
    pub duration: Option<String>,
    pub lessons: Vec<LessonDto>,
}

/// An assessment of the course. `id` is none for one just added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct AssessmentDto {
    pub id: Option<String>,
    pub title: String,
    /// Percent of the final score.
    pub weight: f64,
    pub max_score: f64,
    pub pass_score: f64,
    pub required: bool,
}

/// A material of the course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct MaterialDto {
    pub id: Option<String>,
    /// `video`, `document`, `code`, `quiz` or `assignment`.
    pub kind: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub duration: Option<String>,
    /// Bytes.
    pub file_size: Option<f64>,
    pub downloadable: bool,
}

/// Every field of a course that a person edits, but for the outline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct CourseFields {
    pub title: String,
    /// None: derived from the title.
    pub slug: Option<String>,
    pub description: String,
    pub full_description: Option<String>,
    pub category: Option<Category>,
    pub subcategory: Option<String>,
    pub level: Option<Level>,
    pub tags: Vec<String>,
    /// Minor units of `currency`; none: not priced yet; 0: free.
    pub price_minor: Option<i64>,
    /// Before a discount, minor units.
    pub original_price_minor: Option<i64>,
    pub currency: Currency,
    pub duration_weeks: Option<f64>,
    pub duration_hours: Option<f64>,
    pub duration_description: Option<String>,
    pub requirements: Vec<String>,
    pub what_you_will_learn: Vec<String>,
    pub target_audience: Vec<String>,
    /// Who teaches it; only an administrator may change it.
    pub instructor: String,
    pub thumbnail: Option<String>,
    pub preview_video: Option<String>,
    pub materials: Vec<MaterialDto>,
    pub assessments: Vec<AssessmentDto>,
    pub is_public: bool,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub keywords: Vec<String>,
}

/// What the one who looks may do with the course now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct CourseVerbs {
    pub edit: bool,
    /// The price of a published course only by an administrator.
    pub edit_price: bool,
    pub assign_instructor: bool,
    pub submit: bool,
    pub request_changes: bool,
    pub publish: bool,
    pub unpublish: bool,
    pub archive: bool,
    pub restore: bool,
    /// Enroll others.
    pub enroll: bool,
    /// Enroll oneself.
    pub enroll_myself: bool,
    pub see_students: bool,
}

/// The course page.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CourseDetail {
    /// Which.
    pub id: String,
    /// Revision, to hand back with a change.
    pub rev: i64,
    /// Status.
    pub status: CourseStatus,
    /// Why it is in that status.
    pub why: Option<WhyDto>,
    /// What the reviewer asked to be changed.
    pub review_note: Option<String>,
    /// Everything a person edits.
    pub fields: CourseFields,
    /// Outline.
    pub curriculum: Vec<ModuleDto>,
    /// Who teaches it.
    pub instructor: PersonRef,
    /// Their few words about themselves.
    pub instructor_bio: Option<String>,
    /// Lessons.
    pub total_lessons: i64,
    /// Students.
    pub enrollments: i64,
    /// Times looked at.
    pub views: i64,
    /// 0 to 5.
    pub rating_average: f64,
    /// Of how many.
    pub rating_count: i64,
    /// First publication.
    pub published_at: Option<String>,
    /// Made.
    pub created_at: String,
    /// Last change.
    pub updated_at: String,
    /// What still stands in the way of publishing.
    pub missing: Vec<FieldIssue>,
    /// What may be done now.
    pub verbs: CourseVerbs,
    /// The looking student's own enrollment, if any.
    pub my_enrollment: Option<String>,
    /// Latest reviews.
    pub reviews: Vec<ReviewDto>,
}

/// A student's review.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[allow(missing_docs)]
pub struct ReviewDto {
    pub name: String,
    pub rating: f64,
    pub comment: Option<String>,
    pub at: Option<String>,
}

/// A new draft.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CreateCourse {
    /// 1 to 200 characters.
    pub title: String,
    /// Category.
    pub category: Option<Category>,
    /// Level.
    pub level: Option<Level>,
    /// Who teaches it; an instructor's own courses are always theirs.
    pub instructor: Option<String>,
}

/// A change of a course's fields. The outline is saved by itself.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UpdateCourse {
    /// Which.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// All fields as they shall be; only the differing ones are written.
    pub fields: CourseFields,
}

/// The outline as it shall be.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SaveCurriculum {
    /// Which course.
    pub id: String,
    /// Revision read.
    pub rev: i64,
    /// Modules and lessons in order; those known keep their ids.
    pub modules: Vec<ModuleDto>,
}
