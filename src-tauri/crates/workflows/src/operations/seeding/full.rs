//! The large sample: staff and catalog first, then a year and a half of students.

use std::collections::BTreeMap;

use domain::{
    CourseId, Role, UserId,
    course::CourseStatus,
    rules::{
        people::{self, email},
        publishing::{self, Step},
    },
    text,
    user::UserStatus,
};

use super::{
    content::{self, AddressSeed, CourseSeed, People, PersonSeed, PreferencesSeed, ProfileSeed},
    dice::Dice,
    sample_hash,
    story::{Event, Story},
    world::{DAY, HOUR, MINUTE, World},
};
use crate::{error::WorkflowError, learning::certificates};

/// Students of the sample.
const STUDENTS: usize = 345;
/// Times somebody means to enroll; some find they are in the course already.
const INTENTS: usize = 2_480;
/// How long ago the history begins.
const SPAN: i64 = 545 * DAY;
/// Half-days of the history told between two reports of progress.
const STRIDE: i64 = 5 * DAY;
/// Its own dice, apart from the identifiers'.
const DICE: u64 = 4_711;

/// Invents the history. False when it was cancelled.
pub(super) fn tell(
    world: &mut World<'_>,
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<bool, WorkflowError> {
    // Up to midnight by UTC: whoever makes the sample gets the same at every hour, and on every day the same, moved.
    world.now = world.now.div_euclid(DAY) * DAY;
    let mut dice = Dice::new(DICE);
    let hash = sample_hash(world)?;
    let seeds = content::people()?;
    let begin = world.now - SPAN;
    let mut staff: BTreeMap<Role, Vec<UserId>> = BTreeMap::new();
    for (n, person) in seeds.staff.iter().enumerate() {
        let at = begin - 40 * DAY + i64::try_from(n).unwrap_or(0) * 7 * MINUTE;
        let id = world.person(person, UserStatus::Active, &hash, at)?;
        staff.entry(person.role).or_default().push(id);
    }

    // People, courses and intents each in the order of time, then all together.
    let mut plan: Vec<(i64, Doing)> = Vec::new();
    let mut published: Vec<(i64, usize)> = Vec::new();
    let courses = content::courses()?;
    for (n, course) in courses.iter().enumerate() {
        let open = match course.status.as_str() {
            "published" if n % 4 == 3 => begin + dice.between(20, 330) * DAY,
            "published" | "archived" => begin - dice.between(1, 25) * DAY,
            _ => world.now - dice.between(4, 20) * DAY,
        };
        let open = daytime(&mut dice, open);
        plan.push((open, Doing::Course(n)));
        if matches!(course.status.as_str(), "published" | "archived") {
            published.push((open + 4 * DAY, n));
        }
        if course.status == "archived" {
            let day = dice.between(70, 120);
            let at = daytime(&mut dice, world.now - day * DAY);
            plan.push((at, Doing::Archive(n)));
        }
    }
    let mut arrived: Vec<(i64, usize)> = Vec::new();
    for n in 0..STUDENTS {
        let at = if n < 90 {
            begin - dice.between(1, 14) * DAY
        } else {
            begin + dice.between(0, 535) * DAY
        };
        let at = daytime(&mut dice, at).min(world.now - 3 * DAY);
        arrived.push((at, n));
        plan.push((at, Doing::Student(n)));
    }
    arrived.sort_unstable();
    for _ in 0..INTENTS {
        let day = moment(&mut dice);
        let at = daytime(&mut dice, begin + day);
        let here = arrived.partition_point(|(came, _)| *came + HOUR < at);
        let open: Vec<usize> = published
            .iter()
            .filter(|(from, _)| *from < at)
            .map(|(_, n)| *n)
            .collect();
        let (Some((_, student)), Some(course)) =
            (arrived.get(dice.below(here)), popular(&mut dice, &open))
        else {
            continue;
        };
        plan.push((at, Doing::Intent(*student, course)));
    }
    plan.sort_unstable();
    write(
        world, dice, &hash, &seeds, &courses, &staff, &plan, progress, cancelled,
    )
}

/// Something the plan holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    Course(usize),
    Archive(usize),
    Student(usize),
    Intent(usize, usize),
}

/// A moment of the history: three times as many in the last year as in the half year before.
fn moment(dice: &mut Dice) -> i64 {
    let day = if dice.percent(14) {
        dice.between(2, 180)
    } else {
        dice.between(180, 544)
    };
    day * DAY
}

/// The same day at an hour people are awake.
fn daytime(dice: &mut Dice, at: i64) -> i64 {
    at.div_euclid(DAY) * DAY
        + dice.between(7 * 60, 21 * 60 - 1) * MINUTE
        + dice.between(0, 59) * 1000
}

/// One of the courses; some are taken far more often than others.
fn popular(dice: &mut Dice, open: &[usize]) -> Option<usize> {
    let (a, b) = (dice.below(open.len()), dice.below(open.len()));
    // The smaller of two throws of a fixed order: a gentle slope.
    let weigh = |n: usize| (open.get(n).copied().unwrap_or(0) * 29) % 47;
    open.get(if weigh(a) <= weigh(b) { a } else { b }).copied()
}

#[allow(clippy::too_many_arguments)]
fn write(
    world: &mut World<'_>,
    dice: Dice,
    hash: &str,
    seeds: &People,
    courses: &[CourseSeed],
    staff: &BTreeMap<Role, Vec<UserId>>,
    plan: &[(i64, Doing)],
    progress: &mut dyn FnMut(u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<bool, WorkflowError> {
    let (begin, end) = (world.now - SPAN, world.now);
    let key = certificates::key(world.desk)?;
    let threshold = world
        .desk
        .read(|reader| Ok(reader.settings()?))?
        .map_or(20_000, |s| s.refund_threshold_minor);
    let mut people = dice.clone();
    let mut story = Story::new(world, dice, content::texts()?, staff, threshold, key);
    let mut students: BTreeMap<usize, UserId> = BTreeMap::new();
    let mut made: BTreeMap<usize, CourseId> = BTreeMap::new();
    let total = u64::try_from(SPAN / STRIDE).unwrap_or(1);
    let mut next_report = begin;
    for (at, doing) in plan {
        if *at > next_report {
            let done = u64::try_from((*at - begin) / STRIDE)
                .unwrap_or(0)
                .min(total);
            progress(done, total);
            next_report = *at + STRIDE;
            if cancelled() {
                return Ok(false);
            }
        }
        story.run_until(*at)?;
        match doing {
            Doing::Student(n) => {
                let seed = student(&mut people, seeds, *n)?;
                let id = story.world.person(&seed, UserStatus::Active, hash, *at)?;
                students.insert(*n, id);
            }
            Doing::Course(n) => {
                let Some(seed) = courses.get(*n) else {
                    continue;
                };
                let course = catalog(&mut story, seed, *at, *n)?;
                made.insert(*n, course);
            }
            Doing::Archive(n) => {
                if let Some(course) = made.get(n) {
                    let admin = story.admins.first().copied();
                    step(story.world, *course, Step::Archive, admin, "", *at)?;
                }
            }
            Doing::Intent(student, course) => {
                if let (Some(student), Some(course)) = (students.get(student), made.get(course)) {
                    story.plan(*at, Event::Enroll(*student, *course));
                }
            }
        }
    }
    story.run_until(end)?;
    let admins = story.admins.clone();
    let world = story.world;
    let closed: Vec<UserId> = students
        .iter()
        .filter(|(n, _)| *n % 29 == 7)
        .map(|(_, id)| *id)
        .collect();
    sign_ins(world, &mut people, &closed, end)?;
    closed_accounts(world, &closed, &admins, end)?;
    world.sets.sort_by_key(|set| set.at);
    progress(total, total);
    Ok(true)
}

/// A course and its way as far as the seed says it came.
fn catalog(
    story: &mut Story<'_, '_>,
    seed: &CourseSeed,
    at: i64,
    n: usize,
) -> Result<CourseId, WorkflowError> {
    let teacher = teacher(story.world, &seed.instructor)?;
    let id = story.world.draft(seed, teacher, at)?;
    if seed.status == "draft" && n.is_multiple_of(2) {
        return Ok(id);
    }
    let admin = story.admins.get(n % story.admins.len().max(1)).copied();
    step(
        story.world,
        id,
        Step::Submit,
        Some(teacher),
        "",
        at + 5 * HOUR,
    )?;
    if n % 6 == 5 || seed.status == "draft" {
        let notes = story.texts.changes_requested.clone();
        let note = notes
            .get(n % notes.len().max(1))
            .cloned()
            .unwrap_or_default();
        step(
            story.world,
            id,
            Step::RequestChanges,
            admin,
            &note,
            at + 26 * HOUR,
        )?;
        if seed.status == "draft" {
            return Ok(id);
        }
        step(
            story.world,
            id,
            Step::Submit,
            Some(teacher),
            "",
            at + 50 * HOUR,
        )?;
    }
    if seed.status != "under-review" {
        step(story.world, id, Step::Publish, admin, "", at + 74 * HOUR)?;
    }
    Ok(id)
}

/// A course in the catalog at once, for the small sample.
pub(super) fn publish(
    world: &mut World<'_>,
    seed: &CourseSeed,
    at: i64,
) -> Result<(), WorkflowError> {
    let teacher = teacher(world, &seed.instructor)?;
    let id = world.draft(seed, teacher, at)?;
    step(world, id, Step::Submit, Some(teacher), "", at + HOUR)?;
    step(world, id, Step::Publish, None, "", at + 2 * HOUR)
}

fn teacher(world: &World<'_>, address: &str) -> Result<UserId, WorkflowError> {
    let found = world
        .users
        .values()
        .find(|user| user.email == address)
        .map(|user| user.id);
    found.ok_or_else(|| WorkflowError::Defect(format!("seeds: nobody has the address {address}")))
}

fn step(
    world: &mut World<'_>,
    course: CourseId,
    step: Step,
    by: Option<UserId>,
    note: &str,
    at: i64,
) -> Result<(), WorkflowError> {
    let Some(course) = world.courses.get(&course).cloned() else {
        return Ok(());
    };
    if course.status != step.transition().0 {
        return Ok(());
    }
    debug_assert!(course.status != CourseStatus::Published || step == Step::Archive);
    let actor = by.map_or_else(|| world.product(), |user| world.actor(user));
    let set = publishing::take(
        &world.stamp(actor, at),
        &course,
        course.rev(),
        step,
        note,
        0,
    )?;
    world.keep(set)
}

/// A student out of names and cities.
fn student(dice: &mut Dice, seeds: &People, n: usize) -> Result<PersonSeed, WorkflowError> {
    // Steps without a common divisor pair every first name with many last names, none twice.
    let first = pick(&seeds.first_names, n * 7 + 3);
    let last = pick(&seeds.last_names, n * 11 + n / 13);
    let city = seeds.cities.get(dice.below(seeds.cities.len())).cloned();
    let address = text::slug(&format!("{first} {last}")).replace('-', ".");
    let address = email(&format!("{address}.{}@student.example", n + 101))?;
    let phone = dice
        .percent(55)
        .then(|| format!("+880 1200-{:06}", 20_000 + n));
    Ok(PersonSeed {
        name: format!("{first} {last}"),
        email: address,
        role: Role::Student,
        profile: ProfileSeed {
            phone,
            bio: None,
            address: AddressSeed {
                city: city.as_ref().map(|city| city.city.clone()),
                country: city.as_ref().map(|city| city.country.clone()),
            },
        },
        preferences: PreferencesSeed {
            language: None,
            timezone: city.map(|city| city.timezone),
        },
    })
}

fn pick(from: &[String], n: usize) -> String {
    from.get(n % from.len().max(1)).cloned().unwrap_or_default()
}

/// When people were last here: their last step, or a look in the last weeks.
fn sign_ins(
    world: &mut World<'_>,
    dice: &mut Dice,
    closed: &[UserId],
    now: i64,
) -> Result<(), WorkflowError> {
    let mut last: BTreeMap<UserId, i64> = BTreeMap::new();
    for set in &world.sets {
        if let Some(user) = set.actor.user {
            let at = set.at.timestamp_millis();
            last.entry(user)
                .and_modify(|known| *known = at.max(*known))
                .or_insert(at);
        }
    }
    let users: Vec<UserId> = world
        .users
        .keys()
        .copied()
        .filter(|user| !closed.contains(user))
        .collect();
    for user in users {
        let Some(person) = world.users.get(&user) else {
            continue;
        };
        let seen = match last.get(&user) {
            Some(at) => *at - 3 * MINUTE,
            None if dice.percent(60) => {
                let since = (now - person.created_at.timestamp_millis()) / HOUR;
                person.created_at.timestamp_millis() + dice.between(0, since.max(1)) * HOUR
            }
            None => continue,
        };
        let session = domain::rules::accounts::NewSession {
            id: crate::desk::Ids::object_id(&world.ids),
            token_hash: hex::encode(crate::desk::Ids::random(&world.ids)),
            device: world.desk.device.clone(),
        };
        let stamp = world.stamp(world.actor(user), seen.min(now - MINUTE));
        let mut set =
            domain::rules::accounts::signed_in(&stamp, person, &session, None, None, &[])?;
        // The session itself ended long ago; only that they were here is kept.
        set.changes.retain(|change| {
            !matches!(
                change,
                domain::Change::Insert {
                    collection: domain::Collection::Sessions,
                    ..
                }
            )
        });
        set.guards.clear();
        world.keep(set)?;
    }
    Ok(())
}

/// A few accounts that are no longer open.
fn closed_accounts(
    world: &mut World<'_>,
    closed: &[UserId],
    admins: &[UserId],
    now: i64,
) -> Result<(), WorkflowError> {
    for (n, id) in closed.iter().enumerate() {
        let Some(user) = world.users.get(id).cloned() else {
            continue;
        };
        let (status, why) = if n % 2 == 0 {
            (
                UserStatus::Suspended,
                Some("Shared the account with others in spite of two warnings."),
            )
        } else {
            (UserStatus::Inactive, None)
        };
        let at = now - (1 + i64::try_from(n % 20).unwrap_or(0)) * HOUR;
        let actor = admins
            .first()
            .map_or_else(|| world.product(), |admin| world.actor(*admin));
        let set = people::set_status(&world.stamp(actor, at), &user, status, why, 3, &[])?;
        world.keep(set)?;
    }
    Ok(())
}
