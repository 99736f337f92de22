//! The sealed file: what leaves this computer (a workspace, an invitation) is sealed under a passphrase or
//! a one-time code. One format for all of them, in one place.
//!
//! A head in clear, then the content in pieces of 64 KiB. The key is derived with argon2id; each piece is
//! sealed with AES-256-GCM under a nonce that counts the pieces and marks the last one, as in STREAM
//! (Hoang, Reyhanitabar, Rogaway, Vizár 2015), and is bound to the head. So a piece that was altered, moved,
//! left out or added is found, and so is a file cut short at the end of a piece.
//!
//! Head: `MTRCSEAL`, version, kind of content, memory in KiB and passes (big-endian, 4 bytes each), salt
//! (16), nonce (7), a sealed mark by which a wrong secret is told from a damaged file (25), and the first 8
//! bytes of the SHA-256 of all that, by which a damaged head is told from a wrong secret.
//!
//! Deliberately absent: what the content means, and where files lie.

use std::io::{self, ErrorKind, Read, Write};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::{Sensitive, VaultError, passphrase::random};

const MAGIC: &[u8; 8] = b"MTRCSEAL";
/// The only version there is.
const VERSION: u8 = 1;
/// argon2id with 46 MiB and two passes, twice what OWASP asks at that memory: the file may lie about for
/// years.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 2;
/// More than this a file may not ask of the machine that opens it.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const SALT: usize = 16;
const NONCE: usize = 7;
const TAG: usize = 16;
const MARK: &[u8; 9] = b"matricula";
const SUM: usize = 8;
/// Bytes of the head before the sealed mark.
const OPEN_HEAD: usize = 8 + 1 + 1 + 4 + 4 + SALT + NONCE;
/// Bytes of the whole head.
const HEAD: usize = OPEN_HEAD + MARK.len() + TAG + SUM;
/// Bytes of content in a piece.
const PIECE: usize = 64 * 1024;
/// The number the mark is sealed under; pieces of content count from 0 and never come so far.
const MARK_NUMBER: u32 = u32::MAX;

/// What a sealed file holds. A file of one kind is not opened as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A whole workspace, to be moved to another computer.
    Workspace,
    /// An invitation of a desktop.
    Invitation,
}

impl Content {
    const fn byte(self) -> u8 {
        match self {
            Self::Workspace => 1,
            Self::Invitation => 2,
        }
    }
}

/// Why a sealed file could not be made or opened. Never with content.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// It does not begin as one.
    #[error("This is not a file sealed by Matricula.")]
    NotSealed,
    /// It holds something else than was asked for.
    #[error("This sealed file holds something else.")]
    OtherContent,
    /// A later program made it.
    #[error("This file was made by a newer version of Matricula. Update this one first.")]
    Newer,
    /// The secret is another one.
    #[error("The passphrase or code is not the one this file was sealed with.")]
    WrongSecret,
    /// It was altered or cut short.
    #[error("The file is damaged: it was altered or cut short after it was made.")]
    Damaged,
    /// The disk.
    #[error("The file could not be read or written: {0}")]
    Io(#[from] io::Error),
    /// The system gives no random numbers, or the cipher refused its parameters.
    #[error("The file could not be sealed: {0}")]
    Sealing(String),
}

impl From<VaultError> for EnvelopeError {
    fn from(error: VaultError) -> Self {
        Self::Sealing(error.to_string())
    }
}

impl From<EnvelopeError> for io::Error {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Io(error) => error,
            other => Self::new(ErrorKind::InvalidData, other),
        }
    }
}

impl EnvelopeError {
    /// What an error of reading an [`Unsealer`] was.
    pub fn of(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(ours) => ours,
            Err(error) => Self::Io(error),
        }
    }
}

/// What both sides share: the cipher, the counting nonce, the head every piece is bound to.
struct Cipher {
    cipher: Aes256Gcm,
    nonce: [u8; NONCE],
    bound: Vec<u8>,
    next: u32,
}

impl Cipher {
    fn new(
        head: &[u8],
        salt: &[u8],
        nonce: [u8; NONCE],
        secret: &Sensitive<String>,
        (memory, passes): (u32, u32),
    ) -> Result<Self, EnvelopeError> {
        let failed = |error: argon2::Error| EnvelopeError::Sealing(error.to_string());
        let params = Params::new(memory, passes, 1, Some(32)).map_err(failed)?;
        let mut key = [0_u8; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret.expose().as_bytes(), salt, &mut key)
            .map_err(failed)?;
        let cipher = Aes256Gcm::new((&key).into());
        key.zeroize();
        Ok(Self {
            cipher,
            nonce,
            bound: head.to_vec(),
            next: 0,
        })
    }

    fn nonce(&self, number: u32, last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[..NONCE].copy_from_slice(&self.nonce);
        nonce[NONCE..11].copy_from_slice(&number.to_be_bytes());
        nonce[11] = u8::from(last);
        nonce
    }

    fn seal(&self, number: u32, last: bool, text: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
        let nonce = self.nonce(number, last);
        let payload = Payload {
            msg: text,
            aad: &self.bound,
        };
        self.cipher
            .encrypt((&nonce).into(), payload)
            .map_err(|_| EnvelopeError::Sealing("the cipher refused".to_owned()))
    }

    fn open(&self, number: u32, last: bool, text: &[u8]) -> Option<Vec<u8>> {
        let nonce = self.nonce(number, last);
        let payload = Payload {
            msg: text,
            aad: &self.bound,
        };
        self.cipher.decrypt((&nonce).into(), payload).ok()
    }

    /// The number of the piece that comes now. A file of 2³² − 1 pieces would have 256 TiB.
    fn count(&mut self) -> Result<u32, EnvelopeError> {
        let number = self.next;
        if number == MARK_NUMBER {
            return Err(EnvelopeError::Sealing("it is too large".to_owned()));
        }
        self.next += 1;
        Ok(number)
    }
}

/// Seals what is written to it. [`Self::finish`] writes the end: a file without it does not open.
pub struct Sealer<W: Write> {
    out: W,
    cipher: Cipher,
    piece: Vec<u8>,
}

impl<W: Write> std::fmt::Debug for Sealer<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl<W: Write> Sealer<W> {
    /// Begins a file. Takes a good part of a second.
    pub fn new(
        content: Content,
        secret: &Sensitive<String>,
        mut out: W,
    ) -> Result<Self, EnvelopeError> {
        let (salt, nonce) = (random::<SALT>()?, random::<NONCE>()?);
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&[VERSION, content.byte()]);
        head.extend_from_slice(&MEMORY_KIB.to_be_bytes());
        head.extend_from_slice(&PASSES.to_be_bytes());
        head.extend_from_slice(&salt);
        head.extend_from_slice(&nonce);
        let cipher = Cipher::new(&head, &salt, nonce, secret, (MEMORY_KIB, PASSES))?;
        head.extend_from_slice(&cipher.seal(MARK_NUMBER, false, MARK)?);
        let sum = Sha256::digest(&head);
        head.extend_from_slice(&sum[..SUM]);
        out.write_all(&head)?;
        Ok(Self {
            out,
            cipher,
            piece: Vec::with_capacity(PIECE),
        })
    }

    /// Seals the last piece and gives back what was written to.
    pub fn finish(mut self) -> Result<W, EnvelopeError> {
        self.send(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn send(&mut self, last: bool) -> Result<(), EnvelopeError> {
        let number = self.cipher.count()?;
        let sealed = self.cipher.seal(number, last, &self.piece)?;
        self.piece.zeroize();
        self.out.write_all(&sealed)?;
        Ok(())
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE {
            self.send(false)?;
        }
        let room = PIECE - self.piece.len();
        let (taken, _) = text.split_at(text.len().min(room));
        self.piece.extend_from_slice(taken);
        Ok(taken.len())
    }

    /// A piece is written when it is full, and the last one by [`Sealer::finish`].
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads what was sealed, piece by piece. An altered or shortened file ends in an error, of which
/// [`EnvelopeError::of`] says what it was; until the end has been read nothing of it is to be trusted.
pub struct Unsealer<R: Read> {
    from: R,
    cipher: Cipher,
    /// The sealed piece after the one being read: whether it is empty says whether that is the last.
    ahead: Vec<u8>,
    piece: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> std::fmt::Debug for Unsealer<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unsealer")
    }
}

impl<R: Read> Unsealer<R> {
    /// Reads the head and tries the secret. Takes a good part of a second.
    pub fn new(
        content: Content,
        secret: &Sensitive<String>,
        mut from: R,
    ) -> Result<Self, EnvelopeError> {
        let mut head = [0_u8; HEAD];
        let read = fill(&mut from, &mut head)?;
        if read < MAGIC.len() || head[..MAGIC.len()] != *MAGIC {
            return Err(EnvelopeError::NotSealed);
        }
        if read < HEAD {
            return Err(EnvelopeError::Damaged);
        }
        if head[8] != VERSION {
            return Err(EnvelopeError::Newer);
        }
        let (checked, sum) = head.split_at(HEAD - SUM);
        if Sha256::digest(checked)[..SUM] != *sum {
            return Err(EnvelopeError::Damaged);
        }
        if checked[9] != content.byte() {
            return Err(EnvelopeError::OtherContent);
        }
        let (open, mark) = checked.split_at(OPEN_HEAD);
        let mut costs = [[0_u8; 4]; 2];
        costs[0].copy_from_slice(&open[10..14]);
        costs[1].copy_from_slice(&open[14..18]);
        let (memory, passes) = (u32::from_be_bytes(costs[0]), u32::from_be_bytes(costs[1]));
        if memory > MOST_MEMORY_KIB || passes > MOST_PASSES {
            return Err(EnvelopeError::Damaged);
        }
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&open[18 + SALT..]);
        let salt = &open[18..18 + SALT];
        let cipher = Cipher::new(open, salt, nonce, secret, (memory, passes))
            .map_err(|_| EnvelopeError::Damaged)?;
        if cipher.open(MARK_NUMBER, false, mark).as_deref() != Some(MARK) {
            return Err(EnvelopeError::WrongSecret);
        }
        let ahead = sealed_piece(&mut from)?;
        Ok(Self {
            from,
            cipher,
            ahead,
            piece: Vec::new(),
            at: 0,
            ended: false,
        })
    }

    fn next(&mut self) -> Result<(), EnvelopeError> {
        let following = sealed_piece(&mut self.from)?;
        let sealed = std::mem::replace(&mut self.ahead, following);
        let last = self.ahead.is_empty();
        let number = self.cipher.count()?;
        self.piece.zeroize();
        self.piece = self
            .cipher
            .open(number, last, &sealed)
            .ok_or(EnvelopeError::Damaged)?;
        self.at = 0;
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for Unsealer<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            if self.ended {
                return Ok(0);
            }
            self.next()?;
        }
        let left = &self.piece[self.at..];
        let given = left.len().min(into.len());
        into[..given].copy_from_slice(&left[..given]);
        self.at += given;
        Ok(given)
    }
}

impl<R: Read> Drop for Unsealer<R> {
    fn drop(&mut self) {
        self.piece.zeroize();
    }
}

/// The next sealed piece; empty at the end of the file.
fn sealed_piece(from: &mut impl Read) -> Result<Vec<u8>, EnvelopeError> {
    let mut sealed = vec![0; PIECE + TAG];
    let read = fill(from, &mut sealed)?;
    sealed.truncate(read);
    Ok(sealed)
}

/// Fills the buffer as far as the file goes.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match from.read(&mut buffer[read..]) {
            Ok(0) => break,
            Ok(n) => read += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}
