//! Value → how many: the mergeable form of a distribution, its quantiles and fences.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Values rounded to six decimals with how often each was seen.
///
/// Merging is addition, hence exact, commutative and associative. Source: redflags.md §9.1, "counts".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Millionths of the value, ascending, each with how many: sixteen bytes a value, where a tree takes a node of two hundred for the first.
    millionths: Vec<(i64, u64)>,
}

/// Quartiles and Tukey's fences of a distribution.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fences {
    /// How many values.
    pub n: u64,
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// q1 − 1.5·(q3 − q1).
    pub lower: f64,
    /// q3 + 1.5·(q3 − q1).
    pub upper: f64,
}

impl Counts {
    /// No values.
    pub fn new() -> Counts {
        Counts::default()
    }

    /// Adds one value; `false` (and nothing added) where it is not finite or beyond ±9·10¹². Cheap where values come in ascending
    /// order; many in no order are better collected from an iterator.
    pub fn add(&mut self, value: f64) -> bool {
        let Some(millionths) = millionths(value) else { return false };
        match self.millionths.last_mut() {
            Some((last, count)) if *last == millionths => *count += 1,
            Some((last, _)) if *last > millionths => {
                match self.millionths.binary_search_by_key(&millionths, |(value, _)| *value) {
                    Ok(place) => self.millionths[place].1 += 1,
                    Err(place) => self.millionths.insert(place, (millionths, 1)),
                }
            }
            _ => self.millionths.push((millionths, 1)),
        }
        true
    }

    /// Adds all values of another part.
    pub fn merge(&mut self, other: &Counts) {
        self.millionths.extend_from_slice(&other.millionths);
        self.millionths.sort_unstable();
        self.millionths.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 += later.1;
            }
            same
        });
    }

    /// How many values.
    pub fn n(&self) -> u64 {
        self.millionths.iter().map(|(_, count)| count).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.millionths.is_empty()
    }

    /// Distinct values ascending, each with its count.
    pub fn iter(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.millionths.iter().map(|(value, count)| (*value as f64 / 1e6, *count))
    }

    /// Quantile of Hyndman and Fan's type 8 for `tau` in 0..=1; `None` of nothing.
    ///
    /// h = (n + ⅓)τ + ⅓; below 1 the minimum, from n up the maximum, else linear between x⌊h⌋ and x⌊h⌋₊₁.
    /// Source: redflags.md §9.1; Hyndman, Fan, *Sample Quantiles in Statistical Packages* (1996).
    pub fn quantile(&self, tau: f64) -> Option<f64> {
        let n = self.n();
        if n == 0 {
            return None;
        }
        let h = (n as f64 + 1.0 / 3.0) * tau + 1.0 / 3.0;
        if h < 1.0 {
            return self.at(1);
        }
        if h >= n as f64 {
            return self.at(n);
        }
        let below = h.floor();
        let (low, high) = (self.at(below as u64)?, self.at(below as u64 + 1)?);
        Some(low + (h - below) * (high - low))
    }

    /// Quartiles and fences; `None` of nothing.
    pub fn fences(&self) -> Option<Fences> {
        let (q1, median, q3) = (self.quantile(0.25)?, self.quantile(0.5)?, self.quantile(0.75)?);
        // Fused, as Cardinal does it: one rounding.
        let (lower, upper) = ((q3 - q1).mul_add(-1.5, q1), (q3 - q1).mul_add(1.5, q3));
        Some(Fences { n: self.n(), q1, median, q3, lower, upper })
    }

    /// The value of rank `rank`, from 1.
    fn at(&self, rank: u64) -> Option<f64> {
        let mut seen = 0;
        for (value, count) in self.iter() {
            seen += count;
            if seen >= rank {
                return Some(value);
            }
        }
        None
    }
}

impl FromIterator<f64> for Counts {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Counts {
        let mut all: Vec<i64> = values.into_iter().filter_map(millionths).collect();
        all.sort_unstable();
        let runs = all.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64));
        Counts { millionths: runs.collect() }
    }
}

/// The value in millionths; `None` where it is not finite or too large to hold.
fn millionths(value: f64) -> Option<i64> {
    let scaled = (value * 1e6).round();
    (scaled.is_finite() && scaled.abs() <= 9e18).then_some(scaled as i64)
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.millionths.iter().map(|(value, count)| (value, count)))
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = std::collections::BTreeMap::<i64, u64>::deserialize(deserializer)?;
        Ok(Counts { millionths: stored.into_iter().collect() })
    }
}

impl Fences {
    /// The upper fence of a plain (not logarithmic, not signed) measure; `None` where it is degenerate: it must be > 0.
    pub fn guarded_upper(&self) -> Option<f64> {
        (self.upper > 0.0).then_some(self.upper)
    }

    /// The lower fence of a plain measure; `None` where it is degenerate: q1 and the fence must be > 0.
    pub fn guarded_lower(&self) -> Option<f64> {
        (self.q1 > 0.0 && self.lower > 0.0).then_some(self.lower)
    }

    /// Both fences of a logarithmic or signed measure; `None` where q3 = q1.
    pub fn guarded_signed(&self) -> Option<(f64, f64)> {
        (self.q3 > self.q1).then_some((self.lower, self.upper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn type_8_by_hand() {
        // n = 5: h = (16/3)τ + 1/3. τ = ¼: 5/3 → 1 + ⅔; τ = ½: 3; τ = ¾: 13/3 → 4 + ⅓.
        let five: Counts = [5.0, 1.0, 4.0, 2.0, 3.0].into_iter().collect();
        let close = |got: Option<f64>, want: f64| got.is_some_and(|got| (got - want).abs() < 1e-12);
        assert!(close(five.quantile(0.25), 5.0 / 3.0));
        assert!(close(five.quantile(0.5), 3.0));
        assert!(close(five.quantile(0.75), 13.0 / 3.0));
        assert!(close(five.quantile(0.0), 1.0));
        assert!(close(five.quantile(1.0), 5.0));
        let fences = five.fences().expect("five values");
        assert!((fences.lower - (5.0 / 3.0 - 4.0)).abs() < 1e-12);
        assert!((fences.upper - (13.0 / 3.0 + 4.0)).abs() < 1e-12);
        assert_eq!(fences.guarded_lower(), None);
        assert!(fences.guarded_upper().is_some() && fences.guarded_signed().is_some());
        // Repeated values count: 1, 1, 1, 10: h(½) = 13/6 + 1/3 = 2.5 → 1.
        let repeated: Counts = [1.0, 10.0, 1.0, 1.0].into_iter().collect();
        assert_eq!(repeated.quantile(0.5), Some(1.0));
        assert_eq!(Counts::new().fences(), None);
    }

    #[test]
    fn values_it_cannot_hold_are_refused() {
        let mut counts = Counts::new();
        assert!(!counts.add(f64::NAN) && !counts.add(f64::INFINITY) && !counts.add(1e13));
        assert!(counts.is_empty() && counts.add(0.000_000_4) && counts.n() == 1);
    }

    proptest! {
        #[test]
        fn merging_is_the_whole(values in prop::collection::vec(-1e6_f64..1e6, 1..60), cut in 0usize..60) {
            let cut = cut.min(values.len());
            let whole: Counts = values.iter().copied().collect();
            let (left, right): (Counts, Counts) =
                (values[..cut].iter().copied().collect(), values[cut..].iter().copied().collect());
            let (mut one, mut other) = (left.clone(), right.clone());
            one.merge(&right);
            other.merge(&left);
            prop_assert_eq!(&one, &whole);
            prop_assert_eq!(&other, &whole);
        }

        #[test]
        fn quantiles_rise(values in prop::collection::vec(-100.0_f64..100.0, 1..40), a in 0.0_f64..1.0, b in 0.0_f64..1.0) {
            let counts: Counts = values.into_iter().collect();
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(counts.quantile(low).unwrap() <= counts.quantile(high).unwrap() + 1e-9);
        }
    }
}
