//! The figures courses and enrollments keep of each other, against what they are counted from: places,
//! ratings, lessons, progress. Verification tells what differs, the repair puts it right.

use std::collections::HashSet;

use domain::{
    LessonId,
    course::Course,
    enrollment::{Enrollment, EnrollmentStatus},
    rules::learning,
};

/// How far a stored average may be from the computed one: sums are kept in thousandths.
const SLACK: f64 = 0.01;

/// Figures of a course.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    /// How many hold a place.
    pub(super) enrolled: i64,
    /// How many rated it.
    pub(super) ratings: i64,
    /// Their average.
    pub(super) average: f64,
    /// How many lessons it has.
    pub(super) lessons: i64,
}

/// What a course says of itself, and what was counted.
#[derive(Debug)]
pub(super) struct CourseFigures {
    /// Its title.
    pub(super) title: String,
    /// What it says.
    pub(super) says: Figures,
    enrolled: i64,
    ratings: i64,
    stars: f64,
    /// Identifiers of its lessons as completed lessons name them.
    lesson_ids: HashSet<String>,
    lessons: usize,
}

impl CourseFigures {
    /// Of a course, nobody counted yet.
    pub(super) fn of(course: &Course) -> Self {
        Self {
            title: course.title.clone(),
            says: Figures {
                enrolled: course.enrollment_count,
                ratings: course.rating.count,
                average: course.rating.average,
                lessons: course.total_lessons,
            },
            enrolled: 0,
            ratings: 0,
            stars: 0.0,
            lesson_ids: course
                .lessons()
                .filter_map(|(_, lesson)| lesson.id)
                .map(LessonId::to_hex)
                .collect(),
            lessons: course.lesson_count(),
        }
    }

    /// Counts one of its enrollments.
    pub(super) fn count(&mut self, enrollment: &Enrollment) {
        self.enrolled += i64::from(enrollment.status.holds_place());
        if let Some(stars) = enrollment.review.as_ref().and_then(|review| review.rating) {
            self.ratings += 1;
            self.stars += stars;
        }
    }

    /// How many hold a place, where it says something else.
    pub(super) fn enrolled(&self) -> Option<i64> {
        (self.says.enrolled != self.enrolled).then_some(self.enrolled)
    }

    /// How many rated it, where it says something else.
    pub(super) fn ratings(&self) -> Option<i64> {
        (self.says.ratings != self.ratings).then_some(self.ratings)
    }

    /// The average of its ratings, where it has any and says something else.
    pub(super) fn average(&self) -> Option<f64> {
        let average = self.stars / i32::try_from(self.ratings).map_or(f64::MAX, f64::from);
        let differs = (average - self.says.average).abs() > SLACK;
        (self.ratings > 0 && differs).then_some(average)
    }

    /// How many lessons it has, where it says something else.
    pub(super) fn lessons(&self) -> Option<i64> {
        let lessons = i64::try_from(self.lessons).unwrap_or(i64::MAX);
        (self.says.lessons != lessons).then_some(lessons)
    }

    /// How far somebody who is learning is in the course as it is now, where the enrollment says something
    /// else. Other programs do not round, and may name no lesson.
    pub(super) fn progress(&self, enrollment: &Enrollment) -> Option<f64> {
        let done = &enrollment.progress.completed_lessons;
        if enrollment.status != EnrollmentStatus::Active
            || done.iter().any(|lesson| lesson.lesson_id.is_empty())
        {
            return None;
        }
        let completed: HashSet<&str> = done
            .iter()
            .map(|lesson| lesson.lesson_id.as_str())
            .filter(|id| self.lesson_ids.contains(*id))
            .collect();
        let right = learning::percentage(completed.len(), self.lessons);
        ((enrollment.progress.percentage - right).abs() >= 1.0).then_some(right)
    }
}
