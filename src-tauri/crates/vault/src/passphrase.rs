//! A file sealed with a passphrase, for systems without a keyring: argon2id derives a key, AES-256-GCM
//! seals the secrets with it. Written to a new file and renamed, so that a crash leaves the old one; whoever
//! changes it holds the lock of the empty file beside it, so that two programs lose nothing of each other's.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::{Secret, Sensitive, Vault, VaultError};

/// What the file's first field says.
const FORMAT: &str = "matricula-vault-1";
/// argon2id at OWASP's second choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// More than this a file may not ask of the machine that opens it: it would be busy for seconds.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 8;
const MOST_LANES: u32 = 8;

/// Bytes of a salt, of an AES-GCM nonce.
const SALT: usize = 16;
const NONCE: usize = 12;
/// What is sealed to recognise the passphrase by.
const CHECK: &[u8] = b"matricula";

/// Secrets in a sealed file.
#[derive(Debug)]
pub struct PassphraseVault {
    path: PathBuf,
    head: Head,
    key: Sensitive<[u8; 32]>,
    writing: Mutex<()>,
}

/// How the key is derived, in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    format: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

/// The file, as JSON with binary parts in hexadecimal.
#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    head: Head,
    /// [`CHECK`], sealed: tells a wrong passphrase from a damaged file.
    check: Envelope,
    /// The secrets by name, sealed.
    content: Envelope,
}

#[derive(Debug, Serialize, Deserialize)]
struct Envelope {
    nonce: String,
    text: String,
}

type Secrets = BTreeMap<String, String>;

impl PassphraseVault {
    /// Opens the file, or prepares a new one where there is none; the new one is written at once, so
    /// that a typing error cannot show up only at the next start. Takes a good part of a second.
    pub fn open(path: &Path, passphrase: &Sensitive<String>) -> Result<Self, VaultError> {
        if let Some(sealed) = read_file(path)? {
            return Self::unseal(path, sealed, passphrase);
        }
        let _alone = alone(path)?;
        // Another program may have made it while this one waited.
        match read_file(path)? {
            Some(sealed) => Self::unseal(path, sealed, passphrase),
            None => Self::create(path, passphrase),
        }
    }

    /// Whether a vault file is there.
    pub fn exists(path: &Path) -> Result<bool, VaultError> {
        fs::exists(path).map_err(|source| VaultError::Io {
            path: path.to_owned(),
            source,
        })
    }

    fn create(path: &Path, passphrase: &Sensitive<String>) -> Result<Self, VaultError> {
        let head = Head {
            format: FORMAT.to_owned(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: hex::encode(random::<SALT>()?),
        };
        let key =
            derive(&head, passphrase).map_err(|error| VaultError::Sealing(error.to_string()))?;
        let vault = Self {
            path: path.to_owned(),
            head,
            key,
            writing: Mutex::new(()),
        };
        vault.write(&Secrets::new())?;
        Ok(vault)
    }

    fn unseal(
        path: &Path,
        sealed: Sealed,
        passphrase: &Sensitive<String>,
    ) -> Result<Self, VaultError> {
        let damaged = |reason: &str| VaultError::Damaged {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        let Head {
            format,
            memory_kib,
            passes,
            lanes,
            ..
        } = &sealed.head;
        if format != FORMAT {
            return Err(damaged("it is not a vault of this version of Matricula"));
        }
        if *memory_kib > MOST_MEMORY_KIB || *passes > MOST_PASSES || *lanes > MOST_LANES {
            return Err(damaged(
                "it asks for more memory or time than any vault needs",
            ));
        }
        let key = derive(&sealed.head, passphrase).map_err(|error| damaged(&error.to_string()))?;
        let vault = Self {
            path: path.to_owned(),
            head: sealed.head,
            key,
            writing: Mutex::new(()),
        };
        // An altered head derives another key, so it looks like a wrong passphrase.
        match vault.decrypt(&sealed.check) {
            Some(check) if check.expose() == CHECK => Ok(vault),
            _ => Err(VaultError::WrongPassphrase),
        }
    }

    fn read(&self) -> Result<Secrets, VaultError> {
        let damaged = |reason: &str| VaultError::Damaged {
            path: self.path.clone(),
            reason: reason.to_owned(),
        };
        let sealed = read_file(&self.path)?.ok_or_else(|| damaged("it has disappeared"))?;
        if sealed.head != self.head {
            return Err(VaultError::WrongPassphrase);
        }
        let content = self
            .decrypt(&sealed.content)
            .ok_or_else(|| damaged("its content was altered after it was sealed"))?;
        serde_json::from_slice(content.expose())
            .map_err(|_| damaged("its content is no list of secrets"))
    }

    /// Seals everything anew and puts it in the old file's place in one step.
    fn write(&self, secrets: &Secrets) -> Result<(), VaultError> {
        let plain = serde_json::to_vec(secrets)
            .map(Sensitive::new)
            .map_err(|error| VaultError::Sealing(error.to_string()))?;
        let sealed = Sealed {
            head: self.head.clone(),
            check: self.encrypt(CHECK)?,
            content: self.encrypt(plain.expose())?,
        };
        let text = serde_json::to_vec_pretty(&sealed)
            .map_err(|error| VaultError::Sealing(error.to_string()))?;
        replace_file(&self.path, &text).map_err(|source| VaultError::Io {
            path: self.path.clone(),
            source,
        })
    }

    fn change(&self, edit: impl FnOnce(&mut Secrets)) -> Result<(), VaultError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let _alone = alone(&self.path)?;
        let mut secrets = self.read()?;
        edit(&mut secrets);
        let written = self.write(&secrets);
        wipe(secrets);
        written
    }

    fn encrypt(&self, plain: &[u8]) -> Result<Envelope, VaultError> {
        let nonce = random::<NONCE>()?;
        let text = self
            .cipher()
            .encrypt(
                (&nonce).into(),
                Payload {
                    msg: plain,
                    aad: self.head.salt.as_bytes(),
                },
            )
            .map_err(|_| VaultError::Sealing("the cipher refused".to_owned()))?;
        Ok(Envelope {
            nonce: hex::encode(nonce),
            text: hex::encode(text),
        })
    }

    /// None when the key is another one or the text was altered.
    fn decrypt(&self, envelope: &Envelope) -> Option<Secret> {
        let nonce: [u8; NONCE] = hex::decode(&envelope.nonce).ok()?.try_into().ok()?;
        let text = hex::decode(&envelope.text).ok()?;
        self.cipher()
            .decrypt(
                (&nonce).into(),
                Payload {
                    msg: &text,
                    aad: self.head.salt.as_bytes(),
                },
            )
            .ok()
            .map(Sensitive::new)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(self.key.expose().into())
    }
}

impl Vault for PassphraseVault {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        let secrets = self.read()?;
        let found = secrets.get(name).map(|digits| {
            hex::decode(digits)
                .map(Sensitive::new)
                .map_err(|_| VaultError::Damaged {
                    path: self.path.clone(),
                    reason: format!("the secret {name} is not hexadecimal"),
                })
        });
        wipe(secrets);
        found.transpose()
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.change(|secrets| {
            secrets.insert(name.to_owned(), hex::encode(secret.expose()));
        })
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.change(|secrets| {
            secrets.remove(name);
        })
    }
}

fn wipe(secrets: Secrets) {
    for mut digits in secrets.into_values() {
        digits.zeroize();
    }
}

/// Why no key comes out of a head and a passphrase.
#[derive(Debug, thiserror::Error)]
enum Underivable {
    #[error("its salt is not hexadecimal")]
    Salt(#[from] hex::FromHexError),
    #[error("{0}")]
    Argon2(#[from] argon2::Error),
}

fn derive(head: &Head, passphrase: &Sensitive<String>) -> Result<Sensitive<[u8; 32]>, Underivable> {
    let salt = hex::decode(&head.salt)?;
    let params = Params::new(head.memory_kib, head.passes, head.lanes, Some(32))?;
    let mut key = [0_u8; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
        passphrase.expose().as_bytes(),
        &salt,
        &mut key,
    )?;
    Ok(Sensitive::new(key))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| VaultError::Sealing(error.to_string()))?;
    Ok(bytes)
}

fn read_file(path: &Path) -> Result<Option<Sealed>, VaultError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(VaultError::Io {
                path: path.to_owned(),
                source,
            });
        }
    };
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|error| VaultError::Damaged {
            path: path.to_owned(),
            reason: format!("it is not a vault: {error}"),
        })
}

/// Waits until no other program changes the file. The lock ends with the value, or with the program however
/// that ends; its empty file stays, because taking it away would take it from under whoever waits.
fn alone(path: &Path) -> Result<File, VaultError> {
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let held = (|| {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&lock)?;
        file.lock()?;
        Ok(file)
    })();
    held.map_err(|source| VaultError::Io { path: lock, source })
}

/// Writes beside the file, to the disk, then renames: a crash leaves the old file or the new one.
fn replace_file(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = (|| {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        // Only where a folder can be opened as a file does the rename need a flush of its own.
        #[cfg(unix)]
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    })();
    if written.is_err()
        && let Err(error) = fs::remove_file(&beside)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    written
}
