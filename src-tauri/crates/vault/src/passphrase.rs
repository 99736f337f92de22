//! A file sealed with a passphrase, for systems without a keyring: argon2id derives a key, AES-256-GCM
//! seals the secrets with it. Written to a new file and renamed, so that a crash leaves the old one.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use aes_gcm::{
    Aes256Gcm, Key, KeyInit, Nonce,
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
/// More than this a file may not ask of the machine that opens it.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 100;

/// Secrets in a sealed file.
#[derive(Debug)]
pub struct PassphraseVault {
    path: PathBuf,
    head: Head,
    key: Sensitive<[u8; 32]>,
    writing: Mutex<()>,
}

/// How the key is derived; in clear, and authenticated with everything sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    format: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

/// The file: JSON, binary parts in hexadecimal.
#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    head: Head,
    /// A fixed text sealed with the key: tells a wrong passphrase from a damaged file.
    check: Box_,
    /// The secrets.
    content: Box_,
}

/// Something sealed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Box")]
struct Box_ {
    nonce: String,
    text: String,
}
