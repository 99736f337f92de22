//! An open workspace: its file, its key's place and this desktop's name. What the window, the command
//! line and the tests all work in.
//!
//! A workspace is a directory: `replica.db`, `workspace.json` (nothing secret in it), and
//! `vault.json` where a passphrase stands in for the keyring. Making one is in `first_run`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bson::oid::ObjectId;
use domain::{Code, DeviceId, Refusal, settings::Settings};
use replica::{Key, Replica, StoreError};
use serde::{Deserialize, Serialize};
use vault::{KeyringVault, PassphraseVault, Sensitive, Vault, VaultError};

use crate::{
    desk::{Clock, Desk, Ids},
    error::WorkflowError,
    mail::SMTP_PASSWORD,
    operations::server::{Link, link::SERVER_URI},
};

/// Name of the replica's key in the vault.
pub(crate) const REPLICA_KEY: &str = "replica-key";
/// Name of the key that signs access tokens.
pub(super) const SESSION_KEY: &str = "session-key";
/// Name of the remembered refresh token.
pub(super) const REFRESH_TOKEN: &str = "refresh-token";
/// Every name under which a workspace keeps something in its vault: what goes when it is taken off this
/// computer.
pub const ALL_SECRETS: [&str; 5] = [
    REPLICA_KEY,
    SESSION_KEY,
    REFRESH_TOKEN,
    SERVER_URI,
    SMTP_PASSWORD,
];

pub(crate) const REPLICA_FILE: &str = "replica.db";
pub(crate) const FACTS_FILE: &str = "workspace.json";
pub(super) const VAULT_FILE: &str = "vault.json";
/// Where the replica remembers this desktop's name.
pub(crate) const DEVICE: &str = "device";

/// Where the keys of a workspace are kept, as `workspace.json` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySource {
    /// The operating system's keyring.
    Keyring,
    /// A file sealed with a passphrase.
    Passphrase,
}

/// How to get at the keys.
#[derive(Clone)]
pub enum Keys {
    /// Through the operating system's keyring.
    Keyring,
    /// With the passphrase of this device.
    Passphrase(Sensitive<String>),
    /// Out of a vault somebody opened: for tests, in memory.
    Vault(Arc<dyn Vault>),
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keyring => "Keyring",
            Self::Passphrase(_) => "Passphrase([hidden])",
            Self::Vault(_) => "Vault",
        })
    }
}

impl Keys {
    /// A passphrase where one is given, otherwise the keyring.
    pub fn from_passphrase(passphrase: Option<String>) -> Self {
        match passphrase {
            Some(text) if !text.is_empty() => Self::Passphrase(Sensitive::new(text)),
            _ => Self::Keyring,
        }
    }

    /// Whether this system has a keyring at all.
    pub fn keyring_available() -> bool {
        KeyringVault::open("probe").is_ok()
    }

    pub(crate) fn source(&self) -> KeySource {
        match self {
            Self::Passphrase(_) => KeySource::Passphrase,
            Self::Keyring | Self::Vault(_) => KeySource::Keyring,
        }
    }

    pub(crate) fn vault(&self, dir: &Path, id: ObjectId) -> Result<Arc<dyn Vault>, WorkflowError> {
        Ok(match self {
            Self::Keyring => Arc::new(KeyringVault::open(id.to_hex())?),
            Self::Passphrase(text) => Arc::new(PassphraseVault::open(&dir.join(VAULT_FILE), text)?),
            Self::Vault(vault) => Arc::clone(vault),
        })
    }
}

/// What `workspace.json` says: enough to ask for the right key, and nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceFacts {
    /// The workspace's identifier.
    pub id: ObjectId,
    /// The institution's name when the workspace was made.
    pub institution: String,
    /// Where its keys are.
    pub keys: KeySource,
}

impl WorkspaceFacts {
    /// Reads them without opening the workspace; none where no workspace is.
    pub fn read(dir: &Path) -> Result<Option<Self>, WorkflowError> {
        let path = dir.join(FACTS_FILE);
        let file = |source: io::Error| WorkflowError::File {
            context: format!("The file {} could not be read", path.display()),
            source,
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file(error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| file(io::Error::other(error)))
    }
}

/// An open workspace. Share it in an `Arc`.
pub struct Workspace {
    dir: PathBuf,
    facts: WorkspaceFacts,
    replica: Arc<Replica>,
    device: DeviceId,
    vault: Arc<dyn Vault>,
    has_server: bool,
    link: Option<Link>,
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workspace")
            .field("dir", &self.dir)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

impl Workspace {
    /// Opens the workspace in a directory. The failures are told apart: no workspace there
    /// ([`StoreError::NotFound`]), its key not in the keyring ([`VaultError::Missing`]), no keyring, a
    /// wrong passphrase, another key, a newer file.
    pub fn open(dir: &Path, keys: &Keys) -> Result<Self, WorkflowError> {
        let facts =
            WorkspaceFacts::read(dir)?.ok_or_else(|| StoreError::NotFound(dir.to_owned()))?;
        match (facts.keys, keys) {
            (KeySource::Passphrase, Keys::Keyring) => {
                return Err(Refusal::field(
                    Code::Required,
                    "passphrase",
                    "This workspace is protected by a passphrase.",
                )
                .into());
            }
            (KeySource::Passphrase, Keys::Passphrase(_)) => {
                // Opening a vault that is not there would make an empty one.
                if !PassphraseVault::exists(&dir.join(VAULT_FILE))? {
                    return Err(VaultError::Missing(VAULT_FILE).into());
                }
            }
            // A passphrase that is not needed is not used: the keys are in the keyring.
            (KeySource::Keyring, Keys::Passphrase(_)) => return Self::open(dir, &Keys::Keyring),
            (_, Keys::Vault(_)) | (KeySource::Keyring, Keys::Keyring) => {}
        }
        let vault = keys.vault(dir, facts.id)?;
        let secret = vault
            .get(REPLICA_KEY)?
            .ok_or(VaultError::Missing(REPLICA_KEY))?;
        let replica = Replica::open(&dir.join(REPLICA_FILE), &Key::from_slice(secret.expose())?)?;
        let device = replica
            .meta(DEVICE)?
            .ok_or_else(|| WorkflowError::Defect("the workspace has no device name".to_owned()))?;
        let device = DeviceId::new(device)?;
        let replica = Arc::new(replica);
        Ok(Self {
            dir: dir.to_owned(),
            facts,
            has_server: replica.read(|reader| reader.has_server())?,
            link: Link::open(&replica, &device, vault.as_ref())?,
            replica,
            device,
            vault,
        })
    }

    /// A place to work in it.
    pub fn desk<'a>(&'a self, clock: &'a dyn Clock, ids: &'a dyn Ids) -> Desk<'a> {
        Desk {
            replica: &self.replica,
            authority: match &self.link {
                Some(link) => link.institution(),
                None => self.replica.as_ref(),
            },
            device: &self.device,
            clock,
            ids,
        }
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The workspace's identifier, the `wid` of its sessions.
    pub fn id(&self) -> ObjectId {
        self.facts.id
    }

    /// Where its keys are.
    pub fn key_source(&self) -> KeySource {
        self.facts.keys
    }

    /// Its file.
    pub fn replica(&self) -> &Arc<Replica> {
        &self.replica
    }

    /// Whether it shares an institution's server.
    pub fn has_server(&self) -> bool {
        self.has_server
    }

    /// What ties it to the server; none in a local workspace, and where the connection string is gone.
    pub fn link(&self) -> Option<&Link> {
        self.link.as_ref()
    }

    /// This desktop's name.
    pub fn device(&self) -> &DeviceId {
        &self.device
    }

    /// Where its secrets are.
    pub fn vault(&self) -> &Arc<dyn Vault> {
        &self.vault
    }

    /// The institution's settings, as they are now.
    pub fn settings(&self) -> Result<Settings, WorkflowError> {
        self.replica
            .read(|reader| reader.settings())?
            .ok_or_else(no_settings)
    }
}

pub(crate) fn no_settings() -> WorkflowError {
    WorkflowError::Defect("the workspace has no settings".to_owned())
}
