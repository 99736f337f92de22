//! Days as people type them, and the moments they begin at in the institution's time zone.

use domain::{Code, Refusal, Timestamp};
use jiff::{
    ToSpan,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use replica::{Reader, reports::Period};

use crate::error::WorkflowError;

/// A day written `YYYY-MM-DD`, at the field it was typed in.
pub(crate) fn day(field: &str, text: &str) -> Result<Date, Refusal> {
    let text = text.trim();
    let shape = text.len() == 10
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    Some(text)
        .filter(|_| shape)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| {
            Refusal::field(
                Code::Invalid,
                field,
                "Write the day as year-month-day, like 2026-03-31.",
            )
        })
}

/// The days from the one to the other, both included; none is open.
pub(crate) fn period(from: Option<&str>, to: Option<&str>) -> Result<Period, Refusal> {
    let read = |field: &str, text: Option<&str>| {
        text.filter(|text| !text.trim().is_empty())
            .map(|text| day(field, text))
            .transpose()
    };
    let period = Period {
        from: read("from", from)?,
        to: read("to", to)?,
    };
    match (period.from, period.to) {
        (Some(from), Some(to)) if from > to => Err(Refusal::field(
            Code::Invalid,
            "to",
            "The period ends before it begins.",
        )),
        _ => Ok(period),
    }
}

/// The institution's time zone, and its name.
pub(crate) fn clock(reader: &Reader<'_>) -> Result<(String, TimeZone), WorkflowError> {
    let name = reader
        .settings()?
        .map_or_else(|| "UTC".to_owned(), |settings| settings.timezone);
    let zone = zone(&name);
    Ok((name, zone))
}

/// The zone with this name; one nobody knows is UTC, by which the replica cuts its days then too.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled()
        .get(name)
        .unwrap_or(TimeZone::UTC)
}

/// The day of a moment by this clock, `YYYY-MM-DD`.
pub(crate) fn written(at: Timestamp, zone: &TimeZone) -> String {
    jiff::Timestamp::from_millisecond(at.timestamp_millis())
        .map(|moment| moment.to_zoned(zone.clone()).date().to_string())
        .unwrap_or_default()
}

/// The period's first moment, and the first after it, in the institution's zone.
pub(crate) fn moments(
    reader: &Reader<'_>,
    period: Period,
) -> Result<(Option<Timestamp>, Option<Timestamp>), WorkflowError> {
    if period == Period::default() {
        return Ok((None, None));
    }
    let (_, zone) = clock(reader)?;
    let begin = |day: Date| {
        day.to_zoned(zone.clone())
            .map(|zoned| Timestamp::from_millis(zoned.timestamp().as_millisecond()))
            .map_err(|_| Refusal::field(Code::Invalid, "from", "This day is outside the calendar."))
    };
    let after = period
        .to
        .map(|day| day.checked_add(1.day()).unwrap_or(Date::MAX));
    Ok((
        period.from.map(begin).transpose()?,
        after.map(begin).transpose()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_checked() {
        assert!(period(Some("2026-01-01"), Some("2026-01-01")).is_ok());
        assert_eq!(
            period(Some("2026-01-02"), Some("2026-01-01"))
                .unwrap_err()
                .field
                .as_deref(),
            Some("to")
        );
        for text in ["1.1.2026", "2026-13-01", "2026-02-30", "today", "2026-1-1"] {
            assert_eq!(
                period(Some(text), None).unwrap_err().field.as_deref(),
                Some("from"),
                "{text}"
            );
        }
        assert_eq!(period(Some(""), None), Ok(Period::default()));
    }
}
