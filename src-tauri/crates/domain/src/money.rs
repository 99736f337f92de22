//! Money: whole minor units and a currency, and nothing else is ever added up.
//!
//! The seed schema stores amounts as doubles. They are turned into minor units at the edge, rounded
//! half to even, and refused when the double is further than 0.005 from the rounded amount in major
//! units or outside the range a double holds exactly. No exchange rates here: amounts of different
//! currencies never meet.

use std::{cmp::Ordering, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Code, Refusal};

/// The currencies of the seed schema.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "wire", derive(ts_rs::TS), ts(export))]
pub enum Currency {
    /// United States dollar.
    #[default]
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Bangladeshi taka.
    Bdt,
}

impl Currency {
    /// All of them, in the order of the seed schema.
    pub const ALL: [Self; 4] = [Self::Usd, Self::Eur, Self::Gbp, Self::Bdt];

    /// Digits after the point (ISO 4217): two for each of these.
    pub const fn exponent(self) -> u32 {
        match self {
            Self::Usd | Self::Eur | Self::Gbp | Self::Bdt => 2,
        }
    }

    /// Minor units in one major unit.
    pub const fn unit(self) -> i64 {
        10_i64.pow(self.exponent())
    }

    /// The ISO 4217 letters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Bdt => "BDT",
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|c| c.code().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| {
                Refusal::field(
                    Code::Invalid,
                    "currency",
                    "The currency is one of USD, EUR, GBP and BDT.",
                )
            })
    }
}

/// A currency in letters of either case, as payment providers and other programs write it; null as the
/// default.
pub(crate) fn in_any_case<'de, D: Deserializer<'de>>(input: D) -> Result<Currency, D::Error> {
    match Option::<String>::deserialize(input)? {
        None => Ok(Currency::default()),
        Some(text) => text
            .parse()
            .map_err(|_| serde::de::Error::custom(format!("{text:?} is not a currency kept here"))),
    }
}

/// An amount of one currency, in minor units (cents, pence, poisha). May be negative in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Which currency they are of.
    pub currency: Currency,
}

/// The largest whole number of major units whose hundredths a double still tells apart: from 2⁴⁶ on
/// neighbouring doubles are more than a hundredth apart.
const EXACT: i64 = 1 << 46;

impl Money {
    /// An amount of minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in that currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whether it is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum; refuses mixed currencies and overflow.
    pub fn plus(self, other: Self) -> Result<Self, Refusal> {
        self.same_currency(other)?;
        self.minor
            .checked_add(other.minor)
            .map(|m| Self::new(m, self.currency))
            .ok_or_else(too_big)
    }

    /// The difference; refuses mixed currencies and overflow.
    pub fn minus(self, other: Self) -> Result<Self, Refusal> {
        self.same_currency(other)?;
        self.minor
            .checked_sub(other.minor)
            .map(|m| Self::new(m, self.currency))
            .ok_or_else(too_big)
    }

    /// The same amount with the other sign; refuses overflow.
    pub fn negated(self) -> Result<Self, Refusal> {
        self.minor
            .checked_neg()
            .map(|m| Self::new(m, self.currency))
            .ok_or_else(too_big)
    }

    /// Compares; refuses mixed currencies.
    pub fn compare(self, other: Self) -> Result<Ordering, Refusal> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    fn same_currency(self, other: Self) -> Result<(), Refusal> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(Refusal::new(
                Code::CurrencyMismatch,
                format!(
                    "{} and {} cannot be added up.",
                    self.currency, other.currency
                ),
            ))
        }
    }

    /// Reads the seed schema's double (major units), rounding half to even. Refuses what is not
    /// finite, not within 0.005 of a whole number of minor units' value, or too large to be exact.
    pub fn from_double(major: f64, currency: Currency) -> Result<Self, Refusal> {
        if !major.is_finite() {
            return Err(Refusal::field(
                Code::Amount,
                "amount",
                "The amount is not a number.",
            ));
        }
        // Decimal text of the double is exact enough to round half to even without a second
        // rounding: 2.675 is stored as 2.67499…, and its shortest form is what was meant.
        let minor = round_half_even(major, currency.exponent()).ok_or_else(too_big)?;
        if minor.unsigned_abs() > (EXACT * currency.unit()).unsigned_abs() {
            return Err(too_big());
        }
        let back = Self::new(minor, currency);
        // The subtraction itself is off by a few units in the last place.
        let slack = 4.0 * f64::EPSILON * major.abs().max(1.0);
        if (back.to_double() - major).abs() > 0.005 + slack {
            return Err(Refusal::field(
                Code::Amount,
                "amount",
                format!("{major} is not an amount of {currency}."),
            ));
        }
        Ok(back)
    }

    /// The seed schema's double, in major units.
    pub fn to_double(self) -> f64 {
        // The shortest decimal text parses to the double nearest to the exact amount, which is what
        // a program that typed the amount would have stored.
        self.decimal().parse().unwrap_or(f64::NAN)
    }

    /// Reads what a person typed: `1234.50`, `1,234.50` or `1234`; taka also as `1,20,000`. Refuses signs, more decimals than
    /// the currency has, and amounts over 10 trillion minor units.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Refusal> {
        let bad = |why: &str| Err(Refusal::field(Code::Amount, "amount", why));
        let text = text.trim();
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits: String = whole.chars().filter(|c| *c != ',').collect();
        if digits.is_empty()
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || !groups_ok(whole, currency)
        {
            return bad("Type the amount in digits, like 1234.50.");
        }
        if !part.bytes().all(|b| b.is_ascii_digit()) || (part.is_empty() && text.ends_with('.')) {
            return bad("Type the amount in digits, like 1234.50.");
        }
        let exponent = usize::try_from(currency.exponent()).unwrap_or(2);
        if part.len() > exponent {
            return bad(&format!(
                "{currency} has {exponent} digits after the point."
            ));
        }
        let text = format!("{digits}{part:0<exponent$}");
        match text.parse::<i64>() {
            Ok(minor) if minor <= 10_000_000_000_000 => Ok(Self::new(minor, currency)),
            _ => bad("The amount is too large."),
        }
    }

    /// Plain decimal text in major units, without the currency: `-1234.50`.
    pub fn decimal(self) -> String {
        let exponent = usize::try_from(self.currency.exponent()).unwrap_or(2);
        let digits = format!(
            "{:0>width$}",
            self.minor.unsigned_abs(),
            width = exponent + 1
        );
        let (whole, part) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        if part.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part}")
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.decimal())
    }
}

fn too_big() -> Refusal {
    Refusal::field(Code::Amount, "amount", "The amount is too large.")
}

/// Groups, where a comma is used at all, are of three digits after the first; in taka also as lakhs and
/// crores are written, of two before the last.
fn groups_ok(whole: &str, currency: Currency) -> bool {
    let lengths: Vec<usize> = whole.split(',').map(str::len).collect();
    let [first, middle @ .., last] = lengths.as_slice() else {
        return true;
    };
    let grouped = |digits: usize| {
        (1..=digits).contains(first) && middle.iter().all(|n| *n == digits) && *last == 3
    };
    grouped(3) || (currency == Currency::Bdt && grouped(2))
}

/// Shifts the shortest decimal form of `major` by `exponent` digits and rounds half to even.
fn round_half_even(major: f64, exponent: u32) -> Option<i64> {
    let text = format!("{:?}", major.abs());
    let (mantissa, power) = match text.split_once('e') {
        Some((m, p)) => (m.to_owned(), p.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let digits: Vec<u8> = whole
        .bytes()
        .chain(part.bytes())
        .map(|b| b - b'0')
        .collect();
    let point = i32::try_from(whole.len()).ok()? + power + i32::try_from(exponent).ok()?;
    let mut minor: i64 = 0;
    let mut rest: Vec<u8> = Vec::new();
    if point < 0 {
        return Some(0);
    }
    let point = usize::try_from(point).ok()?;
    for (i, d) in digits
        .iter()
        .copied()
        .chain(std::iter::repeat_n(0, point.saturating_sub(digits.len())))
        .enumerate()
    {
        if i < point {
            minor = minor.checked_mul(10)?.checked_add(i64::from(d))?;
        } else {
            rest.push(d);
        }
    }
    let up = match rest.first() {
        Some(d) if *d > 5 => true,
        Some(5) => rest[1..].iter().any(|d| *d != 0) || minor % 2 == 1,
        _ => false,
    };
    let minor = if up { minor.checked_add(1)? } else { minor };
    Some(if major < 0.0 { -minor } else { minor })
}
