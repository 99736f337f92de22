//! How hard a password is to guess (zxcvbn: patterns, common passwords, names, dates, keyboards), and the
//! refusal of those that are guessed at once. The seed schema's rule of form is
//! `domain::rules::accounts::password`.

use domain::{Code, Refusal, rules::accounts as rules};
use zxcvbn::{Score, feedback::Warning, zxcvbn};

use super::dto::{PasswordStrength, WeighPassword};
use crate::error::WorkflowError;

/// More than this is not looked at: guessing takes long enough.
const LOOKED_AT: usize = 72;

/// So many words about the person are looked for in it.
const WORDS: usize = 64;

/// Passes a password that has the form, is not among the first thousand guesses of somebody who knows the
/// person's name and address (`about`), and is not one of the common ones or close to one. `field` is the
/// form's name for it.
pub fn acceptable(field: &str, password: &str, about: &[&str]) -> Result<(), Refusal> {
    rules::password(field, password)?;
    let (score, _, warning) = score(password, about);
    let common = matches!(warning, Some("common" | "similar"));
    if score >= Score::Two || (score == Score::One && !common) {
        return Ok(());
    }
    Err(Refusal::field(
        Code::Invalid,
        field,
        "This password is too easy to guess: it is common, or made of your name, a date or a pattern. Choose another one.",
    ))
}

/// Fewest characters of a passphrase that seals a file.
const PASSPHRASE_MIN: usize = 10;

/// Passes a passphrase that takes more than 10⁸ guesses: whoever has the file can try as often as they like.
pub fn passphrase(field: &str, text: &str, about: &[&str]) -> Result<(), Refusal> {
    if text.is_empty() {
        let message = "Choose a passphrase for the file.";
        return Err(Refusal::field(Code::Required, field, message));
    }
    if text.chars().count() < PASSPHRASE_MIN || score(text, about).0 < Score::Three {
        let message = format!(
            "This passphrase is too easy to guess. Take {PASSPHRASE_MIN} or more characters, best four words that do not belong together."
        );
        return Err(Refusal::field(Code::Invalid, field, message));
    }
    Ok(())
}

fn score(password: &str, about: &[&str]) -> (Score, f64, Option<&'static str>) {
    let head: String = password.chars().take(LOOKED_AT).collect();
    let words: Vec<&str> = about
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.len() > 2)
        .take(WORDS)
        .collect();
    let entropy = zxcvbn(&head, &words);
    let warning = entropy
        .feedback()
        .and_then(|feedback| feedback.warning())
        .map(word);
    (entropy.score(), entropy.guesses_log10(), warning)
}

/// A stable word the window has a sentence for.
fn word(warning: Warning) -> &'static str {
    use Warning as W;
    match warning {
        W::StraightRowsOfKeysAreEasyToGuess | W::ShortKeyboardPatternsAreEasyToGuess => "keyboard",
        W::RepeatsLikeAaaAreEasyToGuess | W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "repeats"
        }
        W::ThisIsATop10Password | W::ThisIsATop100Password | W::ThisIsACommonPassword => "common",
        W::ThisIsSimilarToACommonlyUsedPassword => "similar",
        W::SequencesLikeAbcAreEasyToGuess => "sequence",
        W::RecentYearsAreEasyToGuess | W::DatesAreOftenEasyToGuess => "date",
        W::AWordByItselfIsEasyToGuess => "word",
        W::NamesAndSurnamesByThemselvesAreEasyToGuess | W::CommonNamesAndSurnamesAreEasyToGuess => {
            "name"
        }
    }
}

/// What the meter shows while somebody chooses a password. Nothing of it is kept.
pub fn password_weigh(args: &WeighPassword) -> Result<PasswordStrength, WorkflowError> {
    let about: Vec<&str> = args.about.iter().map(String::as_str).take(8).collect();
    let (score, log10, warning) = score(&args.password, &about);
    Ok(PasswordStrength {
        score: u8::from(score),
        guesses_log10: log10,
        warning: warning.map(str::to_owned),
        acceptable: acceptable("password", &args.password, &about).is_ok(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_at_once_is_refused() {
        for easy in ["Password1", "Passw0rd", "Qwerty123", "Abcd1234", "Aaaaaaa1"] {
            let refusal =
                acceptable("next", easy, &["Ada Lovelace", "ada@example.org"]).expect_err(easy);
            assert_eq!(
                (refusal.code, refusal.field.as_deref()),
                (Code::Invalid, Some("next")),
                "{easy}"
            );
        }
        for good in [
            "Correct1horse",
            "Another2horse",
            "tR0ub4dour-and-three",
            "Matricula2026",
        ] {
            acceptable("next", good, &["Ada Lovelace", "ada@example.org"]).expect(good);
        }
    }

    #[test]
    fn the_form_is_asked_for_first_and_long_texts_do_not_take_long() {
        assert_eq!(
            acceptable("password", "", &[]).unwrap_err().code,
            Code::Required
        );
        let long = format!("A1{}", "ab".repeat(120));
        let told = password_weigh(&WeighPassword {
            password: long,
            about: Vec::new(),
        })
        .unwrap();
        assert!(told.score <= 4);
    }
}
