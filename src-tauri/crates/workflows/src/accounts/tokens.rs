//! Access tokens: what a signed-in person shows with every command, for 15 minutes at a time.
//!
//! HS256 and nothing else; the key is this device's and this workspace's. The time is passed in, so
//! expiry is checked here and not by the library's own clock. Refresh tokens are in `session`.

use domain::{Code, Refusal, Role, Timestamp, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use vault::{Secret, Sensitive};

use crate::error::WorkflowError;

/// How long an access token is good, in seconds.
pub const ACCESS_LIFE: i64 = 15 * 60;

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The person, as 24 hexadecimal digits.
    pub sub: String,
    /// Their role when it was issued.
    pub role: Role,
    /// Their token version when it was issued.
    pub ver: i64,
    /// The workspace.
    pub wid: String,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Refused from then on.
    pub exp: i64,
    /// Unique.
    pub jti: String,
}

/// Why an access token is refused. The person at the desk is told only that they must sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadToken {
    /// Not a token, not signed with this key, or not with HS256.
    Forged,
    /// Its time is over, or has not begun: the clock was set back since.
    Expired,
    /// Of another workspace.
    ForeignWorkspace,
}

impl From<BadToken> for Refusal {
    fn from(_: BadToken) -> Self {
        Self::new(Code::SignedOut, "Your session has ended. Please sign in.")
    }
}

/// Issues and checks the access tokens of one workspace on one device.
pub struct Signer {
    wid: String,
    signing: EncodingKey,
    checking: DecodingKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("wid", &self.wid)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// With the workspace's signing key.
    pub fn new(wid: String, key: &Secret) -> Self {
        let key = key.expose();
        Self {
            wid,
            signing: EncodingKey::from_secret(key),
            checking: DecodingKey::from_secret(key),
        }
    }

    /// A token for this person, good from `at` for 15 minutes.
    pub fn issue(
        &self,
        user: UserId,
        role: Role,
        version: i64,
        at: Timestamp,
        random: &[u8; 32],
    ) -> Result<Sensitive<String>, WorkflowError> {
        let iat = at.timestamp_millis().div_euclid(1000);
        let claims = Claims {
            sub: user.to_hex(),
            role,
            ver: version,
            wid: self.wid.clone(),
            iat,
            exp: iat.saturating_add(ACCESS_LIFE),
            jti: hex::encode(&random[..16]),
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map(Sensitive::new)
            .map_err(|error| WorkflowError::Defect(format!("signing an access token: {error}")))
    }

    /// What the token says, if it is ours and good at `now`.
    pub fn check(&self, token: &str, now: Timestamp) -> Result<Claims, BadToken> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.algorithms = vec![Algorithm::HS256];
        rules.validate_exp = false;
        rules.validate_aud = false;
        let claims = decode::<Claims>(token, &self.checking, &rules)
            .map_err(|_| BadToken::Forged)?
            .claims;
        if claims.wid != self.wid {
            return Err(BadToken::ForeignWorkspace);
        }
        if claims.exp.checked_sub(claims.iat) != Some(ACCESS_LIFE) {
            return Err(BadToken::Forged);
        }
        let now = now.timestamp_millis().div_euclid(1000);
        if claims.exp <= now || claims.iat > now {
            return Err(BadToken::Expired);
        }
        Ok(claims)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use bson::oid::ObjectId;

    use super::*;

    fn key(byte: u8) -> Secret {
        Sensitive::new(vec![byte; 32])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn issue(signer: &Signer) -> String {
        let user = UserId(ObjectId::from_bytes([1; 12]));
        signer
            .issue(user, Role::Finance, 3, at(1_000), &[9; 32])
            .unwrap()
            .expose()
            .clone()
    }

    fn signed(algorithm: Algorithm, claims: &impl Serialize) -> String {
        encode(
            &Header::new(algorithm),
            claims,
            &EncodingKey::from_secret(&[1; 32]),
        )
        .unwrap()
    }

    #[test]
    fn a_token_is_good_until_its_last_second() {
        let signer = Signer::new("w1".into(), &key(1));
        let token = issue(&signer);
        let claims = signer.check(&token, at(1_000 + ACCESS_LIFE - 1)).unwrap();
        assert_eq!(
            (claims.role, claims.ver, claims.iat),
            (Role::Finance, 3, 1_000)
        );
        assert_eq!(
            signer.check(&token, at(1_000 + ACCESS_LIFE)),
            Err(BadToken::Expired)
        );
        assert_eq!(
            signer.check(&token, at(999)),
            Err(BadToken::Expired),
            "the clock was set back"
        );
    }

    #[test]
    fn another_key_and_another_workspace_are_refused() {
        let token = issue(&Signer::new("w1".into(), &key(1)));
        let other_key = Signer::new("w1".into(), &key(2));
        assert_eq!(other_key.check(&token, at(1_001)), Err(BadToken::Forged));
        let other_workspace = Signer::new("w2".into(), &key(1));
        assert_eq!(
            other_workspace.check(&token, at(1_001)),
            Err(BadToken::ForeignWorkspace)
        );
    }

    #[test]
    fn no_algorithm_but_hs256_is_accepted() {
        let signer = Signer::new("w1".into(), &key(1));
        let claims = signer.check(&issue(&signer), at(1_001)).unwrap();
        assert!(
            signer
                .check(&signed(Algorithm::HS256, &claims), at(1_001))
                .is_ok()
        );
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            let token = signed(algorithm, &claims);
            assert_eq!(
                signer.check(&token, at(1_001)),
                Err(BadToken::Forged),
                "{algorithm:?}"
            );
        }
        // {"alg":"none","typ":"JWT"} with the same claims, with and without the old signature.
        let token = issue(&signer);
        let parts: Vec<&str> = token.split('.').collect();
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        for forged in [
            format!("{none}.{}.", parts[1]),
            format!("{none}.{}.{}", parts[1], parts[2]),
        ] {
            assert_eq!(
                signer.check(&forged, at(1_001)),
                Err(BadToken::Forged),
                "{forged}"
            );
        }
    }

    #[test]
    fn garbage_and_altered_tokens_are_refused() {
        let signer = Signer::new("w1".into(), &key(1));
        let token = issue(&signer);
        let mut altered = token.clone().into_bytes();
        let middle = token.find('.').unwrap() + 20;
        altered[middle] = if altered[middle] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        for bad in [
            "",
            ".",
            "..",
            "a.b.c",
            "x",
            altered.as_str(),
            &token[..token.len() - 4],
        ] {
            assert_eq!(
                signer.check(bad, at(1_001)),
                Err(BadToken::Forged),
                "{bad:?}"
            );
        }
        #[derive(Serialize)]
        struct Odd {
            sub: &'static str,
            exp: i64,
        }
        let odd = signed(
            Algorithm::HS256,
            &Odd {
                sub: "root",
                exp: i64::MAX,
            },
        );
        assert_eq!(signer.check(&odd, at(1_001)), Err(BadToken::Forged));
    }

    #[test]
    fn printing_a_signer_shows_no_key() {
        let text = format!("{:?}", Signer::new("w1".into(), &key(77)));
        assert!(!text.contains("77") && text.contains("w1"), "{text}");
    }
}
