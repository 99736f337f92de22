//! Text as the documents keep it: slugs, search folding, and lenient reading of foreign values.

use serde::{Deserialize, Deserializer};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::Timestamp;

/// Lower case without diacritics, inner white space single: what lists sort by and search compares.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    plain
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
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
