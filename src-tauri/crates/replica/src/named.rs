//! What documents here name: a desktop that holds only some of the institution's documents follows these
//! to know which others it needs.

use bson::{Bson, oid::ObjectId};
use domain::{CourseId, DeviceId, Source, UserId};
use rusqlite::Params;

use crate::{documents::object_id, error::StoreError, replica::Reader};

impl Reader<'_> {
    /// Everybody whom a course, an enrollment or a payment names.
    pub fn named_people(&self) -> Result<Vec<ObjectId>, StoreError> {
        self.identifiers(
            "SELECT instructor FROM courses UNION SELECT user FROM enrollments UNION SELECT user FROM payments",
            [],
        )
    }

    /// The courses a person teaches.
    pub fn course_ids_of_instructor(&self, person: UserId) -> Result<Vec<ObjectId>, StoreError> {
        self.identifiers(
            "SELECT id FROM courses WHERE instructor = ?1",
            [person.0.bytes()],
        )
    }

    /// The courses a person is or was enrolled in.
    pub fn course_ids_of_student(&self, person: UserId) -> Result<Vec<ObjectId>, StoreError> {
        self.identifiers(
            "SELECT course FROM enrollments WHERE user = ?1",
            [person.0.bytes()],
        )
    }

    /// Whoever signed in on a desktop and has a session there, ended or not.
    pub fn people_signed_in_on(&self, device: &DeviceId) -> Result<Vec<ObjectId>, StoreError> {
        self.identifiers(
            "SELECT DISTINCT user FROM sessions WHERE json_extract(doc, '$.device') = ?1",
            [device.as_str()],
        )
    }

    /// Those of the identifiers under which nothing is held.
    pub fn missing(&self, source: Source, ids: &[Bson]) -> Result<Vec<Bson>, StoreError> {
        let column = if source.insert_only() { "op" } else { "id" };
        let sql = format!("SELECT 1 FROM {} WHERE {column} = ?1", source.name());
        let mut missing = Vec::new();
        for id in ids {
            let held = match id {
                Bson::ObjectId(id) => self.exists(&sql, [id.bytes()])?,
                Bson::String(op) => match uuid::Uuid::parse_str(op) {
                    Ok(op) => self.exists(&sql, [op.as_bytes()])?,
                    Err(_) => false,
                },
                _ => false,
            };
            if !held {
                missing.push(id.clone());
            }
        }
        Ok(missing)
    }

    /// The enrollment of a person in a course that the server has, whatever waits here.
    pub fn server_enrollment_of(
        &self,
        person: UserId,
        course: CourseId,
    ) -> Result<Option<ObjectId>, StoreError> {
        let held = self.identifiers(
            "SELECT id FROM enrollments WHERE user = ?1 AND course = ?2",
            rusqlite::params![person.0.bytes(), course.0.bytes()],
        )?;
        Ok(held.into_iter().next())
    }

    fn identifiers(&self, sql: &str, params: impl Params) -> Result<Vec<ObjectId>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(object_id(row, 0)?);
        }
        Ok(found)
    }
}
