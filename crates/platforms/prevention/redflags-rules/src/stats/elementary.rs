//! Logarithm, exponential and the normal distribution from the four operations alone.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

/// ln 2 in two parts: the first has trailing zero bits, so that multiplying it by an exponent is exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Natural logarithm, within two units in the last place.
///
/// - `x` ≤ 0 or NaN gives NaN; ∞ gives ∞.
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    if x.is_infinite() {
        return x;
    }
    let (mut mantissa, mut exponent) = split(x);
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    // ln m = 2·artanh((m − 1)/(m + 1)); |s| ≤ 0.172, so twelve terms reach the last bit.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let mut series = 0.0;
    for k in (1..=12).rev() {
        series = series * s2 + 1.0 / f64::from(2 * k + 1);
    }
    let small = 2.0 * s + 2.0 * s * s2 * series;
    exponent * LN2_HIGH + (small + exponent * LN2_LOW)
}

/// Common logarithm, by [`ln`].
pub fn log10(x: f64) -> f64 {
    ln(x) / std::f64::consts::LN_10
}

/// Exponential, within two units in the last place; 0 below −745, ∞ above 709.78.
pub fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > 709.782_712_893_384 {
        return f64::INFINITY;
    }
    if x < -745.2 {
        return 0.0;
    }
    let k = (x * std::f64::consts::LOG2_E + 0.5).floor();
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let mut series = 1.0;
    for n in (1..=14).rev() {
        series = 1.0 + series * r / f64::from(n);
    }
    // Two halves, because 2^k alone may be too small for a normal number.
    let half = (k / 2.0).floor();
    series * power_of_two(half as i32) * power_of_two((k - half) as i32)
}

/// Probability that a standard normal variable is ≤ `z`; absolute error below 1e-14.
pub fn normal_cdf(z: f64) -> f64 {
    if z.is_nan() {
        return z;
    }
    let x = z.abs();
    let upper = if x < 3.0 { 0.5 - central(x) } else { far_tail(x) };
    if z < 0.0 { upper } else { 1.0 - upper }
}

/// Area between 0 and `x`: φ(x)·(x + x³/3 + x⁵/(3·5) + …).
fn central(x: f64) -> f64 {
    let (mut term, mut total, mut odd) = (x, x, 1.0);
    while term > total * 1e-17 {
        odd += 2.0;
        term *= x * x / odd;
        total += term;
    }
    total * density(x)
}

/// Area above `x` ≥ 3, by the continued fraction x + 1/(x + 2/(x + 3/(x + …))).
fn far_tail(x: f64) -> f64 {
    if x > 38.0 {
        return 0.0;
    }
    let mut fraction = x;
    for k in (1..=100).rev() {
        fraction = x + f64::from(k) / fraction;
    }
    density(x) / fraction
}

fn density(x: f64) -> f64 {
    exp(-0.5 * x * x) * FRAC_1_SQRT_2 / PI.sqrt()
}

/// Mantissa in [1, 2) and exponent; subnormal numbers are scaled first.
fn split(x: f64) -> (f64, f64) {
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * power_of_two(54), -54.0) } else { (x, 0.0) };
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    (mantissa, f64::from(exponent) + shift)
}

/// 2^k for −1022 ≤ k ≤ 1023.
fn power_of_two(k: i32) -> f64 {
    f64::from_bits(((k.clamp(-1022, 1023) + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        // Decimal expansions of the constants, to 17 digits.
        let cases = [
            ("ln 2", ln(2.0), std::f64::consts::LN_2),
            ("ln 10", ln(10.0), std::f64::consts::LN_10),
            ("ln 1", ln(1.0), 0.0),
            ("ln 0.1", ln(0.1), -std::f64::consts::LN_10),
            ("exp 0", exp(0.0), 1.0),
            ("exp 1", exp(1.0), std::f64::consts::E),
            ("exp −1", exp(-1.0), 0.367_879_441_171_442_33),
            ("log10 1000", log10(1000.0), 3.0),
            ("Φ(0)", normal_cdf(0.0), 0.5),
            ("Φ(1.959963984540054)", normal_cdf(1.959_963_984_540_054), 0.975),
            ("Φ(−2.5758293035489)", normal_cdf(-2.575_829_303_548_900_4), 0.005),
            ("Φ(−4)", normal_cdf(-4.0), 3.167_124_183_311_992_4e-5),
        ];
        for (case, got, want) in cases {
            assert!((got - want).abs() <= 4e-16 + want.abs() * 2e-15, "{case}: {got} for {want}");
        }
        assert!(ln(0.0).is_nan() && ln(-1.0).is_nan());
        assert_eq!(exp(1000.0), f64::INFINITY);
        assert_eq!(exp(-1000.0), 0.0);
        assert!((ln(f64::from_bits(1)) + 744.440_071_921_381_2).abs() < 1e-12, "the smallest subnormal number");
    }

    proptest! {
        #[test]
        fn close_to_the_system_library(x in 1e-300_f64..1e300, y in -700.0_f64..700.0) {
            prop_assert!((ln(x) - x.ln()).abs() <= 1e-15 * x.ln().abs().max(1.0));
            prop_assert!((exp(y) - y.exp()).abs() <= 1e-14 * y.exp());
            prop_assert!((exp(ln(x)) / x - 1.0).abs() < 1e-12);
        }

        #[test]
        fn the_normal_curve_is_symmetric_and_rises(z in -8.0_f64..8.0, step in 0.0_f64..1.0) {
            prop_assert!((normal_cdf(z) + normal_cdf(-z) - 1.0).abs() < 1e-15);
            prop_assert!(normal_cdf(z + step) + 1e-15 >= normal_cdf(z));
        }
    }
}
