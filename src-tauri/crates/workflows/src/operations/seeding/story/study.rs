//! The learning of the story: lessons in sittings, grades, completion, reviews.

use domain::{
    EnrollmentId,
    enrollment::EnrollmentStatus,
    rules::learning::{self, results, writing},
};

use super::{Event, Story};
use crate::{
    desk::Ids,
    error::WorkflowError,
    operations::seeding::world::{DAY, HOUR},
};

impl Story<'_, '_> {
    /// How far a student will get, and when they begin.
    pub(super) fn begin_learning(&mut self, at: i64, enrollment: EnrollmentId) {
        let will = match self.dice.between(0, 99) {
            0..=54 => 100,
            55..=86 => usize::try_from(self.dice.between(10, 90)).unwrap_or(50),
            _ => return,
        };
        let first = at + self.dice.between(1, 90) * HOUR;
        self.plan(first, Event::Study(enrollment, will));
        if will < 100 && self.dice.percent(18) {
            let later = at + self.dice.between(20, 80) * DAY;
            self.plan(later, Event::Cancel(enrollment));
        }
    }

    pub(super) fn study(
        &mut self,
        at: i64,
        id: EnrollmentId,
        will: usize,
    ) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&id) else {
            return Ok(());
        };
        let Some(course) = self.world.courses.get(&enrollment.course).cloned() else {
            return Ok(());
        };
        if enrollment.status != EnrollmentStatus::Active {
            return Ok(());
        }
        let stamp = self.world.stamp(self.world.actor(enrollment.user), at);
        let done: Vec<String> = enrollment
            .progress
            .completed_lessons
            .iter()
            .map(|lesson| lesson.lesson_id.clone())
            .collect();
        let open: Vec<(String, i64)> = course
            .lessons()
            .filter_map(|(_, lesson)| {
                Some((
                    lesson.id?.to_hex(),
                    seconds(lesson.duration.as_deref().unwrap_or("10:00")),
                ))
            })
            .filter(|(lesson, _)| !done.contains(lesson))
            .collect();
        let wanted = (course.lesson_count() * will / 100).saturating_sub(done.len());
        let now = usize::try_from(self.dice.between(4, 9))
            .unwrap_or(5)
            .min(wanted);
        let mut steps = Vec::new();
        for (lesson, length) in open.iter().take(now) {
            let Some(enrollment) = self.world.enrollments.get(&id) else {
                break;
            };
            let spent = length * self.dice.between(90, 160) / 100;
            let (ids, key) = (&self.world.ids, &self.key);
            let mut certificate = || key.mint(ids.random());
            let set = learning::complete_lesson(
                &stamp,
                enrollment,
                &course,
                lesson,
                spent,
                &mut certificate,
            )?;
            if let Some(set) = set {
                self.world.preview(&set)?;
                steps.push(set);
            }
        }
        self.world.keep_merged(steps)?;
        if self.dice.percent(9)
            && let (Some(enrollment), Some((lesson, _))) =
                (self.world.enrollments.get(&id).cloned(), open.first())
        {
            let content = self.text(|texts| &texts.notes);
            let note = self.world.ids.object_id();
            let stamp = self.world.stamp(self.world.actor(enrollment.user), at);
            let set = writing::add_note(
                &stamp,
                &enrollment,
                &course,
                note,
                Some(lesson),
                &content,
                None,
            )?;
            self.world.keep(set)?;
        }
        if wanted > now {
            let later = at + self.dice.between(18, 150) * HOUR;
            self.plan(later, Event::Study(id, will));
        }
        let half = course.lesson_count() / 2;
        if done.len() < half && done.len() + now >= half && !course.assessments.is_empty() {
            let later = at + self.dice.between(20, 100) * HOUR;
            self.plan(later, Event::Grade(id));
        }
        self.after_completion(at, id);
        Ok(())
    }

    /// The instructor grades the first assessment that is not passed; now and then somebody has to
    /// repeat one.
    pub(super) fn grade(&mut self, at: i64, id: EnrollmentId) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&id) else {
            return Ok(());
        };
        let Some(course) = self.world.courses.get(&enrollment.course).cloned() else {
            return Ok(());
        };
        if enrollment.status != EnrollmentStatus::Active {
            return Ok(());
        }
        let open = course.assessments.iter().find(|assessment| {
            !results::result_in(enrollment, assessment).is_some_and(|result| result.passed)
        });
        let Some(assessment) = open else {
            return Ok(());
        };
        let percent = |part: i64, whole: f64| {
            (whole * f64::from(i32::try_from(part).unwrap_or(0)) / 100.0).round()
        };
        let score = if self.dice.percent(90) {
            let above = assessment.max_score - assessment.pass_score;
            assessment.pass_score + percent(self.dice.between(0, 100), above)
        } else {
            percent(self.dice.between(40, 90), assessment.pass_score)
        };
        let stamp = self.world.stamp(self.world.actor(course.instructor), at);
        let (ids, key) = (&self.world.ids, &self.key);
        let mut certificate = || key.mint(ids.random());
        let id_of = assessment.assessment_id.clone();
        let set = results::record(
            &stamp,
            enrollment,
            &course,
            enrollment.rev(),
            &id_of,
            score,
            &mut certificate,
        )?;
        self.world.keep(set)?;
        let later = at + self.dice.between(30, 160) * HOUR;
        self.plan(later, Event::Grade(id));
        self.after_completion(at, id);
        Ok(())
    }

    pub(super) fn after_completion(&mut self, at: i64, id: EnrollmentId) {
        let completed = self.world.enrollments.get(&id).is_some_and(|enrollment| {
            enrollment.status == EnrollmentStatus::Completed && enrollment.review.is_none()
        });
        if completed && self.dice.percent(58) {
            let later = at + self.dice.between(1, 120) * HOUR;
            self.plan(later, Event::Review(id));
        }
    }

    pub(super) fn review(&mut self, at: i64, id: EnrollmentId) -> Result<(), WorkflowError> {
        let Some(enrollment) = self.world.enrollments.get(&id).cloned() else {
            return Ok(());
        };
        let Some(course) = self.world.courses.get(&enrollment.course).cloned() else {
            return Ok(());
        };
        if enrollment.review.is_some() {
            return Ok(());
        }
        let rating = match self.dice.between(0, 99) {
            0..=46 => 5,
            47..=80 => 4,
            81..=93 => 3,
            _ => 2,
        };
        let said = self
            .texts
            .reviews
            .get(&rating.to_string())
            .cloned()
            .unwrap_or_default();
        let comment = self.dice.pick(&said).cloned();
        let stamp = self.world.stamp(self.world.actor(enrollment.user), at);
        let set = writing::review(&stamp, &enrollment, &course, rating, comment.as_deref())?;
        self.world.keep(set)
    }
}

/// Seconds of a lesson's `mm:ss` or `h:mm:ss`.
fn seconds(duration: &str) -> i64 {
    duration.split(':').fold(0, |sum, part| {
        sum * 60 + part.trim().parse::<i64>().unwrap_or(0)
    })
}
