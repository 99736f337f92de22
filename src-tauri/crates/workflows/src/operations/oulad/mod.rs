//! An institution out of the Open University Learning Analytics Dataset (Kuzilek, Hlosta, Zdrahal:
//! *Open University Learning Analytics dataset*, Scientific Data 4:170171, 2017; CC BY 4.0).
//!
//! Presentations become published courses, students become people, registrations become enrollments:
//! withdrawn ones cancelled on their day, passes and distinctions completed at the presentation's end,
//! fails active at the end with the required final result not passed. The data have no names, prices,
//! lessons or scores. So students are named by their number, every enrollment is paid in cash on the
//! day of registration at the price given with the import, one lesson stands for the whole
//! presentation, and scores stay empty; each course's description says so.
//!
//! People are known again by their address, courses by their slug: an import that was interrupted goes
//! on when it is run again.

pub mod data;

use std::{collections::HashMap, path::Path};

use bson::{Document, doc, oid::ObjectId};
use domain::{
    Actor, ChangeSet, Code, Collection, CourseId, EnrollmentId, LessonId, ModuleId, Money,
    PaymentId, Refusal, Role, Timestamp, UserId,
    audit::Deed,
    change::{Offline, Patch},
    course::{
        Assessment, Category, Course, CourseStatus, Duration, Lesson, LessonKind, Level, Module,
    },
    enrollment::{AssessmentResult, CompletedLesson, Enrollment, EnrollmentStatus},
    ledger::Method,
    payment::PaymentStatus,
    role::Permission,
    rules::{
        Stamp,
        people::{self, NewPerson},
        publishing,
    },
    user::{Gender, Preferences, Profile, User, UserStatus},
};
use replica::{Import, ImportKind, Reader};
use serde::Serialize;

use self::data::{Data, FinalResult, Presentation, Registration};
use super::booked::{Booked, commit_chunk, document, write};
use crate::{desk::Desk, error::WorkflowError};

/// Registrations written in one transaction.
const A_CHUNK: usize = 500;
/// The required assessment that stands for the result of the presentation.
const FINAL_RESULT: &str = "final-result";
const INSTRUCTOR: &str = "oulad-instructor@ou.example";
const NOTE: &str = "The amount is made up: the data have no prices.";

/// What the import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OuladOutcome {
    /// Courses made now.
    pub courses: u64,
    /// Students made now.
    pub students: u64,
    /// Enrollments made now.
    pub enrollments: u64,
    /// Enrollments that were there already.
    pub skipped: u64,
    /// Registrations without a day; the first day of the presentation stands for it.
    pub undated_registrations: u64,
    /// Withdrawals without a day; the last day of the presentation stands for it.
    pub undated_withdrawals: u64,
    /// It was stopped before the end; run it again to go on.
    pub cancelled: bool,
    /// What everybody who reads the figures must know.
    pub notes: Vec<String>,
}

/// Imports the folder. Every enrollment costs `price`.
pub fn import_oulad(
    desk: &Desk<'_>,
    actor: &Actor,
    folder: &Path,
    price: Money,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<OuladOutcome, WorkflowError> {
    actor.require(Permission::ManagePeople)?;
    actor.require(Permission::RecordPayments)?;
    if price.minor < 0 {
        return Err(Refusal::field(Code::Amount, "price", "The price is not negative.").into());
    }
    let data = data::read(folder)?;
    let mut outcome = OuladOutcome {
        undated_registrations: data.undated_registrations,
        undated_withdrawals: data.undated_withdrawals,
        notes: vec![
            format!("The prices are made up: every enrollment costs {price}, paid in cash on the day of registration."),
            "Names, lessons and scores are not in the data: students are named by their number, one lesson stands \
             for a presentation, the level of every course is set to intermediate."
                .to_owned(),
            "Passes and distinctions are completed without a certificate: none was issued, and none is made up."
                .to_owned(),
            "Source: Kuzilek, Hlosta, Zdrahal: Open University Learning Analytics dataset, Scientific Data 4:170171, \
             2017; CC BY 4.0."
                .to_owned(),
        ],
        ..OuladOutcome::default()
    };
    let mut run = Run {
        desk,
        actor,
        folder: folder.display().to_string(),
        price,
        import: None,
    };
    let courses = run.courses(&data, &mut outcome)?;
    let mut students: HashMap<String, User> = HashMap::new();
    let total = u64::try_from(data.registrations.len()).unwrap_or(u64::MAX);
    let mut done = 0;
    progress(done, total);
    for chunk in data.registrations.chunks(A_CHUNK) {
        if cancelled() {
            outcome.cancelled = true;
            break;
        }
        run.chunk(&data, &courses, chunk, &mut students, &mut outcome)?;
        done += u64::try_from(chunk.len()).unwrap_or(0);
        progress(done, total);
    }
    Ok(outcome)
}

/// The import under way.
struct Run<'a> {
    desk: &'a Desk<'a>,
    actor: &'a Actor,
    folder: String,
    price: Money,
    /// Its record, once something was made.
    import: Option<ObjectId>,
}

impl Run<'_> {
    fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp {
            op: self.desk.ids.op(at),
            at,
            actor: self.actor.clone(),
        }
    }

    /// The courses of the presentations, made where they are missing, each in a change set of its own.
    fn courses(
        &mut self,
        data: &Data,
        outcome: &mut OuladOutcome,
    ) -> Result<Vec<Course>, WorkflowError> {
        self.same_price(data)?;
        let mut opened: Vec<Option<Timestamp>> = vec![None; data.presentations.len()];
        for registration in &data.registrations {
            opened[registration.presentation].get_or_insert(registration.registered);
        }
        let now = self.desk.now();
        let (teacher, set) = self.desk.read(|reader| self.instructor(reader, now))?;
        if let Some(set) = set {
            self.desk.authority.commit(&set)?;
        }
        let mut courses = Vec::new();
        for (presentation, opened) in data.presentations.iter().zip(opened) {
            let slug = slug(presentation);
            if let Some(course) = self.desk.read(|reader| Ok(reader.course_by_slug(&slug)?))? {
                if course
                    .curriculum
                    .iter()
                    .all(|module| module.lessons.is_empty())
                {
                    return Err(Refusal::new(
                        Code::Taken,
                        format!("The course {slug} exists and is not what this import made. Rename its slug first."),
                    )
                    .into());
                }
                courses.push(course);
                continue;
            }
            let course = self.course(
                presentation,
                slug,
                teacher,
                opened.unwrap_or(presentation.start),
                now,
            );
            self.desk
                .authority
                .commit(&publishing::create(&self.stamp(now), &course)?)?;
            outcome.courses += 1;
            courses.push(course);
        }
        Ok(courses)
    }

    /// Refuses to go on with an import at another price than it was begun with.
    fn same_price(&self, data: &Data) -> Result<(), WorkflowError> {
        self.desk.read(|reader| {
            for presentation in &data.presentations {
                let Some(course) = reader.course_by_slug(&slug(presentation))? else {
                    continue;
                };
                let another = course.price()?.filter(|price| *price != self.price);
                if let Some(price) = another.filter(|_| course.lesson_count() > 0) {
                    return Err(Refusal::field(
                        Code::Invalid,
                        "price",
                        format!(
                            "The course {} is here already and costs {price}, not {}. Go on with the import at the \
                             price it was begun with.",
                            course.title, self.price
                        ),
                    )
                    .into());
                }
            }
            Ok(())
        })
    }

    /// Somebody must teach; the data do not say who.
    fn instructor(
        &self,
        reader: &Reader<'_>,
        at: Timestamp,
    ) -> Result<(UserId, Option<ChangeSet>), WorkflowError> {
        if let Some(known) = reader.user_by_email(INSTRUCTOR)? {
            return Ok((known.id, None));
        }
        let new = NewPerson {
            id: UserId(self.desk.ids.object_id()),
            name: "The Open University (not named in the data)".to_owned(),
            email: INSTRUCTOR.to_owned(),
            email_verified: false,
            role: Role::Instructor,
            status: UserStatus::Active,
            password_hash: None,
            profile: Profile::default(),
            preferences: Preferences::default(),
        };
        let (set, user) = people::create(&self.stamp(at), new)?;
        Ok((user.id, Some(set)))
    }

    fn course(
        &self,
        presentation: &Presentation,
        slug: String,
        teacher: UserId,
        opened: Timestamp,
        now: Timestamp,
    ) -> Course {
        let id = || self.desk.ids.object_id();
        let title = format!(
            "{} · {} ({})",
            presentation.module,
            presentation.month(),
            presentation.name
        );
        let mut course = Course::new(CourseId(id()), title, teacher, self.price.currency, now);
        course.slug = Some(slug);
        course.description = format!(
            "Module {} of the Open University as presented from {}: {} days. From the Open University Learning \
             Analytics Dataset (Kuzilek, Hlosta, Zdrahal, Scientific Data 4:170171, 2017; CC BY 4.0). Price, level, \
             payments and the one lesson are made up; they are not in the data.",
            presentation.module,
            presentation.month(),
            presentation.days,
        );
        course.category = Some(Category::Other);
        course.subcategory = Some("Open University".to_owned());
        course.level = Some(Level::Intermediate);
        course.tags = vec![
            "oulad".to_owned(),
            presentation.module.to_lowercase(),
            presentation.name.to_lowercase(),
        ];
        course.price = Some(self.price.to_double());
        course.duration = Duration {
            description: Some(format!("{} days", presentation.days)),
            ..Duration::default()
        };
        course.status = CourseStatus::Published;
        course.published_at = Some(opened);
        course.curriculum = vec![Module {
            id: Some(ModuleId(id())),
            title: "The presentation".to_owned(),
            description: Some("The data do not tell the lessons: one stands for all.".to_owned()),
            duration: None,
            lessons: vec![Lesson {
                id: Some(LessonId(id())),
                title: format!("Studying {} {}", presentation.module, presentation.name),
                description: None,
                duration: None,
                kind: LessonKind::Text,
                is_free: false,
                extra: Document::new(),
            }],
            extra: Document::new(),
        }];
        course.total_lessons = 1;
        course.assessments = assessments(presentation);
        course
    }

    /// Writes a chunk of registrations, but for those that are there.
    fn chunk(
        &mut self,
        data: &Data,
        courses: &[Course],
        chunk: &[Registration],
        students: &mut HashMap<String, User>,
        outcome: &mut OuladOutcome,
    ) -> Result<(), WorkflowError> {
        let import = self.import;
        let fresh_import = self.desk.ids.object_id();
        let made = commit_chunk(self.desk, |reader, mut tail| {
            let now = self.desk.now();
            let mut sets = Vec::with_capacity(chunk.len() + 1);
            let mut made = Made::default();
            for registration in chunk {
                let presentation = &data.presentations[registration.presentation];
                let course = &courses[registration.presentation];
                let known = match students
                    .get(&registration.student)
                    .or_else(|| made.students.get(&registration.student))
                {
                    Some(known) => Some(known.clone()),
                    None => reader.user_by_email(&email(registration))?,
                };
                let new_student = known.is_none();
                let student = known.unwrap_or_else(|| self.student(registration, now));
                let there = !new_student && reader.enrollment_of(student.id, course.id)?.is_some();
                made.students
                    .insert(registration.student.clone(), student.clone());
                if there {
                    made.skipped += 1;
                    continue;
                }
                let booked = Booked {
                    student: &student,
                    new_student,
                    course,
                    enrollment: self.enrollment(registration, presentation, &student, course, now),
                    price: self.price,
                    payment: PaymentId(self.desk.ids.object_id()),
                    method: Method::Cash,
                    status: PaymentStatus::Completed,
                    paid_at: registration.registered,
                    reference: None,
                    note: Some(NOTE),
                    source: "import",
                    verb: "enrollment.imported",
                };
                sets.push(write(&self.stamp(now), booked, &mut tail)?.set);
                made.enrollments += 1;
                made.new_students += u64::from(new_student);
            }
            if made.enrollments > 0 {
                sets.push(self.note(import, fresh_import, &made, now)?);
            }
            Ok((sets, made))
        })?;
        if made.enrollments > 0 {
            self.import.get_or_insert(fresh_import);
        }
        outcome.students += made.new_students;
        outcome.enrollments += made.enrollments;
        outcome.skipped += made.skipped;
        students.extend(made.students);
        Ok(())
    }

    /// Notes in the record of imports how much was made so far.
    fn note(
        &self,
        import: Option<ObjectId>,
        fresh: ObjectId,
        made: &Made,
        at: Timestamp,
    ) -> Result<ChangeSet, WorkflowError> {
        let records = i64::try_from(made.enrollments + made.new_students).unwrap_or(i64::MAX);
        let rows = i64::try_from(made.enrollments).unwrap_or(i64::MAX);
        let id = import.unwrap_or(fresh);
        let deed = Deed::new("oulad.imported", Collection::Imports, id)
            .with("file", self.folder.as_str())
            .with("created", records);
        let set = self.stamp(at).change_set(deed, Offline::OnlineOnly);
        if import.is_some() {
            let patch = Patch::new().inc("rows", rows).inc("made", records);
            return Ok(set.patch(Collection::Imports, id, patch));
        }
        let import = Import {
            id,
            kind: ImportKind::Oulad,
            file: self.folder.clone(),
            at,
            by: self.actor.user,
            rows,
            created: Vec::new(),
            undone_at: None,
            sync: None,
            extra: doc! { "made": records },
        };
        Ok(set.insert(Collection::Imports, document(&import)?))
    }

    fn student(&self, registration: &Registration, at: Timestamp) -> User {
        let mut user = User::new(
            UserId(self.desk.ids.object_id()),
            format!("Student {}", registration.student),
            email(registration),
            Role::Student,
            at,
        );
        user.profile.gender = match registration.gender.as_str() {
            "M" => Some(Gender::Male),
            "F" => Some(Gender::Female),
            _ => None,
        };
        user.profile.address.state =
            Some(registration.region.clone()).filter(|region| !region.is_empty());
        user.extra.insert(
            "oulad",
            doc! { "ageBand": &registration.age, "highestEducation": &registration.education },
        );
        user
    }

    fn enrollment(
        &self,
        registration: &Registration,
        presentation: &Presentation,
        student: &User,
        course: &Course,
        now: Timestamp,
    ) -> Enrollment {
        let id = EnrollmentId(self.desk.ids.object_id());
        let end = presentation.end();
        let mut enrollment = Enrollment::new(id, student.id, course.id, registration.registered);
        enrollment.updated_at = now;
        enrollment.start_date = Some(registration.registered.max(presentation.start));
        enrollment.extra.insert(
            "oulad",
            doc! { "finalResult": registration.result.as_str() },
        );
        let passed = match registration.result {
            FinalResult::Withdrawn => {
                enrollment.status = EnrollmentStatus::Cancelled;
                enrollment.ended_at = registration.withdrawn;
                enrollment.end_reason = Some("Withdrawn".to_owned());
                return enrollment;
            }
            FinalResult::Pass | FinalResult::Distinction => {
                enrollment.status = EnrollmentStatus::Completed;
                enrollment.completion_date = Some(end);
                true
            }
            FinalResult::Fail => {
                enrollment.status = EnrollmentStatus::Active;
                false
            }
        };
        enrollment.progress.percentage = 100.0;
        enrollment.progress.last_accessed_at = Some(end);
        enrollment.progress.completed_lessons = course
            .lessons()
            .filter_map(|(_, lesson)| lesson.id)
            .map(|lesson| CompletedLesson {
                lesson_id: lesson.to_hex(),
                completed_at: Some(end),
                time_spent: 0,
                extra: Document::new(),
            })
            .collect();
        enrollment.assessments = vec![AssessmentResult {
            assessment_id: FINAL_RESULT.to_owned(),
            score: Some(if passed { 1.0 } else { 0.0 }),
            max_score: Some(1.0),
            attempts: 1,
            completed_at: Some(end),
            passed,
            extra: Document::new(),
        }];
        enrollment
    }
}

/// What a chunk came to.
#[derive(Default)]
struct Made {
    students: HashMap<String, User>,
    new_students: u64,
    enrollments: u64,
    skipped: u64,
}

fn slug(presentation: &Presentation) -> String {
    format!(
        "ou-{}-{}",
        presentation.module.to_lowercase(),
        presentation.name.to_lowercase()
    )
}

fn email(registration: &Registration) -> String {
    format!("oulad-{}@ou.example", registration.student)
}

/// The presentation's assessments and its final result. In the data coursework adds up to 100 and the
/// exam to another 100; here a course's weights add up to 100, in the same proportions.
fn assessments(presentation: &Presentation) -> Vec<Assessment> {
    let total: f64 = presentation
        .assessments
        .iter()
        .map(|assessment| assessment.weight)
        .sum();
    let scale = if total > 0.0 { 100.0 / total } else { 0.0 };
    let of_data = presentation.assessments.iter().map(|assessment| {
        let due = match assessment.day {
            Some(day) => format!("day {day}"),
            None => "no date".to_owned(),
        };
        let mut extra = Document::new();
        extra.insert("oulad", doc! { "weight": assessment.weight });
        Assessment {
            assessment_id: assessment.id.clone(),
            title: format!("{} {} ({due})", assessment.kind, assessment.id),
            weight: assessment.weight * scale,
            max_score: 100.0,
            pass_score: 40.0,
            required: false,
            extra,
        }
    });
    let result = Assessment {
        assessment_id: FINAL_RESULT.to_owned(),
        title: "Final result of the presentation (1: passed)".to_owned(),
        weight: 0.0,
        max_score: 1.0,
        pass_score: 1.0,
        required: true,
        extra: Document::new(),
    };
    of_data.chain([result]).collect()
}
