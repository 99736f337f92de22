//! Money at its edges: doubles of other programs, what people type, and sums.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use domain::{Code, Currency, Money};
use proptest::prelude::*;

/// The last amount whose hundredths a double tells apart.
const EXACT: i64 = 100 << 46;

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::Gbp)
}

#[test]
fn doubles_are_rounded_half_to_even_of_what_was_meant() {
    for (major, minor) in [
        (0.0, 0),
        (-0.0, 0),
        (0.005, 0),
        (0.015, 2),
        (0.025, 2),
        (0.035, 4),
        (2.675, 268),
        (1.005, 100),
        (1.115, 112),
        (4.35, 435),
        (0.1 + 0.2, 30),
        (1.1 * 3.0, 330),
        (19.99, 1999),
        (249.0, 24_900),
        (99_999_999.99, 9_999_999_999),
        (-12.34, -1234),
        (-0.005, 0),
        (-0.015, -2),
        (1e-7, 0),
        (5e-324, 0),
        (0.0049, 0),
        (0.0051, 1),
        (0.009_999_999, 1),
        (1e13, 1_000_000_000_000_000),
        (70_368_744_177_664.0, 7_036_874_417_766_400),
        (70_368_744_177_663.99, 7_036_874_417_766_399),
    ] {
        let read = Money::from_double(major, Currency::Gbp);
        assert_eq!(read.map(|m| m.minor), Ok(minor), "{major} was read wrongly");
    }
}

#[test]
fn impossible_doubles_are_refused() {
    for major in [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e300,
        -1e300,
        f64::MAX,
        f64::MIN,
        1e17,
        1e15,
        70_368_744_177_664.02,
    ] {
        let refused = Money::from_double(major, Currency::Usd);
        assert_eq!(
            refused.map_err(|r| r.code),
            Err(Code::Amount),
            "{major} was taken for an amount"
        );
    }
}

#[test]
fn lakhs_and_crores_are_of_taka() {
    for (text, minor) in [
        ("1,20,000", 12_000_000),
        ("12,34,567.50", 123_456_750),
        ("1,00,00,000", 1_000_000_000),
        ("120,000", 12_000_000),
        ("1,234,567", 123_456_700),
    ] {
        let read = Money::parse(text, Currency::Bdt).map(|m| m.minor);
        assert_eq!(read, Ok(minor), "{text:?}");
    }
    for text in [
        "1,2,000",
        "1,20,00",
        "123,45,678",
        "1,234,56,789",
        ",20,000",
    ] {
        let refused = Money::parse(text, Currency::Bdt).map_err(|r| r.code);
        assert_eq!(refused, Err(Code::Amount), "{text:?}");
    }
    let refused = Money::parse("1,20,000", Currency::Gbp).map_err(|r| r.code);
    assert_eq!(refused, Err(Code::Amount), "nobody writes pounds like this");
}

#[test]
fn typed_amounts() {
    for (text, minor) in [
        ("0", 0),
        ("0.5", 50),
        ("0.05", 5),
        ("007", 700),
        ("1234.50", 123_450),
        ("1,234.50", 123_450),
        ("12,345,678", 1_234_567_800),
        (" 19.99 ", 1999),
        ("100,000,000,000.00", 10_000_000_000_000),
    ] {
        assert_eq!(
            Money::parse(text, Currency::Eur).map(|m| m.minor),
            Ok(minor),
            "{text:?}"
        );
    }
    for text in [
        "",
        " ",
        ".",
        ".5",
        "5.",
        "-1",
        "+1",
        "1,23",
        "1,2345",
        "1234,567",
        "12,34.00",
        ",123",
        "1,,234",
        "1.234.5",
        "1.005",
        "1 000",
        "1e3",
        "0x10",
        "NaN",
        "١٢",
        "£5",
        "5 GBP",
        "1.2.3",
        "1,234,5.00",
        "100,000,000,000.01",
        "99999999999999999999999999",
        "1,000.5,0",
        "1\u{a0}000",
    ] {
        let refused = Money::parse(text, Currency::Eur);
        assert_eq!(
            refused.map_err(|r| r.code),
            Err(Code::Amount),
            "{text:?} was taken for an amount"
        );
    }
}

#[test]
fn sums_stay_within_one_currency_and_the_range() {
    assert_eq!(gbp(1).plus(gbp(2)), Ok(gbp(3)));
    assert_eq!(
        gbp(i64::MAX).plus(gbp(1)).map_err(|r| r.code),
        Err(Code::Amount)
    );
    assert_eq!(
        gbp(i64::MIN).minus(gbp(1)).map_err(|r| r.code),
        Err(Code::Amount)
    );
    assert_eq!(
        gbp(i64::MIN).negated().map_err(|r| r.code),
        Err(Code::Amount)
    );
    let usd = Money::new(1, Currency::Usd);
    assert_eq!(
        gbp(1).plus(usd).map_err(|r| r.code),
        Err(Code::CurrencyMismatch)
    );
    assert_eq!(
        gbp(1).minus(usd).map_err(|r| r.code),
        Err(Code::CurrencyMismatch)
    );
    assert_eq!(
        gbp(1).compare(usd).map_err(|r| r.code),
        Err(Code::CurrencyMismatch)
    );
}

#[test]
fn plain_text_of_an_amount() {
    for (minor, text) in [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (100, "1.00"),
        (-123_450, "-1234.50"),
        (i64::MIN, "-92233720368547758.08"),
    ] {
        assert_eq!(gbp(minor).decimal(), text, "of {minor} minor units");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn what_is_stored_as_a_double_is_read_back(minor in -EXACT..=EXACT, c in 0_usize..4) {
        let money = Money::new(minor, Currency::ALL[c]);
        prop_assert_eq!(Money::from_double(money.to_double(), money.currency), Ok(money));
    }

    #[test]
    fn what_is_printed_is_read_back(minor in 0_i64..=10_000_000_000_000) {
        prop_assert_eq!(Money::parse(&gbp(minor).decimal(), Currency::Gbp), Ok(gbp(minor)));
    }

    #[test]
    fn a_double_is_read_as_the_nearest_amount_or_refused(major in proptest::num::f64::ANY) {
        if let Ok(money) = Money::from_double(major, Currency::Usd) {
            prop_assert!((money.to_double() - major).abs() <= 0.005_000_1 + major.abs() * 1e-15, "{} became {}", major, money);
        }
    }

    #[test]
    fn whatever_is_typed_never_panics(text in "\\PC{0,24}") {
        if let Ok(money) = Money::parse(&text, Currency::Usd) {
            prop_assert!(money.minor >= 0);
        }
    }
}
