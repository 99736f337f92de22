//! The catalog as a list: what it can be narrowed by, sorted by, and shows.

use domain::{
    CourseId, Currency, Money, Timestamp, UserId,
    course::{Category, CourseStatus, Level},
};

/// What a list of courses is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CourseSort {
    /// Title, folded.
    #[default]
    Title,
    /// Category, then title.
    Category,
    /// From beginner to advanced, then title.
    Level,
    /// Currency, then price: prices of different currencies are not compared.
    Price,
    /// Status, then public before hidden or the reverse, then title.
    Status,
    /// Enrollments that hold a place.
    Enrollments,
    /// Average rating.
    Rating,
    /// When it was made.
    Created,
    /// When it was changed last.
    Updated,
    /// The instructor's name, then title.
    Instructor,
}

impl CourseSort {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::Category,
        Self::Level,
        Self::Price,
        Self::Status,
        Self::Enrollments,
        Self::Rating,
        Self::Created,
        Self::Updated,
        Self::Instructor,
    ];
}

/// Which courses, in which order. An empty list or `None` narrows by nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CourseQuery {
    /// Words of title, description or tags, the last one perhaps unfinished.
    pub text: Option<String>,
    /// Any of these categories.
    pub categories: Vec<Category>,
    /// Any of these levels.
    pub levels: Vec<Level>,
    /// Any of these statuses.
    pub statuses: Vec<CourseStatus>,
    /// Only those the catalog shows to students when published.
    pub public_only: bool,
    /// Taught by this person.
    pub instructor: Option<UserId>,
    /// Priced in this currency.
    pub currency: Option<Currency>,
    /// At least this price, in minor units.
    pub price_min: Option<i64>,
    /// At most this price, in minor units.
    pub price_max: Option<i64>,
    /// Only those with a price of nothing.
    pub free_only: bool,
    /// Sorted by.
    pub sort: CourseSort,
    /// From the end.
    pub descending: bool,
}

/// A line, or card, of the catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct CourseRow {
    /// The course.
    pub id: CourseId,
    /// Its title.
    pub title: String,
    /// Its slug.
    pub slug: Option<String>,
    /// Its category; a draft may lack one.
    pub category: Option<Category>,
    /// Its level; a draft may lack one.
    pub level: Option<Level>,
    /// Where it stands.
    pub status: CourseStatus,
    /// Whether the catalog shows it to students when published.
    pub is_public: bool,
    /// Its price; none while it is not priced.
    pub price: Option<Money>,
    /// Its currency, also while it is not priced.
    pub currency: Currency,
    /// Who teaches it.
    pub instructor: UserId,
    /// Their name.
    pub instructor_name: String,
    /// Lessons of the curriculum.
    pub total_lessons: u64,
    /// Enrollments that hold a place.
    pub enrollments: i64,
    /// 0 to 5.
    pub rating_average: f64,
    /// Of how many.
    pub rating_count: u64,
    /// First publication.
    pub published_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}
