//! First run from a workspace exported on another computer.
//!
//! What is opened is a new desktop of the institution: it gets a name of its own, so that its receipts are
//! a series of their own and never collide with those of the desktop it came from, which may still be at
//! work. Nobody is signed in on it, and a workspace with a server has to reach it before somebody can be.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use bson::doc;
use domain::{Code, Collection, Refusal, Timestamp, audit::Deed, change::Offline};
use replica::{Key, Replica};
use sync::engine::fact;
use vault::{Content, EnvelopeError, Secret, Sensitive, Unsealer, Vault};

use super::{
    dto::OpenExport,
    exporting::Manifest,
    free_name,
    sealed::{refused, unread},
};
use crate::{
    accounts::{
        Keys, Watched, Workspace, WorkspaceFacts,
        first_run::{file, put_in_place, strong_enough, write_facts},
        product, stamp,
        workspace::{DEVICE, FACTS_FILE, REPLICA_FILE, REPLICA_KEY},
    },
    desk::{Clock, Desk, Ids},
    dto::{Nothing, moment},
    error::WorkflowError,
    operations::{self, server::link::SERVER_URI},
};

/// More than any manifest has, in bytes.
const MANIFEST_MOST: u32 = 64 * 1024;
const STRETCH: usize = 1024 * 1024;

/// What was opened.
#[derive(Debug)]
pub struct Opened {
    /// The workspace.
    pub workspace: Workspace,
    /// The desktop it was exported on.
    pub moved_from: String,
    /// When it was exported, RFC 3339.
    pub exported_at: String,
    /// Rows of the ledger that were walked.
    pub ledger_rows: u64,
    /// What does not agree.
    pub findings: u64,
}

/// Opens an exported workspace in `dir`, which does not exist yet, or is empty. A wrong passphrase, an
/// altered or a shortened file is refused, and then nothing remains. Everything in it is checked as
/// `verify` does; what does not agree is counted and left for a person, as it came. `ids` must be truly
/// random.
pub fn open_export(
    dir: &Path,
    keys: &Keys,
    args: &OpenExport,
    (clock, ids): (&dyn Clock, &dyn Ids),
    watched: Watched<'_>,
) -> Result<Opened, WorkflowError> {
    strong_enough(keys)?;
    let path = Path::new(args.path.trim());
    let sealed = File::open(path).map_err(|error| unread(path, error))?;
    let secret = Sensitive::new(args.passphrase.clone());
    let told = |error| {
        refused(
            error,
            path,
            "passphrase",
            "This is not the passphrase the file was sealed with.",
        )
    };
    let mut content =
        Unsealer::new(Content::Workspace, &secret, io::BufReader::new(sealed)).map_err(told)?;
    let manifest = manifest(&mut content).map_err(told)?;
    let facts = WorkspaceFacts {
        // Not the other desktop's: two of them may lie in one keyring.
        id: ids.object_id(),
        institution: manifest.institution.clone(),
        keys: keys.source(),
    };
    let mut bringing = Bringing {
        manifest: &manifest,
        clock,
        ids,
        watched,
    };
    let checked = put_in_place(dir, keys, facts.id, |aside| {
        let target = aside.join(REPLICA_FILE);
        bringing
            .unpack(&mut content, &target)
            .map_err(|why| match why {
                Unpacked::Sealed(error) => told(error),
                Unpacked::Failed(error) => error,
            })?;
        let vault = keys.vault(aside, facts.id)?;
        let checked = bringing.settle(&target, vault.as_ref())?;
        write_facts(&aside.join(FACTS_FILE), &facts)?;
        Ok(checked)
    })?;
    Ok(Opened {
        workspace: Workspace::open(dir, keys)?,
        moved_from: manifest.device.clone(),
        exported_at: moment(Timestamp::from_millis(manifest.exported_at)),
        ledger_rows: checked.ledger_rows,
        findings: checked.findings,
    })
}

fn manifest(content: &mut impl Read) -> Result<Manifest, EnvelopeError> {
    let mut length = [0; 4];
    content.read_exact(&mut length).map_err(short)?;
    let length = u32::from_be_bytes(length);
    if length > MANIFEST_MOST {
        return Err(EnvelopeError::Damaged);
    }
    let mut text = vec![0; usize::try_from(length).unwrap_or(0)];
    content.read_exact(&mut text).map_err(short)?;
    let text = Sensitive::new(text);
    serde_json::from_slice(text.expose()).map_err(|_| EnvelopeError::Damaged)
}

fn short(error: io::Error) -> EnvelopeError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        EnvelopeError::Damaged
    } else {
        EnvelopeError::of(error)
    }
}

enum Unpacked {
    Sealed(EnvelopeError),
    Failed(WorkflowError),
}

struct Checked {
    ledger_rows: u64,
    findings: u64,
}

struct Bringing<'a, 'w> {
    manifest: &'a Manifest,
    clock: &'a dyn Clock,
    ids: &'a dyn Ids,
    watched: Watched<'w>,
}

impl Bringing<'_, '_> {
    /// Writes the copy, as encrypted as it was, to the disk.
    fn unpack(&mut self, content: &mut impl Read, target: &Path) -> Result<(), Unpacked> {
        let failed = |source| Unpacked::Failed(file("could not be written", target, source));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(target).map_err(failed)?;
        let mut stretch = vec![0; STRETCH];
        let mut done: u64 = 0;
        loop {
            if (self.watched.cancelled)() {
                let stopped = Refusal::new(Code::Cancelled, "Stopped; nothing was done here.");
                return Err(Unpacked::Failed(stopped.into()));
            }
            let read = content
                .read(&mut stretch)
                .map_err(|error| Unpacked::Sealed(EnvelopeError::of(error)))?;
            if read == 0 {
                break;
            }
            out.write_all(&stretch[..read]).map_err(failed)?;
            done += u64::try_from(read).unwrap_or(0);
            (self.watched.progress)("unpacking", done, self.manifest.bytes);
        }
        if done != self.manifest.bytes {
            return Err(Unpacked::Sealed(EnvelopeError::Damaged));
        }
        out.sync_all().map_err(failed)
    }

    /// Makes the copy a desktop of its own, and checks what is in it.
    fn settle(&mut self, path: &Path, vault: &dyn Vault) -> Result<Checked, WorkflowError> {
        let secret = hex::decode(&self.manifest.key)
            .map(Secret::new)
            .map_err(|error| WorkflowError::Defect(error.to_string()))?;
        let key = Key::from_slice(secret.expose())?;
        vault.set(REPLICA_KEY, &secret)?;
        if let Some(server) = &self.manifest.server {
            vault.set(SERVER_URI, &Secret::new(server.clone().into_bytes()))?;
        }
        (self.watched.progress)("checking", 0, 0);
        let replica = Replica::open(path, &key)?;
        let device = free_name(&replica.read(|reader| reader.desktops())?, self.ids)?;
        replica.set_meta(DEVICE, device.as_str())?;
        // As if it had never heard of its server: whoever signs in first does so by what the server says.
        replica.set_meta(fact::LAST_CONTACT, "0")?;
        let desk = Desk {
            replica: &replica,
            authority: &replica,
            device: &device,
            clock: self.clock,
            ids: self.ids,
        };
        self.tell(&desk)?;
        let report = operations::verify(&desk, &product(&desk), Nothing {})?;
        replica.close()?;
        Ok(Checked {
            ledger_rows: report.ledger_rows,
            findings: u64::try_from(report.findings.len()).unwrap_or(u64::MAX),
        })
    }

    fn tell(&self, desk: &Desk<'_>) -> Result<(), WorkflowError> {
        desk.decide(|reader| {
            let settings = reader
                .settings()?
                .ok_or_else(crate::accounts::workspace::no_settings)?;
            let at = desk.now();
            let deed = Deed::new("device.moved", Collection::Settings, settings.id)
                .with("name", desk.device.as_str())
                .with("from", self.manifest.device.as_str());
            let set = stamp(desk, product(desk))
                .change_set(deed, Offline::Queue)
                .insert(
                    Collection::Devices,
                    doc! {
                        "_id": desk.ids.object_id(),
                        "name": desk.device.as_str(),
                        "system": std::env::consts::OS,
                        "movedFrom": self.manifest.device.as_str(),
                        "createdAt": at,
                        "updatedAt": at,
                    },
                );
            Ok((set, ()))
        })
    }
}
