//! First run: an institution on this desktop, with its key, its settings, this desktop's name and its
//! first administrator, or nothing at all. The workspace is made in a directory beside the one asked
//! for, which takes its name when everything is in it.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use bson::{doc, oid::ObjectId};
use domain::{
    Actor, Code, Currency, DeviceId, Refusal, Role, UserId,
    rules::{Stamp, accounts as rules, people},
    settings::Settings,
    user::User,
};
use replica::{Key, Replica};
use vault::{Secret, Vault};

use super::{
    dto::CreateInstitution,
    passwords::{self, HashCost},
    strength,
    workspace::{
        ALL_SECRETS, DEVICE, FACTS_FILE, Keys, REPLICA_FILE, REPLICA_KEY, Workspace, WorkspaceFacts,
    },
};
use crate::{
    desk::{Clock, Desk, Ids},
    error::WorkflowError,
};

/// The password of every account of a sample institution; the window shows it there, and only there.
pub const SAMPLE_PASSWORD: &str = "Matricula2026";
/// The administrator a sample institution begins with.
pub const SAMPLE_ADMIN_EMAIL: &str = "admin@matricula.example";
const SAMPLE_ADMIN_NAME: &str = "Margaret Osei";
const SAMPLE_INSTITUTION: &str = "Northbridge Institute";

/// An institution to be made.
#[derive(Clone, Debug)]
pub struct NewInstitution {
    /// Its name, as typed.
    pub institution: String,
    /// IANA name.
    pub timezone: String,
    /// Proposed for new courses.
    pub currency: Currency,
    /// The first administrator's name, as typed.
    pub admin_name: String,
    /// Their e-mail.
    pub admin_email: String,
    /// Their password.
    pub password: String,
    /// What the hash of that password costs.
    pub cost: HashCost,
    /// It is a sample institution.
    pub sample: bool,
}

impl From<CreateInstitution> for NewInstitution {
    fn from(args: CreateInstitution) -> Self {
        Self {
            institution: args.institution,
            timezone: args.timezone,
            currency: args.currency,
            admin_name: args.admin_name,
            admin_email: args.admin_email,
            password: args.password,
            cost: HashCost::Standard,
            sample: false,
        }
    }
}

impl Workspace {
    /// Makes the institution and opens its workspace. `dir` does not exist yet, or is empty. `ids`
    /// must be truly random: the workspace's key comes from them.
    pub fn create(
        dir: &Path,
        keys: &Keys,
        new: &NewInstitution,
        clock: &dyn Clock,
        ids: &dyn Ids,
    ) -> Result<Self, WorkflowError> {
        Self::create_with(dir, keys, new, clock, ids, |_| Ok(()))
    }

    /// The same, with more put into it before it counts as made: when `fill` fails or is cancelled,
    /// nothing remains.
    pub fn create_with(
        dir: &Path,
        keys: &Keys,
        new: &NewInstitution,
        clock: &dyn Clock,
        ids: &dyn Ids,
        fill: impl FnOnce(&Desk<'_>) -> Result<(), WorkflowError>,
    ) -> Result<Self, WorkflowError> {
        // Everything a person may have typed wrong is found before anything is touched.
        strong_enough(keys)?;
        let plan = Plan::new(new, clock, ids)?;
        put_in_place(dir, keys, plan.settings.id, |aside| {
            make(aside, keys, &plan, clock, ids, fill)
        })?;
        Self::open(dir, keys)
    }
}

/// Everything that is decided before the disk is touched.
struct Plan {
    settings: Settings,
    admin: User,
    device: DeviceId,
}

impl Plan {
    fn new(new: &NewInstitution, clock: &dyn Clock, ids: &dyn Ids) -> Result<Self, WorkflowError> {
        let institution = rules::institution(&new.institution)?;
        let timezone = people::timezone("timezone", &new.timezone)?;
        let at_form = |field: &str| {
            let field = field.to_owned();
            move |refusal: Refusal| Refusal {
                field: Some(field),
                ..refusal
            }
        };
        let name = people::name(&new.admin_name).map_err(at_form("adminName"))?;
        let email = people::email(&new.admin_email).map_err(at_form("adminEmail"))?;
        strength::acceptable(
            "password",
            &new.password,
            &[&new.admin_name, &new.admin_email, &new.institution],
        )?;
        let mut settings =
            Settings::new(ids.object_id(), institution, timezone.clone(), new.currency);
        settings.sample = new.sample;
        let mut admin = User::new(
            UserId(ids.object_id()),
            name,
            email,
            Role::Admin,
            clock.now(),
        );
        admin.email_verified = true;
        admin.preferences.timezone = timezone;
        admin.password = Some(passwords::hash(&new.password, &ids.random(), new.cost)?);
        Ok(Self {
            settings,
            admin,
            device: fresh_device_name(ids)?,
        })
    }
}

/// Fewest characters of a passphrase: it alone guards a copied file.
const PASSPHRASE_MIN: usize = 8;

pub(crate) fn strong_enough(keys: &Keys) -> Result<(), Refusal> {
    match keys {
        Keys::Passphrase(text) if text.expose().chars().count() < PASSPHRASE_MIN => {
            Err(Refusal::field(
                Code::Invalid,
                "passphrase",
                format!("A passphrase has {PASSPHRASE_MIN} or more characters."),
            ))
        }
        _ => Ok(()),
    }
}

/// Four letters and digits without those that look alike, at random: a million names.
pub(crate) fn fresh_device_name(ids: &dyn Ids) -> Result<DeviceId, WorkflowError> {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let name: String = ids
        .random()
        .iter()
        .take(4)
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    Ok(DeviceId::new(name)?)
}

fn make(
    aside: &Path,
    keys: &Keys,
    plan: &Plan,
    clock: &dyn Clock,
    ids: &dyn Ids,
    fill: impl FnOnce(&Desk<'_>) -> Result<(), WorkflowError>,
) -> Result<(), WorkflowError> {
    let id = plan.settings.id;
    let vault = keys.vault(aside, id)?;
    // The key is safe before there is anything it opens.
    let key = Key::from_bytes(ids.random());
    vault.set(REPLICA_KEY, &Secret::new(key.expose().to_vec()))?;
    let replica = Replica::create(&aside.join(REPLICA_FILE), &key)?;
    replica.set_meta(DEVICE, plan.device.as_str())?;
    let desk = Desk {
        replica: &replica,
        authority: &replica,
        device: &plan.device,
        clock,
        ids,
    };
    let at = clock.now();
    let stamp = Stamp {
        op: ids.op(at),
        at,
        actor: Actor {
            user: Some(plan.admin.id),
            name: plan.admin.name.clone(),
            role: Role::Admin,
            device: plan.device.clone(),
        },
    };
    let device = doc! {
        "_id": ids.object_id(),
        "name": plan.device.as_str(),
        "system": std::env::consts::OS,
        "createdAt": at,
        "updatedAt": at,
    };
    let founded = rules::founded(&stamp, &plan.settings, device, &plan.admin)?;
    desk.authority.commit(&founded)?;
    fill(&desk)?;
    replica.close()?;
    let facts = WorkspaceFacts {
        id,
        institution: plan.settings.institution.clone(),
        keys: keys.source(),
    };
    write_facts(&aside.join(FACTS_FILE), &facts)
}

/// Refuses a directory that has something in it.
pub(crate) fn free(dir: &Path) -> Result<(), WorkflowError> {
    if WorkspaceFacts::read(dir)?.is_some() {
        return Err(Refusal::new(
            Code::Taken,
            format!("There is already an institution in {}.", dir.display()),
        )
        .into());
    }
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Refusal::new(
                Code::Taken,
                format!(
                    "The folder {} is not empty. Choose another one.",
                    dir.display()
                ),
            )
            .into()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(file("could not be read", dir, error)),
    }
}

/// Makes a workspace in a directory beside the one asked for, which takes its name when everything is in
/// it. When `make` fails, nothing remains: neither files nor, in the vault under `id`, keys.
pub(crate) fn put_in_place<T>(
    dir: &Path,
    keys: &Keys,
    id: ObjectId,
    make: impl FnOnce(&Path) -> Result<T, WorkflowError>,
) -> Result<T, WorkflowError> {
    free(dir)?;
    let aside = beside(dir)?;
    remove(&aside)?;
    fs::create_dir_all(&aside).map_err(|e| file("could not be made", &aside, e))?;
    let made = make(&aside).and_then(|made| {
        if dir.exists() {
            fs::remove_dir(dir).map_err(|e| file("could not be replaced", dir, e))?;
        }
        fs::rename(&aside, dir).map_err(|e| file("could not be put in place", dir, e))?;
        sync_parent(dir);
        Ok(made)
    });
    if made.is_err() {
        undo(&aside, keys, id);
    }
    made
}

/// Where the workspace is made: on the same disk, so that renaming is one step.
fn beside(dir: &Path) -> Result<PathBuf, WorkflowError> {
    let name = dir.file_name().ok_or_else(|| {
        Refusal::new(
            Code::Invalid,
            format!("{} cannot hold a workspace.", dir.display()),
        )
    })?;
    let mut aside = std::ffi::OsString::from(".");
    aside.push(name);
    aside.push(".unfinished");
    Ok(dir.with_file_name(aside))
}

fn remove(dir: &Path) -> Result<(), WorkflowError> {
    match fs::remove_dir_all(dir) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(file("could not be removed", dir, error)),
    }
}

/// Takes back what a failed creation left. What cannot be taken back is harmless: an unfinished
/// directory goes with the next attempt, and a key nothing is sealed with opens nothing.
fn undo(aside: &Path, keys: &Keys, id: ObjectId) {
    if let Err(error) = remove(aside) {
        tracing::warn!(%error, "an unfinished workspace could not be removed");
    }
    if matches!(keys, Keys::Passphrase(_)) {
        return;
    }
    let forgotten = keys
        .vault(aside, id)
        .and_then(|vault| forget(vault.as_ref()));
    if let Err(error) = forgotten {
        tracing::warn!(%error, "the key of an unfinished workspace could not be forgotten");
    }
}

/// Takes a workspace off this desktop: its keys first, then its directory.
pub fn wipe(dir: &Path, vault: &dyn Vault) -> Result<(), WorkflowError> {
    // Each whatever becomes of the other: a file without its key is noise, and so is a key without its file.
    let forgotten = forget(vault);
    remove(dir)?;
    forgotten
}

fn forget(vault: &dyn Vault) -> Result<(), WorkflowError> {
    ALL_SECRETS
        .map(|name| vault.delete(name))
        .into_iter()
        .collect::<Result<(), _>>()?;
    Ok(())
}

pub(crate) fn write_facts(path: &Path, facts: &WorkspaceFacts) -> Result<(), WorkflowError> {
    let text = serde_json::to_vec_pretty(facts)
        .map_err(|error| WorkflowError::Defect(format!("writing workspace.json: {error}")))?;
    let written = File::create(path).and_then(|mut out| {
        out.write_all(&text)?;
        out.sync_all()
    });
    written.map_err(|error| file("could not be written", path, error))
}

/// The new name is on the disk when the directory it is in is. Not every system can; the rename stands
/// either way.
fn sync_parent(dir: &Path) {
    let synced = dir
        .parent()
        .map(|parent| File::open(parent).and_then(|parent| parent.sync_all()));
    if let Some(Err(error)) = synced {
        tracing::debug!(%error, "the folder of the workspace could not be flushed");
    }
}

pub(crate) fn file(what: &str, path: &Path, source: io::Error) -> WorkflowError {
    WorkflowError::File {
        context: format!("{} {what}", path.display()),
        source,
    }
}

/// Makes the sample institution: an administrator with the shown password, and whatever `fill` puts in
/// (the seeds). Cancelling it leaves nothing behind.
pub fn create_sample(
    dir: &Path,
    keys: &Keys,
    clock: &dyn Clock,
    ids: &dyn Ids,
    fill: impl FnOnce(&Desk<'_>) -> Result<(), WorkflowError>,
) -> Result<Workspace, WorkflowError> {
    let new = NewInstitution {
        institution: SAMPLE_INSTITUTION.to_owned(),
        timezone: "Europe/London".to_owned(),
        currency: Currency::Gbp,
        admin_name: SAMPLE_ADMIN_NAME.to_owned(),
        admin_email: SAMPLE_ADMIN_EMAIL.to_owned(),
        password: SAMPLE_PASSWORD.to_owned(),
        cost: HashCost::Sample,
        sample: true,
    };
    Workspace::create_with(dir, keys, &new, clock, ids, fill)
}
