//! Cells of other programs in the words of this one: dates, prices, roles, categories, levels, lists.
//! Each refuses with a sentence that says what would be understood.

use domain::{
    Code, Currency, Money, Refusal, Role,
    course::{Category, LessonKind, Level},
    text::fold,
    user::{Gender, UserStatus},
};

/// Letters and digits of a cell, folded; everything else is one space.
pub(super) fn word(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '+' {
                c
            } else {
                ' '
            }
        })
        .collect();
    fold(&spaced)
}

fn unclear(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::Invalid, message)
}

/// What somebody is.
pub(super) fn role(text: &str) -> Result<Role, Refusal> {
    match word(text).as_str() {
        "student" | "learner" | "pupil" | "participant" | "member" | "user" => Ok(Role::Student),
        "instructor" | "teacher" | "tutor" | "lecturer" | "trainer" | "professor" => {
            Ok(Role::Instructor)
        }
        "finance" | "accountant" | "cashier" | "bursar" | "finance officer" | "admin"
        | "administrator" | "registrar" => Err(unclear(
            "A file makes no finance staff and no administrators. Import them as students, then change the role on each person's page.",
        )),
        _ => Err(unclear("The role is one of student and instructor.")),
    }
}

/// Whether an account may be used.
pub(super) fn status(text: &str) -> Result<UserStatus, Refusal> {
    match word(text).as_str() {
        "active" | "enabled" | "yes" | "true" | "1" => Ok(UserStatus::Active),
        "inactive" | "disabled" | "no" | "false" | "0" | "left" | "deleted" => {
            Ok(UserStatus::Inactive)
        }
        "suspended" | "blocked" | "banned" => Ok(UserStatus::Suspended),
        _ => Err(unclear(
            "The status is one of active, inactive and suspended.",
        )),
    }
}

/// As told.
pub(super) fn gender(text: &str) -> Result<Gender, Refusal> {
    match word(text).as_str() {
        "m" | "male" | "man" => Ok(Gender::Male),
        "f" | "female" | "woman" | "w" => Ok(Gender::Female),
        "other" | "x" | "d" | "diverse" | "non binary" | "nonbinary" => Ok(Gender::Other),
        "prefer not to say" | "unknown" | "n a" | "not stated" => Ok(Gender::PreferNotToSay),
        _ => Err(unclear(
            "The gender is one of male, female, other and prefer-not-to-say.",
        )),
    }
}

/// Yes or no.
pub(super) fn yes(text: &str) -> Result<bool, Refusal> {
    match word(text).as_str() {
        "yes" | "true" | "1" | "y" | "x" | "public" | "visible" | "free" => Ok(true),
        "no" | "false" | "0" | "n" | "private" | "hidden" => Ok(false),
        _ => Err(unclear("Write yes or no.")),
    }
}

/// A day. Year first is understood always; day and month only where they cannot be confused.
pub(super) fn day(text: &str) -> Result<jiff::civil::Date, Refusal> {
    const FORM: &str = "Write the date as year-month-day, like 1990-04-03.";
    let text = text.split(['T', ' ']).next().unwrap_or(text);
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else {
        return Err(unclear(FORM));
    };
    let number = |part: &str| part.parse::<i16>().map_err(|_| unclear(FORM));
    let (year, month, day) = if a.len() == 4 {
        (number(a)?, number(b)?, number(c)?)
    } else if c.len() == 4 {
        let (first, second) = (number(a)?, number(b)?);
        if text.contains('.') || first > 12 || first == second {
            (number(c)?, second, first)
        } else if second > 12 {
            (number(c)?, first, second)
        } else {
            return Err(unclear(format!("{text} can be read in two ways. {FORM}")));
        }
    } else {
        return Err(unclear(FORM));
    };
    let (month, day) = (i8::try_from(month), i8::try_from(day));
    match (month, day) {
        (Ok(month), Ok(day)) => jiff::civil::Date::new(year, month, day)
            .map_err(|_| unclear(format!("There is no such day. {FORM}"))),
        _ => Err(unclear(format!("There is no such day. {FORM}"))),
    }
}

/// An amount as people write it (`1,234.50`, `£250`, `USD 99.99`, `1.234,50 €`, `free`), and the currency
/// if it is written beside it.
pub(super) fn price(text: &str, fallback: Currency) -> Result<(Money, Option<Currency>), Refusal> {
    const FORM: &str = "Write the price in digits, like 1234.50.";
    if matches!(word(text).as_str(), "free" | "free of charge" | "gratis") {
        return Ok((Money::zero(fallback), None));
    }
    // The full stop of an abbreviation (`Tk. 4500`) is no decimal point.
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let stop = c == '.' && plain.chars().last().is_some_and(char::is_alphabetic);
        plain.push(if stop { ' ' } else { c });
    }
    let text = plain.as_str();
    let is_number = |c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                '.' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}' | '-' | '−'
            )
    };
    let digits: String = text
        .chars()
        .filter(|c| is_number(*c))
        .filter(|c| !c.is_whitespace() && *c != '\'')
        .collect();
    let letters: String = text.chars().filter(|c| !is_number(*c)).collect();
    let named = match letters.trim().to_lowercase().trim_end_matches('.') {
        "" => None,
        "£" | "gbp" | "gbp£" | "pounds" => Some(Currency::Gbp),
        "€" | "eur" | "eur€" | "euro" | "euros" => Some(Currency::Eur),
        "$" | "us$" | "usd" | "usd$" | "dollars" => Some(Currency::Usd),
        "৳" | "bdt" | "bdt৳" | "tk" | "taka" => Some(Currency::Bdt),
        other => {
            return Err(unclear(format!(
                "{other} is not a currency kept here: USD, EUR, GBP and BDT are. {FORM}"
            )));
        }
    };
    if digits.starts_with(['-', '−']) {
        return Err(unclear("A price is not negative."));
    }
    let currency = named.unwrap_or(fallback);
    let plain = point(&digits);
    Money::parse(&plain, currency).map(|money| (money, named))
}

/// The number with a point before its decimals, whichever sign was used: the last of two different
/// signs is the point; a single comma with one or two digits after it is one too.
fn point(digits: &str) -> String {
    match (digits.rfind('.'), digits.rfind(',')) {
        (Some(dot), Some(comma)) if comma > dot => digits.replace('.', "").replace(',', "."),
        (None, Some(comma))
            if digits.matches(',').count() == 1
                && (1..=2).contains(&(digits.len() - comma - 1)) =>
        {
            digits.replace(',', ".")
        }
        // 1.234.567: points between thousands.
        (Some(_), None) if digits.matches('.').count() > 1 => digits.replace('.', ","),
        _ => digits.to_owned(),
    }
}

/// A category of ours, or [`Category::Other`] and the words as they were, to be kept as subcategory.
pub(super) fn category(text: &str) -> (Category, Option<String>) {
    let words = word(text);
    let exact = Category::ALL
        .into_iter()
        .find(|known| word(known.as_str()) == words);
    if let Some(category) = exact {
        return (category, None);
    }
    let has = |stems: &[&str]| {
        words.split(' ').any(|part| {
            stems.iter().any(|stem| {
                if stem.len() <= 3 {
                    part == *stem
                } else {
                    part.starts_with(stem)
                }
            })
        })
    };
    // The more particular before the more general: data science is also programming, web design also
    // the web's.
    let guess = if has(&["data", "statistic", "analytic", "ai", "ml"])
        || words.contains("machine learning")
    {
        Category::DataScience
    } else if has(&["marketing", "seo", "advertis", "branding"]) {
        Category::Marketing
    } else if has(&[
        "design",
        "art",
        "arts",
        "graphic",
        "illustration",
        "ux",
        "ui",
    ]) {
        Category::Design
    } else if has(&[
        "program",
        "software",
        "develop",
        "coding",
        "web",
        "computer",
        "computing",
        "it",
        "informatic",
    ]) {
        Category::Programming
    } else if has(&[
        "business",
        "management",
        "finance",
        "financial",
        "accounting",
        "entrepreneur",
        "econom",
        "leadership",
    ]) {
        Category::Business
    } else {
        Category::Other
    };
    (guess, Some(text.to_owned()))
}

/// A level of ours. None: the course is for all levels, which has no word here.
pub(super) fn level(text: &str) -> Result<Option<Level>, Refusal> {
    let words = word(text);
    let words = words.trim_end_matches(" level").trim_end_matches("s");
    match words {
        "beginner" | "introductory" | "introduction" | "basic" | "novice" | "easy"
        | "foundation" | "elementary" | "entry" | "starter" | "1" | "a" => {
            Ok(Some(Level::Beginner))
        }
        "intermediate" | "medium" | "middle" | "improver" | "2" | "b" => {
            Ok(Some(Level::Intermediate))
        }
        "advanced" | "expert" | "hard" | "difficult" | "professional" | "3" | "c" => {
            Ok(Some(Level::Advanced))
        }
        "all" | "all level" | "any" | "mixed" | "general" | "various" | "" => Ok(None),
        _ => Err(unclear(
            "The level is one of beginner, intermediate and advanced.",
        )),
    }
}

/// What a lesson is.
pub(super) fn lesson_kind(text: &str) -> Result<LessonKind, Refusal> {
    match word(text).as_str() {
        "video" | "lecture" | "recording" | "film" => Ok(LessonKind::Video),
        "text" | "article" | "reading" | "page" | "document" => Ok(LessonKind::Text),
        "quiz" | "test" | "exam" | "assessment" => Ok(LessonKind::Quiz),
        "assignment" | "exercise" | "project" | "practice" | "homework" => {
            Ok(LessonKind::Assignment)
        }
        _ => Err(unclear(
            "The lesson's type is one of video, text, quiz and assignment.",
        )),
    }
}

/// The number without the commas between its thousands; none where they stand elsewhere.
fn ungrouped(number: &str) -> Option<String> {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains(',');
    let sound = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    (!grouped || sound).then(|| format!("{}{rest}", whole.replace(',', "")))
}

/// A number of weeks or hours (`1,500`, `1,5`); words after it are let pass (`6 weeks`, `1.5 hours`).
pub(super) fn amount_of_time(text: &str) -> Result<f64, Refusal> {
    let digits: String = text
        .trim()
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .collect();
    match ungrouped(&point(&digits)).and_then(|plain| plain.parse::<f64>().ok()) {
        Some(number) if number.is_finite() && (0.0..=10_000.0).contains(&number) => Ok(number),
        _ => Err(unclear("Write a number, like 6 or 1.5.")),
    }
}

/// Minutes and seconds of a lesson as they are kept: `15:30` stays, `12` and `12 min` become `12:00`.
pub(super) fn lesson_duration(text: &str) -> Result<String, Refusal> {
    const FORM: &str = "Write the lesson's duration as minutes and seconds, like 15:30.";
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let number = |part: &str| part.parse::<u32>().map_err(|_| unclear(FORM));
    match parts.as_slice() {
        [_] => {
            let minutes = amount_of_time(text).map_err(|_| unclear(FORM))?;
            let rest = text
                .trim()
                .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
            let factor = match word(rest).as_str() {
                "" | "min" | "mins" | "minute" | "minutes" | "m" => 60.0,
                "h" | "hour" | "hours" | "hr" | "hrs" => 3600.0,
                "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
                _ => return Err(unclear(FORM)),
            };
            let seconds = (minutes * factor).round();
            Ok(format!(
                "{:02}:{:02}",
                (seconds / 60.0).floor(),
                seconds % 60.0
            ))
        }
        [minutes, seconds] if number(seconds)? < 60 => {
            Ok(format!("{:02}:{:02}", number(minutes)?, number(seconds)?))
        }
        [hours, minutes, seconds] if number(minutes)? < 60 && number(seconds)? < 60 => Ok(format!(
            "{}:{:02}:{:02}",
            number(hours)?,
            number(minutes)?,
            number(seconds)?
        )),
        _ => Err(unclear(FORM)),
    }
}

/// A list in a cell: lines, or parts between semicolons or bars; failing those, commas.
pub(super) fn list(text: &str, commas: bool) -> Vec<String> {
    let by: &[char] = if text.contains(['\n', ';', '|']) {
        &['\n', ';', '|']
    } else if commas {
        &[',']
    } else {
        &['\n']
    };
    let trim = |part: &str| part.trim().trim_start_matches(['•', '*']).trim().to_owned();
    text.split(by)
        .map(trim)
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_as_people_write_them() {
        for (text, minor, currency) in [
            ("1,234.50", 123_450, None),
            ("£250", 25_000, Some(Currency::Gbp)),
            ("USD 99.99", 9_999, Some(Currency::Usd)),
            ("99.99 usd", 9_999, Some(Currency::Usd)),
            ("1.234,50 €", 123_450, Some(Currency::Eur)),
            ("99,90", 9_990, None),
            ("1,234", 123_400, None),
            ("1 234.50", 123_450, None),
            ("৳ 4,500", 450_000, Some(Currency::Bdt)),
            ("Tk. 4500", 450_000, Some(Currency::Bdt)),
            ("Free", 0, None),
            ("0", 0, None),
            ("1.234.567", 123_456_700, None),
        ] {
            let (money, named) =
                price(text, Currency::Gbp).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!((money.minor, named), (minor, currency), "{text}");
        }
        for text in [
            "-5",
            "ten",
            "¥500",
            "CAD 20",
            "1,23,4",
            "12.345",
            "£",
            "none",
            "N/A",
            "1,20,000",
            "1e5",
            "5 dollars each",
        ] {
            assert!(price(text, Currency::Gbp).is_err(), "{text}");
        }
    }

    #[test]
    fn lakhs_are_read_in_taka() {
        for (text, minor) in [
            ("1,20,000", 12_000_000),
            ("৳ 12,34,567.50", 123_456_750),
            ("120,000", 12_000_000),
        ] {
            let read = price(text, Currency::Bdt).map(|(money, _)| money.minor);
            assert_eq!(read, Ok(minor), "{text}");
        }
        assert!(price("1,2,000", Currency::Bdt).is_err());
    }

    #[test]
    fn amounts_of_time_as_people_write_them() {
        for (text, number) in [
            ("6", 6.0),
            ("1.5 hours", 1.5),
            ("1,5", 1.5),
            ("1,25 h", 1.25),
            ("1,500", 1_500.0),
            ("1,500.5", 1_500.5),
            ("1.500,5", 1_500.5),
        ] {
            assert_eq!(amount_of_time(text), Ok(number), "{text}");
        }
        for text in ["", "about 6", "1,2345", "12,34,5", "10,001", "1.2.3,4,5"] {
            assert!(amount_of_time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_that_can_be_read_in_two_ways_are_refused() {
        let date = jiff::civil::date(1990, 4, 3);
        for text in [
            "1990-04-03",
            "1990/4/3",
            "03.04.1990",
            "1990-04-03T00:00:00Z",
        ] {
            assert_eq!(day(text).as_ref(), Ok(&date), "{text}");
        }
        assert_eq!(day("25/12/1990"), Ok(jiff::civil::date(1990, 12, 25)));
        assert_eq!(day("12/25/1990"), Ok(jiff::civil::date(1990, 12, 25)));
        assert!(day("03/04/1990").unwrap_err().message.contains("two ways"));
        for text in ["1990-02-30", "yesterday", "90-1-1", "1990-13-01"] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn categories_and_levels_of_elsewhere() {
        assert_eq!(category("data-science"), (Category::DataScience, None));
        assert_eq!(category("PROGRAMMING"), (Category::Programming, None));
        assert_eq!(category("Web Development").0, Category::Programming);
        assert_eq!(category("Graphic Design").0, Category::Design);
        assert_eq!(
            category("Business Finance"),
            (Category::Business, Some("Business Finance".to_owned()))
        );
        assert_eq!(
            category("Musical Instruments"),
            (Category::Other, Some("Musical Instruments".to_owned()))
        );
        assert_eq!(level("Beginner Level"), Ok(Some(Level::Beginner)));
        assert_eq!(level("EXPERT"), Ok(Some(Level::Advanced)));
        assert_eq!(level("All Levels"), Ok(None));
        assert!(level("cosy").is_err());
    }

    #[test]
    fn durations_of_lessons() {
        for (text, kept) in [
            ("15:30", "15:30"),
            ("12", "12:00"),
            ("1.5 min", "01:30"),
            ("1:02:03", "1:02:03"),
            ("2 hours", "120:00"),
        ] {
            assert_eq!(lesson_duration(text).as_deref(), Ok(kept), "{text}");
        }
        assert!(lesson_duration("15:75").is_err());
        assert!(lesson_duration("long").is_err());
    }
}
