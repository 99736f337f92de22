//! What letters say: plain text and HTML, in English and German. The words are the product's; what they
//! are about (name, code, until when) is kept while a letter waits, so that it reads as of when it was
//! written.

use domain::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A language letters are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// The first of these BCP 47 tags whose language there is.
    pub fn of(tags: &[&str]) -> Self {
        let known = |tag: &&str| {
            let primary = tag.split(['-', '_']).next().unwrap_or_default();
            match primary.to_lowercase().as_str() {
                "en" => Some(Self::En),
                "de" => Some(Self::De),
                _ => None,
            }
        };
        tags.iter().find_map(known).unwrap_or_default()
    }
}

/// What a letter is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Matter {
    /// A code for a new password.
    Reset {
        /// The code.
        code: String,
        /// Good until, in milliseconds since 1970.
        until: i64,
    },
    /// A code that proves the address.
    Verify {
        /// The code.
        code: String,
        /// Good until, in milliseconds since 1970.
        until: i64,
    },
    /// Somebody wanted to register with the address of this account.
    Exists,
    /// Too many wrong passwords.
    LockedOut {
        /// Until then, in milliseconds since 1970.
        until: i64,
    },
    /// The password was changed.
    PasswordChanged,
    /// An administrator made them something else.
    RoleChanged,
    /// The second factor was taken away.
    SecondFactorRemoved,
    /// Somebody tries the settings.
    Test,
}

impl Matter {
    /// Its word, as serialised.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Reset { .. } => "reset",
            Self::Verify { .. } => "verify",
            Self::Exists => "exists",
            Self::LockedOut { .. } => "locked-out",
            Self::PasswordChanged => "password-changed",
            Self::RoleChanged => "role-changed",
            Self::SecondFactorRemoved => "second-factor-removed",
            Self::Test => "test",
        }
    }

    /// From when on nobody has any use for the letter.
    pub fn useless_at(&self) -> Option<Timestamp> {
        match self {
            Self::Reset { until, .. } | Self::Verify { until, .. } | Self::LockedOut { until } => {
                Some(Timestamp::from_millis(*until))
            }
            Self::Exists
            | Self::PasswordChanged
            | Self::RoleChanged
            | Self::SecondFactorRemoved
            | Self::Test => None,
        }
    }
}

/// A letter before it is written out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// In which language.
    pub language: Language,
    /// From which institution.
    pub institution: String,
    /// To whom, by name; empty where they are not known yet.
    pub name: String,
    /// The reader's time zone (IANA name).
    pub timezone: String,
    /// About what.
    pub matter: Matter,
}

/// A letter as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Part of a letter.
enum Part {
    Said(String),
    Code(String),
}

impl Letter {
    /// Writes it out.
    pub fn write(&self) -> Written {
        let (subject, parts) = self.parts();
        let hello = match self.language {
            Language::En => "Hello",
            Language::De => "Guten Tag",
        };
        let greeting = match self.name.as_str() {
            "" => format!("{hello},"),
            name => format!("{hello} {name},"),
        };
        let signed = match self.language {
            Language::En => format!("{} (sent by Matricula)", self.institution),
            Language::De => format!("{} (gesendet von Matricula)", self.institution),
        };
        let mut text = greeting.clone();
        let mut html = format!("<p>{}</p>", escaped(&greeting));
        for part in &parts {
            match part {
                Part::Said(said) => {
                    text.push_str(&format!("\n\n{said}"));
                    html.push_str(&format!("<p>{}</p>", escaped(said)));
                }
                Part::Code(code) => {
                    text.push_str(&format!("\n\n    {code}"));
                    html.push_str(&format!(
                        "<p style=\"font:600 20px monospace;letter-spacing:.06em\">{}</p>",
                        escaped(code)
                    ));
                }
            }
        }
        text.push_str(&format!("\n\n-- \n{signed}\n"));
        html.push_str(&format!("<p style=\"color:#666\">{}</p>", escaped(&signed)));
        let language = match self.language {
            Language::En => "en",
            Language::De => "de",
        };
        Written {
            subject: subject.chars().filter(|c| !c.is_control()).collect(),
            text,
            html: format!(
                "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"></head><body style=\"font:15px/1.5 sans-serif;color:#222;max-width:36em\">{html}</body></html>"
            ),
        }
    }

    fn parts(&self) -> (String, Vec<Part>) {
        match self.language {
            Language::En => self.english(),
            Language::De => self.german(),
        }
    }

    fn english(&self) -> (String, Vec<Part>) {
        let at = &self.institution;
        let say = |text: &str| Part::Said(text.to_owned());
        match &self.matter {
            Matter::Reset { code, until } => (
                format!("Your code for a new password at {at}"),
                vec![
                    say(
                        "Somebody, probably you, asked for a new password. Enter this code under “Forgot your password?” and choose one:",
                    ),
                    Part::Code(code.clone()),
                    Part::Said(format!("It is good once, until {}.", self.when(*until))),
                    say("If it was not you, do nothing: your password stays as it is."),
                ],
            ),
            Matter::Verify { code, until } => (
                format!("Your code to confirm your address at {at}"),
                vec![
                    say(
                        "Enter this code under “Confirm your address” at the sign-in page, or in your profile, to show that this address is yours:",
                    ),
                    Part::Code(code.clone()),
                    Part::Said(format!("It is good once, until {}.", self.when(*until))),
                    say("If you expected nothing of the kind, do nothing."),
                ],
            ),
            Matter::Exists => (
                format!("You already have an account at {at}"),
                vec![
                    say(
                        "Somebody, probably you, wanted to register with this address. It already has an account, so no other was made.",
                    ),
                    say(
                        "If you have forgotten your password, ask for a new one under “Forgot your password?”. If it was not you, do nothing.",
                    ),
                ],
            ),
            Matter::LockedOut { until } => (
                format!("Signing in at {at} is locked for a while"),
                vec![
                    Part::Said(format!(
                        "After several wrong passwords nobody can sign in with your address until {}. After that it works again by itself; an administrator can open it sooner.",
                        self.when(*until)
                    )),
                    say("If it was not you who tried, tell an administrator."),
                ],
            ),
            Matter::PasswordChanged => (
                format!("Your password at {at} was changed"),
                vec![
                    say("Your password was changed, and every other session has ended."),
                    say("If it was not you, tell an administrator at once."),
                ],
            ),
            Matter::RoleChanged => (
                format!("What you may do at {at} was changed"),
                vec![
                    say(
                        "An administrator changed your role, and every session of yours has ended.",
                    ),
                    say("If you expected nothing of the kind, ask an administrator."),
                ],
            ),
            Matter::SecondFactorRemoved => (
                format!("Your second factor at {at} was taken away"),
                vec![
                    say(
                        "From now on your password alone signs you in. You can set a second factor up again in your profile.",
                    ),
                    say(
                        "If it was not you and you did not ask for it, tell an administrator at once.",
                    ),
                ],
            ),
            Matter::Test => (
                format!("A test mail from {at}"),
                vec![say("This mail arrived, so the settings are right.")],
            ),
        }
    }

    fn german(&self) -> (String, Vec<Part>) {
        let at = &self.institution;
        let say = |text: &str| Part::Said(text.to_owned());
        match &self.matter {
            Matter::Reset { code, until } => (
                format!("Ihr Code für ein neues Passwort bei {at}"),
                vec![
                    say(
                        "Jemand, vermutlich Sie, hat ein neues Passwort angefordert. Geben Sie diesen Code unter „Passwort vergessen?“ ein und wählen Sie eines:",
                    ),
                    Part::Code(code.clone()),
                    Part::Said(format!("Er gilt einmal, bis {}.", self.when(*until))),
                    say(
                        "Wenn Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
                    ),
                ],
            ),
            Matter::Verify { code, until } => (
                format!("Ihr Code zum Bestätigen Ihrer Adresse bei {at}"),
                vec![
                    say(
                        "Geben Sie diesen Code unter „Adresse bestätigen“ auf der Anmeldeseite oder in Ihrem Profil ein und zeigen Sie so, dass diese Adresse Ihre ist:",
                    ),
                    Part::Code(code.clone()),
                    Part::Said(format!("Er gilt einmal, bis {}.", self.when(*until))),
                    say("Wenn Sie nichts dergleichen erwartet haben, tun Sie nichts."),
                ],
            ),
            Matter::Exists => (
                format!("Sie haben bereits ein Konto bei {at}"),
                vec![
                    say(
                        "Jemand, vermutlich Sie, wollte sich mit dieser Adresse registrieren. Zu ihr gibt es bereits ein Konto; ein weiteres wurde nicht angelegt.",
                    ),
                    say(
                        "Wenn Sie Ihr Passwort vergessen haben, fordern Sie unter „Passwort vergessen?“ ein neues an. Wenn Sie das nicht waren, tun Sie nichts.",
                    ),
                ],
            ),
            Matter::LockedOut { until } => (
                format!("Die Anmeldung bei {at} ist eine Weile gesperrt"),
                vec![
                    Part::Said(format!(
                        "Nach mehreren falschen Passwörtern kann sich bis {} niemand mit Ihrer Adresse anmelden. Danach geht es von selbst wieder; die Verwaltung kann sie früher öffnen.",
                        self.when(*until)
                    )),
                    say("Wenn nicht Sie es versucht haben, sagen Sie der Verwaltung Bescheid."),
                ],
            ),
            Matter::PasswordChanged => (
                format!("Ihr Passwort bei {at} wurde geändert"),
                vec![
                    say("Ihr Passwort wurde geändert, und alle anderen Sitzungen sind beendet."),
                    say("Wenn Sie das nicht waren, sagen Sie sofort der Verwaltung Bescheid."),
                ],
            ),
            Matter::RoleChanged => (
                format!("Was Sie bei {at} dürfen, wurde geändert"),
                vec![
                    say(
                        "Die Verwaltung hat Ihre Rolle geändert, und alle Ihre Sitzungen sind beendet.",
                    ),
                    say("Wenn Sie nichts dergleichen erwartet haben, fragen Sie die Verwaltung."),
                ],
            ),
            Matter::SecondFactorRemoved => (
                format!("Ihr zweiter Faktor bei {at} wurde entfernt"),
                vec![
                    say(
                        "Von nun an melden Sie sich mit Ihrem Passwort allein an. In Ihrem Profil können Sie wieder einen zweiten Faktor einrichten.",
                    ),
                    say(
                        "Wenn Sie das nicht waren und nicht darum gebeten haben, sagen Sie sofort der Verwaltung Bescheid.",
                    ),
                ],
            ),
            Matter::Test => (
                format!("Eine Test-Mail von {at}"),
                vec![say(
                    "Diese E-Mail ist angekommen; die Einstellungen stimmen also.",
                )],
            ),
        }
    }

    /// A moment as the reader's clock shows it.
    fn when(&self, millis: i64) -> String {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        let Ok(at) = jiff::Timestamp::from_millisecond(millis) else {
            return String::new();
        };
        let format = match self.language {
            Language::En => "%-d %B %Y, %H:%M (%Z)",
            Language::De => "%d.%m.%Y, %H:%M Uhr (%Z)",
        };
        at.to_zoned(zone).strftime(format).to_string()
    }
}

/// Text inside HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn letter(language: Language, matter: Matter) -> Letter {
        Letter {
            language,
            institution: "Saint <Mary> & Sons".to_owned(),
            name: "Ada \"<b>\" Byron".to_owned(),
            timezone: "Europe/Berlin".to_owned(),
            matter,
        }
    }

    #[test]
    fn every_letter_is_in_both_languages_and_says_its_code_and_its_end_in_text_and_html() {
        let until = 1_772_442_000_000; // 2 March 2026, 09:00 UTC
        let code = "ABCD-EFGH-JKMN-PQRS-TVWX";
        for matter in [
            Matter::Reset {
                code: code.to_owned(),
                until,
            },
            Matter::Verify {
                code: code.to_owned(),
                until,
            },
            Matter::Exists,
            Matter::LockedOut { until },
            Matter::PasswordChanged,
            Matter::RoleChanged,
            Matter::SecondFactorRemoved,
            Matter::Test,
        ] {
            let en = letter(Language::En, matter.clone()).write();
            let de = letter(Language::De, matter.clone()).write();
            assert_ne!(en.subject, de.subject, "{matter:?}");
            assert!(en.text.contains("Hello Ada") && de.text.contains("Guten Tag Ada"));
            let coded = matches!(matter, Matter::Reset { .. } | Matter::Verify { .. });
            for written in [&en, &de] {
                assert_eq!(written.text.contains(code), coded, "{}", written.text);
                assert_eq!(written.html.contains(code), coded, "{}", written.html);
                assert!(!written.html.contains("<b>") && !written.html.contains("<Mary>"));
            }
            if matter.useless_at().is_some() {
                assert!(en.text.contains("2 March 2026, 10:00 (CET)"), "{}", en.text);
                assert!(
                    de.html.contains("02.03.2026, 10:00 Uhr (CET)"),
                    "{}",
                    de.html
                );
            }
        }
    }

    #[test]
    fn the_first_known_language_is_the_letters() {
        assert_eq!(Language::of(&["de-AT", "en"]), Language::De);
        assert_eq!(Language::of(&["bn", "de"]), Language::De);
        assert_eq!(Language::of(&["bn", "fr"]), Language::En);
    }

    #[test]
    fn a_name_cannot_break_out_of_the_subject() {
        let mut bad = letter(Language::En, Matter::Test);
        bad.institution = "X\r\nBcc: all@example.org".to_owned();
        assert!(!bad.write().subject.contains(['\r', '\n']));
    }
}
