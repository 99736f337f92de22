//! Sample data: the small institution of the seed schema, and the large one with eighteen months of
//! history up to today, invented step by step through the rules.
//!
//! Whatever is put in is put in whole: one transaction, so an interrupted seeding leaves nothing.

mod content;
pub(super) mod dice;
mod full;
mod story;
mod world;

use domain::{Code, Refusal, user::UserStatus};
use serde::Serialize;

use self::world::{DAY, World};
use crate::{
    accounts::{HashCost, SAMPLE_PASSWORD, passwords},
    desk::{Desk, Ids},
    error::WorkflowError,
};

/// Which sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedSet {
    /// One student, one instructor, one course.
    Simple,
    /// Some 370 people, 47 courses, more than 2,000 enrollments with their payments.
    Full,
}

/// What was put in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeedOutcome {
    /// It was there before; nothing was done.
    pub already_there: bool,
    /// Stopped by the person; nothing was done.
    pub cancelled: bool,
    /// People made.
    pub people: u64,
    /// Courses made.
    pub courses: u64,
    /// Enrollments made.
    pub enrollments: u64,
    /// Payments made.
    pub payments: u64,
    /// Steps of history.
    pub events: u64,
}

/// The seed number of the large sample.
const SEED: u64 = 20_260_101;

/// Puts a sample into the workspace. What is there already is left alone: a second run says so. Refuses
/// a workspace that holds other courses or enrollments: sample money does not go into real books.
pub fn seed(
    desk: &Desk<'_>,
    set: SeedSet,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<SeedOutcome, WorkflowError> {
    if there(desk, set)? {
        return Ok(SeedOutcome {
            already_there: true,
            ..SeedOutcome::default()
        });
    }
    let foreign = desk.read(|reader| {
        let mut courses = 0_u64;
        reader.every_course(|course| {
            courses += u64::from(course.slug.as_deref() != Some("javascript-fundamentals"));
            Ok(())
        })?;
        Ok(courses)
    })?;
    if foreign > 0 {
        return Err(Refusal::new(
            Code::WrongState,
            "This workspace already holds courses of its own. Sample data goes into a new workspace, or into this \
             one after a reset.",
        )
        .into());
    }
    let mut world = World::new(desk, SEED)?;
    match set {
        SeedSet::Simple => simple(&mut world)?,
        SeedSet::Full => {
            if !full::tell(&mut world, progress, cancelled)? {
                return Ok(SeedOutcome {
                    cancelled: true,
                    ..SeedOutcome::default()
                });
            }
        }
    }
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let outcome = SeedOutcome {
        people: count(world.users.len()),
        courses: count(world.courses.len()),
        enrollments: count(world.enrollments.len()),
        payments: count(world.payments.len()),
        events: count(world.sets.len()),
        ..SeedOutcome::default()
    };
    let sets = std::mem::take(&mut world.sets);
    for done in desk.authority.commit_all(&sets)? {
        done.map_err(|error| {
            WorkflowError::Defect(format!("The sample contradicts itself: {error}"))
        })?;
    }
    Ok(outcome)
}

/// Whether the sample is in the workspace.
fn there(desk: &Desk<'_>, set: SeedSet) -> Result<bool, WorkflowError> {
    let (people, courses) = match set {
        SeedSet::Simple => {
            let simple = content::simple()?;
            (simple.users, simple.courses)
        }
        SeedSet::Full => (content::people()?.staff, content::courses()?),
    };
    desk.read(|reader| {
        let person = people.first().map(|person| reader.user_by_email(&person.email)).transpose()?.flatten();
        let course = courses.first().map(|course| reader.course_by_title(&course.title)).transpose()?.flatten();
        match (person, course) {
            (Some(_), Some(_)) => Ok(true),
            (None, None) => Ok(false),
            _ => Err(Refusal::new(
                Code::Taken,
                "Some of the sample's people or courses are in this workspace, and some are not. Sample data goes \
                 into a new workspace, or into this one after a reset.",
            )
            .into()),
        }
    })
}

/// The hash of the password all sample accounts share; made once, since it would be the same work
/// hundreds of times over.
fn sample_hash(world: &World<'_>) -> Result<String, WorkflowError> {
    passwords::hash(SAMPLE_PASSWORD, &world.ids.random(), HashCost::Sample)
}

fn simple(world: &mut World<'_>) -> Result<(), WorkflowError> {
    let hash = sample_hash(world)?;
    let seeds = content::simple()?;
    let at = world.now - DAY;
    for person in &seeds.users {
        world.person(person, UserStatus::Active, &hash, at)?;
    }
    for course in &seeds.courses {
        full::publish(world, course, at)?;
    }
    Ok(())
}
