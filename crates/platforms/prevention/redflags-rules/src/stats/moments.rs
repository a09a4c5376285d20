//! Means, spreads and shapes of a few values.

use super::elementary::{exp, ln};

/// Rounds to nine decimals, halves away from zero; what is beyond a double's nine decimals is returned unchanged.
///
/// Every statistic passes through here before it is compared with a threshold, so that the last bits decide nothing.
pub fn round9(x: f64) -> f64 {
    if !x.is_finite() || x.abs() >= 4_503_599.0 {
        return x;
    }
    let rounded = (x * 1e9).round() / 1e9;
    // No negative zero: it would print as "-0".
    rounded + 0.0
}

/// Sum in ascending order, whatever the order given: the same on every machine and for every split of the data.
pub fn sum(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.iter().sum()
}

/// Arithmetic mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| sum(values) / values.len() as f64)
}

/// Median; the mean of the two middle values of an even number. `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    Some(if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 })
}

/// Sample standard deviation (n − 1); `None` below two values.
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let m = mean(values)?;
    let squares: Vec<f64> = values.iter().map(|x| (x - m) * (x - m)).collect();
    Some((sum(&squares) / (values.len() - 1) as f64).sqrt())
}

/// Coefficient of variation, σ ÷ mean; `None` below two values or where the mean is not positive.
pub fn cv(values: &[f64]) -> Option<f64> {
    let m = mean(values)?;
    (m > 0.0).then_some(standard_deviation(values)? / m)
}

/// Sample excess kurtosis, n(n+1)/((n−1)(n−2)(n−3)) Σz⁴ − 3(n−1)²/((n−2)(n−3)).
///
/// `None` below four values or where all are equal. Source: PS-02; the formula of common spreadsheets.
pub fn kurtosis(values: &[f64]) -> Option<f64> {
    if values.len() < 4 {
        return None;
    }
    let n = values.len() as f64;
    let fourth = standardised_power(values, 4)?;
    Some(
        n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * fourth
            - 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0)),
    )
}

/// Sample skewness, n/((n−1)(n−2)) Σz³; `None` below three values or where all are equal. Source: PS-03.
pub fn skewness(values: &[f64]) -> Option<f64> {
    if values.len() < 3 {
        return None;
    }
    let n = values.len() as f64;
    Some(n / ((n - 1.0) * (n - 2.0)) * standardised_power(values, 3)?)
}

/// Largest distance between the empirical distribution and the uniform one on [smallest, largest] (Kolmogorov–Smirnov).
///
/// `None` below two values or where all are equal. Source: PS-08.
pub fn kolmogorov_uniform(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    let width = last - first;
    if width <= 0.0 {
        return None;
    }
    let n = sorted.len() as f64;
    let mut distance: f64 = 0.0;
    for (i, x) in sorted.iter().enumerate() {
        let uniform = (x - first) / width;
        distance = distance.max((i + 1) as f64 / n - uniform).max(uniform - i as f64 / n);
    }
    Some(distance)
}

/// Geometric mean; `None` of nothing or where a value is not positive.
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    if values.iter().any(|x| *x <= 0.0) {
        return None;
    }
    let logs: Vec<f64> = values.iter().map(|x| ln(*x)).collect();
    mean(&logs).map(exp)
}

/// Σ ((x − mean) ÷ σ)^power; `None` where σ is 0.
fn standardised_power(values: &[f64], power: i32) -> Option<f64> {
    let m = mean(values)?;
    let sigma = standard_deviation(values)?;
    // A spread within the rounding of the values themselves is no spread.
    if sigma <= m.abs() * 1e-12 {
        return None;
    }
    let powers: Vec<f64> = values
        .iter()
        .map(|x| {
            let z = (x - m) / sigma;
            (0..power).fold(1.0, |product, _| product * z)
        })
        .collect();
    Some(sum(&powers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hand_derived_values() {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, Σ(x−5)² = 9+1+1+1+0+0+4+16 = 32, σ² = 32/7.
        let eight = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        // Σ(x−5)³ = −27−1−1−1+0+0+8+64 = 42; Σ(x−5)⁴ = 81+1+1+1+16+256 = 356.
        let sigma: f64 = (32.0_f64 / 7.0).sqrt();
        let skew = 8.0 / 42.0 * 42.0 / sigma.powi(3);
        let kurt = 8.0 * 9.0 / (7.0 * 6.0 * 5.0) * 356.0 / (32.0_f64 / 7.0).powi(2) - 3.0 * 49.0 / 30.0;
        let cases = [
            ("mean", mean(&eight), Some(5.0)),
            ("median", median(&eight), Some(4.5)),
            ("median of three", median(&[3.0, 1.0, 2.0]), Some(2.0)),
            ("sigma", standard_deviation(&eight), Some(sigma)),
            ("cv", cv(&eight), Some(sigma / 5.0)),
            ("skewness", skewness(&eight), Some(skew)),
            ("kurtosis", kurtosis(&eight), Some(kurt)),
            ("kurtosis of 1, 2, 3, 4", kurtosis(&[1.0, 2.0, 3.0, 4.0]), Some(-1.2)),
            ("skewness of 1, 2, 3", skewness(&[1.0, 2.0, 3.0]), Some(0.0)),
            ("skewness of equal values", skewness(&[0.1, 0.1, 0.1]), None),
            ("kurtosis of three", kurtosis(&[1.0, 2.0, 3.0]), None),
            ("sigma of one", standard_deviation(&[1.0]), None),
            ("mean of none", mean(&[]), None),
            ("median of none", median(&[]), None),
            ("cv about a negative mean", cv(&[-1.0, -2.0]), None),
            // 0, 0.5, 1 against uniform: steps 1/3, 2/3, 1; the largest gap is 1/3.
            ("ks of three even steps", kolmogorov_uniform(&[0.0, 0.5, 1.0]), Some(1.0 / 3.0)),
            // 0, 0.9, 1: before 0.9 the step is 1/3, the uniform 0.9.
            ("ks of a gap", kolmogorov_uniform(&[0.0, 0.9, 1.0]), Some(0.9 - 1.0 / 3.0)),
            ("ks of equal values", kolmogorov_uniform(&[2.0, 2.0]), None),
            ("geometric mean", geometric_mean(&[1.0, 4.0, 16.0]), Some(4.0)),
            ("geometric mean with a zero", geometric_mean(&[0.0, 4.0]), None),
        ];
        for (case, got, want) in cases {
            match (got, want) {
                (Some(got), Some(want)) => {
                    assert!((got - want).abs() < 1e-12, "{case}: {got} for {want}")
                }
                _ => assert_eq!(got, want, "{case}"),
            }
        }
    }

    #[test]
    fn rounding() {
        assert_eq!(round9(0.123_456_789_49), 0.123_456_789);
        assert_eq!(round9(0.123_456_789_51), 0.123_456_79);
        assert_eq!(round9(-1e-12).to_bits(), 0.0_f64.to_bits());
        assert_eq!(round9(1e15 + 0.5), 1e15 + 0.5);
        assert!(round9(f64::NAN).is_nan());
    }

    proptest! {
        #[test]
        fn order_does_not_matter(values in prop::collection::vec(-1e9_f64..1e9, 4..40), seed in any::<u64>()) {
            let mut shuffled = values.clone();
            super::super::Random::seeded(&seed.to_be_bytes()).shuffle(&mut shuffled);
            prop_assert_eq!(sum(&values).to_bits(), sum(&shuffled).to_bits());
            prop_assert_eq!(standard_deviation(&values).map(f64::to_bits), standard_deviation(&shuffled).map(f64::to_bits));
            prop_assert_eq!(kurtosis(&values).map(f64::to_bits), kurtosis(&shuffled).map(f64::to_bits));
        }

        #[test]
        fn shapes_ignore_scale(values in prop::collection::vec(1.0_f64..100.0, 5..20), scale in 0.5_f64..2.0) {
            let scaled: Vec<f64> = values.iter().map(|x| x * scale).collect();
            for measure in [cv, skewness, kurtosis, kolmogorov_uniform] {
                if let (Some(a), Some(b)) = (measure(&values), measure(&scaled)) {
                    prop_assert!((a - b).abs() < 1e-6, "{a} {b}");
                }
            }
        }
    }
}
