//! A small seeded generator. Only integer steps and IEEE basic operations, so that every machine draws alike.

/// xoshiro256** (Blackman, Vigna, 2018), seeded by splitmix64.
#[derive(Clone, Debug)]
pub(super) struct Random([u64; 4]);

impl Random {
    /// The stream of that name and number under a seed. Streams do not disturb one another, so that a new draw in one
    /// process changes no other.
    pub(super) fn keyed(seed: u64, name: &str, number: u64) -> Random {
        // FNV-1a: the name only has to tell streams apart.
        let key = name
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
        let mut state = seed ^ key.rotate_left(17) ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let mut step = || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        };
        Random([step(), step(), step(), step()])
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number in `0.0..1.0`.
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with that probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number below `n`; 0 for 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn range(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(usize::try_from(high - low + 1).unwrap_or(1)) as i64
    }

    /// A real number from `low` to `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Nearly normal with mean 0 and deviation 1: the sum of twelve uniforms, which needs no logarithm of the platform.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A log-normal factor around 1 with deviation `sigma` of its logarithm.
    pub(super) fn factor(&mut self, sigma: f64) -> f64 {
        exp(sigma * self.normal())
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// The index of one of several by weight.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (at, weight) in weights.enumerate() {
            if weight > 0.0 {
                last = at;
                left -= weight;
                if left < 0.0 {
                    break;
                }
            }
        }
        last
    }

    /// Moves `k` random elements to the front (all, if there are fewer) and returns them.
    pub(super) fn draw<'a, T>(&mut self, all: &'a mut [T], k: usize) -> &'a mut [T] {
        let k = k.min(all.len());
        for at in 0..k {
            let other = at + self.below(all.len() - at);
            all.swap(at, other);
        }
        &mut all[..k]
    }
}

/// eˣ for moderate `x` by its series: the platform's own may differ in the last digit from machine to machine.
fn exp(x: f64) -> f64 {
    let x = x.clamp(-40.0, 40.0);
    let halvings = 6;
    let small = x / f64::from(1 << halvings);
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..16 {
        term *= small / f64::from(n);
        sum += term;
    }
    (0..halvings).fold(sum, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_lie_where_they_should() {
        let mut random = Random::keyed(1, "test", 0);
        let mut sums = (0.0, 0.0);
        for _ in 0..20_000 {
            assert!((0.0..1.0).contains(&random.unit()));
            assert!((3..=7).contains(&random.range(3, 7)));
            let normal = random.normal();
            sums = (sums.0 + normal, sums.1 + normal * normal);
        }
        assert!((sums.0 / 20_000.0).abs() < 0.05 && (sums.1 / 20_000.0 - 1.0).abs() < 0.05, "{sums:?}");
        assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-12 && (exp(-3.0) - 0.049_787_068_367_863_94).abs() < 1e-12);
        let mut all: Vec<u32> = (0..10).collect();
        assert_eq!(random.draw(&mut all, 20).len(), 10);
        all.sort_unstable();
        assert!(all.iter().copied().eq(0..10));
        assert_eq!((random.below(0), random.weighted([0.0, 0.0, 2.0].into_iter())), (0, 2));
    }

    #[test]
    fn streams_differ_and_repeat() {
        let first = |name, number| Random::keyed(7, name, number).bits();
        assert_eq!(first("a", 1), first("a", 1));
        assert_ne!(first("a", 1), first("a", 2));
        assert_ne!(first("a", 1), first("b", 1));
    }
}
