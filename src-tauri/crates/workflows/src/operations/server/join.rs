//! First run: taking a place at an institution's server, and making the institution there when it has
//! none.
//!
//! Everything that is made on the server is a change set committed there. The copy on this desktop is
//! made in `accounts`.

use std::collections::BTreeSet;

use bson::{Document, doc};
use domain::{
    Actor, ChangeSet, Code, Collection, DeviceId, Reach, Refusal, Role, Scope, UserId,
    audit::Deed,
    change::{Change, Offline},
    rules::{Stamp, accounts as rules, people as people_rules},
    settings::Settings,
    user::User,
};
use remote::{
    Server, ServerOptions,
    port::{Outcome, Port, Source},
};

use super::{
    connect::{dial, every, holds, people, reach, whole},
    dto::{ConnectInstitution, CreateOnServer, DatabaseHolds},
    migrations::prepare,
    reached::refused,
    words,
};
use crate::{
    accounts::{HashCost, fresh_device_name, passwords},
    desk::{Clock, Ids},
    error::WorkflowError,
    learning::CERTIFICATE_KEY,
};

/// A place at an institution's server: what the copy on this desktop begins with.
#[derive(Debug)]
pub struct Joined {
    /// How to reach the server.
    pub(crate) options: ServerOptions,
    /// This desktop's name, known to the server.
    pub(crate) device: DeviceId,
    /// Whose records it keeps.
    pub(crate) scope: Scope,
    /// The institution.
    pub(crate) settings: Settings,
}

/// How often another name for the desktop is tried.
const NAMES: usize = 50;

/// Takes a place at the server: prepares the database where asked, makes the institution where there is
/// none, and writes this desktop down. What is missing is refused before anything is written.
pub fn join(
    args: &ConnectInstitution,
    cost: HashCost,
    clock: &dyn Clock,
    ids: &dyn Ids,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Joined, WorkflowError> {
    let options = words::options(&args.address);
    let server = dial(&options)?;
    let found = holds(&server)?;
    if found.what == DatabaseHolds::Newer {
        return Err(Refusal::new(
            Code::WrongState,
            "A newer version of the program has prepared this database. Update this one first.",
        )
        .into());
    }
    if found.pending > 0 && !args.migrate {
        return Err(Refusal::field(
            Code::NotReady,
            "migrate",
            format!(
                "The database is not ready for this program: {} migrations have to run first.",
                found.pending
            ),
        )
        .into());
    }
    let scope = scope(&server, args)?;
    let lacking = found.settings.is_none() || found.admins == 0;
    let new = match &args.create {
        Some(create) if lacking => Some(New::check(create, found.admins > 0, cost, clock, ids)?),
        _ if lacking => return Err(nobody_there(found.settings.is_some()).into()),
        _ => None,
    };
    progress("preparing", 0, 0);
    let device = free_name(&server, ids)?;
    if found.pending > 0 {
        let go_on = args.accept_offending.unwrap_or(false);
        prepare(&server, &device, clock.now(), go_on, progress)?;
    }
    let arrival = Arrival {
        server: &server,
        device: &device,
        clock,
        ids,
    };
    let settings = match (found.settings, new) {
        (Some(settings), new) => {
            if let Some(admin) = new.as_ref().and_then(|new| new.admin.as_ref()) {
                arrival.administrator(admin)?;
            }
            arrival.join(&settings)?;
            settings
        }
        (None, Some(new)) => {
            arrival.found(&new)?;
            new.settings
        }
        (None, None) => return Err(nobody_there(false).into()),
    };
    Ok(Joined {
        options: ServerOptions {
            device: Some(device.clone()),
            ..options
        },
        device,
        scope,
        settings,
    })
}

fn nobody_there(institution: bool) -> Refusal {
    Refusal::field(
        Code::Required,
        "create",
        if institution {
            "This institution has no active administrator. Name one."
        } else {
            "There is no institution in this database yet. Name it and its first administrator."
        },
    )
}

/// Whose records this desktop will keep; at most what the login allows.
fn scope(server: &Server, args: &ConnectInstitution) -> Result<Scope, WorkflowError> {
    let wanted = Reach::from(args.scope);
    if !reach(&server.health().roles).allows(wanted) {
        return Err(Refusal::field(
            Code::Forbidden,
            "scope",
            "This login may not have so much of the institution's records.",
        )
        .into());
    }
    let role = match wanted {
        Reach::Office => return Ok(Scope::Office),
        Reach::Finance => return Ok(Scope::Finance),
        Reach::Instructor => Role::Instructor,
        Reach::Student => Role::Student,
    };
    let email = args
        .person
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    if email.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            "person",
            "Give the e-mail address of the person whose desktop this is.",
        )
        .into());
    }
    let person = people(server, "email", &email)?
        .into_iter()
        .find(|person| {
            person
                .get_str("role")
                .is_ok_and(|found| found == role.as_str())
        })
        .and_then(|person| person.get_object_id("_id").ok())
        .ok_or_else(|| {
            Refusal::field(
                Code::NotFound,
                "person",
                format!(
                    "The institution has no {} with this e-mail address.",
                    role.as_str()
                ),
            )
        })?;
    Ok(match role {
        Role::Instructor => Scope::Instructor(UserId(person)),
        _ => Scope::Student(UserId(person)),
    })
}

/// A name no desktop of the institution has.
fn free_name(server: &Server, ids: &dyn Ids) -> Result<DeviceId, WorkflowError> {
    let taken: BTreeSet<String> = every(server, &whole(Source::Documents(Collection::Devices)))?
        .iter()
        .filter_map(|device| device.get_str("name").ok().map(str::to_owned))
        .collect();
    for _ in 0..NAMES {
        let name = fresh_device_name(ids)?;
        if !taken.contains(name.as_str()) {
            return Ok(name);
        }
    }
    Err(Refusal::new(
        Code::Taken,
        "No free name for this desktop was found. Try again.",
    )
    .into())
}

/// The institution to be made, checked.
struct New {
    settings: Settings,
    /// None: the database has administrators already, and no other was named.
    admin: Option<User>,
}

impl New {
    fn check(
        create: &CreateOnServer,
        has_admin: bool,
        cost: HashCost,
        clock: &dyn Clock,
        ids: &dyn Ids,
    ) -> Result<Self, WorkflowError> {
        let at = |field: &'static str| {
            move |refusal: Refusal| Refusal {
                field: Some(format!("create.{field}")),
                ..refusal
            }
        };
        let institution = rules::institution(&create.institution).map_err(at("institution"))?;
        let timezone =
            people_rules::timezone("timezone", &create.timezone).map_err(at("timezone"))?;
        let mut settings = Settings::new(
            ids.object_id(),
            institution,
            timezone.clone(),
            create.currency,
        );
        settings
            .extra
            .insert(CERTIFICATE_KEY, hex::encode(ids.random()));
        if has_admin && create.admin_email.trim().is_empty() {
            return Ok(Self {
                settings,
                admin: None,
            });
        }
        let name = people_rules::name(&create.admin_name).map_err(at("adminName"))?;
        let email = people_rules::email(&create.admin_email).map_err(at("adminEmail"))?;
        rules::password("password", &create.password).map_err(at("password"))?;
        let mut admin = User::new(
            UserId(ids.object_id()),
            name,
            email,
            Role::Admin,
            clock.now(),
        );
        admin.email_verified = true;
        admin.preferences.timezone = timezone;
        admin.password = Some(passwords::hash(&create.password, &ids.random(), cost)?);
        Ok(Self {
            settings,
            admin: Some(admin),
        })
    }
}

/// A desktop that writes itself down at a server.
struct Arrival<'a> {
    server: &'a Server,
    device: &'a DeviceId,
    clock: &'a dyn Clock,
    ids: &'a dyn Ids,
}

impl Arrival<'_> {
    fn stamp(&self, by: Option<&User>) -> Stamp {
        let at = self.clock.now();
        Stamp {
            op: self.ids.op(at),
            at,
            actor: Actor {
                user: by.map(|user| user.id),
                name: by.map_or_else(|| "Matricula".to_owned(), |user| user.name.clone()),
                role: Role::Admin,
                device: self.device.clone(),
            },
        }
    }

    fn document(&self) -> Document {
        let at = self.clock.now();
        doc! {
            "_id": self.ids.object_id(),
            "name": self.device.as_str(),
            "system": std::env::consts::OS,
            "createdAt": at,
            "updatedAt": at,
        }
    }

    /// The institution, this desktop and the first administrator.
    fn found(&self, new: &New) -> Result<(), WorkflowError> {
        let device = self.document();
        let whole = match &new.admin {
            Some(admin) => rules::founded(&self.stamp(Some(admin)), &new.settings, device, admin)?,
            None => {
                let settings = document(&new.settings)?;
                let deed = Deed::new("institution.founded", Collection::Settings, new.settings.id)
                    .with("name", new.settings.institution.as_str());
                self.stamp(None)
                    .change_set(deed, Offline::Queue)
                    .insert(Collection::Settings, settings)
                    .insert(Collection::Devices, device)
            }
        };
        self.commit(whole)
    }

    /// This desktop, at an institution that is there.
    fn join(&self, settings: &Settings) -> Result<(), WorkflowError> {
        let device = self.document();
        let deed = Deed::new("device.joined", Collection::Settings, settings.id)
            .with("name", self.device.as_str());
        let joined = self
            .stamp(None)
            .change_set(deed, Offline::Queue)
            .insert(Collection::Devices, device);
        self.commit(joined)
    }

    /// An administrator, where the institution has none.
    fn administrator(&self, admin: &User) -> Result<(), WorkflowError> {
        let deed = Deed::new("person.created", Collection::Users, admin.id)
            .with("name", admin.name.as_str())
            .with("role", Role::Admin.as_str());
        let made = self
            .stamp(None)
            .change_set(deed, Offline::Queue)
            .insert(Collection::Users, document(admin)?);
        self.commit(made)
    }

    /// In one step, or document by document where the server has no transactions.
    fn commit(&self, change_set: ChangeSet) -> Result<(), WorkflowError> {
        let abilities = self.server.abilities().map_err(refused)?;
        if abilities.transactions || change_set.changes.len() < 2 {
            return self.commit_one(&change_set);
        }
        // The settings come last: until they are there, there is no institution.
        let mut changes: Vec<Change> = change_set.changes.clone();
        changes.reverse();
        for change in changes {
            let at = self.clock.now();
            self.commit_one(&ChangeSet {
                op: self.ids.op(at),
                changes: vec![change],
                ..change_set.clone()
            })?;
        }
        Ok(())
    }

    fn commit_one(&self, change_set: &ChangeSet) -> Result<(), WorkflowError> {
        match self.server.commit(change_set).map_err(refused)? {
            Outcome::Applied(_) | Outcome::AlreadyApplied(_) => Ok(()),
            Outcome::Missed { refusal, .. } | Outcome::Refused(refusal) => Err(refusal.into()),
        }
    }
}

fn document<T: serde::Serialize>(value: &T) -> Result<Document, WorkflowError> {
    bson::serialize_to_document(value).map_err(|error| WorkflowError::Defect(error.to_string()))
}
