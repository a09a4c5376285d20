//! Bids of one process with their tenderers as numbers, and what compares them.

use std::ops::Range;

use crate::release::BidStatus;
use crate::scan::Text;

/// A bid whose tenderers have numbers.
#[derive(Clone, Debug)]
pub struct Bid<'a> {
    /// Where it stands.
    pub status: BidStatus,
    /// Its tenderers, in [`Bids::numbers`].
    pub tenderers: Range<usize>,
    /// The tenderer, if the bid is by one exactly.
    pub single: Option<u32>,
    /// Amount and currency, where prices may be compared.
    pub price: Option<(f64, Text<'a>)>,
    /// `date`
    pub date: Option<Text<'a>>,
}

/// The winner's and the best other bid.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lowest {
    /// The winner's lowest amount.
    pub winning: f64,
    /// The lowest amount of anybody else.
    pub losing: f64,
    /// Who bid that; the first one of equals.
    pub loser: u32,
}

/// The lowest amounts among `(tenderer, amount)`, by the winner and by others; `None` unless both have bid.
pub fn lowest(winner: u32, amounts: impl Iterator<Item = (u32, f64)>) -> Option<Lowest> {
    let (mut winning, mut losing) = (None::<f64>, None::<(f64, u32)>);
    for (tenderer, amount) in amounts {
        if tenderer == winner {
            winning = Some(winning.map_or(amount, |least| least.min(amount)));
        } else if losing.is_none_or(|(least, _)| amount < least) {
            losing = Some((amount, tenderer));
        }
    }
    let (losing, loser) = losing?;
    Some(Lowest { winning: winning?, losing, loser })
}

/// Sorts numbers and drops repetitions, so that equal sets are equal slices.
pub fn as_set(numbers: &mut Vec<u32>) {
    numbers.sort_unstable();
    numbers.dedup();
}

/// Which bids share a price (amount, currency) with a bid of different tenderers (a set), in ascending order.
///
/// Cardinal compares each bid with the last one before it at the same price.
pub fn same_price(bids: &[(f64, &str, Vec<u32>)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..bids.len()).collect();
    // Adding zero makes -0 equal to 0. Bids of one price stay in the order of the release.
    order.sort_by(|&a, &b| (bids[a].0 + 0.0).total_cmp(&(bids[b].0 + 0.0)).then_with(|| bids[a].1.cmp(bids[b].1)));
    let mut flagged = Vec::new();
    for pair in order.windows(2) {
        let (a, b) = (&bids[pair[0]], &bids[pair[1]]);
        if a.0 == b.0 && a.1 == b.1 && a.2 != b.2 {
            flagged.extend_from_slice(pair);
        }
    }
    flagged.sort_unstable();
    flagged.dedup();
    flagged
}

/// Drops repetitions, keeping the order.
pub fn unique(numbers: Vec<u32>) -> Vec<u32> {
    let mut seen = std::collections::HashSet::new();
    numbers.into_iter().filter(|&number| seen.insert(number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_two() {
        type Case = (&'static [(u32, f64)], Option<(f64, f64, u32)>);
        let cases: [Case; 5] = [
            (&[], None),
            (&[(1, 5.0)], None),
            (&[(2, 5.0)], None),
            (&[(1, 5.0), (1, 4.0), (2, 7.0), (3, 7.0)], Some((4.0, 7.0, 2))),
            (&[(1, 5.0), (2, 3.0)], Some((5.0, 3.0, 2))),
        ];
        for (amounts, expected) in cases {
            let got = lowest(1, amounts.iter().copied());
            assert_eq!(got.map(|two| (two.winning, two.losing, two.loser)), expected, "{amounts:?}");
        }
    }

    #[test]
    fn equal_prices() {
        type Case = (&'static str, Vec<(f64, &'static str, Vec<u32>)>, Vec<usize>);
        let cases: [Case; 6] = [
            ("two bidders", vec![(1.0, "USD", vec![1]), (1.0, "USD", vec![2])], vec![0, 1]),
            ("one bidder twice", vec![(1.0, "USD", vec![1]), (1.0, "USD", vec![1])], vec![]),
            ("two currencies", vec![(1.0, "USD", vec![1]), (1.0, "EUR", vec![2])], vec![]),
            ("overlap is a difference", vec![(1.0, "USD", vec![1]), (1.0, "USD", vec![1, 2])], vec![0, 1]),
            ("zero has no sign", vec![(0.0, "USD", vec![1]), (-0.0, "USD", vec![2])], vec![0, 1]),
            (
                "others between",
                vec![(1.0, "USD", vec![3]), (2.0, "USD", vec![4]), (1.0, "USD", vec![3]), (1.0, "USD", vec![5])],
                vec![2, 3],
            ),
        ];
        for (case, bids, expected) in cases {
            assert_eq!(same_price(&bids), expected, "{case}");
        }
    }
}
