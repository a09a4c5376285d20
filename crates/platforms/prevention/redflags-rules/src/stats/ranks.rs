//! Rank-sum test and rank correlation.

use super::elementary::normal_cdf;

/// The one-sided levels of a rank-sum test (Wilcoxon; Mann, Whitney).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RankSum {
    /// Chance of a rank sum of the first sample as low as this or lower.
    pub lower: f64,
    /// Chance of one as high as this or higher.
    pub upper: f64,
}

impl RankSum {
    /// The two-sided level: twice the smaller side, at most 1.
    pub fn two_sided(&self) -> f64 {
        (2.0 * self.lower.min(self.upper)).min(1.0)
    }
}

/// Up to this many values in both samples together the distribution is counted out exactly.
const EXACT_UP_TO: usize = 40;

/// Ranks from 1, equal values sharing the mean of theirs, doubled so that they are whole numbers.
///
/// Shape: as `values`, in their order.
pub fn midranks(values: &[f64]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start;
        while end + 1 < order.len() && values[order[end + 1]] == values[order[start]] {
            end += 1;
        }
        for index in &order[start..=end] {
            ranks[*index] = (start + 1 + end + 1) as u64;
        }
        start = end + 1;
    }
    ranks
}

/// Rank-sum test of `first` against `second`; `None` where one is empty.
///
/// Exact, ties included, up to 40 values together; beyond, the normal approximation with tie and continuity correction.
pub fn rank_sum(first: &[f64], second: &[f64]) -> Option<RankSum> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let all: Vec<f64> = first.iter().chain(second).copied().collect();
    let ranks = midranks(&all);
    let observed: u64 = ranks[..first.len()].iter().sum();
    Some(if all.len() <= EXACT_UP_TO {
        exact(&ranks, first.len(), observed)
    } else {
        approximate(&ranks, first.len(), observed)
    })
}

/// Rank correlation (Spearman), ties by mean ranks; `None` for other lengths, below two, or where one side is constant.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() != y.len() || x.len() < 2 {
        return None;
    }
    let (rx, ry) = (midranks(x), midranks(y));
    // All in whole numbers: deviations of doubled ranks from their mean, n + 1.
    let centre = x.len() as i128 + 1;
    let deviation = |rank: &u64| i128::from(*rank) - centre;
    let product: i128 = rx.iter().zip(&ry).map(|(a, b)| deviation(a) * deviation(b)).sum();
    let square = |ranks: &[u64]| -> i128 { ranks.iter().map(|r| deviation(r) * deviation(r)).sum() };
    let (sx, sy) = (square(&rx), square(&ry));
    (sx > 0 && sy > 0).then(|| product as f64 / ((sx as f64).sqrt() * (sy as f64).sqrt()))
}

/// Counts the subsets of size `take` by their sum of doubled ranks.
fn exact(ranks: &[u64], take: usize, observed: u64) -> RankSum {
    let most: usize = ranks.iter().sum::<u64>() as usize;
    // ways[size][sum]; C(40, 20) fits in 64 bits.
    let mut ways = vec![vec![0u64; most + 1]; take + 1];
    ways[0][0] = 1;
    for rank in ranks {
        let rank = *rank as usize;
        for size in (1..=take).rev() {
            let (below, from) = ways.split_at_mut(size);
            for total in rank..=most {
                from[0][total] += below[size - 1][total - rank];
            }
        }
    }
    let total: u64 = ways[take].iter().sum();
    let lower: u64 = ways[take][..=observed as usize].iter().sum();
    let upper: u64 = ways[take][observed as usize..].iter().sum();
    RankSum { lower: lower as f64 / total as f64, upper: upper as f64 / total as f64 }
}

fn approximate(ranks: &[u64], take: usize, observed: u64) -> RankSum {
    let (n, m) = (ranks.len() as f64, take as f64);
    let centre = n + 1.0;
    let squares: f64 = ranks.iter().map(|r| (*r as f64 - centre) * (*r as f64 - centre)).sum();
    // Variance of a sum drawn without return, in doubled ranks.
    let variance = m * (n - m) / (n * (n - 1.0)) * squares;
    if variance <= 0.0 {
        return RankSum { lower: 1.0, upper: 1.0 };
    }
    let (deviation, sigma) = (observed as f64 - m * centre, variance.sqrt());
    // Half a rank is 1 in doubled ranks.
    RankSum { lower: normal_cdf((deviation + 1.0) / sigma), upper: normal_cdf(-(deviation - 1.0) / sigma) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_samples_counted_by_hand() {
        // 1, 2 against 3, 4: the lowest of C(4, 2) = 6 sums.
        let apart = rank_sum(&[1.0, 2.0], &[3.0, 4.0]).expect("both");
        assert_eq!(apart, RankSum { lower: 1.0 / 6.0, upper: 1.0 });
        assert!((apart.two_sided() - 1.0 / 3.0).abs() < 1e-15);
        // 1, 4 against 2, 3: sum 5, the sums being 3 4 5 5 6 7: lower 4/6, upper 4/6.
        assert_eq!(rank_sum(&[1.0, 4.0], &[2.0, 3.0]).expect("both"), RankSum { lower: 4.0 / 6.0, upper: 4.0 / 6.0 });
        // All equal: every sum is the same.
        assert_eq!(rank_sum(&[1.0, 1.0], &[1.0]).expect("both"), RankSum { lower: 1.0, upper: 1.0 });
        assert_eq!(rank_sum(&[], &[1.0]), None);
        // Ten below ten: one of C(20, 10) = 184756.
        let (low, high): (Vec<f64>, Vec<f64>) = ((0..10).map(f64::from).collect(), (10..20).map(f64::from).collect());
        assert!((rank_sum(&low, &high).expect("both").lower - 1.0 / 184_756.0).abs() < 1e-18);
        assert_eq!(midranks(&[5.0, 1.0, 5.0, 9.0]), [5, 2, 5, 8]);
    }

    #[test]
    fn rank_correlation_by_hand() {
        let cases = [
            ("same order", spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 90.0]), Some(1.0)),
            ("reverse", spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0)),
            // Σd² = 1 + 1 + 0 = 2: 1 − 6·2/(3·8) = ½.
            ("one exchange of three", spearman(&[1.0, 2.0, 3.0], &[2.0, 1.0, 3.0]), Some(0.5)),
            ("constant", spearman(&[1.0, 1.0], &[1.0, 2.0]), None),
            ("unequal lengths", spearman(&[1.0], &[1.0, 2.0]), None),
        ];
        for (case, got, want) in cases {
            match (got, want) {
                (Some(got), Some(want)) => assert!((got - want).abs() < 1e-12, "{case}: {got}"),
                _ => assert_eq!(got, want, "{case}"),
            }
        }
    }

    proptest! {
        #[test]
        fn approximation_is_near_the_exact_level(
            first in prop::collection::vec(0u8..30, 12..18), second in prop::collection::vec(0u8..30, 12..18)
        ) {
            let all: Vec<f64> = first.iter().chain(&second).map(|x| f64::from(*x)).collect();
            let ranks = midranks(&all);
            let observed = ranks[..first.len()].iter().sum();
            let (exact, near) = (exact(&ranks, first.len(), observed), approximate(&ranks, first.len(), observed));
            prop_assert!((exact.lower - near.lower).abs() < 0.03, "{:?} {:?}", exact, near);
            prop_assert!(exact.lower + exact.upper >= 1.0);
        }

        #[test]
        fn swapping_samples_swaps_sides(
            first in prop::collection::vec(0u8..9, 1..15), second in prop::collection::vec(0u8..9, 1..15)
        ) {
            let f: Vec<f64> = first.iter().map(|x| f64::from(*x)).collect();
            let s: Vec<f64> = second.iter().map(|x| f64::from(*x)).collect();
            let (a, b) = (rank_sum(&f, &s).unwrap(), rank_sum(&s, &f).unwrap());
            prop_assert!((a.lower - b.upper).abs() < 1e-12 && (a.upper - b.lower).abs() < 1e-12);
        }
    }
}
