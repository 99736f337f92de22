//! Load data: as many enrollments as asked for, with people, courses, payments and ledger, the same for
//! the same seed. For measuring; nothing in it tells a story, and everything in it verifies.
//!
//! Whoever asks for more has what is there and more of it: what an enrollment is, and in which course,
//! depends on the seed and its number alone.

use bson::{Document, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Code, Collection, CourseId, Currency, EnrollmentId, LessonId, ModuleId,
    Money, PaymentId, Refusal, Role, Timestamp, UserId,
    course::{Category, Course, CourseStatus, Lesson, LessonKind, Level, Module},
    enrollment::{CompletedLesson, Enrollment, EnrollmentStatus},
    ledger::{Method, SeriesTail},
    payment::PaymentStatus,
    role::Permission,
    rules::{
        Stamp,
        paying::Case,
        publishing,
        refunding::{self, Wanted},
    },
    user::User,
};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{
    booked::{Booked, commit_chunk, document, follow, write},
    seeding::dice::Dice,
};
use crate::{
    desk::{Desk, Ids, SeededIds},
    error::WorkflowError,
    reporting::days,
};

/// Enrollments written in one transaction.
const A_CHUNK: u64 = 1_000;
/// The most that are made in one go.
const MOST: u64 = 5_000_000;
/// Enrollments of one person.
const EACH: u64 = 3;
/// People of one course, until there are [`MOST_COURSES`].
const IN_A_COURSE: u64 = 250;
/// The first courses doubled so often.
const MOST_COURSES: u64 = EACH << 7;
const LESSONS: usize = 8;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateOutcome {
    /// People made now.
    pub people: u64,
    /// Courses made now.
    pub courses: u64,
    /// Enrollments made now.
    pub enrollments: u64,
    /// Enrollments of this seed that were there already.
    pub skipped: u64,
    /// Stopped before the end; run it again to go on.
    pub cancelled: bool,
}

/// How much load data, and which.
#[derive(Clone, Copy, Debug)]
pub struct LoadWanted {
    /// So many enrollments.
    pub enrollments: u64,
    /// Of this institution.
    pub seed: u64,
    /// Everything happened in the year before.
    pub until: Timestamp,
}

impl LoadWanted {
    /// The end of load data where nobody names one: 1 July 2026.
    pub const UNTIL: Timestamp = Timestamp::from_millis(1_782_864_000_000);

    /// The end of a day, written year-month-day, in UTC.
    pub fn end_of(day: &str) -> Result<Timestamp, Refusal> {
        let midnight = days::day("until", day)?
            .tomorrow()
            .and_then(|next| next.to_zoned(TimeZone::UTC));
        match midnight {
            Ok(midnight) => Ok(Timestamp::from_millis(
                midnight.timestamp().as_millisecond(),
            )),
            Err(_) => Err(Refusal::field(
                Code::Invalid,
                "until",
                "This day is out of reach.",
            )),
        }
    }
}

/// The courses of a person: the first of those they are in three of, and how many those are. Each time
/// the people have doubled, as many courses are begun as there were.
fn offered(who: u64) -> (u64, u64) {
    let (mut first, mut many) = (0, EACH);
    while who >= IN_A_COURSE * (first + many) / EACH {
        first += many;
        if first == MOST_COURSES {
            return (0, MOST_COURSES);
        }
        many = first;
    }
    (first, many)
}

/// Makes load data. The same seed again goes on where it stopped, or makes nothing.
pub fn generate(
    desk: &Desk<'_>,
    actor: &Actor,
    wanted: LoadWanted,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<GenerateOutcome, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let LoadWanted {
        enrollments,
        seed,
        until,
    } = wanted;
    if !(1..=MOST).contains(&enrollments) {
        return Err(Refusal::field(
            Code::Invalid,
            "enrollments",
            "Between 1 and 5,000,000 can be made in one go.",
        )
        .into());
    }
    let mut outcome = GenerateOutcome::default();
    let (first, many) = offered((enrollments - 1) / EACH);
    let load = Load {
        desk,
        actor,
        seed,
        until,
        courses: first + many,
    };
    let courses = load.catalog(&mut outcome)?;
    let mut begin = 0;
    progress(0, enrollments);
    while begin < enrollments {
        if cancelled() {
            outcome.cancelled = true;
            break;
        }
        let end = (begin + A_CHUNK).min(enrollments);
        load.chunk(&courses, begin, end, &mut outcome)?;
        begin = end;
        progress(begin, enrollments);
    }
    Ok(outcome)
}

struct Load<'a> {
    desk: &'a Desk<'a>,
    actor: &'a Actor,
    seed: u64,
    until: Timestamp,
    courses: u64,
}

/// What a person of the load data is called out of.
const FIRST: [&str; 16] = [
    "Amina", "Bashir", "Clara", "David", "Elif", "Farid", "Grace", "Hassan", "Ines", "Jamal",
    "Keiko", "Lars", "Maya", "Nuru", "Olga", "Pavel",
];
const LAST: [&str; 16] = [
    "Ahmed", "Brandt", "Costa", "Das", "Evans", "Farouk", "Garcia", "Haque", "Ito", "Jensen",
    "Khan", "Lopez", "Moreau", "Novak", "Osei", "Petrov",
];

impl Load<'_> {
    /// Identifiers that depend on the seed, on what they are for, and on its number.
    fn ids(&self, what: u64, n: u64) -> SeededIds {
        SeededIds::new(
            self.seed
                .wrapping_mul(0x9E37_79B9)
                .wrapping_add(what << 48)
                .wrapping_add(n),
        )
    }

    fn stamp(&self) -> Stamp {
        Stamp {
            op: self.desk.ids.op(self.until),
            at: self.until,
            actor: self.actor.clone(),
        }
    }

    fn catalog(&self, outcome: &mut GenerateOutcome) -> Result<Vec<Course>, WorkflowError> {
        let teachers: Vec<User> = (0..self.courses.div_ceil(10))
            .map(|n| self.person(1, n, Role::Instructor))
            .collect();
        let mut sets = Vec::new();
        let mut courses = Vec::new();
        self.desk.read(|reader| {
            for teacher in &teachers {
                if reader.user(teacher.id)?.is_none() {
                    sets.push(self.made(
                        "person.generated",
                        Collection::Users,
                        teacher.id.0,
                        document(teacher)?,
                    ));
                    outcome.people += 1;
                }
            }
            for n in 0..self.courses {
                let teacher = usize::try_from(n / 10).ok().and_then(|n| teachers.get(n));
                let Some(teacher) = teacher else { continue };
                let course = self.course(n, teacher.id);
                if reader.course(course.id)?.is_none() {
                    sets.push(publishing::create(&self.stamp(), &course)?);
                    outcome.courses += 1;
                }
                courses.push(course);
            }
            Ok(())
        })?;
        for done in self.desk.authority.commit_all(&sets)? {
            done?;
        }
        Ok(courses)
    }

    fn made(
        &self,
        verb: &str,
        collection: Collection,
        id: ObjectId,
        document: Document,
    ) -> ChangeSet {
        let deed = domain::audit::Deed::new(verb, collection, id);
        self.stamp()
            .change_set(deed, domain::Offline::OnlineOnly)
            .insert(collection, document)
    }

    fn person(&self, what: u64, n: u64, role: Role) -> User {
        let ids = self.ids(what, n);
        let place = usize::try_from(n).unwrap_or(0);
        let name = format!("{} {} {n}", FIRST[place % 16], LAST[(place / 16) % 16]);
        let email = format!("load-{}-{}-{n}@load.example", self.seed, role.as_str());
        let made = Timestamp::from_millis(self.until.timestamp_millis() - 400 * DAY);
        User::new(UserId(ids.object_id()), name, email, role, made)
    }

    fn course(&self, n: u64, teacher: UserId) -> Course {
        let ids = self.ids(2, n);
        let place = usize::try_from(n).unwrap_or(0);
        let currency = Currency::ALL[place % 4];
        let made = Timestamp::from_millis(self.until.timestamp_millis() - 400 * DAY);
        let category = Category::ALL[place % 6];
        let mut course = Course::new(
            CourseId(ids.object_id()),
            format!("{} course {n} of load {}", category.as_str(), self.seed),
            teacher,
            currency,
            made,
        );
        course.slug = Some(format!("load-{}-{n}", self.seed));
        course.description = "Made for measuring.".to_owned();
        course.category = Some(category);
        course.level = Some(Level::ALL[place % 3]);
        course.tags = vec!["load".to_owned()];
        let price = 2_000 + i64::try_from(n % 40).unwrap_or(0) * 500;
        course.price = Some(Money::new(price, currency).to_double());
        course.status = CourseStatus::Published;
        course.published_at = Some(made);
        course.curriculum = vec![Module {
            id: Some(ModuleId(ids.object_id())),
            title: "All lessons".to_owned(),
            description: None,
            duration: None,
            lessons: (1..=LESSONS)
                .map(|lesson| Lesson {
                    id: Some(LessonId(ids.object_id())),
                    title: format!("Lesson {lesson}"),
                    description: None,
                    duration: Some("10:00".to_owned()),
                    kind: LessonKind::Video,
                    is_free: lesson == 1,
                    extra: Document::new(),
                })
                .collect(),
            extra: Document::new(),
        }];
        course.total_lessons = i64::try_from(LESSONS).unwrap_or(0);
        course
    }

    /// Enrollments `begin` to `end`: number n is of person n ÷ 3, in a course no other of theirs is in.
    fn chunk(
        &self,
        courses: &[Course],
        begin: u64,
        end: u64,
        outcome: &mut GenerateOutcome,
    ) -> Result<(), WorkflowError> {
        let made = commit_chunk(self.desk, |reader, mut tail| {
            let mut sets = Vec::new();
            let mut made = GenerateOutcome::default();
            let mut last: Option<(u64, User, bool)> = None;
            for n in begin..end {
                let who = n / EACH;
                if last.as_ref().is_none_or(|(known, _, _)| *known != who) {
                    let person = self.person(3, who, Role::Student);
                    let there = reader.user(person.id)?.is_some();
                    last = Some((who, person, there));
                }
                let Some((_, person, there)) = &mut last else {
                    continue;
                };
                // Three neighbours in the catalog, which has at least as many.
                let (first, many) = offered(who);
                let place = first + (who.wrapping_mul(7) + n % EACH) % many;
                let Some(course) = usize::try_from(place).ok().and_then(|n| courses.get(n)) else {
                    continue;
                };
                let ids = self.ids(4, n);
                let id = EnrollmentId(ids.object_id());
                let made_before = reader.enrollment(id)?.is_some()
                    || (*there && reader.enrollment_of(person.id, course.id)?.is_some());
                if made_before {
                    made.skipped += 1;
                    continue;
                }
                let mut dice = Dice::new(self.seed ^ n.wrapping_mul(0xD6E8_FEB8_6659_FD93));
                self.enrollment(
                    id, &ids, person, !*there, course, &mut dice, &mut tail, &mut sets,
                )?;
                made.enrollments += 1;
                made.people += u64::from(!*there);
                *there = true;
            }
            Ok((sets, made))
        })?;
        outcome.enrollments += made.enrollments;
        outcome.people += made.people;
        outcome.skipped += made.skipped;
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn enrollment(
        &self,
        id: EnrollmentId,
        ids: &SeededIds,
        person: &User,
        new_student: bool,
        course: &Course,
        dice: &mut Dice,
        tail: &mut SeriesTail,
        sets: &mut Vec<ChangeSet>,
    ) -> Result<(), WorkflowError> {
        let at = |back: i64| Timestamp::from_millis(self.until.timestamp_millis() - back);
        let ago = dice.between(1, 365 * 24) * DAY / 24;
        let enrolled = at(ago);
        let mut enrollment = Enrollment::new(id, person.id, course.id, enrolled);
        let method = Method::ALL[dice.below(3)];
        let luck = dice.between(0, 99);
        let (state, paid) = match luck {
            0..=54 => (EnrollmentStatus::Active, PaymentStatus::Completed),
            55..=81 => (EnrollmentStatus::Completed, PaymentStatus::Completed),
            82..=87 => (EnrollmentStatus::Pending, PaymentStatus::Pending),
            88..=89 => (EnrollmentStatus::Pending, PaymentStatus::Processing),
            90..=91 => (EnrollmentStatus::Pending, PaymentStatus::Failed),
            92..=95 => (EnrollmentStatus::Cancelled, PaymentStatus::Cancelled),
            // Paid, and to be given back below.
            _ => (EnrollmentStatus::Active, PaymentStatus::Completed),
        };
        enrollment.status = state;
        let done = match state {
            EnrollmentStatus::Completed => LESSONS,
            EnrollmentStatus::Active => dice.below(LESSONS),
            _ => 0,
        };
        if paid == PaymentStatus::Completed {
            enrollment.start_date = Some(enrolled);
        }
        if done > 0 {
            enrollment.progress.completed_lessons = course
                .lessons()
                .filter_map(|(_, lesson)| lesson.id)
                .take(done)
                .map(|lesson| CompletedLesson {
                    lesson_id: lesson.to_hex(),
                    completed_at: Some(at(ago / 2)),
                    time_spent: 600,
                    extra: Document::new(),
                })
                .collect();
            enrollment.progress.percentage = domain::rules::learning::percentage(done, LESSONS);
            enrollment.progress.total_time_spent = i64::try_from(done).unwrap_or(0) * 600;
            enrollment.progress.last_accessed_at = Some(at(ago / 2));
        }
        match state {
            EnrollmentStatus::Completed => enrollment.completion_date = Some(at(ago / 2)),
            EnrollmentStatus::Cancelled => {
                enrollment.ended_at = Some(at(ago / 2));
                enrollment.end_reason = Some("Payment not received".to_owned());
            }
            _ => {}
        }
        let price = course.price()?.unwrap_or(Money::zero(course.currency));
        let reference = (method != Method::Cash && paid == PaymentStatus::Completed)
            .then(|| format!("load_{}", ids.object_id().to_hex()));
        let booked = Booked {
            student: person,
            new_student,
            course,
            enrollment,
            price,
            payment: PaymentId(ids.object_id()),
            method,
            status: paid,
            paid_at: enrolled,
            reference,
            note: None,
            source: "generated",
            verb: "enrollment.generated",
        };
        let written = write(&self.stamp(), booked, tail)?;
        sets.push(written.set);
        if let (96..=99, Some(payment)) = (luck, written.payment) {
            let whole = luck < 98;
            let payments = [payment];
            let case = Case {
                payment: &payments[0],
                enrollment: Some(&written.enrollment),
                payments: &payments,
            };
            let part = if whole {
                price.minor
            } else {
                price.minor / 200 * 100
            };
            let wanted = Wanted {
                amount: Money::new(part, price.currency),
                reason: "Made for measuring",
                id: ids.object_id(),
                threshold_minor: i64::MAX,
            };
            let set = refunding::ask(&self.stamp(), &case, &wanted, tail)?;
            if let Some(entry) = set.ledger_entry() {
                follow(tail, entry);
            }
            sets.push(set);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn courses_are_begun_as_the_people_double_and_filled_evenly() {
        let mut counts: HashMap<u64, u64> = HashMap::new();
        for who in 0..32_000 {
            let (first, many) = offered(who);
            assert!(many >= EACH && first + many <= MOST_COURSES, "{who}");
            for n in 0..EACH {
                *counts.entry(first + (who * 7 + n) % many).or_default() += 1;
            }
        }
        assert_eq!(counts.len(), 384);
        let (least, most) = (
            counts.values().min().unwrap(),
            counts.values().max().unwrap(),
        );
        assert!(
            (240..=260).contains(least) && (240..=260).contains(most),
            "{least} to {most}"
        );
        assert_eq!(offered(31_999), (192, 192));
        assert_eq!(offered(32_000), (0, 384));
        assert_eq!(offered(4_999_999), (0, 384));
    }
}
