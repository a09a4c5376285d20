//! A random generator whose every draw is fixed by its seed, and the permutation test built on it.

use sha2::{Digest, Sha256};

/// xoshiro256** (Blackman, Vigna, 2018), seeded by SHA-256: the same key gives the same draws everywhere.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// A generator for one subject; `key` is its stable key (a group's, for instance).
    pub fn seeded(key: &[u8]) -> Random {
        let digest = Sha256::digest(key);
        let mut state = [0u64; 4];
        for (word, bytes) in state.iter_mut().zip(digest.chunks_exact(8)) {
            for byte in bytes {
                *word = (*word << 8) | u64::from(*byte);
            }
        }
        // All zero is the one state it cannot leave.
        if state == [0; 4] {
            state[0] = 1;
        }
        Random { state }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
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

    /// A number in 0..`bound`, each equally likely (Lemire's multiplication, with rejection); 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let floor = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            if product as u64 >= floor {
                return (product >> 64) as u64;
            }
        }
    }

    /// Puts the items in a random order (Fisher, Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i as u64 + 1) as usize;
            items.swap(i, j);
        }
    }
}

/// Share of shuffles of `labels` whose `statistic` is at least the observed one, the observed order counted in:
/// (1 + how many) ÷ (1 + `rounds`), hence never 0.
pub fn permutation_p(labels: &[u32], rounds: u32, key: &[u8], statistic: impl Fn(&[u32]) -> f64) -> f64 {
    let observed = super::round9(statistic(labels));
    let mut random = Random::seeded(key);
    let mut shuffled = labels.to_vec();
    let mut as_high = 0u32;
    for _ in 0..rounds {
        random.shuffle(&mut shuffled);
        if super::round9(statistic(&shuffled)) >= observed {
            as_high += 1;
        }
    }
    f64::from(as_high + 1) / f64::from(rounds + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_recurrence_as_published() {
        // From state 1, 2, 3, 4 by hand: 2·5 = 10, rotated left by 7 = 1280, ·9 = 11520; the second is 0 as s1 is 0 then.
        let mut random = Random { state: [1, 2, 3, 4] };
        assert_eq!(random.next_u64(), 11520);
        assert_eq!(random.state, [7, 0, 262_146, 211_106_232_532_992]);
        assert_eq!(random.next_u64(), 0);
        assert_eq!(random.below(0), 0);
        assert_eq!(random.below(1), 0);
    }

    #[test]
    fn draws_are_even_and_fixed() {
        let mut random = Random::seeded(b"group");
        let mut seen = [0u32; 6];
        for _ in 0..60_000 {
            seen[random.below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (9_500..10_500).contains(n)), "{seen:?}");
        assert_eq!(Random::seeded(b"a").next_u64(), Random::seeded(b"a").next_u64());
        assert_ne!(Random::seeded(b"a").next_u64(), Random::seeded(b"b").next_u64());
    }

    #[test]
    fn permutation_of_four() {
        // Of the 24 orders of 0, 0, 1, 1 four in 24 begin with 0, 0: p ≈ 1/6.
        let p = permutation_p(&[0, 0, 1, 1], 20_000, b"four", |order| f64::from(u8::from(order[..2] == [0, 0])));
        assert!((p - 1.0 / 6.0).abs() < 0.01, "{p}");
        assert_eq!(permutation_p(&[1, 1], 99, b"same", |_| 1.0), 1.0);
    }

    proptest! {
        #[test]
        fn shuffling_keeps_the_items(mut items in prop::collection::vec(any::<u8>(), 0..50), key in any::<u64>()) {
            let mut before = items.clone();
            Random::seeded(&key.to_be_bytes()).shuffle(&mut items);
            before.sort_unstable();
            items.sort_unstable();
            prop_assert_eq!(items, before);
        }
    }
}
