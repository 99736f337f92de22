//! How far the students of each course get.

use std::collections::BTreeMap;

use domain::{CourseId, enrollment::EnrollmentStatus};
use rusqlite::params_from_iter;

use super::{
    figures::{CompletionRow, Period, Scope, StatusCounts},
    scoped, within,
};
use crate::{
    error::StoreError,
    lists::{cells, plan::Sql},
    replica::Reader,
};

impl Reader<'_> {
    /// Courses with enrollments in the period, by title: where these stand now, and how far the
    /// course's students are.
    pub fn completion_by_course(
        &self,
        period: Period,
        scope: Scope,
    ) -> Result<Vec<CompletionRow>, StoreError> {
        let mut counts: BTreeMap<CourseId, StatusCounts> = BTreeMap::new();
        let mut sql = Sql {
            text: "SELECT course, status, sum(n) AS n FROM enrollments_daily WHERE n > 0"
                .to_owned(),
            values: Vec::new(),
        };
        if period == Period::default() {
            sql.text =
                "SELECT course, status, sum(n) AS n FROM enrollment_counts WHERE n > 0".to_owned();
        }
        within(period, &mut sql);
        scoped(scope, &mut sql);
        sql.text.push_str(" GROUP BY 1, 2");
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let mut rows = statement.query(params_from_iter(&sql.values))?;
        while let Some(row) = rows.next()? {
            let status = cells::word(
                row,
                "status",
                &EnrollmentStatus::ALL,
                EnrollmentStatus::as_str,
            )?;
            counts
                .entry(cells::id(row, "course")?)
                .or_default()
                .add(status, cells::count(row, "n")?);
        }
        let mut found = Vec::with_capacity(counts.len());
        let mut statement = self.connection.prepare_cached(
            "SELECT title, title_fold, instructor_name, certificates, progress_milli, active + completed AS far
             FROM courses JOIN course_stats ON course = id WHERE id = ?1",
        )?;
        for (course, counts) in counts {
            let mut rows = statement.query([course.0.bytes()])?;
            let Some(row) = rows.next()? else { continue };
            let (far, milli): (i64, i64) = (row.get("far")?, row.get("progress_milli")?);
            let order: String = row.get("title_fold")?;
            found.push((
                order,
                CompletionRow {
                    course,
                    title: row.get("title")?,
                    instructor_name: row.get("instructor_name")?,
                    counts,
                    completion_rate: counts.completion_rate(),
                    average_progress: (far > 0).then(|| milli as f64 / 1000.0 / far as f64),
                    certificates: cells::count(row, "certificates")?,
                },
            ));
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.course.cmp(&b.1.course)));
        Ok(found.into_iter().map(|(_, row)| row).collect())
    }
}
