//! Sealing a copy of the whole workspace into one file, to be opened on another computer (`opening`) or
//! kept as a backup.
//!
//! The copy is one consistent state, encrypted under a key of its own which is only in the sealed file.
//! A desktop whose changes have not all reached the server is not exported: two copies that send the same
//! changes would renumber each other's receipts.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use domain::{Actor, Code, Collection, Refusal, audit::Deed, change::Offline, role::Permission};
use replica::Key;
use serde::{Deserialize, Serialize};
use vault::{Content, EnvelopeError, Sealer, Sensitive};
use zeroize::Zeroize;

use super::{
    dto::ExportWorkspace,
    prove,
    sealed::{WORKSPACE, refused},
};
use crate::{
    accounts::{Workspace, stamp, strength},
    desk::Desk,
    dto::SavedFile,
    error::WorkflowError,
    operations::server::link::SERVER_URI,
    print::save_new_with,
};

/// The copy before it is sealed, beside the workspace's own file.
const COPY: &str = "export.db";
/// Bytes sealed between two reports of progress.
const STRETCH: usize = 1024 * 1024;

/// What comes before the copy in a sealed workspace.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    /// The institution's name.
    pub(super) institution: String,
    /// The desktop it was exported on.
    pub(super) device: String,
    /// When, in milliseconds since 1970.
    pub(super) exported_at: i64,
    /// The program's version.
    pub(super) program: String,
    /// The copy's key, in hexadecimal.
    pub(super) key: String,
    /// The connection string, where the workspace has a server.
    pub(super) server: Option<String>,
    /// Bytes of the copy.
    pub(super) bytes: u64,
}

impl Drop for Manifest {
    fn drop(&mut self) {
        self.key.zeroize();
        self.server.zeroize();
    }
}

/// Seals a copy of the workspace into a new file in `folder`. A person proves to be the one signed in.
/// Stopped or failing, no file remains.
pub fn export_workspace(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &ExportWorkspace,
    folder: &Path,
    progress: &mut dyn FnMut(&str, u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<SavedFile, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let settings = workspace.settings()?;
    strength::passphrase("passphrase", &args.passphrase, &[&settings.institution])?;
    prove(desk, actor, &args.password)?;
    nothing_waits(desk)?;
    progress("copying", 0, 0);
    let copy = Copy::of(workspace, desk)?;
    let manifest = Manifest {
        institution: settings.institution.clone(),
        device: desk.device.to_string(),
        exported_at: desk.now().timestamp_millis(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        key: hex::encode(copy.key.expose()),
        server: address(workspace)?,
        bytes: copy.bytes,
    };
    let day = crate::dto::moment(desk.now());
    let stem = format!("{} {}", settings.institution, &day[..10.min(day.len())]);
    let secret = Sensitive::new(args.passphrase.clone());
    // After the copy, which has nothing waiting, and before the file: nothing leaves without the line.
    desk.decide(|_| {
        let deed = Deed::new("workspace.exported", Collection::Settings, settings.id)
            .with("file", stem.as_str());
        Ok((
            stamp(desk, actor.clone()).change_set(deed, Offline::Queue),
            (),
        ))
    })?;
    save_new_with(folder, &stem, WORKSPACE, |file| {
        let mut sealing = Sealing {
            copy: &copy,
            progress,
            cancelled,
        };
        sealing.write(&manifest, &secret, file)
    })
}

fn nothing_waits(desk: &Desk<'_>) -> Result<(), WorkflowError> {
    let counts = desk.read(|reader| Ok(reader.queue_counts()?))?;
    let waits = counts.waiting + counts.lines + counts.dead;
    if waits == 0 {
        return Ok(());
    }
    Err(Refusal::new(
        Code::NotReady,
        format!(
            "{waits} changes of this desktop have not reached the institution's server. Send them first, or settle those that need attention; then export."
        ),
    )
    .into())
}

fn address(workspace: &Workspace) -> Result<Option<String>, WorkflowError> {
    if !workspace.has_server() {
        return Ok(None);
    }
    Ok(workspace
        .vault()
        .get(SERVER_URI)?
        .map(|secret| String::from_utf8_lossy(secret.expose()).into_owned()))
}

/// The copy on the disk; it goes when this does.
struct Copy {
    path: PathBuf,
    key: Key,
    bytes: u64,
}

impl Copy {
    fn of(workspace: &Workspace, desk: &Desk<'_>) -> Result<Self, WorkflowError> {
        let path = workspace.dir().join(COPY);
        let failed = |source| WorkflowError::File {
            context: format!("{} could not be written", path.display()),
            source,
        };
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let key = Key::from_bytes(desk.ids.random());
        workspace.replica().copy_to(&path, &key)?;
        let bytes = path.metadata().map_err(failed)?.len();
        Ok(Self { path, key, bytes })
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "the copy made for an export could not be removed");
        }
    }
}

struct Sealing<'a> {
    copy: &'a Copy,
    progress: &'a mut dyn FnMut(&str, u64, u64),
    cancelled: &'a dyn Fn() -> bool,
}

impl Sealing<'_> {
    fn write(
        &mut self,
        manifest: &Manifest,
        secret: &Sensitive<String>,
        file: &mut File,
    ) -> Result<(), WorkflowError> {
        let told = |error| refused(error, &self.copy.path, "passphrase", "");
        let text = serde_json::to_vec(manifest)
            .map(Sensitive::new)
            .map_err(|error| WorkflowError::Defect(error.to_string()))?;
        let length = u32::try_from(text.expose().len())
            .map_err(|error| WorkflowError::Defect(error.to_string()))?;
        let mut sealer = Sealer::new(Content::Workspace, secret, file).map_err(told)?;
        let written = sealer
            .write_all(&length.to_be_bytes())
            .and_then(|()| sealer.write_all(text.expose()));
        written.map_err(|error| told(EnvelopeError::of(error)))?;
        let mut copy = File::open(&self.copy.path).map_err(|error| told(error.into()))?;
        let mut stretch = vec![0; STRETCH];
        let mut done: u64 = 0;
        loop {
            if (self.cancelled)() {
                return Err(Refusal::new(Code::Cancelled, "Stopped; no file was written.").into());
            }
            let read = copy
                .read(&mut stretch)
                .map_err(|error| told(error.into()))?;
            if read == 0 {
                break;
            }
            sealer
                .write_all(&stretch[..read])
                .map_err(|error| told(EnvelopeError::of(error)))?;
            done += u64::try_from(read).unwrap_or(0);
            (self.progress)("sealing", done, self.copy.bytes);
        }
        sealer.finish().map_err(told)?;
        Ok(())
    }
}
