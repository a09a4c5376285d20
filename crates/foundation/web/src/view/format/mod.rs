//! Figures, sums, days and durations as people write them, per language.
//!
//! A no-break space stands between a figure and its unit. Sums are 万元 with two decimals in Chinese lists and millions with the
//! currency's code in English ones; documents write the full sum.

mod money;
mod time;

pub use money::{money, money_full, money_unit, money_without_unit};
pub use time::{
    date, date_long, date_short, date_time, date_time_short, milliseconds, month, term, time, today, weekday,
};

use rust_decimal::{Decimal, RoundingStrategy};

/// The space between a figure and its unit.
pub(crate) const NBSP: char = '\u{A0}';

/// A number that is counted no further than to `most`: from there on `99+`.
pub fn at_most(count: u64, most: u64) -> String {
    if count < most { number(count) } else { format!("{}+", number(most.saturating_sub(1))) }
}

/// A whole number in groups of three: `1,204,331`. Negative ones have the minus sign U+2212.
pub fn number(n: impl Into<i128>) -> String {
    let n: i128 = n.into();
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    if n < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A decimal with exactly `places` decimals, grouped, half away from zero: `1,280.00`.
pub fn decimal(value: Decimal, places: u32) -> String {
    let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let whole = rounded.trunc();
    let fraction = (rounded - whole).abs();
    // A decimal of 96 bits always fits into 128.
    let grouped = number(whole.mantissa());
    let sign = if rounded.is_sign_negative() && whole.is_zero() && !fraction.is_zero() { "−" } else { "" };
    if places == 0 {
        return format!("{sign}{grouped}");
    }
    let digits = format!("{fraction:.*}", places as usize);
    format!("{sign}{grouped}.{}", &digits[2..])
}

/// A share as a percentage: `percent(0.0043, 2)` is `0.43%`.
///
/// `ratio` that is not a number gives `–`, the mark for "not computed".
pub fn percent(ratio: f64, places: usize) -> String {
    if !ratio.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.places$}%", ratio * 100.0);
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.' | '%')) => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// An index in the ledger, as on a seal: `#1,204,331`.
pub fn index(index: u64) -> String {
    format!("#{}", number(index))
}

/// A size in the largest decimal unit that leaves a figure of at least 1: `34 MB`, `2.1 MB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    for (unit, name) in UNITS {
        if size >= unit {
            let tenths = (u128::from(size) * 10 + u128::from(unit) / 2) / u128::from(unit);
            let (whole, tenth) = (tenths / 10, tenths % 10);
            return if whole >= 10 || tenth == 0 {
                format!("{whole}{NBSP}{name}")
            } else {
                format!("{whole}.{tenth}{NBSP}{name}")
            };
        }
    }
    format!("{size}{NBSP}B")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_grouped() {
        let cases: [(i128, &str); 7] = [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (1_204_331, "1,204,331"),
            (-12_345, "−12,345"),
            (i128::from(u64::MAX), "18,446,744,073,709,551,615"),
        ];
        for (n, expected) in cases {
            assert_eq!(number(n), expected);
        }
    }

    #[test]
    fn decimals_keep_their_places() {
        let cases = [
            ("1280", 2, "1,280.00"),
            ("0.005", 2, "0.01"),
            ("-0.4", 0, "0"),
            ("-0.5", 1, "−0.5"),
            ("-1234.565", 2, "−1,234.57"),
            ("942", 1, "942.0"),
            ("79228162514264337593543950335", 0, "79,228,162,514,264,337,593,543,950,335"),
        ];
        for (value, places, expected) in cases {
            assert_eq!(decimal(value.parse().unwrap(), places), expected, "{value}");
        }
    }

    #[test]
    fn shares_and_sizes() {
        for (ratio, places, expected) in
            [(0.0043, 2, "0.43%"), (1.0, 0, "100%"), (-0.00001, 1, "0.0%"), (-0.25, 1, "−25.0%"), (f64::NAN, 1, "–")]
        {
            assert_eq!(percent(ratio, places), expected);
        }
        for (size, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (2_100_000, "2.1 MB"),
            (34_000_000, "34 MB"),
            (1_000, "1 kB"),
            (1_500_000_000, "1.5 GB"),
        ] {
            assert_eq!(bytes(size).replace(NBSP, " "), expected);
        }
    }

    proptest! {
        #[test]
        fn grouping_loses_no_digit(n in any::<i64>()) {
            let back: String = number(n).replace(',', "").replace('−', "-");
            prop_assert_eq!(back, n.to_string());
        }

        #[test]
        fn a_decimal_reads_back(mantissa in any::<i64>(), scale in 0u32..6) {
            let value = Decimal::new(mantissa, scale);
            let back: Decimal = decimal(value, 6).replace(',', "").replace('−', "-").parse().unwrap();
            prop_assert_eq!(back, value);
        }
    }
}
