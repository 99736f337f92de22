//! Reading the catalog.

use domain::{Collection, CourseId, UserId, course::Course};

use crate::{error::StoreError, replica::Reader};

impl Reader<'_> {
    /// A course.
    pub fn course(&self, id: CourseId) -> Result<Option<Course>, StoreError> {
        self.one(
            Collection::Courses,
            "SELECT id, doc FROM courses WHERE id = ?1",
            [id.0.bytes()],
        )
    }

    /// The course with this slug.
    pub fn course_by_slug(&self, slug: &str) -> Result<Option<Course>, StoreError> {
        self.one(
            Collection::Courses,
            "SELECT id, doc FROM courses WHERE slug = ?1",
            [slug],
        )
    }

    /// Whether a course has this slug.
    pub fn slug_taken(&self, slug: &str) -> Result<bool, StoreError> {
        self.exists("SELECT 1 FROM courses WHERE slug = ?1", [slug])
    }

    /// The first course with this title; case and accents do not matter.
    pub fn course_by_title(&self, title: &str) -> Result<Option<Course>, StoreError> {
        self.one(
            Collection::Courses,
            "SELECT id, doc FROM courses WHERE title_fold = ?1 ORDER BY n LIMIT 1",
            [domain::text::fold(title)],
        )
    }

    /// The courses a person teaches, by title.
    pub fn courses_of_instructor(&self, user: UserId) -> Result<Vec<Course>, StoreError> {
        self.all(
            Collection::Courses,
            "SELECT id, doc FROM courses WHERE instructor = ?1 ORDER BY title_fold, n",
            [user.0.bytes()],
        )
    }

    /// Every course, in the order they were added, one at a time.
    pub fn every_course(
        &self,
        visit: impl FnMut(Course) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(
            Collection::Courses,
            "SELECT id, doc FROM courses ORDER BY n",
            [],
            visit,
        )
    }
}
