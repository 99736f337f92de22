//! Amounts and dates as printed: amounts with their currency and grouped thousands, dates in the
//! institution's time zone, written out so that no country misreads them.

use domain::{Money, Timestamp};
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `1,234.50`, without the currency; negative amounts with a true minus sign.
pub fn grouped(amount: Money) -> String {
    let plain = amount.decimal();
    let (sign, digits) = plain
        .strip_prefix('-')
        .map_or(("", plain.as_str()), |rest| ("−", rest));
    let (whole, part) = digits
        .split_once('.')
        .map_or((digits, None), |(w, p)| (w, Some(p)));
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// `USD 1,234.50`.
pub fn money(amount: Money) -> String {
    format!("{} {}", amount.currency, grouped(amount))
}

/// `23 November 2026`, in that zone.
pub fn date(at: Timestamp, zone: &TimeZone) -> String {
    match jiff::Timestamp::from_millisecond(at.timestamp_millis()) {
        Ok(moment) => {
            let day = moment.to_zoned(zone.clone()).date();
            let month = usize::try_from(day.month())
                .ok()
                .and_then(|m| MONTHS.get(m - 1))
                .unwrap_or(&"");
            format!("{} {month} {}", day.day(), day.year())
        }
        Err(_) => String::new(),
    }
}

/// `23 November 2026, 14:05 UTC`, in that zone.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    match jiff::Timestamp::from_millisecond(at.timestamp_millis()) {
        Ok(moment) => {
            let zoned = moment.to_zoned(zone.clone());
            format!("{}, {}", date(at, zone), zoned.strftime("%H:%M %Z"))
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use domain::Currency;

    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        for (minor, text) in [
            (0, "GBP 0.00"),
            (5, "GBP 0.05"),
            (99_999, "GBP 999.99"),
            (100_000, "GBP 1,000.00"),
            (123_456_789, "GBP 1,234,567.89"),
            (-25_000, "GBP −250.00"),
        ] {
            assert_eq!(
                money(Money::new(minor, Currency::Gbp)),
                text,
                "of {minor} minor units"
            );
        }
    }

    #[test]
    fn days_are_those_of_the_institution() {
        let at = Timestamp::from_millis(1_795_392_000_000 - 60_000);
        let utc = date(at, &TimeZone::UTC);
        let dhaka = date(at, &TimeZone::fixed(jiff::tz::offset(6)));
        assert_eq!(utc, "22 November 2026");
        assert_eq!(
            dhaka, "23 November 2026",
            "six hours east it is already the next day"
        );
        assert_eq!(moment(at, &TimeZone::UTC), "22 November 2026, 23:59 UTC");
    }
}
