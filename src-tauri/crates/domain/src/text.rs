//! Text as the documents keep it (slugs, search folding, lenient reading of foreign values), and what programs say, as
//! people are told it.

use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;

use crate::Timestamp;

/// The same without the operating system's numbers, ` (os error 104)`, which say nothing to a person.
pub fn without_os_numbers(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    kept
}

/// Lower case without diacritics, inner white space single: what lists sort by and search compares.
/// Marks that are letters of their script stay: without its vowel signs a Bengali or Hindi name is
/// another name.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkd().filter(|c| !is_diacritic(*c)).collect();
    plain
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Accents of Latin, Greek and Cyrillic letters; points of Hebrew and Arabic ones, which are seldom
/// written.
const fn is_diacritic(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20f0}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// A slug from a title: folded, everything but `a-z0-9` to single hyphens. Empty where the title has
/// no such letter; the caller then falls back to `course`.
pub fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in fold(title).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// A number of any BSON type as a double; null and missing as 0.
pub(crate) fn number<'de, D: Deserializer<'de>>(input: D) -> Result<f64, D::Error> {
    Ok(optional_number(input)?.unwrap_or_default())
}

/// A number of any BSON type as a double, or nothing.
pub(crate) fn optional_number<'de, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<f64>, D::Error> {
    match bson::Bson::deserialize(input)? {
        bson::Bson::Null | bson::Bson::Undefined => Ok(None),
        value => as_double(&value)
            .map(Some)
            .ok_or_else(|| serde::de::Error::custom("not a number")),
    }
}

/// A whole number of any BSON type (a double is truncated); null and missing as 0.
pub(crate) fn whole<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    match bson::Bson::deserialize(input)? {
        bson::Bson::Null | bson::Bson::Undefined => Ok(0),
        bson::Bson::Int32(n) => Ok(i64::from(n)),
        bson::Bson::Int64(n) => Ok(n),
        bson::Bson::Double(d) if d.is_finite() => Ok(d as i64),
        _ => Err(serde::de::Error::custom("not a whole number")),
    }
}

/// A whole number of any BSON type, or nothing.
pub(crate) fn optional_whole<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    match bson::Bson::deserialize(input)? {
        bson::Bson::Null | bson::Bson::Undefined => Ok(None),
        bson::Bson::Int32(n) => Ok(Some(i64::from(n))),
        bson::Bson::Int64(n) => Ok(Some(n)),
        bson::Bson::Double(d) if d.is_finite() => Ok(Some(d as i64)),
        _ => Err(serde::de::Error::custom("not a whole number")),
    }
}

/// A boolean; null as false.
pub(crate) fn flag<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(input)?.unwrap_or_default())
}

/// The value, or its default where a program stored null.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    input: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(input)?.unwrap_or_default())
}

fn as_double(value: &bson::Bson) -> Option<f64> {
    match value {
        bson::Bson::Double(d) => Some(*d),
        bson::Bson::Int32(n) => Some(f64::from(*n)),
        bson::Bson::Int64(n) => Some(*n as f64),
        bson::Bson::Decimal128(d) => d.to_string().parse().ok(),
        _ => None,
    }
}

/// A moment; null as the epoch.
pub(crate) fn moment<'de, D: Deserializer<'de>>(input: D) -> Result<Timestamp, D::Error> {
    Ok(Option::<Timestamp>::deserialize(input)?.unwrap_or_else(epoch))
}

/// A boolean that is true unless it says otherwise; null as true.
pub(crate) fn flag_or_yes<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(input)?.unwrap_or(true))
}

/// The moment of a document that has none.
pub(crate) fn epoch() -> Timestamp {
    Timestamp::from_millis(0)
}

/// `true`, for defaults.
pub(crate) fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go_and_letters_of_other_scripts_stay() {
        for (text, folded) in [
            ("  Zoë  MÜLLER ", "zoe muller"),
            ("Άννα Ёлкин", "αννα елкин"),
            ("Việt Nguyễn", "viet nguyen"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد", "محمد"),
            ("ﬁne Ⅳ", "fine iv"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
        // Two names that differ in a vowel sign only, and scripts whose signs are letters.
        assert_ne!(fold("রহিম"), fold("রহমি"));
        assert_ne!(fold("কাল"), fold("কল"));
        assert_ne!(fold("दिन"), fold("दान"));
        for text in ["রহিম", "नमस्ते", "குமார்"] {
            assert_eq!(fold(text), text.nfkd().collect::<String>(), "{text}");
        }
        assert_ne!(fold("か"), fold("が"));
        assert_eq!(fold(&fold("কাল É")), fold("কাল É"), "once is enough");
    }
}
