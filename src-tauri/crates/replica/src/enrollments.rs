//! Reading enrollments.

use domain::{Collection, CourseId, EnrollmentId, UserId, enrollment::Enrollment};

use crate::{error::StoreError, replica::Reader};

impl Reader<'_> {
    /// An enrollment.
    pub fn enrollment(&self, id: EnrollmentId) -> Result<Option<Enrollment>, StoreError> {
        self.one(
            Collection::Enrollments,
            "SELECT id, doc FROM enrollments WHERE id = ?1",
            [id.0.bytes()],
        )
    }

    /// The enrollment of a person in a course, whatever its state: there is at most one.
    pub fn enrollment_of(
        &self,
        user: UserId,
        course: CourseId,
    ) -> Result<Option<Enrollment>, StoreError> {
        self.one(
            Collection::Enrollments,
            "SELECT id, doc FROM enrollments WHERE user = ?1 AND course = ?2",
            [user.0.bytes(), course.0.bytes()],
        )
    }

    /// A person's enrollments, the newest first.
    pub fn enrollments_of_user(&self, user: UserId) -> Result<Vec<Enrollment>, StoreError> {
        self.all(
            Collection::Enrollments,
            "SELECT id, doc FROM enrollments WHERE user = ?1 ORDER BY enrolled_at DESC, n DESC",
            [user.0.bytes()],
        )
    }

    /// The enrollment a certificate was issued for.
    pub fn enrollment_by_certificate(
        &self,
        certificate: &str,
    ) -> Result<Option<Enrollment>, StoreError> {
        self.one(
            Collection::Enrollments,
            "SELECT id, doc FROM enrollments WHERE certificate_id = ?1",
            [certificate],
        )
    }

    /// How many are learning in a course.
    pub fn active_enrollments_in(&self, course: CourseId) -> Result<i64, StoreError> {
        self.number(
            "SELECT count(*) FROM enrollments WHERE course = ?1 AND status = 'active'",
            [course.0.bytes()],
        )
    }

    /// A course's enrollments that have a review, the latest review first.
    pub fn reviews_of(&self, course: CourseId, limit: u32) -> Result<Vec<Enrollment>, StoreError> {
        self.all(
            Collection::Enrollments,
            "SELECT id, doc FROM enrollments INDEXED BY enrollments_reviewed
             WHERE course = ?1 AND json_extract(doc, '$.review.rating') IS NOT NULL
             ORDER BY json_extract(doc, '$.review.reviewedAt.\"$date\".\"$numberLong\"') DESC
             LIMIT ?2",
            rusqlite::params![course.0.bytes(), limit],
        )
    }

    /// A course's enrollments, one at a time.
    pub fn enrollments_in(
        &self,
        course: CourseId,
        visit: impl FnMut(Enrollment) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(
            Collection::Enrollments,
            "SELECT id, doc FROM enrollments WHERE course = ?1 ORDER BY status, enrolled_at, n",
            [course.0.bytes()],
            visit,
        )
    }

    /// Every enrollment, in the order they were added, one at a time.
    pub fn every_enrollment(
        &self,
        visit: impl FnMut(Enrollment) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(
            Collection::Enrollments,
            "SELECT id, doc FROM enrollments ORDER BY n",
            [],
            visit,
        )
    }
}
