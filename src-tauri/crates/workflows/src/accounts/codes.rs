//! What the second factor is made of: the authenticator's codes (TOTP, RFC 6238: SHA-1, six digits,
//! thirty seconds, one step of tolerance, as every authenticator understands), the sealing of their
//! secret under the person's password, and recovery codes. Also the letters of one-time codes.
//!
//! The secret is sealed under a key derived from the password itself, as dear to guess as the password's
//! hash: no key has to be shared between desktops, and whoever copies the database has nothing. When it is
//! asked for and what it opens is in `second_factor` and `sign_in`.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::{Timestamp, UserId};
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Totp};
use vault::Sensitive;

use super::passwords::{self, HashCost};
use crate::{desk::Ids, error::WorkflowError};

/// Bytes of a secret: 160 bits, as RFC 4226 recommends.
const SECRET: usize = 20;
const SALT: usize = 16;
const NONCE: usize = 12;
/// Letters of recovery codes: Crockford's base 32, without those that look like others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a recovery code: 80 bits, which nobody guesses even with the hash.
const RECOVERY: usize = 16;
/// Letters of a one-time code: 100 bits.
const ONE_TIME: usize = 20;

/// A secret shared with an authenticator.
#[derive(Clone, Debug)]
pub struct FactorSecret(Sensitive<Vec<u8>>);

impl FactorSecret {
    /// A fresh one.
    pub fn fresh(ids: &dyn Ids) -> Self {
        Self(Sensitive::new(ids.random()[..SECRET].to_vec()))
    }

    fn totp(&self, institution: &str, account: &str) -> Result<Totp, WorkflowError> {
        // The label of an otpauth address separates the two with a colon.
        let plain = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(self.0.expose().clone())
            .with_issuer(Some(plain(institution)))
            .with_account_name(plain(account))
            .build()
            .map_err(|error| WorkflowError::Defect(format!("the second factor: {error}")))
    }

    /// The secret as a person types it into an authenticator: base 32.
    pub fn typed(&self) -> Result<String, WorkflowError> {
        Ok(self.totp("Matricula", "account")?.secret().to_base32())
    }

    /// The address in the QR code (`otpauth://totp/…`).
    pub fn address(&self, institution: &str, account: &str) -> Result<String, WorkflowError> {
        self.totp(institution, account)?
            .to_url()
            .map_err(|error| WorkflowError::Defect(format!("the second factor: {error}")))
    }

    /// The time step of the code, if it is right at that moment, give or take one step.
    pub fn check(&self, code: &str, now: Timestamp) -> Result<Option<i64>, WorkflowError> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(None);
        }
        let seconds = u64::try_from(now.timestamp_millis() / 1000).unwrap_or(0);
        let step = self.totp("Matricula", "account")?.check(&digits, seconds);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// Sealed under the password, for the account alone: salt, nonce and text in base 64.
    pub fn seal(
        &self,
        user: UserId,
        password: &str,
        ids: &dyn Ids,
        cost: HashCost,
    ) -> Result<String, WorkflowError> {
        let random = ids.random();
        let (salt, nonce) = (&random[..SALT], &random[SALT..SALT + NONCE]);
        let key = passwords::key(password, salt, cost)?;
        let nonce: [u8; NONCE] = nonce
            .try_into()
            .map_err(|_| WorkflowError::Defect("a nonce has twelve bytes".to_owned()))?;
        let text = Aes256Gcm::new(key.expose().into())
            .encrypt(
                (&nonce).into(),
                Payload {
                    msg: self.0.expose(),
                    aad: &user.0.bytes(),
                },
            )
            .map_err(|error| WorkflowError::Defect(format!("sealing a secret: {error}")))?;
        let mut sealed = salt.to_vec();
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        let word = match cost {
            HashCost::Standard => "1",
            HashCost::Sample => "0",
        };
        Ok(format!("{word}.{}", BASE64.encode(sealed)))
    }

    /// The secret again; none where the password is another one or the text is damaged.
    pub fn open(sealed: &str, user: UserId, password: &str) -> Result<Option<Self>, WorkflowError> {
        let Some((word, text)) = sealed.split_once('.') else {
            return Ok(None);
        };
        let cost = match word {
            "1" => HashCost::Standard,
            "0" => HashCost::Sample,
            _ => return Ok(None),
        };
        let Ok(bytes) = BASE64.decode(text) else {
            return Ok(None);
        };
        let Some((salt, rest)) = bytes.split_at_checked(SALT) else {
            return Ok(None);
        };
        let Some((nonce, text)) = rest.split_at_checked(NONCE) else {
            return Ok(None);
        };
        let Ok(nonce) = <[u8; NONCE]>::try_from(nonce) else {
            return Ok(None);
        };
        let key = passwords::key(password, salt, cost)?;
        Ok(Aes256Gcm::new(key.expose().into())
            .decrypt(
                (&nonce).into(),
                Payload {
                    msg: text,
                    aad: &user.0.bytes(),
                },
            )
            .ok()
            .map(|secret| Self(Sensitive::new(secret))))
    }
}

/// The modules of a QR code, row by row, `1` dark and `0` light; the window draws them.
pub fn qr(text: &str) -> Result<Vec<String>, WorkflowError> {
    let code = qrcode::QrCode::new(text.as_bytes())
        .map_err(|error| WorkflowError::Defect(format!("drawing a QR code: {error}")))?;
    let width = code.width();
    let colours = code.to_colors();
    Ok(colours
        .chunks(width)
        .map(|row| {
            row.iter()
                .map(|colour| colour.select('1', '0'))
                .collect::<String>()
        })
        .collect())
}

/// A recovery code as people type it: four groups of four letters.
pub fn fresh_code(ids: &dyn Ids) -> String {
    spelled(ids, RECOVERY)
}

/// A one-time code as people type it: five groups of four letters.
pub fn one_time(ids: &dyn Ids) -> String {
    spelled(ids, ONE_TIME)
}

fn spelled(ids: &dyn Ids, length: usize) -> String {
    let letters: Vec<u8> = ids.random()[..length]
        .iter()
        .map(|byte| LETTERS[usize::from(byte % 32)])
        .collect();
    letters
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect::<Vec<_>>()
        .join("-")
}

/// The hash a recovery code is stored by. Forgives case, spaces and dashes, O for 0, I and L for 1; none
/// where it cannot be a code at all.
pub fn code_hash(code: &str) -> Option<String> {
    hashed(code, RECOVERY)
}

/// The same of a one-time code.
pub fn one_time_hash(code: &str) -> Option<String> {
    hashed(code, ONE_TIME)
}

fn hashed(code: &str, length: usize) -> Option<String> {
    let plain: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let fits = plain.len() == length && plain.bytes().all(|b| LETTERS.contains(&b));
    fits.then(|| hex::encode(Sha256::digest(plain.as_bytes())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use bson::oid::ObjectId;

    use super::*;
    use crate::desk::SeededIds;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// The vectors of RFC 6238, appendix B, for SHA-1, their last six digits.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = FactorSecret(Sensitive::new(b"12345678901234567890".to_vec()));
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                secret.check(code, at(seconds)).unwrap(),
                Some(seconds / 30),
                "{seconds}"
            );
        }
        assert_eq!(secret.check("287 082", at(59 + 30)).unwrap(), Some(1));
        assert_eq!(
            secret.check("287082", at(59 + 61)).unwrap(),
            None,
            "two steps late"
        );
        for wrong in ["", "28708", "2870822", "28708a", "２８７０８２"] {
            assert_eq!(secret.check(wrong, at(59)).unwrap(), None, "{wrong}");
        }
        assert_eq!(secret.typed().unwrap(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_address_is_one_that_authenticators_read() {
        let ids = SeededIds::new(1);
        let secret = FactorSecret::fresh(&ids);
        let address = secret
            .address("Saint Mary: College", "ada@example.org")
            .unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains(&format!("secret={}", secret.typed().unwrap())));
        assert!(
            address.contains("issuer=Saint%20Mary%20%20College"),
            "{address}"
        );
        let rows = qr(&address).unwrap();
        assert!(rows.iter().all(|row| row.len() == rows.len()));
    }

    #[test]
    fn the_secret_opens_with_the_password_and_for_the_account_only() {
        let ids = SeededIds::new(2);
        let user = UserId(ObjectId::new());
        let secret = FactorSecret::fresh(&ids);
        let sealed = secret
            .seal(user, "Correct1horse", &ids, HashCost::Sample)
            .unwrap();
        let opened = FactorSecret::open(&sealed, user, "Correct1horse")
            .unwrap()
            .unwrap();
        assert_eq!(opened.typed().unwrap(), secret.typed().unwrap());
        let other = UserId(ObjectId::new());
        for (sealed, user, password) in [
            (sealed.as_str(), user, "correct1horse"),
            (sealed.as_str(), other, "Correct1horse"),
            (&sealed[..sealed.len() - 4], user, "Correct1horse"),
            ("0.", user, "Correct1horse"),
            ("7.AAAA", user, "Correct1horse"),
            ("", user, "Correct1horse"),
        ] {
            assert!(
                FactorSecret::open(sealed, user, password)
                    .unwrap()
                    .is_none(),
                "{sealed} {password}"
            );
        }
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let ids = SeededIds::new(3);
        let code = fresh_code(&ids);
        assert_eq!(code.len(), 19, "{code}");
        let hash = code_hash(&code).unwrap();
        assert_eq!(code_hash(&code.to_lowercase()), Some(hash.clone()));
        assert_eq!(code_hash(&code.replace('-', " ")), Some(hash.clone()));
        assert_ne!(code_hash(&fresh_code(&ids)), Some(hash));
        assert_eq!(
            code_hash("O1I0-L000-0000-0000"),
            code_hash("0110-1000-0000-0000")
        );
        for wrong in ["", "0000", "UUUU-UUUU-UUUU-UUUU", "0000-0000-0000-00000"] {
            assert_eq!(code_hash(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_one_time_code_is_longer_and_forgives_as_much() {
        let ids = SeededIds::new(4);
        let code = one_time(&ids);
        assert_eq!(code.len(), 24, "{code}");
        let hash = one_time_hash(&code).unwrap();
        assert_eq!(
            one_time_hash(&format!("  {} \n", code.to_lowercase().replace('-', " "))),
            Some(hash.clone())
        );
        assert_eq!(code_hash(&code), None, "it is no recovery code");
        assert_ne!(one_time_hash(&one_time(&ids)), Some(hash));
        assert_eq!(
            one_time_hash("oOiI-lL00-0000-0000-0000"),
            one_time_hash("0011-1100-0000-0000-0000")
        );
    }
}
