//! Decimals as registers write them: a decimal mark, perhaps a group mark, perhaps an exponent.

use rust_decimal::Decimal;

/// How numbers are written in a file or column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    pub decimal: char,
    pub group: Option<char>,
}

impl Default for Marks {
    fn default() -> Self {
        Self { decimal: '.', group: None }
    }
}

/// Reads an exact decimal; `None` when the text is no number under these marks, or has more than 28 digits.
///
/// Group marks must stand where they belong (`1,234,567`): `1,23` under a group mark `,` is refused, since it is more
/// likely a decimal comma than a slip.
pub(crate) fn decimal(text: &str, marks: Marks) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.find(marks.decimal) {
        Some(at) => (&mantissa[..at], &mantissa[at + marks.decimal.len_utf8()..]),
        None => (mantissa, ""),
    };
    let whole = ungroup(whole, marks.group)?;
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(&whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = if whole.is_empty() { "0".to_owned() } else { whole };
    let plain = if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
    match exponent {
        Some(exponent) => {
            Decimal::from_scientific(&format!("{plain}e{}", exponent.strip_prefix('+').unwrap_or(exponent))).ok()
        }
        None => Decimal::from_str_exact(&plain).ok(),
    }
}

/// Takes well-placed group marks out of a whole part.
fn ungroup(whole: &str, mark: Option<char>) -> Option<String> {
    let Some(mark) = mark.filter(|mark| whole.contains(*mark)) else { return Some(whole.to_owned()) };
    let groups: Vec<&str> = whole.split(mark).collect();
    let well_placed = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    well_placed.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::{Marks, decimal};
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    #[test]
    fn numbers() {
        let english = Marks { decimal: '.', group: Some(',') };
        let german = Marks { decimal: ',', group: Some('.') };
        let plain = Marks::default();
        let cases = [
            ("12", plain, Some("12")),
            ("-12.50", plain, Some("-12.50")),
            ("1,234,567.89", english, Some("1234567.89")),
            ("1.234.567,89", german, Some("1234567.89")),
            ("2.379938e+07", plain, Some("23799380")),
            ("1e-2", plain, Some("0.01")),
            (".5", plain, Some("0.5")),
            ("1,23", english, None),
            ("1,234", plain, None),
            ("55.700.00", english, None),
            ("12 EUR", plain, None),
            ("=1+1", plain, None),
            ("", plain, None),
            (".", plain, None),
            ("--1", plain, None),
            ("1e", plain, None),
            ("1e999", plain, None),
            ("NaN", plain, None),
            ("99999999999999999999999999999999", plain, None),
        ];
        for (text, marks, expected) in cases {
            let expected = expected.map(|text| text.parse::<Decimal>().expect("a decimal"));
            assert_eq!(decimal(text, marks), expected, "{text}");
        }
    }

    proptest! {
        /// Whatever can be written with marks is read back exactly, and no text makes the reader panic.
        #[test]
        fn written_numbers_are_read_back(cents in -1_000_000_000_000i64..1_000_000_000_000, junk in ".*") {
            let value = Decimal::new(cents, 2);
            let text = value.to_string();
            prop_assert_eq!(decimal(&text, Marks::default()), Some(value));
            prop_assert_eq!(decimal(&text.replace('.', ","), Marks { decimal: ',', group: Some('.') }), Some(value));
            let _ = decimal(&junk, Marks { decimal: ',', group: Some('.') });
        }
    }
}
