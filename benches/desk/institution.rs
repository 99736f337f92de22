//! Institutions to measure in: generated once for each size, kept beside the report, and copied for
//! whatever writes.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use domain::{Actor, Currency, Role, UserId, course::CourseStatus};
use replica::{CourseQuery, CourseSort, PeopleQuery, Window};
use vault::{KeyringVault, Sensitive, Vault};
use workflows::{
    Desk, SystemClock, SystemIds,
    accounts::{HashCost, Keys, NewInstitution, Workspace},
    operations::{self, LoadWanted},
};

use crate::figures::{Outcome, since, workshop};

/// The administrator of every institution made here.
pub(crate) const EMAIL: &str = "bench@matricula.example";
/// Their password.
pub(crate) const PASSWORD: &str = "Benchmark2026";
/// What seals the keys.
pub(crate) const PASSPHRASE: &str = "a passphrase that protects nothing";

/// Names of the secrets of a workspace.
const SECRETS: [&str; 2] = ["replica-key", "session-key"];
const SEED: u64 = 1;

/// A workspace with its administrator, open.
pub(crate) struct Institution {
    /// The open workspace.
    pub(crate) workspace: Workspace,
    /// Its administrator.
    pub(crate) admin: Actor,
    /// Enrollments in it.
    pub(crate) enrollments: u64,
}

/// The passphrase as the keys' place.
pub(crate) fn keys() -> Keys {
    Keys::Passphrase(Sensitive::new(PASSPHRASE.to_owned()))
}

/// A desk in a workspace.
pub(crate) fn desk(workspace: &Workspace) -> Desk<'_> {
    workspace.desk(&SystemClock, &SystemIds)
}

/// The directory of the generated institution of that size; made when it is not there.
pub(crate) fn generated(enrollments: u64) -> Outcome<PathBuf> {
    let home = workshop()
        .join("institutions")
        .join(enrollments.to_string());
    if home.exists() {
        return Ok(home);
    }
    println!("Generating {enrollments} enrollments …");
    let start = Instant::now();
    empty(&home, |desk| fill(desk, enrollments).map(|_| ()))?;
    println!("… took {:.0} s", since(start) / 1000.0);
    Ok(home)
}

/// Makes an institution with nobody but its administrator in it, and whatever `more` adds.
pub(crate) fn empty(
    home: &Path,
    more: impl FnOnce(&Desk<'_>) -> Result<(), workflows::WorkflowError>,
) -> Outcome<Workspace> {
    if let Some(parent) = home.parent() {
        fs::create_dir_all(parent)?;
    }
    let new = NewInstitution {
        institution: "Load Institute".to_owned(),
        timezone: "Europe/London".to_owned(),
        currency: Currency::Gbp,
        admin_name: "Bench Admin".to_owned(),
        admin_email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        cost: HashCost::Sample,
        sample: false,
    };
    Ok(Workspace::create_with(
        home,
        &keys(),
        &new,
        &SystemClock,
        &SystemIds,
        more,
    )?)
}

/// Fills an institution with so many enrollments; gives how many were made.
pub(crate) fn fill(desk: &Desk<'_>, enrollments: u64) -> Result<u64, workflows::WorkflowError> {
    let product = workflows::accounts::product(desk);
    let wanted = LoadWanted {
        enrollments,
        seed: SEED,
        // The dashboard and the reports are of these days.
        until: desk.now(),
    };
    let made = operations::generate(desk, &product, wanted, &mut |_, _| {}, &|| false)?;
    Ok(made.enrollments)
}

impl Institution {
    /// Opens the institution in a directory.
    pub(crate) fn open(home: &Path, enrollments: u64) -> Outcome<Self> {
        Self::of(Workspace::open(home, &keys())?, enrollments)
    }

    /// The institution of an open workspace.
    pub(crate) fn of(workspace: Workspace, enrollments: u64) -> Outcome<Self> {
        let admin = workspace
            .replica()
            .read(|reader| reader.user_by_email(EMAIL))?
            .ok_or("the institution has no administrator")?;
        let admin = Actor {
            user: Some(admin.id),
            name: admin.name,
            role: Role::Admin,
            device: workspace.device().clone(),
        };
        Ok(Self {
            workspace,
            admin,
            enrollments,
        })
    }

    /// A place to work in it.
    pub(crate) fn desk(&self) -> Desk<'_> {
        desk(&self.workspace)
    }

    /// Its published courses, those with most students first, each with its instructor.
    pub(crate) fn courses(&self) -> Outcome<Vec<replica::CourseRow>> {
        let query = CourseQuery {
            statuses: vec![CourseStatus::Published],
            sort: CourseSort::Enrollments,
            descending: true,
            ..CourseQuery::default()
        };
        Ok(self
            .workspace
            .replica()
            .read(|reader| reader.courses(&query, Window::first(100)))?
            .rows)
    }

    /// Some of its students.
    pub(crate) fn students(&self, many: u32) -> Outcome<Vec<replica::PersonRow>> {
        let query = PeopleQuery {
            roles: vec![Role::Student],
            ..PeopleQuery::default()
        };
        let mut found = Vec::new();
        while let Ok(more) = u32::try_from(found.len())
            && more < many
        {
            let window = Window::new(u64::from(more), (many - more).min(500));
            let page = self
                .workspace
                .replica()
                .read(|reader| reader.people(&query, window))?;
            if page.rows.is_empty() {
                break;
            }
            found.extend(page.rows);
        }
        Ok(found)
    }

    /// Somebody who teaches, as the one who acts.
    pub(crate) fn teacher(&self, id: UserId, name: &str) -> Actor {
        Actor {
            user: Some(id),
            name: name.to_owned(),
            role: Role::Instructor,
            device: self.workspace.device().clone(),
        }
    }
}

/// A copy of a workspace, to be written to; gone when dropped.
pub(crate) struct Copied {
    /// Its directory.
    pub(crate) home: PathBuf,
}

impl Copied {
    /// Copies a workspace that is not open.
    pub(crate) fn of(home: &Path) -> Outcome<Self> {
        let copy = workshop()
            .join("work")
            .join(format!("{}", std::process::id()));
        if copy.exists() {
            fs::remove_dir_all(&copy)?;
        }
        fs::create_dir_all(&copy)?;
        for entry in fs::read_dir(home)? {
            let entry = entry?;
            fs::copy(entry.path(), copy.join(entry.file_name()))?;
        }
        Ok(Self { home: copy })
    }

    /// Moves its keys into the system's keyring, so that the program opens it unasked.
    pub(crate) fn into_keyring(self) -> Outcome<Self> {
        let workspace = Workspace::open(&self.home, &keys())?;
        let keyring = KeyringVault::open(workspace.id().to_hex())?;
        // The session key is made when somebody first signs in.
        for name in SECRETS {
            if let Some(secret) = workspace.vault().get(name)? {
                keyring.set(name, &secret)?;
            }
        }
        drop(workspace);
        let facts = self.home.join("workspace.json");
        let mut said: serde_json::Value = serde_json::from_str(&fs::read_to_string(&facts)?)?;
        said["keys"] = "keyring".into();
        fs::write(&facts, said.to_string())?;
        Ok(self)
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.home) {
            eprintln!("{} is left: {error}", self.home.display());
        }
    }
}
