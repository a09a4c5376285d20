//! Value → how many: the mergeable form of a distribution, its quantiles and fences.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Values rounded to six decimals with how often each was seen.
///
/// Merging is addition, hence exact, commutative and associative. Source: redflags.md §9.1, "counts".
///
/// A run keeps every distinct value of every measure on each level of the reference, so they are kept as steps from one to the next:
/// one or two bytes each where values lie close, which a list of pairs would hold in sixteen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// All values but the greatest, ascending, in the form of [`write`].
    steps: Vec<u8>,
    /// The greatest of those in `steps`, 0 where there is none: the next step begins there.
    base: i64,
    /// The greatest value, in millionths, with how many: it can still grow, hence it is not written yet.
    greatest: Option<(i64, u64)>,
    n: u64,
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
    /// order, else as dear as merging: many in no order are better collected from an iterator.
    pub fn add(&mut self, value: f64) -> bool {
        let Some(millionths) = millionths(value) else { return false };
        if self.greatest.is_some_and(|(greatest, _)| greatest > millionths) {
            let mut one = Counts::default();
            one.push(millionths, 1);
            self.merge(&one);
        } else {
            self.push(millionths, 1);
        }
        true
    }

    /// Adds a value that is not below any other.
    fn push(&mut self, millionths: i64, count: u64) {
        self.n = self.n.saturating_add(count);
        match &mut self.greatest {
            Some((greatest, known)) if *greatest == millionths => *known = known.saturating_add(count),
            greatest => {
                if let Some((before, count)) = greatest.replace((millionths, count)) {
                    write(&mut self.steps, before.wrapping_sub(self.base) as u64, count);
                    self.base = before;
                }
            }
        }
    }

    /// Adds all values of another part.
    pub fn merge(&mut self, other: &Counts) {
        let mut both = Counts::default();
        let (mut mine, mut theirs) = (self.millionths().peekable(), other.millionths().peekable());
        loop {
            let next = match (mine.peek(), theirs.peek()) {
                (Some(a), Some(b)) if b.0 < a.0 => theirs.next(),
                (Some(_), _) => mine.next(),
                (None, _) => theirs.next(),
            };
            let Some((value, count)) = next else { break };
            both.push(value, count);
        }
        drop(mine);
        *self = both;
    }

    /// Gives back what was set aside for values to come.
    pub(crate) fn shrink(&mut self) {
        self.steps.shrink_to_fit();
    }

    /// How many values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.greatest.is_none()
    }

    /// Distinct values ascending, each with its count.
    pub fn iter(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.millionths().map(|(value, count)| (value as f64 / 1e6, count))
    }

    fn millionths(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        let (mut steps, mut value) = (self.steps.as_slice(), 0_i64);
        let written = std::iter::from_fn(move || {
            let (step, count) = read(&mut steps)?;
            value = value.wrapping_add(step as i64);
            Some((value, count))
        });
        written.chain(self.greatest)
    }

    /// Quantile of Hyndman and Fan's type 8 for `tau` in 0..=1; `None` of nothing.
    ///
    /// h = (n + ⅓)τ + ⅓; below 1 the minimum, from n up the maximum, else linear between x⌊h⌋ and x⌊h⌋₊₁.
    /// Source: redflags.md §9.1; Hyndman, Fan, *Sample Quantiles in Statistical Packages* (1996).
    pub fn quantile(&self, tau: f64) -> Option<f64> {
        let n = self.n;
        let h = (n as f64 + 1.0 / 3.0) * tau + 1.0 / 3.0;
        let below = h.floor();
        if h < 1.0 {
            self.between(1, 1, 0.0)
        } else if h >= n as f64 {
            self.between(n, n, 0.0)
        } else {
            self.between(below as u64, below as u64 + 1, h - below)
        }
    }

    /// Quartiles and fences; `None` of nothing.
    pub fn fences(&self) -> Option<Fences> {
        let (q1, median, q3) = (self.quantile(0.25)?, self.quantile(0.5)?, self.quantile(0.75)?);
        // Fused, as Cardinal does it: one rounding.
        let (lower, upper) = ((q3 - q1).mul_add(-1.5, q1), (q3 - q1).mul_add(1.5, q3));
        Some(Fences { n: self.n, q1, median, q3, lower, upper })
    }

    /// The point between the values of the ranks `low` and `high`, counted from 1, at `part` of the way; `None` where there are fewer.
    fn between(&self, low: u64, high: u64, part: f64) -> Option<f64> {
        let (mut seen, mut from) = (0_u64, None);
        for (value, count) in self.iter() {
            seen = seen.saturating_add(count);
            if seen >= low {
                let from = *from.get_or_insert(value);
                if seen >= high {
                    return Some(from + part * (value - from));
                }
            }
        }
        None
    }
}

/// Writes a step and how many values stand at its end. First six bits of the step, one bit for "a count other than 1 follows" and one
/// for "more of the step follows"; then both in groups of seven bits, least first, each with a bit for "more".
fn write(bytes: &mut Vec<u8>, step: u64, count: u64) {
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let low = |number: u64, bits: u64| (number & bits).to_le_bytes()[0];
    let rest = step >> 6;
    bytes.push(low(step, 0x3f) | flag(count != 1, 0x40) | flag(rest != 0, 0x80));
    let mut groups = |mut rest: u64| {
        while rest > 0x7f {
            bytes.push(low(rest, 0x7f) | 0x80);
            rest >>= 7;
        }
        bytes.push(low(rest, 0x7f));
    };
    if rest != 0 {
        groups(rest);
    }
    if count != 1 {
        groups(count);
    }
}

/// Takes a step and its count off the front; `None` at the end.
fn read(bytes: &mut &[u8]) -> Option<(u64, u64)> {
    let first = next(bytes)?;
    let rest = if first & 0x80 == 0 { 0 } else { groups(bytes)? };
    let count = if first & 0x40 == 0 { 1 } else { groups(bytes)? };
    Some((u64::from(first & 0x3f) | rest << 6, count))
}

fn next(bytes: &mut &[u8]) -> Option<u8> {
    let (first, others) = bytes.split_first()?;
    *bytes = others;
    Some(*first)
}

fn groups(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0_u64, 0);
    loop {
        let byte = next(bytes)?;
        number |= u64::from(byte & 0x7f).unbounded_shl(shift);
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
}

impl FromIterator<f64> for Counts {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Counts {
        let mut all: Vec<i64> = values.into_iter().filter_map(millionths).collect();
        all.sort_unstable();
        let mut counts = Counts::default();
        all.iter().for_each(|value| counts.push(*value, 1));
        counts.shrink();
        counts
    }
}

/// The value in millionths; `None` where it is not finite or too large to hold.
fn millionths(value: f64) -> Option<i64> {
    let scaled = (value * 1e6).round();
    (scaled.is_finite() && scaled.abs() <= 9e18).then_some(scaled as i64)
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.millionths())
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = std::collections::BTreeMap::<i64, u64>::deserialize(deserializer)?;
        let mut counts = Counts::default();
        stored.into_iter().for_each(|(value, count)| counts.push(value, count));
        counts.shrink();
        Ok(counts)
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

    #[test]
    fn far_and_near_values_are_given_back() {
        let far = 9e18 as i64;
        let values =
            [(-far, 3), (-far + 1, 1), (-64, 1), (-1, 2), (0, 1), (1, 200), (65, 1), (8_192, 1), (far, 70_000)];
        let mut counts = Counts::default();
        values.iter().for_each(|(value, count)| counts.push(*value, *count));
        assert_eq!(counts.millionths().collect::<Vec<_>>(), values);
        assert_eq!(counts.n(), 70_210);
        let stored = serde_json::to_string(&counts).unwrap();
        assert_eq!(serde_json::from_str::<Counts>(&stored).unwrap(), counts);
        // What nobody counts but somebody may store.
        let odd: Counts = serde_json::from_str(r#"{"5":0,"9":18446744073709551615,"-9223372036854775808":1}"#).unwrap();
        assert_eq!(odd.millionths().collect::<Vec<_>>(), [(i64::MIN, 1), (5, 0), (9, u64::MAX)]);
        assert!(odd.fences().is_some());
        // Near values take a byte or two.
        let near: Counts = (0..1000).map(|number| f64::from(number * 7) / 1e5).collect();
        assert!(near.steps.len() <= 2000, "{}", near.steps.len());
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_was_counted(values in prop::collection::vec(prop_oneof![-9e12_f64..9e12, -1e-4_f64..1e-4], 0..60)) {
            let mut plain = std::collections::BTreeMap::new();
            let mut one_by_one = Counts::new();
            for value in &values {
                *plain.entry((value * 1e6).round() as i64).or_insert(0_u64) += 1;
                one_by_one.add(*value);
            }
            let collected: Counts = values.iter().copied().collect();
            prop_assert_eq!(collected.millionths().collect::<Vec<_>>(), plain.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(collected.n(), values.len() as u64);
            prop_assert_eq!(one_by_one, collected);
        }

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
