//! The institution's calendar: which day a moment is on, in its time zone.
//!
//! The zone's clock changes are written into the file (`zone_spans`), where triggers cut days by them.
//! When the institution moves its zone, the spans are replaced and every sum by day is taken again from
//! what it sums. Reading needs no time zone database. Before 1970 the zone is taken as it was then.

use domain::Timestamp;
use jiff::{civil::Date, tz::TimeZone};
use rusqlite::{Connection, OptionalExtension};

use super::figures::{Month, Period};
use crate::{error::StoreError, replica::Reader};

const DAY: i64 = 86_400_000;
/// Before every moment a document can hold.
const EVER: i64 = -9_000_000_000_000_000;
/// Clock changes are foreseen until 2120.
const FORESEEN: i64 = 4_733_510_400_000;
const META: &str = "zone";

/// Takes over the time zone of the settings, if it is another one. Called in the transaction of every
/// change of the settings. A name no zone has is taken as UTC.
pub(crate) fn follow(connection: &Connection) -> Result<(), StoreError> {
    let wanted: Option<Option<String>> = connection
        .prepare_cached("SELECT doc ->> '$.timezone' FROM settings LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let wanted = wanted.flatten().unwrap_or_else(|| "UTC".to_owned());
    let current = crate::meta::get(connection, META)?.unwrap_or_else(|| "UTC".to_owned());
    if wanted == current {
        return Ok(());
    }
    let zone = TimeZone::get(&wanted).unwrap_or_else(|error| {
        tracing::warn!(zone = %wanted, %error, "unknown time zone; days are cut in UTC");
        TimeZone::UTC
    });
    connection.execute("DELETE FROM zone_spans", [])?;
    let start = jiff::Timestamp::UNIX_EPOCH;
    let mut spans = vec![(EVER, zone.to_offset(start).seconds())];
    for change in zone.following(start) {
        let at = change.timestamp().as_millisecond();
        if at > FORESEEN {
            break;
        }
        spans.push((at, change.offset().seconds()));
    }
    {
        let mut insert = connection.prepare("INSERT INTO zone_spans VALUES (?1, ?2)")?;
        for (from, seconds) in spans {
            insert.execute([from, i64::from(seconds) * 1000])?;
        }
    }
    connection.execute_batch(RECOUNT)?;
    connection
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([META, &wanted])?;
    Ok(())
}

/// The day of a moment, as the triggers cut it.
macro_rules! day_of {
    ($moment:literal) => {
        concat!(
            "(SELECT (",
            $moment,
            " + offset_ms + 8640000000000000) / 86400000 - 100000000",
            " FROM zone_spans WHERE from_ms <= ",
            $moment,
            " ORDER BY from_ms DESC LIMIT 1)"
        )
    };
}

/// The sums by day, as they must be: what names a row, how many, how much.
pub(crate) const ENROLLMENTS: &str = concat!(
    "SELECT ",
    day_of!("enrolled_at"),
    ", course, status, count(*) FROM enrollments GROUP BY 1, 2, 3"
);
pub(crate) const COMPLETIONS: &str = concat!(
    "SELECT ",
    day_of!("completed_at"),
    ", course, count(*) FROM enrollments",
    " WHERE status = 'completed' AND completed_at IS NOT NULL GROUP BY 1, 2"
);
pub(crate) const REVENUE: &str = concat!(
    "SELECT ",
    day_of!("occurred_at"),
    ", course, method, currency, kind, count(*), sum(amount_minor) FROM payment_ledger GROUP BY 1, 2, 3, 4, 5"
);
/// The same over all courses.
pub(crate) const ENROLLMENTS_OF_ALL: &str = concat!(
    "SELECT ",
    day_of!("enrolled_at"),
    ", status, count(*) FROM enrollments GROUP BY 1, 2"
);
pub(crate) const REVENUE_OF_ALL: &str = concat!(
    "SELECT ",
    day_of!("occurred_at"),
    ", currency, kind, method, count(*), sum(amount_minor) FROM payment_ledger GROUP BY 1, 2, 3, 4"
);

const RECOUNT: &str = concat!(
    "DELETE FROM enrollments_daily; DELETE FROM completions_daily; DELETE FROM revenue_daily;",
    "INSERT INTO enrollments_daily SELECT ",
    day_of!("enrolled_at"),
    ", course, status, count(*) FROM enrollments GROUP BY 1, 2, 3;",
    "INSERT INTO completions_daily SELECT ",
    day_of!("completed_at"),
    ", course, count(*) FROM enrollments WHERE status = 'completed' AND completed_at IS NOT NULL GROUP BY 1, 2;",
    "INSERT INTO revenue_daily (day, course, method, currency, kind, amount_minor, n) SELECT ",
    day_of!("occurred_at"),
    ", course, method, currency, kind, sum(amount_minor), count(*) FROM payment_ledger GROUP BY 1, 2, 3, 4, 5;"
);

/// The zone's clock, as the file has it.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    /// From when (UTC, ms), and how far ahead of UTC (ms); in order.
    spans: Vec<(i64, i64)>,
}

impl Zone {
    /// The number of the day, 0 being 1970-01-01.
    pub(crate) fn day(&self, at: i64) -> i64 {
        let next = self.spans.partition_point(|(from, _)| *from <= at);
        let offset = next
            .checked_sub(1)
            .and_then(|i| self.spans.get(i))
            .map_or(0, |(_, offset)| *offset);
        at.saturating_add(offset).div_euclid(DAY)
    }

    /// The first moment of a day, in ms.
    pub(crate) fn start(&self, day: i64) -> i64 {
        let midnight = day.saturating_mul(DAY);
        let ends = self
            .spans
            .iter()
            .skip(1)
            .map(|(from, _)| *from)
            .chain([i64::MAX]);
        self.spans
            .iter()
            .zip(ends)
            .find(|((_, offset), end)| midnight - offset < *end)
            .map_or(midnight, |((from, offset), _)| {
                (midnight - offset).max(*from)
            })
    }

    /// The moments of a period: from, and before.
    pub(crate) fn moments(&self, period: Period) -> (Option<i64>, Option<i64>) {
        (
            period.from.map(|day| self.start(number(day))),
            period.to.map(|day| self.start(number(day) + 1)),
        )
    }
}

/// The number of a date, 0 being 1970-01-01.
pub(crate) fn number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The date of a number; the end of the calendar beyond it.
pub(crate) fn date(day: i64) -> Date {
    let since = jiff::SignedDuration::from_hours(day.clamp(-4_000_000, 4_000_000) * 24);
    let edge = if day < 0 { Date::MIN } else { Date::MAX };
    Date::constant(1970, 1, 1)
        .checked_add(since)
        .unwrap_or(edge)
}

impl Month {
    /// The month a date is in.
    pub fn of(date: Date) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(Date::MIN)
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.month == 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                year: self.year,
                month: self.month + 1,
            }
        }
    }

    /// The month so many before it.
    #[must_use]
    pub fn earlier(self, months: u8) -> Self {
        let mut month = self;
        for _ in 0..months {
            month = if month.month == 1 {
                Self {
                    year: month.year - 1,
                    month: 12,
                }
            } else {
                Self {
                    year: month.year,
                    month: month.month - 1,
                }
            };
        }
        month
    }
}

impl Reader<'_> {
    /// The day a moment is on, in the institution's time zone.
    pub fn local_date(&self, at: Timestamp) -> Result<Date, StoreError> {
        Ok(date(self.zone()?.day(at.timestamp_millis())))
    }

    pub(crate) fn zone(&self) -> Result<Zone, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT from_ms, offset_ms FROM zone_spans ORDER BY from_ms")?;
        let spans = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(Zone { spans })
    }
}
