//! The fields of a person, one function each: what is accepted, and how it is kept.

use email_address::{EmailAddress, Options};
use jiff::{civil::Date, tz::TimeZoneDatabase};

use crate::{
    Timestamp,
    error::{Code, Refusal},
    user::{Address, Preferences, Profile, SocialLinks},
};

/// Longest name (seed schema).
pub const NAME_MAX: usize = 100;
/// Longest biography (seed schema).
pub const BIO_MAX: usize = 500;
/// Longest e-mail address (RFC 5321).
pub const EMAIL_MAX: usize = 254;
/// Longest phone number, with its spaces.
pub const PHONE_MAX: usize = 40;
/// Longest line of an address.
pub const ADDRESS_MAX: usize = 200;
/// Longest URL.
pub const URL_MAX: usize = 2_048;
/// Longest reason.
pub const REASON_MAX: usize = 500;
/// Nobody alive was born before this year.
pub const FIRST_YEAR: i16 = 1880;

/// A name: trimmed, 1 to 100 characters, on one line.
pub fn name(text: &str) -> Result<String, Refusal> {
    one_line("name", "The name", text, NAME_MAX)?
        .ok_or_else(|| Refusal::field(Code::Required, "name", "A name is needed."))
}

/// An e-mail address: as the `email_address` crate has it, with a domain that has a dot; lower case.
pub fn email(text: &str) -> Result<String, Refusal> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Err(Refusal::field(
            Code::Required,
            "email",
            "An e-mail address is needed.",
        ));
    }
    if text.len() > EMAIL_MAX {
        return Err(too_long("email", "The e-mail address", EMAIL_MAX));
    }
    let options = Options::default()
        .with_required_tld()
        .without_display_text()
        .without_domain_literal();
    if text.chars().any(char::is_control)
        || EmailAddress::parse_with_options(&text, options).is_err()
    {
        return Err(Refusal::field(
            Code::Invalid,
            "email",
            "This is not an e-mail address. It looks like name@example.org.",
        ));
    }
    Ok(text)
}

/// A phone number by the seed schema's pattern `^\+?[\d\s\-()]+$`; none where it is empty.
pub fn phone(text: &str) -> Result<Option<String>, Refusal> {
    let field = "profile.phone";
    let Some(text) = one_line(field, "The phone number", text, PHONE_MAX)? else {
        return Ok(None);
    };
    let rest = text.strip_prefix('+').unwrap_or(&text);
    let fits = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '(' | ')');
    if rest.is_empty() || !rest.chars().all(fits) {
        return Err(Refusal::field(
            Code::Invalid,
            field,
            "A phone number has digits, spaces, hyphens and parentheses, perhaps with a + in front.",
        ));
    }
    Ok(Some(text))
}

/// A day of birth written `YYYY-MM-DD`, before the day of `now` (UTC); midnight UTC of that day.
pub fn date_of_birth(text: &str, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |message: &str| Refusal::field(Code::Invalid, "profile.dateOfBirth", message);
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let day: Date = Some(text)
        .filter(|_| shape)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| wrong("The date of birth is a real day, written YYYY-MM-DD."))?;
    let midnight = day
        .in_tz("UTC")
        .map(|zoned| Timestamp::from_millis(zoned.timestamp().as_millisecond()))
        .map_err(|_| wrong("The date of birth is a real day, written YYYY-MM-DD."))?;
    check_birth(midnight, now)?;
    Ok(Some(midnight))
}

fn check_birth(midnight: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let wrong = |message: String| Refusal::field(Code::Invalid, "profile.dateOfBirth", message);
    let today = now.timestamp_millis().div_euclid(DAY);
    if midnight.timestamp_millis().div_euclid(DAY) >= today {
        return Err(wrong("The date of birth must be in the past.".to_owned()));
    }
    let year = jiff::Timestamp::from_millisecond(midnight.timestamp_millis())
        .map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).year())
        .map_err(|_| wrong("The date of birth is out of range.".to_owned()))?;
    if year < FIRST_YEAR {
        return Err(wrong(format!(
            "The date of birth cannot be before {FIRST_YEAR}."
        )));
    }
    Ok(())
}

/// A web address that begins with http:// or https:// and names a host; none where it is empty.
pub fn url(field: &str, text: &str) -> Result<Option<String>, Refusal> {
    let Some(text) = one_line(field, "The web address", text, URL_MAX)? else {
        return Ok(None);
    };
    let rest = ["http://", "https://"].into_iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        if head.eq_ignore_ascii_case(scheme) {
            text.get(scheme.len()..)
        } else {
            None
        }
    });
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let sound = host.is_some_and(|host| !host.is_empty() && !host.starts_with([':', '.', '@']))
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\'));
    if sound {
        Ok(Some(text))
    } else {
        Err(Refusal::field(
            Code::Invalid,
            field,
            "A web address begins with https:// or http:// and has no spaces.",
        ))
    }
}

/// An account elsewhere: a web address, or a bare handle (`@name`); none where it is empty.
fn handle(field: &str, text: &str) -> Result<Option<String>, Refusal> {
    let trimmed = text.trim();
    let bare = trimmed.strip_prefix('@').unwrap_or(trimmed);
    let is_handle = !bare.is_empty()
        && bare.len() <= 100
        && bare
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_handle {
        Ok(Some(trimmed.to_owned()))
    } else {
        url(field, text)
    }
}

/// A time zone by its IANA name, spelt as the database spells it.
pub fn timezone(field: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let known = if text.eq_ignore_ascii_case("utc") {
        Some("UTC".to_owned())
    } else {
        TimeZoneDatabase::bundled()
            .get(text)
            .ok()
            .and_then(|zone| zone.iana_name().map(str::to_owned))
    };
    known.ok_or_else(|| {
        Refusal::field(
            Code::Invalid,
            field,
            "This is not a time zone. Use a name like Europe/London or Asia/Dhaka.",
        )
    })
}

/// A BCP 47 language tag in its simple form: `en`, `pt-BR`, `zh-Hant-TW`.
pub fn language(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let sound = (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts
            .all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
        && text.len() <= 35;
    if sound {
        Ok(text.to_owned())
    } else {
        Err(Refusal::field(
            Code::Invalid,
            "preferences.language",
            "This is not a language. Use a tag like en, de or pt-BR.",
        ))
    }
}

/// A reason in the person's words; required where `needed`.
pub fn reason(text: Option<&str>, needed: bool) -> Result<Option<String>, Refusal> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > REASON_MAX => {
            Err(too_long("reason", "The reason", REASON_MAX))
        }
        Some(text) => Ok(Some(text.to_owned())),
        None if needed => Err(Refusal::field(
            Code::Required,
            "reason",
            "A reason is needed.",
        )),
        None => Ok(None),
    }
}

/// What a person tells about themselves, checked field by field: texts trimmed, empty ones away.
/// Fields of other programs pass unchanged.
pub fn profile(told: &Profile, now: Timestamp) -> Result<Profile, Refusal> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let line = |field: &str, name: &str, value: &Option<String>| {
        one_line(field, name, &text(value), ADDRESS_MAX)
    };
    if let Some(born) = told.date_of_birth {
        check_birth(born, now)?;
    }
    Ok(Profile {
        phone: phone(&text(&told.phone))?,
        date_of_birth: told.date_of_birth,
        gender: told.gender,
        address: Address {
            street: line("profile.street", "The street", &told.address.street)?,
            city: line("profile.city", "The city", &told.address.city)?,
            state: line("profile.state", "The state", &told.address.state)?,
            country: line("profile.country", "The country", &told.address.country)?,
            zip_code: line("profile.zipCode", "The postal code", &told.address.zip_code)?,
            extra: told.address.extra.clone(),
        },
        bio: bio(&text(&told.bio))?,
        avatar: url("profile.avatar", &text(&told.avatar))?,
        website: url("profile.website", &text(&told.website))?,
        social_links: SocialLinks {
            linkedin: handle("profile.linkedin", &text(&told.social_links.linkedin))?,
            twitter: handle("profile.twitter", &text(&told.social_links.twitter))?,
            github: handle("profile.github", &text(&told.social_links.github))?,
            extra: told.social_links.extra.clone(),
        },
        extra: told.extra.clone(),
    })
}

/// A biography: at most 500 characters, several lines allowed.
pub fn bio(text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if units(text) > BIO_MAX {
        return Err(too_long("profile.bio", "The biography", BIO_MAX));
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(unprintable("profile.bio", "The biography"));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// How a person wants to be spoken to, checked.
pub fn preferences(told: &Preferences) -> Result<Preferences, Refusal> {
    Ok(Preferences {
        language: language(&told.language)?,
        timezone: timezone("preferences.timezone", &told.timezone)?,
        ..told.clone()
    })
}

/// The length as JavaScript, and with it Mongoose's `maxlength`, counts it.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn one_line(field: &str, what: &str, text: &str, max: usize) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if units(text) > max {
        return Err(too_long(field, what, max));
    }
    if text.chars().any(char::is_control) {
        return Err(unprintable(field, what));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn too_long(field: &str, what: &str, max: usize) -> Refusal {
    Refusal::field(
        Code::TooLong,
        field,
        format!("{what} has more than {max} characters."),
    )
}

fn unprintable(field: &str, what: &str) -> Refusal {
    Refusal::field(
        Code::Invalid,
        field,
        format!("{what} contains characters that cannot be shown."),
    )
}
