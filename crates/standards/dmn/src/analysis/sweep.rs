//! Products of finite axes: what rules leave out, share and hide.

/// A set of regions of one axis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Set(Vec<u64>);

impl Set {
    pub(crate) fn empty(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    pub(crate) fn add(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(crate) fn contains(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The first region in both.
    fn first_common(&self, other: &Self) -> Option<usize> {
        let words = self.0.iter().zip(&other.0).enumerate();
        words
            .map(|(at, (a, b))| (at, a & b))
            .find(|(_, both)| *both != 0)
            .map(|(at, both)| at * 64 + both.trailing_zeros() as usize)
    }
}

/// A place that both rules decide.
pub(crate) fn common(first: &[Set], second: &[Set]) -> Option<Vec<usize>> {
    first.iter().zip(second).map(|(a, b)| a.first_common(b)).collect()
}

/// Steps after which a question about covering is given up.
const STEPS: usize = 1_000_000;

/// Places that no rule decides: one for each group of neighbours on the first axes that the same rules decide, so that a
/// wide gap is listed once and not cell by cell. At most `most`.
pub(crate) fn gaps(
    sizes: &[usize],
    rules: &[&[Set]],
    most: usize,
    maybe: &dyn Fn(&[usize]) -> bool,
) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let active: Vec<usize> = (0..rules.len()).collect();
    if sizes.contains(&0) {
        return found;
    }
    descend(sizes, rules, &active, &mut Vec::new(), most, maybe, &mut found);
    found
}

fn descend(
    sizes: &[usize],
    rules: &[&[Set]],
    active: &[usize],
    place: &mut Vec<usize>,
    most: usize,
    maybe: &dyn Fn(&[usize]) -> bool,
    found: &mut Vec<Vec<usize>>,
) {
    if found.len() >= most {
        return;
    }
    let axis = place.len();
    if axis == sizes.len() {
        if active.is_empty() && !maybe(place) {
            found.push(place.clone());
        }
        return;
    }
    let mut before: Option<Vec<usize>> = None;
    let mut found_before = 0;
    for region in 0..sizes[axis] {
        let left: Vec<usize> = active.iter().copied().filter(|rule| rules[*rule][axis].contains(region)).collect();
        // A neighbour decided by the same rules has the same gaps, unless an unread cell hid them there.
        if before.as_ref() == Some(&left) && found.len() > found_before {
            continue;
        }
        found_before = found.len();
        place.push(region);
        descend(sizes, rules, &left, place, most, maybe, found);
        place.pop();
        before = Some(left);
    }
}

/// As [`gaps`], at random places from a fixed seed.
pub(crate) fn sampled_gaps(
    sizes: &[usize],
    rules: &[&[Set]],
    samples: u32,
    most: usize,
    maybe: &dyn Fn(&[usize]) -> bool,
) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    if sizes.contains(&0) {
        return found;
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..samples {
        let place: Vec<usize> = sizes.iter().map(|size| random.below(*size)).collect();
        let decided = rules.iter().any(|rule| rule.iter().zip(&place).all(|(set, at)| set.contains(*at)));
        if !decided && !maybe(&place) && !found.contains(&place) {
            found.push(place);
            if found.len() >= most {
                break;
            }
        }
    }
    found
}

/// Xorshift: the same places on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, size: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // Axes are far smaller than 2⁶⁴: the bias is nothing here.
        (self.0 % size.max(1) as u64) as usize
    }
}

/// Whether other rules together decide all that one does; `None` if that takes too many steps to say.
pub(crate) fn is_covered(sizes: &[usize], rule: &[Set], others: &[&[Set]]) -> Option<bool> {
    let active: Vec<usize> = (0..others.len()).collect();
    let mut steps = 0;
    covered(sizes, rule, others, &active, 0, &mut steps)
}

fn covered(
    sizes: &[usize],
    rule: &[Set],
    others: &[&[Set]],
    active: &[usize],
    axis: usize,
    steps: &mut usize,
) -> Option<bool> {
    *steps += 1;
    if *steps > STEPS {
        return None;
    }
    if active.is_empty() {
        return Some(false);
    }
    if axis == sizes.len() {
        return Some(true);
    }
    let mut before: Option<Vec<usize>> = None;
    for region in (0..sizes[axis]).filter(|region| rule[axis].contains(*region)) {
        let left: Vec<usize> = active.iter().copied().filter(|other| others[*other][axis].contains(region)).collect();
        if before.as_ref() == Some(&left) {
            continue;
        }
        if !covered(sizes, rule, others, &left, axis + 1, steps)? {
            return Some(false);
        }
        before = Some(left);
    }
    Some(true)
}
