//! Hashing and checking of passwords: argon2id for all we write; bcrypt is read, because a Mongoose
//! program may have written it. Everything here takes a good part of a tenth of a second on purpose:
//! callers run it off the threads that must answer.
//!
//! What a password must look like is `domain::rules::accounts::password`.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use domain::rules::accounts::PASSWORD_MAX;
use vault::Sensitive;

use crate::error::WorkflowError;

/// Memory of one hash in KiB: 96 MiB, five times OWASP's minimum for two passes. Chosen so that a hash
/// takes a fifth of a second of one ordinary processor (`docs/performance.md`).
pub const MEMORY_KIB: u32 = 96 * 1024;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;
/// Memory of a cheap hash in KiB, for accounts nobody has to protect.
const SAMPLE_MEMORY_KIB: u32 = 64;

/// What a hash of another program may ask of the machine that checks it: more is not checked at all, so
/// that nobody who can write into the database can make a desktop busy for hours. bcrypt doubles with each
/// step; 16 of them take seconds.
const MOST_BCRYPT: u32 = 16;
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
/// Memory times passes, in KiB: seconds of work.
const MOST_WORK_KIB: u64 = 4 * 1024 * 1024;
const MOST_LANES: u32 = 16;

/// How dear a hash is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HashCost {
    /// For every real account.
    #[default]
    Standard,
    /// For sample people, load data and tests only: hundreds of accounts in a moment. Replaced by a
    /// standard hash when the person signs in.
    Sample,
}

impl HashCost {
    fn hasher(self) -> Result<Argon2<'static>, WorkflowError> {
        let (memory, passes) = match self {
            Self::Standard => (MEMORY_KIB, PASSES),
            Self::Sample => (SAMPLE_MEMORY_KIB, 1),
        };
        let params = Params::new(memory, passes, LANES, None)
            .map_err(|error| WorkflowError::Defect(format!("the parameters of argon2: {error}")))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// Hashes a password to a PHC string. The first 16 bytes of `random` are the salt.
pub fn hash(password: &str, random: &[u8; 32], cost: HashCost) -> Result<String, WorkflowError> {
    let hasher = cost.hasher()?;
    let hash: PasswordHash = hasher
        .hash_password_with_salt(password.as_bytes(), &random[..16])
        .map_err(|error| WorkflowError::Defect(format!("hashing a password: {error}")))?;
    Ok(hash.to_string())
}

/// A 32-byte key from a password and a salt, as dear to guess as the hash of that cost.
pub fn key(
    password: &str,
    salt: &[u8],
    cost: HashCost,
) -> Result<Sensitive<[u8; 32]>, WorkflowError> {
    let mut key = [0; 32];
    cost.hasher()?
        .hash_password_into(password.as_bytes(), salt, &mut key)
        .map_err(|error| WorkflowError::Defect(format!("deriving a key: {error}")))?;
    Ok(Sensitive::new(key))
}

/// Whether the password is the one hashed, by argon2 or bcrypt. A hash of another form, or one dearer than
/// any honest one, matches nothing.
/// Without a hash (no such account, or none set yet) it takes as long as with one and says no.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    if password.len() > PASSWORD_MAX {
        return false;
    }
    match hash {
        Some(hash) if is_bcrypt(hash) && bcrypt_cost(hash) <= MOST_BCRYPT => {
            bcrypt::verify(password, hash).unwrap_or(false)
        }
        Some(hash) => match PasswordHash::new(hash) {
            Ok(parsed) if is_affordable(&parsed) => Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok(),
            _ => pretend(password),
        },
        None => pretend(password),
    }
}

/// The cost a bcrypt hash names; beyond all where it names none.
fn bcrypt_cost(hash: &str) -> u32 {
    hash.split('$')
        .nth(2)
        .and_then(|cost| cost.parse().ok())
        .unwrap_or(u32::MAX)
}

fn is_affordable(hash: &PasswordHash) -> bool {
    Params::try_from(hash).is_ok_and(|params| {
        params.m_cost() <= MOST_MEMORY_KIB
            && u64::from(params.m_cost()) * u64::from(params.t_cost()) <= MOST_WORK_KIB
            && params.p_cost() <= MOST_LANES
    })
}

/// Does the work of a check, for nobody.
fn pretend(password: &str) -> bool {
    const SALT: [u8; 32] = *b"nobody's salt, as good as others";
    // Only the time matters; a failure to spend it changes no answer.
    std::hint::black_box(self::hash(password, &SALT, HashCost::Standard).ok());
    false
}

fn is_bcrypt(hash: &str) -> bool {
    ["$2a$", "$2b$", "$2x$", "$2y$"]
        .iter()
        .any(|prefix| hash.starts_with(prefix))
}

/// Whether a hash that just matched should be replaced by a standard one. bcrypt hashes stay where the
/// workspace shares its people with a Mongoose program (`keep_bcrypt`).
pub fn is_weak(hash: &str, keep_bcrypt: bool) -> bool {
    if is_bcrypt(hash) {
        return !keep_bcrypt;
    }
    let Ok(parsed) = PasswordHash::new(hash) else {
        return true;
    };
    let Ok(params) = Params::try_from(&parsed) else {
        return true;
    };
    parsed.algorithm.as_str() != "argon2id"
        || params.m_cost() < MEMORY_KIB
        || params.t_cost() < PASSES
        || params.p_cost() < LANES
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SALT: [u8; 32] = [7; 32];

    #[test]
    fn a_standard_hash_is_argon2id_of_96_mib() {
        let hash = hash("Matricula2026", &SALT, HashCost::Standard).unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=98304,t=2,p=1$"),
            "{hash}"
        );
        assert!(verify("Matricula2026", Some(&hash)));
        assert!(!verify("matricula2026", Some(&hash)));
        assert!(!is_weak(&hash, false));
    }

    #[test]
    fn a_sample_hash_verifies_and_is_weak() {
        let hash = hash("Matricula2026", &SALT, HashCost::Sample).unwrap();
        assert!(verify("Matricula2026", Some(&hash)));
        assert!(is_weak(&hash, true));
    }

    #[test]
    fn a_bcrypt_hash_of_a_mongoose_program_verifies() {
        let hash = bcrypt::hash("Correct1horse", 4).unwrap();
        for prefix in ["$2a$", "$2b$", "$2y$"] {
            let hash = hash.replacen("$2b$", prefix, 1);
            assert!(verify("Correct1horse", Some(&hash)), "{prefix}");
            assert!(!verify("Correct1horsf", Some(&hash)), "{prefix}");
            assert!(is_weak(&hash, false) && !is_weak(&hash, true), "{prefix}");
        }
    }

    #[test]
    fn nothing_matches_no_hash_a_broken_one_or_an_endless_password() {
        assert!(!verify("Correct1horse", None));
        for broken in [
            "",
            "Correct1horse",
            "$2b$10$short",
            "$argon2id$v=19$m=1",
            "$argon2id$",
        ] {
            assert!(!verify("Correct1horse", Some(broken)), "{broken:?}");
        }
        let long = "aA1".repeat(100);
        let hash = hash(&long, &SALT, HashCost::Sample).unwrap();
        assert!(
            !verify(&long, Some(&hash)),
            "more than 256 bytes are not even looked at"
        );
    }

    /// Were any of these checked, the test would not end today.
    #[test]
    fn a_hash_that_would_take_hours_is_not_checked() {
        let dear = bcrypt::hash("Correct1horse", 4)
            .unwrap()
            .replacen("$04$", "$31$", 1);
        for dear in [
            dear.as_str(),
            "$argon2id$v=19$m=1048577,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=64,t=4000000000,p=1$BwcHBwcHBwcHBwcHBwcHBw$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(!verify("Correct1horse", Some(dear)), "{dear}");
        }
    }

    #[test]
    fn other_salts_make_other_hashes() {
        let one = hash("Matricula2026", &SALT, HashCost::Sample).unwrap();
        let two = hash("Matricula2026", &[8; 32], HashCost::Sample).unwrap();
        assert_ne!(one, two);
    }
}
