//! Leading digits against Benford's law.

use super::elementary::log10;
use rust_decimal::Decimal;

/// Expected shares of the first digits 1 to 9: log₁₀(1 + 1/d), to 17 digits.
pub const BENFORD_FIRST: [f64; 9] = [
    std::f64::consts::LOG10_2,
    0.176_091_259_055_681_24,
    0.124_938_736_608_299_95,
    0.096_910_013_008_056_4,
    0.079_181_246_047_624_83,
    0.066_946_789_630_613_2,
    0.057_991_946_977_686_754,
    0.051_152_522_447_381_29,
    0.045_757_490_560_675_13,
];

/// Digits counted, and how far they are from the law.
#[derive(Clone, PartialEq, Debug)]
pub struct Benford {
    /// How many amounts.
    pub n: u64,
    /// Mean absolute difference of observed and expected shares of the nine first digits (Nigrini's MAD).
    pub first_mad: f64,
    /// χ² of the first digits, eight degrees of freedom.
    pub first_chi2: f64,
    /// The same for the ten second digits; `None` where no amount has one.
    pub second_mad: Option<f64>,
}

impl Benford {
    /// Compares counts of first digits (1 to 9) and second digits (0 to 9) with the law; `None` of nothing.
    pub fn of(first: &[u64; 9], second: &[u64; 10]) -> Option<Benford> {
        let n: u64 = first.iter().sum();
        if n == 0 {
            return None;
        }
        let second_n: u64 = second.iter().sum();
        let expected_second: Vec<f64> = (0..10).map(expected_second).collect();
        Some(Benford {
            n,
            first_mad: mad(first, &BENFORD_FIRST, n),
            first_chi2: chi2(first, &BENFORD_FIRST, n),
            second_mad: (second_n > 0).then(|| mad(second, &expected_second, second_n)),
        })
    }
}

/// Expected share of the first digit `d`; 0 outside 1..=9.
pub fn benford_expected(d: u32) -> f64 {
    d.checked_sub(1).and_then(|i| BENFORD_FIRST.get(i as usize)).copied().unwrap_or(0.0)
}

/// First digit (1 to 9) of an amount, leading zeros dropped; `None` of 0. The sign is ignored.
pub fn first_digit(amount: Decimal) -> Option<u32> {
    let mut mantissa = amount.mantissa().unsigned_abs();
    if mantissa == 0 {
        return None;
    }
    while mantissa >= 10 {
        mantissa /= 10;
    }
    Some(mantissa as u32)
}

/// Second digit (0 to 9) of an amount; `None` where there is one digit only (7, 0.7 or 0.07).
pub fn second_digit(amount: Decimal) -> Option<u32> {
    let mut mantissa = amount.mantissa().unsigned_abs();
    if mantissa < 10 {
        return None;
    }
    while mantissa >= 100 {
        mantissa /= 10;
    }
    Some((mantissa % 10) as u32)
}

/// Σ over first digits of log₁₀(1 + 1/(10·d₁ + d₂)).
fn expected_second(d: u32) -> f64 {
    (1..=9).map(|first| log10(1.0 + 1.0 / f64::from(10 * first + d))).sum()
}

fn mad(observed: &[u64], expected: &[f64], n: u64) -> f64 {
    let differences: Vec<f64> = observed.iter().zip(expected).map(|(o, e)| (*o as f64 / n as f64 - e).abs()).collect();
    super::sum(&differences) / expected.len() as f64
}

fn chi2(observed: &[u64], expected: &[f64], n: u64) -> f64 {
    let terms: Vec<f64> = observed
        .iter()
        .zip(expected)
        .map(|(o, e)| {
            let expected = e * n as f64;
            (*o as f64 - expected) * (*o as f64 - expected) / expected
        })
        .collect();
    super::sum(&terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_amounts() {
        let cases = [
            ("314.15", Some(3), Some(1)),
            ("0.070", Some(7), Some(0)),
            ("0.07", Some(7), None),
            ("-90", Some(9), Some(0)),
            ("0", None, None),
            ("123456789012345678901234", Some(1), Some(2)),
        ];
        for (text, first, second) in cases {
            let amount: Decimal = text.parse().expect(text);
            assert_eq!((first_digit(amount), second_digit(amount)), (first, second), "{text}");
        }
    }

    #[test]
    fn the_law_itself() {
        for d in 1..=9 {
            assert!((benford_expected(d) - log10(1.0 + 1.0 / f64::from(d))).abs() < 1e-15);
        }
        assert_eq!(benford_expected(0), 0.0);
        assert!((BENFORD_FIRST.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!(((0..10).map(expected_second).sum::<f64>() - 1.0).abs() < 1e-12);
        // The second digit 0 has 11.968 %, 9 has 8.500 % (Nigrini's table).
        assert!((expected_second(0) - 0.119_68).abs() < 5e-6 && (expected_second(9) - 0.085_00).abs() < 5e-6);
    }

    #[test]
    fn equal_shares_by_hand() {
        // Each digit 1/9: MAD = 2/9 · Σ over d ≤ 3 of (p_d − 1/9), as the surplus of 1 to 3 is the lack of 4 to 9.
        let got = Benford::of(&[100; 9], &[90; 10]).expect("900 amounts");
        let surplus: f64 = BENFORD_FIRST[..3].iter().map(|p| p - 1.0 / 9.0).sum();
        assert!((got.first_mad - 2.0 * surplus / 9.0).abs() < 1e-12);
        let chi2: f64 = BENFORD_FIRST.iter().map(|p| (100.0 - 900.0 * p).powi(2) / (900.0 * p)).sum();
        assert!((got.first_chi2 - chi2).abs() < 1e-9);
        assert_eq!(got.n, 900);
        assert!(got.second_mad.is_some_and(|mad| mad > 0.005 && mad < 0.02));
        assert_eq!(Benford::of(&[0; 9], &[0; 10]), None);
    }
}
