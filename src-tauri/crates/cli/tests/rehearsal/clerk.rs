//! Somebody at a desktop, as a process of its own that can be killed: they enroll, take cash, edit people and
//! courses and add people until they are stopped, and say what the product told them was done.

use std::{collections::BTreeSet, env, fs, io::Write, path::PathBuf, thread, time::Duration};

use domain::{
    Actor, Role, course::CourseStatus, ledger::Method, payment::PaymentStatus, user::UserStatus,
};
use replica::{CourseQuery, Page, PaymentQuery, PeopleQuery, Reader, StoreError, Window};
use workflows::{
    Desk, SystemClock, SystemIds, WorkflowError,
    accounts::{HashCost, Keys, Workspace},
    catalog::{self, dto::UpdateCourse},
    dto::ById,
    enrollment::{self, dto::EnrollPeople},
    payments::{self, dto::RecordCash},
    people::{
        self,
        dto::{CreatePerson, ProfileDto, UpdatePerson},
    },
};

pub(crate) const WHAT: &str = "MATRICULA_CLERK";
pub(crate) const FOLDER: &str = "MATRICULA_CLERK_FOLDER";
pub(crate) const PASSPHRASE: &str = "MATRICULA_CLERK_PASSPHRASE";
pub(crate) const SEED: &str = "MATRICULA_CLERK_SEED";
/// How a line begins that says something was done.
pub(crate) const DONE: &str = "done ";

/// Between two looks whether sending is free.
const LOOK: Duration = Duration::from_millis(20);

/// What people were told was done.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    /// People added.
    pub(crate) people: BTreeSet<String>,
    /// People enrolled.
    pub(crate) enrollments: BTreeSet<String>,
    /// Payments cash was taken for; two desktops may have taken it for the same.
    pub(crate) cash: Vec<String>,
}

impl Deeds {
    /// Reads them out of what a clerk said.
    pub(crate) fn of(lines: &[String]) -> Self {
        let mut deeds = Self::default();
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["done", "person", id] => {
                    deeds.people.insert((*id).to_owned());
                }
                ["done", "enrolled", id] => {
                    deeds.enrollments.insert((*id).to_owned());
                }
                ["done", "cash", id] => deeds.cash.push((*id).to_owned()),
                _ => {}
            }
        }
        deeds
    }

    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Self>) {
        for other in others {
            self.people.extend(other.people);
            self.enrollments.extend(other.enrollments);
            self.cash.extend(other.cash);
        }
    }
}

/// The process; does nothing where nobody started it as one.
#[test]
fn child() {
    let Ok(what) = env::var(WHAT) else {
        return;
    };
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    let words = fs::read_to_string(env::var_os(PASSPHRASE).unwrap()).unwrap();
    let keys = Keys::from_passphrase(Some(words.trim_end().to_owned()));
    let workspace = Workspace::open(&folder, &keys).unwrap();
    match what.as_str() {
        "sending" => send(&workspace),
        _ => work(&workspace, env::var(SEED).unwrap().parse().unwrap()),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

fn send(workspace: &Workspace) {
    let engine = workspace.link().unwrap().engine();
    // Whoever was killed before still has the lease for sending, until it runs out.
    loop {
        match engine.push_once().unwrap() {
            sync::Pushed::Nothing => return,
            sync::Pushed::Elsewhere => thread::park_timeout(LOOK),
            _ => say("done sent"),
        }
    }
}

fn work(workspace: &Workspace, seed: u64) {
    let desk = workspace.desk(&SystemClock, &SystemIds);
    let clerk = Clerk {
        actor: workflows::accounts::product(&desk),
        desk,
        draw: std::cell::Cell::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
        seed,
    };
    for n in 0_u64.. {
        let done = match n % 6 {
            0 => clerk.add(n).map(Some),
            1 | 2 => clerk.enroll(),
            3 | 4 => clerk.cash(),
            _ if n % 12 == 5 => clerk.rename(n),
            _ => clerk.describe(n),
        };
        match done {
            Ok(Some(what)) => say(&format!("{DONE}{what}")),
            Ok(None) => say("not done"),
            // The person read it, and somebody else was there first.
            Err(WorkflowError::Refused(refusal)) => say(&format!("refused {}", refusal.message)),
            Err(error) => panic!("{error}"),
        }
    }
}

struct Clerk<'a> {
    desk: Desk<'a>,
    actor: Actor,
    draw: std::cell::Cell<u64>,
    seed: u64,
}

type Done = Result<Option<String>, WorkflowError>;

impl Clerk<'_> {
    /// The next number below that one (xorshift).
    fn below(&self, bound: u64) -> u64 {
        let mut x = self.draw.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.draw.set(x);
        x % bound.max(1)
    }

    /// Adds a person.
    fn add(&self, n: u64) -> Result<String, WorkflowError> {
        let device = self.desk.device;
        let id = people::create(
            &self.desk,
            &self.actor,
            CreatePerson {
                name: format!("Late Arrival {n}"),
                email: format!("late-{device}-{}-{n}@example.org", self.seed).to_lowercase(),
                role: Role::Student,
                password: None,
                profile: ProfileDto::default(),
            },
            HashCost::Sample,
        )?;
        Ok(format!("person {id}"))
    }

    /// Enrolls a student in a course, both drawn.
    fn enroll(&self) -> Done {
        let query = PeopleQuery {
            roles: vec![Role::Student],
            statuses: vec![UserStatus::Active],
            ..PeopleQuery::default()
        };
        let student = self.drawn(
            |reader, window| reader.people(&query, window),
            |row| row.id.to_hex(),
        )?;
        let query = CourseQuery {
            statuses: vec![CourseStatus::Published],
            ..CourseQuery::default()
        };
        let course = self.drawn(
            |reader, window| reader.courses(&query, window),
            |row| row.id.to_hex(),
        )?;
        let (Some(student), Some(course)) = (student, course) else {
            return Ok(None);
        };
        let outcome = enrollment::enroll(
            &self.desk,
            &self.actor,
            EnrollPeople {
                users: vec![student],
                course,
                method: Method::Cash,
            },
        )?;
        let enrolled = outcome
            .enrolled
            .first()
            .and_then(|one| one.enrollment.clone());
        Ok(enrolled.map(|id| format!("enrolled {id}")))
    }

    /// Takes cash for a payment that waits.
    fn cash(&self) -> Done {
        let query = PaymentQuery {
            statuses: vec![PaymentStatus::Pending],
            ..PaymentQuery::default()
        };
        let id = self.drawn(
            |reader, window| reader.payments(&query, window),
            |row| row.id.to_hex(),
        )?;
        let Some(id) = id else { return Ok(None) };
        let waiting = payments::payment(&self.desk, &self.actor, ById { id: id.clone() })?;
        let booked = payments::payment_record_cash(
            &self.desk,
            &self.actor,
            RecordCash {
                id: id.clone(),
                rev: waiting.rev,
                amount_minor: waiting.amount.minor,
                received_on: None,
                note: None,
            },
        )?;
        assert!(booked.receipt_number.is_some(), "cash without a receipt");
        Ok(Some(format!("cash {id}")))
    }

    /// Renames a student.
    fn rename(&self, n: u64) -> Done {
        let query = PeopleQuery {
            roles: vec![Role::Student],
            ..PeopleQuery::default()
        };
        let id = self.drawn(
            |reader, window| reader.people(&query, window),
            |row| row.id.to_hex(),
        )?;
        let Some(id) = id else { return Ok(None) };
        let found = people::person(&self.desk, &self.actor, ById { id: id.clone() })?;
        people::person_update(
            &self.desk,
            &self.actor,
            UpdatePerson {
                id: id.clone(),
                rev: found.rev,
                name: format!("Renamed at {} {n}", self.desk.device),
                email: found.email,
                email_verified: found.email_verified,
                profile: found.profile,
            },
        )?;
        Ok(Some(format!("renamed {id}")))
    }

    /// Rewrites a course's description and tags.
    fn describe(&self, n: u64) -> Done {
        let query = CourseQuery::default();
        let id = self.drawn(
            |reader, window| reader.courses(&query, window),
            |row| row.id.to_hex(),
        )?;
        let Some(id) = id else { return Ok(None) };
        let found = catalog::course(&self.desk, &self.actor, ById { id: id.clone() })?;
        let mut fields = found.fields;
        fields.description = format!("Described at {}, {n}.", self.desk.device);
        fields.tags.push(format!("t{}-{n}", self.seed));
        fields.tags.truncate(8);
        catalog::course_update(
            &self.desk,
            &self.actor,
            UpdateCourse {
                id: id.clone(),
                rev: found.rev,
                fields,
            },
        )?;
        Ok(Some(format!("described {id}")))
    }

    /// The id of one row of a list, drawn: the first page says how many there are.
    fn drawn<T>(
        &self,
        list: impl Fn(&Reader<'_>, Window) -> Result<Page<T>, StoreError>,
        id: impl Fn(&T) -> String,
    ) -> Done {
        self.desk.read(|reader| {
            let total = list(reader, Window::first(1))?.total.value;
            let page = list(reader, Window::new(self.below(total), 1))?;
            Ok(page.rows.first().map(&id))
        })
    }
}
