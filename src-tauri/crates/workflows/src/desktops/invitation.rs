//! What an invitation file holds, and the one-time code it is sealed with.
//!
//! The code has 20 letters of Crockford's base 32, 100 random bits: nobody who only has the file finds it.

use domain::{Code, Refusal, Scope};
use serde::{Deserialize, Serialize};
use vault::Sensitive;
use zeroize::Zeroize;

use crate::desk::Ids;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code.
const LENGTH: usize = 20;
/// Letters of a group, as it is shown.
const GROUP: usize = 5;

/// What is sealed in an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invitation {
    /// The institution's name.
    pub(super) institution: String,
    /// Its identifier, in hexadecimal: the database must hold this one.
    pub(super) institution_id: String,
    /// The connection string with the login.
    pub(super) uri: String,
    /// The desktop's name.
    pub(super) device: String,
    /// Whose records it will keep.
    pub(super) scope: Scope,
    /// Nobody joins with it from then on, in milliseconds since 1970.
    pub(super) expires_at: i64,
}

impl Drop for Invitation {
    fn drop(&mut self) {
        self.uri.zeroize();
    }
}

/// A fresh code, in groups as it is read out.
pub(super) fn fresh_code(ids: &dyn Ids) -> Sensitive<String> {
    let random = ids.random();
    let mut code = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (n, byte) in random.iter().take(LENGTH).enumerate() {
        if n > 0 && n % GROUP == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Sensitive::new(code)
}

/// A code as somebody typed it, as it was made: case, spaces and hyphens are forgiven, and letters that
/// look like digits. Refused where it cannot be a code.
pub(super) fn typed_code(text: &str) -> Result<Sensitive<String>, Refusal> {
    let mut code: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(LENGTH + 1)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let fits = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
    if !fits {
        code.zeroize();
        return Err(Refusal::field(
            Code::Invalid,
            "code",
            format!("The code has {LENGTH} letters and digits, in groups of {GROUP}."),
        ));
    }
    Ok(Sensitive::new(code))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::desk::SeededIds;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let shown = fresh_code(&SeededIds::new(3));
        assert_eq!(shown.expose().len(), 23);
        let made = typed_code(shown.expose()).unwrap();
        assert_eq!(made.expose().len(), LENGTH);
        let spaced = format!(" {} ", shown.expose().to_lowercase().replace('-', " "));
        assert_eq!(typed_code(&spaced).unwrap(), made);
        let ohs = typed_code("oiloi-OILOI-00000-11111").unwrap();
        assert_eq!(ohs.expose(), "01101011010000011111");
    }

    #[test]
    fn what_cannot_be_a_code_is_refused_without_being_tried() {
        for no in [
            "",
            "ABCDE",
            "ABCDE-FGHJK-MNPQR-STVW",
            "ABCDE-FGHJK-MNPQR-STVWU",
            "ÄBCDE-FGHJK-MNPQR-STVWX",
        ] {
            assert_eq!(
                typed_code(no).unwrap_err().field.as_deref(),
                Some("code"),
                "{no}"
            );
        }
    }
}
