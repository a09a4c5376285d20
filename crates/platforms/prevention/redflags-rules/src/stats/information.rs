//! Concentration and information of counts.

use super::elementary::ln;
use super::moments::sum;
use std::collections::BTreeMap;

/// Entropy of shares proportional to `counts`, in nats; 0 of nothing.
pub fn entropy(counts: &[u64]) -> f64 {
    let total: u64 = counts.iter().sum();
    let terms: Vec<f64> = counts
        .iter()
        .filter(|n| **n > 0)
        .map(|n| {
            let share = *n as f64 / total as f64;
            -share * ln(share)
        })
        .collect();
    sum(&terms) + 0.0
}

/// Entropy ÷ that of equal shares among the counts above 0; `None` below two such counts.
pub fn normalised_entropy(counts: &[u64]) -> Option<f64> {
    let present = counts.iter().filter(|n| **n > 0).count();
    (present >= 2).then(|| entropy(counts) / ln(present as f64))
}

/// Mutual information of two labellings ÷ the mean of their entropies: 0 unrelated, 1 each fixes the other.
///
/// `None` for unequal lengths, or where one labelling is constant (there is nothing to share).
pub fn normalised_mutual_information(x: &[u32], y: &[u32]) -> Option<f64> {
    if x.len() != y.len() {
        return None;
    }
    let (mut by_x, mut by_y, mut by_pair) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (a, b) in x.iter().zip(y) {
        *by_x.entry(*a).or_insert(0u64) += 1;
        *by_y.entry(*b).or_insert(0u64) += 1;
        *by_pair.entry((*a, *b)).or_insert(0u64) += 1;
    }
    if by_x.len() < 2 || by_y.len() < 2 {
        return None;
    }
    let of = |counts: Vec<u64>| entropy(&counts);
    let (hx, hy) = (of(by_x.into_values().collect()), of(by_y.into_values().collect()));
    let joint = of(by_pair.into_values().collect());
    Some(((hx + hy - joint) / ((hx + hy) / 2.0)).clamp(0.0, 1.0))
}

/// Herfindahl–Hirschman index, Σ share² in 0..=1; `None` where the values do not sum to more than 0.
pub fn herfindahl(values: &[f64]) -> Option<f64> {
    let total = sum(values);
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let squares: Vec<f64> = values.iter().map(|v| (v / total) * (v / total)).collect();
    Some(sum(&squares))
}

/// Jaccard index of two sets given sorted and without repeats: common ÷ all; 1 where both are empty.
pub fn jaccard_sorted<T: Ord>(a: &[T], b: &[T]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let all = a.len() + b.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hand_derived_values() {
        let ln2 = std::f64::consts::LN_2;
        let cases = [
            ("one of two", entropy(&[1, 1]), ln2),
            ("certain", entropy(&[7, 0]), 0.0),
            ("nothing", entropy(&[]), 0.0),
            ("a half and two quarters", entropy(&[2, 1, 1]), 1.5 * ln2),
            ("equal shares", normalised_entropy(&[4, 4, 4]).unwrap_or(-1.0), 1.0),
            ("one only", normalised_entropy(&[4]).unwrap_or(-1.0), -1.0),
            ("each fixes the other", normalised_mutual_information(&[0, 0, 1, 1], &[5, 5, 3, 3]).unwrap_or(-1.0), 1.0),
            ("unrelated", normalised_mutual_information(&[0, 0, 1, 1], &[0, 1, 0, 1]).unwrap_or(-1.0), 0.0),
            ("constant", normalised_mutual_information(&[0, 0], &[0, 1]).unwrap_or(-1.0), -1.0),
            ("monopoly", herfindahl(&[5.0]).unwrap_or(-1.0), 1.0),
            ("four equals", herfindahl(&[1.0; 4]).unwrap_or(-1.0), 0.25),
            ("no value", herfindahl(&[0.0]).unwrap_or(-1.0), -1.0),
            ("two of four", jaccard_sorted(&[1, 2, 3], &[2, 3, 4]), 0.5),
            ("apart", jaccard_sorted(&[1], &[2]), 0.0),
            ("both empty", jaccard_sorted::<u32>(&[], &[]), 1.0),
        ];
        for (case, got, want) in cases {
            assert!((got - want).abs() < 1e-12, "{case}: {got} for {want}");
        }
    }

    proptest! {
        #[test]
        fn bounds_hold(counts in prop::collection::vec(0u64..50, 1..12)) {
            let values: Vec<f64> = counts.iter().map(|n| *n as f64).collect();
            if let Some(h) = herfindahl(&values) {
                prop_assert!(h <= 1.0 + 1e-12 && h >= 1.0 / counts.len() as f64 - 1e-12);
            }
            if let Some(e) = normalised_entropy(&counts) {
                prop_assert!((-1e-12..=1.0 + 1e-12).contains(&e));
            }
        }

        #[test]
        fn information_is_symmetric(pairs in prop::collection::vec((0u32..4, 0u32..4), 2..40)) {
            let (x, y): (Vec<u32>, Vec<u32>) = pairs.into_iter().unzip();
            let (a, b) = (normalised_mutual_information(&x, &y), normalised_mutual_information(&y, &x));
            prop_assert_eq!(a.map(super::super::round9), b.map(super::super::round9));
        }
    }
}
