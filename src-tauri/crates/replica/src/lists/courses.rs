//! The catalog as a list: what it can be narrowed by, sorted by, and shows.

use domain::{
    CourseId, Currency, Money, Timestamp, UserId,
    course::{Category, CourseStatus, Level},
};
use rusqlite::types::Value;

use super::{
    cells::{self, Cells},
    plan::{Ask, COUNTED, Condition, Facet, Path, RowSet},
};
use crate::{
    error::StoreError,
    page::{Page, Window},
    replica::Reader,
    search::Words,
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
    /// Only what this person teaches, and what is published and public besides.
    pub open_to: Option<UserId>,
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

const TITLE: &[&str] = &["title_fold"];
const CATEGORY: &[&str] = &["category", "title_fold"];
const LEVEL: &[&str] = &[
    "CASE level WHEN 'Beginner' THEN 1 WHEN 'Intermediate' THEN 2 WHEN 'Advanced' THEN 3 END",
    "title_fold",
];
const PRICE: &[&str] = &["currency", "price_minor"];
const STATUS: &[&str] = &["status", "is_public", "title_fold"];
const ENROLLMENTS: &[&str] = &["enrollments"];
const RATING: &[&str] = &["rating_average"];
const CREATED: &[&str] = &["created_at"];
const UPDATED: &[&str] = &["updated_at"];
const INSTRUCTOR: &[&str] = &["instructor_name COLLATE NOCASE", "title_fold"];

const NARROW: &[&str] = &[
    "status",
    "is_public",
    "category",
    "level",
    "currency",
    "price_minor",
    "instructor",
    "title_fold",
    "enrollments",
    "rating_average",
    "created_at",
    "updated_at",
    LEVEL[0],
    INSTRUCTOR[0],
];

const PATHS: &[Path] = &[
    Path {
        index: "courses_by_title",
        lead: &[],
        keys: TITLE,
        covers: &[],
    },
    Path {
        index: "courses_by_category",
        lead: &[],
        keys: CATEGORY,
        covers: &[],
    },
    Path {
        index: "courses_by_level",
        lead: &[],
        keys: LEVEL,
        covers: &[],
    },
    Path {
        index: "courses_by_price",
        lead: &[],
        keys: PRICE,
        covers: &[],
    },
    Path {
        index: "courses_by_status",
        lead: &[],
        keys: STATUS,
        covers: &[],
    },
    Path {
        index: "courses_by_enrollments",
        lead: &[],
        keys: ENROLLMENTS,
        covers: &[],
    },
    Path {
        index: "courses_by_rating",
        lead: &[],
        keys: RATING,
        covers: &[],
    },
    Path {
        index: "courses_by_created",
        lead: &[],
        keys: CREATED,
        covers: &[],
    },
    Path {
        index: "courses_by_updated",
        lead: &[],
        keys: UPDATED,
        covers: &[],
    },
    Path {
        index: "courses_by_instructor_name",
        lead: &[],
        keys: INSTRUCTOR,
        covers: &[],
    },
    Path {
        index: "courses_narrow",
        lead: &[],
        keys: &[],
        covers: NARROW,
    },
];

impl CourseSort {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Title => TITLE,
            Self::Category => CATEGORY,
            Self::Level => LEVEL,
            Self::Price => PRICE,
            Self::Status => STATUS,
            Self::Enrollments => ENROLLMENTS,
            Self::Rating => RATING,
            Self::Created => CREATED,
            Self::Updated => UPDATED,
            Self::Instructor => INSTRUCTOR,
        }
    }
}

impl Reader<'_> {
    /// Courses, a window of them.
    pub fn courses(
        &self,
        query: &CourseQuery,
        window: Window,
    ) -> Result<Page<CourseRow>, StoreError> {
        let answer = self.answer(&self.courses_ask(query)?, window)?;
        let rows = self.fetch(
            &answer.rows,
            "SELECT currency, id, title, slug, category, level, status, is_public, price_minor, instructor,
                    instructor_name, total_lessons, enrollments, rating_average, rating_count, published_at,
                    created_at, updated_at
             FROM courses WHERE n = ?1",
            |row| {
                let mut cells = Cells::of(row);
                let currency = cells.currency()?;
                Ok(CourseRow {
                    id: cells.id()?,
                    title: cells.value()?,
                    slug: cells.value()?,
                    category: cells.optional_word(&Category::ALL, Category::as_str)?,
                    level: cells.optional_word(&Level::ALL, Level::as_str)?,
                    status: cells.word(&CourseStatus::ALL, CourseStatus::as_str)?,
                    is_public: cells.value()?,
                    price: cells.value::<Option<i64>>()?.map(|minor| Money::new(minor, currency)),
                    currency,
                    instructor: cells.id()?,
                    instructor_name: cells.value()?,
                    total_lessons: cells.count()?,
                    enrollments: cells.value()?,
                    rating_average: cells.value()?,
                    rating_count: cells.count()?,
                    published_at: cells.optional_moment()?,
                    created_at: cells.moment()?,
                    updated_at: cells.moment()?,
                })
            },
        )?;
        Ok(Page {
            rows,
            total: answer.total,
        })
    }

    pub(super) fn courses_ask(&self, query: &CourseQuery) -> Result<Ask, StoreError> {
        // One person's courses are few; everything else a catalog is narrowed by is read off one index.
        let facets: Vec<Facet> = query
            .instructor
            .map(|instructor| Facet {
                column: "instructor",
                values: vec![cells::blob(instructor)],
            })
            .into_iter()
            .collect();
        let mut conditions: Vec<Condition> = Vec::new();
        let mut narrow = |columns: &'static [&'static str; 1], values: Option<Vec<Value>>| {
            if let Some(values) = values {
                let marks = vec!["?"; values.len()].join(", ");
                // `+`: only a test, or the planner would leave the order it is asked to walk.
                let sql = format!("+{} IN ({marks})", columns[0]);
                conditions.push(Condition {
                    columns,
                    sql,
                    values,
                    range: false,
                });
            }
        };
        narrow(
            &["category"],
            cells::words(&query.categories, Category::as_str),
        );
        narrow(&["level"], cells::words(&query.levels, Level::as_str));
        narrow(
            &["status"],
            cells::words(&query.statuses, CourseStatus::as_str),
        );
        narrow(
            &["is_public"],
            query.public_only.then(|| vec![Value::from(true)]),
        );
        narrow(
            &["currency"],
            query
                .currency
                .map(|currency| vec![currency.code().to_owned().into()]),
        );
        narrow(
            &["price_minor"],
            query.free_only.then(|| vec![Value::from(0)]),
        );
        conditions.extend(Condition::between(
            &["price_minor"],
            query.price_min,
            query.price_max.map(|most| most.saturating_add(1)),
        ));
        if let Some(teacher) = query.open_to {
            conditions.push(Condition {
                columns: &["status", "is_public", "instructor"],
                sql: "((+status = ? AND +is_public = ?) OR +instructor = ?)".to_owned(),
                values: vec![
                    CourseStatus::Published.as_str().to_owned().into(),
                    Value::from(true),
                    cells::blob(teacher),
                ],
                range: false,
            });
        }
        let mut within = None;
        if let Some(words) = Words::of(query.text.as_deref()) {
            let found = self.matching("courses_fts", words.courses(), COUNTED + 1)?;
            within = Some(RowSet {
                sql: "SELECT rowid FROM courses_fts WHERE courses_fts MATCH ?".to_owned(),
                values: vec![words.courses().into()],
                rows: if words.is_empty() { 0 } else { found },
            });
        }
        let cube = self.cube(&[], "SELECT count(*) FROM courses", &[])?;
        Ok(Ask {
            table: "courses",
            keys: query.sort.keys(),
            descending: query.descending,
            facets,
            conditions,
            within,
            cube,
            paths: PATHS.to_vec(),
            uncounted: false,
            few: query.instructor.map(|_| "courses_by_instructor"),
        })
    }
}
